"""Damaged copies of a file, as they come off a broken disk, a cut download or an unfriendly hand."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator

#: Ten levels of ten would be ten billion characters; whoever expands entities stops here.
ENTITY_BOMB = (
    b'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]>"
)
#: Reads a file of the machine into the document of whoever follows it.
ENTITY_FILE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
_INSERTED = (
    b"\x00" * 16,
    b"\xff\xfe\xfd\x80",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r\n\r\n\x0c",
    b"<" * 2_000,
    b"<div>" * 3_000,
    b"</div></body></html>",
    b"<!--",
    b"<![CDATA[",
    b"&#0;&#xD800;&#x110000;&nbsp;&bogus;",
    b'"',
    b"9" * 500,
    "\u202e\u2028\u00a0".encode(),
    ENTITY_BOMB + b"&a9;",
    ENTITY_FILE + b"&f;",
)


def mutations(data: bytes, n: int, seed: int) -> Iterator[bytes]:
    """Damaged copies of a file, the same ones for the same seed.

    Each has one to three of: an end cut off, bytes changed, a block lost, doubled, moved or emptied, something odd put in. Half of
    the copies of a zip archive are damaged inside a member and packed again, so that the damage gets past the packing.

    Args:
        data: The sound file.
        n: How many.
        seed: Which ones.

    Example:
        >>> [len(m) for m in mutations(b"", 2, 0)] == [len(m) for m in mutations(b"", 2, 0)]
        True
    """
    chance = random.Random(seed)
    packed = zipfile.is_zipfile(io.BytesIO(data))
    for _ in range(n):
        yield _in_archive(data, chance) if packed and chance.random() < 0.5 else _damaged(data, chance)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(_DAMAGES)(data, chance)
    return data


def _block(data: bytes, chance: random.Random) -> tuple[int, int]:
    """A stretch of the file: mostly short, at times a good part of it."""
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(max(1, len(data)) ** chance.random()))


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _behead(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(min(len(data), 4_096) + 1) :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 8, 64)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _lose(data: bytes, chance: random.Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + data[end:]


def _double(data: bytes, chance: random.Random) -> bytes:
    start, end = _block(data, chance)
    return data[:end] + data[start:end] * chance.randint(1, 3) + data[end:]


def _move(data: bytes, chance: random.Random) -> bytes:
    start, end = _block(data, chance)
    rest = data[:start] + data[end:]
    place = chance.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _empty(data: bytes, chance: random.Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + bytes(end - start) + data[end:]


def _insert(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(_INSERTED) + data[place:]


def _declare(data: bytes, chance: random.Random) -> bytes:
    """Entities where a parser takes them: after the XML declaration, used at the first text."""
    bomb, used = chance.choice(((ENTITY_BOMB, b"&a9;"), (ENTITY_FILE, b"&f;")))
    place = data.find(b"?>") + 2 if data.lstrip().startswith(b"<?xml") and b"?>" in data[:200] else 0
    end = data.find(b"</", place)
    return data[:place] + bomb + (data[place:end] + used + data[end:] if end >= 0 else data[place:])


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _behead,
    _flip,
    _lose,
    _double,
    _move,
    _empty,
    _insert,
    _declare,
)


def _in_archive(data: bytes, chance: random.Random) -> bytes:
    """A zip archive with one member damaged, lost, doubled or badly named; what stays is as it was."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    if not members:
        return data
    # The biggest members hold the articles; those are damaged most.
    weights = [1 + len(content) for _, content in members]
    place = chance.choices(range(len(members)), weights)[0]
    name, content = members[place]
    kind = chance.random()
    if kind < 0.7:
        members[place] = name, _damaged(content, chance)
    elif kind < 0.8:
        del members[chance.randrange(len(members))]
    elif kind < 0.9:
        members[place] = chance.choice(("../" * 5 + name, "/" + name, "C:\\" + name, name.upper(), "x" * 300)), content
    else:
        members[place] = name, bytes(chance.choice((0, 50_000_000)))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return written.getvalue()
