"""What makes a victim a person, and how many are said to be dead or wounded: spans in sentences that tell of harm."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
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
        self.kinds = [
            (
                kind,
                re.compile(
                    rf"\b(?:{'|'.join(map(re.escape, sorted(data[kind], key=len, reverse=True)))})\b", re.IGNORECASE
                ),
            )
            for kind in ("kin", "occupation", "biography")
        ]
        self.harm = [
            (
                kind,
                re.compile(
                    rf"\b(?:{'|'.join(map(re.escape, sorted(data[key], key=len, reverse=True)))})\b", re.IGNORECASE
                ),
            )
            for kind, key in (("number_dead", "dead"), ("number_wounded", "wounded"))
        ]


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
    found = []
    for kind, pattern in w.kinds:
        found += [Detail(m.start(), m.end(), kind, None) for m in pattern.finditer(text, start, end)]
    ages = []
    for m in _AGE.finditer(text, start, end):
        group = next(k for k in range(1, 5) if m[k])
        if group == 3 or int(m[group]) <= 110:
            ages.append(m.span(group))
            found.append(Detail(*m.span(group), "age", 0 if group == 3 else int(m[group])))
    for m in _NAME.finditer(text, start, end):
        # A name of a person is told with an age or what he or she is: "Lina Dross, 9," "Arlo Marr, a nurse".
        if m[0] not in actors and _NEAR_NAME.match(text, m.end(), end):
            found.append(Detail(m.start(), m.end(), "name", None))
    for kind, pattern in w.harm:
        for m in pattern.finditer(text, start, end):
            number = _number_near(text, start, end, *m.span(), w)
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
