"""Events: who told of which event, in which words, and how much of a difference in wording is left on the same events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from framing.figures import outlet_colours, outlet_symbols, plot_coverage, plot_event_times, plot_matched
from framing.markup import plain_label
from framing.pages._events import CLICKED, choose_event, event_names, show_aligned
from framing.pages._load import computed, group_shown
from framing.pages._parts import show_article_link, show_clicked, show_figure, show_opening, show_table
from framing.pages._selection import Chosen, concept_options
from framing.study import Run, read_meta
from framing.study.coverage import TOLD, compare_on_events, list_articles_on, list_coverage, list_events
from framing.study.pairs import align_passages, list_shared_concepts

#: Rows and columns that can be read in one figure; the tables have all.
MOST_EVENTS, MOST_OUTLETS = 14, 16
#: Passages side by side, and articles in one list.
MOST_PASSAGES, MOST_ARTICLES = 9, 40
#: Above this, grouping takes minutes and belongs on the command line.
MOST_GROUPED = 5_000
EVENT_COLUMNS = ("first", "label", "headline", "n_articles", "n_outlets", "why")
COVERAGE_COLUMNS = ("outlet", "status", "n_articles", "first", "n_window", "window_from", "window_to", "why")
ODDS_COLUMNS = (
    "outlet",
    "group_label",
    "n_mentions",
    "n_denominator",
    "n_articles",
    "odds_raw",
    "odds",
    "odds_low",
    "odds_high",
    "n_events",
    "n_events_agreeing",
    "odds_i2",
    "odds_reason",
)


def show_events() -> None:
    run, chosen = show_opening("events", "Who told of which event, and in which words?")
    events = computed(list_events, run, selection=chosen.selection())
    if not events.num_rows:
        show_how_to_find(run)
        return
    rows = {r["event_id"]: r for r in events.to_pylist()}
    names = event_names(list(rows.values()))
    event_id = choose_event(names, max(rows, key=lambda e: (rows[e]["n_outlets"], rows[e]["n_articles"])), "events")
    show_timeline(run, chosen, events, event_id)
    show_coverage(run, chosen, rows[event_id])
    show_passages(run, chosen, event_id)
    show_matched(run, chosen)
    if not run.corpus.grouped:
        with st.expander("Find further events, and copies of one text"):
            st.caption("The events shown were given in the input. They stay, and can take in articles that name none.")
            offer_grouping(run)


def show_how_to_find(run: Run) -> None:
    """What to do where no event is known."""
    known = run.corpus.metadata.column("event_id").null_count < run.corpus.n_articles
    if known:
        st.info("No article of this selection tells of a known event. Widen outlets, dates or section.")
        return
    if run.corpus.grouped:
        st.info("Events were looked for, and no two articles of this corpus tell of the same one.")
        return
    st.info(
        "This corpus names no events. With events, outlets can be compared on what all of them told. They can be given as a column event "
        "of the input, or be found by what binds articles of the same days: names, numbers and rare words."
    )
    offer_grouping(run)


def offer_grouping(run: Run) -> None:
    """How to find events and copies, and a button that does it for this session."""
    st.markdown("On the command line, for a corpus of any size:")
    st.code("framing group CORPUS", language=None)
    if run.corpus.n_articles > MOST_GROUPED:
        st.caption(
            f"Here this can be done for up to {MOST_GROUPED:,} articles; this corpus has {run.corpus.n_articles:,}."
        )
        return
    st.caption("Events found here stay in the memory of this session; nothing is written.")
    # The button stands in a place of its own, so that while the work runs a press on Cancel interrupts it.
    place = st.empty()
    if not place.button("Find the events now", type="primary", key="group"):
        return
    total = run.corpus.n_articles
    bar = st.progress(0.0, "Reading the articles …")
    place.button("Cancel", key="cancel")
    seen = {"last": 0, "before": 0}

    def show_progress(done: int) -> None:
        # The articles are read twice, for copies and for events, and counted anew each time.
        if done < seen["last"] or (done == seen["last"] == total):
            seen["before"] = total
        seen["last"] = done
        share = (seen["before"] + done) / (2 * total)
        bar.progress(min(share, 1.0), f"{min(share, 1.0):.0%} read; then they are grouped")

    group_shown(run, show_progress)
    st.rerun()


def show_timeline(run: Run, chosen: Chosen, events: pa.Table, event_id: str) -> None:
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    rows = events.to_pylist()
    # A row for each event would not be read in a corpus of hundreds: those that most outlets told, and the one chosen.
    most = sorted(rows, key=lambda r: (r["event_id"] != event_id, -r["n_outlets"], -r["n_articles"], r["event_id"]))
    drawn = {r["event_id"] for r in most[:MOST_EVENTS]}
    shown = events.filter(pc.is_in(events.column("event_id"), pa.array(sorted(drawn))))
    if len(rows) > MOST_EVENTS:
        dated = events.filter(pc.is_valid(events.column("first")))
        if dated.num_rows:
            state = show_figure(
                plot_event_times(dated, event_id),
                question="When were the events, and how many outlets told them?",
                alt="Events by first day and number of outlets",
                result=events,
                columns=EVENT_COLUMNS,
                name="events",
                key=f"{event_id}-{chosen.key}",
                says=f"{len(rows):,} events in {sum(r['n_articles'] for r in rows):,} articles; "
                f"{sum(r['n_outlets'] > 1 for r in rows):,} were told by two or more of the outlets shown.",
                caption="A bubble is an event at its first day; its height is the number of outlets shown that told it, its area the number of articles. "
                f"Orange ring: the one chosen. Click another to choose it. Without date and not drawn: {len(rows) - dated.num_rows:,}.",
            )
            take_click(state, event_id)
    coverage = computed(
        list_coverage, run, selection=chosen.selection(), event_ids=shown.column("event_id").to_pylist()
    )
    told = coverage.filter(pc.equal(coverage.column("status"), TOLD))
    order = pc.value_counts(told.column("outlet_id")).to_pylist()
    columns = [c["values"] for c in sorted(order, key=lambda c: (-c["counts"], c["values"]))]
    columns += [o for o in dict.fromkeys(coverage.column("outlet_id").to_pylist()) if o not in columns]
    left_out = len(columns) - len(columns[:MOST_OUTLETS])
    state = show_figure(
        plot_coverage(coverage, shown, columns[:MOST_OUTLETS], outlet_colours(ids), outlet_symbols(ids), event_id),
        question="Who told of which event?",
        alt="Events by first day, with a mark for each outlet that told of them",
        result=coverage,
        columns=("label", *COVERAGE_COLUMNS),
        name="coverage",
        key=f"{event_id}-{chosen.key}",
        says=timeline_sentence(shown, coverage),
        caption="A row is an event by its first day, a column an outlet. Mark: told of it, with the number of articles where there are several. "
        "– had articles in these days and none on it. · no articles in the window of these days, so nothing can be said. Click a mark to choose its event."
        + (
            f" Shown: the {shown.num_rows} of {len(rows):,} events that most outlets told."
            if len(rows) > shown.num_rows
            else ""
        )
        + (f" Not drawn: {left_out} outlets; the table has them." if left_out else ""),
    )
    take_click(state, event_id)


def timeline_sentence(events: pa.Table, coverage: pa.Table) -> str:
    outlets = set(coverage.column("outlet_id").to_pylist())
    rows = events.to_pylist()
    by_all = sum(r["n_outlets"] == len(outlets) for r in rows)
    missing = sum(s == "no article on it" for s in coverage.column("status").to_pylist())
    return (
        f"{by_all} of {len(rows)} events drawn {'was' if by_all == 1 else 'were'} told by all {len(outlets)} outlets shown; "
        f"{missing} time{'' if missing == 1 else 's'} an outlet has other articles of these days and none on the event."
    )


def take_click(state: Any, event_id: str) -> None:
    """A mark that was clicked chooses its event."""
    points = state.get("selection", {}).get("points", []) if state else []
    clicked = next((p["customdata"][1] for p in points if p.get("customdata")), None)
    if clicked is not None and clicked != event_id:
        st.session_state[CLICKED] = clicked
        st.rerun()


def show_coverage(run: Run, chosen: Chosen, event: Mapping[str, Any]) -> None:
    """One event: who has how many articles on it, and who has none."""
    table = computed(list_coverage, run, selection=chosen.selection(), event_ids=[event["event_id"]])
    st.header(f"Who covered this event: {plain_label(event['label'])}?")
    if event["headline"]:
        st.caption(f"Its first headline here: {plain_label(event['headline'], 160)}")
    st.markdown(coverage_sentence(table.to_pylist()))
    columns = ["outlet", "n_articles", "first", "status"]
    # Only those who did not tell have a reason to give.
    columns += ["why"] if pc.any(pc.not_equal(table.column("status"), TOLD)).as_py() else []
    st.dataframe(
        table.sort_by([("n_articles", "descending"), ("status", "ascending"), ("outlet", "ascending")]).select(columns),
        hide_index=True,
        width="stretch",
        height="content" if table.num_rows <= MOST_OUTLETS else 420,
        column_config={
            "outlet": "Outlet",
            "n_articles": st.column_config.NumberColumn("Articles on it"),
            "first": st.column_config.DatetimeColumn("First", format="D MMM YYYY, HH:mm", help="UTC."),
            "status": "In this corpus",
            "why": st.column_config.TextColumn("In words", width="large"),
        },
    )
    limits = read_meta(table)["limits"]
    st.caption(
        f"{limits} No article here is therefore no proof of silence there, and an article may stand outside its event's group."
    )
    articles = computed(list_articles_on, run, selection=chosen.selection(), event_id=event["event_id"]).to_pylist()
    with st.expander(f"Read the articles ({len(articles):,})"):
        names = run.outlet_names()
        for a in articles[:MOST_ARTICLES]:
            day = f"{a['published'].date().isoformat()} · " if a["published"] else ""
            show_article_link(
                a["article_id"], f"{names.get(a['outlet_id'], a['outlet_id'])} · {day}{a['title'] or a['article_id']}"
            )
        if len(articles) > MOST_ARTICLES:
            st.caption(f"The first {MOST_ARTICLES} of {len(articles):,}.")
    show_table(table, COVERAGE_COLUMNS, "event-coverage")


def coverage_sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """Who told and who did not, with what the corpus cannot know."""
    told = [r for r in rows if r["status"] == TOLD]
    silent = [r for r in rows if r["status"] == "no article on it"]
    unknown = len(rows) - len(told) - len(silent)
    n = sum(r["n_articles"] for r in told)
    says = f"{len(told)} of {len(rows)} outlets shown told of it in {n} article{'' if n == 1 else 's'}."
    if silent:
        named = ", ".join(plain_label(r["outlet"]) for r in silent[:5]) + (" and others" if len(silent) > 5 else "")
        says += f" None on it, though other articles of these days, in this corpus: {named}."
    if unknown:
        says += f" {unknown} {'has' if unknown == 1 else 'have'} no articles in the window, so nothing can be said of {'it' if unknown == 1 else 'them'}."
    return says


def show_passages(run: Run, chosen: Chosen, event_id: str) -> None:
    """The outlets' sentences about one thing, side by side."""
    st.header("In which words did they tell it?")
    shared = computed(list_shared_concepts, run, selection=chosen.selection(), event_id=event_id)
    if not shared:
        st.info("No two of the outlets shown name one thing of the lexicon in their own voice on this event.")
        return
    outlets_of = dict(shared)
    labels = {c: run.lexicon.concept_by_id[c].label for c in outlets_of}
    concept = st.selectbox(
        "What they name", list(labels), format_func=lambda c: labels.get(c, c), key="about", bind="query-params",
        help="What most outlets name in their own voice stands first, and of these what they name most differently.",
    )  # fmt: skip
    concept = concept if concept in labels else next(iter(labels))
    found = computed(align_passages, run, selection=chosen.selection(), event_id=event_id, concept_id=concept)
    st.markdown(passage_sentence(run, found.passages))
    show_aligned(run, found.passages[:MOST_PASSAGES])
    names = run.outlet_names()
    without = ", ".join(plain_label(names.get(o, o)) for o in found.without)
    st.caption(
        f"Of each outlet the sentence on this event, in its own voice, that names {plain_label(labels[concept])} and is most alike to the others in all other words; "
        "names and rare words weigh more. Ringed: the word for it. Dotted: words that another of these sentences has too. Examples of a wording; a few words on one event are no habit."
        + (f" Told of it and never name it in their own voice: {without}." if without else "")
        + (
            f" Not shown: {len(found.passages) - MOST_PASSAGES} more outlets."
            if len(found.passages) > MOST_PASSAGES
            else ""
        )
    )


