"""Word choice: by which word each outlet names the same thing, as shares of the occasions to choose."""

from __future__ import annotations

from collections import Counter

import pyarrow.compute as pc
import streamlit as st

from framing.figures import plot_choices
from framing.markup import plain_label
from framing.pages._load import compared
from framing.pages._parts import show_clicked, show_figure, show_opening
from framing.stats import FEWEST_ARTICLES
from framing.study import Run, read_meta

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


def concept_options(run: Run) -> dict[str, str]:
    """Concepts of which at least two alternatives occur; first those with most loaded words, for there is most to see."""
    counts: dict[str, Counter[str]] = {}
    for term_id in run.mentions.column("term_id").to_pylist():
        term = run.lexicon.by_id[term_id]
        if term.occasion:
            counts.setdefault(term.concept_id, Counter())[term_id] += 1
    usable = {c: n for c, n in counts.items() if len(n) > 1 and any(run.lexicon.by_id[t].valence != "plain" for t in n)}
    loaded = {c: sum(k for t, k in n.items() if run.lexicon.by_id[t].valence != "plain") for c, n in usable.items()}
    return {c: run.lexicon.concept_by_id[c].label for c in sorted(usable, key=lambda c: (-loaded[c], c))}


show_word_choice()
