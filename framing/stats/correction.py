"""How often a thing really occurs, from a machine's answers on everything and a coder's on a sample.

Two estimates. Prediction-powered: the machine's count on everything, put right by the mean error on the sample
(Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023, "Prediction-powered inference", Science 382), with the weight of the
machine's answers chosen from the sample (PPI++: Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453). And Rogan & Gladen
1978 ("Estimating prevalence from the results of a screening test"): the machine's share turned back by its sensitivity
and specificity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.stats.jackknife import HALF, left_out_error, t_quantile
from framing.stats.rates import FEWEST_ARTICLES

#: Fewest coded mentions, and fewest of those the machine counted and of those it left out: chosen by simulation
#: (tests/evaluation/corrected.py), where intervals from as few kept their level.
FEWEST_CODED = 20
FEWEST_EACH = 5
#: Up to this share of mentions with one of the machine's answers, none of them has to be coded; the interval then
#: allows for any part of them being wrong.
FEW = 0.02
#: Fewest coded mentions that are to be counted, and for a share that are not, for an interval: a logarithm of nearly 0 has no bounds.
FEWEST_RIGHT = 3
CORRECTED_METHOD = (
    "prediction-powered estimate with power tuning; one article left out at a time (jackknife) over all and coded mentions, "
    "error of each of the machine's two answers no smaller than a binomial one with an answer added on both sides"
)
ROGAN_GLADEN_METHOD = (
    "Rogan-Gladen from sensitivity and specificity in the coded sample; one article left out at a time (jackknife), "
    "errors no smaller than binomial ones with an answer added on both sides"
)


@dataclass(frozen=True, eq=False)
class CodedSums:
    """What is known of each article's mentions; arrays over articles.

    Args:
        counted: Mentions the machine counts.
        mentions: All mentions, counted or not.
        denominator: Words, or again mentions for a share.
        weight: Coded mentions, each weighing 1 / its chance to be drawn: column 0 those the machine left out, 1 those it counts.
        right: Of these, the ones that by the coder are to be counted; same columns.
        n: Coded mentions without weights, same columns.
        n_right: Of these, the ones to be counted.
        weight_squares: Squares of the weights, summed; same columns.
    """

    counted: np.ndarray
    mentions: np.ndarray
    denominator: np.ndarray
    weight: np.ndarray
    right: np.ndarray
    n: np.ndarray
    n_right: np.ndarray
    weight_squares: np.ndarray


def sum_coded(
    article: np.ndarray,
    machine: np.ndarray,
    human: np.ndarray,
    weight: np.ndarray,
    denominator: np.ndarray | None,
    n_articles: int,
) -> CodedSums:
    """Sums per article of one row per mention.

    Args:
        article: Number of the mention's article, from 0.
        machine: Whether the machine counts it.
        human: Whether the coder does; nan where it was not coded.
        weight: 1 / its chance to be drawn; anything where it was not coded.
        denominator: Words of each article; mentions when None.
        n_articles: Articles, with or without a mention.

    Example:
        >>> s = sum_coded(np.array([0, 0, 1]), np.array([1, 0, 1]), np.array([1.0, np.nan, 0]), np.full(3, 2.0), None, 2)
        >>> s.counted.tolist(), s.mentions.tolist(), s.weight[:, 1].tolist(), s.right[:, 1].tolist()
        ([1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [2.0, 0.0])
    """
    machine = machine.astype(float)
    coded = ~np.isnan(human)
    place = (article[coded], machine[coded].astype(int))

    def over_articles(values: np.ndarray) -> np.ndarray:
        out = np.zeros((n_articles, 2))
        np.add.at(out, place, values)
        return out

    w, y = weight[coded], human[coded]
    mentions = np.bincount(article, minlength=n_articles).astype(float)
    return CodedSums(
        np.bincount(article, weights=machine, minlength=n_articles),
        mentions,
        mentions if denominator is None else denominator,
        over_articles(w),
        over_articles(w * y),
        over_articles(np.ones(len(w))),
        over_articles(y),
        over_articles(w**2),
    )


def estimate_corrected(sums: CodedSums, *, share: bool, level: float = 0.95) -> dict[str, Any]:
    """The prediction-powered share or rate with its interval.

    A reader would get wrong: it is only as good as the coder; and it puts right what the machine decides about mentions
    it found, not words it never looked for.

    Args:
        sums: Of one outlet and group.
        share: Of all mentions; else per denominator.
        level: Of the interval.

    Returns:
        n_corrected: the number to be counted; value, low, high: its ratio to the denominator; tuning: λ, the weight of the
        machine's answers, from 0 (they are worth nothing, only the coder's count) to 1; reason, where one is null.

    Example:
        >>> article, machine = np.arange(200) % 40, np.arange(200) < 100
        >>> human = np.where(np.arange(200) % 2, np.nan, np.where(np.arange(200) % 10 == 0, ~machine, machine))
        >>> sums = sum_coded(article, machine, human, np.full(200, 2.0), None, 40)
        >>> found = estimate_corrected(sums, share=True)
        >>> round(found["n_corrected"]), round(found["value"], 2), round(found["tuning"], 2)
        (100, 0.5, 0.6)
    """
    empty = {"n_corrected": None, "value": None, "low": None, "high": None, "tuning": None}
    reason = reason_without_correction(sums)
    if reason:
        return {**empty, "reason": reason}
    whole = _totals(sums)
    number, tuning = (float(v[0]) for v in _tuned(whole))
    of, mentions = float(whole.denominator[0]), float(whole.mentions[0])
    found = {**empty, "n_corrected": number, "value": number / of, "tuning": tuning, "reason": None}
    right, wrong = int(sums.n_right.sum()), int(sums.n.sum() - sums.n_right.sum())
    if right < FEWEST_RIGHT or (share and wrong < FEWEST_RIGHT):
        seldom = (
            f"{right} coded mentions are to be counted"
            if right < FEWEST_RIGHT
            else f"{wrong} coded mentions are not to be counted"
        )
        return found | {"reason": f"too rare: {seldom}, at least {FEWEST_RIGHT} needed for an interval"}
    rest = _without_each(sums)
    numbers, _ = _tuned(rest)
    below = np.log(np.maximum(rest.denominator - numbers, 0) + HALF) if share else np.log(rest.denominator)
    error, df = left_out_error((np.log(numbers + HALF) - below)[:, None], (sums.denominator > 0)[:, None])
    # How the logarithm (or logit) moves with the number.
    slope = 1 / number + (1 / (mentions - number) if share else 0.0)
    sizes = np.array([mentions - whole.counted[0], whole.counted[0]])
    missing = _missing_variance(whole.right[0], whole.weight[0], rest.right, rest.weight, sums.n, sums.n_right, sums)
    width = _half_width(float(error[0] ** 2), float(df[0]), float(slope**2 * (sizes**2 * missing).sum()), level)
    centre = np.log(number / (mentions - number)) if share else np.log(number / of)
    ends = np.array([centre - width, centre + width])
    low, high = 1 / (1 + np.exp(-ends)) if share else np.exp(ends)
    return found | {"low": float(low), "high": float(high)}


def estimate_rogan_gladen(sums: CodedSums, *, share: bool, level: float = 0.95) -> dict[str, Any]:
    """The machine's share turned back by its sensitivity and specificity: (p + Sp - 1) / (Se + Sp - 1).

    A reader would get wrong: sensitivity and specificity are taken to be the same wherever the coded mentions are from. Pass coded mentions of other
    outlets (in rows of their own articles, with nothing counted and no denominator) only where that may be believed.

    Args:
        sums: Of one outlet and group.
        share: Of all mentions; else per denominator.
        level: Of the interval.

    Returns:
        sensitivity, specificity, precision; value, cut to what is possible, with low and high; reason, where one is null.

    Example:
        >>> article, machine = np.arange(200) % 40, np.arange(200) < 100
        >>> human = np.where(np.arange(200) % 2, np.nan, np.where(np.arange(200) % 10 == 0, ~machine, machine))
        >>> sums = sum_coded(article, machine, human, np.full(200, 2.0), None, 40)
        >>> found = estimate_rogan_gladen(sums, share=True)
        >>> round(found["sensitivity"], 2), round(found["specificity"], 2), round(found["value"], 2)
        (0.8, 0.8, 0.5)
    """
    empty = {"sensitivity": None, "specificity": None, "precision": None, "value": None, "low": None, "high": None}
    coded, n_right = sums.n.sum(axis=0), sums.n_right.sum(axis=0)
    too_small = _too_small(sums)
    if too_small:
        return {**empty, "reason": too_small}
    if (sums.n.sum(axis=1) > 0).sum() < FEWEST_ARTICLES or coded.sum() < FEWEST_CODED:
        return {**empty, "reason": _too_few(sums)}
    if n_right.sum() < FEWEST_EACH or coded.sum() - n_right.sum() < FEWEST_EACH:
        return {
            **empty,
            "reason": f"too few coded: {int(n_right.sum())} to be counted and {int(coded.sum() - n_right.sum())} not, at least {FEWEST_EACH} of each needed",
        }
    whole, rest = _totals(sums), _without_each(sums)
    se, sp, number = (float(v[0]) for v in _turned_back(whole))
    precision = float(whole.right[0, 1] / whole.weight[0, 1]) if whole.weight[0, 1] else None
    found = {**empty, "sensitivity": se, "specificity": sp, "precision": precision, "reason": None}
    rest_se, rest_sp, numbers = _turned_back(rest)
    missing_se, missing_sp = _missing_of_rates(sums, whole, rest_se, rest_sp)
    youden_error = left_out_error((rest_se + rest_sp)[:, None], (sums.n.sum(axis=1) > 0)[:, None])[0][0]
    youden_error = float(np.sqrt(youden_error**2 + missing_se + missing_sp))
    youden = se + sp - 1
    if youden <= 2 * youden_error or not np.isfinite(numbers).all():
        return found | {"reason": "the machine's answers cannot be told from chance in the coded sample"}
    of, mentions = float(whole.denominator[0]), float(whole.mentions[0])
    prevalence = number / mentions
    with_part = sums.denominator + sums.n.sum(axis=1) > 0
    error, df = left_out_error((numbers / rest.denominator)[:, None], with_part[:, None])
    extra = (prevalence**2 * missing_se + (1 - prevalence) ** 2 * missing_sp) / youden**2 * (mentions / of) ** 2
    width = _half_width(float(error[0] ** 2), float(df[0]), float(extra), level)
    value = float(np.clip(number, 0, mentions)) / of
    # The rate of all mentions is itself only known from these articles: no end to cut a rate at, but a share ends at 1.
    low, high = np.clip([number / of - width, number / of + width], 0, 1.0 if share else np.inf)
    return found | {"value": value, "low": float(low), "high": float(high)}


def reason_without_correction(sums: CodedSums) -> str | None:
    """Why a coded sample allows no correction here, or None."""
    too_small = _too_small(sums)
    if too_small:
        return too_small
    if (sums.n.sum(axis=1) > 0).sum() < FEWEST_ARTICLES or sums.n.sum() < FEWEST_CODED:
        return _too_few(sums)
    counted, everything = sums.counted.sum(), sums.mentions.sum()
    for k, of, what in ((1, counted, "the machine counts"), (0, everything - counted, "the machine leaves out")):
        n = sums.n[:, k].sum()
        # Where nearly everything is one answer, the other may stay uncoded: all of it, right or wrong, moves little.
        if n < min(FEWEST_EACH, of) and of > FEW * everything:
            return f"too few coded: {int(n)} of the {int(of):,} mentions {what}, at least {FEWEST_EACH} needed"
    return None


def _too_small(sums: CodedSums) -> str | None:
    articles = int((sums.denominator > 0).sum())
    if not sums.mentions.sum():
        return "no mention at all"
    if articles < FEWEST_ARTICLES:
        return f"not enough text: {articles} articles, at least {FEWEST_ARTICLES} needed"
    return None


def _too_few(sums: CodedSums) -> str:
    n, articles = int(sums.n.sum()), int((sums.n.sum(axis=1) > 0).sum())
    return (
        f"too few coded: {n} mentions in {articles} articles, at least {FEWEST_CODED} in {FEWEST_ARTICLES} needed"
        if n
        else f"no coded mention, at least {FEWEST_CODED} in {FEWEST_ARTICLES} articles needed"
    )


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over articles; one row, or one for each article left out."""

    counted: np.ndarray
    mentions: np.ndarray
    denominator: np.ndarray
    weight: np.ndarray
    right: np.ndarray


