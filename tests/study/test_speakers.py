"""Who is quoted: every attributed word counts once, shares are those counted by hand, and each opens to its passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyarrow.compute as pc
import pytest

from framing.corpus import WORD, corpus_from_rows
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.study import Run, Selection, annotate, find_concordance
from framing.study.shares import OTHER, sides_of
from framing.study.speakers import (
    NOBODY,
    UNLISTED,
    compare_speakers,
    compare_voices,
    find_loaded,
    find_speech,
    speaking_actors,
)

TEXTS = [
    "Russia said it would rain. “It rained very hard,” Iran claimed.",
    "The White House said the regime fell. The United States said nothing new had happened.",
    "The regime fell. Anna Brook said the regime held.",
]


@pytest.fixture
def run(run_of: Callable[..., Run]) -> Run:
    return run_of({"Aldis Ledger": TEXTS[:2], "Sarvane Wire": TEXTS[2:]})


def words_by_group(run: Run, **parameters: object) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in compare_speakers(run, **parameters).to_pylist():  # type: ignore[arg-type]
        if row["n_mentions"]:
            found.setdefault(row["outlet_id"], {})[row["group"]] = row["n_mentions"]
    return found


def test_words_by_hand(run: Run) -> None:
    ledger = {"russia": 3, "iran": 4, "united_states": 3 + 4}
    assert words_by_group(run) == {"Aldis Ledger": ledger, "Sarvane Wire": {UNLISTED: 3}}
    assert words_by_group(run, by="actor")["Aldis Ledger"]["white_house"] == 3
    assert words_by_group(run, voice="direct") == {"Aldis Ledger": {"iran": 4}}
    assert words_by_group(run, by="stance", actor="Iran") == {"Aldis Ledger": {"distancing": 4}}
    # A side takes in those who belong to it.
    assert words_by_group(run, by="stance", actor="united_states") == {"Aldis Ledger": {"neutral": 7}}
    assert words_by_group(run, most=1)["Aldis Ledger"] == {"united_states": 7, OTHER: 7}


def test_every_attributed_word_counts_once(sarvane_run: Run) -> None:
    speech = sarvane_run.speech.append_column("n", sarvane_run.speech_words)
    counted: Counter[tuple[str, str]] = Counter()
    for row in speech.to_pylist():
        counted[row["article_id"], row["kind"]] += row["n"]
    expected: Counter[tuple[str, str]] = Counter()
    for row in sarvane_run.sentences.to_pylist():
        for kind in ("direct", "reported"):
            expected[row["article_id"], kind] += row[f"n_{kind}_words"]
    assert +counted == +expected
    total = sum(sum(groups.values()) for groups in words_by_group(sarvane_run).values())
    assert total == sum(expected.values()) > 1_000


def test_spans_that_share_a_sentence_are_told_apart(run_of: Callable[..., Run]) -> None:
    run = run_of(
        {
            "Post": [
                "Russia said rain would fall, and Iran said snow would not fall.",
                "“No,” said Iran. “Yes we did,” said Russia.",
            ]
        }
    )
    texts = {f"Post-{i}": t for i, t in enumerate(run.corpus.table(["text"]).column("text").to_pylist())}
    for row, n in zip(run.speech.to_pylist(), run.speech_words.to_pylist(), strict=True):
        assert n == len(WORD.findall(texts[row["article_id"]][row["start"] : row["end"]]))
    assert words_by_group(run)["Post"]["russia"] == 3 + 3


@pytest.mark.parametrize("by", ["side", "actor", "stance"])
def test_shares_open_to_their_passages(sarvane_run: Run, by: str) -> None:
    result = compare_speakers(sarvane_run, by=by)
    for outlet in set(result.column("outlet_id").to_pylist()):
        mine = [r for r in result.to_pylist() if r["outlet_id"] == outlet]
        assert sum(r["value"] for r in mine) == pytest.approx(1)
        assert sum(r["n_mentions"] for r in mine) == mine[0]["n_denominator"]
        for row in mine:
            assert row["low"] is None or row["low"] <= row["value"] <= row["high"]
            assert (row["low"] is None) == (row["reason"] is not None)
            found = find_speech(sarvane_run, outlet=outlet, group=row["group"], by=by)
            assert sum(found.column("n_words").to_pylist()) == row["n_mentions"]
            assert all(r["sentence_start"] <= r["start"] < r["sentence_end"] for r in found.to_pylist())
            if row["group"] == NOBODY:
                assert not any(found.column("speaker").to_pylist())


def test_under_eight_articles_there_is_no_interval(run: Run) -> None:
    for row in compare_speakers(run).to_pylist():
        assert row["low"] is None
        assert "articles with attributed words" in row["reason"]


@pytest.mark.parametrize(
    "wrong",
    [{"by": "mood"}, {"voice": "own"}, {"actor": "nobody at all"}, {"most": 0}, {"level": 2.0}, {"outlets": ("?",)}],
)
def test_wrong_values_are_told(run: Run, wrong: dict[str, object]) -> None:
    with pytest.raises(SelectionError):
        compare_speakers(run, **wrong)  # type: ignore[arg-type]


def test_without_any_speech_shares_are_null(run_of: Callable[..., Run]) -> None:
    run = run_of({"Post": ["Rain fell."], "Herald": ["Sun shone."]})
    assert {r["value"] for r in compare_speakers(run).to_pylist()} == {None}
    assert speaking_actors(run) == {}


def test_sides_end_at_the_top(sarvane_run: Run) -> None:
    sides = sides_of(sarvane_run.lexicon.actors)
    assert sides["kestovian_defence_forces"] == "kestovia"
    assert all(sides[side] == side for side in sides.values())


def test_loaded_words_by_voice(sarvane_run: Run) -> None:
    result = compare_voices(sarvane_run).to_pylist()
    for row in result:
        found = find_concordance(sarvane_run, Selection((row["outlet_id"],)), voice=row["group"])
        loaded = sum(sarvane_run.lexicon.by_id[t].valence != "plain" for t in found.column("term_id").to_pylist())
        assert row["n_mentions"] == loaded
        assert find_loaded(sarvane_run, outlet=row["outlet_id"], voice=row["group"]).num_rows == loaded
    assert any(row["low"] is not None for row in result)


def test_share_of_all_words_by_voice(run: Run) -> None:
    shares = {(r["outlet_id"], r["group"]): r["words_share"] for r in compare_voices(run).to_pylist()}
    assert shares["Sarvane Wire", "reported"] == pytest.approx(3 / 9)
    assert shares["Sarvane Wire", "own"] == pytest.approx(6 / 9)
    assert shares["Sarvane Wire", "scare"] is None


def test_part_and_copies_of_the_selection_count() -> None:
    rows = [{"article_id": "1", "outlet_id": "A", "title": "Iran says it rained", "text": "Russia said it snowed."}]
    run = annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))
    assert set(words_by_group(run, part="body")["A"]) == {"russia"}
    assert set(words_by_group(run, part="title")["A"]) == {"iran"}
    assert pc.sum(run.speech_words).as_py() == 4
