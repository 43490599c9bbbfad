"""What a loadedness model sees of a sentence: words, pairs of neighbours, pieces of words and simple marks; no outlet, date or address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
#: Shortest and longest piece of a word; < and > mark its ends, so that "<un" is a beginning and "ing>" an end.
PIECES = (3, 5)
#: Words that address or include the reader, and words that say somebody else speaks. Counted, not learnt one by one.
PERSONS = ("i", "we", "our", "you", "your", "us", "my")
REPORTING = ("said", "says", "according")
#: Plain properties of a sentence, in the order of a model's `simple` weights.
SIMPLE = ("question", "exclamation", "persons", "ly", "quotation", "log_words", "word_length", "digit", "reporting")
#: Columns a model can ask for beside the text; the language room gives them.
TONE = ("polarity", "subjectivity")


def find_words(text: str) -> list[str]:
    """Lower-case words; both apostrophes are one.

    Example:
        >>> find_words("The regime’s well-armed thugs")
        ['the', "regime's", 'well-armed', 'thugs']
    """
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def find_pairs(words: Sequence[str]) -> list[str]:
    """Pairs of neighbouring words.

    Example:
        >>> find_pairs(["so", "called", "peace"])
        ['so called', 'called peace']
    """
    return [f"{a} {b}" for a, b in pairwise(words)]


def find_pieces(word: str) -> list[str]:
    """Pieces of a word of three to five characters, its ends marked.

    Example:
        >>> find_pieces("mob")
        ['<mo', 'mob', 'ob>', '<mob', 'mob>', '<mob>']
    """
    # Nothing a person writes is longer; a line of a million letters must not cost millions of pieces.
    marked = f"<{word[:60]}>"
    shortest, longest = PIECES
    return [marked[i : i + n] for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)]


class Forms:
    """Single-word forms of loaded terms, as a lexicon writes them: a trailing * allows any ending.

    Example:
        >>> forms = Forms(["regime", "martyr*"])
        >>> "martyrdom" in forms, "regimes" in forms
        (True, False)
    """

    def __init__(self, forms: Sequence[str]) -> None:
        self._whole = frozenset(f for f in forms if not f.endswith("*"))
        self._beginnings = tuple(sorted({f[:-1] for f in forms if f.endswith("*")}))

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self._whole or word.startswith(self._beginnings))


def is_adverb(word: str) -> bool:
    """Whether a word ends as adverbs do ("brutally"; also "family", which costs little)."""
    return len(word) > 4 and word.endswith("ly")
