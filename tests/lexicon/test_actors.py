"""The actor list: each name stands for one actor, broken entries are named, speakers are resolved."""

from __future__ import annotations

from pathlib import Path

import pytest

from framing.errors import LexiconError
from framing.lexicon.actors import ACTOR_KINDS, ActorNames, read_actors


def test_shipped_list() -> None:
    actors = read_actors()
    assert len(actors) >= 300
    assert {a.kind for a in actors} == set(ACTOR_KINDS)
    assert all(a.names for a in actors)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("the U.S. State Department", "united_states"),
        ("Washington", "united_states"),
        ("Iran’s foreign minister", "iran"),
        ("Kestovia's army", "kestovia"),
        ("the baker next door", None),
        ("The Washington Post", None),
    ],
)
def test_speakers(text: str, actor: str | None) -> None:
    found = ActorNames(read_actors()).find(text)
    part_of = {a.actor_id: a.part_of for a in read_actors()}
    assert found == actor or (found is not None and part_of[found] == actor)


GOOD = '[[actor]]\nid = "a"\nname = "A"\nkind = "state"\naliases = ["A"]\n'
BROKEN = {
    "no TOML": ("[[actor", "TOML"),
    "another table": ("[[actors]]\n", "actor"),
    "unknown key": (GOOD + "colour = 1\n", "'colour'"),
    "unknown kind": (GOOD.replace("state", "axis"), "'axis'"),
    "no name": (GOOD.replace('name = "A"\n', ""), "name"),
    "list of numbers": (GOOD.replace('["A"]', "[1]"), "aliases"),
    "id twice": (GOOD + GOOD, "twice"),
    "name twice": (GOOD + GOOD.replace('id = "a"', 'id = "b"'), "'a' and 'b'"),
    "part of nobody": (GOOD + 'part_of = "z"\n', "'z'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_list_is_named(name: str, tmp_path: Path) -> None:
    content, expected = BROKEN[name]
    (tmp_path / "actors.toml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=expected):
        read_actors(tmp_path / "actors.toml")
