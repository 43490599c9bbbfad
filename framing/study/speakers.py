"""Who is quoted, with which stance of the reporting verb, and in whose voice loaded words stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError, unknown_name
from framing.lexicon.actors import ActorNames
from framing.schema import VOICES
from framing.stats.counts import places, tally
from framing.study.concordance import TOLD_COLUMNS, read_texts, tell_mentions
from framing.study.rows import among, row_numbers
from framing.study.run import Run
from framing.study.select import Selection, select_articles, select_coded, select_words
from framing.study.shares import (
    MOST_ACTORS,
    OTHER,
    SHARE_SCHEMA,
    estimate_shares,
    largest,
    open_selection,
    replaced,
    sides_of,
)

#: What speech can be grouped by.
SPEECH_GROUPS = ("side", "actor", "stance")
#: Whose words are attributed.
SPEECH_VOICES = ("all", "direct", "reported")
UNLISTED = "somebody in no list"
NOBODY = "nobody named"
NO_CUE = "no verb"
STANCES = ("neutral", "factive", "distancing")
_STANCE_LABELS = {
    "neutral": "neutral (said, told)",
    "factive": "as a fact (noted, revealed)",
    "distancing": "with distance (claimed, alleged)",
    NO_CUE: "no verb near",
}
_VOICE_LABELS = {
    "own": "own words",
    "direct": "quotation",
    "reported": "reported speech",
    "scare": "scare quotes",
}

SPEECH_SCHEMA = pa.schema(
    [
        ("article_id", pa.string()),
        ("outlet", pa.string()),
        ("published", pa.timestamp("us", tz="UTC")),
        ("title", pa.string()),
        ("part", pa.string()),
        ("sentence_start", pa.int64()),
        ("sentence_end", pa.int64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("kind", pa.string()),
        ("n_words", pa.int64()),
        ("speaker", pa.string()),
        ("speaker_actor", pa.string()),
        ("cue", pa.string()),
        ("cue_stance", pa.string()),
        ("rule", pa.string()),
    ]
)


def compare_speakers(
    run: Run,
    *,
    by: str = "side",
    actor: str | None = None,
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
    """Of the words an outlet attributes to others, which share does it give to whom, or with which reporting verb?

    A reader would get wrong: words are counted, not quotations, so one long interview weighs like many short quotes; and
    a share of "somebody in no list" says how many speakers are not on the actor list, not how many are unimportant.

    Args:
        run: From `annotate` or `read_run`.
        by: `side`, the actor a speaker belongs to in the end (a ministry is its state's); `actor`, the one itself;
            `stance` of the reporting verb.
        actor: Only what this actor, or one that belongs to it, says; by id or name.
        voice: direct (in quotation marks), reported (without) or all of both.
        most: At most so many actors, those with most words in the selection; the rest is one group.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: Outlet ids; all when empty.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the intervals.

    Returns:
        `SHARE_SCHEMA`, one row per outlet × group, zeros included: n_mentions are words, n_denominator all attributed
        words of the outlet (or of this actor in it), value their share with low and high, null with `reason` where there
        is not enough text; ratio to all other outlets pooled, not adjusted for several comparisons.

    Raises:
        SelectionError: A name or value does not exist here.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> run = annotate(corpus_from_rows([{"article_id": "1", "outlet_id": "A", "text": "Russia said it would rain."}]))
        >>> [(r["group"], r["n_mentions"]) for r in compare_speakers(run).to_pylist() if r["n_mentions"]]
        [('russia', 3)]
    """
    selection = Selection(outlets, date_from, date_to, section, part, copies=copies)
    articles = open_selection(run, selection, level)
    if most < 1:
        raise SelectionError(f"most {most}", "a whole number from 1", "Correct it.")
    speech, groups, labels = _grouped(run, selection, articles, by, actor, voice, most)
    words = speech.column("n_words").to_numpy()
    n = tally(articles.column("article_id"), speech.column("article_id"), list(labels), groups, words)
    meta = {"actor": actor, "n_spans": speech.num_rows, "groups_digest": run.corpus.groups_digest}
    return estimate_shares(
        run,
        articles,
        n,
        labels,
        measure="speakers",
        by=by,
        voice=voice,
        unit="attributed words",
        level=level,
        meta=meta,
    )


def find_speech(
    run: Run,
    *,
    outlet: str,
    group: str,
    by: str = "side",
    actor: str | None = None,
    voice: str = "all",
    most: int = MOST_ACTORS,
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    offset: int = 0,
    limit: int | None = None,
) -> pa.Table:
    """The speech behind one outlet's share of one group in `compare_speakers`, with the sentence in which each begins.

    Args:
        run: The run.
        outlet: One outlet id.
        group: A group of `compare_speakers` with the same other arguments.
        by: As there, like all that follow.
        actor: Whose speech.
        voice: direct, reported or all.
        most: At most so many actors.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: All outlets of the comparison, since they decide which actors are groups of their own.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        offset: Rows to leave out.
        limit: At most this many rows; the metadata `n_all` says how many there are.

    Returns:
        `SPEECH_SCHEMA` in the order of the articles; offsets are those of the stored title or text.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    selection = Selection(outlets, date_from, date_to, section, part, copies=copies)
    articles = open_selection(run, selection, 0.95)
    speech, groups, _ = _grouped(run, selection, articles, by, actor, voice, most)
    mine = articles.filter(pc.equal(articles.column("outlet_id"), outlet))
    here = pc.and_(among(speech.column("article_id"), mine.column("article_id")), pc.equal(groups, group))
    found = speech.filter(pc.and_(here, pc.greater(speech.column("n_words"), 0))).select(["row", "n_words"])
    n_all = found.num_rows
    shown = found.slice(offset, limit)
    told = run.rows("speech").take(shown.column("row").to_numpy())
    rows = told.append_column("n_words", shown.column("n_words")).to_pylist()
    ids = {r["article_id"] for r in rows}
    texts = read_texts(run, ids)
    about = {
        a["article_id"]: a
        for a in mine.select(["article_id", "title", "published"]).to_pylist()
        if a["article_id"] in ids
    }
    near = run.rows("sentences").of_articles(ids, ("article_id", "part", "start", "end"))
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for s in near.to_pylist():
        spans.setdefault((s["article_id"], s["part"]), []).append((s["start"], s["end"]))
    name = run.outlet_names().get(outlet, outlet)
    out: list[dict[str, Any]] = []
    for row in rows:
        text = texts[row["article_id"]][row["part"]]
        place = spans[row["article_id"], row["part"]]
        start, end = next(((a, b) for a, b in place if a <= row["start"] < b), (row["start"], row["end"]))
        cue = None if row["cue_start"] is None else text[row["cue_start"] : row["cue_end"]]
        out.append(
            {
                **row,
                **about[row["article_id"]],
                "outlet": name,
                "sentence_start": start,
                "sentence_end": end,
                "cue": cue,
            }
        )
    table = pa.Table.from_pylist([{c: r.get(c) for c in SPEECH_SCHEMA.names} for r in out], schema=SPEECH_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps({"n_all": n_all, "n_shown": len(out)})})


