"""The article of a web page: trafilatura finds it, general rules mend what it is known to miss or to take along."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from framing.ingest.web_facts import find_facts, web_data

#: A page beyond these is not read: extraction costs more than linearly. Of 181 real news pages the largest had 1.5 MB
#: and 1,600 elements.
MOST_BYTES = 10_000_000
MOST_ELEMENTS = 50_000
#: libxml2 gives up below this depth and drops what follows.
_DEEPEST = 250
#: With more elements one extraction has to do; the others take seconds.
_MANY_ELEMENTS = 8_000
_LONGEST_ATTRIBUTE = 2_000

#: An extraction below this, in characters, is checked against the thorough one.
_SHORT = 500
#: A line this long, in characters, is a paragraph of the article wherever it stands.
_PARAGRAPH = 200
#: Bytes in UTF-8 of the shortest sentence that makes a page an article (about ten English words or twenty Chinese
#: characters).
_SENTENCE = 60
#: A share of a line's characters in links from which it is a pointer to other pages.
_LINKED = 0.8

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})", re.IGNORECASE)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAME_PARTS = re.compile(r"[\s_-]+")

# What begins a new line: of HTML, and of the tree trafilatura hands back (head, item, row, ab, lb).
_BLOCK_NAMES = (
    "address article aside blockquote body br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul ab code entry fw head item lb "
    "list quote row"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title"))


@dataclass(frozen=True)
class Page:
    """The article of a page and what the page says of it; None where it says nothing."""

    title: str | None
    text: str
    published: str | None
    byline: str | None
    outlet: str | None
    language: str | None
    url: str | None
    section: str | None


class NoArticleError(Exception):
    """A page that gives no article, with the reason and detail of its reject."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason} ({detail})" if detail else reason)


def extract_page(
    html: bytes | str, url: str | None = None, *, encoding: str | None = None, declared: str | None = None
) -> Page:
    """What article does this page hold, and what does the page say of it?

    The text is what the outlet published as the article's body: one line a paragraph, heading, list item or table row,
    white space as a browser shows it. The headline repeated above the text, lines that are nothing but a link to
    another page, and boxes that stand inside a story (newsletter forms, cards under names) are left out. Captions,
    subscription lines and the like that are plain paragraphs stay.

    Args:
        html: The page.
        url: Where it came from; decides between stated addresses and names the outlet where the page does not.
        encoding: What the user says the bytes are in; an error in it is an error.
        declared: What the server said they are in.

    Returns:
        The article. `published` is as stated, or the day htmldate finds in the page's marks and address.

    Raises:
        NoArticleError: There is none, or the page is too large, too deep or in another encoding.

    It loads nothing: frames, further pages and texts that a script fetches are not there.

    Source: trafilatura (Barbaresi 2021, "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery
    and Extraction", ACL-IJCNLP demonstrations), htmldate (Barbaresi 2020, JOSS 5.51), courlan.

    Example:
        >>> story = "<p>The bridge stays open until the end of May, the council of Sarvane decided on Monday.</p>"
        >>> html = f"<html><body><article><h1>Bridge stays</h1>{story}</article></body></html>"
        >>> page = extract_page(html, "https://ledger.example/bridge")
        >>> page.title, page.outlet
        ('Bridge stays', 'ledger.example')
    """
    _prepare_trafilatura()
    text = decode_page(html, encoding, declared) if isinstance(html, bytes) else html
    if len(text) > MOST_BYTES:
        raise NoArticleError("page too large", f"{len(text):,} characters, at most {MOST_BYTES:,} are read")
    tree = _parse(text)
    facts = find_facts(tree, text, url)
    lines = _article_lines(tree, facts.title)
    if facts.stated_text and _agrees(lines, facts.stated_text):
        lines = facts.stated_text.split("\n")
    if not any(len(line.encode("utf-8")) >= _SENTENCE for line in lines):
        raise NoArticleError(
            "no article in the page", f"{len(lines)} short lines, the first {lines[0][:80]!r}" if lines else "no text"
        )
    return Page(
        facts.title,
        "\n".join(lines),
        facts.published,
        facts.byline,
        facts.outlet,
        facts.language,
        facts.url,
        facts.section,
    )


def text_of_html(fragment: str) -> str:
    """The text of a piece of HTML that is all article, such as a feed's entry: one line a block, without scripts.

    Example:
        >>> text_of_html("<p>The bridge <b>stays</b> open.</p><p>Until May.</p>")
        'The bridge stays open.\\nUntil May.'
    """
    _prepare_trafilatura()
    # Two blocks, so that a lone paragraph too is a document.
    tree = _parse(f"<html><body><div>{fragment[:MOST_BYTES]}</div></body></html>")
    return "\n".join(_lines(tree))


