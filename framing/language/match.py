"""Lexicon literals in a text, with exact offsets: one function, a fast engine and a pure-Python one with the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import chain, compress, count
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

import ahocorasick_rs

from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold, fold_marks

_NO_WORD = re.compile(r"[^\w ]")
#: The marks of nearly all texts; replacing these one after the other is five times as fast as an expression.
_MARKS = ".,'\"“”‘()[]:;!?—–…/$%&*@#"
_WORDS_KEPT = 200_000


def _is_word(character: str) -> bool:
    # What `\w` matches in Unicode.
    return character.isalnum() or character == "_"


def _word_end(text: str, at: int) -> int:
    while at < len(text) and _is_word(text[at]):
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
    found = _built.get(key)
    if found is None:
        if len(_built) >= _MOST_BUILT:
            _built.clear()
        found = _built[key] = _build(lexicon, pure)
    return found


def _build(lexicon: Lexicon, pure: bool) -> Callable[[str], list[Hit]]:
    patterns = lexicon.patterns
    candidates = _pure_candidates(patterns) if pure else _fast_candidates(patterns)
    # Most candidates stand inside longer words: what is asked of each of them is at hand.
    asked = [(p.prefix, p.cased, p.term is not None, p) for p in patterns]

    def find(text: str) -> list[Hit]:
        folded = fold(text)
        cased = ""
        found: list[_Found] = []
        for i, start, literal_end in candidates(folded):
            if start and ((before := folded[start - 1]).isalnum() or before == "_"):
                continue
            end, after = literal_end, folded[literal_end : literal_end + 1]
            prefix, written, is_term, pattern = asked[i]
            if after.isalnum() or after == "_":
                if not prefix:
                    continue
                end = _word_end(folded, end)
            if written:
                cased = cased or fold_marks(text)
                if cased[start:end] not in (written, written.upper()):
                    continue
            found.append((start, -end, -len(pattern.folded), is_term, len(found), pattern))
        return _leftmost_longest(found)

    return find


@lru_cache(maxsize=4)
def build_literal_finder(forms: tuple[str, ...]) -> Callable[[str], list[tuple[int, int, int]]]:
    """A function from a text to `(start, end, index of the form)`: whole words, leftmost, longest."""
    candidates = _fast_candidates(tuple(Pattern(fold(form), False, i, "") for i, form in enumerate(forms)))

    def find(text: str) -> list[tuple[int, int, int]]:
        folded = fold(text)
        found = []
        for i, start, end in candidates(folded):
            if start and ((before := folded[start - 1]).isalnum() or before == "_"):
                continue
            after = folded[end : end + 1]
            if not (after.isalnum() or after == "_"):
                found.append((start, -end, i))
        # The longest form at a place decides, and two forms that are as long there are the same.
        found.sort(key=_PLACE)
        hits, free_from = [], 0
        for start, minus_end, i in found:
            if start >= free_from:
                free_from = -minus_end
                hits.append((start, free_from, i))
        return hits

    return find


#: Start, minus end, minus length, whether it is a term; then its number, so that no two are alike.
_Found: TypeAlias = tuple[int, int, int, bool, int, Pattern]
_PLACE = itemgetter(0, 1)


def _leftmost_longest(found: list[_Found]) -> list[Hit]:
    found.sort()
    hits, free_from = [], 0
    for start, minus_end, _, _, _, pattern in found:
        if start < free_from:
            continue
        free_from = -minus_end
        if pattern.term is not None:
            hits.append(Hit(start, free_from, pattern))
    return hits


#: From a folded text to `(index of the pattern, start, end)`.
_Candidates: TypeAlias = Callable[[str], Iterable[tuple[int, int, int]]]


def _fast_candidates(patterns: tuple[Pattern, ...]) -> _Candidates:
    # Overlapping search: the automaton's own leftmost-longest would lose "strike" in "strike forces" to "strike force".
    automaton = ahocorasick_rs.AhoCorasick([p.folded for p in patterns])
    return partial(automaton.find_matches_as_indexes, overlapping=True)


def _split(folded: str) -> list[str]:
    """What stands between blanks, marks read as blanks, so that places are sums of lengths and one for each blank."""
    return _NO_WORD.sub(" ", folded).split(" ")


#: A form by its number, and where its anchor begins in it.
_Anchored: TypeAlias = tuple[int, str, int]


class _Anchor(NamedTuple):
    """The forms to look for where one word stands: in any case, by the word behind it, and by the word before it."""

    alone: list[_Anchored]
    by_next: dict[str, list[_Anchored]]
    by_previous: dict[str, list[_Anchored]]


def _pure_candidates(patterns: tuple[Pattern, ...]) -> _Candidates:
    anchors: dict[str, _Anchor] = {}
    by_prefix: dict[str, list[_Anchored]] = {}
    for i, pattern in enumerate(patterns):
        words = _split(pattern.folded)
        # A long word is rarer than a short one: "the" is everywhere.
        k = max(range(len(words)), key=lambda k: len(words[k]))
        form = i, pattern.folded, sum(map(len, words[:k])) + k
        # The last word of "war crim*" is a piece of one.
        whole = len(words) - pattern.prefix
        if k == whole:
            by_prefix.setdefault(words[k], []).append(form)
            continue
        anchor = anchors.setdefault(words[k], _Anchor([], {}, {}))
        if k + 1 < whole:
            anchor.by_next.setdefault(words[k + 1], []).append(form)
        elif k:
            anchor.by_previous.setdefault(words[k - 1], []).append(form)
        else:
            anchor.alone.append(form)
    lengths = sorted({len(prefix) for prefix in by_prefix})
    # The anchor a word is, False where it is none, once worked out: words repeat, and most are none.
    known: dict[str, _Anchor | Literal[False]] = {}

    def learn(words: set[str]) -> dict[str, _Anchor | Literal[False]]:
        nonlocal known
        if len(known) > _WORDS_KEPT:
            # Another one is begun, since threads may read the full one.
            known = {}
        mine = known
        for word in words.difference(mine):
            anchor = anchors.get(word)
            prefixed = [form for length in lengths for form in by_prefix.get(word[:length], ())]
            if prefixed:
                anchor = anchor or _Anchor([], {}, {})
                anchor = anchor._replace(alone=[*anchor.alone, *prefixed])
            mine[word] = anchor or False
        return mine

    def candidates(folded: str) -> Iterable[tuple[int, int, int]]:
        spaced = folded
        for mark in _MARKS:
            if mark in spaced:
                spaced = spaced.replace(mark, " ")
        words = spaced.split(" ")
        found_anchors = list(map(known.get, words))
        if None in found_anchors:
            new = set(words).difference(known, ("",))
            if not all(map(str.isalnum, new)):
                # Another mark stands in the text.
                words = _split(spaced)
            found_anchors = list(map(learn(set(words)).get, words))
        # Behind the last word, and before the first one.
        words.append("")
        found = []
        counted = at = 0
        for k in compress(count(), found_anchors):
            alone, by_next, by_previous = found_anchors[k]  # type: ignore[misc]  # none is False here
            following, previous = words[k + 1], words[k - 1]
            if alone or following in by_next or previous in by_previous:
                at += sum(map(len, words[counted:k])) + k - counted
                counted = k
                for i, form, offset in chain(alone, by_next.get(following, ()), by_previous.get(previous, ())):
                    start = at - offset
                    if start >= 0 and folded.startswith(form, start):
                        found.append((i, start, start + len(form)))
        return found

    return candidates
