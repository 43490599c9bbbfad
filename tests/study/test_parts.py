"""Runs in parts: an edited lexicon, a larger corpus and a stopped run give the rows of a full run."""

from __future__ import annotations

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framing.classify import read_model
from framing.cli import main
from framing.corpus import Corpus, corpus_from_table, plan_shards, read_corpus, read_shard
from framing.errors import RunError, SelectionError
from framing.language import AnnotateOptions
from framing.language.match import build_matcher
from framing.lexicon import Lexicon, Term, read_lexicon
from framing.schema import TABLES
from framing.study import Run, annotate, parts
from framing.study.reuse import compare_lexicons, describe_lexicon, literal_patterns
from framing.study.run import RUN_TABLES

SHIPPED = Path(__file__).parents[2] / "corpora" / "sarvane"
PLAIN = AnnotateOptions(tone="none")
WORDS = [
    "The regime",
    "martyrs",
    "a massacre",
    "the attack",
    "killed",
    "Odane said",
    "peace",
    "terrorist group Sarel",
    "“cleansed”",
]


def rows_of(run: Run) -> dict[str, list[dict[str, Any]]]:
    return {name: getattr(run, name).to_pylist() for name in RUN_TABLES}


def made_corpus(folder: Path, texts: list[str], name: str = "corpus") -> Corpus:
    rows = [
        {"id": f"a{hash_of(t)}-{i}", "outlet": "Aldis Ledger", "title": t[:40], "text": t} for i, t in enumerate(texts)
    ]
    file = folder / f"{name}.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    assert main(["ingest", str(file), "--out", str(folder / name)]) == 0
    return read_corpus(folder / name)


def hash_of(text: str) -> int:
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))


TEXTS = [
    f"{WORDS[i % 9]} and {WORDS[(i * 7 + 2) % 9]}, number {i}. {WORDS[(i * 5) % 9].capitalize()} was there."
    for i in range(40)
]


TERMS = ("regime", "massacre", "martyr", "killed", "terrorist")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """A few terms, so that an edited lexicon is ready at once."""
    whole = read_lexicon("conflict")
    kept = (*TERMS, "attack", "cleansed", "died", "group", "offensive")
    terms = tuple(t for t in whole.terms if t.term_id in kept)
    return dataclasses.replace(whole, terms=terms, senses=tuple(c for c in whole.senses if c.term_id in kept))


