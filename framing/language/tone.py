"""TextBlob tone: polarity and subjectivity of a sentence, a baseline people ask for. Not stance and not bias.

Its word list has no entry for martyrdom, aggression or assassination. This is the only module that imports textblob.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple


class Tone(NamedTuple):
    """Polarity from -1 to 1 and subjectivity from 0 to 1."""

    polarity: float
    subjectivity: float


_loading = Lock()


@lru_cache(maxsize=1)
def _sentiment() -> Any:
    # Imported at first use: textblob pulls nltk, which takes more than a second. This is what PatternAnalyzer, the default
    # of TextBlob, asks; the analyzer itself makes a class of its own at every call, which takes most of the time.
    with _loading:
        from textblob.en import sentiment

        if not dict.__len__(sentiment):
            # It would load itself at its first use, which two threads must not begin at once.
            sentiment.load()
    return sentiment


def score_tone(sentences: Sequence[str]) -> list[Tone]:
    """TextBlob's polarity and subjectivity of each sentence.

    Example:
        >>> score_tone(["A wonderful day."])[0].polarity
        1.0
    """
    tones = map(_sentiment(), sentences)
    return [Tone(round(polarity, 6), round(subjectivity, 6)) for polarity, subjectivity in tones]
