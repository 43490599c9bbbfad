"""Whose words a mention is, and how many words of a stretch belong to whom."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

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


def deciding_span(start: int, end: int, speech: Iterable[Speech]) -> Speech | None:
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
    # Between two borders of spans every word has the same voice, so each stretch is decided once.
    borders = sorted(
        {sentence.start, *(b for s in overlapping for b in (s.start, s.end) if sentence.start < b < sentence.end)}
    )
    direct = reported = 0
    for border, following in zip(borders, [*borders[1:], sentence.end], strict=True):
        row = deciding_span(border, border + 1, overlapping)
        if row is None or row.kind not in ("direct", "reported"):
            continue
        n = bisect_left(starts, following) - bisect_left(starts, border)
        if row.kind == "direct":
            direct += n
        else:
            reported += n
    return WordCounts(len(starts), direct, reported)