def passage_sentence(run: Run, passages: Sequence[Any]) -> str:
    """How many words the outlets have for it."""
    counts: dict[str, int] = {}
    for p in passages:
        for term, n in p.counts:
            counts[term] = counts.get(term, 0) + n
    loaded = sum(n for t, n in counts.items() if run.lexicon.by_id[t].valence != "plain")
    total = sum(counts.values())
    return (
        f"{len(passages)} outlets name it {total} time{'' if total == 1 else 's'} in their own voice on this event, by {len(counts)} different word{'' if len(counts) == 1 else 's'}; "
        f"{loaded} of {total} {'is a loaded one' if loaded == 1 else 'are loaded ones'}."
    )


def show_matched(run: Run, chosen: Chosen) -> None:
    """A word's odds over all articles and on the same events."""
    options = concept_options(run)
    if not options:
        st.info("No concept with two alternatives occurs in this corpus.")
        return
    st.header("On all events together")
    left, right = st.columns(2)
    concept = left.selectbox(
        "Concept", list(options), format_func=lambda c: options.get(c, c), key="concept", bind="query-params"
    )
    concept = concept if concept in options else next(iter(options))
    result = computed(compare_on_events, run, selection=chosen.selection(concept=concept), voice=chosen.voice)
    used = [r for r in result.to_pylist() if r["n_mentions"]]
    totals: dict[str, int] = {}
    for r in used:
        totals[r["group"]] = totals.get(r["group"], 0) + r["n_mentions"]
    ordered = sorted(totals, key=lambda t: (run.lexicon.by_id[t].valence == "plain", -totals[t], t))
    if not ordered or len({r["outlet_id"] for r in result.to_pylist()}) < 2:
        st.info(
            "No occasion to choose a word for this in this selection by two outlets. Widen outlets, voice or dates."
        )
        return
    labels = {t: run.lexicon.by_id[t].label for t in ordered}
    word = right.selectbox(
        "Word", ordered, format_func=lambda t: labels.get(t, t), key=f"word-{concept}", help="Loaded words first."
    )
    one = result.filter(pc.equal(result.column("group"), word if word in labels else ordered[0]))
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    meta = read_meta(result)
    state = show_figure(
        plot_matched(one, outlet_colours(ids), outlet_symbols(ids)),
        question=f"Is a difference in the word {plain_label(labels[one.column('group')[0].as_py()])} left when the same events are compared?",
        alt="Odds ratios by outlet, over all articles and on the same events",
        result=one,
        columns=ODDS_COLUMNS,
        name="odds",
        key=f"{concept}-{word}-{chosen.key}",
        says=odds_sentence(one.to_pylist(), meta["fewest_events"]),
        caption=f"Odds ratio: occasions with this word to occasions with another word for the same thing, over the same for all other outlets shown; 1 is no difference. Hollow: all articles. "
        f"Filled: within the {meta['n_events']:,} events known, with a {meta['level']:.0%} interval (these events, one article left out at a time; Mantel-Haenszel). No line: fewer than "
        f"{meta['fewest_events']} events that say something, so no interval. No filled mark: no event in which both sides had a choice and did not all choose alike, or one side never chose it. "
        "The table has I², the share of the spread between events beyond chance.",
    )
    show_clicked(run, chosen, state, "term", one, "odds")


