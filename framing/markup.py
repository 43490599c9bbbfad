"""The one place that makes strangers' text safe to show: in HTML, in spreadsheet cells, on a terminal.

Article text is data from strangers. Every string that goes into HTML passes `escape` here and nowhere else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Bidirectional controls can make a line read otherwise than it is stored (CVE-2021-42574, "Trojan Source").
_BIDI = {code: f"⟨U+{code:04X}⟩" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
_CONTROL = {
    code: f"⟨U+{code:04X}⟩" for code in (*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
}
_VISIBLE = {**_BIDI, **_CONTROL}
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")


@dataclass(frozen=True)
class Mark:
    """Characters `start:end` of a text that are to be shown marked.

    Args:
        start: First code point of the mark.
        end: Code point after the mark.
        css_class: A class name of our own style sheet, never text from an article.
        tip: Plain text shown on hover and keyboard focus.
        attributes: Further attributes; values are escaped here.
    """

    start: int
    end: int
    css_class: str
    tip: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def visible(text: str) -> str:
    """Make bidirectional and control characters visible, so that what is read is what is stored.

    Example:
        >>> visible("a\\u202eb")
        'a⟨U+202E⟩b'
    """
    return text.translate(_VISIBLE)


def escape(text: str) -> str:
    """Text as it may stand in HTML, in an element or in a quoted attribute.

    Example:
        >>> escape('<b onclick="x">')
        '&lt;b onclick=&quot;x&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def mark_html(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> str:
    """A stretch of text as safe HTML with marks put in.

    Marks may nest; of two marks that cross, the later one ends where the earlier one does, so that the elements
    always close in order and no character is lost or doubled.

    Args:
        text: The whole text the offsets point into.
        marks: What to mark; marks outside `start:end` are ignored.
        start: First code point to show.
        end: Code point after the last to show; the end of the text when not given.

    Returns:
        HTML without outer element; line breaks are kept as `\\n`.

    Example:
        >>> mark_html("a <b> c", [Mark(2, 5, "own", "why")])
        'a <span class="own" tabindex="0" data-tip="why" aria-label="&lt;b&gt;: why">&lt;b&gt;</span> c'
    """
    stop = len(text) if end is None else end
    inside = [m for m in marks if m.start < stop and m.end > start and m.start < m.end]
    inside.sort(key=lambda m: (m.start, -m.end))
    parts: list[str] = []
    open_ends: list[int] = []
    at = start

    def show_to(place: int) -> None:
        nonlocal at
        while open_ends and open_ends[-1] <= place:
            parts.append(escape(text[at : open_ends[-1]]) + "</span>")
            at = open_ends.pop()
        parts.append(escape(text[at:place]))
        at = place

    for mark in inside:
        begin = max(mark.start, start)
        show_to(begin)
        finish = min(mark.end, stop, *open_ends[-1:])
        parts.append(f"<span{_attributes(mark, text[begin:finish])}>")
        open_ends.append(finish)
    show_to(stop)
    return "".join(parts)


def _attributes(mark: Mark, shown: str) -> str:
    pairs = {"class": mark.css_class}
    if mark.tip:
        # A tip has to be reachable without a mouse and readable without seeing it.
        pairs |= {"tabindex": "0", "data-tip": mark.tip, "aria-label": f"{shown}: {mark.tip}"}
    pairs |= dict(mark.attributes)
    return "".join(f' {name}="{escape(value)}"' for name, value in pairs.items())


def plain_label(text: str, most: int = 90) -> str:
    """Strangers' text for a place that renders Markdown: no links, images, colours or formulas come of it."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    # A zero-width joiner would hide in the text; a backslash before ASCII punctuation is what Markdown takes for literal.
    return "".join("\\" + c if c in "\\`*_{}[]()<>#+-.!|$~:&^=\"'/" else c for c in visible(cut).replace("\n", " "))


def plotly_text(text: str) -> str:
    """Text for a figure's labels and hovers, which understand a little HTML; shown as plain characters.

    Example:
        >>> plotly_text('<a href="x">B & C</a>')
        '&lt;a href="x"&gt;B &amp; C&lt;/a&gt;'
    """
    return html.escape(visible(text), quote=False)


def cell(value: object) -> object:
    """A value as it may stand in a CSV or spreadsheet cell: text that starts like a formula gets an apostrophe.

    Numbers are returned unchanged; only strings can be formulas.

    Example:
        >>> cell("=HYPERLINK(1)"), cell(-3)
        ("'=HYPERLINK(1)", -3)
    """
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value
