"""One batch of articles to rows that point into them: the pure function every engine runs."""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from framing.errors import LexiconError
from framing.language.context import Place, Surroundings, build_context_reader
from framing.language.details import find_details
from framing.language.genre import find_genre
from framing.language.match import Hit, build_matcher
from framing.language.roles import PRONOUNS, RoleReader, Roles
from framing.language.segment import Span, find_sentences, title_sentence
from framing.language.sense import assign_sense, choose_sense, guess_sense
from framing.language.speech import Speech, build_speech_finder
from framing.language.tokens import Tokens, word_classes, words_of
from framing.language.tone import score_tone
from framing.language.voice import WordCounter, assign_voice
from framing.lexicon import Lexicon, Term
from framing.lexicon.actors import Actor, ActorNames
from framing.lexicon.events import read_event_words
from framing.schema import TABLES

TONES = ("mentions", "all", "none")


class LoadedScorer(Protocol):
    """What scores sentences for loadedness from feature columns; a frozen, picklable value that needs no scikit-learn."""

    @property
    def digest(self) -> str: ...

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def band(self) -> tuple[float, float]: ...

    def score(self, columns: Mapping[str, Sequence[Any]]) -> list[float]: ...


class SenseScorer(Protocol):
    """What tells the senses of mentions apart from features of their context; frozen, picklable, numpy at work."""

    @property
    def digest(self) -> str: ...

    @property
    def abstain_below(self) -> float: ...

    def score(self, features: Sequence[Mapping[str, float]]) -> list[tuple[float, ...]]: ...


@dataclass(frozen=True)
class AnnotateOptions:
    """What to compute.

    Args:
        tone: Sentences that get TextBlob tone: those with mentions, all, or none.
        loadedness: The same for the classifier.
        pure: Use the pure-Python matcher; the rows are the same.
        senses: Ask the sense model about ambiguous terms; otherwise only neighbouring words decide, and the rest is a guess.
    """

    tone: str = "mentions"
    loadedness: str = "mentions"
    pure: bool = False
    senses: bool = True


@dataclass(frozen=True)
class Models:
    """Scorers handed in as values; None leaves their columns null."""

    loaded: LoadedScorer | None = None
    senses: SenseScorer | None = None


class AnnotatedBatch(NamedTuple):
    """The rows of one batch, and how many articles they come from."""

    mentions: pa.RecordBatch
    sentences: pa.RecordBatch
    speech: pa.RecordBatch
    details: pa.RecordBatch
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
        """Fill in a column after the rows; what they gave, or null, stays where never set."""
        if column not in self._later:
            given = column in self._names
            self._later[column] = self.column(column) if given else [None] * len(self._rows)
        self._later[column][row] = value

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
_DETAILS = ("article_id", "sentence_id", "part", "start", "end", "surface", "kind", "value", "voice")
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
    "target",
    "agent",
    "patient",
    "agency",
    "modality",
    "negated",
    "role_rule",
)


def annotate_batch(
    articles: pa.RecordBatch, lexicon: Lexicon, options: AnnotateOptions, models: Models
) -> AnnotatedBatch:
    """Mentions, sentences and speech of a batch of articles.

    The rows of an article depend on nothing but the article, the lexicon, the options and the models, so any
    batch size and order give the same ones.

    Args:
        articles: Needs article_id, title and text; section, and `excluded` (a list of part, start and end) where known:
            what is excluded gives no row and no words, and all offsets stay.
        lexicon: What to look for.
        options: What to compute.
        models: Scorers, or nothing.
    """
    with _no_collection():
        return _annotate(articles, lexicon, options, models)


