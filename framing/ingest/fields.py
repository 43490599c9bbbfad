"""Which column of the input is which field of an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from framing.errors import InputError

#: Accepted column names, best first; compared without case, and `-`, space and `_` are one.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "articleid", "doc_id", "docid", "story_id", "stories_id", "unit_id", "guid"),
    "outlet": (
        "outlet",
        "outlet_name",
        "outlet_id",
        "media_name",
        "source",
        "source_name",
        "publisher",
        "publication",
        "newspaper",
        "news_outlet",
        "medium",
        "site",
        "website",
        "journal",
    ),
    "title": ("title", "headline", "article_title", "news_title", "heading"),
    "text": (
        "text",
        "body",
        "content",
        "article_text",
        "article_content",
        "full_text",
        "fulltext",
        "story_text",
        "article",
        "maintext",
        "main_text",
        "content_original",
    ),
    "published": (
        "published",
        "publish_date",
        "published_at",
        "published_date",
        "pub_date",
        "pubdate",
        "publication_date",
        "date_published",
        "date",
        "datetime",
        "timestamp",
    ),
    "url": ("url", "link", "article_url", "web_url", "permalink", "href"),
    "language": ("language", "lang"),
    "section": ("section", "section_name", "rubric", "category_name"),
    "byline": ("byline", "author", "authors", "by", "writer"),
    "event": ("event", "event_id", "eventid", "story_cluster"),
}
FIELDS = tuple(SYNONYMS)
_MOST_REMEMBERED = 1_000


def _plain(name: str) -> str:
    return name.strip().lstrip("\ufeff").casefold().replace("-", "_").replace(" ", "_")


def parse_map(text: str) -> dict[str, str]:
    """The `--map` option as a dictionary; an empty column name means "there is none".

    Example:
        >>> parse_map("outlet=Paper,text=Full Text")
        {'outlet': 'Paper', 'text': 'Full Text'}
    """
    mapping: dict[str, str] = {}
    for pair in text.split(","):
        name, equals, column = pair.partition("=")
        if not equals or name.strip() not in FIELDS:
            raise InputError(
                f"{pair!r} in --map", f"FIELD=COLUMN with a field out of {', '.join(FIELDS)}", "Correct --map."
            )
        mapping[name.strip()] = column.strip()
    return mapping


def resolve_columns(columns: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The input's column for each field that has one.

    Args:
        columns: Column names of the input.
        given: What the user said with `--map`; wins over the synonyms.

    Raises:
        InputError: A column named by the user is not there.

    Example:
        >>> resolve_columns(["Source", "Headline", "Body"], {})
        {'outlet': 'Source', 'title': 'Headline', 'text': 'Body'}
    """
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(_plain(column), column)
    resolved: dict[str, str] = {}
    for name, synonyms in SYNONYMS.items():
        if name in given:
            if not given[name]:
                continue
            column = given[name] if given[name] in columns else by_plain.get(_plain(given[name]), "")
            if not column:
                raise _no_such_column(given[name], name, columns)
            resolved[name] = column
            continue
        taken = set(resolved.values()) | set(given.values())
        column = next((by_plain[s] for s in synonyms if s in by_plain and by_plain[s] not in taken), "")
        if column:
            resolved[name] = column
    return resolved


class SeenColumns:
    """The columns of a format without a header, learnt object by object.

    Args:
        given: What the user said with `--map`.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.seen: dict[str, None] = {}
        self.used: dict[str, str] = {}
        self._known: dict[tuple[str, ...], dict[str, str]] = {}

    def resolve(self, columns: tuple[str, ...]) -> dict[str, str]:
        """The columns of one object; one that the user named and this object lacks is not replaced by a synonym."""
        found = self._known.get(columns)
        if found is None:
            plain = {_plain(c) for c in columns}
            found = resolve_columns(columns, {n: c if _plain(c) in plain else "" for n, c in self.given.items()})
            if len(self._known) < _MOST_REMEMBERED:
                self._known[columns] = found
            if len(self.seen) < _MOST_REMEMBERED:
                self.seen.update(dict.fromkeys(c[:40] for c in columns))
            for name, column in found.items():
                self.used.setdefault(name, column)
        return found

    def check(self, outlet: str | None, where: str) -> None:
        """Raise, after the last object, when none had what is needed."""
        if not self.seen:
            return
        for name, column in self.given.items():
            if column and name not in self.used:
                raise _no_such_column(column, name, self.seen)
        check_columns(self.used, list(self.seen), self.given, outlet, where)


def check_duplicates(resolved: Mapping[str, str], columns: Sequence[str], given: Mapping[str, str]) -> None:
    """Raise when a column that is used shares its name with another, so that either could be meant."""
    for name, column in resolved.items():
        same = [c for c in columns if c.strip().casefold() == column.strip().casefold()]
        if len(same) > 1 and (given.get(name) != column or columns.count(column) > 1):
            raise InputError(
                f"{len(same)} columns named alike for {name}: {shorten(same)}",
                "one column for a field",
                "Rename or remove all but one.",
            )


def check_columns(
    resolved: Mapping[str, str],
    columns: Sequence[str],
    given: Mapping[str, str],
    outlet: str | None,
    where: str,
    headlines: bool = False,
) -> None:
    """Raise when a table cannot give articles: no text column where one is expected, or no outlet."""
    if "text" not in resolved and given.get("text") != "" and not headlines:
        hint = " or, for headlines only, --map text=" if "title" in resolved else ""
        raise InputError(
            f"no text column in {where}, which has {shorten(columns)}",
            f"a column named {', '.join(SYNONYMS['text'][:4])} …",
            f"Name it with --map text=COLUMN{hint}.",
        )
    if "outlet" not in resolved and outlet is None:
        raise InputError(
            f"no outlet column in {where}, which has {shorten(columns)}",
            f"a column named {', '.join(SYNONYMS['outlet'][:5])} …",
            "Name it with --map outlet=COLUMN, or give --outlet NAME.",
        )


def _no_such_column(column: str, name: str, columns: Iterable[str]) -> InputError:
    return InputError(f"no column {column!r} for {name}", f"one of {shorten(columns)}", "Correct --map.")


def shorten(names: Iterable[str], most: int = 12) -> str:
    names = [" ".join(str(n).split())[:40] for n in names]
    return ", ".join(names[:most]) + (f" … ({len(names)} in all)" if len(names) > most else "")
