"""The shipped corpus end to end against its gold file: places found, voices agreed. Agreement with one coder, see CODEBOOK.md."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from framing.study import Run

GOLD = Path(__file__).parents[2] / "corpora" / "sarvane" / "gold.jsonl"
VOICES = {"direct_quote": "direct", "scare_quote": "scare"}


@pytest.fixture(scope="module")
def coded(sarvane_run: Run) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each gold code with the mention that stands there."""
    by_part = defaultdict(list)
    for mention in sarvane_run.mentions.to_pylist():
        by_part[mention["article_id"], mention["part"]].append(mention)
    pairs = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        code = json.loads(line)
        start, end = code["doc_offset"], code["doc_offset"] + code["length"]
        there = [m for m in by_part[code["article_id"], code["where"]] if m["start"] < end and m["end"] > start]
        pairs.append((code, there[0] if there else None))
    return pairs


def test_gold_points_at_what_it_says(sarvane_run: Run) -> None:
    articles = {a["article_id"]: a for a in sarvane_run.corpus.articles.to_pylist()}
    codes = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert len({c["article_id"] for c in codes}) == 18
    for c in codes:
        text = articles[c["article_id"]]["title" if c["where"] == "title" else "text"]
        assert text[c["doc_offset"] : c["doc_offset"] + c["length"]] == c["surface"]


def test_places_are_found(coded: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
    conflict = [(code, mention) for code, mention in coded if code["sense"] == "conflict"]
    missed = [(c["article_id"], c["surface"]) for c, m in conflict if m is None]
    # "colony" alone is no term: it asks for a longer form.
    assert {surface for _, surface in missed} <= {"colony"}
    assert len(missed) / len(conflict) < 0.05


def test_voices_agree(coded: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
    table = Counter((VOICES.get(c["voice"], c["voice"]), m["voice"]) for c, m in coded if m is not None)
    agreed = sum(n for (gold, ours), n in table.items() if gold == ours)
    # Measured .86 when written; the floor leaves room for three codes out of a hundred.
    assert agreed / sum(table.values()) >= 0.83, table
    # What matters most: the outlet's own words are never taken for somebody else's here.
    assert not [n for (gold, ours), n in table.items() if gold == "own" and ours != "own"]
