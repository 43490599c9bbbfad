"""Choice shares: by which word each outlet names the same thing."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.rates import choice_order
from framing.figures.theme import VALENCE_COLOURS, layout
from framing.markup import plotly_text

_PATTERNS = {"condemning": "", "elevating": "/", "plain": ""}


def plot_choices(result: pa.Table, valence: Mapping[str, str]) -> go.Figure:
    """A bar per outlet, cut into the shares of the alternatives; plain words are grey, elevating ones hatched.

    Args:
        result: From `compare` with measure choice, one concept.
        valence: elevating, condemning or plain by term_id.

    Returns:
        A figure whose bars carry `[outlet_id, term_id, voice]` as customdata.
    """
    rows = result.to_pylist()
    order = choice_order(rows, valence)
    labels = {r["outlet_id"]: f"{plotly_text(r['outlet'])} ({r['n_denominator']})" for r in rows}
    outlets = list(labels)
    figure = go.Figure()
    used: dict[str, int] = {}
    for term in order:
        kind = valence[term]
        colours = VALENCE_COLOURS[kind]
        colour = colours[used.get(kind, 0) % len(colours)]
        used[kind] = used.get(kind, 0) + 1
        mine = [r for r in rows if r["group"] == term and r["value"] is not None]
        figure.add_bar(
            y=[labels[r["outlet_id"]] for r in mine],
            x=[r["value"] for r in mine],
            orientation="h",
            name=plotly_text(mine[0]["group_label"]) if mine else term,
            marker={
                "color": colour,
                "pattern": {
                    "shape": _PATTERNS[kind],
                    "fillmode": "overlay",
                    "fgcolor": "rgba(255,255,255,.6)",
                    "size": 7,
                    "solidity": 0.25,
                },
                "line": {"color": "rgba(255,255,255,.9)", "width": 1},
            },
            customdata=[[r["outlet_id"], term, r["voice"]] for r in mine],
            text=[plotly_text(r["group_label"]) if r["value"] >= 0.12 else "" for r in mine],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertext=[
                f"{r['n_mentions']} of {r['n_denominator']} occasions"
                + (f"<br>{r['low']:.0%} to {r['high']:.0%}" if r["low"] is not None else f"<br>{r['reason']}")
                for r in mine
            ],
            hovertemplate="<b>%{y}</b><br>%{fullData.name}: %{x:.0%}<br>%{hovertext}<br>click: read them<extra></extra>",
        )
    figure.update_layout(
        **layout(
            150 + 48 * max(1, len(outlets)),
            "share of occasions",
            uniformtext={"minsize": 10, "mode": "hide"},
            barmode="stack",
            bargap=0.28,
        )
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_yaxes(categoryorder="array", categoryarray=[labels[o] for o in reversed(outlets)])
    return figure
