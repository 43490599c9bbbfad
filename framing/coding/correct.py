"""Rates and shares put right for the machine's errors, from mentions that were coded by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from framing.coding.codes import Code, Codes, read_codes
from framing.coding.sample import EVERYTHING, frame_of
from framing.errors import InputError, SelectionError
from framing.lexicon.model import CATEGORIES
from framing.stats import (
    CORRECTED_METHOD,
    FEWEST_ARTICLES,
    FEWEST_CODED,
    FEWEST_EACH,
    INTERVAL_METHOD,
    ROGAN_GLADEN_METHOD,
    CodedSums,
    Counts,
    estimate_corrected,
    estimate_rates,
    estimate_rogan_gladen,
    sum_coded,
)
from framing.stats.counts import READINGS
from framing.study.run import Run
from framing.study.select import (
    Selection,
    check_numbers,
    check_selection,
    check_voice,
    open_articles,
    select_mentions,
    select_words,
)

MEASURES = {"share": "share of mentions of any sense and voice", "rate": "per 1,000 words"}
BY = ("all", "category", "concept", "term")
ERRORS = ("outlet", "pooled")
ALL_OUTLETS = "all outlets"

CORRECT_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("n_found", pa.int64()),
        ("n_machine", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_coded", pa.int64()),
        ("n_coded_articles", pa.int64()),
        ("raw_value", pa.float64()),
        ("raw_low", pa.float64()),
        ("raw_high", pa.float64()),
        ("n_corrected", pa.float64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("tuning", pa.float64()),
        ("precision", pa.float64()),
        ("sensitivity", pa.float64()),
        ("specificity", pa.float64()),
        ("rg_value", pa.float64()),
        ("rg_low", pa.float64()),
        ("rg_high", pa.float64()),
        ("rg_reason", pa.string()),
    ]
)


def correct_run(
    run: Run,
    coded: Path | str,
    *,
    measure: str = "rate",
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    by: str | None = None,
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    errors: str = "outlet",
    encoding: str | None = None,
    level: float = 0.95,
) -> pa.Table:
    """How often each outlet really uses a group of terms in the asked sense and voice, by a coded sample.

    A reader would get wrong: only what is decided about mentions found is put right (sense and voice), not words the
    lexicon does not hold; and words of a voice, the denominator of its rate, stay the machine's.

    Args:
        run: The run the sample was drawn from.
        coded: The coded sample, of one coder.
        measure: `rate` per 1,000 words as in `compare`; `share` of all mentions of the group, whatever sense and voice.
        term: One term, by id or form.
        concept: One concept.
        category: One category.
        by: With nothing chosen: category (default), concept, term, or all together.
        voice: Voice to be counted, as in `compare`; with all, only the sense is put right.
        sense: Sense to be counted, or all.
        part: title, body or all.
        section: As in `compare`.
        outlets: Outlet ids; all when empty.
        date_from: First day.
        date_to: Last day, included.
        errors: Whose coded mentions Rogan-Gladen's error rates come from: the outlet's own, or all outlets' pooled, which takes
            the machine to err alike in all. The prediction-powered estimate takes the outlet's own in any case.
        encoding: Of a coded text file that is not UTF-8.
        level: Of the intervals.

    Returns:
        One row per outlet × group, and last (with outlet_id null) all outlets together. n_found: mentions of any sense and voice; n_machine: those the machine counts;
        raw_value with raw_low and raw_high: as if it never erred; n_corrected, value, low, high: prediction-powered, null with `reason`
        under 20 coded mentions in 8 articles or 5 of each of the machine's answers; tuning; precision, sensitivity, specificity; rg_*:
        Rogan-Gladen's. Metadata `meta` (JSON): what of the file was used and not, methods, level.

    Raises:
        InputError: The file cannot be read, holds several coders or no mention of this run.
        SelectionError: A name or value does not exist here, or the sample was drawn from other mentions than asked for.
    """
    if measure not in MEASURES or by not in (None, *BY) or errors not in ERRORS:
        raise SelectionError(
            f"measure {measure!r}, by {by!r}, errors {errors!r}",
            f"{', '.join(MEASURES)}; {', '.join(BY)}; {', '.join(ERRORS)}",
            "Correct the option.",
        )
    check_voice(voice)
    check_numbers(level)
    selection = Selection(outlets, date_from, date_to, section, part, sense, term, concept, category)
    check_selection(run, selection)
    codes = read_codes(coded, encoding=encoding)
    name = Path(coded).name
    answers, used = _answers(codes, sense, READINGS[voice][0] if voice != "all" else None, name)
    drawn_from = _check_frame(codes, run, selection, name)
    articles = open_articles(run, selection)
    everything = Selection(outlets, date_from, date_to, section, part, "all", term, concept, category)
    mentions = select_mentions(run, everything, articles)
    known = set(run.mentions.column("mention_id").to_pylist())
    missing = sum(row.mention_id not in known for row in codes.rows)
    if missing == len(codes.rows):
        raise InputError(
            f"{name}: none of its mentions is in this run", "a sample drawn from it", "Name the run it is from."
        )
    column, groups = _grouping(run, selection, by)
    ids = mentions.column("mention_id").to_pylist()
    at = {a: i for i, a in enumerate(articles.column("article_id").to_pylist())}
    article = np.array([at[a] for a in mentions.column("article_id").to_pylist()], np.int64)
    machine = np.ones(len(ids), bool)
    if sense != "all":
        machine &= np.array([s == sense for s in mentions.column("sense").to_pylist()], bool)
    machine &= np.array([v in READINGS[voice][0] for v in mentions.column("voice").to_pylist()], bool)
    human = np.array([answers[i][0] if i in answers else np.nan for i in ids], float)
    weight = np.array([answers[i][1] if i in answers else 0.0 for i in ids], float)
    group_of = mentions.column(column).to_pylist() if column else [groups[0]] * len(ids)
    words = _words(run, selection, voice, at) if measure == "rate" else None
    used |= {
        "n_not_in_run": missing,
        "n_outside_selection": len(set(answers) - set(ids)),
        "n_used": int((~np.isnan(human)).sum()),
    }
    outlet_of = np.asarray(articles.column("outlet_id").to_pylist(), object)
    names = run.outlet_names()
    rows: list[dict[str, Any]] = []
    places: dict[str, list[int]] = {group: [] for group in groups}
    for i, group in enumerate(group_of):
        if group in places:
            places[group].append(i)
    for group in groups:
        own = np.array(places[group], np.int64)
        sums = sum_coded(article[own], machine[own], human[own], weight[own], words, len(at))
        rows += _rows(sums, outlet_of, names, measure, level, errors, {"by": column or "all", "group": group})
    order = {group: i for i, group in enumerate(groups)}
    rows.sort(key=lambda r: (r["outlet_id"] is None, r["outlet_id"] or "", order[r["group"]]))
    for row in rows:
        row["by"] = row["by"].removesuffix("_id")
    meta = {
        "measure": measure,
        "unit": MEASURES[measure],
        "voice": voice,
        "sense": sense,
        "part": part,
        "section": section,
        "errors": errors,
        **used,
        "drawn_from": drawn_from,
        "rejects": list(codes.rejects),
        "method": CORRECTED_METHOD,
        "rogan_gladen_method": ROGAN_GLADEN_METHOD,
        "raw_method": INTERVAL_METHOD,
        "fewest_coded": FEWEST_CODED,
        "fewest_each": FEWEST_EACH,
        "fewest_articles": FEWEST_ARTICLES,
        "level": level,
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist([{n: r.get(n) for n in CORRECT_SCHEMA.names} for r in rows], schema=CORRECT_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def _answers(
    codes: Codes, sense: str, voices: tuple[str, ...] | None, name: str
) -> tuple[dict[str, tuple[float, float]], dict[str, Any]]:
    """Mention -> whether it is to be counted, and its weight; how many rows could not tell."""
    coders = Counter(row.coder for row in codes.rows)
    if len(coders) > 1:
        raise InputError(
            f"{name} with {len(coders)} coders", "one answer for each mention", "Settle where they differ, in one file."
        )
    stated = [row.probability is not None for row in codes.rows]
    if any(stated) and not all(stated):
        raise InputError(
            f"{name} with probability in some rows only", "it in all or none", "Restore the column as drawn."
        )
    found: dict[str, tuple[float, float]] = {}
    for row in codes.rows:
        counted = _counted(row, sense, voices)
        if counted is not None:
            found[row.mention_id] = (float(counted), 1.0 if row.probability is None else 1 / row.probability)
    return found, {
        "n_rows": len(codes.rows),
        "n_not_answered": len(codes.rows) - len(found),
        "n_rejects": len(codes.rejects),
        "weights": "1 / probability" if stated and stated[0] else "equal: the file states no probability",
    }


def _counted(row: Code, sense: str, voices: tuple[str, ...] | None) -> bool | None:
    """Whether the coder's answers make it a mention to count; None where they leave it open."""
    asked: list[tuple[str | None, tuple[str, ...]]] = [(row.answers["sense"], (sense,))] if sense != "all" else []
    asked += [(row.answers["voice"], voices)] if voices is not None else []
    if any(answer is not None and answer not in wanted for answer, wanted in asked):
        return False
    return None if any(answer is None for answer, _ in asked) else True


