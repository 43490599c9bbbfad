"""Actors: which names, demonyms, capitals and leaders stand for whom, so that they can be counted as one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from framing.errors import LexiconError, reason_of
from framing.lexicon.model import fold_marks

ACTORS_FILE = Path(__file__).parent / "data" / "actors.toml"
ACTOR_KINDS = ("state", "government_body", "armed_group", "movement", "organisation", "person", "people")
_LISTS = ("aliases", "demonyms", "capitals", "leaders", "masks", "sides")
_KEYS = ("id", "name", "kind", "part_of", "note", *_LISTS)
_NAME = re.compile(r"[^\s,;:()\[\]“”\"]+")
_POSSESSIVE = re.compile(r"'s?\Z")


@dataclass(frozen=True)
class Actor:
    """Somebody who acts in the news: a state, a group, a body, a person.

    Args:
        actor_id: Its key.
        name: Name to show.
        kind: One of `ACTOR_KINDS`; how news uses the name, no statement on standing.
        part_of: The actor it belongs to; empty when it stands alone.
        names: Everything that stands for it: aliases, demonyms, capitals, leaders.
        masks: Longer names that contain one of these and are not the actor.
        sides: Memberships and declared relations, as facts.
        note: What a reader should know.
    """

    actor_id: str
    name: str
    kind: str
    part_of: str
    names: tuple[str, ...]
    masks: tuple[str, ...]
    sides: tuple[str, ...]
    note: str


def read_actors(path: Path | str | None = None) -> tuple[Actor, ...]:
    """The actor list; the shipped one when no path is given.

    Raises:
        LexiconError: An entry is wrong; the message names it.

    Example:
        >>> next(a for a in read_actors() if a.actor_id == "united_states").kind
        'state'
    """
    return _read_shipped() if path is None else _read(Path(path))


@lru_cache(maxsize=1)
def _read_shipped() -> tuple[Actor, ...]:
    return _read(ACTORS_FILE)


def _read(file: Path) -> tuple[Actor, ...]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise LexiconError(
            f"{file.name} is no readable TOML ({reason_of(problem)})", "a TOML list of actors", "Mend it."
        ) from problem
    entries = data.get("actor")
    if set(data) != {"actor"} or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise LexiconError(f"other tables than actor in {file.name}", "[[actor]] before each entry", "Mend it.")
    actors = tuple(_actor(entry, file.name) for entry in entries)
    _check_whole(actors, file.name)
    return actors


def _actor(entry: Mapping[str, Any], file: str) -> Actor:
    where = f"actor {entry.get('id')!r} in {file}"
    odd = sorted(set(entry) - set(_KEYS))
    if odd:
        raise LexiconError(f"{where}: unknown key {odd[0]!r}", f"one of {', '.join(_KEYS)}", "Mend this entry.")
    for key in ("id", "name", "kind"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise LexiconError(f"{where}: {key} is {entry.get(key)!r:.40}", "text", "Mend this entry.")
    if entry["kind"] not in ACTOR_KINDS:
        raise LexiconError(f"{where}: kind {entry['kind']!r}", f"one of {', '.join(ACTOR_KINDS)}", "Mend this entry.")
    for key in _LISTS:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
            raise LexiconError(f"{where}: {key} is {values!r:.40}", "a list of names", "Mend this entry.")
    names = [name for key in _LISTS[:4] for name in entry.get(key, [])]
    return Actor(
        entry["id"],
        entry["name"],
        entry["kind"],
        str(entry.get("part_of") or ""),
        tuple(dict.fromkeys(names)),
        tuple(entry.get("masks", [])),
        tuple(entry.get("sides", [])),
        str(entry.get("note") or ""),
    )


def _check_whole(actors: tuple[Actor, ...], file: str) -> None:
    ids: set[str] = set()
    for actor in actors:
        if actor.actor_id in ids:
            raise LexiconError(f"actor {actor.actor_id!r} twice in {file}", "each id once", "Merge the two entries.")
        ids.add(actor.actor_id)
    owner: dict[str, str] = {}
    for actor in actors:
        if actor.part_of and actor.part_of not in ids:
            raise LexiconError(
                f"actor {actor.actor_id!r} is part of {actor.part_of!r}, which is not in {file}",
                "an actor's id",
                "Correct it.",
            )
        for name in actor.names:
            other = owner.setdefault(fold_marks(name), actor.actor_id)
            if other != actor.actor_id:
                raise LexiconError(
                    f"name {name!r} of actors {other!r} and {actor.actor_id!r} in {file}",
                    "each name once",
                    "Remove one.",
                )


class ActorNames:
    """Looks actors up in short strings such as a speaker's name; for whole articles use the language room.

    Args:
        actors: Whom to look for.

    Example:
        >>> ActorNames(read_actors()).find("U.S. President Joe Biden")
        'united_states'
    """

    def __init__(self, actors: tuple[Actor, ...]) -> None:
        self._of: dict[str, str] = {}
        for actor in actors:
            for name in actor.names:
                self._of[_key(name)] = actor.actor_id
        for actor in actors:
            for mask in actor.masks:
                self._of.setdefault(_key(mask), "")
        #: The most words a name has that begins with a word.
        self._most: dict[str, int] = {}
        for name in self._of:
            first = name.split(" ", 1)[0]
            self._most[first] = max(self._most.get(first, 0), name.count(" ") + 1)

    def find(self, text: str) -> str | None:
        """The actor named first, the longest name winning; None where none is named."""
        words = [_POSSESSIVE.sub("", w) for w in _NAME.findall(text.replace("’", "'"))]
        at = 0
        while at < len(words):
            for length in range(min(self._most.get(words[at], 0), len(words) - at), 0, -1):
                found = self._of.get(" ".join(words[at : at + length]))
                if found is not None:
                    if found:
                        return found
                    at += length - 1
                    break
            at += 1
        return None


def _key(name: str) -> str:
    return " ".join(_POSSESSIVE.sub("", w) for w in _NAME.findall(name.replace("’", "'")))
