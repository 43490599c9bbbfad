"""Which articles are copies of one text: wire copy over outlets, reprints and updates within one; nothing is ever deleted.

Two readings. The first keeps of each article the word sequences (shingles) whose number is divisible by a fixed one; two
articles that share enough of them are candidates. This is the sample of Broder ("On the resemblance and containment of
documents", 1997) that estimates *containment*, so a short text inside a long one is found too; signatures of least values
(MinHash) estimate resemblance, which such a pair does not have. The second reading compares the candidates word by word.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from framing.errors import InputError
from framing.grouping.wording import (
    WordHashes,
    Wording,
    blanked,
    readable,
    sequences,
    shared_figures,
    shared_words,
    wording_of,
    words_of,
)
from framing.schema import TABLES

Batches = Callable[[], Iterator[pa.RecordBatch]]
Progress = Callable[[int], None]

#: Share of kept sequences that makes two articles candidates: well below what a copy has, so chance misses none.
_CANDIDATE_SHARE, _CANDIDATE_LEAST = 0.15, 2
#: A sequence in more articles than this links each to the two longest only, so that 10,000 copies cost 20,000 pairs.
_MOST_IN_ALL_PAIRS = 12
#: Own words (outside quotation marks) below which a text is compared as a whole, and the share of them a copy shares.
_FEWEST_OWN, _SHARED_OWN = 12, 0.5
#: Figures below which they say nothing, and the share of them a copy shares: a form filled in anew shares few.
_FEWEST_FIGURES, _SHARED_FIGURES = 4, 0.5
#: Words of an opening, the share of it a copy within the outlet shares, and the likeness that needs no opening.
_OPENING, _SHARED_OPENING, _BEYOND_OPENING = 40, 0.5, 0.85
#: Words of the articles held for comparison at a time, eight to twenty bytes each.
_MOST_WORDS_HELD = 20_000_000
_MINUTE, _DAY = 60_000_000, 86_400_000_000  # microseconds


@dataclass(frozen=True)
class CopyOptions:
    """What counts as a copy; recorded with the result.

    Args:
        sequence: Words in a sequence (shingle); sequences of this many words are looked up.
        sample: One sequence in so many is kept to find candidates; 1 keeps all, for more memory.
        passage: Fewest words in a row that count as shared.
        shared: Share of the shorter text's words in shared passages that makes articles of different outlets copies.
        shared_within: The same for articles of one outlet, which repeats its own background.
        fewest_words: Texts with fewer words are not compared.
        minutes_ahead: The first published is the origin when it is at least this many minutes ahead of the next.

    Raises:
        InputError: A value is out of its range.
    """

    sequence: int = 5
    sample: int = 4
    passage: int = 10
    shared: float = 0.65
    shared_within: float = 0.75
    fewest_words: int = 30
    minutes_ahead: int = 5

    def __post_init__(self) -> None:
        ranges = {
            "sequence": (2, 20),
            "sample": (1, 64),
            "passage": (self.sequence, 1000),
            "shared": (0.3, 1),
            "shared_within": (0.3, 1),
            "fewest_words": (2 * self.sequence, 10_000),
            "minutes_ahead": (0, 100_000),
        }
        assert set(ranges) == {f.name for f in fields(self)}
        for name, (low, high) in ranges.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(f"{name} {getattr(self, name)}", f"{low} to {high}", f"Correct {name}.")


_DEFAULT = CopyOptions()
_COLUMNS = ("article_id", "outlet_id", "title", "text", "published", "agency", "byline")


def find_copies(
    batches: Batches,
    *,
    options: CopyOptions = _DEFAULT,
    excluded: pa.Table | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """Which articles are copies of one text, and where it most likely comes from?

    A reader would get wrong: `similarity` is a share of the shorter text, so a brief cut from a long article has 1.0; and
    a copy is a statement about wording, not about who took it from whom, which `why` says as far as anything shows it.

    What two articles share is the words in passages of at least `passage` words that both have, in any order. They are
    copies when that is enough of the shorter text, and no other reason explains it: not the quotations alone (half of the
    words outside quotation marks are shared too), not a form filled in anew (half of the figures are shared too), not an
    outlet's standing background under other news (half of the shorter one's opening is shared, or nearly everything).

    Args:
        batches: Gives the articles anew each time it is called, in the same order; columns article_id, outlet_id, title,
            text, published, agency and byline are read.
        options: What counts as a copy.
        excluded: Table `excluded`; these passages are not compared.
        progress: Called with the number of articles read so far, in the first reading.

    Returns:
        Table `copies`: a row for each article that shares its text with another one, none for all others. `similarity` is
        that to the origin, or, where nothing shows an origin, to the longest text of the group; `why` says which.

    Raises:
        InputError: A column is missing.

    What it does not do: headlines are not compared, nor are texts of fewer than `fewest_words` words or what comes after an
    article's first 400,000 characters; a statement that both print at length without quotation marks looks like a copy;
    translations and rewritten articles are not found.

    Source: the sample of Broder, On the resemblance and containment of documents (1997); passages, own words, figures and
    openings are this package's own, measured in `tests/evaluation/copies.py`.

    Example:
        >>> text = " ".join(f"On day {i} the council of Besk heard speaker number {i}." for i in range(9))
        >>> table = pa.table({"article_id": ["a", "b"], "outlet_id": ["Post", "Ledger"], "title": ["One", "Two"],
        ...     "text": [text, text[:300]], "published": pa.nulls(2), "agency": ["Sarvane Wire", None], "byline": pa.nulls(2)})
        >>> found = find_copies(lambda: iter(table.to_batches())).to_pylist()
        >>> [(row["article_id"], row["origin_id"], row["similarity"]) for row in found]
        [('a', None, 1.0), ('b', None, 1.0)]
    """
    blanks = spans_by_article(excluded)
    first = _first_reading(batches, options, blanks, progress)
    pairs = _candidates(first)
    finder = _Finder(batches, options, blanks, first, pairs)
    rows = sorted(finder.rows(), key=lambda row: (row["copy_group"], row["article_id"]))
    return pa.Table.from_pylist(rows, schema=TABLES["copies"])


def spans_by_article(excluded: pa.Table | None) -> dict[str, list[tuple[int, int]]]:
    """Spans of bodies to leave blank, by article."""
    spans: dict[str, list[tuple[int, int]]] = {}
    if excluded is not None:
        columns = (excluded.column(name).to_pylist() for name in ("article_id", "part", "start", "end"))
        for article_id, part, start, end in zip(*columns, strict=True):
            if part == "body":
                spans.setdefault(article_id, []).append((start, end))
    return spans


def checked_columns(batch: pa.RecordBatch, names: Iterable[str]) -> None:
    """Raise an `InputError` when a column is missing."""
    missing = [name for name in names if name not in batch.schema.names]
    if missing:
        raise InputError(
            f"articles without the column(s) {', '.join(missing)}",
            "those of table articles",
            "Ingest the articles again.",
        )


def body_of(text: str | None, spans: Sequence[tuple[int, int]] | None) -> str:
    """A body as it is compared: without excluded passages, in one form of each character."""
    if not text:
        return ""
    return readable(blanked(text, spans) if spans else text)


@dataclass
class _First:
    """What the first reading keeps: per article its text's number, per different text a digest and a sample of sequences.

    A text is a sequence of words here; articles with the same words in the same order have one text.
    """

    text_of: np.ndarray
    digests: list[bytes]
    n_sequences: np.ndarray
    samples: list[np.ndarray]

    def ranked(self) -> np.ndarray:
        """The place of each text in an order that depends on the texts alone: longest first, then by digest."""
        order = sorted(range(len(self.digests)), key=lambda i: (-int(self.n_sequences[i]), self.digests[i]))
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks


def _first_reading(
    batches: Batches, options: CopyOptions, blanks: Mapping[str, list[tuple[int, int]]], progress: Progress | None
) -> _First:
    hashes, known = WordHashes(), dict[bytes, int]()
    text_of, n_sequences, samples = list[int](), list[int](), list[np.ndarray]()
    for batch in batches():
        checked_columns(batch, _COLUMNS)
        for article_id, text in zip(*(batch.column(c).to_pylist() for c in ("article_id", "text")), strict=True):
            words = hashes.of(words_of(body_of(text, blanks.get(article_id))))
            digest = blake2b(words.tobytes(), digest_size=16).digest()
            number = known.get(digest, -1)
            if number < 0 and len(words) >= options.fewest_words:
                different = np.unique(sequences(words, options.sequence))
                # One word a million times over is no text that could be copied.
                if len(different) >= options.fewest_words // 2:
                    known[digest] = number = len(known)
                    n_sequences.append(len(different))
                    kept = different[different % np.uint64(options.sample) == 0]
                    samples.append((kept >> np.uint64(32)).astype(np.uint32))
            text_of.append(number)
        if progress:
            progress(len(text_of))
    return _First(np.array(text_of, np.int64), list(known), np.array(n_sequences, np.int64), samples)


def _candidates(first: _First) -> np.ndarray:
    """Pairs of texts (two columns) that share enough of their kept sequences to be compared."""
    n, none = len(first.digests), np.zeros((0, 2), np.int64)
    if n < 2:
        return none
    ranks = first.ranked()
    sizes = np.fromiter(map(len, first.samples), np.int64, n)
    # The sequence in the upper half of a number and the text in the lower: one sort brings equal sequences together.
    entries = np.concatenate(first.samples).astype(np.uint64) << np.uint64(32)
    first.samples.clear()
    entries |= np.repeat(ranks, sizes).astype(np.uint64)
    entries.sort()
    texts = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64)
    starts = np.flatnonzero(np.concatenate(([True], np.diff(entries >> np.uint64(32)) > 0)))[: len(entries)]
    del entries
    lengths = np.diff(np.concatenate((starts, [len(texts)])))
    codes = []
    for length in range(2, _MOST_IN_ALL_PAIRS + 1):
        rows = texts[starts[lengths == length][:, None] + np.arange(length)]
        one, other = np.triu_indices(length, 1)
        codes.append((rows[:, one] * n + rows[:, other]).ravel())
    for start, length in zip(*(a[lengths > _MOST_IN_ALL_PAIRS] for a in (starts, lengths)), strict=True):
        members = texts[start : start + length]
        codes += [members[0] * n + members[1:], members[1] * n + members[2:]]
    found, counts = np.unique(np.concatenate(codes), return_counts=True)
    one, other = found // n, found % n
    by_rank = np.empty(n, np.int64)
    by_rank[ranks] = np.arange(n)
    one, other = by_rank[one], by_rank[other]
    least = np.maximum(_CANDIDATE_LEAST, _CANDIDATE_SHARE * np.minimum(sizes[one], sizes[other]))
    enough = (counts >= least) & (one != other)
    return np.column_stack((one[enough], other[enough])) if enough.any() else none


@dataclass(frozen=True)
class _Article:
    """What is known of an article that may be in a group; `text` is the number of its text."""

    article_id: str
    outlet: str
    title: str | None
    published: int | None
    credited: str | None
    agency: str | None
    text: int


@dataclass(frozen=True)
class _Likeness:
    """What two texts share.

    Args:
        similarity: Share of the shorter one's words.
        resemblance: The same words as a share of the longer one.
        n_words: Words of the shorter one.
        alike: They are copies, if of different outlets.
        alike_within: They are copies, if of one outlet.
    """

    similarity: float
    resemblance: float
    n_words: int
    alike: bool
    alike_within: bool


@dataclass
class _Finder:
    """Compares the candidates and forms the groups."""

    batches: Batches
    options: CopyOptions
    blanks: Mapping[str, list[tuple[int, int]]]
    first: _First
    pairs: np.ndarray
    held: dict[int, Wording] = field(default_factory=dict)
    known: dict[tuple[int, int], _Likeness] = field(default_factory=dict)

    def rows(self) -> Iterator[dict[str, Any]]:
        first, n = self.first, len(self.first.digests)
        if not n:
            return
        self.ranks = first.ranked()
        uses = np.bincount(first.text_of[first.text_of >= 0], minlength=n)
        wanted = uses > 1
        wanted[self.pairs] = True
        links = coo_matrix((np.ones(len(self.pairs)), (self.pairs[:, 0], self.pairs[:, 1])), shape=(n, n))
        _, component = connected_components(links, directed=False)
        for numbers in self._portions(np.flatnonzero(wanted), component):
            articles = self._read(numbers, np.isin(numbers, self.pairs))
            of_text: dict[int, list[_Article]] = {}
            for article in articles:
                of_text.setdefault(article.text, []).append(article)
            linked: dict[int, list[int]] = {int(i): [] for i in numbers}
            here = np.isin(self.pairs[:, 0], numbers)
            for one, other in self.pairs[here].tolist():
                if self._alike(one, other, of_text):
                    linked[one].append(other)
                    linked[other].append(one)
            yield from self._grouped(linked, of_text)
            self.held.clear()
            self.known.clear()

    def _portions(self, numbers: np.ndarray, component: np.ndarray) -> Iterator[np.ndarray]:
        """The texts in portions that fit into memory; what is linked stays together."""
        numbers = numbers[np.argsort(component[numbers], kind="stable")]
        ends = np.flatnonzero(np.diff(component[numbers])) + 1
        portion, size = list[np.ndarray](), 0
        for together in np.split(numbers, ends):
            words = int(self.first.n_sequences[together].sum())
            if portion and size + words > _MOST_WORDS_HELD:
                yield np.concatenate(portion)
                portion, size = [], 0
            portion.append(together)
            size += words
        if portion:
            yield np.concatenate(portion)

    def _read(self, numbers: np.ndarray, compared: np.ndarray) -> list[_Article]:
        """The articles with these texts; the wording of the texts to be compared is held."""
        hashes, articles, at = WordHashes(), list[_Article](), 0
        wording = set(numbers[compared].tolist())
        here = np.isin(self.first.text_of, numbers)
        for batch in self.batches():
            rows = np.flatnonzero(here[at : at + batch.num_rows])
            columns = [batch.column(name).take(pa.array(rows)) for name in _COLUMNS]
            columns[4] = pc.cast(columns[4], pa.int64())
            for row, values in zip(rows, zip(*(c.to_pylist() for c in columns), strict=True), strict=True):
                article_id, outlet, title, text, published, agency, byline = values
                number = int(self.first.text_of[at + row])
                if number in wording and number not in self.held:
                    body = body_of(text, self.blanks.get(article_id))
                    self.held[number] = wording_of(body, hashes, self.options.sequence)
                credited = (agency_named(agency) or agency) if agency else agency_credited(byline)
                articles.append(_Article(article_id, outlet, title, published, credited, agency_named(outlet), number))
            at += batch.num_rows
        return sorted(articles, key=lambda a: a.article_id)

    def _likeness(self, one: int, other: int) -> _Likeness:
        """What two texts share; each pair is compared once."""
        if one == other:
            return _Likeness(1.0, 1.0, 0, True, True)
        one, other = sorted((one, other), key=lambda i: (self.held[i].n_words, -self.ranks[i]))
        if (one, other) not in self.known:
            self.known[one, other] = _compare(self.held[one], self.held[other], self.options)
        return self.known[one, other]

    def _alike(self, one: int, other: int, of_text: Mapping[int, Sequence[_Article]]) -> bool:
        likeness = self._likeness(one, other)
        outlets = {a.outlet for i in (one, other) for a in of_text[i]}
        return likeness.alike if len(outlets) > 1 else likeness.alike_within

    def _grouped(
        self, linked: Mapping[int, list[int]], of_text: Mapping[int, Sequence[_Article]]
    ) -> Iterator[dict[str, Any]]:
        """The groups: each member is a copy of the origin itself, so that a chain of updates does not join two stories."""
        # First the text that most others resemble; squares, so that a round-up of many does not come first.
        weight = {
            i: sum(self._likeness(i, j).resemblance ** 2 for j in others) + len(of_text[i]) - 1
            for i, others in linked.items()
        }
        free = dict.fromkeys(sorted((i for i in linked if weight[i]), key=lambda i: (-weight[i], self.ranks[i])), True)
        formed = True
        while formed:
            formed = False
            for leader in list(free):
                if leader not in free:
                    continue
                texts = [leader, *(j for j in linked[leader] if j in free)]
                if sum(len(of_text[i]) for i in texts) < 2:
                    continue
                origin, texts = self._around(texts, of_text)
                articles = [a for i in texts for a in of_text[i]]
                if len(articles) > 1:
                    formed = True
                    for i in texts:
                        del free[i]
                    yield from self._rows(origin, articles)

    def _around(self, texts: list[int], of_text: Mapping[int, Sequence[_Article]]) -> tuple[_Origin, list[int]]:
        """The origin of a leader and its copies, and those among them that are copies of the origin too."""
        articles = sorted((a for i in texts for a in of_text[i]), key=lambda a: a.article_id)
        origin = find_origin(articles, self.options.minutes_ahead)
        texts = sorted(texts, key=lambda i: self.ranks[i])
        if origin.article is not None:
            centre = origin.article.text
            return origin, [i for i in texts if i == centre or self._alike(i, centre, of_text)]
        # Without an origin the longest stands in for it; but a text that holds several does not make these copies of one
        # another, so what is shorter than half of it must be a copy of the next longest too.
        kept = texts[:1]
        longest = self.first.n_sequences[kept[0]]
        for i in texts[1:]:
            short = len(kept) > 1 and 2 * self.first.n_sequences[i] < longest
            if self._alike(i, kept[0], of_text) and (not short or self._alike(i, kept[1], of_text)):
                kept.append(i)
        if len(kept) < len(texts):
            return self._around(kept, of_text)
        return origin, kept

    def _rows(self, origin: _Origin, articles: Sequence[_Article]) -> Iterator[dict[str, Any]]:
        """A group's rows in table `copies`."""
        longest = min(articles, key=lambda a: (self.ranks[a.text], a.article_id))
        centre = origin.article or longest
        what = "the origin" if origin.article else f"the longest text, {centre.article_id}"
        name = origin.agency if origin.agency and not origin.article else centre.outlet
        group = f"copy-{self.first.digests[centre.text].hex()[:16]}"
        for article in articles:
            likeness = self._likeness(article.text, centre.text)
            if article is centre:
                evidence = f"is {what}"
            elif article.text == centre.text:
                evidence = f"the same words as {what}"
            else:
                share = f"{likeness.similarity:.0%} of the shorter text's {likeness.n_words} words"
                evidence = f"{share} stand in passages shared with {what}"
            yield {
                "article_id": article.article_id,
                "copy_group": group,
                "origin_id": origin.article.article_id if origin.article else None,
                "similarity": likeness.similarity,
                "label": f"{name}: {centre.title}" if centre.title else name,
                "why": f"{evidence}; {'origin' if origin.article else 'no origin'}: {origin.why}",
            }


