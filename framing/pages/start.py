"""Start: two outlets' sentences on one event side by side, what is in the corpus, where to go."""

from __future__ import annotations

import streamlit as st

from framing.markup import escape, plain_label
from framing.pages._load import load_run, wording_pair
from framing.pages._parts import HERE, outlet_line, show_article_link, show_fictional, show_style
from framing.report.page import render_key, render_passage
from framing.study import Run
from framing.study.pairs import Passage


def show_start() -> None:
    run = load_run()
    show_style()
    st.title("How do these outlets word the same events?")
    st.markdown(
        "Loaded words, **whose** words they are, and the plainer word that was there. Evidence to read, no verdict."
    )
    show_fictional(run)
    show_pair(run)
    show_corpus(run)
    show_ways(run)


def show_pair(run: Run) -> None:
    titles = event_titles(run)
    events = list(titles)
    if not events:
        st.info(
            "This corpus names no events, so no two passages can be set side by side. The Outlets page compares whole outlets."
        )
        return
    chosen = st.selectbox(
        "Event",
        ["largest", *events],
        format_func=lambda e: "The largest difference in word choice" if e == "largest" else titles[e],
        key="event",
        bind="query-params",
    )
    pair = wording_pair(run, None if chosen in (None, "largest") else chosen)
    if pair is None:
        st.info("No two outlets name one thing by different words in their own voice here.")
        return
    concept = run.lexicon.concept_by_id[pair.concept_id]
    st.html(render_key())
    columns = st.columns(2, gap="medium")
    for column, passage in zip(columns, (pair.left, pair.right), strict=True):
        with column:
            show_passage(run, passage)
    st.caption(
        f"Both name: {plain_label(concept.label)}. Chosen by the data: of all events, concepts and pairs of outlets the one whose own words differ most, weighted by the number of "
        f"occasions (half the summed difference of choice shares: {pair.difference:.2f} of at most 1). Ringed: the word each outlet takes more often than the other. "
        "A few words on one event show a wording, not a habit: see Word choice."
    )


def event_titles(run: Run) -> dict[str, str]:
    """Each event's first day and its id in words."""
    first: dict[str, str] = {}
    for article in run.corpus.metadata.select(["event_id", "published"]).to_pylist():
        if article["event_id"]:
            day = article["published"].date().isoformat() if article["published"] else ""
            known = first.get(article["event_id"], "")
            first[article["event_id"]] = min(known, day) if known and day else known or day
    return {e: f"{day}: {e.replace('-', ' ')}" if day else e.replace("-", " ") for e, day in sorted(first.items())}


def show_passage(run: Run, passage: Passage) -> None:
    with st.container(border=True, height="stretch"):
        st.html(f"<p>{outlet_line(run, passage.outlet_id)}</p>")
        st.html(
            render_passage(passage.text, passage.mentions, run.lexicon, passage.start, passage.end, passage.term_id)
        )
        told = ", ".join(f"{run.lexicon.by_id[term].label} {n}×" for term, n in passage.counts)
        st.html(f"<p><small>All its own words for this, on this event: {escape(told)}</small></p>")
        plain = [m for m in passage.mentions if m["plain"]]
        if plain:
            st.html(
                "<p><small>Plainer words here: "
                + "; ".join(f"{escape(m['surface'])} → <em>{escape(m['plain'])}</em>" for m in plain)
                + "</small></p>"
            )
        show_article_link(passage.article["article_id"], passage.article["title"] or passage.article["article_id"])


def show_corpus(run: Run) -> None:
    st.subheader("What is in this corpus")
    manifest, meta = run.corpus.manifest, run.corpus.metadata
    dates = [d for d in meta.column("published").to_pylist() if d]
    loaded = sum(v != "plain" for v in run.mentions.column("valence").to_pylist())
    cells = [
        ("Articles", f"{run.corpus.n_articles:,}"),
        ("Outlets", f"{run.corpus.outlets.num_rows:,}"),
        ("Events given", f"{len({e for e in meta.column('event_id').to_pylist() if e}):,}"),
        ("Words", f"{sum(meta.column('n_words').to_pylist()):,}"),
        ("Loaded mentions", f"{loaded:,}"),
        ("Plain mentions", f"{run.mentions.num_rows - loaded:,}"),
    ]
    columns = st.columns(len(cells))
    for column, (label, value) in zip(columns, cells, strict=True):
        column.metric(label, value)
    st.text(manifest.description or manifest.name)
    if dates:
        st.caption(
            f"{min(dates).date().isoformat()} to {max(dates).date().isoformat()}; {len(dates):,} of {run.corpus.n_articles:,} articles dated. Rejected at ingest: {manifest.n_rejects:,}."
        )


def show_ways(run: Run) -> None:
    st.subheader("Where to go")
    ways = (
        ("outlets.py", "Outlets", "How often does each outlet use loaded words, and whose words are they?"),
        ("word_choice.py", "Word choice", "When two words were there for the same thing, which one was taken?"),
        ("terms.py", "Terms", "Every place where a term stands, with what is left and right of it."),
        ("read.py", "Read", "One article with its marks."),
        ("methods.py", "Methods", "How each number is made, and what it cannot say."),
    )
    columns = st.columns(len(ways))
    for column, (file, title, question) in zip(columns, ways, strict=True):
        with column:
            st.page_link(HERE / file, label=f"**{title}**")
            st.caption(question)


show_start()
