"""Rates and shares per outlet with intervals from resampled articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import stats

from framing.stats.counts import Counts
from framing.stats.resample import DRAWS, resampled_sums, seeded

#: Fewest articles with an occasion for an interval or a test. In simulations of over-dispersed counts (tests/evaluation/coverage.py)
#: the interval below covered 93 to 96 % at 8 articles, 95 to 97 % at 10 and 92 to 95 % at 30 and 100; below 8 it was not studied.
FEWEST_ARTICLES = 8
#: Fewest articles with a mention, both sides together, for a test: when five or fewer all fall on one of two equal sides,
#: chance alone does so in more than 5 % of cases (2 / 2**5 = .0625).
FEWEST_WITH_MENTION = 6
#: Most numbers drawn at a time: 40 million take 320 MB.
_MOST_DRAWN = 40_000_000
PER = {"words": 1000.0, "occasions": 1.0}
INTERVAL_METHOD = "articles resampled within outlet, t quantile on the log scale (logit for shares)"


@dataclass(frozen=True, eq=False)
class Estimates:
    """Per outlet and group: sums, the ratio of sums, and its standard error from resampling. Arrays are outlets × groups."""

    outlet_ids: list[str]
    n: np.ndarray
    denominator: np.ndarray
    articles: np.ndarray
    articles_with: np.ndarray
    value: np.ndarray
    error: np.ndarray
    rest_value: np.ndarray
    rest_error: np.ndarray
    rest_articles: np.ndarray
    rest_n: np.ndarray
    rest_denominator: np.ndarray
    rest_articles_with: np.ndarray


def resample_outlets(counts: Counts, *, seed: int = 0, draws: int = DRAWS, rest_of: str | None = None) -> Estimates:
    """Ratios of sums for each outlet and for those it is compared with, and their resampled standard errors.

    Args:
        counts: Articles × groups.
        seed: Seed of the resampling; each outlet has a stream of its own.
        draws: Number of resamples.
        rest_of: The outlet every other one is compared with; all others pooled when not given.
    """
    outlets = sorted(set(counts.outlet_ids))
    of = np.asarray(counts.outlet_ids, dtype=object)
    rows = {outlet: of == outlet for outlet in outlets}
    at_once = max(1, _MOST_DRAWN // (len(outlets) * draws * 2))
    parts = []
    for first in range(0, len(counts.groups), at_once):
        # Each part draws the same articles again, so that the groups may be cut anywhere.
        columns = slice(first, first + at_once)
        parts.append(
            _resample(
                counts.n[:, columns], counts.denominators[:, columns], rows, seed, draws, rest_of, PER[counts.unit]
            )
        )
    joined = (np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True))
    return Estimates(outlets, *joined)


def _resample(
    n_all: np.ndarray,
    d_all: np.ndarray,
    rows: dict[str, np.ndarray],
    seed: int,
    draws: int,
    rest_of: str | None,
    per: float,
) -> tuple[np.ndarray, ...]:
    """The arrays of `Estimates` for some of the groups."""
    outlets = list(rows)
    g = n_all.shape[1]
    n, d, m, with_any = (np.zeros((len(outlets), g)) for _ in range(4))
    drawn = np.zeros((len(outlets), draws, 2 * g))
    for i, outlet in enumerate(outlets):
        both = np.hstack([n_all[rows[outlet]], d_all[rows[outlet]]])
        n[i], d[i] = both[:, :g].sum(0), both[:, g:].sum(0)
        m[i], with_any[i] = (both[:, g:] > 0).sum(0), (both[:, :g] > 0).sum(0)
        drawn[i] = resampled_sums(both, seeded(seed, outlet), draws)
    rest_n, rest_d, rest_m, rest_with = (whole.sum(0) - whole for whole in (n, d, m, with_any))
    whole_drawn = drawn.sum(0)
    error, rest_error = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    base = outlets.index(rest_of) if rest_of in rows else None
    for i in range(len(outlets)):
        error[i] = _error(drawn[i], m[i], per)
        if base is not None and i != base:
            rest_n[i], rest_d[i], rest_m[i], rest_with[i] = n[base], d[base], m[base], with_any[base]
            rest_error[i] = _error(drawn[base], m[base], per)
        else:
            rest_error[i] = _error(whole_drawn - drawn[i], rest_m[i], per)
    return (
        n,
        d,
        m,
        with_any,
        _ratio(n, d) * per,
        error,
        _ratio(rest_n, rest_d) * per,
        rest_error,
        rest_m,
        rest_n,
        rest_d,
        rest_with,
    )


def _ratio(n: np.ndarray, d: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(n, d, out=np.full(n.shape, np.nan), where=d > 0)
    return ratio


def _error(drawn: np.ndarray, m: np.ndarray, per: float) -> np.ndarray:
    """Standard error over draws; a draw without any occasion says nothing and is left out."""
    g = drawn.shape[1] // 2
    ratios = _ratio(drawn[:, :g], drawn[:, g:]) * per
    valid = ~np.isnan(ratios)
    count = valid.sum(0)
    mean = np.divide(np.where(valid, ratios, 0).sum(0), count, out=np.zeros(g), where=count > 0)
    spread = np.where(valid, (ratios - mean) ** 2, 0).sum(0)
    variance = np.divide(spread, count - 1, out=np.full(g, np.nan), where=count > 1)
    # Resampling m articles has (m - 1)/m of the variance wanted.
    error: np.ndarray = np.sqrt(variance * np.divide(m, m - 1, out=np.full(g, np.nan), where=m > 1))
    return error


def ratio_of_sums(counts: Counts) -> dict[tuple[str, str], float | None]:
    """The rate or share of each outlet and group, without an interval; None without any word or occasion."""
    of = np.asarray(counts.outlet_ids, dtype=object)
    found: dict[tuple[str, str], float | None] = {}
    for outlet in sorted(set(counts.outlet_ids)):
        rows = of == outlet
        values = _ratio(counts.n[rows].sum(0), counts.denominators[rows].sum(0)) * PER[counts.unit]
        for group, value in zip(counts.groups, values, strict=True):
            found[outlet, group] = None if np.isnan(value) else float(value)
    return found


def interval(value: float, error: float, m: float, level: float, share: bool) -> tuple[float, float]:
    """Low and high on the log (rates) or logit (shares) scale with a t quantile on m - 1 degrees of freedom.

    Example:
        >>> low, high = interval(2.0, 0.5, 30, 0.95, False)
        >>> round(low, 2), round(high, 2)
        (1.2, 3.33)
    """
    t = float(stats.t.ppf((1 + level) / 2, m - 1))
    if not share:
        width = t * error / value
        return value * float(np.exp(-width)), value * float(np.exp(width))
    logit = np.log(value / (1 - value))
    width = t * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-(logit - width))), 1 / (1 + np.exp(-(logit + width)))
    return float(low), float(high)


def reason_without_interval(estimates: Estimates, i: int, j: int, share: bool, unit: str) -> str | None:
    """Why no interval can be given, or None."""
    m = int(estimates.articles[i, j])
    what = "articles with an occasion" if unit == "occasions" else "articles with words of this voice"
    if m < FEWEST_ARTICLES:
        return f"not enough text: {m} {what}, at least {FEWEST_ARTICLES} needed"
    if estimates.n[i, j] == 0:
        return f"no mention in {m} articles, so there is nothing to resample"
    if share and estimates.n[i, j] == estimates.denominator[i, j]:
        return "every occasion, so there is nothing to resample"
    if not np.isfinite(estimates.error[i, j]) or estimates.error[i, j] <= 0:
        return "no variation between articles"
    return None


def estimate_rates(counts: Counts, *, level: float = 0.95, seed: int = 0, draws: int = DRAWS) -> pa.Table:
    """Mentions per 1,000 words, or shares of occasions, per outlet and group.

    A reader would get wrong: the rate is the ratio of sums over articles, not a mean of article rates.

    Args:
        counts: From `count_mentions`.
        level: Level of the interval.
        seed: Seed of the resampling.
        draws: Number of resamples.

    Returns:
        One row per outlet × group: outlet_id, group, n_mentions, n_denominator, n_articles (with an occasion),
        n_articles_with, value, low, high, reason. `value` is null without any word or occasion; low and high are
        null with a reason where there is not enough text.
    """
    estimates = resample_outlets(counts, seed=seed, draws=draws)
    return pa.Table.from_pylist(estimate_rows(counts, estimates, level), schema=RATE_SCHEMA)


RATE_SCHEMA = pa.schema(
    [
        ("outlet_id", pa.string()),
        ("group", pa.string()),
        ("n_mentions", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
    ]
)


def estimate_rows(counts: Counts, estimates: Estimates, level: float) -> list[dict[str, Any]]:
    """The rows of `estimate_rates`."""
    share = counts.unit == "occasions"
    rows: list[dict[str, Any]] = []
    for i, outlet in enumerate(estimates.outlet_ids):
        for j, group in enumerate(counts.groups):
            value = estimates.value[i, j]
            reason = reason_without_interval(estimates, i, j, share, counts.unit)
            low, high = (
                (None, None)
                if reason
                else interval(value, estimates.error[i, j], estimates.articles[i, j], level, share)
            )
            rows.append(
                {
                    "outlet_id": outlet,
                    "group": group,
                    "n_mentions": int(estimates.n[i, j]),
                    "n_denominator": int(estimates.denominator[i, j]),
                    "n_articles": int(estimates.articles[i, j]),
                    "n_articles_with": int(estimates.articles_with[i, j]),
                    "value": None if np.isnan(value) else float(value),
                    "low": low,
                    "high": high,
                    "reason": reason,
                }
            )
    return rows
