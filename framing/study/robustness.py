"""Does a difference hang on how it was measured, or on a single term or event? Every defensible way side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import special

from framing.errors import SelectionError
from framing.lexicon import Term
from framing.stats import (
    FEWEST_ARTICLES,
    FEWEST_WITH_MENTION,
    INTERVAL_METHOD,
    MODEL_METHOD,
    READINGS,
    TEST_METHOD,
    Counts,
    estimate_model,
    estimate_outlets,
    permutation_p,
    ratio_row,
)
from framing.stats.counts import places
from framing.stats.jackknife import welch_df
from framing.stats.rates import Estimates
from framing.stats.resample import PERMUTATIONS
from framing.study.rows import among, one_piece
from framing.study.run import Run
from framing.study.select import Selection, check_numbers, check_selection, select_articles, select_coded

#: Each choice of a measurement and its options; a choice is varied where it makes a difference to the counts at all.
CHOICES: dict[str, tuple[str, ...]] = {
    "voice": ("own", "own+reported", "all"),
    "copies": ("keep", "drop"),
    "part": ("title", "body", "all"),
    "per": ("words", "occasions"),
    "within": ("none", "event"),
    "uncertain": ("in", "out"),
}
DEFAULTS = {"voice": "all", "copies": "keep", "part": "all", "per": "words", "within": "none", "uncertain": "in"}
#: Terms left out in turn in every combination: those with the most mentions, since leaving out a rare one moves little;
#: `find_influence` leaves out each. Keeps a category of a hundred terms within seconds.
MOST_LEFT_OUT = 20
#: Most numbers in one array of counts with an event left out: 4 million take 32 MB.
_MOST_AT_ONCE = 4_000_000

ROBUSTNESS_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in CHOICES),
        ("term_left_out", pa.string()),
        ("is_default", pa.bool_()),
        ("a_value", pa.float64()),
        ("b_value", pa.float64()),
        ("ratio", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("rank", pa.int64()),
        ("n", pa.int64()),
        ("a_n", pa.int64()),
        ("b_n", pa.int64()),
        ("a_articles", pa.int64()),
        ("b_articles", pa.int64()),
        ("n_events", pa.int64()),
        ("p", pa.float64()),
        ("p_permutation", pa.float64()),
        ("sign", pa.int64()),
        ("flips", pa.bool_()),
        ("reason", pa.string()),
    ]
)
INFLUENCE_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("left_out", pa.string()),
        ("label", pa.string()),
        ("a_n_left_out", pa.int64()),
        ("b_n_left_out", pa.int64()),
        ("ratio", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("change", pa.float64()),
        ("sign_hangs", pa.bool_()),
        ("exclusion_hangs", pa.bool_()),
        ("reason", pa.string()),
    ]
)


def compare_every_way(
    run: Run,
    a: str,
    b: str,
    *,
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    target: str | None = None,
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    voice: str = "all",
    copies: str = "keep",
    part: str = "all",
    per: str = "words",
    within: str = "none",
    uncertain: str = "in",
    level: float = 0.95,
    seed: int = 0,
    permutations: int = PERMUTATIONS,
) -> pa.Table:
    """How many times as often outlet a uses something as outlet b, for every defensible combination of measurement choices.

    A reader would get wrong: the rows are one set of articles measured again and again, not independent results; the
    share that agrees is a description, no probability, and no joint test is made of it.

    Args:
        run: From `annotate` or `read_run`.
        a: Outlet id.
        b: Outlet id it is compared with.
        term: One term, by id or form; one of term, concept and category is needed.
        concept: All terms of a concept.
        category: All terms of a category.
        target: Only mentions about this actor.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        voice: The default choice: own, own+reported or all.
        copies: The default choice: keep or drop.
        part: The default choice: title, body or all.
        per: The default choice: words, or occasions: mentions of any alternative of the same concepts.
        within: The default choice: none, or event: regression with event effects.
        uncertain: The default choice: in or out, mentions whose sense is a guess.
        level: Of the intervals.
        seed: Of the permutations of the default row.
        permutations: Their number.

    Returns:
        One row per combination, by ratio (`rank`), those without one last. voice, copies, part, per, within, uncertain,
        term_left_out (null: none; of many terms the twenty with the most mentions); a_value and b_value: per 1,000
        words or per occasion; ratio with low and high; n, a_n, b_n mentions, a_articles, b_articles with words or
        occasions; n_events that say something (within events); p of the ratio, p_permutation of the default row only;
        sign: 1 where a has more, -1 where less; flips: the sign is not the default's. Null with `reason`. A term left
        out is as if the lexicon did not have it: it is no occasion either. Metadata `meta` (JSON): n_combinations,
        share_same_sign, share_excludes_1, median_ratio, by_choice, flipped_alone (choices that turn the sign when
        nothing else is changed), not_varied with reasons; share_excludes_1 is of the rows with a p.

    Raises:
        SelectionError: A name or value does not exist here, or nothing can be compared.

    Source: Steegen, Tuerlinckx, Gelman & Vanpaemel 2016 (multiverse analysis); Simonsohn, Simmons & Nelson 2020
    (specification curve), as a description.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": f"{o}{i}", "outlet_id": o, "text": "Ten were killed. " * (i % 3) + "It rained."}
        ...         for o in "AB" for i in range(10 + 10 * (o == "B"))]
        >>> table = compare_every_way(annotate(corpus_from_rows(rows)), "A", "B", term="killed", permutations=99)
        >>> table.num_rows
        6
    """
    chosen = {"voice": voice, "copies": copies, "part": part, "per": per, "within": within, "uncertain": uncertain}
    selection = Selection(
        (a, b), date_from, date_to, section, "all", "conflict", term, concept, category, target=target
    )
    cells = _open(run, a, b, selection, chosen, level, seed)
    varied, not_varied = _varied(cells, chosen)
    out: list[dict[str, Any]] = []
    p_permutation = None
    counting = ("voice", "part", "per", "uncertain")
    for combination in product(*(varied[name] for name in counting)):
        options = dict(zip(counting, combination, strict=True))
        left_out = cells.terms_left_out(options["per"])[:MOST_LEFT_OUT]
        pair = cells.count(options, left_out)
        # Copies and events choose among articles already counted.
        for one_copies, one_within in product(varied["copies"], varied["within"]):
            full = options | {"copies": one_copies, "within": one_within}
            counts = cells.take(pair, left_out, full)
            rows = _rows(counts, a, b, one_within, level)
            for row, left in zip(rows, [None, *left_out], strict=True):
                is_default = left is None and full == chosen
                out.append({**full, "term_left_out": left, "is_default": is_default, **row})
            if full == chosen and rows[0]["tested"]:
                first = replace(counts, groups=("all",), n=counts.n[:, :1], denominators=counts.denominators[:, :1])
                p_permutation = permutation_p(
                    first, reference=b, within=one_within, seed=seed, permutations=permutations
                ).get((a, "all"))
    default = next(row for row in out if row["is_default"])
    default["p_permutation"] = p_permutation
    for row in out:
        row["flips"] = None if row["sign"] is None or not default["sign"] else row["sign"] != default["sign"]
    out.sort(key=lambda row: (row["ratio"] is None, row["ratio"] or 0.0))
    for rank, row in enumerate(out, 1):
        row["rank"] = None if row["ratio"] is None else rank
    names = run.outlet_names()
    meta = {
        "a": a,
        "b": b,
        "a_name": names.get(a, a),
        "b_name": names.get(b, b),
        "selected": term or concept or category,
        "by": "term" if term else "concept" if concept else "category",
        "target": target,
        "section": section,
        "default": chosen,
        "default_row": _plain_row(default),
        **_summary(out, default),
        "by_choice": _by_choice(out, varied),
        "flipped_alone": _flipped_alone(out, chosen),
        "not_varied": not_varied,
        "n_terms": len(cells.terms),
        "n_terms_mentioned": len(cells.terms_left_out("words")),
        "fewest_articles": FEWEST_ARTICLES,
        "level": level,
        "seed": seed,
        "permutations": permutations,
        "interval_method": INTERVAL_METHOD,
        "model_method": MODEL_METHOD,
        "test_method": f"p of the ratio's logarithm over its error, t; p_permutation: {TEST_METHOD}",
        "note": "one set of articles measured in many ways: a description, no joint test (Steegen et al. 2016; Simonsohn et al. 2020)",
        "n_articles": len(cells.article_ids),
        "corpus_digest": run.corpus.digest,
        "groups_digest": run.corpus.groups_digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    return _table(out, ROBUSTNESS_SCHEMA, meta)


def find_influence(
    run: Run,
    a: str,
    b: str,
    *,
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    target: str | None = None,
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    voice: str = "all",
    copies: str = "keep",
    part: str = "all",
    per: str = "words",
    within: str = "none",
    uncertain: str = "in",
    level: float = 0.95,
) -> pa.Table:
    """Which single term or event moves the ratio of two outlets most, and does its sign or the exclusion of 1 hang on it?

    A reader would get wrong: that one word or one event carries a difference does not make it false; it says what the
    difference is about.

    Args:
        run: From `annotate` or `read_run`.
        a: Outlet id.
        b: Outlet id it is compared with.
        term: As in `compare_every_way`, like all below; the choices here are the ones that are used.
        concept: All terms of a concept.
        category: All terms of a category.
        target: Only mentions about this actor.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        voice: own, own+reported or all.
        copies: keep or drop.
        part: title, body or all.
        per: words or occasions.
        within: none or event.
        uncertain: in or out.
        level: Of the intervals.

    Returns:
        One row per term with a mention (where several are selected) and per event with an article, those that move
        the ratio most first: kind (term or event), left_out, label, a_n_left_out and b_n_left_out (mentions), the
        ratio without it with low and high, change (that ratio divided by the whole one), sign_hangs (without it the
        sign turns), exclusion_hangs (with all the interval excludes 1, without it does not, or the other way round);
        null with `reason`. Metadata `meta` (JSON): the whole ratio, the most influential of each kind, what the sign
        and the exclusion hang on. Articles without an event are never left out here.

    Raises:
        SelectionError: A name or value does not exist here, or nothing can be compared.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": f"{o}{i}", "outlet_id": o, "event_id": str(i % 3), "text": "Ten were killed. " * (i % 4)
        ...         + "It rained."} for o in "AB" for i in range(20)]
        >>> find_influence(annotate(corpus_from_rows(rows)), "A", "B", term="killed").column("kind").to_pylist()
        ['event', 'event', 'event']
    """
    chosen = {"voice": voice, "copies": copies, "part": part, "per": per, "within": within, "uncertain": uncertain}
    selection = Selection(
        (a, b), date_from, date_to, section, "all", "conflict", term, concept, category, target=target
    )
    cells = _open(run, a, b, selection, chosen, level, 0)
    left_out = cells.terms_left_out(per)
    counts = cells.take(cells.count(chosen, left_out), left_out, chosen)
    whole, *rows = _rows(counts, a, b, within, level)
    labels = {t.term_id: t.label for t in cells.terms}
    out = [_influence("term", left, labels[left], whole, row) for left, row in zip(left_out, rows, strict=True)]
    for events, part_counts in _without_each_event(counts):
        for event, row in zip(events, _rows(part_counts, a, b, within, level), strict=True):
            out.append(_influence("event", event, event, whole, row))
    out.sort(key=lambda row: (row["change"] is None, -abs(np.log(row["change"] or 1.0))))
    names = run.outlet_names()
    meta = {
        "a": a,
        "b": b,
        "a_name": names.get(a, a),
        "b_name": names.get(b, b),
        "selected": term or concept or category,
        "choices": chosen,
        "whole": _plain_row(whole),
        "most_influential": {
            kind: next((r["left_out"] for r in out if r["kind"] == kind and r["change"]), None)
            for kind in ("term", "event")
        },
        "sign_hangs_on": [r["left_out"] for r in out if r["sign_hangs"]],
        "exclusion_hangs_on": [r["left_out"] for r in out if r["exclusion_hangs"]],
        "n_articles_without_event": sum(e is None for e in counts.event_ids),
        "level": level,
        "interval_method": INTERVAL_METHOD if within == "none" else MODEL_METHOD,
        "n_articles": len(counts.article_ids),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    return _table(out, INFLUENCE_SCHEMA, meta)


# ---- counts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Cells:
    """Mentions and words of two outlets, coded once; every combination is a sum over some of them.

    Args:
        terms: The selected terms.
        article_ids: Of both outlets.
        outlet_ids: Of each article.
        event_ids: Of each article, or None.
        kept: Whether an article stays when copies are dropped.
        copies_known: Whether copies were looked for.
        mentions: Of the selected terms and their alternatives: columns as codes and the values they stand for.
        certain: Mentions whose sense is no guess.
        occasions: Mentions that are occasions.
        mention_rows: The article of each mention.
        sentences: Of these articles.
        sentence_rows: The article of each sentence.
        concepts: Concept of each term of the lexicon.
        countable: Terms that count as occasions.
    """

    terms: list[Term]
    article_ids: list[str]
    outlet_ids: list[str]
    event_ids: list[str | None]
    kept: np.ndarray
    copies_known: bool
    mentions: dict[str, tuple[np.ndarray, list[str]]]
    certain: np.ndarray
    occasions: np.ndarray
    mention_rows: np.ndarray
    sentences: dict[str, np.ndarray]
    sentence_rows: np.ndarray
    concepts: dict[str, str]
    countable: frozenset[str]

    @cached_property
    def memory(self) -> dict[Any, np.ndarray]:
        """Counts made so far, by what decides them."""
        return {}

    @cached_property
    def _mentioned(self) -> list[str]:
        """Selected terms with a mention in any combination, the most frequent first."""
        codes, names = self.mentions["term_id"]
        found = dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True))
        ids = [t.term_id for t in self.terms if t.term_id in found]
        return sorted(ids, key=lambda term_id: (-found[term_id], term_id))

    def selected(self, per: str) -> list[str]:
        """Terms whose mentions count: with occasions those that could have been chosen among alternatives."""
        return [t.term_id for t in self.terms if per == "words" or t.term_id in self.countable]

    def terms_left_out(self, per: str) -> list[str]:
        """Terms to leave out in turn; none where no other would be left."""
        able = set(self.selected(per))
        ids = [term_id for term_id in self._mentioned if term_id in able]
        return ids if len(ids) > 1 else []

    def take(self, pair: np.ndarray, left_out: Sequence[str], options: dict[str, str]) -> Counts:
        """Counts of the articles that stay: the whole selection, then without each term left out."""
        rows = self.kept if options["copies"] == "drop" else np.ones(len(self.article_ids), bool)
        taken = np.flatnonzero(rows)
        n, d = pair[:, taken]
        return Counts(
            tuple(self.article_ids[i] for i in taken),
            tuple(self.outlet_ids[i] for i in taken),
            tuple(self.event_ids[i] for i in taken),
            ("all", *left_out),
            n,
            d,
            options["per"],
            options["voice"],
        )

    def count(self, options: dict[str, str], left_out: Sequence[str]) -> np.ndarray:
        """Mentions and denominators, 2 × articles × groups: the whole selection, then without each term left out."""
        key = options["voice"], options["part"], options["uncertain"]
        selected = self.selected(options["per"])
        each = self._tally("term_id", [(term_id,) for term_id in left_out], key)
        whole = self._tally("term_id", [selected], key)
        n = np.hstack([whole, whole - each])
        if options["per"] == "words":
            return np.stack([n, np.broadcast_to(self._words(*key[:2])[:, None], n.shape)])
        return np.stack([n, self._occasions(selected, left_out, each, key)])

    def _occasions(
        self, selected: Sequence[str], left_out: Sequence[str], each: np.ndarray, key: tuple[str, str, str]
    ) -> np.ndarray:
        """Occasions of the selected terms' concepts; a term left out is none, nor is a concept it leaves without any."""
        of = [self.concepts[term_id] for term_id in selected]
        concepts = sorted(set(of))
        per_concept = self._tally("concept_id", [(concept,) for concept in concepts], key, occasions=True)
        whole = per_concept.sum(axis=1, keepdims=True)
        less = each.copy()
        for j, term_id in enumerate(left_out):
            concept = self.concepts[term_id]
            if of.count(concept) == 1:
                less[:, j] = per_concept[:, concepts.index(concept)]
        return np.hstack([whole, whole - less])

    def _tally(
        self, column: str, groups: Sequence[Sequence[str]], key: tuple[str, str, str], *, occasions: bool = False
    ) -> np.ndarray:
        """Mentions per article, articles × groups of values of one column."""
        codes, names = self.mentions[column]
        place = {name: i for i, group in enumerate(groups) for name in group}
        columns = np.array([place.get(name, -1) for name in names] or [-1])[codes]
        counted = self._counted(*key) & (columns >= 0)
        if occasions:
            counted &= self.occasions
        flat = self.mention_rows[counted] * len(groups) + columns[counted]
        shape = len(self.article_ids), len(groups)
        return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(float)

    def _counted(self, voice: str, part: str, uncertain: str) -> np.ndarray:
        """Which mentions these choices take in."""
        key = "counted", voice, part, uncertain
        if key not in self.memory:
            counted = self._is("voice", READINGS[voice][0])
            if part != "all":
                counted = counted & self._is("part", (part,))
            self.memory[key] = counted & self.certain if uncertain == "out" else counted
        return self.memory[key]

    def _is(self, column: str, values: Sequence[str]) -> np.ndarray:
        codes, names = self.mentions[column]
        return np.asarray(np.array([name in values for name in names] or [False])[codes])

    def _words(self, voice: str, part: str) -> np.ndarray:
        key = "words", voice, part
        if key not in self.memory:
            of_part = np.ones(len(self.sentence_rows), bool) if part == "all" else self.sentences["part"] == part
            total = sum(self.sentences[name] for name in READINGS[voice][1])
            self.memory[key] = np.bincount(
                self.sentence_rows[of_part], np.asarray(total)[of_part], minlength=len(self.article_ids)
            ).astype(float)
        return self.memory[key]


