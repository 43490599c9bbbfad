"""Labelled sentences: what is taken in, models trained on them, gold beside them, calibration for other texts."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framing.classify import read_model
from framing.corpus import corpus_from_rows
from framing.errors import FramingError
from framing.language import AnnotateOptions
from framing.lexicon import read_lexicon
from framing.study import annotate
from framing.study.loadedness import (
    Labelled,
    Scored,
    draw_balanced,
    evaluate_loadedness,
    measure,
    read_labelled,
    score_baselines,
    tone_of,
)
from framing.study.training import train_any

_LOADED = ("brutal", "shameful", "cynical", "reckless", "craven")
_PLAIN = ("annual", "regional", "monthly", "written", "second")
_THINGS = ("report", "budget", "meeting", "vote", "plan", "bill", "visit", "answer")
OUTLETS = ("Sarvane Wire", "Aldis Ledger", "Post of Merrow")


def sentence(rng: random.Random, label: int) -> str:
    words = [rng.choice(_LOADED if label else _PLAIN), rng.choice(_THINGS), str(rng.randrange(10_000))]
    return f"The minister's {' '.join(words)} was {'a disgrace' if label else 'on Monday'} in {rng.choice(_THINGS)}."


def rows(n: int = 120, seed: int = 1) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [
        {"text": sentence(rng, i % 2), "label": i % 2, "outlet": OUTLETS[i % 3], "event": f"e{i % 7}"} for i in range(n)
    ]


def write(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in lines), encoding="utf-8")
    return path


def test_labels_and_rejects(tmp_path: Path) -> None:
    lines = [
        *rows(4),
        {"text": "A.", "label": None},
        {"text": " ", "label": 1},
        rows(1)[0],
        {"text": "Truth.", "label": "1"},
        {"sentence": "Other name.", "label": False, "source": "Aldis Ledger"},
    ]
    found = read_labelled(write(tmp_path / "a.jsonl", lines))
    assert [s.label for s in found.sentences] == [0, 1, 0, 1, 1, 0]
    assert found.sentences[-1].outlet == "Aldis Ledger"
    assert [(r["where"], r["reason"]) for r in found.rejects] == [
        ("a.jsonl, line 5", "no label"),
        ("a.jsonl, line 6", "no text"),
        ("a.jsonl, line 7", "repeated text"),
    ]


def test_csv_gives_the_same_as_json_lines(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["text", "label", "outlet", "event"])
        writer.writeheader()
        writer.writerows(rows(10))
    there = read_labelled(write(tmp_path / "a.jsonl", rows(10)))
    here = read_labelled(tmp_path / "a.csv")
    assert [s[1:] for s in here.sentences] == [s[1:] for s in there.sentences]


BAD = {
    "three rows": (rows(3), "3 sentences"),
    "one class": ([{**r, "label": 1} for r in rows(80)], "80 of them loaded and 0 plain"),
    "a label outside": ([*rows(80), {"text": "x", "label": 2}], "label 2"),
    "a label in words": ([*rows(80), {"text": "x", "label": "biased"}], "label 'biased'"),
    "a label in parts": ([*rows(80), {"text": "x", "label": 0.5}], "label 0.5"),
    "empty texts": ([{**r, "text": ""} for r in rows(80)], "without a usable sentence (no text)"),
    "no label at all": ([{"text": "x"}], "without label"),
    "no labels": ([{"text": "x", "label": None}] * 60, "without a usable sentence (no label)"),
    "a class an outlet": (
        [{**r, "outlet": OUTLETS[r["label"]], "event": None} for r in rows(80)],
        "",
    ),
}


@pytest.mark.parametrize("name", [n for n in BAD if n != "a class an outlet"])
def test_bad_labelled_data(name: str, tmp_path: Path) -> None:
    lines, words = BAD[name]
    with pytest.raises(FramingError) as problem:
        train_any(write(tmp_path / "data.jsonl", lines), tmp_path / "model")
    assert words in str(problem.value)
    assert not (tmp_path / "model").exists()


def test_bad_data_leaves_an_older_model_as_it_is(tmp_path: Path) -> None:
    train_any(write(tmp_path / "good.jsonl", rows()), tmp_path / "model")
    before = [p.read_bytes() for p in sorted((tmp_path / "model").iterdir())]
    with pytest.raises(FramingError):
        train_any(write(tmp_path / "bad.jsonl", rows(3)), tmp_path / "model")
    assert [p.read_bytes() for p in sorted((tmp_path / "model").iterdir())] == before
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["bad.jsonl", "good.jsonl", "model"]


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    data = write(tmp_path / "data.jsonl", [*rows(), {"text": "A.", "label": None}])
    other = write(tmp_path / "other.jsonl", rows(40, seed=2))
    made = train_any(data, tmp_path / "model", transfer=[other], progress=lambda n, of: steps.append((n, of)))
    model = read_model(tmp_path / "model")
    assert model.digest == made.digest
    assert model.columns == ("polarity", "subjectivity")
    card = model.card
    by_name = {r["model"]: r for r in card["rows"]}
    assert card["held_out_by"] == "outlet and event"
    assert card["rejects_by_reason"] == {"no label": 1}
    assert by_name["this model, outlet and event left out"]["accuracy"] > 0.9
    assert {"this model, event left out", "this model, five random folds", "outlet name only"} <= set(by_name)
    # Labels alternate and outlets go round, so that a name says nothing.
    assert by_name["outlet name only"]["accuracy"] < 0.7
    assert card["transfer"][0]["set"] == "other.jsonl"
    assert card["transfer"][0]["accuracy"] > 0.9
    assert [n for n, _ in steps] == list(range(1, len(steps) + 1))
    assert {of for _, of in steps} == {len(steps)}
    corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": rows(2)[1]["text"]}])
    run = annotate(corpus, options=AnnotateOptions(loadedness="all"), classifier=model)
    tone = tone_of([rows(2)[1]["text"]])
    expected = model.score({"text": [rows(2)[1]["text"]], "polarity": [tone[0, 0]], "subjectivity": [tone[0, 1]]})
    assert run.sentences.column("loaded_prob").to_pylist() == expected


def test_a_name_that_tells_the_label_is_seen_as_that(tmp_path: Path) -> None:
    made = train_any(
        write(
            tmp_path / "d.jsonl",
            BAD["a class an outlet"][0] + [{**r, "outlet": "Both", "text": r["text"] + " Twice."} for r in rows(20)],
        ),
        tmp_path / "model",
    )
    named = next(r for r in made.card["rows"] if r["model"] == "outlet name only")
    assert named["accuracy"] > 0.8
    assert named["auc_within_outlet"] is not None
    assert named["auc_within_outlet"] < 0.6


def test_gold_beside_the_model(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", rows(60))
    result = evaluate_loadedness(gold)
    assert {"accuracy", "macro_f1", "per_class", "auc", "auc_within_outlet", "ece"} <= set(result.meta)
    assert set(result.meta["per_class"]) == {"loaded", "plain"}
    assert {r["model"] for r in result.rows} >= {
        "ours",
        "majority",
        "TextBlob subjectivity",
        "lexicon count",
        "outlet name only",
    }
    assert sum(sum(v for k, v in row.items() if k != "gold") for row in result.confusion) == 60
    assert len(result.misses) == round(60 * (1 - result.meta["accuracy"]))


def test_recalibration_measures_the_rest(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", rows(200))
    result = evaluate_loadedness(gold, recalibrate=60)
    assert result.meta["n"] == 140
    assert result.meta["ece"] < result.meta["ece_before"]
    with pytest.raises(FramingError, match="fewer"):
        evaluate_loadedness(gold, recalibrate=200)
    with pytest.raises(FramingError, match="at least 10"):
        evaluate_loadedness(gold, recalibrate=12)


def test_draws_keep_the_shares() -> None:
    labels = np.array([1] * 30 + [0] * 70)
    drawn = draw_balanced(labels, 20)
    assert labels[drawn].sum() == 6
    assert len(set(drawn.tolist())) == 20


def test_sentences_without_a_score_are_counted() -> None:
    sentences = [Labelled(i, f"t{i}", i % 2, None, None) for i in range(4)]
    way = Scored("x", "y", np.array([0.1, 0.9, np.nan, 0.8]), np.array([False, True, False, True]))
    row, _, _ = measure(way, sentences)
    assert (row["n"], row["n_without_score"], row["accuracy"], row["auc_within_outlet"]) == (3, 1, 1.0, None)


def test_baselines_never_see_their_own_fold() -> None:
    # Every outlet has one sentence, so that its name can only repeat the overall share.
    rng = random.Random(3)
    sentences = [Labelled(i, sentence(rng, i % 2), i % 2, f"o{i}", None) for i in range(60)]
    ways, _ = score_baselines(sentences, tone_of([s.text for s in sentences]), ["brutal"])
    named = next(w for w in ways if w.name == "outlet name only")
    assert len(set(np.round(named.scores, 6))) <= 5


def test_lexicon_forms_of_the_shipped_model_are_single_words() -> None:
    forms = read_model().forms
    assert "regime" in forms
    assert not [f for f in forms if " " in f]
    assert {c.concept_id for c in read_lexicon("conflict").concepts}
