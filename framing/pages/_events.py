"""What Start and Events share: the choice of an event, and passages with the words they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from framing.pages._parts import outlet_line, show_article_link
from framing.report.page import render_aligned, render_key, render_notes, render_passage
from framing.study import Run
from framing.study.pairs import Passage, align_mentions

#: An event that a mark was clicked for, the one that was chosen last, and the page it was chosen on.
CLICKED, KEPT, PAGE = "event_clicked", "kept_event", "kept_event_page"


def event_names(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """First day and label of each event, each one once: where they repeat, the id stands behind."""
    names = {
        r["event_id"]: f"{r['first'].date().isoformat()}: {r['label']}" if r["first"] else f"no date: {r['label']}"
        for r in rows
    }
    repeated = Counter(names.values())
    return {e: name if repeated[name] == 1 else f"{name} ({e})" for e, name in names.items()}


def choose_event(names: Mapping[str, str], plain: str, page: str) -> str:
    """The event of the page, kept in the URL: the one clicked, the one chosen last, or `plain`."""
    if st.session_state.get("event", plain) not in names:
        # Chosen on another page or in another selection, and not to be had here.
        del st.session_state["event"]
    came = changed_page(page)
    clicked, kept = st.session_state.pop(CLICKED, None), st.session_state.get(KEPT)
    if clicked is not None and clicked in names:
        st.session_state["event"] = clicked
    elif kept is not None and kept in names and came and "event" not in st.query_params:
        st.session_state["event"] = kept
        # At the first visit of a page the URL does not follow the session by itself; later it does, and may not be set.
        with suppress(StreamlitAPIException):
            st.query_params["event"] = names[kept]
    # The plain choice stands first, since only that one is left out of the URL.
    options = [plain, *(e for e in names if e != plain)]
    chosen = st.selectbox(
        "Event",
        options,
        format_func=lambda e: names.get(e, e),
        key="event",
        bind="query-params",
        help="By first day, after the one shown at first; type to search.",
    )
    chosen = chosen if chosen in names else plain
    st.session_state[KEPT] = chosen if chosen != plain else None
    return chosen


def changed_page(page: str) -> bool:
    """Whether another page chose an event last."""
    before, st.session_state[PAGE] = st.session_state.get(PAGE), page
    return before is not None and before != page


def show_aligned(run: Run, passages: Sequence[Passage]) -> None:
    """Passages side by side, and the words for what several of them name below each other."""
    names = run.outlet_names()
    st.html(render_key())
    for start in range(0, len(passages), 3):
        row = passages[start : start + 3]
        for column, passage in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                show_passage(run, passage)
    rows = align_mentions(passages)
    if rows:
        st.markdown("**Word by word: what these sentences call the same things**")
        st.html(render_aligned(rows, [names.get(p.outlet_id, p.outlet_id) for p in passages], run.lexicon))


def show_passage(run: Run, passage: Passage) -> None:
    with st.container(border=True, height="stretch"):
        st.html(outlet_line(run, passage.outlet_id))
        st.html(
            render_passage(
                passage.text,
                passage.mentions,
                run.lexicon,
                passage.start,
                passage.end,
                passage.term_id,
                passage.shared,
            )
        )
        told = ", ".join(f"{run.lexicon.by_id[term].label} {n}×" for term, n in passage.counts)
        plain = {m["surface"]: m["plain"] for m in passage.mentions if m["plain"]}
        st.html(render_notes(f"All its own words for this, on this event: {told}", plain))
        day = f"{passage.article['published'].date().isoformat()} · " if passage.article["published"] else ""
        title = passage.article["title"] or passage.article["article_id"]
        show_article_link(passage.article["article_id"], f"{day}{title}")
