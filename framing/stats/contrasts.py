"""Differences between outlets: ratio with interval, a permutation test over articles, and Benjamini-Hochberg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from framing.stats.counts import Counts
from framing.stats.rates import FEWEST_ARTICLES, PER, Estimates
from framing.stats.resample import PERMUTATIONS, codes, permuted_labels

TEST_METHOD = "outlet labels permuted over articles, studentised difference of rates (Chung & Romano 2013), two-sided"


def permutation_p(
    counts: Counts,
    *,
    reference: str | None = None,
    within: str = "none",
    seed: int = 0,
    permutations: int = PERMUTATIONS,
) -> dict[tuple[str, str], float | None]:
    """Two-sided p for each outlet and group against all others pooled, or against one reference outlet.

    The statistic is the difference of the two ratios of sums over its standard error, so that the test keeps its
    level where outlets differ in article length and spread. Articles are what is permuted.

    Args:
        counts: Articles × groups.
        reference: Compare with this outlet only.
        within: `event` permutes within events (articles without one form a stratum), `none` over all.
        seed: Seed of the permutations.
        permutations: Their number; the smallest possible p is 1/(permutations + 1).

    Returns:
        p by (outlet, group); None where it cannot be computed.
    """
    outlets = sorted(set(counts.outlet_ids))
    place = {outlet: i for i, outlet in enumerate(outlets)}
    strata = codes(counts.event_ids)[0] if within == "event" else np.zeros(len(counts.outlet_ids), np.int64)
    labels = np.fromiter((place[o] for o in counts.outlet_ids), np.int64, len(counts.outlet_ids))
    columns = _columns(counts)
    result: dict[tuple[str, str], float | None] = {}
    if reference is None:
        observed, extreme, valid = _run(columns, labels, strata, len(outlets), seed, permutations, None)
        for i, outlet in enumerate(outlets):
            for j, group in enumerate(counts.groups):
                result[outlet, group] = _p(observed[i, j], extreme[i, j], valid[i, j])
        return result
    for i, outlet in enumerate(outlets):
        if outlet == reference:
            continue
        # Only the two outlets' articles are exchanged.
        rows = (labels == i) | (labels == place[reference])
        two = (labels[rows] == place[reference]).astype(np.int64)
        observed, extreme, valid = _run(tuple(c[rows] for c in columns), two, strata[rows], 2, seed, permutations, 0)
        for j, group in enumerate(counts.groups):
            result[outlet, group] = _p(observed[0, j], extreme[0, j], valid[0, j])
    return result


def _p(observed: float, extreme: int, valid: int) -> float | None:
    return (1 + int(extreme)) / (1 + int(valid)) if np.isfinite(observed) and valid else None


def _columns(counts: Counts) -> tuple[np.ndarray, ...]:
    n, d = counts.n, counts.denominators
    return n, d, n * n, n * d, d * d, (d > 0).astype(float)


def _run(
    columns: tuple[np.ndarray, ...],
    labels: np.ndarray,
    strata: np.ndarray,
    k: int,
    seed: int,
    permutations: int,
    only: int | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stacked = np.hstack(columns)
    g = columns[0].shape[1]
    totals = stacked.sum(0)
    # Rows without words or mentions change no sum.
    busy = stacked.any(axis=1)
    rng = np.random.default_rng([seed, 7])
    observed = _studentised(_sums(stacked, labels, k), totals, g)
    size = np.abs(observed)
    extreme = np.zeros(observed.shape, np.int64)
    valid = np.zeros(observed.shape, np.int64)
    part, labels, strata = stacked[busy], labels[busy], strata[busy]
    for mixed in permuted_labels(labels, strata, rng, permutations):
        drawn = _studentised(_sums(part, mixed, k), totals, g)
        usable = np.isfinite(drawn)
        valid += usable
        # A hair's breadth, so that equal statistics count as equal whatever the order of summation.
        extreme += usable & (np.abs(drawn) >= size - 1e-9)
    return observed, extreme, valid


def _sums(stacked: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    one_hot = np.zeros((k, len(labels)))
    one_hot[labels, np.arange(len(labels))] = 1.0
    sums: np.ndarray = one_hot @ stacked
    return sums


def _studentised(sums: np.ndarray, totals: np.ndarray, g: int) -> np.ndarray:
    a_rate, a_variance = _rate_and_variance(sums, g)
    b_rate, b_variance = _rate_and_variance(totals - sums, g)
    spread = a_variance + b_variance
    statistic: np.ndarray = np.divide(
        a_rate - b_rate, np.sqrt(spread), out=np.full(spread.shape, np.nan), where=spread > 1e-18
    )
    return statistic


def _rate_and_variance(sums: np.ndarray, g: int) -> tuple[np.ndarray, np.ndarray]:
    n, d, nn, nd, dd, m = (sums[:, i * g : (i + 1) * g] for i in range(6))
    usable = (d > 0) & (m > 1)
    rate = np.divide(n, d, out=np.full(n.shape, np.nan), where=usable)
    squares = nn - 2 * rate * nd + rate**2 * dd
    correction = np.divide(m, m - 1, out=np.full(n.shape, np.nan), where=usable)
    variance = np.divide(np.maximum(squares, 0) * correction, d**2, out=np.full(n.shape, np.nan), where=usable)
    return rate, variance


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


def ratio_row(estimates: Estimates, i: int, j: int, unit: str, level: float) -> dict[str, Any]:
    """Ratio of an outlet's rate to the others', with an interval on the log scale and the log2 ratio.

    The log2 ratio adds half a mention to both sides (Hardie 2014), so that it exists where one has none.
    Degrees of freedom after Satterthwaite (1946).
    """
    value, rest = estimates.value[i, j], estimates.rest_value[i, j]
    row: dict[str, Any] = {
        "rest_value": None,
        "ratio": None,
        "ratio_low": None,
        "ratio_high": None,
        "log2_ratio": None,
        "difference_reason": None,
    }
    if np.isnan(value) or np.isnan(rest):
        return {**row, "difference_reason": "nothing to compare with"}
    row["rest_value"] = float(rest)
    m, rest_m = estimates.articles[i, j], estimates.rest_articles[i, j]
    per = PER[unit]
    a, b = (estimates.n[i, j] + 0.5) / estimates.denominator[i, j] * per, (estimates.rest_n[i, j] + 0.5)
    rest_d = estimates.rest_n[i, j] / (rest / per) if rest > 0 else None
    if rest_d:
        row["log2_ratio"] = float(np.log2(a / (b / rest_d * per)))
    if min(m, rest_m) < FEWEST_ARTICLES:
        return {
            **row,
            "difference_reason": f"not enough text: {int(min(m, rest_m))} articles with an occasion on one side, at least {FEWEST_ARTICLES} needed",
        }
    if value <= 0 or rest <= 0:
        return {**row, "difference_reason": "no mention on one side, so no ratio"}
    row["ratio"] = float(value / rest)
    variances = (estimates.error[i, j] / value) ** 2, (estimates.rest_error[i, j] / rest) ** 2
    if not all(np.isfinite(v) and v > 0 for v in variances):
        return {**row, "difference_reason": "no variation between articles"}
    df = sum(variances) ** 2 / (variances[0] ** 2 / (m - 1) + variances[1] ** 2 / (rest_m - 1))
    width = float(stats.t.ppf((1 + level) / 2, df) * np.sqrt(sum(variances)))
    row["ratio_low"], row["ratio_high"] = row["ratio"] * float(np.exp(-width)), row["ratio"] * float(np.exp(width))
    return row
