"""Which articles tell of one event."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing.grouping.events as module
from framing.errors import FramingError, SelectionError
from framing.grouping import EventOptions, describe_events, find_events, merge_events, rename_event, split_event
from framing.schema import TABLES, check_table
from tests.conftest import read_cases
from tests.grouping.making import made

NAMES = [
    "Corvo",
    "Balint",
    "Prole",
    "Lund",
    "Tessar",
    "Merrow",
    "Anvel",
    "Ossic",
    "Drevan",
    "Ilmar",
    "Kestrin",
    "Valoy",
    "Brenn",
    "Sorane",
    "Halvec",
    "Mirren",
]
DEEDS = [
    "market",
    "bridge",
    "harbour",
    "school",
    "granary",
    "mill",
    "convoy",
    "border",
    "election",
    "strike",
    "treaty",
    "flood",
    "harvest",
    "trial",
    "ship",
    "fire",
]


def groups_of(events: pa.Table) -> set[frozenset[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for row in events.to_pylist():
        members[row["event_id"]].add(row["article_id"])
    return {frozenset(ids) for ids in members.values()}


def found_in(articles: pa.Table, **options: Any) -> pa.Table:
    events = find_events(articles.to_batches, options=EventOptions(**options))
    check_table(events, "events")
    return events


def planted(n_events: int, outlets: int, seed: int = 0) -> list[list[str]]:
    """Articles of events told by each outlet in its own order of words; every event has its names and deeds."""
    draw = random.Random(seed)
    rows = []
    for event in range(n_events):
        words = draw.sample(NAMES, 4) + draw.sample(DEEDS, 5) + [f"Quarter{event}", f"Street{event}", str(100 + event)]
        for outlet in range(outlets):
            text = ". ".join(" ".join(["Witnesses", *draw.sample(words, len(words))]) for _ in range(4))
            day = f"2031-03-{1 + event * 2 % 27 + outlet % 2:02}"
            rows.append([f"{event}-{outlet}", f"Outlet {outlet}", day, " ".join(draw.sample(words, 6)), text])
    return rows


@pytest.mark.parametrize("case", read_cases("events"))
def test_case(case: dict[str, Any]) -> None:
    assert groups_of(found_in(made(case["articles"]))) == {frozenset(ids) for ids in case["groups"]}


def test_no_articles() -> None:
    assert found_in(TABLES["articles"].empty_table()).num_rows == 0


def test_planted_events_are_found() -> None:
    rows = planted(12, 4)
    assert groups_of(found_in(made(rows))) == {frozenset(f"{e}-{o}" for o in range(4)) for e in range(12)}


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(24)), size=st.integers(1, 24))
def test_order_and_batches_do_not_matter(order: list[int], size: int) -> None:
    rows = planted(8, 3)
    as_made = made(rows)
    mixed = made([rows[i] for i in order])
    assert find_events(lambda: iter(mixed.to_batches(max_chunksize=size))).equals(find_events(as_made.to_batches))


WORDS = st.sampled_from([*NAMES[:5], *DEEDS[:5], "the", "7", "…", "\n", "泰萨", "é"])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
ROWS = st.tuples(
    st.sampled_from("PQR"),
    st.sampled_from(["", "2031-03-04", "2031-03-09"]),
    TEXTS,
    TEXTS,
    st.sampled_from(["", "", "e1", "e2"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=14))
def test_any_articles_make_a_sound_table(rows: list[tuple[str, ...]]) -> None:
    articles = made([(f"{i:02}", *row) for i, row in enumerate(rows)])
    events = found_in(articles)
    ids = events.column("article_id").to_pylist()
    assert len(ids) == len(set(ids))
    assert all(len(group) > 1 for group in groups_of(events))
    of = dict(zip(*(events.column(c).to_pylist() for c in ("article_id", "event_id")), strict=True))
    given_events = [row[-1] for row in rows]
    for i, event in enumerate(given_events):
        assert not event or of.get(f"{i:02}", event) == event
        assert given_events.count(event) < 2 or not event or f"{i:02}" in of
    assert all(label.strip() for label in events.column("label").to_pylist())
    described = describe_events(events, articles)
    assert sum(described.column("n_articles").to_pylist()) == len(ids)
    assert all(0 <= value <= 1 for value in described.column("coherence").to_pylist())


def test_an_id_stays_while_its_articles_stay() -> None:
    rows = planted(8, 3)
    before = found_in(made(rows)).to_pylist()
    # An article that tells of something else leaves the ids of the others as they were.
    stranger = [
        "x",
        "Lenn Courier",
        "2031-03-20",
        "Opera opens",
        "The opera opened its season with a comedy of errors.",
    ]
    after = found_in(made([*rows, stranger])).to_pylist()
    ids = [(row["article_id"], row["event_id"]) for row in before]
    assert [(row["article_id"], row["event_id"]) for row in after] == ids


def test_an_event_given_wins_and_says_so() -> None:
    rows = [[*row, "mine"] if row[0] in ("0-0", "1-0") else row for row in planted(3, 3)]
    events = {row["article_id"]: row for row in found_in(made(rows)).to_pylist()}
    assert events["0-0"]["event_id"] == events["1-0"]["event_id"] == "mine"
    assert events["0-0"]["why"] == events["1-0"]["why"] == "given in the input"
    assert events["2-0"]["why"].startswith("found: mean similarity")


def test_copies_stay_together_and_say_so() -> None:
    text = "Seven people were killed in Tessar, governor Corvo said."
    other = "Bread prices in Merrow fell by three percent, minister Balint said."
    articles = made(
        [
            ["a", "Sarvane Wire", "2031-03-04", "Seven killed in Tessar", text],
            ["b", "Aldis Ledger", "2031-03-05", "Bread is cheaper in Merrow", other],
        ]
    )
    assert found_in(articles).num_rows == 0
    row = {"copy_group": "c", "origin_id": "a", "similarity": 1.0, "label": "l", "why": "w"}
    copies = pa.Table.from_pylist([{**row, "article_id": i} for i in "ab"], schema=TABLES["copies"])
    events = find_events(articles.to_batches, copies=copies)
    assert groups_of(events) == {frozenset("ab")}
    assert events.column("why").to_pylist()[1].endswith("; a copy of a")


def test_excluded_passages_bind_nothing() -> None:
    footer = "Governor Ilan Corvo founded the Tessar Ledger in Ossic harbour with Nadia Prole and Greta Lund of Drevan."
    own = ["Snow fell on mountain villages.", "Dockers asked for wages."]
    articles = made([[i, "Ledger", "2031-03-04", "", f"{t} {footer}"] for i, t in zip("ab", own, strict=True)])
    assert groups_of(found_in(articles)) == {frozenset("ab")}
    spans = [
        {
            "article_id": i,
            "part": "body",
            "start": len(t) + 1,
            "end": len(t) + 1 + len(footer),
            "reason": "footer",
            "rule": "test",
        }
        for i, t in zip("ab", own, strict=True)
    ]
    excluded = pa.Table.from_pylist(spans, schema=TABLES["excluded"])
    assert find_events(articles.to_batches, excluded=excluded).num_rows == 0


def test_the_window_is_an_option() -> None:
    rows = planted(1, 2)
    rows[1][2] = "2031-03-08"
    assert groups_of(found_in(made(rows), half_life=50)) == set()
    assert groups_of(found_in(made(rows), window_days=7, half_life=50)) == {frozenset({"0-0", "0-1"})}


def test_long_chains_are_cut_at_their_weakest_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 6)
    rows = planted(6, 4, seed=3)
    for row in rows:
        row[2] = "2031-03-04"
        row[4] += ". " + " ".join(NAMES[:6])  # binds them all a little
    assert groups_of(found_in(made(rows))) == {frozenset(f"{e}-{o}" for o in range(4)) for e in range(6)}


def test_more_near_copies_than_are_clustered_at_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 20)
    text = "Soldiers raided the cattle fair of Ushar, governor Tomas Idrel said, and grain burned."
    near = [[f"{i:03}", f"Outlet {i}", "2031-03-04", "Raid on Ushar fair", f"{text} {i}."] for i in range(60)]
    groups = groups_of(found_in(made([*near, *planted(60, 5)])))
    ids = {row[0] for row in near}
    mine = [group for group in groups if group & ids]
    assert set().union(*mine) == ids
    assert len(mine) == 3  # no more than must be


def test_articles_of_the_same_day_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = made(planted(12, 4))
    whole = found_in(articles)
    monkeypatch.setattr(module, "_CHUNK", 5)
    assert found_in(articles).equals(whole)


@pytest.mark.parametrize(
    "wrong",
    [
        {"window_days": -1},
        {"n_words": 0},
        {"half_life": 0},
        {"half_life": float("nan")},
        {"similarity": 0},
        {"similarity": 1.1},
        {"similarity_undated": 0.01},
        {"similarity_given": -1},
    ],
)
def test_options_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(FramingError, match=next(iter(wrong))):
        EventOptions(**wrong)  # type: ignore[arg-type]


def test_progress_counts_articles() -> None:
    articles = made(planted(4, 3))
    seen: list[int] = []
    find_events(lambda: iter(articles.to_batches(max_chunksize=5)), progress=seen.append)
    assert seen == [5, 10, 12]


def test_description() -> None:
    rows = [
        ["a", "Sarvane Wire", "2031-03-04", "Seven killed in raid on Tessar market", "Soldiers raided the Tessar market, the governor Ilan Corvo said."],
        ["b", "Aldis Ledger", "2031-03-05", "Raid on the Tessar market kills seven", "The governor Ilan Corvo said that soldiers raided the Tessar market."],
        ["c", "Aldis Ledger", "", "Soldiers raid Tessar market", "Seven died as soldiers raided the Tessar market, the governor Ilan Corvo said."],
    ]  # fmt: skip
    articles = made(rows)
    events = found_in(articles)
    (row,) = describe_events(events, articles).to_pylist()
    assert (row["n_articles"], row["n_outlets"], row["outlets"]) == (3, 2, ["Aldis Ledger", "Sarvane Wire"])
    assert (row["first"].day, row["last"].day) == (4, 5)
    assert row["why"] == "3 found; 1 without date"
    assert {"Ilan Corvo", "market"} <= set(row["terms"])
    assert "Corvo" in row["label"]
    without_text = describe_events(events, articles.drop_columns(["text"])).to_pylist()[0]
    assert (without_text["coherence"], without_text["terms"], without_text["label"]) == (None, [], row["label"])
    assert without_text["why"].endswith("no text read, so no coherence and terms")


def test_description_of_other_articles() -> None:
    articles = made(planted(2, 2))
    with pytest.raises(SelectionError, match="another corpus"):
        describe_events(found_in(articles), articles.slice(0, 1))
    with pytest.raises(FramingError, match="outlet_id"):
        describe_events(found_in(articles), articles.select(["article_id", "published"]))


EVENTS = pa.Table.from_pylist(
    [
        {"article_id": a, "event_id": e, "label": e.upper(), "why": "found: x"}
        for a, e in zip("abcdef", "xxxyyz", strict=True)
    ],
    schema=TABLES["events"],
)


def test_merge() -> None:
    merged = merge_events(EVENTS, ["y", "x"]).to_pylist()
    assert [row["event_id"] for row in merged] == ["y"] * 5 + ["z"]
    assert [row["label"] for row in merged] == ["Y"] * 5 + ["Z"]
    assert [row["why"] for row in merged] == ["by hand"] * 5 + ["found: x"]
    assert merge_events(EVENTS, ["y", "x"], "Both").column("label").to_pylist()[0] == "Both"
    assert EVENTS.column("event_id").to_pylist() == list("xxxyyz")  # the old table is untouched


def test_split() -> None:
    split = split_event(EVENTS, "x", ["c"]).to_pylist()
    assert split[2]["event_id"] not in "xyz"
    assert split[2]["label"] == "X (split off)"
    assert [row["why"] for row in split[:3]] == ["found: x", "found: x", "by hand"]
    assert split_event(EVENTS, "x", ["a", "b"], "Funeral").to_pylist()[0]["label"] == "Funeral"


def test_split_and_merge_give_the_event_back() -> None:
    split = split_event(EVENTS, "x", ["c"])
    again = merge_events(split, ["x", split.to_pylist()[2]["event_id"]])
    assert again.column("event_id").to_pylist() == EVENTS.column("event_id").to_pylist()


def test_rename() -> None:
    renamed = rename_event(EVENTS, "y", "Raid").to_pylist()
    assert [row["label"] for row in renamed] == ["X", "X", "X", "Raid", "Raid", "Z"]
    assert renamed[3]["why"] == "by hand"


@pytest.mark.parametrize(
    "edit",
    [
        lambda: merge_events(EVENTS, ["x"]),
        lambda: merge_events(EVENTS, ["x", "x"]),
        lambda: merge_events(EVENTS, ["x", "none"]),
        lambda: merge_events(EVENTS, ["x", "y"], " "),
        lambda: split_event(EVENTS, "x", []),
        lambda: split_event(EVENTS, "x", ["a", "b", "c"]),
        lambda: split_event(EVENTS, "x", ["d"]),
        lambda: split_event(EVENTS, "none", ["a"]),
        lambda: split_event(EVENTS, "x", ["a"], ""),
        lambda: rename_event(EVENTS, "none", "Raid"),
        lambda: rename_event(EVENTS, "x", ""),
    ],
)
def test_edits_that_cannot_be(edit: Any) -> None:
    with pytest.raises(SelectionError):
        edit()


@pytest.mark.data
def test_agreement_with_labelled_groups(data: Path) -> None:
    from tests.evaluation.events import SETS, agreement, read_set, table_of

    for name in SETS:
        rows, labelled = read_set(data, name)
        found = find_events(table_of(rows).to_batches)
        assert agreement(found, labelled, among_labelled=True).f1()[2] >= 0.7
