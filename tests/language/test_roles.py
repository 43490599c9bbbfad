"""Who did it, to whom, and whom a label is about, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from framing.corpus import WORD, corpus_from_rows
from framing.language import AnnotateOptions
from framing.lexicon import Lexicon
from framing.lexicon.actors import ActorNames
from framing.lexicon.events import tell_role_rule
from framing.study import Run, annotate
from tests.conftest import read_cases

CASES = read_cases("roles")
ARTICLES = frozenset(["the", "a", "an", "of", "in"])


@pytest.fixture(scope="module")
def mentions(lexicon: Lexicon) -> dict[str, list[dict[str, Any]]]:
    rows = [
        {
            "article_id": case["id"],
            "outlet_id": "cases",
            "title": case["text"] if case["part"] == "title" else None,
            "text": case["text"] if case["part"] == "body" else None,
        }
        for case in (p.values[0] for p in CASES)
    ]
    run = annotate(corpus_from_rows(rows), lexicon, options=AnnotateOptions(tone="none", loadedness="none"))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in run.mentions.to_pylist():
        found.setdefault(row["article_id"], []).append(row)
    return found


def same(names: ActorNames, wanted: str, found: str | None) -> bool:
    """Whether two name phrases are one actor or share a word; an empty one wants none."""
    if not wanted or not found:
        return not wanted and not found
    actor = names.find(wanted)
    if actor is not None and actor in (found, names.find(found)):
        return True
    words = [{w.lower() for w in WORD.findall(x)} - ARTICLES for x in (wanted, found)]
    return bool(words[0] & words[1])


@pytest.mark.parametrize("case", CASES)
def test_roles(case: dict[str, Any], mentions: dict[str, list[dict[str, Any]]], lexicon: Lexicon) -> None:
    at = -1
    for _ in range(case.get("nth", 1)):
        at = case["text"].index(case["surface"], at + 1)
    end = at + len(case["surface"])
    row = next(m for m in mentions[case["id"]] if m["start"] < end and at < m["end"])
    names = ActorNames(lexicon.actors)
    if "agency" in case:
        assert (row["agency"] or "none") == case["agency"], row["role_rule"]
    for role in ("agent", "patient", "target"):
        if role in case:
            assert same(names, case[role], row[role]), (role, row[role], row["role_rule"])
            if case.get("exact") and names.find(case[role]) is None:
                bare = [(x or "").lower().removeprefix("the ") for x in (case[role], row[role])]
                assert bare[0] == bare[1], (role, row["role_rule"])
    if "negated" in case:
        assert bool(row["negated"]) == case["negated"]
    if "modality" in case:
        assert row["modality"] == case["modality"]


def test_each_rule_is_told_in_words(sarvane_run: Run, mentions: dict[str, list[dict[str, Any]]]) -> None:
    found = {m["role_rule"] for rows in mentions.values() for m in rows}
    found |= set(sarvane_run.mentions.column("role_rule").to_pylist())
    told = {rule: tell_role_rule(rule) for rule in found}
    assert all("_" not in words for words in told.values())
