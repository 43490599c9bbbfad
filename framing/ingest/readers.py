"""Readers of plain tables and texts: a path in, the columns and a stream of raw rows out.

A reader never interprets a row. What makes an article of it is in `framing.ingest.articles`; which reader a file
gets is in `framing.ingest.formats`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from framing.errors import InputError
from framing.ingest.decode import check_encoding, find_encoding, open_text, shown
from framing.ingest.limits import current_limits, limit_hit, open_zip
from framing.ingest.raw import MOST_CHARACTERS_IN_FIELD, RawRow, RawTable

MOST_CHARACTERS_IN_LINE = 2 * MOST_CHARACTERS_IN_FIELD


def read_csv(path: Path, encoding: str | None) -> RawTable:
    """CSV with a header; the delimiter is the one that cuts it into most columns."""
    return _delimited(path, encoding, ",;|\t")


def read_tsv(path: Path, encoding: str | None) -> RawTable:
    """Tab-separated text with a header."""
    return _delimited(path, encoding, "\t")


class _Lines(Iterator[str]):
    """The physical lines of a table from its header on: blank lines and the `sep=;` of Excel before it are left out."""

    _separator = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*\Z', re.IGNORECASE)

    def __init__(self, file: IO[str]) -> None:
        self.file, self.number, self.line, self.delimiter, self.begun = file, 0, "", "", False

    def __next__(self) -> str:
        while line := self.file.readline(MOST_CHARACTERS_IN_LINE):
            self.number, self.line = self.number + 1, line
            if len(line) >= MOST_CHARACTERS_IN_LINE:
                raise csv.Error(f"a line of more than {MOST_CHARACTERS_IN_LINE:,} characters")
            if not self.begun:
                named = self._separator.match(line)
                self.delimiter = named[1] if named else self.delimiter
                if named or not line.strip():
                    continue
                self.begun = True
            return line
        raise StopIteration


def _header(path: Path, encoding: str, delimiters: str) -> tuple[str, list[str]]:
    """The delimiter and column names of a table: of all candidates the one that cuts its first record most often."""
    best, problem = ("", list[str]()), None
    with open_text(path, encoding) as file:
        lines = _Lines(file)
        try:
            next(lines, "")
        except csv.Error as error:
            raise _breaks_off(path, "in its header", error) from error
    for candidate in lines.delimiter or delimiters:
        with open_text(path, encoding) as file:
            try:
                fields = next(csv.reader(_Lines(file), delimiter=candidate, strict=True), [])
            except csv.Error as error:
                problem = problem or error
                continue
        if len(fields) > len(best[1]):
            best = candidate, [name.strip() for name in fields]
    if problem and not best[1]:
        raise _breaks_off(path, "in its header", problem)
    return best


def _breaks_off(path: Path, where: str, problem: csv.Error) -> InputError:
    what = str(problem).replace("unexpected end of data", "the file ends inside quotation marks")
    return InputError(
        f"{path.name!r} breaks off as CSV {where}: {what}",
        "fields shorter than ten million characters with closed quotation marks",
        "Look for an unclosed quotation mark there; a field that begins with one is quoted whole, its own marks doubled.",
    )


def _check_header(path: Path, header: list[str]) -> None:
    if not any(header):
        raise InputError(
            f"{path.name!r} without a header line",
            "column names in the first line",
            "Add them or choose another --format.",
        )
    if len(header) > current_limits().columns:
        raise limit_hit("columns", f"{len(header):,} columns", repr(path.name))


def _delimited(path: Path, encoding: str | None, delimiters: str) -> RawTable:
    used = find_encoding(path, encoding)
    csv.field_size_limit(MOST_CHARACTERS_IN_FIELD)
    delimiter, header = _header(path, used, delimiters)
    _check_header(path, header)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        with open_text(path, used) as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            next(reader)
            number, lost = 0, False
            while True:
                number, first = number + 1, lines.number + 1
                where = f"{shown(path.name)}, row {number}"
                try:
                    fields = next(reader, None)
                    if lost and fields and len(fields) != len(header):
                        raise csv.Error("the row before is malformed, and what follows is not a whole row")
                except csv.Error as problem:
                    # A malformed row ends with its line only if its quotation marks are paired there.
                    if lines.number == first and "expected after" in str(problem) and not lines.line.count('"') % 2:
                        lost = True
                        yield RawRow(where, {}, ("malformed row", f"line {first}: {problem}"))
                        continue
                    raise _breaks_off(path, f"at row {number} (line {first})", problem) from problem
                if fields is None:
                    return
                if not fields:
                    continue
                lost = False
                if len(fields) > len(header):
                    yield RawRow(where, {}, ("too many fields", f"{len(fields)} fields under {len(header)} columns"))
                else:
                    yield RawRow(where, dict(zip(header, fields, strict=False)))

    return RawTable(header, rows, used)


def read_jsonl(path: Path, encoding: str | None) -> RawTable:
    """JSON Lines: one object a line."""
    used = find_encoding(path, encoding)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        number = good = 0
        begin, opened = True, False
        with open_text(path, used) as file:
            while line := file.readline(MOST_CHARACTERS_IN_FIELD + 1):
                number += 1
                where = f"{shown(path.name)}, line {number}"
                first = begin and bool(line.strip())
                if first:
                    begin = False
                    if line.lstrip().startswith("["):
                        raise _other_json(path, "a JSON array")
                if len(line) > MOST_CHARACTERS_IN_FIELD:
                    raise InputError(
                        f"{where} longer than {MOST_CHARACTERS_IN_FIELD:,} characters",
                        "one article a line",
                        "Is it JSON Lines?",
                    )
                if not line.strip():
                    continue
                try:
                    values = json.loads(line)
                except (ValueError, RecursionError) as problem:
                    # A first line that ends before its object does: pretty-printed, unless objects follow.
                    opened = opened or (
                        first and isinstance(problem, json.JSONDecodeError) and problem.pos >= len(line.rstrip())
                    )
                    if not good and number >= 3:
                        if opened:
                            raise _other_json(path, "one JSON document over several lines") from problem
                        # Three lines without one object: not a damaged row but another format.
                        raise InputError(
                            f"{path.name!r} is not JSON Lines ({problem})",
                            "one JSON object a line",
                            "Give its kind with --format.",
                        ) from problem
                    yield RawRow(where, {}, ("not JSON", str(problem)[:200]))
                    continue
                if isinstance(values, dict):
                    good += 1
                    yield RawRow(where, values)
                else:
                    yield RawRow(where, {}, ("not a JSON object", f"a {type(values).__name__}"))
        if opened and not good:
            raise _other_json(path, "one JSON document over several lines")

    return RawTable(None, rows, used)


def _other_json(path: Path, what: str) -> InputError:
    return InputError(
        f"{path.name!r} is {what}", "one JSON object a line", "Convert it, for example an array with jq -c '.[]'."
    )


@contextmanager
def _damaged(path: Path, what: str, *errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except errors as problem:
        raise InputError(
            f"{path.name!r} is no readable {what} ({type(problem).__name__}: {' '.join(str(problem).split())[:160]})",
            f"a complete {what}",
            "Save it again or export it as CSV.",
        ) from problem


def read_parquet(path: Path, encoding: str | None) -> RawTable:
    """A Parquet file, batch by batch, only the columns that are used."""
    damage = (OSError, ValueError, LookupError, OverflowError, pa.ArrowException)
    # Opened here and not by Arrow, which takes no file name that is not UTF-8.
    with _damaged(path, "Parquet file", *damage), path.open("rb") as opened:
        columns = list(pq.ParquetFile(opened).schema_arrow.names)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        number = 0
        with _damaged(path, "Parquet file", *damage), path.open("rb") as opened:
            for batch in pq.ParquetFile(opened).iter_batches(batch_size=512, columns=sorted(wanted) or None):
                for place, values in enumerate(_rows_of(batch), start=number + 1):
                    where = f"{shown(path.name)}, row {place}"
                    yield RawRow(where, {}, values) if isinstance(values, tuple) else RawRow(where, values)
                number += batch.num_rows

    return RawTable(columns, rows)


def _rows_of(batch: pa.RecordBatch) -> list[dict[str, Any] | tuple[str, str]]:
    """A batch as Python values; of a row that has none, the reason."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError as problem:
        reason = ("not text", str(problem))
    except (ValueError, LookupError, OverflowError, pa.ArrowException) as problem:
        reason = ("out of range", str(problem))
    if batch.num_rows <= 1:
        return [reason]
    return [row for place in range(batch.num_rows) for row in _rows_of(batch.slice(place, 1))]


