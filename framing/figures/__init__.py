"""One file per kind of figure. A figure draws a finished table and never computes a statistic."""

from plotly.graph_objects import Figure

from framing.figures.choices import plot_choices
from framing.figures.dispersion import plot_dispersion
from framing.figures.rates import choice_order, plot_category_grid, plot_rates
from framing.figures.robustness import plot_every_way
from framing.figures.theme import CONFIG, outlet_colours, outlet_symbols, render_figure
from framing.figures.trend import plot_trend

__all__ = [
    "CONFIG",
    "Figure",
    "choice_order",
    "outlet_colours",
    "outlet_symbols",
    "plot_category_grid",
    "plot_choices",
    "plot_dispersion",
    "plot_every_way",
    "plot_rates",
    "plot_trend",
    "render_figure",
]
