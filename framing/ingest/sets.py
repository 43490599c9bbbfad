"""Public sets that are no table: JSON objects or texts in the members of an archive, by a description of where what is."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.ingest.decode import check_encoding, open_bytes, reading, shown
from framing.ingest.limits import LimitError, open_zip, read_member
from framing.ingest.raw import MOST_CHARACTERS_IN_FIELD, RawRow, RawTable

_MEMBERS = Iterator[tuple[str, bytes | tuple[str, str]]]


def read_set(path: Path, encoding: str | None) -> RawTable:
    """The articles of a set, by its description: a JSON file beside the set's own.

    Args:
        path: A JSON object with `file` (name of the set's file, beside it), `form` (`json` or `text`) and, as of a recipe's
            `[convert]`, `members`, `columns`, `pattern`, `fields` and `endings`.
        encoding: Encoding of texts; UTF-8 without.

    Raises:
        InputError: The archive is none, or has no member that the description means.
    """
    check_encoding(encoding)
    with reading(path):
        how = json.loads(path.read_text(encoding="utf-8"))
    file = path.with_name(Path(how["file"]).name)
    names = list(how["columns"] or how["fields"])
    names += ["text"] if how["form"] == "text" else []
    names += ["section"] if any(how["endings"].values()) and "section" not in names else []

    def rows(_: Collection[str]) -> Iterator[RawRow]:
        with _members(file, how["members"]) as members:
            for name, content in members:
                if isinstance(content, tuple):
                    yield RawRow(name, {}, content)
                elif how["form"] == "text":
                    yield _text(name, content, how, encoding or "utf-8")
                else:
                    yield from _objects(name, content, how)

    return RawTable(names, rows, encoding or "utf-8")


@contextmanager
def _members(file: Path, wanted: str) -> Iterator[_MEMBERS]:
    """Names and bytes of the members that are wanted, in the order of their names; a damaged one has its reason instead."""
    if not wanted:
        with reading(file), open_bytes(file) as one:
            yield iter([(file.name, one.read())])
        return
    with open_zip(file) as packed:
        entries = sorted((e for e in packed.infolist() if fnmatchcase(e.filename, wanted)), key=lambda e: e.filename)
        if not entries:
            raise InputError(
                f"no member {wanted!r} in {file.name!r}", "the archive that the recipe means", "Download it again."
            )

        def read() -> _MEMBERS:
            for entry in entries:
                name = shown(entry.filename)[-200:]
                try:
                    yield name, read_member(packed, entry, file.name)
                except LimitError:
                    raise
                except (
                    zipfile.BadZipFile,
                    RuntimeError,
                    NotImplementedError,
                    EOFError,
                    OSError,
                    ValueError,
                ) as problem:
                    yield name, ("unreadable", str(problem))

        yield read()


def _text(name: str, content: bytes, how: Mapping[str, Any], encoding: str) -> RawRow:
    found = re.search(how["pattern"], name)
    if found is None:
        return RawRow(name, {}, ("unknown name", f"not as {how['pattern']!r} says"))
    try:
        text = content.decode(encoding)
    except UnicodeError as problem:
        return RawRow(name, {}, (f"not {encoding.upper()}", str(problem)))
    values = {field: form.format(**found.groupdict()) for field, form in how["fields"].items()}
    return RawRow(name, {**values, "text": text})


def _objects(name: str, content: bytes, how: Mapping[str, Any]) -> Iterator[RawRow]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as problem:
        yield RawRow(name, {}, ("not JSON", f"{type(problem).__name__}: {problem}"))
        return
    entries = data if isinstance(data, list) else [data]
    for number, entry in enumerate(entries, start=1):
        where = name if len(entries) == 1 else f"{name}, object {number}"
        if not isinstance(entry, dict):
            yield RawRow(where, {}, ("not an object", f"a {type(entry).__name__}"))
            continue
        values = {field: _joined(entry.get(column)) for field, column in how["columns"].items()}
        values |= how["fields"]
        _cut_ending(values, how["endings"])
        longest = max((len(v) for v in values.values() if isinstance(v, str)), default=0)
        if longest > MOST_CHARACTERS_IN_FIELD:
            yield RawRow(where, {}, ("too long", f"{longest:,} characters"))
            continue
        yield RawRow(where, values)


def _joined(value: Any) -> Any:
    """A list of texts as one: items with an empty line between, items that are lists themselves with spaces."""
    if not isinstance(value, list):
        return value
    parts = [" ".join(map(str, part)) if isinstance(part, list) else part for part in value]
    return "\n\n".join(parts) if all(isinstance(part, str) for part in parts) else value


def _cut_ending(values: dict[str, Any], endings: Mapping[str, str]) -> None:
    outlet = values.get("outlet")
    if not isinstance(outlet, str):
        return
    for ending, section in endings.items():
        if outlet.endswith(ending):
            values["outlet"] = outlet.removesuffix(ending)
            values["section"] = values.get("section") or section or None
            return
