"""Europresse (Eureka) exports: the HTML of its three generations, in French or English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.ingest.dates import read_date
from framing.ingest.decode import shown
from framing.ingest.raw import RawRow, RawTable
from framing.ingest.trees import (
    CUT_OFF,
    Passage,
    blocks_of,
    is_cut,
    is_tag,
    line_of,
    parse_html,
    read_markup,
    with_class,
)

COLUMNS = ["id", "outlet", "title", "text", "published", "url", "section", "byline"]
_SIGN = re.compile(rb"docpublicationname|cedrom-sni\.com/schema|rdp__articletitle")
# A document number names its kind, the day, the publication and the text: news·20200101·AB·0123.
_NUMBER = re.compile(r"[A-Za-z]{2,12}·[0-9]{8}[A-Za-z]?·[^\s·]{1,20}·[^\s·]{1,60}")
# A day with the month before or after it, or all in numbers; what read_date makes of it decides.
_DAY = re.compile(
    r"(?:[0-9]{1,2}(?:er|st|nd|rd|th)?\.? (?:de )?[^\W\d_]{3,12}\.? (?:del? )?|[^\W\d_]{3,12} [0-9]{1,2}, ?)[0-9]{4}\b"
    r"|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
)
_CLOCK = re.compile(r"[ ,–-]{1,4}([0-9]{1,2})[:h]([0-9]{2})(?::[0-9]{2})?(?: ?UTC ?([+-])([0-9]{1,2}):?([0-9]{2})?)?")
_LAST_WORD = re.compile(r"[^\W\d_]+(?=[ ,]*\Z)")
_ESCAPED = re.compile(r"</?(?:p|br|div|span|b|i|em|strong|mark)\b[^<>]{0,200}>", re.IGNORECASE)
_MOST_IN_BYLINE = 200


@cache
def _names() -> dict[str, Any]:
    data = files("framing.ingest").joinpath("data/exports_other.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(data)["europresse"]
    words = "|".join(re.escape(w) for w in sorted(found["issue"], key=len, reverse=True))
    return {**found, "issue": re.compile(rf",\s*(?:{words})\s*[0-9].*\Z", re.IGNORECASE | re.DOTALL)}


def is_europresse(head: bytes) -> bool:
    """Whether a file begins as a Europresse export does.

    Example:
        >>> is_europresse(b'<span class="DocPublicationName">'), is_europresse(b"<html><title>News</title>")
        (True, False)
    """
    return bool(_SIGN.search(head.replace(b"\x00", b"").lower()))


def read_europresse(path: Path, encoding: str | None) -> RawTable:
    """The articles of a Europresse export.

    The outlet is the publication without its number; "(site web)" stays, for the database counts a site as a publication of
    its own. Lines over and under the headline, captions and notes are parts of their own and not in the body.

    Args:
        path: The file, or a .gz of it.
        encoding: Its encoding where it is neither UTF-8 nor what the file says.

    Returns:
        One row a document, id its document number.

    Raises:
        InputError: No document of Europresse is in it, or it cannot be read.
    """
    text, used = read_markup(path, encoding)
    root = parse_html(text, repr(path.name))
    names = _names()
    modern = [
        e for e in root.iter("article") if next(with_class(e, *names["outlet"], *names["title"]), None) is not None
    ]
    # Before 2013 a document was the cell of a table.
    older = (
        [] if modern else list(dict.fromkeys(_holder(e) for e in with_class(root, *names["outlet"]) if e.tag == "span"))
    )
    if not modern and not older:
        raise InputError(
            f"no article of Europresse in {path.name!r}",
            "an export of full articles as HTML",
            "Save it again from Europresse with the text of the documents.",
        )

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        for number, document in enumerate(modern or older, start=1):
            yield RawRow(f"{shown(path.name)}, document {number}", _modern(document) if modern else _older(document))
        if is_cut(text):
            yield RawRow(f"{shown(path.name)}, end", {}, CUT_OFF)

    return RawTable(COLUMNS, rows, used)


def _first(root: Any, *classes: str) -> Any | None:
    """The first element of the first class that some element with text has."""
    return next((e for name in classes for e in with_class(root, name) if line_of(e)), None)


def _outlet(element: Any | None) -> str:
    """The publication's name: the first line, without the number of the issue."""
    if element is None:
        return ""
    name = "\n".join(blocks_of([element])).partition("\n")[0]
    # A supplement is set off by a row of hard spaces.
    name = re.split(r"[ \xa0]{4,}|\xa0{2,}", name, maxsplit=1)[0]
    return str(_names()["issue"].sub("", name)).strip(" \xa0,")


