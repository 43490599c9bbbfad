"""Pages and feeds: fetched once, kept whole, asked again on condition; interrupted runs go on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from framing.errors import InputError
from framing.fetch.client import FetchError
from framing.fetch.feeds import Feed, fetch_feeds, read_feed, read_feeds_file
from framing.fetch.pages import Page, fetch_pages
from framing.fetch.store import Store, list_pages
from tests.fetch.server import QUICK, Request, Site
from tests.fetch.test_client import PAGE, answered, says_more, stalls_at_once


def bodies(warc: Path) -> list[bytes]:
    with warc.open("rb") as file:
        return [r.content_stream().read() for r in ArchiveIterator(file) if r.rec_type == "response"]


def conditional(body: bytes, etag: str) -> Callable[[Request], None]:
    def act(request: Request) -> None:
        if request.headers.get("If-None-Match") == etag:
            request.send(b"", 304, {"ETag": etag})
        else:
            request.send(body, headers={"ETag": etag, "Content-Type": "text/html"})

    return act


def test_each_address_has_its_row(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/a": PAGE, "/b": answered(b"", 302, Location="/a"), "/c": answered(b"", 410), "/d": says_more}
    given = [f"{site.root}{p}" for p in ("/a", "/b", "/c", "/d", "/a#top")] + ["file:///etc/hosts", "no address"]
    seen: list[tuple[int, int | None]] = []
    done = fetch_pages(given, tmp_path / "k", replace(QUICK, tries=1), progress=lambda n, of: seen.append((n, of)))
    assert [(r["reason"], r["status"]) for r in done.rows] == [
        ("", 200),
        ("unchanged", 200),
        ("status 410", 410),
        ("broke off", None),
        ("repeated address", None),
        ("not http or https", None),
        ("not an address", None),
    ]
    assert [r["url"] for r in done.rows] == given
    assert seen[-1] == (7, 7)
    assert bodies(done.warc) == [PAGE]
    assert {p["url"] for p in list_pages(done.warc).values()} == {f"{site.root}/a"}


def test_a_page_is_fetched_once(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/a": PAGE, "/b": answered(b"", 503)}
    given = [f"{site.root}/a", f"{site.root}/b"]
    fetch_pages(given, tmp_path, QUICK)
    site.pages["/b"] = PAGE + b"b"
    site.asked.clear()
    done = fetch_pages(given, tmp_path, QUICK)
    assert [r["reason"] for r in done.rows] == ["fetched before", ""]
    assert site.paths() == ["/b"]


def test_refresh_asks_on_condition(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = conditional(PAGE, '"1"')
    fetch_pages([f"{site.root}/a"], tmp_path, QUICK)
    again = fetch_pages([f"{site.root}/a"], tmp_path, QUICK, refresh=True)
    assert [r["reason"] for r in again.rows] == ["unchanged"]
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    site.pages["/a"] = conditional(PAGE + b"new", '"2"')
    changed = fetch_pages([f"{site.root}/a"], tmp_path, QUICK, refresh=True)
    assert [r["reason"] for r in changed.rows] == [""]
    assert bodies(changed.warc) == [PAGE, PAGE + b"new"]
    assert fetch_pages([f"{site.root}/a"], tmp_path, QUICK, refresh=True).count("unchanged") == 1


def test_304_without_having_asked(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = answered(b"", 304)
    assert [r["reason"] for r in fetch_pages([f"{site.root}/a"], tmp_path, QUICK).rows] == ["status 304"]


def test_a_host_that_fails_is_given_up(site: Site, tmp_path: Path) -> None:
    given = [f"{site.root}/{n}" for n in range(8)]
    for number in range(8):
        site.pages[f"/{number}"] = says_more
    done = fetch_pages(given, tmp_path, replace(QUICK, tries=1))
    assert [r["reason"] for r in done.rows] == ["broke off"] * 5 + ["host given up"] * 3
    assert len(site.paths()) == 5


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_what_an_interrupted_run_left_is_cut_off(site: Site, tmp_path: Path, cut: int) -> None:
    site.pages |= {"/a": PAGE, "/b": PAGE + b"b"}
    done = fetch_pages([f"{site.root}/a"], tmp_path, QUICK)
    whole = done.warc.read_bytes()
    done.warc.write_bytes(whole + whole[:cut])
    journal = tmp_path / "pages.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"url": "http://led')
    again = fetch_pages([f"{site.root}/a", f"{site.root}/b"], tmp_path, QUICK)
    assert [r["reason"] for r in again.rows] == ["fetched before", ""]
    assert bodies(again.warc) == [PAGE, PAGE + b"b"]
    assert all(json.loads(line) for line in journal.read_text("utf-8").splitlines())


def test_damaged_and_shared_folders(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = PAGE
    done = fetch_pages([f"{site.root}/a"], tmp_path, QUICK)
    with Store(tmp_path, "pages"), pytest.raises(InputError, match="another process is writing"):
        fetch_pages([f"{site.root}/a"], tmp_path, QUICK)
    done.warc.write_bytes(done.warc.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"a damaged '.*pages\.warc\.gz'"):
        fetch_pages([f"{site.root}/a"], tmp_path, QUICK)


def test_a_page_is_stored_as_it_was_sent(site: Site, tmp_path: Path) -> None:
    body = bytes(range(256)) * 40
    site.pages["/a"] = answered(body, Content_Type="text/html; charset=windows-1251", X_Odd="\u00e9")
    done = fetch_pages([Page(f"{site.root}/a", outlet="Aldis Ledger")], tmp_path, QUICK)
    with done.warc.open("rb") as file:
        records = [(r.rec_type, r.content_stream().read(), r.http_headers) for r in ArchiveIterator(file)]
    kinds = [kind for kind, _, _ in records]
    assert kinds == ["warcinfo", "response"]
    assert records[1][1] == body
    assert records[1][2].get_header("Content-Type") == "text/html; charset=windows-1251"
    assert list_pages(done.warc)[f"{site.root}/a"]["outlet"] == "Aldis Ledger"


# ---- feeds ------------------------------------------------------------------------------------------------------------


def rss(*items: str, title: str = "Sarvane Wire") -> bytes:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>".encode()


def item(link: str, when: str = "Mon, 04 Mar 2024 10:00:00 GMT") -> str:
    return f"<item><title>A dam</title><link>{link}</link><pubDate>{when}</pubDate></item>"


ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title> Aldis
 Ledger </title><entry><title>x</title><link rel="alternate" href="/x"/><updated>2024-03-04T10:00:00Z</updated>
<published>2024-03-03T23:00:00+01:00</published></entry></feed>"""


