"""Text that was decoded wrongly on its way here (“â€œ” for a quotation mark): reported, and repaired only when asked."""

from __future__ import annotations

from typing import NamedTuple

from ftfy import fix_encoding
from ftfy.badness import is_bad


class Garbled(NamedTuple):
    """Code points `start:end` of a text that were decoded wrongly, and what they stood for.

    Args:
        start: First code point.
        end: Code point after the last one.
        repaired: The text that was meant.
    """

    start: int
    end: int
    repaired: str


def find_mojibake(text: str | None) -> list[Garbled]:
    """Stretches of a text that were decoded with the wrong encoding.

    A reader would get wrong: it finds what can be put right without doubt (ftfy's test, line by line); letters that
    were lost on the way ("�", "?") cannot be told from others.

    Args:
        text: A title or body.

    Returns:
        The stretches in order, each from the first to the last character that differs within its line.

    Source: ftfy (Speer 2019), https://ftfy.readthedocs.io.

    Example:
        >>> [(g.start, g.end, g.repaired) for g in find_mojibake("The cafÃ© was closed.")]
        [(7, 9, 'é')]
    """
    if not text or text.isascii() or not is_bad(text):
        return []
    found, at = [], 0
    for line in text.split("\n"):
        if not line.isascii() and is_bad(line) and (meant := fix_encoding(line)) != line:
            most = min(len(line), len(meant))
            first = next((i for i in range(most) if line[i] != meant[i]), most)
            last = next((i for i in range(most - first) if line[-1 - i] != meant[-1 - i]), most - first)
            found.append(Garbled(at + first, at + len(line) - last, meant[first : len(meant) - last]))
        at += len(line) + 1
    return found


def repair_mojibake(text: str, found: list[Garbled]) -> str:
    """The text with each stretch replaced by what it stood for; offsets into the old text no longer hold.

    Example:
        >>> repair_mojibake("The cafÃ© was closed.", find_mojibake("The cafÃ© was closed."))
        'The café was closed.'
    """
    pieces, at = [], 0
    for garbled in found:
        pieces += [text[at : garbled.start], garbled.repaired]
        at = garbled.end
    return "".join([*pieces, text[at:]])
