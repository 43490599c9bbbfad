"""The clause around a mention: its subject, the names in a noun's phrase, and how a phrase becomes a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from framing.language.nouns import NounPhrases
from framing.language.phrases import Phrases
from framing.language.tokens import Range, Tokens, WordClasses
from framing.lexicon.events import EventWords

_MODIFIERS_MOST = 5
_ACRONYM_MOST = 6
NAME_MOST = 6
DASHES = ("—", "–", "--")
RELATIVES = ("who", "which", "that", "whom")
PERSONAL_PRONOUNS = frozenset(
    ["he", "she", "it", "they", "them", "him", "her", "us", "we", "i", "you", "themselves", "himself", "everyone"]
)
PRONOUNS = PERSONAL_PRONOUNS | {
    "who",
    "which",
    "that",
    "this",
    "these",
    "those",
    "there",
    "one",
    "ones",
    "someone",
    "somebody",
    "nobody",
}
NOT_FOUND = "no name in its phrase or clause"


class Roles(NamedTuple):
    """Roles of one mention; each name as it stands in the text.

    Args:
        target: The one blamed, labelled or honoured.
        agent: Who or what does it.
        patient: Who suffers it.
        agency: How the clause tells of a violent event; None for other mentions.
        modality: asserted, hypothetical or negated; None where there is no event.
        rule: What decided, or why a role is null.
    """

    target: str | None
    agent: str | None
    patient: str | None
    agency: str | None
    modality: str | None
    rule: str


class Clause:
    """What the readers of events and of labels share for one sentence.

    Args:
        t: The sentence, quotation marks read as marks.
        w: Word classes.
        e: Event words.
        is_actor: Whether a string names an actor of the actor list.
        title: Whether it is a headline, where participles stand without auxiliaries.
    """

    def __init__(
        self, t: Tokens, w: WordClasses, e: EventWords, is_actor: Callable[[str], bool], *, title: bool
    ) -> None:
        self.t, self.w, self.e, self.is_actor, self.title = t, w, e, is_actor, title
        self.p = Phrases(t, w, frozenset())
        self.nouns = NounPhrases(t, w, e, title=title)
        self.words, self.n = t.words, len(t)
        self.all_capitals = title and self._is_title_case()

    def _is_title_case(self) -> bool:
        """ "Israel Kills Ten In Besk": capitals show no names here."""
        words = [k for k in range(self.n) if self.t.is_word(k) and not self.words[k][:1].isdigit()]
        return len(words) > 3 and sum(map(self.t.is_capital, words)) > 0.6 * len(words)

    def _before_adverbs(self, i: int) -> int:
        k = i - 1
        while k >= 0 and (self.p.is_adverb(self.words[k]) or self.words[k] in ("not", "n't")):
            k -= 1
        return k

    def _is_passive(self, i: int) -> bool:
        k = self._before_adverbs(i)
        return k >= 0 and (self.words[k] in self.w.be or self.words[k] in ("get", "gets", "got", "getting"))

    def _subject(self, i: int) -> Range | None:
        """The noun phrase a verb's auxiliaries and adverbs stand behind."""
        words, w = self.words, self.w
        k = i - 1
        while k >= 0:
            word = words[k]
            helps = word in w.helping or word in self.e.between or word.endswith("n't")
            if not (helps or (word.endswith("ed") and words[k + 1] in ("and", "or", "to")) or self.p.is_adverb(word)):
                break
            k -= 1
        if k < 0:
            return None
        if words[k] == ",":
            head = self._before_contrast(k - 1)
            if head < k - 1:
                return self._left(head)
            found = self.p.before_comma(k)
            return self.nouns.last(found[1]) if found is not None else None
        if words[k] in DASHES:
            opened = self.p.last_break(k, 0)
            return self._left(opened - 1) if opened > 0 and words[opened] in DASHES else None
        if words[k] in ("who", "which", "that"):
            return self._left(self._before_contrast(k - 2 if k and words[k - 1] == "," else k - 1))
        return self._left(k)

    def _left(self, k: int) -> Range | None:
        """The noun phrase that ends at a token."""
        return self.nouns.last(self.p.left(k))

    def _right(self, j: int) -> Range | None:
        """The noun phrase that begins at a token."""
        return self.nouns.first(self.p.right(j, self.n))

    def _before_contrast(self, k: int) -> int:
        """ "Hamas, not Israel, that …": the token where the phrase before the contrast ends; the token itself without one."""
        phrase = self.p.left(k)
        if phrase is None:
            return k
        at = phrase[0] if self.words[phrase[0]] in self.e.contrasting else phrase[0] - 1
        if at > 1 and self.words[at] in self.e.contrasting and self.words[at - 1] in (",", "and"):
            return at - 3 if self.words[at - 2] == "," else at - 2
        return k

    def _names_actor(self, first: int, stop: int) -> bool:
        text = self.t.text[self.t.starts[first] : self.t.ends[stop - 1]]
        return self.is_actor(text) or (text.isupper() and 1 < len(text) <= _ACRONYM_MOST and not self.all_capitals)

    def _modifier(self, i: int, *, doer: bool) -> Range | None:
        """A name before a noun in its phrase: "Kestovian air strikes", "the Assad regime"; not "Iran-backed".

        A doer must be an actor, a demonym or an acronym, since a place can stand there too: "the Besk massacre".
        """
        words, w = self.words, self.w
        for k in range(i - 1, max(-1, i - 1 - _MODIFIERS_MOST), -1):
            word = words[k]
            if not self.t.is_word(k):
                if word == "." and k:
                    continue
                return None
            if (
                word in w.finite
                and self.t.text[self.t.starts[k] : self.t.ends[k]].isupper()
                and self._names_actor(k, k + 1)
            ):
                # "IS militants"
                return k, k + 1
            if word.endswith(self.e.not_owner_ends) or word.startswith(("pro-", "anti-", "ex-")):
                return None
            if word.endswith(self.e.lead_ends) or word.endswith(("'s", "s'")):
                return (k, k + 1) if not word.endswith(("'s", "s'")) else self.nouns.nearest(self.p.left(k))
            stops = word in w.determiners or word in w.prepositions or word in w.finite or word in w.subordinators
            if (
                stops
                or word in w.relatives
                or word in PERSONAL_PRONOUNS
                or word in ("and", "or")
                or word in self.e.naming
            ):
                return None
            if self.t.is_capital(k) and not word[:1].isdigit() and word not in w.sentence_openers:
                first = k
                while first > 0 and self._goes_on(first):
                    first -= 1
                named = self._names_actor(first, k + 1) or self._names_actor(k, k + 1)
                demonym = word.endswith(("an", "ian", "ish", "ese", "i")) and len(word) > 4
                if named or (demonym and not self.all_capitals):
                    return first, k + 1
                if doer or self.all_capitals or (k == 0 and not self.title):
                    return None
                return first, k + 1
            if word.endswith(("ed", "s")) and i - k > 0 and not self.t.is_capital(k):
                # A verb, as in "Kestovia fights terrorists".
                return None
        return None

    def _goes_on(self, first: int) -> bool:
        """Whether the word before a capital word belongs to the same name."""
        previous = first - 1
        word = self.words[previous]
        if not self.t.is_word(previous) or not self.t.is_capital(previous):
            return False
        return word not in self.w.no_name and not word.endswith("'s")

    def _possessor(self, i: int) -> Range | None:
        words = self.words
        for k in range(i - 1, max(-1, i - 1 - _MODIFIERS_MOST), -1):
            if words[k].endswith("'s") or (words[k] == "'" and k and words[k - 1].endswith("s")):
                return self.nouns.nearest(self.p.left(k))
            if words[k] in self.w.determiners or words[k] in self.w.prepositions or self.t.is_break(k):
                return None
        return None

    def _trim(self, phrase: Range | None) -> Range | None:
        """A noun phrase without the little words and marks at its ends."""
        if phrase is None:
            return None
        words, w = self.words, self.w
        start, stop = phrase
        while start < stop and (
            words[start] in w.sentence_openers
            or (words[start] in w.prepositions and words[start] not in self.e.about_number)
            or not self.t.is_word(start)
        ):
            start += 1
        while stop > start and not self.t.is_word(stop - 1):
            stop -= 1
        return (start, stop) if stop > start else None

    def _is_name(self, phrase: Range) -> bool:
        return any(
            self.t.is_word(k) and self.t.is_capital(k) and not self.words[k][:1].isdigit() for k in range(*phrase)
        )

    def _name(self, phrase: Range | None) -> str | None:
        if phrase is None:
            return None
        start, stop = phrase
        while start < stop - 1 and self.words[start] in self.w.articles and self.words[start + 1] != "of":
            start += 1
        if not self.nouns.is_phrase(start, stop):
            return None
        text = " ".join(self.t.text[self.t.starts[start] : self.t.ends[stop - 1]].split()).rstrip(" .,;:!?\"”’'")
        if text[-2:-1] == "." and text[-1:].isupper():
            # "U.S." lost its last stop to the sentence.
            text += "."
        for suffix in ("'s", "’s", *self.e.leads):
            text = text.removesuffix(suffix)
        return text or None
