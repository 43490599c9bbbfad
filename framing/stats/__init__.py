"""Numbers with n, interval, method and unit. Tables of counts in, tables out; the article is the unit."""

from framing.stats.asymmetry import ASYMMETRY_METHOD, estimate_asymmetry
from framing.stats.contrasts import TEST_METHOD, adjust_bh, describe_ratio, permutation_p, ratio_row
from framing.stats.correction import (
    CORRECTED_METHOD,
    FEWEST_CODED,
    FEWEST_EACH,
    ROGAN_GLADEN_METHOD,
    CodedSums,
    estimate_corrected,
    estimate_rogan_gladen,
    sum_coded,
)
from framing.stats.counts import READINGS, Counts, count_mentions
from framing.stats.matched import MATCHED_COLUMNS, MATCHED_METHOD, estimate_matched_odds
from framing.stats.model import MODEL_METHOD, estimate_model
from framing.stats.power import POWER_METHOD, articles_needed, needed_for
from framing.stats.rates import (
    FEWEST_ARTICLES,
    FEWEST_WITH_MENTION,
    INTERVAL_METHOD,
    estimate_outlets,
    estimate_rates,
    estimate_rows,
    ratio_of_sums,
)
from framing.stats.reliability import FEWEST_UNITS, RELIABILITY_METHOD, Reliability, measure_reliability

__all__ = [
    "ASYMMETRY_METHOD",
    "CORRECTED_METHOD",
    "FEWEST_ARTICLES",
    "FEWEST_CODED",
    "FEWEST_EACH",
    "FEWEST_UNITS",
    "FEWEST_WITH_MENTION",
    "INTERVAL_METHOD",
    "MATCHED_COLUMNS",
    "MATCHED_METHOD",
    "MODEL_METHOD",
    "POWER_METHOD",
    "READINGS",
    "RELIABILITY_METHOD",
    "ROGAN_GLADEN_METHOD",
    "TEST_METHOD",
    "CodedSums",
    "Counts",
    "Reliability",
    "adjust_bh",
    "articles_needed",
    "count_mentions",
    "describe_ratio",
    "estimate_asymmetry",
    "estimate_corrected",
    "estimate_matched_odds",
    "estimate_model",
    "estimate_outlets",
    "estimate_rates",
    "estimate_rogan_gladen",
    "estimate_rows",
    "measure_reliability",
    "needed_for",
    "permutation_p",
    "ratio_of_sums",
    "ratio_row",
    "sum_coded",
]
