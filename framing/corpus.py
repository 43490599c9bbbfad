"""Articles on disk and in memory: a Parquet folder with a manifest and one content digest.

A corpus folder holds `articles.parquet`, `outlets.parquet`, `rejects.parquet` and `manifest.json`; any tool
can read them without this package. The digest covers the articles and outlets, so that a run can say which
corpus it was made from.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.errors import CorpusError, FramingError, reason_of, unknown_name
from framing.schema import TABLES, check_table

#: A word, everywhere in this package: letters, digits and underscores, joined by apostrophes and hyphens.
WORD = re.compile(r"\w+(?:['’-]\w+)*")

#: Finds passages that are not the articles' own text, over batches that can be read again and again.
FindExcluded = Callable[[Callable[[], Iterator[pa.RecordBatch]]], pa.Table]
_DIGESTED = tuple(name for name in TABLES["articles"].names if name != "n_words")
ROWS_PER_BATCH = 512


def count_words(text: str | None) -> int:
    """Number of words in a text; none for a missing one.

    Example:
        >>> count_words("Kata’ib Hezbollah’s well-armed men")
        4
    """
    return len(WORD.findall(text)) if text else 0


@dataclass(frozen=True)
class Manifest:
    """What a corpus is and how it was made.

    Args:
        digest: SHA-256 over all articles and outlets; the identity of the corpus.
        name: Short name to show.
        description: What it contains, in a sentence or more.
        fictional: True when places, people and outlets are invented.
        licence: Licence of the texts; empty when not stated.
        n_articles: Articles taken in.
        n_rejects: Inputs not taken in.
        rejects_by_reason: The same by reason.
        dates_unread: Dates that were given but not understood (kept in published_raw).
        excluded_by_reason: Passages that are not the articles' own, by reason; None where none were looked for.
        mojibake: Articles with text that was decoded wrongly before it came here, whether it was repaired, and examples.
        sources: What was read: file name, format, encoding and column mapping of each.
        extra: Further fields of a datasheet.
    """

    digest: str
    name: str = ""
    description: str = ""
    fictional: bool = False
    licence: str = ""
    n_articles: int = 0
    n_rejects: int = 0
    rejects_by_reason: Mapping[str, int] = field(default_factory=dict)
    dates_unread: int = 0
    excluded_by_reason: Mapping[str, int] | None = None
    mojibake: Mapping[str, Any] = field(default_factory=dict)
    sources: Sequence[Mapping[str, Any]] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(self.__dict__, indent=2, ensure_ascii=False, default=list) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str) -> Self:
        try:
            fields = json.loads(text)
            if not isinstance(fields["digest"], str) or not isinstance(fields["n_articles"], int):
                raise TypeError("digest or n_articles of another type")
            return cls(**{k: v for k, v in fields.items() if k in cls.__dataclass_fields__})
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise CorpusError(
                f"a damaged manifest at {where} ({reason_of(problem)})",
                "the manifest.json that ingest wrote",
                "Ingest the articles again.",
            ) from problem


class ArticleDigest:
    """SHA-256 over articles in their order, fed batch by batch; the same however they are cut into batches."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, batch: pa.RecordBatch) -> None:
        columns = [
            pc.cast(batch.column(n), pa.int64()).to_pylist() if n == "published" else batch.column(n).to_pylist()
            for n in _DIGESTED
        ]
        for row in zip(*columns, strict=True):
            self._hash.update(
                json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            )
            self._hash.update(b"\n")

    def finish(self, outlets: pa.Table, excluded: pa.Table | None = None) -> str:
        rows = sorted(outlets.to_pylist(), key=lambda row: row["outlet_id"])
        self._hash.update(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
        for row in excluded.to_pylist() if excluded is not None else ():
            self._hash.update(json.dumps(list(row.values()), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return self._hash.hexdigest()


@dataclass(frozen=True)
class Corpus:
    """Articles of several outlets, on disk or in memory; never changed by anything that reads them.

    Args:
        manifest: What it is.
        outlets: Table `outlets`.
        source: The folder, or the articles themselves.
        rejected: Table `rejects` of a corpus in memory.
        left_out: Table `excluded` of a corpus in memory.
        groups: Tables `events` and `copies` of a corpus in memory.

    Example:
        >>> corpus = corpus_from_rows([{"article_id": "a1", "outlet_id": "Post", "title": "Four killed", "text": "Four died."}])
        >>> corpus.article("a1")["n_words"]
        4
    """

    manifest: Manifest
    outlets: pa.Table
    source: Path | pa.Table
    rejected: pa.Table | None = None
    left_out: pa.Table | None = None
    groups: Mapping[str, pa.Table] = field(default_factory=dict)

    @property
    def path(self) -> Path | None:
        """The folder, or None for a corpus in memory."""
        return self.source if isinstance(self.source, Path) else None

    @property
    def digest(self) -> str:
        return self.manifest.digest

    @property
    def n_articles(self) -> int:
        return self.manifest.n_articles

    def batches(self, columns: Sequence[str] | None = None, size: int = ROWS_PER_BATCH) -> Iterator[pa.RecordBatch]:
        """Articles in order, `size` at a time; memory holds one batch, not the corpus."""
        if isinstance(self.source, pa.Table):
            table = self.source.select(columns) if columns else self.source
            yield from table.to_batches(max_chunksize=size)
            return
        yield from _read_parts(_parts(self.source), self.source, columns, size)

    def rows(self, article_ids: Iterable[str], columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Some articles in order, some at a time; of a corpus on disk only the row groups that hold one of them are read."""
        wanted = pa.array(sorted(set(article_ids)), pa.string())
        if isinstance(self.source, pa.Table):
            table = self.source.select(columns) if columns else self.source
            yield from table.filter(pc.is_in(self.source.column("article_id"), wanted)).to_batches(ROWS_PER_BATCH)
            return
        mask = pc.is_in(self.metadata.column("article_id"), wanted).to_numpy(zero_copy_only=False)
        yield from _read_rows(_parts(self.source), self.source, mask, columns)

    @cached_property
    def articles(self) -> pa.Table:
        """All articles as one table, text included; for a large corpus use `batches`."""
        return self.table(None)

    @cached_property
    def metadata(self) -> pa.Table:
        """All articles without their bodies; an event found by grouping stands where the input gave none, one set by hand everywhere."""
        table = self.table([name for name in TABLES["articles"].names if name != "text"])
        if not self.events.num_rows:
            return table
        rows = self.events.select(["article_id", "event_id", "why"]).to_pylist()
        found = {row["article_id"]: row["event_id"] for row in rows}
        by_hand = {row["article_id"] for row in rows if row["why"].startswith(BY_HAND)}
        ids, given = table.column("article_id").to_pylist(), table.column("event_id").to_pylist()
        events = [found.get(i) if g is None or i in by_hand else g for i, g in zip(ids, given, strict=True)]
        at = table.schema.get_field_index("event_id")
        return table.set_column(at, table.schema.field(at), pa.array(events, pa.string()))

    @cached_property
    def excluded(self) -> pa.Table:
        """Passages that are not the articles' own text, with the reason; they stay in the text and never count."""
        return self._beside("excluded", self.left_out)

    @cached_property
    def events(self) -> pa.Table:
        """The events that grouping found or somebody set by hand; without rows before that."""
        return self._beside("events", self.groups.get("events"))

    @cached_property
    def copies(self) -> pa.Table:
        """Groups of articles that are copies of one text; without rows before grouping."""
        return self._beside("copies", self.groups.get("copies"))

    @property
    def grouped(self) -> bool:
        """Whether copies and events were looked for, found or not."""
        return "copies" in self.groups or (isinstance(self.source, Path) and (self.source / "copies.parquet").exists())

    @cached_property
    def groups_digest(self) -> str:
        """Identity of events and copies, which may be made anew while the articles stay."""
        whole = hashlib.sha256()
        for table in (self.events, self.copies):
            for row in table.to_pylist():
                whole.update(json.dumps(list(row.values()), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return whole.hexdigest()

    def _beside(self, name: str, held: pa.Table | None) -> pa.Table:
        if held is not None:
            return held
        file = self.source / f"{name}.parquet" if isinstance(self.source, Path) else None
        if file is None or not file.exists():
            return TABLES[name].empty_table()
        try:
            table = pq.read_table(file)
        except (OSError, pa.ArrowException) as problem:
            raise CorpusError(
                f"a damaged {file.name} in {str(self.source)!r} ({str(problem)[:120]})",
                "a readable Parquet file",
                "Ingest or group the articles again.",
            ) from problem
        check_table(table, name)
        return table

    def table(self, columns: Sequence[str] | None) -> pa.Table:
        schema = TABLES["articles"] if columns is None else pa.schema([TABLES["articles"].field(c) for c in columns])
        return pa.Table.from_batches(list(self.batches(columns)), schema=schema)

    def article(self, article_id: str) -> dict[str, Any]:
        """One article as a dictionary.

        Raises:
            SelectionError: There is no such article.
        """
        rows = [row for batch in self.rows([article_id]) for row in batch.to_pylist()]
        if not rows:
            known = self.metadata.column("article_id").to_pylist()
            raise unknown_name("article", article_id, known, "Use an article_id from the concordance.")
        return dict(rows[0])

    def verify(self) -> None:
        """Raise when the articles are not the ones the digest was made of; reads all of them.

        Raises:
            CorpusError: They have been changed since.
        """
        digest = ArticleDigest()
        for batch in self.batches():
            digest.update(batch)
        if digest.finish(self.outlets, self.excluded) != self.digest:
            raise CorpusError(
                f"articles that differ from digest {self.digest[:12]}… of the manifest",
                "the articles as they were ingested",
                "Ingest them again.",
            )

    @cached_property
    def rejects(self) -> pa.Table:
        """What was not taken in, with place and reason."""
        if self.rejected is not None:
            return self.rejected
        if isinstance(self.source, Path) and (self.source / "rejects.parquet").exists():
            return pq.read_table(self.source / "rejects.parquet")
        return TABLES["rejects"].empty_table()


def _read_parts(
    parts: Iterable[Path], folder: Path, columns: Sequence[str] | None = None, size: int = ROWS_PER_BATCH
) -> Iterator[pa.RecordBatch]:
    for part in parts:
        try:
            with pq.ParquetFile(part) as file:
                yield from file.iter_batches(batch_size=size, columns=columns)
        except (OSError, pa.ArrowException) as problem:
            raise CorpusError(
                f"damaged articles in {str(folder)!r} ({str(problem)[:120]})",
                "readable Parquet files",
                "Ingest the articles again.",
            ) from problem


def _read_rows(
    parts: Iterable[Path], folder: Path, wanted: np.ndarray, columns: Sequence[str] | None
) -> Iterator[pa.RecordBatch]:
    """The articles that a mask over all of them wants."""
    first = 0
    for part in parts:
        try:
            with pq.ParquetFile(part) as file:
                sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
                ends = first + np.cumsum(sizes, dtype=np.int64)
                masks = [wanted[end - size : end] for size, end in zip(sizes, ends, strict=True)]
                groups = [i for i, mask in enumerate(masks) if mask.any()]
                first = int(ends[-1]) if sizes else first
                kept, done = np.concatenate([masks[i] for i in groups] or [np.empty(0, bool)]), 0
                for batch in file.iter_batches(ROWS_PER_BATCH, row_groups=groups, columns=columns):
                    mine = batch.filter(pa.array(kept[done : done + batch.num_rows]))
                    done += batch.num_rows
                    if mine.num_rows:
                        yield mine
        except (OSError, pa.ArrowException) as problem:
            raise CorpusError(
                f"damaged articles in {str(folder)!r} ({str(problem)[:120]})",
                "readable Parquet files",
                "Ingest the articles again.",
            ) from problem


def corpus_from_rows(
    rows: Iterable[Mapping[str, Any]], *, outlets: pa.Table | None = None, manifest: Mapping[str, Any] | None = None
) -> Corpus:
    """A corpus in memory from dictionaries that already have the columns of table `articles`.

    Args:
        rows: One mapping an article; missing columns are null, n_words is counted here.
        outlets: Table `outlets`; made from the articles when not given.
        manifest: Fields of the manifest such as name and fictional.
    """
    names = TABLES["articles"].names
    complete = [
        {**dict.fromkeys(names), **row, "n_words": count_words(row.get("title")) + count_words(row.get("text"))}
        for row in rows
    ]
    table = pa.Table.from_pylist(complete, schema=TABLES["articles"])
    return corpus_from_table(table, outlets=outlets, manifest=manifest)


def corpus_from_table(
    table: pa.Table,
    *,
    outlets: pa.Table | None = None,
    excluded: pa.Table | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """A corpus in memory from a table `articles`, and where known a table `excluded`."""
    check_table(table, "articles")
    outlets = outlets_of(table.column("outlet_id").to_pylist()) if outlets is None else outlets
    digest = ArticleDigest()
    for batch in table.to_batches():
        digest.update(batch)
    fields = {
        "n_articles": table.num_rows,
        "excluded_by_reason": count_reasons(excluded),
        **(manifest or {}),
        "digest": digest.finish(outlets, excluded),
    }
    return Corpus(Manifest(**fields), outlets, table, left_out=excluded)


def held_in_memory(corpus: Corpus) -> Corpus:
    """The same corpus, independent of its folder, which may be removed then."""
    if corpus.path is None:
        return corpus
    return Corpus(
        corpus.manifest,
        corpus.outlets,
        corpus.articles,
        corpus.rejects,
        corpus.excluded,
        {"events": corpus.events, "copies": corpus.copies} if corpus.grouped else {},
    )


def count_reasons(excluded: pa.Table | None) -> dict[str, int] | None:
    """Rows of table `excluded` by reason, the most frequent first; None without a table."""
    if excluded is None:
        return None
    counts = pc.value_counts(excluded.column("reason")).to_pylist()
    return {c["values"]: c["counts"] for c in sorted(counts, key=lambda c: (-c["counts"], c["values"]))}


def outlets_of(outlet_ids: Iterable[str], described: Mapping[str, Mapping[str, Any]] | None = None) -> pa.Table:
    """Table `outlets` for the ids that occur, sorted, with what is known of them."""
    described = described or {}
    rows = []
    for outlet_id in sorted(set(outlet_ids)):
        known = described.get(outlet_id, {})
        blank = dict.fromkeys(TABLES["outlets"].names)
        rows.append(
            {
                **blank,
                "name": outlet_id,
                **{k: v for k, v in known.items() if k in blank and v},
                "outlet_id": outlet_id,
            }
        )
    return pa.Table.from_pylist(rows, schema=TABLES["outlets"])


@dataclass(frozen=True)
class FolderKind:
    """What a folder we write looks like, so that nobody else's is ever replaced.

    Args:
        marker: The file every such folder has.
        sign: What stands in the marker when it is ours.
        entries: Names that may be in the folder, with `*` as in file patterns.
    """

    marker: str
    sign: str
    entries: tuple[str, ...]

    def is_ours(self, folder: Path) -> bool:
        """Whether everything in the folder was written by us."""
        try:
            signed = self.sign in (folder / self.marker).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        names = (p.name for p in folder.iterdir())
        return signed and all(any(fnmatch(name, entry) for entry in self.entries) for name in names)


#: How the column `why` of table events begins where somebody set the event.
BY_HAND = "by hand"
CORPUS_FOLDER = FolderKind(
    "manifest.json",
    '"digest"',
    (
        "manifest.json",
        "articles.parquet",
        "articles",
        "outlets.parquet",
        "rejects.parquet",
        "excluded.parquet",
        "events.parquet",
        "copies.parquet",
    ),
)


class FolderWriter:
    """Writes a folder beside its final place and moves it there when finished; an interrupted run leaves nothing.

    Args:
        out: The final folder. It may exist only if it is empty, or is of the same kind and holds nothing else.
        kind: What kind of folder it is.
    """

    def __init__(self, out: Path | str, kind: FolderKind) -> None:
        given = str(out)
        self._made: list[Path] = []
        try:
            # The folder itself and not a link to it, which a rename would replace.
            self.out = Path(out).resolve()
            if self.out == Path.cwd().resolve():
                raise FramingError("the current folder as --out", "a folder of its own", "Choose another --out.")
            if self.out.exists() and not (
                self.out.is_dir() and (not any(self.out.iterdir()) or kind.is_ours(self.out))
            ):
                raise FramingError(
                    f"{given!r}, which holds other files",
                    f"a new or empty folder, or one with nothing but what is replaced ({kind.marker} and its tables)",
                    "Choose another --out.",
                )
            self._made = [p for p in self.out.parents if not p.exists()]
            self.out.parent.mkdir(parents=True, exist_ok=True)
            # Beside the target, so that the last step is a rename on the same disk.
            self.folder = self.out.parent / f".{self.out.name[:40]}.{uuid.uuid4().hex[:8]}.part"
            self.folder.mkdir()
        except OSError as problem:
            raise FramingError(
                f"{given!r} cannot be written ({problem.strerror})", "a writable folder", "Choose another --out."
            ) from problem

    def publish(self) -> Path:
        """Move what was written to its final place."""
        try:
            old = None
            if self.out.exists():
                old = self.folder.with_suffix(".old")
                self.out.replace(old)
            self.folder.replace(self.out)
            if old is not None:
                shutil.rmtree(old)
        except OSError as problem:
            raise FramingError(
                f"{str(self.out)!r} cannot be replaced ({problem.strerror})",
                "a writable folder",
                "Choose another --out.",
            ) from problem
        self._made = []
        return self.out

    def discard(self) -> None:
        """Remove what was written and the parents made for it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for parent in self._made:
            try:
                parent.rmdir()
            except OSError:
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def write_corpus(
    batches: Iterable[tuple[pa.RecordBatch, pa.RecordBatch]],
    out: Path | str,
    *,
    described_outlets: Mapping[str, Mapping[str, Any]] | None = None,
    find_excluded: FindExcluded | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """Write articles and rejects, batch by batch, as a corpus folder.

    Args:
        batches: Pairs of articles and rejects.
        out: Folder to make; replaced when it is a corpus already.
        described_outlets: What is known of outlets, by outlet_id.
        find_excluded: Finds, over all articles, the passages that are not theirs; it may read them more than once.
        manifest: Further manifest fields; a callable value is called after the last batch.

    Returns:
        The corpus, opened from `out`.

    Raises:
        FramingError: The folder holds something else, or no article could be taken in.
    """
    digest, outlet_ids = ArticleDigest(), set[str]()
    n_articles, reasons = 0, dict[str, int]()
    with FolderWriter(out, CORPUS_FOLDER) as folder:
        with (
            pq.ParquetWriter(
                folder.folder / "articles.parquet", TABLES["articles"], compression="zstd"
            ) as articles_file,
            pq.ParquetWriter(folder.folder / "rejects.parquet", TABLES["rejects"], compression="zstd") as rejects_file,
        ):
            for articles, rejects in batches:
                if articles.num_rows:
                    check_table(articles, "articles")
                    articles_file.write_batch(articles)
                    digest.update(articles)
                    outlet_ids.update(articles.column("outlet_id").to_pylist())
                    n_articles += articles.num_rows
                if rejects.num_rows:
                    rejects_file.write_batch(rejects)
                    for reason in rejects.column("reason").to_pylist():
                        reasons[reason] = reasons.get(reason, 0) + 1
        if not n_articles:
            n, most = sum(reasons.values()), max(reasons, key=lambda r: reasons[r], default="no rows at all")
            raise CorpusError(
                f"no article that can be taken in ({n} rejected, most often: {most})",
                "rows with an outlet and a title or a text",
                "Name the columns with --map or the outlet with --outlet.",
            )
        outlets = outlets_of(outlet_ids, described_outlets)
        pq.write_table(outlets, folder.folder / "outlets.parquet", compression="zstd")
        excluded = None
        if find_excluded is not None:
            excluded = find_excluded(lambda: _read_parts([folder.folder / "articles.parquet"], folder.out))
            check_table(excluded, "excluded")
        left_out = TABLES["excluded"].empty_table() if excluded is None else excluded
        pq.write_table(left_out, folder.folder / "excluded.parquet", compression="zstd")
        fields = {key: value() if callable(value) else value for key, value in (manifest or {}).items()}
        complete = Manifest(
            **{
                "excluded_by_reason": count_reasons(excluded),
                **fields,
                "digest": digest.finish(outlets, excluded),
                "n_articles": n_articles,
                "n_rejects": sum(reasons.values()),
                "rejects_by_reason": dict(sorted(reasons.items())),
            }
        )
        (folder.folder / "manifest.json").write_text(complete.to_json(), encoding="utf-8")
        folder.publish()
    return read_corpus(out)


def with_groups(corpus: Corpus, groups: Mapping[str, pa.Table]) -> Corpus:
    """The corpus with tables `events` and `copies`, written beside its articles when it lies on disk.

    The articles and their digest stay; a table that is not given stays as it was.

    Raises:
        CorpusError: The folder cannot be written.
    """
    for name, table in groups.items():
        check_table(table, name)
    if isinstance(corpus.source, Path):
        try:
            for name, table in groups.items():
                partial = corpus.source / f".{name}.part"
                pq.write_table(table, partial, compression="zstd")
                partial.replace(corpus.source / f"{name}.parquet")
        except OSError as problem:
            raise CorpusError(
                f"{str(corpus.source)!r} cannot be written ({problem.strerror})",
                "a writable folder",
                "Copy the corpus to one.",
            ) from problem
        return read_corpus(corpus.source)
    return replace(corpus, groups={**corpus.groups, **groups})


def read_corpus(path: Path | str) -> Corpus:
    """Open a corpus folder; the articles stay on disk.

    Raises:
        CorpusError: The folder is missing, is no corpus or has other columns.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise CorpusError(
            f"no folder {str(path)!r}", "a corpus folder", "Make one with: framing ingest SOURCE --out CORPUS."
        )
    manifest_file = folder / "manifest.json"
    if not manifest_file.exists():
        other = "a run; its corpus is named in run.json" if (folder / "run.json").exists() else "not a corpus"
        raise CorpusError(
            f"{str(path)!r} without manifest.json ({other})",
            "a corpus folder",
            "Make one with: framing ingest SOURCE --out CORPUS.",
        )
    manifest = Manifest.from_json(manifest_file.read_text(encoding="utf-8", errors="replace"), str(manifest_file))
    try:
        outlets = pq.read_table(folder / "outlets.parquet")
        check_table(outlets, "outlets")
        n_articles = 0
        for part in _parts(folder):
            check_table(pq.read_schema(part).empty_table(), "articles")
            n_articles += pq.read_metadata(part).num_rows
    except (OSError, pa.ArrowException) as problem:
        raise CorpusError(
            f"a damaged corpus at {str(path)!r} ({reason_of(problem)})",
            "readable Parquet files",
            "Ingest the articles again.",
        ) from problem
    if n_articles != manifest.n_articles:
        raise CorpusError(
            f"{n_articles:,} articles in {str(path)!r}, and its manifest says {manifest.n_articles:,}",
            "the articles as they were ingested",
            "Ingest them again.",
        )
    return Corpus(manifest, outlets, folder)


def _parts(folder: Path) -> list[Path]:
    single = folder / "articles.parquet"
    parts = [single] if single.exists() else sorted((folder / "articles").glob("*.parquet"))
    if not parts:
        raise CorpusError(
            f"{str(folder)!r} without articles", "articles.parquet or a folder articles/", "Ingest the articles again."
        )
    return parts
