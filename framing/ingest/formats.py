"""Which reader a file gets: by what the user says, by its ending, and where endings are shared by its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from framing.errors import InputError
from framing.ingest.decode import open_bytes, reading
from framing.ingest.europresse import is_europresse, read_europresse
from framing.ingest.factiva import is_factiva, read_factiva
from framing.ingest.feed import is_feed, read_feed
from framing.ingest.fetched import read_fetched
from framing.ingest.gdelt import is_gdelt, read_gdelt
from framing.ingest.lexis import is_lexis, read_lexis
from framing.ingest.mediacloud import is_mediacloud_json, is_mediacloud_table, read_mediacloud
from framing.ingest.nexis import is_nexis, read_nexis
from framing.ingest.raw import RawTable, Reader
from framing.ingest.readers import read_csv, read_jsonl, read_parquet, read_text, read_tsv, read_xlsx
from framing.ingest.sets import read_set
from framing.ingest.warc import read_warc
from framing.ingest.web import read_html

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
    "text": read_text,
    "factiva": read_factiva,
    "europresse": read_europresse,
    "mediacloud": read_mediacloud,
    "gdelt": read_gdelt,
    "nexis": read_nexis,
    "lexis": read_lexis,
    "html": read_html,
    "warc": read_warc,
    "feed": read_feed,
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
    ".docx": "nexis",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".warc": "warc",
    ".arc": "warc",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".xml": "feed",
}
#: Exports that come as a web page; any other page is one.
_PAGES = (("factiva", is_factiva), ("europresse", is_europresse), ("nexis", is_nexis), ("lexis", is_lexis))

#: Formats that share an ending with others, told apart by the file's first bytes; none fits: what SUFFIXES says.
SIGNS: dict[str, tuple[tuple[str, Callable[[bytes], bool]], ...]] = {
    ".html": _PAGES,
    ".htm": _PAGES,
    ".xml": (("factiva", is_factiva), ("feed", is_feed)),
    ".csv": (("gdelt", is_gdelt), ("mediacloud", is_mediacloud_table)),
    ".tsv": (("gdelt", is_gdelt), ("mediacloud", is_mediacloud_table)),
    ".txt": (("gdelt", is_gdelt), ("lexis", is_lexis)),
    ".json": (("mediacloud", is_mediacloud_json),),
    ".jsonl": (("mediacloud", is_mediacloud_json),),
}
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
    return find_sign(path, ending) or SUFFIXES[ending]


def find_sign(path: Path, ending: str) -> str | None:
    """The format that a file shows by its first bytes, among those that share its ending; None where it shows none.

    Raises:
        InputError: It cannot be read.
    """
    if ending not in SIGNS:
        return None
    with reading(path), open_bytes(path) as file:
        head = file.read(_HEAD)
    return next((name for name, fits in SIGNS[ending] if fits(head)), None)


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
