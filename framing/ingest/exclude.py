"""What in a title or text is not the article: passages with a reason, by marks and by repetition; nothing is taken away."""

from __future__ import annotations

import re
import tomllib
import zlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick_rs
import numpy as np
import pyarrow as pa

from framing.errors import InputError
from framing.schema import TABLES

MARKS_FILE = Path(__file__).parent / "data" / "marks.toml"

_UNITS = ("line", "sentence", "piece")
_PLACES = ("any", "head", "tail", "title")
# A longer line is a paragraph or a whole text, never a prompt or a caption.
_LINE_MOST = 1_200
# One text is searched for one mark in so many stretches at most: no article has more, a text made to cost time would.
_MOST_STRETCHES = 60
# Patterns look at a whole line up to this length, else at windows round their hints, so that one line of a megabyte costs no more.
_SEARCH_MOST = 3_000
_BEFORE, _AFTER = 800, 1_000
# Head and tail: this many paragraphs from the edge on, and of a paragraph that is a whole text this many characters.
_EDGE_PARAGRAPHS = 4
_EDGE_CHARACTERS = 700
# Sub-headings in capitals are shorter than the headlines they could be taken for.
_WORDS_OF_A_HEADLINE = 9
_SENTENCE_END = ".!?…”\"’')]»"
_NO_SENTENCE = re.compile(r"[^\n]{0,200}[^\s.!?…”\"’,:;]\Z")


class Passage(NamedTuple):
    """Code points `start:end` of a title or body that are not the article's own.

    Args:
        part: title or body.
        start: First code point.
        end: Code point after the last one.
        reason: What the passage is.
        rule: What showed it.
    """

    part: str
    start: int
    end: int
    reason: str
    rule: str


