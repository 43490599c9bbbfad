"""Whose words: direct quotation, reported speech and scare quotes, each with its cue and speaker.

`find_speech` works sentence by sentence on quotation marks and reporting cues. It does not parse; each row names
the rule that made it, so that a wrong one can be traced.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from framing.language.match import build_literal_finder
from framing.language.quotes import Quotation, find_quotations
from framing.language.segment import Span
from framing.lexicon import Cue, Lexicon

#: A quotation without a cue of its own belongs to the speaker before it only within this many characters.
_CARRIED_MOST = 1_500


class Speech(NamedTuple):
    """Somebody else's words: code points `start:end`, marks left out."""

    start: int
    end: int
    kind: str
    cue_start: int | None
    cue_end: int | None
    cue_stance: str | None
    speaker: str | None
    rule: str


class _Cue(NamedTuple):
    start: int
    end: int
    cue: Cue


_TOKEN = re.compile(r"[\w'’.-]*\w")
_DETERMINERS = frozenset(
    [
        "that",
        "the",
        "a",
        "an",
        "of",
        "its",
        "his",
        "her",
        "their",
        "our",
        "my",
        "your",
        "these",
        "those",
        "this",
        "such",
        "no",
        "any",
        "some",
        "all",
        "many",
        "other",
        "new",
        "earlier",
        "similar",
        "conflicting",
        "in",
        "for",
        "with",
        "from",
        "by",
        "united",
        "member",
        "gulf",
        "arab",
        "western",
        "two",
        "three",
        "several",
    ]
)
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
# Forms that are as often nouns; after a determiner or before "of" they are.
_NOUNS = frozenset(
    [
        "reports",
        "report",
        "claims",
        "claim",
        "fears",
        "fear",
        "hopes",
        "hope",
        "notes",
        "note",
        "calls",
        "call",
        "states",
        "state",
        "post",
        "comments",
        "comment",
        "demands",
        "demand",
        "remarks",
        "promise",
        "promises",
        "pledge",
        "pledges",
        "vow",
        "vows",
        "term",
        "terms",
        "label",
        "labels",
        "brand",
        "brands",
        "rule",
        "estimate",
        "estimates",
        "joke",
        "jokes",
        "reveal",
        "thought",
        "say",
        "feel",
        "reply",
        "praise",
        "praises",
        "blast",
        "moan",
        "suspect",
        "suspects",
        "respects",
        "hail",
        "promise",
        "shout",
        "quoting",
        "posted",
        "judge",
        "warning",
        "boast",
        "boasts",
        "believe",
        "reveals",
        "post",
        "ruling",
        "concern",
        "address",
    ]
)
# Forms that lead to what was said only with "that", a colon or a comma: they have other uses too often.
_WEAK = frozenset(
    [
        "state",
        "states",
        "term",
        "terms",
        "post",
        "posted",
        "rule",
        "ruled",
        "suspect",
        "suspects",
        "suspected",
        "estimate",
        "estimated",
        "label",
        "brand",
        "respond",
        "responds",
        "responded",
        "fear",
        "fears",
        "feared",
        "feel",
        "feels",
        "felt",
        "write",
        "writes",
        "wrote",
        "hope",
        "hopes",
        "hoped",
        "note",
        "recall",
        "recalls",
        "ask",
        "asks",
        "asked",
        "demand",
        "demands",
        "demanded",
        "report",
        "reported",
        "believe",
        "thought",
        "judge",
        "judged",
        "prove",
        "proved",
        "agree",
        "agrees",
        "agreed",
        "announce",
        "announced",
        "indicate",
        "indicates",
        "indicated",
        "observe",
        "observed",
        "promise",
        "promises",
        "promised",
        "pledge",
        "pledges",
        "pledged",
        "vow",
        "vows",
        "vowed",
        "urge",
        "urges",
        "urged",
        "confirm",
        "confirmed",
        "reveal",
        "revealed",
        "reveals",
    ]
)
_THAT_SOON = re.compile(r"\s*(?:[\w’'.-]+\s+){0,4}?that\b|\s*:|\s+(?:he|she|they|it|we|there)\b")
_NOUN_AFTER = re.compile(r"\s*(?:have|has|had|is|are|was|were|been)\b")
_HEADLINE_SPEAKER = re.compile(
    r"((?:[A-Z][\w.’'-]*|U\.S\.|of|the|and|for|director|chief|minister|officials?|police|army|report|source|study|poll|president)(?:\s+|(?=:))){1,6}:\s+(?=\S)"
)
_HEADLINE_LABEL = re.compile(
    r"(?:opinion|analysis|video|watch|live|exclusive|breaking|correction|editorial|column|explainer|update|updates|photos|review|fact check|report|poll|interview|letter|the|why|how)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:\s*\b(?:has|have|had|also|later|then|repeatedly|did|do|does|not|will|would|could|may|might|should|previously|earlier|"
    r"reportedly|recently|further|even|publicly|privately|himself|herself|itself|themselves|who|which|is|are|was|were|again|now|once)\b)+\s*\Z",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:“”\"—–]|\b(?:and|but|while|as|after|when|that|because|although|though|before|if|yet|or)\b\s", re.IGNORECASE
)
_AND = re.compile(r"\band\b")
_DAY = r"(?:(?:on\s+|late\s+|early\s+|last\s+|this\s+)*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:\s+(?:morning|evening|night|afternoon))?|yesterday|today|tonight)"
_SETTING = re.compile(
    r"\s*,?\s*(?:"
    + _DAY
    + r"|(?:in|at|during|after|through|via|on)\s+(?:an?|the|his|her|its|their|state|social)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:statement|interview|conference|briefing|speech|tweet|post|address|report|letter|video|message|television|media|radio|meeting|call|hearing|appearance)"
    r"|to\s+(?:reporters|journalists)|(?:[A-Z]\w+|reporters|journalists|the\s+[A-Z]\w+|a\s+news\s+conference|me|us|him|her|them)(?=\s+(?:that|on|in|at|"
    + _DAY
    + r"))"
    r")",
)
_THAT = re.compile(r"\s*(?:[\w’'.-]+\s+){0,10}?that\b")
_TO_INFINITIVE = re.compile(r"\s*to\s")
_OF = re.compile(r"[^.;:]{0,160}?\bof\b")
_AS = re.compile(r"[^.,;:]{0,100}?\bas\b")
_AS_SOON = re.compile(r"\s+(?:\w+ly\s+)?as\b")
_PREPOSITION = re.compile(r"\s*(?:of|about|on|in|for|from|at|with|by|against|over|into|between)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.]\s|[.;]?\Z")
_INVERTED = re.compile(r"\s*(?:[A-Z]|the\b|a\b|an\b|one\b|his\b|her\b|its\b)")
_APPOSITION = re.compile(r"\s*(?:an?|the|who|which|whose|his|her|its|one|\d+)\b")
# A full stop behind a word of more than three letters; "Gen." and "J." end no sentence.
_SENTENCE_BORDER = re.compile(r"\w{4}[.!?;]|[!?;]")
_CUE_AFTER_MOST = 60
_ADVERB = re.compile(r"\s*\w+ly\b")
_PRONOUN = re.compile(
    r"(?:he|she|they|it|we|i|the (?:statement|ministry|group|army|spokes(?:man|woman|person)|official|officials|minister|report|source|sources))\Z",
    re.IGNORECASE,
)
_WORDY = re.compile(r"\w+(?:['’-]\w+)*")


