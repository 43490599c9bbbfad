"""Who a pronoun or "the ministry" stands for: the last fitting speaker."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterator
from typing import NamedTuple

#: A speaker is carried on only within this many characters.
CARRIED_MOST = 1_500
_PRONOUN = re.compile(
    r"(?:he|she|they|it|who|which|that|his|her|their|its|him|them|himself|herself|the latter|the former)\Z",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"(?:the|this|that|its|his|her|their)\s+(?:[\w-]+\s+){0,2}[\w-]+\Z", re.IGNORECASE)
_PERSON_PRONOUN = frozenset(["he", "she", "his", "her", "him", "himself", "herself"])
_PARAGRAPH_END = re.compile(r"\n\s*")
_TRIM = re.compile(r"^(?:that|and|but|also|then|where|as)\s+")


class Named(NamedTuple):
    """A speaker where it is named: who it is, and the span that names it."""

    at: int
    name: str
    start: int
    end: int


class Speakers:
    """The speakers of one text, in order, to resolve later ones.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._said: list[Named] = []

    def resolve(self, name: str, start: int, end: int) -> str | None:
        """Whom a name, a pronoun or a definite phrase stands for; the words themselves where nobody fits.

        Args:
            name: The words, without an apposition.
            start: Where the speaker is named.
            end: And where that ends.
        """
        name = _TRIM.sub("", " ".join(name.split()).strip(" ,;:.\"“”'‘’()"))
        if name.endswith(("'s", "’s")):
            name = name[:-2]
        if not name or len(name) > 150:
            return None
        if _PRONOUN.match(name):
            found = self._fitting(name.lower(), start) or name
        elif _DEFINITE.match(name) and not any(w[:1].isupper() for w in name.split()[1:]):
            found = self._named_like(name, start) or name
        else:
            found = name
        insort(self._said, Named(start, found, start, end))
        return found

    def last_before(self, at: int) -> Named | None:
        """The last speaker named before a place, in its paragraph or the one before it."""
        i = bisect_right(self._said, (at, "")) - 1
        if i < 0:
            return None
        last = self._said[i]
        between = self.text[last.at : at]
        near = len(between) <= CARRIED_MOST and len(_PARAGRAPH_END.findall(between)) <= 1
        return last if near else None

    def _before(self, at: int) -> Iterator[Named]:
        """The speakers before a place, the last one first."""
        for i in range(bisect_right(self._said, (at, "")) - 1, -1, -1):
            yield self._said[i]

    def _fitting(self, pronoun: str, at: int) -> str | None:
        for said in self._before(at):
            if at - said.at > CARRIED_MOST:
                return None
            if _PRONOUN.match(said.name):
                continue
            if pronoun not in _PERSON_PRONOUN or said.name[:1].isupper() or said.name.lower().startswith(("mr", "ms")):
                return said.name
        return None

    def _named_like(self, name: str, at: int) -> str | None:
        """The last speaker whose name holds the phrase's noun: "the ministry" for "Foreign Ministry"."""
        noun = name.rsplit(" ", 1)[-1].lower()
        for said in self._before(at):
            if at - said.at > 4 * CARRIED_MOST:
                return None
            if noun in said.name.lower().split() and said.name.lower() != name.lower():
                return said.name
        return None
