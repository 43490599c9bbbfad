"""Counts, rates, intervals and tests against hand computation and other implementations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from framing.schema import TABLES
from framing.stats import (
    FEWEST_ARTICLES,
    Counts,
    adjust_bh,
    count_mentions,
    estimate_outlets,
    estimate_rates,
    permutation_p,
)
from framing.stats.jackknife import left_out_error
from framing.stats.rates import interval
from framing.stats.resample import permuted_labels, resampled_sums, seeded


def counts_of(
    n: list[float], words: list[float], outlets: list[str], events: list[str | None] | None = None, unit: str = "words"
) -> Counts:
    rows = len(n)
    return Counts(
        tuple(map(str, range(rows))),
        tuple(outlets),
        tuple(events or [None] * rows),
        ("g",),
        np.array(n, float)[:, None],
        np.array(words, float)[:, None],
        unit,
        "all",
    )


def make_tables(voices: list[tuple[str, str]]) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Mentions (article, voice), sentences with fixed words, and three articles of which one has no mention."""
    blank = dict.fromkeys(TABLES["mentions"].names)
    mentions = pa.Table.from_pylist(
        [
            {
                **blank,
                "mention_id": str(i),
                "article_id": a,
                "category": "x",
                "concept_id": "c",
                "term_id": "t",
                "voice": v,
            }
            for i, (a, v) in enumerate(voices)
        ],
        schema=TABLES["mentions"],
    )
    sentence = dict.fromkeys(TABLES["sentences"].names)
    sentences = pa.Table.from_pylist(
        [
            {
                **sentence,
                "article_id": a,
                "n_words": 100,
                "n_direct_words": 20,
                "n_reported_words": 30,
                "n_own_words": 50,
            }
            for a in ("a", "a", "b", "c")
        ],
        schema=TABLES["sentences"],
    )
    articles = pa.table(
        {"article_id": ["a", "b", "c"], "outlet_id": ["o", "o", "p"], "event_id": pa.array([None] * 3, pa.string())}
    )
    return mentions, sentences, articles


@pytest.mark.parametrize(
    ("reading", "n", "words"),
    [
        ("all", [3, 1, 0], [200, 100, 100]),
        ("own", [1, 0, 0], [100, 50, 50]),
        ("own+reported", [2, 0, 0], [160, 80, 80]),
        ("direct", [1, 0, 0], [40, 20, 20]),
        ("scare", [0, 1, 0], [100, 50, 50]),
    ],
)
def test_counts_keep_zeros_and_take_the_voices_words(reading: str, n: list[int], words: list[int]) -> None:
    mentions, sentences, articles = make_tables([("a", "own"), ("a", "reported"), ("a", "direct"), ("b", "scare")])
    counts = count_mentions(mentions, sentences, articles, by="category", groups=["x", "never"], reading=reading)
    assert counts.n[:, 0].tolist() == n
    assert counts.n[:, 1].tolist() == [0, 0, 0]
    assert counts.denominators[:, 0].tolist() == words
    assert counts.table().num_rows == 6


def test_occasions_are_all_alternatives_of_the_concept() -> None:
    mentions, sentences, articles = make_tables([("a", "own"), ("a", "own"), ("b", "own")])
    rows = mentions.to_pylist()
    rows[1]["term_id"] = "other"
    table = pa.Table.from_pylist(rows, schema=mentions.schema)
    counts = count_mentions(
        table,
        sentences,
        articles,
        by="term_id",
        groups=["t", "other"],
        unit="occasions",
        concept_of={"t": "c", "other": "c"},
    )
    assert counts.n.tolist() == [[1, 1], [1, 0], [0, 0]]
    assert counts.denominators.tolist() == [[2, 2], [1, 1], [0, 0]]


def test_rate_is_a_ratio_of_sums() -> None:
    table = estimate_rates(counts_of([2, 0, 1], [100, 900, 500], ["o"] * 3))
    assert table.column("value").to_pylist() == [2.0]
    assert table.column("n_articles_with").to_pylist() == [2]


