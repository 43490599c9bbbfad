"""Nexis Uni and Lexis Advance: one or many documents in a Word file, and the HTML of the Nexis before them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from framing.errors import InputError
from framing.ingest.decode import shown
from framing.ingest.lexis import read_lexis
from framing.ingest.lexis_parts import (
    COLUMNS,
    Document,
    ExportWords,
    is_date,
    looks_like_date,
    plain_label,
    read_export_words,
)
from framing.ingest.limits import open_zip, read_member
from framing.ingest.raw import RawRow, RawTable

_ZIP = b"PK\x03\x04"
_HOST = re.compile(rb"(?<![a-z])nexis[.-]com", re.IGNORECASE)
_PAGE = re.compile(rb"<DOCFULL>|<A NAME=\"?DOC_ID_[0-9]", re.IGNORECASE)
_MAIN = re.compile(r"word/document[0-9]{0,3}\.xml\Z", re.IGNORECASE)
_ITEM = re.compile(r"contentItem:([0-9A-Z]{4}(?:-[0-9A-Z]{2,5}){3,6})")
_LABEL = re.compile(r"\s*([^\W\d_][^\n:]{0,40}):(?=\s|\Z)")
_COUNTED = re.compile(r"\s*[^\W\d_]{4,20} \([0-9.,]{1,9}\)\s*\Z")
#: Drawings, deleted words and field codes are in a paragraph, but no text of it.
_NO_TEXT = frozenset(
    ("pPr", "rPr", "pict", "drawing", "object", "AlternateContent", "txbxContent", "del", "moveFrom", "instrText")
)


def is_nexis(head: bytes) -> bool:
    """Whether a page of HTML begins as an export of Nexis does; a Word file's beginning says nothing.

    Example:
        >>> is_nexis(b'<A NAME="DOC_ID_1_0"></A><IMG SRC="https://www.nexis.com/x">'), is_nexis(b"<html>nexis.com")
        (True, False)
    """
    return _PAGE.search(head) is not None and _HOST.search(head) is not None


def read_nexis(path: Path, encoding: str | None) -> RawTable:
    """Nexis Uni or Lexis Advance: the Word file of the download button; older Nexis text and HTML goes to `read_lexis`.

    The cover sheet with the list of documents, captions, classification and highlight are no part of the text. "Related Articles" and
    the like at its end are, as the export holds them there.

    Args:
        path: A .docx with one or many documents.
        encoding: For HTML and text.

    Returns:
        A row for each document, with the columns of `COLUMNS`; `id` is the database's own where the headline is linked.

    Raises:
        InputError: It is damaged, costs more than the limits allow, or is no such export.
    """
    with path.open("rb") as file:
        if file.read(4) != _ZIP:
            return read_lexis(path, encoding)
    with open_zip(path, "Word file") as packed:
        documents = _documents(_read_paragraphs(packed, path.name), read_export_words())
    if not documents:
        raise InputError(
            f"no document of Nexis in {path.name!r}",
            "a Word file from Nexis Uni or Lexis Advance, each document with its length and 'End of Document'",
            "Check which database it is from, or save the text as .txt and read it with --format text.",
        )

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        name = shown(path.name)
        for number, document in enumerate(documents, start=1):
            yield document.row(f"{name}, document {number}")

    return RawTable(COLUMNS, rows)


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph of a Word file, or a row of a table.

    Args:
        text: Line breaks and tabulators as such.
        lead: Its bold beginning.
        bold: Whether all of it is.
        marks: Names of its bookmarks.
        link: Target of its first link.
        ends_section: A new section follows.
        in_table: It is a row of a table.
    """

    text: str
    lead: str = ""
    bold: bool = False
    marks: tuple[str, ...] = ()
    link: str = ""
    ends_section: bool = False
    in_table: bool = False

    @property
    def plain(self) -> str:
        return " ".join(self.text.split())

    def is_heading(self, words: frozenset[str]) -> bool:
        """Whether it is one of the export's own headings, and not a line of the text: bold with a bookmark of its own, or set off.

        Bookmarks have English names ("Body_3") in every language of the interface, so those no list has are found too.
        """
        if not self.bold or self.in_table:
            return False
        if any(mark.rstrip("0123456789").rstrip("_").casefold() in words for mark in self.marks):
            return True
        return self.plain.casefold() in words and (bool(self.marks) or self.text.startswith("\n"))

    def is_end(self, words: ExportWords) -> bool:
        """Whether it is the line that ends a document, and not one of its text."""
        return self.plain.casefold() in words.end and (self.bold or self.text.startswith("\n"))


