"""What of a stretch of words is one noun phrase: the last check on everybody named as doer, sufferer or target.

A stretch found by looking left of a verb holds its subject at its end, one found by looking right begins with the
object; whatever does not end up as a noun phrase names nobody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from framing.language.tokens import Range, Tokens, WordClasses
from framing.lexicon.events import EventWords

#: A longer phrase is a clause that was not understood.
_WORDS_MOST = 10
_QUOTES = frozenset('"“”‘«»„')
_HYPHENS = ("-", "‑", "–", "—", "--")
#: What a verb leaves before its object: "carried out Tuesday's bombing".
_PARTICLES = ("out", "up", "off", "away")
_TIMES_OF_DAY = ("morning", "afternoon", "evening", "night")
_LINKS = frozenset(["and", "or", "but", "nor", "&"])


class _Joined(NamedTuple):
    """Classes of words and of event words in one."""

    time: frozenset[str]
    dangling: frozenset[str]
    small: frozenset[str]
    stops: frozenset[str]
    headline_verbs: frozenset[str]


@lru_cache(maxsize=4)
def _joined(w: WordClasses, e: EventWords) -> _Joined:
    time = w.days | w.day_parts | w.times | e.months | e.time_units
    return _Joined(
        time,
        w.prepositions | w.relatives | w.articles | e.phrase_openers | {"as", "and", "or", "but", "than"},
        w.prepositions
        | w.subordinators
        | w.adverbs
        | w.finite
        | w.relatives
        | time
        | _LINKS
        | e.phrase_openers
        | e.no_names,
        w.linking | e.phrase_stops,
        (w.verb_forms | e.verbs | e.both) - w.noun_forms,
    )


class NounPhrases:
    """Noun phrases of one sentence.

    Args:
        t: The sentence, quotation marks read as marks.
        w: Word classes.
        e: Event words.
        title: Whether it is a headline.
    """

    def __init__(self, t: Tokens, w: WordClasses, e: EventWords, *, title: bool) -> None:
        self.t, self.w, self.e, self.words, self.title = t, w, e, t.words, title
        self._sets = _joined(w, e)
        self._time = self._sets.time

    def last(self, phrase: Range | None) -> Range | None:
        """The noun phrase at the end of a stretch, as a verb's subject stands there; None where there is none."""
        if phrase is None:
            return None
        start, stop = phrase
        for k in range(stop - 1, start - 1, -1):
            if self._parts(k, start, stop):
                start = k + 1
                break
        return self._within(*self._strip(start, stop), last=True)

    def nearest(self, phrase: Range | None) -> Range | None:
        """The noun a participle stands behind: "burials of four gunmen in Besk killed" has none but the last."""
        if phrase is None:
            return None
        for k in range(phrase[1] - 2, phrase[0], -1):
            if self.words[k] in self.w.linking and not self._counts(k, phrase[1]):
                return self.last((k + 1, phrase[1]))
        return self.last(phrase)

    def first(self, phrase: Range | None) -> Range | None:
        """The noun phrase at the beginning of a stretch, as a verb's object or "by" has it; None where there is none."""
        if phrase is None:
            return None
        start, stop = phrase
        while start < stop and not self.t.is_word(start):
            start += 1
        for k in range(start, stop):
            if self._parts(k, start, stop):
                stop = k
                break
        return self._within(*self._strip(start, stop), last=False)

    # ---- where a phrase begins and ends -----------------------------------------------------------------------------

    def _parts(self, k: int, start: int, stop: int) -> bool:
        """A mark that no noun phrase runs over: a spaced dash, a sentence's end, half a pair of quotation marks."""
        word, t = self.words[k], self.t
        if word in _QUOTES:
            return sum(x in _QUOTES for x in self.words[start:stop]) % 2 == 1
        if word in _HYPHENS:
            return k > start and t.starts[k] > t.ends[k - 1]
        ends = word == "." and start < k < stop - 1 and t.is_capital(k + 1) and t.starts[k + 1] > t.ends[k]
        return ends and not t.is_capital(k - 1) and len(self.words[k - 1]) > 3

    def _within(self, start: int, stop: int, *, last: bool) -> Range | None:
        words, w = self.words, self.w
        particle = next(
            (k for k in range(start + 1, stop) if words[k] in _PARTICLES and words[k - 1].endswith("ed")), None
        )
        if particle is not None and last:
            start = particle + 1
        relative = next((k for k in range(start + 1, stop) if words[k] in w.relatives or words[k] == "that"), None)
        if relative is not None:
            stop = relative
        contrast = next((k for k in range(start + 1, stop) if words[k] == "not" and words[k - 1] == "and"), None)
        if contrast is not None:
            # "Kestovia and not Talmara"
            stop = contrast
        if last and stop - start > 1 and words[stop - 1] in w.named_by:
            # "a bill he called …"
            return stop - 1, stop
        if last:
            at = stop - 1
            while at > start:
                if self._is_article(at, start):
                    start = at
                    break
                if self._is_modified_behind(at, start, stop):
                    stop = at
                elif self.is_verb(at, start, stop):
                    if at + 1 < stop:
                        start = at + 1
                        break
                    stop = at
                at -= 1
            if start < stop and self._opens_with_verb(start, stop):
                start += 1
        else:
            if start < stop and self._opens_with_verb(start, stop):
                return None
            for at in range(start + 1, stop):
                article = self._is_article(at, start) or (
                    self._is_number(at) and words[at - 1].endswith("s") and not self._plural(at - 2)
                )
                if article or self._is_modified_behind(at, start, stop) or self.is_verb(at, start, stop):
                    # "counts its dead": the word before the article is the verb.
                    drops = article and at - start > 1 and words[at - 1].endswith("s") and not self._plural(at - 1)
                    stop = at - drops
                    break
        start, stop = self._strip(start, stop)
        for at in range(start + 1, stop):
            if words[at] not in self._sets.stops:
                continue
            named = words[at] in ("for", "from", "in") and self._is_part_of_name(at, stop)
            if not named and not self._counts(at, stop):
                stop = at
                break
        start, stop = self._strip(start, stop)
        if stop - start > 2 and self._is_number(stop - 1) and words[stop - 2] == "and":
            # "11 dead and 40 wounded": the number stands for its own people.
            start = stop - 1
        return (start, stop) if self.is_phrase(start, stop) else None

    def _strip(self, start: int, stop: int) -> Range:
        """Without marks, settings of time and small words at its ends."""
        words, w = self.words, self.w
        while start < stop:
            word = words[start]
            following = words[start + 1] if start + 1 < stop else ""
            if (
                not self.t.is_word(start)
                or word in w.sentence_openers
                or word in _LINKS
                or word in ("if", "as", "that")
            ):
                start += 1
            elif (behind := self._behind_time(start, stop)) > start:
                start = behind
            elif (word in w.prepositions or word in _PARTICLES) and not self._counts(start, stop):
                start += 1
            elif (word in w.adverbs and word not in ("all", "both", "only", "far")) or (
                word.endswith("ly") and following and len(word) > 4
            ):
                if word in w.no_adverbs or (self.t.is_capital(start) and start > 0):
                    break
                start += 1
            else:
                break
        while stop > start:
            word = words[stop - 1]
            adverb = (word in w.adverbs and word not in ("all", "both")) or (
                word.endswith("ly") and word not in w.no_adverbs and len(word) > 4
            )
            ends = word in _LINKS or adverb or word in w.days or word in w.times or not word[:1].isalnum()
            if not (ends or self._opened_bracket(start, stop - 1)):
                break
            if self.t.is_capital(stop - 1) and words[stop - 2] != "(":
                break
            stop -= 1
        return start, stop

    def _opened_bracket(self, start: int, k: int) -> bool:
        """ "the Front (SLF" lost the closing mark of its bracket."""
        return k > start and self.words[k - 1] == "(" and ")" not in self.words[start:k]

    def _behind_time(self, at: int, stop: int) -> int:
        """The token behind "on March 15", "last week", "two days later", "at 6pm"; the token itself without one."""
        words, e = self.words, self.e
        first = at
        if words[at] in self.w.prepositions and at + 1 < stop:
            at += 1
        k = at
        while k < stop and (
            words[k] in self._time or words[k] in ("the", "a") or words[k][:1].isdigit() or words[k] in e.numbers
        ):
            if words[k] in ("the", "a") and (k + 1 >= stop or words[k + 1] not in self._time):
                break
            counted = words[k][:1].isdigit() or words[k] in e.numbers
            clock = words[k].endswith(("am", "pm", "a.m", "p.m")) and words[k][:1].isdigit()
            dated = k > at and words[k - 1] in e.months and words[k][:1].isdigit()
            timed = k + 1 < stop and (words[k + 1] in e.time_units or words[k + 1] in e.months)
            if counted and not (clock or dated or timed):
                break
            k += 1
        if k == at or (k >= stop and first == at):
            return first
        if words[k - 1] in self.w.day_parts and k - at == 1 and words[k - 1] not in _TIMES_OF_DAY:
            # "last minute plans": a setting needs its noun.
            return first
        return k

    def _is_article(self, at: int, start: int) -> bool:
        """An article inside a phrase opens another one, save behind "of", "all" and the like."""
        words, w = self.words, self.w
        if words[at] not in self.e.phrase_openers:
            return False
        before = words[at - 1]
        return not (
            before in w.prepositions
            or before in _LINKS
            or before in w.phrase_links
            or before in ("all", "both", "half", "such", "not")
        )

    def _counts(self, at: int, stop: int) -> bool:
        """ "at least ten", "up to 30", "more than 20": little words of a number."""
        words = self.words
        word = words[at]
        following = words[at + 1] if at + 1 < stop else ""
        if word in self.e.about_number and following in ("least", "most", "to", "than", "many"):
            return True
        behind = at > 0 and words[at - 1] in ("up", "more", "less", "fewer", "close", "between", "from")
        number = following[:1].isdigit() or following in self.e.numbers
        return number and (word in ("about", "around", "over", "between") or (word in ("to", "than") and behind))

    def _is_part_of_name(self, at: int, stop: int) -> bool:
        """ "Front for the Liberation of …": a preposition between capitals."""
        follows = at + 1 + (at + 2 < stop and self.words[at + 1] in self.w.articles)
        return words_capital(self.t, at - 1, at) and follows < stop and words_capital(self.t, follows, follows + 1)

    # ---- verbs --------------------------------------------------------------------------------------------------------

    def is_verb(self, k: int, start: int, stop: int) -> bool:
        """Whether a word inside a stretch is a finite verb and no noun or adjective of its phrase."""
        words, w, e = self.words, self.w, self.e
        word, before = words[k], words[k - 1] if k > start else ""
        if not self.t.is_word(k) or (self.t.is_capital(k) and k > start and not self._all_capitals(k)):
            return False
        if word in w.finite or word in e.finite_forms or word.endswith(("n't", "'re", "'ve", "'ll", "'d")):
            return not (
                before in w.articles or before.endswith("'s") or (word in ("left", "cut", "set") and before == "")
            )
        following = words[k + 1] if k + 1 < stop else ""
        if word in e.clause_adverbs:
            return True
        if before in _LINKS and word.endswith(("ed", "ing")):
            # "11 people and wounded 40", "the army and denied owning …"
            if not following or self._opens_object(k + 1, stop):
                return True
            return word.endswith("ed") and word not in e.adjectives
        if before in w.determiners or before in w.prepositions or before in _LINKS or before.endswith("'s"):
            return False
        if self.title and self._is_headline_verb(k):
            return True
        if word.endswith("s") and word in w.verb_forms and not word.endswith("ss"):
            # "soldier asks for peace"; "reports" and "posts" are as often nouns.
            return word not in w.noun_forms and following in ("that", *e.phrase_openers)
        if word.endswith("ed") and len(word) > 4 and "-" not in word:
            return word not in e.adjectives and word not in ("hundred", "breed", "speed", "greed", "seed")
        return False

    def _is_headline_verb(self, k: int) -> bool:
        """ "Mob hijacks girl", "Thousands mourn": a present form that agrees with the noun before it."""
        word = self.words[k]
        if word not in self._sets.headline_verbs:
            return False
        return self._plural(k - 1) != word.endswith("s")

    def _opens_with_verb(self, start: int, stop: int) -> bool:
        """ "killed at least 31 people", "describing Somers": a verb and its object, no phrase."""
        words, w, e = self.words, self.w, self.e
        word = words[start]
        following = words[start + 1] if start + 1 < stop else ""
        if word in w.finite or word in e.finite_forms:
            return not self.t.is_capital(start) or start == 0
        if "-" in word or word in e.event_nouns or (self.t.is_capital(start) and start > 0):
            return False
        if word.endswith("ing") and len(word) > 4:
            return word not in e.ing_words
        adjective = word in e.adjectives and following not in w.prepositions
        if not word.endswith("ed") or len(word) < 5 or adjective:
            return False
        told = word in w.verb_forms or (following.endswith("ly") and self._opens_object(start + 2, stop))
        return not following or told or self._opens_object(start + 1, stop) or following in w.prepositions

    def _opens_object(self, k: int, stop: int) -> bool:
        """Whether a noun phrase of its own begins at a token: an article, a number, a pronoun or a name."""
        if k >= stop:
            return False
        word, w = self.words[k], self.w
        if word in w.determiners or word in w.pronouns or word[:1].isdigit() or word in self.e.numbers:
            return True
        return self.t.is_capital(k) or self._counts(k, stop)

    def _is_modified_behind(self, at: int, start: int, stop: int) -> bool:
        """ "men carrying guns", "troops backed by tanks": a participle behind its noun, with what belongs to it."""
        words, w = self.words, self.w
        before, word = words[at - 1], words[at]
        following = words[at + 1] if at + 1 < stop else ""
        if not self.t.is_word(at - 1) or before in w.determiners or before in w.prepositions or before in _LINKS:
            return False
        if word.endswith("ed") and len(word) > 4 and not self.t.is_capital(at) and "-" not in word:
            return following in w.prepositions
        if word.endswith("ing") and len(word) > 4 and not self.t.is_capital(at) and word not in self.e.event_nouns:
            return self._plural(at - 1) or following in w.prepositions or self._opens_object(at + 1, stop)
        return False

    def _is_number(self, k: int) -> bool:
        return self.words[k][:1].isdigit() or self.words[k] in self.e.numbers

    def _plural(self, k: int) -> bool:
        word = self.words[k]
        return word in self.w.plurals or (word.endswith("s") and not word.endswith(("ss", "'s")) and len(word) > 3)

    def _all_capitals(self, k: int) -> bool:
        return self.t.text[self.t.starts[k] : self.t.ends[k]].isupper() and len(self.words[k]) > 1

    # ---- the last check -----------------------------------------------------------------------------------------------

    def is_phrase(self, start: int, stop: int) -> bool:
        """Something named, not too long, no dangling end, no time, no verb alone."""
        words, w, e = self.words, self.w, self.e
        if start >= stop:
            return False
        content = [x.removesuffix("'s") for x in words[start:stop] if x[:1].isalnum()]
        if len(content) > _WORDS_MOST:
            return False
        if stop - start > 1 and words[stop - 1] in self._sets.dangling:
            return False
        if words[stop - 1].removesuffix("'s") in self._time and not self.t.is_capital(stop - 1):
            return False
        if len(content) == 1 and self._opens_with_verb(start, stop):
            return False
        if not e.bare_pronouns.isdisjoint(content[1:]):
            return False
        if content and content[0] in w.subjects:
            return len(content) == 1 or content[0] in (
                "those",
                "these",
                "this",
                "that",
                "one",
                "some",
                "many",
                "most",
                "others",
            )
        small = self._sets.small
        named = any(x not in small or x in e.numbers for x in content)
        # "IS militants" are no form of "be".
        if not (named or (content and any(self._all_capitals(k) for k in range(start, stop)))):
            return False
        year = content[0].rstrip("s") if len(content) == 1 else ""
        return not (len(year) == 4 and year.isdigit() and year[:2] in ("19", "20"))


def words_capital(t: Tokens, start: int, stop: int) -> bool:
    """Whether all words of a range begin with a capital letter."""
    return all(t.is_word(k) and t.is_capital(k) for k in range(start, stop))