def _compare(shorter: Wording, longer: Wording, options: CopyOptions) -> _Likeness:
    covered = shared_words(shorter, longer, options.sequence, options.passage)
    n, n_shared = len(covered), int(covered.sum())
    similarity = n_shared / n
    own = covered[~shorter.quoted]
    n_figures, n_same = shared_figures(shorter, longer)
    explained = (len(own) >= _FEWEST_OWN and own.mean() < _SHARED_OWN) or (
        n_figures >= _FEWEST_FIGURES and n_same < _SHARED_FIGURES * n_figures
    )
    opening = similarity >= _BEYOND_OPENING or covered[:_OPENING].mean() >= _SHARED_OPENING
    return _Likeness(
        similarity,
        n_shared / longer.n_words,
        n,
        alike=not explained and similarity >= options.shared,
        alike_within=not explained and similarity >= options.shared_within and bool(opening),
    )


@dataclass(frozen=True)
class _Origin:
    """The article that is most likely the first, or none, with the agency credited, if any, and the reason in plain words."""

    article: _Article | None
    agency: str | None
    why: str


def find_origin(articles: Sequence[_Article], minutes_ahead: int) -> _Origin:
    """The likely origin of articles that are copies of one text: the agency credited, else an agency, else the first."""
    n = len(articles)
    credits = Counter(a.credited for a in articles if a.credited)
    for agency, count in sorted(credits.items(), key=lambda c: (-c[1], c[0])):
        theirs = [a for a in articles if agency in (a.agency, a.outlet)]
        if theirs:
            return _Origin(
                _earliest(theirs), agency, f"{agency} is credited in {count} of {n} articles and is an outlet here"
            )
    if credits:
        agency, count = min(credits.items(), key=lambda c: (-c[1], c[0]))
        return _Origin(None, agency, f"{agency} is credited in {count} of {n} articles, and none of them is its own")
    agencies = {a.agency for a in articles if a.agency}
    if len(agencies) == 1:
        first = _earliest([a for a in articles if a.agency])
        dated = [a.published for a in articles if a.published is not None]
        if first.published is None or first.published - min(dated) <= _DAY:
            return _Origin(first, first.agency, f"{first.outlet} is a news agency")
    undated = sum(a.published is None for a in articles)
    if undated:
        return _Origin(None, None, f"{undated} of {n} articles have no date, and no agency is credited")
    first, second = sorted(articles, key=lambda a: (_time(a), a.article_id))[:2]
    ahead = _time(second) - _time(first)
    # A date alone is midnight: such an article may be of any time of that day.
    if ahead >= (_DAY if _time(first) % _DAY == 0 else minutes_ahead * _MINUTE) and ahead:
        return _Origin(first, None, f"first published, {_in_words(ahead)} before the next; no agency is credited")
    return _Origin(None, None, f"the first two are dated within {_in_words(ahead)}, and no agency is credited")