def test_too_little_text_withholds_the_interval_and_nothing_else() -> None:
    m = FEWEST_ARTICLES - 1
    row = estimate_rates(counts_of([1] * m, [100] * m, ["o"] * m)).to_pylist()[0]
    assert row["value"] == 10.0
    assert row["n_mentions"] == m
    assert row["low"] is None
    assert row["high"] is None
    assert "not enough text" in row["reason"]


@pytest.mark.parametrize("n", [[0] * 10, [1] * 10], ids=["no mention", "no variation"])
def test_no_made_up_interval(n: list[float]) -> None:
    row = estimate_rates(counts_of(n, [100] * 10, ["o"] * 10)).to_pylist()[0]
    assert row["low"] is None
    assert row["reason"]


def test_no_words_is_null_not_zero() -> None:
    row = estimate_rates(counts_of([0, 0], [0, 0], ["o", "o"])).to_pylist()[0]
    assert row["value"] is None


def test_standard_error_is_the_one_of_the_book() -> None:
    # Cochran (1977), Sampling Techniques, eq. 6.13: the linearised error of a ratio of sums.
    rng = np.random.default_rng(5)
    words = rng.integers(200, 900, 400).astype(float)
    n = rng.poisson(words / 250).astype(float)
    ratio = n.sum() / words.sum()
    expected = np.sqrt(((n - ratio * words) ** 2).sum() / (len(n) - 1) * len(n)) / n.sum()
    side = estimate_outlets(counts_of(n.tolist(), words.tolist(), ["o"] * 400)).own
    assert side.error[0, 0] == pytest.approx(expected, rel=0.01)
    assert 250 < side.df[0, 0] <= 399


def test_jackknife_of_a_mean_is_the_books_standard_error() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    error, df = left_out_error(((values.sum() - values) / 7)[:, None])
    assert error[0] == pytest.approx(stats.sem(values))
    kurtosis = stats.kurtosis(values, fisher=False)
    assert df[0] == pytest.approx(min(2 / ((kurtosis - 3) / 8 + 2 / 7), 7))


def test_jackknife_against_scipys_bootstrap() -> None:
    rng = np.random.default_rng(8)
    words, n = rng.integers(200, 900, 300).astype(float), rng.poisson(2, 300).astype(float)
    found = stats.bootstrap(
        (n, words), lambda a, b, axis: np.log(a.sum(axis) / b.sum(axis)), paired=True, n_resamples=2000, rng=1
    )
    side = estimate_outlets(counts_of(n.tolist(), words.tolist(), ["o"] * 300)).own
    assert side.error[0, 0] == pytest.approx(found.standard_error, rel=0.06)


def test_interval_against_hand_computation() -> None:
    t = stats.t.ppf(0.975, 29)
    low, high = interval(2.0, 0.25, 29, 0.95, False)
    assert (low, high) == (pytest.approx(2 * np.exp(-t * 0.25)), pytest.approx(2 * np.exp(t * 0.25)))
    low, high = interval(0.5, 0.2, 29, 0.95, True)
    assert low == pytest.approx(1 / (1 + np.exp(t * 0.4)))
    assert high == pytest.approx(1 - low)


def test_an_outlets_interval_does_not_depend_on_the_others() -> None:
    one = estimate_rates(counts_of([1, 0, 2] * 5, [100] * 15, ["o"] * 15)).to_pylist()
    two = estimate_rates(counts_of([1, 0, 2] * 5 + [3] * 9, [100] * 24, ["o"] * 15 + ["a"] * 9)).to_pylist()
    assert one[0] == two[1]


def exact_p(n: np.ndarray, d: np.ndarray, first: int) -> float:
    """All divisions of the articles, the statistic written out once more."""

    def statistic(side: tuple[int, ...]) -> float:
        parts = []
        for rows in (list(side), [i for i in range(len(n)) if i not in side]):
            rate = (n[rows].sum() + 0.5) / d[rows].sum()
            variance = ((n[rows] - rate * d[rows]) ** 2).sum() / d[rows].sum() ** 2 * len(rows) / (len(rows) - 1)
            parts.append((np.sqrt(rate), variance / (4 * rate)))
        return abs(parts[0][0] - parts[1][0]) / np.sqrt(parts[0][1] + parts[1][1])

    observed = statistic(tuple(range(first)))
    every = [statistic(side) for side in combinations(range(len(n)), first)]
    return float(np.mean([s >= observed - 1e-9 for s in every]))


