"""Training files: which model they are for, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from framing.errors import FramingError
from framing.study.training import train_any

PAIR = {"pair_id": "a", "topic": "t", "loaded": "Thugs butchered ten.", "plain": "Men killed ten."}
SENSE = {"id": "a", "term": "strike", "text": "A strike hit Besk.", "start": 2, "end": 8, "sense": "conflict"}


def without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != key}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "without a line"),
        ([{"x": 1}], "text and label for a loadedness model, or id, term, text"),
        ([{}], "with nothing"),
        ([without(PAIR, "topic")], "line 1 without topic"),
        ([PAIR, without(PAIR, "pair_id")], "line 2 without pair_id"),
        ([PAIR, {**PAIR, "plain": "Men shot ten."}], "line 2 with the pair_id of line 1"),
        ([{**PAIR, "loaded": ""}], "line 1 with an empty field"),
        ([{**PAIR, "loaded": "\ud800"}], "line 1 is no JSON (a lone surrogate"),
        ([without(SENSE, "id")], "line 1 without id"),
        ([SENSE, SENSE], "line 2 with the id of line 1, 'a'"),
        ([{**SENSE, "start": True}], "start True"),
        ([{**SENSE, "id": 5}], "id 5"),
        ([{**SENSE, "end": 99}], "start 2 and end 99"),
        ([{**SENSE, "sense": "odd"}], "sense 'odd'"),
        ([{**SENSE, "text": "A strike \udc00"}], "line 1 is no JSON (a lone surrogate"),
        ([{**SENSE, "term": "nix"}], "'nix'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(tmp_path: Path, rows: list[Any], words: str) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    with pytest.raises(FramingError) as problem:
        train_any(data, tmp_path / "model")
    assert words in str(problem.value)
    assert not (tmp_path / "model").exists()
