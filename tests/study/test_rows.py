"""A run on disk is read by columns and rows; it says the same as the whole tables, and no page holds one."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from framing.corpus import Corpus, read_corpus, write_corpus
from framing.errors import RunError
from framing.language import AnnotateOptions
from framing.lexicon import Lexicon
from framing.schema import TABLES
from framing.stats.counts import places
from framing.study import Run, Selection, annotate, compare, explain, find_concordance, read_run, textcounts
from framing.study.collocates import find_collocates
from framing.study.keyness import find_keyness
from framing.study.pairs import find_wording_pair
from framing.study.robustness import compare_every_way
from framing.study.roles import acting_sides, compare_roles, find_roles, labelled_actors
from framing.study.rows import Rows, among
from framing.study.run import RUN_TABLES
from framing.study.speakers import compare_speakers, compare_voices, find_loaded, find_speech, speaking_actors
from framing.study.textcounts import count_speech_words
from tests.pages.test_pages import APP, NAMES, PAGES

TOLD = ("mentions", "sentences", "speech")


@pytest.fixture(scope="session")
def folder(sarvane: Corpus, lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose tables are cut into two parts, and these into row groups of a few rows; the corpus into groups of seven articles."""
    place = tmp_path_factory.mktemp("rows")
    nothing = pa.RecordBatch.from_pylist([], schema=TABLES["rejects"])
    outlets = {row["outlet_id"]: row for row in sarvane.outlets.to_pylist()}
    fields = {k: v for k, v in sarvane.manifest.__dict__.items() if k in ("name", "fictional")}
    corpus = write_corpus(
        ((batch, nothing) for batch in sarvane.batches(size=7)),
        place / "corpus",
        described_outlets=outlets,
        manifest=fields,
    )
    annotate(corpus, lexicon, options=AnnotateOptions(tone="none"), out=place / "run")
    for name in RUN_TABLES:
        part = place / "run" / name / "part-00000.parquet"
        table = pq.read_table(part)
        half = table.num_rows // 2
        pq.write_table(table.slice(0, half), part, row_group_size=5)
        pq.write_table(table.slice(half), part.with_name("part-00001.parquet"), row_group_size=11)
    return place


@pytest.fixture(scope="session")
def on_disk(folder: Path) -> Run:
    return read_run(folder / "run")


@pytest.mark.parametrize("name", RUN_TABLES)
def test_columns_and_whole_tables_agree(on_disk: Run, sarvane_run: Run, name: str) -> None:
    rows, whole = on_disk.rows(name), getattr(sarvane_run, name)
    assert rows.num_rows == whole.num_rows
    assert rows.whole().equals(whole)
    coded = rows.columns(*whole.column_names)
    assert [c.to_pylist() for c in coded.columns] == [c.to_pylist() for c in whole.columns]
    assert pa.types.is_dictionary(coded.schema.field("article_id").type)


@given(drawn=st.data(), name=st.sampled_from(TOLD), held=st.booleans())
def test_rows_taken_are_those_of_the_whole_table(
    folder: Path, sarvane_run: Run, drawn: st.DataObject, name: str, held: bool
) -> None:
    whole, rows = getattr(sarvane_run, name), Rows(name, folder / "run", sarvane_run.record["counts"][name])
    chosen = drawn.draw(st.sets(st.integers(0, whole.num_rows - 1), max_size=20))
    at = np.array(sorted(chosen), np.int64)
    if held:
        rows.columns("part", "start")
    assert rows.take(at).equals(whole.take(pa.array(at)))
    mask = np.zeros(whole.num_rows, bool)
    mask[at] = True
    assert rows.take(pa.array(mask), ["start", "article_id"]).equals(whole.filter(mask).select(["start", "article_id"]))


@pytest.mark.parametrize("name", TOLD)
def test_rows_of_articles(on_disk: Run, sarvane_run: Run, name: str) -> None:
    whole = getattr(sarvane_run, name)
    ids = [*sarvane_run.corpus.metadata.column("article_id").to_pylist()[3:40:5], "no such article"]
    expected = whole.filter(pc.is_in(whole.column("article_id"), pa.array(ids)))
    assert on_disk.rows(name).of_articles(reversed(ids)).equals(expected)
    assert on_disk.rows(name).of_articles([]).num_rows == 0


def test_rows_of_an_article_that_do_not_stand_together_are_all_found(sarvane_run: Run) -> None:
    table = sarvane_run.mentions
    mixed = table.take(pa.array(np.argsort(np.arange(table.num_rows) % 7, kind="stable")))
    one = table.column("article_id")[0].as_py()
    expected = mixed.filter(pc.equal(mixed.column("article_id"), one))
    assert Rows("mentions", mixed).of_articles([one]).equals(expected)


def test_tally_keeps_the_order_of_first_occurrence(on_disk: Run, sarvane_run: Run) -> None:
    for column in ("term_id", "agency"):
        expected = Counter(sarvane_run.mentions.column(column).to_pylist())
        assert list(on_disk.rows("mentions").tally(column).items()) == list(expected.items())


@given(
    st.lists(st.sampled_from(["a", "b", "c", None]), max_size=9),
    st.lists(st.sampled_from(["a", "b", "d"]), unique=True),
)
def test_places_of_codes_are_those_of_words(column: list[str | None], values: list[str]) -> None:
    expected = [values.index(v) if v in values else -1 for v in column]
    words = pa.chunked_array([pa.array(column[:4], pa.string()), pa.array(column[4:], pa.string())])
    for form in (words, words.dictionary_encode()):
        assert places(form, pa.array(values, pa.string())).tolist() == expected
        assert among(form, pa.array(values, pa.string())).to_pylist() == [at >= 0 for at in expected]


