"""Copies: what counts as one and what does not, where they come from, and that nothing else makes a difference."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import InputError
from framing.grouping import CopyOptions, count_repeats, describe_copies, find_copies
from framing.grouping.copies import agency_credited, agency_named
from framing.grouping.wording import WordHashes, blanked, readable, shared_words, stretches, wording_of, words_of
from framing.schema import TABLES, check_table
from tests.evaluation.copies import KINDS, UNLIKE, by_find_copies, ordered, plant, read_set

WORDS = re.findall(
    r"\w+",
    "harbour council ferry night bridge market teacher winter glass paper engine mountain letter garden signal doctor "
    "island copper window village valley bread train river school summer forest stone orchard tower",
)
DAY = 86_400_000_000
MINUTE = 60_000_000


def text_of(seed: int, n: int = 120) -> str:
    """`n` words in sentences of twelve; texts of different seeds share no passage."""
    rng = random.Random(seed)
    words = [rng.choice(WORDS) for _ in range(n)]
    return " ".join(" ".join(words[i : i + 12]).capitalize() + "." for i in range(0, n, 12))


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    blank = {**dict.fromkeys(TABLES["articles"].names), "outlet_id": "Post"}
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=TABLES["articles"])


def found(rows: Sequence[dict[str, Any]], size: int = 3, **given: Any) -> list[dict[str, Any]]:
    table = table_of(rows)
    copies = find_copies(lambda: iter(table.to_batches(max_chunksize=size)), **given)
    check_table(copies, "copies")
    return copies.to_pylist()


def groups(rows: Sequence[dict[str, Any]], **given: Any) -> set[frozenset[str]]:
    members: dict[str, set[str]] = {}
    for row in found(rows, **given):
        members.setdefault(row["copy_group"], set()).add(row["article_id"])
    return set(map(frozenset, members.values()))


def article(article_id: str, text: str | None, outlet: str = "Post", **more: Any) -> dict[str, Any]:
    return {"article_id": article_id, "outlet_id": outlet, "text": text, **more}


def two(one: str, other: str, *, within: bool = False) -> bool:
    """Whether two texts are called copies."""
    return bool(groups([article("a", one), article("b", other, "Post" if within else "Ledger")]))


BASE = text_of(1)
SENTENCES = BASE.split(". ")
BACKGROUND = text_of(90, 60)
SAID = text_of(91, 144)
REPORT = (
    "The index of the exchange at Besk closed at {} points after a day of quiet trading in all of its branches, while {} "
    "shares rose and {} fell. The crown stood at {} to the dollar, and the exchange opens again tomorrow morning at nine."
)

COPIES = {
    "the same": (BASE, BASE),
    "case, marks and white space": (BASE, BASE.upper().replace(". ", " –\n\n\t")),
    "a fifth cut from the front": (BASE, " ".join(BASE.split()[24:])),
    "a fifth cut from the end": (BASE, " ".join(BASE.split()[:96])),
    "sentences in another order": (BASE, ". ".join(SENTENCES[::-1])),
    "agency line and credits": (f"BESK (Sarvane Wire) — {BASE}\n\n(Reporting by Ana Holt)", BASE),
    "a brief in a long article": (f"{text_of(2, 400)}\n{BASE}\n{text_of(3, 400)}", BASE),
    "entities and invisible characters": (BASE, BASE.replace(" ", "&nbsp;", 9).replace("council", "coun\u00adcil")),
    "without spaces between words": (
        "".join(map(chr, range(0x4E00, 0x4EA0))),
        "".join(map(chr, range(0x4E10, 0x4EA0))),
    ),
    "accents in two forms": (BASE.replace("e", "é"), BASE.replace("e", "e\u0301")),
}
UNLIKE_TEXTS = {
    "nothing in common": (BASE, text_of(2)),
    "nothing": ("", ""),
    "the same few words": ("The council met again today.", "The council met again today."),
    "one word again and again": ("ha " * 500, "ha " * 400),
    "words in another order": (BASE, " ".join(sorted(BASE.split()))),
    "one long quotation": (f"{text_of(4, 48)}\n“{SAID}”", f"{text_of(5, 48)}\n“{SAID}”"),
    "a quotation opened at each paragraph": (
        f"{text_of(4, 48)}\n“{SAID}\n“{BACKGROUND}”",
        f"{text_of(5, 48)}\n“{SAID}\n“{BACKGROUND}”",
    ),
    "a form filled in anew": (REPORT.format(4012, 81, 17, 1.31), REPORT.format(3977, 20, 66, 1.28)),
    "half of it old background": (f"{text_of(6, 70)} {BACKGROUND}", f"{text_of(7, 70)} {BACKGROUND}"),
    "two languages": ("The council met. " * 12, "Der Rat kam zusammen. " * 12),
}


@pytest.mark.parametrize("within", [False, True], ids=["across", "within"])
@pytest.mark.parametrize(("one", "other"), COPIES.values(), ids=list(COPIES))
def test_copies(one: str, other: str, within: bool) -> None:
    assert two(one, other, within=within)


@pytest.mark.parametrize("within", [False, True], ids=["across", "within"])
@pytest.mark.parametrize(("one", "other"), UNLIKE_TEXTS.values(), ids=list(UNLIKE_TEXTS))
def test_no_copies(one: str, other: str, within: bool) -> None:
    assert not two(one, other, within=within)


def test_an_outlet_s_own_background_needs_more_than_that_of_two_outlets() -> None:
    old = text_of(8, 140)
    one, other = f"{text_of(9, 60)} {old}", f"{text_of(10, 60)} {old}"
    assert two(one, other)
    assert not two(one, other, within=True)


@pytest.mark.xfail(strict=True, reason="a statement without quotation marks looks like a copy")
def test_a_statement_without_marks() -> None:
    assert not two(f"{text_of(4, 24)}\n{SAID}", f"{text_of(5, 24)}\n{SAID}")


@pytest.mark.xfail(strict=True, reason="a text with every fourth word of its half reworded is not found")
def test_a_short_text_partly_reworded() -> None:
    words = text_of(11, 60).split()
    words[8:36:4] = ["cellar"] * 7
    assert two(text_of(11, 60), " ".join(words))


def test_similarity_is_a_share_of_the_shorter_text() -> None:
    # 96 of 120 words are kept; 24 others stand before them.
    rows = found([article("a", BASE), article("b", f"{text_of(12, 24)} {' '.join(BASE.split()[24:])}", "Ledger")])
    assert sorted(row["similarity"] for row in rows) == [pytest.approx(0.8), 1.0]


def test_excluded_passages_are_not_compared() -> None:
    foot = text_of(13, 200)
    rows = [article("a", f"{text_of(14, 40)} {foot}"), article("b", f"{text_of(15, 40)} {foot}", "Ledger")]
    assert groups(rows) == {frozenset("ab")}
    spans = [
        {"article_id": r["article_id"], "part": "body", "start": len(r["text"]) - len(foot), "end": len(r["text"])}
        for r in rows
    ]
    excluded = pa.Table.from_pylist(
        [{**dict.fromkeys(TABLES["excluded"].names), **span} for span in spans], schema=TABLES["excluded"]
    )
    assert groups(rows, excluded=excluded) == set()
    # A passage of the title says nothing about the body.
    in_title = excluded.set_column(1, "part", pa.array(["title"] * 2))
    assert groups(rows, excluded=in_title) == {frozenset("ab")}


# --- corpora at the edge ----------------------------------------------------------------------------------------------


def test_no_article() -> None:
    assert found([]) == []


def test_one_article() -> None:
    assert found([article("a", BASE)]) == []


def test_headlines_only() -> None:
    assert (
        found([article(str(i), None, title="Council meets for the third time this week in Besk") for i in range(9)])
        == []
    )


def test_every_article_is_a_copy() -> None:
    rows = [article(f"{i:03}", BASE, f"Outlet {i % 7}") for i in range(300)]
    (group,) = groups(rows)
    assert len(group) == 300


def test_many_cut_copies_of_one_text_are_one_group() -> None:
    text = text_of(16, 300)
    parts = text.split(". ")
    rows = [article("whole", text)]
    for i in range(40):
        left = random.Random(i).sample(range(25), 5)
        rows.append(article(f"cut-{i}", ". ".join(p for j, p in enumerate(parts) if j not in left), f"Outlet {i}"))
    assert groups(rows) == {frozenset(r["article_id"] for r in rows)}


def test_a_round_up_does_not_join_what_it_holds() -> None:
    one, other = text_of(17, 150), text_of(18, 150)
    rows = [
        *(article(f"one-{i}", one, f"Outlet {i}") for i in range(3)),
        *(article(f"other-{i}", other, f"Outlet {i}") for i in range(3)),
        article("round-up", f"{one}\n\n{other}", "Weekly"),
    ]
    for group in groups(rows):
        assert len({article_id.partition("-")[0] for article_id in group - {"round-up"}}) == 1


def test_a_chain_of_updates_does_not_join_two_stories() -> None:
    whole = text_of(19, 600).split()
    rows = [article(str(i), " ".join(whole[i * 60 : i * 60 + 300]), f"Outlet {i}") for i in range(6)]
    assert not any({"0", "5"} <= group for group in groups(rows))


def test_a_missing_column_is_named() -> None:
    table = table_of([article("a", BASE)])
    with pytest.raises(InputError, match="byline"):
        find_copies(lambda: iter(table.drop_columns(["byline"]).to_batches()))
    with pytest.raises(InputError, match="outlet_id"):
        count_repeats(lambda: iter(table.drop_columns(["outlet_id"]).to_batches()))


@pytest.mark.parametrize(
    "values",
    [
        {"sequence": 1},
        {"sample": 0},
        {"passage": 4},
        {"shared": 0.1},
        {"shared_within": 1.1},
        {"fewest_words": 9},
        {"minutes_ahead": -1},
    ],
)
def test_options_out_of_range(values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(values))):
        CopyOptions(**values)


@pytest.mark.parametrize(
    ("values", "copied"),
    [
        ({}, True),
        ({"fewest_words": 200}, False),
        ({"shared": 0.9}, False),
        ({"passage": 100}, False),
        ({"sample": 1}, True),
        ({"sequence": 8}, True),
    ],
)
def test_each_option_does_something(values: dict[str, Any], copied: bool) -> None:
    rows = [article("a", BASE), article("b", f"{text_of(12, 24)} {' '.join(BASE.split()[24:])}", "Ledger")]
    assert bool(groups(rows, options=CopyOptions(**values))) == copied


def test_progress_counts_articles() -> None:
    seen: list[int] = []
    found([article(str(i), BASE) for i in range(8)], size=3, progress=seen.append)
    assert seen == [3, 6, 8]


# --- where it comes from ----------------------------------------------------------------------------------------------

ORIGINS = {
    "nothing known": ([{}, {}], None, "2 of 2 articles have no date"),
    "the first published": ([{"published": 2 * DAY + 90 * MINUTE}, {"published": 2 * DAY + MINUTE}], "1", "first published, 89"),
    "too close to tell": ([{"published": DAY + MINUTE}, {"published": DAY + 2 * MINUTE}], None, "within 1 minute"),
    "a date alone is any time of the day": ([{"published": DAY}, {"published": DAY + 600 * MINUTE}], None, "within 10 hours"),
    "a day later": ([{"published": DAY}, {"published": 2 * DAY}], "0", "first published, 24 hours"),
    "one has no date": ([{"published": DAY}, {}], None, "1 of 2 articles have no date"),
    "an agency credited that is an outlet here": (
        [{"agency": "Sarvane Wire", "published": DAY}, {"outlet_id": "Sarvane Wire", "published": 3 * DAY}],
        "1",
        "Sarvane Wire is credited in 1 of 2 articles and is an outlet here",
    ),
    "an agency credited that is not": ([{"agency": "Sarvane Wire", "published": DAY}, {"published": 3 * DAY}], None, "none of them"),
    "an agency in a byline": ([{"byline": "By Ana Holt and AFP"}, {"outlet_id": "AFP"}], "1", "AFP is credited in 1"),
    "an agency among the outlets": ([{"published": DAY}, {"outlet_id": "Reuters", "published": DAY}], "1", "Reuters is a news agency"),
    "an agency long after the others": (
        [{"published": DAY}, {"outlet_id": "Reuters", "published": 9 * DAY}],
        "0",
        "first published, 8 days",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("known", "origin", "why"), ORIGINS.values(), ids=list(ORIGINS))
def test_origin(known: list[dict[str, Any]], origin: str | None, why: str) -> None:
    rows = found([{**article(str(i), BASE, f"Outlet {i}"), **more} for i, more in enumerate(known)])
    assert {row["origin_id"] for row in rows} == {origin}
    assert all(why in row["why"] for row in rows)
    assert all(("; origin: " if origin else "; no origin: ") in row["why"] for row in rows)


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("the associated  press", "AP"),
        ("PA", "PA"),
        ("Iranian Students’ News Agency", "ISNA"),
        ("Aldis Ledger", None),
        (None, None),
    ],
)
def test_agencies_by_name(name: str | None, agency: str | None) -> None:
    assert agency_named(name) == agency


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("REUTERS/Ana Holt", "Reuters"),
        ("Ana Holt and AFP", "AFP"),
        ("AFP", "AFP"),
        ("ANA HOLT, ASSOCIATED PRESS", "AP"),
        ("Ana Ap, Snapper", None),
        ("BY SANA HOLT", None),
        ("Ana Holt, Pittsburgh, PA", None),
        (None, None),
    ],
)
def test_agencies_credited(byline: str | None, agency: str | None) -> None:
    assert agency_credited(byline) == agency


def test_label_names_who_it_comes_from() -> None:
    rows = [
        article("a", BASE, title="Ferry stops"),
        article("b", BASE, "Ledger", agency="Sarvane Wire", title="No ferry"),
    ]
    assert {row["label"] for row in found(rows)} == {"Sarvane Wire: Ferry stops"}


def test_described_groups() -> None:
    rows = [
        article("a", BASE, "Post", published=DAY),
        article("b", " ".join(BASE.split()[:96]), "Ledger", published=3 * DAY),
        article("c", f"{text_of(12, 24)} {' '.join(BASE.split()[24:])}", "Gazette", published=4 * DAY),
        article("d", text_of(20), "Post"),
        article("e", text_of(20), "Ledger"),
        article("f", text_of(21), "Ledger"),
    ]
    table = table_of(rows)
    copies = find_copies(lambda: iter(table.to_batches()))
    first, second = describe_copies(copies, table).to_pylist()
    assert (first["n"], first["n_outlets"], first["outlets"]) == (3, 3, ["Gazette", "Ledger", "Post"])
    assert (first["origin_id"], first["origin_outlet"]) == ("a", "Post")
    assert (first["low"], first["high"]) == (pytest.approx(0.8), 1.0)
    assert first["why"] == "origin: first published, 2 days before the next; no agency is credited"
    assert (second["n"], second["origin_id"], second["origin_outlet"]) == (2, None, None)


# --- sentences --------------------------------------------------------------------------------------------------------


def test_repeats_by_hand() -> None:
    said = [" ".join(WORDS[i : i + 8]) + "." for i in range(5)]
    rows = [
        article("a", f"{said[0]} {said[1]} {said[1]} Few words here.", "Post"),
        article("b", f"{said[0]}\n{said[2]}", "Post"),
        article("c", f"“{said[2].upper()}” {said[3]} {said[4]}", "Ledger"),
        article("d", None, "Gazette"),
    ]
    table = table_of(rows)
    counted = count_repeats(lambda: iter(table.to_batches(max_chunksize=1))).to_pylist()
    # Post has five sentences long enough: the first one in both its articles, the third one in Ledger's too; the second
    # one twice in a single article, which is no repeat.
    shown = [
        (r["outlet_id"], r["n_articles"], r["n_sentences"], r["n_repeated_within"], r["n_repeated_across"])
        for r in counted
    ]
    assert shown == [("Gazette", 1, 0, 0, 0), ("Ledger", 1, 3, 0, 1), ("Post", 2, 5, 2, 1)]
    assert [r["share"] for r in counted] == [None, pytest.approx(1 / 3), pytest.approx(3 / 5)]
    assert {r["n_copies_within"] for r in counted} == {None}


def test_repeats_count_copies() -> None:
    rows = [
        article("a", BASE, "Post"),
        article("b", BASE, "Post"),
        article("c", BASE, "Ledger"),
        article("d", text_of(2), "Post"),
    ]
    table = table_of(rows)

    def batches() -> Any:
        return iter(table.to_batches(max_chunksize=2))

    counted = count_repeats(batches, copies=find_copies(batches)).to_pylist()
    shown = [(r["outlet_id"], r["n_copies_within"], r["n_copies_across"]) for r in counted]
    assert shown == [("Ledger", 0, 1), ("Post", 2, 2)]
    assert [r["share"] for r in counted] == [1.0, pytest.approx(20 / 30)]


def test_repeats_of_nothing() -> None:
    assert count_repeats(lambda: iter(())).num_rows == 0
    assert count_repeats(lambda: iter(table_of([article("a", "")]).to_batches())).column("n_sentences").to_pylist() == [
        0
    ]


# --- properties -------------------------------------------------------------------------------------------------------

#: Small texts from a few building blocks, so that copies, parts of copies and trivial texts come up often.
BLOCKS = st.sampled_from(
    [*(text_of(30 + i, 48) for i in range(5)), "Ja. ", "نعم. ", "好 " * 40, "", "ha " * 60, "“", "\x00"]
)
TEXTS = st.one_of(st.none(), st.lists(BLOCKS, max_size=5).map("\n".join))
CORPORA = st.lists(
    st.tuples(TEXTS, st.sampled_from(["Post", "Ledger", "AFP"]), st.sampled_from([None, DAY, 3 * DAY])), max_size=8
)


def rows_of(corpus: list[tuple[str | None, str, int | None]]) -> list[dict[str, Any]]:
    return [article(str(i), text, outlet, published=time) for i, (text, outlet, time) in enumerate(corpus)]


def runs(text: str) -> set[tuple[str, ...]]:
    """Every ten words in a row."""
    words = words_of(readable(text))
    return {tuple(words[i : i + 10]) for i in range(len(words) - 9)}


@given(CORPORA, st.randoms(use_true_random=False), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_order_and_batches_make_no_difference(corpus: Any, rng: random.Random, size: int) -> None:
    rows = rows_of(corpus)
    other = rows.copy()
    rng.shuffle(other)
    assert found(rows) == found(other, size=size)


@given(CORPORA)
@settings(max_examples=60, deadline=None)
def test_what_holds_for_every_result(corpus: Any) -> None:
    rows = rows_of(corpus)
    texts = {row["article_id"]: row["text"] for row in rows}
    copies = found(rows)
    members = [row["article_id"] for row in copies]
    assert len(members) == len(set(members))
    for group in groups(rows):
        assert len(group) > 1
    for row in copies:
        assert len(words_of(texts[row["article_id"]])) >= CopyOptions().fewest_words
        assert 0 < row["similarity"] <= 1
        others = [r["article_id"] for r in copies if r["copy_group"] == row["copy_group"] and r is not row]
        assert any(runs(texts[row["article_id"]]) & runs(texts[other]) for other in others)
        same = {r["origin_id"] for r in copies if r["copy_group"] == row["copy_group"]}
        assert len(same) == 1
        assert row["origin_id"] is None or row["origin_id"] in members
    # Texts with the same words share a group, when they are long enough to be compared and no form of one word.
    for one in copies:
        for other in rows:
            if words_of(readable(other["text"] or "")) == words_of(readable(texts[one["article_id"]])):
                assert other["article_id"] in members


@given(st.lists(st.text(max_size=200), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_is_taken(texts: list[str]) -> None:
    found([article(str(i), text * 3) for i, text in enumerate(texts)])


@given(st.text(alphabet=st.sampled_from('abcdefg .“”"\n'), max_size=300))
def test_passages_against_a_plain_reading(text: str) -> None:
    hashes, other = WordHashes(), "a b c d e f g a b c d e f g"
    mine, theirs = words_of(text), words_of(other)
    shared = shared_words(wording_of(text, hashes, 3), wording_of(other, hashes, 3), 3, 4)
    known = {tuple(theirs[i : i + 3]) for i in range(len(theirs) - 2)}
    plain = [any(tuple(mine[j : j + 3]) in known for j in range(max(0, i - 2), i + 1)) for i in range(len(mine))]
    for i, covered in enumerate(plain):
        start, end = i, i
        while covered and start and plain[start - 1]:
            start -= 1
        while covered and end + 1 < len(plain) and plain[end + 1]:
            end += 1
        assert bool(shared[i]) == (covered and end - start + 1 >= 4)


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4))
def test_blanks_keep_every_place(text: str, spans: list[tuple[int, int]]) -> None:
    spans = [(min(s), min(max(s), len(text))) for s in spans if min(s) <= len(text)]
    out = blanked(text, spans)
    inside = {i for start, end in spans for i in range(start, end)}
    assert out == "".join(" " if i in inside else c for i, c in enumerate(text))


@given(st.text(max_size=200))
def test_stretches_hold_every_word(text: str) -> None:
    assert [word for stretch in stretches(text) for word in stretch] == words_of(text)


# --- real articles ----------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_planted_copies_in_real_articles(data: Path) -> None:
    kinds = {k: v for k, v in KINDS.items() if "reworded" not in k}
    corpus, planted, none = plant(read_set(data, "tehran_times_dev"), 12, random.Random(2), kinds, UNLIKE)
    pairs = by_find_copies(corpus)
    every = [p for pairs in planted.values() for p in pairs]
    assert sum(ordered(*p) in pairs for p in every) / len(every) >= 0.95
    source = {new: old for old, new in every}
    touching = [p for p in pairs if not set(source).isdisjoint(p)]
    assert sum(source.get(a, a) == source.get(b, b) for a, b in touching) / len(touching) >= 0.95
    assert not any(ordered(*p) in pairs for unlike in none.values() for p in unlike)
