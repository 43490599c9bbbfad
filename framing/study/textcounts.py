"""What is counted in the texts once for a run: the words of each span of speech, and the references to an actor."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus import WORD, Corpus
from framing.language.batch import blank
from framing.language.segment import Span
from framing.language.voice import find_stretches
from framing.lexicon.actors import Actor
from framing.lexicon.model import fold_marks
from framing.study.rows import Rows

#: What is summed over sentences to be the denominator of a rate.
WORD_COLUMNS = ("n_words", "n_direct_words", "n_reported_words", "n_own_words")
#: Articles whose speech is counted at a time.
_BLOCK = 1_000


class _Row(NamedTuple):
    start: int
    end: int
    kind: str
    row: int


def count_part_words(sentences: Rows) -> pa.Table:
    """The words of each article's title and body, summed over its sentences: article_id (coded), part and `WORD_COLUMNS`."""
    keys = sentences.columns("article_id", "part")
    if not sentences.num_rows:
        return pa.table(
            {
                "article_id": keys.column(0),
                "part": keys.column(1),
                **{n: pa.array([], pa.int64()) for n in WORD_COLUMNS},
            }
        )
    coded = [keys.column(name).chunk(0) for name in keys.column_names]
    place, part = (c.indices.to_numpy().astype(np.int64) for c in coded)
    n_parts = len(coded[1].dictionary)
    cells, first = np.unique(place * n_parts + part, return_inverse=True)
    sums = {}
    for name in WORD_COLUMNS:
        words = sentences.take(np.arange(sentences.num_rows), [name]).column(0).to_numpy()
        sums[name] = np.bincount(first, words, len(cells)).astype(np.int64)
    ids = pa.DictionaryArray.from_arrays(pa.array(cells // n_parts).cast(coded[0].indices.type), coded[0].dictionary)
    parts = pa.DictionaryArray.from_arrays(pa.array(cells % n_parts).cast(coded[1].indices.type), coded[1].dictionary)
    return pa.table({"article_id": ids, "part": parts, **sums})


def count_all_speech_words(corpus: Corpus, sentences: Rows, speech: Rows) -> pa.Array:
    """`count_speech_words` of a whole run, some articles at a time."""
    words = np.zeros(speech.num_rows, np.int64)
    ids = pc.unique(speech.columns("article_id").column(0)).to_pylist()
    for first in range(0, len(ids), _BLOCK):
        block = ids[first : first + _BLOCK]
        at = speech.rows_of(block)
        near = sentences.of_articles(
            block, ("article_id", "part", "start", "end", "n_direct_words", "n_reported_words")
        )
        words[at] = count_speech_words(corpus, near, speech.take(at, ("article_id", "part", "start", "end", "kind")))
    return pa.array(words)


def count_speech_words(corpus: Corpus, sentences: pa.Table, speech: pa.Table) -> pa.Array:
    """How many words does each row of the speech table decide the voice of?

    A reader would get wrong: where a quotation stands inside reported speech, its words are the quotation's alone, so
    that the sum over all rows is the sum of n_direct_words and n_reported_words over all sentences. Rows of kind scare
    and own hold the outlet's words and get 0.

    Args:
        corpus: The articles; only those with two spans of one kind in one sentence are read.
        sentences: Their sentences.
        speech: Their speech.

    Returns:
        One whole number for each row of `speech`, in its order.
    """
    words = np.zeros(speech.num_rows, np.int64)
    spans: dict[tuple[str, str], list[_Row]] = {}
    columns = (speech.column(name).to_pylist() for name in ("article_id", "part", "start", "end", "kind"))
    for row, (article_id, part, start, end, kind) in enumerate(zip(*columns, strict=True)):
        spans.setdefault((article_id, part), []).append(_Row(start, end, kind, row))
    for rows in spans.values():
        rows.sort()
    attributed = sentences.filter(
        pc.greater(pc.add(sentences.column("n_direct_words"), sentences.column("n_reported_words")), 0)
    ).sort_by([("article_id", "ascending"), ("part", "ascending"), ("start", "ascending")])
    names = ("article_id", "part", "start", "end", "n_direct_words", "n_reported_words")
    shared: dict[str, list[tuple[str, Span, list[_Row]]]] = {}
    place: tuple[str, str] | None = None
    waiting: list[_Row] = []
    open_rows: list[_Row] = []
    at = 0
    for article_id, part, start, end, n_direct, n_reported in zip(
        *(attributed.column(name).to_pylist() for name in names), strict=True
    ):
        if (article_id, part) != place:
            place = article_id, part
            waiting, open_rows, at = spans.get(place, []), [], 0
        while at < len(waiting) and waiting[at].start < end:
            open_rows.append(waiting[at])
            at += 1
        open_rows = [row for row in open_rows if row.end > start]
        by_kind = {kind: [row for row in open_rows if row.kind == kind] for kind in ("direct", "reported")}
        if any(len(rows) > 1 for rows in by_kind.values()):
            shared.setdefault(article_id, []).append((part, Span(start, end), open_rows))
            continue
        # One span of a kind holds all words of that kind, so that the sentence's own count is enough.
        for kind, n in (("direct", n_direct), ("reported", n_reported)):
            for one in by_kind[kind]:
                words[one.row] += n
    _read_shared(corpus, shared, words)
    return pa.array(words)


def _read_shared(corpus: Corpus, shared: dict[str, list[tuple[str, Span, list[_Row]]]], words: np.ndarray) -> None:
    """Words of the sentences with several spans of one kind, told apart in the text."""
    if not shared:
        return
    wanted = pa.array(sorted(shared), pa.string())
    excluded: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for passage in corpus.excluded.filter(pc.is_in(corpus.excluded.column("article_id"), wanted)).to_pylist():
        excluded.setdefault((passage["article_id"], passage["part"]), []).append((passage["start"], passage["end"]))
    for batch in corpus.rows(shared, ["article_id", "title", "text"]):
        for article in batch.to_pylist():
            texts = {"title": article["title"] or "", "body": article["text"] or ""}
            texts = {part: blank(text, excluded.get((article["article_id"], part), [])) for part, text in texts.items()}
            for part, sentence, rows in shared[article["article_id"]]:
                _count(texts[part], sentence, rows, words)


def _count(text: str, sentence: Span, rows: Iterable[_Row], words: np.ndarray) -> None:
    starts = [m.start() for m in WORD.finditer(text, sentence.start, sentence.end)]
    for start, end, row in find_stretches(sentence, list(rows)):
        if row is not None and row.kind in ("direct", "reported"):
            words[row.row] += bisect_left(starts, end) - bisect_left(starts, start)


def count_references(corpus: Corpus, actor: Actor) -> dict[str, int]:
    """How often each article names an actor in title or text; articles that do not are left out."""
    names = sorted({fold_marks(n) for n in (*actor.names, actor.name)}, key=len, reverse=True)
    # What stands before is looked at after the first letter, so that the search can leap from one such letter to the next.
    ahead = "|".join(f"{first}(?<!\\w{first}){re.escape(n[1:])}" for n in names for first in [re.escape(n[0])])
    pattern = re.compile(rf"(?:{ahead})(?!\w)")
    found: dict[str, int] = {}
    for batch in corpus.batches(["article_id", "title", "text"]):
        for row in batch.to_pylist():
            n = sum(len(pattern.findall(fold_marks(part))) for part in (row["title"], row["text"]) if part)
            if n:
                found[row["article_id"]] = n
    return found
