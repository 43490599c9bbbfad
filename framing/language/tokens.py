"""Words and marks of a stretch of text, quotations as one token each, so that rules of speech can look left and right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from framing.language.quotes import Quotation
from framing.lexicon import SpeechData

_TOKEN = re.compile(r"\w+(?:[’'.‑-]\w+)*|[^\w\s]")
#: Stands where a sentence ends inside a stretch.
STOP = "\x00stop"
_BREAKS = frozenset(",;:—–()[]?!") | {"--", "…", STOP}
#: Stands for a whole quotation; no word and no mark of a text looks like it.
QUOTE = "\x00quote"


class WordClasses:
    """The word classes of the speech data as sets."""

    def __init__(self, data: SpeechData) -> None:
        get = data.word_class
        self.determiners, self.articles = get("determiners"), get("articles")
        self.be, self.auxiliaries, self.negators = get("be"), get("auxiliaries"), get("negators")
        self.adverbs, self.prepositions = get("adverbs"), get("prepositions")
        self.subordinators, self.relatives = get("subordinators"), get("relatives")
        self.adjuncts, self.first_person, self.pronouns = get("adjuncts"), get("first_person"), get("pronouns")
        self.nobody, self.days, self.day_parts = get("nobody"), get("days"), get("day_parts")
        self.settings, self.audience = get("settings"), get("audience")
        self.plurals = get("plurals")
        self.lead_nouns, self.headline_labels = get("lead_nouns"), get("headline_labels")
        self.takes_recipient, self.subject_pronouns = get("takes_recipient"), get("subject_pronouns")
        self.adjunct_ends, self.after_quotation = get("adjunct_ends"), get("after_quotation")
        self.documents = get("documents")
        self.verb_forms = frozenset(c.form for c in data.cues)
        self.finite = get("finite") | self.be | self.auxiliaries | self.negators


@lru_cache(maxsize=4)
def word_classes(data: SpeechData) -> WordClasses:
    """The word classes of speech data, built once."""
    return WordClasses(data)


class Tokens:
    """Tokens of `text[start:end]`: lower-case words with straight apostrophes, marks, and `QUOTE` for a quotation.

    A comma before a closing mark stands behind the quotation here, as if written so.
    """

    def __init__(
        self, text: str, start: int, end: int, quotations: Sequence[Quotation], stops: Sequence[int] = ()
    ) -> None:
        self.text, self.start, self.end = text, start, end
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.quotations: dict[int, Quotation] = {}
        self._stops = [s for s in stops if start < s < end]
        at = start
        for q in quotations:
            if q.end <= start or q.start >= end:
                continue
            self._plain(at, q.outer_start)
            if len(self.words) > 1 and self.words[-1] == "." and len(self.words[-2]) > 3 and text[q.start].isupper():
                self._add(STOP, q.outer_start, q.outer_start)
            self.quotations[len(self.words)] = q
            at = min(q.outer_end, end)
            self._add(QUOTE, q.outer_start, at)
            if text[q.end - 1] == ",":
                self._add(",", q.end - 1, q.end)
            elif text[q.end - 1] in ".?!" and q.closed and text[at : at + 2].strip()[:1].isupper() and at < end:
                # “… now.” The army …: the sentence ends within the marks. “Now?” Odane said goes on.
                if text[q.end - 1] == ".":
                    self._add(STOP, at, at)
        self._plain(at, end)
        self.index = {s: i for i, s in enumerate(self.starts) if self.words[i] != STOP}

    def _add(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def _plain(self, start: int, end: int) -> None:
        if start >= end:
            return
        while self._stops and self._stops[0] < start:
            self._stops.pop(0)
        for m in _TOKEN.finditer(self.text, start, end):
            if self._stops and m.start() >= self._stops[0]:
                if self.words and self.words[-1] != STOP:
                    self._add(STOP, m.start(), m.start())
                self._stops.pop(0)
            self.starts.append(m.start())
            self.ends.append(m.end())
            self.words.append(m[0].replace("’", "'").lower())

    def __len__(self) -> int:
        return len(self.words)

    def is_word(self, i: int) -> bool:
        """Whether a token is a word, not a mark and not a quotation."""
        return self.words[i][:1].isalnum()

    def is_capital(self, i: int) -> bool:
        """Whether a word begins with a capital letter or is a number."""
        first = self.text[self.starts[i]]
        return first.isupper() or first.isdigit()

    def is_break(self, i: int) -> bool:
        """Whether a mark parts clauses; a full stop inside a stretch belongs to an abbreviation."""
        return self.words[i] in _BREAKS

    def is_quote(self, i: int) -> bool:
        return self.words[i] == QUOTE

    def has(self, words: frozenset[str], start: int, end: int) -> bool:
        """Whether one of the words stands in a range of tokens."""
        return any(w in words for w in self.words[start:end])
