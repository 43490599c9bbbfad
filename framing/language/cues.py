"""Which reporting forms attribute something, to whom, and what: the sentence-level rules of speech.

Each rule names itself in the row it makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from framing.language.phrases import Phrases
from framing.language.tokens import BREAKS, QUOTE, Range, Tokens, WordClasses
from framing.lexicon import Cue

_OPENERS = {"of": "of", "for": "for", "as": "as", "against": "against", "with": "with", "to-do": "to"}
_DASHES = ("—", "–", "--")
_BEFORE_SUBJECT = (",", QUOTE, "?", "!", *_DASHES)
#: Where what is said can end before the sentence does.
_MAY_STOP = frozenset([QUOTE, "after", ";", ","])
#: More reporting forms than this in one sentence are no prose; the rest is not read.
_CUES_MOST = 40


class Use(NamedTuple):
    """A reporting form used as a cue: tokens `first:after`, whose words they announce, and where these stand.

    Args:
        cue: The form, its stance and frame.
        first: Its first token.
        after: The token after its last.
        speaker: Tokens that name the speaker, None where nobody is named.
        head: The part of them that is the name, without an apposition.
        content: Token ranges of what is attributed; empty for a cue that only introduces quotations.
        rule: What decided.
    """

    cue: Cue
    first: int
    after: int
    speaker: Range | None
    head: Range | None
    content: tuple[Range, ...]
    rule: str


class _Verb(NamedTuple):
    """A verb's place and what stands left of it."""

    cue: Cue
    i: int
    j: int
    end: int
    left: int
    auxiliaries: frozenset[str]
    negated: bool


def find_uses(t: Tokens, hits: Sequence[tuple[int, int, tuple[Cue, ...]]], w: WordClasses, headline: bool) -> list[Use]:
    """The cues of a stretch that are used as such, in order.

    Args:
        t: The stretch.
        hits: Code points where reporting forms stand, and the cues they can be.
        w: Word classes.
        headline: True for a headline, which leaves out auxiliaries and stops.
    """
    candidates = []
    for start, end, cues in hits[:_CUES_MOST]:
        first = t.find(start)
        if first is None:
            continue
        after = first + 1
        while after < len(t) and t.starts[after] < end:
            after += 1
        candidates.append((first, after, cues))
    if not candidates:
        return []
    rules = _Rules(t, w, frozenset([first for first, _, _ in candidates]), headline)
    return [use for first, after, cues in candidates if (use := rules.read(cues, first, after)) is not None]


