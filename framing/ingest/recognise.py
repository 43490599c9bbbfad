"""What kind of article it is, whose byline and which agency's copy: only where something marks it, never guessed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from framing.errors import InputError

KINDS_FILE = Path(__file__).parent / "data" / "kinds.toml"

# Marks stand at the edges of a text; what lies between is the article.
_EDGE = 700
_PIECES = re.compile(r"[;,|>/]")
_PAGE = re.compile(r"\b(?:pg?|page|s|pp)\.? ?[A-Z]{0,2}\d{1,4}[A-Z]?\b.*", re.IGNORECASE)
# Lines that are a time of the day and nothing else, as in rolling files.
_TIMED = re.compile(
    r"^[ \t]*\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|h\b|GMT|BST|UTC)?(?:\s(?:GMT|BST|UTC|ET|EST|EDT|CET))?[ \t.:]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FEWEST_ENTRIES = 4
_PLACE_WORD = r"(?:[A-Z0-9][\w.’'/-]*|and|of|al|el|de|[_–—-])"
_BYLINE = re.compile(
    r"\A(?:By|BY):? (?P<names>[A-Z][\w.’'-]+(?:,? (?:[A-Z][\w.’'-]*|and|AND|de|al|van|von|bin)){1,9})"
    r"(?:,? (?P<role>(?:[A-Z][\w.’'& ]{2,60}|[a-z]+ (?:editor|writer|correspondent|reporter|analyst))))?[ \t]*\Z"
)
_NO_NAME = re.compile(
    r"(?:The|Early|January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_LINES_OF_HEAD = 4


@dataclass(frozen=True)
class Kind:
    """A kind of article and what marks it; the fields are explained in data/kinds.toml."""

    name: str
    sections: frozenset[str]
    segments: frozenset[str]
    titles: tuple[re.Pattern[str], ...]
    texts: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Kinds:
    """All kinds and agencies.

    Args:
        kinds: In the order they are asked for.
        agencies: Spelling to name.
    """

    kinds: tuple[Kind, ...]
    agencies: dict[str, str]

    @cached_property
    def _forms(self) -> str:
        return "|".join(re.escape(form) for form in sorted(self.agencies, key=len, reverse=True))

    @cached_property
    def credit(self) -> re.Pattern[str]:
        """An agency's name in a byline."""
        return re.compile(rf"(?<!\w)(?P<agency>{self._forms})(?!\w)")

    @cached_property
    def dateline(self) -> re.Pattern[str]:
        """An agency in brackets behind the place at a text's beginning, perhaps below a byline."""
        return re.compile(
            rf"(?:\A|\n)[ \t]*(?:{_PLACE_WORD}(?:[ \xa0,]{{1,2}}{_PLACE_WORD}){{0,11}}[\s,]{{0,3}})?\((?P<agency>{self._forms})\)(?=[\s:–—-])"
        )

    @cached_property
    def signature(self) -> re.Pattern[str]:
        """An agency that signs a text, is named as its source or holds its copyright."""
        return re.compile(
            rf"(?:[.!?”\"’]\s{{0,4}}\((?P<a>{self._forms})\)\s*\Z"
            rf"|\n[ \t]*[(—–-]{{0,2}} ?(?P<b>{self._forms})\)?\.?\s*\Z"
            rf"|\(?\bSource: ?(?P<c>{self._forms})\)?\.?\s*\Z"
            rf"|(?:©|Copyright)\s?(?:©|\([cC]\))?\s?\d{{4}}\s(?:The )?(?P<d>{self._forms})\b)"
        )


