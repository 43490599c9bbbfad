"""Keyness, dispersion and word shift against other implementations, published numbers and hand computation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics import BigramAssocMeasures
from scipy import sparse, stats

from framing.stats.counts import Counts
from framing.stats.keyness import deviation_of_proportions, find_keywords, log_likelihood, log_odds, log_ratio
from framing.stats.rates import FEWEST_ARTICLES
from framing.stats.shift import estimate_difference, estimate_shift


@pytest.mark.parametrize(
    ("cells", "published"),
    [((110, 2442, 111, 29114), 270.72), ((29, 13, 123, 31612), 263.90), ((31, 23, 139, 31584), 256.84)],
    ids=["the swiss", "can be", "previous year"],
)
def test_g2_is_the_one_dunning_printed(cells: tuple[int, int, int, int], published: float) -> None:
    # Dunning (1993), Accurate methods for the statistics of surprise and coincidence, table 1.
    a, rest_a, b, rest_b = cells
    assert one(log_likelihood, a, b, a + rest_a, b + rest_b) == pytest.approx(published, abs=0.005)


def one(function: Any, a: float, b: float, n_a: float, n_b: float, **more: float) -> float:
    found = function(np.array([float(a)]), np.array([float(b)]), float(n_a), float(n_b), **more)
    return float((found[1] if isinstance(found, tuple) else found)[0])


TABLES = [(3, 40, 1_000, 90_000), (12, 0, 500, 800), (0, 7, 5_000, 600), (900, 1_000, 40_000, 41_000), (1, 1, 7, 9)]


@pytest.mark.parametrize("table", TABLES)
def test_g2_against_scipy_and_nltk(table: tuple[int, int, int, int]) -> None:
    a, b, n_a, n_b = table
    by_scipy = stats.chi2_contingency([[a, n_a - a], [b, n_b - b]], correction=False, lambda_="log-likelihood")[0]
    assert one(log_likelihood, a, b, n_a, n_b) == pytest.approx(by_scipy, rel=1e-6)
    if a:
        by_nltk = BigramAssocMeasures.likelihood_ratio(a, (a + b, n_a), n_a + n_b)
        assert one(log_likelihood, a, b, n_a, n_b) == pytest.approx(by_nltk, rel=1e-6)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("prior", [0.5, 400.0, 1e6])
def test_log_odds_against_the_formulas_written_out(table: tuple[int, int, int, int], prior: float) -> None:
    # Monroe, Colaresi & Quinn (2008), equations 16 and 20 to 22, one word at a time.
    a, b, n_a, n_b = table
    alpha = prior * (a + b) / (n_a + n_b)
    odds_a, odds_b = ((y + alpha) / (n + prior - y - alpha) for y, n in ((a, n_a), (b, n_b)))
    z = math.log(odds_a / odds_b) / math.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    assert one(log_odds, a, b, n_a, n_b, prior=prior) == pytest.approx(z, rel=1e-6)


@pytest.mark.parametrize("table", TABLES)
def test_log_ratio_by_hand(table: tuple[int, int, int, int]) -> None:
    a, b, n_a, n_b = table
    assert one(log_ratio, a, b, n_a, n_b) == pytest.approx(math.log2((a + 0.5) / n_a / ((b + 0.5) / n_b)), rel=1e-6)


def test_a_word_without_occurrences_says_nothing() -> None:
    delta, z = log_odds(np.zeros(1), np.zeros(1), 10, 10, prior=5)
    assert np.isnan(delta[0])
    assert z[0] == 0
    assert log_likelihood(np.zeros(1), np.zeros(1), 10, 10)[0] == 0


def test_dispersion_is_the_one_gries_printed() -> None:
    # Gries (2008), Dispersions and adjusted frequencies in corpora: word "a" of the example corpus, DP = .18.
    n = sparse.csr_array(np.array([[1.0, 0], [2, 0], [3, 0], [4, 0], [5, 0]]))
    found = deviation_of_proportions(n, np.array([9.0, 10, 10, 10, 11]))
    assert found[0] == pytest.approx(0.18)
    assert np.isnan(found[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(6, 40)), min_size=1, max_size=8))
def test_dispersion_against_the_dense_formula(articles: list[tuple[int, int]]) -> None:
    n, words = (np.array(v, float) for v in zip(*articles, strict=True))
    found = float(deviation_of_proportions(sparse.csr_array(n[:, None]), words)[0])
    if not n.sum():
        assert np.isnan(found)
        return
    assert found == pytest.approx(np.abs(n / n.sum() - words / words.sum()).sum() / 2)
    assert -1e-12 <= found < 1


def keywords(a: np.ndarray, b: np.ndarray, **more: Any) -> list[dict[str, Any]]:
    target = np.arange(len(a) + len(b)) < len(a)
    words = np.where(target, 400.0, 500.0)
    return find_keywords(sparse.csr_array(np.vstack([a, b])), words, target, ~target, prior=450.0, **more)


def made(seed: int = 4, m: int = 30, size: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rates = rng.gamma(1, 1, size)
    return rng.poisson(rates * rng.gamma(2, 0.5, size), (m, size)).astype(float), rng.poisson(
        rates, (m + 5, size)
    ).astype(float)


def test_only_words_used_more_and_in_order() -> None:
    a, b = made()
    more = a.sum(0) / (400 * len(a)) > b.sum(0) / (500 * len(b))
    for measure, column in (("g2", "g2"), ("logodds", "log_odds_z"), ("logratio", "log_ratio")):
        rows = keywords(a, b, measure=measure)
        assert {r["column"] for r in rows} == set(np.flatnonzero(more))
        values = [r[column] for r in rows]
        assert values == sorted(values, reverse=True)
        assert keywords(a, b, measure=measure, limit=2) == rows[:2]


def test_interval_is_the_jackknifes() -> None:
    a, b = made()
    row = keywords(a, b)[0]
    j = row["column"]
    variance = 0.0
    for n, each in ((a[:, j], 400.0), (b[:, j], 500.0)):
        m = len(n)
        without = np.array([np.log2((n.sum() - v + 0.5) / (each * (m - 1))) for v in n])
        variance += (m - 1) / m * ((without - without.mean()) ** 2).sum()
    width = (row["high"] - row["low"]) / 2
    assert (row["high"] + row["low"]) / 2 == pytest.approx(row["log_ratio"])
    # The t quantile lies between that of the normal and that of one degree of freedom per article of the smaller side less one.
    assert 1.959 < width / math.sqrt(variance) < stats.t.ppf(0.975, 15)


def test_reasons_instead_of_made_up_intervals() -> None:
    a, b = np.zeros((20, 3)), np.zeros((20, 3))
    a[:, 0] = 1
    a[0, 1] = 30
    a[:, 2], b[:, 2] = 2, 1
    rows = {r["column"]: r for r in keywords(a, b)}
    assert rows[0]["reason"] == "never in the reference, so there is no spread to measure"
    assert rows[1]["reason"].startswith("too few: in 1 articles")
    assert rows[2]["reason"] == "no variation between articles"
    assert all(r["low"] is None and r["high"] is None for r in rows.values())
    few = keywords(a[: FEWEST_ARTICLES - 1], b)
    assert all(r["reason"].startswith("not enough text") for r in few)


def test_a_word_of_one_article_does_not_top_the_ratios() -> None:
    a, b = made(size=3)
    a[0, 0], a[1:, 0], b[:, 0] = 400, 0, 0
    assert keywords(a, b, measure="g2")[0]["column"] == 0
    assert keywords(a, b, measure="logratio")[-1]["column"] == 0


def test_no_words_no_rows() -> None:
    target = np.array([True, False, False])
    assert find_keywords(sparse.csr_array((3, 2)), np.zeros(3), target, ~target, prior=1.0) == []


def counts_of(a: np.ndarray, b: np.ndarray) -> Counts:
    outlets = ("a",) * len(a) + ("b",) * len(b)
    n = np.vstack([a, b])
    words = np.concatenate([np.full(len(a), 400.0), np.full(len(b), 500.0)])
    groups = tuple(f"t{j}" for j in range(n.shape[1]))
    d = np.repeat(words[:, None], len(groups), axis=1)
    return Counts(outlets, outlets, (None,) * len(n), groups, n, d, "words", "all")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 6))
def test_contributions_sum_to_the_difference(seed: int, m: int, size: int) -> None:
    counts = counts_of(*made(seed, m, size))
    rows = estimate_shift(counts, "a", "b")
    whole = estimate_difference(counts, "a", "b")["contribution"]
    assert sum(r["contribution"] for r in rows) == pytest.approx(whole, abs=1e-9)
    sizes = [abs(r["contribution"]) for r in rows]
    assert sizes == sorted(sizes, reverse=True)
    if rows and rows[0]["share"] is not None:
        assert sum(r["share"] for r in rows) == pytest.approx(1, abs=1e-6)


def test_shift_by_hand() -> None:
    a, b = np.array([[2.0, 0, 0], [2, 1, 0]]), np.array([[1.0, 5, 0]])
    rows = estimate_shift(counts_of(a, b), "a", "b")
    assert [(r["group"], r["n_a"], r["n_b"]) for r in rows] == [("t1", 1, 5), ("t0", 4, 1)]
    assert rows[0]["contribution"] == pytest.approx(1000 / 800 - 5000 / 500)
    assert rows[1]["share"] == pytest.approx((5 - 2) / (6.25 - 12))
    assert all(r["low"] is None and r["reason"].startswith("not enough text") for r in rows)


def test_the_other_way_round_is_the_negative() -> None:
    counts = counts_of(*made(9))
    there, back = ({r["group"]: r for r in estimate_shift(counts, *sides)} for sides in ("ab", "ba"))
    for group, row in there.items():
        assert row["contribution"] == pytest.approx(-back[group]["contribution"])
        if row["low"] is not None:
            assert row["low"] == pytest.approx(-back[group]["high"])
            assert row["low"] <= row["contribution"] <= row["high"]


def test_a_side_without_a_mention_has_the_bound_of_the_book() -> None:
    # Clopper & Pearson (1934) for none in 40: scipy's exact interval of a share.
    rng = np.random.default_rng(1)
    a = rng.poisson(1.5, (40, 1)).astype(float)
    row = estimate_shift(counts_of(a, np.zeros((40, 1))), "a", "b")[0]
    most = stats.binomtest(0, 40).proportion_ci(method="exact").high
    each = a.sum() / (a > 0).sum()
    below = row["contribution"] - row["low"]
    assert below > 1000 * most * each / 500
    assert row["high"] > row["contribution"]


def test_equal_outlets_have_no_shares() -> None:
    a = np.array([[2.0, 1]] * 10)
    counts = counts_of(a, a * 1.25)
    rows = estimate_shift(counts, "a", "b")
    assert [r["share"] for r in rows] == [None, None]
    assert all(r["reason"] == "no variation between articles" for r in rows)


def test_shares_of_occasions_have_no_contributions() -> None:
    counts = counts_of(*made())
    with pytest.raises(ValueError, match="per word"):
        estimate_shift(Counts(**{**counts.__dict__, "unit": "occasions"}), "a", "b")
