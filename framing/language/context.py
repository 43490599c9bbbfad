"""What stands around a mention: cues that decide its sense, and features the sense model reads."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, compress
from typing import NamedTuple

from framing.language.segment import Span
from framing.language.tokens import words_of
from framing.lexicon import Lexicon
from framing.lexicon.senses import SENSES, SenseCue, read_domains

_WINDOW = 10
#: Characters around a sentence in which words of a field count, with what weight, and the most a field counts.
#: Set once on 540 news hits read for this project; the model itself has seen single sentences only.
_AROUND, _AROUND_WEIGHT, _ABOUT_MOST = 3_000, 0.2, 4.0
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "to",
        "and",
        "or",
        "for",
        "by",
        "at",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "with",
        "from",
        "he",
        "she",
        "they",
        "his",
        "her",
        "their",
        "has",
        "have",
        "had",
        "not",
        "but",
        "who",
        "which",
        "will",
        "would",
        "can",
        "could",
        "may",
        "s",
        "t",
        "'",
        ",",
        ".",
        ";",
        ":",
        "“",
        "”",
        '"',
        "(",
        ")",
        "-",
        "—",
        "–",
    ]
)


class Context(NamedTuple):
    """What surrounds one mention.

    Args:
        sense: The sense that neighbouring words decide; None where none does.
        rule: Those words.
        features: Name and value of what the sense model reads.
    """

    sense: str | None
    rule: str | None
    features: dict[str, float]


class Place(NamedTuple):
    """A mention in its sentence: code points, its term, and whether that is ambiguous."""

    start: int
    end: int
    term_id: str
    ambiguous: bool


class _Phrases:
    """Word sequences by their first (or last) word, so that a look at one neighbour tells whether any can match."""

    def __init__(self, phrases: Iterable[tuple[str, SenseCue]], *, last: bool) -> None:
        self._by_word: dict[str, list[tuple[tuple[str, ...], SenseCue]]] = {}
        for phrase, cue in phrases:
            words = tuple(words_of(phrase).words)
            if words:
                self._by_word.setdefault(words[-1 if last else 0], []).append((words, cue))
        self._last = last

    def find(self, words: Sequence[str], at: int, surface: str) -> tuple[tuple[str, ...], SenseCue] | None:
        """The longest sequence that ends right before a word (or begins at it)."""
        if not 0 <= (at - 1 if self._last else at) < len(words):
            return None
        best = None
        for phrase, cue in self._by_word.get(words[at - 1 if self._last else at], ()):
            start = at - len(phrase) if self._last else at
            fits = start >= 0 and tuple(words[start : start + len(phrase)]) == phrase
            if fits and (not cue.forms or surface in cue.forms) and (best is None or len(phrase) > len(best[0])):
                best = phrase, cue
        return best


class _Near(NamedTuple):
    """What may stand anywhere in the sentence: single words, and phrases between spaces."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    cue: SenseCue


def _near(cue: SenseCue) -> _Near:
    return _Near(frozenset(cue.near), tuple(f" {p} " for p in sorted(set(cue.near)) if " " in p), cue)


class Surroundings:
    """An article's words and where the words of each field stand, so that a mention can look around.

    Args:
        title: Headline; empty where there is none.
        text: The article's text.
        domain_of: Fields by word.
    """

    def __init__(self, title: str, text: str, domain_of: Mapping[str, Sequence[str]]) -> None:
        self.words = {"title": words_of(title), "body": words_of(text)}
        self._domain_of = domain_of
        self._last: tuple[tuple[str, int, int], Mapping[str, int]] | None = None

    @cached_property
    def _at(self) -> dict[str, tuple[list[int], list[str]]]:
        # Places and fields, in order. Most articles have no mention that asks for it.
        found: dict[str, tuple[list[int], list[str]]] = {}
        for part, (words, starts, _) in self.words.items():
            inside = list(map(self._domain_of.__contains__, words))
            each = list(map(self._domain_of.__getitem__, compress(words, inside)))
            at = [start for start, domains in zip(compress(starts, inside), each, strict=True) for _ in domains]
            found[part] = at, list(chain.from_iterable(each))
        return found

    def around(self, part: str, start: int, end: int) -> Mapping[str, int]:
        """How many words of each field stand within three thousand characters of a place, its sentence left out."""
        asked = part, start, end
        if self._last is not None and self._last[0] == asked:
            # The mentions of a sentence look around at the same place.
            return self._last[1]
        if part == "title":
            start = end = 0
        at, domains = self._at["body"]
        counts = Counter(domains[bisect_left(at, start - _AROUND) : bisect_left(at, start)])
        counts.update(domains[bisect_left(at, end) : bisect_left(at, end + _AROUND)])
        if part == "body":
            counts.update(self._at["title"][1])
        self._last = asked, counts
        return counts


