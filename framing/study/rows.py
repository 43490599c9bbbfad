"""The rows of a run where they lie: columns held as codes, whole rows read from the Parquet parts when they are shown."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus import batches_of
from framing.errors import RunError, reason_of
from framing.schema import TABLES, check_table
from framing.stats.counts import places

#: Rows of one row group that are decoded at a time, so that a part somebody wrote in one piece is not held whole.
_ROWS_AT_A_TIME = 1 << 16


class _Part(NamedTuple):
    """A Parquet file, its first row in the table, its rows, and where each of its row groups ends, from its own start."""

    path: Path
    first: int
    n_rows: int
    ends: np.ndarray


class Rows:
    """One table of a run, on disk or in memory, read by columns and by rows.

    A table of a large run is never held whole. What is counted over is held by column, words as codes of one or two bytes into the
    words that occur; what is shown is read for the rows that are shown.

    Args:
        name: A key of `TABLES`.
        source: The run's folder, or the table itself.
        n_rows: How many rows the run's record says there are; not looked at for a table in memory.
    """

    def __init__(self, name: str, source: Path | pa.Table, n_rows: int | None = None) -> None:
        self.name = name
        self.source = source
        self._held: dict[str, pa.Array] = {}
        self._ranges: tuple[pa.Array, np.ndarray, np.ndarray] | None = None
        self._whole: weakref.ref[pa.Table] | None = None
        self._parts = [] if isinstance(source, pa.Table) else self._open(source, n_rows)
        self.num_rows = source.num_rows if isinstance(source, pa.Table) else sum(p.n_rows for p in self._parts)

    def _open(self, folder: Path, n_rows: int | None) -> list[_Part]:
        files = sorted((folder / self.name).glob("*.parquet"))
        if not files:
            raise RunError(
                f"{str(folder)!r} without {self.name}/", "the Parquet parts of a run", "Annotate the corpus again."
            )
        parts, first = [], 0
        for file in files:
            try:
                metadata = pq.read_metadata(file)
                schema = pq.read_schema(file)
            except (OSError, pa.ArrowException) as problem:
                raise self._damaged(problem) from problem
            check_table(schema.empty_table(), self.name)
            sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
            parts.append(_Part(file, first, metadata.num_rows, np.cumsum(sizes, dtype=np.int64)))
            first += metadata.num_rows
        if first != n_rows:
            raise RunError(
                f"{first:,} rows in {self.name}, and run.json says {n_rows}",
                "the parts as annotate wrote them",
                "Annotate the corpus again.",
            )
        return parts

    def _damaged(self, problem: Exception) -> RunError:
        return RunError(
            f"damaged {self.name} in {str(self.source)!r} ({reason_of(problem)})",
            "readable Parquet files",
            "Annotate the corpus again.",
        )

    def whole(self) -> pa.Table:
        """All rows and columns, kept for as long as somebody holds them."""
        if isinstance(self.source, pa.Table):
            return self.source
        table = self._whole() if self._whole is not None else None
        if table is None:
            table = self._read(TABLES[self.name].names, as_codes=False)
            self._whole = weakref.ref(table)
        return table

    def _read(self, columns: Sequence[str], *, as_codes: bool) -> pa.Table:
        words = [c for c in columns if pa.types.is_string(TABLES[self.name].field(c).type)] if as_codes else None
        try:
            tables = [pq.read_table(p.path, columns=list(columns), read_dictionary=words) for p in self._parts]
        except (OSError, pa.ArrowException) as problem:
            raise self._damaged(problem) from problem
        return pa.concat_tables(tables)

    def columns(self, *columns: str) -> pa.Table:
        """Some columns of all rows, strings as dictionary arrays; held from then on, so ask for what is counted over."""
        missing = [c for c in columns if c not in self._held]
        if missing:
            if isinstance(self.source, pa.Table):
                table = self.source.select(missing)
            else:
                table = self._read(missing, as_codes=True)
            for name in missing:
                self._held[name] = coded(table.column(name))
            del table
            pa.default_memory_pool().release_unused()
        return pa.table({name: self._held[name] for name in columns})

    def take(self, rows: np.ndarray | pa.Array | pa.ChunkedArray, columns: Sequence[str] | None = None) -> pa.Table:
        """Some rows as the schema has them.

        Args:
            rows: Row numbers in ascending order, or for each row whether it is wanted; null is no.
            columns: Which columns; all when None.
        """
        names = TABLES[self.name].names if columns is None else list(columns)
        at = row_numbers(rows)
        schema = pa.schema([TABLES[self.name].field(n) for n in names])
        if isinstance(self.source, pa.Table):
            return self.source.select(names).take(pa.array(at))
        if not len(at):
            return schema.empty_table()
        held = {n: self._held[n].take(pa.array(at)).cast(schema.field(n).type) for n in names if n in self._held}
        unheld = [n for n in names if n not in held]
        if unheld:
            read = pa.Table.from_batches(self._batches(at, unheld), schema=pa.schema([schema.field(n) for n in unheld]))
            held |= {n: read.column(n) for n in unheld}
        return pa.table([held[n] for n in names], schema=schema)

    def _batches(self, at: np.ndarray, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows from disk, batch by batch; row groups without any of them are not read."""
        for path, first, n_rows, ends in self._parts:
            mine = at[np.searchsorted(at, first) : np.searchsorted(at, first + n_rows)] - first
            groups, places, before = [], [], 0
            for group, (start, end) in enumerate(pairwise([0, *ends.tolist()])):
                inside = mine[np.searchsorted(mine, start) : np.searchsorted(mine, end)]
                if len(inside):
                    groups.append(group)
                    # Groups that are not read are counted out of the place of those that are.
                    places.append(inside - start + before)
                    before += end - start
            if not groups:
                continue
            place, done = np.concatenate(places), 0
            try:
                with pq.ParquetFile(path) as file:
                    for batch in batches_of(file, groups, _ROWS_AT_A_TIME, list(columns)):
                        inside = place[np.searchsorted(place, done) : np.searchsorted(place, done + batch.num_rows)]
                        if len(inside):
                            yield batch.select(list(columns)).take(pa.array(inside - done))
                        done += batch.num_rows
            except (OSError, pa.ArrowException) as problem:
                raise self._damaged(problem) from problem

    def of_articles(self, article_ids: Iterable[str], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of some articles, in the order of the table, as the schema has them."""
        return self.take(self.rows_of(article_ids), columns)

    def rows_of(self, article_ids: Iterable[str]) -> np.ndarray:
        """The numbers of the rows of some articles, ascending."""
        wanted = pa.array(sorted(set(article_ids)), pa.string())
        if self._ranges is None:
            self._ranges = self._find_ranges()
        ids, starts, ends = self._ranges
        if len(ids) < len(starts):
            return row_numbers(among(self.columns("article_id").column(0), wanted))
        found = pc.index_in(wanted, value_set=ids).drop_null().to_numpy()
        spans = [np.arange(starts[i], ends[i]) for i in np.sort(found)]
        return np.concatenate([np.empty(0, np.int64), *spans])

    def _find_ranges(self) -> tuple[pa.Array, np.ndarray, np.ndarray]:
        """The articles, first rows and rows after the last; more rows than articles where those of one do not stand together."""
        column = one_piece(self.columns("article_id").column(0))
        codes = column.indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        together = len(np.unique(codes)) == len(starts)
        ids = column.dictionary.take(pa.array(codes[starts] if together else np.unique(codes)))
        return ids, starts, np.append(starts[1:], len(codes))

    def tally(self, column: str) -> dict[str, int]:
        """How many rows have each value of a column, in the order in which they first occur."""
        counts = pc.value_counts(self.columns(column).column(0).combine_chunks())
        return {c["values"]: c["counts"] for c in counts.to_pylist()}


def among(column: pa.ChunkedArray, values: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Which values of a column are among some; of a coded column each word is looked up once."""
    return pa.chunked_array([pa.array(places(column, values) >= 0)])


def row_numbers(rows: np.ndarray | pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Row numbers from numbers or from a mask."""
    if isinstance(rows, np.ndarray):
        return np.flatnonzero(rows) if rows.dtype == bool else rows
    if pa.types.is_boolean(rows.type):
        return np.flatnonzero(pc.fill_null(rows, False).to_numpy(zero_copy_only=False))
    return np.asarray(rows)


def coded(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; strings as codes of the fewest bytes that can tell the words apart."""
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return one_piece(column)
    if column.num_chunks > 1:
        column = column.unify_dictionaries()
    array = one_piece(column)
    n = len(array.dictionary)
    kind = pa.int8() if n < 1 << 7 else pa.int16() if n < 1 << 15 else pa.int32()
    return pa.DictionaryArray.from_arrays(array.indices.cast(kind), array.dictionary)


def one_piece(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, whatever it was cut into."""
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def open_rows(source: Path | Mapping[str, pa.Table], name: str, counts: Mapping[str, int]) -> Rows:
    """A table of a run by its name.

    Raises:
        RunError: It is missing, damaged, or not as long as the record says.
    """
    return Rows(name, source, counts.get(name)) if isinstance(source, Path) else Rows(name, source[name])
