"""Words and marks of a stretch of text, quotations as one token each, so that rules of speech can look left and right."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from framing.language.quotes import Quotation
from framing.lexicon import SpeechData

# Splitting by a group gives what stands between the tokens too, so that places are sums of lengths.
_TOKEN = re.compile(r"((?:[a-z]++\w*+|\d{1,3}(?:,\d{3})+(?!\d)|\w++)(?:['.‑-]\w++)*+|[^\w\s])")


class Words(NamedTuple):
    """Words and marks of a text, and where each begins and ends."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def words_of(text: str) -> Words:
    """Lower-case words and marks of a text with straight apostrophes, and where they stand."""
    straight = text.replace("’", "'")
    lowered = straight.lower()
    same = len(lowered) == len(text)
    parts = _TOKEN.split(lowered if same else straight)
    borders = list(accumulate(map(len, parts)))
    words, starts, ends = parts[1::2], borders[:-1:2], borders[1::2]
    if not same:
        # "İ" has two characters when lowered; places are counted in the text's own.
        words = [w if len(w := x.lower()) == b - a else text[a:b] for x, a, b in zip(words, starts, ends, strict=True)]
    return Words(words, starts, ends)


#: Stands where a sentence ends inside a stretch.
STOP = "\x00stop"
#: Marks that part clauses.
BREAKS = frozenset(",;:—–()[]?!") | {"--", "…", STOP}
#: Stands for a whole quotation; no word and no mark of a text looks like it.
QUOTE = "\x00quote"


#: Tokens `start:end`.
Range: TypeAlias = tuple[int, int]


class WordClasses:
    """The word classes of the speech data as sets; what each is for stands in the data file."""

    determiners: frozenset[str]
    definite: frozenset[str]
    articles: frozenset[str]
    quantities: frozenset[str]
    possessives: frozenset[str]
    be: frozenset[str]
    auxiliaries: frozenset[str]
    negators: frozenset[str]
    finite: frozenset[str]
    past_forms: frozenset[str]
    contractions: frozenset[str]
    adverbs: frozenset[str]
    no_adverbs: frozenset[str]
    prepositions: frozenset[str]
    subordinators: frozenset[str]
    phrase_links: frozenset[str]
    links: frozenset[str]
    contrasts: frozenset[str]
    relatives: frozenset[str]
    clause_openers: frozenset[str]
    sentence_openers: frozenset[str]
    setting_openers: frozenset[str]
    before_subordinate: frozenset[str]
    adjuncts: frozenset[str]
    adjunct_ends: frozenset[str]
    after_quotation: frozenset[str]
    phrase_ends: frozenset[str]
    after_recipient: frozenset[str]
    after_speaker: frozenset[str]
    after_noun: frozenset[str]
    so_called: frozenset[str]
    tells: frozenset[str]
    no_nouns: frozenset[str]
    first_person: frozenset[str]
    pronouns: frozenset[str]
    subject_pronouns: frozenset[str]
    plurals: frozenset[str]
    nobody: frozenset[str]
    days: frozenset[str]
    day_parts: frozenset[str]
    times: frozenset[str]
    settings: frozenset[str]
    audience: frozenset[str]
    broadcast: frozenset[str]
    documents: frozenset[str]
    silent_verbs: frozenset[str]
    naming: frozenset[str]
    takes_recipient: frozenset[str]
    reporting_participles: frozenset[str]
    lead_nouns: frozenset[str]
    labels: frozenset[str]
    verb_forms: frozenset[str]
    noun_forms: frozenset[str]

    def __init__(self, data: SpeechData) -> None:
        for name in WordClasses.__annotations__:
            if name not in ("verb_forms", "noun_forms"):
                setattr(self, name, data.word_class(name))
        self.finite |= self.be | self.auxiliaries | self.negators
        self.verb_forms = frozenset(cue.form for cue in data.cues)
        self.noun_forms = frozenset(cue.form for cue in data.cues if cue.frame == "noun")

    # Classes joined once; the rules ask for them at every other word.

    @cached_property
    def linking(self) -> frozenset[str]:
        """Prepositions without "of"."""
        return self.prepositions - {"of"}

    @cached_property
    def no_clause(self) -> frozenset[str]:
        """What shows that no clause of its own begins before it."""
        return BREAKS | self.relatives | self.subordinators | self.links

    @cached_property
    def phrase_borders(self) -> frozenset[str]:
        """What no noun phrase runs over to the left."""
        return BREAKS | self.relatives | (self.subordinators - self.phrase_links)

    @cached_property
    def right_borders(self) -> frozenset[str]:
        """What no noun phrase holds."""
        return BREAKS | self.relatives | self.finite | {QUOTE}

    @cached_property
    def inner_borders(self) -> frozenset[str]:
        """What ends a noun phrase that has begun."""
        return self.after_speaker | self.days | (self.subordinators - self.phrase_links)

    @cached_property
    def behind_recipient(self) -> frozenset[str]:
        return self.days | self.prepositions | self.pronouns | self.articles

    @cached_property
    def no_apposition(self) -> frozenset[str]:
        return self.prepositions | self.subordinators | self.adverbs | {"and"}

    @cached_property
    def goes_on(self) -> frozenset[str]:
        return self.contrasts | {"and"}

    @cached_property
    def helping(self) -> frozenset[str]:
        """What stands between a subject and its verb."""
        return self.be | self.auxiliaries | self.negators

    @cached_property
    def no_name(self) -> frozenset[str]:
        """Small words with a capital letter that belong to no name."""
        return self.determiners | self.sentence_openers | self.subordinators | self.prepositions

    @cached_property
    def subjects(self) -> frozenset[str]:
        return self.subject_pronouns | self.pronouns

    @cached_property
    def named_by(self) -> frozenset[str]:
        """Pronouns that name who speaks where they end a phrase."""
        return self.subject_pronouns - {"you", "it", "one"}


