"""Keyness and word shift: which words set one outlet apart, and which terms carry the difference of two."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse

from framing.errors import SelectionError
from framing.stats.keyness import KEYNESS_MEASURES, KEYNESS_METHOD, find_keywords, sum_columns
from framing.stats.shift import SHIFT_METHOD, estimate_difference, estimate_shift
from framing.study.comparison import count_selection
from framing.study.described import articles_of, described
from framing.study.run import Run
from framing.study.select import Selection, check_numbers
from framing.study.words import WORD_VOICES, WordTable, count_all_words

KEYNESS_WORDS = ("all", "lexicon")
EXPLORATORY = (
    "exploratory: a list to read from, no finding; the words were chosen by size among many, and intervals and scores "
    "are not adjusted for that"
)

KEYNESS_SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("value", pa.float64()),
        ("n_target", pa.int64()),
        ("n_reference", pa.int64()),
        ("per_1000_target", pa.float64()),
        ("per_1000_reference", pa.float64()),
        ("g2", pa.float64()),
        ("log_odds", pa.float64()),
        ("log_odds_z", pa.float64()),
        ("log_ratio", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("dp_target", pa.float64()),
        ("dp_reference", pa.float64()),
        ("range_target", pa.int64()),
        ("range_reference", pa.int64()),
    ]
)
_VALUE = {"g2": "g2", "logodds": "log_odds_z", "logratio": "log_ratio"}


def find_keyness(
    run: Run,
    *,
    target: str,
    reference: str | None = None,
    measure: str = "g2",
    words: str = "all",
    voice: str = "all",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    prior: float | None = None,
    limit: int | None = 50,
    level: float = 0.95,
    counted: WordTable | None = None,
) -> pa.Table:
    """Which words an outlet uses more than the others: a list to explore, never a finding.

    A reader would get wrong: the scores take every word as an independent draw and call thousands of chance
    differences large. `range_target` and `dp_target` say whether a word stands in many articles or in one; low and
    high take the article as the unit, but for one word looked at alone.

    Args:
        run: From `annotate` or `read_run`.
        target: The outlet.
        reference: The outlet it is compared with; all others pooled when not given.
        measure: What the list is sorted by: g2, logodds or logratio.
        words: all (every word of the texts, lower-cased) or lexicon (its terms, conflict sense).
        voice: all, or own: without quoted and reported words.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        prior: Words the prior of the log-odds is worth; as many as an average article has when not given.
        limit: Most rows; all when None.
        level: Of the interval.
        counted: From `count_corpus_words` with the same part and voice, to save counting again.

    Returns:
        One row per word that the target uses more: word (or term), value (the measure), counts, rates per 1,000
        words, g2, log_odds and its z, log_ratio with low and high (null with `reason`), dp_target and dp_reference (Gries'
        DP over articles, 0 even to 1 in one place; null where it does not occur), range_target and range_reference
        (articles that have it). Metadata `meta` (JSON): prior_words, sizes of both sides, method, `exploratory`.

    Raises:
        SelectionError: A name or value does not exist, or there is nothing to compare.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": str(i), "outlet_id": "AB"[i % 2], "text": ("Rain fell.", "Sun shone.")[i % 2]} for i in range(4)]
        >>> find_keyness(annotate(corpus_from_rows(rows)), target="A").column("word").to_pylist()
        ['fell', 'rain']
    """
    for value, allowed, option in (
        (measure, KEYNESS_MEASURES, "measure"),
        (words, KEYNESS_WORDS, "words"),
        (voice, WORD_VOICES, "voice"),
    ):
        if value not in allowed:
            raise SelectionError(f"{option} {value!r}", f"one of {', '.join(allowed)}", f"Correct --{option}.")
    check_numbers(level)
    if prior is not None and not (np.isfinite(prior) and prior > 0):
        raise SelectionError(f"prior {prior}", "a number of words above 0", "Correct --prior.")
    if limit is not None and limit < 1:
        raise SelectionError(f"limit {limit}", "a whole number from 1", "Correct --limit.")
    if reference == target:
        raise SelectionError(f"{target!r} as target and reference", "two outlets", "Name another reference.")
    selection = Selection((), date_from, date_to, section, part, copies=copies)
    articles = articles_of(run, selection, voice, target, reference)
    of = np.asarray(articles.column("outlet_id").to_pylist(), dtype=object)
    mine, theirs = of == target, of == reference if reference is not None else of != target
    if not theirs.any():
        raise SelectionError(f"no outlet beside {target!r} in this selection", "at least one", "Widen the selection.")
    by = "term" if words == "lexicon" else "category"
    counts = count_selection(run, selection, articles, "rate", by=by, voice=voice)
    n_words = counts.denominators[:, 0] if counts.n.shape[1] else np.zeros(len(of))
    if words == "all":
        n, names = count_all_words(run, selection, articles, voice, counted)
        # Row by row: a sum over the whole would make a copy of it in eight bytes a cell.
        n_words = np.array([n.data[first:after].sum() for first, after in pairwise(n.indptr.tolist())], float)
    else:
        n, names = sparse.csr_array(counts.n), counts.groups
    sizes = float(n_words[mine].sum()), float(n_words[theirs].sum())
    if not all(sizes):
        raise SelectionError("a side without words", "words on both sides", "Widen the selection or take --voice all.")
    both = mine | theirs
    if prior is None:
        prior = sum(sizes) / int((n_words[both] > 0).sum())
    found = find_keywords(
        n,
        n_words,
        mine,
        theirs,
        measure=measure,
        prior=prior,
        limit=limit,
        level=level,
    )
    rows = [{**row, "word": names[row["column"]], "value": row[_VALUE[measure]]} for row in found]
    n_mine, n_theirs = (sum_columns(n, inside) for inside in (mine, theirs))
    used, more = n_mine + n_theirs > 0, n_mine * sizes[1] > n_theirs * sizes[0]
    meta = {
        "measure": measure,
        "words": words,
        "voice": voice,
        "target": target,
        "reference": reference or "all other outlets pooled",
        "exploratory": EXPLORATORY,
        "prior_words": prior,
        "prior": "target and reference together, scaled to prior_words words",
        "n_words_target": int(sizes[0]),
        "n_words_reference": int(sizes[1]),
        "n_articles_target": int(mine.sum()),
        "n_articles_reference": int(theirs.sum()),
        "n_different_words": int(used.sum()),
        "n_used_more": int(more.sum()),
        "n_shown": len(rows),
        "level": level,
        "method": KEYNESS_METHOD,
        "counted_as": "lower-case, curly apostrophes as straight ones" if words == "all" else "terms in conflict sense",
    }
    return described(rows, KEYNESS_SCHEMA, run, selection, meta)


SHIFT_SCHEMA = pa.schema(
    [
        ("term_id", pa.string()),
        ("term", pa.string()),
        ("category", pa.string()),
        ("n_a", pa.int64()),
        ("n_b", pa.int64()),
        ("n_articles_a", pa.int64()),
        ("n_articles_b", pa.int64()),
        ("rate_a", pa.float64()),
        ("rate_b", pa.float64()),
        ("contribution", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("share", pa.float64()),
        ("reason", pa.string()),
    ]
)


def compare_terms(
    run: Run,
    *,
    a: str,
    b: str,
    category: str | None = None,
    concept: str | None = None,
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    level: float = 0.95,
) -> pa.Table:
    """Which terms carry the difference of two outlets' rates.

    A reader would get wrong: terms can pull in opposite directions, so a share can be above 1 or below 0; where the
    interval of the whole difference holds 0, shares of it say little.

    Args:
        run: From `annotate` or `read_run`.
        a: The outlet the difference is of.
        b: The outlet it is to.
        category: Only terms of this category; all terms of the lexicon when nothing is given.
        concept: Only terms of this concept.
        voice: own, direct, reported, scare, own+reported or all.
        sense: Sense that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the intervals.

    Returns:
        One row per term with a mention on either side, the largest contribution first: counts, rate_a and rate_b per 1,000
        words, contribution (rate_a - rate_b; they sum to the difference) with low and high (null with `reason`),
        share of the difference (null when that is 0). Metadata `meta` (JSON): rate_a, rate_b, difference with
        difference_low and difference_high, difference_may_be_0, method.

    Raises:
        SelectionError: A name or value does not exist here.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": str(i), "outlet_id": "AB"[i % 2], "text": ("The massacre.", "The rain.")[i % 2]} for i in range(4)]
        >>> compare_terms(annotate(corpus_from_rows(rows)), a="A", b="B").column("share").to_pylist()
        [1.0]
    """
    check_numbers(level)
    if a == b:
        raise SelectionError(f"{a!r} on both sides", "two outlets", "Name another --b.")
    selection = Selection(
        (a, b), date_from, date_to, section, part, sense, concept=concept, category=category, copies=copies
    )
    articles = articles_of(run, selection, voice, a, b)
    counts = count_selection(
        run,
        Selection((a, b), date_from, date_to, section, part, sense, copies=copies),
        articles,
        "rate",
        by="term",
        voice=voice,
    )
    terms = {t.term_id: t for t in run.lexicon.terms}
    chosen = [
        j
        for j, term_id in enumerate(counts.groups)
        if concept in (None, terms[term_id].concept_id) and category in (None, terms[term_id].category)
    ]
    counts = counts.only(chosen)
    rows: list[dict[str, Any]] = [
        {**row, "term_id": row["group"], "term": terms[row["group"]].label, "category": terms[row["group"]].category}
        for row in estimate_shift(counts, a, b, level=level)
    ]
    whole = estimate_difference(counts, a, b, level=level)
    known = whole["low"] is not None
    meta = {
        "a": a,
        "b": b,
        "terms": concept or category or "all terms",
        "unit": "per 1,000 words",
        "voice": voice,
        "rate_a": whole["rate_a"],
        "rate_b": whole["rate_b"],
        "difference": whole["contribution"],
        "difference_low": whole["low"],
        "difference_high": whole["high"],
        "difference_reason": whole["reason"],
        "difference_may_be_0": whole["low"] <= 0 <= whole["high"] if known else None,
        "n_a": whole["n_a"],
        "n_b": whole["n_b"],
        "n_articles": articles.num_rows,
        "n_terms": len(rows),
        "n_terms_without_mention": len(chosen) - len(rows),
        "level": level,
        "method": SHIFT_METHOD,
    }
    return described(rows, SHIFT_SCHEMA, run, selection, meta)
