"""Agency: how violent events are told, who is said to act and to suffer, when no doer is named, and asymmetry."""

from __future__ import annotations

from collections import Counter
from math import exp
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from framing.figures import (
    actor_colours,
    outlet_colours,
    outlet_symbols,
    plot_asymmetry,
    plot_pair,
    plot_shares,
)
from framing.figures.theme import FORM_COLOURS
from framing.markup import plain_label
from framing.pages._load import compared, computed
from framing.pages._parts import SHARE_COLUMNS, show_clicked, show_figure, show_found, show_opening, tell_share
from framing.pages._selection import VOICES, Chosen
from framing.stats import FEWEST_ARTICLES, FEWEST_WITH_MENTION
from framing.study import Run, read_meta
from framing.study.roles import (
    LEFT_OUT,
    NO_ACTOR,
    acting_sides,
    compare_left_out,
    compare_roles,
    find_about,
    find_roles,
    labelled_actors,
)
from framing.study.shares import MOST_ACTORS, OTHER
from framing.study.speakers import NOBODY

FORM_COLUMNS = (
    *SHARE_COLUMNS[:9],
    "own_value",
    "own_reported_value",
    "ratio",
    "p_adjusted",
    "reason",
    "difference_reason",
)
ASYMMETRY_COLUMNS = (
    "outlet",
    "n_about",
    "references_about",
    "n_versus",
    "references_versus",
    "n_articles",
    "n_articles_with",
    "value",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "reason",
)
ROLES = {"doer": "They act", "sufferer": "They suffer"}
VALENCES = {"condemning": "Condemning words", "elevating": "Elevating words"}
INTERVAL = f"Intervals (95 %) leave one article out at a time; under {FEWEST_ARTICLES} articles there is none, and the table says so."
CLAUSE = "Only the clause is read: a doer left out there may stand in the next sentence."


def show_agency() -> None:
    run, chosen = show_opening("agency", "Who is said to act, who to suffer, and who is left out?")
    sides = computed(acting_sides, run)
    names = {a.actor_id: a.name for a in run.lexicon.actors}
    if any(form is not None for form in run.rows("mentions").tally("agency")):
        show_forms(run, chosen, sides, names)
        show_roles(run, chosen)
        show_left_out(run, chosen, sides, names)
    else:
        st.info("No violent event of the lexicon is told of in this corpus.")
    show_asymmetry(run, chosen, names)


def show_forms(run: Run, chosen: Chosen, sides: dict[str, dict[str, int]], names: dict[str, str]) -> None:
    left, right = st.columns(2)
    actor = left.selectbox(
        "Events",
        ["all", *_either(sides)],
        format_func=lambda a: "All violent events" if a == "all" else f"With {names[a]}",
        key="events_with",
        bind="query-params",
        help="Those on the actor list who act or suffer in this corpus, the most frequent first; with those who belong to them.",
    )
    role = right.segmented_control(
        "in which",
        list(ROLES),
        default="doer",
        format_func=ROLES.__getitem__,
        key="role",
        bind="query-params",
        disabled=actor in (None, "all"),
    )
    one = None if actor in (None, "all") else actor
    given = chosen.parameters() | {"by": "form", "actor": one, "role": role or "doer"}
    told = computed(compare_roles, run, **given)
    if not pc.sum(told.column("n_mentions")).as_py():
        st.info("No such event in this selection. Widen outlets, voice, dates or section, or choose another actor.")
        return
    result = compared(run, measure="agency", **chosen.parameters()) if one is None else told
    question = "How is it told who did it?"
    if one is not None:
        does = "act" if given["role"] == "doer" else "suffer"
        question = f"How are events told in which these {does}: {plain_label(names[one])}?"

    def open_form(outlet: str, group: str, _: str, place: str) -> None:
        found = computed(find_roles, run, outlet=outlet, group=group, **given)
        name = run.outlet_names().get(outlet, outlet)
        show_found(
            run,
            found,
            f"{_label(told, group)} in {name}",
            VOICES[chosen.voice].lower(),
            f"{place}-{outlet}-{group}-{actor}",
        )

    passive = told.filter(pc.equal(told.column("group"), "agentless_passive")).to_pylist()
    active = told.filter(pc.equal(told.column("group"), "active_agent")).to_pylist()
    by_doer = one is not None and given["role"] == "doer"
    spoken = tell_share(active if by_doer else passive, "of its mentions of these events")
    state = show_figure(
        plot_shares(_with_labels(result, told), FORM_COLOURS, "share of mentions of events"),
        question=question,
        alt="Shares of the five ways to tell a violent event by outlet",
        result=result,
        columns=FORM_COLUMNS if one is None else SHARE_COLUMNS,
        name="forms",
        key=f"{actor}-{role}-{chosen.key}",
        says=f"{'Active' if by_doer else 'Passive without doer'}: {spoken}",
        caption="In brackets: mentions of violent events that are not denied. Blue: the form names who did it. Orange: it does not. Grey: a noun, which can do either. "
        + ("Forms that leave the doer out cannot be told to be about a doer, so they are not here. " if by_doer else "")
        + f"{CLAUSE} {INTERVAL}",
    )
    show_clicked(run, chosen, state, "form", _with_labels(result, told), "forms", what="Form", open_with=open_form)


