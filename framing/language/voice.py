"""Whose words a mention is, and how many words of a stretch belong to whom."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from framing.corpus import WORD
from framing.language.segment import Span
from framing.language.speech import Speech
from framing.language.tokens import Words


class Voice(NamedTuple):
    """The voice of one place, the rule, and whose words they are."""

    voice: str
    rule: str
    speaker: str | None


_OWN = Voice("own", "outside quotation marks and attributed speech", None)
# Marks decide before attribution: quoted words inside "he said that …" are quoted.
# An interviewer's turn is the outlet's; what is quoted or attributed inside it is not.
_ORDER = {"direct": 0, "scare": 1, "reported": 2, "own": 3}


class SpokenSpan(NamedTuple):
    """What decides whose words a place is: a row of the speech table without its cue and speaker."""

    start: int
    end: int
    kind: str


class Spoken(Protocol):
    """What a span of speech must tell so that it can decide."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


AnySpeech = TypeVar("AnySpeech", bound=Spoken)


def deciding_span(start: int, end: int, speech: Iterable[AnySpeech]) -> AnySpeech | None:
    """Of the spans that cover a place the one that decides its voice: quotation, then scare quotes, then attribution; the shortest."""
    covering = [s for s in speech if s.start <= start and end <= s.end]
    return min(covering, key=lambda s: (_ORDER[s.kind], s.end - s.start)) if covering else None


def assign_voice(start: int, end: int, speech: Sequence[Speech]) -> Voice:
    """The voice of characters `start:end`.

    Args:
        start: First code point.
        end: Code point after the last.
        speech: The speech of the same part.

    Example:
        >>> assign_voice(5, 8, [Speech(0, 20, "reported", None, None, None, "SANA", 22, 26, "…, X said: said")]).voice
        'reported'
    """
    row = deciding_span(start, end, speech)
    return _OWN if row is None else Voice(row.kind, row.rule, row.speaker)


#: Words of a sentence: all, quoted, attributed, and the outlet's own, scare-quoted ones included.
WordCounts: TypeAlias = tuple[int, int, int, int]


_TOKENS_KEPT = 100_000
#: How many words a token is: none for a mark, two for "u.s"; kept by token, since tokens repeat.
_words_in: dict[str, int] = {}


def _words_before(tokens: Sequence[str]) -> list[int]:
    """The number of words before each token, and after the last."""
    global _words_in  # noqa: PLW0603 - another one is begun, since threads may read the full one
    known = _words_in
    new = set(tokens).difference(known)
    if new:
        if len(known) + len(new) > _TOKENS_KEPT:
            known = _words_in = {}
            new = set(tokens)
        known.update((token, len(WORD.findall(token))) for token in new)
    return list(accumulate(map(known.__getitem__, tokens), initial=0))


# A number in thousands and a letter behind it: two tokens, but "234abc" is one word.
_GLUED = re.compile(r",\d{3}[^\W\d]")


class WordCounter:
    """Counts the words of stretches of one text from its tokens; what the tokens cannot tell is read again.

    Args:
        text: The text.
        of_text: Its tokens.
    """

    def __init__(self, text: str, of_text: Words) -> None:
        self.text, self._starts, self._ends = text, of_text.starts, of_text.ends
        self._before = None if _GLUED.search(text) else _words_before(of_text.words)

    def count(self, sentence: Span, speech: Sequence[Speech]) -> WordCounts:
        """How many words of a sentence are quoted, attributed and the outlet's own.

        A word belongs to a span when its first character stands in it; of several spans the one decides that decides a
        mention there, so that numerator and denominator come from the same text.
        """
        begin, stop = sentence
        overlapping = [s for s in speech if s.start < stop and s.end > begin]
        first, last = self._at(begin), self._at(stop)
        if not overlapping:
            if self._before is not None and first is not None and last is not None:
                n = self._before[last] - self._before[first]
            else:
                n = len(WORD.findall(self.text, begin, stop))
            return n, 0, 0, n
        if len(overlapping) == 1:
            s = overlapping[0]
            stretches = [(max(s.start, begin), min(s.end, stop), s.kind)]
        else:
            found = find_stretches(sentence, overlapping)
            stretches = [(a, b, row.kind) for a, b, row in found if row is not None]
        if self._before is None or first is None or last is None:
            return self._read(sentence, stretches)
        direct = reported = 0
        for start, end, kind in stretches:
            if kind in ("direct", "reported"):
                low, high = self._within(start), self._within(end)
                if low is None or high is None:
                    return self._read(sentence, stretches)
                if kind == "direct":
                    direct += high - low
                else:
                    reported += high - low
        n = self._before[last] - self._before[first]
        return n, direct, reported, n - direct - reported

    def _at(self, border: int) -> int | None:
        """The number of tokens before a sentence's border; None where it cuts one."""
        i = bisect_left(self._starts, border)
        return None if i and self._ends[i - 1] > border else i

    def _within(self, border: int) -> int | None:
        """The number of words that begin before a place; None where it cuts a token of several."""
        before, i = self._before, bisect_left(self._starts, border)
        if before is None or (i and self._ends[i - 1] > border and before[i] - before[i - 1] > 1):
            return None
        return before[i]

    def _read(self, sentence: Span, stretches: Sequence[tuple[int, int, str]]) -> WordCounts:
        starts = [m.start() for m in WORD.finditer(self.text, sentence.start, sentence.end)]
        n = {"direct": 0, "reported": 0}
        for start, end, kind in stretches:
            if kind in n:
                n[kind] += bisect_left(starts, end) - bisect_left(starts, start)
        return len(starts), n["direct"], n["reported"], len(starts) - n["direct"] - n["reported"]


def find_stretches(sentence: Span, speech: Sequence[AnySpeech]) -> Iterator[tuple[int, int, AnySpeech | None]]:
    """The sentence cut where speech begins and ends, each stretch with the span that decides it, or None: between two
    borders every word has the same voice, decided once."""
    inner: set[int] = {border for s in speech for border in (s.start, s.end) if sentence.start < border < sentence.end}
    borders: list[int] = sorted({sentence.start, *inner})
    for border, following in zip(borders, [*borders[1:], sentence.end], strict=True):
        yield border, following, deciding_span(border, border + 1, speech)


def find_own_words(text: str, sentence: Span, speech: Sequence[SpokenSpan]) -> list[str]:
    """The outlet's own words of a sentence, scare-quoted ones included: those that `WordCounter` counts as own.

    Args:
        text: The part.
        sentence: Where the sentence is in it.
        speech: The speech of the part.

    Example:
        >>> find_own_words("SANA said all is well.", Span(0, 22), [SpokenSpan(10, 21, "reported")])
        ['SANA', 'said']
    """
    overlapping = [s for s in speech if s.start < sentence.end and s.end > sentence.start]
    if not overlapping:
        return WORD.findall(text, sentence.start, sentence.end)
    words = [(m.start(), m.group()) for m in WORD.finditer(text, sentence.start, sentence.end)]
    starts = [start for start, _ in words]
    own: list[str] = []
    for start, end, row in find_stretches(sentence, overlapping):
        if row is None or row.kind not in ("direct", "reported"):
            own += [word for _, word in words[bisect_left(starts, start) : bisect_left(starts, end)]]
    return own
