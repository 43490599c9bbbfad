"""Resampling and permuting whole articles: the article, not the word, is the unit of every interval and test here."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

DRAWS = 2_000
PERMUTATIONS = 1_999
#: From this many articles on, weights are independent Poisson(1) instead of multinomial
#: (Chamandy et al. 2012, "Estimating uncertainty for massive data streams"); below, the fixed total matters.
POISSON_FROM = 200
_BLOCK = 4_000_000


def seeded(seed: int, name: str) -> np.random.Generator:
    """A generator for one outlet, so that its numbers do not depend on which other outlets are shown."""
    return np.random.default_rng([seed, zlib.crc32(name.encode("utf-8"))])


def resampled_sums(values: np.ndarray, rng: np.random.Generator, draws: int = DRAWS) -> np.ndarray:
    """Column sums over resampled rows.

    Args:
        values: Articles × columns.
        rng: Source of the draws.
        draws: Number of resamples.

    Returns:
        draws × columns.
    """
    m = len(values)
    out = np.empty((draws, values.shape[1]))
    block = max(1, _BLOCK // max(m, 1))
    for first in range(0, draws, block):
        size = min(block, draws - first)
        weights = (
            rng.poisson(1.0, (size, m)) if m >= POISSON_FROM else rng.multinomial(m, np.full(m, 1.0 / m), size=size)
        )
        out[first : first + size] = weights.astype(np.float64) @ values
    return out


def permuted_labels(
    labels: np.ndarray, strata: np.ndarray, rng: np.random.Generator, permutations: int
) -> Iterator[np.ndarray]:
    """Labels shuffled among rows, within each stratum only."""
    order = np.argsort(strata, kind="stable")
    in_order, strata_in_order = labels[order], strata[order]
    one = len(order) == 0 or strata_in_order[0] == strata_in_order[-1]
    for _ in range(permutations):
        if one:
            yield rng.permutation(labels)
            continue
        shuffled = np.argsort(strata_in_order + rng.random(len(labels)), kind="stable")
        mixed = np.empty_like(labels)
        mixed[order] = in_order[shuffled]
        yield mixed


def codes(values: Sequence[object]) -> tuple[np.ndarray, list[object]]:
    """Integers for values in the order of first appearance, and the values."""
    seen: dict[object, int] = {}
    return np.fromiter((seen.setdefault(v, len(seen)) for v in values), np.int64, len(values)), list(seen)