def test_words_of_a_part_are_the_sums_over_its_sentences(on_disk: Run, sarvane_run: Run) -> None:
    expected: Counter[tuple[str, str, str]] = Counter()
    for s in sarvane_run.sentences.to_pylist():
        for name in ("n_words", "n_direct_words", "n_reported_words", "n_own_words"):
            expected[s["article_id"], s["part"], name] += s[name]
    found = {
        (row["article_id"], row["part"], name): row[name]
        for row in on_disk.words.to_pylist()
        for name in row.keys() - {"article_id", "part"}
    }
    assert found == dict(expected)


def test_words_of_speech_are_the_same_in_blocks(
    folder: Path, sarvane_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textcounts, "_BLOCK", 3)
    whole = count_speech_words(sarvane_run.corpus, sarvane_run.sentences, sarvane_run.speech)
    assert read_run(folder / "run").speech_words.equals(whole)


def test_some_articles_are_read_in_order(folder: Path, sarvane: Corpus) -> None:
    ids = sarvane.metadata.column("article_id").to_pylist()
    wanted = [ids[-1], ids[0], ids[8], "no such article"]
    for corpus in (sarvane, read_corpus(folder / "corpus")):
        rows = [row for batch in corpus.rows(wanted, ["article_id", "text"]) for row in batch.to_pylist()]
        assert [row["article_id"] for row in rows] == [ids[0], ids[8], ids[-1]]
        assert rows[1]["text"] == sarvane.article(ids[8])["text"]
        assert list(corpus.rows([])) == []


QUESTIONS = {
    "compare": lambda run: compare(run, permutations=9),
    "compare by term": lambda run: compare(run, by="term", voice="own", permutations=9),
    "choice": lambda run: compare(run, measure="choice", concept="killing", part="body", permutations=9),
    "agency": lambda run: compare(run, measure="agency", permutations=9),
    "asymmetry": lambda run: compare(run, measure="asymmetry", about="israel", versus="hamas"),
    "concordance": lambda run: find_concordance(run, Selection(), voice="own+reported", limit=50),
    "pair": lambda run: find_wording_pair(run).__dict__,
    "voices": compare_voices,
    "speakers": lambda run: compare_speakers(run, by="actor"),
    "stances": lambda run: compare_speakers(run, by="stance", part="body"),
    "roles": lambda run: compare_roles(run, by="doer"),
    "sides": lambda run: (acting_sides(run), labelled_actors(run), speaking_actors(run)),
    "behind roles": lambda run: find_roles(run, outlet="corran-bugle", group="active_agent"),
    "behind speech": lambda run: find_speech(run, outlet="corran-bugle", group="nobody named", limit=9),
    "behind voices": lambda run: find_loaded(run, outlet="corran-bugle", voice="own"),
    "keyness": lambda run: find_keyness(run, target="corran-bugle", voice="own"),
    "collocates": lambda run: find_collocates(run, concept="killing", fewest=1),
    "every way": lambda run: compare_every_way(run, a="corran-bugle", b="kestovia-today", category="sacralising"),
    "explain": lambda run: explain(run.rows("mentions").take(np.array([2])).to_pylist()[0]["mention_id"], run).steps,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_answer_needs_a_whole_table(
    on_disk: Run, sarvane_run: Run, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = QUESTIONS[question](sarvane_run)
    monkeypatch.setattr(Rows, "whole", _refuse)
    found = QUESTIONS[question](on_disk)
    if isinstance(expected, pa.Table):
        assert found.to_pylist() == expected.to_pylist()
        assert found.num_rows
    else:
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_no_page_holds_a_whole_table(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMING_CORPUS", str(folder / "run"))
    monkeypatch.setattr(Rows, "whole", _refuse)
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    if name != "start":
        app.switch_page(str(PAGES / f"{name}.py")).run()
    assert not app.exception
    assert not app.error


def _refuse(rows: Rows) -> pa.Table:
    raise AssertionError(f"the whole of {rows.name} is read")


def test_a_whole_table_is_kept_no_longer_than_somebody_holds_it(on_disk: Run) -> None:
    table = on_disk.mentions
    assert on_disk.mentions is table
    del table
    gc.collect()
    rows = on_disk.rows("mentions")
    assert rows._whole is not None
    assert rows._whole() is None


def test_a_damaged_part_is_one_sentence(folder: Path, tmp_path: Path, sarvane_run: Run) -> None:
    part = folder / "run" / "speech" / "part-00000.parquet"
    (tmp_path / "speech").mkdir()
    with pytest.raises(RunError, match="the Parquet parts of a run"):
        Rows("speech", tmp_path, 1)
    broken = tmp_path / "speech" / part.name
    broken.write_bytes(part.read_bytes()[:-200])
    with pytest.raises(RunError, match="damaged speech"):
        Rows("speech", tmp_path, 1)
    whole = part.read_bytes()
    broken.write_bytes(whole[:4] + b"\0" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    n = pq.read_metadata(broken).num_rows
    with pytest.raises(RunError, match=r"run\.json says 3"):
        Rows("speech", tmp_path, 3)
    for ask in (lambda rows: rows.columns("kind"), lambda rows: rows.take(np.array([0])), Rows.whole):
        with pytest.raises(RunError, match="damaged speech"):
            ask(Rows("speech", tmp_path, n))
