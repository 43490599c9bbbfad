"""Ratios, regression, matched odds and articles needed against statsmodels, hand computation and published numbers."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.contingency_tables import StratifiedTable

from framing.stats import (
    Counts,
    articles_needed,
    describe_ratio,
    estimate_matched_odds,
    estimate_model,
    estimate_outlets,
    ratio_row,
)


def make_counts(
    n: np.ndarray, d: np.ndarray, outlets: list[str], events: list[str | None], unit: str = "words"
) -> Counts:
    ids = tuple(map(str, range(len(n))))
    return Counts(
        ids, tuple(outlets), tuple(events), ("g",), n[:, None].astype(float), d[:, None].astype(float), unit, "all"
    )


def random_counts(seed: int, articles: int = 120, events: int = 12, unit: str = "words") -> Counts:
    rng = np.random.default_rng(seed)
    d = rng.integers(200, 900, articles) if unit == "words" else rng.integers(1, 8, articles)
    e = rng.integers(0, events, articles)
    outlets = rng.integers(0, 2, articles)
    rate = rng.gamma(2, 0.5, events)[e] * (1 + outlets)
    n = rng.poisson(d / 400 * rate) if unit == "words" else rng.binomial(d, np.clip(rate / 4, 0.02, 0.9))
    return make_counts(n, d, ["ab"[o] for o in outlets], [f"e{v}" for v in e], unit)


@pytest.mark.parametrize("seed", range(4))
def test_regression_without_events_against_statsmodels(seed: int) -> None:
    c = random_counts(seed)
    x = np.array([o == "a" for o in c.outlet_ids], float)
    fitted = sm.GLM(
        c.n[:, 0], sm.add_constant(x), family=sm.families.Poisson(), offset=np.log(c.denominators[:, 0])
    ).fit(cov_type="HC1")
    row = estimate_model(c)["a", "g"]
    assert np.log(row["model_ratio"]) == pytest.approx(fitted.params[1], abs=1e-7)
    # The book's factor is m/(m - 2) with two coefficients, ours m/(m - 1).
    width = np.log(row["model_high"] / row["model_low"]) / 2
    assert 1.9 * fitted.bse[1] < width < 2.6 * fitted.bse[1]


@pytest.mark.parametrize("seed", range(4))
def test_regression_with_event_effects_against_statsmodels_dummies(seed: int) -> None:
    c = random_counts(seed)
    names = sorted(set(c.event_ids), key=str)
    dummies = np.array([[float(e == name) for name in names] for e in c.event_ids])
    x = np.array([o == "a" for o in c.outlet_ids], float)
    fitted = sm.GLM(
        c.n[:, 0], np.column_stack([x, dummies]), family=sm.families.Poisson(), offset=np.log(c.denominators[:, 0])
    ).fit(cov_type="HC0")
    row = estimate_model(c, within="event")["a", "g"]
    assert np.log(row["model_ratio"]) == pytest.approx(fitted.params[0], abs=1e-6)
    z = abs(np.log(row["model_ratio"])) / fitted.bse[0]
    if row["model_p"] > 1e-6:
        assert row["model_p"] == pytest.approx(2 * (1 - norm.cdf(z)), abs=0.03)


@pytest.mark.parametrize("seed", range(4))
def test_matched_odds_against_statsmodels(seed: int) -> None:
    c = random_counts(seed, unit="occasions")
    tables = []
    for event in sorted(set(c.event_ids), key=str):
        cells = np.zeros((2, 2))
        for o, e, n, d in zip(c.outlet_ids, c.event_ids, c.n[:, 0], c.denominators[:, 0], strict=True):
            if e == event:
                cells["ab".index(o)] += [n, d - n]
        if (cells.sum(axis=1) > 0).all():
            tables.append(cells)
    expected = StratifiedTable(tables)
    row = estimate_matched_odds(c)["a", "g"]
    assert row["odds"] == pytest.approx(expected.oddsratio_pooled, abs=1e-9)
    assert row["odds_low"] < row["odds"] < row["odds_high"]
    assert row["odds_beyond_low"] < row["odds"] < row["odds_beyond_high"]


def test_matched_odds_of_a_published_example() -> None:
    # Agresti (2013), Categorical Data Analysis, table 6.9 (eight centres): Mantel-Haenszel estimate 2.13.
    centres = [
        ((11, 25), (10, 27)), ((16, 4), (22, 10)), ((14, 5), (7, 12)), ((2, 14), (1, 16)),
        ((6, 11), (0, 12)), ((1, 10), (0, 10)), ((1, 4), (1, 8)), ((4, 2), (6, 1)),
    ]  # fmt: skip
    n, d, outlets, events = [], [], [], []
    for k, centre in enumerate(centres):
        for outlet, (yes, no) in zip("ab", centre, strict=True):
            n.append(yes), d.append(yes + no), outlets.append(outlet), events.append(str(k))
    row = estimate_matched_odds(make_counts(np.array(n), np.array(d), outlets, list(events), "occasions"))["a", "g"]
    assert row["odds"] == pytest.approx(2.13, abs=0.005)
    assert row["n_events"] == 8
    # The same on turned sides is the reciprocal.
    turned = ["b" if o == "a" else "a" for o in outlets]
    other = estimate_matched_odds(make_counts(np.array(n), np.array(d), turned, list(events), "occasions"))["a", "g"]
    assert other["odds"] == pytest.approx(1 / row["odds"])
    assert other["odds_beyond_low"] == pytest.approx(1 / row["odds_beyond_high"])


def test_a_different_mix_of_events_moves_raw_odds_only() -> None:
    # Within each event both outlets choose alike; outlet a covers mostly the event where everybody chooses the word.
    n, d, outlets, events = [], [], [], []
    for k in range(10):
        loud = k < 5
        for outlet, articles in (("a", 6 if loud else 1), ("b", 1 if loud else 6)):
            for _ in range(articles):
                n.append(8 if loud else 2), d.append(10), outlets.append(outlet), events.append(str(k))
    row = estimate_matched_odds(make_counts(np.array(n), np.array(d), outlets, list(events), "occasions"))["a", "g"]
    assert row["odds_raw"] > 5
    assert row["odds"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("n", "d", "events", "reason"),
    [
        ([1, 1], [1, 1], ["x", "x"], "did not all choose alike"),
        ([1, 0], [1, 1], ["x", "y"], "both sides had an occasion"),
        ([1, 0], [1, 1], [None, None], "both sides had an occasion"),
        ([1, 0], [1, 1], ["x", "x"], "always or never"),
        ([1, 1], [2, 3], ["x", "x"], "not enough events"),
    ],
)
def test_matched_odds_without_enough_say_why(n: list[int], d: list[int], events: list[str | None], reason: str) -> None:
    row = estimate_matched_odds(make_counts(np.array(n), np.array(d), ["a", "b"], events, "occasions"))["a", "g"]
    assert reason in row["odds_reason"]
    assert row["odds_low"] is None


@pytest.mark.parametrize(
    ("n", "outlets", "reason"),
    [([1] * 10, ["a"] * 9 + ["b"], "not enough text"), ([0] * 9 + [1] * 9, ["a"] * 9 + ["b"] * 9, "no mention")],
)
def test_regression_without_enough_says_why(n: list[int], outlets: list[str], reason: str) -> None:
    row = estimate_model(make_counts(np.array(n), np.full(len(n), 100), outlets, [None] * len(n)))["a", "g"]
    assert reason in row["model_reason"]
    assert row["model_ratio"] is None


def test_regression_takes_out_the_mix_of_events() -> None:
    rng = np.random.default_rng(4)
    events = [f"e{k}" for k in range(20) for _ in range(8)]
    outlets = [("a" if i < (6 if k < 10 else 2) else "b") for k in range(20) for i in range(8)]
    n = rng.poisson([4 if int(e[1:]) < 10 else 1 for e in events])
    c = make_counts(n, np.full(len(n), 300), outlets, list(events))
    raw, within = estimate_model(c)["a", "g"], estimate_model(c, within="event")["a", "g"]
    assert raw["model_low"] > 1
    assert within["model_low"] < 1 < within["model_high"]


def test_ratio_turned_round_is_its_reciprocal() -> None:
    c = random_counts(3)
    estimates = estimate_outlets(c)
    a, b = ratio_row(estimates, 0, 0, 0.95), ratio_row(estimates, 1, 0, 0.95)
    assert a["ratio"] == pytest.approx(1 / b["ratio"])
    assert a["ratio_low"] == pytest.approx(1 / b["ratio_high"])
    assert a["log2_ratio"] == pytest.approx(-b["log2_ratio"])
    assert a["log2_ratio_conservative"] == pytest.approx(-b["log2_ratio_conservative"])
    assert abs(a["log2_ratio_conservative"]) < abs(a["log2_ratio"])


@pytest.mark.parametrize(
    ("ratio", "low", "high", "words"),
    [
        (2.0, 1.3, 3.1, "about twice as often, 1.3 to 3.1 times"),
        (1.0, 0.9, 1.1, "about equally often, but anything from 0.9 to 1.1 times as often fits these articles"),
        (0.33, 0.2, 0.5, "about a third as often, 0.2 to 0.5 times"),
        (14.2, 6.0, 33.7, "about 14 times as often, 6.0 to 34 times"),
    ],
)
def test_a_ratio_in_words(ratio: float, low: float, high: float, words: str) -> None:
    assert describe_ratio(ratio, low, high) == words


def test_as_many_articles_as_said_see_the_difference() -> None:
    # Counts with a gamma-distributed article effect (shape 1), .4 and .8 mentions per article: four in five tests find it.
    needed = articles_needed(0.6, 1 / 0.6 + 1.0)
    rng = np.random.default_rng(1)
    found = []
    for _ in range(400):
        effect = rng.gamma(1, 1, 2 * needed)
        n = rng.poisson(effect * np.repeat([0.4, 0.8], needed))
        c = make_counts(n, np.full(2 * needed, 600), ["a"] * needed + ["b"] * needed, [None] * 2 * needed)
        row = ratio_row(estimate_outlets(c), 0, 0, 0.95)
        found.append(row["ratio_high"] < 1)
    assert 0.72 < np.mean(found) < 0.88


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 40), st.integers(1, 6))
def test_nothing_warns_and_intervals_hold_their_estimate(seed: int, articles: int, events: int) -> None:
    rng = np.random.default_rng(seed)
    d = rng.integers(0, 4, articles)
    n = rng.binomial(d, rng.random())
    outlets = ["abc"[o] for o in rng.integers(0, 3, articles)]
    ids: list[str | None] = [None if e == 0 else str(e) for e in rng.integers(0, events, articles)]
    c = make_counts(n, d, outlets, ids, "occasions")
    estimates = estimate_outlets(c)
    for i in range(len(estimates.outlet_ids)):
        row = ratio_row(estimates, i, 0, 0.95)
        if row["ratio_low"] is not None:
            assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    for row in estimate_model(c, within="event").values():
        if row["model_low"] is not None:
            assert row["model_low"] <= row["model_ratio"] <= row["model_high"]
        assert (row["model_low"] is None) == (row["model_reason"] is not None)
    for row in estimate_matched_odds(c).values():
        if row["odds_low"] is not None:
            assert row["odds_low"] <= row["odds"] <= row["odds_high"]
