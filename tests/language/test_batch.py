"""Rows of a batch: offsets point into the text, words add up, nothing depends on batches or workers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from framing.corpus import Corpus, corpus_from_rows
from framing.language import AnnotateOptions, Models, annotate_batch
from framing.language.batch import match_case
from framing.lexicon import Lexicon
from framing.schema import check_table
from framing.study import Run, annotate


def tables(corpus: Corpus, lexicon: Lexicon, size: int) -> list[pa.Table]:
    options = AnnotateOptions(tone="none")
    results = [
        annotate_batch(b, lexicon, options, Models())
        for b in corpus.batches(["article_id", "title", "text"], size=size)
    ]
    return [pa.Table.from_batches([r[i] for r in results]) for i in range(3)]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_rows_do_not_depend_on_the_batch(sarvane: Corpus, lexicon: Lexicon, size: int) -> None:
    for whole, cut in zip(tables(sarvane, lexicon, 20), tables(sarvane, lexicon, size), strict=True):
        assert whole.equals(cut)


def test_rows_do_not_depend_on_the_order(sarvane: Corpus, lexicon: Lexicon) -> None:
    rows = sarvane.articles.to_pylist()
    turned = corpus_from_rows(reversed(rows))
    for there, back in zip(tables(sarvane, lexicon, 20), tables(turned, lexicon, 20), strict=True):
        assert sorted(map(repr, there.to_pylist())) == sorted(map(repr, back.to_pylist()))


def test_rows_do_not_depend_on_the_workers(sarvane: Corpus, lexicon: Lexicon, sarvane_run: Run) -> None:
    two = annotate(sarvane, lexicon, options=AnnotateOptions(tone="none"), workers=2)
    assert two.mentions.equals(sarvane_run.mentions)
    assert two.sentences.equals(sarvane_run.sentences)
    assert two.speech.equals(sarvane_run.speech)


def test_pure_python_engine_gives_the_same_rows(sarvane: Corpus, lexicon: Lexicon, sarvane_run: Run) -> None:
    pure = annotate(sarvane, lexicon, options=AnnotateOptions(tone="none", pure=True))
    assert pure.mentions.equals(sarvane_run.mentions)


def test_offsets_point_into_the_text(sarvane: Corpus, sarvane_run: Run) -> None:
    articles = {a["article_id"]: a for a in sarvane.articles.to_pylist()}
    for m in sarvane_run.mentions.to_pylist():
        text = articles[m["article_id"]]["title" if m["part"] == "title" else "text"]
        assert text[m["start"] : m["end"]] == m["surface"]
    for name in ("mentions", "sentences", "speech"):
        check_table(getattr(sarvane_run, name), name)


def test_words_add_up(sarvane: Corpus, sarvane_run: Run) -> None:
    s = sarvane_run.sentences
    parts = pc.add(pc.add(s.column("n_direct_words"), s.column("n_reported_words")), s.column("n_own_words"))
    assert parts.to_pylist() == s.column("n_words").to_pylist()
    total = s.group_by("article_id").aggregate([("n_words", "sum")]).to_pylist()
    expected = dict(
        zip(
            sarvane.articles.column("article_id").to_pylist(),
            sarvane.articles.column("n_words").to_pylist(),
            strict=True,
        )
    )
    assert {r["article_id"]: r["n_words_sum"] for r in total} == expected


def test_text_of_other_planes_and_directions(lexicon: Lexicon) -> None:
    text = "😀 קודם massacre \u202e مجزرة e\u0301 “the regime’s” 😀 fell."
    rows = corpus_from_rows([{"article_id": "a", "outlet_id": "o", "text": text}])
    mentions = annotate(rows, lexicon, options=AnnotateOptions(tone="none")).mentions.to_pylist()
    assert [text[m["start"] : m["end"]] for m in mentions] == [m["surface"] for m in mentions] == ["massacre", "regime"]


def test_article_without_a_word(lexicon: Lexicon) -> None:
    rows = corpus_from_rows(
        [{"article_id": "a", "outlet_id": "o", "text": "…"}, {"article_id": "b", "outlet_id": "o", "title": "?"}]
    )
    run = annotate(rows, lexicon, options=AnnotateOptions(tone="none"))
    assert run.mentions.num_rows == 0
    assert sum(run.sentences.column("n_words").to_pylist()) == 0


@pytest.mark.parametrize(
    ("surface", "plain", "expected"),
    [("martyrdom", "death", "death"), ("Martyrdom", "death", "Death"), ("MARTYRS", "dead", "DEAD")],
)
def test_plain_wording_takes_the_case_of_what_it_replaces(surface: str, plain: str, expected: str) -> None:
    assert match_case(surface, plain) == expected
