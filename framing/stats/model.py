"""A second opinion on a difference: Poisson regression with an effect for each event and errors that articles can spread as they like.

Given an event's total, the mentions of one side are binomial, so the event effects drop out (the conditional Poisson
model: Hausman, Hall & Griliches 1984) and one number per group is left to solve for. The errors are the sandwich over
articles (Wooldridge 1999), so that over-dispersion and clustering within an article are in them, as in quasi-Poisson.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from framing.stats.counts import Counts
from framing.stats.jackknife import left_out_error, t_quantile
from framing.stats.rates import FEWEST_ARTICLES, NO_ERROR
from framing.stats.resample import codes

MODEL_METHOD = "Poisson regression with event effects (conditional likelihood), errors clustered by article, t quantile"
_STEPS = 60
_CLOSE = 1e-10


def estimate_model(
    counts: Counts, *, reference: str | None = None, within: str = "none", level: float = 0.95
) -> dict[tuple[str, str], dict[str, Any]]:
    """How many times as often an outlet uses each group as the others do, by regression.

    A reader would get wrong: without events it is the ratio of the rates again, only its error is reckoned otherwise;
    with events, only those say something that the outlet and another one covered.

    Args:
        counts: Articles × groups.
        reference: Compare with this outlet only; with all others when not given.
        within: `event` for an effect of each event (articles without one share an effect), `none` for a single one.
        level: Of the interval.

    Returns:
        By outlet and group: model_ratio, model_low, model_high, model_p, n_events (that say something), model_reason;
        null with the reason under eight such articles on a side or where one side has no mention.

    Example:
        >>> import numpy as np
        >>> n = np.array([[2.0]] * 4 + [[3.0]] * 5 + [[1.0]] * 9)
        >>> ids = tuple(map(str, range(18)))
        >>> c = Counts(ids, ("a",) * 9 + ("b",) * 9, (None,) * 18, ("g",), n, np.full((18, 1), 100.0), "words", "all")
        >>> round(estimate_model(c)["a", "g"]["model_ratio"], 2)
        2.56
    """
    of = np.asarray(counts.outlet_ids, dtype=object)
    events = codes(counts.event_ids)[0] if within == "event" else np.zeros(len(of), np.int64)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for outlet in sorted(set(counts.outlet_ids)):
        if outlet == reference:
            continue
        inside = of == outlet
        shared = np.isin(events, events[inside])
        taken = inside | (shared & (of == reference) if reference is not None else shared)
        rows = _fit(counts.n[taken], counts.denominators[taken], inside[taken], events[taken], level)
        found |= {(outlet, group): row for group, row in zip(counts.groups, rows, strict=True)}
    return found


def _fit(n: np.ndarray, w: np.ndarray, inside: np.ndarray, events: np.ndarray, level: float) -> list[dict[str, Any]]:
    k = np.unique(events, return_inverse=True)[1]
    size = int(k.max()) + 1 if len(k) else 0
    sums = [_by_event(v[part], k[part], size) for v in (n, w) for part in (inside, ~inside)]
    n_in, n_out, w_in, w_out = sums
    # Only an event with words on both sides and a mention on one says something.
    says = (w_in > 0) & (w_out > 0) & (n_in + n_out > 0)
    n_in, n_out, w_in, w_out = (np.where(says, v, 0) for v in sums)
    total = n_in + n_out
    usable = (n_in.sum(0) > 0) & (n_out.sum(0) > 0)
    beta = np.zeros(n.shape[1])
    for _ in range(_STEPS):
        p = _share(w_in, w_out, beta)
        information = (total * p * (1 - p)).sum(0)
        step = np.divide(
            (n_in - total * p).sum(0), information, out=np.zeros_like(beta), where=usable & (information > 0)
        )
        beta += np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < _CLOSE:
            break
    p = _share(w_in, w_out, beta)
    information = (total * p * (1 - p)).sum(0)
    # What an article adds to the score: its residual, weighed by how far its side is from the event's mean.
    with np.errstate(invalid="ignore", divide="ignore"):
        level_of_event = np.where(says, total / (w_in * np.exp(beta) + w_out), 0)
    fitted = level_of_event[k] * w * np.where(inside[:, None], np.exp(beta), 1.0)
    score = (inside[:, None] - p[k]) * (n - fitted) * says[k]
    counted = says[k] & (w > 0)
    m = counted.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt((score**2).sum(0) * m / (m - 1)) / information
    _, df = left_out_error(score, counted)
    sides = np.minimum((counted & inside[:, None]).sum(0), (counted & ~inside[:, None]).sum(0))
    return [
        _row(beta[j], error[j], df[j], int(says[:, j].sum()), int(sides[j]), bool(usable[j]), level)
        for j in range(n.shape[1])
    ]


def _row(
    beta: float, error: float, df: float, events: int, articles: int, usable: bool, level: float
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "model_ratio": None,
        "model_low": None,
        "model_high": None,
        "model_p": None,
        "n_events": events,
        "model_reason": None,
    }
    if articles < FEWEST_ARTICLES:
        found = f"not enough text: {articles} articles of one side on shared events, at least {FEWEST_ARTICLES} needed"
        return {**row, "model_reason": found}
    if not usable:
        return {**row, "model_reason": "no mention on one side of the shared events"}
    row["model_ratio"] = float(np.exp(beta))
    if not np.isfinite(error) or error <= NO_ERROR:
        return {**row, "model_reason": "no variation between articles"}
    width = float(t_quantile(np.asarray(df), level)) * error
    return {
        **row,
        "model_low": float(np.exp(beta - width)),
        "model_high": float(np.exp(beta + width)),
        "model_p": float(2 * special.stdtr(df, -abs(beta) / error)),
    }


def _share(w_in: np.ndarray, w_out: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The share of an event's mentions that this side would have with this ratio."""
    weighted = w_in * np.exp(beta)
    both = weighted + w_out
    return np.asarray(np.divide(weighted, both, out=np.zeros_like(both), where=both > 0))


def _by_event(values: np.ndarray, events: np.ndarray, size: int) -> np.ndarray:
    return np.stack([np.bincount(events, column, size) for column in values.T], axis=1)
