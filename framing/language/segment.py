"""Sentences with exact offsets; no character belongs to two, and no word is lost between them."""

from __future__ import annotations

from typing import NamedTuple

from sentencex import get_sentence_boundaries


class Span(NamedTuple):
    """Code points `start:end` of a text."""

    start: int
    end: int


# The splitter looks back over open quotation marks, which takes minutes on a megabyte of them: it is given windows.
_WINDOW = 4_000
# Titles that stand before a name and end no sentence; the splitter does not know all of them.
_TITLES = frozenset(
    [
        "Mr.",
        "Mrs.",
        "Ms.",
        "Mx.",
        "Dr.",
        "Prof.",
        "Rev.",
        "Fr.",
        "Hon.",
        "Pres.",
        "Gen.",
        "Lt.",
        "Col.",
        "Maj.",
        "Capt.",
        "Cmdr.",
        "Adm.",
        "Sgt.",
        "Cpl.",
        "Pvt.",
        "Sen.",
        "Rep.",
        "Gov.",
        "Supt.",
        "Det.",
        "Amb.",
        "St.",
        "Ft.",
        "Mt.",
    ]
)


def find_sentences(text: str) -> list[Span]:
    """Where the sentences of a text are, white space around them left out.

    A quotation of several sentences stays in one piece only where the splitter sees it so; speech does not depend on it.
    A stretch of more than 4,000 characters without a sentence end is cut at white space.

    Example:
        >>> [tuple(s) for s in find_sentences("Lt. Gen. Holt spoke. It was over.")]
        [(0, 20), (21, 33)]
    """
    spans: list[Span] = []
    at = 0
    while at < len(text):
        window = text[at : at + _WINDOW]
        found = [(b["start_index"], b["end_index"]) for b in get_sentence_boundaries("en", window)]
        if at + len(window) < len(text):
            # The last sentence may go on behind the window, so it is looked at again, unless it fills the window.
            cut = found[-1][0] if found else 0
            if cut:
                found.pop()
            else:
                cut = max(window.rfind(" "), window.rfind("\n")) + 1 or len(window)
                found = [(0, cut)]
        else:
            cut = len(window)
        for start, end in found:
            bare = _bare(text, at + start, at + end)
            if bare is None:
                continue
            last = spans[-1] if spans else None
            if last and _ends_in_title(text, last) and "\n" not in text[last.end : bare.start]:
                spans[-1] = Span(last.start, bare.end)
            else:
                spans.append(bare)
        at += cut
    return spans


def _ends_in_title(text: str, span: Span) -> bool:
    return text[span.end - 1] == "." and text[max(span.start, span.end - 6) : span.end].rsplit(" ", 1)[-1] in _TITLES


def _bare(text: str, start: int, end: int) -> Span | None:
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end) if start < end else None


def title_sentence(title: str) -> list[Span]:
    """A headline is one sentence, whatever marks stand in it; one longer than a window is a text in the wrong column."""
    if len(title) > _WINDOW:
        return find_sentences(title)
    bare = _bare(title, 0, len(title))
    return [bare] if bare else []