def _section_and_date(header: str) -> tuple[str, str]:
    """The section and the date of a line such as "Politique, jeudi 5 octobre 2013 - 14:32 UTC +02:00 512 mots, p. 3"."""
    for match in _DAY.finditer(header):
        day = match[0].strip(" ,")
        found = read_date(day)
        if found is None:
            continue
        section = header[: match.start()]
        word = _LAST_WORD.search(section)
        if word and (read_date(f"{word[0]} {day}") or read_date(f"{word[0]}, {day}")):
            section = section[: word.start()]
        section = section.strip(" ,–-\xa0")
        clock = _CLOCK.match(header, match.end())
        if clock is None:
            return section, day
        if clock[3]:
            # The day and its zone together are in no form but the standard's.
            zone = f"{clock[3]}{clock[4]:0>2}:{clock[5] or '00'}"
            return section, f"{found:%Y-%m-%d}T{clock[1]:0>2}:{clock[2]}:00{zone}"
        return section, f"{day} {clock[1]}:{clock[2]}"
    return "", header


def _number(*lines: str) -> str:
    return next((m[0] for line in lines if (m := _NUMBER.search(line))), "")


def _modern(document: Any) -> dict[str, str]:
    names = _names()
    title = _first(document, *names["title"])
    body = _topmost(document, names["text"])
    if not body:
        body = list(document.iterdescendants("section"))[:1]
    header = " ".join(line_of(e) for e in with_class(document, *names["header"]))
    section, day = _section_and_date(" ".join(header.split()))
    paragraphs = blocks_of(body)
    if any(_ESCAPED.search(p) for p in paragraphs) and not any(len(e) for e in body):
        # Some exports have the body as markup that was escaped once more.
        paragraphs = blocks_of([parse_html("".join(e.text or "" for e in body), "a document")])
    numbered = _first(document, *names["id"])
    return {
        "id": _number(line_of(numbered), *(line_of(e) for e in document.iterdescendants("footer"))),
        "outlet": _outlet(_first(document, *names["outlet"])),
        "title": line_of(title),
        "text": "\n\n".join(paragraphs),
        "published": day,
        "url": _original(body),
        "section": section,
        "byline": _byline(document, title, body),
    }


def _topmost(document: Any, classes: Sequence[str]) -> list[Any]:
    """The elements of the first class there is, without those inside one of them."""
    for name in classes:
        found = [e for e in with_class(document, name) if line_of(e)]
        inside = set(found)
        if found:
            return [e for e in found if inside.isdisjoint(e.iterancestors())]
    return []


def _original(body: Sequence[Any]) -> str:
    """The address of the page a document was taken from, where it is linked."""
    links = (a for part in body for a in part.iterdescendants("a"))
    begins = tuple(_names()["original"])
    return next((a.get("href", "") for a in links if line_of(a).startswith(begins)), "")


def _byline(document: Any, title: Any | None, body: Sequence[Any]) -> str:
    """The author: marked as such, or the line after the headline in the same header."""
    names = _names()
    if (marked := _first(document, names["byline"][0])) is not None:
        return line_of(marked)
    if title is None:
        return ""
    block = next((e for e in title.iterancestors("div") if "titreArticle" in (e.get("class") or "").split()), title)
    following = (e for e in block.itersiblings() if is_tag(e) and e not in body and e.tag in ("div", "p", "span"))
    line = next((text for e in following if (text := line_of(e))), "")
    return line if len(line) <= _MOST_IN_BYLINE else ""


def _holder(outlet: Any) -> Any:
    """What holds a document before 2013: the cell its outlet is in."""
    return next(outlet.iterancestors("td"), outlet.getparent())


def _older(document: Any) -> dict[str, str]:
    names = _names()
    title = _first(document, *names["title"])
    header = "".join(f"{line_of(e)} " for e in with_class(document, *names["header"]))
    section, day = _section_and_date(" ".join(header.split()))
    start = title if title is not None else [*with_class(document, *names["header"], *names["outlet"])][-1]
    passage = Passage()
    passage.add_text(start.tail)
    byline, first = "", True
    for element in start.itersiblings():
        if first and is_tag(element) and element.tag == "p":
            # The author's line ends with a line break before the first paragraph, the body does not.
            first = False
            lead = passage.lines()
            if len(lead) > 1 and not lead[-1].strip() and len(author := " ".join(lead).strip()) <= _MOST_IN_BYLINE:
                byline, passage = author, Passage()
        passage.add(element)
        passage.add_text(element.tail)
    paragraphs, number = passage.blocks(), ""
    for place, paragraph in enumerate(paragraphs):
        if number := _number(paragraph):
            noticed = place and paragraphs[place - 1].startswith(tuple(names["copyright"]))
            paragraphs = paragraphs[: place - 1 if noticed else place]
            break
    return {
        "id": number,
        "outlet": _outlet(_first(document, *names["outlet"])),
        "title": line_of(title),
        "text": "\n\n".join(paragraphs),
        "published": day,
        "url": "",
        "section": section,
        "byline": byline,
    }