def test_entries_of_feeds() -> None:
    title, pages = read_feed(rss(item("/a"), item("https://other.example/b", "soon")), "https://wire.example/f/rss")
    assert title == "Sarvane Wire"
    assert [(p.url, p.published) for p in pages] == [
        ("https://wire.example/a", "2024-03-04T10:00:00+00:00"),
        ("https://other.example/b", "soon"),
    ]
    title, pages = read_feed(ATOM, "https://ledger.example/feed")
    assert title == "Aldis Ledger"
    assert pages[0].url == "https://ledger.example/x"
    assert pages[0].published == "2024-03-03T22:00:00+00:00"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">'.encode() for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + b"]><rss version='2.0'><channel><title>&i;</title><item><link>/a</link></item></channel></rss>"
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>",
        b"\x00" * 100,
        b"{}",
    ],
)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        read_feed(body, "https://wire.example/")
    assert caught.value.reason == "not a feed"
    assert ("https://wire.example/rss" in caught.value.found) is (b"/rss" in body)


def test_an_entity_bomb_in_a_feed_stays_small() -> None:
    title, _ = read_feed(BOMB, "https://wire.example/")
    assert len(title or "") < 1_000


def test_a_second_run_fetches_what_is_new(site: Site, tmp_path: Path) -> None:
    site.pages |= {f"/{n}": PAGE + str(n).encode() for n in range(3)}
    site.pages["/rss"] = conditional(rss(item("/0"), item("/1")), '"1"')
    feeds = [Feed(f"{site.root}/rss", "Sarvane Wire", section="wire")]
    first = fetch_feeds(feeds, tmp_path, QUICK)
    assert [(r["entries"], r["reason"]) for r in first.feeds] == [(2, "")]
    assert first.pages.count("") == 2
    site.asked.clear()
    second = fetch_feeds(feeds, tmp_path, QUICK)
    assert [(r["entries"], r["reason"], r["status"]) for r in second.feeds] == [(2, "unchanged", 304)]
    assert site.paths() == ["/rss"]
    site.pages["/rss"] = conditional(rss(item("/1"), item("/2")), '"2"')
    site.asked.clear()
    third = fetch_feeds(feeds, tmp_path, QUICK)
    assert site.paths() == ["/rss", "/2"]
    assert [r["reason"] for r in third.pages.rows] == ["fetched before", ""]
    known = list_pages(third.pages.warc)[f"{site.root}/2"]
    assert (known["outlet"], known["section"], known["published"]) == (
        "Sarvane Wire",
        "wire",
        "2024-03-04T10:00:00+00:00",
    )


