"""One file per kind of figure. A figure draws a finished table and never computes a statistic."""

from plotly.graph_objects import Figure

from framing.figures.agency import plot_asymmetry, plot_pair
from framing.figures.choices import plot_choices
from framing.figures.dispersion import plot_dispersion
from framing.figures.events import plot_coverage, plot_event_times, plot_matched
from framing.figures.rates import choice_order, plot_category_grid, plot_rates
from framing.figures.reliability import plot_reliability
from framing.figures.robustness import plot_every_way
from framing.figures.theme import camera, outlet_colours, outlet_symbols, render_figure
from framing.figures.trend import plot_trend
from framing.figures.voices import actor_colours, plot_group_share, plot_shares

__all__ = [
    "Figure",
    "actor_colours",
    "camera",
    "choice_order",
    "outlet_colours",
    "outlet_symbols",
    "plot_asymmetry",
    "plot_category_grid",
    "plot_choices",
    "plot_coverage",
    "plot_dispersion",
    "plot_event_times",
    "plot_every_way",
    "plot_group_share",
    "plot_matched",
    "plot_pair",
    "plot_rates",
    "plot_reliability",
    "plot_shares",
    "plot_trend",
    "render_figure",
]