@dataclass(frozen=True)
class Mark:
    """Something that shows a passage not to be the article's; the fields are explained in data/marks.toml."""

    name: str
    reason: str
    unit: str
    place: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    spare: re.Pattern[str] | None = None
    heads_list: bool = False
    capitals: bool = False
    example: str = ""
    stays: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marks:
    """Marks and page words, with the search that finds their hints in one pass over a text.

    Args:
        marks: The marks, in the order of their file.
        page_words: Words of a page, an outlet or a newsroom about itself.
    """

    marks: tuple[Mark, ...]
    page_words: tuple[str, ...] = ()
    of_title: tuple[Mark, ...] = field(init=False)
    in_capitals: tuple[Mark, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_title", tuple(m for m in self.marks if m.place == "title"))
        object.__setattr__(self, "in_capitals", tuple(m for m in self.marks if m.capitals))

    @cached_property
    def hints(self) -> tuple[Any, list[tuple[int, ...]]]:
        """The automaton over all hints, and for each hint the marks it stands for."""
        of_hint: dict[str, set[int]] = {}
        for i, mark in enumerate(self.marks):
            if mark.place != "title":
                for hint in mark.hints:
                    for form in {hint, hint.lower(), hint.upper(), hint.capitalize(), hint.title()}:
                        of_hint.setdefault(form, set()).add(i)
        return ahocorasick_rs.AhoCorasick(list(of_hint)), [tuple(sorted(marks)) for marks in of_hint.values()]

    @cached_property
    def speaks_of_the_page(self) -> re.Pattern[str]:
        """Whether a line has a page word, an address or the sign of copyright."""
        words = "|".join(re.escape(word) for word in sorted(self.page_words, key=len, reverse=True))
        return re.compile(rf"\b(?:{words})\b|©|https?:|www\.|\w@\w|\s@\w", re.IGNORECASE)


@lru_cache(maxsize=4)
def read_marks(path: Path = MARKS_FILE) -> Marks:
    """The marks of a file.

    Raises:
        InputError: An entry lacks a field, has an unknown unit or place, or a pattern that is none.

    Example:
        >>> len(read_marks().marks) > 50
        True
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        marks = tuple(_mark(entry) for entry in data["mark"])
        return Marks(marks, tuple(data["page_words"]))
    except (OSError, KeyError, TypeError, ValueError, re.error) as problem:
        raise InputError(
            f"{path.name!r} has an entry that is no mark ({problem!r})",
            f"name, reason, unit ({', '.join(_UNITS)}), hints and pattern",
            "Correct the file.",
        ) from problem


def _mark(entry: dict[str, Any]) -> Mark:
    place = entry.get("place", "any")
    if entry["unit"] not in _UNITS or place not in _PLACES:
        raise ValueError(f"{entry['name']}: {entry['unit']}, {place}")
    flags = re.IGNORECASE if entry.get("ignore_case") else 0
    spare = entry.get("spare")
    return Mark(
        entry["name"],
        entry["reason"],
        entry["unit"],
        place,
        tuple(entry["hints"]),
        re.compile(entry["pattern"], flags),
        re.compile(spare, flags) if spare else None,
        entry.get("list", False),
        entry.get("capitals", False),
        entry["example"],
        tuple(entry.get("stays", ())),
    )


# ---- by marks ---------------------------------------------------------------------------------------------------------


def find_marked(title: str | None, text: str | None, marks: Marks | None = None) -> list[Passage]:
    """Passages of one article that marks show not to be its own: prompts, captions, links, notes, the headline again.

    A reader would get wrong: a caption or a footer is told by its mark alone; what no mark shows stays, however
    little it belongs to the article, unless `find_excluded` finds the outlet repeating it.

    Args:
        title: The headline.
        text: The body.
        marks: The marks to go by; the shipped ones without.

    Returns:
        Passages in order, title before body; none overlap, none begin or end with white space.

    Example:
        >>> body = "The quay was closed.\\n\\nSEE ALSO: Captains call for calm\\n\\nFerries ran again."
        >>> [(p.reason, body[p.start : p.end]) for p in find_marked("Quay closed", body)]
        [('related links', 'SEE ALSO: Captains call for calm')]
    """
    marks = read_marks() if marks is None else marks
    found = _of_title(title, marks) if title else []
    headline = title[: found[0].start] if title and found else title
    if text:
        found.extend(_of_body(_Lines(text), headline, marks))
    return found


class _Lines:
    """Where the lines of a text begin and end, bare of white space, and how far its head and tail reach."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.spans: list[tuple[int, int]] = []
        at = 0
        for line in text.split("\n"):
            bare = line.strip()
            if bare:
                lead = at + len(line) - len(line.lstrip())
                self.starts.append(at)
                self.spans.append((lead, lead + len(bare)))
            at += len(line) + 1

    def at(self, position: int) -> int:
        """Number of the line a position lies in."""
        return max(bisect_right(self.starts, position) - 1, 0)

    @cached_property
    def head(self) -> int:
        """Where the head ends."""
        return self._edge(self.spans, lambda span: min(span[1], span[0] + _EDGE_CHARACTERS))

    @cached_property
    def tail(self) -> int:
        """Where the tail begins."""
        return self._edge(list(reversed(self.spans)), lambda span: max(span[0], span[1] - _EDGE_CHARACTERS))

    def _edge(self, spans: list[tuple[int, int]], within: Callable[[tuple[int, int]], int]) -> int:
        n, at = 0, 0
        for start, end in spans:
            at = within((start, end))
            # Names, prompts and credits are short and do not count as paragraphs.
            n += end - start > 60
            if n == _EDGE_PARAGRAPHS or end - start > _EDGE_CHARACTERS:
                break
        return at


def _of_title(title: str, marks: Marks) -> list[Passage]:
    for mark in marks.of_title:
        if any(hint in title for hint in mark.hints) and len(title) <= _LINE_MOST:
            m = mark.pattern.search(title)
            if m and m.start():
                return [Passage("title", *_bare(title, *m.span("out")), mark.reason, mark.name)]
    return []


def _of_body(lines: _Lines, headline: str | None, marks: Marks) -> list[Passage]:
    text = lines.text
    found: list[Passage] = []
    searched: dict[int, int] = {}
    stretches: Counter[int] = Counter()
    finder, marks_of_hint = marks.hints
    for hint, start, end in finder.find_matches_as_indexes(text, overlapping=True):
        for i in marks_of_hint[hint]:
            mark = marks.marks[i]
            # Each stretch is searched once for each mark, however many hints stand in it.
            if searched.get(i, 0) >= end or not _in_place(mark, lines, start):
                continue
            line = lines.at(start)
            first, last = lines.spans[line]
            if mark.unit == "line":
                searched[i] = last
                if last - first <= _LINE_MOST and _matches(mark, text[first:last]):
                    found.append(Passage("body", first, last, mark.reason, mark.name))
                    if mark.heads_list:
                        found.extend(_list_below(lines, line, mark))
                continue
            stretches[i] += 1
            if stretches[i] > _MOST_STRETCHES:
                continue
            whole = last - first <= _SEARCH_MOST
            low = lines.starts[line] if whole else max(lines.starts[line], start - _BEFORE)
            high = min(len(text), last + 1) if whole else min(last + 1, end + _AFTER, len(text))
            searched[i] = last if whole else end + _AFTER // 2
            found.extend(_search(mark, text, low, high, cut=not whole and high <= last))
    for mark in marks.in_capitals:
        found.extend(_in_capitals(lines, mark))
    found = _disjoint(text, found)
    again = _headline_again(lines, headline, found)
    return _disjoint(text, [*found, again]) if again else found


def _in_place(mark: Mark, lines: _Lines, position: int) -> bool:
    if mark.place == "head":
        return position < lines.head
    return mark.place != "tail" or position >= lines.tail


def _matches(mark: Mark, piece: str) -> bool:
    return mark.pattern.fullmatch(piece) is not None and (mark.spare is None or mark.spare.match(piece) is None)


def _search(mark: Mark, text: str, low: int, high: int, *, cut: bool) -> Iterator[Passage]:
    for m in mark.pattern.finditer(text, low, high):
        # Where the window was cut, what ends with it need not end there.
        if (cut and m.end() == high) or m.start() == m.end():
            continue
        group = "out" if m.re.groupindex.get("out") and m.start("out") >= 0 else 0
        start, end = _bare(text, *m.span(group))
        if mark.spare is not None and mark.spare.match(text, start, high):
            continue
        if mark.unit == "piece" or (_begins(text, start) and _ends(text, end)):
            yield Passage("body", start, end, mark.reason, mark.name)


def _begins(text: str, start: int) -> bool:
    while start and text[start - 1] in " \t\xa0":
        start -= 1
    return not start or text[start - 1] == "\n" or text[start - 1] in _SENTENCE_END


def _ends(text: str, end: int) -> bool:
    if end and text[end - 1] in _SENTENCE_END:
        return True
    while end < len(text) and text[end] in " \t\xa0\r":
        end += 1
    return end == len(text) or text[end] == "\n"


def _list_below(lines: _Lines, line: int, mark: Mark) -> Iterator[Passage]:
    """Headlines under a heading of links: lines that end no sentence, up to the first that does."""
    for start, end in lines.spans[line + 1 : line + 9]:
        piece = lines.text[start:end]
        if not _NO_SENTENCE.fullmatch(piece) or not 3 <= len(piece.split()) <= 25:
            return
        yield Passage("body", start, end, mark.reason, f"{mark.name}, a line below")


def _in_capitals(lines: _Lines, mark: Mark) -> Iterator[Passage]:
    text = lines.text
    found = [
        (start, end)
        for start, end in lines.spans
        if 30 < end - start <= 200 and text[start:end].isupper() and _matches(mark, text[start:end])
    ]
    # A text that is in capitals altogether says nothing by them.
    words = sum(len(text[start:end].split()) for start, end in found)
    if found and words * 5 < len(text) // 6:
        for start, end in found:
            if len(text[start:end].split()) >= _WORDS_OF_A_HEADLINE:
                yield Passage("body", start, end, mark.reason, mark.name)


def _headline_again(lines: _Lines, headline: str | None, found: list[Passage]) -> Passage | None:
    """The headline as the text's first line or sentence, behind nothing but what is no article either."""
    wanted = " ".join(headline.split()) if headline else ""
    text = lines.text
    if len(wanted.split()) < 4 or wanted.endswith(":"):
        return None
    start = text.find(wanted, 0, len(wanted) + 300)
    if start < 0:
        return None
    at = 0
    for passage in found:
        if text[at : passage.start].strip() or passage.start > start:
            break
        at = passage.end
    if text[at:start].strip():
        return None
    end = start + len(wanted)
    following = text[end : end + 3]
    if following[:1] == "." and (len(following) == 1 or following[1].isspace()):
        end += 1
    elif (
        # On one line with the first sentence: only a long headline cannot be that sentence's beginning.
        following.strip()
        and following.lstrip(" \t")[:1] != "\n"
        and (not following[0].isspace() or not following[1:2].isupper() or len(wanted.split()) < 7)
    ):
        return None
    return Passage("body", start, end, "headline repeated", "the title again")


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _disjoint(text: str, found: Iterable[Passage]) -> list[Passage]:
    """In order and without overlaps: what begins first stays whole, the longer one where two begin together."""
    kept: list[Passage] = []
    for p in sorted(found, key=lambda p: (p.start, -p.end)):
        start, end = p.start, p.end
        if kept and start < kept[-1].end:
            start, end = _bare(text, kept[-1].end, end)
        if start < end:
            kept.append(p._replace(start=start, end=end))
    return kept


# ---- by repetition ----------------------------------------------------------------------------------------------------

# Lines of this length are counted; what is longer is no footer.
_COUNTED_MOST = 700
_HEAD_LINES, _TAIL_LINES = 5, 8
# Words from either end of a text that may be glued to it without a line break.
_GLUED = range(2, 21)
# Below this many articles of an outlet, repetition says little: one that writes on one event repeats its sentences.
_FEW = 20
# A shorter sentence is more often shared by chance.
_SENTENCE_LEAST = 70
_KEYS_MOST = 2_000_000
_BUFFER = 1 << 18

_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|@\w+")
_MONTH = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
)
_NAME_LINE = re.compile(r"[A-Z][\w.’'-]+(?:,? (?:[A-Z][\w.’'-]*|and|de|al|van|von|bin)){1,7}")
_BAR = re.compile(r" (?:[-–—|»]|::) ")