@lru_cache(maxsize=4)
def word_classes(data: SpeechData) -> WordClasses:
    """The word classes of speech data, built once."""
    return WordClasses(data)


class Tokens:
    """Tokens of `text[start:end]`: lower-case words with straight apostrophes, marks, and `QUOTE` for a quotation.

    A comma before a closing mark stands behind the quotation here, as if written so.
    """

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        quotations: Sequence[Quotation],
        stops: Sequence[int] = (),
        of_text: Words | None = None,
    ) -> None:
        self.text, self.start, self.end = text, start, end
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.quotations: dict[int, Quotation] = {}
        self._stops = [s for s in stops if start < s < end]
        self._of_text = of_text
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
            elif text[q.end - 1] == "." and q.closed and at < end and text[at : at + 2].strip()[:1].isupper():
                # “… now.” The army …: the sentence ends within the marks.
                self._add(STOP, at, at)
        self._plain(at, end)

    def _add(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def _plain(self, start: int, end: int) -> None:
        if start >= end:
            return
        if self._of_text is None:
            words, starts, ends = words_of(self.text[start:end])
            starts, ends = [at + start for at in starts], [at + start for at in ends]
        else:
            of_text = self._of_text
            low, high = bisect_left(of_text.starts, start), bisect_left(of_text.starts, end)
            words, starts, ends = of_text.words[low:high], of_text.starts[low:high], of_text.ends[low:high]
        for stop in self._stops:
            at = bisect_left(starts, stop)
            if start <= stop < end and at < len(starts) and (at or (self.words and self.words[-1] != STOP)):
                words.insert(at, STOP)
                ends.insert(at, starts[at])
                starts.insert(at, starts[at])
        if self.words:
            self.words += words
            self.starts += starts
            self.ends += ends
        else:
            self.words, self.starts, self.ends = words, starts, ends

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def of_words(cls, text: str, words: Words, low: int, high: int) -> Tokens:
        """Tokens of an article's words `low:high`, quotation marks read as marks."""
        made = cls.__new__(cls)
        made.text, made.quotations, made._stops, made._of_text = text, {}, [], None
        made.words, made.starts, made.ends = words.words[low:high], words.starts[low:high], words.ends[low:high]
        made.start = made.starts[0] if made.starts else 0
        made.end = made.ends[-1] if made.ends else 0
        return made

    def find(self, start: int) -> int | None:
        """The token that begins at a code point; None where none does."""
        i = bisect_left(self.starts, start)
        while i < len(self.starts) and self.starts[i] == start:
            if self.words[i] != STOP:
                return i
            i += 1
        return None

    def is_word(self, i: int) -> bool:
        """Whether a token is a word, not a mark and not a quotation."""
        return self.words[i][:1].isalnum()

    def is_capital(self, i: int) -> bool:
        """Whether a word begins with a capital letter or is a number."""
        first = self.text[self.starts[i]]
        return first.isupper() or first.isdigit()

    def is_break(self, i: int) -> bool:
        """Whether a mark parts clauses; a full stop inside a stretch belongs to an abbreviation."""
        return self.words[i] in BREAKS

    def is_quote(self, i: int) -> bool:
        return self.words[i] == QUOTE

    def has(self, words: frozenset[str], start: int, end: int) -> bool:
        """Whether one of the words stands in a range of tokens."""
        return any(w in words for w in self.words[start:end])
