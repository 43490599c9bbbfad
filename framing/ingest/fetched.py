"""Pages that were fetched, as raw rows: the list says which, the WARC beside it holds them."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator
from email.message import Message
from pathlib import Path
from typing import IO, Any

from framing.ingest.decode import open_text, reading
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.web_page import NoArticleError, extract_page

#: What the list may know better than the page.
_KNOWN = ("outlet", "published", "event", "section", "language")
_COLUMNS = ["outlet", "title", "text", "published", "url", "language", "section", "byline", "event"]
#: Bytes of one record, packed, and of one page.
_MOST_BYTES = 100_000_000
_LONGEST_LINE = 1_000_000
_PAGES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "")


def read_fetched(path: Path, encoding: str | None) -> RawTable:
    """The pages of a list, `NAME.list`, out of `NAME.warc.gz` beside it.

    A line of the list is a JSON object: a page with `url`, `offset` and `length` of its record and what is known of it, or one
    that was not fetched with `url`, `reason` and `detail`, which is a reject. A reader would get wrong: what the list knows
    (the outlet of a feed, its date) wins over what the page says.

    Args:
        path: The list.
        encoding: Encoding of the pages, where the user knows better than servers and pages.
    """

    def rows(_: Collection[str]) -> Iterator[RawRow]:
        warc = path.with_suffix(".warc.gz")
        with open_text(path, "utf-8") as lines, reading(warc), warc.open("rb") as records:
            number = 0
            while line := lines.readline(_LONGEST_LINE):
                number += 1
                yield _row(line, f"{path.name}, line {number}", records, encoding)

    return RawTable(_COLUMNS, rows)


def _row(line: str, where: str, records: IO[bytes], encoding: str | None) -> RawRow:
    try:
        entry = json.loads(line)
        url = str(entry["url"])
        if "reason" in entry:
            return RawRow(url, {}, (str(entry["reason"]), str(entry.get("detail", ""))))
        offset, length = int(entry["offset"]), int(entry["length"])
        if not (0 <= offset < 1 << 62 and 0 < length <= _MOST_BYTES):
            raise ValueError(f"offset {offset}, length {length}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return RawRow(where, {}, ("no line of fetched pages", f"{type(problem).__name__}: {problem}"))
    try:
        body, kind = _read_record(records, offset, length)
    except Exception as problem:
        return RawRow(url, {}, ("damaged record", f"{type(problem).__name__}: {problem}"))
    if kind.get_content_type() not in _PAGES and "Content-Type" in kind:
        return RawRow(url, {}, ("no web page", kind.get_content_type()[:80]))
    charset = kind.get_param("charset")
    try:
        page = extract_page(body, url, encoding=encoding, declared=_codec(charset))
    except NoArticleError as problem:
        return RawRow(url, {}, (problem.reason, problem.detail))
    values: dict[str, Any] = {name: getattr(page, name) for name in _COLUMNS if name != "event"}
    values["url"] = values["url"] or url
    values |= {name: entry[name] for name in _KNOWN if isinstance(entry.get(name), str) and entry[name]}
    return RawRow(url, values)


def _read_record(records: IO[bytes], offset: int, length: int) -> tuple[bytes, Message]:
    """The body of one WARC record and its Content-Type."""
    from warcio.archiveiterator import ArchiveIterator

    records.seek(offset)
    for record in ArchiveIterator(io.BytesIO(records.read(length))):
        if record.rec_type == "response":
            kind = Message()
            stated = record.http_headers.get_header("Content-Type") if record.http_headers else None
            if stated:
                kind["Content-Type"] = " ".join(stated.split())
            body = record.content_stream().read(_MOST_BYTES + 1)
            if len(body) > _MOST_BYTES:
                raise ValueError(f"more than {_MOST_BYTES:,} bytes")
            return body, kind
    raise ValueError("no page there")


def _codec(charset: object) -> str | None:
    """A charset as servers name it, when Python reads it as text."""
    if not isinstance(charset, str):
        return None
    try:
        b"".decode(charset)
    except (LookupError, ValueError):
        return None
    return charset
