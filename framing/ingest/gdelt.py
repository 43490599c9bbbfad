"""GDELT tables: mentions, events, the knowledge graph and lists of articles, each a list of addresses to fetch.

What `framing ingest --format gdelt` gives: one article for each page of the web, without a text, with its address, its
outlet (the domain), the day, and its headline where the table has one (the knowledge graph's second version since 2019 and
lists of articles). A page named again is a reject, "repeated address"; print, broadcast and the like, which have a citation
and no address, are rejects, "no address".
"""

from __future__ import annotations

import csv
import hashlib
import html
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.ingest.decode import find_encoding, open_bytes, reading, shown
from framing.ingest.mediacloud import domain_of
from framing.ingest.raw import MOST_CHARACTERS_IN_FIELD, RawRow, RawTable

COLUMNS = ["id", "outlet", "title", "published", "url", "language", "byline"]
_MOST_BYTES_IN_LINE = 2 * MOST_CHARACTERS_IN_FIELD
# How a record of the knowledge graph begins, for one longer than what is looked at.
_RECORD = re.compile(rb"[0-9]{14}-T?[0-9]{1,9}\t[0-9]{14}\t[0-9]\t")
_TITLE = re.compile(r"<PAGE_TITLE>([^<]*)</PAGE_TITLE>")
_AUTHORS = re.compile(r"<PAGE_AUTHORS>([^<]*)</PAGE_AUTHORS>")
_PUBLISHED = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>([0-9]{14})</PAGE_PRECISEPUBTIMESTAMP>")
_LANGUAGE = re.compile(r"\bsrclc:([a-z]{2,3})\b")
_MARK = b"\xef\xbb\xbf"
# The collection or mention type of pages on the web; others are citations of print and broadcast.
_WEB = "1"


@dataclass(frozen=True)
class _Layout:
    """Where the fields of one kind of table are."""

    places: Mapping[str, int]
    delimiter: bytes
    header: bool