def _grouped(
    run: Run, selection: Selection, articles: pa.Table, by: str, actor: str | None, voice: str, most: int
) -> tuple[pa.Table, pa.ChunkedArray, dict[str, str]]:
    """The attributed speech of the selection (its row, article and words), the group of each, and all groups with their labels."""
    if by not in SPEECH_GROUPS:
        raise SelectionError(f"grouping {by!r}", f"one of {', '.join(SPEECH_GROUPS)}", "Correct it.")
    if voice not in SPEECH_VOICES:
        raise SelectionError(f"voice {voice!r}", f"one of {', '.join(SPEECH_VOICES)}", "Choose one that is attributed.")
    kinds = ["direct", "reported"] if voice == "all" else [voice]
    named = ("cue_stance",) if by == "stance" else ("speaker",)
    whole = run.rows("speech").columns("article_id", "speaker_actor", *named)
    keys = run.rows("speech").columns("kind", "article_id", "part")
    kept = pc.and_(
        among(keys.column("kind"), pa.array(kinds)), among(keys.column("article_id"), articles.column("article_id"))
    )
    if selection.part != "all":
        kept = pc.and_(kept, among(keys.column("part"), pa.array([selection.part])))
    at = pa.array(row_numbers(kept))
    speech = whole.take(at).append_column("row", at).append_column("n_words", run.speech_words.take(at))
    sides = sides_of(run.lexicon.actors)
    if actor is not None:
        wanted = find_actor(run, actor)
        belonging = [a for a, side in sides.items() if wanted in (a, side)]
        speech = speech.filter(among(speech.column("speaker_actor"), pa.array(belonging, pa.string())))
    if by == "stance":
        return speech, pc.fill_null(speech.column("cue_stance"), NO_CUE), dict(_STANCE_LABELS)
    groups, labels = group_actors(
        run, speech.column("speaker_actor"), speech.column("speaker"), speech.column("n_words").to_numpy(), by, most
    )
    return speech, groups, labels


def group_actors(
    run: Run,
    actors: pa.ChunkedArray,
    named: pa.ChunkedArray,
    weights: np.ndarray,
    by: str,
    most: int,
    *,
    unlisted: str = UNLISTED,
) -> tuple[pa.ChunkedArray, dict[str, str]]:
    """Each row's group: one of the most frequent actors, another one, somebody in no list, or nobody named; and the labels.

    Args:
        run: The run whose lexicon has the actors.
        actors: The actor's id; null where the one named is not on the list.
        named: What stands in the text; null where nobody is named.
        weights: What each row counts.
        by: actor, or side: the actor each one belongs to.
        most: How many actors become groups of their own.
        unlisted: What those in no list are called.
    """
    sides = {a.actor_id: a.actor_id for a in run.lexicon.actors} if by == "actor" else sides_of(run.lexicon.actors)
    listed = replaced(actors, sides)
    top = largest(listed, weights, most)
    rest = pc.if_else(pc.is_valid(named), unlisted, NOBODY)
    groups = pc.if_else(
        pc.is_valid(listed), pc.if_else(pc.is_in(listed, pa.array(top, pa.string())), listed, OTHER), rest
    )
    names = {a.actor_id: a.name for a in run.lexicon.actors}
    return groups, {**{a: names[a] for a in top}, **{g: g for g in (OTHER, unlisted, NOBODY)}}


