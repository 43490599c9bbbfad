"""How much an untrusted file may cost: bytes, ratio, columns, seconds and memory, and the messages when it costs more."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from framing.errors import InputError

#: Below this many unpacked bytes the ratio says nothing: a short repetitive file packs well.
_SMALL = 10_000_000


class LimitError(InputError):
    """A file costs more than allowed; the message names the limit and how to raise it."""


@dataclass(frozen=True)
class Limits:
    """What one source may cost.

    Args:
        unpacked: Bytes of a packed file (gzip, zip, docx, xlsx) once unpacked.
        ratio: Unpacked bytes for one packed byte.
        columns: Columns of a table.
        seconds: Seconds of work without one batch of articles coming out.
        memory: Bytes of memory of the process that reads.
    """

    unpacked: int = 4_000_000_000
    ratio: int = 300
    columns: int = 2_000
    seconds: int = 300
    memory: int = 4_000_000_000


_limits: ContextVar[Limits] = ContextVar("limits", default=Limits())  # noqa: B039 - frozen


def current_limits() -> Limits:
    """The limits that hold here."""
    return _limits.get()


@contextmanager
def using_limits(limits: Limits) -> Iterator[None]:
    """Let other limits hold in this block.

    Example:
        >>> with using_limits(Limits(columns=3)):
        ...     current_limits().columns
        3
    """
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


def parse_limits(given: Iterable[str]) -> Limits:
    """The `--limit` options as limits.

    Raises:
        InputError: One is no NAME=NUMBER with a name of a limit and a positive whole number.

    Example:
        >>> parse_limits(["columns=5000"]).columns
        5000
    """
    names = [f.name for f in fields(Limits)]
    values = {}
    for pair in given:
        name, _, number = pair.partition("=")
        number = number.strip().replace("_", "").replace(",", "")
        if name.strip() not in names or not number.isdecimal() or not 0 < int(number) < 1 << 62:
            raise InputError(
                f"{pair!r} as a limit", f"NAME=NUMBER with a name out of {', '.join(names)}", "Correct --limit."
            )
        values[name.strip()] = int(number)
    return Limits(**values)


def limit_hit(name: str, found: str, where: str) -> LimitError:
    """The error for a limit: what was found, what is allowed, and the option that raises it."""
    allowed = getattr(current_limits(), name)
    units = {
        "unpacked": f"{allowed / 1e9:.3g} GB unpacked",
        "ratio": f"{allowed} unpacked bytes for each packed one",
        "columns": f"{allowed:,} columns",
        "seconds": f"{allowed} seconds without an article",
        "memory": f"{allowed / 1e9:.3g} GB of memory",
    }
    assert name in {f.name for f in fields(Limits)}
    return LimitError(
        f"{found} in {where}",
        f"at most {units[name]}",
        f"If the file is what it should be, raise the limit with --limit {name}=NUMBER.",
    )


def check_unpacked(unpacked: int, packed: int, where: str) -> None:
    """Raise a `LimitError` when what came out of a packed file is too much."""
    limits = current_limits()
    if unpacked > limits.unpacked:
        raise limit_hit("unpacked", f"more than {unpacked / 1e9:.3g} GB", where)
    if unpacked > _SMALL and unpacked > limits.ratio * max(packed, 1):
        raise limit_hit("ratio", f"{unpacked // max(packed, 1):,} unpacked bytes for each packed one", where)


class LimitedReader:
    """A binary file whose unpacked bytes are counted while they are read.

    Args:
        file: What to read from, already unpacking.
        packed: Size of the packed file.
        where: Its name, for the message.
    """

    def __init__(self, file: IO[bytes], packed: int, where: str) -> None:
        self.file, self.packed, self.where, self.done = file, packed, where, 0

    def read(self, size: int = -1) -> bytes:
        """As of any binary file; everything at once is still counted block by block."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        block = self.file.read(size)
        self.done += len(block)
        check_unpacked(self.done, self.packed, self.where)
        return block


@contextmanager
def open_zip(path: Path, what: str = "zip archive") -> Iterator[zipfile.ZipFile]:
    """A zip archive, or a file that is one inside, whose stated sizes are within the limits; read its members with `read_member`.

    Raises:
        LimitError: It says it unpacks to too much.
        InputError: It is no zip archive.
    """
    where = path.name
    try:
        with path.open("rb") as opened, zipfile.ZipFile(opened) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            check_unpacked(size, path.stat().st_size, where)
            yield packed
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as problem:
        raise InputError(
            f"{where!r} is no readable {what} ({problem})", f"a complete {what}", "Download or export it again."
        ) from problem


def read_member(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> bytes:
    """The bytes of one member, counted while they are unpacked: what an archive says of its sizes can be a lie."""
    with packed.open(entry) as member:
        return LimitedReader(member, max(entry.compress_size, 1), f"{where}, {entry.filename[:80]!r}").read()
