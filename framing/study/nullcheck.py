"""A check on the test itself: halves of one outlet differ by nothing but chance, so how often is a difference "found"?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from framing.errors import SelectionError, unknown_name
from framing.stats import FEWEST_ARTICLES, FEWEST_WITH_MENTION, TEST_METHOD, Counts
from framing.stats.retest import measure_false_positives
from framing.study.comparison import count_selection
from framing.study.run import Run
from framing.study.select import Selection, check_selection, check_voice, select_articles

NULLCHECK_SCHEMA = pa.schema(
    [
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("group", pa.string()),
        ("n_articles", pa.int64()),
        ("n_splits", pa.int64()),
        ("n_tests", pa.int64()),
        ("n_found", pa.int64()),
        ("false_positive_rate", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
    ]
)


def check_null(
    run: Run,
    *,
    outlet: str | None = None,
    by: str = "both",
    voice: str = "all",
    measure: str = "rate",
    splits: int = 200,
    permutations: int = 499,
    level: float = 0.95,
    seed: int = 0,
    on_split: Callable[[int, int], None] | None = None,
) -> pa.Table:
    """How often the default test calls two random halves of one outlet different at p < .05.

    A reader would get wrong: about .05 is right, not 0; a test that finds less is blind, one that finds more calls
    chance a finding. Adjustment for many tests comes on top and repairs no wrong p.

    Args:
        run: From `annotate` or `read_run`.
        outlet: Only this one; else the splits go in turn over all outlets with at least 16 articles.
        by: category, term, or both.
        voice: As in `compare`.
        measure: rate or choice.
        splits: Number of random halvings, each over all groups.
        permutations: Of each test.
        level: Of the interval.
        seed: Of halvings and permutations.
        on_split: Called with splits done and in all.

    Returns:
        One row per outlet that was halved: n_splits, n_tests (a group needs a mention in six articles), n_found at
        p < .05, false_positive_rate with an interval over resampled splits (tests of one split are not independent);
        null with `reason` without a group to test, the interval with one split. Metadata `meta` (JSON): the same over all outlets, method, seed.

    Raises:
        SelectionError: No outlet is large enough, or a name or value does not exist.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": str(i), "outlet_id": "A", "text": "Ten " + "were killed. " * (i % 3)} for i in range(40)]
        >>> check_null(annotate(corpus_from_rows(rows)), splits=4, permutations=99).num_rows
        1
    """
    check_voice(voice)
    if by not in ("category", "term", "both") or measure not in ("rate", "choice"):
        raise SelectionError(
            f"by {by!r}, measure {measure!r}",
            "category, term or both; rate or choice",
            "Correct --by or --measure.",
        )
    if measure == "choice":
        by = "term"
    selection = Selection()
    check_selection(run, selection)
    articles = select_articles(run, selection)
    sizes = Counter(articles.column("outlet_id").to_pylist())
    if outlet is not None and outlet not in sizes:
        raise unknown_name("outlet", outlet, sizes)
    large = sorted(o for o, n in sizes.items() if n >= 2 * FEWEST_ARTICLES and outlet in (None, o))
    if not large:
        raise SelectionError(
            f"no outlet with {2 * FEWEST_ARTICLES} articles", "one that can be halved", "Take a larger corpus."
        )
    # The splits go in turn over the largest outlets; more outlets than splits cannot all be halved.
    large = sorted(sorted(large, key=lambda o: (-sizes[o], o))[:splits])
    names = run.outlet_names()
    rows: list[dict[str, Any]] = []
    found: list[np.ndarray] = []
    for i, name in enumerate(large):
        mine = len(range(i, splits, len(large)))
        counts = _testable(run, selection, articles, name, measure, by, voice)
        tallies = measure_false_positives(
            counts,
            splits=mine,
            permutations=permutations,
            seed=seed + i,
            on_split=None if on_split is None else _shifted(on_split, sum(r["n_splits"] for r in rows), splits),
        )
        found.append(tallies)
        rows.append(
            {
                "outlet_id": name,
                "outlet": names.get(name, name),
                "group": by,
                "n_articles": sizes[name],
                **_summary(tallies, level, seed),
            }
        )
    whole = _summary(np.concatenate(found), level, seed)
    meta = {
        **{k: whole[k] for k in ("false_positive_rate", "low", "high", "reason", "n_splits", "n_tests")},
        "measure": measure,
        "by": by,
        "voice": voice,
        "alpha": 0.05,
        "permutations": permutations,
        "test_method": TEST_METHOD,
        "interval_method": "percentile interval over resampled splits",
        "level": level,
        "seed": seed,
        "n_outlets": len(large),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist(rows, schema=NULLCHECK_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def _shifted(on_split: Callable[[int, int], None], before: int, splits: int) -> Callable[[int], None]:
    return lambda done: on_split(before + done, splits)


def _testable(
    run: Run, selection: Selection, articles: pa.Table, outlet: str, measure: str, by: str, voice: str
) -> Counts:
    """Counts of one outlet for the groups a test would be made for."""
    selection = replace(selection, outlets=(outlet,))
    mine = select_articles(run, selection)
    parts = []
    for grouping in ("category", "term") if by == "both" else (by,):
        counts = count_selection(run, selection, mine, measure, by=grouping, voice=voice)
        enough = (counts.n > 0).sum(axis=0) >= FEWEST_WITH_MENTION
        parts.append((counts, enough))
    first = parts[0][0]
    return replace(
        first,
        groups=tuple(f"{k}:{g}" for k, (c, e) in enumerate(parts) for g, t in zip(c.groups, e, strict=True) if t),
        n=np.hstack([c.n[:, e] for c, e in parts]),
        denominators=np.hstack([c.denominators[:, e] for c, e in parts]),
        event_ids=(None,) * len(first.article_ids),
    )


def _summary(tallies: np.ndarray, level: float, seed: int) -> dict[str, Any]:
    """Splits × (tests, found)."""
    tests, found = (int(v) for v in tallies.sum(axis=0)) if len(tallies) else (0, 0)
    low = high = None
    if tests and len(tallies) > 1:
        rng = np.random.default_rng([seed, 11])
        drawn = tallies[rng.integers(0, len(tallies), (1000, len(tallies)))].sum(axis=1)
        shares = drawn[drawn[:, 0] > 0]
        low, high = (float(v) for v in np.quantile(shares[:, 1] / shares[:, 0], [(1 - level) / 2, (1 + level) / 2]))
    return {
        "n_splits": len(tallies),
        "n_tests": tests,
        "n_found": found,
        "false_positive_rate": found / tests if tests else None,
        "low": low,
        "high": high,
        "reason": _without_rate(tests, len(tallies)),
    }


def _without_rate(tests: int, splits: int) -> str | None:
    if not tests:
        return f"nothing to test: no group with a mention in {FEWEST_WITH_MENTION} articles"
    return "one split says nothing of the spread" if splits < 2 else None