def read_xlsx(path: Path, encoding: str | None) -> RawTable:
    """The first sheet of an Excel workbook, header in its first row."""
    cells = _cells(path)
    header = ["" if name is None else str(name).strip() for name in next(cells, ())]
    while header and not header[-1]:
        header.pop()
    _check_header(path, header)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        for number, values in enumerate(cells, start=1):
            if any(v is not None for v in values):
                where = f"{shown(path.name)}, row {number}"
                yield RawRow(where, {k: v for k, v in zip(header, values, strict=False) if k})

    return RawTable(header, rows)


def _cells(path: Path) -> Iterator[tuple[Any, ...]]:
    # Imported here: only needed for workbooks.
    from openpyxl import load_workbook

    # Whatever its XML, ZIP and number parsers raise comes through openpyxl as it is.
    with _damaged(path, "workbook", Exception), path.open("rb") as opened:
        with open_zip(path, "workbook"):
            pass
        # The file and not its path: openpyxl refuses other endings.
        book = load_workbook(opened, read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)


def read_text(path: Path, encoding: str | None) -> RawTable:
    """A .txt file as one article, or a folder of them: the folder under the named one is the outlet."""
    check_encoding(encoding)
    files = (
        [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix.lower() == ".txt" and p.is_file())
    )
    if not files:
        raise InputError(
            f"no .txt file under {str(path)!r}", "a folder of .txt files", "Check the folder, or give --format."
        )
    root = path.parent if path.is_file() else path

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        for file_path in files:
            relative = file_path.relative_to(root)
            where = shown(relative.as_posix())
            used = encoding or "utf-8"
            try:
                if file_path.stat().st_size == 0 and file_path != path:
                    yield RawRow(where, {}, ("empty", ""))
                    continue
                used = find_encoding(file_path, encoding)
                with open_text(file_path, used) as file:
                    text = file.read(MOST_CHARACTERS_IN_FIELD + 1)
            except (InputError, OSError) as problem:
                # One bad file of a folder is a reject; alone it is the whole input.
                if file_path == path:
                    raise
                encoded = isinstance(problem.__cause__, UnicodeError)
                reason = f"not {used.upper().removesuffix('-SIG')}" if encoded else "unreadable"
                yield RawRow(where, {}, (reason, str(problem)))
                continue
            if len(text) > MOST_CHARACTERS_IN_FIELD:
                yield RawRow(where, {}, ("too long", f"more than {MOST_CHARACTERS_IN_FIELD:,} characters"))
                continue
            values = {"id": shown(relative.with_suffix("").as_posix()), "text": text}
            if len(relative.parts) > 1:
                values["outlet"] = shown(relative.parts[0])
            yield RawRow(where, values)

    columns = ["id", "text"] + (["outlet"] if any(len(f.relative_to(root).parts) > 1 for f in files) else [])
    return RawTable(columns, rows, encoding or "utf-8")
