"""Corrected numbers by the papers' formulas, by hand, and as properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.stats import CodedSums, estimate_corrected, estimate_rogan_gladen, sum_coded


def coded_sums(
    n: int, coded: int, seed: int, articles: int | None = None
) -> tuple[CodedSums, np.ndarray, np.ndarray, np.ndarray]:
    """Mentions with their machine's and (some) coder's answers; one an article unless told otherwise."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    machine = np.where(rng.random(n) < 0.8, truth, ~truth)
    human = np.full(n, np.nan)
    drawn = rng.choice(n, coded, replace=False)
    human[drawn] = truth[drawn]
    article = np.arange(n) % (articles or n)
    return sum_coded(article, machine, human, np.full(n, n / coded), None, articles or n), machine, human, truth


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_prediction_powered_by_the_papers_formula(seed: int) -> None:
    n_all, n = 3000, 400
    sums, f_all, human, _ = coded_sums(n_all, n, seed)
    labelled = ~np.isnan(human)
    y, f, unlabelled = human[labelled], f_all[labelled].astype(float), f_all[~labelled].astype(float)
    more = n_all - n
    covariance = np.cov(y, f)
    # PPI++, example of the mean: λ = cov(y, f) / ((1 + n/N) var f); θ = mean(y) + λ (mean of unlabelled f - mean of labelled f).
    tuning = covariance[0, 1] / ((1 + n / more) * covariance[1, 1])
    theta = y.mean() + tuning * (unlabelled.mean() - f.mean())
    variance = np.var(y - tuning * f, ddof=1) / n + tuning**2 * np.var(unlabelled, ddof=1) / more
    found = estimate_corrected(sums, share=True)
    assert found["value"] == pytest.approx(theta, abs=1e-12)
    assert found["tuning"] == pytest.approx(tuning * (1 + n / more), abs=1e-12)
    half = (np.log(found["high"] / (1 - found["high"])) - np.log(found["low"] / (1 - found["low"]))) / 2
    assert half * theta * (1 - theta) == pytest.approx(1.96 * np.sqrt(variance), rel=0.03)


def test_rogan_gladen_by_hand() -> None:
    # 1,000 mentions, 340 counted by the machine; coded 40 that are to be counted (36 found) and 60 that are not (48 left out).
    machine = np.zeros(1000, bool)
    machine[:340] = True
    human = np.full(1000, np.nan)
    human[:48] = [1] * 36 + [0] * 12
    human[340:392] = [1] * 4 + [0] * 48
    sums = sum_coded(np.arange(1000) % 200, machine, human, np.ones(1000), None, 200)
    found = estimate_rogan_gladen(sums, share=True)
    assert (found["sensitivity"], found["specificity"], found["precision"]) == pytest.approx((0.9, 0.8, 0.75))
    assert found["value"] == pytest.approx((0.34 + 0.8 - 1) / (0.9 + 0.8 - 1))
    assert found["low"] < 0.2 < found["high"]
    # The delta method of the paper's section on its variance, mentions taken as independent.
    variance = (0.34 * 0.66 / 1000 + 0.2**2 * 0.9 * 0.1 / 40 + 0.8**2 * 0.8 * 0.2 / 60) / 0.7**2
    assert (found["high"] - found["low"]) / 2 == pytest.approx(1.96 * np.sqrt(variance), rel=0.15)


def test_unequal_chances_are_weighed() -> None:
    # Mentions 0-99 drawn at .5, 100-299 at .25; by hand Σ w y / Σ w among those counted and those not.
    machine = np.arange(300) % 2 == 0
    human, weight = np.full(300, np.nan), np.zeros(300)
    human[:50], weight[:50] = machine[:50], 2
    human[100:150], weight[100:150] = True, 4
    found = estimate_corrected(sum_coded(np.arange(300), machine, human, weight, None, 300), share=True)
    # Counted: all right. Left out: 25 wrong at weight 2, and 25 right at weight 4.
    assert found["value"] == pytest.approx(0.5 * 1 + 0.5 * 100 / 150)


