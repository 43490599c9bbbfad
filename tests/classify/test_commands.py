"""The classifier's commands: what they print, and one sentence with exit code 2 for what does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framing.cli import main

ROOT = Path(__file__).parents[2]
FRESH = str(ROOT / "corpora" / "loaded_pairs" / "fresh.jsonl")
PLAIN = str(ROOT / "corpora" / "loaded_pairs" / "fresh_plain.jsonl")


def test_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["card"]) == 0
    shown = capsys.readouterr().out
    for words in ("Not for calling an outlet", "outlet name only", "sets it never saw", "topic left out", "Apache-2.0"):
        assert words in shown
    assert main(["card", "--json"]) == 0
    meta = json.loads(capsys.readouterr().out)["meta"]
    assert meta["abstain_below"] > 0.5
    assert len(meta["reliability"]) == 10


def test_evaluate_loadedness(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "loadedness", "--gold", FRESH, "--recalibrate", "40", "--json"]) == 0
    meta = json.loads(capsys.readouterr().out)["meta"]
    assert meta["n"] == 180
    assert {"accuracy", "macro_f1", "per_class", "auc", "auc_within_outlet", "ece", "ece_before"} <= set(meta)
    assert main(["evaluate", "loadedness", "--gold", PLAIN]) == 0
    assert "probability" in capsys.readouterr().out


def test_a_model_trained_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in Path(FRESH).read_text(encoding="utf-8").splitlines()]
    labelled = [
        {"text": r[s], "label": int(s == "loaded"), "event": r["topic"]} for r in rows for s in ("loaded", "plain")
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, labelled)), encoding="utf-8")
    model = str(tmp_path / "model")
    command = ["train", str(tmp_path / "d.jsonl"), "--out", model, "--transfer", PLAIN, "--licence", "CC0"]
    assert main(command) == 0
    assert "event left out" in capsys.readouterr().out
    assert main(["evaluate", "loadedness", "--gold", PLAIN, "--model", model, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["meta"]["n"] == 60


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["card", "nothing"], "no readable model"),
        (["evaluate", "voice", "--gold", FRESH, "--model", "m"], "--model with voice"),
        (["evaluate", "loadedness", "--gold", FRESH, "--run", "r"], "--run with loadedness"),
        (["evaluate", "loadedness", "--gold", FRESH, "--lexicon", "l"], "--lexicon with loadedness"),
        (["discover", "run", "--concept", "leader"], "--concept without --accept"),
        (["discover", "run", "--accept", "word"], "--accept without --concept or --out"),
        (["train", FRESH, "--out", "m", "--transfer", "nothing.jsonl"], "cannot be read"),
    ],
)
def test_what_does_not_fit(command: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    problem = capsys.readouterr().err
    assert words in problem
    assert "Traceback" not in problem