def _annotate(articles: pa.RecordBatch, lexicon: Lexicon, options: AnnotateOptions, models: Models) -> AnnotatedBatch:
    mentions, sentences = _Rows("mentions", _MENTIONS), _Rows("sentences", _SENTENCES)
    speech, details = _Rows("speech", _SPEECH), _Rows("details", _DETAILS)
    tools = _Tools(lexicon, options, asks_senses=models.senses is not None and options.senses)
    todo = _Todo([], [], [], [])
    ids, titles, texts = (articles.column(name).to_pylist() for name in ("article_id", "title", "text"))
    known = "section" in articles.schema.names
    sections = articles.column("section").to_pylist() if known else [None] * articles.num_rows
    excluded = articles.column("excluded").to_pylist() if "excluded" in articles.schema.names else repeat(None)
    read = [_parts(*row) for row in zip(titles, texts, excluded, strict=False)]
    # Each automaton reads the whole batch at once: between articles the rules would drive it out of the processor's cache.
    all_hits = [[tools.find_hits(content) for content in parts.values()] for parts in read]
    all_cues = [[tools.find_speech.find_cues(content) for content in parts.values()] for parts in read]
    for n, (article_id, title, text, section) in enumerate(zip(ids, titles, texts, sections, strict=True)):
        genre = find_genre(text, title, section) if text else None
        parts = read[n]
        article = _Article(article_id, parts, tools.contexts.surroundings(parts["title"], parts["body"]), {}, [])
        for (part, content), hits, cues in zip(parts.items(), all_hits[n], all_cues[n], strict=True):
            if not content:
                continue
            spans = title_sentence(content) if part == "title" else find_sentences(content)
            of_text = article.surroundings.words[part]
            said = tools.find_speech(content, spans, part, genre if part == "body" else None, (of_text, cues))
            for s in said:
                speech.add(article_id, part, *s, tools.find_actor(s.speaker) if s.speaker else None)
            counter = WordCounter(content, of_text)
            at_hit = at_speech = 0
            near: list[Speech] = []
            for number, span in enumerate(spans):
                sentence_id = f"{article_id}:{part}:{number}"
                near = [s for s in near if s.end > span.start] if near else []
                while at_speech < len(said) and said[at_speech].start < span.end:
                    near.append(said[at_speech])
                    at_speech += 1
                words = counter.count(span, near)
                row = len(sentences)
                sentences.add(article_id, sentence_id, part, *span, *words)
                first = at_hit
                while at_hit < len(hits) and hits[at_hit].start < span.end:
                    at_hit += 1
                if at_hit > first or "all" in (options.tone, options.loadedness):
                    todo.sentences.append((row, content[span.start : span.end]))
                if at_hit > first:
                    sentence = _Sentence(sentence_id, part, span)
                    _add_mentions(mentions, sentence, hits[first:at_hit], near, article, tools, todo)
                    if any(hit.pattern.term in tools.harm for hit in hits[first:at_hit]):
                        for d in find_details(content, *span):
                            voice = assign_voice(d.start, d.end, near).voice
                            surface = content[d.start : d.end]
                            details.add(article_id, sentence_id, part, d.start, d.end, surface, d.kind, d.value, voice)
        todo.targets.extend(_only_ones(article))
    for row, actor in todo.targets:
        mentions.set("target", row, actor)
        mentions.set("role_rule", row, "the only one the article names so")
    with_mentions = set(mentions.column("sentence_id"))
    if models.senses is not None and options.senses:
        _score_senses(mentions, todo.senses, models.senses)
    _score_tone(sentences, todo.sentences, with_mentions, options)
    _score_loaded(sentences, mentions, todo.sentences, todo.plain, with_mentions, options, models)
    return AnnotatedBatch(mentions.finish(), sentences.finish(), speech.finish(), details.finish(), articles.num_rows)


