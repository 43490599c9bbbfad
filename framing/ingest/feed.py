"""RSS and Atom files: an entry is an article, with the text that the feed gives of it."""

from __future__ import annotations

import io
import re
import xml.sax
from calendar import timegm
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.ingest.dates import read_date
from framing.ingest.decode import check_encoding, open_bytes, reading, shown
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.web import PAGE_COLUMNS
from framing.ingest.web_facts import domain_of
from framing.ingest.web_page import NoArticleError, text_of_html

#: A larger feed is an archive; parsing a damaged one costs more than linearly.
MOST_BYTES = 5_000_000
#: More of these than any feed of five million bytes was seen to have; parsing as many takes up to four seconds.
_MOST_TAGS, _MOST_ENTRIES = 100_000, 10_000
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_BEGIN = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s{0,9}>", re.IGNORECASE)


def is_feed(head: bytes) -> bool:
    """Whether a file's first bytes are those of an RSS or Atom feed.

    Example:
        >>> is_feed(b'<?xml version="1.0"?><rss version="2.0">')
        True
    """
    return _ROOT.search(head[:4_096].replace(b"\x00", b"")) is not None


def read_feed(path: Path, encoding: str | None) -> RawTable:
    """What articles does a feed file hold?

    Many feeds give a teaser and not the article; the text is then the teaser, and its counts are of a few lines. Where
    an entry has both, the longer one is taken. The outlet is the entry's source, else the feed's title, else its domain.

    Raises:
        InputError: It is no feed, or too large for one.
    """
    check_encoding(encoding)
    with reading(path), open_bytes(path) as file:
        data = file.read(MOST_BYTES + 1)
    n_tags, n_entries = data.count(b"<"), sum(1 for _ in _BEGIN.finditer(data))
    if len(data) > MOST_BYTES or n_tags > _MOST_TAGS or n_entries > _MOST_ENTRIES:
        raise InputError(
            f"{path.name!r}, which is too large for a feed ({n_tags:,} tags, {n_entries:,} entries)",
            f"at most {MOST_BYTES:,} bytes, {_MOST_TAGS:,} tags and {_MOST_ENTRIES:,} entries",
            "Cut it into several files.",
        )
    try:
        feed = _parse(data, encoding)
    except Exception as problem:  # what its parsers make of damaged bytes
        raise InputError(
            f"{path.name!r} cannot be read as a feed ({type(problem).__name__})", "RSS or Atom", "Download it again."
        ) from problem
    if not feed.entries and not feed.get("version"):
        raise InputError(f"{path.name!r} is no feed", "RSS or Atom", "Check the file, or give its kind with --format.")

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        name, cut = shown(path.name), _ends_inside_entry(data)
        for number, entry in enumerate(feed.entries, start=1):
            where = f"{name}, entry {number}"
            if cut and number == len(feed.entries):
                yield RawRow(where, {}, ("cut off", "the file ends inside this entry"))
                continue
            try:
                yield RawRow(where, _values(entry, feed.feed))
            except NoArticleError as problem:
                yield RawRow(where, {}, (problem.reason, problem.detail))
        if isinstance(feed.get("bozo_exception"), xml.sax.SAXException) and not cut:
            # Its parser went on as well as it could, which may have cost an entry.
            yield RawRow(name, {}, ("damaged XML", " ".join(str(feed.bozo_exception).split())))

    return RawTable(list(PAGE_COLUMNS), rows, encoding or "", headlines=True)


def _parse(data: bytes, encoding: str | None) -> Any:
    import feedparser

    headers = {"content-type": f"application/xml; charset={encoding}"} if encoding else None
    # As a stream, since it takes text for an address or a file's name.
    return feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _ends_inside_entry(data: bytes) -> bool:
    """Whether the last entry that begins has no end."""
    last = max((m.start() for m in _BEGIN.finditer(data)), default=-1)
    return max((m.start() for m in _END.finditer(data)), default=-1) < last


def _values(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, str | None]:
    texts = [_plain_text(part) for part in (*entry.get("content", ()), entry.get("summary_detail") or {})]
    url = entry.get("feedburner_origlink") or entry.get("link")
    source = entry.get("source") or {}
    return {
        "outlet": source.get("title")
        or _plain_text(feed.get("title_detail") or {})
        or domain_of(url or feed.get("link")),
        "title": _plain_text(entry.get("title_detail") or {}),
        "text": max((t for t in texts if t), key=len, default=None),
        "published": _published(entry),
        "url": url,
        "language": (entry.get("title_detail") or {}).get("language") or feed.get("language"),
        "section": ", ".join(dict.fromkeys(t["term"] for t in entry.get("tags", ()) if t.get("term"))) or None,
        "byline": ", ".join(dict.fromkeys(a["name"] for a in entry.get("authors", ()) if a.get("name"))) or None,
    }


def _plain_text(part: Mapping[str, Any]) -> str | None:
    value = part.get("value")
    if not value or "html" not in (part.get("type") or ""):
        return value or None
    return text_of_html(value) or None


def _published(entry: Mapping[str, Any]) -> str | None:
    """As written; as feedparser understood it where that says more to us than the words."""
    for name in ("published", "updated"):
        written, parsed = entry.get(name), entry.get(f"{name}_parsed")
        if written and parsed and read_date(written) is None:
            return datetime.fromtimestamp(timegm(parsed), UTC).isoformat()
        if written:
            return str(written)
    return None