@pytest.fixture(scope="module")
def small_parts() -> Any:
    """Parts of eight articles, so that small corpora have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_SMALLEST", 8)
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon, small_parts: None) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    annotate(made_corpus(folder, TEXTS), lexicon, options=PLAIN, out=folder / "run")
    return folder


def edited(lexicon: Lexicon, term_id: str, **changes: Any) -> Lexicon:
    terms = tuple(dataclasses.replace(t, **changes) if t.term_id == term_id else t for t in lexicon.terms)
    return dataclasses.replace(lexicon, terms=terms)


new_forms = st.sampled_from(["peace", "and", "number 1*", "the attack", "group sarel", "said", "wasp", "was there"])


kinds = st.sampled_from(["form", "mask", "drop", "valence", "category", "plain", "ambiguous", "gone"])


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, str]:
    return draw(st.sampled_from(TERMS)), draw(kinds), draw(new_forms)


def apply(lexicon: Lexicon, edit: tuple[str, str, str]) -> Lexicon:
    term_id, kind, form = edit
    term: Term | None = next((t for t in lexicon.terms if t.term_id == term_id), None)
    if term is None:
        return lexicon
    if kind == "gone":
        return dataclasses.replace(lexicon, terms=tuple(t for t in lexicon.terms if t.term_id != term_id))
    changes: dict[str, Any] = {
        "form": {"forms": (*term.forms, (form, "plain"))},
        "mask": {"masks": (*term.masks, form)},
        "drop": {"forms": term.forms[1:] or term.forms},
        "valence": {"valence": "plain" if term.valence != "plain" else "condemning"},
        "category": {"category": "neutral" if term.category != "neutral" else "intensifying"},
        "plain": {"forms": tuple((f, "" if w.startswith("a") else f"a {form.rstrip('*')}") for f, w in term.forms)},
        "ambiguous": {"ambiguous": not term.ambiguous},
    }[kind]
    return edited(lexicon, term_id, **changes)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(edits(), min_size=1, max_size=3))
def test_an_edited_lexicon_gives_the_rows_of_a_full_run(
    changes: list[tuple[str, str, str]], base: Path, lexicon: Lexicon, tmp_path: Path
) -> None:
    corpus = read_corpus(base / "corpus")
    now = lexicon
    for edit in changes:
        now = apply(now, edit)
    run = annotate(corpus, now, options=PLAIN, out=tmp_path / "again", before=base / "run")
    assert run.record["kept"]["refused"] is None
    assert rows_of(run) == rows_of(annotate(corpus, now, options=PLAIN))
    shutil.rmtree(tmp_path / "again")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, small_parts: None) -> Path:
    """A run of the shipped corpus with everything that scores sentences."""
    folder = tmp_path_factory.mktemp("shipped")
    assert main(["ingest", str(SHIPPED), "--out", str(folder / "corpus")]) == 0
    annotate(read_corpus(folder / "corpus"), classifier=read_model(), out=folder / "run")
    return folder


@st.composite
def shipped_edits(draw: st.DrawFn) -> tuple[str, str, str]:
    found = ["massacre", "terrorist", "killed", "regime", "martyrdom", "militant", "attack", "hostage", "died"]
    known = [t for t in found if t in read_lexicon("conflict").by_id]
    forms = st.sampled_from(["the", "minister", "said*", "wasp kvv", "ceasefire", "town of"])
    return draw(st.sampled_from(known)), draw(kinds), draw(forms)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(shipped_edits(), min_size=1, max_size=2))
def test_scores_and_wordings_are_those_of_a_full_run(
    changes: list[tuple[str, str, str]], shipped: Path, tmp_path: Path
) -> None:
    corpus, now, model = read_corpus(shipped / "corpus"), read_lexicon("conflict"), read_model()
    for edit in changes:
        now = apply(now, edit)
    run = annotate(corpus, now, classifier=model, out=tmp_path / "again", before=shipped / "run")
    assert run.record["kept"]["refused"] is None
    whole = annotate(corpus, now, classifier=model)
    for name in RUN_TABLES:
        assert getattr(run, name).equals(getattr(whole, name)), name
    shutil.rmtree(tmp_path / "again")


def test_what_is_only_copied_into_rows_is_written_without_annotating(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, now = read_corpus(shipped / "corpus"), read_lexicon("conflict")
    for kind in ("valence", "category", "plain"):
        now = apply(now, ("massacre", kind, "wasp"))
    monkeypatch.setattr("framing.study.parts.annotate_batch", None)
    run = annotate(corpus, now, classifier=read_model(), out=tmp_path / "again", before=shipped / "run")
    rows = [r for r in run.mentions.to_pylist() if r["term_id"] == "massacre"]
    assert rows
    assert {(r["category"], r["valence"]) for r in rows} == {("neutral", "plain")}
    assert {r["plain"].lower() for r in rows} <= {"a wasp", "none"}


def test_only_articles_with_the_changed_form_are_annotated(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    corpus = read_corpus(base / "corpus")
    term = lexicon.by_id["massacre"]
    now = edited(lexicon, "massacre", forms=(*term.forms, ("number 17", "seventeen")))
    run = annotate(corpus, now, options=PLAIN, out=tmp_path / "r", before=base / "run")
    assert run.record["kept"]["articles"] == len(TEXTS) - 1
    assert "number 17" in run.mentions.column("surface").to_pylist()


def test_a_run_onto_itself_keeps_everything(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    shutil.copytree(base / "run", tmp_path / "run")
    before = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "run").rglob("*.parquet")}
    run = annotate(read_corpus(base / "corpus"), lexicon, options=PLAIN, out=tmp_path / "run")
    assert run.record["kept"]["articles"] == len(TEXTS)
    assert {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "run").rglob("*.parquet")} == before


def test_added_moved_and_changed_articles(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    rows = read_corpus(base / "corpus").articles.to_pylist()
    new = {**rows[0], "article_id": "new", "text": "The regime fell."}
    changed = {**rows[5], "text": "A massacre, he said."}
    order = [new, *rows[20:30], changed, *rows[:5], *rows[6:20]]
    corpus = corpus_from_table(pa.Table.from_pylist(order, schema=TABLES["articles"]))
    run = annotate(corpus, lexicon, options=PLAIN, out=tmp_path / "r", before=base / "run")
    assert run.record["kept"]["articles"] == len(order) - 2
    assert rows_of(run) == rows_of(annotate(corpus, lexicon, options=PLAIN))


def test_nothing_is_kept_of_a_run_made_otherwise(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    corpus = read_corpus(base / "corpus")
    run = annotate(
        corpus, lexicon, options=AnnotateOptions(tone="none", senses=False), out=tmp_path / "r", before=base / "run"
    )
    assert run.record["kept"]["articles"] == 0
    assert "another options and sense model" in run.record["kept"]["refused"]


def test_a_damaged_part_is_not_kept(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    shutil.copytree(base / "run", tmp_path / "old")
    file = next((tmp_path / "old" / "speech").iterdir())
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    run = annotate(read_corpus(base / "corpus"), lexicon, options=PLAIN, out=tmp_path / "r", before=tmp_path / "old")
    assert "speech is damaged" in run.record["kept"]["refused"]
    with pytest.raises(RunError, match="no record of its parts"):
        annotate(read_corpus(base / "corpus"), lexicon, out=tmp_path / "r", before=tmp_path / "none")


class StoppedError(Exception):
    pass


def stop_after(n: int) -> Any:
    def progress(done: int) -> None:
        if done >= n:
            raise StoppedError

    return progress


def test_a_stopped_run_goes_on(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    corpus = read_corpus(base / "corpus")
    with pytest.raises(StoppedError):
        annotate(corpus, lexicon, options=PLAIN, out=tmp_path / "r", progress=stop_after(24))
    assert not (tmp_path / "r").exists()
    (work,) = tmp_path.glob(".r.*.part")
    # One of the finished parts is damaged: it is made again.
    damaged = work / "mentions" / "part-00001.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(RunError, match="made with another lexicon"):
        annotate(corpus, edited(lexicon, "regime", valence="plain"), options=PLAIN, out=tmp_path / "r")
    run = annotate(corpus, lexicon, options=PLAIN, out=tmp_path / "r")
    assert run.record["kept"]["parts"] == 2
    assert rows_of(run) == rows_of(annotate(corpus, lexicon, options=PLAIN))
    assert not list(tmp_path.glob(".r.*"))


_KILLED = """
import os, signal, sys
from framing import AnnotateOptions, annotate, read_corpus
from framing.study import parts
parts._SMALLEST = 8
def progress(done):
    if done >= 16:
        os.kill(os.getpid(), signal.SIGKILL)
