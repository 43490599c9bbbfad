"""What every reader hands on: the columns and a stream of raw rows, uninterpreted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: A text longer than this is an unclosed quotation mark or another kind of file, not an article.
MOST_CHARACTERS_IN_FIELD = 10_000_000


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
        rows: From the columns that are used (a reader may leave out the others) to the rows, read as they are asked for.
        encoding: How the bytes were read; empty for binary formats.
        headlines: Whether the format has articles without a text, so that none is expected.
        addresses: Whether an address alone makes an article, to be fetched.
    """

    columns: list[str] | None
    rows: Callable[[Collection[str]], Iterator[RawRow]]
    encoding: str = ""
    headlines: bool = False
    addresses: bool = False


Reader = Callable[[Path, str | None], RawTable]
