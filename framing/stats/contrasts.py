"""Differences between outlets: ratio with interval, a permutation test over articles, and Benjamini-Hochberg."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse, stats

from framing.stats.counts import Counts
from framing.stats.jackknife import HALF, t_quantile, welch_df
from framing.stats.rates import FEWEST_ARTICLES, NO_ERROR, SHARES, Estimates
from framing.stats.resample import PERMUTATIONS, codes, permuted_labels

#: Most sums worked on at a time.
_MOST_AT_ONCE = 200_000
#: Bytes of permuted labels that are kept: those of 16,000 articles.
_MOST_KEPT = 32_000_000

TEST_METHOD = (
    "outlet labels permuted over articles, studentised difference (Chung & Romano 2013) of the square roots of the rates "
    "(arcsines of the roots for shares), two-sided"
)


def permutation_p(
    counts: Counts,
    *,
    reference: str | None = None,
    within: str = "none",
    seed: int = 0,
    permutations: int = PERMUTATIONS,
) -> dict[tuple[str, str], float | None]:
    """Two-sided p for each outlet and group against all others pooled, or against one reference outlet.

    The statistic is the difference of the two ratios of sums, on a scale that steadies their variance, over its standard error, so that the test keeps its
    level where outlets differ in article length and spread. Articles are what is permuted.

    Args:
        counts: Articles × groups.
        reference: Compare with this outlet only.
        within: `event` permutes within events (articles without one form a stratum), `none` over all.
        seed: Seed of the permutations.
        permutations: Their number; the smallest possible p is 1/(permutations + 1).

    Returns:
        p by (outlet, group); None where it cannot be computed, no entry for an outlet with too few articles.
    """
    outlets = sorted(set(counts.outlet_ids))
    # Outlets too small to be tested are exchanged with the others, but stand for no row of their own.
    sizes = Counter(counts.outlet_ids)
    large = [o for o in outlets if sizes[o] >= FEWEST_ARTICLES or o == reference]
    place = {outlet: i for i, outlet in enumerate(large)}
    strata = codes(counts.event_ids)[0] if within == "event" else np.zeros(len(counts.outlet_ids), np.int64)
    labels = np.fromiter((place.get(o, len(large)) for o in counts.outlet_ids), np.int64, len(counts.outlet_ids))
    columns, g, share = _columns(counts), len(counts.groups), counts.unit in SHARES
    result: dict[tuple[str, str], float | None] = {}
    if reference is None:
        k = len(large) + (len(large) < len(outlets))
        observed, extreme, valid = _run(columns, g, labels, strata, k, seed, permutations, share)
        for i, outlet in enumerate(large):
            for j, group in enumerate(counts.groups):
                result[outlet, group] = _p(observed[i, j], extreme[i, j], valid[i, j])
        return result
    for i, outlet in enumerate(large):
        if outlet == reference:
            continue
        # Only the two outlets' articles are exchanged.
        rows = (labels == i) | (labels == place[reference])
        two = (labels[rows] == place[reference]).astype(np.int64)
        observed, extreme, valid = _run(columns[rows], g, two, strata[rows], 2, seed, permutations, share)
        for j, group in enumerate(counts.groups):
            result[outlet, group] = _p(observed[0, j], extreme[0, j], valid[0, j])
    return result


def _p(observed: float, extreme: int, valid: int) -> float | None:
    return (1 + int(extreme)) / (1 + int(valid)) if not np.isnan(observed) and valid else None


@dataclass(frozen=True)
class _Sums:
    """Sums that the statistic needs, each (permutations ×) outlets × groups; those of the denominator are one column where all groups share it."""

    n: np.ndarray
    nn: np.ndarray
    nd: np.ndarray
    d: np.ndarray
    dd: np.ndarray
    m: np.ndarray

    def without(self, part: _Sums) -> _Sums:
        """The sums of all that is not in `part`."""
        return _Sums(*(getattr(self, name) - getattr(part, name) for name in self.__dataclass_fields__))


def _columns(counts: Counts) -> np.ndarray:
    """Per article: n, n², n·d of each group, then d, d² and whether there was an occasion."""
    n, d = counts.n, counts.denominators
    shared = d[:, :1] if (d == d[:, :1]).all() else d
    return np.hstack([n, n * n, n * d, shared, shared * shared, (shared > 0).astype(float)])


def _split(sums: np.ndarray, g: int) -> _Sums:
    width = (sums.shape[-1] - 3 * g) // 3
    edges = np.cumsum([g, g, g, width, width])
    return _Sums(*np.split(sums, edges, axis=-1))


def _run(
    columns: np.ndarray,
    g: int,
    labels: np.ndarray,
    strata: np.ndarray,
    k: int,
    seed: int,
    permutations: int,
    share: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed statistics, and how many permutations were as extreme and how many usable; outlets × groups."""
    totals = _split(columns.sum(0, keepdims=True), g)
    parts = _parts(columns, g)
    observed = _studentised(_split(_sums(parts, labels[None], k)[0], g), totals, share)
    size = np.abs(observed)
    extreme = np.zeros(observed.shape, np.int64)
    valid = np.zeros(observed.shape, np.int64)
    # Few numbers at a time, so that they stay in the processor's cache.
    at_once = int(np.clip(_MOST_AT_ONCE // max(k * columns.shape[1], 1), 1, 128))
    mixed = _mixed(labels.astype(np.min_scalar_type(k)), strata, seed, permutations)
    while block := list(islice(mixed, at_once)):
        drawn = _studentised(_split(_sums(parts, np.stack(block), k), g), totals, share)
        usable = ~np.isnan(drawn)
        valid += usable.sum(axis=0)
        # A hair's breadth, so that equal statistics count as equal whatever the order of summation.
        extreme += (usable & (np.abs(drawn) >= size - 1e-9)).sum(axis=0)
    return observed, extreme, valid


def _mixed(labels: np.ndarray, strata: np.ndarray, seed: int, permutations: int) -> Iterator[np.ndarray]:
    """Labels permuted with this seed; kept for the next test of the same articles, such as of another word or voice."""
    if labels.nbytes * permutations > _MOST_KEPT:
        return permuted_labels(labels, strata, np.random.default_rng([seed, 7]), permutations)
    return iter(_kept(labels.tobytes(), labels.dtype.str, strata.tobytes(), seed, permutations))


@lru_cache(maxsize=1)
def _kept(labels: bytes, kind: str, strata: bytes, seed: int, permutations: int) -> np.ndarray:
    given = np.frombuffer(labels, kind), np.frombuffer(strata, np.int64)
    mixed = np.empty((permutations, len(given[0])), kind)
    for row, drawn in zip(mixed, permuted_labels(*given, np.random.default_rng([seed, 7]), permutations), strict=True):
        row[:] = drawn
    return mixed


#: Columns of articles that have something in one of them, and which articles these are.
_Part: TypeAlias = tuple[np.ndarray, np.ndarray]


def _parts(columns: np.ndarray, g: int) -> tuple[_Part, ...]:
    """The columns of mentions and those of the denominator, each of the articles that have any: most have no mention."""
    found = []
    for part in (columns[:, : 3 * g], columns[:, 3 * g :]):
        rows = np.flatnonzero(part.any(axis=1))
        found.append((part[rows], rows))
    return tuple(found)


def _sums(parts: Sequence[_Part], labels: np.ndarray, k: int) -> np.ndarray:
    """Column sums by label, for each row of labels: permutations × labels × columns.

    A product with a matrix that has a single 1 for each article and permutation, so that more outlets cost nothing more.
    """
    b = len(labels)
    found = []
    for columns, rows in parts:
        m = len(rows)
        places = (labels[:, rows].astype(np.int32) + np.arange(b, dtype=np.int32)[:, None] * k).T.ravel()
        ones = sparse.csc_array((np.ones(b * m), places, np.arange(m + 1, dtype=np.int32) * b), shape=(b * k, m))
        found.append(np.asarray(ones @ columns).reshape(b, k, columns.shape[1]))
    return np.concatenate(found, axis=-1)


def _studentised(sums: _Sums, totals: _Sums, share: bool) -> np.ndarray:
    a, a_variance = _steadied(sums, share)
    b, b_variance = _steadied(totals.without(sums), share)
    spread, difference = a_variance + b_variance, a - b
    # Without any spread on either side a difference is as large as can be, and none is none.
    without = np.where(difference > 1e-12, np.inf, np.where(difference < -1e-12, -np.inf, 0.0))
    statistic: np.ndarray = np.divide(difference, np.sqrt(spread), out=without, where=spread > 1e-18)
    return np.where(np.isnan(spread), np.nan, statistic)


def _steadied(s: _Sums, share: bool) -> tuple[np.ndarray, np.ndarray]:
    """Square root of a rate, arcsine of that of a share, and its linearised variance (Cochran 1977, eq. 6.13).

    On this scale the variance hardly depends on the rate, so that a side with a handful of mentions is not taken for
    sure of itself; half a mention is added for the same reason (Anscombe 1948).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (s.n + HALF) / (s.d + 1) if share else (s.n + HALF) / s.d
        variance = np.maximum(s.nn - 2 * rate * s.nd + rate**2 * s.dd, 0) / s.d**2 * (s.m / (s.m - 1))
        value = np.arcsin(np.sqrt(rate)) if share else np.sqrt(rate)
        variance = variance / (4 * rate * (1 - rate) if share else 4 * rate)
    usable = np.broadcast_to((s.d > 0) & (s.m > 1), rate.shape)
    return np.where(usable, value, np.nan), np.where(usable, variance, np.nan)


def adjust_bh(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini & Hochberg (1995) adjusted p; None stays None and does not count to the family.

    Example:
        >>> adjust_bh([0.01, None, 0.04])
        [0.02, None, 0.04]
    """
    known = [(p, i) for i, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    if known:
        found = stats.false_discovery_control([p for p, _ in known], method="bh")
        for (_, i), q in zip(known, found, strict=True):
            adjusted[i] = float(q)
    return adjusted


#: What a row says of a difference that cannot be had.
_NO_DIFFERENCE: dict[str, Any] = {
    "rest_value": None,
    "ratio": None,
    "ratio_low": None,
    "ratio_high": None,
    "log2_ratio": None,
    "log2_ratio_conservative": None,
    "in_words": None,
    "difference_reason": None,
}


def ratio_row(estimates: Estimates, i: int, j: int, level: float) -> dict[str, Any]:
    """Ratio of an outlet's rate to the others', with an interval on the log scale, and the log2 ratio.

    The log2 ratio adds half a mention to both sides (Hardie 2014), so that it exists where one has none. The
    conservative one is the end of its interval that is nearer to 0, and 0 where the interval holds 0 (Evert 2022).
    Degrees of freedom after Satterthwaite (1946).
    """
    own, rest = estimates.own, estimates.rest
    value, rest_value = own.value[i, j], rest.value[i, j]
    row = dict(_NO_DIFFERENCE)
    if np.isnan(value) or np.isnan(rest_value):
        return {**row, "difference_reason": "nothing to compare with"}
    row["rest_value"] = float(rest_value)
    half_more, rest_half_more = ((side.n[i, j] + 0.5) / side.denominator[i, j] for side in (own, rest))
    row["log2_ratio"] = float(np.log2(half_more / rest_half_more))
    fewest = int(min(own.articles[i, j], rest.articles[i, j]))
    if fewest < FEWEST_ARTICLES:
        found = f"not enough text: {fewest} articles with an occasion on one side, at least {FEWEST_ARTICLES} needed"
        return {**row, "difference_reason": found}
    if value <= 0 or rest_value <= 0:
        return {**row, "difference_reason": "no mention on one side, so no ratio"}
    ratio = row["ratio"] = float(value / rest_value)
    variances = np.array([own.error[i, j], rest.error[i, j]]) ** 2
    if not (np.isfinite(variances).all() and (variances > NO_ERROR**2).all()):
        return {**row, "difference_reason": "no variation between articles"}
    df = welch_df(variances, np.array([own.df[i, j], rest.df[i, j]]))
    width = float(t_quantile(df, level) * np.sqrt(variances.sum()))
    low, high = ratio * float(np.exp(-width)), ratio * float(np.exp(width))
    row["ratio_low"], row["ratio_high"] = low, high
    nearer = low if ratio > 1 else high
    row["log2_ratio_conservative"] = float(np.log2(nearer)) if (nearer - 1) * (ratio - 1) > 0 else 0.0
    return {**row, "in_words": describe_ratio(ratio, low, high)}


def describe_ratio(ratio: float, low: float, high: float) -> str:
    """A ratio and its interval as a lay reader would be told it.

    Example:
        >>> describe_ratio(2.04, 1.31, 3.12)
        'about twice as often, 1.3 to 3.1 times'
        >>> describe_ratio(0.5, 0.2, 1.3)
        'about half as often, but anything from 0.2 to 1.3 times as often fits these articles'
    """
    spread = f"{_times(low)} to {_times(high)} times"
    if low <= 1 <= high:
        return f"{_often(ratio)}, but anything from {spread} as often fits these articles"
    return f"{_often(ratio)}, {spread}"


def _often(ratio: float) -> str:
    for at, words in ((0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"), (1.0, "equally"), (2.0, "twice")):
        if abs(np.log(ratio / at)) < 0.05:
            return "about equally often" if at == 1 else f"about {words} as often"
    return f"about {_times(ratio)} times as often"


def _times(ratio: float) -> str:
    """Two digits that count: 12, 3.1, 0.45, 0.012."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2g}"
