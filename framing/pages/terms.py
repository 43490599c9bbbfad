"""Terms: every place where a term stands, with its left and right context."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from framing.markup import plain_label
from framing.pages._load import concordance
from framing.pages._parts import show_article_link, show_opening
from framing.report.tables import render_csv
from framing.study import Run

ROWS_SHOWN = 500


def show_terms() -> None:
    run, chosen = show_opening("terms", "Where does a word stand, and in whose voice?")
    counted = Counter(run.mentions.column("term_id").to_pylist())
    if not counted:
        st.info("No lexicon term occurs in this corpus.")
        return
    options = sorted(counted, key=lambda t: (run.lexicon.by_id[t].valence == "plain", -counted[t], t))
    term_id = (
        st.selectbox("Term", options, format_func=lambda t: run.lexicon.by_id[t].label, key="term", bind="query-params")
        or options[0]
    )
    show_entry(run, term_id)
    found = concordance(run, chosen.selection(term=term_id), chosen.voice)
    st.subheader("Concordance")
    if not found.num_rows:
        st.info("No mention in this selection. Widen outlets, voice or section.")
        return
    st.caption(
        f"{found.num_rows} mentions"
        + (f", the first {ROWS_SHOWN} shown; the download has all" if found.num_rows > ROWS_SHOWN else "")
        + ". Choose a row to open its article."
    )
    frame = (
        found.slice(0, ROWS_SHOWN)
        .select(["outlet", "published", "left", "surface", "right", "voice", "speaker", "plain", "uncertain"])
        .to_pandas()
    )
    state = st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key=f"kwic-{term_id}-{chosen}",
        alt="Mentions with context",
        column_config={
            "outlet": "Outlet",
            "published": st.column_config.DateColumn("Date"),
            "left": st.column_config.TextColumn("Left", alignment="right"),
            "surface": "Word",
            "right": "Right",
            "voice": "Voice",
            "speaker": "Speaker",
            "plain": "Plainer",
            "uncertain": st.column_config.CheckboxColumn("Guess"),
        },
    )
    rows = state["selection"]["rows"] if state else []
    if rows:
        row = found.slice(rows[0], 1).to_pylist()[0]
        show_article_link(row["article_id"], f"Read: {row['title'] or row['article_id']}")
    st.download_button(
        "Download the concordance as CSV",
        render_csv(found.column_names, found.to_pylist()),
        f"concordance-{term_id}.csv",
        "text/csv",
    )


def show_entry(run: Run, term_id: str) -> None:
    """The lexicon's entry: nothing about the instrument is hidden."""
    term = run.lexicon.by_id[term_id]
    with st.container(border=True):
        st.markdown(
            f"**{plain_label(term.label)}** · {term.category} · {term.valence} · concept *{plain_label(run.lexicon.concept_by_id[term.concept_id].label)}*"
        )
        if term.why:
            st.text(term.why)
        lines = [
            ("Plainer", "; ".join(term.plainer)),
            ("Used by", term.used_by),
            ("Forms", ", ".join(f for f, _ in term.forms)),
            ("Not counted", ", ".join(term.masks[:20]) + (" …" if len(term.masks) > 20 else "")),
            ("Note", term.sense_note),
            ("Source", term.source),
        ]
        with st.expander("The whole entry"):
            for label, value in lines:
                if value:
                    st.text(f"{label}: {value}")


show_terms()
