"""Rates and shares per outlet with intervals from leaving out one article at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from framing.stats.counts import Counts
from framing.stats.jackknife import left_out_error, log_ratio_without_each, t_quantile

#: Fewest articles with an occasion for an interval or a test. In simulations of over-dispersed counts (tests/evaluation/coverage.py)
#: the interval below covered 92 to 98 % at 8 and 10 articles and 94 to 98 % at 30 and 100; below 8 it was not studied.
FEWEST_ARTICLES = 8
#: Fewest articles with a mention, both sides together, for a test: when five or fewer all fall on one of two equal sides,
#: chance alone does so in more than 5 % of cases (2 / 2**5 = .0625).
FEWEST_WITH_MENTION = 6
#: Most numbers worked on at a time: 4 million take 32 MB in each of a handful of arrays.
_MOST_AT_ONCE = 4_000_000
#: What a denominator of each unit is multiplied to: mentions per 1,000 words, mentions per article, shares of all else.
PER = {
    "words": 1000.0,
    "articles": 1.0,
    "occasions": 1.0,
    "attributed words": 1.0,
    "loaded mentions": 1.0,
    "events": 1.0,
}
#: Units of which a value is a share, from 0 to 1.
SHARES = frozenset(PER) - {"words", "articles"}
#: What an article must have to count, by what a denominator counts; all but words and articles make a share.
_HAVING = {
    "words": "words of this voice",
    "articles": "a text",
    "occasions": "an occasion",
    "attributed words": "attributed words",
    "loaded mentions": "a loaded mention",
    "events": "such an event",
}
INTERVAL_METHOD = (
    "one article left out at a time (jackknife), on the log scale (logit for shares), t quantile with degrees of freedom "
    "from the kurtosis of the left-out values"
)


@dataclass(frozen=True, eq=False)
class Side:
    """Sums of some articles for each outlet and group, their ratio and its error; arrays are outlets × groups.

    Args:
        n: Mentions.
        denominator: Words or occasions.
        articles: Articles with a word or an occasion.
        articles_with: Articles with a mention.
        value: Ratio of sums, per 1,000 words or per occasion; nan without any.
        error: Standard error of the ratio's logarithm.
        df: Degrees of freedom of the error.
    """

    n: np.ndarray
    denominator: np.ndarray
    articles: np.ndarray
    articles_with: np.ndarray
    value: np.ndarray
    error: np.ndarray
    df: np.ndarray

    def at(self, rows: list[int]) -> Side:
        return Side(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True, eq=False)
class Estimates:
    """What each outlet does, and what those do that it is compared with."""

    outlet_ids: list[str]
    own: Side
    rest: Side


def estimate_outlets(counts: Counts, *, rest_of: str | None = None) -> Estimates:
    """Ratios of sums for each outlet and for those it is compared with, and their standard errors.

    Args:
        counts: Articles × groups.
        rest_of: The outlet every other one is compared with; all others pooled when not given.
    """
    outlets = sorted(set(counts.outlet_ids))
    of = np.asarray(counts.outlet_ids, dtype=object)
    rows = [of == outlet for outlet in outlets]
    own = estimate_sides(counts, rows)
    if rest_of in outlets:
        return Estimates(outlets, own, own.at([outlets.index(rest_of)] * len(outlets)))
    if len(outlets) == 2:
        return Estimates(outlets, own, own.at([1, 0]))
    return Estimates(outlets, own, _pooled_rest(counts, rows, own))


def estimate_sides(counts: Counts, rows: list[np.ndarray]) -> Side:
    """Sums, ratio and error for each set of articles; one may overlap another.

    Args:
        counts: Articles × groups.
        rows: For each set, which articles are in it.
    """
    g = len(counts.groups)
    shape = (len(rows), g)
    n, d, m, with_any, error, df = (np.zeros(shape) for _ in range(6))
    one_column = g > 0 and bool((counts.denominators == counts.denominators[:, :1]).all())
    share = counts.unit in SHARES
    for i, inside in enumerate(rows):
        n_here, d_here = counts.n[inside], counts.denominators[inside]
        n[i], d[i] = n_here.sum(axis=0), d_here.sum(axis=0)
        m[i], with_any[i] = (d_here > 0).sum(axis=0), (n_here > 0).sum(axis=0)
        step = max(1, _MOST_AT_ONCE // max(1, len(n_here)))
        for first in range(0, g, step):
            part = slice(first, first + step)
            below = d_here[:, :1] if one_column else d_here[:, part]
            without = log_ratio_without_each(n_here[:, part], below, share=share)
            error[i, part], df[i, part] = left_out_error(without, np.broadcast_to(below > 0, without.shape))
    value = _ratio(n, d)
    if share:
        # The error of a logit is that of the logarithm divided by the share of the others.
        error = error * (1 - value)
    return Side(n, d, m, with_any, value * PER[counts.unit], error, df)


def _pooled_rest(counts: Counts, rows: list[np.ndarray], own: Side) -> Side:
    """All outlets but one, taken together as one set of articles; linearised, so that 300 outlets cost little more than 3.

    The variance is that of the book (Cochran 1977, Sampling Techniques, eq. 6.13), which the jackknife's tends to;
    its degrees of freedom take the kurtosis of all articles.
    """
    n, d, m, with_any = (
        whole.sum(axis=0) - whole for whole in (own.n, own.denominator, own.articles, own.articles_with)
    )
    squares = []
    for a, b in ((counts.n, counts.n), (counts.n, counts.denominators), (counts.denominators, counts.denominators)):
        by_outlet = np.stack([(a[inside] * b[inside]).sum(axis=0) for inside in rows])
        squares.append(by_outlet.sum(axis=0) - by_outlet)
    ratio = _ratio(n, d)
    nn, nd, dd = squares
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(nn - 2 * ratio * nd + ratio**2 * dd, 0) * m / (m - 1)) / n
    _, df = left_out_error(
        counts.n - _ratio(own.n.sum(axis=0), own.denominator.sum(axis=0)) * counts.denominators, counts.denominators > 0
    )
    share_of_df = df / np.maximum(own.articles.sum(axis=0) - 1, 1)
    usable = (n > 0) & (m > 1)
    return Side(
        n,
        d,
        m,
        with_any,
        ratio * PER[counts.unit],
        np.where(usable, error, np.nan),
        np.maximum(share_of_df * (m - 1), 1),
    )


def _ratio(n: np.ndarray, d: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(n, d, out=np.full(n.shape, np.nan), where=d > 0)
    return ratio


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


def interval(value: float, error: float, df: float, level: float, share: bool) -> tuple[float, float]:
    """Low and high on the log (rates) or logit (shares) scale.

    Args:
        value: Rate or share.
        error: Standard error of its logarithm.
        df: Degrees of freedom of the error.
        level: Of the interval.
        share: The value is a share, from 0 to 1.

    Example:
        >>> low, high = interval(2.0, 0.25, 29, 0.95, False)
        >>> round(low, 2), round(high, 2)
        (1.2, 3.33)
    """
    t = float(t_quantile(np.asarray(df), level))
    if not share:
        return value * float(np.exp(-t * error)), value * float(np.exp(t * error))
    logit, width = np.log(value / (1 - value)), t * error / (1 - value)
    low, high = 1 / (1 + np.exp(-(logit - width))), 1 / (1 + np.exp(-(logit + width)))
    return float(low), float(high)


def reason_without_interval(side: Side, i: int, j: int, share: bool, unit: str) -> str | None:
    """Why no interval can be given, or None."""
    m = int(side.articles[i, j])
    what = f"articles with {_HAVING[unit]}"
    if m < FEWEST_ARTICLES:
        return f"not enough text: {m} {what}, at least {FEWEST_ARTICLES} needed"
    if side.n[i, j] == 0:
        return f"no mention in {m} articles, so there is no spread to measure"
    if share and side.n[i, j] == side.denominator[i, j]:
        return f"{'every occasion' if unit == 'occasions' else f'all {unit}'}, so there is no spread to measure"
    if not np.isfinite(side.error[i, j]) or side.error[i, j] <= NO_ERROR:
        return "no variation between articles"
    return None


#: Below this an error of a logarithm is what rounding leaves of none.
NO_ERROR = 1e-9


def estimate_rates(counts: Counts, *, level: float = 0.95) -> pa.Table:
    """Mentions per 1,000 words, or shares of occasions, per outlet and group.

    A reader would get wrong: the rate is the ratio of sums over articles, not a mean of article rates.

    Args:
        counts: From `count_mentions`.
        level: Level of the interval.

    Returns:
        One row per outlet × group: outlet_id, group, n_mentions, n_denominator, n_articles (with an occasion),
        n_articles_with, value, low, high, reason. `value` is null without any word or occasion; low and high are
        null with a reason where there is not enough text.
    """
    return pa.Table.from_pylist(estimate_rows(counts, estimate_outlets(counts), level), schema=RATE_SCHEMA)


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
    return [
        {"outlet_id": outlet, "group": group, **side_row(estimates.own, i, j, counts.unit, level)}
        for i, outlet in enumerate(estimates.outlet_ids)
        for j, group in enumerate(counts.groups)
    ]


def side_row(side: Side, i: int, j: int, unit: str, level: float) -> dict[str, Any]:
    """Counts, value, interval and reason of one set of articles and one group."""
    share, value = unit in SHARES, side.value[i, j]
    reason = reason_without_interval(side, i, j, share, unit)
    low, high = (None, None) if reason else interval(value, side.error[i, j], side.df[i, j], level, share)
    return {
        "n_mentions": int(side.n[i, j]),
        "n_denominator": int(side.denominator[i, j]),
        "n_articles": int(side.articles[i, j]),
        "n_articles_with": int(side.articles_with[i, j]),
        "value": None if np.isnan(value) else float(value),
        "low": low,
        "high": high,
        "reason": reason,
    }
