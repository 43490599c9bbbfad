"""How far do our labels agree with a gold standard that people (or another reader) made? Baselines stand beside ours."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from framing.corpus import WORD, corpus_from_rows
from framing.errors import InputError
from framing.language import AnnotateOptions, Speech, build_speech_finder, find_quotations, find_sentences
from framing.language.batch import build_role_reader
from framing.language.tokens import word_classes
from framing.language.tone import score_tone
from framing.language.voice import assign_voice
from framing.lexicon import Lexicon, read_lexicon
from framing.lexicon.actors import ActorNames
from framing.lexicon.senses import SENSES
from framing.stats.agreement import INTERVAL, measure_labels, measure_overlap, measure_share
from framing.study.annotation import annotate
from framing.study.lines import is_whole, read_json_lines
from framing.study.run import Run
from framing.study.select import AGENCIES

VOICES = ("own", "direct", "reported", "scare")
_VOICE_NAMES = {"direct_quote": "direct", "scare_quote": "scare", **{v: v for v in VOICES}}
_MARK = re.compile("[\"“”«»]|(?<!\\w)[‘']|[’'](?!\\w)")
#: A speaker counts as found when the words agree at least this far.
SPEAKER_F1 = 0.6
#: Share of characters two quotations must have in common to be the same one.
SAME_IOU = 0.5
#: Share of the items that the figure without the least certain ones leaves out.
ABSTAINED = 0.2
_NO_NAMES = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "by",
        "at",
        "and",
        "or",
        "his",
        "her",
        "their",
        "its",
        "forces",
        "group",
        "groups",
        "people",
    ]
)
_LONG = 4


@dataclass(frozen=True)
class Evaluation:
    """Ours beside a gold standard and beside baselines.

    Args:
        rows: One per system and class or unit, ours first.
        meta: n, method, level, seed and the headline figures.
        confusion: Gold × ours, as rows; empty where there are no classes.
        misses: Where ours and gold differ, with the text around.
    """

    rows: list[dict[str, Any]]
    meta: dict[str, Any]
    confusion: list[dict[str, Any]] = field(default_factory=list)
    misses: list[dict[str, Any]] = field(default_factory=list)


class _Item(NamedTuple):
    number: int
    article_id: str
    part: str
    start: int
    end: int
    text: str
    offset: int
    voice: str
    sense: str | None
    target: str | None


def evaluate_voice(
    gold: Path | str,
    *,
    run: Run | None = None,
    lexicon: Lexicon | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Evaluation:
    """How often is the voice of a term in its sentence the one gold says?

    A reader would get wrong: gold from one coder measures agreement with that coder, not truth.

    Args:
        gold: JSON Lines with text or sentence, offset, length and voice; sense where known.
        run: Rows are joined on article_id, where and doc_offset; without it each sentence is annotated alone,
            which loses what stands before it.
        lexicon: Used without a run.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        Rows by system and class with precision, recall, F1, low, high; in meta `accuracy`, `macro_f1`, `per_class`,
        `n_not_in_run` (left out) and `n_without_mention` (places where the lexicon found no term, read all the same).

    Raises:
        InputError: The file is missing or a line is no such item, or none of its articles is in the run.
    """
    path = Path(gold)
    found, run, left_out = _joined_items(path, run, lexicon, "voice")
    speech = _speech_by_part(run, {i.article_id for i in found})
    mentions = _mentions_by_part(run, {i.article_id for i in found})
    ours = [assign_voice(i.start, i.end, speech.get((i.article_id, i.part), ())) for i in found]
    voices = [i.voice for i in found]
    clusters = [i.article_id for i in found]
    cues = build_speech_finder(run.lexicon)
    systems: dict[str, list[str]] = {
        "ours": [v.voice for v in ours],
        "always own": ["own"] * len(found),
        "mark in the sentence": ["direct" if _MARK.search(i.text) else "own" for i in found],
        "mark or reporting verb": [
            "direct" if _MARK.search(i.text) else "reported" if cues.has_cue(i.text) else "own" for i in found
        ],
    }
    rows: list[dict[str, Any]] = []
    meta: dict[str, Any] = {
        "n": len(found),
        "n_not_in_run": left_out,
        "n_without_mention": sum(_mention_at(mentions, i) is None for i in found),
        "method": INTERVAL,
        "level": level,
        "seed": seed,
    }
    confusion: list[dict[str, Any]] = []
    for name, given in systems.items():
        agreement = measure_labels(voices, given, clusters, VOICES, level=level, seed=seed)
        rows.append(_row(name, "accuracy", len(found), agreement.accuracy))
        rows.append(_row(name, "macro F1", len(found), agreement.macro_f1))
        rows.extend({"system": name, **r} for r in agreement.rows)
        if name == "ours":
            meta["accuracy"], meta["accuracy_low"], meta["accuracy_high"] = agreement.accuracy
            meta["macro_f1"] = agreement.macro_f1[0]
            meta["per_class"] = {r["class"]: {k: r[k] for k in r if k != "class"} for r in agreement.rows}
            confusion = [
                {"gold": label, **{f"ours_{v}": int(n) for v, n in zip(VOICES, counts, strict=True)}}
                for label, counts in zip(agreement.labels, agreement.confusion, strict=True)
            ]
    with_sense = [n for n, i in enumerate(found) if i.sense is not None]
    if with_sense:
        both = [
            "conflict and own"
            if ours[n].voice == "own" and (_mention_at(mentions, found[n]) or {}).get("sense") == "conflict"
            else "not"
            for n in with_sense
        ]
        right = [
            "conflict and own" if found[n].voice == "own" and found[n].sense == "conflict" else "not"
            for n in with_sense
        ]
        pair = measure_labels(
            right, both, [clusters[n] for n in with_sense], ("conflict and own", "not"), level=level, seed=seed
        )
        rows.append({"system": "ours", **pair.rows[0]})
        meta["conflict_and_own_f1"] = pair.rows[0]["f1"]
    misses = [
        {
            "line": i.number,
            "article_id": i.article_id,
            "gold": i.voice,
            "ours": v.voice,
            "rule": v.rule,
            "surface": i.text[i.offset : i.offset + i.end - i.start],
            "text": i.text,
        }
        for i, v in zip(found, ours, strict=True)
        if i.voice != v.voice
    ]
    return Evaluation(rows, meta, confusion, misses)


def evaluate_sense(
    gold: Path | str,
    *,
    run: Run | None = None,
    lexicon: Lexicon | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Evaluation:
    """How often is the sense of a term in its sentence the one gold says, and the one it is about?

    A reader would get wrong: a place where the lexicon has no term counts as other, since nothing is counted there.

    Args:
        gold: As for `evaluate_voice`, with sense; target where known, as a short text.
        run: Rows are joined on article_id, where and doc_offset; without it each sentence is annotated alone,
            which loses what the article is about.
        lexicon: Used without a run.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        Rows by system: conflict or not, and each sense; ours with the least certain fifth left out; targets equal
        after normalising, of those gold names. In meta `accuracy` (conflict or not), `accuracy_of_certain`, `macro_f1`,
        `per_class`, `target_share`, `n_not_in_run` and `n_without_mention` as for `evaluate_voice`.

    Raises:
        InputError: As for `evaluate_voice`, or no line has a sense.
    """
    path = Path(gold)
    items, run, left_out = _joined_items(path, run, lexicon, "sense")
    found = [i for i in items if i.sense is not None]
    if not found:
        raise InputError(f"{path.name} without a sense in any line", "sense in the lines", "Use evaluate voice.")
    mentions = _mentions_by_part(run, {i.article_id for i in found})
    ours = [_mention_at(mentions, i) for i in found]
    given = [str(m["sense"]) if m else "other" for m in ours]
    right = [str(i.sense) for i in found]
    clusters = [i.article_id for i in found]
    binary_gold = ["conflict" if s == "conflict" else "not" for s in right]
    tones = score_tone([i.text for i in found])
    systems = {
        "ours": given,
        "always conflict": ["conflict"] * len(found),
        "TextBlob: negative sentence": ["conflict" if polarity < 0 else "other" for polarity, _ in tones],
    }
    rows: list[dict[str, Any]] = []
    meta: dict[str, Any] = {
        "n": len(found),
        "n_not_in_run": left_out,
        "n_without_mention": ours.count(None),
        "method": INTERVAL,
        "level": level,
        "seed": seed,
    }
    confusion: list[dict[str, Any]] = []
    for name, senses in systems.items():
        binary = ["conflict" if s == "conflict" else "not" for s in senses]
        two = measure_labels(binary_gold, binary, clusters, ("conflict", "not"), level=level, seed=seed)
        three = measure_labels(right, senses, clusters, SENSES, level=level, seed=seed)
        rows.append(_row(name, "conflict or not, accuracy", len(found), two.accuracy))
        rows.append(_row(name, "three senses, accuracy", len(found), three.accuracy))
        rows.extend({"system": name, **r} for r in three.rows)
        if name == "ours":
            meta["accuracy"], meta["accuracy_low"], meta["accuracy_high"] = two.accuracy
            meta["macro_f1"] = three.macro_f1[0]
            meta["per_class"] = {r["class"]: {k: r[k] for k in r if k != "class"} for r in three.rows}
            confusion = [
                {"gold": label, **{f"ours_{v}": int(n) for v, n in zip(SENSES, counts, strict=True)}}
                for label, counts in zip(three.labels, three.confusion, strict=True)
            ]
    # A rule is surer than the model; of the rest the likeliest first.
    sure = [1.0 if m is None or m["sense_prob"] is None else float(m["sense_prob"]) for m in ours]
    kept = sorted(range(len(found)), key=lambda n: (-sure[n], n))[: max(1, round(len(found) * (1 - ABSTAINED)))]
    certain = measure_labels(
        [binary_gold[n] for n in kept],
        ["conflict" if given[n] == "conflict" else "not" for n in kept],
        [clusters[n] for n in kept],
        ("conflict", "not"),
        level=level,
        seed=seed,
    )
    rows.append(_row("ours, least certain fifth left out", "conflict or not, accuracy", len(kept), certain.accuracy))
    meta["accuracy_of_certain"] = certain.accuracy[0]
    targets = [(n, i) for n, i in enumerate(found) if i.target]
    if targets:
        same = ActorNames(run.lexicon.actors)
        hits = [(int(_same_name(same, i.target or "", (ours[n] or {}).get("target"))), 1) for n, i in targets]
        total, share, low, high = measure_share(hits, level=level, seed=seed)
        rows.append({**_row("ours", "target, of those gold names", total, (share or 0.0, low or 0.0, high or 0.0))})
        meta["target_share"] = share
    misses = [
        {
            "line": i.number,
            "article_id": i.article_id,
            "gold": i.sense,
            "ours": s,
            "rule": m["sense_rule"] if m else "no term of the lexicon",
            "surface": i.text[i.offset : i.offset + i.end - i.start],
            "text": i.text,
        }
        for i, s, m in zip(found, given, ours, strict=True)
        if (i.sense == "conflict") != (s == "conflict")
    ]
    return Evaluation(rows, meta, confusion, misses)


def evaluate_agency(
    gold: Path | str, *, lexicon: Lexicon | None = None, level: float = 0.95, seed: int = 0
) -> Evaluation:
    """How often is the way a clause tells who did it the one gold says?

    A reader would get wrong: a word that is no lexicon term is read as a violent event here, so that the grammar is
    measured and not the lexicon.

    Args:
        gold: JSON Lines with text, start, end and agency; part (title or body), agent and patient where known.
        lexicon: Gives terms and word classes.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        Rows by system and class; agents and patients equal after normalising, of those gold names. Baselines: always
        nominalised, and active unless a form of "be" stands before. In meta `accuracy`, `macro_f1`, `per_class`.

    Raises:
        InputError: The file is missing or a line is no such item.
    """
    path = Path(gold)
    lexicon = lexicon or read_lexicon("conflict")
    read = build_role_reader(lexicon)
    items = [_agency_item(row, number, path.name) for number, row in read_json_lines(path)]
    ours = [read(text, start, end, part) for _, text, start, end, part, *_ in items]
    right = [str(item[5] or "none") for item in items]
    labels = (*AGENCIES, "none")
    clusters = [item[1] for item in items]
    be = word_classes(lexicon.speech).be
    systems = {
        "ours": [o.agency or "none" for o in ours],
        "always nominalised": ["nominalised"] * len(items),
        "a form of be before": [
            "agentless_passive" if set(text[:start].lower().split()[-2:]) & be else "active_agent"
            for _, text, start, *_ in items
        ],
    }
    rows: list[dict[str, Any]] = []
    meta: dict[str, Any] = {"n": len(items), "method": INTERVAL, "level": level, "seed": seed}
    confusion: list[dict[str, Any]] = []
    for name, given in systems.items():
        agreement = measure_labels(right, given, clusters, labels, level=level, seed=seed)
        rows.append(_row(name, "accuracy", len(items), agreement.accuracy))
        rows.append(_row(name, "macro F1", len(items), agreement.macro_f1))
        rows.extend({"system": name, **r} for r in agreement.rows if r["n_gold"] or r["n_given"])
        if name == "ours":
            meta["accuracy"], meta["accuracy_low"], meta["accuracy_high"] = agreement.accuracy
            meta["macro_f1"] = agreement.macro_f1[0]
            meta["per_class"] = {r["class"]: {k: r[k] for k in r if k != "class"} for r in agreement.rows}
            confusion = [
                {"gold": label, **{v: int(n) for v, n in zip(labels, counts, strict=True)}}
                for label, counts in zip(agreement.labels, agreement.confusion, strict=True)
            ]
    same = ActorNames(lexicon.actors)
    for role, at in (("agent", 6), ("patient", 7)):
        named = [
            (int(_same_name(same, str(i[at]), getattr(o, role))), 1) for i, o in zip(items, ours, strict=True) if i[at]
        ]
        total, share, low, high = measure_share(named, level=level, seed=seed)
        if total:
            rows.append(_row("ours", f"{role}, of those gold names", total, (share or 0.0, low or 0.0, high or 0.0)))
            meta[f"{role}_share"] = share
    misses = [
        {"line": n, "gold": g, "ours": o.agency or "none", "rule": o.rule, "surface": text[start:end], "text": text}
        for (n, text, start, end, *_), g, o in zip(items, right, ours, strict=True)
        if g != (o.agency or "none")
    ]
    return Evaluation(rows, meta, confusion, misses)


def _agency_item(
    row: Mapping[str, Any], number: int, file: str
) -> tuple[int, str, int, int, str, str | None, str | None, str | None]:
    text, start, end = row.get("text"), row.get("start"), row.get("end")
    if not isinstance(text, str):
        raise _bad(file, number, "no text", "the sentence as text")
    if not (is_whole(start) and is_whole(end) and 0 <= start < end <= len(text)):
        raise _bad(file, number, f"start {start!r:.40} and end {end!r:.40}", f"a place in the {len(text)} characters")
    if "agency" not in row:
        raise _bad(file, number, "no agency", f"one of {', '.join(AGENCIES)}, or null where there is none")
    agency = _text(row, "agency", number, file)
    if agency not in (*AGENCIES, "none", None):
        raise _bad(file, number, f"agency {agency!r:.60}", f"one of {', '.join(AGENCIES)}, or null")
    part = _part(row, "part" if "part" in row else "where", number, file)
    names = _text(row, "agent", number, file), _text(row, "patient", number, file)
    return (number, text, start, end, part, None if agency == "none" else agency, *names)


def _same_name(names: ActorNames, gold: str, ours: str | None) -> bool:
    """Whether two names are one actor, or share a word that names something."""
    if not ours:
        return False
    known = names.find(gold)
    if known is not None and known in (ours, names.find(ours)):
        return True
    words = [{w.lower() for w in WORD.findall(x)} - _NO_NAMES for x in (gold, ours.replace("_", " "))]
    return bool(words[0] & words[1])


def evaluate_attribution(
    gold: Path | str, *, lexicon: Lexicon | None = None, level: float = 0.95, seed: int = 0
) -> Evaluation:
    """How much of what gold marks as attributed do we find, and its speakers?

    A reader would get wrong: words are counted once however many attributions hold them, and gold that also marks
    wishes and plans ("wants", "seeks") puts a ceiling on recall that is no error of quotation.

    Args:
        gold: JSON Lines with text and attributions, each with source, cue and content spans.
        lexicon: Gives the reporting cues.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        Rows: attributed words (ours and baselines), marked quotations (gold spans that begin or end in a mark, ours of
        four words and more, the same when they share half of their characters), the quoted parts of them (told and quoted
        words are often one gold span), speakers (word F1 of at least .6 with
        the gold span, of the attributions found and of all that have a source).

    Raises:
        InputError: The file is missing or a line is no such item.
    """
    path = Path(gold)
    lexicon = lexicon or read_lexicon("conflict")
    find = build_speech_finder(lexicon)
    words: dict[str, list[tuple[int, int, int, int]]] = {
        "ours": [],
        "everything attributed": [],
        "between quotation marks": [],
    }
    quotations: list[tuple[int, int, int, int]] = []
    quotations_long: list[tuple[int, int, int, int]] = []
    speakers: list[tuple[int, int]] = []
    speakers_of_all: list[tuple[int, int]] = []
    misses: list[dict[str, Any]] = []
    n = 0
    for number, row in read_json_lines(path):
        text, attributions = _attribution_item(row, number, path.name)
        n += 1
        speech = [s for s in find(text, find_sentences(text), "body") if s.kind in ("direct", "reported")]
        at = [m.start() for m in WORD.finditer(text)]
        pairs = [(q.start, q.end) for q in find_quotations(text)]
        content = [span for a in attributions for span in a["content"]]
        asked = _words_in(content, at)
        for name, given in (
            ("ours", _words_in([(s.start, s.end) for s in speech], at)),
            ("everything attributed", set(range(len(at)))),
            ("between quotation marks", _words_in(pairs, at)),
        ):
            both = len(asked & given)
            words[name].append((both, len(asked), both, len(given)))
            if name == "ours":
                misses.extend(_word_misses(text, at, asked, given, number))
        marked = [(s, e) for s, e in content if _is_marked(text, s, e)]
        long = [span for span in _marked_units(text, speech) if len(WORD.findall(text, *span)) >= _LONG]
        quotations.append(_same(marked, long))
        parts = [_quoted_part(text, m, pairs) for m in marked]
        quotations_long.append(
            _same(
                [p for p in parts if len(WORD.findall(text, *p)) >= _LONG],
                [
                    (s.start, s.end)
                    for s in speech
                    if s.kind == "direct" and len(WORD.findall(text, s.start, s.end)) >= _LONG
                ],
            )
        )
        named, matched, all_named = _speakers(text, attributions, speech)
        speakers.append((named, matched))
        speakers_of_all.append((named, all_named))
    rows: list[dict[str, Any]] = []
    for name, counts in words.items():
        rows.append(
            {"system": name, "unit": "attributed words", **measure_overlap(counts, level=level, seed=seed)._asdict()}
        )
    marked_row = measure_overlap(quotations, level=level, seed=seed)
    rows.append({"system": "ours", "unit": "marked quotations", **marked_row._asdict()})
    long_row = measure_overlap(quotations_long, level=level, seed=seed)
    rows.append({"system": "ours", "unit": "the quoted parts of them, four words and more", **long_row._asdict()})
    speaker = measure_share(speakers, level=level, seed=seed)
    speaker_all = measure_share(speakers_of_all, level=level, seed=seed)
    for unit, (total, share, low, high) in (
        ("speakers of the attributions found", speaker),
        ("speakers of all attributions", speaker_all),
    ):
        rows.append({"system": "ours", "unit": unit, "n_gold": total, "recall": share, "low": low, "high": high})
    meta = {
        "n": n,
        "method": INTERVAL,
        "level": level,
        "seed": seed,
        "token_f1": rows[0]["f1"],
        "marked_quotation_f1": marked_row.f1,
        "quoted_part_f1": long_row.f1,
        "speaker_share": speaker[1],
        "speaker_share_of_all": speaker_all[1],
    }
    columns = ("system", "unit", "n_gold", "n_given", "precision", "recall", "f1", "low", "high")
    misses.sort(key=lambda m: -m["words"])
    return Evaluation([{c: r.get(c) for c in columns} for r in rows], meta, misses=misses)


# ---- gold files ---------------------------------------------------------------------------------------------------------


def _bad(file: str, number: int, found: str, expected: str) -> InputError:
    return InputError(f"{file}, line {number}: {found}", expected, "Mend the line.")


def _text(row: Mapping[str, Any], key: str, number: int, file: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise _bad(file, number, f"{key} {value!r:.60}", "text, or null where there is none")
    return value


def _part(row: Mapping[str, Any], key: str, number: int, file: str) -> str:
    part = row.get(key)
    if part not in ("title", "body", None):
        raise _bad(file, number, f"{key} {part!r:.60}", "title or body")
    return part or "body"


def _voice_item(row: Mapping[str, Any], number: int, file: str, joined: bool, needed: str) -> _Item:
    text = row.get("text", row.get("sentence"))
    offset, length, voice, sense = row.get("offset"), row.get("length"), row.get("voice"), row.get("sense")
    if voice is None and needed != "voice":
        voice = "own"
    if not isinstance(voice, str) or voice not in _VOICE_NAMES:
        raise _bad(file, number, f"voice {voice!r:.60}", "one of own, direct_quote, reported, scare_quote")
    if sense is not None and sense not in ("conflict", "figurative", "other"):
        raise _bad(file, number, f"sense {sense!r:.60}", "one of conflict, figurative, other")
    part = _part(row, "where", number, file)
    target = _text(row, "target", number, file)
    if not is_whole(length) or length < 1:
        raise _bad(file, number, f"length {length!r:.60}", "the number of characters, 1 or more")
    if not joined:
        if not isinstance(text, str):
            raise _bad(file, number, "neither text nor sentence", "the sentence as text, or a run to join with")
        if not is_whole(offset) or not 0 <= offset < offset + length <= len(text):
            raise _bad(
                file,
                number,
                f"offset {offset!r:.60} and length {length!r:.60}",
                f"a place in the {len(text)} characters",
            )
        return _Item(
            number, f"line {number}", part, offset, offset + length, text, offset, _VOICE_NAMES[voice], sense, target
        )
    article_id, at = row.get("article_id"), row.get("doc_offset")
    if not (isinstance(article_id, str) or is_whole(article_id)) or not is_whole(at) or at < 0:
        raise _bad(file, number, f"article_id {article_id!r:.60} and doc_offset {at!r:.60}", "both, to join with a run")
    return _Item(number, str(article_id), part, at, at + length, "", 0, _VOICE_NAMES[voice], sense, target)


def _with_sentences(items: list[_Item], run: Run) -> list[_Item]:
    """Items of a run with the sentence they stand in, as the run has it."""
    sentences: dict[tuple[str, str], list[tuple[int, int]]] = {}
    wanted = {i.article_id for i in items}
    columns = ("article_id", "part", "start", "end")
    for article_id, part, start, end in zip(*(run.sentences.column(c).to_pylist() for c in columns), strict=True):
        if article_id in wanted:
            sentences.setdefault((article_id, part), []).append((start, end))
    texts = {
        row["article_id"]: row
        for row in run.corpus.articles.select(["article_id", "title", "text"]).to_pylist()
        if row["article_id"] in wanted
    }
    found = []
    for item in items:
        content = texts[item.article_id]["title" if item.part == "title" else "text"] or ""
        if item.end > len(content):
            raise InputError(
                f"line {item.number} of the gold at {item.start}–{item.end} of a {item.part} of {len(content)} characters",
                "places in the text the run was made from",
                "Use the corpus the gold was taken from, unchanged.",
            )
        start, end = next(
            ((s, e) for s, e in sentences.get((item.article_id, item.part), ()) if s <= item.start < e),
            (item.start, item.end),
        )
        found.append(item._replace(text=content[start:end], offset=item.start - start))
    return found


def _attribution_item(
    row: Mapping[str, Any], number: int, file: str
) -> tuple[str, list[dict[str, list[tuple[int, int]]]]]:
    text, given = row.get("text"), row.get("attributions")
    if not isinstance(text, str) or not isinstance(given, list):
        raise _bad(file, number, "no text with attributions", "text and a list of attributions")
    attributions = []
    for entry in given:
        if not isinstance(entry, dict):
            raise _bad(file, number, f"attribution {entry!r:.60}", "an object with source, cue and content")
        if entry.get("content") is None:
            raise _bad(file, number, "an attribution without content", "a list of [start, end]")
        spans: dict[str, list[tuple[int, int]]] = {}
        for key in ("source", "cue", "content"):
            # Nobody may be named, and no cue be there.
            pairs = entry.get(key) if entry.get(key) is not None else []
            if not isinstance(pairs, list) or not all(
                isinstance(p, list) and len(p) == 2 and is_whole(p[0]) and is_whole(p[1]) for p in pairs
            ):
                raise _bad(file, number, f"{key} {pairs!r:.60}", "a list of [start, end] in whole numbers")
            spans[key] = [(s, e) for s, e in pairs]
            if any(not 0 <= s < e <= len(text) for s, e in spans[key]):
                raise _bad(file, number, f"{key} {pairs!r:.60}", f"places inside the {len(text)} characters")
        attributions.append(spans)
    return text, attributions


def _joined_items(path: Path, run: Run | None, lexicon: Lexicon | None, needed: str) -> tuple[list[_Item], Run, int]:
    """The items of a gold file, the run they are joined with (or one made from their sentences), and how many it lacks."""
    joined = run is not None
    items = [_voice_item(row, number, path.name, joined, needed) for number, row in read_json_lines(path)]
    if run is None:
        run = annotate(
            corpus_from_rows(
                [
                    {
                        "article_id": i.article_id,
                        "outlet_id": "(gold)",
                        "title": i.text if i.part == "title" else None,
                        "text": i.text if i.part == "body" else None,
                    }
                    for i in items
                ]
            ),
            lexicon or read_lexicon("conflict"),
            options=AnnotateOptions(tone="none", loadedness="none"),
        )
    held = set(run.corpus.articles.column("article_id").to_pylist())
    found = [i for i in items if i.article_id in held]
    if not found:
        raise InputError(
            f"none of the {len(items)} items of {path.name} is in the run",
            "article_id as in the run's corpus",
            "Annotate the corpus the gold was taken from, or leave out --run.",
        )
    return (_with_sentences(found, run) if joined else found), run, len(items) - len(found)


# ---- joins and measures ---------------------------------------------------------------------------------------------------


def _speech_by_part(run: Run, wanted: set[str]) -> dict[tuple[str, str], list[Speech]]:
    found: dict[tuple[str, str], list[Speech]] = {}
    names = Speech._fields
    for row in run.speech.to_pylist():
        if row["article_id"] in wanted:
            found.setdefault((row["article_id"], row["part"]), []).append(Speech(*(row[n] for n in names)))
    return found


def _mentions_by_part(run: Run, wanted: set[str]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    columns = ["article_id", "part", "start", "end", "sense", "sense_prob", "sense_rule", "target"]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in run.mentions.select(columns).to_pylist():
        if row["article_id"] in wanted:
            found.setdefault((row["article_id"], row["part"]), []).append(row)
    return found


def _mention_at(mentions: Mapping[tuple[str, str], list[dict[str, Any]]], item: _Item) -> dict[str, Any] | None:
    """The mention at a place; None where the lexicon has no term there."""
    for row in mentions.get((item.article_id, item.part), ()):
        if row["start"] < item.end and item.start < row["end"]:
            return row
    return None


def _row(system: str, name: str, n: int, value: tuple[float, float, float]) -> dict[str, Any]:
    return {
        "system": system,
        "class": name,
        "n_gold": n,
        "n_given": n,
        "precision": None,
        "recall": None,
        "f1": value[0],
        "low": value[1],
        "high": value[2],
    }


def _words_in(spans: Iterable[tuple[int, int]], at: Sequence[int]) -> set[int]:
    """Numbers of the words that begin in one of the spans."""
    found: set[int] = set()
    for start, end in spans:
        found.update(range(bisect_right(at, start - 1), bisect_right(at, end - 1)))
    return found


def _is_marked(text: str, start: int, end: int) -> bool:
    piece = text[start:end].strip(" ,.;:")
    return piece[:1] in "“\"‘'" or piece[-1:] in "”\"’'" if piece else False


def _quoted_part(text: str, span: tuple[int, int], pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The longest quotation inside a gold span; the span itself where no pair of marks stands in it."""
    inside = [p for p in pairs if span[0] <= p[0] and p[1] <= span[1]]
    return max(inside, key=lambda p: p[1] - p[0], default=span)


