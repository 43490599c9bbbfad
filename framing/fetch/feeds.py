"""Feeds of outlets: which pages they list, fetched once and never again."""

from __future__ import annotations

import io
import tomllib
from calendar import timegm
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from framing.errors import InputError
from framing.fetch.client import Client, FetchError, FetchOptions, parse_address, replace_fragment
from framing.fetch.pages import Fetched, Page, Progress, ask_again, fetch_pages
from framing.fetch.store import Store

#: Unpacked bytes of a feed; parsing takes up to six seconds for a million hostile ones.
_MOST_BYTES = 5_000_000
_FIELDS = ("outlet", "address", "section", "language")


@dataclass(frozen=True)
class Feed:
    """An RSS or Atom feed.

    Args:
        address: Where it is.
        outlet: Whose it is; without one, the feed's own title.
        section: Section of all its articles, for a feed that has one only.
        language: Language of all its articles.
    """

    address: str
    outlet: str | None = None
    section: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class FetchedFeeds:
    """What became of feeds and of the pages they list.

    Args:
        feeds: One row a feed: address, outlet, entries, status, reason, detail, next_move. An empty reason is a feed read anew,
            `unchanged` one that is as it was; everything else is a failure.
        pages: The pages of all feeds.
    """

    feeds: list[dict[str, Any]]
    pages: Fetched

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The rows of feeds that could not be read."""
        return [row for row in self.feeds if row["reason"] not in ("", "unchanged")]


def read_feeds_file(path: Path | str) -> list[Feed]:
    """The feeds of a TOML file: `[[feed]]` tables with outlet and address, and where wanted section and language.

    Raises:
        InputError: The file is no such list; the message names the entry.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise InputError(
            f"{path.name!r}, which cannot be read as TOML ({problem})",
            "a file of [[feed]] tables with outlet and address",
            "Correct it there.",
        ) from problem
    entries = data.get("feed")
    if not isinstance(entries, list) or not entries or set(data) != {"feed"}:
        raise InputError(
            f"{path.name!r} with {', '.join(data) or 'nothing'} in it",
            "[[feed]] tables and nothing else",
            "Correct it.",
        )
    feeds, seen = [], set()
    for number, entry in enumerate(entries, start=1):
        where = f"feed {number} of {path.name!r}"
        if not isinstance(entry, dict) or not all(isinstance(v, str) and v.strip() for v in entry.values()):
            raise InputError(f"{where} with something else than text", "text in quotation marks", "Correct it.")
        unknown, missing = set(entry) - set(_FIELDS), {"outlet", "address"} - set(entry)
        if unknown or missing:
            what = f"an unknown {min(unknown)!r}" if unknown else f"no {min(missing)}"
            raise InputError(
                f"{where} with {what}", "outlet and address, and where wanted section and language", "Correct it."
            )
        address = replace_fragment(parse_address(entry["address"]))
        if address in seen:
            raise InputError(
                f"{where} with the address {address!r} of an earlier one", "each feed once", "Leave it out."
            )
        seen.add(address)
        feeds.append(Feed(address, " ".join(entry["outlet"].split()), entry.get("section"), entry.get("language")))
    return feeds


