"""Two actors beside one another in each outlet: shares of events without a doer, and asymmetry of wording."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import pyarrow as pa

from framing.figures.theme import layout, wrapped
from framing.figures.voices import error_bar
from framing.markup import plotly_text

_PAIR = (("#0072B2", "circle"), ("#D55E00", "diamond"))
_GREY = "#808890"
_OFFSET = 0.17


def plot_pair(result: pa.Table, x_title: str) -> go.Figure:
    """Shares of two groups in each outlet, one above the other, with their intervals.

    Args:
        result: Rows of two groups.
        x_title: What a share is of.

    Returns:
        A figure whose points carry `[outlet_id, group, voice]` as customdata.
    """
    rows = [r for r in result.to_pylist() if r["value"] is not None]
    outlets = list(dict.fromkeys((r["outlet_id"], r["outlet"]) for r in rows))
    place = {outlet: float(i) for i, (outlet, _) in enumerate(outlets)}
    figure = go.Figure()
    for i, group in enumerate(dict.fromkeys(r["group"] for r in rows)):
        colour, symbol = _PAIR[i % 2]
        mine = [r for r in rows if r["group"] == group]
        for k, r in enumerate(mine):
            hollow = r["low"] is None
            spread = r["reason"] if hollow else f"{r['low']:.0%} to {r['high']:.0%}"
            figure.add_scatter(
                x=[r["value"]],
                y=[place[r["outlet_id"]] + (_OFFSET if i else -_OFFSET)],
                mode="markers",
                error_x=error_bar(r["value"], r["low"], r["high"]),
                name=plotly_text(r["group_label"]),
                legendgroup=group,
                showlegend=k == 0,
                marker={
                    "color": colour,
                    "symbol": symbol + ("-open" if hollow else ""),
                    "size": 13,
                    "line": {"width": 1.5, "color": colour if hollow else "white"},
                },
                customdata=[[r["outlet_id"], group, r["voice"]]],
                hovertemplate=f"<b>{plotly_text(r['outlet'])}</b><br>{plotly_text(r['group_label'])}: %{{x:.0%}}<br>{r['n_mentions']} of {r['n_denominator']}"
                f"<br>{spread}<br>click: read them<extra></extra>",
            )
    figure.update_layout(**layout(130 + 54 * max(1, len(outlets)), x_title))
    figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02])
    _name_rows(figure, [name for _, name in outlets])
    return figure


def plot_asymmetry(
    result: pa.Table, colours: Mapping[str, str], symbols: Mapping[str, str], about: str, versus: str
) -> go.Figure:
    """Each outlet's asymmetry with its interval, and below it in grey how far it is from all others pooled.

    Args:
        result: From `compare` with measure asymmetry.
        colours: By outlet_id.
        symbols: By outlet_id.
        about: Name of the actor that values above 0 are heavier on.
        versus: Name of the other.

    Returns:
        A figure whose points carry `[outlet_id, what, voice]` as customdata, what being `value` or `difference`.
    """
    rows = [r for r in result.to_pylist() if r["value"] is not None]
    figure = go.Figure()
    for i, r in enumerate(rows):
        hollow, colour = r["low"] is None, colours[r["outlet_id"]]
        spread = r["reason"] if hollow else f"{r['low']:.2f} to {r['high']:.2f}"
        name = plotly_text(r["outlet"])
        figure.add_scatter(
            x=[r["value"]],
            y=[i - _OFFSET],
            mode="markers",
            error_x=error_bar(r["value"], r["low"], r["high"]),
            showlegend=False,
            name=name,
            marker={
                "color": colour,
                "symbol": symbols[r["outlet_id"]] + ("-open" if hollow else ""),
                "size": 14,
                "line": {"width": 1.5, "color": colour if hollow else "white"},
            },
            customdata=[[r["outlet_id"], "value", r["voice"]]],
            hovertemplate=f"<b>{name}</b><br>A %{{x:.2f}}<br>{spread}<br>{plotly_text(about)}: {r['n_about']} in {r['references_about']:,} references"
            f"<br>{plotly_text(versus)}: {r['n_versus']} in {r['references_versus']:,}<br>click: read them<extra></extra>",
        )
        if r["difference"] is None:
            continue
        told = "" if r["difference_low"] is None else f"<br>{r['difference_low']:.2f} to {r['difference_high']:.2f}"
        figure.add_scatter(
            x=[r["difference"]],
            y=[i + _OFFSET],
            mode="markers",
            error_x=error_bar(r["difference"], r["difference_low"], r["difference_high"]),
            showlegend=False,
            name=name,
            marker={"color": _GREY, "symbol": "line-ns", "size": 12, "line": {"width": 3, "color": _GREY}},
            customdata=[[r["outlet_id"], "difference", r["voice"]]],
            hovertemplate=f"<b>{name}</b><br>minus all others: %{{x:.2f}}{told}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": _GREY, "width": 1, "dash": "dot"})
    figure.update_layout(
        **layout(
            110 + 54 * max(1, len(rows)), f"← heavier on {plotly_text(versus)} · A · heavier on {plotly_text(about)} →"
        )
    )
    figure.update_xaxes(rangemode="normal", zeroline=False)
    _name_rows(figure, [r["outlet"] for r in rows])
    return figure


def _name_rows(figure: go.Figure, names: list[str]) -> None:
    """Rows at whole numbers, the first on top, each with its name."""
    figure.update_yaxes(
        type="linear",
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[wrapped(name) for name in names],
        range=[max(len(names), 1) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