def decode_page(data: bytes, encoding: str | None = None, declared: str | None = None) -> str:
    """A page's bytes as text, by the rules of browsers: byte-order mark, server, the page's word, UTF-8, windows-1252.

    Single bytes that do not fit become U+FFFD, as on screen.

    Args:
        data: The page.
        encoding: What the user says; it comes first, and a byte that does not fit is an error.
        declared: What the server said.

    Raises:
        NoArticleError: It is no text, or mostly not in that encoding.
    """
    if len(data) > MOST_BYTES:
        raise NoArticleError("page too large", f"{len(data):,} bytes, at most {MOST_BYTES:,} are read")
    mark = next(
        (
            name
            for bom, name in (
                (codecs.BOM_UTF8, "utf-8-sig"),
                (codecs.BOM_UTF16_LE, "utf-16"),
                (codecs.BOM_UTF16_BE, "utf-16"),
            )
            if data.startswith(bom)
        ),
        None,
    )
    if encoding:
        try:
            return data.decode(
                mark if mark and codecs.lookup(encoding).name.startswith(mark.removesuffix("-sig")) else encoding
            )
        except UnicodeError as problem:
            raise NoArticleError(f"not {encoding.upper()}", str(problem)) from problem
    stated = _META_CHARSET.search(data[:8_192])
    in_page = _codec(stated[1].decode("ascii") if stated else None)
    if in_page in ("utf-16", "utf-16-le", "utf-16-be"):
        in_page = "utf-8"  # what could be read so far is not in it
    known = mark or _codec(declared) or in_page or ("utf-8" if _is_utf8(data) else "cp1252")
    if known == "cp1252" and stated is None and b"\x00" in data[:8_192]:
        raise NoArticleError("not text", "NUL bytes")
    text = data.decode(known, "replace")
    wrong = text.count("\ufffd")
    if wrong > 10 and wrong > len(text) / 100:
        raise NoArticleError(f"not {known.upper()}", f"{wrong:,} of {len(text):,} characters do not fit")
    return text


def _codec(name: str | None) -> str | None:
    label = (name or "").strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(web_data()["encodings"].get(label, label)) if label else None
        return codec.name if codec is not None and codec._is_text_encoding else None
    except (LookupError, ValueError):
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@cache
def _prepare_trafilatura() -> None:
    """Its messages about single pages are ours to give, as rejects."""
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _parse(text: str) -> Any:
    from trafilatura import load_html

    # Each element has a "<"; counted before anything is built.
    if text.count("<") > 4 * MOST_ELEMENTS:
        raise NoArticleError("page too large", f"{text.count('<'):,} tags")
    tree = load_html(_NOT_IN_XML.sub("", text))
    if tree is None:
        raise NoArticleError("no article in the page", "not HTML")
    elements = depth = 0
    from lxml import etree

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > _DEEPEST:
            raise NoArticleError("page nested too deep", f"more than {_DEEPEST} elements inside each other")
        if event == "start":
            for name, value in element.items():
                if len(value) > _LONGEST_ATTRIBUTE and element.tag not in ("meta", "link"):
                    del element.attrib[name]
    if elements > MOST_ELEMENTS:
        raise NoArticleError("page too large", f"{elements:,} elements, at most {MOST_ELEMENTS:,} are read")
    return tree


