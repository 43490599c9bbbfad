"""Methods: how each number is made, what it cannot say, and what was used."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from framing.classify import read_model
from framing.lexicon.model import CATEGORY_MEANINGS
from framing.pages._load import load_run
from framing.pages._parts import show_fictional
from framing.schema import TABLES, describe_columns
from framing.stats import FEWEST_ARTICLES, INTERVAL_METHOD, TEST_METHOD
from framing.stats.resample import PERMUTATIONS
from framing.study import Run


def show_methods() -> None:
    run = load_run()
    st.title("How are these numbers made?")
    show_fictional(run)
    show_definitions()
    show_paragraph(run)
    show_instrument(run)
    show_classifier()
    with st.expander("Codebook: every table and column"):
        table = st.selectbox("Table", list(TABLES), key="codebook")
        st.dataframe(
            pa.Table.from_pylist(
                [{"column": c, "type": t, "meaning": m} for c, t, m in describe_columns(table or "mentions")]
            ),
            hide_index=True,
            width="stretch",
        )


def show_definitions() -> None:
    st.markdown(f"""
**Mention.** One place where a form of a lexicon term stands as a whole word; longest form wins; names that contain it are masked.

**Voice.** *direct*: inside quotation marks with a speaker. *scare*: marks round a word or phrase, no speaker in reach. *reported*: attributed without marks; whose
wording it is cannot be known, so results show *own* and *own + reported* as bounds. *own*: all else.

**Rate.** Mentions per 1,000 words, summed over articles. For own words both sums are the outlet's own: mentions and words.

**Choice share.** A term's share among the mentions of all alternatives of its concept. A mention of any alternative is an occasion.

**Interval.** {INTERVAL_METHOD}. Withheld under {FEWEST_ARTICLES} articles with an occasion; counts, shares and sentences never are.

**Difference.** {TEST_METHOD}; {PERMUTATIONS:,} permutations; p adjusted over all differences of the comparison (Benjamini & Hochberg 1995).

**Sense.** Unambiguous terms count as conflict sense by rule. Ambiguous ones (*strike*, *target* …) are counted and marked as a guess; the table shows the value without them.

**What this does not say.** Not who is right, not what an outlet intends, and there is no bias score. Quoted words are not the outlet's. Tone (TextBlob) is a baseline
people ask for: its word list has no entry for *martyrdom*, *aggression* or *assassination*.
""")


def show_paragraph(run: Run) -> None:
    st.subheader("Methods paragraph")
    r = run.record
    st.code(
        f"We searched {run.corpus.n_articles:,} articles of {run.corpus.outlets.num_rows:,} outlets (corpus {run.corpus.digest[:12]}) for {len(run.lexicon.terms)} terms of "
        f"{len(run.lexicon.concepts)} concepts (lexicon {run.lexicon.name} {run.lexicon.version}, {run.lexicon.digest[:12]}) with media-framing {r['version']}. Each of the "
        f"{run.mentions.num_rows:,} mentions was assigned a voice by rule (own, direct, reported, scare). Rates are mentions per 1,000 words (ratio of sums over articles). "
        f"Intervals: {INTERVAL_METHOD}. Differences: {TEST_METHOD} ({PERMUTATIONS:,} permutations), adjusted after Benjamini and Hochberg (1995).",
        language=None,
        wrap_lines=True,
    )


def show_instrument(run: Run) -> None:
    st.subheader("The lexicon")
    st.caption(
        "Whose discourse its terms typically serve, by valence. The whole entry of a term, with its source, is on the Terms page."
    )
    rows = run.lexicon.balance()
    left, right = st.columns(2)
    left.dataframe(pa.Table.from_pylist(rows), hide_index=True, width="stretch")
    right.dataframe(
        pa.Table.from_pylist([{"category": c, "what it does": m} for c, m in CATEGORY_MEANINGS.items()]),
        hide_index=True,
        width="stretch",
    )


def show_classifier() -> None:
    st.subheader("The classifier")
    card = read_model().card
    st.text(f"{card['what']} {card['not_for']}")
    st.caption(
        f"Trained on {card['n_pairs']} minimal pairs written for this project. {card['method']}. Figures with whole topics held out:"
    )
    st.dataframe(pa.Table.from_pylist(card["rows"]), hide_index=True, width="stretch")


show_methods()