def _marked_units(text: str, speech: Sequence[Speech]) -> list[tuple[int, int]]:
    """Ours as gold has them: outermost spans, of those told without marks the ones that begin or end in a mark."""
    found: list[tuple[int, int]] = []
    reach = -1
    for s in sorted(speech, key=lambda s: (s.start, -s.end)):
        if s.end <= reach:
            continue
        reach = s.end
        if s.kind == "direct" or _is_marked(text, s.start, s.end):
            found.append((s.start, s.end))
    return found


def _same(gold: Sequence[tuple[int, int]], ours: Sequence[tuple[int, int]]) -> tuple[int, int, int, int]:
    found = sum(any(_iou(g, o) >= SAME_IOU for o in ours) for g in gold)
    right = sum(any(_iou(g, o) >= SAME_IOU for g in gold) for o in ours)
    return found, len(gold), right, len(ours)


def _iou(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common > 0 else 0.0


def _speakers(
    text: str, attributions: Sequence[Mapping[str, list[tuple[int, int]]]], speech: Sequence[Speech]
) -> tuple[int, int, int]:
    """Gold speakers found, attributions with a source that one of our spans meets, attributions with a source."""
    named = matched = total = 0
    for attribution in attributions:
        if not attribution["source"] or not attribution["content"]:
            continue
        total += 1
        common, best = max(
            (
                (max(min(e, s.end) - max(b, s.start) for b, e in attribution["content"]), -n)
                for n, s in enumerate(speech)
            ),
            default=(0, 0),
        )
        if common <= 0:
            continue
        matched += 1
        ours = speech[-best]
        if ours.speaker_start is None or ours.speaker_end is None:
            continue
        gold_words = " ".join(text[s:e] for s, e in attribution["source"])
        named += _word_f1(gold_words, text[ours.speaker_start : ours.speaker_end]) >= SPEAKER_F1
    return named, matched, total


def _word_f1(gold: str, ours: str) -> float:
    left, right = [WORD.findall(x.lower()) for x in (gold, ours)]
    common = sum(min(left.count(w), right.count(w)) for w in set(left))
    return 2 * common / (len(left) + len(right)) if common else 0.0


def _word_misses(
    text: str, at: Sequence[int], asked: set[int], given: set[int], number: int
) -> Iterable[dict[str, Any]]:
    """Stretches of words that only gold or only we attribute."""
    for kind, numbers in (("not found", sorted(asked - given)), ("not in gold", sorted(given - asked))):
        first = 0
        for i in range(1, len(numbers) + 1):
            if i == len(numbers) or numbers[i] != numbers[i - 1] + 1:
                start, last = at[numbers[first]], numbers[i - 1] + 1
                end = at[last] if last < len(at) else len(text)
                yield {
                    "line": number,
                    "miss": kind,
                    "start": start,
                    "end": end,
                    "words": i - first,
                    "text": text[max(0, start - 80) : start]
                    + "⟦"
                    + text[start:end].rstrip()
                    + "⟧"
                    + text[end : end + 80],
                }
                first = i


__all__ = ["Evaluation", "evaluate_agency", "evaluate_attribution", "evaluate_sense", "evaluate_voice"]
