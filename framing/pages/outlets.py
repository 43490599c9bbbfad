"""Outlets: how often each uses loaded words, with intervals, by whose words they are."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from framing.figures import outlet_colours, outlet_symbols, plot_category_grid, plot_rates
from framing.markup import plain_label
from framing.pages._load import compared
from framing.pages._parts import show_clicked, show_figure, show_opening
from framing.pages._selection import VOICES, group_options
from framing.stats import FEWEST_ARTICLES
from framing.study import read_meta

COLUMNS = (
    "outlet",
    "group_label",
    "n_mentions",
    "n_denominator",
    "n_articles",
    "n_articles_with",
    "value",
    "low",
    "high",
    "value_certain",
    "own_value",
    "own_reported_value",
    "ratio",
    "ratio_low",
    "ratio_high",
    "p_adjusted",
    "reason",
    "difference_reason",
)


def show_outlets() -> None:
    run, chosen = show_opening("outlets", "How often does each outlet use loaded words?")
    options = group_options(run)
    if not options:
        st.info(
            "No lexicon term occurs in this corpus. Try another lexicon with: framing annotate CORPUS --lexicon PATH."
        )
        return
    selected = st.selectbox(
        "Show",
        list(options),
        format_func=options.__getitem__,
        key="show",
        bind="query-params",
        help="A category, a concept or one term; type to search.",
    )
    column, _, group = (selected or next(iter(options))).partition(":")
    result = compared(run, measure="rate", **{column: group}, **chosen.parameters())
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    meta = read_meta(result)
    state = show_figure(
        plot_rates(result, outlet_colours(ids), outlet_symbols(ids)),
        question=_question(options[selected or next(iter(options))]),
        alt=f"Rates per 1,000 words of {group} by outlet, voice {chosen.voice}",
        result=result,
        columns=COLUMNS,
        name="rates",
        key=f"{selected}-{chosen.key}",
        says=sentence(result),
        caption=f"Mark and line: {VOICES[chosen.voice].lower()}, mentions per 1,000 words of the same voice, with a {meta['level']:.0%} interval (one article left out at a "
        f"time; not adjusted for several comparisons, p is). No line: no mention. Hollow: under {FEWEST_ARTICLES} articles, so no interval and no test. Grey: the outlet's own "
        "wording read twice, | own words, ◇ own + reported words, each per 1,000 words of its own.",
    )
    show_clicked(run, chosen, state, column, result, "rates")
    grid = compared(run, measure="rate", **chosen.parameters())
    loaded = grid.filter(pc.not_equal(grid.column("group"), "neutral"))
    cells = show_figure(
        plot_category_grid(loaded),
        question="Which kinds of words?",
        alt="Rates per 1,000 words by outlet and category",
        result=grid,
        columns=COLUMNS,
        name="categories",
        key=chosen.key,
        says="",
        caption="Mentions per 1,000 words. Shade: more (blue) or less (brown) than all other outlets, on a log scale. ° no interval: not enough text or no mention. Click a cell to read.",
    )
    show_clicked(run, chosen, cells, "category", loaded, "grid")


def _question(option: str) -> str:
    kind, _, name = option.partition(": ")
    what = {"Category": "words of the kind", "Concept": "any word for", "Term": "the term"}[kind]
    return f"How often does each outlet use {what} “{plain_label(name)}”?"


def sentence(result: pa.Table) -> str:
    """The result in one plain sentence, with its uncertainty; no verdict."""
    rows = result.to_pylist()
    tested = [r for r in rows if r["p_adjusted"] is not None]
    meta = read_meta(result)
    family = meta["family_size"]
    if meta["n_outlets"] < 2:
        return "Choose a second outlet to compare with."
    if not tested:
        return "There is not enough text to test a difference between these outlets."
    # The size decides which one is told, since many p-values are the smallest there can be.
    clear = sorted((r for r in tested if r["p_adjusted"] < 0.05), key=lambda r: -abs(r["log2_ratio"] or 0))
    if not clear:
        return f"None of the {family} differences tested stands out from chance at an adjusted p of .05; that does not show that the outlets are alike."
    top = clear[0]
    name = plain_label(top["outlet"])
    if top["ratio"] is None:
        told = f"{name} alone has such words" if top["value"] else f"{name} has none in {top['n_denominator']:,} words"
    else:
        times = f"{top['ratio']:.1f} times" if top["ratio"] >= 1 else f"{top['ratio']:.2f} times"
        interval = f" ({top['ratio_low']:.1f} to {top['ratio_high']:.1f})" if top["ratio_low"] is not None else ""
        told = f"{name} has {times}{interval} the rate of the other outlets shown"
    n = min(len(clear), family)
    return f"The largest clear difference: {told}. {n} of {family} differences tested {'has' if n == 1 else 'have'} an adjusted p below .05."


show_outlets()
