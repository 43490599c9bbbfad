"""Headlines: a name and a colon before what it says, or behind it."""

from __future__ import annotations

import re

_NAME_FIRST = re.compile(
    r"((?:[A-Z][\w.’'&-]*|of|the|and|for|in|on|director|chief|minister|officials?|police|army|report|source|sources|study|poll|president|group|ex-\w+)(?:\s+|(?=:))){1,7}:\s+(?=\S)"
)
_LABEL = re.compile(
    r"(?:opinion|analysis|video|watch|live|exclusive|breaking|correction|editorial|column|explainer|updates?|photos|pictures|review"
    r"|fact.?check|interview|letters?|the|why|how|what|who|when|where|inside|podcast|timeline|factbox|feature|profile|transcript|read|listen|in pictures|here|after|day \d+|part|special)\b",
    re.IGNORECASE,
)
_NAME_LAST = re.compile(
    r"(?:\s[-–—]|:|\s\|)\s+((?:the\s+|new\s+)?(?:reports?|sources?|officials?|police|ministry|minister|army|military|study|poll|survey|witnesses|state (?:tv|media)|media"
    r"|UN|U\.N\.|EU|[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,2}\s+(?:official|officials|minister|ministry|report|chief|president|source|sources|spokesman|spokeswoman|army|police)))\s*\Z"
)


def find_headline_speech(
    title: str,
) -> list[tuple[int, int, str, None, None, str, str, int, int, str]]:
    """ "White House: …" and "… - police": what stands beside the name is reported; a label such as "Analysis:" names nobody.

    Returns:
        The fields of `Speech`.
    """
    match = _NAME_FIRST.match(title)
    if match and not _LABEL.match(title):
        name = title[: match.end()].rstrip(": ")
        words = len(title[match.end() :].split())
        if not name.isupper() and words >= 2:
            return [
                (
                    match.end(),
                    len(title.rstrip()),
                    "reported",
                    None,
                    None,
                    "neutral",
                    name,
                    0,
                    len(name),
                    "headline: name and colon",
                )
            ]
    last = _NAME_LAST.search(title)
    if last and len(title[: last.start()].split()) >= 2:
        return [
            (
                0,
                last.start(),
                "reported",
                None,
                None,
                "neutral",
                last[1],
                last.start(1),
                last.end(1),
                "headline: name behind it",
            )
        ]
    return []
