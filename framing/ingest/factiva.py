"""Factiva exports: HTML as saved or printed from the database, with or without its field codes, and XML."""

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
    classes_of,
    is_cut,
    is_tag,
    line_of,
    parse_html,
    parse_xml,
    read_markup,
    with_class,
)

COLUMNS = ["id", "outlet", "title", "text", "published", "url", "language", "section", "byline"]
_HTML_SIGN = re.compile(
    rb"""<title>[^<]{0,40}factiva|class=["']article [a-z]{2,4}article["']|<title>[^<]{0,40}dow jones"""
)
_XML_SIGN = re.compile(rb"factiva\.com/pps|<(?:\w+:)?(?:ppsarticleresponse|ppsresponse|accessionno)\b")
_XML_BEGIN = re.compile(r"\ufeff?\s*<(?:\?xml|(?:\w+:)?(?:PPSResponse|ppsArticle|article>))", re.IGNORECASE)
_XML_END = re.compile(r"</(?:\w+:)?article\s*>")
_CODE = re.compile(r"[A-Z]{2,4}\Z")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[aApP]\.?[mM]\.?)?(?: (?:GMT|UTC))?\Z")
_LANGUAGE = re.compile(r"([a-z]{2,4})(?:Headline|Article)\Z")
_NUMBERED = re.compile(r"[0-9]{1,5}\) ")
# An accession number is a source's code, the day, and what tells the day's documents apart.
_ACCESSION = re.compile(r"[A-Z][A-Z0-9]{1,11}[0-9]{8}[A-Za-z0-9_-]{3,20}\Z")


