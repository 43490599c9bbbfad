"""Web archives: the pages in a WARC or ARC file, packed or not; of a damaged one what comes before the damage."""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import IO, Any

from framing.errors import InputError
from framing.ingest.decode import check_encoding, open_bytes, reading, shown
from framing.ingest.limits import LimitError
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.web import PAGE_COLUMNS, is_page_type, media_type, read_page
from framing.ingest.web_page import MOST_BYTES

_SIGNS = (b"WARC/", b"filedesc://")
#: Records that hold an answer; the others tell how it was asked for or what is known of it.
_ANSWERS = ("response", "resource")
#: Bytes of the headers of one record; more is no archive, and joining them costs more than linearly.
_MOST_IN_HEADERS = 1_000_000
_LONGEST_LINE = 65_536
_BLOCK = 65_536


def read_warc(path: Path, encoding: str | None) -> RawTable:
    """What pages does a web archive hold?

    One row an answer that is a page. Answers with another status than 200 are rejects one by one; those that are no
    pages (pictures, scripts, plain text) are one reject for each type, with their number. The answer in which a
    truncated file ends is a reject and never half an article; what follows damage in the middle is not read. A page
    that the archive holds twice unchanged is taken once.

    Raises:
        InputError: It is no archive, or damaged in its first bytes.
    """
    check_encoding(encoding)
    with reading(path), open_bytes(path) as file:
        head = file.read(16)
    if not head.startswith(_SIGNS):
        raise InputError(
            f"{path.name!r} does not begin as a web archive",
            "a WARC or ARC file, packed with gzip or not",
            "Check the file, or give its kind with --format.",
        )

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        with open_bytes(path) as opened:
            yield from _Archive(shown(path.name), opened, encoding).rows()

    return RawTable(list(PAGE_COLUMNS), rows, encoding or "")


class _DamageError(Exception):
    """The archive cannot be read on."""


class _Bytes:
    """An archive's bytes as far as they can be read; what ends them early is kept in `problem`."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.problem, self.done, self.ended = file, "", 0, False

    def read(self, size: int = _BLOCK) -> bytes:
        try:
            # One stretch at a time: of a block that breaks off, what comes before is whole.
            block: bytes = self.file.read1(size)  # type: ignore[attr-defined]
        except LimitError:
            raise
        except (EOFError, OSError, zlib.error) as problem:
            self.problem = self.problem or str(problem)
            block = b""
        self.done += len(block)
        self.ended = not block
        return block

    def tell(self) -> int:
        return self.done


class _Archive:
    """The rows of one archive.

    Args:
        name: Its name, for the places of rows.
        file: Its bytes, unpacked.
        encoding: What the user says its pages are in.
    """

    def __init__(self, name: str, file: IO[bytes], encoding: str | None) -> None:
        self.name, self.encoding, self.bytes, self.number = name, encoding, _Bytes(file), 0
        self.other: Counter[str] = Counter()

    def rows(self) -> Iterator[RawRow]:
        """Pages and rejects in the order of the file; what ended it, and what was no page, come last."""
        problem: tuple[str, str] | None = None
        try:
            for record in self._records():
                row, missing = self._row(record)
                if missing:
                    problem = (
                        "cut off",
                        f"the file ends inside record {self.number}, {missing:,} bytes of it are missing",
                    )
                    break
                if row is not None:
                    yield row
        except _DamageError as damage:
            reason = "cut off" if self.bytes.ended else "damaged"
            problem = reason, f"record {self.number + 1} cannot be read, nor what follows it: {damage}"
        if self.bytes.problem and problem is None:
            problem = "cut off", f"after record {self.number}: {self.bytes.problem}"
        if problem is not None:
            yield RawRow(self.name, {}, problem)
        for kind, number in sorted(self.other.items()):
            yield RawRow(self.name, {}, ("not web pages", f"{number:,} of type {kind or 'unknown'}"))

    def _records(self) -> Iterator[Any]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.bufferedreaders import BufferedReader

        class Reader(BufferedReader):  # type: ignore[misc]
            """As warcio's, with an end to lines and headers."""

            def __init__(self, stream: _Bytes) -> None:
                super().__init__(stream, block_size=_BLOCK)
                self.in_headers, self.begun = 0, False

            def readline(self, length: int | None = None) -> bytes:
                line: bytes = super().readline(min(length or _LONGEST_LINE, _LONGEST_LINE))
                self.in_headers += len(line)
                self.begun = self.begun or bool(line.strip())
                if self.in_headers > _MOST_IN_HEADERS:
                    raise _DamageError(f"more than {_MOST_IN_HEADERS:,} bytes of headers")
                return line

        records = ArchiveIterator(self.bytes)
        records.reader = reader = Reader(self.bytes)
        while True:
            reader.in_headers, reader.begun = 0, False
            try:
                # warcio prints what it thinks of a record; here that is a reject.
                with redirect_stderr(io.StringIO()):
                    record = next(records, None)
            except (LimitError, _DamageError, MemoryError):
                raise
            except Exception as problem:  # whatever its parsers make of a damaged record
                raise _DamageError(" ".join(str(problem).split())[:160] or type(problem).__name__) from problem
            if record is None and reader.begun:
                raise _DamageError("the file ends in its headers")
            if record is None:
                return
            self.number += 1
            yield record

    def _row(self, record: Any) -> tuple[RawRow | None, int]:
        """A record's row, if it is one of an answer, and how many of its bytes the file lacks."""
        if record.length is None:
            self.number -= 1
            raise _DamageError("it does not say how long it is")
        answer = record.rec_type in _ANSWERS
        headers = record.http_headers if answer else None
        kind = headers.get_header("Content-Type") if headers is not None else record.content_type
        status = headers.get_statuscode() if headers is not None else "200"
        page = answer and status == "200" and is_page_type(kind)
        try:
            data = record.content_stream().read(MOST_BYTES + 1) if page and record.length <= 2 * MOST_BYTES else b""
        except (LimitError, MemoryError):
            raise
        except Exception as problem:  # a body that is not packed as its headers say
            data, page, kind = b"", False, f"{media_type(kind)} that cannot be unpacked ({type(problem).__name__})"
        while record.raw_stream.read(_BLOCK):
            pass
        if record.raw_stream.limit > 0:
            return None, record.raw_stream.limit
        url = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or ""
        where = f"{self.name}, record {self.number}, {url[:200]}"
        if record.rec_type == "revisit":
            return RawRow(where, {}, ("stored elsewhere", "the archive says that it had not changed since")), 0
        if not answer or url.startswith(("dns:", "whois:", "filedesc:")):
            return None, 0
        if status != "200":
            return RawRow(where, {}, (f"status {status[:20]}", "")), 0
        if page and record.length > 2 * MOST_BYTES:
            return RawRow(where, {}, ("page too large", f"{record.length:,} bytes as sent")), 0
        if not page:
            self.other[media_type(kind)[:100]] += 1
            return None, 0
        return read_page(data, url, kind, where=where, encoding=self.encoding), 0
