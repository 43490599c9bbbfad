"""What is not the article: marks with their examples, repetition, and what must stay; the text never changes."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import read_corpus
from framing.errors import InputError
from framing.ingest import ingest_files, read_articles
from framing.ingest.exclude import Mark, find_excluded, find_marked, read_marks
from framing.language import AnnotateOptions
from framing.schema import check_table
from framing.study import annotate
from tests.conftest import read_cases

MARKS = read_marks().marks
OPEN, CLOSE = "⟦", "⟧"
# A paragraph that shows no mark, so that a line stands between others.
PROSE = (
    "The council of Aldis met for nine hours and went home without a vote on the two cranes it has wanted for years."
)


def unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its brackets, and where they stood."""
    text, spans, start = "", [], 0
    for piece in re.split(f"([{OPEN}{CLOSE}])", marked):
        if piece == OPEN:
            start = len(text)
        elif piece == CLOSE:
            spans.append((start, len(text)))
        else:
            text += piece
    return text, spans


def bare(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end].strip() for start, end in spans]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_a_mark_finds_its_example_and_nothing_beside_it(mark: Mark) -> None:
    text, spans = unmarked(mark.example)
    title, body = (text, None) if mark.place == "title" else (None, text)
    found = find_marked(title, body)
    assert [text[p.start : p.end] for p in found] == bare(text, spans)
    assert {p.reason for p in found} == {mark.reason}


@pytest.mark.parametrize("text", [text for mark in MARKS for text in mark.stays])
def test_what_looks_like_a_mark_stays(text: str) -> None:
    assert find_marked(None, f"{text}\n\n{PROSE}") == []
    assert find_marked(None, f"{PROSE}\n\n{text}\n\n{PROSE}") == []


@pytest.mark.parametrize("case", read_cases("excluded"))
def test_excluded(case: dict[str, str]) -> None:
    text, spans = unmarked(case["text"])
    found = find_marked(case.get("title"), text)
    assert [text[p.start : p.end] for p in found if p.part == "body"] == bare(text, spans)
    if "reason" in case:
        assert {p.reason for p in found} == {case["reason"]}


def test_every_mark_is_reached_by_a_hint_and_every_name_is_one_of_a_kind() -> None:
    assert all(mark.hints or mark.capitals for mark in MARKS)
    assert max(Counter(mark.name for mark in MARKS).values()) == 1


@pytest.mark.parametrize(
    "content",
    ["page_words = []", 'page_words = []\n[[mark]]\nname = "a"', "not toml"],
)
def test_a_file_of_marks_that_is_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "marks.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="no mark"):
        read_marks(path)


# ---- repetition -------------------------------------------------------------------------------------------------------

NOUNS = ["quay", "crane", "ferry", "captain", "harbour", "winter", "council", "storm", "ship", "mole", "pilot", "tide"]


def prose(seed: int, n: int = 6) -> list[str]:
    """Paragraphs that no other seed has."""
    pick = random.Random(seed)
    return [
        f"The {pick.choice(NOUNS)} of {pick.choice(NOUNS)} number {pick.randrange(10**9)} was seen by the {pick.choice(NOUNS)} on a {pick.choice(NOUNS)} day."
        for _ in range(n)
    ]


def articles(texts: list[str], outlet: str = "Aldis Ledger", title: str | None = None) -> pa.RecordBatch:
    n = len(texts)
    return pa.RecordBatch.from_pydict(
        {
            "article_id": [f"{outlet}-{i}" for i in range(n)],
            "outlet_id": [outlet] * n,
            "title": pa.array([title] * n, pa.string()),
            "text": texts,
        }
    )


def found_in(batch: pa.RecordBatch) -> list[str]:
    """The passages found, as characters."""
    table = find_excluded(lambda: iter([batch]))
    check_table(table, "excluded")
    rows = {row["article_id"]: row for row in batch.to_pylist()}
    names = {"title": "title", "body": "text"}
    return [rows[r["article_id"]][names[r["part"]]][r["start"] : r["end"]] for r in table.to_pylist()]


@pytest.mark.parametrize(
    "footer",
    [
        "Aldis Ledger is a daily of the harbour people, printed since 1901.",
        "Reach our newsroom at the website of the harbour people.",
        "LEDGER / HARBOUR",
    ],
)
def test_a_footer_on_a_line_of_its_own(footer: str) -> None:
    batch = articles(["\n\n".join([*prose(i), footer]) for i in range(30)])
    assert found_in(batch) == [footer] * 30


def test_a_header_with_an_address_that_varies() -> None:
    texts = ["\n".join([f"Share this page: https://ledger.example/{i * 7919}", *prose(i)]) for i in range(30)]
    assert len(found_in(articles(texts))) == 30


def test_a_footer_glued_to_the_last_sentence() -> None:
    footer = "Follow all of our coverage on the website of the Ledger"
    texts = [" ".join([*prose(i), footer]) for i in range(40)]
    assert found_in(articles(texts)) == [footer] * 40


@pytest.mark.parametrize("sep", ["\n\n", " "])
@pytest.mark.parametrize("where", ["head", "middle", "tail"])
def test_a_background_sentence_stays_however_often_it_recurs(sep: str, where: str) -> None:
    sentence = "More than 200 people have been killed in the harbour war since 2011, the ministry says."
    texts = []
    for i in range(40):
        pieces = prose(i)
        pieces.insert({"head": 0, "middle": 3, "tail": 6}[where], sentence)
        texts.append(sep.join(pieces))
    assert found_in(articles(texts)) == []


