"""One reader per file format: a path in, the columns and a stream of raw rows out.

A reader never interprets a row. What makes an article of it is in `framing.ingest.articles`.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from framing.errors import InputError
from framing.ingest.decode import find_encoding, open_text, reading

#: Limits against broken and hostile files: a text longer than this is an unclosed quotation mark, not an article.
MOST_CHARACTERS_IN_FIELD = 10_000_000
MOST_COLUMNS = 2_000
MOST_UNPACKED_XLSX = 1_000_000_000


@dataclass(frozen=True)
class RawRow:
    """One row as read: its place, and its values or the reason it has none."""

    where: str
    values: Mapping[str, Any]
    problem: tuple[str, str] | None = None


@dataclass(frozen=True)
class RawTable:
    """What a reader hands on.

    Args:
        columns: Column names where the format states them once, else None.
        rows: The rows, read as they are asked for.
        encoding: How the bytes were read; empty for binary formats.
    """

    columns: list[str] | None
    rows: Iterator[RawRow]
    encoding: str = ""


def read_csv(path: Path, encoding: str | None) -> RawTable:
    """CSV with a header; comma or semicolon, whichever the header has more of."""
    return _delimited(path, encoding, ",;|\t")


def read_tsv(path: Path, encoding: str | None) -> RawTable:
    """Tab-separated text with a header."""
    return _delimited(path, encoding, "\t")


def _delimited(path: Path, encoding: str | None, delimiters: str) -> RawTable:
    used = find_encoding(path, encoding)
    csv.field_size_limit(MOST_CHARACTERS_IN_FIELD)
    with open_text(path, used) as file:
        header_line = file.readline(MOST_CHARACTERS_IN_FIELD)
    delimiter = max(delimiters, key=header_line.count)
    header = next(csv.reader([header_line], delimiter=delimiter), [])
    header = [name.strip() for name in header]
    if not any(header):
        raise InputError(
            f"{path.name!r} without a header line",
            "column names in the first line",
            "Add them or choose another --format.",
        )
    if len(header) > MOST_COLUMNS:
        raise InputError(
            f"{len(header):,} columns in {path.name!r}",
            f"at most {MOST_COLUMNS:,}",
            "Leave out the columns that are not needed.",
        )

    def rows() -> Iterator[RawRow]:
        with open_text(path, used) as file:
            reader = csv.reader(file, delimiter=delimiter)
            number = 0
            try:
                next(reader, None)
                for number, fields in enumerate(reader, start=1):
                    if not fields:
                        continue
                    where = f"{path.name}, row {number}"
                    if len(fields) > len(header):
                        yield RawRow(
                            where, {}, ("too many fields", f"{len(fields)} fields under {len(header)} columns")
                        )
                    else:
                        yield RawRow(where, dict(zip(header, fields, strict=False)))
            except csv.Error as problem:
                raise InputError(
                    f"{path.name!r} breaks off as CSV at row {number + 1} ({problem})",
                    "fields shorter than ten million characters with closed quotation marks",
                    "Look for an unclosed quotation mark there.",
                ) from problem

    return RawTable(header, rows(), used)


def read_jsonl(path: Path, encoding: str | None) -> RawTable:
    """JSON Lines: one object a line."""
    used = find_encoding(path, encoding)

    def rows() -> Iterator[RawRow]:
        number = good = 0
        with open_text(path, used) as file:
            while line := file.readline(MOST_CHARACTERS_IN_FIELD + 1):
                number += 1
                where = f"{path.name}, line {number}"
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
                    values = None
                    if not good and number >= 3:
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

    return RawTable(None, rows(), used)


def read_parquet(path: Path, encoding: str | None) -> RawTable:
    """A Parquet file, row group by row group."""
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as problem:
        raise InputError(
            f"{path.name!r} is no readable Parquet file ({str(problem)[:160]})", "a Parquet file", "Write it again."
        ) from problem

    def rows() -> Iterator[RawRow]:
        number = 0
        with file:
            try:
                for batch in file.iter_batches(batch_size=512):
                    for values in batch.to_pylist():
                        number += 1
                        yield RawRow(f"{path.name}, row {number}", values)
            except (OSError, pa.ArrowException) as problem:
                raise InputError(
                    f"{path.name!r} is damaged after row {number}", "a complete Parquet file", "Write it again."
                ) from problem

    return RawTable(list(file.schema_arrow.names), rows())


def read_xlsx(path: Path, encoding: str | None) -> RawTable:
    """The first sheet of an Excel workbook, header in its first row."""
    # Imported here: only needed for workbooks.
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > MOST_UNPACKED_XLSX:
            raise InputError(
                f"{path.name!r} unpacks to {size / 1e9:.1f} GB",
                f"at most {MOST_UNPACKED_XLSX / 1e9:.0f} GB",
                "Export it as CSV.",
            )
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        cells = sheet.iter_rows(values_only=True)
        header = ["" if name is None else str(name).strip() for name in next(cells, ())]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, IndexError) as problem:
        raise InputError(
            f"{path.name!r} is no readable workbook ({problem})", "an .xlsx file", "Save it again or export it as CSV."
        ) from problem
    if not any(header) or len(header) > MOST_COLUMNS:
        raise InputError(
            f"{path.name!r} with {len(header)} columns and no usable header",
            "column names in the first row",
            "Add them.",
        )

    def rows() -> Iterator[RawRow]:
        for number, values in enumerate(cells, start=1):
            if any(v is not None for v in values):
                yield RawRow(f"{path.name}, row {number}", {k: v for k, v in zip(header, values, strict=False) if k})
        book.close()

    return RawTable(header, rows())


def read_text(path: Path, encoding: str | None) -> RawTable:
    """A .txt file as one article, or a folder of them: the folder under the named one is the outlet."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*.txt") if p.is_file())
    if not files:
        raise InputError(
            f"no .txt file under {str(path)!r}", "a folder of .txt files", "Check the folder, or give --format."
        )
    root = path.parent if path.is_file() else path

    def rows() -> Iterator[RawRow]:
        for file_path in files:
            relative = file_path.relative_to(root)
            with open_text(file_path, find_encoding(file_path, encoding)) as file:
                values = {"id": relative.with_suffix("").as_posix(), "text": file.read()}
            if len(relative.parts) > 1:
                values["outlet"] = relative.parts[0]
            yield RawRow(relative.as_posix(), values)

    columns = ["id", "text"] + (["outlet"] if any(len(f.relative_to(root).parts) > 1 for f in files) else [])
    return RawTable(columns, rows(), encoding or "utf-8")


