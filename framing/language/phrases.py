"""Looking left and right of a word for phrases: who is named, where a setting ends, where a clause begins.

Nothing is parsed: phrases end at marks, finite verbs and the small words that part clauses.
"""

from __future__ import annotations

from functools import cached_property

from framing.language.tokens import BREAKS, QUOTE, STOP, Range, Tokens, WordClasses

_PHRASE_MOST = 16
_SOURCE_MOST = 25
_RELATIVE_MOST = 12
_BRACKET_MOST = 8
_PARTING = frozenset(["(", "[", ";", STOP])


class Phrases:
    """Phrases of one stretch.

    Args:
        t: Its tokens.
        w: Word classes.
        cues: Tokens where reporting forms begin; they end a phrase as a finite verb does.
    """

    def __init__(self, t: Tokens, w: WordClasses, cues: frozenset[int]) -> None:
        self.t, self.w, self.cues = t, w, cues
        self.words, self.n = t.words, len(t)
        self._thats: dict[tuple[int, int], int | None] = {}

    @cached_property
    def _parted(self) -> bool:
        return not _PARTING.isdisjoint(self.words)

    # ---- where a clause's surroundings begin and end ---------------------------------------------------------------

    def begin(self, i: int) -> int:
        """The sentence's first token, or the one behind the bracket or semicolon before a token."""
        if not self._parted:
            return 0
        depth = 0
        for k in range(i - 1, -1, -1):
            word = self.words[k]
            if word in (")", "]"):
                depth += 1
            elif word in ("(", "["):
                if not depth:
                    return k + 1
                depth -= 1
            elif word == STOP or (word == ";" and not depth):
                return k + 1
        return 0

    def end(self, i: int) -> int:
        """The token after the sentence, or the bracket that closes around a token."""
        if not self._parted:
            return self.n
        depth = 0
        for k in range(i, self.n):
            word = self.words[k]
            if word in ("(", "["):
                depth += 1
            elif word in (")", "]"):
                if not depth:
                    return k
                depth -= 1
            elif word == STOP:
                return k
        return self.n

    def last_break(self, at: int, floor: int) -> int:
        """The last mark before a token that parts clauses; `floor - 1` where there is none."""
        words = self.words
        for k in range(at - 1, floor - 1, -1):
            if words[k] in BREAKS:
                return k
        return floor - 1

    def next(self, word: str, start: int, end: int) -> int | None:
        """Where a word stands first in a range."""
        try:
            return self.words.index(word, start, end)
        except ValueError:
            return None

    def has_word(self, start: int, end: int) -> bool:
        """Whether a word or a quotation stands in a range."""
        return any(word == QUOTE or word[:1].isalnum() for word in self.words[start:end])

    def quote_before(self, mark: int, floor: int) -> bool:
        """Whether a quotation ends right before a mark, or is the mark."""
        return self.words[mark] == QUOTE or (mark - 1 >= floor and self.words[mark - 1] == QUOTE)

    # ---- verbs ------------------------------------------------------------------------------------------------------

    def has_past(self, start: int, end: int) -> bool:
        """Whether a form in -ed stands in a range: mostly a verb."""
        return any(x.endswith("ed") for x in self.words[start:end])

    def is_adverb(self, word: str) -> bool:
        return word in self.w.adverbs or (word.endswith("ly") and len(word) > 4 and word not in self.w.no_adverbs)

    def is_clause(self, start: int, end: int) -> bool:
        """Whether a range is a clause and no setting such as "On Monday"; a quotation is one."""
        words, w = self.words, self.w
        while start < end and not self.t.is_word(start) and not self.t.is_quote(start):
            start += 1
        quoted = QUOTE in words[start:end]
        if start >= end or (end - start < 3 and not quoted):
            return False
        if self.is_setting(start):
            comma = self.next(",", start, end)
            return comma is not None and self.is_clause(comma + 1, end)
        return (
            quoted or self.t.has(w.finite, start, end) or any(x.endswith(("ed", "s")) for x in words[start + 1 : end])
        )

    def is_setting(self, start: int) -> bool:
        """Whether what begins at a token says when, where or why, not what."""
        first = self.words[start]
        return first in self.w.prepositions or first in self.w.setting_openers

    def opens_clause(self, at: int, end: int) -> bool:
        """Whether a clause begins at a token: with "that", a question word or a subject and soon a finite verb."""
        words, w = self.words, self.w
        word = words[at]
        if word == QUOTE or word in w.clause_openers or words[at - 1] == ":":
            return True
        if word in w.prepositions or word in w.subordinators or word in w.finite:
            return False
        for word in words[at : min(end, at + 9)]:
            if word in w.no_clause:
                return False
            if word in w.finite:
                return True
        return False

    def that(self, j: int, end: int) -> int | None:
        """The "that" that opens what is said, within twelve words and before any finite verb."""
        if (j, end) not in self._thats:
            self._thats[j, end] = self._that(j, end)
        return self._thats[j, end]

    def _that(self, j: int, end: int) -> int | None:
        words, w = self.words, self.w
        for at in range(j, min(end, j + 13)):
            word = words[at]
            if word == "that":
                follows = words[at + 1] if at + 1 < end else ""
                return at if follows and follows not in w.be and follows not in w.auxiliaries else None
            if word in w.finite or word in w.relatives or word in (";", ":", QUOTE):
                return None
        return None

    # ---- settings and recipients ------------------------------------------------------------------------------------

    def skip_settings(self, at: int, end: int) -> int:
        """The token behind "on Monday", "in a statement", "to reporters" and whom something is told."""
        words, w = self.words, self.w
        at = self._skip_recipient(at, end)
        behind_setting = False
        for _ in range(6):
            if at >= end:
                break
            word = words[at]
            following = words[at + 1] if at + 1 < end else ""
            if word in w.days or word in w.times or (word.endswith("ly") and len(word) > 4):
                at += 1
            elif word in w.day_parts and (following in w.days or following in w.day_parts):
                at += 2
            elif word in w.prepositions and (stop := self._setting_end(at, end)) is not None:
                at, behind_setting = stop, True
            elif behind_setting and word in w.prepositions and following and self.t.is_capital(at + 1):
                # "in an interview with Besk Radio"
                at += 1
                while at < end and self.t.is_word(at) and self.t.is_capital(at):
                    at += 1
            elif word in w.audience and following:
                at += 2 if following in w.broadcast else 1
            elif word in ("the", "a") and (following in w.audience or following in w.settings):
                at += 2
            else:
                break
        return at

    def _setting_end(self, at: int, end: int) -> int | None:
        words, w = self.words, self.w
        last = None
        for k in range(at + 1, min(end, at + 9)):
            word = words[k]
            if (word in w.audience) if words[at] == "to" else (word in w.settings or word in w.days):
                last = k + 1
            elif last is not None or word in w.finite or self.t.is_break(k) or word in ("that", QUOTE):
                break
        return last

    def _skip_recipient(self, at: int, end: int) -> int:
        """ "told The Monday Post", "told the committee"; where what was said follows at once, nothing is skipped."""
        words, w, t = self.words, self.w, self.t
        start = at
        if at >= end or words[at - 1] not in w.takes_recipient:
            return at
        if words[at] in w.determiners:
            at += 1
        while at < end and t.is_word(at) and t.is_capital(at) and words[at] not in w.pronouns:
            at += 1
        if at < end and at - start <= 1 and words[start] in w.determiners and t.is_word(at):
            at += 1
        while at < end and words[at] in (".", "'s"):
            at += 1
        if at >= end or t.is_break(at) or words[at] in w.after_recipient:
            return at
        return at if words[at] in w.behind_recipient else start

    # ---- noun phrases -----------------------------------------------------------------------------------------------

    def left(self, k: int) -> Range | None:
        """The noun phrase that ends at a token."""
        words, t, w = self.words, self.t, self.w
        if k < 0:
            return None
        if words[k] in w.subject_pronouns or words[k] in w.relatives:
            return k, k + 1
        at = k
        while at >= 0:
            word = words[at]
            if word == QUOTE:
                q = t.quotations[at]
                if at == k or q.end - q.start > 30 or t.text[q.end - 1] in ".,?!":
                    break
            elif word == ")":
                # "Ana Holt (D-Besk)"
                opened = self._opening_bracket(at)
                if opened is None:
                    break
                at = opened
            elif word in w.finite and at != k:
                opened = self._relative_before(at)
                if opened is None:
                    break
                at = opened
            elif word in w.phrase_borders:
                break
            elif word == "and":
                first = self.last_break(at, 0) + 1
                if t.has(w.finite, first, at) or self.has_past(first, at):
                    break
            at -= 1
        start, stop = at + 1, k + 1
        while start < stop and self._leads_in(start):
            start += 1
        start = self._after_setting(start, stop)
        return (start, stop) if start < stop else None

    def _leads_in(self, at: int) -> bool:
        word = self.words[at]
        if word in ("all", "both", "one"):
            return False
        return word in self.w.adverbs or word in self.w.sentence_openers or not (self.t.is_word(at) or word == QUOTE)

    def _opening_bracket(self, at: int) -> int | None:
        for k in range(at - 1, max(-1, at - _BRACKET_MOST - 1), -1):
            if self.words[k] == "(":
                return k
        return None

    def _relative_before(self, at: int) -> int | None:
        """The "who" or "that" whose clause a verb stands in: "friends who have seen him"."""
        for k in range(at - 1, max(0, at - _RELATIVE_MOST), -1):
            word = self.words[k]
            if self.t.is_break(k) or word == QUOTE:
                return None
            if word in ("who", "which", "that", "whose"):
                before = self.words[k - 1]
                names = self.t.is_word(k - 1) and before not in self.w.finite and k - 1 not in self.cues
                return k if names else None
        return None

    def _after_setting(self, start: int, stop: int) -> int:
        """ "On Monday the ministry": the phrase begins behind the setting."""
        words, w = self.words, self.w
        if start < stop and words[start] in w.days:
            return min(start + 1, stop - 1)
        if start >= stop or (words[start] not in w.prepositions and words[start] not in w.day_parts):
            return start
        for at in range(start + 2, stop):
            ended = words[at - 1] in w.days or words[at - 1] in w.settings
            if ended or words[at] in w.determiners or words[at] in w.pronouns:
                return at
        return start

    def first_subject(self, before: int) -> Range | None:
        """The sentence's first noun phrase: whose words a participle or a second verb introduces."""
        words, t, w = self.words, self.t, self.w
        start = self.begin(before)
        if start + 1 < before and words[start + 1] == ",":
            start += 2
        if start < before and (words[start] in w.prepositions or words[start] in w.subordinators):
            comma = self.next(",", start, before)
            if comma is None:
                return None
            start = comma + 1
        stop = start
        while stop < before and not (
            t.is_break(stop)
            or t.is_quote(stop)
            or words[stop] in w.finite
            or words[stop] in w.relatives
            or (words[stop].endswith("ed") and stop > start)
            or stop in self.cues
        ):
            stop += 1
        return (start, stop) if 0 < stop - start <= 10 else None

    def right(self, j: int, end: int) -> Range | None:
        """The noun phrase that begins at a token."""
        words, w = self.words, self.w
        at = j
        while at < end and at - j < _PHRASE_MOST:
            word = words[at]
            if word in w.right_borders or (at > j and word in w.inner_borders):
                break
            at += 1
        return (j, at) if at > j else None

    def source(self, j: int, end: int) -> Range | None:
        """What follows "according to": to the next mark."""
        words, w = self.words, self.w
        at = j
        while (
            at < end
            and at - j < _SOURCE_MOST
            and not self.t.is_break(at)
            and words[at] not in w.relatives
            and words[at] not in w.contrasts
        ):
            at += 1
        return (j, at) if at > j else None

    def with_apposition(self, phrase: Range, end: int) -> Range:
        """A phrase and the apposition behind its comma: "Arlo, a colonel in the front"."""
        words, w = self.words, self.w
        at = phrase[1]
        if at + 1 >= end or words[at] != "," or not self.t.is_word(at + 1):
            return phrase
        stop = at + 1
        while stop < end and not self.t.is_break(stop) and not self.t.is_quote(stop):
            stop += 1
        first = words[at + 1]
        if first in w.relatives:
            return phrase[0], stop
        if first in w.no_apposition or first.endswith("ing"):
            return phrase
        if self.t.has(w.finite, at + 1, stop) or self.has_past(at + 2, stop):
            return phrase
        if any(at < cue < stop for cue in self.cues):
            return phrase
        return phrase[0], stop

    def before_comma(self, k: int) -> tuple[Range, Range] | None:
        """The subject an apposition stands behind, its comma at a token: all of it, and the name.

        "Odane, the group's leader," and "Syria's state agency, SANA," where the name is the apposition.
        """
        words, w, t = self.words, self.w, self.t
        last = k
        for _ in range(4):
            opened = self.last_break(last, 0)
            if opened < 0 or words[opened] != ",":
                return None
            head = self.left(opened - 1)
            if head is not None:
                first = words[head[0]]
                aside = first[:1].isdigit() or first in w.relatives or first in ("a", "an", "one")
                if not (aside and head[0] and words[head[0] - 1] == ","):
                    name = (opened + 1, last)
                    named = all(t.is_word(x) and t.is_capital(x) for x in range(*name))
                    return (head[0], k), name if named and not words[opened + 1][:1].isdigit() else head
            last = opened
        return None
