"""A text as one byte for each character, folded as it is matched: offsets into the bytes are offsets into the text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from framing.lexicon.model import fold

#: Letters outside ASCII that literals may have in all: each gets a byte of its own.
MOST_LETTERS = 120
_OTHER_WORD, _OTHER = 1, 0


def is_word(character: str) -> bool:
    """Whether `\\w` matches a character."""
    return character.isalnum() or character == "_"


@lru_cache(maxsize=1)
def _folded_plane() -> list[str]:
    """Each character of the basic plane as it is matched."""
    return [fold(chr(i)) for i in range(1 << 16)]


class Letters:
    """Folds and encodes texts for literals with few letters outside ASCII.

    A character becomes its folded ASCII character, a byte of its own where some literal has it, or one of two for all
    others, in words and between them; so two texts with equal bytes are alike to the literals, and only to them.

    Args:
        literals: Folded literals; at most `MOST_LETTERS` letters outside ASCII in all.

    Example:
        >>> Letters(["coup de grâce"]).encode("Grâce – Łódź")[:5]
        b'gr\\x80ce'
    """

    def __init__(self, literals: Iterable[str]) -> None:
        letters = sorted({c for literal in literals for c in literal if not c.isascii()})
        self._own = own = {c: 128 + i for i, c in enumerate(letters)}
        if "σ" in own or "ς" in own:
            # One capital letter stands for both.
            own["σ"] = own["ς"] = own.get("σ", own.get("ς", 0))
        self._plane = np.array([self._code(c, chr(i)) for i, c in enumerate(_folded_plane())], dtype=np.uint8)
        self._latin: bytes = self._plane[:256].tobytes()
        inside = {i for i in range(2, 128) if is_word(chr(i))} | {own[c] for c in own if is_word(c)} | {_OTHER_WORD}
        self._in_word = bytes(i in inside for i in range(256))

    def _code(self, folded: str, character: str) -> int:
        own = self._own.get(folded)
        if own is not None:
            return own
        if len(folded) == 1 and folded.isascii() and ord(folded) > _OTHER_WORD:
            return ord(folded)
        return _OTHER_WORD if is_word(character) else _OTHER

    def encode(self, text: str) -> bytes:
        """A byte for each character."""
        try:
            return text.encode("latin-1").translate(self._latin)
        except UnicodeEncodeError:
            pass
        units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
        if len(units) == len(text):
            return bytes(self._plane[units])
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        coded = self._plane[np.minimum(points, 0xFFFF)]
        for at in np.flatnonzero(points > 0xFFFF).tolist():
            coded[at] = self._code(fold(text[at]), text[at])
        return bytes(coded)

    def in_words(self, coded: bytes) -> bytes:
        """For each byte 1 within a word, 0 outside."""
        return coded.translate(self._in_word)
