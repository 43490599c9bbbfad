"""Whose words: direct quotation, reported speech and scare quotes, each with its cue and speaker.

Quotation marks are paired first, turns of transcripts and block quotations next; then the rules of `cues` read each
sentence. No sentence is parsed; each row names the rule that made it, so that a wrong one can be traced.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from framing.corpus import WORD
from framing.language.blocks import Block, find_blocks
from framing.language.cues import Use, find_uses
from framing.language.genre import Genre
from framing.language.headlines import find_headline_speech
from framing.language.match import build_literal_finder
from framing.language.quotes import Quotation, find_quotations
from framing.language.segment import Span
from framing.language.speakers import Speakers
from framing.language.tokens import Tokens, Words, word_classes, words_of
from framing.lexicon import Cue, Lexicon, SpeechData

#: Words between marks that nobody near is said to have said are scare quotes up to this many, quotations above.
_SCARE_MOST = 4
_CONTRACTED = re.compile(r"(he|she|they|it|we|who|I|He|She|They|It|We)[’'](?:s|d|ve|re|ll)\Z")
_NOUN_FOLLOWED = re.compile(r"\s+(?:that|of|by|from)\b|\s*[:“\"]")
#: A stretch is cut when quotations chain more characters than this.
_STRETCH_MOST = 6_000


class Speech(NamedTuple):
    """Somebody else's words: code points `start:end`, marks left out."""

    start: int
    end: int
    kind: str
    cue_start: int | None
    cue_end: int | None
    cue_stance: str | None
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    rule: str


#: Code points `start:end` of a reporting form and the cues it can be.
CueHit: TypeAlias = tuple[int, int, tuple[Cue, ...]]
_PLACE = attrgetter("start", "end", "kind")


class SpeechFinder:
    """Finds speech in texts with one set of cues; see `find_speech`."""

    def __init__(self, data: SpeechData) -> None:
        by_form: dict[str, list[Cue]] = {}
        for cue in data.cues:
            by_form.setdefault(cue.form, []).append(cue)
        self._options = [tuple(cues) for cues in by_form.values()]
        # Nouns are frequent and seldom cues; this look at what follows saves reading their sentences.
        self._is_noun = [all(c.frame == "noun" for c in cues) for cues in self._options]
        self._find_literals = build_literal_finder(tuple(by_form))
        self._words = word_classes(data)

    def find_cues(self, text: str) -> list[CueHit]:
        """Where reporting forms stand that can be cues, and the cues each can be."""
        return [
            (start, end, self._options[i])
            for start, end, i in self._find_literals(text)
            if not self._is_noun[i] or _NOUN_FOLLOWED.match(text, end)
        ]

    def has_cue(self, text: str) -> bool:
        """Whether a reporting form stands in a text, used as a cue or not: the naive reading, kept as a baseline."""
        return bool(self._find_literals(text))

    def __call__(
        self,
        text: str,
        sentences: Sequence[Span],
        part: str,
        genre: Genre | None = None,
        known: tuple[Words, list[CueHit]] | None = None,
    ) -> list[Speech]:
        quotations = find_quotations(text)
        words, hits = known or (None, self.find_cues(text))
        blocks = self._blocks(text, hits) if part == "body" else []
        rows = []
        if quotations or hits or blocks or part == "title":
            words = words or words_of(text)
            rows = _Article(text, sentences, part, quotations, blocks, hits, self, words).rows()
        if genre is not None and text:
            named = genre.speaker, genre.speaker_start, genre.speaker_end
            rows.insert(0, Speech(0, len(text), genre.kind, None, None, None, *named, genre.rule))
            rows.sort(key=_PLACE)
        return rows

    def _blocks(self, text: str, hits: Sequence[CueHit]) -> list[Block]:
        verbs = [start for start, _, cues in hits if cues[0].frame == "clause"]
        return find_blocks(text, lambda a, b: bisect_right(verbs, b) > bisect_right(verbs, a - 1), self._words)


def build_speech_finder(lexicon: Lexicon) -> SpeechFinder:
    """A function from a text, its sentences and its part to the speech in it; see `find_speech`."""
    return _build(lexicon.speech)


@lru_cache(maxsize=4)
def _build(data: SpeechData) -> SpeechFinder:
    return SpeechFinder(data)


def find_speech(text: str, sentences: Sequence[Span], part: str, lexicon: Lexicon) -> list[Speech]:
    """Which words of a text are somebody else's, in order of their start.

    A reader would get wrong: *reported* says that content is attributed, not that the speaker chose the words.
    Spans can lie in one another, as quoted words do in what somebody said; the deciding one is `deciding_span`'s.

    Args:
        text: Title or body as stored.
        sentences: Its sentences.
        part: title or body; headlines have rules of their own.
        lexicon: Gives the reporting cues.

    Returns:
        Rows with the span, its kind, the cue and its stance, the speaker as resolved, the span that names the
        speaker, and the rule.

    Example:
        >>> from framing.lexicon import read_lexicon
        >>> text = "The group said it mourns the martyrdom of four members."
        >>> [(s.kind, s.speaker) for s in find_speech(text, [Span(0, 55)], "body", read_lexicon("conflict"))]
        [('reported', 'The group')]
    """
    return build_speech_finder(lexicon)(text, sentences, part)