def plain(text: str) -> str:
    """Letters and digits only, for comparing what two extractions made of the same line."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _article_lines(tree: Any, title: str | None) -> list[str]:
    links = _link_shares(tree)
    headlines = {plain(title or "")} | {plain("".join(h1.itertext())) for h1 in tree.iter("h1")}
    for element in list(tree.iter("script", "style")):
        # JSON-LD stays: trafilatura tells forums by it.
        if "ld+json" not in (element.get("type") or ""):
            element.text = None
    _drop_boxes(tree)
    lines = _extract(tree)
    if _join_pieces(tree, lines):
        lines = _extract(tree)
    lines = [
        line for line in lines if line.endswith(".") or len(line.split()) <= 3 or links.get(plain(line), 0.0) <= _LINKED
    ]
    return [line for place, line in enumerate(lines) if place >= 5 or plain(line) not in headlines]


def _extract(tree: Any) -> list[str]:
    """The article's lines out of up to three extractions.

    The quick one is right more often than the thorough one, which where it finds little takes half the page; but where
    it finds nothing it hands over all. The strict one loses parts of articles, yet where it begins and ends is where
    they do.
    """
    quick = _run(tree, fast=True)
    if sum(1 for _ in tree.iter()) > _MANY_ELEMENTS:
        return quick
    thorough, strict = _run(tree), _run(tree, favor_precision=True)
    size, of_thorough, of_strict = (sum(map(len, lines)) for lines in (quick, thorough, strict))
    chosen = quick if _SHORT <= size <= 2 * of_thorough else thorough
    size = size if chosen is quick else of_thorough
    if len(chosen) <= 2 and len(strict) >= 4 and 0.4 * size < of_strict < size:
        # A page laid out as one table, of which one row is the article.
        return strict
    if of_strict < 0.6 * size:
        return chosen
    kept = {plain(line) for line in strict}
    places = [place for place, line in enumerate(chosen) if plain(line) in kept]
    if not places:
        return chosen
    return [line for place, line in enumerate(chosen) if places[0] <= place <= places[-1] or len(line) > _PARAGRAPH]


def _run(tree: Any, **options: bool) -> list[str]:
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(deepcopy(tree), include_comments=False, **options)
    except Exception:  # what its heuristics make of a damaged page: no result, and the others are asked
        return []
    return [] if found is None else _lines(found.body)


def _lines(tree: Any) -> list[str]:
    """The text of a tree, one line a block; cells of a table row with a tab between."""
    from lxml import etree

    lines: list[str] = []
    parts: list[str] = []
    unseen = 0

    def flush() -> None:
        cells = (" ".join(cell.split()) for cell in "".join(parts).split("\x1f"))
        parts.clear()
        line = "\t".join(cell for cell in cells if cell)
        if line:
            lines.append(line)

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if tag in _BLOCKS and not (
            tag == "head" and element.getparent() is not None and element.getparent().tag == "html"
        ):
            flush()
        hides = tag in _UNSEEN and (
            tag != "head" or (element.getparent() is not None and element.getparent().tag == "html")
        )
        if event == "start":
            unseen += hides
            if tag in ("cell", "td", "th"):
                parts.append("\x1f")
            text = element.text
        else:
            unseen -= hides
            text = element.tail if element is not tree else None
        if text and not unseen:
            parts.append(text)
    flush()
    return lines


def _link_shares(tree: Any) -> Mapping[str, float]:
    """For each block of a page, as plain text, the share of it that is in links."""
    from lxml import etree

    shares: dict[str, float] = {}
    parts: list[str] = []
    linked, inside = 0, 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _BLOCKS:
            text = "".join(parts)
            if text:
                shares.setdefault(text, linked / len(text))
            parts.clear()
            linked = 0
        if element.tag == "a":
            inside += 1 if event == "start" else -1
        added = (
            plain((element.text if event == "start" else element.tail) or "")
            if element.tag not in ("script", "style")
            else ""
        )
        parts.append(added)
        linked += len(added) if inside else 0
    return shares


def _paragraph_text(element: Any) -> int:
    return sum(len("".join(p.itertext())) for p in element.iter("p"))


def _drop_boxes(tree: Any) -> None:
    """Take out boxes whose class or id says that they are not the story, unless much of the page's text is in them."""
    body = tree.find(".//body")
    if body is None:
        return
    boxes = web_data()["boxes"]
    names, pairs = frozenset(boxes["names"]), frozenset(boxes["pairs"])
    whole = _paragraph_text(body)
    for element in list(body.iter("div", "section", "aside", "ul", "ol", "span", "p", "li", "form")):
        parts = [p for p in _NAME_PARTS.split(f"{element.get('class') or ''} {element.get('id') or ''}".lower()) if p]
        named = not names.isdisjoint(parts) or any(f"{a}-{b}" in pairs for a, b in pairwise(parts))
        if (named or element.get("hidden") is not None) and _is_aside(element, whole):
            element.drop_tree()


def _is_aside(element: Any, whole: int) -> bool:
    return _paragraph_text(element) <= whole / 5 and len("".join(element.itertext())) < 3_000


def _join_pieces(tree: Any, lines: Sequence[str]) -> bool:
    """Put the parts of a story that advertisements cut into several like boxes into the first.

    A box is like one that gave a paragraph when it has the same element name and class, in the same <article>, with
    paragraphs of its own that are not links.

    Returns:
        Whether there were any.
    """
    taken = {plain(line) for line in lines}
    size = sum(map(len, lines))
    boxes: dict[tuple[str, str], list[Any]] = {}
    for paragraph in tree.iter("p"):
        text = plain("".join(paragraph.itertext()))
        box = paragraph.getparent()
        if len(text) > 40 and text in taken and box is not None and box.get("class"):
            found = boxes.setdefault((box.tag, _class(box)), [])
            if box not in found:
                found.append(box)
    pieces: list[tuple[Any, Any]] = []
    for (tag, name), found in boxes.items():
        story = next(found[0].iterancestors("article"), None)
        if story is None:
            continue
        pieces += [
            (found[0], other)
            for other in story.iter(tag)
            if other not in found
            and _class(other) == name
            and next(other.iterancestors("article"), None) is story
            and _tells(other)
            and not any(box in other.iter() or other in box.iter() for box in found)
        ]
    if sum(_own_text(other) for _, other in pieces) < size / 5:
        return False
    for first, other in pieces:
        first.extend(list(other))
    return True


def _class(element: Any) -> str:
    return " ".join((element.get("class") or "").split())


def _own_text(box: Any) -> int:
    return sum(len("".join(p.itertext())) for p in box.iterchildren("p"))


def _tells(box: Any) -> bool:
    linked = sum(len("".join(a.itertext())) for p in box.iterchildren("p") for a in p.iter("a"))
    return _own_text(box) >= 200 and linked <= 0.3 * _own_text(box)


def _agrees(lines: Sequence[str], stated: str) -> bool:
    """Whether a text stated in JSON-LD is the one extracted and goes on where the page shows only its beginning."""
    size = sum(map(len, lines))
    if len(stated) < max(300, 1.5 * size):
        return False
    whole = plain(stated)
    return sum(len(line) for line in lines if plain(line) in whole) >= 0.8 * size
