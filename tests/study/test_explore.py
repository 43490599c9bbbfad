"""Keyness, shift, trend and distance over a run: counted by hand, excluded passages out, bad requests one sentence."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from framing.cli import main
from framing.commands import explore
from framing.corpus import Corpus, corpus_from_rows, corpus_from_table, write_corpus
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.schema import TABLES
from framing.study import Run, annotate, compare, read_meta
from framing.study.distance import compare_profiles
from framing.study.keyness import compare_terms, find_keyness
from framing.study.select import Selection, select_articles
from framing.study.trend import estimate_trend
from framing.study.words import count_all_words

WORD = re.compile(r"\w+(?:['’-]\w+)*")


def test_every_word_is_counted_as_in_the_texts(sarvane: Corpus, sarvane_run: Run) -> None:
    target = "corran-bugle"
    counted: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for article in sarvane.articles.to_pylist():
        for part in ("title", "text"):
            words = WORD.findall((article[part] or "").lower().replace("’", "'"))
            counted[article["outlet_id"] == target].update(words)
    table = find_keyness(sarvane_run, target=target, limit=None)
    rows = {r["word"]: r for r in table.to_pylist()}
    meta = read_meta(table)
    sizes = {side: sum(c.values()) for side, c in counted.items()}
    assert (meta["n_words_target"], meta["n_words_reference"]) == (sizes[True], sizes[False])
    for word in set(counted[True]) | set(counted[False]):
        more = counted[True][word] * sizes[False] > counted[False][word] * sizes[True]
        assert (word in rows) == more
        if more:
            assert (rows[word]["n_target"], rows[word]["n_reference"]) == (counted[True][word], counted[False][word])
    assert meta["n_used_more"] == len(rows) == meta["n_shown"]
    assert "exploratory" in meta["exploratory"]
    assert meta["prior_words"] > 0


@pytest.mark.parametrize("voice", ["all", "own"])
@pytest.mark.parametrize("part", ["all", "title", "body"])
def test_words_are_those_that_rates_are_per(sarvane_run: Run, voice: str, part: str) -> None:
    selection = Selection(part=part)
    articles = select_articles(sarvane_run, selection)
    n = count_all_words(sarvane_run, selection, articles, voice).n
    expected: Counter[str] = Counter()
    for s in sarvane_run.sentences.to_pylist():
        if part in ("all", s["part"]):
            expected[s["article_id"]] += s["n_words" if voice == "all" else "n_own_words"]
    assert n.sum(axis=1).tolist() == [expected[i] for i in articles.column("article_id").to_pylist()]


def test_terms_are_those_that_compare_counts(sarvane_run: Run) -> None:
    rates = {
        r["group"]: r
        for r in compare(sarvane_run, by="term", voice="own", permutations=1).to_pylist()
        if r["outlet_id"] == "corran-bugle"
    }
    table = find_keyness(sarvane_run, target="corran-bugle", words="lexicon", voice="own", measure="logratio")
    assert table.num_rows
    for r in table.to_pylist():
        assert r["n_target"] == rates[r["word"]]["n_mentions"]
        assert r["log_ratio"] == pytest.approx(rates[r["word"]]["log2_ratio"])
        assert r["range_target"] == rates[r["word"]]["n_articles_with"]


def with_excluded() -> Run:
    text = "He was killed. SUBSCRIBE massacre terrorist NOW. It rained."
    rows = [{"article_id": str(i), "outlet_id": "AB"[i % 2], "text": (text, "It rained.")[i % 2]} for i in range(20)]
    start = text.index("SUBSCRIBE")
    passages = [
        {"article_id": str(i), "part": "body", "start": start, "end": text.index(" It"), "reason": "x", "rule": "y"}
        for i in range(0, 20, 2)
    ]
    table = corpus_from_rows(rows).articles
    excluded = pa.Table.from_pylist(passages, schema=TABLES["excluded"])
    return annotate(corpus_from_table(table, excluded=excluded), options=AnnotateOptions(tone="none"))


@pytest.mark.parametrize("voice", ["all", "own"])
def test_excluded_passages_never_count(voice: str) -> None:
    run = with_excluded()
    found = {r["word"]: r["n_target"] for r in find_keyness(run, target="A", voice=voice).to_pylist()}
    assert found == {"he": 10, "was": 10, "killed": 10}
    assert [r["term_id"] for r in compare_terms(run, a="A", b="B").to_pylist()] == ["killed"]


def test_own_words_leave_out_what_is_quoted(run_of: Callable[..., Run]) -> None:
    run = run_of({"Sarvane Wire": ['"The traitors fled," the minister said.'] * 3, "Aldis Ledger": ["It rained."] * 3})
    words = {
        v: set(find_keyness(run, target="Sarvane Wire", voice=v).column("word").to_pylist()) for v in ("all", "own")
    }
    assert words["all"] - words["own"] == {"traitors", "fled"}
    assert {"minister", "said"} <= words["own"]


def test_houses_that_set_apostrophes_differently_use_the_same_word(run_of: Callable[..., Run]) -> None:
    run = run_of({"A": ["They don’t know."] * 3, "B": ["They don't know."] * 3})
    assert find_keyness(run, target="A").num_rows == 0


def test_shift_sums_to_what_compare_says(sarvane_run: Run) -> None:
    a, b = "corran-bugle", "continental-wire"
    rates = {
        r["outlet_id"]: r["value"]
        for r in compare(sarvane_run, category="criminalising", voice="own", outlets=(a, b), permutations=1).to_pylist()
    }
    table = compare_terms(sarvane_run, a=a, b=b, category="criminalising", voice="own")
    meta, rows = read_meta(table), table.to_pylist()
    assert meta["difference"] == pytest.approx(rates[a] - rates[b])
    assert sum(r["contribution"] for r in rows) == pytest.approx(meta["difference"])
    assert sum(r["share"] for r in rows) == pytest.approx(1)
    assert {r["category"] for r in rows} == {"criminalising"}
    assert meta["difference_low"] <= meta["difference"] <= meta["difference_high"]


def dated() -> Run:
    days = [(2023, 12, 31), (2024, 1, 1), (2024, 1, 8), (2024, 4, 1), None]
    rows = []
    for outlet, used in (("A", days), ("B", days[1:2])):
        for k, day in enumerate(used):
            for i in range(9):
                rows.append(
                    {
                        "article_id": f"{outlet}{k}-{i}",
                        "outlet_id": outlet,
                        "text": "The massacre ended. " * (1 + i % 2) + "Rain fell.",
                        "published": datetime(*day, 23, 59, tzinfo=UTC) if day else None,
                    }
                )
    return annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))


PERIODS_OF_A = {
    "day": ["2023-12-31", "2024-01-01", "2024-01-08", "2024-04-01"],
    "week": ["2023-W52", "2024-W01", "2024-W02", "2024-W14"],
    "month": ["2023-12", "2024-01", "2024-04"],
    "quarter": ["2023-Q4", "2024-Q1", "2024-Q2"],
    "year": ["2023", "2024"],
}


@pytest.mark.parametrize("every", PERIODS_OF_A)
def test_periods(every: str) -> None:
    table = estimate_trend(dated(), term="massacre", every=every)
    rows = [r for r in table.to_pylist() if r["outlet_id"] == "A"]
    assert [r["period"] for r in rows] == PERIODS_OF_A[every]
    assert read_meta(table)["n_without_date_left_out"] == 9
    assert sum(r["n_articles"] for r in rows) == 36
    assert sum(r["n_mentions"] for r in rows) == 4 * (5 + 4 * 2)


def test_a_period_is_what_compare_says_of_its_days() -> None:
    run = dated()
    row = next(r for r in estimate_trend(run, term="massacre").to_pylist() if r["period"] == "2024-01")
    whole = compare(run, term="massacre", date_from="2024-01-01", date_to="2024-01-31", permutations=1).to_pylist()[0]
    for name in ("n_mentions", "n_denominator", "value", "low", "high", "own_value", "own_reported_value"):
        assert row[name] == pytest.approx(whole[name]), name


def test_gaps_are_rows_without_a_value(run_of: Callable[..., Run]) -> None:
    rows = [
        {
            "article_id": f"{o}{m}",
            "outlet_id": o,
            "text": "The massacre.",
            "published": datetime(2024, m, 1, tzinfo=UTC),
        }
        for o, months in (("A", (1, 3)), ("B", (2,)))
        for m in months
    ]
    run = annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))
    found = {(r["outlet_id"], r["period"]): r for r in estimate_trend(run, term="massacre").to_pylist()}
    assert sorted(found) == [("A", "2024-01"), ("A", "2024-02"), ("A", "2024-03"), ("B", "2024-02")]
    assert found["A", "2024-02"]["value"] is None
    assert found["A", "2024-02"]["reason"] == "no article in this period"
    assert found["B", "2024-02"]["value"] == 500
    assert found["B", "2024-02"]["reason"].startswith("not enough text: 1 articles")
    with pytest.raises(SelectionError, match="no article with a date"):
        estimate_trend(run_of({"A": ["The massacre."]}))


def test_distance_over_a_run(sarvane_run: Run) -> None:
    table = compare_profiles(sarvane_run, splits=20)
    meta, rows = read_meta(table), table.to_pylist()
    assert len(rows) == 15
    assert len(meta["map"]) + len(meta["map_left_out"]) == 6
    assert meta["stress"] is None or 0 <= meta["stress"] < 1
    assert compare_profiles(sarvane_run, splits=20).equals(table)
    for r in rows:
        assert (r["value"] is None) <= (r["reason"] is not None)


def test_one_concept_is_that_of_the_shares_compare_prints(sarvane_run: Run) -> None:
    from scipy.spatial.distance import jensenshannon

    a, b = "corran-bugle", "continental-wire"
    shares: dict[str, list[float]] = {a: [], b: []}
    for r in compare(sarvane_run, measure="choice", concept="killing", outlets=(a, b), permutations=1).to_pylist():
        shares[r["outlet_id"]].append(r["value"])
    row = compare_profiles(sarvane_run, concept="killing", outlets=(a, b)).to_pylist()[0]
    assert row["observed"] == pytest.approx(jensenshannon(shares[a], shares[b], base=2), abs=1e-6)


def test_hardly_any_text(run_of: Callable[..., Run]) -> None:
    run = run_of({"A": ["Rain."], "B": ["Sun."]})
    assert all(r["reason"] for r in find_keyness(run, target="A").to_pylist())
    assert compare_terms(run, a="A", b="B").num_rows == 0
    assert compare_profiles(run).to_pylist()[0]["value"] is None
    assert read_meta(compare_profiles(run))["map"] == []


BAD: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "target": (find_keyness, {"target": "Kestovia"}),
    "reference": (find_keyness, {"target": "corran-bugle", "reference": "corran-bugle"}),
    "measure": (find_keyness, {"target": "corran-bugle", "measure": "chi2"}),
    "words": (find_keyness, {"target": "corran-bugle", "words": "some"}),
    "voice": (find_keyness, {"target": "corran-bugle", "voice": "reported"}),
    "prior": (find_keyness, {"target": "corran-bugle", "prior": 0.0}),
    "prior nan": (find_keyness, {"target": "corran-bugle", "prior": float("nan")}),
    "limit": (find_keyness, {"target": "corran-bugle", "limit": 0}),
    "level": (find_keyness, {"target": "corran-bugle", "level": 1.0}),
    "nothing left": (find_keyness, {"target": "corran-bugle", "date_from": "2090-01-01"}),
    "same": (compare_terms, {"a": "corran-bugle", "b": "corran-bugle"}),
    "b": (compare_terms, {"a": "corran-bugle", "b": "Post"}),
    "category": (compare_terms, {"a": "corran-bugle", "b": "continental-wire", "category": "holy"}),
    "every": (estimate_trend, {"every": "hour"}),
    "outlets": (estimate_trend, {"outlets": ("Post",)}),
    "term": (estimate_trend, {"term": "martirdom"}),
    "concept": (compare_profiles, {"concept": "kiling"}),
    "one outlet": (compare_profiles, {"outlets": ("corran-bugle",)}),
    "splits": (compare_profiles, {"splits": 0}),
    "seed": (compare_profiles, {"seed": -1}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_requests(name: str, sarvane_run: Run) -> None:
    function, arguments = BAD[name]
    with pytest.raises(SelectionError, match=r"Found: .* Expected: .*\. .*\."):
        function(sarvane_run, **arguments)


@pytest.fixture(scope="module")
def run_folder(sarvane: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("explore")
    none = pa.RecordBatch.from_pylist([], schema=TABLES["rejects"])
    corpus = write_corpus(
        ((b, none) for b in sarvane.batches()),
        base / "corpus",
        described_outlets={o["outlet_id"]: o for o in sarvane.outlets.to_pylist()},
    )
    annotate(corpus, options=AnnotateOptions(tone="none"), out=base / "run")
    return base / "run"


def called(arguments: list[str]) -> None:
    assert main(arguments) == 0


COMMANDS: dict[str, tuple[list[str], Callable[..., pa.Table], dict[str, Any]]] = {
    "keyness": (
        ["--target", "corran-bugle", "--reference", "continental-wire", "--measure", "logodds", "--limit", "5"],
        find_keyness,
        {"target": "corran-bugle", "reference": "continental-wire", "measure": "logodds", "limit": 5},
    ),
    "shift": (
        ["--a", "corran-bugle", "--b", "continental-wire", "--category", "criminalising"],
        compare_terms,
        {"a": "corran-bugle", "b": "continental-wire", "category": "criminalising"},
    ),
    "trend": (["--concept", "killing", "--every", "week"], estimate_trend, {"concept": "killing", "every": "week"}),
    "distance": (["--voice", "own", "--seed", "3"], compare_profiles, {"voice": "own", "seed": 3}),
}
LAST_LINES = {
    "keyness": "exploratory: ",
    "shift": "criminalising: ",
    "trend": "value: per 1,000 words",
    "distance": "value: 0 same choices",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_gives_the_same_numbers(
    name: str, run_folder: Path, sarvane_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, function, parameters = COMMANDS[name]
    called([name, str(run_folder), *arguments, "--json"])
    printed = json.loads(capsys.readouterr().out)
    table = function(sarvane_run, **parameters)
    assert json.loads(cli_json(table)) == printed["rows"]
    assert {k: v for k, v in printed["meta"].items() if "digest" not in k} == {
        k: v for k, v in read_meta(table).items() if "digest" not in k
    }
    called([name, str(run_folder), *arguments])
    assert capsys.readouterr().out.splitlines()[-1].startswith(LAST_LINES[name])


def cli_json(table: pa.Table) -> str:
    return json.dumps(table.to_pylist(), default=lambda day: day.isoformat())


def test_choices_are_those_of_the_study() -> None:
    from framing.study.trend import PERIODS

    assert explore._EVERY == PERIODS