def fetch_feeds(
    feeds: Sequence[Feed | str],
    out: Path | str,
    options: FetchOptions | None = None,
    *,
    refresh: bool = False,
    progress: Progress | None = None,
    client: Client | None = None,
) -> FetchedFeeds:
    """Fetch the pages that feeds list; a page stored in an earlier run is not asked for again.

    Feeds are asked on condition that they changed, and kept in `out/feeds.warc.gz`, so that pages that failed are tried again
    in the next run. An article that leaves a feed between two runs is missed: run it often enough.

    Args:
        feeds: Feeds, or their addresses.
        out: Folder as of `fetch_pages`.
        options: How far to go for one of them.
        refresh: As of `fetch_pages`.
        progress: Called with the number of pages done and of all.
        client: One that has been used before and knows the hosts.

    Returns:
        Rows of feeds and rows of pages; what failed is among them.

    Raises:
        InputError: The folder is in use by another process or damaged.
    """
    client = client or Client(options or FetchOptions())
    rows: list[dict[str, Any]] = []
    pages: list[Page] = []
    with Store(Path(out), "feeds") as store:
        for feed in [f if isinstance(f, Feed) else Feed(f) for f in feeds]:
            row: dict[str, Any] = {"address": feed.address, "outlet": feed.outlet, "entries": 0}
            row |= {"status": None, "reason": "", "detail": "", "next_move": ""}
            rows.append(row)
            try:
                url = replace_fragment(parse_address(feed.address))
                answer = ask_again(client, url, store.known.get(url, {}))
                row["status"] = answer.status
                if answer.status == 304 or store.is_stored(answer):
                    row["reason"] = "unchanged"
                    store.note(url, {"final_url": store.known.get(url, {}).get("final_url", answer.final_url)}, answer)
                    body = store.read(url)
                else:
                    body = answer.body
                base = store.known[url]["final_url"] if answer.status == 304 else answer.final_url
                title, found = read_feed(body, base, answer.header("Content-Type"))
                if answer.status == 200 and row["reason"] == "":
                    store.add(url, answer, {})
            except FetchError as problem:
                row |= {"reason": problem.reason, "detail": problem.found, "next_move": problem.next_move}
                continue
            row |= {"outlet": feed.outlet or title, "entries": len(found)}
            pages += [
                Page(p.url, feed.outlet or title, p.published, None, feed.section, feed.language or p.language)
                for p in found
            ]
    return FetchedFeeds(rows, fetch_pages(pages, out, refresh=refresh, client=client, progress=progress))


def read_feed(body: bytes, address: str, content_type: str = "") -> tuple[str | None, list[Page]]:
    """The title of a feed and the pages it lists, each with the date and language the feed gives it.

    Args:
        body: RSS or Atom as it came; its encoding is found in it or in the content type.
        address: Where it came from; relative addresses are completed with it.
        content_type: The header of that name.

    Raises:
        FetchError: It is no feed.

    Example:
        >>> read_feed(b"<rss version='2.0'><channel><title>Aldis Ledger</title><item><link>/a</link></item></channel></rss>",
        ...     "https://ledger.example/feed")
        ('Aldis Ledger', [Page(url='https://ledger.example/a', outlet=None, published=None, event=None, section=None, language=None)])
    """
    import feedparser

    shown = repr(address[:200])
    if len(body) > _MOST_BYTES:
        raise FetchError(
            "too large", f"{shown} of {len(body):,} bytes", f"a feed of at most {_MOST_BYTES:,}", "Leave it out."
        )
    try:
        # A file and never a name, which feedparser would open or fetch by itself.
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type or "application/xml"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as problem:  # whatever its XML and date parsers raise comes through feedparser as it is
        found = f"{shown}, which cannot be read as a feed ({type(problem).__name__}: {str(problem)[:100]})"
        raise FetchError("not a feed", found, "RSS or Atom", "Check the address.") from problem
    if not parsed.get("version"):
        links = parsed.get("feed", {}).get("links", ())
        named = [urljoin(address, k["href"]) for k in links if k.get("href") and "+xml" in k.get("type", "")]
        raise FetchError(
            "not a feed",
            f"{shown}, which is neither RSS nor Atom" + (f" but names the feed {named[0][:200]!r}" if named else ""),
            "the address of a feed",
            "Look for it on the outlet's page, often /rss or /feed.",
        )
    language = parsed.feed.get("language")
    pages = []
    for entry in parsed.entries:
        link = entry.get("link") or next((e["href"] for e in entry.get("links", ()) if e.get("href")), "")
        if link:
            when = entry.get("published_parsed")
            published = datetime.fromtimestamp(timegm(when), UTC).isoformat() if when else entry.get("published")
            pages.append(
                Page(urljoin(address, link.strip()), None, published, None, None, entry.get("language", language))
            )
    return " ".join(parsed.feed.get("title", "").split()) or None, pages
