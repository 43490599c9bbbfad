"""Terms: where a term stands, what stands beside it, since when, in how many articles; and an outlet's key words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow.compute as pc
import streamlit as st

from framing.errors import SelectionError
from framing.figures import outlet_colours, outlet_symbols, plot_dispersion, plot_trend
from framing.markup import plain_label
from framing.pages._load import computed, concordance, words_of
from framing.pages._parts import HERE, show_clicked, show_figure, show_opening, show_sentences, show_table
from framing.pages._selection import VOICES, Chosen
from framing.report.page import KWIC_CSS, render_concordance, render_key
from framing.stats import FEWEST_ARTICLES
from framing.study import Run, read_meta
from framing.study.collocates import FEWEST_WITH_WORD, WINDOW, count_words_of, find_collocates
from framing.study.concordance import sort_concordance
from framing.study.dispersion import estimate_dispersion
from framing.study.keyness import find_keyness
from framing.study.trend import estimate_trend

LINES_SHOWN = 25
VIEWS = ("In context", "Beside it", "Over time", "How widespread", "Key words")
ORDERS = {
    "corpus": "As the corpus has them",
    "left": "Words to the left",
    "right": "Words to the right",
    "date": "Date",
    "outlet": "Outlet",
}
EVERY = {"month": "Month", "week": "Week", "quarter": "Quarter", "year": "Year"}
STRENGTH = {"g2": "How sure (log-likelihood)", "logdice": "How close (logDice)"}
KEY_MEASURES = {
    "g2": "Log-likelihood",
    "logodds": "Log-odds with a prior",
    "logratio": "Ratio of frequencies",
}
#: Parts of the selection bar that a count of all words knows; it has no voice.
_NO_VOICE = ("voice",)
#: More panels than this are a list and no picture.
MOST_PANELS = 12


def show_terms() -> None:
    run, chosen = show_opening("terms", "Where does a word stand, and in whose voice?")
    counted = run.rows("mentions").tally("term_id")
    if not counted:
        st.info("No lexicon term occurs in this corpus. The Methods page shows what is looked for.")
        return
    options = sorted(counted, key=lambda t: (run.lexicon.by_id[t].valence == "plain", -counted[t], t))
    term_id = (
        st.selectbox(
            "Term",
            options,
            format_func=lambda t: run.lexicon.by_id[t].label,
            key="term",
            bind="query-params",
            help="Loaded terms first, the most frequent at the top; type to search.",
        )
        or options[0]
    )
    show_entry(run, term_id)
    view = st.segmented_control(
        "View", VIEWS, default=VIEWS[0], key="view", bind="query-params", label_visibility="collapsed", required=True
    )
    show = {
        "Beside it": show_collocates,
        "Over time": show_trend,
        "How widespread": show_dispersion,
        "Key words": show_keyness,
    }
    try:
        show.get(view or VIEWS[0], show_lines)(run, chosen, term_id)
    except SelectionError as problem:
        st.info("This selection leaves nothing to show here.")
        st.text(f"Found: {problem.found}. Expected: {problem.expected}.")


def show_entry(run: Run, term_id: str) -> None:
    """The lexicon's entry: nothing about the instrument is hidden."""
    term = run.lexicon.by_id[term_id]
    concept = run.lexicon.concept_by_id[term.concept_id].label
    with st.container(border=True):
        st.markdown(
            f"**{plain_label(term.label)}** · {term.category} · {term.valence} · concept *{plain_label(concept)}*"
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


def show_lines(run: Run, chosen: Chosen, term_id: str) -> None:
    """The concordance, 25 lines at a time, sorted on what stands beside the term."""
    label = plain_label(run.lexicon.by_id[term_id].label)
    st.header(f"In what surroundings does it stand: {label}?")
    found = concordance(run, chosen.selection(term=term_id), chosen.voice)
    if not found.num_rows:
        st.info("No mention in this selection. Widen outlets, voice, dates or section.")
        return
    left, right = st.columns(2)
    order = left.selectbox("Sort by", list(ORDERS), format_func=ORDERS.__getitem__, key="sort", bind="query-params")
    pages = (found.num_rows - 1) // LINES_SHOWN + 1
    page = (
        right.number_input(f"Page, of {pages:,}", 1, pages, 1, key=f"lines-{term_id}-{order}-{chosen.key}")
        if pages > 1
        else 1
    )
    ordered = sort_concordance(found, order or "corpus")
    first = (page - 1) * LINES_SHOWN
    shown = ordered.slice(first, LINES_SHOWN)
    articles = len(pc.unique(found.column("article_id")))
    st.markdown(
        f"{found.num_rows:,} {'mention' if found.num_rows == 1 else 'mentions'} in {articles:,} "
        f"{'article' if articles == 1 else 'articles'}, {VOICES[chosen.voice].lower()}."
    )
    st.html(f"<style>{KWIC_CSS}</style>{render_key()}")
    rows = shown.to_pylist()
    near = run.rows("mentions").of_articles(shown.column("article_id").to_pylist())
    mentions = near.filter(pc.is_in(near.column("mention_id"), shown.column("mention_id").combine_chunks()))
    st.html(render_concordance(rows, {m["mention_id"]: m for m in mentions.to_pylist()}, run.lexicon, first + 1))
    st.caption("Read the article of line")
    with st.container(horizontal=True, gap="small"):
        for number, row in enumerate(rows, first + 1):
            st.page_link(
                HERE / "read.py", label=str(number), query_params={"article": row["article_id"]}, width="content"
            )
    st.caption(
        "Each line is one mention with 80 characters on each side. Sorted to the left, the word next to it counts first. "
        "Hover a mark or reach it with the tab key: why it is marked, and the plainer wording."
    )
    show_table(
        ordered,
        ("outlet", "published", "left", "surface", "right", "voice", "speaker", "plain", "uncertain"),
        f"concordance-{term_id}",
    )


def show_collocates(run: Run, chosen: Chosen, term_id: str) -> None:
    label = plain_label(run.lexicon.by_id[term_id].label)
    st.header(f"Which words stand beside it more than elsewhere: {label}?")
    left, right = st.columns(2)
    measure = left.selectbox(
        "Sort by",
        list(STRENGTH),
        format_func=STRENGTH.__getitem__,
        key="strength",
        bind="query-params",
        help="Log-likelihood grows with how often a word occurs; logDice says how exclusively it belongs to the term.",
    )
    window = right.number_input("Words on each side", 1, 20, WINDOW, key="window", bind="query-params")
    counting = chosen.parameters(but=_NO_VOICE)
    counted = words_of(run, chosen.part, "all")
    if counted is None:
        return
    # Summed once for all terms of a selection.
    totals = computed(count_words_of, run, given={"counted": counted}, **counting)
    result = computed(
        find_collocates,
        run,
        given={"totals": totals},
        term=term_id,
        measure=measure or "g2",
        window=window,
        **chosen.parameters(),
    )
    meta = read_meta(result)
    if not meta["n_mentions"]:
        st.info("No mention in this selection. Widen outlets, voice, dates or section.")
        return
    st.markdown(says_collocates(result.to_pylist(), meta, label))
    columns = ("word", "n_near", "n_left", "n_right", "per_1000_near", "per_1000_elsewhere", "g2", "log_dice")
    show_table(result, (*columns, "n_articles", "n_outlets"), f"collocates-{term_id}", opened=True)
    st.caption(
        f"{meta['n_mentions']:,} mentions in {meta['n_articles_with_term']:,} articles; {meta['n_near_words']:,} words within {window} "
        f"words of one, in its sentence, against the rest of {meta['n_words']:,} words of these articles. Words beside it in fewer than "
        f"{FEWEST_WITH_WORD} articles are left out. Exploratory: a list to read from, no finding, for words do not fall "
        "independently of each other; one story told by many articles puts its own words here."
    )


def says_collocates(rows: list[dict[str, Any]], meta: dict[str, Any], label: str) -> str:
    """The list in one sentence; `label` is safe text."""
    if not rows:
        return f"No word stands beside {label} more often than elsewhere in at least {FEWEST_WITH_WORD} articles."
    top = rows[0]
    elsewhere = top["per_1000_elsewhere"]
    times = (
        f"{top['per_1000_near'] / elsewhere:.1f} times as often as in the rest of the text"
        if elsewhere
        else "and nowhere else in the text"
    )
    return (
        f"Of {meta['n_words_found']:,} words that are more frequent here, “{plain_label(top['word'])}” leads: beside {label} {times}, "
        f"in {top['n_articles']} articles of {top['n_outlets']} {'outlet' if top['n_outlets'] == 1 else 'outlets'}."
    )


def show_trend(run: Run, chosen: Chosen, term_id: str) -> None:
    label = plain_label(run.lexicon.by_id[term_id].label)
    if run.corpus.metadata.column("published").null_count == run.corpus.n_articles:
        st.info(
            "No article has a date, so nothing can be shown over time. Dates come with the articles when they are read in."
        )
        return
    span = pc.min_max(run.corpus.metadata.column("published")).as_py()
    years = (span["max"] - span["min"]).days / 365
    plain = "month" if years <= 2 else "quarter" if years <= 5 else "year"
    every = (
        st.selectbox(
            "Period",
            list(EVERY),
            index=list(EVERY).index(plain),
            format_func=EVERY.__getitem__,
            key="every",
            bind="query-params",
        )
        or plain
    )
    result = computed(estimate_trend, run, term=term_id, every=every, **chosen.parameters())
    meta = read_meta(result)
    with_articles = {r["outlet_id"]: 0 for r in result.select(["outlet_id"]).to_pylist()}
    for row in result.select(["outlet_id", "n_articles"]).to_pylist():
        with_articles[row["outlet_id"]] += row["n_articles"]
    panels = sorted(sorted(with_articles, key=lambda o: (-with_articles[o], o))[:MOST_PANELS])
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    state = show_figure(
        plot_trend(_only(result, panels), outlet_colours(ids), outlet_symbols(ids)),
        question=f"How often over time: {label}?",
        alt=f"Rate of {run.lexicon.by_id[term_id].label} per 1,000 words by {every} and outlet",
        result=result,
        columns=("outlet", "period", "n_mentions", "n_denominator", "n_articles", "value", "low", "high", "reason"),
        name="trend",
        key=f"{term_id}-{every}-{chosen.key}",
        says=says_trend(result.to_pylist(), meta, label, every),
        caption=f"Mentions per 1,000 words, {VOICES[chosen.voice].lower()}; {meta['n_articles']:,} dated articles, periods in UTC. Band: {meta['level']:.0%} "
        f"interval (one article left out at a time). Hollow: under {FEWEST_ARTICLES} articles or no mention, so no interval. Gap: no article. Bands "
        "are cut at the top where they reach beyond the scale. "
        f"{meta['n_without_date_left_out']:,} articles without a date are in no period. A rise may be other events and not other wording."
        + (
            f" The {MOST_PANELS} outlets with most articles are drawn; the table has all."
            if len(with_articles) > len(panels)
            else ""
        ),
    )
    points = [p for p in (state or {}).get("selection", {}).get("points", []) if p.get("customdata")]
    if points:
        outlet, group, voice, first, last = points[0]["customdata"][:5]
        st.caption(f"Sentences from {first} to {last}")
        show_sentences(run, replace(chosen, date_from=first, date_to=last), outlet, "term", group, voice, "trend")


def _only(result: Any, outlets: list[str]) -> Any:
    kept = [i for i, o in enumerate(result.column("outlet_id").to_pylist()) if o in set(outlets)]
    return result.take(kept)


def says_trend(rows: list[dict[str, Any]], meta: dict[str, Any], label: str, every: str) -> str:
    """What the figure shows in a sentence; `label` is safe text."""
    known = [r for r in rows if r["low"] is not None]
    if not known:
        return (
            f"No {every} has enough text for an interval ({FEWEST_ARTICLES} articles of one outlet with a mention among them), so no rise or "
            "fall can be told from chance."
        )
    top = max(known, key=lambda r: (r["value"], r["period"]))
    apart = [r for r in known if r["outlet_id"] == top["outlet_id"] and r["high"] < top["low"]]
    total = len([r for r in known if r["outlet_id"] == top["outlet_id"]])
    beside = (
        f"That interval lies above the intervals of {len(apart)} of its other {total - 1} such periods; the highest of many is high partly by chance."
        if total > 1
        else "It has no other such period to compare with."
    )
    return (
        f"Where there is enough text, {label} is most frequent in {plain_label(top['outlet'])} in {top['period']}: {top['value']:.2f} per 1,000 words "
        f"({top['low']:.2f} to {top['high']:.2f}). {beside}"
    )


def show_dispersion(run: Run, chosen: Chosen, term_id: str) -> None:
    label = plain_label(run.lexicon.by_id[term_id].label)
    result = computed(estimate_dispersion, run, term=term_id, **chosen.parameters())
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    meta = read_meta(result)
    state = show_figure(
        plot_dispersion(result, outlet_colours(ids), outlet_symbols(ids)),
        question=f"In how many articles does it stand: {label}?",
        alt=f"Share of articles with {run.lexicon.by_id[term_id].label} by outlet",
        result=result,
        columns=(
            "outlet",
            "n_mentions",
            "n_denominator",
            "n_articles",
            "n_articles_with",
            "value",
            "low",
            "high",
            "dp",
            "dp_chance",
            "reason",
        ),
        name="dispersion",
        key=f"{term_id}-{chosen.key}",
        says=says_dispersion(result.to_pylist(), label),
        caption=f"Share of articles with a mention, {VOICES[chosen.voice].lower()}; {meta['n_articles']:,} articles. Line: {meta['level']:.0%} interval (Wilson). Hollow: under "
        f"{FEWEST_ARTICLES} articles, so no interval. Long articles have any word more often. In the table DP says how evenly mentions are spread over an outlet's "
        "words (Gries 2008): 0 as even as the text, towards 1 all in one place; a rare word is near 1 by necessity, so beside it stands what chance alone would give.",
    )
    with_label = result.append_column("group_label", [[run.lexicon.by_id[term_id].label] * result.num_rows])
    show_clicked(run, chosen, state, "term", with_label, "dispersion")


def says_dispersion(rows: list[dict[str, Any]], label: str) -> str:
    """What the figure shows in a sentence; `label` is safe text."""
    known = [r for r in rows if r["low"] is not None]
    if not known:
        return f"Not enough text: no outlet shown has {FEWEST_ARTICLES} articles."
    total, having = sum(r["n_articles"] for r in rows), sum(r["n_articles_with"] for r in rows)
    top, least = max(known, key=lambda r: r["value"]), min(known, key=lambda r: r["value"])
    said = f"{having:,} of {total:,} articles have {label}"
    if top is least or top["value"] == least["value"]:
        return f"{said}."
    apart = (
        "Their intervals do not meet, but they are the outermost of those shown, and such differ partly by chance."
        if top["low"] > least["high"]
        else "Their intervals overlap, so the order of these two may be chance."
    )
    return (
        f"{said}: from {least['value']:.0%} in {plain_label(least['outlet'])} ({least['low']:.0%} to {least['high']:.0%}) to {top['value']:.0%} in "
        f"{plain_label(top['outlet'])} ({top['low']:.0%} to {top['high']:.0%}). {apart}"
    )


def show_keyness(run: Run, chosen: Chosen, term_id: str) -> None:
    """Words one outlet uses more than the others; of the whole texts, not of the term."""
    st.header("Which words does one outlet use more than others?")
    names = run.outlet_names()
    present = list(chosen.outlets)
    everyone = set(run.corpus.metadata.column("outlet_id").to_pylist())
    if len(everyone) < 2:
        st.info("This needs a second outlet to compare with.")
        return
    target_column, reference_column, measure_column = st.columns(3)
    target = target_column.selectbox(
        "Words of", present, format_func=names.__getitem__, key="target", bind="query-params"
    )
    target = target or present[0]
    others = ["", *(o for o in present if o != target)]
    reference = reference_column.selectbox(
        "More than",
        others,
        format_func=lambda o: names[o] if o else "All other outlets of the corpus",
        key="reference",
        bind="query-params",
    )
    measure = measure_column.selectbox(
        "Sort by", list(KEY_MEASURES), format_func=KEY_MEASURES.__getitem__, key="key_measure", bind="query-params"
    )
    voice = chosen.voice if chosen.voice in ("all", "own") else "all"
    lexicon_only = st.toggle("Only terms of the lexicon", key="key_lexicon", bind="query-params")
    counted = None if lexicon_only else words_of(run, chosen.part, voice)
    if counted is None and not lexicon_only:
        return
    result = computed(
        find_keyness,
        run,
        given={"counted": counted},
        target=target,
        reference=reference or None,
        measure=measure or "g2",
        words="lexicon" if lexicon_only else "all",
        voice=voice,
        **chosen.parameters(but=("outlets", "voice")),
    )
    meta = read_meta(result)
    st.markdown(says_keyness(result.to_pylist(), meta, plain_label(names[target])))
    columns = (
        "word",
        "n_target",
        "n_reference",
        "per_1000_target",
        "per_1000_reference",
        "g2",
        "log_ratio",
        "low",
        "high",
    )
    show_table(
        result, (*columns, "range_target", "range_reference", "dp_target", "reason"), f"keyness-{target}", opened=True
    )
    st.caption(
        f"**Exploratory**: a list to read from, no finding. {meta['n_words_target']:,} words in {meta['n_articles_target']:,} articles against {meta['n_words_reference']:,} in "
        f"{meta['n_articles_reference']:,}; {VOICES[voice].lower()}. The words were chosen by size among {meta['n_different_words']:,}, and nothing is adjusted for that. A word in few articles "
        "(range) or in one place (dispersion near 1) tells of a story and not of a habit."
        + (
            ""
            if voice == chosen.voice
            else " All words can be counted for all voices or own words only; shown for all voices."
        )
    )


def says_keyness(rows: list[dict[str, Any]], meta: dict[str, Any], name: str) -> str:
    """The list in one sentence; `name` is safe text."""
    if not rows:
        return f"{name} uses no word more often than the others here."
    top = rows[0]
    words = "terms" if meta["words"] == "lexicon" else "words"
    return (
        f"{meta['n_used_more']:,} of {meta['n_different_words']:,} {words} are more frequent in {name}. At the top: “{plain_label(top['word'])}”, "
        f"{top['per_1000_target']:.2f} against {top['per_1000_reference']:.2f} per 1,000 words, in {top['range_target']} of its articles."
    )


show_terms()