def _open(run: Run, a: str, b: str, selection: Selection, chosen: dict[str, str], level: float, seed: int) -> _Cells:
    if a == b:
        raise SelectionError(f"outlet {a!r} twice", "two outlets", "Give another --b.")
    if sum(v is not None for v in (selection.term, selection.concept, selection.category)) != 1:
        raise SelectionError("none or several of term, concept and category", "one of them", "Choose one.")
    for name, value in chosen.items():
        if value not in CHOICES[name]:
            raise SelectionError(f"{name} {value!r}", f"one of {', '.join(CHOICES[name])}", f"Correct --{name}.")
    check_numbers(level, seed)
    check_selection(run, replace(selection, copies=chosen["copies"]))
    cells = _collect(run, selection)
    for outlet in (a, b):
        if outlet not in cells.outlet_ids:
            raise SelectionError(
                f"no article of {outlet!r} in this selection", "at least one", "Widen dates or section."
            )
    if chosen["within"] == "event" and not any(e is not None for e in cells.event_ids):
        raise SelectionError(
            "articles without events",
            "an event column in the input",
            "Find events with framing group CORPUS, give them when ingesting, or use --within none.",
        )
    reason = _without_occasions(cells, selection)
    if chosen["per"] == "occasions" and reason:
        raise SelectionError(f"--per occasions, and {reason}", "a term chosen among alternatives", "Use --per words.")
    return replace(cells, countable=frozenset()) if reason else cells