def find_excluded(batches: Callable[[], Iterator[pa.RecordBatch]], marks: Marks | None = None) -> pa.Table:
    """Passages of all articles that are not theirs: by marks, and lines that an outlet repeats.

    A reader would get wrong: a sentence that recurs is no footer by that alone. Wire copy and rolling coverage repeat
    reported sentences; so a repeated sentence counts only at the same edge of most of an outlet's articles, or when its
    words are those of a page about itself. Near-copies of one article count once.

    Args:
        batches: Gives the articles, with columns article_id, outlet_id, title and text; called three times.
        marks: The marks to go by; the shipped ones without.

    Returns:
        Table `excluded`, articles in their order; an article's passages do not depend on that order.

    Memory holds hashes of lines, not texts; beyond two million different ones an outlet, the rarest are forgotten.
    Repetition was shaped on US and Middle Eastern outlets in English; in other languages it goes by share alone.

    Example:
        >>> rows = {"article_id": ["a"], "outlet_id": ["Ledger"], "title": ["Quay closed"], "text": ["Advertisement"]}
        >>> find_excluded(lambda: iter([pa.RecordBatch.from_pydict(rows)])).column("reason").to_pylist()
        ['advertisement']
    """
    schema = TABLES["excluded"]
    marks = read_marks() if marks is None else marks
    repeated = _count_repeated(batches)
    done = []
    for batch in batches():
        rows: list[tuple[str, Passage]] = []
        columns = (batch.column(name).to_pylist() for name in ("article_id", "outlet_id", "title", "text"))
        for article_id, outlet, title, text in zip(*columns, strict=True):
            passages = _add_repeated(title, text, find_marked(title, text, marks), repeated[outlet], marks)
            rows.extend((article_id, p) for p in passages)
        names = ("part", "start", "end", "reason", "rule")
        values = {"article_id": [a for a, _ in rows], **{n: [getattr(p, n) for _, p in rows] for n in names}}
        done.append(pa.RecordBatch.from_pydict(values, schema=schema))
    return pa.Table.from_batches(done, schema=schema)


