"""Which reader a file gets: by what the user says, by its ending, and where endings are shared by its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from framing.errors import InputError
from framing.ingest.decode import open_bytes, reading
from framing.ingest.fetched import read_fetched
from framing.ingest.raw import RawTable, Reader
from framing.ingest.readers import read_csv, read_jsonl, read_parquet, read_text, read_tsv, read_xlsx
from framing.ingest.sets import read_set

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
    "text": read_text,
}
#: Files that other rooms write for a reader; nobody names these formats by hand.
OWN_READERS: dict[str, Reader] = {"fetched": read_fetched, "set": read_set}
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


#: Formats that share an ending with others, told apart by the file's first bytes; none fits: what SUFFIXES says.
SIGNS: dict[str, tuple[tuple[str, Callable[[bytes], bool]], ...]] = {}
_HEAD = 65_536


def find_format(path: Path) -> str:
    """The format of a path, by its ending and, where several formats share it, by its first bytes.

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
    if ending in SIGNS:
        with reading(path), open_bytes(path) as file:
            head = file.read(_HEAD)
        for name, fits in SIGNS[ending]:
            if fits(head):
                return name
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
        return found, {**READERS, **OWN_READERS}[found](path, encoding)