def _check_frame(codes: Codes, run: Run, selection: Selection, name: str) -> str:
    """What the sample was drawn from; an error when more is asked for than it can speak of."""
    frames = {row.drawn_from for row in codes.rows}
    if len(frames) > 1:
        raise InputError(f"{name} with samples drawn from different mentions", "one sample", "Correct by each alone.")
    frame = frames.pop()
    asked = [f"{k} {v}" for k, v in frame_of(run, selection.term, selection.concept, selection.category).items()]
    if frame in (None, EVERYTHING) or frame in asked:
        return frame or "not stated"
    kind, _, value = str(frame).partition(" ")
    term = run.lexicon.find_term(selection.term) if selection.term else None
    if term and value in {"concept": (term.concept_id,), "category": (term.category,)}.get(kind, ()):
        return str(frame)
    raise SelectionError(
        f"a sample drawn from {frame}",
        f"one drawn from {asked[0] if asked else EVERYTHING}",
        f"Add --{kind} {value!r}.",
    )


def _grouping(run: Run, selection: Selection, by: str | None) -> tuple[str | None, list[str]]:
    lexicon = run.lexicon
    for kind, value in frame_of(run, selection.term, selection.concept, selection.category).items():
        if by is None or by == kind:
            return ("category" if kind == "category" else f"{kind}_id"), [value]
    if by == "all":
        return None, ["all"]
    if by == "concept":
        return "concept_id", [c.concept_id for c in lexicon.concepts]
    if by == "term":
        return "term_id", [t.term_id for t in lexicon.terms]
    return "category", [c for c in CATEGORIES if any(t.category == c for t in lexicon.terms)]