# ---- Word -------------------------------------------------------------------------------------------------------------


def _read_paragraphs(packed: ZipFile, name: str) -> list[_Paragraph]:
    entries = {entry.filename: entry for entry in packed.infolist()}
    main = next((entry for entry in entries.values() if _MAIN.match(entry.filename)), None)
    if main is None:
        raise InputError(f"no Word document in {name!r}", "a .docx file", "Give its kind with --format.")
    folder, _, base = main.filename.rpartition("/")
    links = dict[str, str]()
    related = entries.get(f"{folder}/_rels/{base}.rels")
    if related is not None:
        for relation in _parse(read_member(packed, related, name), name):
            links[str(relation.get("Id"))] = str(relation.get("Target"))
    root = _parse(read_member(packed, main, name), name)
    return list(_paragraphs(root, links))


def _parse(data: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.LxmlError as problem:
        raise InputError(
            f"{name!r} is no readable Word file ({problem})", "a complete Word file", "Download it again."
        ) from problem


def _name(element: etree._Element) -> str:
    """The name without its namespace, of which there are two; empty for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _paragraphs(root: etree._Element, links: dict[str, str]) -> Iterator[_Paragraph]:
    row: etree._Element | None = None
    cells: list[str] = []
    for element in root.iter():
        if _name(element) != "p":
            continue
        within = [(_name(a), a) for a in element.iterancestors()]
        if any(name in _NO_TEXT for name, _ in within):
            continue
        now = next((a for name, a in within if name == "tr"), None)
        if row is not None and now is not row:
            yield _Paragraph("\t".join(cells), in_table=True)
            cells = []
        row = now
        found = _paragraph(element, links)
        if row is None:
            yield found
        elif found.text:
            cells.append(found.text)
    if row is not None:
        yield _Paragraph("\t".join(cells), in_table=True)


def _paragraph(paragraph: etree._Element, links: dict[str, str]) -> _Paragraph:
    pieces: list[tuple[str, bool]] = []
    marks: list[str] = []
    link = ""
    ends_section = False
    waiting = list(reversed(paragraph))
    bold = False
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "pPr":
            ends_section = any(_name(child) == "sectPr" for child in element)
        elif name == "bookmarkStart":
            marks.append(_attribute(element, "name"))
        elif name in _NO_TEXT:
            continue
        elif name == "t":
            # Children are references to entities, which are not followed.
            pieces.append(((element.text or "") + "".join(child.tail or "" for child in element), bold))
        elif name in ("br", "cr"):
            pieces.append(("\n", bold))
        elif name == "tab":
            pieces.append(("\t", bold))
        elif name == "noBreakHyphen":
            pieces.append(("-", bold))
        else:
            if name == "hyperlink":
                link = link or links.get(_attribute(element, "id"), "")
            if name == "r":
                bold = _is_bold(element)
            waiting.extend(reversed(element))
    lead = ""
    for text, weight in pieces:
        if not weight and text.strip():
            break
        lead += text
    text = "".join(text for text, _ in pieces)
    return _Paragraph(
        text,
        lead,
        bool(text.strip()) and all(weight for piece, weight in pieces if piece.strip()),
        tuple(marks),
        link,
        ends_section,
    )


def _is_bold(run: etree._Element) -> bool:
    for properties in run:
        if _name(properties) == "rPr":
            return any(_name(b) == "b" and _attribute(b, "val") not in ("0", "false", "off") for b in properties)
    return False


# ---- documents --------------------------------------------------------------------------------------------------------


def _documents(paragraphs: Sequence[_Paragraph], words: ExportWords) -> list[Document]:
    """The documents of a file: each ends with "End of Document", or, where that is missing, before the next one's bookmark."""
    ends = [i + 1 for i, p in enumerate(paragraphs) if p.is_end(words)]
    if not ends:
        ends = [i for i, p in enumerate(paragraphs) if i and any(m.startswith("Bookmark_") for m in p.marks)]
    documents = list[Document]()
    for start, end in zip([0, *ends], [*ends, len(paragraphs)], strict=True):
        part = [p for p in paragraphs[start:end] if not p.is_end(words)]
        if not documents:
            part = part[_after_cover(part, words) :]
        if any(p.text.strip() for p in part):
            documents.append(_document(part, words))
    return documents if any(document.labelled for document in documents) else []


def _after_cover(paragraphs: Sequence[_Paragraph], words: ExportWords) -> int:
    """Where the first document begins: behind the last label of the cover sheet, and the section it stands in."""
    stop = next((i for i, p in enumerate(paragraphs) if p.is_heading(words.body)), len(paragraphs))
    labels = [i for i, p in enumerate(paragraphs[:stop]) if _is_cover(p, words)]
    if not labels:
        return 0
    breaks = [i for i, p in enumerate(paragraphs[:stop]) if p.ends_section and i >= labels[-1]]
    return (breaks or labels)[-1] + 1


def _is_cover(paragraph: _Paragraph, words: ExportWords) -> bool:
    label = _LABEL.match(paragraph.text)
    return bool(label and plain_label(label[1]) in words.cover) or bool(
        paragraph.bold and _COUNTED.match(paragraph.text)
    )


def _document(paragraphs: Sequence[_Paragraph], words: ExportWords) -> Document:
    document = Document(printed="\n".join(p.text for p in paragraphs[:200]))
    body = next((i for i, p in enumerate(paragraphs) if p.is_heading(words.body)), None)
    if body is None:
        body = next((i for i, p in enumerate(paragraphs) if p.bold and p.plain.casefold() in words.body), None)
    head, text = (paragraphs[:body], paragraphs[body + 1 :]) if body is not None else _split(paragraphs, words)
    _read_head(document, head, words)
    # Behind the text nothing is text again: captions, classification and corrections have headings of their own.
    below = next((i for i, p in enumerate(text) if p.is_heading(words.blocks) or _closing_label(p, words)), len(text))
    document.body = [p.text.strip("\n") for p in text[:below] if p.text.strip()]
    for paragraph in text[below:]:
        label = _label(paragraph, words)
        if label:
            document.take(*label)
    document.labelled = document.labelled or body is not None
    return document


def _split(paragraphs: Sequence[_Paragraph], words: ExportWords) -> tuple[Sequence[_Paragraph], Sequence[_Paragraph]]:
    """Head and text of a document without the heading "Body": the text begins behind the labels."""
    at = 0
    for i, paragraph in enumerate(paragraphs[:30]):
        if _closing_label(paragraph, words):
            break
        if paragraph.lead.strip() and _label(paragraph, words):
            at = i + 1
    return paragraphs[:at], paragraphs[at:]


def _label(paragraph: _Paragraph, words: ExportWords) -> tuple[str, str] | None:
    match = _LABEL.match(paragraph.lead) or _LABEL.match(paragraph.text)
    return (match[1], paragraph.text[match.end() :]) if match and words.known(match[1]) else None


def _closing_label(paragraph: _Paragraph, words: ExportWords) -> bool:
    """Whether the labels below the text begin here, such as "Load-Date:", which are bold and set off by a line break or bookmark."""
    match = _LABEL.match(paragraph.lead)
    return bool(
        match
        and plain_label(match[1]) in words.after
        and (paragraph.text.startswith("\n") or "-" in match[1] or paragraph.marks)
    )


def _read_head(document: Document, paragraphs: Sequence[_Paragraph], words: ExportWords) -> None:
    """Headline, outlet and date, which stand in this order, and the labels below them."""
    lines = list[_Paragraph]()
    for paragraph in paragraphs:
        label = _label(paragraph, words)
        if label and (lines or paragraph.lead.strip()):
            document.take(*label)
        elif (
            paragraph.plain
            and not paragraph.in_table
            and not words.is_copyright(paragraph.plain)
            and paragraph.plain.casefold() not in words.remark
        ):
            lines.append(paragraph)
    plain = [line.plain for line in lines]
    dated = next((i for i, line in enumerate(plain) if i and is_date(line)), None)
    if dated is None:
        dated = next((i for i, line in enumerate(plain) if i > 1 and looks_like_date(line)), None)
    if dated is not None:
        document.values["published"] = plain[dated]
    # Without a headline the outlet comes first; between outlet and date a service can be named.
    first = 0 if dated == 1 else 1
    if first < len(plain):
        document.values["outlet"] = plain[first]
    document.head(plain[:first])
    link = lines[0].link if lines else ""
    item = _ITEM.search(unquote(link))
    if item:
        document.values["id"] = f"urn:contentItem:{item[1]}"
        document.values.setdefault("url", link)
