"""How many articles would be needed to see a stated difference."""

from __future__ import annotations

import numpy as np
from scipy import special

from framing.stats.rates import Estimates

POWER_METHOD = "articles per side for a twofold difference, 80 % power at p < .05, from the mean count and its spread over all articles"


def articles_needed(
    mentions_per_article: float,
    relative_variance: float,
    *,
    ratio: float = 2.0,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Articles on each side for a difference of this size, both sides equally many.

    A reader would get wrong: the difference is stated beforehand, never the one observed; what was observed is only
    how often the word occurs and how unevenly.

    Args:
        mentions_per_article: Mean over all articles.
        relative_variance: Variance of an article's count around what its length lets expect, divided by the squared
            mean; 1/mean where articles differ by chance alone.
        ratio: The difference to be seen.
        power: Chance to see it.
        alpha: Level of the two-sided test.

    Returns:
        n = (z(1 - alpha/2) + z(power))² (v₁ + v₂) / ln(ratio)², v the relative variance on each side: the chance part
        changes with the side's rate, the rest does not (Zhu & Lakkis 2014, for negative binomial rates).

    Raises:
        ValueError: A ratio of 1, or no mention at all.

    Example:
        >>> articles_needed(0.6, 1 / 0.6 + 1)
        94
    """
    if ratio <= 0 or ratio == 1 or not mentions_per_article > 0:
        raise ValueError(f"ratio {ratio}, {mentions_per_article} mentions per article")
    beyond_chance = max(relative_variance - 1 / mentions_per_article, 0.0)
    low = 2 * mentions_per_article / (1 + ratio)
    variances = 1 / low + 1 / (low * ratio) + 2 * beyond_chance
    z = float(special.ndtri(1 - alpha / 2) + special.ndtri(power))
    return int(np.ceil(z**2 * variances / np.log(ratio) ** 2))


def needed_for(estimates: Estimates, i: int, j: int, *, ratio: float = 2.0) -> int | None:
    """`articles_needed` from what both sides of a comparison show together; None without a mention or a known spread."""
    n = estimates.own.n[i, j] + estimates.rest.n[i, j]
    m = estimates.own.articles[i, j] + estimates.rest.articles[i, j]
    if n <= 0 or m < 2:
        return None
    sides = [(s.error[i, j], s.articles[i, j]) for s in (estimates.own, estimates.rest)]
    known = [(error**2 * articles, articles) for error, articles in sides if np.isfinite(error) and articles > 1]
    if not known:
        return None
    spread = sum(variance * articles for variance, articles in known) / sum(articles for _, articles in known)
    return articles_needed(float(n / m), float(spread), ratio=ratio)