class ContextReader:
    """Reads the context of mentions with the cues of one lexicon.

    Args:
        cues: The lexicon's sense cues.
    """

    def __init__(self, cues: tuple[SenseCue, ...]) -> None:
        terms: dict[str, list[SenseCue]] = {}
        for cue in cues:
            terms.setdefault(cue.term_id, []).append(cue)
        self._before = {t: _Phrases(((p, c) for c in group for p in c.before), last=True) for t, group in terms.items()}
        self._after = {t: _Phrases(((p, c) for c in group for p in c.after), last=False) for t, group in terms.items()}
        self._near = {t: [_near(c) for c in group if c.near] for t, group in terms.items()}
        self._domain_of: dict[str, list[str]] = {}
        for name, words in read_domains():
            for word in words:
                self._domain_of.setdefault(word, []).append(name)

    def surroundings(self, title: str, text: str) -> Surroundings:
        """An article as its mentions look around in it."""
        return Surroundings(title, text, self._domain_of)

    def decide(
        self, text: str, article: Surroundings, part: str, sentence: Span, place: Place
    ) -> tuple[str, str] | None:
        """The sense that neighbouring words decide and these words, as `read` finds them, without any features."""
        if place.term_id not in self._before:
            return None
        words, starts, _ = article.words[part]
        begin, stop = bisect_left(starts, sentence.start), bisect_left(starts, sentence.end)
        first, after = bisect_left(starts, place.start), bisect_left(starts, place.end)
        surface = text[place.start : place.end].replace("’", "'").lower()
        return self._decide(words, begin, first, after, stop, place.term_id, surface, {})

    def read(
        self, text: str, article: Surroundings, part: str, sentence: Span, places: Sequence[Place], n: int
    ) -> Context:
        """The context of the n-th place of a sentence.

        Args:
            text: The part of the article.
            article: Its surroundings.
            part: title or body.
            sentence: The sentence.
            places: All mentions in it, in order.
            n: Which of them.
        """
        words, starts, _ = article.words[part]
        begin, stop = bisect_left(starts, sentence.start), bisect_left(starts, sentence.end)
        place = places[n]
        first, after = bisect_left(starts, place.start), bisect_left(starts, place.end)
        surface = text[place.start : place.end].replace("’", "'").lower()
        features: dict[str, float] = {f"term {place.term_id}": 1.0, f"form {surface}": 1.0}
        decided = self._decide(words, begin, first, after, stop, place.term_id, surface, features)
        if place.term_id in self._near:
            others = [*words[begin:first], "|", *words[after:stop]]
            joined = None
            for near, phrases, cue in self._near[place.term_id]:
                hits = len(near.intersection(others))
                if phrases:
                    joined = joined or f" {' '.join(others)} "
                    hits += sum(p in joined for p in phrases)
                if hits and (not cue.forms or surface in cue.forms):
                    name = f"near {cue.sense}"
                    features[name] = min(features.get(name, 0.0) + hits, 3.0)
        if first > begin:
            features[f"left {words[first - 1]}"] = 1.0
        if after < stop:
            features[f"right {words[after]}"] = 1.0
        for word in (*words[max(begin, first - _WINDOW) : first], *words[after : min(stop, after + _WINDOW)]):
            if word not in _STOP:
                features[f"word {word}"] = 1.0
        about = {domain: _AROUND_WEIGHT * count for domain, count in article.around(part, *sentence).items()}
        for word in filter(self._domain_of.__contains__, (*words[begin:first], *words[after:stop])):
            for domain in self._domain_of[word]:
                about[domain] = about.get(domain, 0.0) + 1.0
        for domain, value in about.items():
            if value:
                features[f"about {domain}"] = min(value, _ABOUT_MOST)
        certain = sum(not other.ambiguous for k, other in enumerate(places) if k != n)
        doubtful = len(places) - 1 - certain
        if certain:
            features["other mention"] = min(certain, 3)
        if doubtful:
            features["other mention, ambiguous"] = min(doubtful, 3)
        if part == "title":
            features["title"] = 1.0
        elif first > begin and text[place.start].isupper():
            features["capital"] = 1.0
        sense, rule = decided or (None, None)
        return Context(sense, rule, features)

    def _decide(
        self,
        words: Sequence[str],
        begin: int,
        first: int,
        after: int,
        stop: int,
        term_id: str,
        surface: str,
        features: dict[str, float],
    ) -> tuple[str, str] | None:
        """The sense the words next to a mention decide, and these words; the longer ones where both sides do."""
        if term_id not in self._before:
            return None
        best: tuple[int, str, str] | None = None
        inside = words[begin:stop]
        for side, phrases, at in (("before", self._before, first - begin), ("after", self._after, after - begin)):
            found = phrases[term_id].find(inside, at, surface)
            if found is not None:
                phrase, cue = found
                features[f"cue {side} {cue.sense}"] = 1.0
                if best is None or len(phrase) > best[0]:
                    best = len(phrase), cue.sense, f"{side} it: {' '.join(phrase)}"
        return None if best is None else best[1:]


@lru_cache(maxsize=4)
def _reader(cues: tuple[SenseCue, ...]) -> ContextReader:
    return ContextReader(cues)


def build_context_reader(lexicon: Lexicon) -> ContextReader:
    """The context reader of a lexicon, built once."""
    return _reader(lexicon.senses)


__all__ = ["SENSES", "Context", "ContextReader", "Place", "Surroundings", "build_context_reader"]