def find_actor(run: Run, name: str) -> str:
    """The id of an actor on the list, by id or name.

    Raises:
        SelectionError: There is no such actor.
    """
    ids = {a.actor_id for a in run.lexicon.actors}
    found = name if name in ids else ActorNames(run.lexicon.actors).find(name)
    if found not in ids:
        raise unknown_name("actor", name, ids, "Name an actor of the list.")
    return found


def compare_voices(
    run: Run,
    *,
    part: str = "all",
    section: str = "all",
    outlets: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    category: str | None = None,
    level: float = 0.95,
) -> pa.Table:
    """Of an outlet's loaded words, which share is its own wording, quoted, reported or in scare quotes?

    A reader would get wrong: an outlet that quotes much has many of its loaded words in quotations; `words_share` says
    which share of all its words is of that voice, to be read beside the share of loaded ones.

    Args:
        run: The run.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: Outlet ids; all when empty.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        category: Only loaded words of this category.
        level: Of the intervals.

    Returns:
        `SHARE_SCHEMA` with words_share (null for scare quotes, whose words are counted as own), outlet × voice.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    selection = Selection(outlets, date_from, date_to, section, part, category=category, copies=copies)
    articles = open_selection(run, selection, level)
    loaded = _loaded(run, selection, articles)
    n = tally(articles.column("article_id"), loaded.column("article_id"), VOICES, loaded.column("voice"))
    table = estimate_shares(
        run,
        articles,
        n,
        _VOICE_LABELS,
        measure="voices",
        by="voice",
        voice="all",
        unit="loaded mentions",
        level=level,
        meta={"category": category, "groups_digest": run.corpus.groups_digest},
    )
    shares = _word_shares(run, selection, articles)
    values = [shares.get((r["outlet_id"], r["group"])) for r in table.select(["outlet_id", "group"]).to_pylist()]
    at = SHARE_SCHEMA.get_field_index("reason") + 1
    return table.add_column(at, "words_share", pa.array(values, pa.float64()))


def _loaded(run: Run, selection: Selection, articles: pa.Table) -> pa.Table:
    mentions = select_coded(run, selection, articles, "article_id", "valence", "voice")
    return mentions.filter(pc.not_equal(mentions.column("valence"), "plain"))


def _word_shares(run: Run, selection: Selection, articles: pa.Table) -> Mapping[tuple[str, str], float]:
    """The share of each outlet's words that are own, quoted and reported."""
    sentences = select_words(run, selection)
    columns = {v: f"n_{v}_words" for v in ("own", "direct", "reported")}
    outlets = articles.column("outlet_id").take(
        _or_null(places(sentences.column("article_id"), articles.column("article_id")))
    )
    sums = (
        pa.table(
            {"outlet_id": outlets, "all": sentences.column("n_words")}
            | {v: sentences.column(c) for v, c in columns.items()}
        )
        .group_by("outlet_id")
        .aggregate([(v, "sum") for v in ("all", *columns)])
        .to_pylist()
    )
    return {
        (r["outlet_id"], v): r[f"{v}_sum"] / r["all_sum"]
        for r in sums
        if r["outlet_id"] and r["all_sum"]
        for v in columns
    }


def _or_null(at: np.ndarray) -> pa.Array:
    return pa.array(at, mask=at < 0)


def find_loaded(
    run: Run,
    *,
    outlet: str,
    voice: str,
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    category: str | None = None,
) -> pa.Table:
    """The loaded mentions behind one outlet's share of one voice in `compare_voices`, as in a concordance.

    Raises:
        SelectionError: A name or value does not exist here.
    """
    selection = Selection((outlet,), date_from, date_to, section, part, category=category, copies=copies)
    articles = select_articles(run, selection)
    loaded = _loaded(run, selection, articles)
    rows = loaded.filter(pc.equal(loaded.column("voice"), voice)).column("row").to_numpy()
    return tell_mentions(run, run.rows("mentions").take(rows, TOLD_COLUMNS), articles)


def speaking_actors(run: Run) -> dict[str, int]:
    """How many attributed words each side has in the whole corpus, the most first."""
    sides = replaced(run.rows("speech").columns("speaker_actor").column(0), sides_of(run.lexicon.actors))
    sums = pa.table({"side": sides, "n": run.speech_words}).group_by("side").aggregate([("n", "sum")]).to_pylist()
    found = {r["side"]: int(r["n_sum"]) for r in sums if r["side"] and r["n_sum"]}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
