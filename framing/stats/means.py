"""Means of a score over sentences, with articles as the unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from framing.stats.jackknife import left_out_error, t_interval, welch_df
from framing.stats.rates import FEWEST_ARTICLES, NO_ERROR

MEAN_METHOD = (
    "mean over sentences, one article left out at a time (jackknife), t quantile with degrees of freedom from the kurtosis "
    "of the left-out values"
)


def estimate_means(
    outlets: Sequence[str], sums: np.ndarray, sentences: np.ndarray, *, level: float = 0.95
) -> list[dict[str, Any]]:
    """The mean score of each outlet's sentences, and its difference from all others pooled.

    A reader would get wrong: sentences of one article are alike, so an outlet with few long articles has little to say.

    Args:
        outlets: The outlet of each article.
        sums: The summed score of each article's sentences.
        sentences: How many sentences were scored in each article.
        level: Of the intervals.

    Returns:
        One row per outlet: outlet_id, n_sentences, n_articles (with a scored sentence), value, low, high, rest_value,
        difference, difference_low, difference_high, reason; value null without a scored sentence, intervals null with
        the reason under eight articles.

    Example:
        >>> import numpy as np
        >>> rows = estimate_means(["A"] * 9, np.arange(9.0), np.full(9, 2))
        >>> rows[0]["value"], rows[0]["low"] < 2 < rows[0]["high"]
        (2.0, True)
    """
    of = np.asarray(outlets, dtype=object)
    rows = []
    for outlet in sorted(set(outlets)):
        inside = of == outlet
        value, error, df, m = _side(sums[inside], sentences[inside])
        rest, rest_error, rest_df, rest_m = _side(sums[~inside], sentences[~inside])
        row: dict[str, Any] = {
            "outlet_id": outlet,
            "n_sentences": int(sentences[inside].sum()),
            "n_articles": m,
            "value": value,
            "low": None,
            "high": None,
            "rest_value": rest,
            "difference": None,
            "difference_low": None,
            "difference_high": None,
            "reason": _reason(value, error, m),
        }
        if row["reason"] is None:
            row["low"], row["high"] = t_interval(value, error, df, level)
            if rest is not None:
                row["difference"] = value - rest
            if _reason(rest, rest_error, rest_m) is None:
                variances = np.array([error, rest_error]) ** 2
                both = float(welch_df(variances, np.array([df, rest_df])))
                row["difference_low"], row["difference_high"] = t_interval(
                    row["difference"], float(np.sqrt(variances.sum())), both, level
                )
        rows.append(row)
    return rows


def _side(sums: np.ndarray, sentences: np.ndarray) -> tuple[Any, float, float, int]:
    counted = sentences > 0
    s, n = sums[counted], sentences[counted].astype(float)
    m = int(counted.sum())
    if not m:
        return None, float("nan"), float("nan"), 0
    value = float(s.sum() / n.sum())
    if m < 2:
        return value, float("nan"), float("nan"), m
    error, df = left_out_error(((s.sum() - s) / (n.sum() - n))[:, None])
    return value, float(error[0]), float(df[0]), m


def _reason(value: float | None, error: float, m: int) -> str | None:
    if value is None:
        return "no sentence was scored"
    if m < FEWEST_ARTICLES:
        return f"not enough text: {m} articles with a scored sentence, at least {FEWEST_ARTICLES} needed"
    return None if error > NO_ERROR else "no variation between articles"
