"""Voices: who is quoted, with which verb, in whose voice loaded words stand, and what outlets' own rules say."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from framing.figures import actor_colours, outlet_colours, outlet_symbols, plot_group_share, plot_shares
from framing.figures.theme import REST_COLOURS, STANCE_COLOURS, VOICE_COLOURS
from framing.markup import plain_label
from framing.pages._load import computed
from framing.pages._parts import (
    SHARE_COLUMNS,
    show_article_link,
    show_clicked,
    show_figure,
    show_found,
    show_opening,
    show_speech,
    tell_share,
)
from framing.pages._selection import Chosen
from framing.report.tables import render_csv
from framing.stats import FEWEST_ARTICLES
from framing.study import Run
from framing.study.shares import MOST_ACTORS, OTHER
from framing.study.speakers import (
    NO_CUE,
    NOBODY,
    UNLISTED,
    compare_speakers,
    compare_voices,
    find_loaded,
    find_speech,
    speaking_actors,
)
from framing.study.stylerules import STYLE_COLUMNS, compare_with_rules

REST = (OTHER, UNLISTED, NOBODY)
SPEECH = {"all": "Quoted and reported", "direct": "Quoted", "reported": "Reported"}
SPEAKERS = {"side": "As part of their side", "actor": "Each one alone"}
CATEGORIES = {
    "all": "All loaded words",
    "sacralising": "Sacralising",
    "delegitimising": "Delegitimising",
    "criminalising": "Criminalising",
    "sanitising": "Sanitising",
}
INTERVAL = f"Intervals (95 %) leave one article out at a time; under {FEWEST_ARTICLES} articles there is none, and the table says so."
ATTRIBUTED = "of the words it attributes to others"


def show_voices() -> None:
    run, chosen = show_opening("voices", "Who is quoted, and whose are the loaded words?", voice=False)
    show_quoted(run, chosen)
    show_stance(run, chosen)
    show_loaded(run, chosen)
    show_rules(run, chosen)


def show_quoted(run: Run, chosen: Chosen) -> None:
    left, right = st.columns(2)
    voice = (
        left.segmented_control(
            "Words",
            list(SPEECH),
            default="all",
            format_func=SPEECH.__getitem__,
            key="attributed",
            bind="query-params",
            help="Quoted: in quotation marks. Reported: without. Whose wording a reported sentence is cannot be known; that somebody is given room can.",
        )
        or "all"
    )
    by = (
        right.segmented_control(
            "Speakers",
            list(SPEAKERS),
            default="side",
            format_func=SPEAKERS.__getitem__,
            key="speakers",
            bind="query-params",
            help="A ministry, an army or a leader can count for the state it belongs to. Allies stay apart.",
        )
        or "side"
    )
    given = chosen.parameters(but=("voice",)) | {"by": by, "voice": voice}
    result = computed(compare_speakers, run, **given)
    if not pc.sum(result.column("n_mentions")).as_py():
        st.info("Nobody is quoted or reported in this selection. Widen outlets, dates or section.")
        return

    def open_speech(outlet: str, group: str, _: str, place: str) -> None:
        found = computed(find_speech, run, outlet=outlet, group=group, **given)
        show_speech(run, found, _named(result, outlet, group), f"{place}-{outlet}-{group}-{voice}")

    key = f"{voice}-{by}-{chosen.key}"
    groups = list(dict.fromkeys(result.column("group").to_pylist()))
    state = show_figure(
        plot_shares(result, actor_colours(groups, REST), "share of attributed words"),
        question="To whom does each outlet give the words it quotes and reports?",
        alt="Shares of attributed words by speaker and outlet",
        result=result,
        columns=SHARE_COLUMNS,
        name="speakers",
        key=key,
        says=_who(result),
        caption=f"In brackets: attributed words. The {MOST_ACTORS} speakers with most words in this selection have a colour; greys are all others: on the actor list, "
        f"in no list (a witness, a doctor, an expert), or nobody named. {INTERVAL}",
    )
    show_clicked(run, chosen, state, by, result, "speakers", what="Speaker", open_with=open_speech)
    labels = _labels(result)
    group = st.selectbox("Speaker", list(labels), format_func=labels.__getitem__, key="speaker", bind="query-params")
    one = result.filter(pc.equal(result.column("group"), group if group in labels else next(iter(labels))))
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    label = labels[group if group in labels else next(iter(labels))]
    state = show_figure(
        plot_group_share(one, outlet_colours(ids), outlet_symbols(ids), "share of attributed words"),
        question=f"How much room does each outlet give: {plain_label(label)}?",
        alt=f"Share of attributed words of {label} by outlet with intervals",
        result=one,
        columns=SHARE_COLUMNS,
        name="speaker",
        key=f"{group}-{key}",
        says=tell_share(one.to_pylist(), ATTRIBUTED),
        caption=f"Mark and line: share of the outlet's attributed words with its 95 % interval. Hollow: no interval, since there is not enough text or nothing to measure. {INTERVAL}",
    )
    show_clicked(run, chosen, state, f"{by}-one", one, "speaker", what="Speaker", open_with=open_speech)


def show_stance(run: Run, chosen: Chosen) -> None:
    actors = computed(speaking_actors, run)
    if not actors:
        return
    names = {a.actor_id: a.name for a in run.lexicon.actors}
    actor = st.selectbox(
        "Whose words",
        ["all", *actors],
        format_func=lambda a: "Everybody's" if a == "all" else names[a],
        key="stance_of",
        bind="query-params",
        help="Those on the actor list who are quoted or reported in this corpus, most words first; with those who belong to them.",
    )
    given = chosen.parameters(but=("voice",)) | {"by": "stance", "actor": None if actor in (None, "all") else actor}
    result = computed(compare_speakers, run, **given)
    whose = "others" if given["actor"] is None else names[given["actor"]]
    question = f"With which verb does each outlet tell the words of {plain_label(whose)}?"
    if not pc.sum(result.column("n_mentions")).as_py():
        st.header(question)
        st.info(
            "None of these words are in this selection. Widen outlets, dates or section, or choose another speaker."
        )
        return

    def open_speech(outlet: str, group: str, _: str, place: str) -> None:
        found = computed(find_speech, run, outlet=outlet, group=group, **given)
        show_speech(run, found, _named(result, outlet, group), f"{place}-{outlet}-{group}-{actor}")

    distant = result.filter(pc.equal(result.column("group"), "distancing")).to_pylist()
    state = show_figure(
        plot_shares(result, STANCE_COLOURS | {NO_CUE: REST_COLOURS[2]}, "share of attributed words"),
        question=question,
        alt=f"Shares of attributed words of {whose} by stance of the reporting verb and outlet",
        result=result,
        columns=SHARE_COLUMNS,
        name="stance",
        key=f"{actor}-{chosen.key}",
        says=f"With distance: {tell_share(distant, 'of these words')}",
        caption="Neutral verbs (said, told) leave open whether it is so, verbs that tell it as a fact (noted, revealed) grant it, verbs with distance (claimed, alleged) cast doubt. "
        f"The list of verbs decides, not the context. {INTERVAL}",
    )
    show_clicked(run, chosen, state, "stance", result, "stance", what="Verb", open_with=open_speech)


def show_loaded(run: Run, chosen: Chosen) -> None:
    category = (
        st.selectbox(
            "Loaded words",
            list(CATEGORIES),
            format_func=CATEGORIES.__getitem__,
            key="loaded",
            bind="query-params",
            help="Sacralising words honour, delegitimising ones deny standing, criminalising ones name a crime, sanitising ones play down.",
        )
        or "all"
    )
    given = chosen.parameters(but=("voice", "outlets")) | {"category": None if category == "all" else category}
    result = computed(compare_voices, run, outlets=chosen.outlets, **given)
    question = "In whose voice do loaded words stand?"
    if not pc.sum(result.column("n_mentions")).as_py():
        st.header(question)
        st.info("No loaded word of this kind in this selection. Widen outlets, dates or section.")
        return

    def open_loaded(outlet: str, group: str, _: str, place: str) -> None:
        found = computed(find_loaded, run, outlet=outlet, voice=group, **given)
        show_found(run, found, _named(result, outlet, group), "in this voice", f"{place}-{outlet}-{group}-{category}")

    own = result.filter(pc.equal(result.column("group"), "own")).to_pylist()
    state = show_figure(
        plot_shares(result, VOICE_COLOURS, "share of loaded mentions"),
        question=question,
        alt="Shares of loaded mentions by voice and outlet",
        result=result,
        columns=(*SHARE_COLUMNS[:9], "words_share", *SHARE_COLUMNS[9:]),
        name="loaded-voices",
        key=f"{category}-{chosen.key}",
        says=f"In its own words: {tell_share(own, 'of its loaded mentions')}",
        caption="In brackets: loaded mentions. An outlet that quotes much has many of them in quotations; the table tells beside each share which share of all its words "
        f"is of that voice. Scare quotes: marks round a word without a speaker. {INTERVAL}",
    )
    show_clicked(run, chosen, state, "voice", result, "loaded", what="Voice", open_with=open_loaded)


def show_rules(run: Run, chosen: Chosen) -> None:
    st.header("What do outlets' own published rules say about a word, and where does it stand unattributed?")
    check = computed(compare_with_rules, run, selection=chosen.selection())
    if not check.rows:
        st.info(
            "No published rule of these outlets is on the list. framing stylerules RUN --rules FILE looks at others."
        )
        return
    used = [r for r in check.rows if r["n"]]
    own = sum(r["n_own"] for r in used)
    st.markdown(
        f"{len(check.rows)} rules of these outlets are on the list, {len(used)} are about words they use here; {own:,} of {sum(r['n'] for r in used):,} uses "
        "stand in the outlet's own words. **A use is a place to read, no breach**: rules leave room for judgement, they change, and about one voice in ten is misread."
    )
    shown = sorted(check.rows, key=lambda r: (-r["n_own"], -r["n"], r["outlet"], r["rule_id"]))
    table = pa.Table.from_pylist(shown)
    columns = (
        "outlet",
        "rule_id",
        "says",
        "n",
        "n_own",
        "n_quoted",
        "n_reported",
        "share_own",
        "low",
        "high",
        "reason",
        "source",
        "as_of",
        "verified",
    )
    state = st.dataframe(
        table.select(list(columns)),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key=f"rules-{chosen.key}",
        alt="Published rules and uses of their words",
        column_config={
            "outlet": "Outlet",
            "rule_id": "Rule",
            "says": st.column_config.TextColumn("It says", help="In one sentence of ours.", width="large"),
            "n": st.column_config.NumberColumn("Uses", help="In the sense of the conflict."),
            "n_own": "Own words",
            "n_quoted": "Quoted",
            "n_reported": "Reported",
            "share_own": st.column_config.NumberColumn("Share own", format="percent"),
            "low": st.column_config.NumberColumn(
                "Low", format="percent", help="95 % interval over resampled articles."
            ),
            "high": st.column_config.NumberColumn("High", format="percent"),
            "reason": "Why no interval",
            "source": "Source",
            "as_of": "As of",
            "verified": st.column_config.CheckboxColumn("Looked up", help="Whether the source was looked up."),
        },
    )
    rows = state["selection"]["rows"] if state else []
    if rows:
        show_uses(check.sentences, shown[rows[0]])
    else:
        st.caption("Choose a row to read its uses in the outlet's own words.")
    st.download_button(
        "Download the rules and counts as CSV",
        lambda: render_csv(STYLE_COLUMNS, shown),
        "stylerules.csv",
        "text/csv",
        on_click="ignore",
    )


def show_uses(sentences: list[dict[str, object]], row: dict[str, object]) -> None:
    """The own uses of one rule's words in one outlet; a chosen one links to its article."""
    uses = [s for s in sentences if s["rule_id"] == row["rule_id"] and s["outlet"] == row["outlet"]]
    st.text(f"{row['outlet']}: {row['says']}")
    if not uses:
        st.info("None in the outlet's own words.")
        return
    state = st.dataframe(
        pa.Table.from_pylist([{k: u[k] for k in ("published", "left", "surface", "right", "title")} for u in uses]),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key=f"uses-{row['rule_id']}-{row['outlet']}",
        alt="Uses in the outlet's own words",
        column_config={
            "published": st.column_config.DateColumn("Date"),
            "left": st.column_config.TextColumn("Left", alignment="right"),
            "surface": "Word",
            "right": "Right",
            "title": "Article",
        },
    )
    rows = state["selection"]["rows"] if state else []
    for use in [uses[rows[0]]] if rows else []:
        show_article_link(str(use["article_id"]), f"Read: {use['title'] or use['article_id']}")


