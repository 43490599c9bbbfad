"""Candidates for the lexicon: found in enough articles and outlets, never where a mention stands, accepted into an overlay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framing.classify import read_model
from framing.corpus import corpus_from_rows
from framing.errors import FramingError
from framing.lexicon import read_lexicon
from framing.study import Run, annotate
from framing.study.discovery import accept_candidate, find_candidates

LOADED = "The shameless crooks cynically sneered at decent, hard-working families, a disgraceful betrayal of everyone."
PLAIN = "The committee will publish its report on Tuesday after a meeting in the town hall."
QUOTED = 'Mr Oll said: "The shameless zorbling crooks cynically sneered at decent, hard-working families."'


@pytest.fixture(scope="module")
def run() -> Run:
    rows = []
    for i in range(8):
        # A line that many articles share is no wording of theirs; so each has a number of its own.
        plain = PLAIN.replace("report", f"report {i}")
        text = f"{plain} {LOADED}" if i < 4 else f"{plain} {QUOTED}"
        rows.append({"article_id": f"a{i}", "outlet_id": ("Sarvane Wire", "Aldis Ledger")[i % 2], "text": text})
    rows.append({"article_id": "b", "outlet_id": "Aldis Ledger", "text": f"{LOADED} Gallivanting."})
    return annotate(corpus_from_rows(rows))


def test_candidates(run: Run) -> None:
    table = find_candidates(run, read_model(), limit=200)
    rows = {r["candidate"]: r for r in table.to_pylist()}
    assert rows["shameless"]["articles_high"] == 5
    assert rows["shameless"]["articles_low"] == 0
    assert rows["shameless"]["outlets"] == 2
    assert LOADED in rows["shameless"]["sentences"]
    # Quoted words are not the outlet's; one article is too few; plain sentences' words stand on the other side.
    assert not {"zorbling", "gallivanting", "committee"} & set(rows)
    known = {form for term in run.lexicon.terms for form, _ in term.forms}
    assert not known & set(rows)
    meta = json.loads(table.schema.metadata[b"meta"])
    assert meta["n_all"] == len(rows)
    assert "no finding" in meta["note"]
    assert find_candidates(run, read_model(), limit=2).num_rows == 2


def test_a_corpus_without_either_side_says_so() -> None:
    run = annotate(corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": PLAIN}]))
    with pytest.raises(FramingError, match="0 articles with a sentence that scores loaded"):
        find_candidates(run, read_model())


def test_accepted_words_are_found_afterwards(tmp_path: Path) -> None:
    out, below = tmp_path / "mine.toml", read_lexicon("conflict")
    assert accept_candidate("zorbling crooks", "leader", out, below=below, plain="leaders") == 1
    assert accept_candidate("Überboss", "leader", out, below=below) == 2
    lexicon = read_lexicon("conflict", out)
    assert len(lexicon.terms) == len(below.terms) + 2
    text = "The zorbling crooks met the Überboss."
    run = annotate(corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": text}]), lexicon)
    assert run.mentions.column("surface").to_pylist() == ["zorbling crooks", "Überboss"]


@pytest.mark.parametrize(
    ("word", "concept", "out", "words"),
    [
        ("regime", "leader", "mine.toml", "form 'regime'"),
        ("new word", "nothing", "mine.toml", "concept 'nothing'"),
        ('a "quoted" (.*)', "leader", "mine.toml", "a literal word"),
        ("новый", "leader", "mine.toml", None),
        ("new word", "leader", "mine.csv", "ends in .toml"),
        ("new word", "leader", "folder.toml/mine.toml", "writable"),
    ],
)
def test_what_cannot_be_accepted(tmp_path: Path, word: str, concept: str, out: str, words: str | None) -> None:
    below = read_lexicon("conflict")
    accept_candidate("old word", "leader", tmp_path / "mine.toml", below=below)
    before = (tmp_path / "mine.toml").read_bytes()
    if words is None:
        assert accept_candidate(word, concept, tmp_path / out, below=below) == 2
        return
    with pytest.raises(FramingError, match=words):
        accept_candidate(word, concept, tmp_path / out, below=below)
    assert (tmp_path / "mine.toml").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]
    with pytest.raises(FramingError, match="form 'old word'"):
        accept_candidate("old word", "leader", tmp_path / "mine.toml", below=below)