_NamedSpeaker: TypeAlias = tuple[str | None, int | None, int | None]


class _Stretch(NamedTuple):
    start: int
    end: int
    stops: tuple[int, ...]


class _Article:
    """One text's speech; a class because its steps share the text, its marks and who spoke before."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Span],
        part: str,
        quotations: list[Quotation],
        blocks: list[Block],
        hits: list[CueHit],
        finder: SpeechFinder,
        of_text: Words,
    ) -> None:
        self.text, self.sentences, self.part, self.blocks = text, sentences, part, blocks
        self.words, self.of_text = finder._words, of_text
        self.block_starts = [b.start for b in blocks]
        self.quotations = [q for q in quotations if not self._in_block(q.start)]
        self.q_starts = [q.start for q in self.quotations]
        self.hits = [h for h in hits if not self._in_block(h[0])]
        self.hit_starts = [h[0] for h in self.hits]
        self.speakers = Speakers(text)

    def rows(self) -> list[Speech]:
        found: list[Speech] = []
        if self.part == "title":
            found.extend(Speech(*row) for row in find_headline_speech(self.text))
        found.extend(self._block_rows())
        carried: Speech | None = None
        at_quote = 0
        for stretch in self._stretches():
            low = bisect_left(self.hit_starts, stretch.start)
            high = bisect_left(self.hit_starts, stretch.end, low)
            first_quote = at_quote
            while at_quote < len(self.quotations) and self.quotations[at_quote].start < stretch.end:
                at_quote += 1
            inside = self.quotations[first_quote:at_quote]
            hits = self.hits[low:high]
            if not inside and (not hits or all(cues[0].frame == "marks" for _, _, cues in hits)):
                continue
            stops = self._real_stops(stretch)
            tokens = Tokens(self.text, stretch.start, stretch.end, inside, stops, self.of_text)
            uses = find_uses(tokens, hits, self.words, self.part == "title")
            named: dict[int, _NamedSpeaker] = {}
            reported = []
            for use in uses:
                if use.content:
                    named[id(use)] = self._speaker(tokens, use)
                for start, end in use.content:
                    row = self._reported(tokens, use, start, end, *named[id(use)])
                    if row is not None:
                        reported.append(row)
            if len(reported) > 1:
                reported = [row for row in reported if not _is_inside(row, reported)]
            found.extend(reported)
            for token, q in tokens.quotations.items():
                row = self._quoted(tokens, token, q, uses, named, reported, found, carried)
                if row is not None:
                    found.append(row)
                    carried = row if q.continues else None
        return sorted(self._name_blocks(found), key=_PLACE)

    def _block_rows(self) -> list[Speech]:
        return [
            Speech(b.start, b.end, b.kind, None, None, None, b.speaker, b.speaker_start, b.speaker_end, b.rule)
            for b in self.blocks
        ]

    def _name_blocks(self, found: list[Speech]) -> list[Speech]:
        """A block quotation behind a colon is by the speaker named last before it."""
        rows = []
        for s in found:
            last = self.speakers.last_before(s.start) if s.rule.startswith("block") else None
            rows.append(s._replace(speaker=last.name, speaker_start=last.start, speaker_end=last.end) if last else s)
        return rows

    # ---- stretches -----------------------------------------------------------------------------------------------------

    def _in_block(self, at: int) -> bool:
        i = bisect_right(self.block_starts, at) - 1
        return i >= 0 and at < self.blocks[i].end

    def _stretches(self) -> list[_Stretch]:
        """Sentences, joined where a quotation runs over their border or "he said" follows its closing mark."""
        found: list[_Stretch] = []
        text = self.text
        for s in self.sentences:
            last = found[-1] if found else None
            if last is not None and s.end - last.start <= _STRETCH_MOST and self._joins(last, s):
                found[-1] = _Stretch(last.start, s.end, (*last.stops, s.start))
            else:
                found.append(_Stretch(s.start, s.end, ()))
        if not found and text:
            found.append(_Stretch(0, len(text), ()))
        return found

    def _real_stops(self, stretch: _Stretch) -> list[int]:
        """Where sentences of a stretch begin, but for those that only go on with "he said"."""
        return [s for s in stretch.stops if not self.text[s].islower() and not self._after_question(s)]

    def _after_question(self, at: int) -> bool:
        return self.text[max(0, at - 4) : at].rstrip().rstrip("”\"’'")[-1:] in ("?", "!", ",", "…")

    def _joins(self, last: _Stretch, s: Span) -> bool:
        i = bisect_right(self.q_starts, s.start) - 1
        if i >= 0 and self.quotations[i].end > s.start and self.quotations[i].start <= last.end:
            return True
        between = self.text[last.end : s.start]
        if "\n" in between:
            return False
        if self.text[last.end - 1] not in "”\"’'":
            return False
        asked = self.text[max(last.start, last.end - 3) : last.end].rstrip("”\"’'")[-1:] in "?!,…"
        return self.text[s.start].islower() or (asked and self._cue_soon(s))

    def _cue_soon(self, s: Span) -> bool:
        # "“Was it?” Odane said." may be split behind the closing mark.
        i = bisect_right(self.hit_starts, s.start - 1)
        if i >= len(self.hits) or self.hits[i][0] - s.start > 40 or self.hits[i][2][0].frame != "clause":
            return False
        between = self.text[s.start : self.hits[i][0]]
        return "," not in between and len(between.split()) <= 4 and self.hits[i][1] < s.end

    # ---- rows ----------------------------------------------------------------------------------------------------------

    def _speaker(self, t: Tokens, use: Use) -> _NamedSpeaker:
        if use.speaker is None or use.head is None:
            return None, None, None
        start, end = t.starts[use.speaker[0]], t.ends[use.speaker[1] - 1]
        head = self.text[t.starts[use.head[0]] : t.ends[use.head[1] - 1]]
        contracted = _CONTRACTED.match(head)
        if contracted:
            # "he's predicted"
            head, end = contracted[1], start + len(contracted[1])
        return self.speakers.resolve(head, start, end), start, end

    def _reported(
        self, t: Tokens, use: Use, first: int, after: int, speaker: str | None, start: int | None, end: int | None
    ) -> Speech | None:
        while first < after and not t.is_word(first) and not t.is_quote(first):
            first += 1
        while after > first and not t.is_word(after - 1) and not t.is_quote(after - 1):
            after -= 1
        if first >= after or all(not t.is_word(k) for k in range(first, after)):
            # Nothing, or a quotation alone, which is a row of its own.
            return None
        begin, stop = t.starts[first], t.ends[after - 1]
        cue_start, cue_end = t.starts[use.first], t.ends[use.after - 1]
        if not WORD.search(self.text, begin, stop) or (begin < cue_end and cue_start < stop):
            return None
        return Speech(
            begin,
            stop,
            "reported",
            cue_start,
            cue_end,
            use.cue.stance,
            speaker,
            start,
            end,
            f"{use.rule}: {self.text[cue_start:cue_end].lower()}",
        )

    def _quoted(
        self,
        t: Tokens,
        token: int,
        q: Quotation,
        uses: list[Use],
        named: dict[int, _NamedSpeaker],
        reported: list[Speech],
        found: list[Speech],
        carried: Speech | None,
    ) -> Speech | None:
        n_words = len(WORD.findall(self.text, q.start, q.end))
        if not n_words:
            return None
        if carried is not None:
            return carried._replace(start=q.start, end=q.end, rule="quotation goes on from the paragraph before")
        use = _use_of(token, uses)
        if token and t.words[token - 1] in self.words.so_called:
            use = None
        if use is not None:
            # A cue that says nothing names nobody unless a quotation is its.
            speaker, start, end = named[id(use)] if id(use) in named else self._speaker(t, use)
            cue_start, cue_end = t.starts[use.first], t.ends[use.after - 1]
            if speaker is None and (last := self.speakers.last_before(q.start)) is not None:
                speaker, start, end = last.name, last.start, last.end
            return Speech(
                q.start,
                q.end,
                "direct",
                cue_start,
                cue_end,
                use.cue.stance,
                speaker,
                start,
                end,
                f"quotation with cue: {self.text[cue_start:cue_end].lower()}",
            )
        headline = found[0] if self.part == "title" and found and found[0].cue_start is None else None
        if headline is not None and headline.start <= q.start and q.end <= headline.end:
            return headline._replace(start=q.start, end=q.end, kind="direct", rule=f"quotation inside: {headline.rule}")
        closes = self.text[q.end - 1] in ",.?!…" and n_words > 1
        closes_like_speech = closes and self.text[q.start].isupper() and self.part == "body"
        if n_words > _SCARE_MOST or closes_like_speech:
            last = self.speakers.last_before(q.start)
            name, start, end = (last.name, last.start, last.end) if last else (None, None, None)
            return Speech(q.start, q.end, "direct", None, None, None, name, start, end, "quotation, speaker carried on")
        return Speech(
            q.start, q.end, "scare", None, None, None, None, None, None, "marks round a word or phrase, no speaker near"
        )


def _is_inside(row: Speech, rows: Sequence[Speech]) -> bool:
    """Whether a row says nothing beyond a wider one of the same speaker: "said it mourns …"."""
    return any(
        other.start <= row.start and row.end <= other.end and other.speaker == row.speaker and other[:2] != row[:2]
        for other in rows
    )


def _use_of(token: int, uses: list[Use]) -> Use | None:
    """The cue a quotation belongs to: the one whose content holds it, the narrowest; else the nearest."""
    holding = [(end - start, n) for n, use in enumerate(uses) for start, end in use.content if start <= token < end]
    if holding:
        return uses[min(holding)[1]]
    free = [use for use in uses if use.cue.frame not in ("adverb", "adjective")]
    return min(free, key=lambda use: min(abs(use.first - token), abs(token - use.after)), default=None)


__all__ = ["Speech", "SpeechFinder", "build_speech_finder", "find_speech"]
