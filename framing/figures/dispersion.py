"""In how many of its articles each outlet has something, with intervals."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.theme import layout
from framing.markup import plotly_text


def plot_dispersion(result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str]) -> go.Figure:
    """One row per outlet: the share of its articles that have a mention; hollow without an interval.

    Args:
        result: From `estimate_dispersion`.
        colours: By outlet_id.
        symbols: By outlet_id.

    Returns:
        A figure whose points carry `[outlet_id, group, voice]` as customdata.
    """
    rows = sorted(
        (r for r in result.to_pylist() if r["value"] is not None), key=lambda r: (-r["value"], r["outlet_id"])
    )
    figure = go.Figure()
    for r in rows:
        known = r["low"] is not None
        colour = colours[r["outlet_id"]]
        dp = "" if r["dp"] is None else f"<br>DP {r['dp']:.2f}, by chance {r['dp_chance']:.2f}"
        figure.add_scatter(
            x=[r["value"]],
            y=[plotly_text(r["outlet"])],
            mode="markers",
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [r["high"] - r["value"] if known else 0],
                "arrayminus": [r["value"] - r["low"] if known else 0],
                "thickness": 2,
                "width": 6,
            }
            if known
            else None,
            marker={
                "color": colour,
                "symbol": symbols[r["outlet_id"]] + ("" if known else "-open"),
                "size": 14,
                "line": {"width": 1.5, "color": "white" if known else colour},
            },
            customdata=[[r["outlet_id"], r["group"], r["voice"]]],
            hovertemplate=f"<b>%{{y}}</b><br>%{{x:.0%}}: {r['n_articles_with']} of {r['n_articles']} articles<br>"
            + (f"{r['low']:.0%} to {r['high']:.0%}" if known else plotly_text(r["reason"]))
            + f"{dp}<br>click: read them<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(**layout(90 + 40 * max(1, len(rows)), "share of articles"))
    figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(categoryorder="array", categoryarray=[plotly_text(r["outlet"]) for r in reversed(rows)])
    return figure
