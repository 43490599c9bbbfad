"""One file per kind of figure. A figure draws a finished table and never computes a statistic."""

from plotly.graph_objects import Figure

from framing.figures.choices import plot_choices
from framing.figures.events import plot_coverage, plot_event_times, plot_matched
from framing.figures.rates import choice_order, plot_category_grid, plot_rates
from framing.figures.theme import CONFIG, outlet_colours, outlet_symbols, render_figure

__all__ = [
    "CONFIG",
    "Figure",
    "choice_order",
    "outlet_colours",
    "outlet_symbols",
    "plot_category_grid",
    "plot_choices",
    "plot_coverage",
    "plot_event_times",
    "plot_matched",
    "plot_rates",
    "render_figure",
]