class _Counts:
    """How many articles have a key. Keys seen least often are forgotten when memory is full, and the count then falls
    short by at most `forgotten` (lossy counting: Manku and Motwani 2002, VLDB, Approximate frequency counts)."""

    def __init__(self) -> None:
        self.fresh = array("Q")
        self.keys = np.empty(0, np.uint64)
        self.counts = np.empty(0, np.int64)
        self.forgotten = 0

    def add(self, keys: Iterable[int]) -> None:
        self.fresh.extend(keys)
        if len(self.fresh) >= _BUFFER:
            self._merge()

    def _merge(self) -> None:
        fresh, n = np.unique(np.frombuffer(self.fresh, np.uint64), return_counts=True)
        keys, where = np.unique(np.concatenate([self.keys, fresh]), return_inverse=True)
        counts = np.bincount(where, np.concatenate([self.counts, n]), len(keys)).astype(np.int64)
        while len(keys) > _KEYS_MOST:
            self.forgotten += 1
            often = counts > self.forgotten
            keys, counts = keys[often], counts[often]
        self.keys, self.counts, self.fresh = keys, counts, array("Q")

    def frequent(self, least: int) -> dict[int, int]:
        """Counts of the keys that reach `least`."""
        self._merge()
        often = self.counts >= least
        return dict(zip(self.keys[often].tolist(), self.counts[often].tolist(), strict=True))


class _Outlet:
    """What is known of one outlet: its articles but for near-copies, and the keys that many of them have."""

    def __init__(self, name: str) -> None:
        self.name = name.casefold()
        self.n = 0
        self.counts = _Counts()
        self.often: dict[int, int] = {}


