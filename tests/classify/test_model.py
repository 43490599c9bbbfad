"""The loadedness model: the same scores as scikit-learn, the same whatever the batch, refused when tampered with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from framing.classify import read_model, shipped_model_path, write_model
from framing.classify.model import ngrams
from framing.classify.train import Pair, train_on_pairs
from framing.errors import FramingError, ModelError
from framing.study.training import train_model

ROOT = Path(__file__).parents[2]
PAIRS_FILE = ROOT / "corpora" / "loaded_pairs" / "pairs.jsonl"


def pairs() -> list[Pair]:
    return [Pair(**json.loads(line)) for line in PAIRS_FILE.read_text(encoding="utf-8").splitlines()]


def test_numpy_scores_are_those_of_scikit_learn() -> None:
    model = train_on_pairs(pairs())
    texts = [t for p in pairs() for t in (p.loaded, p.plain)]
    vectorizer = TfidfVectorizer(analyzer=ngrams, sublinear_tf=True, min_df=2)
    regression = LogisticRegression(C=10.0, max_iter=1000).fit(
        vectorizer.fit_transform(texts), np.tile([1, 0], len(pairs()))
    )
    expected = regression.decision_function(vectorizer.transform(texts))
    assert model.logits(texts) == pytest.approx(expected, abs=1e-9)


def test_shipped_model_is_the_one_training_makes() -> None:
    texts = ["Thugs of the regime butchered ten.", "Ten people were killed.", ""]
    assert train_on_pairs(pairs()).score({"text": texts}) == pytest.approx(
        read_model().score({"text": texts}), abs=1e-6
    )


def test_scores_do_not_depend_on_the_batch() -> None:
    model = read_model()
    texts = [p.loaded for p in pairs()]
    whole = model.score({"text": texts})
    assert whole == [model.score({"text": [t]})[0] for t in texts]
    assert model.score({"text": []}) == []


def test_pairs_are_what_they_should_be() -> None:
    rows = pairs()
    assert len(rows) >= 200
    sentences = [t for p in rows for t in (p.loaded, p.plain)]
    assert len(set(sentences)) == len(sentences)
    # Length and punctuation must not give the loaded side away.
    loaded, plain = [np.mean([len(getattr(p, side).split()) for p in rows]) for side in ("loaded", "plain")]
    assert abs(loaded / plain - 1) < 0.1
    for mark in ('"', "?", "0"):
        share = [np.mean([mark in getattr(p, side) for p in rows]) for side in ("loaded", "plain")]
        assert abs(share[0] - share[1]) < 0.05


def test_card_has_a_baseline_and_an_interval() -> None:
    card = read_model().card
    rows = {r["model"]: r for r in card["rows"]}
    assert rows["majority"]["auc"] == 0.5
    mine = rows["this model, topic left out"]
    assert mine["low"] < mine["pairs_ranked_right"] < mine["high"]
    assert mine["n_pairs"] == card["n_pairs"]


def test_no_outlet_date_or_url_among_the_features() -> None:
    assert not [g for g in read_model().vocabulary if "http" in g or "www" in g or "reuters" in g]


def test_tampered_model_is_refused(tmp_path: Path) -> None:
    write_model(read_model(), tmp_path / "m")
    document = json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))
    document["intercept"] += 1
    (tmp_path / "m" / "model.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError, match="digest"):
        read_model(tmp_path / "m")


def test_model_of_another_version_is_refused(tmp_path: Path) -> None:
    write_model(read_model(), tmp_path / "m")
    document = json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "m" / "model.json").write_text(json.dumps({**document, "format": 99}), encoding="utf-8")
    with pytest.raises(ModelError, match="format 99"):
        read_model(tmp_path / "m")


BAD = {
    "three rows": '{"pair_id": "a", "topic": "t", "loaded": "x", "plain": "y"}\n' * 1,
    "no JSON": "loaded,plain\n",
    "a key missing": '{"pair_id": "a", "topic": "t", "loaded": "x"}\n',
    "empty text": '{"pair_id": "a", "topic": "t", "loaded": " ", "plain": "y"}\n',
    "same text": "".join(
        json.dumps({"pair_id": f"{i}", "topic": f"t{i % 2}", "loaded": "x", "plain": "x"}) + "\n" for i in range(40)
    ),
    "one topic": "".join(
        json.dumps({"pair_id": f"{i}", "topic": "t", "loaded": f"x{i}", "plain": f"y{i}"}) + "\n" for i in range(40)
    ),
    "id twice": '{"pair_id": "a", "topic": "t", "loaded": "x", "plain": "y"}\n' * 2,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_training_data(name: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(BAD[name], encoding="utf-8")
    with pytest.raises(FramingError):
        train_model(tmp_path / "pairs.jsonl", tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_model_never_replaces_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FramingError, match="other files"):
        write_model(read_model(), tmp_path)


def test_shipped_model_is_small() -> None:
    assert sum(p.stat().st_size for p in shipped_model_path().iterdir()) < 10_000_000
