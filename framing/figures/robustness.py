"""Every defensible way to measure one difference, side by side: a specification curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from framing.figures.theme import layout
from framing.markup import plotly_text

SAME, TURNED, DEFAULT, FAINT = "#0072B2", "#D55E00", "#009E73", "rgba(128,136,144,.55)"
#: What a choice and its options are called to a reader.
CHOICE_NAMES = {
    "voice": "whose words",
    "copies": "copies",
    "part": "part",
    "per": "counted per",
    "within": "within",
    "uncertain": "guessed senses",
}
OPTION_NAMES = {
    ("voice", "own+reported"): "own + reported",
    ("voice", "all"): "all voices",
    ("part", "all"): "headline and body",
    ("part", "title"): "headline",
    ("copies", "keep"): "kept",
    ("copies", "drop"): "once each",
    ("within", "none"): "all articles",
    ("within", "event"): "the same events",
}
_ORDER = (
    "own",
    "own+reported",
    "title",
    "body",
    "all",
    "keep",
    "drop",
    "words",
    "occasions",
    "none",
    "event",
    "in",
    "out",
)
_TICKS = [m * 10.0**k for k in range(-4, 5) for m in (1, 2, 5)]


def plot_every_way(result: pa.Table) -> go.Figure:
    """The ratio by every combination of choices, in order of size, and below it which choices each is.

    Args:
        result: From `compare_every_way`, or some of its rows.

    Returns:
        A figure; upper panel: ratio and interval, on a log scale with a line at 1, default ringed, turned signs in
        another colour and shape; lower panel: a mark at each option a combination takes. Combinations without a ratio
        are in the table only.
    """
    meta = json.loads(result.schema.metadata[b"meta"])
    rows = [r for r in result.to_pylist() if r["ratio"] is not None]
    a, b = plotly_text(meta["a_name"]), plotly_text(meta["b_name"])
    # Only choices that differ say anything.
    options = [
        (c, o) for c in CHOICE_NAMES if len(taken := {r[c] for r in rows}) > 1 for o in sorted(taken, key=_ORDER.index)
    ]
    height = 24 * max(1, len(options))
    figure = make_subplots(
        rows=2,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.03,
        row_heights=[300 / (300 + height), height / (300 + height)],
    )
    x = list(range(1, len(rows) + 1))
    known = [(i, r) for i, r in zip(x, rows, strict=True) if r["low"] is not None]
    figure.add_scatter(
        x=[v for i, _ in known for v in (i, i, None)],
        y=[v for _, r in known for v in (r["low"], r["high"], None)],
        mode="lines",
        line={"color": FAINT, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=1,
    )
    for name, colour, symbol, kept in (
        ("same direction as the default", SAME, "circle", lambda r: r["flips"] is not True and not r["is_default"]),
        ("the other direction", TURNED, "x", lambda r: r["flips"] is True),
        ("the default", DEFAULT, "star", lambda r: r["is_default"]),
    ):
        mine = [(i, r) for i, r in zip(x, rows, strict=True) if kept(r)]
        if not mine:
            continue
        figure.add_scatter(
            x=[i for i, _ in mine],
            y=[r["ratio"] for _, r in mine],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 13 if symbol == "star" else 7},
            text=[_hover(r, a, b) for _, r in mine],
            hovertemplate="%{text}<extra></extra>",
            row=1,
            col=1,
        )
    labels = [_label(c, o) for c, o in options]
    figure.add_scatter(
        x=[i for c, o in options for i, r in zip(x, rows, strict=True) if r[c] == o],
        y=[_label(c, o) for c, o in options for r in rows if r[c] == o],
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": 11,
            "line": {
                "width": 2,
                "color": [TURNED if r["flips"] else SAME for c, o in options for r in rows if r[c] == o],
            },
        },
        hoverinfo="skip",
        showlegend=False,
        row=2,
        col=1,
    )
    base = layout(90 + 300 + height, "", margin={"l": 8, "r": 16, "t": 40, "b": 40})
    figure.update_layout(**{name: base[name] for name in ("height", "margin", "hovermode", "dragmode", "legend")})
    figure.add_hline(y=1, line={"dash": "dot", "color": FAINT, "width": 1.5}, row=1, col=1)
    figure.update_yaxes(
        type="log",
        title={"text": "times as often"},
        tickvals=_TICKS,
        ticktext=[f"{t:g}" for t in _TICKS],
        automargin=True,
        fixedrange=True,
        row=1,
        col=1,
    )
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=labels[::-1],
        automargin=True,
        fixedrange=True,
        row=2,
        col=1,
    )
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False, showticklabels=False)
    figure.update_xaxes(title={"text": "combinations of choices, by size"}, row=2, col=1)
    return figure


def _label(choice: str, option: str) -> str:
    return f"{CHOICE_NAMES[choice]}: {OPTION_NAMES.get((choice, option), option)}"


def _hover(r: Mapping[str, Any], a: str, b: str) -> str:
    spread = f"{r['low']:.2f} to {r['high']:.2f}" if r["low"] is not None else plotly_text(r["reason"] or "")
    choices = "<br>".join(_label(c, r[c]) for c in CHOICE_NAMES)
    return f"<b>{a} {r['ratio']:.2f} times as often as {b}</b><br>{spread}<br>{choices}<br>{r['a_n']} and {r['b_n']} mentions"
