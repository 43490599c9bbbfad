"""Keyness: which words one set of articles uses more than another, to explore, with dispersion beside every number.

All three measures take every word as an independent draw, which words are not: they rank, they test nothing. The
interval takes the article as the unit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse, special

from framing.stats.counts import Counts
from framing.stats.jackknife import HALF, t_quantile, welch_df
from framing.stats.rates import FEWEST_ARTICLES, FEWEST_WITH_MENTION, Side, estimate_sides, reason_without_interval

KEYNESS_MEASURES = ("g2", "logodds", "logratio")
KEYNESS_METHOD = (
    "g2: log-likelihood ratio of the 2 x 2 table (Dunning 1993); logodds: z of the log-odds ratio with an informative "
    "Dirichlet prior (Monroe, Colaresi & Quinn 2008); logratio: log2 of the ratio of frequencies, half an occurrence added to both "
    "(Hardie 2014); dispersion: deviation of proportions over articles (Gries 2008); interval of the log-ratio: one article "
    "left out at a time (jackknife)"
)


def log_likelihood(a: np.ndarray, b: np.ndarray, n_a: float, n_b: float) -> np.ndarray:
    """G² of each word's 2 × 2 table: this word or another, target or reference (Dunning 1993).

    A reader would get wrong: all four cells count, as in Dunning's paper; the shortcut of two cells is a little smaller.

    Args:
        a: Occurrences in the target.
        b: Occurrences in the reference.
        n_a: Words of the target.
        n_b: Words of the reference.

    Returns:
        G², 0 or more whichever side has more.

    Example:
        >>> round(float(log_likelihood(np.array([110.0]), np.array([111.0]), 110 + 2442, 111 + 29114)[0]), 2)
        270.72
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    share = (a + b) / (n_a + n_b)
    parts = sum(
        _surprise(found, expected)
        for found, expected in (
            (a, n_a * share),
            (b, n_b * share),
            (n_a - a, n_a * (1 - share)),
            (n_b - b, n_b * (1 - share)),
        )
    )
    return np.maximum(2 * parts, 0.0)


