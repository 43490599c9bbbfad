"""Untrusted HTML and XML as trees, and the text of a tree as a reader would see it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from framing.errors import InputError
from framing.ingest.decode import find_encoding, open_bytes, reading

#: An export has a hundred articles; a tree takes some ten times the bytes of its file.
MOST_BYTES_IN_TREE = 200_000_000
_BLOCK_NAMES = (
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "title", "textarea", "select"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""")
_SNIFF = 4_096
_END = 4_096
#: The reject of a file that stops before its end: what stands before is read.
CUT_OFF = ("cut off", "the file stops before its end, so the last document can be incomplete and others missing")
# What pages call Latin 1 is read as its superset: https://encoding.spec.whatwg.org/#names-and-labels
_LATIN = frozenset(("iso8859-1", "ascii"))


def read_bytes(path: Path) -> bytes:
    """A whole file, unpacked, of at most `MOST_BYTES_IN_TREE`."""
    with reading(path), open_bytes(path) as file:
        data = file.read(MOST_BYTES_IN_TREE + 1)
    if len(data) > MOST_BYTES_IN_TREE:
        raise InputError(
            f"{path.name!r} is larger than {MOST_BYTES_IN_TREE // 10**6} MB",
            "an export of some hundred articles a file",
            "Export fewer articles at once.",
        )
    return data


def read_markup(path: Path, encoding: str | None) -> tuple[str, str]:
    """The text of an HTML or XML file and the encoding it was in.

    UTF-8 comes before what the file declares, for files are re-saved as UTF-8 under an old declaration. A file that says
    UTF-8, or nothing, and has hardly a character of it is read as Windows-1252, the fallback of the HTML standard; one
    that is UTF-8 but for some bytes is damaged.

    Args:
        path: The file, or a .gz of it.
        encoding: What the user declares; wins.

    Raises:
        InputError: It is empty, too large, holds NUL characters or is in no encoding that fits.
    """
    used = find_encoding(path, encoding)
    data = read_bytes(path)
    with reading(path, used):
        try:
            text = data.decode(used)
        except UnicodeDecodeError:
            named = None if encoding else _other_encoding(data)
            if named is None:
                raise
            used, text = named, data.decode(named)
    if "\x00" in text:
        raise InputError(
            f"{path.name!r} holds NUL characters, from character {text.index(chr(0)):,} on",
            "a text file",
            "It is damaged or of another kind: export it again.",
        )
    return text, used


def _other_encoding(data: bytes) -> str | None:
    """The encoding of a file that is not UTF-8, or None where it is UTF-8 that was damaged."""
    match = _CHARSET.search(data[:_SNIFF])
    try:
        declared = codecs.lookup(match[1].decode("ascii")) if match else None
    except LookupError:
        declared = None
    if declared is not None and declared.name != "utf-8" and declared._is_text_encoding:
        return "cp1252" if declared.name in _LATIN else declared.name
    read = data.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= c <= "\udcff" for c in read)
    return "cp1252" if 2 * wrong > sum(c > "\x7f" for c in read) else None


def parse_html(text: str, where: str) -> Any:
    """The root of an HTML page as browsers read it, tag soup included.

    Raises:
        InputError: It is nested or stretched beyond what the parser takes, so that the rest would be missing without a sign.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    return _parse(text, parser, where, "HTML page")


def is_cut(text: str) -> bool:
    """Whether an HTML page stops before its end: browsers and parsers say nothing of it.

    Example:
        >>> is_cut("<html><p>A dam"), is_cut("<html><p>A dam</html>\\n")
        (True, False)
    """
    return "</html" not in text[-_END:].lower()


def parse_xml(text: str, where: str, *, cut: bool = False) -> Any:
    """The root of an XML document.

    Args:
        text: The document.
        where: Its name, for messages.
        cut: Whether end tags may be missing at its end.

    Raises:
        InputError: It is not well-formed, or declares entities of its own, which no export does.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=cut,
    )
    root = _parse(text, parser, where, "XML document")
    other = [entry for entry in parser.error_log if entry.type != etree.ErrorTypes.ERR_TAG_NOT_FINISHED]
    if cut and other:
        raise _unreadable(where, "XML document", other[0].message)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise InputError(
            f"entities declared inside {where}, which can grow without bound or name files of this machine",
            "an XML document without a DOCTYPE",
            "Download the export again from the database.",
        )
    return root


def _parse(text: str, parser: Any, where: str, what: str) -> Any:
    problem = ""
    try:
        # A lone surrogate can come out of UTF-7 and its kin.
        root = etree.fromstring(text.lstrip("\ufeff").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, etree.ParserError) as error:
        root, problem = None, str(error)
    limits = [entry.message for entry in parser.error_log if "RESOURCE_LIMIT" in entry.type_name]
    if root is None or limits:
        raise _unreadable(where, what, limits[0] if limits else problem or "nothing in it")
    return root


def _unreadable(where: str, what: str, problem: str) -> InputError:
    problem = " ".join(problem.split())[:160]
    return InputError(f"{where} is no readable {what} ({problem})", f"a complete {what}", "Export it again.")


def is_tag(node: Any) -> bool:
    """Whether a node is an element, not a comment, instruction or entity."""
    return isinstance(node.tag, str)


def classes_of(element: Any) -> list[str]:
    """The classes of an HTML element."""
    return (element.get("class") or "").split() if is_tag(element) else []


def with_class(root: Any, *names: str) -> Iterator[Any]:
    """The elements under a root, in order, that have one of these classes."""
    wanted = frozenset(names)
    return (e for e in root.iterdescendants() if wanted.intersection(classes_of(e)))


class Passage:
    """Text put together as a page shows it: blocks apart, runs of white space as one blank, `<br>` a line break, `<pre>` kept."""

    def __init__(self) -> None:
        self._blocks: list[list[str]] = [[]]

    def add_text(self, text: str | None, kept: bool = False) -> None:
        """Add the text between two tags."""
        if not text:
            return
        block = self._blocks[-1]
        if not kept:
            text = _SPACES.sub(" ", text)
            if not block or block[-1].endswith((" ", "\n")):
                text = text.removeprefix(" ")
        if text:
            block.append(text)

    def add(self, element: Any, kept: bool = False) -> None:
        """Add what is inside an element."""
        if not is_tag(element) or element.tag in _UNSEEN:
            return
        if element.tag == "br":
            if block := self._blocks[-1]:
                block[-1] = block[-1].rstrip(" ")
                block.append("\n")
            return
        block_of_its_own, kept = element.tag in _BLOCKS, kept or element.tag == "pre"
        if block_of_its_own:
            self._blocks.append([])
        self.add_text(element.text, kept)
        for child in element:
            self.add(child, kept)
            self.add_text(child.tail, kept)
        if block_of_its_own:
            self._blocks.append([])

    def lines(self) -> list[str]:
        """The lines of the block that is being put together; the last is empty after a line break."""
        return "".join(self._blocks[-1]).lstrip("\n ").split("\n")

    def blocks(self) -> list[str]:
        """The blocks that hold something, their outer blanks left out."""
        joined = ("".join(block).strip(" \t\r\n\f") for block in self._blocks)
        return [block for block in joined if block.strip()]


def blocks_of(elements: Iterable[Any]) -> list[str]:
    """The paragraphs inside some elements."""
    passage = Passage()
    for element in elements:
        passage.add(element)
    return passage.blocks()


def line_of(element: Any | None) -> str:
    """The text inside an element on one line; empty where there is none."""
    return "" if element is None else _SPACES.sub(" ", " ".join(blocks_of([element])))
