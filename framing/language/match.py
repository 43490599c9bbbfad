"""Lexicon literals in a text, with exact offsets: one function, an automaton and a pure-Python one with the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, repeat
from typing import NamedTuple

try:
    import ahocorasick_rs
except ImportError:  # no wheel for this machine: the pure engine gives the same rows
    ahocorasick_rs = None

from framing.language.letters import MOST_LETTERS, Letters, is_word
from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold, fold_marks

_TOKEN = re.compile(r"\w+")
_TOKEN_AND_REST = re.compile(r"\w+\W*")


def _word_end(text: str, at: int) -> int:
    while at < len(text) and is_word(text[at]):
        at += 1
    return at


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
        _built[key] = _build(lexicon.patterns, pure)
    return _built[key]


@lru_cache(maxsize=4)
def build_literal_finder(forms: tuple[str, ...]) -> Callable[[str], list[tuple[int, int, int]]]:
    """A function from a text to `(start, end, index of the form)`: whole words, leftmost, longest."""
    find = _build(tuple(Pattern(fold(form), False, i, "") for i, form in enumerate(forms)), False)

    def find_forms(text: str) -> list[tuple[int, int, int]]:
        return [(start, end, pattern.term or 0) for start, end, pattern in find(text)]

    return find_forms


def _build(patterns: tuple[Pattern, ...], pure: bool) -> Callable[[str], list[Hit]]:
    letters = {c for p in patterns for c in p.folded if not c.isascii()}
    # An alphabet that fits in no byte (Chinese) is read by the pure engine.
    return (
        _ByWords(patterns).find
        if pure or len(letters) > MOST_LETTERS or ahocorasick_rs is None
        else _automaton(patterns)
    )


def _automaton(patterns: tuple[Pattern, ...]) -> Callable[[str], list[Hit]]:
    letters, by_words = Letters(p.folded for p in patterns), _ByWords(patterns)
    alike: dict[bytes, list[Pattern]] = {}
    for pattern in patterns:
        alike.setdefault(letters.encode(pattern.folded), []).append(pattern)
    # Where one literal may be several patterns, has capitals or goes on, the words decide.
    decided = [g[0] if len(g) == 1 and not g[0].cased and not g[0].prefix else None for g in alike.values()]
    # A capital sigma is one of two letters, by its place in the word.
    decided = [None if p is not None and set(p.folded) & {"σ", "ς"} else p for p in decided]
    longest = max(map(len, alike), default=0)
    automaton = ahocorasick_rs.BytesAhoCorasick(
        list(alike),
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.ContiguousNFA,
    )

    def find(text: str) -> list[Hit]:
        # Marks around the text spare a look at its borders, and everything is one place further on.
        coded = b"\0" + letters.encode(text) + b"\0"
        places = automaton.find_matches_as_indexes(coded)
        if not places:
            return []
        in_word = letters.in_words(coded)
        hits: list[Hit] = []
        free_from = 1
        for i, start, end in places:
            pattern = decided[i]
            if start >= free_from and pattern is not None and not in_word[start - 1] and not in_word[end]:
                free_from = end
                if pattern.term is not None:
                    hits.append(Hit(start - 1, end - 1, pattern))
                continue
            # "strike forces" holds "strike force", which is no whole word, and "strike", which is one. Every literal
            # begins within what the automaton found, so the words that begin there are all there is to try.
            at = in_word.find(b"\0\1", max(start, free_from) - 1, end)
            while at >= 0:
                # As far as a literal can reach, and to the end of the word there.
                piece = text[at : in_word.find(0, at + 1 + longest) - 1] if at + 1 + longest < len(coded) else text[at:]
                hit = by_words.find_first(piece)
                if hit is not None:
                    free_from = at + hit.end + 1
                    if hit.pattern.term is not None:
                        hits.append(Hit(at, at + hit.end, hit.pattern))
                at = in_word.find(b"\0\1", max(at + 1, free_from - 1), end)
        return hits

    return find


class _ByWords:
    """Patterns by their first word, and by their second."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self._by_first: dict[str, dict[str, list[Pattern]]] = {}
        self._by_start: dict[str, list[Pattern]] = {}
        for pattern in patterns:
            words = _TOKEN.findall(pattern.folded)
            if pattern.prefix and words[0] == pattern.folded:
                self._by_start.setdefault(pattern.folded, []).append(pattern)
                continue
            # A second word that may go on is not looked up.
            whole = len(words) > 2 or (len(words) == 2 and not (pattern.prefix and is_word(pattern.folded[-1])))
            self._by_first.setdefault(words[0], {}).setdefault(words[1] if whole else "", []).append(pattern)
        self._lengths = sorted({len(start) for start in self._by_start})

    def find(self, text: str) -> list[Hit]:
        """All hits of a text."""
        folded = fold(text)
        words = _TOKEN.findall(folded)
        if not words:
            return []
        pieces = _TOKEN_AND_REST.findall(folded)
        # The first word may stand behind marks, the others follow one another without a gap.
        starts = list(accumulate(map(len, pieces), initial=len(folded) - sum(map(len, pieces))))
        hits: list[Hit] = []
        free_from = 0
        by_first, lengths = self._by_first, self._lengths
        nothing: dict[str, list[Pattern]] = {}
        followings = [*words[1:], ""]
        for i, of_word in enumerate(map(by_first.get, words, repeat(nothing))):
            if (followings[i] not in of_word and "" not in of_word and not lengths) or starts[i] < free_from:
                continue
            hit = self._decide(text, folded, starts[i], words[i], followings[i])
            if hit is not None:
                free_from = hit.end
                if hit.pattern.term is not None:
                    hits.append(hit)
        return hits

    def find_first(self, piece: str) -> Hit | None:
        """What begins with the word at the beginning of a piece of text."""
        folded = fold(piece)
        word = _TOKEN.match(folded)
        assert word is not None
        following = _TOKEN.search(folded, word.end())
        return self._decide(piece, folded, 0, word[0], following[0] if following else "")

    def _decide(self, text: str, folded: str, start: int, word: str, following: str) -> Hit | None:
        """What begins with the word at `start`: the longest, a mask before a term."""
        best: tuple[int, int, bool] | None = None
        hit = None
        for pattern in self._candidates(word, following):
            if not folded.startswith(pattern.folded, start):
                continue
            end = start + len(pattern.folded)
            if pattern.prefix:
                end = _word_end(folded, end)
            elif end < len(folded) and is_word(folded[end]):
                continue
            if pattern.cased and fold_marks(text[start:end]) not in (pattern.cased, pattern.cased.upper()):
                continue
            rank = -end, -len(pattern.folded), pattern.term is not None
            if best is None or rank < best:
                best, hit = rank, Hit(start, end, pattern)
        return hit

    def _candidates(self, word: str, following: str) -> Iterable[Pattern]:
        of_word = self._by_first.get(word)
        found = (*of_word.get(following, ()), *(of_word.get("", ()) if following else ())) if of_word else ()
        return (*found, *self._starting(word)) if self._lengths else found

    def _starting(self, word: str) -> Iterator[Pattern]:
        for length in self._lengths:
            yield from self._by_start.get(word[:length], ())
