"""Who acts and who suffers in what is told of violent events, and when nobody is named as doing it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.stats import READINGS
from framing.stats.counts import tally
from framing.study.concordance import TOLD_COLUMNS, tell_mentions
from framing.study.rows import among
from framing.study.run import Run
from framing.study.select import AGENCIES, Selection, check_voice, select_articles, select_coded
from framing.study.shares import MOST_ACTORS, estimate_shares, open_selection, replaced, sides_of
from framing.study.speakers import find_actor, group_actors

ROLES = ("doer", "sufferer")
ROLE_GROUPS = ("form", "named", *ROLES)
NAMED, LEFT_OUT = "doer named", "doer left out"
_EVENT_COLUMNS = ("agency", "modality", "agent", "target", "patient")
_COLUMNS = {"doer": "doer", "sufferer": "patient"}
NO_ACTOR = "not on the actor list"
_FORM_LABELS = {
    "active_agent": "active: X killed Y",
    "passive_agent": "passive with doer: Y was killed by X",
    "agentless_passive": "passive without: Y was killed",
    "unaccusative": "as if by itself: Y died",
    "nominalised": "as a noun: the killing",
}


def compare_roles(
    run: Run,
    *,
    by: str = "form",
    actor: str | None = None,
    role: str = "sufferer",
    voice: str = "all",
    most: int = MOST_ACTORS,
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    level: float = 0.95,
) -> pa.Table:
    """Of the mentions of violent events, in which share is this one said to act or to suffer, or is nobody said to have done it?

    A reader would get wrong: only the clause is read. A doer left out of the clause may stand in the next sentence, and
    with a doer chosen none can be left out, for only what names it can be known to be about it.

    Args:
        run: From `annotate` or `read_run`.
        by: `form`, the five ways to tell it; `named`, whether a doer is named; `doer` or `sufferer`, which side it is.
        actor: Only events in which this actor, or one that belongs to it, has the role; by id or name.
        role: doer (agent of the clause, or the one blamed in the phrase) or sufferer.
        voice: own, direct, reported, scare, own+reported or all.
        most: At most so many actors, those with most mentions in the selection; the rest is one group.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: Outlet ids; all when empty.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the intervals.

    Returns:
        `SHARE_SCHEMA`, one row per outlet × group: mentions of events that the clause does not deny, their share, its
        interval (null with `reason` where there is not enough text), and the ratio to all other outlets pooled.

    Raises:
        SelectionError: A name or value does not exist here.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> run = annotate(corpus_from_rows([{"article_id": "1", "outlet_id": "A", "text": "Russia killed ten. Ten were killed."}]))
        >>> [(r["group"], r["value"]) for r in compare_roles(run, by="named").to_pylist()]
        [('doer named', 0.5), ('doer left out', 0.5)]
    """
    selection = Selection(outlets, date_from, date_to, section, part, copies=copies)
    articles = open_selection(run, selection, level)
    events, groups, labels = _grouped(run, selection, articles, by, actor, role, voice, most)
    n = tally(articles.column("article_id"), events.column("article_id"), list(labels), groups)
    meta = {"actor": actor, "role": role if actor else None, "groups_digest": run.corpus.groups_digest}
    return estimate_shares(
        run, articles, n, labels, measure="roles", by=by, voice=voice, unit="events", level=level, meta=meta
    )


def compare_left_out(
    run: Run,
    *,
    actors: tuple[str, ...],
    voice: str = "all",
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    level: float = 0.95,
) -> pa.Table:
    """When this one suffers, in which share of the mentions is nobody named as doing it, for several actors?

    A reader would get wrong: actors suffer different events, and some events have no known doer; a difference shows how
    they are told, not why.

    Args:
        run: The run.
        actors: Ids or names of those who suffer.
        voice: own, direct, reported, scare, own+reported or all.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: Outlet ids; all when empty.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the intervals.

    Returns:
        `SHARE_SCHEMA`, outlet × actor: n_mentions events without a doer of n_denominator in which the actor suffers.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    names = {a.actor_id: a.name for a in run.lexicon.actors}
    tables = []
    for actor in actors:
        actor_id = find_actor(run, actor)
        told = compare_roles(
            run,
            by="named",
            actor=actor_id,
            role="sufferer",
            voice=voice,
            part=part,
            section=section,
            outlets=outlets,
            date_from=date_from,
            date_to=date_to,
            copies=copies,
            level=level,
        )
        left_out = told.filter(pc.equal(told.column("group"), LEFT_OUT))
        for column, value in (("by", "sufferer"), ("group", actor_id), ("group_label", names[actor_id])):
            at = left_out.schema.get_field_index(column)
            left_out = left_out.set_column(at, column, pa.array([value] * left_out.num_rows, pa.string()))
        tables.append(left_out)
    return pa.concat_tables(tables)


