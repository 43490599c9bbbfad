"""Which mentions a coder reads: drawn at random, with the chance of each kept, and nothing of the machine's answers to see."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.markup import cell
from framing.stats.resample import seeded
from framing.study.concordance import check_surface, read_texts
from framing.study.run import Run
from framing.study.select import Selection, check_selection, select_articles, select_mentions

PER = ("outlet", "term", "uncertain")
EVERYTHING = "all mentions"
ANSWERS = ("outlet_id", "machine_sense", "machine_voice", "machine_target", "machine_uncertain")

SAMPLE_SCHEMA = pa.schema(
    [
        ("mention_id", pa.string()),
        ("article_id", pa.string()),
        ("sentence_id", pa.string()),
        ("term_id", pa.string()),
        ("before", pa.string()),
        ("sentence", pa.string()),
        ("after", pa.string()),
        ("surface", pa.string()),
        ("occurrence", pa.int64()),
        ("sense", pa.string()),
        ("voice", pa.string()),
        ("target", pa.string()),
        ("note", pa.string()),
        ("drawn_from", pa.string()),
        ("drawn_per", pa.string()),
        ("probability", pa.float64()),
    ]
)
_SHOWN = pa.schema([*((name, pa.string()) for name in ANSWERS[:-1]), (ANSWERS[-1], pa.bool_())])


def draw_sample(
    run: Run,
    n: int = 200,
    *,
    per: str = "outlet",
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    show_answers: bool = False,
    seed: int = 0,
) -> pa.Table:
    """Mentions to code by hand, of every sense and voice, so that what the machine leaves out is coded too.

    A reader would get wrong: strata of one size get equal shares of the sample, so the sample as a whole is no picture of the
    corpus; `probability`, the chance each mention had, is what brings it back (`correct_run` does).

    Args:
        run: From `annotate` or `read_run`.
        n: Mentions to draw; all, when there are fewer. With more strata than that, as many strata are drawn first, one mention of each.
        per: What gets equal shares: outlet, term, or uncertain (senses the machine is sure of and those it is not).
        term: Draw from one term's mentions only, by id or form.
        concept: From one concept's only.
        category: From one category's only.
        show_answers: Add the machine's answers and the outlet's id; left out, so that a coder is not led by them.
        seed: Of the draw; the same seed draws the same mentions, whatever the order the run holds them in.

    Returns:
        One row per mention in random order: ids; before, sentence, after: the sentence as stored and its neighbours;
        surface and occurrence: the words to judge, 1 for the first such place in the sentence; sense, voice, target, note: empty, to fill in;
        drawn_from, drawn_per, probability. Metadata `meta` (JSON): mentions and drawn by stratum, seed.

    Raises:
        SelectionError: A name does not exist here, or there is no mention.

    Example:
        >>> from framing.study import annotate_text
        >>> sample = draw_sample(annotate_text("The regime fell. Ten were killed."), 1)
        >>> sample.column("probability").to_pylist(), sample.column("sense").to_pylist()
        ([0.5], [None])
    """
    if per not in PER:
        raise SelectionError(f"per {per!r}", f"one of {', '.join(PER)}", "Correct --per.")
    if n < 1 or seed < 0:
        raise SelectionError(f"n {n}, seed {seed}", "n from 1, seed from 0", "Correct --n or --seed.")
    selection = Selection(sense="all", term=term, concept=concept, category=category)
    check_selection(run, selection)
    articles = select_articles(run, selection)
    mentions = select_mentions(run, selection, articles)
    if not mentions.num_rows:
        raise SelectionError("no mention to draw from", "at least one", "Take another term or corpus.")
    mentions = mentions.take(pc.sort_indices(mentions, [("mention_id", "ascending")]))
    outlet_of = dict(zip(*(articles.column(c).to_pylist() for c in ("article_id", "outlet_id")), strict=True))
    if per == "outlet":
        strata = [outlet_of[a] for a in mentions.column("article_id").to_pylist()]
    elif per == "term":
        strata = mentions.column("term_id").to_pylist()
    else:
        strata = ["uncertain" if u else "certain" for u in mentions.column("uncertain").to_pylist()]
    members: dict[str, list[int]] = {}
    for i, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(i)
    sizes = {name: len(members[name]) for name in sorted(members)}
    n_strata = len(sizes)
    if n < n_strata:
        # One mention each of as many strata as there are mentions to draw.
        lot = np.random.default_rng([seed, 23]).permutation(n_strata)[:n].tolist()
        sizes = {name: sizes[name] for name in sorted(np.array(list(sizes), object)[lot])}
    shares = share_out(sizes, n)
    chosen = [
        i for name, k in shares.items() for i in sorted(seeded(seed, name).permutation(members[name])[:k].tolist())
    ]
    order = np.random.default_rng([seed, 19]).permutation(np.array(sorted(chosen)))
    rows = mentions.take(pa.array(order)).to_pylist()
    contexts = _contexts(run, rows)
    frame = next((f"{k} {v}" for k, v in frame_of(run, term, concept, category).items()), EVERYTHING)
    out = []
    for i, mention in zip(order.tolist(), rows, strict=True):
        out.append(
            {
                **{name: mention[name] for name in ("mention_id", "article_id", "sentence_id", "term_id", "surface")},
                **contexts[mention["mention_id"]],
                "drawn_from": frame,
                "drawn_per": per,
                "probability": shares[strata[i]] / sizes[strata[i]] * len(sizes) / n_strata,
                "outlet_id": outlet_of[mention["article_id"]],
                **{f"machine_{name}": mention[name] for name in ("sense", "voice", "target", "uncertain")},
            }
        )
    schema = pa.schema([*SAMPLE_SCHEMA, *_SHOWN]) if show_answers else SAMPLE_SCHEMA
    table = pa.Table.from_pylist([{name: r.get(name) for name in schema.names} for r in out], schema=schema)
    meta = {
        "n": len(out),
        "n_mentions": mentions.num_rows,
        "drawn_from": frame,
        "drawn_per": per,
        "n_strata": n_strata,
        "seed": seed,
        "strata": {name: {"mentions": sizes[name], "drawn": k} for name, k in shares.items()},
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def frame_of(run: Run, term: str | None, concept: str | None, category: str | None) -> dict[str, str]:
    """What a selection narrows mentions to, terms by their id; empty for all."""
    named = {"term": term and run.lexicon.find_term(term).term_id, "concept": concept, "category": category}
    return {k: v for k, v in named.items() if v}


def share_out(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Equal shares of n, none larger than its stratum; what small strata leave over goes to the others.

    Example:
        >>> share_out({"a": 2, "b": 50, "c": 50}, 12)
        {'a': 2, 'b': 5, 'c': 5}
    """
    shares: dict[str, int] = {}
    left = min(n, sum(sizes.values()))
    for rank, (name, size) in enumerate(sorted(sizes.items(), key=lambda s: (s[1], s[0]))):
        shares[name] = min(size, left // (len(sizes) - rank))
        left -= shares[name]
    return {name: shares[name] for name in sizes}


def _contexts(run: Run, mentions: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The sentence of each mention, its neighbours, and which of several equal places in it is meant."""
    ids = {m["article_id"] for m in mentions}
    texts = read_texts(run, ids)
    sentences = run.rows("sentences").of_articles(ids)
    by_part: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for row in sentences.select(["article_id", "part", "start", "end", "sentence_id"]).to_pylist():
        by_part.setdefault((row["article_id"], row["part"]), []).append((row["start"], row["end"], row["sentence_id"]))
    found = {}
    for mention in mentions:
        place = mention["article_id"], mention["part"]
        text, around = texts[place[0]][place[1]], sorted(by_part[place])
        check_surface(text, mention)
        at = next(i for i, s in enumerate(around) if s[2] == mention["sentence_id"])
        start, end, _ = around[at]
        earlier = text[start : mention["start"]].count(mention["surface"])
        found[mention["mention_id"]] = {
            "before": text[around[at - 1][0] : around[at - 1][1]] if at else None,
            "sentence": text[start:end],
            "after": text[around[at + 1][0] : around[at + 1][1]] if at + 1 < len(around) else None,
            "occurrence": earlier + 1,
        }
    return found


def write_sample(sample: pa.Table, path: Path | str) -> Path:
    """Write a sample as CSV with formula-safe cells.

    A reader would get wrong: text that begins like a formula has an apostrophe before it here; the run has it without.

    Args:
        sample: From `draw_sample`.
        path: A new file: one that exists may hold a coder's work and is never replaced.

    Raises:
        SelectionError: The file exists.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = write_sample(pa.table({"surface": ["=1+1"]}), Path(folder) / "to_code.csv")
        ...     path.read_text(encoding="utf-8")
        "surface\\n'=1+1\\n"
    """
    out = Path(path)
    partial = out.with_name(f".{out.name[:40]}.part")
    if out.exists():
        raise SelectionError(f"{str(out)!r}, which exists and may hold codes", "a new file", "Choose another --out.")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(sample.column_names)
            for row in sample.to_pylist():
                writer.writerow(["" if value is None else cell(value) for value in row.values()])
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return out
