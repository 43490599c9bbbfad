"""How well labels or spans agree with a gold standard: precision, recall and F1 with intervals, and the confusion table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from framing.stats.resample import DRAWS, codes, resampled_sums

INTERVAL = "percentile interval over resampled articles"


class Agreement(NamedTuple):
    """Labels beside gold labels.

    Args:
        rows: One per class: n gold and n given, precision, recall and F1, F1 with low and high; null where nothing was given or asked.
        confusion: Counts, gold × given, in the order of `labels`.
        accuracy: Share given as in gold, with its low and high.
        macro_f1: Mean F1 over the classes that gold holds, with its low and high.
    """

    labels: tuple[str, ...]
    rows: list[dict[str, Any]]
    confusion: np.ndarray
    accuracy: tuple[float, float, float]
    macro_f1: tuple[float, float, float]


def measure_labels(
    gold: Sequence[str],
    given: Sequence[str],
    clusters: Sequence[object],
    labels: Sequence[str],
    *,
    level: float = 0.95,
    seed: int = 0,
    draws: int = DRAWS,
) -> Agreement:
    """How often given labels are the gold ones.

    A reader would get wrong: items of one article are not independent; the interval resamples whole clusters.

    Args:
        gold: The right labels.
        given: Ours, in the same order.
        clusters: What is resampled together, as a rule the article.
        labels: All classes, in the order to show.
        level: Of the intervals.
        seed: Of the resampling.
        draws: Number of resamples.

    Example:
        >>> a = measure_labels(["own", "own", "direct"], ["own", "direct", "direct"], [1, 2, 3], ["own", "direct"])
        >>> round(a.accuracy[0], 2), [r["f1"] for r in a.rows]
        (0.67, [0.6666666666666666, 0.6666666666666666])
    """
    k, at = len(labels), {label: i for i, label in enumerate(labels)}
    groups, names = codes(clusters)
    tables = np.zeros((len(names), k * k))
    for group, right, ours in zip(groups, gold, given, strict=True):
        tables[group, at[right] * k + at[ours]] += 1
    total = tables.sum(axis=0)
    sums = resampled_sums(tables, np.random.default_rng(seed), draws) if len(tables) else np.zeros((1, k * k))

    def spread(statistic: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float, float]:
        return _with_interval(statistic, total, sums, level)

    rows = []
    for i, label in enumerate(labels):
        matrix = total.reshape(k, k)
        hits, asked, got = matrix[i, i], matrix[i].sum(), matrix[:, i].sum()
        f1, low, high = spread(partial(_class_f1, k=k, i=i))
        rows.append(
            {
                "class": label,
                "n_gold": int(asked),
                "n_given": int(got),
                "precision": float(hits / got) if got else None,
                "recall": float(hits / asked) if asked else None,
                "f1": None if np.isnan(f1) else f1,
                "low": None if np.isnan(f1) else low,
                "high": None if np.isnan(f1) else high,
            }
        )
    asked_for = total.reshape(k, k).sum(axis=1) > 0
    accuracy = spread(lambda s: s.reshape(-1, k, k).trace(axis1=1, axis2=2) / np.maximum(s.sum(axis=-1).reshape(-1), 1))
    macro = spread(lambda s: np.nan_to_num(_f1(s.reshape(-1, k, k))[:, asked_for]).mean(axis=1))
    return Agreement(tuple(labels), rows, total.reshape(k, k).astype(int), accuracy, macro)


class Overlap(NamedTuple):
    """Precision, recall and F1 of found units, F1 with low and high; null where there is nothing to find or nothing found."""

    n_gold: int
    n_given: int
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None


def measure_overlap(
    counts: Sequence[tuple[int, int, int, int]], *, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> Overlap:
    """Precision, recall and F1 from counts per article.

    Args:
        counts: For each article: gold units found, gold units, given units that are right, given units.
            For words the first and third are the same number; for spans one gold span can answer two of ours.
        level: Of the interval.
        seed: Of the resampling.
        draws: Number of resamples.

    Example:
        >>> measure_overlap([(1, 2, 1, 1), (1, 1, 1, 2)]).f1
        0.6666666666666666
    """
    table = np.asarray(counts, dtype=float).reshape(-1, 4)
    total = table.sum(axis=0)
    found, asked, right, given = (int(v) for v in total)
    sums = resampled_sums(table, np.random.default_rng(seed), draws) if len(table) else np.zeros((1, 4))
    f1, low, high = _with_interval(_overlap_f1, total, sums, level)
    none = np.isnan(f1)
    return Overlap(
        asked,
        given,
        right / given if given else None,
        found / asked if asked else None,
        None if none else f1,
        None if none else low,
        None if none else high,
    )


def measure_share(
    counts: Sequence[tuple[int, int]], *, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> tuple[int, float | None, float | None, float | None]:
    """A share from (yes, all) per article: n, share, low, high; null without any.

    Example:
        >>> measure_share([(1, 1), (0, 1)])[:2]
        (2, 0.5)
    """
    table = np.asarray(counts, dtype=float).reshape(-1, 2)
    total = table.sum(axis=0)
    if not total[1]:
        return 0, None, None, None
    sums = resampled_sums(table, np.random.default_rng(seed), draws)
    share, low, high = _with_interval(_share, total, sums, level)
    return int(total[1]), share, low, high


def _share(sums: np.ndarray) -> np.ndarray:
    sums = np.atleast_2d(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def _f1(matrices: np.ndarray) -> np.ndarray:
    """Per class, from matrices gold × given: 2·hits / (asked + given); nan for a class neither asked for nor given."""
    hits = np.diagonal(matrices, axis1=1, axis2=2)
    both = matrices.sum(axis=2) + matrices.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * hits / both)


def _class_f1(sums: np.ndarray, k: int, i: int) -> np.ndarray:
    return np.asarray(_f1(sums.reshape(-1, k, k))[:, i])


def _overlap_f1(sums: np.ndarray) -> np.ndarray:
    found, asked, right, given = np.atleast_2d(sums).T
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = right / given, found / asked
        return np.asarray(2 * precision * recall / np.where(precision + recall > 0, precision + recall, 1))


def _with_interval(
    statistic: Callable[[np.ndarray], np.ndarray], total: np.ndarray, sums: np.ndarray, level: float
) -> tuple[float, float, float]:
    value = float(statistic(total)[0])
    drawn = statistic(sums)
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return value, float("nan"), float("nan")
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return value, float(low), float(high)
