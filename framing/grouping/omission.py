"""Which outlets did not tell of an event that others told: looked for around its days, within what the corpus holds."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from framing.errors import FramingError, SelectionError
from framing.grouping.events import EventOptions
from framing.schema import INT, STR, TIME, check_table

OMITTED, NOTHING_THERE = "no article on it", "no articles in the window"
_COLUMNS = ("article_id", "outlet_id", "published")

#: Columns of `find_omissions`.
OMISSIONS = pa.schema(
    [
        ("event_id", STR),
        ("label", STR),
        ("outlet_id", STR),
        ("status", STR),
        ("n", INT),
        ("n_outlets", INT),
        ("covered_by", pa.list_(STR)),
        ("first", TIME),
        ("last", TIME),
        ("window_from", TIME),
        ("window_to", TIME),
        ("why", STR),
    ]
)


def find_omissions(
    events: pa.Table, articles: pa.Table, *, at_least: int = 3, window_days: int | None = None
) -> pa.Table:
    """Which outlets have no article on an event that `at_least` others have.

    A reader would get wrong: this says what the corpus lacks, not what the outlet kept silent about. The corpus may hold a part of
    what the outlet published, and an article on the event may stand outside its group. An outlet without any article in
    the window is therefore no omission: its row says "no articles in the window". How often an outlet is without one where it had
    articles (meta) is what a single omission has to be read against.

    Args:
        events: Table `events`.
        articles: Articles among which to look: at least article_id, outlet_id and published, as in table `articles`. An outlet without
            any of them is not looked for; an event's articles that are not among them do not count.
        at_least: Outlets that have an article on the event.
        window_days: Days before the event's first and after its last article that belong to its window; as many as
            `find_events` allows between two articles when None.

    Returns:
        By event_id and outlet_id, a row for each event that so many outlets told and each outlet that did not: event_id, label,
        outlet_id, status ("no article on it" or "no articles in the window"), n (the outlet's articles in the window), n_outlets and
        covered_by (outlets with an article on the event), first and last (days of its articles; null where none has a date),
        window_from and window_to (first and last moment in which articles were looked for; null for an event without date,
        for which all the outlet's articles are looked at), why. The schema's metadata "meta" holds as JSON: at_least, window_days,
        n_events, n_told (by so many), n_without_date, n_outside (articles of events that are not among the articles), n_articles,
        n_undated, corpus_from, corpus_to, limits (a sentence) and outlets (for each: n_articles, from, to, told, omitted,
        nothing_there).

    Raises:
        SelectionError: at_least or window_days is out of range.
        FramingError: A table lacks a column.

    Does not: test whether an omission is more than chance, nor know an outlet's articles that are not in the corpus.

    Example:
        >>> from framing.ingest.shipped import read_shipped
        >>> corpus = read_shipped()
        >>> from framing.grouping import find_events
        >>> omitted = find_omissions(find_events(corpus.batches), corpus.metadata)
        >>> set(omitted.column("status").to_pylist()) <= {"no article on it", "no articles in the window"}
        True
    """
    days = EventOptions().window_days if window_days is None else window_days
    for name, value, least in (("at_least", at_least, 1), ("window_days", days, 0)):
        if value < least:
            raise SelectionError(f"{name} = {value}", f"{least} or more", "Choose another.")
    check_table(events, "events")
    missing = [column for column in _COLUMNS if column not in articles.schema.names]
    if missing:
        raise FramingError(f"articles without {', '.join(missing)}", "a table articles", "Give the whole table.")
    outlets = _Outlets(articles)
    members: defaultdict[str, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    for row in events.sort_by([("event_id", "ascending"), ("article_id", "ascending")]).to_pylist():
        labels.setdefault(row["event_id"], row["label"])
        if row["article_id"] in outlets.of:
            members[row["event_id"]].append(row["article_id"])
    rows: list[dict[str, Any]] = []
    tally: defaultdict[str, Counter[str]] = defaultdict(Counter)
    n_told = n_without_date = 0
    for event_id, mine in members.items():
        told = sorted({outlets.of[i] for i in mine})
        if len(told) < at_least:
            continue
        n_told += 1
        times = [t for i in mine if (t := outlets.published[i]) is not None]
        n_without_date += not times
        first, last = min(times, default=None), max(times, default=None)
        window = _window(first, last, days)
        for outlet in told:
            tally[outlet]["told"] += 1
        for outlet in sorted(outlets.articles.keys() - set(told)):
            n = outlets.count(outlet, window)
            status = OMITTED if n else NOTHING_THERE
            tally[outlet][status] += 1
            rows.append(
                {
                    "event_id": event_id,
                    "label": labels[event_id],
                    "outlet_id": outlet,
                    "status": status,
                    "n": n,
                    "n_outlets": len(told),
                    "covered_by": told,
                    "first": first,
                    "last": last,
                    "window_from": window[0] if window else None,
                    "window_to": window[1] if window else None,
                    "why": outlets.why(outlet, n, len(told), window),
                }
            )
    meta = {
        "at_least": at_least,
        "window_days": days,
        "n_events": len(labels),
        "n_told": n_told,
        "n_without_date": n_without_date,
        "n_outside": sum(i not in outlets.of for i in events.column("article_id").to_pylist()),
        **outlets.limits(),
        "outlets": [outlets.describe(outlet, tally[outlet]) for outlet in sorted(outlets.articles)],
    }
    schema = OMISSIONS.with_metadata({"meta": json.dumps(meta, ensure_ascii=False)})
    return pa.Table.from_pylist(rows, schema=schema)


def _window(first: datetime | None, last: datetime | None, days: int) -> tuple[datetime, datetime] | None:
    """Whole days: an article of any hour of the first or last day is inside."""
    if first is None or last is None:
        return None
    # The calendar ends somewhere; a window does not go beyond it.
    start, stop = first.date().toordinal() - days, last.date().toordinal() + days
    a, b = (datetime.fromordinal(min(max(day, 1), 3_652_059)).replace(tzinfo=UTC) for day in (start, stop))
    return a, b + timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999)


class _Outlets:
    """What the corpus holds of each outlet."""

    def __init__(self, articles: pa.Table) -> None:
        ids, outlets, published = (articles.column(name).to_pylist() for name in _COLUMNS)
        self.of: dict[str, str] = dict(zip(ids, outlets, strict=True))
        self.published: dict[str, datetime | None] = dict(zip(ids, published, strict=True))
        self.articles: defaultdict[str, list[datetime]] = defaultdict(list)
        self.undated: Counter[str] = Counter()
        for outlet, time in zip(outlets, published, strict=True):
            dated = self.articles[outlet]
            if time is None:
                self.undated[outlet] += 1
            else:
                dated.append(time)
        for dated in self.articles.values():
            dated.sort()

    def count(self, outlet: str, window: tuple[datetime, datetime] | None) -> int:
        dated = self.articles[outlet]
        if window is None:
            return len(dated) + self.undated[outlet]
        return bisect_right(dated, window[1]) - bisect_left(dated, window[0])

    def why(self, outlet: str, n: int, n_told: int, window: tuple[datetime, datetime] | None) -> str:
        told = f"{n_told} outlet{'s' if n_told > 1 else ''} told of it"
        if window is None:
            return f"{told}; the event has no date, and none of the outlet's {n:,} articles in the corpus is on it"
        dated, undated = self.articles[outlet], self.undated[outlet]
        here = f"{n:,} article{'s' if n != 1 else ''} of the outlet"
        said = f"{told}; {here} from {window[0].date()} to {window[1].date()}"
        said += ", none on it" if n else ": the corpus cannot tell whether it did"
        if dated and n and (dated[0].date() > window[0].date() or dated[-1].date() < window[1].date()):
            said += f"; what the corpus holds of it runs from {dated[0].date()} to {dated[-1].date()}"
        if undated:
            said += f"; {undated:,} more without date, none on it"
        return said

    def limits(self) -> dict[str, Any]:
        times = [t for dated in self.articles.values() for t in dated]
        first, last = min(times, default=None), max(times, default=None)
        n, undated = len(self.of), sum(self.undated.values())
        span = f" from {first.date()} to {last.date()}" if first and last else ""
        return {
            "n_articles": n,
            "n_undated": undated,
            "corpus_from": first and first.date().isoformat(),
            "corpus_to": last and last.date().isoformat(),
            "limits": f"Looked for among {n:,} articles of {len(self.articles):,} outlets{span}, {undated:,} of them without date; what "
            "outlets published beyond these is not known here.",
        }

    def describe(self, outlet: str, tally: Counter[str]) -> dict[str, Any]:
        dated = self.articles[outlet]
        return {
            "outlet_id": outlet,
            "n_articles": self.count(outlet, None),
            "from": dated[0].date().isoformat() if dated else None,
            "to": dated[-1].date().isoformat() if dated else None,
            "told": tally["told"],
            "omitted": tally[OMITTED],
            "nothing_there": tally[NOTHING_THERE],
        }