def show_roles(run: Run, chosen: Chosen) -> None:
    for by, question, lead in (
        ("doer", "Who is said to act?", "Nobody named as doing it"),
        ("sufferer", "Who is said to suffer?", "Nobody named as suffering"),
    ):
        given = chosen.parameters() | {"by": by}
        result = computed(compare_roles, run, **given)
        if not pc.sum(result.column("n_mentions")).as_py():
            continue
        groups = list(dict.fromkeys(result.column("group").to_pylist()))

        def open_role(
            outlet: str, group: str, _: str, place: str, given: dict[str, Any] = given, told: pa.Table = result
        ) -> None:
            found = computed(find_roles, run, outlet=outlet, group=group, **given)
            name = run.outlet_names().get(outlet, outlet)
            note = VOICES[chosen.voice].lower()
            show_found(run, found, f"{_label(told, group)} in {name}", note, f"{place}-{outlet}-{group}")

        nobody = result.filter(pc.equal(result.column("group"), NOBODY)).to_pylist()
        state = show_figure(
            plot_shares(result, actor_colours(groups, (OTHER, NO_ACTOR, NOBODY)), "share of mentions of events"),
            question=question,
            alt=f"Shares of mentions of violent events by {by} and outlet",
            result=result,
            columns=SHARE_COLUMNS,
            name=f"{by}s",
            key=f"{by}-{chosen.key}",
            says=f"{lead}: {tell_share(nobody, 'of its mentions of violent events')}",
            caption=f"The {MOST_ACTORS} most frequent on the actor list have a colour, each with those who belong to it. Greys: others on the list, words in no list "
            f"(police, gunmen, children), and nobody named. {CLAUSE} {INTERVAL}",
        )
        show_clicked(run, chosen, state, by, result, by, what="Who", open_with=open_role)


def show_left_out(run: Run, chosen: Chosen, sides: dict[str, dict[str, int]], names: dict[str, str]) -> None:
    st.header("When one of them suffers, how often is nobody named as doing it?")
    suffering = list(sides["sufferer"])
    if len(suffering) < 2:
        st.info("Fewer than two actors of the list are said to suffer in this corpus, so there is nothing to compare.")
        return
    one, other = _two(suffering, names, "When these suffer", "and these", "suffers", "suffers_too")
    if one == other:
        st.info("Choose two different actors.")
        return
    given = chosen.parameters()
    result = computed(compare_left_out, run, actors=(one, other), **given)
    shown = result.filter(pc.greater(result.column("n_denominator"), 0))
    if not shown.num_rows:
        st.info(
            "Neither is said to suffer in this selection. Choose others, or widen outlets, voice, dates or section."
        )
        return

    def open_left_out(outlet: str, group: str, _: str, place: str) -> None:
        found = computed(
            find_roles, run, outlet=outlet, group=LEFT_OUT, by="named", actor=group, role="sufferer", **given
        )
        name = run.outlet_names().get(outlet, outlet)
        label = f"{names[group]} suffers, nobody is named as doing it, in {name}"
        show_found(run, found, label, VOICES[chosen.voice].lower(), f"{place}-{outlet}-{group}")

    state = show_figure(
        plot_pair(shown, "share of mentions without a doer"),
        question=f"Left out: {plain_label(names[one])} beside {plain_label(names[other])}",
        alt=f"Share of events without a doer when {names[one]} or {names[other]} suffers, by outlet",
        result=result,
        columns=SHARE_COLUMNS,
        name="left-out",
        key=f"{one}-{other}-{chosen.key}",
        says=_pair(shown, names, one, other),
        caption=f"Of the mentions in which each suffers, the share that names nobody as doing it. Hollow: not enough text for an interval. They suffer different events, "
        f"and of some nobody knows who did it: read the sentences before a reason is given. {CLAUSE} {INTERVAL}",
    )
    show_clicked(run, chosen, state, "left-out", shown, "left-out", what="Who suffers", open_with=open_left_out)


