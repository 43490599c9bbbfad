"""Every word of the articles, counted article by article: the same words that rates are computed per."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from framing.corpus import WORD
from framing.language.batch import blank
from framing.language.segment import Span
from framing.language.voice import SpokenSpan, find_own_words
from framing.study.run import Run
from framing.study.select import Selection

#: Whose words can be counted one by one.
WORD_VOICES = ("all", "own")
#: Articles between two calls of `progress`.
_TOLD_EVERY = 200
#: Cells renumbered at a time.
_AT_ONCE = 1 << 20
#: The largest number of two bytes; hardly any article has a word more often.
_MOST_SHORT = (1 << 16) - 1


class WordTable(NamedTuple):
    """How often each word occurs in each article: articles × words, and the words in their order."""

    n: sparse.csr_array
    words: tuple[str, ...]


def fold_word(word: str) -> str:
    """A word as it is counted: lower-case, with a straight apostrophe, which houses set differently.

    Example:
        >>> fold_word("Don’t")
        "don't"
    """
    return word.lower().replace("’", "'")


def count_all_words(
    run: Run, selection: Selection, articles: pa.Table, voice: str = "all", counted: WordTable | None = None
) -> WordTable:
    """Every word of the selected articles and part, lower-cased; excluded passages never count.

    A reader would get wrong: with voice `own` words in quotations and reported speech are left out, so that both
    sides are the outlets' own words.

    Args:
        run: From `annotate` or `read_run`.
        selection: Already checked; its part counts.
        articles: From `select_articles`.
        voice: all or own.
        counted: From `count_corpus_words` with this part and voice, to save counting again.

    Returns:
        Rows in the order of `articles`; their sums are the words that rates are computed per. Words by alphabet, with
        `counted` also those that none of the articles has.
    """
    if counted is None:
        return _table(find_words(run, selection, articles, voice), articles.num_rows)
    every = run.corpus.metadata.column("article_id").combine_chunks()
    places = pc.index_in(articles.column("article_id").combine_chunks(), every).to_numpy()
    # All of them in their order are the table itself, of which no second one is made.
    same = len(places) == counted.n.shape[0] and bool((np.diff(places) == 1).all())
    return counted if same else WordTable(counted.n[places], counted.words)


def count_corpus_words(
    run: Run, *, part: str = "all", voice: str = "all", progress: Callable[[int], None] | None = None
) -> WordTable:
    """`count_all_words` of the whole corpus, of which any selection of articles can be taken.

    Args:
        run: From `annotate` or `read_run`.
        part: title, body or all.
        voice: all or own.
        progress: Called with the number of articles counted so far; what it raises ends the counting.
    """
    articles = run.corpus.metadata

    def found() -> Iterator[tuple[int, Counter[str]]]:
        for done, row in enumerate(find_words(run, Selection(part=part), articles, voice), 1):
            if progress is not None and done % _TOLD_EVERY == 0:
                progress(done)
            yield row

    return _table(found(), articles.num_rows)


def _table(found: Iterator[tuple[int, Counter[str]]], n_articles: int) -> WordTable:
    """Seventeen million cells for 30,000 articles: they are written once, in the form in which they stay."""
    vocabulary: dict[str, int] = {}
    rows, columns, data, ends = array("i"), array("i"), array("H"), array("i", [0])
    for row, folded in found:
        rows.append(row)
        columns.extend([vocabulary.setdefault(word, len(vocabulary)) for word in folded])
        if data.typecode == "H" and max(folded.values(), default=0) > _MOST_SHORT:
            data = array("i", data)
        data.extend(folded.values())
        ends.append(len(columns))
    if len(rows) != n_articles:
        raise ValueError("an article of the selection that is not in the corpus")
    # By alphabet, so that equals stand in one order whatever was counted beside them.
    words = sorted(vocabulary)
    place = np.empty(len(words), np.int32)
    place[[vocabulary[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    at = np.frombuffer(columns, np.int32)
    for first in range(0, len(at), _AT_ONCE):
        at[first : first + _AT_ONCE] = place[at[first : first + _AT_ONCE]]
    n = sparse.csr_array(
        (np.frombuffer(data, np.uint16 if data.typecode == "H" else np.int32), at, np.frombuffer(ends, np.int32)),
        shape=(n_articles, len(words)),
    )
    # Articles come in the order of the corpus, which is that of a selection.
    order = np.argsort(rows, kind="stable")
    return WordTable(n if (np.diff(order) > 0).all() else n[order], tuple(words))


def find_words(
    run: Run, selection: Selection, articles: pa.Table, voice: str = "all"
) -> Iterator[tuple[int, Counter[str]]]:
    """The words of each article with their numbers, and the article's row in `articles`; see `count_all_words`."""
    row_of = {article_id: i for i, article_id in enumerate(articles.column("article_id").to_pylist())}
    excluded = _by_article(run.corpus.excluded, ("part", "start", "end"))
    # Sentences and speech are read for the articles at hand, so that memory does not grow with the corpus.
    for batch in run.corpus.rows(row_of, ["article_id", "title", "text"]):
        here = batch.column("article_id").to_pylist()
        wanted = ("article_id", "part", "start", "end", "n_words", "n_own_words")
        sentences = _by_article(run.rows("sentences").of_articles(here, wanted), wanted[1:])
        spans = ("article_id", "part", "start", "end", "kind")
        speech = _by_article(run.rows("speech").of_articles(here, spans), spans[1:]) if voice == "own" else {}
        for article in batch.to_pylist():
            article_id = article["article_id"]
            texts = {"title": article["title"] or "", "body": article["text"] or ""}
            for part in texts if article_id in excluded else ():
                passages = [(start, end) for p, start, end in excluded[article_id] if p == part]
                texts[part] = blank(texts[part], passages)
            spoken = {
                part: [SpokenSpan(start, end, kind) for p, start, end, kind in speech.get(article_id, ()) if p == part]
                for part in texts
            }
            found: Counter[str] = Counter()
            for part, start, end, n_words, n_own in sentences.get(article_id, ()):
                if selection.part not in ("all", part):
                    continue
                if voice == "all" or n_own == n_words:
                    found.update(WORD.findall(texts[part], start, end))
                elif n_own:
                    found.update(find_own_words(texts[part], Span(start, end), spoken[part]))
            folded: Counter[str] = Counter()
            for word, n in found.items():
                folded[fold_word(word)] += n
            yield row_of[article_id], folded


def _by_article(mine: pa.Table, columns: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows as tuples, by article, in their order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    values = zip(*(mine.column(name).to_pylist() for name in columns), strict=True)
    for article_id, row in zip(mine.column("article_id").to_pylist(), values, strict=True):
        found.setdefault(article_id, []).append(row)
    return found