def _words(run: Run, selection: Selection, voice: str, at: dict[str, int]) -> np.ndarray:
    sums = select_words(run, selection)
    places = np.array([at.get(a, -1) for a in sums.column("article_id").to_pylist()], np.int64)
    inside = places >= 0
    words = np.zeros(len(at))
    for column in READINGS[voice][1]:
        np.add.at(words, places[inside], sums.column(column).to_numpy()[inside])
    return words


def _rows(
    sums: CodedSums,
    outlet_of: np.ndarray,
    names: dict[str, str],
    measure: str,
    level: float,
    errors: str,
    facts: dict[str, str],
) -> list[dict[str, Any]]:
    share = measure == "share"
    scale, unit = (1, "occasions") if share else (1000, "words")
    ids = tuple(map(str, range(len(outlet_of))))
    n, d = sums.counted[:, None], sums.denominator[:, None]
    none = (None,) * len(ids)

    def raw(outlets: tuple[str, ...]) -> list[dict[str, Any]]:
        counts = Counts(ids, outlets, none, ("g",), n, d, unit, "all")
        return list(estimate_rates(counts, level=level).to_pylist())

    by_outlet = [(row["outlet_id"], outlet_of == row["outlet_id"], row) for row in raw(tuple(outlet_of))]
    together = [(None, np.ones(len(ids), bool), row) for row in raw(("",) * len(ids))] if len(by_outlet) > 1 else []
    rows = []
    for outlet, inside, of_outlet in [*by_outlet, *together]:
        own = CodedSums(*(getattr(sums, name)[inside] for name in sums.__dataclass_fields__))
        ours = estimate_corrected(own, share=share, level=level)
        pooled = own if errors == "outlet" else _with_others(sums, inside)
        theirs = estimate_rogan_gladen(pooled, share=share, level=level)
        row = {
            **facts,
            "measure": measure,
            "outlet_id": outlet,
            "outlet": ALL_OUTLETS if outlet is None else names.get(outlet, outlet),
            "n_found": int(own.mentions.sum()),
            "n_machine": int(own.counted.sum()),
            "n_denominator": int(own.denominator.sum()),
            "n_articles": int(inside.sum()),
            "n_coded": int(own.n.sum()),
            "n_coded_articles": int((own.n.sum(axis=1) > 0).sum()),
            **{f"raw_{key}": of_outlet[key] for key in ("value", "low", "high")},
            **{key: ours[key] for key in ("n_corrected", "tuning", "reason")},
            **{key: theirs[key] for key in ("precision", "sensitivity", "specificity")},
            "rg_reason": theirs["reason"],
        }
        for key in ("value", "low", "high"):
            row[key] = None if ours[key] is None else ours[key] * scale
            row[f"rg_{key}"] = None if theirs[key] is None else theirs[key] * scale
        rows.append(row)
    return rows


def _with_others(sums: CodedSums, inside: np.ndarray) -> CodedSums:
    """Everything of one outlet, and of the others what was coded."""
    of_outlet = ("counted", "mentions", "denominator")
    return CodedSums(
        *(
            np.where(inside, getattr(sums, name), 0) if name in of_outlet else getattr(sums, name)
            for name in sums.__dataclass_fields__
        )
    )
