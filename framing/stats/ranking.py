"""How well scores order what gold calls positive and negative, and how far probabilities can be taken at their word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from framing.stats.resample import DRAWS, codes, resampled_sums

#: Bins of a reliability diagram, of equal width (Naeini et al. 2015 for the error over them).
BINS = 10


def measure_auc(labels: npt.ArrayLike, scores: npt.ArrayLike) -> float | None:
    """The share of positive/negative pairs in which the positive one scores higher, ties half (Mann and Whitney 1947).

    Args:
        labels: 1 for positive, 0 for negative.
        scores: In the same order.

    Returns:
        None where there is no pair.

    Example:
        >>> measure_auc([1, 0, 0], [0.9, 0.1, 0.9])
        0.75
    """
    right, n = _concordant(np.asarray(labels), np.asarray(scores, dtype=float))
    return right / n if n else None


def measure_auc_within(labels: npt.ArrayLike, scores: npt.ArrayLike, groups: Sequence[object]) -> float | None:
    """The same over pairs from one group only, pooled: what is left when a score cannot profit from knowing the outlet.

    A reader would get wrong: this is no mean over groups; a group counts by its pairs.

    Args:
        labels: 1 for positive, 0 for negative.
        scores: In the same order.
        groups: Each item's group, as a rule the outlet.

    Returns:
        None where no group has both.

    Example:
        >>> measure_auc_within([1, 0, 1, 0], [0.9, 0.8, 0.2, 0.1], ["A", "A", "B", "B"])
        1.0
    """
    y, s = np.asarray(labels), np.asarray(scores, dtype=float)
    group, names = codes(groups)
    counts = [_concordant(y[group == k], s[group == k]) for k in range(len(names))]
    n = sum(pairs for _, pairs in counts)
    return sum(right for right, _ in counts) / n if n else None


def _concordant(labels: np.ndarray, scores: np.ndarray) -> tuple[float, int]:
    positive = int((labels == 1).sum())
    negative = len(labels) - positive
    if not positive or not negative:
        return 0.0, 0
    return float(rankdata(scores)[labels == 1].sum()) - positive * (positive + 1) / 2, positive * negative


class Calibration(NamedTuple):
    """Probabilities beside what came true.

    Args:
        bins: low, high, n, mean probability and share positive of each bin; both null where it is empty.
        ece: Expected calibration error: the bins' differences, weighted by their size.
    """

    bins: list[dict[str, Any]]
    ece: float | None


def measure_calibration(labels: npt.ArrayLike, probabilities: npt.ArrayLike, *, bins: int = BINS) -> Calibration:
    """Does a probability of .8 come true in eight of ten cases?

    Args:
        labels: 1 for positive, 0 for negative.
        probabilities: From 0 to 1, in the same order.
        bins: Their number, of equal width.

    Example:
        >>> measure_calibration([1, 0], [0.75, 0.25]).ece
        0.25
    """
    y, p = np.asarray(labels, dtype=float), np.asarray(probabilities, dtype=float)
    at = np.minimum((p * bins).astype(int), bins - 1)
    rows = []
    error = 0.0
    for i in range(bins):
        inside = at == i
        n = int(inside.sum())
        mean, share = (float(p[inside].mean()), float(y[inside].mean())) if n else (None, None)
        rows.append(
            {"low": i / bins, "high": (i + 1) / bins, "n": n, "mean_probability": mean, "share_positive": share}
        )
        if mean is not None and share is not None:
            error += n * abs(mean - share)
    return Calibration(rows, error / len(y) if len(y) else None)


def measure_ranked_pairs(
    higher: npt.ArrayLike, lower: npt.ArrayLike, *, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> tuple[float, float, float]:
    """The share of pairs whose first score is the higher one, ties half, with its low and high over resampled pairs.

    Args:
        higher: Scores of the sides that should score higher.
        lower: Scores of the other sides.
        level: Of the interval.
        seed: Of the resampling.
        draws: Number of resamples.

    Example:
        >>> measure_ranked_pairs([0.9, 0.8], [0.1, 0.2])
        (1.0, 1.0, 1.0)
    """
    difference = np.asarray(higher, dtype=float) - np.asarray(lower, dtype=float)
    right = (np.sign(difference) + 1) / 2
    sums = resampled_sums(np.column_stack([right, np.ones_like(right)]), np.random.default_rng(seed), draws)
    low, high = np.quantile(sums[:, 0] / np.maximum(sums[:, 1], 1), [(1 - level) / 2, (1 + level) / 2])
    return float(right.mean()), float(low), float(high)
