"""Colours and layout shared by all figures: safe for colour blindness, the same outlet and voice always the same."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from framing.markup import plotly_text

#: Okabe & Ito (2008), "Color Universal Design"; yellow is darkened to stand on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9", "#6E6E6E", "#882255", "#117733", "#AA4499")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "pentagon", "x", "triangle-down")
#: Loaded alternatives by what they do; plain ones are greys, so that colour means loaded.
VALENCE_COLOURS = {
    "condemning": ("#D55E00", "#882255", "#E69F00", "#A0522D", "#F0A884", "#B22222", "#C97B63"),
    "elevating": ("#0072B2", "#009E73", "#56B4E9", "#44AA99", "#332288", "#88CCEE"),
    "plain": ("#8A939C", "#A9B0B7", "#C2C8CD", "#71797F", "#D6DADE", "#5C6368"),
}
#: Whose words they are, as marks in texts are coloured.
VOICE_COLOURS = {"own": "#D55E00", "reported": "#0072B2", "direct": "#009E73", "scare": "#CC79A7"}
#: Of the ways to tell an event: blue names who did it, orange does not, grey is a noun, which can do either.
FORM_COLOURS = {
    "active_agent": "#0072B2",
    "passive_agent": "#56B4E9",
    "agentless_passive": "#E69F00",
    "unaccusative": "#D55E00",
    "nominalised": "#8A939C",
}
#: Of the reporting verb.
STANCE_COLOURS = {"neutral": "#8A939C", "factive": "#009E73", "distancing": "#AA4499"}
#: Actors, by their place in a figure; Tol (2021), "Colour schemes", muted: none of them is an outlet's colour.
ACTOR_COLOURS = ("#332288", "#CC6677", "#44AA99", "#DDCC77", "#88CCEE", "#AA4466", "#999933")
#: Groups that are no one in particular.
REST_COLOURS = ("#71797F", "#A9B0B7", "#D6DADE")


def outlet_colours(outlet_ids: Sequence[str]) -> dict[str, str]:
    """A colour for each outlet by its place among all outlets of the corpus, so that a selection changes none."""
    return {outlet: PALETTE[i % len(PALETTE)] for i, outlet in enumerate(sorted(set(outlet_ids)))}


def outlet_symbols(outlet_ids: Sequence[str]) -> dict[str, str]:
    """A marker shape for each outlet, so that colour is never the only sign."""
    # Shifted by one each time the colours begin anew, so that a hundred outlets differ in one or the other.
    return {outlet: SYMBOLS[(i + i // len(PALETTE)) % len(SYMBOLS)] for i, outlet in enumerate(sorted(set(outlet_ids)))}


def wrapped(text: str, width: int = 20) -> str:
    """A name in lines of about so many characters for an axis, so that names leave room for the figure on a phone.

    Example:
        >>> wrapped("The Continental Wire Agency")
        'The Continental Wire<br>Agency'
    """
    lines = textwrap.wrap(text, width, break_on_hyphens=False) or [text]
    return "<br>".join(plotly_text(line) for line in lines)


#: Below the figure: on a phone a legend takes a line for each entry, and the bars are what is to be seen first.
LEGEND = {
    "orientation": "h",
    "yref": "container",
    "y": 0,
    "yanchor": "bottom",
    "x": 0,
    "xref": "container",
    "traceorder": "normal",
}


def layout(height: int, x_title: str, **more: Any) -> dict[str, Any]:
    """Layout every figure starts from; fonts and grounds come from the page's theme."""
    base = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 56},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"title": {"text": x_title}, "automargin": True, "rangemode": "tozero", "fixedrange": True},
        "yaxis": {"automargin": True, "fixedrange": True, "type": "category"},
        "legend": LEGEND,
    }
    return base | more


#: Options of the plotly toolbar: download as an image, nothing else; no logo, so nothing to load from elsewhere.
CONFIG = {
    "displaylogo": False,
    # Points at three times the size on screen, for slides; `camera` gives the same for a drawing that can be enlarged.
    "toImageButtonOptions": {"format": "png", "filename": "figure", "scale": 3},
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


def camera(form: str, name: str) -> dict[str, Any]:
    """`CONFIG` with the toolbar's camera saving a file of this format and name.

    Args:
        form: png or svg.
        name: Of the file, without its ending.

    Example:
        >>> camera("svg", "rates")["toImageButtonOptions"]
        {'format': 'svg', 'filename': 'rates', 'scale': 1}
    """
    return CONFIG | {"toImageButtonOptions": {"format": form, "filename": name, "scale": 3 if form == "png" else 1}}


def render_figure(figure: go.Figure) -> str:
    """A figure as one HTML page that works without a network."""
    return str(
        figure.to_html(
            include_plotlyjs=True, full_html=True, config=camera("svg", "figure") | {"modeBarButtonsToRemove": []}
        )
    )