def _labels(result: pa.Table) -> dict[str, str]:
    return {r["group"]: r["group_label"] for r in result.select(["group", "group_label"]).to_pylist()}


def _named(result: pa.Table, outlet: str, group: str) -> str:
    row = next(r for r in result.to_pylist() if r["outlet_id"] == outlet and r["group"] == group)
    return f"{row['group_label']} in {row['outlet']}"


def _who(result: pa.Table) -> str:
    """How much of all attributed words can be given to somebody, in a sentence."""
    words = dict.fromkeys(REST, 0)
    total = 0
    for row in result.select(["group", "n_mentions"]).to_pylist():
        total += row["n_mentions"]
        if row["group"] in words:
            words[row["group"]] += row["n_mentions"]
    first = result.to_pylist()[0]
    mine = sum(r["n_mentions"] for r in result.to_pylist() if r["group"] == first["group"])
    if first["group"] in REST:
        return f"None of the {total:,} attributed words are of a speaker on the actor list."
    return (
        f"Most words of a listed speaker go to {plain_label(first['group_label'])}: {mine / total:.0%} of the {total:,} attributed in these outlets. "
        f"{words[UNLISTED] / total:.0%} are of somebody in no list, {words[NOBODY] / total:.0%} name nobody."
    )


show_voices()
