"""Do coders who read the same things give the same answers? Krippendorff's alpha, percent agreement beside it.

Krippendorff 2011, "Computing Krippendorff's alpha-reliability" (sections B and C, nominal data).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from framing.stats.resample import DRAWS, codes, resampled_sums

#: Fewest units with two answers for an interval; a percentile interval over fewer is mostly the few values it can take.
FEWEST_UNITS = 20
#: Most resamples that may hold one class only, where alpha does not exist; beyond, the quantiles would leave out too much.
_MOST_UNDEFINED = 0.05
RELIABILITY_METHOD = "Krippendorff's alpha (nominal), percentile interval over resampled units"


class Reliability(NamedTuple):
    """Alpha and percent agreement over units that at least two coders answered.

    Args:
        alpha: 1 - observed / expected disagreement; None where nothing or only one class was given.
        low: Low end of alpha's interval; None with a reason.
        high: High end.
        agreement: Share of pairs of answers on one unit that are the same, each unit weighing by its answers.
        n_units: Units with two answers or more.
        n_answers: Answers on these.
        n_coders: Coders with an answer on one of these.
        reason: Why alpha or its interval is missing.
    """

    alpha: float | None
    low: float | None
    high: float | None
    agreement: float | None
    n_units: int
    n_answers: int
    n_coders: int
    reason: str | None


def measure_reliability(
    answers: Sequence[Sequence[Hashable | None]], *, level: float = 0.95, seed: int = 0, draws: int = DRAWS
) -> Reliability:
    """How far coders agree beyond what their use of the classes would make by chance.

    A reader would get wrong: high percent agreement can go with an alpha near 0 when nearly all answers are one class;
    and alpha says that coders agree, not that they are right.

    Args:
        answers: For each unit the coders' answers, in one order of coders; None where a coder gave none.
        level: Of the interval.
        seed: Of the resampling.
        draws: Number of resamples of units.

    Returns:
        See `Reliability`. The interval is missing under 20 units, without any disagreement, and where many resamples
        hold one class only.

    Example:
        >>> pairs = zip("aabbdcccedda", "babbbcccfddd")
        >>> found = measure_reliability(list(pairs))
        >>> round(found.alpha, 2), round(found.agreement, 2), found.reason
        (0.59, 0.67, 'not enough units: 12 with two answers, at least 20 needed')
    """
    kept = [unit for unit in answers if sum(a is not None for a in unit) > 1]
    coders = {i for unit in kept for i, a in enumerate(unit) if a is not None}
    given = [a for unit in kept for a in unit if a is not None]
    if not kept:
        return Reliability(None, None, None, None, 0, 0, 0, "no unit with two answers")
    sums = _unit_sums([[a for a in unit if a is not None] for unit in kept])
    total = sums.sum(axis=0)
    share = float(total[-1] / len(given))
    facts = (share, len(kept), len(given), len(coders))
    if len(set(given)) == 1:
        return Reliability(None, None, None, *facts, "one class only, so no agreement by chance to compare with")
    alpha = float(_alpha(total[None])[0])
    if len(kept) < FEWEST_UNITS:
        reason = f"not enough units: {len(kept)} with two answers, at least {FEWEST_UNITS} needed"
        return Reliability(alpha, None, None, *facts, reason)
    if share == 1:
        reason = f"no disagreement in {len(kept)} units, so there is no spread to measure"
        return Reliability(alpha, None, None, *facts, reason)
    drawn = _alpha(resampled_sums(sums, np.random.default_rng([seed, 17]), draws))
    known = drawn[np.isfinite(drawn)]
    if len(known) < (1 - _MOST_UNDEFINED) * len(drawn):
        return Reliability(alpha, None, None, *facts, "nearly one class only: too rare a second class to resample")
    low, high = (float(v) for v in np.quantile(known, [(1 - level) / 2, (1 + level) / 2]))
    return Reliability(alpha, low, high, *facts, None)


def _unit_sums(units: Sequence[Sequence[Hashable]]) -> np.ndarray:
    """For each unit how often each class was given, and in the last column the answers that match, as in the paper's o_cc."""
    at, names = codes([a for unit in units for a in unit])
    sizes = np.array([len(unit) for unit in units])
    n = np.zeros((len(units), len(names) + 1))
    np.add.at(n, (np.repeat(np.arange(len(units)), sizes), at), 1)
    n[:, -1] = (n[:, :-1] * (n[:, :-1] - 1)).sum(axis=1) / (sizes - 1)
    return n


def _alpha(sums: np.ndarray) -> np.ndarray:
    """1 - (n - 1) Σ o_ck / Σ n_c n_k over c ≠ k, for each row of sums; nan where only one class is left."""
    n_c, matching = sums[:, :-1], sums[:, -1]
    n = n_c.sum(axis=1)
    expected = n**2 - (n_c**2).sum(axis=1)
    one = expected <= 0
    return np.where(one, np.nan, 1 - (n - 1) * (n - matching) / np.where(one, 1, expected))
