"""Media Cloud exports: tables of headlines, and stories as JSON from the archive and its first API."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from framing.errors import InputError
from framing.ingest.decode import find_encoding, open_text, reading, shown
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.readers import read_csv
from framing.ingest.trees import read_bytes

COLUMNS = ["id", "outlet", "title", "text", "published", "url", "language"]
# Keys of its stories; one alone can be anybody's, and a reader of other keys would lose theirs.
_STORY = re.compile(rb'"(?:stories_id|story_sentences|indexed_date)"\s*:')
_MEDIUM = re.compile(rb'"media_(?:id|name|url)"\s*:')
_SNIFF = 4_096
_TABLE = frozenset(("media_name", "publish_date", "url"))
_DELIMITER = re.compile(r"[,;|\t]")
_SPACES = re.compile(r"[ \t\r\n,]*")
# Where the next object of JSON Lines begins; those inside an object written over several lines are indented.
_NEXT_LINE = re.compile(r"\n(?=\{)")


@cache
def _names() -> dict[str, list[str]]:
    data = files("framing.ingest").joinpath("data/exports_other.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(data)["mediacloud"]
    return found


def is_mediacloud_table(head: bytes) -> bool:
    """Whether a file begins as a table of Media Cloud does.

    Example:
        >>> is_mediacloud_table(b"id,media_name,publish_date,title,url\\n"), is_mediacloud_table(b"id,outlet,title,text\\n")
        (True, False)
    """
    line = head.decode("utf-8-sig", "replace").lstrip().partition("\n")[0]
    return {name.strip(' "\r').lower() for name in _DELIMITER.split(line)} >= _TABLE


def is_mediacloud_json(head: bytes) -> bool:
    """Whether a file begins as Media Cloud's JSON does.

    Example:
        >>> is_mediacloud_json(b'[{"stories_id": 1, "media_id": 2}]'), is_mediacloud_json(b'{"stories_id": 1, "outlet": "A"}')
        (True, False)
    """
    return bool(_STORY.search(head) and _MEDIUM.search(head))


def read_mediacloud(path: Path, encoding: str | None) -> RawTable:
    """The stories of a Media Cloud export: CSV, a JSON array or object, or JSON Lines.

    Most exports have headlines only; then the text is null, which is no defect. A story told in sentences gets them as its
    text, joined by blanks, although the archive may hold only some.

    Args:
        path: The file, or a .gz of it.
        encoding: Its encoding where it is not UTF-8.

    Returns:
        One row a story. An outlet without a name is the domain of its address, or its number.

    Raises:
        InputError: It cannot be read, or no story is in it.
    """
    used = find_encoding(path, encoding)
    with open_text(path, used) as file:
        head = file.read(_SNIFF)
    if not head.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return replace(read_csv(path, encoding), headlines=True)
    data = read_bytes(path)
    with reading(path, used):
        text = data.decode(used)

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        number = good = 0
        for number, found in enumerate(_stories(text), start=1):
            where = f"{shown(path.name)}, story {number}"
            if isinstance(found, tuple):
                yield RawRow(where, {}, found)
            else:
                good += 1
                yield RawRow(where, _story(found))
        if not good:
            raise InputError(
                f"no story of Media Cloud in {path.name!r}",
                "stories with a stories_id or a media_name",
                "Give its kind with --format.",
            )

    return RawTable(COLUMNS, rows, used, headlines=True)


def _stories(text: str) -> Iterator[dict[str, Any] | tuple[str, str]]:
    """The stories of a JSON text, or why there is none, one by one, so that those before a cut are kept."""
    decoder, place, listed = json.JSONDecoder(), _skip(text, 0), False
    if text.startswith("[", place):
        place, listed = _skip(text, place + 1), True
    while place < len(text):
        if listed and text[place] == "]":
            place, listed = _skip(text, place + 1), False
            continue
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as problem:
            yield "not JSON", str(problem)[:200]
            following = _NEXT_LINE.search(text, place)
            # Lines stand for themselves; what follows a broken place in a list is lost.
            if listed or following is None:
                return
            place = following.end()
            continue
        yield from _unpacked(value)
        place = _skip(text, place)


def _skip(text: str, place: int) -> int:
    match = _SPACES.match(text, place)
    return match.end() if match else place


def _unpacked(value: Any) -> Iterator[dict[str, Any] | tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _unpacked(one) if not isinstance(one, list) else [("not a JSON object", "a list in a list")]
    elif not isinstance(value, dict):
        yield "not a JSON object", f"a {type(value).__name__}"
    elif _names()["id"][0] in value or any(value.get(k) for k in ("title", "media_name", "publish_date")):
        yield value
    elif listed := next((value[k] for k in _names()["lists"] if isinstance(value.get(k), list)), None):
        yield from _unpacked(listed)
    elif sentences := {
        k: v for k, v in value.items() if isinstance(v, list) and all(isinstance(s, dict) for s in v) and v
    }:
        # The first API's answer to a search for sentences: lists of them by story.
        for key, found in sentences.items():
            yield {**found[0], "title": None, "stories_id": key, "story_sentences": found}
    else:
        yield "no story", f"keys {', '.join(str(k)[:40] for k in list(value)[:8])}"


def _story(story: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: next((story[k] for k in _names()[column] if story.get(k) not in (None, "")), None) for column in COLUMNS
    }
    if not values["outlet"]:
        values["outlet"] = _outlet(story)
    if not (isinstance(values["text"], str) and values["text"].strip()):
        values["text"] = _sentences(story.get("story_sentences"))
    return values


def _outlet(story: Mapping[str, Any]) -> str | None:
    for key in ("media_url", "url"):
        address = story.get(key)
        if isinstance(address, str) and (domain := domain_of(address if "//" in address else f"//{address}")):
            return domain
    number = story.get("media_id")
    return f"media_id {number}" if isinstance(number, int | str) and str(number).strip() else None


def domain_of(address: str) -> str:
    """The host of an address without "www."; empty where it has none.

    Example:
        >>> domain_of("https://www.example.org/a?b")
        'example.org'
    """
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _sentences(found: Any) -> str | None:
    if not isinstance(found, list):
        return None
    sentences = [s for s in found if isinstance(s, dict) and isinstance(s.get("sentence"), str)]
    if all(isinstance(s.get("sentence_number"), int) for s in sentences):
        sentences.sort(key=lambda s: int(s["sentence_number"]))
    return " ".join(s["sentence"] for s in sentences) or None
