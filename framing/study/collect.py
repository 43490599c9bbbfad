"""From addresses, feeds and public sets to a corpus: fetched by one room, read by another, what failed kept as rejects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from framing.corpus import CORPUS_FOLDER, Corpus, FolderWriter
from framing.errors import InputError
from framing.fetch.client import FetchOptions, parse_address, replace_fragment
from framing.fetch.feeds import Feed, fetch_feeds, read_feeds_file
from framing.fetch.pages import DONE, Fetched, Page, Progress, fetch_pages
from framing.fetch.recipes import Downloaded, Recipe, download, get_recipe
from framing.fetch.store import list_pages
from framing.ingest import IngestOptions, Limits, ingest_files
from framing.ingest.decode import find_encoding, open_text
from framing.ingest.shipped import list_shipped, write_shipped

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Collected:
    """A corpus made of what was fetched.

    Args:
        corpus: The corpus, opened.
        kept: Folder of the pages as they came, for the next run.
        counts: Addresses: `new` (or changed, when asked again), `kept` from earlier runs and not asked, `unchanged`, `failed`.
        feeds: One row a feed: address, outlet, entries, status, reason, detail, next_move.
    """

    corpus: Corpus
    kept: Path
    counts: Mapping[str, int]
    feeds: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def kept_folder(out: Path | str) -> Path:
    """Where what is fetched for a corpus folder is kept: beside it, so that replacing the corpus keeps it.

    Example:
        >>> kept_folder("corpora/spring").name
        'spring.fetched'
    """
    out = Path(out).resolve()
    return out.with_name(f"{out.name}.fetched")


def is_address(source: str) -> bool:
    """Whether a source is an address and no file.

    Example:
        >>> is_address("https://ledger.example/a"), is_address("addresses.txt")
        (True, False)
    """
    return bool(_SCHEME.match(source)) and not Path(source).exists()


def is_collected(form: str, sources: Sequence[str]) -> bool:
    """Whether these sources are to be fetched: addresses, or feeds by address or by a TOML file of them.

    Example:
        >>> is_collected("url", ["list.txt"]), is_collected("feed", ["feeds.toml"]), is_collected("feed", ["saved.rss"])
        (True, True, False)
    """
    if form == "url":
        return True
    if form == "auto":
        return all(is_address(source) for source in sources)
    return form == "feed" and all(is_address(s) or s.lower().endswith(".toml") for s in sources)


def read_addresses(sources: Iterable[str]) -> list[str]:
    """Addresses, and those of text files of them: one a line, blank lines and lines that begin with # left out.

    Raises:
        InputError: A source is neither an address nor a readable text file.
    """
    found: list[str] = []
    for source in sources:
        path = Path(source)
        if is_address(source):
            found.append(source)
            continue
        if not path.is_file():
            raise InputError(
                f"{source!r}, which is neither an address nor a file",
                "addresses that begin with https:// or http://, or text files of them",
                "Check it.",
            )
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(
                f"{path.name!r} of {path.stat().st_size:,} bytes", f"a list of at most {_MOST_BYTES:,}", "Split it."
            )
        with open_text(path, find_encoding(path, None)) as file:
            lines = (line.strip() for line in file)
            found += [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise InputError("no address", "at least one", "Name one.")
    return found


def ingest_addresses(
    sources: Sequence[str],
    out: Path | str,
    options: IngestOptions | None = None,
    *,
    limits: Limits | None = None,
    fetch: FetchOptions | None = None,
    refresh: bool = False,
    exclude: str = "found",
    progress: Progress | None = None,
) -> Collected:
    """Fetch pages and make a corpus of the articles in them.

    Pages are kept beside the corpus (`kept_folder`), so an interrupted run goes on where it was, and a page fetched once is
    not asked for again. A reader would get wrong: the corpus holds the addresses of this call only, whatever else is kept.

    Args:
        sources: Addresses, or text files of them.
        out: The corpus folder to make.
        options: How to read the pages; its outlet wins over what pages say.
        limits: What reading may cost.
        fetch: How far to go to fetch.
        refresh: Ask kept pages again, on condition that they changed.
        exclude: As of `ingest_files`.
        progress: Called with the number of addresses done and of all.

    Raises:
        InputError: No page could be fetched or none holds an article; nothing is written at `out`.
    """
    options = options or IngestOptions()
    addresses = read_addresses(sources)
    _check_out(out)
    kept = kept_folder(out)
    pages = [Page(address, options.outlet) for address in addresses]
    fetched = fetch_pages(pages, kept, fetch, refresh=refresh, progress=progress)
    stored = list_pages(fetched.warc)
    lines: list[Mapping[str, Any]] = []
    taken: set[str] = set()
    for row in fetched.rows:
        page = _stored_page(row, stored)
        if page is None:
            lines.append(_failed(row["url"], row))
        elif page["url"] in taken:
            lines.append({"url": row["url"], "reason": "repeated address", "detail": page["url"]})
        else:
            taken.add(page["url"])
            lines.append(page)
    return _make_corpus(lines, fetched, out, options, limits, exclude)


def ingest_feeds(
    sources: Sequence[str],
    out: Path | str,
    options: IngestOptions | None = None,
    *,
    limits: Limits | None = None,
    fetch: FetchOptions | None = None,
    refresh: bool = False,
    exclude: str = "found",
    progress: Progress | None = None,
) -> Collected:
    """Fetch the pages that feeds list and make a corpus of them and of those of earlier runs.

    A second run asks the feeds on condition that they changed and fetches what is new. A reader would get wrong: an article
    that leaves a feed between two runs is missed, so run it often enough.

    Args:
        sources: TOML files of feeds, or addresses of feeds.
        out: The corpus folder to make, or to make anew.
        options: How to read the pages; its outlet is that of feeds given by address.
        limits, fetch, refresh, exclude, progress: As of `ingest_addresses`.

    Raises:
        InputError: No feed could be read and nothing is kept of earlier runs, or no page holds an article.
    """
    options = options or IngestOptions()
    feeds: list[Feed] = []
    for source in sources:
        feeds += [Feed(source, options.outlet)] if is_address(source) else read_feeds_file(source)
    _check_out(out)
    done = fetch_feeds(feeds, kept_folder(out), fetch, refresh=refresh, progress=progress)
    failed = {row["url"]: row for row in done.pages.failed}
    lines: list[Mapping[str, Any]] = [_failed(row["address"], row) for row in done.failed]
    lines += [_failed(url, row) for url, row in failed.items()]
    # Two addresses that lead to one page are one article.
    lines += {page["url"]: page for page in list_pages(done.pages.warc).values()}.values()
    return replace(_make_corpus(lines, done.pages, out, options, limits, exclude), feeds=done.feeds)


def _failed(url: str, row: Mapping[str, Any]) -> dict[str, Any]:
    # A limit that was hit says in the reject, too, how to raise it.
    return {
        "url": url,
        "reason": row["reason"],
        "detail": f"{row['detail']}. {row['next_move']}".removesuffix(". "),
    }


def _stored_page(row: Mapping[str, Any], stored: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    if row["reason"] not in DONE:
        return None
    return stored.get(replace_fragment(parse_address(row["url"])))


def _check_out(out: Path | str) -> None:
    """Say what is wrong with the corpus folder before anything is fetched for it."""
    with FolderWriter(out, CORPUS_FOLDER):
        pass


def _make_corpus(
    lines: Sequence[Mapping[str, Any]],
    fetched: Fetched,
    out: Path | str,
    options: IngestOptions,
    limits: Limits | None,
    exclude: str,
) -> Collected:
    failed = [line for line in lines if "reason" in line]
    if len(failed) == len(lines):
        if not failed:
            raise InputError("feeds that list no page", "at least one page", "Try again later.")
        first = failed[0]
        raise InputError(
            f"none of {len(lines)} addresses could be fetched ({first['reason']}: {first['detail']})",
            "at least one page",
            "Check the addresses, or try again later.",
        )
    listing = fetched.warc.with_name("pages.list")
    listing.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    counts = {
        "new": fetched.count(""),
        "kept": fetched.count("fetched before"),
        "unchanged": fetched.count("unchanged"),
        "failed": len(failed),
    }
    corpus = ingest_files(
        [listing],
        out,
        replace(options, format="fetched"),
        exclude=exclude,
        limits=limits,
        manifest={"extra": {"fetched": counts, "kept_in": fetched.warc.parent.name}},
    )
    return Collected(corpus, fetched.warc.parent, counts)


# ---- public sets ------------------------------------------------------------------------------------------------------


def describe_licence(recipe: Recipe) -> str:
    """What a user has to know before a set is downloaded: licence, citation, address, size, and what tells a true copy."""
    checksum = (
        ", ".join(recipe.digests) or "none stated; the first download's is noted and later ones are compared with it"
    )
    size = "size unknown" if recipe.size is None else f"about {recipe.size / 1e6:,.1f} MB"
    return "\n".join(
        (
            f"{recipe.title}: {recipe.description}",
            f"Licence: {recipe.licence}",
            f"Cite as: {recipe.citation}",
            f"From: {recipe.address} ({size}; checksum: {checksum})",
            f"Known limits: {recipe.known_limits}",
        )
    )


def get_corpus(
    name: str,
    out: Path | str,
    *,
    accept_licence: bool | Callable[[Recipe], bool] = False,
    limits: Limits | None = None,
    fetch: FetchOptions | None = None,
    allow_private: bool = False,
    progress: Progress | None = None,
    recipes: Path | None = None,
) -> tuple[Corpus, Downloaded | None]:
    """A shipped corpus, or a public set by its recipe, as a corpus folder.

    The set's file is kept beside the corpus (`kept_folder`); a download that breaks off goes on there the next time.

    Args:
        name: Name of a shipped corpus or a recipe.
        out: The corpus folder to make.
        accept_licence: Whether the set's licence is accepted, or who is asked; shipped corpora need no answer.
        limits: What reading may cost.
        fetch: How far to go; by default what is right for one large file.
        allow_private: As of `FetchOptions`.
        progress: Called with the bytes that are there and, where known, of the whole.
        recipes: Folder of recipes; those of the package without.

    Returns:
        The corpus, and what was downloaded, with what its checksum was compared with; None for a shipped corpus.

    Raises:
        InputError: The licence was not accepted, the file could not be had, is another one, or is not as the recipe says.
        SelectionError: There is nothing of that name.
    """
    if recipes is None and name in {c.name for c in list_shipped()}:
        return write_shipped(name, out), None
    recipe = get_recipe(name, recipes)
    accepted = accept_licence(recipe) if callable(accept_licence) else accept_licence
    if not accepted:
        raise InputError(
            f"the licence of {recipe.name} not accepted ({recipe.licence})",
            "your word that you keep to it",
            "Read it, then add --accept-licence.",
        )
    _check_out(out)
    got = download(recipe, kept_folder(out), progress, allow_private=allow_private, options=fetch)
    try:
        corpus = _convert(recipe, got, out, limits)
    except InputError as problem:
        if got.verified:
            raise
        raise InputError(
            problem.found, problem.expected, f"{problem.next_move} Or delete {str(got.path)!r} and download it again."
        ) from problem
    if not got.verified:
        # Only now: a file that could not be read is no measure for later ones.
        got.remember()
    return corpus, got


def _convert(recipe: Recipe, got: Downloaded, out: Path | str, limits: Limits | None) -> Corpus:
    how = recipe.convert
    source, form = got.path, how.form
    columns: Mapping[str, str] = how.columns
    outlet = how.fields.get("outlet")
    if form in ("json", "text"):
        source, form, columns, outlet = got.path.with_name(f"{recipe.name}.set"), "set", {}, None
        description = {**asdict(how), "file": got.path.name}
        source.write_text(json.dumps(description), encoding="utf-8")
    extra = {
        "citation": recipe.citation,
        "homepage": recipe.homepage,
        "address": recipe.address,
        "sha256": got.sha256,
        "checksum": got.says,
        "known_limits": recipe.known_limits,
    }
    return ingest_files(
        [source],
        out,
        IngestOptions(form, columns, outlet, how.encoding, how.date_order),
        limits=limits,
        described_outlets={outlet_id: {"name": shown} for outlet_id, shown in recipe.outlets.items()},
        manifest={
            "name": recipe.title,
            "description": recipe.description,
            "licence": recipe.licence,
            "extra": extra,
        },
    )
