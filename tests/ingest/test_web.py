"""HTML files: the article, what the page says of it, and pages without one."""

from __future__ import annotations

import gzip
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, read_articles
from framing.ingest.raw import RawRow
from framing.ingest.web import read_html, read_page
from framing.ingest.web_page import decode_page, extract_page, text_of_html
from tests.ingest.mutations import mutations
from tests.ingest.sample_pages import STORY, news_page

URL = "https://ledger.example/n/bridge"


def ld(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def read(page: str | bytes, url: str | None = URL, content_type: str | None = "text/html") -> RawRow:
    return read_page(page.encode() if isinstance(page, str) else page, url, content_type)


def test_the_story_and_nothing_else() -> None:
    row = read(news_page())
    assert row.problem is None
    assert row.values["text"] == "\n".join(STORY)
    assert row.values["title"] == "Bridge stays open"
    assert row.values["language"] == "en"
    assert row.values["url"] == URL
    assert row.values["outlet"] == "ledger.example"


FACTS: list[tuple[str, str, str | None]] = [
    ('<meta property="og:site_name" content="Aldis Ledger">', "outlet", "Aldis Ledger"),
    (ld(publisher={"@type": "Organization", "name": "Aldis Ledger"}), "outlet", "Aldis Ledger"),
    ('<meta property="og:site_name" content="null">', "outlet", "ledger.example"),
    ('<meta name="author" content="Ilvar Tesk">', "byline", "Ilvar Tesk"),
    ('<meta property="article:author" content="https://social.example/ilvar">', "byline", None),
    (ld(author=[{"name": "Ilvar Tesk"}, {"name": "Ana Dole"}]), "byline", "Ilvar Tesk, Ana Dole"),
    ('<meta property="article:published_time" content="2021-06-28T10:00:00Z">', "published", "2021-06-28T10:00:00Z"),
    (ld(datePublished="2021-06-28"), "published", "2021-06-28"),
    (ld(datePublished="0001-01-01T00:00:00Z"), "published", None),
    ("<h1>Aldis Ledger</h1>", "title", "Bridge stays open"),
    ("", "published", None),
    ('<meta property="article:section" content="Opinion">', "section", "Opinion"),
    (ld(articleSection=["World", "Rivers"]), "section", "World, Rivers"),
    (ld(headline="Bridge to stay open, says council \ud83d"), "title", "Bridge stays open"),
    ('<meta property="og:title" content="You will not believe this">', "title", "You will not believe this"),
    ('<link rel="canonical" href="https://www.ledger.example/bridge">', "url", "https://www.ledger.example/bridge"),
    ('<link rel="canonical" href="https://elsewhere.example/bridge">', "url", URL),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": </script>', "byline", None),
]


@pytest.mark.parametrize(("head", "field", "expected"), FACTS)
def test_facts(head: str, field: str, expected: str | None) -> None:
    assert read(news_page(head=head)).values[field] == expected


NO_ARTICLE = [
    ("<html><body><p>Not found.</p></body></html>", "text/html", "no article in the page"),
    ("", "text/html", "no article in the page"),
    ("plain words, no page at all", "text/html", "no article in the page"),
    ("http://127.0.0.1:9/a", None, "no article in the page"),
    ("<html><body>" + "<a href='/'>Story of the day</a>" * 50 + "</body></html>", None, "no article in the page"),
    (news_page(), "application/pdf", "not a web page"),
    ('<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', None, "not a web page"),
    ("<html><body>" + "<div>" * 5_000 + STORY[0] + "</body></html>", None, "page nested too deep"),
    ("<html><body>" + "<b>x</b>" * 120_000 + "</body></html>", None, "page too large"),
    ("<p>" + "x" * 10_000_001, None, "page too large"),
]


@pytest.mark.parametrize(("page", "content_type", "reason"), NO_ARTICLE)
def test_no_article(page: str, content_type: str | None, reason: str) -> None:
    row = read(page, content_type=content_type)
    assert row.problem is not None
    assert row.problem[0] == reason
    assert not row.values


ENCODINGS = [
    ("Où est l’été ?".encode("cp1252"), None, None, "Où est l’été ?"),
    ("Où est l’été ?".encode(), None, None, "Où est l’été ?"),
    ("<meta charset=gb2312>桥".encode("gb18030"), None, None, "<meta charset=gb2312>桥"),
    ("Мост".encode("koi8-r"), "koi8-r", None, "Мост"),
    ("Мост".encode("utf-16"), None, None, "Мост"),
    ("Où".encode("latin-1"), None, "latin-1", "Où"),
    ("Où".encode(), "no-such-thing", None, "Où"),
]


@pytest.mark.parametrize(("data", "declared", "encoding", "expected"), ENCODINGS)
def test_encodings(data: bytes, declared: str | None, encoding: str | None, expected: str) -> None:
    assert decode_page(data, encoding, declared) == expected


def test_wrong_encodings_are_rejects() -> None:
    row = read_page(news_page("é" * 5).encode("cp1252"), encoding="utf-8")
    assert row.problem is not None
    assert row.problem[0] == "not UTF-8"
    assert "0xe9" in row.problem[1]
    binary = bytes(range(256)) * 40
    assert read_page(binary).problem == ("not text", "NUL bytes")


def test_a_page_cut_by_advertisements_is_whole() -> None:
    boxes = "<div class='ad'>Buy</div>".join(f'<div class="story-part"><p>{p}</p><p>{p[::-1]}</p></div>' for p in STORY)
    page = f"<html><body><article><h1>Bridge</h1>{boxes}</article></body></html>"
    text = extract_page(page).text
    assert all(p in text for p in STORY)
    assert "Buy" not in text


def test_a_fragment() -> None:
    assert text_of_html("One <i>line</i>.<br>Two.<style>p{}</style>") == "One line.\nTwo."
    assert text_of_html("") == ""


def test_nothing_touches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> None:
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    outside = '<link rel="stylesheet" href="http://a.example/a.css"><base href="http://a.example/">'
    page = news_page(head=outside).replace("<main>", '<iframe src="http://a.example/"></iframe><main>')
    entity = '<!DOCTYPE html [<!ENTITY f SYSTEM "http://a.example/f">]>' + page.replace("Engineers", "&f;")
    for text in (page, entity, "http://127.0.0.1:9/page", "https://a.example/"):
        read(text)


def test_a_folder(tmp_path: Path) -> None:
    outlet = tmp_path / "in" / "Sarvane Wire"
    outlet.mkdir(parents=True)
    (outlet / "a.html").write_text(news_page("A mill burnt"), encoding="utf-8")
    (outlet / "b.htm").write_bytes(b"<html><body>404</body></html>")
    (outlet / "empty.html").write_bytes(b"")
    (tmp_path / "in" / "c.html.gz").write_bytes(
        gzip.compress(news_page("A dam", head='<meta property="og:site_name" content="Aldis Ledger">').encode())
    )
    corpus = read_articles(tmp_path / "in")
    # The folder names the outlet of a page that does not.
    assert corpus.outlets.column("outlet_id").to_pylist() == ["Aldis Ledger", "Sarvane Wire"]
    assert corpus.manifest.rejects_by_reason == {"no article in the page": 1, "unreadable": 1}
    named = read_articles(tmp_path / "in", options=IngestOptions(columns={"outlet": ""}, outlet="Both"))
    assert named.outlets.column("outlet_id").to_pylist() == ["Both"]


def test_alone_and_empty(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b" \n")
    with pytest.raises(InputError, match=r"'a.html' is empty"):
        read_articles(tmp_path / "a.html")


@pytest.mark.parametrize("seed", range(4))
def test_damaged_pages(seed: int, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    for damaged in mutations(news_page(head=ld(headline="Bridge", author="A")).encode(), 10, seed):
        file.write_bytes(damaged)
        try:
            (row,) = read_html(file, None).rows(set())
        except InputError:
            continue
        assert (row.problem is None) == bool(row.values)
