"""Van Dijk's square as one number: is one actor's side worded more heavily than the other's?

A = ln(rate about X / rate about Y), rates per 100 references to each actor (van Dijk 1998, "Opinions and ideologies in
the press": emphasise their bad things, de-emphasise ours). Half a mention is added on both sides (Haldane 1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from framing.stats.jackknife import left_out_error, t_interval, welch_df
from framing.stats.rates import FEWEST_ARTICLES, FEWEST_WITH_MENTION

ASYMMETRY_METHOD = (
    "one article left out at a time (jackknife), t quantile with degrees of freedom from the kurtosis of the left-out values, "
    "half a mention added on both sides"
)


def estimate_asymmetry(outlets: Sequence[str], counts: np.ndarray, *, level: float = 0.95) -> list[dict[str, Any]]:
    """A for each outlet and its difference from all others pooled.

    A reader would get wrong: A near 0 means the same wording per reference for both, not that there is none.

    Args:
        outlets: The outlet of each article.
        counts: Articles × (mentions about X, references to X, mentions about Y, references to Y).
        level: Of the intervals.

    Returns:
        One row per outlet: outlet_id, n_about, n_versus, references, n_articles, value with low and high, difference
        with its interval (low and high null where all articles are alike); null with `reason` under eight articles with a reference or six with a mention, the value
        itself where one of the two is never referred to or neither has a mention.

    Example:
        >>> import numpy as np
        >>> counts = np.array([[2, 10, 1, 10]] * 10)
        >>> round(estimate_asymmetry(["A"] * 10, counts)[0]["value"], 2)
        0.67
    """
    names = sorted(set(outlets))
    labels = np.array([names.index(o) for o in outlets])
    total = counts.sum(axis=0)
    rows = []
    for i, name in enumerate(names):
        own = counts[labels == i]
        sums = own.sum(axis=0)
        with_reference, with_mention = _articles_with(own)
        reason = _reason(sums, with_reference, with_mention)
        row: dict[str, Any] = {
            "outlet_id": name,
            "n_about": int(sums[0]),
            "references_about": int(sums[1]),
            "n_versus": int(sums[2]),
            "references_versus": int(sums[3]),
            "n_articles": len(own),
            "n_articles_with": with_mention,
            # Without a mention of either, half a mention on both sides would only compare the references.
            "value": float(_asymmetry(sums[None, :])[0]) if sums[1] and sums[3] and sums[0] + sums[2] else None,
            "reason": reason,
        }
        for key in ("low", "high", "difference", "difference_low", "difference_high"):
            row[key] = None
        if reason is None:
            error, df = _error(own)
            row["low"], row["high"] = t_interval(row["value"], error, df, level)
            if row["low"] is None:
                row["reason"] = "no variation between articles"
            others = counts[labels != i]
            rest = total - sums
            if len(names) > 1 and rest[1] and rest[3] and _reason(rest, *_articles_with(others)) is None:
                rest_error, rest_df = _error(others)
                variances = np.array([error, rest_error]) ** 2
                row["difference"] = row["value"] - float(_asymmetry(rest[None, :])[0])
                row["difference_low"], row["difference_high"] = t_interval(
                    row["difference"],
                    float(np.sqrt(variances.sum())),
                    float(welch_df(variances, np.array([df, rest_df]))),
                    level,
                )
        rows.append(row)
    return rows


def _asymmetry(sums: np.ndarray) -> np.ndarray:
    x, ref_x, y, ref_y = np.asarray(sums, float).T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log((x + 0.5) / (ref_x + 0.5)) - np.log((y + 0.5) / (ref_y + 0.5)))


def _articles_with(counts: np.ndarray) -> tuple[int, int]:
    """Articles with a reference to one of the two, and with a mention."""
    return int((counts[:, 1] + counts[:, 3] > 0).sum()), int((counts[:, 0] + counts[:, 2] > 0).sum())


def _error(counts: np.ndarray) -> tuple[float, float]:
    """Standard error of A and its degrees of freedom."""
    without = _asymmetry(counts.sum(axis=0) - counts)
    error, df = left_out_error(without[:, None], (counts.sum(axis=1) > 0)[:, None])
    return float(error[0]), float(df[0])


def _reason(sums: np.ndarray, with_reference: int, with_mention: int) -> str | None:
    if not (sums[1] and sums[3]):
        return "one of the two is never referred to"
    if not sums[0] + sums[2]:
        return "no such mention about either"
    if with_reference < FEWEST_ARTICLES:
        return f"not enough text: {with_reference} articles refer to them, at least {FEWEST_ARTICLES} needed"
    if with_mention < FEWEST_WITH_MENTION:
        return f"too few mentions: in {with_mention} articles, at least {FEWEST_WITH_MENTION} needed"
    return None
