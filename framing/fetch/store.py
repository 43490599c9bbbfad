"""What was fetched, kept for good: a WARC file that only grows, and beside it one line for each thing fetched.

The lines say how far the WARC is whole. What an interrupted run left after the last line is cut off at the next opening,
so that the WARC is valid at any time between two records.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from framing.errors import InputError
from framing.fetch.client import Answer, user_agent

#: What a caller knows of a page and the page itself may not say.
KNOWN_FIELDS = ("outlet", "published", "event", "section", "language")
#: Headers that describe bytes as sent; the bytes are stored unpacked, so these keep their value under another name.
_OF_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")


class Store:
    """A folder with `NAME.warc.gz` and `NAME.jsonl`; one process writes to it at a time.

    Args:
        folder: Where the two files are; made with the first thing stored.
        name: What is in them, for example `pages`.

    Raises:
        InputError: Another process writes to it, or the files do not fit together.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.warc, self.journal = folder, folder / f"{name}.warc.gz", folder / f"{name}.jsonl"
        #: What is known of each address asked for.
        self.known: dict[str, dict[str, Any]] = {}
        #: The last answer of each address that answered: its digest, and where its record lies.
        self.stored: dict[str, tuple[str, int, int]] = {}
        self._end = 0
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self.journal.exists():
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def add(self, url: str, answer: Answer, known: Mapping[str, str | None]) -> None:
        """Store an answer: first the WARC record, then the line that makes it count."""
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._open()
        packed = self._record(answer)
        with self.warc.open("ab") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        row = {
            "url": url,
            "final_url": answer.final_url,
            "fetched": answer.fetched.isoformat(timespec="seconds"),
            "offset": self._end,
            "length": len(packed),
            "digest": self._digest(answer),
            **self._validators(answer),
            **known,
        }
        self._end += len(packed)
        self._write(row)

    def note(self, url: str, known: Mapping[str, str | None], answer: Answer | None = None) -> None:
        """Write down what is newly known of an address whose answer is stored already."""
        validators = {} if answer is None else self._validators(answer)
        if answer is not None:
            validators["checked"] = answer.fetched.isoformat(timespec="seconds")
        row = {"url": url, **validators, **known}
        if any(v and self.known.get(url, {}).get(k) != v for k, v in row.items()):
            self._write(row)

    def is_stored(self, answer: Answer) -> bool:
        """Whether the last answer stored of that address has the same body."""
        return self.stored.get(answer.final_url, ("",))[0] == self._digest(answer)

    def read(self, url: str) -> bytes:
        """The body that is stored of an address."""
        _, offset, length = self.stored[self.known[url]["final_url"]]
        with self.warc.open("rb") as file:
            file.seek(offset)
            for record in ArchiveIterator(io.BytesIO(file.read(length))):
                if record.rec_type == "response":
                    return bytes(record.content_stream().read())
        raise self._damaged("its records are not where the lines beside it say")

    @staticmethod
    def _digest(answer: Answer) -> str:
        return hashlib.sha256(answer.body).hexdigest()

    @staticmethod
    def _validators(answer: Answer) -> dict[str, str]:
        found = {"etag": answer.header("ETag"), "last_modified": answer.header("Last-Modified")}
        return {key: value for key, value in found.items() if value}

    def _record(self, answer: Answer) -> bytes:
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
        if not self._end:
            info = {"software": user_agent(), "format": "WARC file version 1.1"}
            writer.write_record(writer.create_warcinfo_record(self.warc.name, info))
        headers = [
            (f"X-Crawl-{key}" if key.lower() in _OF_THE_WIRE else key, " ".join(value.split()))
            for key, value in answer.headers
        ]
        headers.append(("Content-Length", str(len(answer.body))))
        record = writer.create_warc_record(
            answer.final_url,
            "response",
            payload=io.BytesIO(answer.body),
            length=len(answer.body),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": answer.fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                **({"WARC-IP-Address": answer.address} if answer.address else {}),
            },
        )
        writer.write_record(record)
        return out.getvalue()

    def _write(self, row: Mapping[str, Any]) -> None:
        with self.journal.open("ab") as file:
            file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._learn(row)

    def _learn(self, row: Mapping[str, Any]) -> None:
        url = row["url"]
        self.known[url] = {**self.known.get(url, {}), **{k: v for k, v in row.items() if v is not None}}
        if "offset" in row:
            self._end = max(self._end, row["offset"] + row["length"])
            self.stored[row["final_url"]] = (row["digest"], row["offset"], row["length"])

    def _open(self) -> None:
        self._lock = self.journal.open("ab")
        try:
            lock(self._lock, self.folder)
            self._mend()
        except BaseException:
            self._lock.close()
            self._lock = None
            raise

    def _mend(self) -> None:
        """Learn what is stored, and cut off what an interrupted run left behind."""
        whole = 0
        for line in self.journal.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            try:
                self._learn(json.loads(line))
            except (ValueError, KeyError, TypeError) as problem:
                raise self._damaged(f"a line of {self.journal.name} cannot be read") from problem
            whole += len(line)
        size = self.warc.stat().st_size if self.warc.exists() else 0
        if size < self._end:
            raise self._damaged(f"it has {size:,} bytes and {self.journal.name} speaks of {self._end:,}")
        # Half a line, and a record without its line.
        os.truncate(self.journal, whole)
        if size > self._end:
            os.truncate(self.warc, self._end)

    def _damaged(self, why: str) -> InputError:
        return InputError(
            f"a damaged {str(self.warc)!r} ({why})", "the files as fetching left them", "Name another folder."
        )


def list_pages(warc: Path) -> dict[str, dict[str, Any]]:
    """Where in a stored WARC is the last version of each page, and what is known of it?

    Args:
        warc: A file that a `Store` wrote.

    Returns:
        By the address asked for, its fragment left out: `url` (the address that answered), `offset` and `length` of the record,
        and those of `KNOWN_FIELDS` that are known.
    """
    with Store(warc.parent, warc.name.removesuffix(".warc.gz")) as store:
        pages = {}
        for asked, row in store.known.items():
            final = row.get("final_url", asked)
            if final in store.stored:
                _, offset, length = store.stored[final]
                known = {name: row[name] for name in KNOWN_FIELDS if row.get(name)}
                pages[asked] = {"url": final, "offset": offset, "length": length, **known}
        return pages


def lock(file: IO[bytes], folder: Path) -> None:
    """Keep other processes out, where the system can; the lock goes with the file when it is closed, however that happens."""
    try:
        import fcntl
    except ImportError:  # Windows, which has no such locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise InputError(
            f"{str(folder)!r}, to which another process is writing", "a folder that nobody else uses", "Wait for it."
        ) from problem
