"""Who told of which event, sentences of several outlets aligned, and odds on the same events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.corpus import corpus_from_rows
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.study import Run, Selection, annotate, compare, read_meta
from framing.study.coverage import MATCHED, compare_on_events, list_articles_on, list_coverage, list_events
from framing.study.pairs import align_mentions, align_passages, find_wording_pair, list_shared_concepts


def make_run(rows: list[dict[str, Any]]) -> Run:
    complete = [{"article_id": f"a{i}", **row} for i, row in enumerate(rows)]
    return annotate(corpus_from_rows(complete), options=AnnotateOptions(tone="none"))


def day(number: int) -> datetime:
    return datetime(2024, 3, number, 12, tzinfo=UTC)


ROWS = [
    {"outlet_id": "Ledger", "event_id": "ost-raid", "published": day(2), "title": "Raid on Ost", "text": "The army murdered ten men in Ost."},
    {"outlet_id": "Ledger", "event_id": "ost-raid", "published": day(1), "title": "", "text": "Two men were killed elsewhere."},
    {"outlet_id": "Wire", "event_id": "ost-raid", "published": day(3), "title": "Ost", "text": "It rained. The army killed ten men in Ost."},
    {"outlet_id": "Post", "event_id": None, "published": day(4), "title": "Sport", "text": "The match was lost."},
    {"outlet_id": "Gazette", "event_id": None, "published": day(28), "title": "Vote", "text": "A vote was held."},
    {"outlet_id": "Herald", "event_id": None, "published": None, "title": "Vote", "text": "A vote was held."},
]  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Run:
    return make_run(ROWS)


def test_events_are_named_dated_and_counted(run: Run) -> None:
    row = list_events(run, Selection()).to_pylist()[0]
    assert (row["label"], row["n_articles"], row["n_outlets"]) == ("ost raid", 3, 2)
    assert (row["first"], row["last"]) == (day(1), day(3))
    # The first article has no headline.
    assert row["headline"] == "Raid on Ost"
    assert list_events(run, Selection(outlets=("Post",))).num_rows == 0


def test_coverage_tells_none_from_nothing_there(run: Run) -> None:
    table = list_coverage(run, Selection(), ["ost-raid"])
    rows = {r["outlet_id"]: r for r in table.to_pylist()}
    assert {o: (r["status"], r["n_articles"]) for o, r in rows.items()} == {
        "Ledger": ("told", 2),
        "Wire": ("told", 1),
        "Post": ("no article on it", 0),
        "Gazette": ("no articles in the window", 0),
        "Herald": ("no articles in the window", 0),
    }
    assert rows["Ledger"]["first"] == day(1)
    assert rows["Post"]["n_window"] == 1
    assert "6 articles of 5 outlets" in read_meta(table)["limits"]


def test_coverage_of_a_selection_counts_its_articles_alone(run: Run) -> None:
    late = Selection(outlets=("Ledger", "Wire", "Post"), date_from="2024-03-02")
    rows = {r["outlet_id"]: r for r in list_coverage(run, late, ["ost-raid"]).to_pylist()}
    assert {o: r["n_articles"] for o, r in rows.items()} == {"Ledger": 1, "Wire": 1, "Post": 0}
    assert list_articles_on(run, late, "ost-raid").column("article_id").to_pylist() == ["a0", "a2"]


def test_an_unknown_event_is_a_sentence(run: Run) -> None:
    with pytest.raises(SelectionError, match="unknown event"):
        list_coverage(run, Selection(), ["nothing"])


def test_the_most_alike_sentences_are_chosen_and_their_common_words_found(run: Run) -> None:
    assert list_shared_concepts(run, Selection(), "ost-raid")[0] == ("killing", 2)
    found = align_passages(run, Selection(), "ost-raid", "killing")
    assert found is not None
    told = {p.outlet_id: p for p in found.passages}
    assert told["Ledger"].text[told["Ledger"].start : told["Ledger"].end].strip() == "The army murdered ten men in Ost."
    assert told["Wire"].text[told["Wire"].start : told["Wire"].end].strip() == "The army killed ten men in Ost."
    # More loaded words first: one of two against none.
    assert [p.outlet_id for p in found.passages] == ["Ledger", "Wire"]
    assert dict(told["Ledger"].counts) == {"murder": 1, "killed": 1}
    named = dict(align_mentions(found.passages))["killing"]
    assert [[m["surface"] for m in mentions] for mentions in named] == [["murdered"], ["killed"]]
    assert align_passages(run, Selection(outlets=("Wire",)), "ost-raid", "killing") is None


def test_common_words_are_names_numbers_and_long_words() -> None:
    run = make_run(
        [
            {"outlet_id": o, "event_id": "e", "text": f"Near Sarvane 12 residents were {verb} by the road."}
            for o, verb in (("A", "murdered"), ("B", "killed"))
        ]
    )
    pair = find_wording_pair(run)
    assert pair is not None
    for p in (pair.left, pair.right):
        assert [p.text[a:b] for a, b in p.shared] == ["Near", "Sarvane", "12", "residents"]


def test_an_outlet_that_never_names_it_is_named() -> None:
    rows = [
        {"outlet_id": o, "event_id": "e", "text": t}
        for o, t in (("A", "Ten were murdered."), ("B", "Ten were killed."), ("C", "Rain fell."))
    ]
    found = align_passages(make_run(rows), Selection(), "e", "killing")
    assert found is not None
    assert found.without == ("C",)


WORDS = st.sampled_from(["killed", "murdered", "died", "massacred", "rained", "Ost", "12"])


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.lists(WORDS, min_size=1, max_size=6)), min_size=1, max_size=6))
def test_passages_point_at_their_own_text(told: list[tuple[str, list[str]]]) -> None:
    run = make_run([{"outlet_id": o, "event_id": "e", "text": f"They were {' and '.join(w)}."} for o, w in told])
    for concept, n in list_shared_concepts(run, Selection(), "e"):
        found = align_passages(run, Selection(), "e", concept)
        assert found is not None
        assert len(found.passages) == n == len({p.outlet_id for p in found.passages})
        for p in found.passages:
            assert any(m["concept_id"] == concept and m["term_id"] == p.term_id for m in p.mentions)
            assert all(p.start <= a < b <= p.end for a, b in p.shared)
            assert all(p.text[m["start"] : m["end"]] == m["surface"] for m in p.mentions)


@pytest.mark.parametrize("voice", ["all", "own"])
def test_odds_are_those_of_compare(sarvane_run: Run, voice: str) -> None:
    mine = compare_on_events(sarvane_run, Selection(concept="killing"), voice=voice).to_pylist()
    whole = compare(sarvane_run, measure="choice", concept="killing", within="event", voice=voice, permutations=1)
    theirs = {(r["outlet_id"], r["group"]): r for r in whole.to_pylist()}
    assert len(mine) == len(theirs)
    for row in mine:
        other = theirs[row["outlet_id"], row["group"]]
        assert row == {name: other[name] for name in MATCHED.names}


def test_odds_need_events_and_a_word(run: Run) -> None:
    with pytest.raises(SelectionError, match="neither a term nor a concept"):
        compare_on_events(run, Selection())
    without = make_run([{"outlet_id": o, "text": "Ten were killed."} for o in "AB"])
    with pytest.raises(SelectionError, match="without events"):
        compare_on_events(without, replace(Selection(), concept="killing"))