def find_roles(
    run: Run,
    *,
    outlet: str,
    group: str,
    by: str = "form",
    actor: str | None = None,
    role: str = "sufferer",
    voice: str = "all",
    most: int = MOST_ACTORS,
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
) -> pa.Table:
    """The mentions behind one outlet's share of one group in `compare_roles`, as in a concordance.

    Args:
        run: The run.
        outlet: One outlet id.
        group: A group of `compare_roles` with the same other arguments.
        by: As there, like all that follow.
        actor: Whose events.
        role: doer or sufferer.
        voice: Whose words.
        most: At most so many actors.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: All outlets of the comparison, since they decide which actors are groups of their own.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    selection = Selection(outlets, date_from, date_to, section, part, copies=copies)
    articles = open_selection(run, selection, 0.95)
    events, groups, _ = _grouped(run, selection, articles, by, actor, role, voice, most)
    mine = articles.filter(pc.equal(articles.column("outlet_id"), outlet))
    here = among(events.column("article_id"), mine.column("article_id"))
    rows = events.filter(pc.and_(here, pc.equal(groups, group))).column("row").to_numpy()
    return tell_mentions(run, run.rows("mentions").take(rows, TOLD_COLUMNS), mine)


def _grouped(
    run: Run,
    selection: Selection,
    articles: pa.Table,
    by: str,
    actor: str | None,
    role: str,
    voice: str,
    most: int,
) -> tuple[pa.Table, pa.ChunkedArray, dict[str, str]]:
    """The mentions of events with their doer, the group of each, and all groups with their labels."""
    if by not in ROLE_GROUPS:
        raise SelectionError(f"grouping {by!r}", f"one of {', '.join(ROLE_GROUPS)}", "Correct it.")
    if role not in ROLES:
        raise SelectionError(f"role {role!r}", f"one of {', '.join(ROLES)}", "Correct it.")
    if most < 1:
        raise SelectionError(f"most {most}", "a whole number from 1", "Correct it.")
    check_voice(voice)
    events = _events(run, select_coded(run, selection, articles, "article_id", "voice", *_EVENT_COLUMNS))
    events = events.filter(among(events.column("voice"), pa.array(READINGS[voice][0])))
    if actor is not None:
        wanted = find_actor(run, actor)
        belonging = [a for a, side in sides_of(run.lexicon.actors).items() if wanted in (a, side)]
        events = events.filter(among(events.column(_COLUMNS[role]), pa.array(belonging, pa.string())))
    if by == "form":
        return events, events.column("agency"), dict(_FORM_LABELS)
    if by == "named":
        told = pc.if_else(pc.is_valid(events.column("doer")), NAMED, LEFT_OUT)
        return events, told, {NAMED: NAMED, LEFT_OUT: LEFT_OUT}
    named = events.column(_COLUMNS[by])
    ids = {a.actor_id: a.actor_id for a in run.lexicon.actors}
    ones = pa.array([1] * events.num_rows).to_numpy()
    groups, labels = group_actors(run, replaced(named, ids), named, ones, "side", most, unlisted=NO_ACTOR)
    return events, groups, labels


def _events(run: Run, mentions: pa.Table) -> pa.Table:
    """Mentions of events that are told of and not denied, with who did it: the agent, or the one blamed."""
    told = pc.and_(
        among(mentions.column("agency"), pa.array(AGENCIES)), pc.not_equal(mentions.column("modality"), "negated")
    )
    events = mentions.filter(pc.fill_null(told, False))
    doers = (events.column(name).cast(pa.string()) for name in ("agent", "target"))
    return events.append_column("doer", pc.coalesce(*doers))


def acting_sides(run: Run) -> dict[str, dict[str, int]]:
    """For each role how many mentions of events have each side in it in the whole corpus, the most first."""
    events = _events(run, run.rows("mentions").columns(*_EVENT_COLUMNS))
    sides = sides_of(run.lexicon.actors)
    found: dict[str, dict[str, int]] = {}
    for role, column in _COLUMNS.items():
        values = pc.value_counts(replaced(events.column(column), sides)).to_pylist()
        counts = {item["values"]: item["counts"] for item in values if item["values"] is not None}
        found[role] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return found


def find_about(
    run: Run,
    *,
    outlet: str,
    actor: str,
    valence: str,
    voice: str = "all",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
) -> pa.Table:
    """The mentions of one valence about one actor that `compare_asymmetry` counts in one outlet, as in a concordance.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    check_voice(voice)
    selection = Selection((outlet,), date_from, date_to, section, part, copies=copies)
    articles = select_articles(run, selection)
    mentions = select_coded(run, selection, articles, "target", "valence", "voice")
    for column, values in (("target", [actor]), ("valence", [valence]), ("voice", READINGS[voice][0])):
        mentions = mentions.filter(among(mentions.column(column), pa.array(values, pa.string())))
    rows = mentions.column("row").to_numpy()
    return tell_mentions(run, run.rows("mentions").take(rows, TOLD_COLUMNS), articles)


def labelled_actors(run: Run) -> dict[str, dict[str, int]]:
    """For each valence how many mentions are about each listed actor in the whole corpus, the most first."""
    listed = pa.array([a.actor_id for a in run.lexicon.actors], pa.string())
    mentions = run.rows("mentions").columns("target", "sense", "valence")
    counting = mentions.filter(
        pc.and_(among(mentions.column("target"), listed), among(mentions.column("sense"), pa.array(["conflict"])))
    )
    found: dict[str, dict[str, int]] = {}
    for valence in ("condemning", "elevating"):
        targets = counting.filter(pc.equal(counting.column("valence"), valence)).column("target")
        counts = {item["values"]: item["counts"] for item in pc.value_counts(targets).to_pylist()}
        found[valence] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return found
