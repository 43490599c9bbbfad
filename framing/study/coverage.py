"""Who told of which event: events of a selection, their coverage outlet by outlet, and wording compared on the same events alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError, unknown_name
from framing.grouping import describe_events, find_omissions
from framing.schema import INT, STR, TIME
from framing.stats import MATCHED_METHOD, estimate_matched_odds
from framing.stats.matched import FEWEST_EVENTS, MATCHED_COLUMNS
from framing.study.comparison import COMPARE_SCHEMA, count_selection
from framing.study.groups import events_of
from framing.study.run import Run
from framing.study.select import Selection, check_selection, check_voice, select_articles

TOLD = "told"

#: Columns of `list_events`.
EVENT_LIST = pa.schema(
    [
        ("event_id", STR),
        ("label", STR),
        ("headline", STR),
        ("n_articles", INT),
        ("n_outlets", INT),
        ("first", TIME),
        ("last", TIME),
        ("why", STR),
    ]
)
#: Columns of `list_coverage`.
COVERAGE = pa.schema(
    [
        ("event_id", STR),
        ("label", STR),
        ("outlet_id", STR),
        ("outlet", STR),
        ("status", STR),
        ("n_articles", INT),
        ("first", TIME),
        ("n_window", INT),
        ("window_from", TIME),
        ("window_to", TIME),
        ("why", STR),
    ]
)
#: Columns of `compare_on_events`, as in `compare`.
MATCHED = pa.schema(
    [
        COMPARE_SCHEMA.field(name)
        for name in (
            "outlet_id",
            "outlet",
            "group",
            "group_label",
            "voice",
            "n_mentions",
            "n_denominator",
            "n_articles",
            *MATCHED_COLUMNS,
        )
    ]
)


def list_events(run: Run, selection: Selection) -> pa.Table:
    """Which events do the selected articles tell of?

    A reader would get wrong: an event given in the input keeps its name and may have one article only; one that was
    found is what the wording showed.

    Args:
        run: From `annotate` or `read_run`.
        selection: Which articles count.

    Returns:
        By first date and event_id: event_id, label, headline (of its first article that has one), n_articles, n_outlets,
        first and last (null where no article has a date), why. Without rows where no event is known.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": o, "outlet_id": o, "text": "Ten died.", "event_id": "raid"} for o in "AB"]
        >>> list_events(annotate(corpus_from_rows(rows)), Selection()).column("n_outlets").to_pylist()
        [2]
    """
    check_selection(run, selection)
    articles = select_articles(run, selection)
    events = _within(events_of(run.corpus), "article_id", articles.column("article_id"))
    headlines = _headlines(events, articles)
    rows = [
        {
            **{name: row.get(name) for name in EVENT_LIST.names},
            "label": _label(row),
            "headline": headlines.get(row["event_id"]),
        }
        for row in describe_events(events, articles).to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=EVENT_LIST)


def _label(event: Mapping[str, Any]) -> str:
    """What to call an event: an id given in the input is read as words."""
    label: str = event["label"]
    return label.replace("-", " ").replace("_", " ") if label == event["event_id"] else label


def _headlines(events: pa.Table, articles: pa.Table) -> dict[str, str]:
    """The first headline of each event; of undated articles the first by id."""
    told = _within(articles.select(["article_id", "title", "published"]), "article_id", events.column("article_id"))
    titled = told.filter(pc.fill_null(pc.not_equal(told.column("title"), ""), False))
    event_of = dict(zip(events.column("article_id").to_pylist(), events.column("event_id").to_pylist(), strict=True))
    found: dict[str, str] = {}
    for row in titled.sort_by([("published", "ascending"), ("article_id", "ascending")]).to_pylist():
        found.setdefault(event_of[row["article_id"]], row["title"])
    return found


def list_articles_on(run: Run, selection: Selection, event_id: str) -> pa.Table:
    """Which selected articles tell of an event?

    A reader would get wrong: they are those of the event's group; an article on its background may stand outside.

    Args:
        run: From `annotate` or `read_run`.
        selection: Which articles count.
        event_id: The event.

    Returns:
        By date (undated last) and id: columns of table `articles` without the text.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": i, "outlet_id": "A", "text": "Ten died.", "event_id": e} for i, e in (("x", "raid"), ("y", None))]
        >>> list_articles_on(annotate(corpus_from_rows(rows)), Selection(), "raid").column("article_id").to_pylist()
        ['x']
    """
    check_selection(run, selection)
    articles = select_articles(run, selection)
    mine = articles.filter(pc.fill_null(pc.equal(articles.column("event_id"), event_id), False))
    return mine.sort_by([("published", "ascending"), ("article_id", "ascending")])


def list_coverage(run: Run, selection: Selection, event_ids: Sequence[str]) -> pa.Table:
    """Who has how many articles on these events, and who has none?

    A reader would get wrong: no article here is no silence there. The corpus may hold a part of what an outlet published; where it
    holds none of the event's days, the status says "no articles in the window" and nothing more can be said.

    Args:
        run: From `annotate` or `read_run`.
        selection: Which articles count; an outlet without any of them has no row.
        event_ids: The events.

    Returns:
        By event, in the order given, and outlet: event_id, label, outlet_id, outlet, status (told, "no article on it" or "no articles
        in the window"), n_articles on the event, first (of these), n_window (the outlet's articles in the event's days and those
        around them; null where it told), window_from, window_to, why. Metadata `meta` (JSON): see `find_omissions`.

    Raises:
        SelectionError: An event is unknown.

    Source: `framing.grouping.find_omissions`.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": o, "outlet_id": o, "text": "Ten died.", "event_id": e} for o, e in (("A", "raid"), ("B", None))]
        >>> list_coverage(annotate(corpus_from_rows(rows)), Selection(), ["raid"]).column("status").to_pylist()
        ['told', 'no article on it']
    """
    check_selection(run, selection)
    events = events_of(run.corpus)
    known = set(pc.unique(events.column("event_id")).to_pylist())
    for event_id in event_ids:
        if event_id not in known:
            raise unknown_name("event", event_id, known, "framing group --list shows the events.")
    articles = select_articles(run, selection)
    mine = _within(events, "event_id", pa.array(list(event_ids), pa.string()))
    omitted = find_omissions(mine, articles, at_least=1)
    names = run.outlet_names()
    about = {
        row["article_id"]: row
        for row in _within(
            articles.select(["article_id", "outlet_id", "published"]), "article_id", mine.column("article_id")
        ).to_pylist()
    }
    found: dict[tuple[str, str], dict[str, Any]] = {}
    labels: dict[str, str] = {}
    for row in mine.to_pylist():
        labels.setdefault(row["event_id"], _label(row))
        article = about.get(row["article_id"])
        if article is None:
            continue
        told = found.setdefault(
            (row["event_id"], article["outlet_id"]), {"status": TOLD, "n_articles": 0, "first": None, "why": ""}
        )
        told["n_articles"] += 1
        told["first"] = min((t for t in (told["first"], article["published"]) if t is not None), default=None)
    for row in omitted.to_pylist():
        found[row["event_id"], row["outlet_id"]] = {
            "status": row["status"],
            "n_articles": 0,
            "n_window": row["n"],
            **{name: row[name] for name in ("window_from", "window_to", "why")},
        }
    place = {event_id: i for i, event_id in enumerate(event_ids)}
    rows = [
        {"event_id": event, "label": labels[event], "outlet_id": outlet, "outlet": names.get(outlet, outlet), **row}
        for (event, outlet), row in sorted(found.items(), key=lambda item: (place[item[0][0]], item[0][1]))
    ]
    table = pa.Table.from_pylist([{n: r.get(n) for n in COVERAGE.names} for r in rows], schema=COVERAGE)
    return table.replace_schema_metadata(omitted.schema.metadata)


def compare_on_events(
    run: Run, selection: Selection, *, voice: str = "all", reference: str | None = None, level: float = 0.95
) -> pa.Table:
    """How much of a difference in word choice is left when only the same events are compared?

    A reader would get wrong: these are the columns of `compare` with measure choice, without its tests, so that they are quick;
    `odds_raw` mixes wording with which events were covered, `odds` does not.

    Args:
        run: From `annotate` or `read_run`.
        selection: With a term or a concept.
        voice: Whose words.
        reference: Compare each outlet with this one; with all others pooled when not given.
        level: Of the interval.

    Returns:
        By outlet and term, as `compare` has them: outlet_id, outlet, group, group_label, voice, n_mentions, n_denominator
        (occasions), n_articles and `MATCHED_COLUMNS`, see `estimate_matched_odds`. Metadata `meta`: n_events known, level, method.

    Raises:
        SelectionError: No event is known, or the selection has no term and no concept.

    Source: Mantel and Haenszel 1959.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> texts = ("Ten were murdered. Two died.", "Ten were killed. Two were murdered. Four were killed.")
        >>> rows = [{"article_id": o, "outlet_id": o, "text": t, "event_id": "raid"} for o, t in zip("AB", texts)]
        >>> found = compare_on_events(annotate(corpus_from_rows(rows)), Selection(term="murder"))
        >>> [round(odds, 1) for odds in found.column("odds").to_pylist()]
        [2.0, 0.5]
    """
    check_voice(voice)
    check_selection(run, selection)
    if selection.term is None and selection.concept is None:
        raise SelectionError("neither a term nor a concept", "one of them", "Name one.")
    articles = select_articles(run, selection)
    if articles.column("event_id").null_count == articles.num_rows:
        raise SelectionError(
            "articles without events", "events given in the input or found", "Find them with: framing group CORPUS."
        )
    counts = count_selection(run, selection, articles, "choice", voice=voice)
    odds = estimate_matched_odds(counts, reference=reference, level=level)
    names = run.outlet_names()
    rows = []
    of = np.asarray(counts.outlet_ids, dtype=object)
    places = {outlet: np.flatnonzero(of == outlet) for outlet in set(counts.outlet_ids)}
    for (outlet, group), row in odds.items():
        j, at = counts.groups.index(group), places[outlet]
        occasions = counts.denominators[at, j]
        rows.append(
            {
                "outlet_id": outlet,
                "outlet": names.get(outlet, outlet),
                "group": group,
                "group_label": run.lexicon.by_id[group].label,
                "voice": voice,
                "n_mentions": int(counts.n[at, j].sum()),
                "n_denominator": int(occasions.sum()),
                "n_articles": int((occasions > 0).sum()),
                **row,
            }
        )
    meta = {
        "n_events": len({e for e in counts.event_ids if e is not None}),
        "level": level,
        "reference": reference or "all other outlets pooled",
        "fewest_events": FEWEST_EVENTS,
        "odds_method": MATCHED_METHOD,
    }
    return pa.Table.from_pylist(rows, schema=MATCHED).replace_schema_metadata(
        {"meta": json.dumps(meta, ensure_ascii=False)}
    )


def _within(table: pa.Table, column: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    wanted = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return table.filter(pc.is_in(table.column(column), wanted))
