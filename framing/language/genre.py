"""What kind of text an article is, by its marks, and whose voice its unattributed words are; stated, never guessed."""

from __future__ import annotations

import re
from typing import NamedTuple


class Genre(NamedTuple):
    """Whose words the unattributed ones are.

    Args:
        kind: own, or direct for a text its issuer wrote.
        speaker: The issuer, where the marks name one.
        speaker_start: Where.
        speaker_end: And to where.
        rule: The kind of text and the mark that shows it.
    """

    kind: str
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    rule: str


_RELEASE = re.compile(
    r"\b(?:FOR IMMEDIATE RELEASE|PRNewswire|PR Newswire|BUSINESS WIRE|GLOBE NEWSWIRE|GlobeNewswire|EINPresswire|ACCESSWIRE)\b"
)
_ISSUER = re.compile(r"\n\s*SOURCE:?[ \t]+(\S[^\n]{1,80})")
_OPINION_TITLE = re.compile(r"(?:opinion|op-ed|commentary|editorial)\s*[:|–—-]\s", re.IGNORECASE)
_OPINION_END = re.compile(r"\b(?:views|opinions) expressed (?:here|in this|by|are)\b", re.IGNORECASE)
_TIMED = re.compile(
    r"^[ \t]*\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|h\b|GMT|BST|UTC|ET|EST|EDT)(?:\s(?:GMT|BST|UTC|ET|EST|EDT))?[ \t.:–—|-]*",
    re.MULTILINE | re.IGNORECASE,
)
_FEWEST_ENTRIES = 4
_HEAD = 600


def find_genre(text: str, title: str | None, section: str | None) -> Genre | None:
    """The kind of a text where its marks show one; None for plain news.

    A reader would get wrong: an opinion piece's words stay the outlet's here, as it chose to print them under its
    name; leave the section out of a comparison to have news alone.

    Args:
        text: The article's text.
        title: Its headline.
        section: Its section, where the corpus has one.

    Example:
        >>> find_genre("ORLESK, May 3 /PRNewswire/ -- The Dam Company opened its gates.", None, None).kind
        'direct'
    """
    if _RELEASE.search(text[:_HEAD]):
        issuer = _ISSUER.search(text)
        rule = "press release, by its release line: its issuer's words"
        if issuer is None:
            return Genre("direct", None, None, None, rule)
        return Genre("direct", issuer[1].strip(), issuer.start(1), issuer.end(1), rule)
    name = (section or "").strip().lower()
    if name == "opinion":
        return _own("opinion piece, by its section: its author's words, counted as the outlet's")
    if title and _OPINION_TITLE.match(title):
        return _own("opinion piece, by its headline: its author's words, counted as the outlet's")
    if _OPINION_END.search(text, max(0, len(text) - _HEAD)):
        return _own("opinion piece, by the note under it: its author's words, counted as the outlet's")
    if name == "live blog" or len(_TIMED.findall(text)) >= _FEWEST_ENTRIES:
        return _own(
            "live blog, by its section or timed entries: the outlet's words, but for posts and quotations in it"
        )
    return None


def _own(rule: str) -> Genre:
    return Genre("own", None, None, None, rule)
