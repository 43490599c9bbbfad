"""One selection of articles and mentions, the same for the app, the command line and Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError, unknown_name
from framing.ingest.language import language_code
from framing.lexicon import Lexicon
from framing.lexicon.actors import ActorNames
from framing.schema import PARTS, SENSES, VOICES
from framing.study.rows import among, row_numbers
from framing.study.run import Run

SECTIONS = ("news", "opinion", "wire", "live blog")
AGENCIES = ("active_agent", "passive_agent", "agentless_passive", "unaccusative", "nominalised")


@dataclass(frozen=True)
class Selection:
    """Which articles and mentions count.

    Args:
        outlets: Outlet ids; all when empty.
        date_from: First day, ISO.
        date_to: Last day, ISO, included.
        section: news, opinion, wire, live blog, or all. News takes in articles without a section.
        part: title, body or all.
        sense: conflict, figurative, other or all.
        term: Only this term.
        concept: Only this concept.
        category: Only this category.
        target: Actor id, a name of one, or the words a mention is about; all when None.
        agency: Only mentions told in this way; see `AGENCIES`.
        copies: keep, or drop: of articles that are copies of one text only the likely origin stays.
        certain_only: Leave out mentions whose sense is a guess.
    """

    outlets: Sequence[str] = field(default=())
    date_from: str | None = None
    date_to: str | None = None
    section: str = "all"
    part: str = "all"
    sense: str = "conflict"
    term: str | None = None
    concept: str | None = None
    category: str | None = None
    certain_only: bool = False
    target: str | None = None
    agency: str | None = None
    copies: str = "keep"


def check_selection(run: Run, selection: Selection) -> None:
    """Raise a `SelectionError` for a name or value that does not exist here."""
    known = run.corpus.outlets.column("outlet_id").to_pylist()
    for outlet in selection.outlets:
        if outlet not in known:
            raise unknown_name("outlet", outlet, known)
    for value, allowed, option in (
        (selection.part, (*PARTS, "all"), "part"),
        (selection.sense, (*SENSES, "all"), "sense"),
        (selection.section, (*SECTIONS, "all"), "section"),
        (selection.agency or "all", (*AGENCIES, "all"), "agency"),
        (selection.copies, ("keep", "drop"), "copies"),
    ):
        if value not in allowed:
            raise SelectionError(f"{option} {value!r}", f"one of {', '.join(allowed)}", f"Correct --{option}.")
    if selection.term is not None:
        run.lexicon.find_term(selection.term)
    if selection.concept is not None and selection.concept not in run.lexicon.concept_by_id:
        raise unknown_name(
            "concept", selection.concept, run.lexicon.concept_by_id, "framing lexicon show lists the concepts."
        )
    if selection.category is not None and selection.category not in {t.category for t in run.lexicon.terms}:
        raise unknown_name("category", selection.category, {t.category for t in run.lexicon.terms})
    if selection.copies == "drop" and not run.corpus.copies.num_rows and not run.corpus.grouped:
        raise SelectionError(
            "--copies drop for a corpus whose copies were not looked for",
            "a corpus with a table copies",
            "Make it with: framing group CORPUS.",
        )
    if sum(v is not None for v in (selection.term, selection.concept, selection.category)) > 1:
        raise SelectionError("more than one of term, concept and category", "at most one", "Choose one of them.")


def in_language(articles: pa.Table | pa.RecordBatch, lexicon: Lexicon) -> pa.Array | pa.ChunkedArray:
    """Which articles are written in a language of the lexicon; one whose language nobody knows counts as one of them.

    A reader would get wrong: what the text was found to be written in wins over what the input calls it.
    """
    if not lexicon.languages:
        return pa.array([True] * articles.num_rows)
    given = articles.column("language").to_pylist()
    codes = {name: language_code(name) for name in set(given)}
    written = pc.coalesce(articles.column("language_found"), pa.array([codes[name] for name in given], pa.string()))
    return pc.or_(pc.is_null(written), pc.is_in(written, pa.array(lexicon.languages)))


def select_articles(run: Run, selection: Selection) -> pa.Table:
    """Articles (without text) that the selection takes in; those in a language without lexicon are left out."""
    articles = run.corpus.metadata
    articles = articles.filter(in_language(articles, run.lexicon))
    if selection.outlets:
        articles = articles.filter(
            pc.is_in(articles.column("outlet_id"), pa.array(list(selection.outlets), pa.string()))
        )
    start, stop = _day(selection.date_from, "--from"), _day(selection.date_to, "--to")
    # An article without a date is in no period: a comparison leaves out what null compares as.
    if start is not None:
        articles = articles.filter(
            pc.greater_equal(articles.column("published"), pa.scalar(start, articles.schema.field("published").type))
        )
    if stop is not None:
        last = datetime.combine(stop.date(), time.max, tzinfo=UTC)
        articles = articles.filter(
            pc.less_equal(articles.column("published"), pa.scalar(last, articles.schema.field("published").type))
        )
    if selection.section != "all":
        given = pc.utf8_lower(articles.column("section"))
        named = pc.if_else(pc.is_in(given, pa.array(SECTIONS)), given, pa.scalar(None, pa.string()))
        # What nothing marks as opinion, wire or live blog is news.
        kinds = pc.fill_null(pc.coalesce(articles.column("section_found"), named), "news")
        articles = articles.filter(pc.equal(kinds, selection.section))
    if selection.copies == "drop":
        copies = run.corpus.copies
        kept = first_copies(copies)
        again = copies.filter(pc.invert(pc.is_in(copies.column("article_id"), kept))).column("article_id")
        articles = articles.filter(pc.invert(pc.is_in(articles.column("article_id"), again.combine_chunks())))
    return articles


def check_numbers(level: float, seed: int = 0) -> None:
    """Raise a `SelectionError` for a level or seed that cannot be."""
    if not 0.5 <= level < 1:
        raise SelectionError(f"level {level}", "a number from 0.5 to below 1", "Correct --level.")
    if seed < 0:
        raise SelectionError(f"seed {seed}", "0 or a positive whole number", "Correct --seed.")


def open_articles(run: Run, selection: Selection) -> pa.Table:
    """`select_articles` for a comparison, which needs at least one.

    Raises:
        SelectionError: None is taken in.
    """
    articles = select_articles(run, selection)
    if not articles.num_rows:
        raise SelectionError("no article in this selection", "at least one", "Widen outlets, dates or section.")
    return articles


def first_copies(copies: pa.Table) -> pa.Array:
    """The one article of each copy group that stays when copies are dropped: its likely origin, else the first by id."""
    kept: dict[str, str] = {}
    for row in sorted(copies.to_pylist(), key=lambda r: r["article_id"]):
        kept.setdefault(row["copy_group"], row["article_id"])
        if row["origin_id"] is not None:
            kept[row["copy_group"]] = row["origin_id"]
    return pa.array(sorted(kept.values()), pa.string())


def _day(value: str | None, option: str) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(value), time(tzinfo=UTC))
    except ValueError as problem:
        raise SelectionError(f"date {value!r}", "a day such as 2024-03-31", f"Correct {option}.") from problem


def select_mentions(
    run: Run, selection: Selection, articles: pa.Table | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """Mentions that the selection takes in, any voice; all columns when none are named."""
    return run.rows("mentions").take(_wanted(run, selection, articles), columns)


def select_coded(run: Run, selection: Selection, articles: pa.Table | None, *columns: str) -> pa.Table:
    """Columns of `select_mentions` to count over: strings as dictionary arrays, and `row`, their numbers in the table."""
    rows = row_numbers(_wanted(run, selection, articles))
    coded = run.rows("mentions").columns(*columns).take(pa.array(rows))
    return coded.append_column("row", pa.array(rows, pa.int64()))


def in_voice(mentions: pa.Table, voice: str) -> pa.Table:
    """Mentions of a voice, or of one of several joined by a plus; all of them with `all`."""
    voices = pa.array(voice.split("+"))
    return mentions if voice == "all" else mentions.filter(among(mentions.column("voice"), voices))


def _wanted(run: Run, selection: Selection, articles: pa.Table | None) -> np.ndarray:
    """For each mention whether the selection takes it in."""
    rows = run.rows("mentions")
    kept = np.ones(rows.num_rows, bool)

    wanted: dict[str, pa.Array] = {}
    if articles is not None and articles.num_rows < run.corpus.n_articles:
        wanted["article_id"] = articles.column("article_id").combine_chunks()
    term = run.lexicon.find_term(selection.term).term_id if selection.term else None
    for name, value in (
        ("part", None if selection.part == "all" else selection.part),
        ("sense", None if selection.sense == "all" else selection.sense),
        ("term_id", term),
        ("concept_id", selection.concept),
        ("category", selection.category),
        ("target", None if selection.target is None else find_target(run, selection.target)),
        ("agency", selection.agency),
    ):
        if value is not None:
            wanted[name] = pa.array([value], pa.string())
    for name, values in wanted.items():
        kept &= among(rows.columns(name).column(0), values).to_numpy()
    if selection.certain_only:
        kept &= ~rows.columns("uncertain").column(0).to_numpy()
    return kept


def find_target(run: Run, name: str) -> str:
    """The value of column `target` a name stands for: an actor's id, or a name that was resolved to nobody.

    Raises:
        SelectionError: No mention in the run is about it.
    """
    known = set(run.rows("mentions").tally("target")) - {None}
    ids = {a.actor_id for a in run.lexicon.actors}
    found = name if name in known or name in ids else ActorNames(run.lexicon.actors).find(name)
    if found is None or (found not in known and found not in ids):
        move = "Name an actor of the list or words a mention is about."
        raise unknown_name("actor", name, known | ids, move, examples=known & ids)
    return found


def select_words(run: Run, selection: Selection) -> pa.Table:
    """The words of each article's selected parts; see `Run.words`."""
    words = run.words
    return words if selection.part == "all" else words.filter(pc.equal(words.column("part"), selection.part))


def check_voice(voice: str) -> None:
    if voice not in (*VOICES, "all", "own+reported"):
        raise SelectionError(f"voice {voice!r}", f"one of {', '.join((*VOICES, 'all'))}", "Correct --voice.")
