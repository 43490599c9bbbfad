"""Colours and layout shared by all figures: safe for colour blindness, the same outlet and voice always the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

#: Okabe & Ito (2008), "Color Universal Design"; yellow is darkened to stand on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9", "#6E6E6E", "#882255", "#117733", "#AA4499")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "pentagon", "x", "triangle-down")
#: Loaded alternatives by what they do; plain ones are greys, so that colour means loaded.
VALENCE_COLOURS = {
    "condemning": ("#D55E00", "#882255", "#E69F00", "#A0522D", "#F0A884", "#B22222", "#C97B63"),
    "elevating": ("#0072B2", "#009E73", "#56B4E9", "#44AA99", "#332288", "#88CCEE"),
    "plain": ("#8A939C", "#A9B0B7", "#C2C8CD", "#71797F", "#D6DADE", "#5C6368"),
}


def outlet_colours(outlet_ids: Sequence[str]) -> dict[str, str]:
    """A colour for each outlet by its place among all outlets of the corpus, so that a selection changes none."""
    return {outlet: PALETTE[i % len(PALETTE)] for i, outlet in enumerate(sorted(set(outlet_ids)))}


def outlet_symbols(outlet_ids: Sequence[str]) -> dict[str, str]:
    """A marker shape for each outlet, so that colour is never the only sign."""
    # Shifted by one each time the colours begin anew, so that a hundred outlets differ in one or the other.
    return {outlet: SYMBOLS[(i + i // len(PALETTE)) % len(SYMBOLS)] for i, outlet in enumerate(sorted(set(outlet_ids)))}


def layout(height: int, x_title: str, **more: Any) -> dict[str, Any]:
    """Layout every figure starts from; fonts and grounds come from the page's theme."""
    base = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 56},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"title": {"text": x_title}, "automargin": True, "rangemode": "tozero", "fixedrange": True},
        "yaxis": {"automargin": True, "fixedrange": True, "type": "category"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    }
    return base | more


#: Options of the plotly toolbar: download as an image, nothing else; no logo, so nothing to load from elsewhere.
CONFIG = {
    "displaylogo": False,
    # A drawing that can be enlarged in print; the interactive file saves points (PNG).
    "toImageButtonOptions": {"format": "svg", "filename": "figure"},
    "modeBarButtonsToRemove": [
        "select2d",
        "lasso2d",
        "zoom2d",
        "pan2d",
        "autoScale2d",
        "resetScale2d",
        "zoomIn2d",
        "zoomOut2d",
    ],
}


def render_figure(figure: go.Figure) -> str:
    """A figure as one HTML page that works without a network."""
    return str(figure.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False}))