class _Rules:
    """The rules for one stretch; they share it and the speaker found last."""

    def __init__(self, t: Tokens, w: WordClasses, forms: frozenset[int], headline: bool) -> None:
        self.t, self.w, self.forms, self.headline = t, w, forms, headline
        self.p = Phrases(t, w, forms)
        self.words = t.words
        self.last: Use | None = None

    def read(self, cues: Sequence[Cue], i: int, j: int) -> Use | None:
        """The first of a form's frames that fits its place and says what was said; else one that only fits."""
        if i and self.words[i - 1] in ("-", "‑") and self.t.ends[i - 1] == self.t.starts[i]:
            # "so-called" names nobody who called it so.
            return None
        found: Use | None = None
        for cue in cues:
            use = self._use(cue, i, j)
            if use is not None and (use.content or found is None):
                found = use
                if use.content:
                    break
        if found is not None:
            self.last = found = self._within_relative(found)
        return found

    def _use(self, cue: Cue, i: int, j: int) -> Use | None:
        if cue.frame == "to":
            return self._according_to(cue, i, j)
        if cue.frame == "noun":
            return self._noun(cue, i, j)
        if cue.frame in ("adverb", "adjective"):
            return self._hedge(cue, i, j)
        return self._verb(cue, i, j)

    def _within_relative(self, use: Use) -> Use:
        """ "Iran, which X accuses of …, denied …": what is said ends where the relative clause does."""
        words, w = self.words, self.w
        if use.speaker is None or len(use.content) != 1 or use.content[0][0] < use.first:
            return use
        first = use.speaker[0]
        opener = first if words[first] in w.relatives else first - 1
        start, stop = use.content[0]
        if opener < 1 or not (words[opener] in w.relatives or words[opener] == "that"):
            return use
        if words[opener - 1] != ",":
            # "an arsenal that he sees as a guarantee has …": the clause's own verb ends it.
            if use.cue.frame not in ("clause", "to") and first != opener:
                ends = (k for k in range(start + 1, stop) if words[k] in w.finite)
                return use._replace(content=((start, next(ends, stop)),))
            return use
        for k in range(start, stop - 1):
            if words[k] == "," and (words[k + 1] in w.finite or k + 1 in self.forms or words[k + 1].endswith("ed")):
                return use._replace(content=((start, k),))
        return use

    # ---- verbs ------------------------------------------------------------------------------------------------------

    def _verb(self, cue: Cue, i: int, j: int) -> Use | None:
        words = self.words
        if cue.weak and i and not self.headline and self.t.is_capital(i) and self.t.is_word(i - 1):
            # "the Islamic State": a name.
            return None
        k, auxiliaries, negated = self._chain(i)
        if self._is_noun(cue, i, j, k):
            return None
        v = _Verb(cue, i, j, self.p.end(i), k, auxiliaries, negated)
        participle = self.words[i].endswith("ing")
        following = words[j] if j < v.end else None
        # "Accused of terrorism" and "described by Odane as" are passive without "was", too.
        reduced = cue.frame != "clause" and following in ("by", _OPENERS.get(cue.frame, "by")) and following != "to"
        if not participle and (auxiliaries & self.w.be or reduced):
            return self._passive(v)
        if "to" in auxiliaries:
            return self._infinitive(v)
        if cue.frame == "clause" and (inverted := self._inverted(v)) is not None:
            return inverted
        speaker, head = self._subject(k, participle and not auxiliaries & self.w.be)
        if head is not None and self._speaks_not(head):
            return None
        doubtful = cue.weak or cue.frame != "clause" or words[i] in self.w.noun_forms
        if cue.frame in ("as", "so") and speaker == head:
            speaker = head = self._namer(speaker, v)
        if doubtful and self._is_bare(cue, i) and not auxiliaries and not self._is_plural(head):
            return None
        if cue.frame != "clause":
            named = speaker is not None or participle or self.headline
            return self._framed(v, speaker, head) if named and words[i - 1] != QUOTE else None
        parenthetical = self._parenthetical(v, speaker, head)
        if parenthetical is not None:
            return parenthetical
        if negated and cue.stance != "distancing":
            start = self._content_start(v)
            if start >= v.end or not self.p.opens_clause(start, v.end):
                return None
        if speaker is None and not i and not self.headline and not participle:
            return None
        return self._leading(v, speaker, head, "said, then what was said")

    def _chain(self, i: int) -> tuple[int, frozenset[str], bool]:
        """The token left of a verb's auxiliaries and adverbs, these, and whether they negate."""
        words, w = self.words, self.w
        k, seen, negated = i - 1, set[str](), False
        helping = w.helping
        while k >= 0:
            word = words[k]
            if word in helping or word == "to":
                seen.add(word)
                negated = negated or word in w.negators
            elif not self.p.is_adverb(word):
                break
            k -= 1
        return k, frozenset(seen), negated

    def _is_noun(self, cue: Cue, i: int, j: int, k: int) -> bool:
        """Forms that are as often nouns: after a determiner, a possessive or a preposition, or before "of"."""
        words, w = self.words, self.w
        form, previous = words[i], words[i - 1] if i else ""
        following = words[j] if j < len(words) else ""
        if form.endswith("ing"):
            if previous not in w.articles:
                return False
        elif form in w.past_forms or form.endswith("ed"):
            # "the accused man": a participle before a noun.
            adjective = previous in w.determiners or previous.isdigit() or (previous in w.prepositions and k == i - 1)
            return (
                adjective
                and previous != "that"
                and form.endswith("ed")
                and (following[:1].isalnum() or following == QUOTE)
            )
        if not i:
            return not self.headline and cue.weak
        if (previous in w.determiners and previous not in w.quantities) or previous.isdigit():
            return True
        if previous.endswith("'s") and previous not in w.contractions:
            return True
        if previous in w.prepositions and k == i - 1:
            return True
        return following in w.after_noun and cue.frame == "clause" and " " not in cue.form and form not in w.no_nouns

    def _speaks_not(self, head: Range) -> bool:
        """The author's own "I think", "you know", and "nobody said"."""
        first = self.words[head[0]]
        alone = head[1] - head[0] == 1
        return first in self.w.nobody or first == "no" or (alone and (first in self.w.first_person or first == "you"))

    def _is_bare(self, cue: Cue, i: int) -> bool:
        """Whether a verb stands in its bare form, which only a plural subject has."""
        form = self.words[i]
        verbs = self.w.verb_forms
        return not self.headline and cue.frame != "object" and (form + "s" in verbs or form + "es" in verbs)

    def _is_plural(self, head: Range | None) -> bool:
        if head is None:
            return False
        named = self.words[head[0] : head[1]]
        return (
            "and" in named
            or named[0] in self.w.plurals
            or named[-1] in self.w.plurals
            or any(x.endswith("s") and len(x) > 3 for x in named)
        )

    def _infinitive(self, v: _Verb) -> Use | None:
        """ "went on to say that …", "used the speech to warn that …"; "refused to say" says nothing."""
        words, w = self.words, self.w
        before = words[max(0, v.left - 2) : v.left + 1]
        if any(x in w.silent_verbs for x in before):
            return None
        following = words[v.j] if v.j < len(words) else ""
        if (
            self.p.that(v.j, v.end) is None
            and following not in (QUOTE, ":")
            and before[-1:] not in (["on"], ["continued"])
        ):
            return None
        head = self.p.first_subject(v.left)
        if v.cue.frame != "clause":
            return self._framed(v, head, head)
        return self._leading(v, head, head, "to say")

    def _passive(self, v: _Verb) -> Use | None:
        """ "is reported to have …", "was accused of …", "it was announced that …": attributed, mostly to nobody named."""
        words, cue = self.words, v.cue
        form = words[v.i]
        if form.endswith("s") or form == "say":
            return None
        at = v.j
        speaker: Range | None = None
        if at < v.end and words[at] == "by":
            speaker = self.p.right(at + 1, v.end)
            at = speaker[1] if speaker else at

        def row(*content: Range) -> Use:
            return Use(cue, v.i, v.j, speaker, speaker, content, "passive cue")

        def phrase(start: int) -> Use:
            # "listed as terrorist by Kestovia"
            stop = self._phrase_stop(start, v.end)
            by = self.p.next("by", start + 1, stop)
            named = None if by is None or speaker else self.p.right(by + 1, v.end)
            if by is None or named is None:
                return row((start, stop))
            return Use(cue, v.i, v.j, named, named, ((start, by),), "passive cue")

        if at >= v.end:
            return row() if speaker else None
        opener = words[at]
        if cue.frame == "so":
            # "is considered (to be) a terrorist organisation by Kestovia"
            at += 2 if words[at : at + 2] == ["to", "be"] else 0
            return phrase(at) if at < v.end and words[at] in self.w.articles else None
        clause = ("to", "that", "whether", "if")
        if words[at : at + 2] == ["to", "be"] and at + 2 < v.end and words[at + 2] in self.w.articles:
            return phrase(at + 2)
        if cue.frame == "as" and (as_at := self.p.next("as", at, min(v.end, at + 9))) is not None:
            return phrase(as_at + 1)
        named = form in self.w.naming and opener not in self.w.prepositions
        if opener in (clause if cue.frame == "clause" else (_OPENERS.get(cue.frame),)) or named:
            start = at + 1 if opener in _OPENERS.values() else at
            return row((start, self._stop(start, v.end))) if cue.frame == "clause" else phrase(start)
        if cue.frame == "clause" and not cue.weak and (that := self.p.that(v.j, v.end)) is not None:
            return row((that, self._stop(that, v.end)))
        return row() if speaker or opener == QUOTE else None

    def _framed(self, v: _Verb, speaker: Range | None, head: Range | None) -> Use | None:
        """accused X of …, blamed X for …, described X as …, called X …, condemned …; cited … introduces quotations only."""
        cue, opener = v.cue, _OPENERS.get(v.cue.frame)

        def row(rule: str, start: int | None = None) -> Use:
            content = () if start is None else ((start, self._phrase_stop(start, v.end)),)
            return Use(cue, v.i, v.j, speaker, head, content, rule)

        if cue.frame == "object" and v.j < v.end and self.t.is_word(v.j) and self.words[v.j] not in self.w.prepositions:
            return row("condemned what", v.j)
        if cue.frame == "so":
            return row("considers it so", v.j) if self._has_complement(v, speaker) else None
        if opener is None:
            return row("introduces a quotation")
        if cue.frame == "of" and " " in cue.form and v.j < v.end:
            return row("speaks of", v.j)
        at = self.p.next(opener, v.j, min(v.end, v.j + 16))
        if at is not None and cue.frame == "to-do" and self.t.has(self.w.finite | {","}, v.j, at):
            at = None
        if at is not None:
            return row(f"… {opener} …", at + 1)
        following = self.words[v.j] if v.j < v.end else None
        if (
            self.words[v.i] in self.w.naming
            and following
            and (following not in self.w.prepositions or following == "for")
            and not self._calls_for(v, speaker)
        ):
            return row("calls it so", v.j)
        return row("introduces a quotation")

    def _namer(self, speaker: Range | None, v: _Verb) -> Range | None:
        """ "an act Kestovia called aggression", "the group the ministry designates …": who names it, not what is named."""
        words, t, w = self.words, self.t, self.w
        if speaker is None or v.j >= v.end:
            return speaker
        first, stop = speaker
        for k in range(stop - 1, first, -1):
            before = words[k - 1]
            if words[k] in w.definite or words[k] in ("a", "an"):
                linked = before in w.prepositions or before in w.quantities or before in ("and", "or", "but", "not")
                if not linked and t.is_word(k - 1):
                    first = k
                break
        if words[v.j] in w.determiners or words[v.j] in w.pronouns or t.is_capital(v.j) or t.is_quote(v.j):
            return first, stop
        name = stop
        while name > first and t.is_word(name - 1) and t.is_capital(name - 1):
            name -= 1
        common = first < name < stop and words[first] in w.determiners and t.is_word(name - 1)
        return (name if common and words[name - 1] not in w.prepositions | {"and", "or"} else first), stop

    def _has_complement(self, v: _Verb, speaker: Range | None) -> bool:
        """ "considers the front a terrorist group", "which it considers a …"; "considers an attack" names nothing so."""
        words, w = self.words, self.w
        before = words[speaker[0] - 1] if speaker is not None and speaker[0] else ""
        if v.j >= v.end:
            return False
        if before in ("which", "what", "that", "whom"):
            return words[v.j] in w.articles
        for k in range(v.j + 1, min(v.end, v.j + 8)):
            if words[k] in ("a", "an"):
                return words[k - 1] not in w.prepositions
            if self.t.is_break(k) or self.t.is_quote(k) or words[k] in w.finite or words[k] in w.subordinators:
                return False
            if words[k] in w.linking:
                return False
        return False

    def _calls_for(self, v: _Verb, speaker: Range | None) -> bool:
        """ "called a strike" calls for one; "called it a strike" and "what they called a strike" name it so."""
        if not self.words[v.i].startswith("call") or self.words[v.j] not in ("a", "an"):
            return False
        first = speaker[0] if speaker is not None else 0
        before = self.words[first - 1] if first else ""
        # "a group the ministry calls a …": what is named stands right before the one who names it.
        named = first > 1 and self.words[first - 2] in ("a", "an") and self.t.is_word(first - 1)
        return not named and before not in ("which", "what", "that", "whom")

    def _leading(self, v: _Verb, speaker: Range | None, head: Range | None, rule: str) -> Use | None:
        """X said (that) …, behind whatever says when and to whom."""
        words = self.words
        start = self._content_start(v)
        only_marks = Use(v.cue, v.i, v.j, speaker, head, (), "introduces a quotation")
        if start >= v.end or (words[start] == "to" and start == v.j):
            # "vowed to", "admitted to": an act more than words.
            return only_marks
        if (
            (v.cue.weak or words[v.i] in self.w.tells)
            and not self.p.opens_clause(start, v.end)
            and not self._is_document(head)
        ):
            return only_marks
        stop = self._stop(start, v.end)
        if speaker is not None and self._is_subordinate(speaker[0]):
            stop = self.p.next(",", start, stop) or stop
        return Use(v.cue, v.i, v.j, speaker, head, ((start, stop),), rule) if stop > start else None

    def _content_start(self, v: _Verb) -> int:
        """Where what is said begins; the end where nothing follows."""
        words = self.words
        start = self.p.that(v.j, v.end)
        if start is not None:
            return start
        start = self.p.skip_settings(v.j, v.end)
        if start == v.j and start + 1 < v.end and words[start] == "," and words[start + 1] != QUOTE:
            # "the success his campaign claims, …"
            return v.end
        while start < v.end and words[start] in (",", ":"):
            start += 1
        quote = self.p.next(QUOTE, start, v.end)
        if quote is None or quote <= start or words[quote - 1] not in (",", ":"):
            return start
        # "said one month before his death, “…”": only the marks hold what was said.
        told = self.t.has(self.w.finite, start, quote) or self.p.has_past(start, quote)
        return start if told else quote

    def _is_document(self, head: Range | None) -> bool:
        """A poll, a report, a study: what it "found" or "shows" is what it says, clause or not."""
        return head is not None and self.t.has(self.w.documents, *head)

    def _is_subordinate(self, first: int) -> bool:
        """ "After X said …, the army …": the cue's clause opens the sentence and ends at a comma."""
        words = self.words
        if not 1 <= first <= 4 or words[first - 1] not in self.w.setting_openers:
            return False
        return first == 1 or self.t.is_break(first - 2) or words[first - 2] in self.w.before_subordinate

    def _stop(self, start: int, end: int) -> int:
        """Where what is said ends before the sentence does."""
        words, w = self.words, self.w
        for k in range(start, end):
            word = words[k]
            if word not in _MAY_STOP:
                continue
            if word == QUOTE and k + 1 < end and (k == start or words[k + 1] == ","):
                after = k + 2 if words[k + 1] == "," else k + 1
                if after < end and (
                    words[after] in w.after_quotation
                    or (k == start and after == k + 2 and words[after] not in ("and", "or", QUOTE))
                ):
                    return k + 1
            elif (
                word == "after"
                and k > start + 4
                and not self.p.is_adverb(words[k - 1])
                and not {QUOTE, ","} & set(words[k:end])
            ):
                # "… said it would close after the massacre": when, in the reporter's words.
                return k
            elif word == ";" and any(form > k for form in self.forms):
                return k
            elif word == "," and k + 1 < end:
                following = words[k + 1]
                if (following in w.adjunct_ends and k > start + 1) or following in w.reporting_participles:
                    return k
                if following in w.goes_on and self._new_attribution(k + 2, end):
                    return k
        return end

    def _phrase_stop(self, start: int, end: int) -> int:
        """Where what is said ends when it is no whole clause."""
        words, w = self.words, self.w
        stop = self._stop(start, end)
        for k in range(start + 1, stop):
            if words[k] == "because":
                return k
            if words[k] in _DASHES:
                return k
            if words[k] == "," and k + 1 < stop and (words[k + 1] in w.phrase_ends or words[k + 1].endswith("ing")):
                return k
        return stop

    def _new_attribution(self, at: int, end: int) -> bool:
        """Whether a new subject with a cue of its own begins here: ", and the ministry said"."""
        for k in range(at, min(end, at + 8)):
            if self.t.is_break(k):
                return False
            if k in self.forms and k > at and self.words[k - 1] not in self.w.determiners:
                return True
            if self.words[k] in self.w.be:
                return False
        return False

    # ---- behind or between what is said --------------------------------------------------------------------------------

    def _parenthetical(self, v: _Verb, speaker: Range | None, head: Range | None) -> Use | None:
        """ "…, the ministry said." and "The raid, he said, was …"; None where the cue leads."""
        words, w = self.words, self.w
        floor = self._quote_floor(v.i, self.p.begin(v.i))
        rest = self.p.skip_settings(v.j, v.end)
        ends = not self.p.has_word(rest, v.end)
        if ends and (speaker is None or words[max(0, speaker[0] - 1)] != ","):
            speaker = head = self._final_subject(v.i, floor) or speaker
        if speaker is None or head is None or speaker[0] <= floor or words[head[0]] in w.prepositions:
            return None
        mark = speaker[0] - 1
        if not (words[mark] in _BEFORE_SUBJECT or (self.headline and words[mark] == "-")):
            return None
        quoted = self.p.quote_before(mark, floor)
        clause = quoted or self.p.is_clause(floor, mark)
        weak = v.cue.weak and not quoted
        before = (floor, mark)

        def row(rule: str, *content: Range) -> Use:
            return Use(v.cue, v.i, v.j, speaker, head, content, rule)

        if ends:
            if not quoted and (v.negated or (weak and self.headline)):
                return None
            return row("…, X said", before) if clause or mark - floor >= 2 else None
        if weak and self._is_bare(v.cue, v.i):
            return None
        if words[rest] in (",", *_DASHES):
            goes_on = self._goes_on(rest + 1, v.end, clause)
            behind = [(rest + 1, self._stop(rest + 1, v.end))] if goes_on else []
            # With a setting before ("On Monday, the ministry said, …") only the rest is what was said.
            lead = [] if not clause and self.p.is_setting(floor) else [before]
            return row("…, X said, …", *lead, *behind)
        if quoted:
            return row("…, X said", before)
        if self.p.that(v.j, v.end) is not None:
            return None
        aside = words[rest] in w.adjuncts or words[rest] in (";", "and", "but") or words[rest].endswith("ed")
        if clause and not weak and aside:
            return row("…, X said", before)
        return None

    def _quote_floor(self, i: int, floor: int) -> int:
        """Behind a colon only the quotation is the speaker's: 'He had doubts: "It will not last," he predicted.'"""
        for k in range(i - 1, floor, -1):
            if self.words[k] == QUOTE:
                return k if self.words[k - 1] == ":" else floor
        return floor

    def _final_subject(self, i: int, floor: int) -> Range | None:
        """All between the last comma and a cue that ends the sentence: "…, the head of the service he had worked for said"."""
        mark = self.p.last_break(i, floor)
        first = mark + 1
        if mark <= floor or self.words[mark] != "," or not 1 < i - first <= 20:
            return None
        return (first, i) if self.words[first] in self.w.determiners or self.t.is_capital(first) else None

    def _inverted(self, v: _Verb) -> Use | None:
        """ "…, said the ministry"; None where the words behind the cue are what was said."""
        words, t, w, j = self.words, self.t, self.w, v.j
        mark = v.i - 1
        if v.left != mark or mark < 0 or words[v.i].endswith("ing") or words[v.i] in w.takes_recipient:
            return None
        if not (words[mark] in _BEFORE_SUBJECT or (self.headline and words[mark] in (":", "-"))):
            return None
        floor = self._quote_floor(v.i, self.p.begin(v.i))
        if j >= v.end or mark < floor or not t.is_word(j) or words[j] in w.days or self.p.that(j, v.end) is not None:
            return None
        names = t.is_capital(j) or words[j] in w.determiners or words[j] in w.pronouns or words[j].endswith("s")
        if not (names or self.headline):
            return None
        quoted = self.p.quote_before(mark, floor)
        if words[mark] == "," and not quoted and self._closes_apposition(mark, floor):
            return None
        phrase = self.p.right(j, v.end)
        if phrase is None or t.has(w.finite, *phrase):
            return None
        if self.p.has_past(phrase[0] + 1, phrase[1]) or self._soon_finite(phrase[1], v.end):
            return None
        stop = mark + 1 if words[mark] == QUOTE else mark
        content = ((floor, stop),) if stop > floor else ()
        return Use(v.cue, v.i, j, self.p.with_apposition(phrase, v.end), phrase, content, "…, said X")

    def _soon_finite(self, at: int, end: int) -> bool:
        """Whether a finite verb follows before any mark or new clause: then the phrase is its subject, no speaker."""
        w = self.w
        for word in self.words[at : min(end, at + 8)]:
            if word in BREAKS or word == QUOTE or word in w.subordinators or word in w.relatives:
                return False
            if word in w.finite:
                return True
        return False

    def _closes_apposition(self, mark: int, floor: int) -> bool:
        """ "X, the group's leader, said …": the comma before the cue closes an apposition."""
        words, w = self.words, self.w
        aside = self.p.last_break(mark, floor)
        if words[aside + 1] in w.relatives:
            return True
        if aside <= floor:
            return False
        if words[aside + 1] in w.articles and not self.t.has(w.finite, floor, aside):
            return True
        before = self.p.last_break(aside, floor)
        return words[aside] == "," and not self.t.has(w.finite, before + 1, mark)

    def _goes_on(self, at: int, end: int, complete: bool) -> bool:
        """Whether what stands behind "…, he said," is his too."""
        if at >= end or not self.p.has_word(at, end):
            return False
        first = self.words[at]
        if complete and {"after", "before", "ago"} & set(self.words[at : min(end, at + 4)]):
            # "…, he said, a week after the raid"
            return False
        return not complete or not (first in self.w.adjuncts or first in self.w.relatives or first.endswith("ing"))

    def _subject(self, k: int, participle: bool) -> tuple[Range | None, Range | None]:
        """The words that name who speaks, left of a verb: all of them, and the name."""
        word = self.words[k] if k >= 0 else None
        if word is None:
            return None, None
        if word == ",":
            if not participle:
                return self.p.before_comma(k) or (None, None)
            if self.last is not None and self.last.speaker:
                return self.last.speaker, self.last.head
            head = self.p.first_subject(k)
        elif word in ("who", "which"):
            # The relative word names the speaker there; who it is stands before it.
            return (k, k + 1), self.p.left(k - 2 if k and self.words[k - 1] == "," else k - 1) or (k, k + 1)
        elif word == "that":
            head = self.p.left(k - 1)
        elif participle or word in ("and", "but"):
            head = self.p.first_subject(k)
        else:
            head = self.p.left(k)
        return head, head

    # ---- other frames -------------------------------------------------------------------------------------------------

    def _according_to(self, cue: Cue, i: int, j: int) -> Use | None:
        words, floor, end = self.words, self.p.begin(i), self.p.end(i)
        phrase = self.p.source(j, end) if j < end else None
        if phrase is None:
            return None
        whole = self.p.with_apposition(phrase, end)
        lead = sum(self.t.is_word(k) for k in range(floor, i))
        if whole[1] == end and not lead:
            whole = phrase
        if cue.form in ("citing", "quoting"):
            return self._citing(cue, i, j, lead, whole, phrase)
        comma = whole[1] if whole[1] < end and words[whole[1]] == "," else None
        if lead <= 1:
            start = whole[1] if comma is None else comma + 1
            content = ((start, self._stop(start, end)),)
            return Use(cue, i, j, whole, phrase, content, "according to X, …") if start < end else None
        ranges = [(floor, i - 1 if self.t.is_break(i - 1) else i)]
        goes_on = comma is not None and self._goes_on(comma + 1, end, self.p.is_clause(floor, i))
        if comma is not None and goes_on and words[comma + 1] not in self.w.goes_on:
            ranges.append((comma + 1, self._stop(comma + 1, end)))
        return Use(cue, i, j, whole, phrase, tuple(ranges), "…, according to X")

    def _citing(self, cue: Cue, i: int, j: int, lead: int, whole: Range, phrase: Range) -> Use:
        """ "…, citing officials" names a source; "Citing the group's brutality, Odane said …" tells his reasons."""
        following = min((form for form in self.forms if form > j), default=None)
        if lead or following is None:
            return Use(cue, i, j, whole, phrase, (), "citing")
        left, _, _ = self._chain(following)
        subject = self.p.left(left)
        if subject is None or subject[0] <= j + 1 or self.words[subject[0] - 1] != ",":
            return Use(cue, i, j, whole, phrase, (), "citing")
        return Use(cue, i, j, subject, subject, ((j, subject[0] - 1),), "citing what")

    def _noun(self, cue: Cue, i: int, j: int) -> Use | None:
        """ "claims that …", "reports of …", and whose: a possessive before or "by X" behind."""
        words, w, end = self.words, self.w, self.p.end(i)
        speaker, at = self._owner(i), j
        if at < end and words[at] in ("by", "from") and (by := self.p.right(at + 1, end)) is not None:
            speaker, at = by, by[1]
        if at + 1 < end and words[at + 1] == "that" and words[at] in w.be | {"goes"}:
            # "the fear is that …", "the argument goes that …"
            at += 1
        following = words[at] if at < end else None

        def row(rule: str, *content: Range) -> Use:
            return Use(cue, i, j, speaker, speaker, content, rule)

        if following == "that" and i > 1 and words[i - 2 : i] == ["in", "the"]:
            # "in the hope that"
            return None
        if following == "that" and not (cue.weak and at + 1 < end and words[at + 1] in w.finite):
            return row("… that …", (at, self._stop(at, end)))
        if following == "of" and at == j and not cue.weak and at + 1 < end and words[at + 1] not in w.definite:
            # Not "the claims of the regime", which are the regime's.
            stop = at + 1
            while stop < min(end, at + 14) and not (
                self.t.is_break(stop)
                or words[stop] in w.finite
                or words[stop] in w.subordinators
                or words[stop] in w.relatives
            ):
                stop += 1
            return row("… of …", (at + 1, stop)) if stop > at + 1 else None
        if following in (":", QUOTE) and i and (words[i - 1] in w.articles or speaker):
            return row("introduces a quotation")
        return None

    def _owner(self, i: int) -> Range | None:
        """ "Odane's repeated claims", "his claim": whose they are."""
        words, w = self.words, self.w
        for k in range(i - 1, max(-1, i - 4), -1):
            if words[k] in w.possessives:
                return k, k + 1
            if words[k].endswith(("'s", "s'")):
                return self.p.left(k)
            if self.t.is_break(k) or words[k] in w.determiners:
                return None
        return None

    def _hedge(self, cue: Cue, i: int, j: int) -> Use | None:
        """ "allegedly killed …", "alleged terrorists": attributed to nobody named."""
        words, w, end = self.words, self.w, self.p.end(i)
        stop = j
        if cue.frame == "adverb":
            while stop < end and not (
                self.t.is_break(stop) or words[stop] in w.subordinators or words[stop] in w.relatives
            ):
                stop += 1
        else:
            previous = words[i - 1] if i else ""
            if previous in w.be or previous in w.auxiliaries or (j < end and words[j] in w.determiners):
                return None
            while stop < min(end, j + 4) and not (
                not self.t.is_word(stop)
                or words[stop] in w.prepositions
                or words[stop] in w.finite
                or words[stop] in w.links
                or words[stop] == "or"
            ):
                stop += 1
        return Use(cue, i, j, None, None, ((j, stop),), "cue without a speaker") if stop > j else None
