"""The words of an article as numbers that can be compared: for comparison only, the text itself stays as it is.

Memory is spent on numbers, eight bytes a word, and only for articles under comparison; never on texts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

#: Characters of an article that are looked at; a text of more is a book, and is compared by its beginning.
MOST_CHARACTERS = 400_000
_MOST_HASHES = 500_000

_WORD = re.compile(r"[^\W_]+")
# Scripts written without spaces: a character is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORD_OR_SIGN = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\\W_])+")
# Soft hyphens, joiners and marks of direction stand inside words without being seen.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])

# What stands in quotation marks, several paragraphs where the marks pair; straight marks pair within a line. Each
# alternative stops at its own opening mark, so that a text of nothing but opening marks is read once.
_QUOTED = re.compile(
    "“[^“”]{1,5000}”|„[^„“”]{1,5000}[“”]|«[^«»]{1,5000}»|「[^「」]{1,5000}」"
    # A quotation of several paragraphs may open each and close the last alone.
    '|(?m:^[“„«][^“”„«»\n]{1,5000}$)|"[^"\n]{1,5000}"|(?m:^"[^"\n]{1,5000}$)'
    "|(?m:^[^\n]{1,2000}\\(@\\w{1,30}\\)[^\n]{0,40}$)"  # a post, by the (@name) that signs it
)
# A stretch between line breaks and sentence-final marks; "Mr." ends one too, in every copy alike.
_STRETCH_END = re.compile(r"\n+|[.!?…؟۔]+[\"'”’»)\]]*\s+|[。！？]+[」』”]*")

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2, _SHIFT = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(33)


class WordHashes(dict[str, int]):
    """A 64-bit number for each word, the same in every run; forgotten when they become many, so memory stays bounded."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_HASHES:
            self.clear()
        self[word] = number = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
        return number

    def of(self, words: Sequence[str]) -> np.ndarray:
        """The numbers of the words, in order."""
        return np.fromiter(map(self.__getitem__, words), np.uint64, len(words))


def readable(text: str) -> str:
    """A text for comparison: one form of each character, lower case, entities resolved, invisible characters gone.

    Example:
        >>> readable("The &ldquo;ﬁrst&rdquo; DAY")
        'the “first” day'
    """
    text = text[:MOST_CHARACTERS]
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold()


def _pattern(text: str) -> re.Pattern[str]:
    return _WORD_OR_SIGN if not text.isascii() and _HAS_UNSPACED.search(text) else _WORD


def words_of(text: str) -> list[str]:
    """The words of a `readable` text; punctuation, quotation marks and white space make no difference.

    Example:
        >>> words_of("don’t stop, 12,000 said") == words_of("don't  stop 12 000 said")
        True
    """
    return _pattern(text).findall(text)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with the spans left blank, every other character in its place.

    Example:
        >>> blanked("News. Click here.", [(6, 17)])
        'News.            '
    """
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            begin = max(start, at)
            pieces += [text[at:begin], " " * (min(end, len(text)) - begin)]
            at = end
    return "".join(pieces) + text[at:]


def stretches(text: str) -> Iterator[list[str]]:
    """The words of each sentence of a `readable` text, cut at line breaks and sentence-final marks.

    A reader would get wrong: "Mr." ends a stretch here; that is no harm, since it does in every article alike.

    Example:
        >>> list(stretches("he came. she went"))
        [['he', 'came'], ['she', 'went']]
    """
    pattern, at = _pattern(text), 0
    for end in _STRETCH_END.finditer(text):
        yield pattern.findall(text, at, end.start())
        at = end.end()
    yield pattern.findall(text, at)


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """The finalizer of MurmurHash3 (Appleby, public domain): every bit of the number changes half of the others."""
    numbers = (numbers ^ (numbers >> _SHIFT)) * _MIX_1
    numbers = (numbers ^ (numbers >> _SHIFT)) * _MIX_2
    mixed: np.ndarray = numbers ^ (numbers >> _SHIFT)
    return mixed


def sequences(words: np.ndarray, length: int) -> np.ndarray:
    """A number for each run of `length` words in a row (a shingle), in order.

    Example:
        >>> len(sequences(WordHashes().of("one two three four".split()), 3))
        2
    """
    n = len(words) - length + 1
    if n < 1:
        return np.zeros(0, np.uint64)
    whole = words[:n].copy()
    for i in range(1, length):
        whole = whole * _FACTOR + words[i : i + n]
    return _mixed(whole)


@dataclass(frozen=True, eq=False)
class Wording:
    """What is kept of an article under comparison.

    Args:
        sequences: A number for each word sequence, in order.
        known: The same, sorted, each once.
        quoted: For each word whether it stands in quotation marks.
        figures: Numbers of the words with a digit, each once.
    """

    sequences: np.ndarray
    known: np.ndarray
    quoted: np.ndarray
    figures: np.ndarray

    @property
    def n_words(self) -> int:
        return len(self.quoted)


def wording_of(text: str, hashes: WordHashes, length: int) -> Wording:
    """The wording of a `readable` text in sequences of `length` words."""
    found = list(_pattern(text).finditer(text))
    words = [m.group() for m in found]
    starts = np.fromiter((m.start() for m in found), np.int64, len(found))
    quoted = np.zeros(len(found), bool)
    for mark in _QUOTED.finditer(text):
        quoted[np.searchsorted(starts, mark.start()) : np.searchsorted(starts, mark.end())] = True
    ordered = sequences(hashes.of(words), length)
    figures = hashes.of([w for w in words if not w.isalpha()])
    return Wording(ordered, np.unique(ordered), quoted, np.unique(figures))


def _among(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of the numbers are among sorted ones."""
    at = np.searchsorted(known, numbers)
    at[at == len(known)] = 0
    found: np.ndarray = known[at] == numbers if len(known) else np.zeros(len(numbers), bool)
    return found


def shared_words(one: Wording, other: Wording, length: int, passage: int) -> np.ndarray:
    """For each word of `one` whether it stands in a passage that `other` has too.

    A passage is at least `passage` words in a row, each in a sequence of `length` words that the other has as well; where in the
    other does not matter, so paragraphs and sentences may change places.
    """
    found = _among(one.sequences, other.known)
    covered = np.zeros(one.n_words, bool)
    for i in range(length):
        covered[i : i + len(found)] |= found
    edges = np.diff(np.concatenate(([False], covered, [False])).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    for start, end in zip(starts, ends, strict=True):
        if end - start < passage:
            covered[start:end] = False
    return covered


def shared_figures(one: Wording, other: Wording) -> tuple[int, int]:
    """How many different figures `one` has, and how many of them `other` has too."""
    return len(one.figures), int(_among(one.figures, other.figures).sum())
