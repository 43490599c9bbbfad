"""Which reporting forms attribute something, to whom, and what: the sentence-level rules of speech.

Nothing is parsed; the rules look at word classes left and right of a cue. Each names itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from framing.language.tokens import QUOTE, STOP, Tokens, WordClasses
from framing.lexicon import Cue


class Use(NamedTuple):
    """A reporting form used as a cue: tokens `first:after`, whose words they announce, and where these stand.

    Args:
        cue: The form, its stance and frame.
        first: Its first token.
        after: The token after its last.
        speaker: Tokens that name the speaker, None where nobody is named.
        head: The part of them before an apposition.
        content: Token ranges of what is attributed; empty for a cue that only introduces quotations.
        rule: What decided.
    """

    cue: Cue
    first: int
    after: int
    speaker: tuple[int, int] | None
    head: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    rule: str


class _Candidate(NamedTuple):
    first: int
    after: int
    cues: tuple[Cue, ...]


def find_uses(t: Tokens, hits: Sequence[tuple[int, int, tuple[Cue, ...]]], w: WordClasses, headline: bool) -> list[Use]:
    """The cues of a stretch that are used as such, in order.

    Args:
        t: The stretch.
        hits: Code points where reporting forms stand, and the cues they can be.
        w: Word classes.
        headline: True for a headline, which leaves out auxiliaries and stops.
    """
    candidates = []
    for start, end, cues in hits:
        first = t.index.get(start)
        if first is None:
            continue
        after = first + 1
        while after < len(t) and t.starts[after] < end:
            after += 1
        candidates.append(_Candidate(first, after, cues))
    return _Rules(t, candidates, w, headline).run()


class _Rules:
    """The rules share the stretch and what was found before; nothing else is kept."""

    def __init__(self, t: Tokens, candidates: list[_Candidate], w: WordClasses, headline: bool) -> None:
        self.t, self.w, self.headline = t, w, headline
        self.words, self.n = t.words, len(t)
        self.candidates = candidates
        self.found: list[Use] = []
        self.forms = {c.first for c in candidates}

    def run(self) -> list[Use]:
        for candidate in self.candidates:
            for cue in candidate.cues:
                use = self._use(cue, candidate.first, candidate.after)
                if use is not None:
                    self.found.append(self._within_relative(use))
                    break
        return self.found

    def _within_relative(self, use: Use) -> Use:
        """ "Iran, which X accuses of …, denied …": what is said ends where the relative clause does."""
        words, w = self.words, self.w
        if use.head is None or len(use.content) != 1 or use.content[0][0] < use.first:
            return use
        first = use.head[0]
        opener = first if words[first] in w.relatives else first - 1
        if opener < 1 or words[opener] not in w.relatives or words[opener - 1] != ",":
            return use
        start, stop = use.content[0]
        for k in range(start, stop - 1):
            if words[k] == "," and (words[k + 1] in w.finite or k + 1 in self.forms or words[k + 1].endswith("ed")):
                return use._replace(content=((start, k),))
        return use

    def _use(self, cue: Cue, i: int, j: int) -> Use | None:
        if i and self.words[i - 1] in ("-", "‑") and self.t.ends[i - 1] == self.t.starts[i]:
            # "so-called" names nobody who called it so.
            return None
        if cue.frame == "to":
            return self._according_to(cue, i, j)
        if cue.frame == "noun":
            return self._noun(cue, i, j)
        if cue.frame in ("adverb", "adjective"):
            return self._hedge(cue, i, j)
        return self._verb(cue, i, j)

    # ---- verbs --------------------------------------------------------------------------------------------------------

    def _verb(self, cue: Cue, i: int, j: int) -> Use | None:
        words, w = self.words, self.w
        k, auxiliaries, negated, infinitive = self._chain(i)
        form = words[i]
        if self.t.is_capital(i) and i and not self.headline and self.t.is_word(i - 1) and cue.weak:
            # "the Islamic State": a name.
            return None
        if self._is_noun(cue, i, j, k):
            return None
        ing = form.endswith("ing")
        passive = bool(auxiliaries & w.be) and not ing
        if passive and (form.endswith("s") or (form == cue.form and form in ("say", "claim", "tell"))):
            return None
        if infinitive and not passive:
            return self._infinitive(cue, i, j, k)
        if passive:
            return self._passive(cue, i, j)
        if cue.frame == "clause":
            inverted = self._inverted(cue, i, j, k)
            if inverted is not None:
                return inverted
        speaker, head = self._subject(k, i, ing and not auxiliaries & w.be)
        if head is not None:
            first = words[head[0]]
            if head[1] - head[0] == 1 and first in w.first_person:
                # The author's own "I think" and "we know".
                return None
            if first in w.nobody or (first == "no" and negated is False):
                return None
            if head[1] - head[0] == 1 and first == "you":
                return None
        if self._is_base(cue, form) and not auxiliaries and not self._is_plural(head):
            return None
        if cue.frame != "clause":
            return self._framed(cue, i, j, speaker, head)
        parenthetical = self._parenthetical(cue, i, j, speaker, head)
        if parenthetical is not None:
            return parenthetical
        if negated and cue.stance != "distancing" and not self._that(j, self._end(i)):
            return None
        if speaker is None and i == 0 and not self.headline and not ing:
            return None
        return self._leading(cue, i, j, speaker, head, "said, then what was said")

    def _chain(self, i: int) -> tuple[int, set[str], bool, bool]:
        """The token left of a verb's auxiliaries and adverbs, these, and whether it is negated or an infinitive."""
        words, w = self.words, self.w
        k, seen, negated, infinitive = i - 1, set[str](), False, False
        while k >= 0:
            word = words[k]
            if word in w.be or word in w.auxiliaries or word.endswith("n't") or word == "not" or word == "never":
                seen.add(word)
                negated = negated or word in w.negators or word.endswith("n't")
            elif word == "to":
                infinitive = True
                seen.add(word)
            elif not (word in w.adverbs or (word.endswith("ly") and len(word) > 4 and word != "family")):
                break
            k -= 1
        return k, seen, negated, infinitive

    def _is_noun(self, cue: Cue, i: int, j: int, k: int) -> bool:
        """Forms that are as often nouns: after a determiner, a possessive or a preposition, or before "of"."""
        words, w = self.words, self.w
        form = words[i]
        if form.endswith(("ed", "aid", "old", "ote", "ing")) and not (i and words[i - 1] in w.articles and form.endswith("ing")):
            # "the suspected gunman", "the accused man": a participle before a noun.
            return bool(i) and words[i - 1] in w.articles and j < self.n and self.t.is_word(j) and words[i - 1] != "that" and form.endswith("ed")
        if not i:
            return not self.headline and cue.weak
        previous = words[i - 1]
        if previous in w.determiners and previous not in ("all", "some", "many", "most", "few", "both", "that", "this", "these", "those"):
            return True
        if previous.endswith("'s") and previous not in ("it's", "he's", "she's", "that's", "what's", "there's", "who's"):
            return True
        if previous in w.prepositions and k == i - 1 and previous != "to":
            return True
        return j < self.n and words[j] in ("of", "about", "against", "over", "was", "were", "is", "are", "has", "have", "had") and cue.frame == "clause" and " " not in cue.form and form not in ("says", "thinks", "believes")

    def _is_base(self, cue: Cue, form: str) -> bool:
        """Whether a verb stands in its bare form, which only a plural subject has."""
        return cue.frame != "object" and (form + "s" in self.w.verb_forms or form + "es" in self.w.verb_forms) and not self.headline

    def _is_plural(self, head: tuple[int, int] | None) -> bool:
        if head is None:
            return False
        last, first = self.words[head[1] - 1], self.words[head[0]]
        return (
            last.endswith("s")
            or last in self.w.plurals
            or first in self.w.plurals
            or "and" in self.words[head[0] : head[1]]
            or any(x.endswith("s") and len(x) > 3 for x in self.words[head[0] : head[1]])
        )

    def _infinitive(self, cue: Cue, i: int, j: int, k: int) -> Use | None:
        """ "went on to say that …", "used the speech to warn that …"; "refused to say" says nothing."""
        end = self._end(i)
        before = self.words[max(0, k - 1) : k + 1]
        goes_on = before[-1:] in (["on"], ["continued"], ["continues"], ["quick"], ["careful"])
        at = self._that(j, end)
        if at is None and not (goes_on or (j < self.n and (self.words[j] == QUOTE or self.words[j] == ":"))):
            return None
        if any(x in ("refused", "declined", "failed", "wants", "want", "wanted", "refuses", "declines", "going", "n't") for x in self.words[max(0, k - 2) : k + 1]):
            return None
        head = self._first_subject(k)
        if cue.frame != "clause":
            return self._framed(cue, i, j, head, head)
        return self._leading(cue, i, j, head, head, "to say")

    def _passive(self, cue: Cue, i: int, j: int) -> Use | None:
        """ "is reported to have …", "was accused of …", "it was announced that …": attributed, mostly to nobody named."""
        words, end = self.words, self._end(i)
        at = j
        speaker: tuple[int, int] | None = None
        if at < end and words[at] == "by":
            speaker = self._right_phrase(at + 1, end, stop_at_that=True)
            at = speaker[1] if speaker else at
        if at >= end:
            return Use(cue, i, j, speaker, speaker, (), "passive cue") if speaker else None
        opener = {"clause": ("to", "that"), "of": ("of",), "as": ("as",), "for": ("for",)}.get(cue.frame, ())
        if words[at] in opener or (cue.frame == "as" and cue.form in ("called", "dubbed", "termed", "labelled", "labeled", "branded", "deemed")) or (cue.form == "deemed"):
            start = at if words[at] not in ("of", "as", "for", "to") else at + 1
            stop = self._stop(start, end, i)
            return Use(cue, i, j, speaker, speaker, ((start, stop),), "passive cue")
        if cue.frame in ("clause",) and not cue.weak and self._that(j, end) is not None:
            start = self._that(j, end) or j
            return Use(cue, i, j, speaker, speaker, ((start, self._stop(start, end, i)),), "passive cue")
        if speaker or words[at] == QUOTE:
            return Use(cue, i, j, speaker, speaker, (), "passive cue")
        return None

    def _framed(
        self, cue: Cue, i: int, j: int, speaker: tuple[int, int] | None, head: tuple[int, int] | None
    ) -> Use | None:
        """accused X of …, blamed X for …, described X as …, called X …; condemned … introduces quotations only."""
        end = self._end(i)
        opener = {"of": "of", "for": "for", "as": "as"}.get(cue.frame)
        none = Use(cue, i, j, speaker, head, (), f"{cue.frame} cue")
        if opener is None:
            return none
        if cue.frame == "of" and " " in cue.form and j < end:
            return Use(cue, i, j, speaker, head, ((j, self._stop(j, end, i)),), "speaks of")
        at = self._next(opener, j, min(end, j + 16))
        if at is not None:
            return Use(cue, i, j, speaker, head, ((at + 1, self._stop(at + 1, end, i)),), f"… {opener} …")
        if cue.frame == "as" and cue.form.split("|")[0].startswith(("call", "label", "term", "dub", "brand", "deem", "describ")) and j < end and (self.words[j] not in self.w.prepositions or self.words[j] == "for"):
            return Use(cue, i, j, speaker, head, ((j, self._stop(j, end, i)),), "calls it so")
        return none

    def _leading(
        self,
        cue: Cue,
        i: int,
        j: int,
        speaker: tuple[int, int] | None,
        head: tuple[int, int] | None,
        rule: str,
    ) -> Use | None:
        words, end = self.words, self._end(i)
        start = self._content_start(j, end)
        if start is None:
            return Use(cue, i, j, speaker, head, (), "introduces a quotation")
        if words[start] == "to" and words[j] == "to":
            # "vowed to", "admitted to": an act more than words.
            return Use(cue, i, j, speaker, head, (), "introduces a quotation")
        if cue.weak and not self._opens_clause(start, end) and not self._is_document(head):
            return Use(cue, i, j, speaker, head, (), "introduces a quotation")
        stop = self._stop(start, end, i)
        boundary = self._closing_comma(i, speaker, start, stop)
        if boundary is not None:
            stop = boundary
        if stop <= start:
            return None
        return Use(cue, i, j, speaker, head, ((start, stop),), rule)

    def _is_document(self, head: tuple[int, int] | None) -> bool:
        """A poll, a report, a study: what it "found" or "shows" is what it says, clause or not."""
        return head is not None and any(x in self.w.documents for x in self.words[head[0] : head[1]])

    def _content_start(self, j: int, end: int) -> int | None:
        """Where what is said begins: settings such as "on Monday" and "in a statement" are the reporter's."""
        at = self._that(j, end)
        if at is not None:
            return at
        at = self._skip_settings(j, end)
        while at < end and self.words[at] in (",", ":"):
            at += 1
        return at if at < end else None

    def _skip_recipient(self, at: int, end: int) -> int:
        """ "told The Monday Post", "told the committee"; where what was said follows at once, nothing is skipped."""
        words, w, t = self.words, self.w, self.t
        start = at
        if words[at - 1] not in w.takes_recipient or at >= end:
            return at
        if words[at] in w.determiners:
            at += 1
        while at < end and t.is_word(at) and t.is_capital(at) and words[at] not in w.pronouns:
            at += 1
        if at < end and at - start <= 1 and words[start] in w.determiners and t.is_word(at):
            at += 1
        while at < end and words[at] in (".", "'s"):
            at += 1
        if at >= end or words[at] in (",", QUOTE, ":", "that", "if", "whether", "how", "what", "why", "when") or words[at] in w.days | w.prepositions | w.pronouns | w.articles or t.is_break(at):
            return at
        return start


    def _that(self, j: int, end: int) -> int | None:
        """The "that" that opens what is said, within twelve words and before any finite verb."""
        words, w = self.words, self.w
        for at in range(j, min(end, j + 13)):
            word = words[at]
            if word == "that":
                follows = words[at + 1] if at + 1 < end else ""
                return at if follows and follows not in w.be and follows not in w.auxiliaries else None
            if word in w.finite or word in (";", ":", QUOTE) or (word in w.relatives):
                return None
        return None

    def _skip_settings(self, at: int, end: int) -> int:
        words, w = self.words, self.w
        at = self._skip_recipient(at, end)
        for _ in range(5):
            if at >= end:
                break
            word = words[at]
            if word.endswith("ly") and len(word) > 4 or word in w.days or word in ("again", "yesterday", "today", "also", "later", "earlier", "afterward", "afterwards", "here"):
                at += 1
                continue
            if word in w.day_parts and at + 1 < end and (words[at + 1] in w.days or words[at + 1] in w.day_parts):
                at += 2
                continue
            if word in w.prepositions:
                stop = self._setting_end(at, end)
                if stop is None:
                    break
                at = stop
                continue
            if word in w.audience and at + 1 < end:
                at += 1
                if at < end and words[at] in ("news", "today", "tonight", "hosts", "host"):
                    at += 1
                continue
            if word in ("the", "a") and at + 1 < end and words[at + 1] in w.audience | w.settings:
                at += 2
                continue
            break
        return at

    def _setting_end(self, at: int, end: int) -> int | None:
        """The token after "in a statement", "at a news conference in Geneva", "on Monday", "to reporters"."""
        words, w = self.words, self.w
        last = None
        for k in range(at + 1, min(end, at + 9)):
            word = words[k]
            if (word in w.audience) if words[at] == "to" else (word in w.settings or word in w.days):
                last = k + 1
            elif word in w.finite or self.t.is_break(k) or word in ("that", QUOTE):
                break
        return last

    def _opens_clause(self, at: int, end: int) -> bool:
        words, w = self.words, self.w
        word = words[at]
        if word in ("that", "how", "what", "whether", "why", "if", "where", QUOTE, "it", "he", "she", "they", "we", "there") or words[at - 1] in (":",):
            return True
        if word in w.prepositions or word in w.subordinators or word in w.finite:
            return False
        # A subject and a finite verb soon, before any mark, are a clause: "announced the regime had fallen".
        for k in range(at, min(end, at + 9)):
            if self.t.is_break(k) or words[k] in w.relatives or words[k] in w.subordinators or words[k] in ("to", "and"):
                return False
            if words[k] in w.finite:
                return True
        return False

    def _stop(self, start: int, end: int, cue: int) -> int:
        """Where what is said ends before the sentence does."""
        words, w = self.words, self.w
        for k in range(start, end):
            if words[k] == QUOTE and k + 1 < end and (k == start or words[k + 1] == ","):
                after = k + 2 if words[k + 1] == "," else k + 1
                if after < end and words[after] in w.after_quotation:
                    return k + 1
            if words[k] != ",":
                if words[k] == "after" and k > start + 4 and words[k - 1] not in w.adverbs and QUOTE not in words[k:end]:
                    # "… said it would close after the massacre": when, in the reporter's words.
                    return k
                if words[k] == ";" and any(f > k for f in self.forms):
                    return k
                continue
            following = words[k + 1] if k + 1 < end else ""
            if following in w.adjunct_ends and k > start + 1:
                return k
            if following in ("saying", "adding", "citing", "according", "calling", "arguing", "noting", "claiming", "telling", "warning", "accusing"):
                return k
            if following in ("and", "but", "while") and self._new_attribution(k + 2, end):
                return k
        return end

    def _new_attribution(self, at: int, end: int) -> bool:
        """Whether a new subject with a cue of its own begins here: ", and the ministry said"."""
        for k in range(at, min(end, at + 8)):
            if k in self.forms and k > at:
                return not any(self.t.is_break(x) for x in range(at, k))
            if self.words[k] in self.w.be or self.t.is_break(k):
                return False
        return False

    def _closing_comma(self, i: int, speaker: tuple[int, int] | None, start: int, stop: int) -> int | None:
        """The comma that ends a subordinate or relative clause the cue stands in."""
        words, w = self.words, self.w
        if speaker is None:
            return None
        first = speaker[0]
        opener = words[first - 1] if first else ""
        if opener in ("after", "when", "because", "while", "although", "though", "if", "since", "before", "once", "until", "as") and (
            first == 1 or (first >= 2 and (self.t.is_break(first - 2) or words[first - 2] in ("and", "but", "days", "hours", "weeks", "day", "even")) and first <= 4)
        ):
            return self._next(",", start, stop)
        return None

    # ---- where the cue stands ---------------------------------------------------------------------------------------

    def _parenthetical(
        self, cue: Cue, i: int, j: int, speaker: tuple[int, int] | None, head: tuple[int, int] | None
    ) -> Use | None:
        """ "…, the ministry said." and "The raid, he said, was …"; None where the cue leads."""
        words, t = self.words, self.t
        floor = self._quote_floor(i, self._begin(i))
        if speaker is None or (not self._has_word(j, self._end(i)) and self.words[max(0, speaker[0] - 1)] != ","):
            speaker = head = self._final_subject(i, j, floor) or speaker
        if speaker is None or speaker[0] == 0 or (head and words[head[0]] in self.w.prepositions):
            return None
        mark = speaker[0] - 1
        if not (words[mark] in (",", QUOTE, "—", "–", "?", "!", "--") or (words[mark] == "-" and self.headline)):
            return None
        if mark < floor:
            return None
        end = self._end(i)
        rest = self._skip_settings(j, end)
        left_quote = self._quote_before(mark, floor)
        clause = self._is_clause(floor, mark)
        weak = cue.weak and not left_quote
        if not self._has_word(rest, end):
            if clause or left_quote or mark - floor >= 2:
                return Use(cue, i, j, speaker, head, ((floor, mark),), "…, X said")
            return None
        if weak and self._is_base(cue, words[i]):
            return None
        if words[rest] in (",", "—", "–", "--"):
            # With a setting before the comma ("On Monday, the ministry said, …") the rest is what was said.
            goes_on = self._goes_on(rest + 1, end, clause or left_quote)
            ranges = [(floor, mark)]
            if goes_on:
                ranges.append((rest + 1, self._stop(rest + 1, end, i)))
            if not clause and not left_quote and self._is_setting(floor, mark):
                ranges = ranges[1:]
            return Use(cue, i, j, speaker, head, tuple(ranges), "…, X said, …")
        if self._that(j, end) is not None and not left_quote:
            return None
        if left_quote or (clause and not weak and (words[rest] in self.w.adjuncts or words[rest] in (";", "and", "but"))):
            return Use(cue, i, j, speaker, head, ((floor, mark),), "…, X said")
        return None

    def _quote_floor(self, i: int, floor: int) -> int:
        """Behind a colon only the quotation is the speaker's: 'He had doubts: "It will not last," he predicted.' """
        for k in range(i - 1, floor, -1):
            if self.words[k] == QUOTE:
                return k if self.words[k - 1] == ":" else floor
        return floor

    def _final_subject(self, i: int, j: int, floor: int) -> tuple[int, int] | None:
        """All between the last comma and a cue that ends the sentence: "…, the head of the service he had worked for said." """
        if self._has_word(self._skip_settings(j, self._end(i)), self._end(i)):
            return None
        mark = self._last_break(i, floor)
        first = mark + 1
        if mark <= floor or self.words[mark] != "," or not 1 < i - first <= 20:
            return None
        named = self.words[first] in self.w.determiners or self.t.is_capital(first)
        return (first, i) if named else None

    def _inverted(self, cue: Cue, i: int, j: int, k: int) -> Use | None:
        """ "…, said the ministry"; None where the words behind the cue are what was said."""
        words, t, w = self.words, self.t, self.w
        if k != i - 1 or not i or words[i].endswith("ing") or words[i] in w.takes_recipient:
            return None
        mark = i - 1
        if not (words[mark] in (",", QUOTE, "—", "–", "?", "!", "--") or (self.headline and words[mark] in (":", "-"))):
            return None
        floor, end = self._quote_floor(i, self._begin(i)), self._end(i)
        if j >= end or mark < floor or not (t.is_word(j) and (t.is_capital(j) or words[j] in w.determiners or words[j] in w.pronouns or self.headline or words[j].endswith("s"))):
            return None
        if words[j] == "that" or words[j] in w.days or self._that(j, end) is not None:
            return None
        if words[mark] == "," and not self._quote_before(mark, floor):
            aside = self._last_break(mark, floor)
            if words[aside + 1] in w.articles | w.relatives and aside > floor and not t.has(w.finite, floor, aside):
                # "X, the group's leader, said …": the comma closes an apposition.
                return None
            before = self._last_break(aside, floor)
            if aside > floor and words[aside] == "," and not t.has(w.finite, before + 1, mark):
                return None
            if words[aside + 1] in w.relatives:
                return None
        phrase = self._right_phrase(j, end)
        if phrase is None or t.has(w.finite, *phrase):
            return None
        follows = phrase[1]
        if follows < end and words[follows] in w.finite and not self._quote_before(mark, floor):
            return None
        head = phrase
        whole = self._with_apposition(phrase, end)
        ranges = [(floor, mark)] if mark > floor or words[mark] == QUOTE else []
        if words[mark] == QUOTE:
            ranges = [(floor, mark + 1)]
        return Use(cue, i, j, whole, head, tuple(ranges), "…, said X")

    def _quote_before(self, mark: int, floor: int) -> bool:
        """Whether a quotation ends right before a mark, or is the mark."""
        return self.words[mark] == QUOTE or (mark - 1 >= floor and self.words[mark - 1] == QUOTE)

    def _is_clause(self, start: int, end: int) -> bool:
        words, w = self.words, self.w
        while start < end and not self.t.is_word(start) and words[start] != QUOTE:
            start += 1
        if end - start < 3 and QUOTE not in words[start:end]:
            return False
        first = words[start] if start < end else ""
        if first in w.prepositions or first in ("as", "when", "while", "after", "before", "since", "if", "although", "though", "following", "despite", "because", "asked", "meanwhile", "earlier", "later", "still"):
            at = self._next(",", start, end)
            return at is not None and self._is_clause(at + 1, end)
        return self.t.has(w.finite, start, end) or QUOTE in words[start:end] or any(
            x.endswith(("ed", "s")) for x in words[start + 1 : end]
        )

    def _is_setting(self, start: int, end: int) -> bool:
        first = self.words[start]
        return first in self.w.prepositions or first in self.w.adverbs or first in (
            "as", "when", "while", "after", "before", "since", "if", "although", "though", "following", "meanwhile", "however", "still",
        )

    def _goes_on(self, at: int, end: int, complete: bool) -> bool:
        """Whether what stands behind "…, he said," is his too."""
        if at >= end or not self._has_word(at, end):
            return False
        first = self.words[at]
        if not complete:
            return True
        return first not in self.w.adjuncts and first not in self.w.relatives and not first.endswith("ing")

    # ---- speakers -----------------------------------------------------------------------------------------------------

    def _subject(self, k: int, i: int, participle: bool) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """The words that name who speaks, ending at a token: all of them, and those before an apposition."""
        words, w = self.words, self.w
        if k < 0:
            return None, None
        if words[k] == "," and participle:
            before = self.found[-1] if self.found else None
            if before and before.speaker:
                return before.speaker, before.head
            first = self._first_subject(k)
            return first, first
        if words[k] == ",":
            last = k
            for _ in range(4):
                opened = self._last_break(last, 0)
                if opened < 0 or words[opened] != ",":
                    break
                inner = words[opened + 1]
                if not (inner in w.articles or inner in w.relatives or inner in w.prepositions or inner[:1].isdigit() or inner in ("now", "then", "also", "formerly", "himself", "including", "speaking") or self.t.is_capital(opened + 1) or opened > 0):
                    break
                head = self._phrase_left(opened - 1)
                age = head is not None and (words[head[0]][:1].isdigit() or words[head[0]] in w.relatives or words[head[0]] in ("a", "an", "one")) and head[0] and words[head[0] - 1] == ","
                if head is not None and not age:
                    return (head[0], k), head
                last = opened
            return None, None
        if words[k] in ("and", "but", "who", "which", "that") or participle:
            if words[k] in ("who", "which"):
                return (k, k + 1), (k, k + 1)
            if words[k] == "that":
                head = self._phrase_left(k - 1)
                return head, head
            first = self._first_subject(k)
            return first, first
        head = self._phrase_left(k)
        return head, head

    def _phrase_left(self, k: int) -> tuple[int, int] | None:
        """The noun phrase that ends at a token."""
        words, t, w = self.words, self.t, self.w
        if words[k] in w.subject_pronouns:
            return k, k + 1
        at = k
        while at >= 0:
            word = words[at]
            if word == QUOTE:
                q = t.quotations[at]
                if q.end - q.start > 30 or at == k or t.text[q.end - 1] in ".,?!":
                    break
            elif word == ")":
                # "Harry Reid (D-Nev.)"
                opened = self._opening_bracket(at)
                if opened is None or at - opened > 8:
                    break
                at = opened
            elif word in w.finite and at != k:
                opened = self._relative_before(at)
                if opened is None:
                    break
                at = opened
            elif t.is_break(at) or (at != k and word in w.relatives):
                break
            elif word in w.subordinators and word not in ("for", "than", "or"):
                break
            elif word == "and" and (t.has(w.finite, self._last_break(at, 0) + 1, at) or any(x.endswith("ed") for x in words[self._last_break(at, 0) + 1 : at])):
                break
            elif at == k and word in w.relatives:
                return at, at + 1
            at -= 1
        start, stop = at + 1, k + 1
        while start < stop and (words[start] in w.adverbs or words[start] in ("and", "but", "meanwhile", "still", "or", "then", "however", "nor") or not (t.is_word(start) or words[start] == QUOTE)) and words[start] not in ("all", "both", "one"):
            start += 1
        start = self._after_setting(start, stop)
        return (start, stop) if start < stop else None

    def _relative_before(self, at: int) -> int | None:
        """The "who" or "that" whose clause a verb stands in: "friends who have seen him"."""
        for k in range(at - 1, max(0, at - 12), -1):
            if self.t.is_break(k) or self.words[k] == QUOTE:
                return None
            if self.words[k] in ("who", "which", "that", "whose"):
                return k if self.t.is_word(k - 1) and self.words[k - 1] not in self.w.finite and k - 1 not in self.forms else None
        return None

    def _opening_bracket(self, at: int) -> int | None:
        for k in range(at - 1, max(-1, at - 12), -1):
            if self.words[k] == "(":
                return k
        return None

    def _after_setting(self, start: int, stop: int) -> int:
        """ "On Monday the ministry": the phrase begins behind the setting."""
        words, w = self.words, self.w
        if start < stop and words[start] in w.days:
            return min(start + 1, stop - 1)
        if start >= stop or words[start] not in w.prepositions | {"last", "earlier", "late", "early", "this"}:
            return start
        for at in range(start + 2, stop):
            if words[at] in w.determiners or words[at] in w.pronouns or words[at - 1] in w.days or words[at - 1] in w.settings or words[at - 1] in ("week", "month", "year"):
                return at
        return start

    def _first_subject(self, before: int) -> tuple[int, int] | None:
        """The sentence's first noun phrase: whose words a participle or a second verb introduces."""
        words, t, w = self.words, self.t, self.w
        start = self._begin(before)
        if start + 1 < before and words[start + 1] == ",":
            start += 2
        if start < before and words[start] in w.prepositions | w.subordinators:
            comma = self._next(",", start, before)
            if comma is None:
                return None
            start = comma + 1
        stop = start
        while stop < before and not (t.is_break(stop) or words[stop] in w.finite or words[stop] == QUOTE or words[stop] in w.relatives or (words[stop].endswith("ed") and stop > start) or stop in self.forms):
            stop += 1
        return (start, stop) if 0 < stop - start <= 10 else None

    def _right_phrase(self, j: int, end: int, *, stop_at_that: bool = False) -> tuple[int, int] | None:
        """The noun phrase that begins at a token."""
        words, t, w = self.words, self.t, self.w
        at = j
        while at < end and at - j < 16:
            word = words[at]
            if word == QUOTE or t.is_break(at) or word in w.relatives or word in w.finite:
                break
            if at > j and (word in w.subordinators - {"for", "or", "than"} or word in w.days or (word in ("in", "on", "at", "during", "after", "to", "last", "late", "early", "via", "through", "by", "with", "from") and not (self.t.is_capital(at - 1) and word in ("in", "of", "at", "from") and at + 1 < end and self._short_place(at + 1)))):
                break
            at += 1
        return (j, at) if at > j else None

    def _short_place(self, at: int) -> bool:
        return self.words[at] == "the" and False

    def _with_apposition(self, phrase: tuple[int, int], end: int) -> tuple[int, int]:
        words, w = self.words, self.w
        at = phrase[1]
        if at + 1 >= end or words[at] != "," or not self.t.is_word(at + 1):
            return phrase
        stop = at + 1
        while stop < end and not self.t.is_break(stop) and words[stop] != QUOTE:
            stop += 1
        first = words[at + 1]
        if first in w.relatives:
            return phrase[0], stop
        if first in w.prepositions | w.subordinators | {"and", "adding"} or first.endswith("ing") or first in w.adverbs:
            return phrase
        if self.t.has(w.finite, at + 1, stop) or any(x.endswith("ed") for x in words[at + 2 : stop]) or any(at < f < stop for f in self.forms):
            return phrase
        return phrase[0], stop

    # ---- other frames -------------------------------------------------------------------------------------------------

    def _according_to(self, cue: Cue, i: int, j: int) -> Use | None:
        words, floor, end = self.words, self._begin(i), self._end(i)
        if j >= end:
            return None
        phrase = self._source_phrase(j, end)
        if phrase is None:
            return None
        whole = self._with_apposition(phrase, end)
        if whole[1] == end and not any(self.t.is_word(k) for k in range(floor, i)):
            whole = phrase
        lead = [k for k in range(floor, i) if self.t.is_word(k)]
        comma = whole[1] if whole[1] < end and words[whole[1]] == "," else None
        if cue.form in ("citing", "quoting"):
            return Use(cue, i, j, whole, phrase, ((floor, self._before_mark(i)),) if len(lead) > 2 and words[i - 1] == "," and False else (), "citing")
        if len(lead) <= 1:
            start = (comma + 1) if comma is not None else whole[1]
            return Use(cue, i, j, whole, phrase, ((start, self._stop(start, end, i)),), "according to X, …") if start < end else None
        ranges = [(floor, self._before_mark(i))]
        if comma is not None and self._goes_on(comma + 1, end, self._is_clause(floor, i)) and words[comma + 1] not in ("and", "but", "while"):
            ranges.append((comma + 1, self._stop(comma + 1, end, i)))
        return Use(cue, i, j, whole, phrase, tuple(ranges), "…, according to X")

    def _source_phrase(self, j: int, end: int) -> tuple[int, int] | None:
        """What follows "according to": to the next mark or finite verb."""
        words, t, w = self.words, self.t, self.w
        at = j
        while at < end and not t.is_break(at) and at - j < 25 and words[at] not in w.relatives and words[at] not in ("but", "while", "because"):
            at += 1
        return (j, at) if at > j else None

    def _before_mark(self, i: int) -> int:
        return i - 1 if i and self.t.is_break(i - 1) else i

    def _noun(self, cue: Cue, i: int, j: int) -> Use | None:
        """ "claims that …", "reports of …", and whose: a possessive before or "by X" behind."""
        words, w, end = self.words, self.w, self._end(i)
        if j >= end:
            return None
        speaker: tuple[int, int] | None = None
        k = i - 1
        if i and (words[k] in ("his", "her", "their", "its")):
            speaker = (k, k + 1)
        else:
            while k >= max(0, i - 3) and not self.t.is_break(k) and words[k] not in w.determiners:
                if words[k].endswith(("'s", "s'")) or words[k].endswith("'"):
                    head = self._phrase_left(k)
                    speaker = head
                    break
                if words[k] in ("his", "her", "their", "its"):
                    speaker = (k, k + 1)
                    break
                k -= 1
        at = j
        if words[at] in ("by", "from") and at + 1 < end:
            by = self._right_phrase(at + 1, end, stop_at_that=True)
            if by is not None:
                speaker, at = by, by[1]
        if at < end and words[at] == "," and at + 1 < end:
            pass
        if at < end and words[at] == "that":
            if cue.weak and words[at + 1 : at + 2] and words[at + 1] in w.finite:
                return None
            stop = self._stop(at, end, i)
            return Use(cue, i, j, speaker, speaker, ((at, stop),), "… that …")
        if at < end and words[at] == "of" and not cue.weak and at == j:
            stop = at + 1
            if words[stop] in ("the", "his", "its", "their", "her", "this", "these", "those"):
                # "the claims of the regime" are the regime's.
                return None
            while stop < end and stop - at < 14 and not (self.t.is_break(stop) or words[stop] in w.finite or words[stop] in w.subordinators or words[stop] in w.relatives):
                stop += 1
            return Use(cue, i, j, speaker, speaker, ((at + 1, stop),), "… of …") if stop > at + 1 else None
        if at < end and words[at] in (":", QUOTE) and i and (words[i - 1] in w.articles or speaker):
            return Use(cue, i, j, speaker, speaker, (), "introduces a quotation")
        return None

    def _hedge(self, cue: Cue, i: int, j: int) -> Use | None:
        """ "allegedly killed …", "alleged terrorists": attributed to nobody named."""
        words, w, end = self.words, self.w, self._end(i)
        if cue.frame == "adverb":
            stop = j
            while stop < end and not (self.t.is_break(stop) or words[stop] in w.subordinators or words[stop] in w.relatives):
                stop += 1
        else:
            if i and (words[i - 1] in w.be or words[i - 1] in w.auxiliaries):
                return None
            stop = j
            while stop < end and stop - j < 4 and self.t.is_word(stop) and words[stop] not in w.prepositions and words[stop] not in w.finite and words[stop] not in ("and", "or"):
                stop += 1
            if stop == j or not words[j][:1].isalpha() or words[j] in w.determiners:
                return None
        return Use(cue, i, j, None, None, ((j, stop),), "cue without a speaker") if stop > j else None

    # ---- looking left and right ----------------------------------------------------------------------------------------

    def _begin(self, i: int) -> int:
        """The stretch's first token, or the one behind the bracket or semicolon before a token."""
        depth = 0
        for k in range(i - 1, -1, -1):
            if self.words[k] in (")", "]"):
                depth += 1
            elif self.words[k] in ("(", "["):
                if not depth:
                    return k + 1
                depth -= 1
            elif self.words[k] == STOP or (self.words[k] == ";" and not depth):
                return k + 1
        return 0

    def _end(self, i: int) -> int:
        """The end of the stretch, or the bracket that closes around a token."""
        depth = 0
        for k in range(i, self.n):
            if self.words[k] in ("(", "["):
                depth += 1
            elif self.words[k] in (")", "]"):
                if not depth:
                    return k
                depth -= 1
            elif self.words[k] == STOP:
                return k
        return self.n

    def _last_break(self, at: int, floor: int) -> int:
        for k in range(at - 1, floor - 1, -1):
            if self.t.is_break(k):
                return k
        return floor - 1

    def _next(self, word: str, start: int, end: int) -> int | None:
        for k in range(start, end):
            if self.words[k] == word:
                return k
        return None

    def _has_word(self, start: int, end: int) -> bool:
        return any(self.t.is_word(k) or self.words[k] == QUOTE for k in range(start, end))
