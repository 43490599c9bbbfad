"""RSS and Atom files: an entry is an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from framing.errors import InputError
from framing.ingest import read_articles
from framing.ingest.feed import read_feed
from framing.ingest.formats import find_format
from framing.ingest.raw import RawRow
from tests.ingest.mutations import ENTITY_BOMB, ENTITY_FILE, mutations
from tests.ingest.sample_pages import ATOM, RSS


def read(tmp_path: Path, data: str | bytes) -> list[RawRow]:
    (tmp_path / "a.xml").write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_feed(tmp_path / "a.xml", None).rows(set()))


def test_rss(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, RSS)
    assert first.values == {
        "outlet": "Aldis Ledger",
        "title": "Bridge & ferry stay",
        "text": "The bridge stays open.\nThe ferry too.",
        "published": "Mon, 28 Jun 2021 10:00:00 +0200",
        "url": "https://ledger.example/bridge",
        "language": "en-gb",
        "section": "Local",
        "byline": "Ilvar Tesk",
    }
    assert (second.values["title"], second.values["text"]) == ("Only a headline", None)
    assert third.values["text"] == "Two mills burnt."


def test_atom(tmp_path: Path) -> None:
    (row,) = read(tmp_path, ATOM)
    assert row.values == {
        "outlet": "Sarvane Wire",
        "title": "Le pont reste ouvert",
        "text": "Le pont reste ouvert.\nJusqu’en mai.",
        "published": "2021-06-29T08:30:00Z",
        "url": "https://wire.example/pont",
        "language": "fr",
        "section": None,
        "byline": "Ana Dole, Per Vik",
    }


@pytest.mark.parametrize("name", ["a.rss", "a.atom", "a.xml", "a.xml.gz"])
def test_corpus(name: str, tmp_path: Path) -> None:
    import gzip

    (tmp_path / name).write_bytes(gzip.compress(RSS.encode()) if name.endswith("gz") else RSS.encode())
    assert find_format(tmp_path / name) == "feed"
    corpus = read_articles(tmp_path / name)
    assert corpus.n_articles == 3
    assert corpus.rejects.num_rows == 0


CHANGES = [
    ("<title>Aldis Ledger</title>", "", "outlet", "ledger.example"),
    ("Mon, 28 Jun 2021 10:00:00 +0200", "28 Juin 2021, midi", "published", "28 Juin 2021, midi"),
    ("<pubDate>Mon, 28 Jun 2021 10:00:00 +0200</pubDate>", "<dc:date>2021-06-28</dc:date>", "published", "2021-06-28"),
    ("<category>Local</category>", "<category>Local</category><category>Rivers</category>", "section", "Local, Rivers"),
    ("Bridge &amp; ferry stay", "5 &lt; 6 ferries", "title", "5 < 6 ferries"),
]


@pytest.mark.parametrize(("old", "new", "field", "expected"), CHANGES)
def test_fields(old: str, new: str, field: str, expected: str, tmp_path: Path) -> None:
    assert old in RSS
    assert read(tmp_path, RSS.replace(old, new))[0].values[field] == expected


def test_a_cut_feed_says_so(tmp_path: Path) -> None:
    rows = read(tmp_path, RSS[: RSS.index("burnt")])
    assert [row.problem and row.problem[0] for row in rows] == [None, None, "cut off"]
    rows = read(tmp_path, RSS[: RSS.index("</channel>")])
    assert [row.problem and row.problem[0] for row in rows] == [None, None, None, "damaged XML"]


@pytest.mark.parametrize("data", ["", "<html><body>x</body></html>", "words", "<?xml version='1.0'?><other/>"])
def test_no_feed(data: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no feed"):
        read(tmp_path, data)


def test_an_encoding_that_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read as a feed"):
        read(tmp_path, RSS.encode().replace(b"UTF-8", b"U\xd7F-8"))


def test_a_feed_without_entries(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_text("<rss version='2.0'><channel><title>A</title></channel></rss>", encoding="utf-8")
    with pytest.raises(InputError, match="no rows"):
        read_articles(tmp_path / "a.rss")


@pytest.mark.parametrize(("declared", "used"), [(ENTITY_BOMB, "&a9;"), (ENTITY_FILE, "&f;")])
def test_entities(declared: bytes, used: str, tmp_path: Path) -> None:
    start, end = RSS.split("\n", 1)
    rows = read(tmp_path, f"{start}\n{declared.decode()}{end.replace('Two mills', used)}")
    host = Path("/etc/hostname")
    name = host.read_text(encoding="utf-8").strip() if host.exists() else "\0"
    assert sum(len(str(row.values)) for row in rows) < 10_000
    assert not any(name in str(row.values) for row in rows)


@pytest.mark.parametrize("hostile", ["<a>" * 200_000, "<item></item>" * 50_000, "<" * 300_000, "x" * 6_000_000])
def test_too_large(hostile: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too large for a feed"):
        read(tmp_path, RSS.replace("Two mills", hostile))


@pytest.mark.parametrize("feed", [RSS, ATOM], ids=["rss", "atom"])
@pytest.mark.parametrize("seed", range(2))
def test_damaged_feeds(feed: str, seed: int, tmp_path: Path) -> None:
    for data in mutations(feed.encode(), 20, seed):
        try:
            rows = read(tmp_path, data)
        except InputError:
            continue
        assert all((row.problem is None) == bool(row.values) for row in rows)
