"""One batch of articles to rows that point into them: the pure function every engine runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from framing.language.genre import find_genre
from framing.language.match import Hit, build_matcher
from framing.language.segment import Span, find_sentences, title_sentence
from framing.language.sense import assign_sense
from framing.language.speech import Speech, build_speech_finder
from framing.language.tone import score_tone
from framing.language.voice import assign_voice, count_voice_words
from framing.lexicon import Lexicon
from framing.lexicon.actors import Actor, ActorNames
from framing.schema import TABLES

TONES = ("mentions", "all", "none")


class LoadedScorer(Protocol):
    """What scores sentences for loadedness from feature columns; a frozen, picklable value that needs no scikit-learn."""

    @property
    def digest(self) -> str: ...

    def score(self, columns: Mapping[str, Sequence[Any]]) -> list[float]: ...


@dataclass(frozen=True)
class AnnotateOptions:
    """What to compute.

    Args:
        tone: Sentences that get TextBlob tone: those with mentions, all, or none.
        loadedness: The same for the classifier.
        pure: Use the pure-Python matcher; the rows are the same.
    """

    tone: str = "mentions"
    loadedness: str = "mentions"
    pure: bool = False


@dataclass(frozen=True)
class Models:
    """Scorers handed in as values; None leaves their columns null."""

    loaded: LoadedScorer | None = None


class AnnotatedBatch(NamedTuple):
    """The rows of one batch, and how many articles they come from."""

    mentions: pa.RecordBatch
    sentences: pa.RecordBatch
    speech: pa.RecordBatch
    n_articles: int


@lru_cache(maxsize=4)
def _actor_finder(actors: tuple[Actor, ...]) -> Callable[[str], str | None]:
    # Speakers repeat: a corpus names some thousands of them a hundred thousand times.
    return lru_cache(maxsize=50_000)(ActorNames(actors).find)


class _Rows:
    """Rows of a table, and columns computed after them."""

    def __init__(self, name: str, columns: tuple[str, ...]) -> None:
        self.schema, self._names = TABLES[name], columns
        self._rows: list[tuple[Any, ...]] = []
        self._later: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, *values: Any) -> None:
        """Add a row, its values in the order of the columns."""
        self._rows.append(values)

    def column(self, name: str) -> list[Any]:
        """What the rows have in a column."""
        at = self._names.index(name)
        return [row[at] for row in self._rows]

    def set(self, column: str, row: int, value: Any) -> None:
        """Fill in a column computed after the rows; null where never set."""
        self._later.setdefault(column, [None] * len(self._rows))[row] = value

    def finish(self) -> pa.RecordBatch:
        empty = [None] * len(self._rows)
        given = dict(zip(self._names, zip(*self._rows, strict=True), strict=True)) if self._rows else {}
        columns = {**given, **self._later}
        arrays = [pa.array(columns.get(f.name, empty), type=f.type) for f in self.schema]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


_SPEECH = (
    "article_id",
    "part",
    "start",
    "end",
    "kind",
    "cue_start",
    "cue_end",
    "cue_stance",
    "speaker",
    "speaker_start",
    "speaker_end",
    "rule",
    "speaker_actor",
)
_SENTENCES = (
    "article_id",
    "sentence_id",
    "part",
    "start",
    "end",
    "n_words",
    "n_direct_words",
    "n_reported_words",
    "n_own_words",
)
_MENTIONS = (
    "mention_id",
    "article_id",
    "sentence_id",
    "part",
    "start",
    "end",
    "surface",
    "term_id",
    "concept_id",
    "category",
    "valence",
    "sense",
    "sense_prob",
    "sense_rule",
    "uncertain",
    "voice",
    "voice_rule",
    "speaker",
    "plain",
)


def annotate_batch(
    articles: pa.RecordBatch, lexicon: Lexicon, options: AnnotateOptions, models: Models
) -> AnnotatedBatch:
    """Mentions, sentences and speech of a batch of articles.

    The rows of an article depend on nothing but the article, the lexicon, the options and the models, so any
    batch size and order give the same ones.

    Args:
        articles: Needs article_id, title and text; section where known.
        lexicon: What to look for.
        options: What to compute.
        models: Scorers, or nothing.
    """
    mentions, sentences = _Rows("mentions", _MENTIONS), _Rows("sentences", _SENTENCES)
    speech = _Rows("speech", _SPEECH)
    find_hits, find_speech = build_matcher(lexicon, pure=options.pure), build_speech_finder(lexicon)
    find_actor = _actor_finder(lexicon.actors)
    pending: list[tuple[int, str]] = []
    plain_pending: list[tuple[int, str]] = []
    ids, titles, texts = (articles.column(name).to_pylist() for name in ("article_id", "title", "text"))
    known = "section" in articles.schema.names
    sections = articles.column("section").to_pylist() if known else [None] * articles.num_rows
    for article_id, title, text, section in zip(ids, titles, texts, sections, strict=True):
        genre = find_genre(text, title, section) if text else None
        for part, content in (("title", title), ("body", text)):
            if not content:
                continue
            spans = title_sentence(content) if part == "title" else find_sentences(content)
            said = find_speech(content, spans, part, genre if part == "body" else None)
            for s in said:
                speech.add(article_id, part, *s, find_actor(s.speaker) if s.speaker else None)
            hits = find_hits(content)
            at_hit = at_speech = 0
            near: list[Speech] = []
            for number, span in enumerate(spans):
                sentence_id = f"{article_id}:{part}:{number}"
                near = [s for s in near if s.end > span.start]
                while at_speech < len(said) and said[at_speech].start < span.end:
                    near.append(said[at_speech])
                    at_speech += 1
                words = count_voice_words(content, span, near)
                row = len(sentences)
                sentences.add(article_id, sentence_id, part, *span, *words, words.own)
                first = at_hit
                while at_hit < len(hits) and hits[at_hit].start < span.end:
                    at_hit += 1
                if at_hit > first or "all" in (options.tone, options.loadedness):
                    pending.append((row, content[span.start : span.end]))
                for hit in hits[first:at_hit]:
                    _add_mention(
                        mentions, article_id, sentence_id, part, content, hit, span, near, lexicon, plain_pending
                    )
    with_mentions = set(mentions.column("sentence_id"))
    _score_tone(sentences, pending, with_mentions, options)
    _score_loaded(sentences, mentions, pending, plain_pending, with_mentions, options, models)
    return AnnotatedBatch(mentions.finish(), sentences.finish(), speech.finish(), articles.num_rows)


def _add_mention(
    mentions: _Rows,
    article_id: str,
    sentence_id: str,
    part: str,
    content: str,
    hit: Hit,
    span: Span,
    near: Sequence[Speech],
    lexicon: Lexicon,
    plain_pending: list[tuple[int, str]],
) -> None:
    term = lexicon.terms[hit.pattern.term or 0]
    surface = content[hit.start : hit.end]
    sense, voice = assign_sense(term), assign_voice(hit.start, hit.end, near)
    plain = match_case(surface, hit.pattern.plain) if hit.pattern.plain else None
    if plain is not None:
        row = len(mentions)
        plain_pending.append((row, content[span.start : hit.start] + plain + content[hit.end : span.end]))
    mentions.add(
        f"{article_id}:{part}:{hit.start}",
        article_id,
        sentence_id,
        part,
        hit.start,
        hit.end,
        surface,
        term.term_id,
        term.concept_id,
        term.category,
        term.valence,
        *sense,
        *voice,
        plain,
    )


def match_case(surface: str, plain: str) -> str:
    """A plainer wording written as the word it replaces: capitals where that had them.

    Example:
        >>> match_case("Martyrdom", "death"), match_case("MARTYRS", "dead")
        ('Death', 'DEAD')
    """
    if len(surface) > 1 and surface.isupper():
        return plain.upper()
    return plain[:1].upper() + plain[1:] if surface[:1].isupper() else plain


def _score_tone(
    sentences: _Rows, pending: list[tuple[int, str]], with_mentions: set[str], options: AnnotateOptions
) -> None:
    if options.tone == "none":
        return
    ids = sentences.column("sentence_id")
    chosen = [(row, text) for row, text in pending if options.tone == "all" or ids[row] in with_mentions]
    if not chosen:
        return
    for (row, _), tone in zip(chosen, score_tone([text for _, text in chosen]), strict=True):
        sentences.set("polarity", row, tone[0])
        sentences.set("subjectivity", row, tone[1])


def _score_loaded(
    sentences: _Rows,
    mentions: _Rows,
    pending: list[tuple[int, str]],
    plain_pending: list[tuple[int, str]],
    with_mentions: set[str],
    options: AnnotateOptions,
    models: Models,
) -> None:
    if models.loaded is None or options.loadedness == "none":
        return
    ids = sentences.column("sentence_id")
    chosen = [(row, text) for row, text in pending if options.loadedness == "all" or ids[row] in with_mentions]
    by_sentence: dict[str, float] = {}
    for (row, _), score in zip(chosen, models.loaded.score({"text": [text for _, text in chosen]}), strict=True):
        by_sentence[ids[row]] = score
        sentences.set("loaded_prob", row, score)
    for row, sentence_id in enumerate(mentions.column("sentence_id")):
        mentions.set("loaded_prob", row, by_sentence[sentence_id])
    for (row, _), score in zip(
        plain_pending, models.loaded.score({"text": [text for _, text in plain_pending]}), strict=True
    ):
        mentions.set("loaded_prob_plain", row, score)
