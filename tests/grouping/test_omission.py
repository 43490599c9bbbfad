"""Which outlets did not tell of an event that others told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import FramingError, SelectionError
from framing.grouping import find_omissions
from framing.schema import TABLES
from tests.grouping.making import made

OMITTED, NOTHING_THERE = "no article on it", "no articles in the window"

#: Id, outlet, day. P, Q and R tell of the raid on 4 and 5 March; S writes of other things then, T is silent, U has no dates.
ARTICLES = [
    ["p1", "P", "2031-03-04"],
    ["q1", "Q", "2031-03-04"],
    ["r1", "R", "2031-03-05"],
    ["s1", "S", "2031-03-01"],
    ["s2", "S", "2031-03-10"],
    ["s3", "S", "2031-03-11"],
    ["t1", "T", "2031-05-01"],
    ["u1", "U", ""],
]
RAID = [("p1", "raid"), ("q1", "raid"), ("r1", "raid")]


def events_of(rows: Iterable[tuple[str, str]]) -> pa.Table:
    known = [{"article_id": a, "event_id": e, "label": e.title(), "why": "given in the input"} for a, e in rows]
    return pa.Table.from_pylist(known, schema=TABLES["events"])


def omissions(
    articles: Iterable[Sequence[str]] = ARTICLES, events: Iterable[tuple[str, str]] = RAID, **options: Any
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Rows by outlet, and the metadata."""
    table = find_omissions(events_of(events), made(articles), **options)
    return {row["outlet_id"]: row for row in table.to_pylist()}, json.loads(table.schema.metadata[b"meta"])


def test_an_outlet_with_other_articles_omits_it_and_a_silent_one_does_not() -> None:
    rows, meta = omissions()
    assert {outlet: (row["status"], row["n"]) for outlet, row in rows.items()} == {
        "S": (OMITTED, 2),
        "T": (NOTHING_THERE, 0),
        "U": (NOTHING_THERE, 0),
    }
    s = rows["S"]
    assert (s["event_id"], s["label"], s["n_outlets"], s["covered_by"]) == ("raid", "Raid", 3, ["P", "Q", "R"])
    assert s["window_from"] == datetime(2031, 2, 27, tzinfo=UTC)
    assert s["window_to"] == datetime(2031, 3, 10, 23, 59, 59, 999_999, tzinfo=UTC)
    assert (s["first"].day, s["last"].day) == (4, 5)
    assert (meta["n_events"], meta["n_told"], meta["at_least"], meta["window_days"]) == (1, 1, 3, 5)


def test_why_says_what_was_looked_at() -> None:
    rows, _ = omissions()
    assert rows["S"]["why"] == (
        "3 outlets told of it; 2 articles of the outlet from 2031-02-27 to 2031-03-10, none on it; "
        "what the corpus holds of it runs from 2031-03-01 to 2031-03-11"
    )
    assert rows["T"]["why"].endswith(": the corpus cannot tell whether it did")
    assert rows["U"]["why"].endswith("; 1 more without date, none on it")


@pytest.mark.parametrize(("days", "n"), [(0, 0), (3, 1), (4, 1), (5, 2), (6, 3)])
def test_window(days: int, n: int) -> None:
    rows, meta = omissions(window_days=days)
    assert rows["S"]["n"] == n
    assert rows["S"]["status"] == (OMITTED if n else NOTHING_THERE)
    assert meta["window_days"] == days


@pytest.mark.parametrize(("k", "n_told"), [(1, 1), (3, 1), (4, 0)])
def test_at_least(k: int, n_told: int) -> None:
    rows, meta = omissions(at_least=k)
    assert meta["n_told"] == n_told
    assert bool(rows) == bool(n_told)


def test_two_articles_of_one_outlet_are_one_outlet() -> None:
    rows, meta = omissions([*ARTICLES, ["p2", "P", "2031-03-04"]], [("p1", "x"), ("p2", "x"), ("q1", "x")])
    assert (rows, meta["n_told"]) == ({}, 0)