@contextmanager
def _no_collection() -> Iterator[None]:
    """The rules make many small objects and no cycles; looking for cycles takes 6 % of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _parts(title: str | None, text: str | None, passages: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    parts = {"title": title or "", "body": text or ""}
    for part in parts if passages else ():
        parts[part] = blank(parts[part], [(p["start"], p["end"]) for p in passages or () if p["part"] == part])
    return parts


def blank(text: str, passages: Sequence[tuple[int, int]]) -> str:
    """The text with line breaks instead of passages: nothing is found there, and what stands before and behind is apart.

    Example:
        >>> blank("He left. READ MORE He came.", [(9, 18)]).split()
        ['He', 'left.', 'He', 'came.']
    """
    pieces, at = [], 0
    for start, end in sorted(passages):
        pieces += [text[at:start], "\n" * (end - max(at, start))]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


class _Article(NamedTuple):
    article_id: str
    parts: dict[str, str]
    surroundings: Surroundings
    named: dict[str, list[str]]
    open: list[tuple[int, str]]


class _Sentence(NamedTuple):
    sentence_id: str
    part: str
    span: Span


class _Todo(NamedTuple):
    """What models score once the rows of a batch stand: row and input."""

    sentences: list[tuple[int, str]]
    plain: list[tuple[int, str]]
    senses: list[tuple[int, dict[str, float]]]
    targets: list[tuple[int, str]]


class _Tools:
    """What reads one lexicon's mentions; each part is built once and kept."""

    def __init__(self, lexicon: Lexicon, options: AnnotateOptions, *, asks_senses: bool = False) -> None:
        self.lexicon, self.asks_senses = lexicon, asks_senses
        self.harm = frozenset(i for i, term in enumerate(lexicon.terms) if term.concept_id in _HARM)
        self.find_hits, self.find_speech = build_matcher(lexicon, pure=options.pure), build_speech_finder(lexicon)
        self.find_actor = _actor_finder(lexicon.actors)
        self.actor_ids = frozenset(a.actor_id for a in lexicon.actors)
        self.contexts = build_context_reader(lexicon)
        self.words, self.events = word_classes(lexicon.speech), read_event_words()
        self._known: dict[str, str | None] = {}

    def actor_or_words(self, name: str | None) -> str | None:
        """An actor's id, else the words; None for a pronoun, whose antecedent is not resolved."""
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = self._actor_or_words(name)
        return self._known[name]

    def _actor_or_words(self, name: str) -> str | None:
        if name.lower() in PRONOUNS:
            return None
        if name in self.actor_ids:
            return name
        actor = self.find_actor(name)
        last = name.rsplit(" ", 1)[-1]
        # "Iraqi villagers" are not Iraq.
        whole = " " not in name or last[:1].isupper() or last.lower() in self.events.state_heads
        return actor if actor is not None and whole else name

    def is_actor(self, name: str) -> bool:
        """Whether a string names an actor of the list."""
        return self.find_actor(name) is not None


def build_role_reader(lexicon: Lexicon) -> Callable[[str, int, int, str], Roles]:
    """A function from a text, a place in it and a part to the roles there; any word is read as a violent event."""
    tools = _Tools(lexicon, AnnotateOptions())
    event = next((t for t in lexicon.terms if t.kind == "act" and t.concept_id in tools.events.concepts), None)
    if event is None:
        raise LexiconError("a lexicon without an act of violence", "terms of kind act", "Use the shipped lexicon.")

    def read(text: str, start: int, end: int, part: str) -> Roles:
        spans = title_sentence(text) if part == "title" else find_sentences(text)
        span = next((s for s in spans if s.start <= start < s.end), spans[0])
        hit = next((h for h in tools.find_hits(text) if h.start < end and start < h.end), None)
        term = lexicon.terms[hit.pattern.term or 0] if hit else event
        if hit is None or (term.kind == "act" and term.concept_id not in tools.events.concepts):
            term = event
        words = words_of(text)
        low, high = bisect_left(words.starts, span.start), bisect_left(words.starts, span.end)
        reader = RoleReader(
            Tokens.of_words(text, words, low, high),
            tools.words,
            tools.events,
            tools.is_actor,
            title=part == "title",
        )
        return reader.read(term, *((hit.start, hit.end) if hit else (start, end)))

    return read


_HARM = frozenset(
    ["killing", "mass_killing", "wounding", "the_dead", "execution_of_captives", "civilian_harm", "attack"]
)


def _carry(role: Roles, term: Term, before: str, row: int, article: _Article, tools: _Tools) -> Roles:
    """ "the regime" stands for the one a word of the same concept named before in the article.

    What stays open is filled at the article's end where the article names only one so.
    """
    if term.kind not in ("label", "honour", "act"):
        return role
    last = article.named.setdefault(term.concept_id, [])
    if role.target is not None:
        actor = tools.actor_or_words(role.target)
        if actor is not None and actor != role.target:
            last.append(actor)
        return role
    if before.lower() in ("the ", "this "):
        if last:
            return role._replace(target=last[-1], rule=f"{role.rule}; named so before")
        article.open.append((row, term.concept_id))
    return role


