"""Raw rows to article rows: streamed, text untouched, what cannot be taken in counted with its reason."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.corpus import ROWS_PER_BATCH, count_words
from framing.errors import InputError
from framing.ingest.archive import SourceFile, expand_source
from framing.ingest.dates import ORDERS, read_date
from framing.ingest.fields import SeenColumns, check_columns, check_duplicates, resolve_columns, shorten
from framing.ingest.formats import open_source
from framing.ingest.language import identify_language
from framing.ingest.mojibake import find_mojibake, repair_mojibake
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.recognise import recognise
from framing.schema import TABLES

#: Fields that make an article what it is: one that is not text is a reject, in the others it is null.
MUST_BE_TEXT = ("id", "outlet", "title", "text", "event")

#: What may be repaired in texts at ingest.
REPAIRS = ("mojibake",)
_MOST_SECONDS = 2.0
_MOST_EXAMPLES = 5


@dataclass(frozen=True)
class IngestOptions:
    """How to read sources.

    Args:
        format: A key of `READERS`, or `auto` to go by the ending.
        columns: The user's column for a field; an empty one means there is none.
        outlet: Outlet of all articles that do not name one.
        encoding: Encoding of text files; without it a byte-order mark or UTF-8.
        date_order: `dmy` or `mdy`, for numeric dates that could be two days.
        repair: `mojibake` stores titles and texts as they were before they were decoded wrongly; without it they stay.
    """

    format: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    outlet: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    repair: str | None = None

    def __post_init__(self) -> None:
        if self.date_order not in (None, *ORDERS):
            raise InputError(f"date order {self.date_order!r}", "dmy or mdy", "Correct --date-order.")
        if self.repair not in (None, *REPAIRS):
            raise InputError(f"repair {self.repair!r}", ", ".join(REPAIRS), "Correct --repair.")


class Intake:
    """Turns sources into batches of articles and rejects; holds what is known over all of them.

    Args:
        options: How to read.
        on_source: Told the name of each file before it is read.
    """

    def __init__(self, options: IngestOptions, on_source: Callable[[str], None] | None = None) -> None:
        self.options, self.on_source = options, on_source
        self.seen: set[bytes] = set()
        self.dates_unread = 0
        self.n_garbled = 0
        self.garbled: list[dict[str, str]] = []
        self.sources: list[dict[str, Any]] = []

    @property
    def report(self) -> dict[str, Any]:
        """What to write down of the reading, for the manifest."""
        mojibake = {
            "articles": self.n_garbled,
            "repaired": self.options.repair == "mojibake",
            "examples": self.garbled,
        }
        return {"sources": self.sources, "dates_unread": self.dates_unread, "mojibake": mojibake}

    def batches(self, paths: Sequence[Path]) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        """Batches of articles and rejects, streamed.

        Raises:
            InputError: A source the user named cannot be read; one of many in a folder or archive is a reject.
        """
        n_rows = 0
        for path in paths:
            for file in expand_source(path, self.options.format):
                if self.on_source:
                    self.on_source(file.name)
                for articles, rejects in self._read(file):
                    n_rows += articles.num_rows + rejects.num_rows
                    yield articles, rejects
        if not n_rows:
            raise InputError(
                f"no rows in {shorten(repr(p.name) for p in paths)}, so no article",
                "at least one row of an article",
                "Export it again.",
            )

    def _read(self, file: SourceFile) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        if file.problem is not None:
            yield _batch([], "articles"), _batch([_reject(file.name, file.problem)], "rejects")
            return
        try:
            yield from self._open(file)
        except InputError as problem:
            if file.alone:
                raise
            yield _batch([], "articles"), _batch([_reject(file.name, ("unreadable", str(problem)))], "rejects")

    def _open(self, file: SourceFile) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        form, raw = open_source(file.path, self.options.format, self.options.encoding)
        outlet = self.options.outlet or file.outlet
        mapping = None
        if raw.columns is not None:
            mapping = resolve_columns(raw.columns, self.options.columns)
            check_columns(mapping, raw.columns, self.options.columns, outlet, repr(file.name), raw.headlines)
            check_duplicates(mapping, raw.columns, self.options.columns)
        seen = SeenColumns(self.options.columns)
        columns = seen.used if mapping is None else mapping
        self.sources.append({"file": file.name, "format": form, "encoding": raw.encoding, "columns": columns})
        yield from self._batches_of(raw, mapping, seen, outlet)
        if mapping is None:
            seen.check(outlet, repr(file.name))

    def _batches_of(
        self, raw: RawTable, mapping: dict[str, str] | None, seen: SeenColumns, outlet: str | None
    ) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        articles: list[dict[str, Any]] = []
        rejects: list[dict[str, str]] = []
        begun = time.monotonic()
        for row in raw.rows(set((mapping or {}).values())):
            problem = row.problem
            if problem is None:
                found = seen.resolve(tuple(row.values)) if mapping is None else mapping
                article, problem = self._article(row, found, raw, outlet)
                if article is not None:
                    articles.append(article)
            if problem is not None:
                rejects.append(_reject(row.where, problem))
            # Also after some seconds, so that slow work is told from work that has stopped.
            if len(articles) + len(rejects) >= ROWS_PER_BATCH or time.monotonic() - begun > _MOST_SECONDS:
                yield _batch(articles, "articles"), _batch(rejects, "rejects")
                articles, rejects, begun = [], [], time.monotonic()
        yield _batch(articles, "articles"), _batch(rejects, "rejects")

    def _article(
        self, row: RawRow, mapping: Mapping[str, str], raw: RawTable, outlet_known: str | None
    ) -> tuple[dict[str, Any] | None, tuple[str, str] | None]:
        if "text" not in mapping and self.options.columns.get("text") != "" and not raw.headlines:
            return None, ("no text", f"columns {shorten(row.values)}")
        values: dict[str, str | None] = {}
        for name, column in mapping.items():
            given = row.values.get(column)
            try:
                values[name] = value = _as_text(given, name)
                if value is not None:
                    value.encode("utf-8")
            except UnicodeEncodeError as problem:
                return None, ("not Unicode", f"a lone surrogate at character {problem.start} of {name}")
            except (UnicodeDecodeError, TypeError):
                if name in MUST_BE_TEXT:
                    return None, ("not text", f"{name}, a {type(given).__name__}")
                values[name] = str(given) if name == "published" else None
        title, text = values.get("title"), values.get("text")
        to_fetch = raw.addresses and values.get("url")
        if not (title and title.strip()) and not (text and text.strip()) and not to_fetch:
            return None, ("neither title nor text", "")
        outlet = " ".join((values.get("outlet") or outlet_known or "").split())
        if not outlet:
            return None, ("no outlet", (title or text or "")[:80])
        raw_date = row.values.get(mapping["published"]) if "published" in mapping else None
        if isinstance(raw_date, bytes):
            raw_date = values.get("published")
        published = read_date(raw_date, self.options.date_order)
        if published is None and values.get("published"):
            self.dates_unread += 1
        article_id = values.get("id")
        article_id = article_id.strip() if article_id else ""
        if not article_id:
            whole = json.dumps([outlet, title, text, values.get("published"), values.get("url")], ensure_ascii=False)
            article_id = hashlib.sha256(whole.encode("utf-8")).hexdigest()[:16]
        # A digest an id, so that a million ids cost megabytes.
        key = hashlib.blake2b(article_id.encode("utf-8"), digest_size=12).digest()
        if key in self.seen:
            return None, ("repeated id", article_id)
        self.seen.add(key)
        title, text = self._clear(article_id, title, text)
        marked = recognise(
            title=title,
            text=text,
            section=values.get("section"),
            url=values.get("url"),
            byline=values.get("byline"),
            outlet=outlet,
        )
        return {
            "article_id": article_id,
            "outlet_id": outlet,
            "title": title or None,
            "text": text or None,
            "published": published,
            "published_raw": values.get("published") or None,
            "url": values.get("url") or None,
            "language": values.get("language") or None,
            "section": values.get("section") or None,
            "byline": marked.byline,
            "event_id": values.get("event") or None,
            "section_found": marked.section,
            "agency": marked.agency,
            "language_found": identify_language(title, text),
            "n_words": count_words(title) + count_words(text),
        }, None

    def _clear(self, article_id: str, *texts: str | None) -> tuple[str | None, str | None]:
        """Title and text, repaired where that was asked for; wrong decoding is counted either way."""
        found = [find_mojibake(text) for text in texts]
        if not any(found):
            return texts[0], texts[1]
        self.n_garbled += 1
        if len(self.garbled) < _MOST_EXAMPLES:
            text, garbled = next((t, g[0]) for t, g in zip(texts, found, strict=True) if t and g)
            piece = text[garbled.start : garbled.end]
            self.garbled.append({"article_id": article_id, "found": piece[:80], "meant": garbled.repaired[:80]})
        if self.options.repair == "mojibake":
            title, body = (repair_mojibake(t, g) if t else t for t, g in zip(texts, found, strict=True))
            return title, body
        return texts[0], texts[1]


def _as_text(value: object, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if name == "byline" and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    if isinstance(value, bool | dict | list | tuple):
        raise TypeError(name)
    return str(value)


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _reject(where: str, problem: tuple[str, str]) -> dict[str, str]:
    return {"where": where, "reason": problem[0], "detail": _writable(problem[1][:300])}


def _batch(rows: list[dict[str, Any]], name: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=TABLES[name])
