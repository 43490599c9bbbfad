"""Raw rows to article rows: streamed, text untouched, what cannot be taken in counted with its reason."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.corpus import ROWS_PER_BATCH, Corpus, corpus_from_table, count_words, write_corpus
from framing.errors import InputError
from framing.ingest.dates import ORDERS, read_date
from framing.ingest.decode import shown
from framing.ingest.fields import SeenColumns, check_columns, check_duplicates, resolve_columns, shorten
from framing.ingest.formats import open_source
from framing.ingest.language import identify_language
from framing.ingest.raw import RawRow, RawTable
from framing.schema import TABLES

#: Fields that make an article what it is: one that is not text is a reject, in the others it is null.
MUST_BE_TEXT = ("id", "outlet", "title", "text", "event")


@dataclass(frozen=True)
class IngestOptions:
    """How to read sources.

    Args:
        format: A key of `READERS`, or `auto` to go by the ending.
        columns: The user's column for a field; an empty one means there is none.
        outlet: Outlet of all articles that do not name one.
        encoding: Encoding of text files; without it a byte-order mark or UTF-8.
        date_order: `dmy` or `mdy`, for numeric dates that could be two days.
    """

    format: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    outlet: str | None = None
    encoding: str | None = None
    date_order: str | None = None

    def __post_init__(self) -> None:
        if self.date_order not in (None, *ORDERS):
            raise InputError(f"date order {self.date_order!r}", "dmy or mdy", "Correct --date-order.")


class _Intake:
    """State over all sources: ids seen, dates not understood, what was read."""

    def __init__(self, options: IngestOptions) -> None:
        self.options = options
        self.seen: set[bytes] = set()
        self.dates_unread = 0
        self.sources: list[dict[str, Any]] = []

    def batches(self, paths: Sequence[Path]) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        n_rows = 0
        for path in paths:
            form, raw = open_source(path, self.options.format, self.options.encoding)
            mapping = None
            if raw.columns is not None:
                mapping = resolve_columns(raw.columns, self.options.columns)
                check_columns(
                    mapping, raw.columns, self.options.columns, self.options.outlet, repr(path.name), raw.headlines
                )
                check_duplicates(mapping, raw.columns, self.options.columns)
            seen = SeenColumns(self.options.columns)
            columns = seen.used if mapping is None else mapping
            self.sources.append(
                {"file": shown(path.name), "format": form, "encoding": raw.encoding, "columns": columns}
            )
            for articles, rejects in self._batches_of(raw, mapping, seen):
                n_rows += articles.num_rows + rejects.num_rows
                yield articles, rejects
            if mapping is None:
                seen.check(self.options.outlet, repr(path.name))
        if not n_rows:
            raise InputError(
                f"no rows in {shorten(repr(p.name) for p in paths)}, so no article",
                "at least one row of an article",
                "Export it again.",
            )

    def _batches_of(
        self, raw: RawTable, mapping: dict[str, str] | None, seen: SeenColumns
    ) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
        articles: list[dict[str, Any]] = []
        rejects: list[dict[str, str]] = []
        for row in raw.rows(set((mapping or {}).values())):
            problem = row.problem
            if problem is None:
                found = seen.resolve(tuple(row.values)) if mapping is None else mapping
                article, problem = self._article(row, found, raw.headlines)
                if article is not None:
                    articles.append(article)
            if problem is not None:
                rejects.append({"where": row.where, "reason": problem[0], "detail": _writable(problem[1][:300])})
            if len(articles) + len(rejects) >= ROWS_PER_BATCH:
                yield _batch(articles, "articles"), _batch(rejects, "rejects")
                articles, rejects = [], []
        yield _batch(articles, "articles"), _batch(rejects, "rejects")

    def _article(
        self, row: RawRow, mapping: Mapping[str, str], headlines: bool
    ) -> tuple[dict[str, Any] | None, tuple[str, str] | None]:
        if "text" not in mapping and self.options.columns.get("text") != "" and not headlines:
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
        if not (title and title.strip()) and not (text and text.strip()):
            return None, ("neither title nor text", "")
        outlet = " ".join((values.get("outlet") or self.options.outlet or "").split())
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
            "byline": values.get("byline") or None,
            "event_id": values.get("event") or None,
            "section_found": None,
            "agency": None,
            "language_found": identify_language(title, text),
            "n_words": count_words(title) + count_words(text),
        }, None


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


def _batch(rows: list[dict[str, Any]], name: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=TABLES[name])


def ingest_files(
    sources: Sequence[Path | str],
    out: Path | str,
    options: IngestOptions | None = None,
    *,
    described_outlets: Mapping[str, Mapping[str, Any]] | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """Read files of articles into a corpus folder.

    Memory holds one batch of rows and a short digest per id, not the articles.

    Args:
        sources: Files, or folders of .txt files.
        out: The corpus folder to make.
        options: How to read them.
        described_outlets: What is known of outlets, by outlet_id.
        manifest: Further manifest fields.

    Returns:
        The corpus, opened; `manifest.rejects_by_reason` counts what was not taken in.

    Raises:
        InputError: A source is missing, empty, binary, wrongly encoded or without the columns needed; nothing is written.
    """
    intake = _Intake(options or IngestOptions())
    fields = {
        "name": shown(Path(out).name),
        **(manifest or {}),
        "sources": lambda: intake.sources,
        "dates_unread": lambda: intake.dates_unread,
    }
    return write_corpus(
        intake.batches([Path(s) for s in sources]), out, described_outlets=described_outlets, manifest=fields
    )


def read_articles(
    *sources: Path | str,
    options: IngestOptions | None = None,
    described_outlets: Mapping[str, Mapping[str, Any]] | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """Read files of articles into a corpus in memory; `corpus.rejects` says what was not taken in.

    For corpora larger than memory use `ingest_files`, which gives the same articles and digest.

    Raises:
        InputError: As `ingest_files`; also when no row could be taken in.
    """
    intake = _Intake(options or IngestOptions())
    pairs = list(intake.batches([Path(s) for s in sources]))
    table = pa.Table.from_batches([a for a, _ in pairs], schema=TABLES["articles"])
    rejects = pa.Table.from_batches([r for _, r in pairs], schema=TABLES["rejects"])
    if not table.num_rows:
        raise InputError(
            f"no article that can be taken in ({rejects.num_rows} rejected)",
            "rows with an outlet and a title or a text",
            "Name the columns with --map.",
        )
    reasons: dict[str, int] = {}
    for reason in rejects.column("reason").to_pylist():
        reasons[reason] = reasons.get(reason, 0) + 1
    fields = {
        "name": shown(Path(sources[0]).stem),
        **(manifest or {}),
        "sources": intake.sources,
        "dates_unread": intake.dates_unread,
        "n_rejects": rejects.num_rows,
        "rejects_by_reason": reasons,
    }
    outlets = None
    if described_outlets:
        from framing.corpus import outlets_of

        outlets = outlets_of(table.column("outlet_id").to_pylist(), described_outlets)
    corpus = corpus_from_table(table, outlets=outlets, manifest=fields)
    return Corpus(corpus.manifest, corpus.outlets, corpus.source, rejected=rejects)