def _collect(run: Run, selection: Selection) -> _Cells:
    lexicon = run.lexicon
    if selection.term is not None:
        terms = [lexicon.find_term(selection.term)]
    else:
        terms = [t for t in lexicon.terms if selection.concept == t.concept_id or selection.category == t.category]
    countable = frozenset(t.term_id for t in lexicon.terms if t.occasion)
    articles = select_articles(run, selection)
    ids = articles.column("article_id").to_pylist()
    copies_known = run.corpus.grouped or run.corpus.copies.num_rows > 0
    kept = np.ones(len(ids), bool)
    if copies_known:
        left = set(select_articles(run, replace(selection, copies="drop")).column("article_id").to_pylist())
        kept = np.fromiter((i in left for i in ids), bool, len(ids))
    everything = replace(selection, term=None, concept=None, category=None)
    mentions = select_coded(
        run, everything, articles, "article_id", "term_id", "concept_id", "voice", "part", "uncertain"
    )
    concepts = pa.array(sorted({t.concept_id for t in terms}), pa.string())
    wanted = pa.array([t.term_id for t in terms], pa.string())
    mentions = mentions.filter(
        pc.or_(among(mentions.column("concept_id"), concepts), among(mentions.column("term_id"), wanted))
    )
    place = pa.array(ids, pa.string())
    # The sums over sentences, by article and part, are all that is asked of them.
    words = run.words.filter(among(run.words.column("article_id"), place))
    word_columns = {name: words.column(name).to_numpy() for name in ("n_words", "n_own_words", "n_reported_words")}
    word_columns["part"] = np.asarray(words.column("part").to_pylist(), dtype=str)
    return _Cells(
        terms,
        ids,
        articles.column("outlet_id").to_pylist(),
        articles.column("event_id").to_pylist(),
        kept,
        copies_known,
        {name: _coded(mentions.column(name)) for name in ("term_id", "concept_id", "voice", "part")},
        pc.invert(pc.fill_null(mentions.column("uncertain"), False)).to_numpy(zero_copy_only=False),
        among(mentions.column("term_id"), pa.array(sorted(countable), pa.string())).to_numpy(),
        places(mentions.column("article_id"), place),
        word_columns,
        places(words.column("article_id"), place),
        {t.term_id: t.concept_id for t in lexicon.terms},
        countable,
    )


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    coded = one_piece(column)
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def _without_occasions(cells: _Cells, selection: Selection) -> str | None:
    """Why the selection cannot be counted per occasion, or None."""
    if selection.concept is not None:
        return "a concept's mentions are its occasions, so there is no share of them"
    if not cells.selected("occasions"):
        return "no selected term is an alternative for its concept"
    return None


