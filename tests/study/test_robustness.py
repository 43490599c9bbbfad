"""One difference measured in every defensible way: each row is what `compare` says under those choices, or counted by hand."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.cli import main
from framing.commands import robust
from framing.corpus import corpus_from_rows, with_groups
from framing.errors import FramingError
from framing.language import AnnotateOptions
from framing.schema import TABLES
from framing.study import Run, annotate, compare, read_meta
from framing.study.comparison import COMPARE_SCHEMA
from framing.study.robustness import (
    CHOICES,
    DEFAULTS,
    INFLUENCE_SCHEMA,
    ROBUSTNESS_SCHEMA,
    compare_every_way,
    find_influence,
)

QUIET = AnnotateOptions(tone="none", loadedness="none")
A, B = "Aldis Ledger", "Sarvane Wire"
PAIR = ("talmara-national", "corran-bugle")
RAIN = " It rained in the town."


def make(rows: list[dict[str, Any]]) -> Run:
    return annotate(corpus_from_rows([{"article_id": str(i), **row} for i, row in enumerate(rows)]), options=QUIET)


def articles(outlet: str, texts: list[str], **more: Any) -> list[dict[str, Any]]:
    return [{"outlet_id": outlet, "text": text, **more} for text in texts]


def row_of(table: pa.Table, left_out: str | None = None, **choices: str) -> dict[str, Any]:
    wanted = {**DEFAULTS, **choices, "term_left_out": left_out}
    (row,) = [r for r in table.to_pylist() if all(r[k] == v for k, v in wanted.items())]
    return row


@pytest.fixture(scope="module")
def sarvane_ways(sarvane_run: Run) -> pa.Table:
    return compare_every_way(sarvane_run, *PAIR, category="criminalising", permutations=499)


@pytest.mark.parametrize(("voice", "part"), list(product(CHOICES["voice"], CHOICES["part"])))
def test_rows_per_words_are_those_of_compare(sarvane_run: Run, sarvane_ways: pa.Table, voice: str, part: str) -> None:
    settings = {"category": "criminalising", "outlets": PAIR, "voice": voice, "part": part, "reference": PAIR[1]}
    (theirs,) = [r for r in compare(sarvane_run, **settings, permutations=499).to_pylist() if r["outlet_id"] == PAIR[0]]
    ours = row_of(sarvane_ways, voice=voice, part=part)
    for mine, name in (("a_value", "value"), ("b_value", "rest_value"), ("a_n", "n_mentions"), ("ratio", "ratio")):
        assert ours[mine] == pytest.approx(theirs[name]), name
    assert (ours["low"], ours["high"]) == pytest.approx((theirs["ratio_low"], theirs["ratio_high"]))
    if ours["is_default"]:
        assert ours["p_permutation"] == theirs["p"]
    else:
        assert ours["p_permutation"] is None
    within = row_of(sarvane_ways, voice=voice, part=part, within="event")
    (theirs,) = [
        r
        for r in compare(sarvane_run, **settings, within="event", permutations=9).to_pylist()
        if r["outlet_id"] == PAIR[0]
    ]
    assert within["ratio"] == pytest.approx(theirs["model_ratio"])
    assert (within["low"], within["high"]) == pytest.approx((theirs["model_low"], theirs["model_high"]))


@pytest.mark.parametrize("voice", CHOICES["voice"])
def test_rows_per_occasion_are_those_of_compare(sarvane_run: Run, voice: str) -> None:
    ways = compare_every_way(sarvane_run, *PAIR, term="terrorist", per="occasions", permutations=99)
    (theirs,) = [
        r
        for r in compare(
            sarvane_run, measure="choice", term="terrorist", voice=voice, outlets=PAIR, permutations=99
        ).to_pylist()
        if r["outlet_id"] == PAIR[0]
    ]
    ours = row_of(ways, voice=voice, per="occasions")
    for mine, name in (("a_value", "value"), ("b_value", "rest_value"), ("a_n", "n_mentions"), ("ratio", "ratio")):
        assert ours[mine] == pytest.approx(theirs[name]), name
    if ours["is_default"]:
        assert ours["p_permutation"] == theirs["p"]


def test_every_combination_stands_once(sarvane_ways: pa.Table) -> None:
    rows, meta = sarvane_ways.to_pylist(), read_meta(sarvane_ways)
    assert sarvane_ways.schema.names == ROBUSTNESS_SCHEMA.names
    keys = [(*(r[c] for c in CHOICES), r["term_left_out"]) for r in rows]
    assert len(set(keys)) == len(keys) == meta["n_combinations"]
    not_varied = {one["choice"] for one in meta["not_varied"]}
    options = 1
    for name, some in CHOICES.items():
        options *= 1 if name in not_varied else len(some)
    assert sum(r["term_left_out"] is None for r in rows) == options
    assert sum(r["is_default"] for r in rows) == 1
    ratios = [r["ratio"] for r in rows if r["ratio"] is not None]
    assert ratios == sorted(ratios)
    assert [r["rank"] for r in rows if r["ratio"] is not None] == list(range(1, len(ratios) + 1))


def test_what_is_said_of_all_is_counted_from_the_rows(sarvane_ways: pa.Table) -> None:
    rows, meta = sarvane_ways.to_pylist(), read_meta(sarvane_ways)
    signed = [r for r in rows if r["flips"] is not None]
    tested = [r for r in rows if r["p"] is not None]
    assert meta["share_same_sign"] == pytest.approx(sum(not r["flips"] for r in signed) / len(signed))
    assert meta["share_excludes_1"] == pytest.approx(sum(r["low"] > 1 or r["high"] < 1 for r in tested) / len(tested))
    ratios = sorted(r["ratio"] for r in rows if r["ratio"] is not None)
    half = len(ratios) // 2
    assert meta["median_ratio"] == pytest.approx(
        ratios[half] if len(ratios) % 2 else (ratios[half - 1] + ratios[half]) / 2
    )
    for name in {c["choice"] for c in meta["by_choice"]}:
        assert sum(c["n"] for c in meta["by_choice"] if c["choice"] == name) == len(rows)


def test_p_and_interval_agree(sarvane_ways: pa.Table) -> None:
    for r in sarvane_ways.to_pylist():
        if r["p"] is not None and r["low"] is not None:
            assert (r["p"] < 0.05) == (not r["low"] <= 1 <= r["high"])


def test_a_term_left_out_is_no_occasion_either() -> None:
    # killing in A: 2 murdered, 1 assassinated, 1 killed; in B: 1, 1 and 2. mass_killing: a war crime in both, a mass killing in B.
    ten, six, five = "Ten were murdered. Six were assassinated. ", "Five were killed. ", "It was a war crime. "
    rows = articles(A, [ten + "Two were murdered. " + six + five + RAIN] * 10)
    rows += articles(B, [ten + six + six + five + "It was a mass killing." + RAIN] * 10)
    ways = compare_every_way(make(rows), A, B, category="criminalising", permutations=9)
    for left_out, of_a, of_b in (
        (None, 4 / 5, 3 / 6),
        # One alternative fewer in the concept.
        ("assassination", 3 / 4, 2 / 5),
        # Its concept has no other criminalising term here that was used, but has one in the lexicon: its occasions stay.
        ("war-crime", 3 / 4, 2 / 5),
    ):
        row = row_of(ways, left_out, per="occasions")
        assert (row["a_value"], row["b_value"]) == pytest.approx((of_a, of_b)), left_out
        assert row["ratio"] == pytest.approx(of_a / of_b)
    words = row_of(ways, "assassination")
    assert (words["a_n"], words["b_n"]) == (30, 20)


def test_a_concept_without_any_term_left_gives_no_occasions() -> None:
    # "humanitarian pause" is the only sanitising word for a ceasefire; without it ceasefires are no occasions.
    rows = articles(
        A, ["Six were neutralised. A humanitarian pause began. The ceasefire held. Five were killed." + RAIN] * 10
    )
    rows += articles(B, ["Six were neutralised. Five were killed. Five were killed. The ceasefire held." + RAIN] * 10)
    run = make(rows)
    assert [t.term_id for t in run.lexicon.terms_of("ceasefire") if t.category == "sanitising" and t.occasion] == [
        "humanitarian-pause"
    ]
    ways = compare_every_way(run, A, B, category="sanitising", permutations=9)
    whole, without = row_of(ways, per="occasions"), row_of(ways, "humanitarian-pause", per="occasions")
    assert (whole["a_value"], whole["b_value"]) == pytest.approx((2 / 4, 1 / 4))
    assert (without["a_value"], without["b_value"]) == pytest.approx((1 / 2, 1 / 3))


def test_the_choice_that_turns_the_sign_is_named() -> None:
    # In titles A calls it a massacre more often, in all its text less often.
    rows = [
        {"outlet_id": A, "title": "A massacre" if i % 3 else "A day", "text": "It rained." + RAIN * (1 + i % 2)}
        for i in range(12)
    ]
    rows += [
        {
            "outlet_id": B,
            "title": "A massacre" if i % 3 == 0 else "A day",
            "text": "The massacre ended. " * (2 + i % 2) + RAIN,
        }
        for i in range(12)
    ]
    run = make(rows)
    table = compare_every_way(run, A, B, term="massacre", permutations=99)
    meta = read_meta(table)
    assert {"choice": "part", "option": "title"} in meta["flipped_alone"]
    assert row_of(table)["sign"] == -1
    assert row_of(table)["flips"] is False
    assert row_of(table, part="title")["sign"] == 1
    assert row_of(table, part="title")["flips"] is True
    by_part = {c["option"]: c["n_flips"] for c in meta["by_choice"] if c["choice"] == "part"}
    assert by_part["title"] > 0
    assert by_part["body"] == 0
    # With titles as the default, titles agree and bodies turn.
    other = read_meta(compare_every_way(run, A, B, term="massacre", part="title", permutations=99))
    assert {"choice": "part", "option": "body"} in other["flipped_alone"]


def test_direction_without_a_ratio() -> None:
    rows = articles(A, ["Ten were murdered." + RAIN] * 10) + articles(B, ["It rained." + RAIN] * 10)
    row = row_of(compare_every_way(make(rows), A, B, term="murdered", permutations=99))
    assert row["ratio"] is None
    assert row["sign"] == 1
    assert row["reason"] == "no mention on one side, so no ratio"
    assert row["p_permutation"] is not None


def test_copies_are_dropped_where_they_are_known() -> None:
    texts = ["Ten were murdered." + RAIN] * 6 + ["Ten were murdered. Six were murdered." + RAIN * 2] * 10
    rows = articles(A, texts) + articles(B, ["Ten were murdered." + RAIN * (1 + i % 3) for i in range(12)])
    run = make(rows)
    assert {"choice": "copies", "reason": "copies were not looked for"} in read_meta(
        compare_every_way(run, A, B, term="murdered", permutations=9)
    )["not_varied"]
    copies = [{"article_id": str(i), "copy_group": "c", "origin_id": "0"} for i in range(6)]
    corpus = with_groups(run.corpus, {"copies": pa.Table.from_pylist(copies, schema=TABLES["copies"])})
    table = compare_every_way(annotate(corpus, options=QUIET), A, B, term="murdered", permutations=9)
    assert (row_of(table)["a_n"], row_of(table)["a_articles"]) == (26, 16)
    dropped = row_of(table, copies="drop")
    assert (dropped["a_n"], dropped["a_articles"]) == (21, 11)


def test_every_article_a_copy_is_null_with_a_reason() -> None:
    rows = articles(A, ["Ten were murdered." + RAIN] * 10) + articles(B, ["Ten were murdered." + RAIN] * 10)
    copies = [{"article_id": str(i), "copy_group": "c", "origin_id": "0"} for i in range(20)]
    corpus = with_groups(make(rows).corpus, {"copies": pa.Table.from_pylist(copies, schema=TABLES["copies"])})
    run = annotate(corpus, options=QUIET)
    table = compare_every_way(run, A, B, term="murdered", permutations=9)
    dropped = row_of(table, copies="drop")
    assert dropped["ratio"] is None
    assert dropped["reason"] == "no article of 'Sarvane Wire' is left"
    assert find_influence(run, A, B, term="murdered", copies="drop").num_rows == 0


NULLS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "an outlet with one article": (
        articles(A, ["Ten were murdered." + RAIN]) + articles(B, ["Ten were murdered." + RAIN] * 10),
        "not enough text: 1 articles",
    ),
    "all zeros": (articles(A, [RAIN] * 10) + articles(B, [RAIN] * 10), "no mention on one side"),
    "no variation": (
        articles(A, ["Ten were murdered." + RAIN] * 10, event_id="e")
        + articles(B, ["Ten were murdered." + RAIN * 2] * 10, event_id="e"),
        "no variation between articles",
    ),
    "texts without a word": (articles(A, ["…"] * 10) + articles(B, ["…"] * 10), "nothing to compare with"),
}


@pytest.mark.parametrize(("rows", "reason"), NULLS.values(), ids=NULLS)
def test_null_with_a_reason(rows: list[dict[str, Any]], reason: str) -> None:
    run = make(rows)
    table = compare_every_way(run, A, B, term="murdered", permutations=9)
    for r in table.to_pylist():
        assert (r["low"], r["high"], r["p"]) == (None, None, None)
        assert r["reason"]
    assert reason in row_of(table)["reason"]
    assert read_meta(table)["share_excludes_1"] is None
    for r in find_influence(run, A, B, term="murdered").to_pylist():
        assert (r["low"], r["high"], r["exclusion_hangs"]) == (None, None, None)
        assert r["reason"]


def test_one_event_only() -> None:
    texts = ["Ten were murdered." + RAIN, "It rained." + RAIN * 3, "Ten were murdered. Six were murdered." + RAIN]
    run = make(articles(A, texts * 5, event_id="e") + articles(B, texts[:2] * 6, event_id="e"))
    table = compare_every_way(run, A, B, term="murdered", permutations=9)
    # With a single event its effect is the overall level: the ratio of the rates.
    assert row_of(table, within="event")["ratio"] == pytest.approx(row_of(table)["ratio"])
    (left,) = find_influence(run, A, B, term="murdered").to_pylist()
    assert (left["left_out"], left["ratio"], left["change"]) == ("e", None, None)
    assert left["reason"] == "nothing to compare with"


def test_leaving_out_an_event_is_measuring_without_its_articles(sarvane_run: Run) -> None:
    found = find_influence(sarvane_run, *PAIR, category="criminalising")
    assert found.schema.names == INFLUENCE_SCHEMA.names
    events = [r for r in found.to_pylist() if r["kind"] == "event" and r["ratio"] is not None]
    corpus = sarvane_run.corpus
    for row in events[:3]:
        kept = corpus_from_rows([r for r in corpus.articles.to_pylist() if r["event_id"] != row["left_out"]])
        (theirs,) = [
            r
            for r in compare(
                annotate(kept, options=QUIET), category="criminalising", outlets=PAIR, permutations=9
            ).to_pylist()
            if r["outlet_id"] == PAIR[0]
        ]
        assert row["ratio"] == pytest.approx(theirs["ratio"])
        assert (row["low"], row["high"]) == pytest.approx((theirs["ratio_low"], theirs["ratio_high"]))


def test_leaving_out_a_term_is_the_row_without_it(sarvane_run: Run, sarvane_ways: pa.Table) -> None:
    found = {r["left_out"]: r for r in find_influence(sarvane_run, *PAIR, category="criminalising").to_pylist()}
    compared = 0
    for row in sarvane_ways.to_pylist():
        left = row["term_left_out"]
        if left is not None and row_of(sarvane_ways, left) == row:
            assert found[left]["ratio"] == row["ratio"]
            assert found[left]["reason"] == row["reason"]
            compared += 1
    assert compared > 1


def test_the_most_influential_come_first_and_what_hangs_on_them_is_named() -> None:
    # A's lead is one event's: without e0 B has more.
    rows = articles(A, ["Six were murdered. " * 6 + RAIN, "It rained." + RAIN] * 5, event_id="e0")
    rows += [
        r for i in range(10) for r in articles(A, ["Six were murdered." * (i % 2) + RAIN], event_id=f"e{1 + i % 3}")
    ]
    rows += [r for i in range(20) for r in articles(B, ["Six were murdered. " * (i % 3) + RAIN], event_id=f"e{i % 4}")]
    found = find_influence(make(rows), A, B, term="murdered")
    first, *_ = found.to_pylist()
    assert first["left_out"] == "e0"
    assert first["sign_hangs"] is True
    meta = read_meta(found)
    assert meta["sign_hangs_on"] == ["e0"]
    assert meta["most_influential"] == {"term": None, "event": "e0"}
    changes = [abs(r["change"] - 1) for r in found.to_pylist() if r["change"] is not None]
    assert changes[0] == max(changes)


@settings(max_examples=15, deadline=None)
@given(
    a=st.lists(st.integers(0, 3), min_size=1, max_size=14),
    b=st.lists(st.integers(0, 3), min_size=1, max_size=14),
    per=st.sampled_from(CHOICES["per"]),
)
def test_swapping_the_outlets_inverts_every_ratio(a: list[int], b: list[int], per: str) -> None:
    texts = [
        ["Ten were murdered. " * k + "Six were killed. " + RAIN * (1 + i % 2) for i, k in enumerate(side)]
        for side in (a, b)
    ]
    run = make(articles(A, texts[0], event_id="e") + articles(B, texts[1], event_id="e"))
    there = compare_every_way(run, A, B, term="murdered", per=per, permutations=9)
    back = compare_every_way(run, B, A, term="murdered", per=per, permutations=9)
    for row in there.to_pylist():
        other = row_of(back, **{name: row[name] for name in CHOICES})
        assert other["sign"] == (None if row["sign"] is None else -row["sign"])
        if row["ratio"] is None:
            assert other["ratio"] is None
        else:
            assert other["ratio"] == pytest.approx(1 / row["ratio"])
        if row["low"] is not None:
            assert other["low"] == pytest.approx(1 / row["high"])


BAD: dict[str, dict[str, Any]] = {
    "unknown outlet": {"a": "Times", "term": "killed"},
    "one outlet twice": {"a": PAIR[1], "term": "killed"},
    "nothing chosen": {},
    "two things chosen": {"term": "killed", "concept": "killing"},
    "unknown term": {"term": "xyzzy"},
    "unknown concept": {"concept": "xyzzy"},
    "a voice that is no reading of the whole": {"term": "killed", "voice": "direct"},
    "unknown part": {"term": "killed", "part": "footer"},
    "copies that were not looked for": {"term": "killed", "copies": "drop"},
    "a concept per occasion": {"concept": "killing", "per": "occasions"},
    "a level above 1": {"term": "killed", "level": 95},
    "dates without articles": {"term": "killed", "date_from": "1900-01-01", "date_to": "1900-01-02"},
}


@pytest.mark.parametrize("request_", BAD.values(), ids=BAD)
def test_bad_requests_are_one_sentence(sarvane_run: Run, request_: dict[str, Any]) -> None:
    settings = {"a": PAIR[0], "b": PAIR[1], **request_}
    with pytest.raises(FramingError, match="Expected"):
        compare_every_way(sarvane_run, **settings)
    with pytest.raises(FramingError, match="Expected"):
        find_influence(sarvane_run, **settings)


def test_events_asked_for_and_none_known(run_of: Callable[..., Run]) -> None:
    run = run_of({A: ["Ten were killed."] * 8, B: ["Ten were killed."] * 8})
    with pytest.raises(FramingError, match="without events"):
        compare_every_way(run, A, B, term="killed", within="event")


# ---- command line -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("robust")
    rows = [
        {
            "id": f"{outlet}-{i}",
            "outlet": outlet,
            "title": f"A massacre, day {i}" if i % k == 0 else f"Day {i}",
            "text": "Ten were murdered. " * (i % 3) + f"The massacre in the town ended on day {i}." + RAIN * (i % k),
            "event_id": f"e{i % 4}",
        }
        for outlet, k in ((A, 2), (B, 3))
        for i in range(12)
    ]
    (base / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main(["ingest", str(base / "a.jsonl"), "--out", str(base / "corpus")]) == 0
    assert main(["annotate", str(base / "corpus"), "--out", str(base / "run"), "--tone", "none"]) == 0
    return base / "run"


def run_command(*arguments: str) -> None:
    assert main(["robustness", *arguments]) == 0


@pytest.mark.parametrize("influence", [[], ["--influence"]])
def test_command(run_folder: Path, capsys: pytest.CaptureFixture[str], influence: list[str]) -> None:
    given_ = [str(run_folder), "--a", A, "--b", B, "--category", "criminalising", *influence]
    run_command(*given_, "--format", "json")
    printed = json.loads(capsys.readouterr().out)
    schema = INFLUENCE_SCHEMA if influence else ROBUSTNESS_SCHEMA
    assert set(printed["rows"][0]) == set(schema.names)
    run_command(*given_, "--format", "csv")
    assert len(capsys.readouterr().out.splitlines()) == len(printed["rows"]) + 1
    run_command(*given_)
    shown = capsys.readouterr().out
    assert "hangs on" in shown if influence else "combinations" in shown


def test_command_takes_the_choices_of_the_study() -> None:
    assert robust._OPTIONS == CHOICES
    parser = argparse.ArgumentParser()
    robust.add(parser.add_subparsers())
    given_ = parser.parse_args(["robustness", "run", "--a", A, "--b", B, "--term", "killed"])
    assert {name: getattr(given_, name) for name in CHOICES} == DEFAULTS


def test_columns_to_show_exist() -> None:
    assert set(robust.COMPARE_COLUMNS + robust.CHOICE_COLUMNS) <= set(COMPARE_SCHEMA.names)


def test_differences_in_words(sarvane_run: Run) -> None:
    rows = compare(sarvane_run, category="criminalising", permutations=9).to_pylist()
    told = robust.describe_differences(rows)
    assert len(told) == sum(r["ratio_low"] is not None for r in rows)
    assert told[0].startswith(f"{next(r['outlet'] for r in rows if r['in_words'])}, criminalising: about ")
    assert robust.describe_differences(rows * 20) == []
