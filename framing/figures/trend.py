"""Rates over time: a small panel for each outlet, on one scale, with the interval as a band."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from framing.figures.theme import layout
from framing.markup import plotly_text


def plot_trend(
    result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str], unit: str = "per 1,000 words"
) -> go.Figure:
    """One panel per outlet: points joined by a line, the interval as a band; a gap where an outlet has no article.

    A reader would get wrong: a band that reaches beyond twice the highest point is cut there.

    Args:
        result: From `estimate_trend`, one group.
        colours: By outlet_id.
        symbols: By outlet_id.
        unit: Of the values.

    Returns:
        A figure whose points carry `[outlet_id, group, voice, first day, last day]` as customdata.
    """
    by_outlet: dict[str, list[dict[str, Any]]] = {}
    for row in result.to_pylist():
        by_outlet.setdefault(row["outlet_id"], []).append(row)
    n = max(1, len(by_outlet))
    highest = max((r["value"] for rows in by_outlet.values() for r in rows if r["value"] is not None), default=0.0)
    # One interval of a few articles may reach a hundred times the highest point: the scale is that of the points.
    bands = [r["high"] for rows in by_outlet.values() for r in rows if r["high"] is not None]
    top = 1.1 * min(max([highest, *bands]), 2 * highest) or 1.0
    figure = make_subplots(
        rows=n,
        cols=1,
        shared_xaxes=True,
        shared_yaxes="all",
        vertical_spacing=min(0.05, 0.34 / n),
        subplot_titles=[plotly_text(rows[0]["outlet"]) for rows in by_outlet.values()],
    )
    for i, (outlet, rows) in enumerate(by_outlet.items(), 1):
        bands = _stretches(rows)
        if bands:
            # All bands of a panel are one trace: a trace each would take a second to draw.
            figure.add_scatter(
                x=[x for s in bands for x in (*_column(s, "period_start"), *_column(s[::-1], "period_start"), None)],
                y=[y for s in bands for y in (*_column(s, "high"), *_column(s[::-1], "low"), None)],
                mode="lines",
                # A period between two gaps has a line for a band.
                line={"width": 3, "color": _faint(colours[outlet])},
                fill="toself",
                fillcolor=_faint(colours[outlet]),
                hoverinfo="skip",
                showlegend=False,
                row=i,
                col=1,
            )
        drawn = _with_gaps(rows)
        figure.add_scatter(
            x=[r and r["period_start"] for r in drawn],
            y=[r and r["value"] for r in drawn],
            mode="lines+markers",
            line={"color": colours[outlet], "width": 2},
            marker={
                "symbol": [symbols[outlet] + ("" if r and r["low"] is not None else "-open") for r in drawn],
                "size": 9,
                "color": colours[outlet],
                "line": {"width": 1.5, "color": colours[outlet]},
            },
            customdata=[
                r and [outlet, r["group"], r["voice"], r["period_start"].isoformat(), r["period_end"].isoformat()]
                for r in drawn
            ],
            text=[r and _hover(r) for r in drawn],
            hovertemplate="%{text}<extra></extra>",
            name=plotly_text(rows[0]["outlet"]),
            # Marks at zero stand on the axis, and are seen whole.
            cliponaxis=False,
            showlegend=False,
            row=i,
            col=1,
        )
    base = layout(70 + 128 * n, "", margin={"l": 8, "r": 16, "t": 30, "b": 40})
    figure.update_layout(**{name: base[name] for name in ("height", "margin", "hovermode", "dragmode")})
    figure.update_xaxes(automargin=True, fixedrange=True, type="date")
    figure.update_yaxes(automargin=True, fixedrange=True, range=[0, top], nticks=4)
    figure.update_yaxes(title={"text": unit}, row=(n + 1) // 2, col=1)
    # The name of a panel stands above its left end, so that it is read with its line.
    figure.for_each_annotation(lambda a: a.update(x=0, xanchor="left", font={"size": 13}))
    return figure


def _with_gaps(rows: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The periods with None between two that do not follow on each other: no line is drawn over what nobody published."""
    found: list[dict[str, Any] | None] = []
    for before, row in zip([None, *rows], rows, strict=False):
        if before is not None and row["period_start"] - before["period_end"] > timedelta(days=1):
            found.append(None)
        found.append(row)
    return found


def _stretches(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Periods that follow on each other and all have an interval: a band is not drawn over a gap."""
    found: list[list[dict[str, Any]]] = [[]]
    for row in _with_gaps(rows):
        if row is None or row["low"] is None:
            found.append([])
        else:
            found[-1].append(row)
    return [stretch for stretch in found if stretch]


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [r[name] for r in rows]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},.22)"


def _hover(r: Mapping[str, Any]) -> str:
    if r["value"] is None:
        return f"<b>{plotly_text(r['outlet'])}</b>, {r['period']}<br>{plotly_text(r['reason'] or '')}"
    interval = f"{r['low']:.2f} to {r['high']:.2f}" if r["low"] is not None else plotly_text(r["reason"] or "")
    return (
        f"<b>{plotly_text(r['outlet'])}</b>, {r['period']}<br>{r['value']:.2f} per 1,000 words<br>{interval}<br>"
        f"{r['n_mentions']} mentions in {r['n_articles_with']} of {r['n_articles']} articles<br>click: read them"
    )