def build_speech_finder(lexicon: Lexicon) -> Callable[[str, list[Span], str], list[Speech]]:
    """A function from a text and its sentences to the speech in it; see `find_speech`."""
    return _build(lexicon.cues)


def find_speech(text: str, sentences: list[Span], part: str, lexicon: Lexicon) -> list[Speech]:
    """Which words of a text are somebody else's, in order of their start.

    A reader would get wrong: *reported* says that content is attributed, not that the speaker chose the words.

    Args:
        text: Title or body as stored.
        sentences: Its sentences.
        part: title or body; headlines have rules of their own.
        lexicon: Gives the reporting cues.

    Example:
        >>> from framing.lexicon import read_lexicon
        >>> text = "The group said it mourns the martyrdom of four members."
        >>> [(s.kind, s.speaker) for s in find_speech(text, [Span(0, 55)], "body", read_lexicon("conflict"))]
        [('reported', 'The group')]
    """
    return _build(lexicon.cues)(text, sentences, part)


@lru_cache(maxsize=4)
def _build(cues: tuple[Cue, ...]) -> Callable[[str, list[Span], str], list[Speech]]:
    find_literals = build_literal_finder(tuple(cue.form for cue in cues))

    def find(text: str, sentences: list[Span], part: str) -> list[Speech]:
        quotations = find_quotations(text)
        hits = [_Cue(start, end, cues[i]) for start, end, i in find_literals(text)]
        if not quotations and not hits and part == "body":
            return []
        return _Finder(text, sentences, part, quotations, hits).run()

    return find