def test_pages_that_failed_are_tried_again_when_the_feed_is_unchanged(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/rss": conditional(rss(item("/0")), '"1"'), "/0": answered(b"", 500)}
    feeds = [Feed(f"{site.root}/rss", "Sarvane Wire")]
    assert fetch_feeds(feeds, tmp_path, QUICK).pages.failed
    site.pages["/0"] = PAGE
    again = fetch_feeds(feeds, tmp_path, QUICK)
    assert again.feeds[0]["reason"] == "unchanged"
    assert [r["reason"] for r in again.pages.rows] == [""]


def test_one_bad_feed_stops_nothing(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/rss": rss(item("/0")), "/0": PAGE, "/html": PAGE, "/slow": stalls_at_once}
    feeds = [f"{site.root}{p}" for p in ("/html", "/none", "/slow", "/rss")]
    done = fetch_feeds(feeds, tmp_path, replace(QUICK, tries=1))
    assert [r["reason"] for r in done.feeds] == ["not a feed", "status 404", "stalled", ""]
    assert [r["reason"] for r in done.pages.rows] == [""]
    assert done.feeds[3]["outlet"] == "Sarvane Wire"


def test_a_feed_that_lists_addresses_of_this_machine(site: Site, tmp_path: Path) -> None:
    _, pages = read_feed(rss(item("http://169.254.169.254/latest"), item("file:///etc/hosts")), "https://wire.example/")
    rows = fetch_pages(pages, tmp_path, QUICK).rows
    assert [r["reason"] for r in rows] == ["private address", "not http or https"]


FEEDS = '[[feed]]\noutlet = "Sarvane Wire"\naddress = "https://wire.example/rss"\nsection = "news"\n'


def test_a_feeds_file(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    assert read_feeds_file(tmp_path / "feeds.toml") == [Feed("https://wire.example/rss", "Sarvane Wire", "news")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "with nothing in it"),
        ("[[feed]\n", "cannot be read as TOML"),
        ("feeds = 1\n", "with feeds in it"),
        ("feed = 1\n", "with feed in it"),
        ("feed = [1]\n", "feed 1 of 'feeds.toml' with something else than text"),
        ('[[feed]]\noutlet = "A"\n', "with no address"),
        ('[[feed]]\naddress = "https://wire.example/"\n', "with no outlet"),
        (FEEDS + "langage = 'en'\n", "with an unknown 'langage'"),
        (FEEDS + "language = 1\n", "with something else than text"),
        (FEEDS + FEEDS, "of an earlier one"),
        (FEEDS.replace("https", "file"), "which is not of the web"),
        ("\x00", "cannot be read as TOML"),
    ],
)
def test_wrong_feeds_files(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_feeds_file(tmp_path / "feeds.toml")
    assert says in str(caught.value)


def test_a_feeds_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_feeds_file(tmp_path / "feeds.toml")


def test_a_stored_body_can_be_read_again(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = PAGE
    done = fetch_pages([f"{site.root}/a"], tmp_path, QUICK)
    with Store(tmp_path, "pages") as store:
        assert store.read(f"{site.root}/a") == PAGE
    assert next(iter(ArchiveIterator(io.BytesIO(done.warc.read_bytes())))).rec_type == "warcinfo"
