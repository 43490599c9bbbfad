"""Where literals may begin in a text, many at once: words as hashes, chains of them looked up in tables by numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.lexicon.model import fold

#: Letters outside ASCII that literals may have in all: each gets a byte of its own.
MOST_LETTERS = 120
# Odd constants that spread bits in a product: 2^64 divided by the golden ratio, and a prime of xxHash64.
_SPREAD, _STEP = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_CHAINS_BITS = 20
_ENDS, _GOES_ON, _UNDECIDED = 1, 2, 4
_OTHER_WORD, _OTHER = 1, 0
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)
_ALL = (1 << 64) - 1


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


@lru_cache(maxsize=1)
def _folded_plane() -> list[str]:
    """Each character of the basic plane as it is matched."""
    return [fold(chr(i)) for i in range(1 << 16)]


class Scanner:
    """Finds the places of a text where one of many literals may begin.

    A character becomes one byte: its folded ASCII character, a byte for a letter outside ASCII that some literal has, or
    one of two for all others, in words and between them. So an offset into the bytes is one into the text. A word's
    first eight bytes are one number, a chain of words is a hash of them; tables say which hashes begin or end a literal.
    Hashes can only say too much: whoever asks compares.

    Args:
        literals: Folded literals that begin with a word character; True where word characters may follow.
    """

    def __init__(self, literals: Sequence[tuple[str, bool]]) -> None:
        letters = sorted({c for literal, _ in literals for c in literal if not c.isascii()})
        own = {c: 128 + i for i, c in enumerate(letters)}
        self._own = own
        self._plane = np.array([self._code(c, chr(i)) for i, c in enumerate(_folded_plane())], dtype=np.uint8)
        self._latin = self._plane[:256].tobytes()
        word_bytes = {i for i in range(2, 128) if _is_word(chr(i))} | {own[c] for c in letters if _is_word(c)}
        self._in_word = bytes(i in word_bytes or i == _OTHER_WORD for i in range(256))
        self._chains = np.zeros(1 << _CHAINS_BITS, dtype=np.uint8)
        self._lengths: dict[int, int] = {}
        self._starts: dict[int, set[int]] = {}
        for literal, goes_on in literals:
            self._add(self.encode(literal), goes_on)

    def _code(self, folded: str, character: str) -> int:
        code = self._own.get(folded)
        if code is not None:
            return code
        if len(folded) == 1 and folded.isascii() and ord(folded) > 1:
            return ord(folded)
        return _OTHER_WORD if _is_word(character) else _OTHER

    def _add(self, literal: bytes, goes_on: bool) -> None:
        in_word = literal.translate(self._in_word)
        pieces = "".join(chr(byte) if inside else " " for byte, inside in zip(literal, in_word, strict=True)).split()
        words = [piece.encode("latin-1") for piece in pieces]
        if goes_on and in_word[-1]:
            last = words.pop()
            if not words:
                size = min(len(last), 8)
                self._starts.setdefault(size, set()).add(int.from_bytes(last[:size], "little"))
                return
        hashed = 0
        for number, word in enumerate(words):
            key = (int.from_bytes(word[:8], "little") ^ (len(word) & 255) << 56) * _SPREAD & _ALL
            hashed = (hashed * _STEP + key) & _ALL
            if number + 1 < len(words):
                self._chains[hashed >> (64 - _CHAINS_BITS)] |= _GOES_ON
        self._chains[hashed >> (64 - _CHAINS_BITS)] |= _ENDS | (_UNDECIDED if goes_on else 0)
        # Literals of the same words with other marks behind them have different lengths: undecided.
        if self._lengths.setdefault(hashed, len(literal)) != len(literal):
            self._lengths[hashed] = 0

    def encode(self, text: str) -> bytes:
        """A byte for each character."""
        try:
            return text.encode("latin-1").translate(self._latin)
        except UnicodeEncodeError:
            pass
        units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
        if len(units) == len(text):
            return self._plane[units].tobytes()
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        coded = self._plane[np.minimum(points, 0xFFFF)]
        for at in np.flatnonzero(points > 0xFFFF).tolist():
            coded[at] = self._code(fold(text[at]), text[at])
        return coded.tobytes()

    def find_places(self, text: str) -> tuple[bytes, bytes, list[tuple[int, int]]]:
        """The text in bytes, 1 for each in a word, and places where a literal may begin with its likely length, 0 where open."""
        coded = self.encode(text)
        padded = b"\0" + coded + b"\0" * 9
        within = padded.translate(self._in_word)
        in_word: npt.NDArray[np.bool_] = np.frombuffer(within, dtype=np.bool_)
        borders = np.flatnonzero(in_word[1:] != in_word[:-1])
        starts = borders[::2]
        lengths = borders[1::2] - starts
        eight: npt.NDArray[np.uint64] = np.ndarray((len(coded) + 1,), np.uint64, padded, 1, (1,))
        first = eight[starts]
        keys = first & _MASKS.take(lengths, mode="clip")
        # Words that begin with the same eight bytes differ by their length: terrorist, terrorists.
        keys ^= lengths.astype(np.uint64) << np.uint64(56)
        keys *= np.uint64(_SPREAD)
        found, size = self._follow(keys)
        if self._starts:
            open_at = np.zeros(len(starts), dtype=np.bool_)
            for n, values in self._starts.items():
                known = np.fromiter(values, dtype=np.uint64, count=len(values))
                open_at |= np.isin(first & _MASKS[n], known) & (lengths >= n)
            undecided = np.flatnonzero(open_at)
            found = np.concatenate([found, undecided])
            size = np.concatenate([size, np.zeros(len(undecided), dtype=np.uint64)])
            # One place once, the undecided before the decided.
            order = np.lexsort((size, found))
            found, size = found[order], size[order]
            once = np.ones(len(found), dtype=np.bool_)
            once[1:] = found[1:] != found[:-1]
            found, size = found[once], size[once]
        likely = [self._lengths.get(hashed, 0) for hashed in size.tolist()]
        return coded, within[1:], list(zip(starts[found].tolist(), likely, strict=True))

    def _follow(self, keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint64]]:
        """Words where a chain ends or goes on behind its third word, each with the hash of its longest chain.

        0 where that does not decide.
        """
        chains, shift = self._chains, np.uint64(64 - _CHAINS_BITS)
        one = chains[keys >> shift]
        hashed = keys[:-1] * np.uint64(_STEP)
        hashed += keys[1:]
        two = chains[hashed >> shift]
        # Of one word that ends, or of two that end or go on.
        some = one & (_ENDS | _UNDECIDED)
        some[:-1] |= two
        at = np.flatnonzero(some)
        inner = at[at < len(hashed)]
        flags, second = one[at], np.zeros(len(at), dtype=np.uint8)
        longest = keys[at]
        second[: len(inner)] = two[inner]
        ends = np.flatnonzero(second & _ENDS)
        longest[ends] = hashed[at[ends]]
        on = np.flatnonzero(second & _GOES_ON)
        on = on[at[on] + 2 < len(keys)]
        of_three = hashed[at[on]] * np.uint64(_STEP) + keys[at[on] + 2]
        third = chains[of_three >> shift]
        ended = np.flatnonzero(third & _ENDS)
        longest[on[ended]] = of_three[ended]
        flags &= _ENDS | _UNDECIDED
        flags |= second & (_ENDS | _UNDECIDED)
        # What goes on behind three words, is for the caller.
        flags[on] |= (third & (_ENDS | _UNDECIDED)) | (third & _GOES_ON) << 1
        longest[flags & _UNDECIDED != 0] = 0
        kept = np.flatnonzero(flags)
        return at[kept], longest[kept]
