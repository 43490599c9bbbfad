"""Rates per outlet with intervals, and the bounds between which the outlet's own wording lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.theme import layout
from framing.markup import plotly_text


def plot_rates(result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str]) -> go.Figure:
    """One row per outlet: estimate and interval, and below it the pair own and own + reported.

    Args:
        result: From `compare`, one group.
        colours: By outlet_id.
        symbols: By outlet_id.

    Returns:
        A figure whose points carry `[outlet_id, group, voice]` as customdata, so that a click can open their mentions.
    """
    rows = sorted(result.to_pylist(), key=lambda r: (r["value"] is None, -(r["value"] or 0)))
    names = [plotly_text(r["outlet"]) for r in rows]
    figure = go.Figure()
    bounds = [r for r in rows if r["own_value"] is not None and r["own_reported_value"] is not None]
    for r in bounds:
        # The bracket lies under the estimate, so that the two are read together.
        figure.add_scatter(
            x=[r["own_value"], r["own_reported_value"]],
            y=[plotly_text(r["outlet"])] * 2,
            mode="lines+markers",
            yaxis="y",
            line={"color": "rgba(128,136,144,.75)", "width": 5},
            marker={
                "symbol": ["line-ns", "diamond-open"],
                "size": 13,
                "line": {"width": 3, "color": "rgba(128,136,144,.95)"},
            },
            customdata=[[r["outlet_id"], r["group"], "own"], [r["outlet_id"], r["group"], "own+reported"]],
            hovertemplate="%{y}: own %{text}<extra></extra>",
            text=[f"{r['own_value']:.2f}", f"+ reported {r['own_reported_value']:.2f}"],
            showlegend=False,
        )
    for r in rows:
        if r["value"] is None:
            continue
        has_interval = r["low"] is not None
        hollow = r["reason"] is not None and r["reason"].startswith("not enough text")
        error = (
            {
                "type": "data",
                "symmetric": False,
                "array": [r["high"] - r["value"]],
                "arrayminus": [r["value"] - r["low"]],
                "thickness": 2,
                "width": 6,
            }
            if has_interval
            else None
        )
        figure.add_scatter(
            x=[r["value"]],
            y=[plotly_text(r["outlet"])],
            mode="markers",
            error_x=error,
            showlegend=False,
            name=plotly_text(r["outlet"]),
            marker={
                "color": colours[r["outlet_id"]],
                "symbol": symbols[r["outlet_id"]] + ("-open" if hollow else ""),
                "size": 15,
                "line": {"width": 1.5, "color": colours[r["outlet_id"]] if hollow else "white"},
            },
            customdata=[[r["outlet_id"], r["group"], r["voice"]]],
            hovertemplate=_hover(r),
        )
    figure.update_layout(**layout(90 + 46 * max(1, len(rows)), result.column("unit")[0].as_py()))
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(names)))
    return figure


def _hover(r: Mapping[str, Any]) -> str:
    interval = f"{r['low']:.2f} to {r['high']:.2f}" if r["low"] is not None else r["reason"]
    return f"<b>%{{y}}</b><br>%{{x:.2f}} {r['unit']}<br>{interval}<br>{r['n_mentions']} mentions in {r['n_articles_with']} of {r['n_articles']} articles<br>click: read them<extra></extra>"


def plot_category_grid(result: pa.Table) -> go.Figure:
    """Outlet × category: the rate in each cell, shaded by its log2 ratio to the other outlets.

    Args:
        result: From `compare` by category, plain terms left out by the caller if wanted.

    Returns:
        A figure whose cells carry `[outlet_id, group, voice]` as customdata.
    """
    rows = result.to_pylist()
    outlets = list(dict.fromkeys((r["outlet_id"], r["outlet"]) for r in rows))
    groups = list(dict.fromkeys(r["group"] for r in rows))
    by = {(r["outlet_id"], r["group"]): r for r in rows}
    grid = [[by[o, g] for g in groups] for o, _ in outlets]
    figure = go.Figure(
        go.Heatmap(
            z=[[r["log2_ratio"] for r in line] for line in grid],
            x=groups,
            y=[plotly_text(name) for _, name in outlets],
            text=[[_cell(r) for r in line] for line in grid],
            customdata=[[[r["outlet_id"], r["group"], r["voice"]] for r in line] for line in grid],
            texttemplate="%{text}",
            colorscale=[[0, "#E7C9A9"], [0.5, "#F4F6F8"], [1, "#5B9BC8"]],
            zmid=0,
            zmin=-3,
            zmax=3,
            showscale=False,
            xgap=3,
            ygap=3,
            textfont={"color": "#1D2733"},
            hovertemplate="<b>%{y}</b><br>%{x}: %{text} per 1,000 words<extra></extra>",
        )
    )
    figure.update_layout(**layout(90 + 40 * len(outlets), "", margin={"l": 8, "r": 16, "t": 78, "b": 8}))
    # A heat map cannot be clicked; unseen marks over its cells can.
    figure.add_scatter(
        x=[g for _ in outlets for g in groups],
        y=[plotly_text(name) for _, name in outlets for _ in groups],
        mode="markers",
        marker={"symbol": "square", "size": 30, "opacity": 0},
        customdata=[[r["outlet_id"], r["group"], r["voice"]] for line in grid for r in line],
        text=[f"{_cell(r)} per 1,000 words<br>click: read them" for line in grid for r in line],
        hovertemplate="<b>%{y}</b><br>%{x}: %{text}<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(side="top", tickangle=-30, type="category")
    return figure


def _cell(r: Mapping[str, Any]) -> str:
    return "–" if r["value"] is None else f"{r['value']:.2f}{'' if r['low'] is not None else '°'}"


def choice_order(rows: Sequence[Mapping[str, Any]], valence: Mapping[str, str]) -> list[str]:
    """Terms in the order a share bar shows them: loaded ones first, frequent ones first, plain ones last."""
    total: dict[str, int] = {}
    for r in rows:
        total[r["group"]] = total.get(r["group"], 0) + r["n_mentions"]
    rank = {"condemning": 0, "elevating": 1, "plain": 2}
    return sorted((t for t, n in total.items() if n), key=lambda t: (rank[valence[t]], -total[t], t))
