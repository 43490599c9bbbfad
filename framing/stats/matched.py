"""The odds of the loaded word on the same events: Mantel-Haenszel over events, beside the raw odds.

Raw odds mix two things, which word an outlet takes and which events it covers. Mantel & Haenszel (1959) compare within
each event and pool. The textbook variance takes mentions as independent; here articles or whole events are left out.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from framing.stats.counts import Counts
from framing.stats.jackknife import HALF, left_out_error, spread_df, t_interval
from framing.stats.resample import codes

MATCHED_METHOD = (
    "Mantel-Haenszel odds over events, one article of an event left out at a time (odds_low, odds_high: these events) or one whole "
    "event (odds_beyond_low, odds_beyond_high: events like these), t quantile"
)
#: Fewest events that say something for an interval; under it the error itself is hardly known (see FEWEST_ARTICLES).
FEWEST_EVENTS = 8
MATCHED_COLUMNS = (
    "odds_raw",
    "odds",
    "odds_low",
    "odds_high",
    "odds_beyond_low",
    "odds_beyond_high",
    "n_events",
    "n_events_agreeing",
    "odds_i2",
    "odds_reason",
)


def estimate_matched_odds(
    counts: Counts, *, reference: str | None = None, level: float = 0.95
) -> dict[tuple[str, str], dict[str, Any]]:
    """How many times higher an outlet's odds of a choice are than the others', on the same events.

    A reader would get wrong: an event says something only if both sides had an occasion in it and did not all choose
    alike, so most events say nothing; `n_events` is the number that do.

    Args:
        counts: Choices: n chosen of denominators occasions, articles × groups, with event_ids.
        reference: Compare with this outlet only; with all others when not given.
        level: Of the intervals.

    Returns:
        By outlet and group, `MATCHED_COLUMNS`: odds_raw (half a mention added where a cell is empty), odds (null
        without an event that says something, or where all events say one side never chose it), two intervals (null
        under eight such events), n_events, n_events_agreeing (with the sign of the odds), odds_i2 (the share of the
        spread between events beyond chance; Higgins & Thompson 2002; mentions taken as independent, so rather too
        high; null under two events), odds_reason.

    Raises:
        ValueError: The counts are not of occasions.

    Example:
        >>> import numpy as np
        >>> n, d = np.array([[2.0], [1.0], [3.0], [1.0]]), np.array([[3.0], [3.0], [4.0], [4.0]])
        >>> c = Counts(tuple("wxyz"), tuple("abab"), tuple("1122"), ("g",), n, d, "occasions", "all")
        >>> round(estimate_matched_odds(c)["a", "g"]["odds"], 2)
        6.14
    """
    if counts.unit != "occasions":
        raise ValueError("odds need occasions, not words")
    of, outlets = codes(counts.outlet_ids)
    dated = np.array([e is not None for e in counts.event_ids], bool)
    events = codes(counts.event_ids)[0]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for j, group in enumerate(counts.groups):
        # Most articles of a large corpus have no occasion.
        some = np.flatnonzero(counts.denominators[:, j] > 0)
        n, d, at, of_event, on_event = (v[some] for v in (counts.n[:, j], counts.denominators[:, j], of, events, dated))
        for k, outlet in enumerate(outlets):
            if outlet == reference:
                continue
            inside = at == k
            others = at == outlets.index(reference) if reference in outlets else ~inside
            taken = (inside | others) & on_event
            row = _matched(n[taken], d[taken], inside[taken], of_event[taken], level)
            row["odds_raw"] = _raw(n, d, inside, others)
            found[str(outlet), group] = row
    return {pair: found[pair] for pair in product(sorted(set(counts.outlet_ids) - {reference}), counts.groups)}


def _raw(n: np.ndarray, d: np.ndarray, inside: np.ndarray, others: np.ndarray) -> float | None:
    cells = np.array([n[inside].sum(), (d - n)[inside].sum(), n[others].sum(), (d - n)[others].sum()])
    if not cells[:2].sum() or not cells[2:].sum():
        return None
    a, b, c, e = cells if cells.all() else cells + HALF
    return float(a * e / (b * c))


def _matched(n: np.ndarray, d: np.ndarray, inside: np.ndarray, events: np.ndarray, level: float) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(MATCHED_COLUMNS)
    k = np.unique(events, return_inverse=True)[1]
    size = int(k.max()) + 1 if len(k) else 0
    a, b, c, e = (
        np.bincount(k[side], values[side], size).astype(float) for side in (inside, ~inside) for values in (n, d - n)
    )
    total = a + b + c + e
    up, down = _parts(a, b, c, e)
    says = up + down > 0
    row["n_events"] = int(says.sum())
    if not row["n_events"]:
        return {**row, "odds_reason": "no event in which both sides had an occasion and did not all choose alike"}
    if not up.sum() or not down.sum():
        return {**row, "odds_reason": "on these events one side always or never chose it"}
    log_odds = float(np.log(up.sum() / down.sum()))
    row["odds"] = float(np.exp(log_odds))
    single = np.log((a + HALF) * (e + HALF) / ((b + HALF) * (c + HALF)))[says]
    row["n_events_agreeing"] = int((np.sign(up - down)[says] == np.sign(log_odds)).sum())
    row["odds_i2"] = _i2(single, np.stack([a, b, c, e])[:, says])
    if row["n_events"] < FEWEST_EVENTS:
        return {
            **row,
            "odds_reason": f"not enough events: {row['n_events']} say something, at least {FEWEST_EVENTS} needed",
        }
    # Half an event's mean part is added, so that leaving out the only event that points one way stays finite.
    pad = HALF * (up.sum() + down.sum()) / total[says].sum()
    without_event = np.log((up.sum() - up[says] + pad) / (down.sum() - down[says] + pad))
    error, df = left_out_error(without_event[:, None])
    row["odds_beyond_low"], row["odds_beyond_high"] = _interval(log_odds, float(error[0]), float(df[0]), level)
    # Without each article its event's parts change, the others stay.
    less = [np.where(side, values, 0) for side in (inside, ~inside) for values in (n, d - n)]
    up_less, down_less = _parts(*(cell[k] - part for cell, part in zip((a, b, c, e), less, strict=True)))
    without = np.log((up.sum() - up[k] + up_less + pad) / (down.sum() - down[k] + down_less + pad))
    row["odds_low"], row["odds_high"] = _interval(
        log_odds,
        *_within_error(without, float(np.log((up.sum() + pad) / (down.sum() + pad))), inside, k, says[k]),
        level,
    )
    return row


def _parts(a: np.ndarray, b: np.ndarray, c: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each event adds to the numerator and the denominator; an event with one side only adds nothing."""
    total = a + b + c + e
    both = (a + b > 0) & (c + e > 0)
    up = np.divide(a * e, total, out=np.zeros_like(total), where=both)
    down = np.divide(b * c, total, out=np.zeros_like(total), where=both)
    return up, down