def _count_repeated(batches: Callable[[], Iterator[pa.RecordBatch]]) -> dict[str, _Outlet]:
    outlets: dict[str, _Outlet] = {}
    counted = iter(_without_copies(batches()))
    for batch in batches():
        columns = (batch.column(name).to_pylist() for name in ("outlet_id", "title", "text"))
        for name, title, text in zip(*columns, strict=True):
            outlet = outlets.setdefault(name, _Outlet(name))
            if next(counted):
                outlet.n += 1
                outlet.counts.add(_keys(title, _Lines(text or "")))
    for outlet in outlets.values():
        outlet.often = outlet.counts.frequent(4)
        outlet.counts = _Counts()
    return outlets


def _without_copies(batches: Iterator[pa.RecordBatch]) -> list[bool]:
    """For each article whether it counts: of an outlet's articles that share their lowest sentence hash, one does.

    Copies share it with a probability of their likeness, whatever was added, cut or reordered (Broder 1997, On the
    resemblance and containment of documents). Which one counts depends on its text alone, never on the order.
    """
    outlets: dict[str, int] = {}
    rows: list[array[int]] = [array("Q"), array("Q"), array("Q")]
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("outlet_id", "title", "text"))
        for name, title, text in zip(*columns, strict=True):
            whole = _key(f"{title}\n", text or "")
            group = min(_sentence_hashes(text or ""), default=_key("text ", text or ""))
            for column, value in zip(rows, (outlets.setdefault(name, len(outlets)), group, whole), strict=True):
                column.append(value)
    of_outlet, of_group, of_text = (np.frombuffer(column, np.uint64) for column in rows)
    order = np.lexsort((of_text, of_group, of_outlet))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(of_outlet[order]) != 0) | (np.diff(of_group[order]) != 0)
    counts = np.empty(len(order), bool)
    counts[order] = first
    return list(counts.tolist())


def _sentence_hashes(text: str) -> Iterator[int]:
    pieces = (piece for line in text.split("\n") for piece in line.split(". "))
    return (zlib.crc32(p.encode("utf-8", "surrogatepass")) for p in pieces if len(p) > _SENTENCE_LEAST)


def _key(kind: str, words: str) -> int:
    return int.from_bytes(blake2b(f"{kind}{words}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _plain(line: str) -> str:
    """A line with what varies in a footer left out: numbers and addresses."""
    line = _ADDRESS.sub("@", " ".join(line.split()))
    return _DIGITS.sub("0", line)


def _keys(title: str | None, lines: _Lines) -> set[int]:
    text, spans = lines.text, lines.spans
    keys: set[int] = set()
    for i, (start, end) in enumerate(spans):
        if end - start > _COUNTED_MOST:
            continue
        plain = _plain(text[start:end])
        keys.add(_key("line ", plain))
        if i < _HEAD_LINES:
            keys.add(_key("head ", plain))
        if i >= len(spans) - _TAIL_LINES:
            keys.add(_key("tail ", plain))
    if spans:
        keys.update(key for key, _, _ in _glued(text, *spans[0], "begin"))
        keys.update(key for key, _, _ in _glued(text, *spans[-1], "end"))
    if title and (suffix := _title_suffix(title)) is not None:
        keys.add(_key("title ", title[suffix:]))
    return keys


def _glued(text: str, start: int, end: int, side: str) -> Iterator[tuple[int, int, int]]:
    """The first or last words of a text, from two on: key, start, end."""
    if side == "begin":
        words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text[start : min(end, start + 300)])]
        for n in _GLUED:
            if n >= len(words):
                return
            piece = text[start : start + words[n - 1][1]]
            yield _key("begin ", _MONTH.sub("M", _plain(piece))), start, start + len(piece)
        return
    base = max(start, end - 300)
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text[base:end])]
    for n in _GLUED:
        if n >= len(words):
            return
        first = base + words[-n][0]
        yield _key("end ", _plain(text[first:end])), first, end


def _title_suffix(title: str) -> int | None:
    bars = list(_BAR.finditer(title[-80:]))
    return max(len(title) - 80, 0) + bars[-1].start() if bars else None


def _least(n: int, share: float, floor: int) -> int:
    return max(floor, int(n * share) + 1)