class _Finder:
    """One text's speech; a class only because its steps share the text, its marks and the last speaker."""

    def __init__(
        self, text: str, sentences: list[Span], part: str, quotations: list[Quotation], cues: list[_Cue]
    ) -> None:
        self.text, self.sentences, self.part, self.quotations = text, sentences, part, quotations
        self.starts = [s.start for s in sentences]
        self.q_starts = [q.start for q in quotations]
        self.cues = [c for c in cues if not self._quoted(c.start) and self._is_cue(c)]
        self.cue_starts = [c.start for c in self.cues]
        self.last_speaker: str | None = None
        self.said_at: list[tuple[int, str]] = []
        self.speakers: dict[int, str | None] = {}

    def run(self) -> list[Speech]:
        reported = self._headline() if self.part == "title" else []
        for sentence, cues in self._by_sentence():
            reported.extend(self._reported(sentence, cues))
        return sorted([*self._quoted_speech(reported), *reported], key=lambda s: (s.start, s.end, s.kind))

    def _quoted(self, at: int) -> bool:
        i = bisect_right(self.q_starts, at) - 1
        return i >= 0 and at < self.quotations[i].end

    def _by_sentence(self) -> list[tuple[Span, list[_Cue]]]:
        groups: dict[int, list[_Cue]] = {}
        for cue in self.cues:
            i = bisect_right(self.starts, cue.start) - 1
            if i >= 0 and cue.start < self.sentences[i].end:
                groups.setdefault(i, []).append(cue)
        return [(self.sentences[i], cues) for i, cues in sorted(groups.items())]

    def _is_cue(self, hit: _Cue) -> bool:
        """Whether a reporting form is used as one here: no noun, no infinitive, no name."""
        text = self.text
        surface = text[hit.start : hit.end]
        before = text[max(0, hit.start - 40) : hit.start]
        if before.endswith(("-", "‑")):
            # "so-called" names nobody who called it so.
            return False
        previous = _TOKEN.findall(before)
        last = previous[-1].lower() if previous and before[-1:].isspace() else ""
        if surface[0].isupper() and last and surface.lower() in _NOUNS and self.part == "body":
            return False
        if hit.cue.frame == "to":
            return True
        if (
            last in ("to", "can", "cannot", "could", "must", "not")
            and surface.lower() == hit.cue.form
            and not hit.cue.form.endswith(("s", "d"))
        ):
            return False
        if surface.lower() in _NOUNS:
            if last in _DETERMINERS or last.endswith(("'s", "’s")) or _NOUN_AFTER.match(text, hit.end):
                return False
            if _PREPOSITION.match(text, hit.end) and hit.cue.frame == "clause":
                return False
        return True

    def _reported(self, sentence: Span, cues: list[_Cue]) -> list[Speech]:
        found: list[Speech] = []
        covered_to = sentence.start
        for hit in cues:
            if hit.start < covered_to and found and found[-1].rule != "trailing":
                continue
            for row in self._one(sentence, hit):
                if row.end > row.start and _WORDY.search(self.text, row.start, row.end):
                    found.append(row)
                    covered_to = max(covered_to, row.end)
        return found

    def _one(self, sentence: Span, hit: _Cue) -> list[Speech]:
        text, cue = self.text, hit.cue
        before = text[sentence.start : hit.start]
        end = self._content_end(sentence, hit)
        words_before = _TOKEN.findall(before)
        last = words_before[-1].lower() if words_before else ""
        if cue.frame == "to":
            return self._according_to(sentence, hit, end)
        passive = last in _BE
        if passive and not hit.cue.form.endswith(("d", "n", "told", "thought", "felt")):
            return []
        if cue.frame == "object":
            # "condemned the aggression": the act is told in the reporter's words; such verbs only introduce quotations.
            return []
        if passive:
            # "is reported to have …", "was accused of …": attributed, to nobody named.
            opener = _TO_INFINITIVE.match(text, hit.end) or (
                cue.frame in ("of", "as") and (_OF if cue.frame == "of" else _AS_SOON).match(text, hit.end)
            )
            if opener:
                return [self._row(hit, opener.end(), end, None, "passive cue")]
            if cue.frame != "clause" or not _THAT.match(text, hit.end):
                return []
        if cue.frame == "clause":
            trailing = self._trailing(sentence, hit, end)
            if trailing is not None:
                return trailing
        if not words_before and self.part == "body":
            return []
        if cue.frame == "clause" and _TO_INFINITIVE.match(text, hit.end, end):
            # "vowed to", "admitted to": an act more than words.
            return []
        if cue.form in _WEAK and not _THAT_SOON.match(text, hit.end, end):
            return []
        speaker = None if passive else self._subject(sentence.start, hit.start)
        start = self._content_start(hit, end)
        if start is None:
            return []
        if cue.frame == "as":
            stop = _CLAUSE_END.search(text, start, end)
            end = stop.start() if stop else end
        self._remember(hit, speaker)
        return [self._row(hit, start, end, speaker, f"{cue.frame} after cue")]

    def _content_start(self, hit: _Cue, end: int) -> int | None:
        """Where what is said begins: settings such as "on Monday" and "in a statement" are the reporter's."""
        text, at = self.text, hit.end
        if hit.cue.frame in ("of", "as"):
            opener = (_OF if hit.cue.frame == "of" else _AS).match(text, at, end)
            if opener:
                return opener.end()
            return at if hit.cue.frame == "as" else None
        that = _THAT.match(text, at, end)
        if that:
            return that.end()
        for _ in range(3):
            setting = _SETTING.match(text, at, end) or _ADVERB.match(text, at, end)
            if not setting:
                break
            at = setting.end()
        return at if at < end else None

    def _according_to(self, sentence: Span, hit: _Cue, end: int) -> list[Speech]:
        text = self.text
        comma = text.find(",", hit.end, end)
        lead = text[sentence.start : hit.start].strip()
        if not lead or len(lead.split()) <= 1:
            if comma < 0:
                return []
            speaker = self._clean(text[hit.end : comma])
            self._remember(hit, speaker)
            return [self._row(hit, comma + 1, end, speaker, "according to, first")]
        stop = comma if comma > 0 else end
        speaker = self._clean(text[hit.end : stop].rstrip(". "))
        self._remember(hit, speaker)
        rows = [
            self._row(
                hit,
                sentence.start,
                hit.start - (len(text[: hit.start]) - len(text[: hit.start].rstrip(" ,"))),
                speaker,
                "according to, last",
            )
        ]
        if 0 < comma < end - 1 and not re.match(r",\s*(?:who|which|whose|where)\b", text[comma : comma + 12]):
            rows.append(self._row(hit, comma + 1, end, speaker, "according to, middle"))
        return rows if hit.cue.form == "according to" else []

    def _trailing(self, sentence: Span, hit: _Cue, end: int) -> list[Speech] | None:
        """ "…, the ministry said." and "…, said the ministry"; None where the cue leads instead."""
        text = self.text
        before = text[sentence.start : hit.start]
        cut = max(
            before.rfind(","),
            before.rfind("”"),
            before.rfind('"'),
            before.rfind("’ ") if before.endswith(" ") else -1,
            before.rfind("?"),
        )
        if cut < 0:
            return None
        subject = before[cut + 1 :].strip(" '’")
        after = text[hit.end : end]
        bare_after = after.strip(" .\"”'’)")
        closed = before.rstrip().endswith(("”", '"', "’", "'")) and not subject
        inverted = closed or (
            not subject
            and hit.cue.form.endswith(("d", "s"))
            and bool(_INVERTED.match(after))
            and not _APPOSITION.match(before[before.rfind(",", 0, cut) + 1 : cut])
        )
        if subject and (len(subject.split()) > 8 or _CLAUSE.search(_AND.sub(" ", subject) + " ")):
            return None
        if not subject and not inverted:
            return None
        closes = before.rstrip()[: cut + 1].endswith(("”", '"'))
        ends_here = (
            not bare_after or after.lstrip()[:1] in (",", ";") or (_SETTING.match(after) and not _THAT.match(after))
        )
        if subject and not (ends_here or closes):
            return None
        if subject and _THAT.match(after) and not closes:
            return None
        lead = before[:cut]
        if subject and not closes and bare_after and not self._is_clause(lead):
            return None
        if inverted:
            stop = re.search(r"[,.;:“\"]", after)
            speaker = self._clean(after[: stop.start()] if stop else after)
        else:
            speaker = self._clean(_AUXILIARY.sub("", subject))
        self._remember(hit, speaker)
        rows = [self._row(hit, sentence.start, sentence.start + cut, speaker, "trailing")]
        if subject and after.lstrip()[:1] == "," and len(bare_after) > 1:
            rows.append(self._row(hit, hit.end + after.index(",") + 1, end, speaker, "trailing, goes on"))
        return rows

    def _is_clause(self, lead: str) -> bool:
        # "On Monday, the ministry said …" opens with a setting and not with what was said.
        words = lead.split()
        return len(words) >= 4 and not re.match(
            r"(?:In|On|At|During|After|Before|Since|Following|As|When|While|Meanwhile|However|Earlier|For|With|By|Despite)\b",
            lead,
        )

    def _subject(self, start: int, stop: int) -> str | None:
        piece = _AUXILIARY.sub("", self.text[start:stop].rstrip(" ,"))
        parts = [p for p in _CLAUSE.split(piece) if p and p.strip()]
        if not parts:
            return None
        chosen = parts[-1]
        # "X, a spokesman for Y, said": the name stands before the apposition.
        if (
            self.text[start:stop].rstrip().endswith(",")
            and len(parts) > 1
            and re.match(r"\s*(?:an?|the|who|which|his|her|its)\b|\s*\d", chosen)
        ):
            chosen = parts[-2]
        return self._clean(chosen)

    def _clean(self, name: str) -> str | None:
        name = re.sub(r"^\W*(?:that|and|but|also|then|where|which|who)\s+", "", name.strip(" ,;:.\"“”'‘’()\n"))
        if not name or len(name) > 120:
            return None
        return name

    def _remember(self, hit: _Cue, speaker: str | None) -> None:
        if speaker and not _PRONOUN.match(speaker):
            self.last_speaker = speaker
            insort(self.said_at, (hit.start, speaker))
        self.speakers[hit.start] = speaker

    def _content_end(self, sentence: Span, hit: _Cue) -> int:
        """The sentence's end, or the bracket's that the cue stands in."""
        opened = self.text.rfind("(", sentence.start, hit.start)
        if opened >= 0 and self.text.find(")", opened, hit.start) < 0:
            closed = self.text.find(")", hit.end, sentence.end)
            return closed if closed >= 0 else sentence.end
        return sentence.end

    def _headline(self) -> list[Speech]:
        """ "White House: …": a name and a colon before what it says."""
        match = _HEADLINE_SPEAKER.match(self.text)
        if (
            not match
            or _HEADLINE_LABEL.match(self.text)
            or self.text[: match.end()].rstrip(": ").isupper()
            or len(self.text) - match.end() < 8
        ):
            return []
        speaker = self._clean(self.text[: match.end()])
        return [
            Speech(
                match.end(),
                len(self.text.rstrip()),
                "reported",
                None,
                None,
                "neutral",
                speaker,
                "headline: name and colon",
            )
        ]

    def _row(self, hit: _Cue, start: int, end: int, speaker: str | None, rule: str) -> Speech:
        text = self.text
        while start < end and not (text[start].isalnum()):
            start += 1
        while end > start and not text[end - 1].isalnum():
            end -= 1
        if speaker and _PRONOUN.match(speaker):
            speaker = self.last_speaker or speaker
        return Speech(
            start,
            end,
            "reported",
            hit.start,
            hit.end,
            hit.cue.stance,
            speaker,
            f"{rule}: {text[hit.start : hit.end].lower()}",
        )

    def _speaker_before(self, at: int) -> str | None:
        """The last speaker named before a place, in its paragraph or the one before it."""
        i = bisect_right(self.said_at, (at, "")) - 1
        if i < 0:
            return None
        place, name = self.said_at[i]
        between = self.text[place:at]
        near = len(between) <= _CARRIED_MOST and len(re.findall(r"\n\s*", between)) <= 1
        return name if near else None

    def _quoted_speech(self, reported: list[Speech]) -> list[Speech]:
        found: list[Speech] = []
        carried: Speech | None = None
        for q in self.quotations:
            n_words = len(_WORDY.findall(self.text, q.start, q.end))
            if not n_words:
                continue
            cue = self._cue_of(q)
            ends_like_speech = self.text[q.end - 1] in ",.?!…" and n_words > 1
            if carried is not None:
                row = carried._replace(start=q.start, end=q.end, rule="quotation goes on from the paragraph before")
            elif cue is not None:
                speaker = self._speaker_of(cue)
                row = Speech(
                    q.start,
                    q.end,
                    "direct",
                    cue.start,
                    cue.end,
                    cue.cue.stance,
                    speaker,
                    f"quotation with cue: {self.text[cue.start : cue.end].lower()}",
                )
            elif (inside := next((r for r in reported if r.start <= q.start and q.end <= r.end), None)) is not None:
                row = inside._replace(start=q.start, end=q.end, kind="direct", rule=f"quotation inside: {inside.rule}")
            elif n_words > 4 or (ends_like_speech and self.part == "body"):
                speaker = self._speaker_before(q.start)
                row = Speech(q.start, q.end, "direct", None, None, None, speaker, "quotation, speaker carried on")
            else:
                row = Speech(
                    q.start,
                    q.end,
                    "scare",
                    None,
                    None,
                    None,
                    None,
                    "marks round a word or phrase, no speaker in the sentence",
                )
            found.append(row)
            carried = row if q.continues else None
        return found

    def _cue_of(self, q: Quotation) -> _Cue | None:
        """The cue nearest to a quotation within the sentences it touches, or just before a colon."""
        first = max(0, bisect_right(self.starts, q.start) - 1)
        last = max(first, bisect_right(self.starts, max(q.start, q.end - 1)) - 1)
        begin = self.sentences[first].start if self.sentences else 0
        end = self.sentences[last].end if self.sentences else len(self.text)
        # The splitter may end a sentence at the closing mark, before "he said".
        following = bisect_right(self.cue_starts, q.end)
        if following < len(self.cues) and self.cues[following].start - q.end <= _CUE_AFTER_MOST:
            between = self.text[q.end + 1 : self.cues[following].start]
            if "\n" not in between and not _SENTENCE_BORDER.search(between):
                end = max(end, self.cues[following].end)
        previous = self.sentences[first - 1] if first else None
        if previous and self.text[previous.start : previous.end].endswith(":"):
            begin = previous.start
        low = bisect_right(self.cue_starts, begin - 1)
        best: _Cue | None = None
        for cue in self.cues[low : low + 24]:
            if cue.start >= end:
                break
            if best is None or _gap(q, cue) < _gap(q, best):
                best = cue
        return best

    def _speaker_of(self, cue: _Cue) -> str | None:
        if cue.start in self.speakers:
            name = self.speakers[cue.start]
        else:
            i = max(0, bisect_right(self.starts, cue.start) - 1)
            name = self._subject(self.sentences[i].start, cue.start) if self.sentences else None
            after = self.text[cue.end : cue.end + 80]
            if (not name or not name[:1].isalnum()) and re.match(r"\s*(?:[A-Z]|the\b|a\b)", after):
                stop = re.search(r"[,.;:“\"\n]", after)
                name = self._clean(after[: stop.start()] if stop else after)
        if name and _PRONOUN.match(name):
            return self._speaker_before(cue.start) or name
        if name:
            insort(self.said_at, (cue.start, name))
        return name


def _gap(q: Quotation, cue: _Cue) -> int:
    return cue.start - q.end if cue.start >= q.end else q.start - cue.end


__all__ = ["Speech", "build_speech_finder", "find_speech"]
