"""Events: when they were told, by whom, and odds of a word over all articles beside those on the same events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.theme import layout
from framing.markup import plotly_text

_GREY = "rgba(128,136,144,.95)"
#: What a phone can show beside the marks.
_LABEL = 26


def plot_event_times(events: pa.Table, chosen: str) -> go.Figure:
    """A bubble for each event by its first day and the outlets that told it; its area is the number of articles.

    Args:
        events: From `list_events`; events without date are left out.
        chosen: The event that is ringed.

    Returns:
        A figure whose bubbles carry `["", event_id, ""]` as customdata.
    """
    rows = [r for r in events.to_pylist() if r["first"] is not None]
    most = max((r["n_articles"] for r in rows), default=1)
    figure = go.Figure(
        go.Scatter(
            x=[r["first"] for r in rows],
            y=[r["n_outlets"] for r in rows],
            mode="markers",
            marker={
                "size": [r["n_articles"] for r in rows],
                "sizemode": "area",
                "sizeref": 2 * most / 28**2,
                "sizemin": 4,
                "color": "rgba(0,114,178,.45)",
                "line": {
                    "width": [3 if r["event_id"] == chosen else 1 for r in rows],
                    "color": ["#D55E00" if r["event_id"] == chosen else "#0072B2" for r in rows],
                },
            },
            customdata=[["", r["event_id"], ""] for r in rows],
            text=[f"{_short(r['label'], 80)}<br>{_articles(r['n_articles'])}, {r['n_outlets']} outlets" for r in rows],
            hovertemplate="<b>%{x|%d %b %Y}</b><br>%{text}<br>click: choose it<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(**layout(230, ""))
    figure.update_xaxes(type="date", rangemode="normal")
    figure.update_yaxes(type="linear", title={"text": "outlets"}, rangemode="tozero", nticks=5, tickformat="d")
    return figure


def plot_coverage(
    coverage: pa.Table,
    events: pa.Table,
    outlets: Sequence[str],
    colours: Mapping[str, str],
    symbols: Mapping[str, str],
    chosen: str,
) -> go.Figure:
    """Events by date × outlets: a mark where an outlet told it, a dash where it had other articles then, a dot where it had none.

    Args:
        coverage: From `list_coverage`.
        events: From `list_events`, the ones drawn.
        outlets: Outlet ids, in the order of the columns.
        colours: By outlet_id.
        symbols: By outlet_id.
        chosen: The event whose name is bold.

    Returns:
        A figure whose marks carry `[outlet_id, event_id, ""]` as customdata.
    """
    about = {r["event_id"]: r for r in events.to_pylist()}
    place = {event_id: i for i, event_id in enumerate(about)}
    column = {outlet: i for i, outlet in enumerate(outlets)}
    rows = [r for r in coverage.to_pylist() if r["event_id"] in place and r["outlet_id"] in column]
    names = {r["outlet_id"]: r["outlet"] for r in rows}
    figure = go.Figure()
    for outlet in outlets:
        mine = [r for r in rows if r["outlet_id"] == outlet and r["n_articles"]]
        if not mine:
            continue
        figure.add_scatter(
            x=[column[outlet]] * len(mine),
            y=[place[r["event_id"]] for r in mine],
            mode="markers+text",
            name=plotly_text(names[outlet]),
            marker={
                "color": colours[outlet],
                "symbol": symbols[outlet],
                "size": 15,
                "line": {"width": 1, "color": "rgba(255,255,255,.8)"},
            },
            # The number stands beside the mark, in the ink of the page's theme.
            text=[f"  {r['n_articles']}" if r["n_articles"] > 1 else "" for r in mine],
            textposition="middle right",
            textfont={"size": 11},
            customdata=[[outlet, r["event_id"], ""] for r in mine],
            hovertext=[_told(r) for r in mine],
            hovertemplate="<b>%{fullData.name}</b><br>%{hovertext}<br>click: choose this event<extra></extra>",
            showlegend=False,
        )
    for status, symbol, size in (("no article on it", "line-ew", 11), ("no articles in the window", "circle", 3)):
        mine = [r for r in rows if r["status"] == status]
        if mine:
            figure.add_scatter(
                x=[column[r["outlet_id"]] for r in mine],
                y=[place[r["event_id"]] for r in mine],
                mode="markers",
                marker={"symbol": symbol, "size": size, "color": _GREY, "line": {"width": 2, "color": _GREY}},
                customdata=[[r["outlet_id"], r["event_id"], ""] for r in mine],
                hovertext=[f"<b>{plotly_text(r['outlet'])}</b><br>{_wrap(plotly_text(r['why']))}" for r in mine],
                hovertemplate="%{hovertext}<extra></extra>",
                showlegend=False,
            )
    labels = []
    for event_id, r in about.items():
        day = f"{r['first'].day} {r['first']:%b %Y}" if r["first"] else "no date"
        name = _short(r["label"], _LABEL)
        labels.append(f"{f'<b>{name}</b>' if event_id == chosen else name}<br>{day} · {_articles(r['n_articles'])}")
    figure.update_layout(**layout(150 + 42 * max(1, len(about)), "", margin={"l": 8, "r": 16, "t": 100, "b": 8}))
    figure.update_yaxes(
        type="linear",
        tickvals=list(place.values()),
        ticktext=labels,
        range=[len(about) - 0.4, -0.6],
        zeroline=False,
        tickfont={"size": 11},
    )
    figure.update_xaxes(
        type="linear",
        side="top",
        tickangle=-40,
        tickvals=list(column.values()),
        ticktext=[_short(names.get(o, o), 18) for o in outlets],
        range=[-0.5, len(outlets) - 0.3],
        zeroline=False,
        showgrid=False,
        rangemode="normal",
    )
    return figure


def plot_matched(result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str]) -> go.Figure:
    """One row per outlet: the odds of a word over all articles, hollow, and on the same events, filled and with its interval.

    Args:
        result: From `compare` or `compare_on_events`, one term.
        colours: By outlet_id.
        symbols: By outlet_id.

    Returns:
        A figure on a logarithmic scale whose marks carry `[outlet_id, group, voice]` as customdata.
    """
    rows = sorted(
        (r for r in result.to_pylist() if r["odds_raw"] is not None or r["odds"] is not None),
        key=lambda r: -(r["odds"] or r["odds_raw"]),
    )
    figure = go.Figure()
    for r in rows:
        name = plotly_text(r["outlet"])
        colour, symbol = colours[r["outlet_id"]], symbols[r["outlet_id"]]
        points = [
            (value, mark, told)
            for value, mark, told in (
                (r["odds_raw"], f"{symbol}-open", "over all articles, whichever events they tell"),
                (r["odds"], symbol, _on_events(r)),
            )
            if value is not None
        ]
        if len(points) == 2:
            figure.add_scatter(
                x=[p[0] for p in points],
                y=[name, name],
                mode="lines",
                line={"color": _GREY, "width": 1, "dash": "dot"},
                hoverinfo="skip",
                showlegend=False,
            )
        for value, mark, told in points:
            filled = not mark.endswith("-open")
            error = None
            if filled and r["odds_low"] is not None:
                error = {
                    "type": "data",
                    "symmetric": False,
                    "array": [r["odds_high"] - value],
                    "arrayminus": [value - r["odds_low"]],
                    "thickness": 2,
                    "width": 6,
                }
            figure.add_scatter(
                x=[value],
                y=[name],
                mode="markers",
                error_x=error,
                marker={
                    "color": colour,
                    "symbol": mark,
                    "size": 14 if filled else 11,
                    "line": {"width": 1.5, "color": colour},
                },
                customdata=[[r["outlet_id"], r["group"], r["voice"]]],
                text=[told],
                hovertemplate="<b>%{y}</b><br>%{x:.2f} times the odds of the others<br>%{text}<br>click: read them<extra></extra>",
                showlegend=False,
            )
    names = list(dict.fromkeys(plotly_text(r["outlet"]) for r in rows))
    figure.add_vline(x=1, line={"color": _GREY, "width": 1})
    figure.update_layout(**layout(100 + 40 * max(1, len(rows)), "times the odds of the others (log scale)"))
    figure.update_xaxes(type="log", tickvals=[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100], rangemode="normal")
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(names)))
    return figure


def _on_events(r: Mapping[str, Any]) -> str:
    interval = (
        f"{r['odds_low']:.2f} to {r['odds_high']:.2f}"
        if r["odds_low"] is not None
        else f"no interval: {r['odds_reason']}"
    )
    return f"on the same events ({r['n_events']} that say something)<br>{interval}"


def _told(r: Mapping[str, Any]) -> str:
    first = f", the first on {r['first']:%d %b %Y}" if r["first"] else ""
    return f"{_short(r['label'], 80)}<br>{_articles(r['n_articles'])}{first}"


def _articles(n: int) -> str:
    return f"{n} article{'' if n == 1 else 's'}"


def _short(text: str, most: int) -> str:
    return plotly_text(text if len(text) <= most else text[: most - 1] + "…")


def _wrap(text: str, width: int = 60) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f"{word} "
    return "<br>".join(line.strip() for line in lines)
