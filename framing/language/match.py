"""Lexicon literals in a text, with exact offsets: one function, a fast engine and a pure-Python one with the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import ahocorasick_rs

from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold, fold_marks

_TOKEN = re.compile(r"\w+")


def _is_word(character: str) -> bool:
    # What `\w` matches in Unicode.
    return character.isalnum() or character == "_"


def _word_end(text: str, at: int) -> int:
    while at < len(text) and _is_word(text[at]):
        at += 1
    return at


def _whole_words(text: str, start: int, end: int) -> bool:
    return not (start and _is_word(text[start - 1])) and not (end < len(text) and _is_word(text[end]))


class Hit(NamedTuple):
    """A place where a lexicon form stands: code points `start:end`, and the pattern found there."""

    start: int
    end: int
    pattern: Pattern


#: Matchers by lexicon digest; hashing a lexicon's thousands of strings at each call would be slow.
_built: dict[tuple[str, bool], Callable[[str], list[Hit]]] = {}
_MOST_BUILT = 4


def build_matcher(lexicon: Lexicon, *, pure: bool = False) -> Callable[[str], list[Hit]]:
    """A function from a text to its hits, in order and without overlaps.

    A hit begins and ends at a Unicode word border, so `occupation` is not found in `preoccupation` but is found
    in `pre-occupation`. Of hits that overlap the leftmost wins, then the longest; masks take part and are dropped,
    so a masked name is no hit. Space and hyphen are alike inside a form, curly apostrophes are straight ones.

    Args:
        lexicon: What to look for.
        pure: Use the pure-Python engine; it gives the same rows, more slowly.

    Example:
        >>> from framing.lexicon import read_lexicon
        >>> find = build_matcher(read_lexicon("conflict"))
        >>> [(h.start, h.end) for h in find("Martyrs' Square mourns the martyrdom")]
        [(27, 36)]
    """
    key = lexicon.digest, pure
    if key not in _built:
        if len(_built) >= _MOST_BUILT:
            _built.clear()
        _built[key] = _build(lexicon, pure)
    return _built[key]


def _build(lexicon: Lexicon, pure: bool) -> Callable[[str], list[Hit]]:
    patterns = lexicon.patterns
    candidates = _pure_candidates(patterns) if pure else _fast_candidates(patterns)

    def find(text: str) -> list[Hit]:
        folded = fold(text)
        cased = ""
        found: list[tuple[int, int, int, bool, Pattern]] = []
        for pattern, start, literal_end in candidates(folded):
            end = _word_end(folded, literal_end) if pattern.prefix else literal_end
            if not _whole_words(folded, start, end):
                continue
            if pattern.cased:
                cased = cased or fold_marks(text)
                if cased[start:end] not in (pattern.cased, pattern.cased.upper()):
                    continue
            found.append((start, -end, -len(pattern.folded), pattern.term is not None, pattern))
        return _leftmost_longest(found)

    return find


@lru_cache(maxsize=4)
def build_literal_finder(forms: tuple[str, ...]) -> Callable[[str], list[tuple[int, int, int]]]:
    """A function from a text to `(start, end, index of the form)`: whole words, leftmost, longest."""
    patterns = tuple(Pattern(fold(form), False, i, "") for i, form in enumerate(forms))
    candidates = _fast_candidates(patterns)

    def find(text: str) -> list[tuple[int, int, int]]:
        folded = fold(text)
        found = [
            (start, -end, -len(pattern.folded), True, pattern)
            for pattern, start, end in candidates(folded)
            if _whole_words(folded, start, end)
        ]
        return [(hit.start, hit.end, hit.pattern.term or 0) for hit in _leftmost_longest(found)]

    return find


def _leftmost_longest(found: list[tuple[int, int, int, bool, Pattern]]) -> list[Hit]:
    found.sort(key=lambda hit: hit[:4])
    hits, free_from = [], 0
    for start, minus_end, _, _, pattern in found:
        if start < free_from:
            continue
        free_from = -minus_end
        if pattern.term is not None:
            hits.append(Hit(start, free_from, pattern))
    return hits


def _fast_candidates(patterns: tuple[Pattern, ...]) -> Callable[[str], Iterable[tuple[Pattern, int, int]]]:
    # Overlapping search: the automaton's own leftmost-longest would lose "strike" in "strike forces" to "strike force".
    automaton = ahocorasick_rs.AhoCorasick([p.folded for p in patterns])

    def candidates(folded: str) -> Iterable[tuple[Pattern, int, int]]:
        return ((patterns[i], s, e) for i, s, e in automaton.find_matches_as_indexes(folded, overlapping=True))

    return candidates


def _pure_candidates(patterns: tuple[Pattern, ...]) -> Callable[[str], Iterable[tuple[Pattern, int, int]]]:
    by_token: dict[str, list[Pattern]] = {}
    by_prefix: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        first = _TOKEN.match(pattern.folded)
        token = first[0] if first else pattern.folded[0]
        whole_prefix = pattern.prefix and token == pattern.folded
        (by_prefix if whole_prefix else by_token).setdefault(token, []).append(pattern)
    lengths = sorted({len(prefix) for prefix in by_prefix})

    def candidates(folded: str) -> Iterable[tuple[Pattern, int, int]]:
        for token in _TOKEN.finditer(folded):
            start, word = token.start(), token[0]
            for pattern in by_token.get(word, ()):
                if folded.startswith(pattern.folded, start):
                    yield pattern, start, start + len(pattern.folded)
            for length in lengths:
                for pattern in by_prefix.get(word[:length], ()):
                    yield pattern, start, start + length

    return candidates