def _surprise(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    ratio = np.divide(found, expected, out=np.ones_like(found), where=found > 0)
    return np.asarray(found * np.log(ratio))


def log_ratio(a: np.ndarray, b: np.ndarray, n_a: float, n_b: float) -> np.ndarray:
    """Binary logarithm of the ratio of relative frequencies, half an occurrence added to both sides (Hardie 2014).

    Example:
        >>> round(float(log_ratio(np.array([7.5]), np.array([1.5]), 100, 100)[0]), 6)
        2.0
    """
    return np.asarray(np.log2((np.asarray(a, float) + HALF) / n_a) - np.log2((np.asarray(b, float) + HALF) / n_b))


def log_odds(a: np.ndarray, b: np.ndarray, n_a: float, n_b: float, *, prior: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratio with an informative Dirichlet prior, and its z (Monroe, Colaresi & Quinn 2008, eqs. 16, 20 to 22).

    A reader would get wrong: the prior is the two sides together, scaled to `prior` words in all; the larger it is,
    the more a word has to occur before it counts. A word that occurs nowhere has z 0.

    Args:
        a: Occurrences in the target.
        b: Occurrences in the reference.
        n_a: Words of the target.
        n_b: Words of the reference.
        prior: Words that the prior is worth, above 0.

    Returns:
        The ratio (natural logarithm; nan for a word that occurs nowhere) and its z.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    alpha = prior * (a + b) / (n_a + n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a + alpha) - np.log(n_a + prior - a - alpha)
        delta = delta - (np.log(b + alpha) - np.log(n_b + prior - b - alpha))
        z = delta / np.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    occurs = (alpha > 0) & np.isfinite(delta)
    return np.where(occurs, delta, np.nan), np.where(occurs, z, 0.0)


def deviation_of_proportions(n: sparse.csr_array, words: np.ndarray) -> np.ndarray:
    """Gries' DP over articles: 0 when a word is spread as the text is, towards 1 when it stands in one short article.

    Args:
        n: Articles × words, occurrences.
        words: Words of each article.

    Returns:
        DP of each word (Gries 2008); nan for a word that does not occur.

    Example:
        >>> n = sparse.csr_array(np.array([[1.0], [2], [3], [4], [5]]))
        >>> float(deviation_of_proportions(n, np.array([9.0, 10, 10, 10, 11]))[0].round(2))
        0.18
    """
    total, text = np.asarray(n.sum(axis=0), float), float(words.sum())
    cells = sparse.coo_array(n)
    expected = words[cells.row] / text if text else np.zeros(len(cells.row))
    observed = cells.data / total[cells.col]
    size = n.shape[1]
    differences = np.bincount(cells.col, np.abs(observed - expected), size)
    # Where a word does not occur, the whole share of that article's text is missing.
    without = 1 - np.bincount(cells.col, expected, size)
    return np.where(total > 0, (differences + without) / 2, np.nan)


def expected_deviation(total: float, words: np.ndarray) -> float:
    """The DP that a word's occurrences would have if each fell on a word of the text by chance.

    A reader would get wrong: a rare word is concentrated whatever is done with it, since one occurrence cannot be
    spread over ten articles; so DP is read beside this.

    Args:
        total: Occurrences of the word.
        words: Words of each article.

    Returns:
        The expectation over all placements, exact: the mean absolute deviation of a binomial (De Moivre 1730; Diaconis
        & Zabell 1991); nan without an occurrence or a word.

    Example:
        >>> expected_deviation(1, np.array([10.0, 10.0]))
        0.5
    """
    text = float(words.sum())
    if total <= 0 or text <= 0:
        return float("nan")
    share = np.asarray(words, float) / text
    k = np.minimum(np.floor(total * share) + 1, total)
    choose = special.gammaln(total + 1) - special.gammaln(k + 1) - special.gammaln(total - k + 1)
    probability = np.exp(choose + special.xlogy(k, share) + special.xlog1py(total - k, -share))
    return float((2 * k * (1 - share) * probability).sum() / total / 2)


def log_dice(together: np.ndarray, node: float, word: np.ndarray) -> np.ndarray:
    """logDice of words beside a node: 14 + log2 of the Dice coefficient (Rychlý 2008).

    A reader would get wrong: one more means twice as strong a tie; unlike G² it does not grow with the corpus. 14 is
    always together; a little more is possible where a word stands twice beside one mention.

    Args:
        together: Occurrences of each word beside the node.
        node: Occurrences of the node.
        word: Occurrences of each word anywhere.

    Returns:
        logDice; minus infinity for a word that is never beside the node.

    Example:
        >>> log_dice(np.array([8.0, 4.0]), 8, np.array([8.0, 8.0])).tolist()
        [14.0, 13.0]
    """
    with np.errstate(divide="ignore"):
        return np.asarray(14 + np.log2(2 * np.asarray(together, float) / (node + np.asarray(word, float))))


#: Cells of a matrix that are summed at a time: a sum makes floats of them first.
_SUMMED_AT_ONCE = 1 << 20


def sum_columns(n: sparse.csr_array, inside: np.ndarray | None = None, *, articles: bool = False) -> np.ndarray:
    """The sum of each column, or in how many rows it has something, without a copy of the whole.

    Args:
        n: Articles × words.
        inside: Which rows count; all when not given.
        articles: Rows instead of their sum.

    Example:
        >>> sum_columns(sparse.csr_array(np.array([[1, 2], [3, 0]]))).tolist()
        [4.0, 2.0]
    """
    total = np.zeros(n.shape[1])
    cells = None if inside is None else np.repeat(inside, np.diff(n.indptr))
    for first in range(0, len(n.data), _SUMMED_AT_ONCE):
        part = slice(first, first + _SUMMED_AT_ONCE)
        counted = n.data[part] > 0 if articles else n.data[part]
        total += np.bincount(n.indices[part], counted if cells is None else counted * cells[part], n.shape[1])
    return total


def find_keywords(
    n: sparse.csr_array,
    words: np.ndarray,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    measure: str = "g2",
    prior: float,
    limit: int | None = 50,
    level: float = 0.95,
) -> list[dict[str, Any]]:
    """The words that the target's articles use more than the reference's, the most so first.

    A reader would get wrong: a word high on the list may stand in one article only; look at range and dispersion. The
    interval is that of one word looked at alone, and the list was chosen by size, so the first are rather too large.

    Args:
        n: Articles × words, occurrences; those of neither side do not count.
        words: Words of each article.
        target: Which articles are the target's.
        reference: Which are the reference's.
        measure: g2, logodds or logratio; with logratio words in fewer than six articles come after the others, since
            a word of one article would top every list.
        prior: Words the prior of the log-odds is worth.
        limit: Most rows; all when None.
        level: Of the interval.

    Returns:
        A dictionary for each word: column (its place), n_target, n_reference, per_1000_target, per_1000_reference, g2,
        log_odds, log_odds_z, log_ratio with low and high (null with a reason), dp_target and dp_reference (null where it does not
        occur), range_target and range_reference (articles that have it).

    Raises:
        ValueError: The measure does not exist.

    Example:
        >>> n, first = sparse.csr_array(np.array([[3.0, 1.0], [0.0, 1.0]])), np.array([True, False])
        >>> [r["column"] for r in find_keywords(n, np.array([9.0, 9.0]), first, ~first, prior=10)]
        [0]
    """
    if measure not in KEYNESS_MEASURES:
        raise ValueError(f"measure {measure!r} is none of {', '.join(KEYNESS_MEASURES)}")
    sides = target, reference
    n_a, n_b = (float(words[inside].sum()) for inside in sides)
    if not n_a or not n_b:
        return []
    a, b = (sum_columns(n, inside) for inside in sides)
    more = np.flatnonzero(a * n_b > b * n_a)
    a, b = a[more], b[more]
    range_a, range_b = (sum_columns(n, inside, articles=True).astype(int)[more] for inside in sides)
    g2, ratio = log_likelihood(a, b, n_a, n_b), log_ratio(a, b, n_a, n_b)
    odds, z = log_odds(a, b, n_a, n_b, prior=prior)
    value = {"g2": g2, "logodds": z, "logratio": ratio}[measure]
    rare = (range_a + range_b < FEWEST_WITH_MENTION) if measure == "logratio" else np.zeros(len(more), bool)
    # Ties by frequency and place, so that the order is the same everywhere.
    order = np.lexsort((more, -a, -value, rare))[:limit]
    # Columns are cut out of the whole once, and only those that are told of.
    told = n[:, more[order]]
    told_of = [told[inside] for inside in sides]
    dp_a, dp_b = (deviation_of_proportions(side, words[inside]) for side, inside in zip(told_of, sides, strict=True))
    intervals = _intervals(told_of[0], told_of[1], words[target], words[reference], level)
    return [
        {
            "column": int(more[j]),
            "n_target": int(a[j]),
            "n_reference": int(b[j]),
            "per_1000_target": 1000 * float(a[j]) / n_a,
            "per_1000_reference": 1000 * float(b[j]) / n_b,
            "g2": float(g2[j]),
            "log_odds": float(odds[j]) if np.isfinite(odds[j]) else None,
            "log_odds_z": float(z[j]),
            "log_ratio": float(ratio[j]),
            **intervals[k],
            "dp_target": float(dp_a[k]),
            "dp_reference": None if np.isnan(dp_b[k]) else float(dp_b[k]),
            "range_target": int(range_a[j]),
            "range_reference": int(range_b[j]),
        }
        for k, j in enumerate(order)
    ]


#: Columns of a matrix made dense at a time hold at most this many cells.
_MOST_AT_ONCE = 1_000_000


def _intervals(
    target: sparse.csr_array,
    reference: sparse.csr_array,
    target_words: np.ndarray,
    reference_words: np.ndarray,
    level: float,
) -> list[dict[str, Any]]:
    """Interval of each word's log-ratio, articles left out one at a time."""
    rows: list[dict[str, Any]] = []
    m_a, m_b = len(target_words), len(reference_words)
    step = max(1, _MOST_AT_ONCE // (m_a + m_b))
    inside = [np.arange(m_a), np.arange(m_a, m_a + m_b)]
    words = np.concatenate([target_words, reference_words]).astype(float)[:, None]
    for first in range(0, target.shape[1], step):
        part = slice(first, first + step)
        n = np.vstack([target[:, part].toarray(), reference[:, part].toarray()]).astype(float)
        ids = ("",) * len(words)
        groups = ("",) * n.shape[1]
        d = np.broadcast_to(words, n.shape)
        side = estimate_sides(Counts(ids, ids, (None,) * len(words), groups, n, d, "words", "all"), inside)
        ratios = log_ratio(side.n[0], side.n[1], float(target_words.sum()), float(reference_words.sum()))
        for j, ratio in enumerate(ratios):
            reason = _without_interval(side, j)
            if reason:
                rows.append({"low": None, "high": None, "reason": reason})
                continue
            variances = side.error[:, j] ** 2
            df = welch_df(variances, side.df[:, j])
            width = float(t_quantile(df, level) * np.sqrt(variances.sum()) / np.log(2))
            rows.append({"low": float(ratio) - width, "high": float(ratio) + width, "reason": None})
    return rows


def _without_interval(side: Side, j: int) -> str | None:
    fewest, having = int(side.articles[:, j].min()), int(side.articles_with[:, j].sum())
    if fewest < FEWEST_ARTICLES:
        return f"not enough text: {fewest} articles on one side, at least {FEWEST_ARTICLES} needed"
    if having < FEWEST_WITH_MENTION:
        return f"too few: in {having} articles of both sides, at least {FEWEST_WITH_MENTION} needed"
    if side.n[:, j].min() == 0:
        return "never in the reference, so there is no spread to measure"
    return next((reason for i in (0, 1) if (reason := reason_without_interval(side, i, j, False, "words"))), None)