annotate(read_corpus(sys.argv[1]), options=AnnotateOptions(tone="none"), out=sys.argv[2], progress=progress)
"""


def test_a_killed_run_goes_on(base: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED, str(base / "corpus"), str(tmp_path / "r")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    corpus = read_corpus(base / "corpus")
    run = annotate(corpus, options=PLAIN, out=tmp_path / "r")
    assert run.record["kept"]["parts"] >= 2
    assert rows_of(run) == rows_of(annotate(corpus, options=PLAIN))


def test_restart_throws_parts_away(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    corpus = read_corpus(base / "corpus")
    with pytest.raises(StoppedError):
        annotate(corpus, lexicon, options=PLAIN, out=tmp_path / "r", progress=stop_after(8))
    now = edited(lexicon, "regime", valence="plain")
    run = annotate(corpus, now, options=PLAIN, out=tmp_path / "r", restart=True)
    assert run.record["kept"]["parts"] == 0
    assert rows_of(run) == rows_of(annotate(corpus, now, options=PLAIN))


@pytest.mark.parametrize("size", [1, 7, 8, 1000])
def test_shards_are_the_articles_in_order(size: int, base: Path) -> None:
    corpus = read_corpus(base / "corpus")
    for held in (corpus, dataclasses.replace(corpus, source=corpus.articles)):
        tables = [read_shard(held, shard, ["article_id", "text"]) for shard in plan_shards(held, size)]
        assert pa.concat_tables(tables).to_pylist() == corpus.articles.select(["article_id", "text"]).to_pylist()


# Letters that fold to others, and what may stand at the border of a word.
odd = st.text("aikKſsSİıßéÉ_1 -‐‑'’ʼ\n\t\xa0\u2009.", min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(forms=st.lists(odd, min_size=1, max_size=3), text=odd, prefix=st.booleans())
def test_patterns_find_every_text_the_matcher_finds(
    forms: list[str], text: str, prefix: bool, lexicon: Lexicon
) -> None:
    import pyarrow.compute as pc

    written = [f + "*" * prefix for f in forms if f.strip() and not f.endswith("*")]
    if not written:
        return
    term = dataclasses.replace(lexicon.terms[0], forms=tuple((f, "") for f in written), masks=())
    tiny = dataclasses.replace(lexicon, terms=(term,))
    literals = compare_lexicons({"terms": {}, "literals": {}}, describe_lexicon(tiny)).literals
    found = any(
        pc.match_substring_regex(pa.scalar(text), p, ignore_case=True).as_py() for p in literal_patterns(literals)
    )
    if build_matcher(tiny)(text):
        assert found


def test_engines_that_do_not_fit(base: Path, lexicon: Lexicon, tmp_path: Path) -> None:
    corpus = read_corpus(base / "corpus")
    for arguments in (
        {"engine": "spark"},
        {"scheduler": "tcp://127.0.0.1:1"},
        {"engine": "dask"},
        {"before": base / "run"},
    ):
        with pytest.raises(SelectionError):
            annotate(corpus, lexicon, **arguments)  # type: ignore[arg-type]