def _varied(cells: _Cells, chosen: dict[str, str]) -> tuple[dict[str, tuple[str, ...]], list[dict[str, str]]]:
    """The options of each choice, and which choices make no difference here and why."""
    varied, not_varied = dict(CHOICES), []
    reasons: dict[str, str] = {}
    if not cells.copies_known:
        reasons["copies"] = "copies were not looked for"
    elif cells.kept.all():
        reasons["copies"] = "no article of these outlets is a copy"
    titles = cells.sentences["part"] == "title"
    if not titles.any() or titles.all():
        reasons["part"] = "articles without titles" if not titles.any() else "articles without bodies"
    if not cells.countable:
        reasons["per"] = "what is selected has no occasions of its own"
    sides: list[set[str | None]] = [set(), set()]
    for outlet, event in zip(cells.outlet_ids, cells.event_ids, strict=True):
        sides[outlet == cells.outlet_ids[0]].add(event)
    if not (sides[0] & sides[1]) - {None}:
        reasons["within"] = "no event that both outlets covered"
    if cells.certain.all():
        reasons["uncertain"] = "no mention's sense is a guess"
    for name, reason in reasons.items():
        # A default that makes no difference stays, and is the only option.
        varied[name] = (chosen[name],)
        not_varied.append({"choice": name, "reason": reason})
    return varied, not_varied


