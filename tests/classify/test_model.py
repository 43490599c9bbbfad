"""The loadedness model: the sum it says it is, the same whatever the batch, refused when tampered with, shipped as its pairs give it."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.classify import LoadedModel, read_model, shipped_model_path, write_model
from framing.classify.features import PERSONS, REPORTING, SIMPLE, find_pieces, find_words
from framing.errors import FramingError, ModelError
from framing.study.training import train_model

ROOT = Path(__file__).parents[2]
PAIRS_FILE = ROOT / "corpora" / "loaded_pairs" / "pairs.jsonl"
FRESH_FILE = PAIRS_FILE.with_name("fresh.jsonl")


def pairs(path: Path = PAIRS_FILE) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def slow_logit(model: LoadedModel, text: str) -> float:
    """The definition, word by word, without anything kept."""
    words = find_words(text)
    tables = [
        {n: (w, i) for n, w, i in zip(names, weights, idf, strict=True)}
        for names, weights, idf in (
            (model.word_names, model.words, model.word_idf),
            (model.pair_names, model.pairs, model.pair_idf),
            (model.piece_names, model.pieces, model.piece_idf),
        )
    ]
    block = [tables[0][w] for w in words if w in tables[0]]
    block += [tables[1][f"{a} {b}"] for a, b in pairwise(words) if f"{a} {b}" in tables[1]]
    pieces = [tables[2][p] for w in words for p in find_pieces(w) if p in tables[2]]
    total = model.intercept
    for part in (block, pieces):
        if part:
            total += sum(w for w, _ in part) / np.sqrt(sum(i * i for _, i in part))
    n = max(len(words), 1)
    whole = {f for f in model.forms if not f.endswith("*")}
    beginnings = tuple(f[:-1] for f in model.forms if f.endswith("*"))
    total += model.lexicon * sum(w in whole or w.startswith(beginnings) for w in words) / np.sqrt(n)
    simple = dict(zip(SIMPLE, model.simple, strict=True))
    total += simple["question"] * ("?" in text) + simple["exclamation"] * ("!" in text)
    total += simple["persons"] * sum(w in PERSONS for w in words) / np.sqrt(n)
    total += simple["ly"] * sum(len(w) > 4 and w.endswith("ly") for w in words) / np.sqrt(n)
    total += simple["quotation"] * (text.count('"') + text.count("“"))
    total += simple["log_words"] * np.log(n) + simple["word_length"] * sum(map(len, words)) / n
    total += simple["digit"] * any(c.isdigit() for c in text)
    return float(total + simple["reporting"] * any(w in REPORTING for w in words))


TEXTS = [
    "The regime’s so-called “peace” — a sham! — was cruelly forced on us, he said.",
    "the-regime/of--terror.of 12 people? Of the",
    "",
    "— … !",
    "İstanbul’da \x1c protests\u2028killed 3",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_is_the_sum_it_is_said_to_be(text: str) -> None:
    model = read_model()
    assert model.logits({"text": [text]})[0] == pytest.approx(slow_logit(model, text), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(TEXTS), st.text(max_size=60)), max_size=8))
def test_scores_do_not_depend_on_the_batch(texts: list[str]) -> None:
    model = read_model()
    whole = model.score({"text": texts})
    assert whole == [model.score({"text": [t]})[0] for t in texts]
    assert all(0 <= p <= 1 for p in whole)
    assert model.logits({"text": texts}).tolist() == pytest.approx([slow_logit(model, t) for t in texts], abs=1e-9)


def test_what_is_kept_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.classify.model._MOST_KEPT", 20)
    model, other = read_model(), read_model()
    texts = [p["loaded"] for p in pairs()[:60]]
    one_by_one = [model.score({"text": [t]})[0] for t in texts]
    assert len(model._chunks._ids) < 20 + max(len(t.split()) for t in texts)
    assert one_by_one == other.score({"text": texts})


def test_a_pickled_model_scores_the_same_and_carries_nothing_kept() -> None:
    model = read_model()
    before = model.score({"text": TEXTS})
    copy = pickle.loads(pickle.dumps(model))
    assert "_chunks" not in copy.__dict__
    assert copy.score({"text": TEXTS}) == before
    assert copy.digest == model.digest


def test_shipped_model_is_the_one_its_pairs_give(tmp_path: Path) -> None:
    shipped = read_model()
    # The lexicon may grow; the forms the model was trained with are its own.
    again = train_model(PAIRS_FILE, tmp_path / "model", forms=shipped.forms)
    texts = [t for p in pairs(FRESH_FILE) for t in (p["loaded"], p["plain"])]
    assert again.score({"text": texts}) == pytest.approx(shipped.score({"text": texts}), abs=1e-4)
    assert again.card["rows"][0]["pairs_ranked_right"] == pytest.approx(
        shipped.card["rows"][0]["pairs_ranked_right"], abs=0.005
    )


def test_pairs_of_another_hand_are_ranked() -> None:
    fresh = pairs(FRESH_FILE)
    model = read_model()
    loaded, plain = (np.array(model.score({"text": [p[side] for p in fresh]})) for side in ("loaded", "plain"))
    assert len(fresh) >= 100
    assert not {p["topic"] for p in fresh} & {p["topic"] for p in pairs()}
    assert (loaded > plain).mean() >= 0.93


def test_pairs_are_what_they_should_be() -> None:
    rows = pairs()
    assert len(rows) >= 1_200
    assert len({p["pair_id"] for p in rows}) == len(rows)
    sentences = [t for p in rows for t in (p["loaded"], p["plain"])]
    assert len(set(sentences)) == len(sentences)
    assert not set(sentences) & {t for p in pairs(FRESH_FILE) for t in (p["loaded"], p["plain"])}
    # Length and punctuation must not give the loaded side away.
    loaded, plain = [np.mean([len(p[side].split()) for p in rows]) for side in ("loaded", "plain")]
    assert abs(loaded / plain - 1) < 0.1
    for mark in ('"', "?", "0"):
        share = [np.mean([mark in p[side] for p in rows]) for side in ("loaded", "plain")]
        assert abs(share[0] - share[1]) < 0.05


def test_no_outlet_date_or_address_among_the_features() -> None:
    model = read_model()
    names = {*model.word_names, *(w for pair in model.pair_names for w in pair.split(" "))}
    assert not [n for n in names if "http" in n or "www" in n or n in ("reuters", "breitbart", "bbc", "guardian")]


def test_card_has_baselines_and_intervals() -> None:
    card = read_model().card
    rows = {r["model"]: r for r in card["rows"]}
    assert set(rows) >= {"majority", "TextBlob subjectivity", "lexicon count", "outlet name only"}
    assert rows["majority"]["auc"] == 0.5
    assert rows["outlet name only"]["reason"]
    mine = rows["this model, topic left out"]
    assert mine["pairs_low"] < mine["pairs_ranked_right"] < mine["pairs_high"]
    assert mine["low"] < mine["macro_f1"] < mine["high"]
    assert rows["this model, topic left out, where certain"]["accuracy"] >= 0.9
    assert sum(b["n"] for b in card["reliability"]) == card["n_sentences"] == mine["n"]
    assert {t["set"] for t in card["transfer"]} >= {"fresh.jsonl", "fresh_plain.jsonl"}


def changed(folder: Path, **values: Any) -> Path:
    write_model(read_model(), folder)
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({**document, **values}), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"intercept": 1.0}, "digest"),
        ({"word_names": ["a"]}, "digest"),
        ({"simple": 3, "columns": ["nothing"]}, "digest"),
        ({"format": 1}, "format 1"),
        ({"forms": None}, "no readable model"),
        ({"scale": "x"}, "no readable model"),
        ({"base": {"forms": []}}, "no readable model"),
        ({"senses": []}, "a sense model"),
    ],
)
def test_tampered_or_other_models_are_refused(tmp_path: Path, values: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        read_model(changed(tmp_path / "m", **values))


def test_a_model_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no readable model"):
        read_model(tmp_path / "nothing")
    write_model(read_model(), tmp_path / "m")
    (tmp_path / "m" / "weights.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(ModelError, match="no readable model"):
        read_model(tmp_path / "m")


def test_a_missing_column_is_named() -> None:
    model = replace(read_model(), columns=("polarity",), tone=np.array([1.0]))
    with pytest.raises(ModelError, match="without polarity"):
        model.score({"text": ["a"]})


def test_a_model_never_replaces_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FramingError, match="other files"):
        write_model(read_model(), tmp_path)


def test_shipped_model_is_small() -> None:
    assert sum(p.stat().st_size for p in shipped_model_path().iterdir()) < 10_000_000