def odds_sentence(rows: Sequence[Mapping[str, Any]], fewest: int) -> str:
    """Raw against same-events odds in one sentence, with what is not known."""
    matched = [r for r in rows if r["odds"] is not None]
    if not matched:
        return "No event says anything about this word: no two sides had a choice on one event and chose differently."
    sure = [r for r in matched if r["odds_low"] is not None]
    clear = [r for r in sure if r["odds_low"] > 1 or r["odds_high"] < 1]
    # The one that most events speak of; a ratio from one event would be the largest by accident.
    top = max(clear or sure or matched, key=lambda r: (r["n_events"], r["n_mentions"], r["outlet_id"]))
    says = "event says" if top["n_events"] == 1 else "events say"
    told = (
        f"{plain_label(top['outlet'])} has {_times(top['odds_raw'])} the odds of the others over all articles and {_times(top['odds'])} on the same events"
        f" ({top['n_events']} {says} something"
    )
    if not sure:
        return f"{told}); with fewer than {fewest} such events there is no interval, and chance is not ruled out."
    told += f"; {top['odds_low']:.2f} to {top['odds_high']:.2f}). "
    told += (
        f"Intervals of {len(clear)} of {len(sure)} outlets leave out 1; they are not adjusted for several comparisons."
        if clear
        else f"No interval of {len(sure)} outlets leaves out 1: no difference on the same events would fit these articles too."
    )
    few = len(matched) - len(sure)
    return told + (f" For {few} other{'s' if few > 1 else ''} too few events say something." if few else "")


def _times(ratio: float | None) -> str:
    return "an unknown multiple of" if ratio is None else f"{ratio:.1f} times" if ratio >= 1 else f"{ratio:.2f} times"


show_events()
