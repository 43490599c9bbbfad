"""Loadedness and tone by outlet: means over sentences, the article as the unit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from framing.classify import read_model
from framing.cli import main
from framing.corpus import corpus_from_rows
from framing.errors import SelectionError
from framing.ingest.shipped import write_shipped
from framing.language import AnnotateOptions
from framing.stats.means import estimate_means
from framing.study import Run, annotate, compare, read_meta

TEXTS = (
    "The regime massacred ten. It rained.",
    "Troops killed two.",
    "A shameful, brutal massacre. Police said two died.",
)


@pytest.fixture(scope="module")
def run() -> Run:
    rows = [
        {"article_id": f"{o}{i}", "outlet_id": o, "text": TEXTS[(i + k) % 3]}
        for k, o in enumerate("ab")
        for i in range(12)
    ]
    return annotate(
        corpus_from_rows(rows), options=AnnotateOptions(tone="all", loadedness="mentions"), classifier=read_model()
    )


def test_mean_and_interval_against_the_book() -> None:
    # One sentence an article: the jackknife of a mean is its standard error.
    rng = np.random.default_rng(2)
    scores = rng.normal(0.5, 0.1, 40)
    (row,) = estimate_means(["o"] * 40, scores, np.ones(40))
    assert row["value"] == pytest.approx(scores.mean())
    t = stats.t.ppf(0.975, 39)
    assert row["high"] - row["value"] == pytest.approx(t * stats.sem(scores), rel=0.1)
    assert row["difference"] is None


@pytest.mark.parametrize("measure", ["loadedness", "tone"])
def test_values_are_means_over_sentences(run: Run, measure: str) -> None:
    table = compare(run, measure=measure)
    by_article = run.sentences.to_pandas()
    outlets = by_article["article_id"].str[0]
    for row in table.to_pylist():
        scores = by_article[outlets == row["outlet_id"]][row["group"]].dropna()
        assert row["n_sentences"] == len(scores)
        assert row["value"] == pytest.approx(scores.mean())
        assert row["low"] < row["value"] < row["high"]
        assert row["difference"] == pytest.approx(row["value"] - row["rest_value"])
    scored = {"tone": "all sentences", "loadedness": "sentences with a mention"}
    assert read_meta(table)["scored"] == scored[measure]


@pytest.mark.parametrize(
    "given", [{"term": "regime"}, {"voice": "scare"}, {"within": "event"}, {"by": "term"}, {"about": "Iran"}]
)
def test_what_does_not_fit_is_refused(run: Run, given: dict[str, str]) -> None:
    with pytest.raises(SelectionError):
        compare(run, measure="loadedness", **given)  # type: ignore[arg-type]


def test_a_run_without_scores_says_how_to_get_them(run_of: Callable[..., Run]) -> None:
    with pytest.raises(SelectionError, match="Annotate"):
        compare(run_of({"A": ["The regime fell."]}), measure="tone")


VOICED = (
    "The regime massacred ten.",
    '"The regime massacred ten," the minister said.',
    "The brutal regime massacred ten, and the minister said that they died of a cold and other small things.",
)


def test_a_voice_takes_the_sentences_that_are_its_own() -> None:
    rows = [
        {"article_id": f"{outlet}{i}", "outlet_id": outlet, "text": VOICED[(i + k) % 3]}
        for k, outlet in enumerate("ab")
        for i in range(30)
    ]
    run = annotate(corpus_from_rows(rows), options=AnnotateOptions(loadedness="all"), classifier=read_model())
    table = run.sentences.to_pandas()
    table["outlet"] = table["article_id"].str[0]
    n = {}
    for voice in ("own", "reported", "direct"):
        inside = table[table[f"n_{voice}_words"] >= 0.9 * table["n_words"]]
        for row in compare(run, measure="loadedness", voice=voice).to_pylist():
            mine = inside[inside["outlet"] == row["outlet_id"]]["loaded_prob"]
            assert row["n_sentences"] == len(mine)
            assert row["value"] == (pytest.approx(mine.mean()) if len(mine) else None)
            n[voice, row["outlet_id"]] = row["n_sentences"]
    for row in compare(run, measure="loadedness").to_pylist():
        others = sum(n[voice, row["outlet_id"]] for voice in ("own", "reported", "direct"))
        assert row["n_mixed"] == row["n_sentences"] - others > 0
        assert n["own", row["outlet_id"]] > 0


def test_sentences_the_classifier_leaves_open_are_counted(run: Run) -> None:
    band = run.record["abstention"]
    table = compare(run, measure="loadedness")
    scores = run.sentences.to_pandas()
    for row in table.to_pylist():
        mine = scores[scores["article_id"].str[0] == row["outlet_id"]]["loaded_prob"]
        unsure = (mine > band["low"]) & (mine < band["high"])
        assert row["n_unsure"] == unsure.sum()
        assert row["sure_value"] == pytest.approx(mine[~unsure].mean())
    assert read_meta(table)["n_unsure"] == sum(r["n_unsure"] for r in table.to_pylist())
    # Every sentence is open to a classifier that is never sure.
    never = Run(
        run.corpus, run.lexicon, {**run.record, "abstention": {"low": 0, "high": 1, "statement": ""}}, run.source
    )
    for row in compare(never, measure="loadedness").to_pylist():
        assert row["n_unsure"] == row["n_sentences"] > 0
        assert row["sure_value"] is None
    (tone, *_) = compare(run, measure="tone").to_pylist()
    assert (tone["n_unsure"], tone["sure_value"]) == (None, None)
    # A run made before this was recorded.
    older = Run(run.corpus, run.lexicon, {k: v for k, v in run.record.items() if k != "abstention"}, run.source)
    (row, *_) = compare(older, measure="loadedness").to_pylist()
    assert (row["n_unsure"], row["sure_value"]) == (None, None)


def test_too_few_articles_have_no_interval() -> None:
    (row,) = estimate_means(["o"] * 3, np.array([0.1, 0.2, 0.3]), np.ones(3))
    assert row["low"] is None
    assert "not enough text" in row["reason"]


def test_the_command_gives_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_shipped("sarvane", tmp_path / "c")
    assert main(["annotate", str(tmp_path / "c"), "--out", str(tmp_path / "r")]) == 0
    capsys.readouterr()
    assert main(["compare", str(tmp_path / "r"), "--measure", "loadedness", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {r["group"] for r in printed["rows"]} == {"loaded_prob"}
    assert printed["meta"]["scored"] == "sentences with a mention"
    assert main(["compare", str(tmp_path / "r"), "--measure", "tone"]) == 0
    assert "no stance" in capsys.readouterr().out