def _time(article: _Article) -> int:
    return article.published or 0


def _earliest(articles: Iterable[_Article]) -> _Article:
    return min(articles, key=lambda a: (a.published is None, _time(a), a.article_id))


def _in_words(microseconds: int) -> str:
    """A stretch of time for a sentence.

    Example:
        >>> _in_words(35 * 60_000_000), _in_words(3 * 86_400_000_000)
        ('35 minutes', '3 days')
    """
    minutes = round(microseconds / _MINUTE)
    if minutes < 120:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} days"


@cache
def _agencies() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]], list[tuple[re.Pattern[str], str]]]:
    """Agencies by name in lower case; patterns that find them in a byline: names, and such as are capitals only."""
    text = files("framing.grouping").joinpath("agencies.toml").read_text(encoding="utf-8")
    by_name, names, capitals = (
        dict[str, str](),
        list[tuple[re.Pattern[str], str]](),
        list[tuple[re.Pattern[str], str]](),
    )
    for agency, forms in tomllib.loads(text)["agencies"].items():
        by_name[agency.casefold()] = agency
        for form in forms:
            by_name[form.casefold()] = agency
            pattern = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)", re.NOFLAG if form.isupper() else re.IGNORECASE)
            (capitals if form.isupper() else names).append((pattern, agency))
    return by_name, names, capitals


