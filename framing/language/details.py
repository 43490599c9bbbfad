"""What makes a victim a person, and how many are said to be dead or wounded: spans in sentences that tell of harm."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import framing.lexicon

_FILE = Path(framing.lexicon.__file__).parent / "data" / "details.toml"
KINDS = ("name", "age", "kin", "occupation", "biography", "number_dead", "number_wounded")
_AGE = re.compile(
    r"\b(?:aged?\s+(\d{1,3})\b|(\d{1,3})[-\s]year[-\s]olds?\b|(\d{1,2})[-\s]months?[-\s]old\b)|(?<=[a-z]), (\d{1,2}),(?=\s)"
)
_NAME = re.compile(
    r"\b[A-Z][a-zà-ÿ]+(?:[-’'][A-Z]?[a-zà-ÿ]+)?(?:\s+(?:al-|el-|bin |de |van )?[A-Z][a-zà-ÿ]+(?:[-’'][A-Z]?[a-zà-ÿ]+)?){1,3}\b"
)
_NEAR_NAME = re.compile(r",?\s*(?:aged?\s+)?\d{1,2}\b|,\s+an?\s")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_BETWEEN_MOST = 4


class Detail(NamedTuple):
    """A detail in code points `start:end`.

    Args:
        start: First code point.
        end: Code point after the last.
        kind: One of `KINDS`.
        value: The number or age; None for words.
    """

    start: int
    end: int
    kind: str
    value: int | None


class _Words:
    def __init__(self) -> None:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        self.numbers: dict[str, int] = data["numbers"]
        self.counted = frozenset(data["counted"])
        # Phrases by their first word, so that each word of a sentence is looked up once.
        self.phrases: dict[str, list[tuple[str, str]]] = {}
        for kind in ("kin", "occupation", "biography", "dead", "wounded"):
            for phrase in data[kind]:
                self.phrases.setdefault(phrase.split(" ", 1)[0], []).append((phrase, kind))
        for choices in self.phrases.values():
            choices.sort(key=lambda c: -len(c[0]))

    def find(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Places of the words of a sentence and their kinds, leftmost and longest."""
        lowered = text[start:end].lower()
        same = len(lowered) == end - start
        free = start
        for m in _WORD.finditer(text, start, end):
            if m.start() < free:
                continue
            for phrase, kind in self.phrases.get(m[0].lower(), ()):
                stop = m.start() + len(phrase)
                here = lowered[m.start() - start : stop - start] if same else text[m.start() : stop].lower()
                if here == phrase and not text[stop : stop + 1].isalnum() and stop <= end:
                    yield m.start(), stop, kind
                    free = stop
                    break


@lru_cache(maxsize=1)
def _words() -> _Words:
    return _Words()


def find_details(text: str, start: int, end: int, actors: Sequence[str] = ()) -> list[Detail]:
    """Humanising details and numbers of dead and wounded in a sentence that tells of harm to people.

    A reader would get wrong: a detail stands in the same sentence as the harm; whose it is was not resolved. A number is
    what the article says there, told by whomever, and later numbers may replace it.

    Args:
        text: The part of the article.
        start: The sentence's first code point.
        end: Code point after its last.
        actors: Names that are no victims', such as those of the ones who act.

    Example:
        >>> text = "Lina Dross, 9, a pupil, and 14 other people were killed."
        >>> [(text[d.start:d.end], d.kind, d.value) for d in find_details(text, 0, len(text))]
        [('Lina Dross', 'name', None), ('9', 'age', 9), ('pupil', 'occupation', None), ('14', 'number_dead', 14)]
    """
    w = _words()
    found: list[Detail] = []
    harm = []
    for first, after, kind in w.find(text, start, end):
        if kind in ("dead", "wounded"):
            harm.append((first, after, f"number_{kind}"))
        else:
            found.append(Detail(first, after, kind, None))
    ages = []
    numbered = _DIGIT.search(text, start, end) is not None
    for m in _AGE.finditer(text, start, end) if numbered else ():
        group = next(k for k in range(1, 5) if m[k])
        if group == 3 or int(m[group]) <= 110:
            ages.append(m.span(group))
            found.append(Detail(*m.span(group), "age", 0 if group == 3 else int(m[group])))
    for m in _NAME.finditer(text, start, end) if numbered or text.find(",", start, end) >= 0 else ():
        # A name of a person is told with an age or what he or she is: "Lina Dross, 9," "Arlo Marr, a nurse".
        if m[0] not in actors and _NEAR_NAME.match(text, m.end(), end):
            found.append(Detail(m.start(), m.end(), "name", None))
    for first, after, kind in harm:
        number = _number_near(text, start, end, first, after, w)
        if number is not None and number[:2] not in ages:
            found.append(Detail(*number[:2], kind, number[2]))
    return sorted(set(found))


_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+|\w+(?:-\w+)*|[.;:!?,]")


def _number_near(text: str, start: int, end: int, first: int, after: int, w: _Words) -> tuple[int, int, int] | None:
    """ "killed 12 people", "14 other people were killed", "death toll rose to 45": the number next to a word of harm."""
    right = list(_TOKEN.finditer(text, after, min(end, after + 60)))[:_BETWEEN_MOST]
    for m in right:
        if m[0] in ".;:!?,":
            break
        value = _value(m[0], w)
        if value is not None:
            return m.start(), m.end(), value
        if m[0].lower() not in (
            "at",
            "least",
            "more",
            "than",
            "about",
            "some",
            "nearly",
            "over",
            "around",
            "up",
            "to",
            "as",
            "many",
            "a",
            "further",
            "another",
            "rose",
            "has",
            "risen",
            "stood",
            "toll",
        ):
            break
    left = list(_TOKEN.finditer(text, max(start, first - 80), first))[-(_BETWEEN_MOST + 2) :]
    for m in reversed(left):
        if m[0] in ".;:!?":
            return None
        value = _value(m[0], w)
        if value is not None:
            return m.start(), m.end(), value
        allowed = m[0].lower() in w.counted or m[0].lower() in (
            "were",
            "was",
            "been",
            "have",
            "had",
            "has",
            "others",
            "other",
            "more",
            "also",
            "and",
            "of",
            "them",
            "are",
            "being",
            "left",
            "those",
            "the",
        )
        if not allowed:
            return None
    return None


def _value(word: str, w: _Words) -> int | None:
    if word[0].isdigit():
        digits = word.replace(",", "")
        return int(digits) if digits.isdecimal() and len(digits) < 8 and not (1900 <= int(digits) <= 2099) else None
    return w.numbers.get(word.lower())
