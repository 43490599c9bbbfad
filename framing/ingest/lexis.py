"""LexisNexis Academic and the older Nexis: text and HTML exports, many documents in one file."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from lxml import etree

from framing.errors import InputError
from framing.ingest.decode import shown
from framing.ingest.lexis_parts import (
    COLUMNS,
    Document,
    ExportWords,
    Part,
    assemble,
    is_date,
    plain_label,
    read_export,
    read_export_words,
)
from framing.ingest.raw import RawRow, RawTable

_ZIP = b"PK\x03\x04"
_HTML_SIGN = re.compile(rb"<DOCFULL>|<A NAME=\"?DOC_ID_[0-9]", re.IGNORECASE)
_ANCHOR = re.compile(r"<a name=\"?DOC_ID_[0-9_]{1,20}\"?", re.IGNORECASE)
_DOCFULL = re.compile(r"<DOC NUMBER=[^>]{0,20}>\s{0,9}<DOCFULL>", re.IGNORECASE)
_END = re.compile(r"</DOCFULL>", re.IGNORECASE)
#: References to the control characters 128-159 mean Windows-1252, says the HTML standard; libxml2 takes them at their word.
_CONTROL = re.compile(r"&#(?:12[89]|1[34][0-9]|15[0-9]);")
_RULE = re.compile(r"\.([\w-]{1,40})\s{0,9}\{([^{}]{0,2000})\}")
_LABEL = re.compile(r"\s*([^\W\d_][^\n:]{0,30}):(?=\s|\Z)")
_BOLD = re.compile(r"font-weight:\s{0,4}(?:bold|[6-9]00)")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_EDGE = re.compile(r" *\n *")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_BLOCK_TAGS = "address blockquote body center dd div dl dt h1 h2 h3 h4 h5 h6 hr html li ol p pre table tbody tr ul"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_NO_TEXT = frozenset(("head", "noscript", "object", "script", "style", "title"))


def is_lexis(head: bytes) -> bool:
    """Whether a file begins as a LexisNexis export in text or HTML does.

    Example:
        >>> is_lexis(b"   1 of 10 DOCUMENTS\\r\\n\\r\\n"), is_lexis(b"A report of 1 of 10 documents")
        (True, False)
    """
    if _HTML_SIGN.search(head):
        return True
    count = read_export_words().count
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore")
    return not text.lstrip("\ufeff \r\n\t").startswith("<") and any(count.match(line) for line in _NEWLINE.split(text))


def read_lexis(path: Path, encoding: str | None) -> RawTable:
    """LexisNexis Academic or older Nexis: plain text or HTML in any language of the interface; DOCX goes to `read_nexis`.

    In plain text the export breaks long lines; the breaks stay in the text as they are, since what is a broken line and what a line of
    a list cannot be told.

    Args:
        path: The file, also packed with gzip.
        encoding: The user's; without it a byte-order mark, what the page says, UTF-8, or else Windows-1252.

    Returns:
        A row for each document, with the columns of `COLUMNS`; `id` is null, these exports number documents only within the search.

    Raises:
        InputError: It is empty, binary or no such export.
    """
    with path.open("rb") as file:
        packed = file.read(4) == _ZIP
    if packed:
        from framing.ingest.nexis import read_nexis

        return read_nexis(path, encoding)
    text, used = read_export(path, encoding)
    documents = _html_documents if _HTML_SIGN.search(text.encode("utf-8", "replace")) else _text_documents
    name = shown(path.name)
    if next(documents(text, name), None) is None:
        raise InputError(
            f"no document of Nexis or LexisNexis in {path.name!r}",
            "an export in text or HTML, with a line such as '1 of 10 DOCUMENTS' above each document",
            "Check which database it is from and give its --format.",
        )

    def rows(wanted: Collection[str]) -> Iterator[RawRow]:
        return documents(text, name)

    return RawTable(COLUMNS, rows, used)


# ---- plain text -------------------------------------------------------------------------------------------------------


def _text_documents(text: str, name: str) -> Iterator[RawRow]:
    count = read_export_words().count
    number, lines = 0, list[str]()
    for line in _NEWLINE.split(text.replace("\f", "\n").removeprefix("\ufeff")):
        if count.match(line):
            if number:
                yield _text_document(lines).row(f"{name}, document {number}")
            number, lines = number + 1, []
        else:
            lines.append(line)
    if number:
        yield _text_document(lines).row(f"{name}, document {number}")


@dataclass(frozen=True)
class _Block:
    """Lines without a blank one between, and the label they begin with, if any, in small letters."""

    lines: list[str]
    label: str

    @property
    def centred(self) -> bool:
        # Outlet, date and rights are set in the middle of 79 columns; paragraphs are indented by a few at most.
        return all(len(line) - len(line.lstrip()) >= 8 for line in self.lines)

    def part(self) -> Part:
        text = "\n".join(self.lines)
        return Part([text[text.index(":") + 1 :] if self.label else text], self.label, self.centred)


def _text_document(lines: list[str]) -> Document:
    words = read_export_words()
    blocks = list[_Block]()
    current = list[str]()
    for line in [*lines, ""]:
        if line.strip():
            current.append(line)
        elif current:
            label = _LABEL.match(current[0])
            known = label is not None and label[1] == label[1].upper() and words.known(label[1])
            blocks.append(_Block(current, plain_label(label[1]) if label and known else ""))
            current = []
    head, start = _text_start(blocks, words)
    end = _text_end(blocks, start, words)
    body = [Part(["\n".join(block.lines)]) for block in blocks[start:end]]
    labels = [block.part() for block in [*blocks[head:start], *blocks[end:]] if block.label]
    return assemble([block.part() for block in blocks[:head]], labels + body, "\n".join(lines))


def _text_start(blocks: list[_Block], words: ExportWords) -> tuple[int, int]:
    """Where the labels above the text begin, and where the text does."""
    at = 0
    while at < len(blocks) and not blocks[at].label:
        at += 1
    dated = next((i for i, b in enumerate(blocks[:at]) if any(is_date(line.strip()) for line in b.lines)), None)
    only_below = at < len(blocks) and blocks[at].label in words.after - words.before
    if at == len(blocks) or only_below:
        # No label above the text: the headline is the block behind the date.
        at = min(at, 2 + (dated if dated is not None else 0))
        return at, at
    head = at
    while at < len(blocks):
        label = blocks[at].label
        if label in words.fields or label in words.before:
            at += 1
            continue
        # A long label such as HIGHLIGHT may hold several paragraphs, if the labels go on behind them.
        later = [b.label for b in blocks[at : at + 4]]
        if blocks[at - 1].label in words.long and any(x in words.before for x in later if x):
            at += 1 + next(i for i, x in enumerate(later) if x in words.before)
            continue
        break
    return head, at


def _text_end(blocks: list[_Block], start: int, words: ExportWords) -> int:
    """Where the labels below the text begin: looked for from the end, so that "GRAPHIC: …" inside a text stays there."""
    end = len(blocks)
    while end > start and not (blocks[end - 1].label or _is_rights(blocks[end - 1], words)):
        end -= 1
    if end == start:
        return len(blocks)
    while end > start:
        block = blocks[end - 1]
        if block.label or _is_rights(block, words):
            end -= 1
            continue
        near = range(end - 2, max(start, end - 8) - 1, -1)
        long = next((i for i in near if blocks[i].label in words.long), None)
        if long is None:
            break
        end = long
    return end


def _is_rights(block: _Block, words: ExportWords) -> bool:
    return len(block.lines) <= 6 and block.centred and any(words.is_copyright(line) for line in block.lines)


# ---- HTML -------------------------------------------------------------------------------------------------------------


@dataclass
class _Paragraph:
    """What is printed in one block of a page; `lead` is the bold beginning."""

    division: int
    centred: bool
    pieces: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _EDGE.sub("\n", re.sub("  +", " ", "".join(text for text, _ in self.pieces))).strip()

    @property
    def bold(self) -> bool:
        return all(bold for text, bold in self.pieces if text.strip())

    @property
    def lead(self) -> str:
        lead = ""
        for text, bold in self.pieces:
            if not bold and text.strip():
                break
            lead += text
        return lead


def _html_documents(text: str, name: str) -> Iterator[RawRow]:
    starts = [m.start() for m in _ANCHOR.finditer(text)] or [m.start() for m in _DOCFULL.finditer(text)]
    # The style sheet says what is bold and what is centred; it stands once, before the first document.
    styles = _styles(text[: starts[0]] if starts else "")
    closed = len(_END.findall(text))
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), start=1):
        paragraphs = _paragraphs(text[start:end], styles)
        yield _html_document(paragraphs, bool(styles.bold)).row(f"{name}, document {number}")
        if end == len(text) and closed and closed < len(starts) and not _END.search(text, start):
            yield RawRow(
                f"{name}, document {number}", {}, ("cut off", "the file ends inside it; what was readable is kept")
            )


@dataclass(frozen=True)
class _Styles:
    """The classes that print in bold, those that centre, and those that say another place in the line."""

    bold: frozenset[str]
    centred: frozenset[str]
    aside: frozenset[str]


def _styles(page: str) -> _Styles:
    rules = [(rule[1].lower(), rule[2].lower()) for rule in _RULE.finditer(page)]
    placed = {name: "center" in rule for name, rule in rules if "text-align:" in rule}
    return _Styles(
        frozenset(name for name, rule in rules if _BOLD.search(rule)),
        frozenset(name for name, centre in placed.items() if centre),
        frozenset(name for name, centre in placed.items() if not centre),
    )


def _paragraphs(page: str, styles: _Styles) -> list[_Paragraph]:
    """The paragraphs of a page in order; a row of a table is one, its cells divided by tabulators."""
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    page = _CONTROL.sub(lambda m: html.unescape(m[0]), page.replace("\x00", ""))
    try:
        root = etree.fromstring(("<html><body>" + page).encode("utf-8"), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        return []
    found = list[_Paragraph]()
    divisions, n_divisions, weights, middles, hidden, cells = [0], 0, [False], [False], 0, 0

    def flush() -> None:
        if not found or found[-1].pieces or found[-1].division != divisions[-1]:
            found.append(_Paragraph(divisions[-1], middles[-1]))
        found[-1].centred = middles[-1]

    def add(text: str | None) -> None:
        if text and not hidden:
            found[-1].pieces.append((_SPACE.sub(" ", text), weights[-1]))

    flush()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        breaks = tag in _BLOCKS and not (cells and tag != "tr")
        if event == "start":
            kind = (element.get("class") or "").lower()
            hidden += tag in _NO_TEXT
            weights.append(weights[-1] or tag in ("b", "strong") or kind in styles.bold)
            centred = tag == "center" or kind in styles.centred
            middles.append(centred or (middles[-1] and kind not in styles.aside))
            if tag == "div":
                n_divisions += 1
                divisions.append(n_divisions)
            if breaks:
                flush()
            if tag in ("td", "th"):
                if found[-1].pieces:
                    found[-1].pieces.append(("\t", False))
                cells += 1
            if tag == "br" and not hidden:
                found[-1].pieces.append((" " if cells else "\n", weights[-1]))
            add(element.text)
        else:
            hidden -= tag in _NO_TEXT
            weights.pop()
            middles.pop()
            cells -= tag in ("td", "th")
            if tag == "div":
                divisions.pop()
            if breaks:
                flush()
            add(element.tail)
    return [paragraph for paragraph in found if paragraph.text]


def _html_document(paragraphs: list[_Paragraph], styled: bool) -> Document:
    words = read_export_words()
    printed = "\n".join(paragraph.text for paragraph in paragraphs)
    groups = [list(group) for _, group in groupby(paragraphs, key=lambda p: p.division)]
    head, rest = list[Part](), list[Part]()
    for group in groups:
        texts = [paragraph.text for paragraph in group]
        centred = all(paragraph.centred for paragraph in group)
        if not head and not rest and words.count.match(texts[0]):
            texts = texts[1:]
            if not texts:
                continue
        label = _LABEL.match(group[0].lead if styled else texts[0])
        # A label no list has is one if it is in capitals and alone; a text may begin with a bold word in capitals too.
        if label and label[1].isupper() and (words.known(label[1]) or (styled and len(group) == 1)):
            texts[0] = texts[0][texts[0].index(":") + 1 :].strip()
            rest.append(Part(texts, label[1]))
        elif not rest and (centred or not styled or all(paragraph.bold for paragraph in group)):
            head.append(Part(texts, centred=centred))
        else:
            rest.append(Part(texts, centred=centred))
    return assemble(head, rest, printed)