@cache
def _names() -> dict[str, Any]:
    data = files("framing.ingest").joinpath("data/exports_other.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(data)["factiva"]
    return found


def is_factiva(head: bytes) -> bool:
    """Whether a file begins as a Factiva export does.

    Example:
        >>> is_factiva(b"<html><head><title>Factiva</title>"), is_factiva(b"<html><title>News</title>")
        (True, False)
    """
    plain = head.replace(b"\x00", b"").lower()
    return bool(_HTML_SIGN.search(plain) or _XML_SIGN.search(plain))


def read_factiva(path: Path, encoding: str | None) -> RawTable:
    """The articles of a Factiva export, HTML or XML.

    The body is the lead and the paragraphs after it; captions, indexing terms and the notice of copyright are fields of
    their own in the database and no part of it. The language is the article's, whatever the interface's.

    Args:
        path: The file, or a .gz of it.
        encoding: Its encoding where it is neither UTF-8 nor what the file says.

    Returns:
        One row a document, id its accession number.

    Raises:
        InputError: No document of Factiva is in it, or it cannot be read.
    """
    text, used = read_markup(path, encoding)
    name = repr(path.name)
    if _XML_BEGIN.match(text) and not re.search(r"<html\b", text[:2_000], re.IGNORECASE):
        root, cut = _xml_root(text, name)
        documents = [d for d in root.iter() if is_tag(d) and _is_document(d)]
        read = _from_xml
    else:
        documents, cut = _html_documents(parse_html(text, name)), is_cut(text)
        read = _from_html
    if not documents:
        raise InputError(
            f"no article of Factiva in {name}",
            "an export of full articles, HTML or XML",
            "Save it again from Factiva as full articles, not as headlines.",
        )

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        for number, document in enumerate(documents, start=1):
            yield RawRow(f"{shown(path.name)}, document {number}", read(document))
        if cut:
            yield RawRow(f"{shown(path.name)}, end", {}, CUT_OFF)

    return RawTable(COLUMNS, rows, used)


# ---- HTML -------------------------------------------------------------------------------------------------------------


def _html_documents(root: Any) -> list[Any]:
    """The innermost elements of class `article`: around each is one more that carries its accession number."""
    found = [e for e in with_class(root, "article") if e.tag in ("div", "article")]
    outer = {ancestor for e in found for ancestor in e.iterancestors()}
    return [e for e in found if e not in outer]


def _from_html(document: Any) -> dict[str, str]:
    labelled = _labelled(document)
    values = _by_code(labelled) if labelled else _by_place(document)
    headline = next((e for e in document.iterdescendants() if _language_of(e)), None)
    if headline is not None:
        # In a list with numbers the headline carries the document's.
        if "counted" in classes_of(headline):
            values["title"] = _NUMBERED.sub("", values["title"], count=1)
        values["language"] = _language_of(headline)
    else:
        values["language"] = _language_of(document)
    return values


def _language_of(element: Any) -> str:
    for name in classes_of(element):
        if match := _LANGUAGE.match(name):
            return str(_names()["languages"].get(match[1], match[1]))
    return ""


def _labelled(document: Any) -> dict[str, Any]:
    """The elements with a field's value by its code, where the export has codes."""
    found: dict[str, Any] = {}
    for cell in document.iterdescendants("td", "th", "dt", "span", "div"):
        if cell.tag in ("td", "th", "dt") or "index" in classes_of(cell):
            value = cell.getnext()
            if value is not None and len(cell) <= 2 and _CODE.match(code := line_of(cell).strip("\xa0 ")):
                found.setdefault(code, value)
    # A cell of a table in an article may look like a code; a headline and an outlet make a document.
    return found if "HD" in found or "SN" in found else {}


def _by_code(labelled: dict[str, Any]) -> dict[str, str]:
    names = _names()

    def first(field: str) -> str:
        return next((line for code in names[field] if (line := line_of(labelled.get(code)))), "")

    body = [b for code in names["text"] if code in labelled for b in blocks_of([labelled[code]])]
    return {
        "id": _accession(first("id")),
        "outlet": first("outlet"),
        "title": first("title"),
        "text": "\n\n".join(body),
        "published": _published(first("date"), first("clock")),
        "section": first("section"),
        "byline": _joined(line_of(labelled.get(code)) for code in names["byline"]),
    }


def _by_place(document: Any) -> dict[str, str]:
    """The fields of an article without codes: known by their order and by the accession number at the end.

    The order is section, headline, author, credit, number of words, date, time, outlet, the source's code, then edition,
    page and the like. The accession number begins with that code, and so, in whatever language the words are, tells where
    the outlet stands.
    """
    body = _body(document)
    before: list[Any] = []
    for element in document.iterdescendants():
        if body and element is body[0]:
            break
        if is_tag(element) and element.tag == "div" and element.find(".//div") is None and line_of(element):
            before.append(element)
    place = next((i for i, e in enumerate(before) if _is_headline(e)), None)
    section = [line_of(e) for e in before[:place]] if place is not None else []
    after = before if place is None else before[place + 1 :]
    inside = set(body)
    tail = [line_of(e) for e in document.iterdescendants("p") if e not in inside and not inside & {*e.iterancestors()}]
    accession = _accession((tail or [""])[-1])
    for ancestor in document.iterancestors():
        if not accession:
            accession = _accession((ancestor.get("id") or "").removeprefix("article-"))
    authors = [line_of(e) for e in after if "author" in classes_of(e)]
    lines = [line_of(e) for e in after if "author" not in classes_of(e)]
    day, outlet = _place_of_outlet(lines, accession)
    clock = lines[day + 1] if day is not None and day + 1 < len(lines) and _CLOCK.match(lines[day + 1]) else ""
    credits_ = [] if day is None else [line for line in lines[:day] if not line[0].isdigit()]
    return {
        "id": accession,
        "outlet": outlet,
        "title": line_of(before[place]) if place is not None else "",
        "text": "\n\n".join(blocks_of(body)),
        "published": "" if day is None else _published(lines[day], clock),
        "section": section[-1] if section else "",
        "byline": _joined((*authors, *credits_)),
    }


def _is_headline(element: Any) -> bool:
    return element.get("id") == "hd" or any(_language_of(e) for e in element.iter() if is_tag(e))


def _body(document: Any) -> list[Any]:
    """The paragraphs of the body, with whatever stands between them."""
    marked = [e for e in document.iterdescendants() if any(c.startswith("articleP") for c in classes_of(e))]
    if not marked:
        return []
    within, known = marked[0].getparent(), set(marked)
    places = [i for i, e in enumerate(within) if e in known]
    return [e for e in within[places[0] : places[-1] + 1] if is_tag(e)] if places else marked


def _place_of_outlet(lines: Sequence[str], accession: str) -> tuple[int | None, str]:
    """Where the date stands among the lines under a headline, and the outlet."""
    readable = next((i for i, line in enumerate(lines) if read_date(line)), None)
    # Outlets such as "STT" look like codes themselves; the code is what the number goes on from, and comes after.
    codes = [i for i, line in enumerate(lines) if i and _goes_on_from(accession, line)]
    if codes:
        code = max(codes, key=lambda i: (len(lines[i]), i))
        if readable is None or readable >= code - 1:
            # A date in words not known here: the last line before the outlet that is no time of day.
            readable = next((i for i in range(code - 2, -1, -1) if not _CLOCK.match(lines[i])), None)
        return readable, lines[code - 1]
    if readable is None:
        return None, ""
    following = [line for line in lines[readable + 1 : readable + 3] if not _CLOCK.match(line)]
    return readable, following[0] if following else ""


def _goes_on_from(accession: str, code: str) -> bool:
    """Whether an accession number is of a source with this code: zeros or the day follow it."""
    return code.isupper() and accession.startswith(code) and accession[len(code) : len(code) + 1].isdigit()


def _accession(line: str) -> str:
    """The accession number at the end of "Document ABCD000020200101eg1100001"."""
    last = line.split()[-1:]
    return last[0] if last and _ACCESSION.match(last[0]) else ""


def _published(day: str, clock: str) -> str:
    both = f"{day} {clock.removesuffix(' GMT').removesuffix(' UTC')}"
    return both if _CLOCK.match(clock) and read_date(both) else day


def _joined(lines: Iterator[str] | Sequence[str]) -> str:
    """Several lines as Factiva itself joins the parts of a headline."""
    return "; ".join(line for line in lines if any(c.isalnum() for c in line))


# ---- XML --------------------------------------------------------------------------------------------------------------


def _xml_root(text: str, name: str) -> tuple[Any, bool]:
    """The root of a file, and whether it was cut off; then what stands after the last whole document is left out."""
    try:
        return parse_xml(text, name), False
    except InputError:
        ends = [match.end() for match in _XML_END.finditer(text)]
        if not ends:
            raise
        return parse_xml(text[: ends[-1]], name, cut=True), True


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if is_tag(element) else ""


def _is_document(element: Any) -> bool:
    return _local(element) == "article" and any(_local(e) in ("accessionNo", "headline") for e in element)


def _from_xml(document: Any) -> dict[str, str]:
    names = _names()["xml"]
    parts: dict[str, list[Any]] = {}
    for element in document.iterdescendants():
        parts.setdefault(_local(element), []).append(element)

    def first(field: str) -> str:
        found = (" ".join(_paragraphs(e)) for name in names[field] for e in parts.get(name, ())[:1])
        return next((" ".join(line.split()) for line in found if line.strip()), "")

    language = first("language").lower()
    body = [p for name in names["text"] for e in parts.get(name, ()) for p in _paragraphs(e)]
    return {
        "id": first("id"),
        "outlet": first("outlet"),
        "title": first("title"),
        "text": "\n\n".join(body),
        "published": _published(first("date"), first("clock")),
        "language": str(_names()["languages"].get(language, language)),
        "section": first("section"),
        "byline": first("byline"),
    }


def _paragraphs(element: Any) -> list[str]:
    """The paragraphs of a part: those marked as such, or its text with the line breaks it came with."""
    marked = [e for e in element.iterdescendants() if _local(e) == "paragraph"]
    found = []
    for part in marked or [element]:
        kept = not marked or part.get("display") not in (None, "Proportional")
        passage = Passage()
        for text in part.itertext():
            passage.add_text(text, kept)
        found += passage.blocks()
    return found