def test_coded_mentions_of_one_article_are_not_independent() -> None:
    rng = np.random.default_rng(5)
    bad = np.repeat(rng.random(60) < 0.3, 10)
    machine = np.arange(600) % 2 == 0
    human = np.where(bad, ~machine, machine).astype(float)

    def width(article: np.ndarray, m: int) -> float:
        found = estimate_corrected(sum_coded(article, machine, human, np.ones(600), None, m), share=True)
        return float(found["high"] - found["low"])

    clustered = np.repeat(np.arange(60), 10)
    # Errors by whole articles cancel in the share, but not where an article holds one kind of answer only.
    machine[:] = np.repeat(np.arange(60) % 2 == 0, 10)
    human[:] = np.where(bad, ~machine, machine)
    assert width(clustered, 60) > 2 * width(np.arange(600), 600)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(0, 200), st.booleans())
def test_never_outside_what_is_possible(seed: int, articles: int, coded: int, share: bool) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    machine = rng.random(n) < rng.random()
    human = np.full(n, np.nan)
    drawn = rng.choice(n, min(coded, n), replace=False)
    human[drawn] = rng.random(len(drawn)) < rng.random()
    words = None if share else rng.integers(0, 500, articles).astype(float)
    sums = sum_coded(rng.integers(0, articles, n), machine, human, rng.choice([1.0, 3.0], n), words, articles)
    if words is not None and seed % 3 == 0:
        # As for an outlet whose error rates come from all: nothing of its own in most articles.
        inside = np.arange(articles) % 4 == 0
        sums = replace(
            sums, **{k: np.where(inside, getattr(sums, k), 0) for k in ("counted", "mentions", "denominator")}
        )
    for found in (estimate_corrected(sums, share=share), estimate_rogan_gladen(sums, share=share)):
        assert (found["low"] is None) == (found["high"] is None) == (found["reason"] is not None)
        if found["value"] is not None:
            assert 0 <= found["value"] <= sums.mentions.sum() / float(sums.denominator.sum()) + 1e-9
        if found["low"] is not None:
            assert 0 <= found["low"] <= found["value"] + 1e-9
            assert found["value"] <= found["high"] + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 200))
def test_everything_coded_gives_the_coders_count(seed: int, n: int) -> None:
    sums, _, _, truth = coded_sums(n, n, seed, articles=20)
    found = estimate_corrected(sums, share=True)
    if found["n_corrected"] is not None:
        assert found["n_corrected"] == pytest.approx(truth.sum())


@pytest.mark.parametrize(
    ("n", "coded", "articles", "reason"),
    [(50, 10, 50, "too few coded: 10 mentions"), (50, 40, 5, "not enough text: 5 articles")],
)
def test_under_the_minimum_there_is_no_value(n: int, coded: int, articles: int, reason: str) -> None:
    sums, *_ = coded_sums(n, coded, 1, articles)
    for found in (estimate_corrected(sums, share=True), estimate_rogan_gladen(sums, share=True)):
        assert found["value"] is None
        assert found["reason"].startswith(reason)


def test_coding_hits_only_says_nothing_of_the_rest() -> None:
    machine = np.arange(200) < 100
    human = np.where(machine, 1.0, np.nan)
    found = estimate_corrected(sum_coded(np.arange(200), machine, human, np.ones(200), None, 200), share=True)
    assert found["value"] is None
    assert found["reason"] == "too few coded: 0 of the 100 mentions the machine leaves out, at least 5 needed"


def test_a_machine_no_better_than_chance_is_not_turned_back() -> None:
    rng = np.random.default_rng(1)
    machine, human = rng.random(300) < 0.5, (rng.random(300) < 0.5).astype(float)
    found = estimate_rogan_gladen(sum_coded(np.arange(300), machine, human, np.ones(300), None, 300), share=True)
    assert found["value"] is None
    assert "chance" in found["reason"]
