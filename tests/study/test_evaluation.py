"""Evaluation against gold: the figures, the joins and what is wrong with a gold file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from framing.errors import InputError
from framing.study import Run
from framing.study.evaluation import evaluate_attribution, evaluate_voice

SHIPPED = Path(__file__).parents[2] / "corpora" / "sarvane" / "gold.jsonl"


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    return path


def item(text: str, surface: str, voice: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "offset": text.index(surface), "length": len(surface), "voice": voice, **more}


def test_voice_of_sentences(tmp_path: Path) -> None:
    gold = write(
        tmp_path / "gold.jsonl",
        item("Odane said the massacre had begun.", "massacre", "reported", sense="conflict"),
        item("“A massacre has begun here tonight,” Odane said.", "massacre", "direct_quote", sense="conflict"),
        item("The massacre lasted an hour.", "massacre", "own", sense="conflict"),
        item("The massacre lasted an hour or two.", "massacre", "reported", sense="conflict"),
    )
    found = evaluate_voice(gold)
    assert found.meta["accuracy"] == 0.75
    assert found.meta["per_class"]["reported"]["recall"] == 0.5
    assert found.meta["per_class"]["direct"]["f1"] == 1.0
    assert [m["line"] for m in found.misses] == [4]
    assert found.meta["conflict_and_own_f1"] == pytest.approx(2 / 3)
    systems = {r["system"] for r in found.rows}
    assert systems == {"ours", "always own", "mark in the sentence", "mark or reporting verb"}
    always_own = next(r for r in found.rows if r["system"] == "always own" and r["class"] == "accuracy")
    assert always_own["f1"] == 0.25


def test_voice_joined_with_a_run(sarvane_run: Run) -> None:
    found = evaluate_voice(SHIPPED, run=sarvane_run)
    assert found.meta["n"] == 110
    # Measured .94 when written; the floor leaves room for three codes out of a hundred.
    assert found.meta["accuracy"] >= 0.91
    # What matters most: the outlet's own words are hardly ever taken for somebody else's here.
    own = next(row for row in found.confusion if row["gold"] == "own")
    assert own["ours_own"] >= 0.97 * sum(n for key, n in own.items() if key != "gold")


def test_the_same_numbers_each_time(sarvane_run: Run) -> None:
    assert (
        evaluate_voice(SHIPPED, run=sarvane_run, seed=3).rows == evaluate_voice(SHIPPED, run=sarvane_run, seed=3).rows
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "x", "offset": 0, "length": 5, "voice": "own"}, "length 5"),
        ({"text": "x", "offset": 0, "length": 1, "voice": "loud"}, "loud"),
        ({"offset": 0, "length": 1, "voice": "own"}, "neither text nor sentence"),
        ({"text": "x", "offset": 0, "length": 1, "voice": "own", "sense": "odd"}, "odd"),
        (["x"], "no object"),
    ],
)
def test_bad_items_name_the_line(tmp_path: Path, row: Any, words: str) -> None:
    with pytest.raises(InputError, match="line 1") as problem:
        evaluate_voice(write(tmp_path / "gold.jsonl", row))
    assert words in str(problem.value)


def test_gold_of_another_corpus(tmp_path: Path, sarvane_run: Run) -> None:
    gold = write(tmp_path / "g.jsonl", item("The war.", "war", "own", article_id="elsewhere", doc_offset=4))
    with pytest.raises(InputError, match="none of the 1 items"):
        evaluate_voice(gold, run=sarvane_run)


def span(text: str, part: str) -> list[list[int]]:
    at = text.index(part)
    return [[at, at + len(part)]]


def test_attribution(tmp_path: Path) -> None:
    text = "Odane said that the front had fled. The road is open. “It is all over now,” Arlo said."
    gold = write(
        tmp_path / "gold.jsonl",
        {
            "text": text,
            "attributions": [
                {
                    "source": span(text, "Odane"),
                    "cue": span(text, "said"),
                    "content": span(text, "that the front had fled"),
                },
                {"source": span(text, "Arlo"), "cue": [], "content": span(text, "“It is all over now,”")},
            ],
        },
    )
    found = evaluate_attribution(gold)
    by_unit = {(r["system"], r["unit"]): r for r in found.rows}
    assert by_unit["ours", "attributed words"]["f1"] == 1.0
    # Ten of eighteen words are attributed.
    assert by_unit["everything attributed", "attributed words"]["precision"] == pytest.approx(10 / 18)
    assert by_unit["between quotation marks", "attributed words"]["recall"] == 0.5
    assert by_unit["ours", "marked quotations"]["f1"] == 1.0
    assert found.meta["speaker_share"] == 1.0


@pytest.mark.parametrize(
    "row",
    [
        {"text": "x"},
        {"text": "x", "attributions": [{"content": [[0, 9]]}]},
        {"text": "x", "attributions": [{"cue": "x"}]},
    ],
)
def test_bad_attributions(tmp_path: Path, row: Any) -> None:
    with pytest.raises(InputError, match="line 1"):
        evaluate_attribution(write(tmp_path / "gold.jsonl", row))


@pytest.mark.data
def test_attribution_on_real_news(data: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(gzip.decompress((data / "polnear" / "polnear_dev.jsonl.gz").read_bytes()))
    found = evaluate_attribution(gold)
    assert found.meta["token_f1"] >= 0.82
    assert found.meta["speaker_share"] >= 0.75
