"""The classifier's commands: what they print, and one sentence with exit code 2 for what does not fit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from framing.classify import read_model, shipped_model_path
from framing.cli import main
from framing.study.loadedness import evaluate_loadedness
from tests.study.test_loadedness import rows

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
    pairs = [json.loads(line) for line in Path(FRESH).read_text(encoding="utf-8").splitlines()]
    labelled = [
        {"text": r[s], "label": int(s == "loaded"), "event": r["topic"]} for r in pairs for s in ("loaded", "plain")
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, labelled)), encoding="utf-8")
    model = str(tmp_path / "model")
    command = ["train", str(tmp_path / "d.jsonl"), "--out", model, "--transfer", PLAIN, "--licence", "CC0"]
    assert main(command) == 0
    assert "event left out" in capsys.readouterr().out
    assert main(["evaluate", "loadedness", "--gold", PLAIN, "--model", model, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["meta"]["n"] == 60


def test_recalibrated_and_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, out = tmp_path / "gold.jsonl", tmp_path / "mine"
    gold.write_text("\n".join(map(json.dumps, rows(200))), encoding="utf-8")
    shipped = [p.read_bytes() for p in sorted(shipped_model_path().iterdir())]
    command = ["recalibrate", "--gold", str(gold), "--out", str(out), "--seed", "3"]
    assert main([*command, "--n", "60", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    model, before = read_model(out), read_model()
    part = model.card["recalibrated"]
    assert (part["n"], part["n_rest"], part["data"], part["from_model"]) == (60, 140, "gold.jsonl", before.digest)
    assert part["data_digest"] == hashlib.sha256(gold.read_bytes()).hexdigest()
    assert row["ece"] == part["ece"] < part["ece_before"]
    assert evaluate_loadedness(gold, recalibrate=60, seed=3).meta["ece"] == part["ece"]
    texts = [r["text"] for r in rows(20)]
    assert model.logits({"text": texts}).tolist() == before.logits({"text": texts}).tolist()
    assert model.score({"text": texts}) != before.score({"text": texts})
    assert model.digest != before.digest
    assert [p.read_bytes() for p in sorted(shipped_model_path().iterdir())] == shipped
    assert main(["card", str(out)]) == 0
    assert "Calibration fitted again on 60 sentences of gold.jsonl" in capsys.readouterr().out
    # All of them: nothing is left to measure on, and that is said.
    assert main([*command, "--n", "200"]) == 0
    assert "no sentence was left to measure on" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "more", "words"),
    [
        (rows(12), [], "6 loaded among 12 sentences"),
        ([{**r, "label": 1} for r in rows(80)], [], "0 plain"),
        ([*rows(80), {"text": "x", "label": 2}], [], "label 2"),
        (rows(80), ["nothing"], "no readable model"),
        (rows(80), [str(shipped_model_path()), "--out", str(shipped_model_path())], "the model itself"),
    ],
)
def test_what_cannot_be_calibrated_on_writes_nothing(
    lines: list[dict[str, object]], more: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["recalibrate", "--gold", str(gold), "--out", str(tmp_path / "mine"), *more]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


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