def test_few_articles_show_no_footer_but_by_what_it_says() -> None:
    batch = articles(["\n\n".join([*prose(i), "LEDGER / HARBOUR"]) for i in range(4)])
    assert found_in(batch) == []


def test_copies_of_one_article_do_not_make_its_lines_footers() -> None:
    text = "\n\n".join([*prose(1), "LEDGER / HARBOUR"])
    assert found_in(articles([text] * 40)) == []
    changed = ["\n\n".join([f"Version {i} of the text.", *prose(1), "LEDGER / HARBOUR"]) for i in range(40)]
    assert found_in(articles(changed)) == []


def test_an_outlets_footer_is_none_of_anothers() -> None:
    footer = "LEDGER / HARBOUR"
    ledger = articles(["\n\n".join([*prose(i), footer]) for i in range(30)])
    wire = articles(["\n\n".join([*prose(100), footer])], "Sarvane Wire")
    table = find_excluded(lambda: iter([ledger, wire]))
    assert not [row for row in table.to_pylist() if row["article_id"].startswith("Sarvane")]


def test_the_outlet_behind_the_headline() -> None:
    batch = articles(["\n\n".join(prose(i)) for i in range(30)], title="The quay is closed :: The Ledger")
    assert found_in(batch) == [":: The Ledger"] * 30


def test_no_article_gives_an_empty_table() -> None:
    assert find_excluded(lambda: iter(())).num_rows == 0


# ---- properties -------------------------------------------------------------------------------------------------------

PIECES = [unmarked(mark.example)[0] for mark in MARKS] + [text for mark in MARKS for text in mark.stays] + [PROSE]
TEXT = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(["\n", "\n\n", " ", "\r\n", "\u2028", "\xa0", "(", "😀"]),
    ),
    max_size=10,
).map("".join)


@given(TEXT, st.none() | TEXT)
@settings(max_examples=150, deadline=None)
def test_passages_lie_inside_apart_and_bare(text: str, title: str | None) -> None:
    found = find_marked(title, text)
    for part, whole in (("title", title or ""), ("body", text)):
        mine = [p for p in found if p.part == part]
        assert all(0 <= p.start < p.end <= len(whole) for p in mine)
        assert all(a.end <= b.start for a, b in itertools.pairwise(mine))
        assert all(whole[p.start : p.end].strip() == whole[p.start : p.end] for p in mine)


@given(st.lists(TEXT, min_size=1, max_size=8), st.randoms(use_true_random=False), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_the_same_in_every_order_and_batch(texts: list[str], chance: random.Random, size: int) -> None:
    texts = [*texts, *("\n".join([*prose(i), "LEDGER / HARBOUR"]) for i in range(22)), *texts[:2]]
    rows = articles(texts, title="The quay is closed").to_pylist()
    shuffled = chance.sample(rows, len(rows))
    results = []
    for given_rows in (rows, shuffled):
        table = pa.Table.from_pylist(given_rows)
        found = find_excluded(lambda table=table: iter(table.to_batches(max_chunksize=size)))  # type: ignore[misc]
        results.append(sorted(map(str, found.to_pylist())))
    assert results[0] == results[1]


def test_a_line_of_a_megabyte_is_read_in_passing() -> None:
    line = "By Ana Tor (AP) Photo: Share this MORE JUST WATCHED Sign up for our newsletter " * 12_000
    assert all(p.end <= len(line) for p in find_marked("The quay is closed", line))


# ---- at ingest --------------------------------------------------------------------------------------------------------


def test_ingest_marks_what_it_found_and_keeps_the_text(tmp_path: Path) -> None:
    text = "The massacre ended.\n\nSEE ALSO: A massacre at the quay\n\nTen were killed."
    source = tmp_path / "a.csv"
    source.write_text(f'id,outlet,title,text\n1,Post,Quay,"{text}"\n', encoding="utf-8")
    corpus = ingest_files([source], tmp_path / "corpus")
    assert corpus.article("1")["text"] == text
    assert corpus.manifest.excluded_by_reason == {"related links": 1}
    (row,) = corpus.excluded.to_pylist()
    assert text[row["start"] : row["end"]] == "SEE ALSO: A massacre at the quay"
    corpus.verify()
    assert read_articles(source).digest == corpus.digest == read_corpus(tmp_path / "corpus").digest
    options = AnnotateOptions(tone="none")
    counted = annotate(corpus, options=options).mentions.column("surface").to_pylist()
    everything = annotate(read_articles(source, exclude="none"), options=options).mentions.column("surface").to_pylist()
    assert counted.count("massacre") == 1
    assert everything.count("massacre") == 2


def test_nothing_is_marked_where_nothing_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,outlet,text\n1,Post,Advertisement\n", encoding="utf-8")
    corpus = ingest_files([source], tmp_path / "corpus", exclude="none")
    assert corpus.manifest.excluded_by_reason is None
    assert corpus.excluded.num_rows == 0
    with pytest.raises(InputError, match="found or none"):
        read_articles(source, exclude="all")
