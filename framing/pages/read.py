"""Read: one article with marks; hover or focus tells why, whose words, the plainer word and the rule."""

from __future__ import annotations

import pyarrow.compute as pc
import streamlit as st

from framing.markup import escape
from framing.pages._load import load_run
from framing.pages._parts import outlet_line, show_fictional, show_style
from framing.pages._selection import show_selection
from framing.report.page import VOICE_NAMES, render_article, render_key, render_page
from framing.study import Run, explain


def show_read() -> None:
    run = load_run()
    chosen = show_selection(run, "read", only_outlets=True)
    show_style()
    meta = run.corpus.metadata
    articles = {a["article_id"]: a for a in meta.select(["article_id", "title", "outlet_id", "published"]).to_pylist()}
    names = run.outlet_names()
    asked = st.query_params.get("article") or st.session_state.get("last_article")
    if asked is not None and asked not in articles:
        st.info("There is no article with the id in the address; another one is shown.")
    ids = [i for i, a in articles.items() if a["outlet_id"] in chosen.outlets or i == asked] or list(articles)
    st.title("Read one article")
    show_fictional(run)
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
    article = run.corpus.article(article_id)
    mentions = run.mentions.filter(pc.equal(run.mentions.column("article_id"), article_id)).to_pylist()
    loaded = [m for m in mentions if m["valence"] != "plain"]
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.html(f"<p>{outlet_line(run, article['outlet_id'])}</p>")
        about = [
            article["published"].strftime("%d %B %Y, %H:%M UTC") if article["published"] else "no date",
            article["section"] or "",
            article["byline"] or "",
        ]
        st.text(" · ".join(a for a in about if a))
        st.html(render_key())
        quiet = st.toggle("Mark plain alternatives too", key="plain", bind="query-params")
        st.html(render_article(article, mentions if quiet else loaded, run.lexicon))
    with right:
        show_counts(loaded)
        show_explanation(run, mentions)
        outlet = names.get(article["outlet_id"], article["outlet_id"])
        st.download_button(
            "Download this article with its marks",
            render_page(article, mentions, run.lexicon, outlet),
            "article.html",
            "text/html",
        )


def show_counts(loaded: list[dict[str, object]]) -> None:
    st.subheader("Loaded mentions")
    if not loaded:
        st.text("None in this article.")
    for voice, name in VOICE_NAMES.items():
        n = sum(m["voice"] == voice for m in loaded)
        if n:
            st.text(f"{n} in {name}")


def show_explanation(run: Run, mentions: list[dict[str, object]]) -> None:
    """Every rule behind one mention."""
    if not mentions:
        return
    st.subheader("Why this mark?")
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
