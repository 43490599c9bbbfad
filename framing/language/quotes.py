"""Quotation marks in pairs: what stands between them, and never a whole document by a missing one."""

from __future__ import annotations

import re
from typing import NamedTuple

# Two single marks or backquotes stand for a double one in older wire and archive copies.
# It begins with one class of characters, for which a text is searched fast; a backquote alone is no mark.
_MARK = re.compile("[\"“”„«»‘’'`](?:(?<=')'|(?<=`)`|(?<=’)’|(?<=‘)‘)?")
_OPENERS, _CLOSERS = ("“", "„", "«", "``", "‘‘"), ("”", "»", "’’")
_SINGLE, _EITHER = ("‘", "’", "'"), ('"', "''")
_BEFORE_OPENING = " \t\xa0([{-–—/:\n\r"
# 'em, '90s, 'til: an apostrophe that stands for left-out characters opens nothing.
_ELISION = re.compile(r"(?:\d0s|em|til|tis|twas|cause|bout|n|round)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
#: A quotation that is not closed in its paragraph ends at its first sentence when more than this follows.
_UNCLOSED_MOST = 400
_SINGLE_MOST = 600


class Quotation(NamedTuple):
    """Characters between quotation marks.

    Args:
        start: First code point inside the marks.
        end: Code point after the last inside.
        outer_start: First code point of the opening mark.
        outer_end: Code point after the closing mark, where there is one.
        closed: False where the closing mark is missing.
        continues: True where the next paragraph opens with a mark and goes on with the same quotation.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool
    continues: bool


def find_quotations(text: str) -> list[Quotation]:
    """What stands between quotation marks, double or single, straight or curly; the outer ones where they nest.

    An apostrophe, an inch or foot sign and an unbalanced mark open nothing that goes past the paragraph.

    Example:
        >>> text = "He said “it’s over” and left."
        >>> [text[q.start:q.end] for q in find_quotations(text)]
        ['it’s over']
    """
    found: list[Quotation] = []
    if not _MARK.search(text):
        return found
    start = 0
    paragraphs = []
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append((start, start + len(line)))
        start += len(line) + 1
    for (begin, end), following in zip(paragraphs, [*paragraphs[1:], (len(text), len(text))], strict=True):
        opens_next = (
            text[following[0] : following[1]].lstrip().startswith(("“", '"', "‘", "''"))
            if following[0] < len(text)
            else False
        )
        found.extend(_in_paragraph(text, begin, end, opens_next))
    return found


def _in_paragraph(text: str, begin: int, end: int, opens_next: bool) -> list[Quotation]:
    found: list[Quotation] = []
    singles: list[int] = []
    opened: re.Match[str] | None = None
    for match in _MARK.finditer(text, begin, end):
        at, after_at, mark = match.start(), match.end(), match[0]
        if mark == "`":
            continue
        before = text[at - 1] if at > begin else "\n"
        after = text[after_at] if after_at < end else "\n"
        if mark in _SINGLE:
            if opened is None:
                singles.append(at)
            continue
        could_open = not after.isspace() and (before in _BEFORE_OPENING or before in "‘'“„«")
        # '… at war."We must …': archives lose the space between sentences.
        could_open = could_open or (opened is None and before in ".?!" and after.isupper())
        if opened is None:
            if mark in _OPENERS or could_open:
                opened = match
        elif mark in _CLOSERS or not could_open or (mark in _EITHER and not before.isspace()):
            _add(found, text, opened, at, after_at, False)
            opened = None
        else:
            # A second opening mark: the first one was never closed.
            _add(found, text, opened, _cut(text, opened.start(), at), 0, False)
            opened = match
    if opened is not None:
        stop = end if opens_next else _cut(text, opened.start(), end)
        _add(found, text, opened, stop, 0, opens_next)
    found.extend(_single(text, begin, end, singles, found))
    found.sort()
    return found


def _cut(text: str, opened: int, end: int) -> int:
    if end - opened <= _UNCLOSED_MOST:
        return end
    stop = _SENTENCE_END.search(text, opened, end)
    return stop.end() if stop and stop.end() - opened <= _UNCLOSED_MOST else opened


def _add(found: list[Quotation], text: str, opened: re.Match[str], stop: int, closed_to: int, continues: bool) -> None:
    start = opened.end()
    if text[start:stop].strip():
        found.append(Quotation(start, stop, opened.start(), closed_to or stop, bool(closed_to), continues))


def _single(text: str, begin: int, end: int, marks: list[int], doubles: list[Quotation]) -> list[Quotation]:
    """Single quotation marks outside double ones; most of these characters are apostrophes."""
    found: list[Quotation] = []
    inside = 0
    outer = [(q.outer_start, q.outer_end) for q in doubles]
    free_from = begin
    for i, at in enumerate(marks):
        while inside < len(outer) and outer[inside][1] <= at:
            inside += 1
        if at < free_from or (inside < len(outer) and outer[inside][0] <= at):
            continue
        before = text[at - 1] if at > begin else "\n"
        after = text[at + 1] if at + 1 < end else "\n"
        opens = (before in _BEFORE_OPENING or before in '“"') and (after.isalnum() or after in "$£€#@.…(")
        if not opens or text[at] == "’" or _ELISION.match(text, at + 1):
            continue
        close = _single_close(text, at, end, marks, i)
        if close and text[at + 1 : close].strip():
            found.append(Quotation(at + 1, close, at, close + 1, True, False))
            free_from = close + 1
    return found


def _single_close(text: str, opened: int, end: int, marks: list[int], i: int) -> int:
    fallback = 0
    for at in marks[i + 1 : i + 40]:
        if at - opened > _SINGLE_MOST:
            break
        before = text[at - 1]
        after = text[at + 1] if at + 1 < end else "\n"
        if text[at] == "‘" or (before in _BEFORE_OPENING and after.isalnum()):
            break
        if before.isspace() or after.isalnum():
            continue
        # "the soldiers' pay" inside single marks: a plural possessive goes on with a word.
        if before in "sS" and after == " " and text[at + 2 : at + 3].islower():
            fallback = fallback or at
            continue
        return at
    return fallback