def show_asymmetry(run: Run, chosen: Chosen, names: dict[str, str]) -> None:
    st.header("Is one side worded more heavily than the other?")
    labelled = computed(labelled_actors, run)
    valence = (
        st.segmented_control(
            "Words",
            list(VALENCES),
            default="condemning",
            format_func=VALENCES.__getitem__,
            key="valence",
            bind="query-params",
            help="Condemning words blame or deny standing, elevating ones honour or justify. One kind at a time.",
        )
        or "condemning"
    )
    actors = list(dict.fromkeys([*labelled[valence], *(a for counts in labelled.values() for a in counts)]))
    if len(actors) < 2:
        st.info(
            "Such words are about fewer than two actors of the list in this corpus, so there is nothing to compare."
        )
        return
    about, versus = _two(actors, names, "About", "beside", "about", "versus")
    if about == versus:
        st.info("Choose two different actors.")
        return
    result = compared(run, measure="asymmetry", about=about, versus=versus, valence=valence, **chosen.parameters())
    x, y = names[about], names[versus]
    shown = result.filter(pc.is_valid(result.column("value")))
    if not shown.num_rows:
        st.info(
            "No outlet of this selection refers to both and has such a word about one of them. Choose others, or widen outlets, voice, dates or section."
        )
        return
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    meta = read_meta(result)
    state = show_figure(
        plot_asymmetry(shown, outlet_colours(ids), outlet_symbols(ids), x, y),
        question=f"{VALENCES[valence]}, per reference: more about {plain_label(x)} or about {plain_label(y)}?",
        alt=f"Asymmetry of {valence} words about {x} and {y} by outlet with intervals",
        result=result,
        columns=ASYMMETRY_COLUMNS,
        name="asymmetry",
        key=f"{about}-{versus}-{valence}-{chosen.key}",
        says=_asymmetry(shown.to_pylist(), x, y, valence),
        caption=f"A = ln of (mentions about {plain_label(x)} per reference to it) / (the same of {plain_label(y)}); 0: alike, 0.7: about twice, -0.7: about half. Coloured: the outlet "
        f"with its {meta['level']:.0%} interval; grey | below it: how far it is from all other outlets shown together. Hollow: under {FEWEST_ARTICLES} articles that refer to them or "
        f"{FEWEST_WITH_MENTION} with a mention. Only mentions whose phrase or clause names the one they are about count. Intervals leave one article out at a time and are not adjusted "
        "for several comparisons.",
    )
    points = [p for p in (state.get("selection", {}).get("points", []) if state else []) if p.get("customdata")]
    rows = {r["outlet_id"]: r["outlet"] for r in shown.to_pylist() if r["n_about"] + r["n_versus"]}
    picked = points[0]["customdata"][0] if points else None
    if picked is None:
        with st.expander("Read the sentences: click a mark, or choose here"):
            picked = st.selectbox(
                "Outlet", list(rows), index=None, format_func=rows.__getitem__, key="by-hand-outlet-asymmetry"
            )
    if picked is None:
        return
    which = st.segmented_control(
        "Mentions about", [about, versus], default=about, format_func=names.__getitem__, key=f"about-{about}-{versus}"
    )
    found = computed(
        find_about, run, outlet=picked, actor=which or about, valence=valence, **chosen.parameters(but=("outlets",))
    )
    label = f"{VALENCES[valence]} about {names[which or about]} in {rows.get(picked, picked)}"
    show_found(run, found, label, VOICES[chosen.voice].lower(), f"asymmetry-{picked}-{which}-{valence}")


