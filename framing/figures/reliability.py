"""How far a model's probabilities can be trusted: the share that was loaded beside what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from framing.figures.theme import PALETTE, layout


def plot_reliability(bins: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Mean probability against the share that was loaded, bin by bin; on the diagonal both are the same.

    Args:
        bins: Rows with low, high, n, mean_probability and share_positive, as a model card has them; empty bins are left out.
    """
    held = [b for b in bins if b["n"]]
    most = max((b["n"] for b in held), default=1)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": "rgba(128,136,144,.8)"}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=[b["mean_probability"] for b in held],
        y=[b["share_positive"] for b in held],
        mode="lines+markers",
        line={"color": PALETTE[0]},
        marker={"size": [7 + 15 * (b["n"] / most) ** 0.5 for b in held], "color": PALETTE[0]},
        text=[f"{b['n']:,} sentences" for b in held],
        hovertemplate="said %{x:.2f}, was %{y:.2f}<br>%{text}<extra></extra>",
    )
    figure.update_layout(**layout(340, "probability said", showlegend=False))
    figure.update_xaxes(range=[-0.03, 1.03])
    figure.update_yaxes(range=[-0.03, 1.03], type="linear", title={"text": "share loaded"})
    return figure