def agency_named(name: str | None) -> str | None:
    """The agency that goes by exactly this name; None when there is no such agency.

    Example:
        >>> agency_named("The Associated Press"), agency_named("Sarvane Post")
        ('AP', None)
    """
    plain = " ".join((name or "").replace("’", "'").casefold().split()).removeprefix("the ").removesuffix(".com")
    return _agencies()[0].get(plain)


def agency_credited(byline: str | None) -> str | None:
    """The agency a byline names; in a byline of capitals only, "ANI" or "SANA" is somebody's name.

    Example:
        >>> agency_credited("By Ana Holt, Associated Press"), agency_credited("Ana Holt"), agency_credited("BY ANI HOLT")
        ('AP', None, None)
    """
    if not byline:
        return None
    shown = byline[:500].replace("’", "'")
    _, names, capitals = _agencies()
    patterns = names if shown.isupper() else [*names, *capitals]
    return agency_named(shown) or next((agency for pattern, agency in patterns if pattern.search(shown)), None)


def describe_copies(copies: pa.Table, articles: pa.Table) -> pa.Table:
    """What is each group of copies, in one row?

    Args:
        copies: Table `copies`.
        articles: Table `articles`, or its columns article_id and outlet_id.

    Returns:
        One row per group, largest first: copy_group, label, n (articles), n_outlets, outlets (names in order of the
        alphabet), origin_id, origin_outlet, low and high (similarity to the origin or longest text, that one itself left
        out), why (what shows the origin, or that nothing does).

    Example:
        >>> describe_copies(TABLES["copies"].empty_table(), TABLES["articles"].empty_table()).num_rows
        0
    """
    columns = (articles.column(name).to_pylist() for name in ("article_id", "outlet_id"))
    outlet_of = dict(zip(*columns, strict=True))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in copies.to_pylist():
        groups.setdefault(row["copy_group"], []).append(row)
    described: list[dict[str, Any]] = []
    for group, rows in groups.items():
        outlets = sorted({str(outlet_of.get(row["article_id"])) for row in rows})
        # The one the others are compared with has 1.0, the most there is.
        likeness = sorted(row["similarity"] for row in rows)[:-1]
        described.append(
            {
                "copy_group": group,
                "label": rows[0]["label"],
                "n": len(rows),
                "n_outlets": len(outlets),
                "outlets": outlets,
                "origin_id": rows[0]["origin_id"],
                "origin_outlet": outlet_of.get(rows[0]["origin_id"]),
                "low": likeness[0] if likeness else None,
                "high": likeness[-1] if likeness else None,
                "why": str(rows[0]["why"]).partition("; ")[2],
            }
        )
    described.sort(key=lambda row: (-row["n"], row["copy_group"]))
    return pa.Table.from_pylist(described, schema=GROUP_SCHEMA)


GROUP_SCHEMA = pa.schema(
    [
        ("copy_group", pa.string()),
        ("label", pa.string()),
        ("n", pa.int32()),
        ("n_outlets", pa.int32()),
        ("outlets", pa.list_(pa.string())),
        ("origin_id", pa.string()),
        ("origin_outlet", pa.string()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("why", pa.string()),
    ]
)