def _totals(sums: CodedSums) -> _Sums:
    return _Sums(*(getattr(sums, name).sum(axis=0)[None] for name in _Sums.__dataclass_fields__))


def _without_each(sums: CodedSums) -> _Sums:
    return _Sums(*(getattr(sums, n).sum(axis=0) - getattr(sums, n) for n in _Sums.__dataclass_fields__))


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a / b, and 0 where rounding leaves nothing to divide by."""
    there = b > 1e-9
    return np.asarray(np.where(there, a / np.where(there, b, 1), 0.0))


def _tuned(s: _Sums) -> tuple[np.ndarray, np.ndarray]:
    """The prediction-powered number, N (ȳ + λ (F/N - f̄)), and λ = cov(y, f) / var(f) on the coded, kept within 0 and 1.

    λ is PPI++'s for a mean, whose factor 1 + n/N is gone because here the coded mentions are among the N.
    """
    coded = s.weight.sum(axis=1)
    y, f = _ratio(s.right.sum(axis=1), coded), _ratio(s.weight[:, 1], coded)
    tuning = np.clip(_ratio(_ratio(s.right[:, 1], coded) - y * f, f * (1 - f)), 0, 1)
    return s.mentions * y + tuning * (s.counted - s.mentions * f), tuning


def _turned_back(s: _Sums) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sensitivity, specificity, and the number to be counted; nan where the machine's answers say nothing."""
    wrong = s.weight - s.right
    se = _ratio(s.right[:, 1], s.right.sum(axis=1))
    sp = _ratio(wrong[:, 0], wrong.sum(axis=1))
    youden = se + sp - 1
    number = np.where(
        np.abs(youden) > 1e-9,
        (s.counted + s.mentions * (sp - 1)) / np.where(np.abs(youden) > 1e-9, youden, 1),
        np.nan,
    )
    return se, sp, number


