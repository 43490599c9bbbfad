"""Collocates, dispersion, sorted concordances and neighbours, against counts by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from framing.corpus import corpus_from_rows, corpus_from_table
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.schema import TABLES
from framing.stats.keyness import expected_deviation, log_dice
from framing.study import Run, Selection, annotate, find_concordance, read_meta
from framing.study.collocates import count_words_of, find_collocates
from framing.study.concordance import CONCORDANCE_ORDERS, sort_concordance
from framing.study.dispersion import estimate_dispersion
from framing.study.keyness import find_keyness
from framing.study.neighbours import find_neighbours
from framing.study.trend import PERIODS, estimate_trend
from framing.study.words import count_corpus_words


def rows_of(table: pa.Table, key: str = "word") -> dict[str, dict[str, Any]]:
    return {r[key]: r for r in table.to_pylist()}


def test_collocates_counted_by_hand(run_of: Callable[..., Run]) -> None:
    # 3 mentions, 17 words; beside within one word: brutal 2, the 1, of 1, ended 1, a 1 (each of them once a place).
    run = run_of(
        {"Post": ["The brutal massacre of ten. It rained.", "A massacre ended brutal rain.", "A brutal massacre."]}
    )
    table = find_collocates(run, term="massacre", window=1, fewest=1, limit=None)
    meta = read_meta(table)
    assert (meta["n_mentions"], meta["n_near_words"], meta["n_words"]) == (3, 5, 15)
    assert meta["n_articles_with_term"] == 3
    rows = rows_of(table)
    assert set(rows) == {"brutal", "of", "ended", "a"}
    brutal = rows["brutal"]
    assert (brutal["n_near"], brutal["n_left"], brutal["n_right"], brutal["n_elsewhere"]) == (2, 2, 0, 1)
    assert brutal["n_articles"] == 2
    # Beside: 2 of 5 words; elsewhere: 1 of 15 - 5 - 3 = 7.
    assert brutal["per_1000_near"] == pytest.approx(400)
    assert brutal["per_1000_elsewhere"] == pytest.approx(1000 / 7)
    expected = stats.chi2_contingency([[2, 3], [1, 6]], correction=False, lambda_="log-likelihood").statistic
    assert brutal["g2"] == pytest.approx(expected)
    assert brutal["log_dice"] == pytest.approx(14 + math.log2(2 * 2 / (3 + 3)))


def test_words_between_two_mentions_count_once(run_of: Callable[..., Run]) -> None:
    run = run_of({"Post": ["The massacre after massacre was denied. It rained."]})
    rows = rows_of(find_collocates(run, term="massacre", fewest=1, limit=None))
    assert rows["after"]["n_near"] == 1


def test_collocates_stay_in_their_sentence_and_out_of_what_is_excluded() -> None:
    text = "Rain fell. The massacre SUBSCRIBE NOW ended. Sun shone."
    rows = [{"article_id": "a", "outlet_id": "Post", "text": text}]
    start = text.index("SUBSCRIBE")
    excluded = pa.Table.from_pylist(
        [{"article_id": "a", "part": "body", "start": start, "end": start + 13, "reason": "x", "rule": "y"}],
        schema=TABLES["excluded"],
    )
    corpus = corpus_from_table(corpus_from_rows(rows).articles, excluded=excluded)
    run = annotate(corpus, options=AnnotateOptions(tone="none"))
    words = set(find_collocates(run, term="massacre", window=20, fewest=1).column("word").to_pylist())
    assert words <= {"the", "ended"}


def test_totals_given_and_counted_are_one(sarvane_run: Run) -> None:
    totals = count_words_of(sarvane_run)
    for measure in ("g2", "logdice"):
        asked: dict[str, Any] = {"term": "terrorist", "measure": measure, "limit": None}
        given_totals = find_collocates(sarvane_run, totals=totals, **asked)
        assert given_totals.equals(find_collocates(sarvane_run, **asked))
        values = given_totals.column("value").to_pylist()
        assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "t"},
        {"window": 0},
        {"window": 21},
        {"fewest": 0},
        {"limit": 0},
        {"term": None},
        {"category": "neutral"},
    ],
)
def test_wrong_requests_for_collocates_are_a_sentence(sarvane_run: Run, wrong: dict[str, Any]) -> None:
    with pytest.raises(SelectionError):
        find_collocates(sarvane_run, **{"term": "terrorist", **wrong})


def test_log_dice_doubles_by_one() -> None:
    # Rychly 2008: always together is 14, and twice as rarely is one less.
    assert log_dice(np.array([50.0, 25.0]), 50, np.array([50.0, 50.0])).tolist() == [14.0, 13.0]
    assert log_dice(np.array([0.0]), 50, np.array([50.0])).tolist() == [-math.inf]


@given(
    total=st.integers(1, 40),
    words=st.lists(st.integers(1, 500), min_size=1, max_size=12),
)
def test_expected_deviation_is_the_binomial_mean_deviation(total: int, words: list[int]) -> None:
    text = sum(words)
    k = np.arange(total + 1)
    expected = sum(float((np.abs(k / total - w / text) * stats.binom.pmf(k, total, w / text)).sum()) / 2 for w in words)
    assert expected_deviation(total, np.array(words, float)) == pytest.approx(expected, abs=1e-9)


def test_dispersion_by_hand(run_of: Callable[..., Run]) -> None:
    run = run_of({"Post": ["The massacre ended."] * 3 + ["It rained today."] * 7, "Herald": ["The massacre."] * 2})
    rows = rows_of(estimate_dispersion(run, term="massacre"), "outlet")
    post = rows["Post"]
    assert (post["n_articles"], post["n_articles_with"], post["value"]) == (10, 3, 0.3)
    wilson = stats.binomtest(3, 10).proportion_ci(method="wilson")
    assert (post["low"], post["high"]) == pytest.approx((wilson.low, wilson.high))
    # Three of ten equal articles have a third each: (3 * (1/3 - 1/10) + 7 * 1/10) / 2.
    assert post["dp"] == pytest.approx(0.7)
    assert rows["Herald"]["low"] is None
    assert "not enough text: 2 articles" in rows["Herald"]["reason"]
    assert rows["Herald"]["dp"] == pytest.approx(0.0)


def test_dispersion_without_a_mention(run_of: Callable[..., Run]) -> None:
    row = estimate_dispersion(run_of({"Post": ["It rained."] * 9}), term="massacre").to_pylist()[0]
    assert (row["value"], row["dp"], row["dp_chance"]) == (0.0, None, None)
    assert row["low"] == 0.0


def test_concordance_is_sorted_on_the_words_beside(run_of: Callable[..., Run]) -> None:
    run = run_of({"Post": ["The new massacre there.", "An old massacre, again.", "Zealous, New massacre Yet."]})
    found = find_concordance(run, Selection(term="massacre"))
    left = [t.split()[-2:] for t in sort_concordance(found, "left").column("left").to_pylist()]
    assert left == [["The", "new"], ["Zealous,", "New"], ["An", "old"]]
    right = [t.strip(" ,.") for t in sort_concordance(found, "right").column("right").to_pylist()]
    assert right == ["again", "there", "Yet"]
    with pytest.raises(SelectionError):
        sort_concordance(found, "size")


def test_each_order_keeps_every_line(sarvane_run: Run) -> None:
    found = find_concordance(sarvane_run, Selection(category="criminalising"))
    ids = sorted(found.column("mention_id").to_pylist())
    for order in CONCORDANCE_ORDERS:
        assert sorted(sort_concordance(found, order).column("mention_id").to_pylist()) == ids
    days = [d for d in sort_concordance(found, "date").column("published").to_pylist() if d]
    assert days == sorted(days)


def dated_run() -> Run:
    rows = [
        {"article_id": i, "outlet_id": o, "text": "Ten were killed.", "event_id": e, "published": d}
        for i, o, e, d in (
            ("a", "Post", "e", datetime(2024, 5, 2, tzinfo=UTC)),
            ("b", "Post", None, datetime(2024, 5, 1, tzinfo=UTC)),
            ("c", "Herald", "e", datetime(2024, 5, 3, tzinfo=UTC)),
            ("d", "Post", "e", None),
        )
    ]
    return annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))


def test_neighbours_go_by_date_and_undated_come_last() -> None:
    run = dated_run()
    a = find_neighbours(run, "a")
    assert (a.outlet_before, a.outlet_after, a.event_before, a.event_after, a.n_event) == ("b", "d", None, "c", 3)
    b = find_neighbours(run, "b")
    assert (b.outlet_before, b.event_before, b.event_after, b.n_event) == (None, None, None, 0)
    with pytest.raises(SelectionError):
        find_neighbours(run, "nothing")


@pytest.mark.parametrize(
    ("every", "last"),
    [
        ("day", date(2024, 5, 1)),
        ("week", date(2024, 5, 5)),
        ("month", date(2024, 5, 31)),
        ("quarter", date(2024, 6, 30)),
        ("year", date(2024, 12, 31)),
    ],
)
def test_a_period_says_its_last_day(every: str, last: date) -> None:
    assert every in PERIODS
    rows = estimate_trend(dated_run(), term="killed", every=every, outlets=("Post",)).to_pylist()
    assert rows[0]["period_end"] == last


@pytest.mark.parametrize(("part", "voice"), [("all", "all"), ("title", "all"), ("body", "own")])
def test_words_of_a_selection_are_those_of_the_corpus_counted_once(sarvane_run: Run, part: str, voice: str) -> None:
    told: list[int] = []
    counted = count_corpus_words(sarvane_run, part=part, voice=voice, progress=told.append)
    assert told == list(range(200, sarvane_run.corpus.n_articles + 1, 200))
    asked: dict[str, Any] = {"target": "corran-bugle", "date_from": "2024-03-10", "part": part, "voice": voice}
    assert find_keyness(sarvane_run, counted=counted, **asked).equals(find_keyness(sarvane_run, **asked))
    if voice == "all":
        outlets = ("corran-bugle", "kestovia-today")
        again = count_words_of(sarvane_run, outlets=outlets, part=part, counted=counted)
        assert again == count_words_of(sarvane_run, outlets=outlets, part=part)


def test_a_word_more_often_than_two_bytes_can_say(run_of: Callable[..., Run]) -> None:
    often = 70_000
    run = run_of({"Post": ["rain fell.", " ".join(["rain"] * often), "rain."]})
    counted = count_corpus_words(run)
    assert counted.n[:, [counted.words.index("rain")]].toarray().ravel().tolist() == [1, often, 1]