@lru_cache(maxsize=4)
def read_kinds(path: Path = KINDS_FILE) -> Kinds:
    """Kinds and agencies of a file.

    Raises:
        InputError: An entry lacks a field, or has a pattern that is none.

    Example:
        >>> [kind.name for kind in read_kinds().kinds]
        ['live blog', 'opinion', 'wire', 'news']
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = tuple(
            Kind(
                entry["name"],
                frozenset(entry["sections"]),
                frozenset(entry["segments"]),
                tuple(re.compile(p) for p in entry["titles"]),
                tuple(re.compile(p) for p in entry["texts"]),
            )
            for entry in data["kind"]
        )
        return Kinds(kinds, {form: entry["name"] for entry in data["agency"] for form in entry["forms"]})
    except (OSError, KeyError, TypeError, ValueError, re.error) as problem:
        raise InputError(
            f"{path.name!r} has an entry that is no kind or agency ({problem!r})",
            "name, sections, segments, titles and texts, or name and forms",
            "Correct the file.",
        ) from problem


@dataclass(frozen=True)
class Recognised:
    """What an article's marks say of it.

    Args:
        section: news, opinion, wire or live blog; None where nothing marks it.
        agency: The agency whose copy it is, by its byline, dateline, signature, source note or copyright line.
        byline: The author line as given, else the names of a line "By …" at the text's head.
    """

    section: str | None
    agency: str | None
    byline: str | None


def recognise(
    *,
    title: str | None = None,
    text: str | None = None,
    section: str | None = None,
    url: str | None = None,
    byline: str | None = None,
    outlet: str = "",
    kinds: Kinds | None = None,
) -> Recognised:
    """What marks of an article say: its section, its agency, its author line.

    A reader would get wrong: an agency that merely "contributed to this report" is not credited, as the text is the
    outlet's; an agency's own article is no wire copy. Asked for in turn: the section the input gives, the address,
    the headline, the text, the agency; news only where none of them says more.

    Args:
        title: Headline.
        text: Body.
        section: Section as given.
        url: Address.
        byline: Author line as given.
        outlet: The outlet.
        kinds: The marks to go by; the shipped ones without.

    Returns:
        Section, agency and byline, each None where nothing marks it.

    Example:
        >>> recognise(url="https://ledger.example/opinion/2021/quay.html", byline="Ana Tor").section
        'opinion'
        >>> recognise(text="ALDIS (Reuters) - The quay was closed.", outlet="Aldis Ledger")
        Recognised(section='wire', agency='Reuters', byline=None)
    """
    kinds = read_kinds() if kinds is None else kinds
    head, tail = (text[:_EDGE], text[-_EDGE:]) if text else ("", "")
    named = byline if byline and byline.strip() else _byline(head)
    agency = _agency(head, tail, named, kinds)
    found = _by_section(section, kinds)
    if found in (None, "news"):
        # What the section calls news may be wire copy; an address or a headline does not overrule it otherwise.
        marked = [] if found else [_by_address(url, kinds), _by_words(title, text, head, tail, kinds)]
        if agency is not None and not _is_of(agency, outlet, kinds):
            marked.append("wire")
        # News is what is left: its pages hold the other kinds too.
        told = [kind for kind in marked if kind not in (None, "news")]
        found = told[0] if told else found or next((kind for kind in marked if kind), None)
    return Recognised(found, agency, named)


def _byline(head: str) -> str | None:
    lines = [line.strip() for line in head.split("\n") if line.strip()][:_LINES_OF_HEAD]
    for line in lines:
        m = _BYLINE.match(line)
        if m and not _NO_NAME.match(m["names"]):
            return line[m.start("names") :]
    return None


def _agency(head: str, tail: str, byline: str | None, kinds: Kinds) -> str | None:
    m = kinds.credit.search(byline[:_EDGE]) if byline else None
    if m is None:
        m = kinds.dateline.search(head)
    if m is not None:
        return kinds.agencies[m["agency"]]
    m = kinds.signature.search(tail)
    return kinds.agencies[next(form for form in m.groups() if form)] if m else None


def _is_of(agency: str, outlet: str, kinds: Kinds) -> bool:
    plain = outlet.casefold()
    forms = [form for form, name in kinds.agencies.items() if name == agency]
    return any(re.search(rf"\b{re.escape(form.casefold())}\b", plain) for form in (agency, *forms))


def _by_section(section: str | None, kinds: Kinds) -> str | None:
    if not section:
        return None
    whole = " ".join(section.split()).casefold()
    pieces = {whole} | {_PAGE.sub("", piece).strip() for piece in _PIECES.split(whole)}
    return next((kind.name for kind in kinds.kinds if not kind.sections.isdisjoint(pieces)), None)


def _by_address(url: str | None, kinds: Kinds) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    # The last segment is the article's own name.
    segments = {s.casefold() for s in parts.path.split("/")[:-1] if s}
    if host.count(".") > 1:
        segments.add(host.split(".")[0])
    return next((kind.name for kind in kinds.kinds if not kind.segments.isdisjoint(segments)), None)


def _by_words(title: str | None, text: str | None, head: str, tail: str, kinds: Kinds) -> str | None:
    for kind in kinds.kinds:
        if title and any(p.search(title) for p in kind.titles):
            return kind.name
        if any(p.search(edge) for p in kind.texts for edge in (head, tail)):
            return kind.name
    return "live blog" if text and len(_TIMED.findall(text)) >= _FEWEST_ENTRIES else None
