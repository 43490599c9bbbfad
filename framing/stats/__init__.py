"""Numbers with n, interval, method and unit. Tables of counts in, tables out; the article is the unit."""

from framing.stats.asymmetry import ASYMMETRY_METHOD, estimate_asymmetry
from framing.stats.contrasts import TEST_METHOD, adjust_bh, permutation_p, ratio_row
from framing.stats.counts import READINGS, Counts, count_mentions
from framing.stats.rates import (
    FEWEST_ARTICLES,
    FEWEST_WITH_MENTION,
    INTERVAL_METHOD,
    estimate_rates,
    estimate_rows,
    ratio_of_sums,
    resample_outlets,
)

__all__ = [
    "ASYMMETRY_METHOD",
    "FEWEST_ARTICLES",
    "FEWEST_WITH_MENTION",
    "INTERVAL_METHOD",
    "READINGS",
    "TEST_METHOD",
    "Counts",
    "adjust_bh",
    "count_mentions",
    "estimate_asymmetry",
    "estimate_rates",
    "estimate_rows",
    "permutation_p",
    "ratio_of_sums",
    "ratio_row",
    "resample_outlets",
]
