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
    return annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="all"), classifier=read_model())


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
    assert read_meta(table)["scored"] == "all sentences"


@pytest.mark.parametrize(
    "given", [{"term": "regime"}, {"voice": "scare"}, {"within": "event"}, {"by": "term"}, {"about": "Iran"}]
)
def test_what_does_not_fit_is_refused(run: Run, given: dict[str, str]) -> None:
    with pytest.raises(SelectionError):
        compare(run, measure="loadedness", **given)  # type: ignore[arg-type]


def test_a_run_without_scores_says_how_to_get_them(run_of: Callable[..., Run]) -> None:
    with pytest.raises(SelectionError, match="Annotate"):
        compare(run_of({"A": ["The regime fell."]}), measure="tone")


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