def _missing_variance(
    right: np.ndarray,
    weight: np.ndarray,
    rest_right: np.ndarray,
    rest_weight: np.ndarray,
    n: np.ndarray,
    n_right: np.ndarray,
    sums: CodedSums,
) -> np.ndarray:
    """What the jackknife leaves out of the variance of each answer's share right, when few or none are wrong."""
    error, _ = left_out_error(_ratio(rest_right, rest_weight), n > 0)
    effective = _ratio(weight**2, sums.weight_squares.sum(axis=0))
    floor = _binomial_variance(n_right.sum(axis=0), n.sum(axis=0), effective)
    return np.asarray(np.maximum(floor - np.nan_to_num(error) ** 2, 0))


def _missing_of_rates(sums: CodedSums, whole: _Sums, rest_se: np.ndarray, rest_sp: np.ndarray) -> tuple[float, float]:
    """The same for sensitivity and specificity."""
    wrong = sums.n - sums.n_right
    shrink = float(_ratio(whole.weight.sum() ** 2, sums.weight_squares.sum()) / sums.n.sum())
    out = []
    for rest, hits, of in ((rest_se, sums.n_right[:, 1], sums.n_right), (rest_sp, wrong[:, 0], wrong)):
        error, _ = left_out_error(rest[:, None], (of.sum(axis=1) > 0)[:, None])
        floor = _binomial_variance(hits.sum(), of.sum(), of.sum() * shrink)
        out.append(float(np.maximum(floor - np.nan_to_num(error[0]) ** 2, 0)))
    return out[0], out[1]


def _half_width(variance: float, df: float, extra: float, level: float) -> float:
    """Half an interval from the jackknife's variance and what it leaves out, which is known and adds no uncertainty of its own."""
    both = variance + extra
    worth = df * (both / variance) ** 2 if variance > 0 else np.inf
    return float(t_quantile(np.array(worth), level) * np.sqrt(both))


def _binomial_variance(hits: np.ndarray, n: np.ndarray, effective: np.ndarray) -> np.ndarray:
    """p(1 - p)/n with an answer added on both sides (Agresti & Coull 1998 add two, at 95 %); 1/4 without any."""
    p = (hits + 1) / (n + 2)
    return np.asarray(p * (1 - p) / np.maximum(effective, 1))