Reader = Callable[[Path, str | None], RawTable]
READERS: dict[str, Reader] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
    "text": read_text,
}
SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".txt": "text",
}


def find_format(path: Path) -> str:
    """The format of a path, by its ending.

    Raises:
        InputError: The path does not exist, or its ending says nothing.
    """
    if not path.exists():
        raise InputError(f"no file {str(path)!r}", "a file or folder of articles", "Check the path.")
    if path.is_dir():
        return "text"
    endings = [s.lower() for s in path.suffixes]
    ending = endings[-2] if len(endings) > 1 and endings[-1] == ".gz" else (endings or [""])[-1]
    if ending not in SUFFIXES:
        raise InputError(
            f"{path.name!r}, whose ending says no format",
            f"one of {', '.join(SUFFIXES)}",
            f"Give --format ({', '.join(READERS)}).",
        )
    return SUFFIXES[ending]


def open_source(path: Path, form: str, encoding: str | None) -> tuple[str, RawTable]:
    """The format and raw rows of a source."""
    found = find_format(path) if form == "auto" or not path.exists() else form
    if form != "auto" and path.is_dir() and found != "text":
        raise InputError(
            f"{str(path)!r} is a folder",
            f"a {form} file",
            "Name the file, or use --format text for a folder of .txt files.",
        )
    with reading(path):
        return found, READERS[found](path, encoding)
