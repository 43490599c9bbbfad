"""What the exports of Nexis and LexisNexis have in common: the words of their interface, and documents made of labelled parts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from framing.ingest.dates import read_date
from framing.ingest.decode import find_encoding, open_bytes, reading
from framing.ingest.raw import RawRow

WORDS_FILE = Path(__file__).parent / "data" / "exports.toml"
COLUMNS = ["id", "outlet", "title", "text", "published", "url", "language", "section", "byline"]
#: A notice instead of an article is a sentence or two; a longer text only speaks of such a thing.
_LONGEST_NOTICE = 500
_YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{3,20})", re.IGNORECASE)


@dataclass(frozen=True)
class ExportWords:
    """The words of `exports.toml`; what each is for stands there."""

    fields: dict[str, str]
    before: frozenset[str]
    after: frozenset[str]
    long: frozenset[str]
    count: re.Pattern[str]
    copyright: tuple[str, ...]
    remark: frozenset[str]
    no_headline: frozenset[str]
    body: frozenset[str]
    end: frozenset[str]
    blocks: frozenset[str]
    cover: frozenset[str]
    not_delivered: tuple[str, ...]

    def known(self, label: str) -> bool:
        """Whether the databases print this label."""
        plain = plain_label(label)
        return plain in self.fields or plain in self.before or plain in self.after

    def is_copyright(self, line: str) -> bool:
        return line.strip().casefold().startswith(self.copyright)


def plain_label(label: str) -> str:
    """A label as the lists hold it: French has a space before the colon.

    Example:
        >>> plain_label("LOAD-DATE\\xa0")
        'load-date'
    """
    return " ".join(label.split()).casefold()


@cache
def read_export_words() -> ExportWords:
    """The shipped words of the interface."""
    data = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    number = r"[0-9][0-9.,]{0,9}"
    lines = "|".join(re.escape(line).replace(r"\#", number).replace(r"\ ", " +") for line in data["count"]["lines"])
    return ExportWords(
        fields={label: name for name, labels in data["fields"].items() for label in labels},
        before=frozenset(data["labels"]["before"]),
        after=frozenset(data["labels"]["after"]),
        long=frozenset(data["labels"]["long"]),
        count=re.compile(rf"\s*(?:{lines})\s*\Z"),
        copyright=tuple(data["layout"]["copyright"]),
        remark=frozenset(data["layout"]["remark"]),
        no_headline=frozenset(data["layout"]["no_headline"]),
        body=frozenset(data["docx"]["body"]),
        end=frozenset(data["docx"]["end"]),
        blocks=frozenset(data["docx"]["blocks"]),
        cover=frozenset(data["docx"]["cover"]),
        not_delivered=tuple(data["notices"]["not_delivered"]),
    )


@dataclass
class Document:
    """One document of an export, in the making: what was printed round the text, and the paragraphs of the text."""

    values: dict[str, str] = field(default_factory=dict)
    body: list[str] = field(default_factory=list)
    labelled: bool = False
    printed: str = ""

    def take(self, label: str, value: str) -> None:
        """Note a label and, where it is a column, its value; the first one counts."""
        self.labelled = True
        name = read_export_words().fields.get(plain_label(label))
        value = " ".join(value.split())
        if name and value:
            self.values.setdefault(name, value)

    def head(self, title: Iterable[str]) -> None:
        """Note the headline, unless the database says that there is none."""
        line = " ".join(" ".join(title).split())
        if line and line.casefold().strip("[]().") not in read_export_words().no_headline:
            self.values["title"] = line

    def row(self, where: str) -> RawRow:
        """The document as a raw row, or the reason why it is none."""
        text = "\n\n".join(self.body)
        shown = " ".join(self.printed.split())[:200]
        if len(text) <= _LONGEST_NOTICE:
            plain = " ".join((text or self.printed[:_LONGEST_NOTICE]).split()).casefold()
            if any(notice in plain for notice in read_export_words().not_delivered):
                return RawRow(where, {}, ("not delivered", shown))
        if not self.labelled and not ("outlet" in self.values and "published" in self.values):
            return RawRow(where, {}, ("no document", shown))
        return RawRow(where, {name: self.values.get(name) for name in COLUMNS} | {"text": text or None})


@dataclass(frozen=True)
class Part:
    """A block of the older databases' layout: paragraphs, and the label before them.

    Args:
        paragraphs: Text without the label.
        label: Without its colon.
        centred: Printed in the middle of the line: outlet, date and rights are, articles are not.
    """

    paragraphs: list[str]
    label: str = ""
    centred: bool = False


def is_date(line: str) -> bool:
    """Whether a line is a date as printed above an article."""
    return read_date(line) is not None


def looks_like_date(line: str) -> bool:
    """Whether a line in the place of the date at least names a year."""
    return len(line) <= 100 and _YEAR.search(line) is not None


def assemble(head: Sequence[Part], rest: Sequence[Part], printed: str) -> Document:
    """A document of the older databases out of its parts, the line that counts it left out.

    The order is outlet, date, headline, labels, text, labels, rights; rights can come first, a headline can be missing.

    Args:
        head: The parts before the first label or text.
        rest: Labels and text.
        printed: All of it as text, for the message where it is no document.
    """
    words = read_export_words()
    document = Document(printed=printed)
    title: list[str] = []
    spare: list[str] = []
    for part in head:
        lines = [
            line.strip()
            for paragraph in part.paragraphs
            for line in paragraph.split("\n")
            if line.strip() and not words.is_copyright(line) and line.strip().casefold() not in words.remark
        ]
        dated = next((i for i, line in enumerate(lines) if is_date(line)), None)
        if (
            dated is not None
            and "published" not in document.values
            and ("outlet" in document.values or part.centred or dated)
        ):
            document.values["published"] = lines[dated]
            lines = lines[:dated]
            if lines and "outlet" not in document.values:
                document.values["outlet"] = lines[0]
        elif lines and "outlet" not in document.values:
            document.values["outlet"] = lines[0]
            spare += lines[1:]
        elif part.centred:
            spare += lines
        else:
            title += lines
    if "published" not in document.values:
        dates = [line for line in spare if looks_like_date(line)]
        document.values |= {"published": dates[0]} if dates else {}
    document.head(title)
    for part in rest:
        if part.label:
            document.take(part.label, "\n".join(part.paragraphs))
        elif not (
            part.centred
            and any(words.is_copyright(p) or words.is_copyright(p.split("\n")[-1]) for p in part.paragraphs)
        ):
            document.body += part.paragraphs
    return document


def read_export(path: Path, declared: str | None) -> tuple[str, str]:
    """The text of an export and the encoding it was read with.

    The user's word first, then a byte-order mark, then what the page says, then UTF-8; what is none of these is Windows-1252, which is
    what the older databases write.

    Raises:
        InputError: It is empty, holds NUL bytes, or is not in the encoding named.
    """
    used = find_encoding(path, declared)
    with reading(path), open_bytes(path) as file:
        data = file.read()
    if declared or used != "utf-8":
        with reading(path, used):
            return data.decode(used), used
    named = _CHARSET.search(data[:4096])
    for encoding in [*([named[1].decode("ascii").lower()] if named else []), "utf-8"]:
        try:
            return data.decode(encoding), encoding
        except (UnicodeError, LookupError):
            continue
    with reading(path, "cp1252"):
        return data.decode("cp1252"), "cp1252"