def _add_repeated(
    title: str | None, text: str | None, passages: list[Passage], outlet: _Outlet, marks: Marks
) -> list[Passage]:
    of_title = [p for p in passages if p.part == "title"]
    if title and not of_title and (suffix := _title_suffix(title)) is not None:
        n = outlet.often.get(_key("title ", title[suffix:]), 0)
        if n >= _least(outlet.n, 0.2, 5) and suffix:
            start, end = _bare(title, suffix, len(title))
            of_title = [Passage("title", start, end, "title suffix", _said(n, outlet))]
    if not text:
        return of_title
    lines = _Lines(text)
    body = [p for p in passages if p.part == "body"]
    more = list(_repeated_lines(lines, body, outlet, marks))
    body = _disjoint(text, body + more)
    body = _disjoint(text, body + list(_repeated_ends(lines, body, outlet, marks)))
    return of_title + body


def _speaks_of(text: str, start: int, end: int, outlet: _Outlet, marks: Marks) -> bool:
    """Whether a passage speaks of the page or of the outlet itself."""
    return outlet.name in text[start:end].casefold() or marks.speaks_of_the_page.search(text, start, end) is not None


def _said(n: int, outlet: _Outlet) -> str:
    return f"repeated in {n} of {outlet.n} articles of the outlet"


def _repeated_lines(lines: _Lines, found: list[Passage], outlet: _Outlet, marks: Marks) -> Iterator[Passage]:
    text, spans = lines.text, lines.spans
    starts = [p.start for p in found]
    taken = set[int]()
    for i, (start, end) in enumerate(spans):
        at = bisect_right(starts, start) - 1
        if at >= 0 and found[at].end >= end:
            taken.add(i)
    plain = {i: _plain(text[s:e]) for i, (s, e) in enumerate(spans) if e - s <= _COUNTED_MOST and i not in taken}
    # Words of the page, on a line of their own: anywhere.
    for i, line in plain.items():
        n = outlet.often.get(_key("line ", line), 0)
        least = _least(outlet.n, 0.01, 4) if outlet.n >= _FEW else _least(outlet.n, 0.5, 4)
        if n >= least and marks.speaks_of_the_page.search(text, *spans[i]):
            taken.add(i)
            yield Passage("body", *spans[i], "repeated line", _said(n, outlet))
    for side in ("head", "tail"):
        order = (
            range(min(_HEAD_LINES, len(spans)))
            if side == "head"
            else range(len(spans) - 1, max(len(spans) - 1 - _TAIL_LINES, -1), -1)
        )
        passed: list[int] = []
        for i in order:
            if i in taken:
                continue
            if i not in plain:
                break
            start, end = spans[i]
            n = outlet.often.get(_key(f"{side} ", plain[i]), 0)
            sentence = not _NO_SENTENCE.fullmatch(plain[i]) or end - start > 100
            # A sentence that says nothing of the page or the outlet is the article's, however often it recurs.
            if sentence and not _speaks_of(text, start, end, outlet, marks):
                break
            if outlet.n < _FEW:
                least = _least(outlet.n, 0.9, 5)
            else:
                least = _least(outlet.n, 0.4, 10) if sentence else _least(outlet.n, 0.03, 5)
            if n >= least:
                taken.add(i)
                yield Passage("body", start, end, "repeated line", _said(n, outlet))
                # A name above the outlet's own line at the head: who wrote it.
                for j in passed:
                    if side == "head" and _NAME_LINE.fullmatch(text, *spans[j]):
                        taken.add(j)
                        yield Passage("body", *spans[j], "byline", "a name above the outlet's line")
                passed = []
            elif end - start <= 60 and not passed and not sentence:
                passed.append(i)
            else:
                break


def _repeated_ends(lines: _Lines, found: list[Passage], outlet: _Outlet, marks: Marks) -> Iterator[Passage]:
    """Words that an outlet's pages left at the ends of a text without a line break."""
    if outlet.n < _FEW or not lines.spans:
        return
    text = lines.text
    for side, span in (("begin", lines.spans[0]), ("end", lines.spans[-1])):
        best = None
        whole = _ends if side == "begin" else _begins
        for key, start, end in _glued(text, *span, side):
            n = outlet.often.get(key, 0)
            page = marks.speaks_of_the_page.search(text, start, end) is not None
            if n < _least(outlet.n, 0.05 if page else 0.4, 5) or not _speaks_of(text, start, end, outlet, marks):
                continue
            if side == "begin" and text[end - 1] in "-–—,:":
                continue
            if whole(text, end if side == "begin" else start):
                best = Passage("body", start, end, "repeated line", _said(n, outlet))
        if best is not None:
            yield best
