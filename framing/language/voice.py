"""Whose words a mention is, and how many words of a stretch belong to whom."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from framing.corpus import WORD
from framing.language.segment import Span
from framing.language.speech import Speech


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


class WordCounts(NamedTuple):
    """Words of a sentence by whose they are; `own` holds scare-quoted ones too."""

    all: int
    direct: int
    reported: int

    @property
    def own(self) -> int:
        return self.all - self.direct - self.reported


def count_voice_words(text: str, sentence: Span, speech: Sequence[Speech]) -> WordCounts:
    """How many words of a sentence are quoted, attributed and the outlet's own.

    A word belongs to a span when its first character stands in it; of several spans the one decides that decides a
    mention there, so that numerator and denominator come from the same text.
    """
    overlapping = [s for s in speech if s.start < sentence.end and s.end > sentence.start]
    if not overlapping:
        return WordCounts(len(WORD.findall(text, sentence.start, sentence.end)), 0, 0)
    starts = [m.start() for m in WORD.finditer(text, sentence.start, sentence.end)]
    direct = reported = 0
    for start, end, row in find_stretches(sentence, overlapping):
        n = bisect_left(starts, end) - bisect_left(starts, start)
        if row is not None and row.kind == "direct":
            direct += n
        elif row is not None and row.kind == "reported":
            reported += n
    return WordCounts(len(starts), direct, reported)


def find_stretches(sentence: Span, speech: Sequence[AnySpeech]) -> Iterator[tuple[int, int, AnySpeech | None]]:
    """The sentence cut where speech begins and ends, each stretch with the span that decides it, or None: between two
    borders every word has the same voice, decided once."""
    inner: set[int] = {border for s in speech for border in (s.start, s.end) if sentence.start < border < sentence.end}
    borders: list[int] = sorted({sentence.start, *inner})
    for border, following in zip(borders, [*borders[1:], sentence.end], strict=True):
        yield border, following, deciding_span(border, border + 1, speech)


def find_own_words(text: str, sentence: Span, speech: Sequence[SpokenSpan]) -> list[str]:
    """The outlet's own words of a sentence, scare-quoted ones included: those that `count_voice_words` counts as own.

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