def _only_ones(article: _Article) -> Iterator[tuple[int, str]]:
    """Rows of "the" labels and acts that name nobody, and the one the article names so, where it is only one."""
    for row, concept_id in article.open:
        named = set(article.named.get(concept_id, ()))
        if len(named) == 1:
            yield row, named.pop()


def _score_senses(mentions: _Rows, pending: Sequence[tuple[int, dict[str, float]]], scorer: SenseScorer) -> None:
    scores = scorer.score([features for _, features in pending])
    for (row, _), probabilities in zip(pending, scores, strict=True):
        sense = choose_sense(probabilities, scorer.abstain_below)
        for column, value in zip(("sense", "sense_prob", "sense_rule", "uncertain"), sense, strict=True):
            mentions.set(column, row, value)


def _add_mentions(
    mentions: _Rows,
    sentence: _Sentence,
    hits: Sequence[Hit],
    near: Sequence[Speech],
    article: _Article,
    tools: _Tools,
    todo: _Todo,
) -> None:
    """The mentions of one sentence: sense where rules decide it, voice, roles and the plainer wording."""
    content, span, part = article.parts[sentence.part], sentence.span, sentence.part
    terms = [tools.lexicon.terms[hit.pattern.term or 0] for hit in hits]
    places = [Place(h.start, h.end, t.term_id, t.ambiguous) for h, t in zip(hits, terms, strict=True)]
    words = article.surroundings.words[part]
    low, high = bisect_left(words.starts, span.start), bisect_left(words.starts, span.end)
    tokens = Tokens.of_words(content, words, low, high)
    roles = RoleReader(tokens, tools.words, tools.events, tools.is_actor, title=part == "title")
    for n, (hit, term) in enumerate(zip(hits, terms, strict=True)):
        surface = content[hit.start : hit.end]
        sense = assign_sense(term, tools.contexts.decide(content, article.surroundings, part, span, places[n]))
        if sense is None:
            sense = guess_sense()
            if tools.asks_senses:
                context = tools.contexts.read(content, article.surroundings, part, span, places, n)
                todo.senses.append((len(mentions), context.features))
        role = roles.read(term, hit.start, hit.end)
        before = content[max(span.start, hit.start - 5) : hit.start].lstrip()
        role = _carry(role, term, before if before.startswith("this") else before[-4:], len(mentions), article, tools)
        plain = match_case(surface, hit.pattern.plain) if hit.pattern.plain else None
        if plain is not None:
            sentence_with = content[span.start : hit.start] + plain + content[hit.end : span.end]
            todo.plain.append((len(mentions), sentence_with))
        mentions.add(
            f"{article.article_id}:{part}:{hit.start}",
            article.article_id,
            sentence.sentence_id,
            part,
            hit.start,
            hit.end,
            surface,
            term.term_id,
            term.concept_id,
            term.category,
            term.valence,
            *sense,
            *assign_voice(hit.start, hit.end, near),
            plain,
            *(tools.actor_or_words(name) for name in (role.target, role.agent, role.patient)),
            role.agency,
            role.modality,
            None if role.modality is None else role.modality == "negated",
            role.rule,
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
    for (row, _), score in zip(
        chosen, models.loaded.score(_columns(models.loaded, [text for _, text in chosen])), strict=True
    ):
        by_sentence[ids[row]] = score
        sentences.set("loaded_prob", row, score)
    for row, sentence_id in enumerate(mentions.column("sentence_id")):
        mentions.set("loaded_prob", row, by_sentence[sentence_id])
    for (row, _), score in zip(
        plain_pending, models.loaded.score(_columns(models.loaded, [text for _, text in plain_pending])), strict=True
    ):
        mentions.set("loaded_prob_plain", row, score)


def _columns(scorer: LoadedScorer, texts: list[str]) -> dict[str, Sequence[Any]]:
    """What a loadedness model asks for: the texts, and their tone where it was trained with that."""
    columns: dict[str, Sequence[Any]] = {"text": texts}
    if scorer.columns:
        tones = score_tone(texts)
        columns |= {name: [getattr(tone, name) for tone in tones] for name in scorer.columns}
    return columns
