"""How far apart outlets choose their words, beside what chance alone makes, and a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from framing.errors import SelectionError
from framing.stats import FEWEST_ARTICLES
from framing.stats.distance import (
    DISTANCE_METHOD,
    SPLITS,
    ZERO_QUANTILES,
    estimate_distances,
    map_distances,
    profiles_of,
)
from framing.study.comparison import count_selection
from framing.study.described import articles_of, described
from framing.study.run import Run
from framing.study.select import Selection, check_numbers

DISTANCE_SCHEMA = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("outlet_a", pa.string()),
        ("outlet_b", pa.string()),
        ("n_articles_a", pa.int64()),
        ("n_articles_b", pa.int64()),
        ("n_occasions_a", pa.int64()),
        ("n_occasions_b", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("observed", pa.float64()),
        ("n_equal", pa.int64()),
        ("at_equal", pa.float64()),
        ("zero_low", pa.float64()),
        ("zero_median", pa.float64()),
        ("zero_high", pa.float64()),
        ("reason", pa.string()),
    ]
)


def compare_profiles(
    run: Run,
    *,
    concept: str | None = None,
    outlets: Sequence[str] = (),
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    splits: int = SPLITS,
    level: float = 0.95,
    seed: int = 0,
) -> pa.Table:
    """How far apart each two outlets are in what they choose among the alternatives of a concept.

    A reader would get wrong: `observed` is never 0, even between halves of one outlet. `value` has that bias taken off;
    `at_equal` is read against the zero line, both at the same number of articles. A distance says nothing of who is
    right, and events differ between outlets.

    Args:
        run: From `annotate` or `read_run`.
        concept: Only this one; all with two alternatives or more when not given.
        outlets: Outlet ids; all when empty.
        voice: own, direct, reported, scare, own+reported or all.
        sense: Sense that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        splits: Random halvings of the zero line.
        level: Of the intervals.
        seed: Of the halvings.

    Returns:
        One row per two outlets, see `estimate_distances`; n_articles are those with an occasion. Metadata `meta`
        (JSON): map (outlet_id, x, y of each outlet whose distances to all others on it are known), stress (Kruskal's
        stress-1), map_left_out, zero_quantiles, method, seed.

    Raises:
        SelectionError: A name or value does not exist, there is one outlet only, or nothing to choose among.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> text = ("He was killed.", "He was murdered.")
        >>> rows = [{"article_id": str(i), "outlet_id": "AB"[i % 2], "text": text[i % 2]} for i in range(20)]
        >>> compare_profiles(annotate(corpus_from_rows(rows)), concept="killing").column("value").to_pylist()
        [1.0]
    """
    check_numbers(level, seed)
    if splits < 1:
        raise SelectionError(f"splits {splits}", "a whole number from 1", "Correct --splits.")
    selection = Selection(tuple(outlets), date_from, date_to, section, part, sense, concept=concept, copies=copies)
    articles = articles_of(run, selection, voice)
    if len(set(articles.column("outlet_id").to_pylist())) < 2:
        raise SelectionError("one outlet in this selection", "at least two", "Widen the selection.")
    counts = count_selection(run, selection, articles, "choice", voice=voice)
    concept_of = {t.term_id: t.concept_id for t in run.lexicon.terms}
    alternatives = Counter(concept_of[g] for g in counts.groups)
    # Among one there is nothing to choose: it would count as agreement.
    chosen = [j for j, g in enumerate(counts.groups) if alternatives[concept_of[g]] > 1]
    if not chosen:
        raise SelectionError(
            f"concept {concept!r} with one alternative" if concept else "no concept with two alternatives",
            "at least two to choose among",
            "Choose another concept.",
        )
    counts = counts.only(chosen)
    profiles = profiles_of(counts, [concept_of[g] for g in counts.groups])
    names = run.outlet_names()
    rows = [
        {**row, "outlet_a": names.get(row["a"], row["a"]), "outlet_b": names.get(row["b"], row["b"])}
        for row in estimate_distances(profiles, level=level, seed=seed, splits=splits)
    ]
    places, stress, left_out = _map(profiles.outlet_ids, rows)
    meta = {
        "measure": "distance",
        "unit": "0 same choices, 1 none in common",
        "concept": concept or "all with two alternatives or more",
        "voice": voice,
        "n_articles": articles.num_rows,
        "n_outlets": len(profiles.outlet_ids),
        "n_concepts": len({concept_of[g] for g in counts.groups}),
        "fewest_articles": FEWEST_ARTICLES,
        "zero_quantiles": list(ZERO_QUANTILES),
        "splits": splits,
        "map": [{"outlet_id": o, "outlet": names.get(o, o), "x": x, "y": y} for o, x, y in places],
        "map_method": "classical scaling of value (Torgerson 1952)",
        "stress": stress,
        "map_left_out": left_out,
        "level": level,
        "seed": seed,
        "method": DISTANCE_METHOD,
    }
    return described(rows, DISTANCE_SCHEMA, run, selection, meta)


def _map(
    outlets: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> tuple[list[tuple[str, float, float]], float | None, list[str]]:
    """Places of the outlets all of whose distances are known, the stress, and the others; no place under two outlets."""
    place = {outlet: i for i, outlet in enumerate(outlets)}
    distances = np.zeros((len(outlets), len(outlets)))
    for row in rows:
        i, j = place[row["a"]], place[row["b"]]
        distances[i, j] = distances[j, i] = np.nan if row["value"] is None else row["value"]
    kept = list(range(len(outlets)))
    while len(kept) > 1:
        unknown = np.isnan(distances[np.ix_(kept, kept)]).sum(axis=1)
        if not unknown.any():
            break
        # The one with most gaps goes; of equals the last.
        kept.pop(len(kept) - 1 - int(np.argmax(unknown[::-1])))
    if len(kept) < 2:
        return [], None, list(outlets)
    places, stress = map_distances(distances[np.ix_(kept, kept)])
    found = [(outlets[i], float(x), float(y)) for i, (x, y) in zip(kept, places, strict=True)]
    return found, stress, [o for i, o in enumerate(outlets) if i not in kept]