def _within_error(
    without: np.ndarray, whole: float, inside: np.ndarray, k: np.ndarray, says: np.ndarray
) -> tuple[float, float]:
    """Error from articles left out within the sides of an event.

    A side with a single article has no spread of its own: leaving that article out leaves out the event, and this
    distance stands for it (once, where both sides have a single one), which errs towards a wider interval.
    """
    keys = np.unique(2 * k + inside, return_inverse=True)[1]
    m = np.bincount(keys)[keys].astype(float)
    mean = (np.bincount(keys, without) / np.bincount(keys))[keys]
    size = int(k.max()) + 1
    lone = [np.bincount(k[side], minlength=size) == 1 for side in (inside, ~inside)]
    both_single = (lone[0] & lone[1])[k]
    away = np.where(m > 1, without - mean, without - whole)
    weight = np.where(m > 1, (m - 1) / m, np.where(both_single, 0.5, 1.0))
    square = (weight * away**2)[says]
    total, n = square.sum(), len(square)
    if n < 2 or not total > 0:
        return float("nan"), float("nan")
    df = float(spread_df(square, np.asarray(float(n))))
    return float(np.sqrt(total)), df


def _i2(single: np.ndarray, cells: np.ndarray) -> float | None:
    if len(single) < 2:
        return None
    precision = 1 / (1 / (cells + HALF)).sum(axis=0)
    mean = (precision * single).sum() / precision.sum()
    q = float((precision * (single - mean) ** 2).sum())
    return max(0.0, (q - (len(single) - 1)) / q) if q > 0 else 0.0


def _interval(value: float, error: float, df: float, level: float) -> tuple[float | None, float | None]:
    low, high = t_interval(value, error, df, level)
    return (None, None) if low is None or high is None else (float(np.exp(low)), float(np.exp(high)))