def test_permutation_against_all_divisions() -> None:
    n = np.array([3, 1, 4, 2, 0, 1, 3, 2, 0, 1, 0, 1], float)
    d = np.array([100, 120, 300, 90, 80, 200, 150, 160, 70, 110, 140, 90], float)
    expected = exact_p(n, d, 8)
    found = permutation_p(counts_of(n.tolist(), d.tolist(), ["a"] * 8 + ["b"] * 4), permutations=20_000)["a", "g"]
    assert found == pytest.approx(expected, abs=0.012)


def test_a_difference_without_any_spread_is_the_largest() -> None:
    # One outlet always takes the word, the other never does: no division of the articles is more extreme.
    c = counts_of([1.0] * 20 + [0.0] * 20, [1] * 40, ["a"] * 20 + ["b"] * 20, unit="occasions")
    assert permutation_p(c, permutations=999)["a", "g"] == 1 / 1000
    same = counts_of([1.0] * 40, [1] * 40, ["a"] * 20 + ["b"] * 20, unit="occasions")
    assert permutation_p(same, permutations=99)["a", "g"] == 1.0


def test_groups_may_be_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    n = rng.poisson(2, (30, 5)).astype(float)
    whole = Counts(
        tuple(map(str, range(30))),
        ("a",) * 15 + ("b",) * 15,
        (None,) * 30,
        tuple("vwxyz"),
        n,
        np.full((30, 5), 300.0),
        "words",
        "all",
    )
    expected = estimate_rates(whole)
    monkeypatch.setattr("framing.stats.rates._MOST_AT_ONCE", 1)
    for cut, one in zip(estimate_rates(whole).to_pylist(), expected.to_pylist(), strict=True):
        assert [cut[k] for k in ("value", "low", "high")] == pytest.approx([one[k] for k in ("value", "low", "high")])


def test_permutation_within_events_stays_within_them() -> None:
    labels, strata = np.array([0, 0, 1, 1, 0, 1]), np.array([0, 1, 0, 1, 2, 2])
    for mixed in permuted_labels(labels, strata, np.random.default_rng(0), 50):
        for s in range(3):
            assert sorted(mixed[strata == s]) == sorted(labels[strata == s])


def test_event_mix_alone_is_no_difference_within_events() -> None:
    # Outlet a reports the loud event, b the quiet one; on each event they are alike.
    rng = np.random.default_rng(3)
    events = ["loud"] * 40 + ["quiet"] * 40
    outlets = (["a"] * 34 + ["b"] * 6) + (["a"] * 6 + ["b"] * 34)
    n = [float(rng.poisson(6 if e == "loud" else 1)) for e in events]
    c = counts_of(n, [300] * 80, outlets, list(events))
    over_all, inside = permutation_p(c)["a", "g"], permutation_p(c, within="event")["a", "g"]
    assert over_all is not None
    assert inside is not None
    assert over_all < 0.01
    assert inside > 0.1


def test_benjamini_hochberg_published_example() -> None:
    # Benjamini & Hochberg (1995), section 4.1: with q = .05 the first four of fifteen hypotheses are rejected.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    adjusted = adjust_bh([None, *p])
    assert adjusted[0] is None
    assert sum(q <= 0.05 for q in adjusted if q is not None) == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=12), st.integers(0, 3))
def test_resampled_sums_keep_the_mean(values: list[int], seed: int) -> None:
    array = np.array(values, float)[:, None]
    drawn = resampled_sums(array, seeded(seed, "o"), 4000)
    assert drawn.mean() == pytest.approx(array.sum(), abs=5 * array.std() * np.sqrt(len(values)) / np.sqrt(4000) + 1e-9)


def test_rate_per_article_is_the_mean_count() -> None:
    n = np.array([3.0, 0.0, 1.0, 2.0, 0.0, 5.0, 1.0, 0.0, 4.0])
    row = estimate_rates(counts_of(n.tolist(), [1] * 9, ["o"] * 9, unit="articles")).to_pylist()[0]
    assert row["value"] == pytest.approx(n.mean())
    assert row["n_denominator"] == 9
    assert row["low"] < n.mean() < row["high"]
