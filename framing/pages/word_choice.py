"""Word choice: by which word each outlet names the same thing, as shares of the occasions to choose."""

from __future__ import annotations

import pyarrow.compute as pc
import streamlit as st

from framing.figures import plot_choices
from framing.markup import plain_label
from framing.pages._load import compared
from framing.pages._parts import show_clicked, show_figure, show_opening
from framing.pages._selection import concept_options
from framing.stats import FEWEST_ARTICLES
from framing.study import read_meta

COLUMNS = (
    "outlet",
    "group_label",
    "n_mentions",
    "n_denominator",
    "n_articles",
    "value",
    "low",
    "high",
    "value_certain",
    "own_value",
    "own_reported_value",
    "ratio",
    "p_adjusted",
    "reason",
    "difference_reason",
)


def show_word_choice() -> None:
    run, chosen = show_opening("word_choice", "Which word was chosen for the same thing?")
    options = concept_options(run)
    if not options:
        st.info("No concept with two alternatives occurs in this corpus.")
        return
    concept = st.selectbox(
        "Concept", list(options), format_func=options.__getitem__, key="concept", bind="query-params"
    ) or next(iter(options))
    st.caption(plain_label(run.lexicon.concept_by_id[concept].definition, 400))
    result = compared(run, measure="choice", concept=concept, **chosen.parameters())
    valence = {t.term_id: t.valence for t in run.lexicon.terms}
    shown = result.filter(pc.greater(result.column("n_mentions"), 0))
    if not shown.num_rows:
        st.info("No occasion to choose a word for this concept in this selection. Widen outlets, voice or section.")
        return
    state = show_figure(
        plot_choices(result, valence),
        question=f"What did each outlet call it: {plain_label(options[concept])}?",
        alt=f"Shares of the alternatives for {options[concept]} by outlet",
        result=shown,
        columns=COLUMNS,
        name="choices",
        key=f"{concept}-{chosen.key}",
        says="",
        caption="An occasion is a mention of any alternative; its number is in brackets. Grey: plain words. Hatched: words that honour, justify or play down. Other colours: words that condemn. "
        f"Intervals are in the table; they and tests are withheld under {FEWEST_ARTICLES} articles with an occasion ({read_meta(result)['family_size']} differences tested).",
    )
    show_clicked(run, chosen, state, "term", shown, "choices")


show_word_choice()