def _without_each_event(counts: Counts) -> Iterator[tuple[list[str], Counts]]:
    """Events and counts whose groups are the whole selection without each of them."""
    of = np.asarray(counts.event_ids, object)
    events = sorted({e for e in counts.event_ids if e is not None})
    step = max(1, _MOST_AT_ONCE // max(1, len(of)))
    for first in range(0, len(events), step):
        some = events[first : first + step]
        stays = of[:, None] != np.asarray(some, object)[None, :]
        yield (
            some,
            replace(
                counts,
                groups=tuple(some),
                n=counts.n[:, :1] * stays,
                denominators=counts.denominators[:, :1] * stays,
            ),
        )


# ---- rows ---------------------------------------------------------------------------------------------------------------


def _rows(counts: Counts, a: str, b: str, within: str, level: float) -> list[dict[str, Any]]:
    """Ratio, interval, p, sign and reason of each group."""
    if not {a, b} <= set(counts.outlet_ids):
        missing = a if a not in counts.outlet_ids else b
        nothing = {"reason": f"no article of {missing!r} is left", "sign": None, "tested": False, "ratio": None}
        return [dict(nothing) for _ in counts.groups]
    estimates = estimate_outlets(counts, rest_of=b)
    i = estimates.outlet_ids.index(a)
    models = estimate_model(counts, reference=b, within="event", level=level) if within == "event" else {}
    return [
        _row(estimates, i, j, level, models.get((a, group)) if models else None)
        for j, group in enumerate(counts.groups)
    ]


def _row(estimates: Estimates, i: int, j: int, level: float, model: dict[str, Any] | None) -> dict[str, Any]:
    own, rest = estimates.own, estimates.rest
    a_value, b_value = float(own.value[i, j]), float(rest.value[i, j])
    a_n, b_n = int(own.n[i, j]), int(rest.n[i, j])
    row: dict[str, Any] = {
        "a_value": None if np.isnan(a_value) else a_value,
        "b_value": None if np.isnan(b_value) else b_value,
        "a_n": a_n,
        "b_n": b_n,
        "n": a_n + b_n,
        "a_articles": int(own.articles[i, j]),
        "b_articles": int(rest.articles[i, j]),
    }
    enough = min(row["a_articles"], row["b_articles"]) >= FEWEST_ARTICLES
    if model is not None:
        row |= {
            "ratio": model["model_ratio"],
            "low": model["model_low"],
            "high": model["model_high"],
            "p": model["model_p"],
            "n_events": model["n_events"],
            "reason": model["model_reason"],
        }
        sign = None if row["ratio"] is None else _sign(row["ratio"] - 1)
    else:
        found = ratio_row(estimates, i, j, level)
        row |= {"ratio": found["ratio"], "low": found["ratio_low"], "high": found["ratio_high"]}
        row["reason"] = found["difference_reason"]
        row["p"] = None if row["low"] is None else _ratio_p(estimates, i, j, row["ratio"])
        # Where one side has no mention the direction is known, and the ratio is not.
        sign = _sign(a_value - b_value) if enough and row["n"] else None
    with_mention = int(own.articles_with[i, j] + rest.articles_with[i, j])
    if enough and row["n"] and with_mention < FEWEST_WITH_MENTION:
        row["p"] = None
        row["reason"] = row["reason"] or (
            f"too few mentions: in {with_mention} articles of both sides, at least {FEWEST_WITH_MENTION} needed for a test"
        )
    return row | {"sign": sign, "tested": enough and with_mention >= FEWEST_WITH_MENTION}


def _ratio_p(estimates: Estimates, i: int, j: int, ratio: float) -> float:
    """Two-sided p of the same error and degrees of freedom as the interval's."""
    variances = np.array([estimates.own.error[i, j], estimates.rest.error[i, j]]) ** 2
    df = welch_df(variances, np.array([estimates.own.df[i, j], estimates.rest.df[i, j]]))
    return float(2 * special.stdtr(df, -abs(np.log(ratio)) / np.sqrt(variances.sum())))


def _sign(difference: float) -> int:
    return 0 if abs(difference) < 1e-12 else 1 if difference > 0 else -1


def _excludes_1(row: dict[str, Any]) -> bool | None:
    """None also where there are too few mentions for a test, whose interval is shown and says little."""
    return None if row.get("low") is None or row["p"] is None else not row["low"] <= 1 <= row["high"]


def _summary(rows: Sequence[dict[str, Any]], default: dict[str, Any]) -> dict[str, Any]:
    signed = [r for r in rows if r["flips"] is not None]
    tested = [e for e in map(_excludes_1, rows) if e is not None]
    ratios = [r["ratio"] for r in rows if r["ratio"] is not None]
    whole = [r for r in signed if r["term_left_out"] is None]
    return {
        "n_combinations": len(rows),
        "n_with_sign": len(signed),
        "n_with_ratio": len(ratios),
        "n_tested": len(tested),
        "n_flips": sum(r["flips"] for r in signed),
        "share_same_sign": _share(not r["flips"] for r in signed),
        "share_same_sign_no_term_left_out": _share(not r["flips"] for r in whole),
        "share_excludes_1": _share(tested),
        "n_excludes_1_against_default": sum(_excludes_1(r) is True and r["flips"] is True for r in rows),
        "median_ratio": median(ratios) if ratios else None,
        "smallest_ratio": min(ratios, default=None),
        "largest_ratio": max(ratios, default=None),
        "default_excludes_1": _excludes_1(default),
    }


def _share(values: Iterable[bool]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _by_choice(rows: Sequence[dict[str, Any]], varied: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """What comes out under each option, whatever the other choices are."""
    left_out: dict[str | None, None] = dict.fromkeys(r["term_left_out"] for r in rows)
    options: list[tuple[str, str | None]] = [(name, o) for name, some in varied.items() if len(some) > 1 for o in some]
    if len(left_out) > 1:
        options += [("term_left_out", o) for o in left_out]
    out = []
    for name, option in options:
        mine = [r for r in rows if r[name] == option]
        ratios = [r["ratio"] for r in mine if r["ratio"] is not None]
        out.append(
            {
                "choice": name,
                "option": option if option is not None else "none",
                "n": len(mine),
                "n_with_ratio": len(ratios),
                "median_ratio": median(ratios) if ratios else None,
                "n_flips": sum(r["flips"] is True for r in mine),
                "share_same_sign": _share(not r["flips"] for r in mine if r["flips"] is not None),
                "share_excludes_1": _share(e for e in map(_excludes_1, mine) if e is not None),
            }
        )
    return out


def _flipped_alone(rows: Sequence[dict[str, Any]], chosen: dict[str, str]) -> list[dict[str, str]]:
    """Changes of one choice from the default that turn the sign."""
    base: dict[str, Any] = {**chosen, "term_left_out": None}
    found = []
    for row in rows:
        changed = [name for name, option in base.items() if row[name] != option]
        if row["flips"] and len(changed) == 1:
            found.append({"choice": changed[0], "option": row[changed[0]]})
    return found


def _influence(kind: str, left_out: str, label: str, whole: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    known = row["ratio"] is not None and whole["ratio"] is not None
    excluded = _excludes_1(whole), _excludes_1(row)
    return {
        "kind": kind,
        "left_out": left_out,
        "label": label,
        "a_n_left_out": whole.get("a_n", 0) - row.get("a_n", 0),
        "b_n_left_out": whole.get("b_n", 0) - row.get("b_n", 0),
        "ratio": row["ratio"],
        "low": row.get("low"),
        "high": row.get("high"),
        "change": row["ratio"] / whole["ratio"] if known else None,
        "sign_hangs": None if row["sign"] is None or not whole["sign"] else row["sign"] != whole["sign"],
        "exclusion_hangs": None if None in excluded else excluded[0] != excluded[1],
        "reason": row["reason"],
    }


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    names = ("a_value", "b_value", "ratio", "low", "high", "n", "n_events", "p", "p_permutation", "sign", "reason")
    return {name: row.get(name) for name in names}


def _table(rows: Sequence[dict[str, Any]], schema: pa.Schema, meta: dict[str, Any]) -> pa.Table:
    table = pa.Table.from_pylist([{name: r.get(name) for name in schema.names} for r in rows], schema=schema)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})