def test_an_event_without_date_is_looked_for_in_everything() -> None:
    articles = [[i, outlet, ""] for i, outlet, _ in ARTICLES[:3]] + ARTICLES[3:]
    rows, meta = omissions(articles)
    assert meta["n_without_date"] == 1
    assert {outlet: (row["status"], row["n"]) for outlet, row in rows.items()} == {
        "S": (OMITTED, 3),
        "T": (OMITTED, 1),
        "U": (OMITTED, 1),
    }
    assert rows["S"]["window_from"] is None
    assert "the event has no date" in rows["S"]["why"]


def test_articles_outside_the_selection_do_not_count() -> None:
    rows, meta = omissions(ARTICLES[:2] + ARTICLES[3:], at_least=2)
    assert meta["n_outside"] == 1
    assert "R" not in rows  # without any article nobody looks for it
    assert rows["S"]["n_outlets"] == 2


def test_limits_of_the_corpus() -> None:
    _, meta = omissions()
    assert (meta["n_articles"], meta["n_undated"]) == (8, 1)
    assert (meta["corpus_from"], meta["corpus_to"]) == ("2031-03-01", "2031-05-01")
    assert meta["limits"].startswith(
        "Looked for among 8 articles of 6 outlets from 2031-03-01 to 2031-05-01, 1 of them"
    )
    of = {row["outlet_id"]: row for row in meta["outlets"]}
    assert of["S"] == {
        "outlet_id": "S",
        "n_articles": 3,
        "from": "2031-03-01",
        "to": "2031-03-11",
        "told": 0,
        "omitted": 1,
        "nothing_there": 0,
    }
    assert (of["P"]["told"], of["T"]["nothing_there"], of["U"]["from"]) == (1, 1, None)


def test_the_ends_of_the_calendar() -> None:
    articles = [["p1", "P", "0001-01-02"], ["q1", "Q", "9999-12-30"], ["s1", "S", "2031-03-04"]]
    rows, _ = omissions(articles, [("p1", "x"), ("q1", "x")], at_least=2, window_days=400)
    assert rows["S"]["n"] == 1


def test_no_events_and_no_articles() -> None:
    assert omissions(events=[])[0] == {}
    rows, meta = omissions([], [])
    assert (rows, meta["corpus_from"], meta["n_articles"]) == ({}, None, 0)


@pytest.mark.parametrize("wrong", [{"at_least": 0}, {"window_days": -1}])
def test_options_out_of_range(wrong: dict[str, int]) -> None:
    with pytest.raises(SelectionError, match=next(iter(wrong))):
        omissions(**wrong)


def test_a_table_of_something_else() -> None:
    with pytest.raises(FramingError, match="published"):
        find_omissions(events_of(RAID), made(ARTICLES).drop_columns(["published"]))


ROWS = st.lists(
    st.tuples(
        st.sampled_from("PQRST"),
        st.sampled_from(["", "2031-03-04", "2031-03-05", "2031-03-20"]),
        st.sampled_from(["", "x", "y"]),
    ),
    max_size=16,
)


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, at_least=st.integers(1, 4), order=st.randoms(use_true_random=False))
def test_every_outlet_told_omitted_or_had_nothing_there(
    rows: list[tuple[str, str, str]], at_least: int, order: Any
) -> None:
    articles = [[str(i), outlet, day] for i, (outlet, day, _) in enumerate(rows)]
    events = [(str(i), event) for i, (_, _, event) in enumerate(rows) if event]
    table = find_omissions(events_of(events), made(articles), at_least=at_least)
    meta = json.loads(table.schema.metadata[b"meta"])
    outlets = {outlet for outlet, _, _ in rows}
    for row in table.to_pylist():
        assert row["outlet_id"] not in row["covered_by"]
        assert len(row["covered_by"]) == row["n_outlets"] >= at_least
        assert row["status"] == (OMITTED if row["n"] else NOTHING_THERE)
    for outlet in meta["outlets"]:
        assert outlet["told"] + outlet["omitted"] + outlet["nothing_there"] == meta["n_told"]
    assert {outlet["outlet_id"] for outlet in meta["outlets"]} == outlets
    order.shuffle(articles)
    order.shuffle(events)
    again = find_omissions(events_of(events), made(articles), at_least=at_least)
    assert again.equals(table)
    assert json.loads(again.schema.metadata[b"meta"]) == meta
