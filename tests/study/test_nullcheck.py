"""The check on the test itself: what it says of halves of one outlet, and of corpora that cannot be halved."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from framing.cli import main
from framing.commands import robust
from framing.corpus import corpus_from_rows, with_groups
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.schema import TABLES
from framing.study import Run, annotate, read_meta
from framing.study.nullcheck import NULLCHECK_SCHEMA, check_null

QUIET = AnnotateOptions(tone="none", loadedness="none")
WORDS = ("killed", "murdered", "massacred")


def uneven(outlet: str, articles: int, seed: int) -> list[dict[str, str]]:
    """Articles whose words come in bursts, as in news."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(articles):
        often = rng.gamma(0.7, 1.4, len(WORDS))
        sentences = [f"Ten were {w}." for w, k in zip(WORDS, often, strict=True) for _ in range(rng.poisson(k))]
        filler = ["It rained in the town all day."] * int(rng.integers(2, 30))
        rows.append({"article_id": f"{outlet}-{i}", "outlet_id": outlet, "text": " ".join([*sentences, *filler])})
    return rows


@pytest.fixture(scope="module")
def bursts() -> Run:
    return annotate(corpus_from_rows([*uneven("Aldis Ledger", 60, 1), *uneven("Sarvane Wire", 40, 2)]), options=QUIET)


def test_halves_of_one_outlet_differ_about_as_often_as_chance_lets(bursts: Run) -> None:
    # 300 splits of correlated tests: .05 give or take three standard errors, were they only as good as one test a split.
    meta = read_meta(check_null(bursts, by="term", splits=300, permutations=199))
    assert 0.012 <= meta["false_positive_rate"] <= 0.088
    assert meta["low"] <= meta["false_positive_rate"] <= meta["high"]
    assert meta["n_tests"] == 300 * 3


def test_rows_add_up_to_the_whole(bursts: Run) -> None:
    table = check_null(bursts, splits=11, permutations=99)
    assert table.schema.names == NULLCHECK_SCHEMA.names
    rows, meta = table.to_pylist(), read_meta(table)
    assert [r["n_splits"] for r in rows] == [6, 5]
    assert sum(r["n_found"] for r in rows) / sum(r["n_tests"] for r in rows) == meta["false_positive_rate"]
    assert {r["outlet_id"]: r["n_articles"] for r in rows} == {"Aldis Ledger": 60, "Sarvane Wire": 40}


def test_same_seed_same_numbers_and_progress(bursts: Run) -> None:
    seen: list[tuple[int, int]] = []
    settings = {"outlet": "Sarvane Wire", "splits": 5, "permutations": 99, "seed": 3}
    first = check_null(bursts, **settings, on_split=lambda done, all_: seen.append((done, all_)))
    assert first.equals(check_null(bursts, **settings))
    assert seen == [(i, 5) for i in range(1, 6)]


@pytest.mark.parametrize("measure", ["rate", "choice"])
@pytest.mark.parametrize("voice", ["all", "own"])
def test_each_measure_and_reading(bursts: Run, measure: str, voice: str) -> None:
    meta = read_meta(check_null(bursts, measure=measure, voice=voice, splits=4, permutations=99))
    assert meta["n_tests"] > 0
    assert 0 <= meta["false_positive_rate"] <= 1


def test_all_zeros_is_null_with_a_reason(run_of: Callable[..., Run]) -> None:
    table = check_null(run_of({"Aldis Ledger": ["It rained."] * 20}), splits=4, permutations=99)
    (row,) = table.to_pylist()
    assert row["false_positive_rate"] is None
    assert "nothing to test" in row["reason"]
    assert read_meta(table)["false_positive_rate"] is None


def test_one_split_has_no_interval(bursts: Run) -> None:
    (row,) = check_null(bursts, outlet="Aldis Ledger", splits=1, permutations=99).to_pylist()
    assert row["low"] is None
    assert row["reason"] == "one split says nothing of the spread"


def test_one_event_only_is_halved_like_any_other() -> None:
    rows = [{**row, "event_id": "e1"} for row in uneven("Aldis Ledger", 40, 1)]
    with_event = check_null(annotate(corpus_from_rows(rows), options=QUIET), splits=3, permutations=99)
    without = check_null(
        annotate(corpus_from_rows(uneven("Aldis Ledger", 40, 1)), options=QUIET), splits=3, permutations=99
    )
    assert with_event.to_pylist() == without.to_pylist()


def test_every_article_a_copy_finds_nothing() -> None:
    # Halves of equal articles are equal, whatever the split.
    text = "Ten were killed. It rained."
    rows = [{"article_id": str(i), "outlet_id": "Aldis Ledger", "text": text} for i in range(20)]
    corpus = with_groups(
        corpus_from_rows(rows),
        {
            "copies": pa.Table.from_pylist(
                [{"article_id": str(i), "copy_group": "c1", "origin_id": "0"} for i in range(20)],
                schema=TABLES["copies"],
            )
        },
    )
    meta = read_meta(check_null(annotate(corpus, options=QUIET), splits=4, permutations=99))
    assert meta["n_tests"] > 0
    assert meta["false_positive_rate"] == 0


SMALL = {
    "an outlet with one article": {"Aldis Ledger": ["Ten were killed."]},
    "no outlet with sixteen": {"Aldis Ledger": ["Ten were killed."] * 15, "Sarvane Wire": ["Ten were killed."] * 15},
}


@pytest.mark.parametrize("texts", SMALL.values(), ids=SMALL)
def test_no_outlet_large_enough(run_of: Callable[..., Run], texts: dict[str, list[str]]) -> None:
    with pytest.raises(SelectionError, match="no outlet with 16 articles"):
        check_null(run_of(texts), splits=2)


BAD = {
    "unknown outlet": {"outlet": "Times"},
    "unknown grouping": {"by": "concept"},
    "unknown measure": {"measure": "agency"},
    "unknown voice": {"voice": "loud"},
}


@pytest.mark.parametrize("request_", BAD.values(), ids=BAD)
def test_bad_requests_are_one_sentence(bursts: Run, request_: dict[str, str]) -> None:
    with pytest.raises(SelectionError, match="Expected"):
        check_null(bursts, **request_)  # type: ignore[arg-type]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**row, "outlet": row["outlet_id"], "id": row["article_id"]} for row in uneven("Aldis Ledger", 40, 1)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main(["ingest", str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "corpus")]) == 0
    assert main(["annotate", str(tmp_path / "corpus"), "--out", str(tmp_path / "run"), "--tone", "none"]) == 0
    capsys.readouterr()
    parser = argparse.ArgumentParser()
    robust.add(parser.add_subparsers())
    given = ["nullcheck", str(tmp_path / "run"), "--splits", "3", "--permutations", "99"]
    for form in ("json", "csv", "table"):
        arguments = parser.parse_args([*given, "--format", form])
        arguments.run(arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        if form == "json":
            assert 0 <= json.loads(printed.out)["meta"]["false_positive_rate"] <= 1
        elif form == "csv":
            assert printed.out.splitlines()[0].split(",") == NULLCHECK_SCHEMA.names
        else:
            assert "about 5 % is right" in printed.out


@pytest.mark.data
def test_halves_of_a_real_outlet(data: Path) -> None:
    import gzip

    with gzip.open(data / "tehran_times_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        found = [json.loads(next(file)) for _ in range(250)]
    rows = [{"article_id": r["id"], "outlet_id": "one", "text": r["body"]} for r in found]
    meta = read_meta(check_null(annotate(corpus_from_rows(rows), options=QUIET), splits=40, permutations=199))
    assert 0.02 <= meta["false_positive_rate"] <= 0.08