def _either(sides: dict[str, dict[str, int]]) -> list[str]:
    """Those who act or suffer, the most frequent first."""
    counted: Counter[str] = Counter()
    for counts in sides.values():
        counted.update(counts)
    return [side for side, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _two(actors: list[str], names: dict[str, str], first: str, second: str, key: str, other: str) -> tuple[str, str]:
    """Two actors that the reader chose; at first the two with most."""
    left, right = st.columns(2)
    one = left.selectbox(first, actors, format_func=names.__getitem__, key=key, bind="query-params")
    two = right.selectbox(second, actors, index=1, format_func=names.__getitem__, key=other, bind="query-params")
    return one or actors[0], two or actors[1]


def _label(told: pa.Table, group: str) -> str:
    return str(next(r["group_label"] for r in told.select(["group", "group_label"]).to_pylist() if r["group"] == group))


def _with_labels(result: pa.Table, told: pa.Table) -> pa.Table:
    """The result with each form's name and example."""
    labels = {r["group"]: r["group_label"] for r in told.select(["group", "group_label"]).to_pylist()}
    at = result.schema.get_field_index("group_label")
    return result.set_column(at, "group_label", pa.array([labels[g] for g in result.column("group").to_pylist()]))


def _pair(shown: pa.Table, names: dict[str, str], one: str, other: str) -> str:
    """The outlet with most such events of both: its two shares with their intervals."""
    by = {(r["outlet_id"], r["group"]): r for r in shown.to_pylist()}
    both = [
        (by[o, one], by[o, other])
        for o in dict.fromkeys(o for o, _ in by)
        if all((o, g) in by and by[o, g]["low"] is not None for g in (one, other))
    ]
    if not both:
        return "No outlet has enough text about both for two intervals; the marks and sentences can be read."
    a, b = max(both, key=lambda pair: (min(r["n_denominator"] for r in pair), pair[0]["outlet"]))
    shares = (f"{plain_label(names[r['group']])} {r['value']:.0%} ({r['low']:.0%} to {r['high']:.0%})" for r in (a, b))
    apart = a["low"] > b["high"] or b["low"] > a["high"]
    return (
        f"{plain_label(a['outlet'])}, which tells most of both, names nobody when it is {' and when it is '.join(shares)}. "
        + (
            "The two intervals lie apart."
            if apart
            else "The two intervals overlap, so these articles do not show a difference."
        )
    )


def _asymmetry(rows: list[dict[str, Any]], x: str, y: str, valence: str) -> str:
    """What the intervals show, in a sentence; no verdict."""
    told = [r for r in rows if r["low"] is not None]
    if not told:
        return "There is not enough text for an interval in any of these outlets."
    away = [r for r in told if r["low"] > 0 or r["high"] < 0]
    if not away:
        those = "The one interval holds" if len(told) == 1 else f"All {len(told)} intervals hold"
        return f"{those} 0, so these articles do not show that either is worded more heavily."
    # The near end of the interval decides: the largest value is often the one that is known least.
    top = max(away, key=lambda r: (min(abs(r["low"]), abs(r["high"])), r["outlet"]))
    heavier, lighter = (x, y) if top["value"] > 0 else (y, x)
    near, far = sorted((abs(top["low"]), abs(top["high"])))
    size, low, high = exp(abs(top["value"])), exp(near), exp(far)
    sentence: str = (
        f"{len(away)} of {len(told)} intervals {'leaves' if len(away) == 1 else 'leave'} out 0; of these the clearest: {plain_label(top['outlet'])} has {size:.1f} times as many {valence} words per reference about {plain_label(heavier)} as about "
        f"{plain_label(lighter)} ({low:.1f} to {high:.1f}). "
    )
    if top["difference_low"] is None:
        return sentence + "There is not enough text to set it beside the others."
    if bool(top["difference_low"] > 0) or top["difference_high"] < 0:
        return sentence + "That differs from the other outlets shown together."
    return sentence + "The other outlets shown together may be the same in this."


show_agency()
