"""Shares of outlets: who is quoted, by which verb, in whose voice, in which form; and one share with its intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.theme import ACTOR_COLOURS, REST_COLOURS, layout, wrapped
from framing.markup import plotly_text

_LEAST_LABELLED = 0.13
_LONGEST_LABEL = 22
#: Lighter than this, a colour takes dark letters.
_LIGHT = 0.36


def actor_colours(groups: Iterable[str], rest: Iterable[str]) -> dict[str, str]:
    """A colour for each actor by its place, greys for the groups that are nobody in particular.

    Args:
        groups: All groups in the order to show.
        rest: Those that are nobody in particular.
    """
    greys = dict(zip(rest, REST_COLOURS, strict=False))
    actors = [g for g in groups if g not in greys]
    return {g: ACTOR_COLOURS[i % len(ACTOR_COLOURS)] for i, g in enumerate(actors)} | greys


def plot_shares(result: pa.Table, colours: Mapping[str, str], x_title: str) -> go.Figure:
    """A bar per outlet, cut into the shares of the groups, in the order of the table.

    Args:
        result: outlet_id, outlet, group, group_label, voice, value, low, high, reason, n_mentions, n_denominator, n_articles_with.
        colours: By group.
        x_title: What a share is of.

    Returns:
        A figure whose bars carry `[outlet_id, group, voice]` as customdata.
    """
    rows = result.to_pylist()
    labels = {r["outlet_id"]: wrapped(f"{r['outlet']} ({r['n_denominator']:,})") for r in rows if r["n_denominator"]}
    figure = go.Figure()
    for group in dict.fromkeys(r["group"] for r in rows):
        mine = [r for r in rows if r["group"] == group and r["n_mentions"]]
        if not mine:
            continue
        label = mine[0]["group_label"]
        # An example behind a colon or in brackets is for the legend.
        brief = label.split(":")[0].split(" (")[0]
        short = plotly_text(brief if len(brief) <= _LONGEST_LABEL else brief[: _LONGEST_LABEL - 1] + "…")
        colour = colours.get(group, REST_COLOURS[0])
        figure.add_bar(
            y=[labels[r["outlet_id"]] for r in mine],
            x=[r["value"] for r in mine],
            orientation="h",
            name=plotly_text(label),
            marker={"color": colour, "line": {"color": "rgba(255,255,255,.9)", "width": 1}},
            customdata=[[r["outlet_id"], group, r["voice"]] for r in mine],
            text=[short if r["value"] >= _LEAST_LABELLED else "" for r in mine],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": _ink(colour)},
            hovertext=[_told(r) for r in mine],
            hovertemplate="<b>%{y}</b><br>%{fullData.name}: %{x:.0%}<br>%{hovertext}<br>click: read them<extra></extra>",
        )
    figure.update_layout(
        **layout(
            130 + 44 * max(1, len(labels)) + 10 * len(figure.data),
            x_title,
            uniformtext={"minsize": 10, "mode": "hide"},
            barmode="stack",
            bargap=0.28,
        )
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(labels.values())))
    return figure


def plot_group_share(
    result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str], x_title: str
) -> go.Figure:
    """One group's share in each outlet with its interval; hollow where there is not enough text for one.

    Args:
        result: Rows of one group.
        colours: By outlet_id.
        symbols: By outlet_id.
        x_title: What a share is of.

    Returns:
        A figure whose points carry `[outlet_id, group, voice]` as customdata.
    """
    rows = sorted((r for r in result.to_pylist() if r["value"] is not None), key=lambda r: (-r["value"], r["outlet"]))
    figure = go.Figure()
    for r in rows:
        colour, hollow = colours[r["outlet_id"]], r["low"] is None
        figure.add_scatter(
            x=[r["value"]],
            y=[wrapped(r["outlet"])],
            mode="markers",
            error_x=error_bar(r["value"], r["low"], r["high"]),
            showlegend=False,
            name=plotly_text(r["outlet"]),
            marker={
                "color": colour,
                "symbol": symbols[r["outlet_id"]] + ("-open" if hollow else ""),
                "size": 14,
                "line": {"width": 1.5, "color": colour if hollow else "white"},
            },
            customdata=[[r["outlet_id"], r["group"], r["voice"]]],
            hovertemplate=f"<b>%{{y}}</b><br>%{{x:.0%}}<br>{_told(r)}<br>click: read them<extra></extra>",
        )
    figure.update_layout(**layout(90 + 40 * max(1, len(rows)), x_title))
    figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(categoryorder="array", categoryarray=[wrapped(r["outlet"]) for r in reversed(rows)])
    return figure


def error_bar(value: float, low: float | None, high: float | None) -> dict[str, Any] | None:
    """An interval as plotly draws it; None where there is none."""
    if low is None or high is None:
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value],
        "arrayminus": [value - low],
        "thickness": 2,
        "width": 6,
    }


def _told(r: Mapping[str, Any]) -> str:
    spread = f"{r['low']:.0%} to {r['high']:.0%}" if r["low"] is not None else r["reason"]
    return f"{r['n_mentions']:,} of {r['n_denominator']:,}<br>{spread}<br>in {r['n_articles_with']} of {r['n_articles']} articles"


def _ink(colour: str) -> str:
    """Letters that can be read on a colour: relative luminance as in WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return "#1D2733" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _LIGHT / 2 else "#FFFFFF"