@cache
def _layouts() -> dict[str, dict[str, Any]]:
    data = files("framing.ingest").joinpath("data/exports_other.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(data)["gdelt"]
    return found


def is_gdelt(head: bytes) -> bool:
    """Whether a file begins as a table of GDELT does, with or without a header.

    Example:
        >>> row = ["410412347", "20150218230000", "20150218230000", "1", "a.org", "http://a.org/1", *["1"] * 10]
        >>> is_gdelt("\\t".join(row).encode()), is_gdelt(b"id\\ttitle\\ttext\\n")
        (True, False)
    """
    return _find_layout(head.partition(b"\n")[0]) is not None or _RECORD.match(head.removeprefix(_MARK)) is not None


def _find_layout(line: bytes) -> _Layout | None:
    line = line.rstrip(b"\r\n").removeprefix(_MARK)
    fields = line.split(b"\t")
    for layout in _layouts().values():
        places = {k: v for k, v in layout.items() if isinstance(v, int)}
        if len(fields) in layout.get("fields", ()) and all(fields[i].isdigit() for i in layout["numbers"]):
            return _Layout(places, b"\t", False)
    for delimiter in (b"\t", b","):
        names = [f.strip(b' "').lower().decode("ascii", "replace") for f in line.split(delimiter)]
        for layout in _layouts().values():
            wanted = {field: name.lower() for field, name in layout["names"].items()}
            if {wanted["url"], wanted["published"], *map(str.lower, layout.get("needs", ()))} <= set(names):
                return _Layout({f: names.index(n) for f, n in wanted.items() if n in names}, delimiter, True)
    return None


def read_gdelt(path: Path, encoding: str | None) -> RawTable:
    """The pages of a GDELT table as articles without a text, to be fetched by their addresses.

    GDELT's event ids are not taken as events: they number single coded actions, of which a page has many.

    Args:
        path: The file, or a .gz of it.
        encoding: Its encoding where it is not UTF-8.

    Returns:
        One row a page; published is when the page says, else when GDELT saw it, mostly within the hour. The id is the
        knowledge graph's, else made from the address, so that the next quarter of an hour's table has the same.

    Raises:
        InputError: It is no table of GDELT, or cannot be read.
    """
    used = find_encoding(path, encoding)
    layout = _layout_of(path)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        seen = set[bytes]()
        for number, fields in _rows(path, layout, used):
            where = f"{shown(path.name)}, row {number}"
            if isinstance(fields, tuple):
                yield RawRow(where, {}, fields)
                continue
            found = list(_addresses(fields))
            if not found:
                yield RawRow(where, {}, ("no address", fields["url"][:200]))
            for address in found:
                # A digest an address, so that a day's table of millions costs megabytes.
                key = hashlib.blake2b(address["url"].encode("utf-8", "replace"), digest_size=12).digest()
                if key in seen:
                    yield RawRow(where, {}, ("repeated address", address["url"]))
                    continue
                seen.add(key)
                yield RawRow(where, {"id": fields.get("id", "").strip() or key.hex(), **address, **_page(fields)})

    return RawTable(COLUMNS, rows, used, headlines=True, addresses=True)


def _layout_of(path: Path) -> _Layout:
    with reading(path), open_bytes(path) as file:
        layout = _find_layout(file.readline(_MOST_BYTES_IN_LINE))
    if layout is None:
        raise InputError(
            f"{path.name!r}, whose first line is none of GDELT's",
            "a table of mentions (16 fields), events (58 or 61), or of the knowledge graph (11, 15 or 27), tabs between, or one "
            "with GDELT's column names",
            "Give its kind with --format.",
        )
    return layout


def _rows(path: Path, layout: _Layout, encoding: str) -> Iterator[tuple[int, dict[str, str] | tuple[str, str]]]:
    """The lines of a table with the fields that are used, or why there are none.

    Lines are taken apart as bytes: fields that are not used are not always in the encoding of the rest.
    """
    last = max(layout.places[f] for f in ("url", "published"))
    with reading(path, encoding), open_bytes(path) as file:
        if layout.header:
            file.readline(_MOST_BYTES_IN_LINE)
        number = 0
        while line := file.readline(_MOST_BYTES_IN_LINE):
            if len(line) >= _MOST_BYTES_IN_LINE:
                raise InputError(
                    f"a line of more than {_MOST_BYTES_IN_LINE:,} bytes in {path.name!r}",
                    "one page a line",
                    "Is it a table of GDELT?",
                )
            if not line.strip():
                continue
            number += 1
            try:
                fields = _cut(line.rstrip(b"\r\n").removeprefix(_MARK), layout.delimiter, encoding)
                if len(fields) <= last:
                    yield number, ("too few fields", f"{len(fields)} instead of {last + 1}")
                    continue
                values = {name: fields[i] for name, i in layout.places.items() if i < len(fields)}
                yield number, {k: v.decode(encoding) if isinstance(v, bytes) else v for k, v in values.items()}
            except UnicodeDecodeError as problem:
                yield number, (f"not {encoding.upper().removesuffix('-SIG')}", str(problem))
            except csv.Error as problem:
                yield number, ("malformed row", str(problem))


def _cut(line: bytes, delimiter: bytes, encoding: str) -> Sequence[bytes] | Sequence[str]:
    if delimiter == b"\t":
        return line.split(delimiter)
    # BigQuery writes commas, and quotation marks round what holds one.
    csv.field_size_limit(_MOST_BYTES_IN_LINE)
    return next(csv.reader([line.decode(encoding)], strict=True), [])


def _addresses(fields: Mapping[str, str]) -> Iterator[dict[str, str]]:
    if fields.get("kind", _WEB).strip() != _WEB:
        return
    # The first version lists the pages of a row in one field.
    for given in fields["url"].split("<UDIV>"):
        address = given.strip()
        domain = domain_of(address) if address.lower().startswith(("http://", "https://")) else ""
        if domain:
            yield {
                "url": address,
                "outlet": fields.get("outlet", "").strip() or domain,
                "published": fields["published"],
            }


def _page(fields: Mapping[str, str]) -> dict[str, str]:
    """What the table says of the page itself."""
    extras = fields.get("extras", "")
    title = _TITLE.search(extras)
    said = _PUBLISHED.search(extras)
    language = _LANGUAGE.search(fields.get("translation", ""))
    authors = _AUTHORS.search(extras)
    return {
        "title": html.unescape(title[1]) if title else fields.get("title", ""),
        "published": said[1] if said else fields["published"],
        "language": language[1] if language else fields.get("language", ""),
        "byline": html.unescape(authors[1]) if authors else "",
    }
