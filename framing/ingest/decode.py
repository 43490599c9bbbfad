"""Bytes to text: byte-order marks first, then UTF-8, then what the user declares; never a guess."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from framing.errors import InputError, reason_of
from framing.ingest.limits import check_unpacked

# UTF-32 before UTF-16: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python counts these as text encodings; no file of articles is written in them.
_NO_FILE_ENCODINGS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
_SNIFF = 8192


def shown(name: str) -> str:
    """A file name as it can be written down: bytes that are not UTF-8 are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


class _LimitedGzip(gzip.GzipFile):
    """A gzip file that stops when it unpacks to more than is allowed."""

    def __init__(self, path: Path) -> None:
        # gzip opens the file itself, so that closing the one closes the other.
        super().__init__(path, "rb")
        self._done, self._packed, self._where = 0, path.stat().st_size, repr(path.name)

    def read(self, size: int | None = -1) -> bytes:
        return self._count(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        return self._count(super().read1(size))

    def _count(self, block: bytes) -> bytes:
        self._done += len(block)
        check_unpacked(self._done, self._packed, self._where)
        return block


def open_bytes(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked when it ends in .gz.

    Raises:
        LimitError: While reading, when it unpacks to more than the limits allow.
    """
    try:
        return cast("IO[bytes]", _LimitedGzip(path)) if path.suffix.lower() == ".gz" else path.open("rb")
    except OSError as problem:
        raise InputError(
            f"{str(path)!r} cannot be read ({problem.strerror})",
            "a readable file",
            "Check the path and its permissions.",
        ) from problem


def check_encoding(declared: str | None) -> None:
    """Raise when there is no such encoding, or it is none of text."""
    try:
        codec = codecs.lookup(declared or "utf-8")
        known = codec._is_text_encoding and codec.name not in _NO_FILE_ENCODINGS
    except (LookupError, ValueError):
        known = False
    if not known:
        raise InputError(
            f"unknown encoding {declared!r}", "a name such as utf-8, cp1252 or gb18030", "Correct --encoding."
        )


def find_encoding(path: Path, declared: str | None) -> str:
    """The encoding to read a file with.

    Raises:
        InputError: The file is empty or binary, or the declared encoding is unknown.
    """
    check_encoding(declared)
    with reading(path), open_bytes(path) as file:
        head = file.read(_SNIFF)
    if not head:
        raise InputError(f"{path.name!r} is empty", "articles", "Export it again or leave it out.")
    wanted = codecs.lookup(declared).name if declared else ""
    for mark, name in _MARKS:
        # The mark of the declared encoding is not text.
        if head.startswith(mark) and (not declared or wanted.startswith(name.removesuffix("-sig"))):
            return name
    if declared:
        return declared
    if b"\x00" in head:
        raise InputError(
            f"{path.name!r} holds NUL bytes, so it is a binary file or UTF-16 without a mark",
            "a text file",
            "Give its kind with --format, or its encoding with --encoding.",
        )
    return "utf-8"


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[IO[str]]:
    """A text file, line ends untouched; a wrong byte is an `InputError` that names its place."""
    with (
        reading(path, encoding),
        open_bytes(path) as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="") as file,
    ):
        yield file


@contextmanager
def reading(path: Path, encoding: str = "") -> Iterator[None]:
    """Turn what goes wrong while reading a file into one sentence."""
    try:
        yield
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        raise InputError(
            f"byte 0x{byte:02X} in {path.name!r}, which is not {(encoding or problem.encoding).upper()}",
            "one encoding throughout the file, UTF-8 unless declared",
            "Name the right one, for example --encoding cp1252, or save the file as UTF-8.",
        ) from problem
    except UnicodeError as problem:
        raise InputError(
            f"{path.name!r}, which is not in the declared encoding ({problem})",
            "a file with a byte-order mark, or an encoding that names the order of bytes",
            "Name the right one, for example --encoding utf-16-le.",
        ) from problem
    except (gzip.BadGzipFile, EOFError, OSError, zlib.error) as problem:
        raise InputError(
            f"{path.name!r} is damaged or cut off ({reason_of(problem)})",
            "a complete file",
            "Download or export it again.",
        ) from problem
