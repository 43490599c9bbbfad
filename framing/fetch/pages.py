"""Pages by their addresses: asked politely, stored whole, what failed said with its reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from framing.fetch.client import Answer, Client, FetchError, FetchOptions, parse_address, replace_fragment
from framing.fetch.store import KNOWN_FIELDS, Store

#: Told how much is done, and of how much.
Progress = Callable[[int, int | None], None]
#: Failures of a host, one after the other, after which its other pages are not asked for in this run.
_MOST_FAILURES = 5
REPEATED = "repeated address"
#: What an address can come to without having failed.
DONE = ("", "fetched before", "unchanged")
_OF_THE_HOST = ("not reachable", "stalled", "too slow", "broke off", "no valid certificate")


@dataclass(frozen=True)
class Page:
    """An address to fetch and what is already known of the page.

    Args:
        url: The address.
        outlet, published, event, section, language: What the page itself may not say; wins over what it says.
    """

    url: str
    outlet: str | None = None
    published: str | None = None
    event: str | None = None
    section: str | None = None
    language: str | None = None

    @property
    def known(self) -> dict[str, str | None]:
        fields = asdict(self)
        return {name: fields[name] for name in KNOWN_FIELDS if fields[name]}


@dataclass(frozen=True)
class Fetched:
    """What became of the addresses asked for.

    Args:
        warc: The WARC file with all pages fetched so far.
        rows: One an address, in the order given: url, final_url, status, reason, detail, next_move. An empty reason is a page newly
            stored; `fetched before`, `unchanged` and `repeated address` are no failures; everything else is one.
    """

    warc: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The rows of what was not fetched."""
        return [row for row in self.rows if row["reason"] not in (*DONE, REPEATED)]

    def count(self, reason: str) -> int:
        return sum(row["reason"] == reason for row in self.rows)


def fetch_pages(
    pages: Iterable[Page | str | Mapping[str, Any]],
    out: Path | str,
    options: FetchOptions | None = None,
    *,
    refresh: bool = False,
    progress: Progress | None = None,
    client: Client | None = None,
) -> Fetched:
    """Fetch pages into `out/pages.warc.gz`, and what is known of them into `out/pages.jsonl`.

    A page that was stored in an earlier run is not asked for again. Hosts take turns, so that the pause one of them is owed
    is used for the others.

    Args:
        pages: Addresses, or addresses with what is known of the page.
        out: Folder of the two files; they grow from run to run.
        options: How far to go for one of them.
        refresh: Whether stored pages are asked for again, on condition that they changed; a changed one is stored besides.
        progress: Called with the number of addresses done and of all.
        client: One that has been used before and knows the hosts.

    Returns:
        One row an address; what failed is among them and stops nothing.

    Raises:
        InputError: The folder is in use by another process or damaged.
    """
    client = client or Client(options or FetchOptions())
    wanted = [p if isinstance(p, Page) else Page(p) if isinstance(p, str) else _page_of(p) for p in pages]
    rows: list[dict[str, Any]] = [{} for _ in wanted]
    with Store(Path(out), "pages") as store:
        waiting: dict[str, deque[tuple[int, str, Page]]] = {}
        first: dict[str, int] = {}
        for place, page in enumerate(wanted):
            rows[place] = _row(page.url)
            try:
                parts = parse_address(page.url)
            except FetchError as problem:
                _fail(rows[place], problem)
                continue
            url = replace_fragment(parts)
            if url in first:
                rows[place] = _row(page.url, reason=REPEATED)
            elif url in store.known and not refresh:
                store.note(url, page.known)
                rows[place] = _row(page.url, store.known[url].get("final_url"), 200, "fetched before")
            else:
                waiting.setdefault(parts.host or "", deque()).append((place, url, page))
            first.setdefault(url, place)
        done = len(wanted) - sum(map(len, waiting.values()))
        failures: dict[str, int] = {}
        while waiting:
            host = min(waiting, key=lambda h: client.ready_in(waiting[h][0][1]))
            place, url, page = waiting[host].popleft()
            if not waiting[host]:
                del waiting[host]
            if failures.get(host, 0) >= _MOST_FAILURES:
                detail = f"{_MOST_FAILURES} requests to {host} failed one after the other"
                rows[place] = _row(page.url, reason="host given up", detail=detail)
            else:
                rows[place] = _fetch(client, store, url, page)
                broken = rows[place]["reason"] in _OF_THE_HOST
                failures[host] = failures.get(host, 0) + 1 if broken else 0
            done += 1
            if progress is not None:
                progress(done, len(wanted))
        return Fetched(store.warc, rows)


def ask_again(client: Client, url: str, stored: Mapping[str, Any]) -> Answer:
    """The answer of an address, asked on condition that it changed where it was stored before.

    Raises:
        FetchError: As `Client.get`.
    """
    condition = {"If-None-Match": stored.get("etag"), "If-Modified-Since": stored.get("last_modified")}
    answer = client.get(url, {k: str(v) for k, v in condition.items() if v})
    if answer.status == 304 and not stored:
        raise FetchError("status 304", f"status 304 from {url!r}, asked for the first time", "a page", "Leave it out.")
    return answer


def _fetch(client: Client, store: Store, url: str, page: Page) -> dict[str, Any]:
    stored = store.known.get(url, {})
    row = _row(page.url)
    try:
        answer = ask_again(client, url, stored)
    except FetchError as problem:
        _fail(row, problem)
        return row
    row |= {"final_url": answer.final_url, "status": answer.status}
    if answer.status == 304:
        store.note(url, page.known, answer)
        row["reason"] = "unchanged"
    elif store.is_stored(answer):
        # Two addresses that lead to one page, or a server that answers conditions with the same bytes again.
        store.note(url, {**page.known, "final_url": answer.final_url}, answer)
        row["reason"] = "unchanged"
    else:
        store.add(url, answer, page.known)
    return row


def _page_of(record: Mapping[str, Any]) -> Page:
    names = ("url", *KNOWN_FIELDS)
    return Page(**{k: str(record[k]) for k in names if record.get(k)}) if record.get("url") else Page("")


def _row(
    url: str, final_url: str | None = None, status: int | None = None, reason: str = "", detail: str = ""
) -> dict[str, Any]:
    row = {"url": url, "final_url": final_url, "status": status, "reason": reason, "detail": detail}
    return {**row, "next_move": ""}


def _fail(row: dict[str, Any], problem: FetchError) -> None:
    status = problem.reason.removeprefix("status ")
    row |= {"status": int(status) if status.isdecimal() else None, "reason": problem.reason, "detail": problem.found}
    row["next_move"] = problem.next_move
