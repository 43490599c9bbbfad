"""Read: one article with marks; hover or focus tells why, whose words, the plainer word and the rule."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc
import streamlit as st

from framing.markup import escape
from framing.pages._load import computed, load_run
from framing.pages._parts import outlet_line, show_article_link, show_fictional, show_style
from framing.pages._selection import show_selection
from framing.report.page import MARK_KINDS, READING_CSS, VOICE_NAMES, render_article, render_key, render_page
from framing.study import Run, explain
from framing.study.neighbours import find_neighbours

KINDS = {"voice": "Whose words", "category": "Category", "sense": "Sense", "agency": "Who acts"}


def show_read() -> None:
    run = load_run()
    chosen = show_selection(run, "read", only_outlets=True)
    show_style()
    meta = run.corpus.metadata
    articles = {a["article_id"]: a for a in meta.select(["article_id", "title", "outlet_id", "published"]).to_pylist()}
    names = run.outlet_names()
    asked = st.query_params.get("article") or st.session_state.get("last_article")
    st.title("Read one article")
    show_fictional(run)
    if not articles:
        st.info("This corpus has no articles. Add texts on the page Add texts.")
        return
    if asked is not None and asked not in articles:
        st.info("There is no article with the id in the address; another one is shown.")
    ids = [i for i, a in articles.items() if a["outlet_id"] in chosen.outlets or i == asked] or list(articles)
    article_id = (
        st.selectbox(
            "Article",
            ids,
            index=ids.index(asked) if asked in ids else 0,
            format_func=lambda i: f"{names.get(articles[i]['outlet_id'], '')}: {articles[i]['title'] or i}",
        )
        or ids[0]
    )
    # The id and not the label is in the URL: titles repeat, ids do not.
    if st.query_params.get("article") != article_id:
        st.query_params["article"] = article_id
    st.session_state["last_article"] = article_id
    show_neighbours(run, article_id, articles, names)
    article = run.corpus.article(article_id)
    mentions, sentences = (run.rows(name).of_articles([article_id]).to_pylist() for name in ("mentions", "sentences"))
    passages = run.corpus.excluded
    excluded = passages.filter(pc.equal(passages.column("article_id"), article_id)).to_pylist()
    loaded = [m for m in mentions if m["valence"] != "plain"]
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.html(f"<style>{READING_CSS}</style>{outlet_line(run, article['outlet_id'])}")
        about = [
            article["published"].strftime("%d %B %Y, %H:%M UTC") if article["published"] else "no date",
            article["section"] or "",
            article["byline"] or "",
        ]
        st.text(" · ".join(a for a in about if a))
        by, shown, bars = choose_marks(mentions, loaded, sentences)
        kinds = MARK_KINDS[by]
        present = {m[by] for m in shown}
        values = list(kinds) if by == "voice" else [v for v in kinds if v in present]
        st.html(render_key(values, by, bars=bars))
        if by == "agency" and not values:
            st.caption("No marked mention tells of a violent act, so nobody is named or left out.")
        st.html(
            render_article(
                article,
                shown,
                run.lexicon,
                by=by,
                sentences=sentences if bars else (),
                excluded=excluded,
                unsure=run.abstains,
            )
        )
        if excluded:
            n = len(excluded)
            st.caption(
                f"Grey: {n} {'passage' if n == 1 else 'passages'} that {'is' if n == 1 else 'are'} not the article's own; it stays in the text and counts for "
                "nothing. Hover or focus for the reason."
            )
    with right:
        show_counts(loaded, by)
        show_explanation(run, mentions)
        outlet = names.get(article["outlet_id"], article["outlet_id"])
        st.download_button(
            "Download this article with its marks",
            lambda: render_page(article, mentions, run.lexicon, outlet),
            "article.html",
            "text/html",
            on_click="ignore",
        )


def choose_marks(
    mentions: list[dict[str, Any]], loaded: list[dict[str, Any]], sentences: list[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]], bool]:
    """What marks tell apart, which mentions are marked, and whether bars of loadedness are shown."""
    by = st.segmented_control(
        "Marks by",
        list(KINDS),
        default="voice",
        format_func=KINDS.__getitem__,
        key="marks",
        bind="query-params",
        required=True,
        help="Whose words they are, what the term does, in which sense it stands, or how a violent act is told.",
    )
    with st.container(horizontal=True):
        quiet = st.toggle("Plain alternatives too", key="plain", bind="query-params")
        scored = any(s["loaded_prob"] is not None for s in sentences)
        bars = scored and st.toggle(
            "Loadedness in the margin",
            value=True,
            key="bars",
            bind="query-params",
            help="The classifier's probability that a sentence is worded in a loaded way. It knows no truth and no outlet; the Methods page says how well it does.",
        )
    return by or "voice", mentions if quiet else loaded, bars


def show_neighbours(run: Run, article_id: str, articles: dict[str, dict[str, Any]], names: dict[str, str]) -> None:
    """Links to the articles before and after this one, of the outlet and of the event."""
    beside = computed(find_neighbours, run, article_id=article_id)

    def link(label: str, other: str | None) -> None:
        if other is not None:
            name = names.get(articles[other]["outlet_id"], articles[other]["outlet_id"])
            show_article_link(other, f"{label}: {name if 'event' in label else articles[other]['title'] or other}")

    if any((beside.outlet_before, beside.outlet_after, beside.event_before, beside.event_after)):
        with st.expander(
            "Next to read" + (f": {beside.n_event} articles on this event" if beside.n_event > 1 else ""),
            expanded=beside.n_event > 1,
        ):
            columns = st.columns(2)
            with columns[0]:
                link("← Same event", beside.event_before)
                link("← Same outlet", beside.outlet_before)
            with columns[1]:
                link("→ Same event", beside.event_after)
                link("→ Same outlet", beside.outlet_after)


def show_counts(loaded: list[dict[str, Any]], by: str) -> None:
    st.header("Loaded mentions")
    if not loaded:
        st.text("None in this article.")
    names = VOICE_NAMES if by == "voice" else MARK_KINDS[by]
    for value, name in names.items():
        n = sum(m[by] == value for m in loaded)
        if n:
            st.text(f"{n} in {name}" if by == "voice" else f"{n} {name}")


def show_explanation(run: Run, mentions: list[dict[str, Any]]) -> None:
    """Every rule behind one mention."""
    if not mentions:
        return
    st.header("Why this mark?")
    ordered = sorted(mentions, key=lambda m: (m["valence"] == "plain", m["part"] == "body", m["start"]))
    by_id = {str(m["mention_id"]): m for m in ordered}
    chosen = st.selectbox(
        "Mention",
        list(by_id),
        format_func=lambda i: f"{by_id[i]['surface']} ({by_id[i]['voice']})",
        key=f"mention-{ordered[0]['article_id']}",
    )
    found = explain(str(chosen), run)
    rows = "".join(
        f"<dt>{escape(str(step['decision']))}</dt><dd>{escape(step['value'])}<br><small>{escape(step['rule'] or '')}</small></dd>"
        for step in found.steps
        if step["value"] is not None
    )
    why = f"<p>{escape(found.term.why)}</p>" if found.term.why else ""
    st.html(f'<dl class="fr-why">{rows}</dl>{why}')


show_read()
