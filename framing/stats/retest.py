"""The test tried on halves of one set of articles, where no difference is but chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from framing.stats.contrasts import permutation_p
from framing.stats.counts import Counts


def measure_false_positives(
    counts: Counts,
    *,
    splits: int,
    permutations: int = 499,
    alpha: float = 0.05,
    seed: int = 0,
    on_split: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Tests made, and how many found a difference, for each random halving of the articles.

    Args:
        counts: Articles × groups; whose articles they are does not matter.
        splits: Number of halvings.
        permutations: Of each test.
        alpha: A p below it is a difference found.
        seed: Of halvings and permutations.
        on_split: Called with the number of splits done.

    Returns:
        Splits × 2: tests made, differences found.

    Example:
        >>> c = Counts(tuple(map(str, range(40))), ("o",) * 40, (None,) * 40, ("g",),
        ...            np.arange(40.0)[:, None] % 3, np.full((40, 1), 100.0), "words", "all")
        >>> measure_false_positives(c, splits=3, permutations=99).shape
        (3, 2)
    """
    rng = np.random.default_rng([seed, 13])
    rows = np.zeros((splits, 2), np.int64)
    m = len(counts.outlet_ids)
    for split in range(splits):
        half = rng.permutation(m) < m // 2
        halved = replace(counts, outlet_ids=tuple(np.where(half, "A", "B").tolist()))
        p = permutation_p(halved, reference="B", seed=seed * 100_003 + split, permutations=permutations)
        known = [v for v in p.values() if v is not None]
        rows[split] = len(known), sum(v < alpha for v in known)
        if on_split is not None:
            on_split(split + 1)
    return rows
