"""Files of single web pages: the article of each, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from framing.errors import InputError
from framing.ingest.decode import check_encoding, open_bytes, reading, shown
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.web_page import MOST_BYTES, NoArticleError, extract_page

#: What a page can say of its article; every reader of pages gives these.
PAGE_COLUMNS = ["outlet", "title", "text", "published", "url", "language", "section", "byline"]
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf|atom:feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)


def media_type(content_type: str | None) -> str:
    """The type a server gave, without its parameters; empty where it gave none.

    Example:
        >>> media_type("Text/HTML; charset=utf-8")
        'text/html'
    """
    return (content_type or "").partition(";")[0].strip().lower()


def is_page_type(content_type: str | None) -> bool:
    """Whether bytes of this type can be a page: HTML, or nobody said what."""
    return media_type(content_type) in ("", *_PAGE_TYPES)


def read_page(
    data: bytes,
    url: str | None = None,
    content_type: str | None = None,
    *,
    where: str | None = None,
    encoding: str | None = None,
) -> RawRow:
    """Which article does a fetched page hold?

    The outlet is the site's name as the page states it, else the domain of its address; `--map outlet=` leaves it
    out, so that the outlet the user names counts.

    Args:
        data: The page, with no encoding of the transfer on it.
        url: The address that answered; only http and https count.
        content_type: What the server said it is.
        where: What to call it in rejects; the address if not given.
        encoding: What the user says its bytes are in.

    Returns:
        A row with `PAGE_COLUMNS` as far as the page states them; without an article, a row whose `problem` says why.

    It never raises for what is in the bytes, and loads nothing.

    Example:
        >>> read_page(b"<html><body><p>Nothing found.</p></body></html>", "https://ledger.example/404").problem[0]
        'no article in the page'
    """
    address = url if url and url.startswith(("http://", "https://")) else None
    place = where or url or "page"
    if not is_page_type(content_type):
        return RawRow(place, {}, ("not a web page", media_type(content_type)[:100]))
    if _FEED.search(data[:2_000]) and b"<html" not in data[:2_000].lower():
        return RawRow(place, {}, ("not a web page", "a feed or site map"))
    declared = _CHARSET.search(content_type or "")
    try:
        page = extract_page(data, address, encoding=encoding, declared=declared[1] if declared else None)
    except NoArticleError as problem:
        return RawRow(place, {}, (problem.reason, problem.detail))
    return RawRow(place, {name: getattr(page, name) for name in PAGE_COLUMNS})


def read_html(path: Path, encoding: str | None) -> RawTable:
    """An HTML file as one article; its address is the one it states or was saved from."""
    check_encoding(encoding)
    with reading(path), open_bytes(path) as file:
        data = file.read(MOST_BYTES + 1)
    if not data.strip():
        raise InputError(f"{path.name!r} is empty", "a web page", "Download it again or leave it out.")

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        yield read_page(data, where=shown(path.name), encoding=encoding)

    return RawTable(list(PAGE_COLUMNS), rows, encoding or "")
