"""How often over time: a rate for each outlet and period, with what is known of its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.stats import FEWEST_ARTICLES, INTERVAL_METHOD
from framing.stats.rates import estimate_sides, side_row
from framing.study.comparison import count_selection
from framing.study.described import articles_of, described
from framing.study.run import Run
from framing.study.select import Selection, check_numbers

PERIODS = ("day", "week", "month", "quarter", "year")
#: Most rows of one result; more are no trend that anybody reads, and take long.
_MOST_ROWS = 500_000

TREND_SCHEMA = pa.schema(
    [
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("period", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("voice", pa.string()),
        ("n_mentions", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("own_value", pa.float64()),
        ("own_reported_value", pa.float64()),
        ("reason", pa.string()),
    ]
)


def estimate_trend(
    run: Run,
    *,
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    by: str | None = None,
    every: str = "month",
    outlets: Sequence[str] = (),
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    level: float = 0.95,
) -> pa.Table:
    """Mentions per 1,000 words of each outlet in each period.

    A reader would get wrong: a rise may be another mix of events, not another wording; and an article without a date
    is in no period (`n_without_date_left_out`).

    Args:
        run: From `annotate` or `read_run`.
        term: One term, by id or form.
        concept: One concept.
        category: One category.
        by: With nothing chosen: category, concept or term.
        every: day, week (from Monday), month, quarter or year, in UTC.
        outlets: Outlet ids; all when empty.
        voice: own, direct, reported, scare, own+reported or all.
        sense: Sense that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the intervals.

    Returns:
        One row per outlet, period and group; periods are those in which any of the outlets has an article, from the
        outlet's own first to its last: period, period_start and period_end (its first and last day), counts, value, low and high (null
        with `reason` under the minimum of articles; value too without an article), own_value and own_reported_value,
        the bounds of the outlet's own wording. Metadata `meta` (JSON): n_without_date_left_out, method.

    Raises:
        SelectionError: A name or value does not exist, no article has a date, or the rows are too many.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> from datetime import UTC, datetime
        >>> day = datetime(2024, 5, 7, tzinfo=UTC)
        >>> corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "A", "text": "The massacre.", "published": day}])
        >>> estimate_trend(annotate(corpus), term="massacre", every="quarter").column("period").to_pylist()
        ['2024-Q2']
    """
    check_numbers(level)
    if every not in PERIODS:
        raise SelectionError(f"period {every!r}", f"one of {', '.join(PERIODS)}", "Correct --every.")
    selection = Selection(
        tuple(outlets), date_from, date_to, section, part, sense, term, concept, category, copies=copies
    )
    without_dates = articles_of(
        run, Selection(tuple(outlets), None, None, section, part, sense, term, concept, category, copies=copies), voice
    )
    undated = int(without_dates.column("published").null_count)
    articles = articles_of(run, selection, voice)
    articles = articles.filter(pc.is_valid(articles.column("published")))
    if not articles.num_rows:
        raise SelectionError("no article with a date in this selection", "dated articles", "Give dates when ingesting.")
    counts = count_selection(run, selection, articles, "rate", by=by, voice=voice)
    bounds = [count_selection(run, selection, articles, "rate", by=by, voice=v) for v in ("own", "own+reported")]
    column = "term" if term else "concept" if concept else "category" if category else by or "category"
    starts = _starts(articles, every)
    periods, period_of = np.unique(starts, return_inverse=True)
    present, outlet_of = np.unique(np.asarray(counts.outlet_ids, dtype=object).astype(str), return_inverse=True)
    cells = outlet_of * len(periods) + period_of
    order = np.argsort(cells, kind="stable")
    filled, first = np.unique(cells[order], return_index=True)
    # Before its first and after its last article nothing is known of an outlet; between them a gap is a row.
    spans = [(int(mine.min()), int(mine.max())) for mine in (period_of[outlet_of == o] for o in range(len(present)))]
    n_rows = sum(last - begin + 1 for begin, last in spans) * len(counts.groups)
    if n_rows > _MOST_ROWS:
        raise SelectionError(
            f"{len(present):,} outlets in {len(periods):,} periods and {len(counts.groups)} groups, {n_rows:,} rows",
            f"at most {_MOST_ROWS:,}",
            "Choose a longer period, fewer outlets, or one term, concept or category.",
        )
    inside = np.split(order, first[1:])
    sides = [estimate_sides(c, inside) for c in (counts, *bounds)]
    place = {int(cell): i for i, cell in enumerate(filled)}
    names, labels = run.outlet_names(), [_label(p.astype(object), every) for p in periods]
    rows: list[dict[str, Any]] = []
    for o, outlet in enumerate(present.tolist()):
        for k in range(spans[o][0], spans[o][1] + 1):
            i = place.get(o * len(periods) + k)
            for j, group in enumerate(counts.groups):
                row = {
                    "outlet_id": outlet,
                    "outlet": names.get(outlet, outlet),
                    "period": labels[k],
                    "period_start": periods[k].astype(object),
                    "period_end": _end(periods[k], every),
                    "by": column,
                    "group": group,
                    "voice": voice,
                }
                if i is None:
                    rows.append({**row, **_NOTHING})
                    continue
                row |= side_row(sides[0], i, j, "words", level)
                for side, name in zip(sides[1:], ("own_value", "own_reported_value"), strict=True):
                    row[name] = None if np.isnan(side.value[i, j]) else float(side.value[i, j])
                rows.append(row)
    meta = {
        "measure": "rate",
        "unit": "per 1,000 words",
        "every": every,
        "zone": "UTC",
        "voice": voice,
        "n_articles": articles.num_rows,
        "n_without_date_left_out": undated,
        "n_outlets": len(present),
        "n_periods": len(periods),
        "fewest_articles": FEWEST_ARTICLES,
        "level": level,
        "interval_method": INTERVAL_METHOD,
    }
    return described(rows, TREND_SCHEMA, run, selection, meta)


_NOTHING = {
    "n_mentions": 0,
    "n_denominator": 0,
    "n_articles": 0,
    "n_articles_with": 0,
    "reason": "no article in this period",
}


def _starts(articles: pa.Table, every: str) -> np.ndarray:
    """The first day of the period each article is in."""
    days = articles.column("published").to_numpy().astype("datetime64[D]")
    if every == "day":
        return np.asarray(days)
    if every == "week":
        # Day 0, 1 January 1970, was a Thursday.
        return np.asarray(days - (days.astype(np.int64) + 3) % 7)
    if every == "year":
        return np.asarray(days.astype("datetime64[Y]").astype("datetime64[D]"))
    months = days.astype("datetime64[M]")
    if every == "quarter":
        months = months - months.astype(np.int64) % 3
    return np.asarray(months.astype("datetime64[D]"))


def _end(start: np.datetime64, every: str) -> date:
    """The last day of the period that begins on a day."""
    if every in ("day", "week"):
        after = start + (1 if every == "day" else 7)
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[every]
        after = (start.astype("datetime64[M]") + months).astype("datetime64[D]")
    last: date = (after - 1).astype(object)
    return last


def _label(start: date, every: str) -> str:
    if every == "day":
        return start.isoformat()
    if every == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if every == "year":
        return f"{start.year:04}"
    if every == "quarter":
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    return f"{start.year:04}-{start.month:02}"
