"""Which articles tell of one event and which are copies of one text: found over a corpus, changed by hand, kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus import BY_HAND, Corpus, with_groups
from framing.errors import SelectionError
from framing.grouping import (
    CopyOptions,
    EventOptions,
    find_copies,
    find_events,
    find_omissions,
    merge_events,
    rename_event,
    split_event,
)
from framing.study.run import Run
from framing.study.select import Selection, select_articles

Progress = Callable[[int], None]


def group_corpus(
    corpus: Corpus,
    *,
    events: EventOptions | None = None,
    copies: CopyOptions | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> Corpus:
    """Find copies and events, and keep them beside the corpus.

    A reader would get wrong: nothing is deleted and no article changes; `compare --copies drop` and `--within event`
    use what is found here. An event given in the input stays.

    Args:
        corpus: On disk or in memory.
        events: How near articles of one event are.
        copies: How much of their text copies share.
        again: Also when somebody changed events by hand, which is then lost.
        progress: Called with the number of articles read so far.

    Raises:
        SelectionError: Events were changed by hand and `again` is not set.
    """
    if not again and any(why.startswith(BY_HAND) for why in corpus.events.column("why").to_pylist()):
        raise SelectionError(
            "events that were changed by hand",
            "events as they were found",
            "Use --again to find them anew and lose the changes.",
        )
    batches = partial(_batches, corpus)
    found = find_copies(batches, options=copies or CopyOptions(), excluded=corpus.excluded, progress=progress)
    of_one = find_events(
        batches, options=events or EventOptions(), copies=found, excluded=corpus.excluded, progress=progress
    )
    return with_groups(corpus, {"copies": found, "events": of_one})


def _batches(corpus: Corpus) -> Iterator[pa.RecordBatch]:
    return corpus.batches()


def edit_events(
    corpus: Corpus,
    *,
    merge: Sequence[str] = (),
    split: str | None = None,
    articles: Sequence[str] = (),
    rename: str | None = None,
    label: str | None = None,
) -> Corpus:
    """Merge events, split articles off one, or rename one; the changed rows say "by hand".

    Raises:
        SelectionError: An event or article does not exist, or the request is none of the three.
    """
    if sum((bool(merge), split is not None, rename is not None)) != 1:
        raise SelectionError("more or less than one change", "one of merge, split and rename", "Name one of them.")
    events = events_of(corpus)
    if merge:
        events = merge_events(events, merge, label)
    elif split is not None:
        events = split_event(events, split, articles, label)
    elif rename is not None:
        events = rename_event(events, rename, label or "")
    return with_groups(corpus, {"events": events})


def list_omissions(run: Run, selection: Selection, *, at_least: int = 3, window_days: int | None = None) -> pa.Table:
    """Which outlets have no article on an event that others have; see `framing.grouping.find_omissions`.

    Raises:
        SelectionError: Nobody looked for events, and the input gave none.
    """
    articles = select_articles(run, selection)
    known = articles.filter(pc.is_valid(articles.column("event_id")))
    if not known.num_rows:
        raise SelectionError(
            "articles without events", "events given in the input or found", "Find them with: framing group CORPUS."
        )
    return find_omissions(events_of(run.corpus), articles, at_least=at_least, window_days=window_days)


def events_of(corpus: Corpus) -> pa.Table:
    """Table `events` with the events the input gave, whether or not others were looked for."""
    held = corpus.events
    given = corpus.metadata.select(["article_id", "event_id"])
    given = given.filter(
        pc.and_(
            pc.is_valid(given.column("event_id")),
            pc.invert(pc.is_in(given.column("article_id"), held.column("article_id").combine_chunks())),
        )
    )
    rows = [{**row, "label": row["event_id"], "why": "given in the input"} for row in given.to_pylist()]
    return pa.concat_tables([held, pa.Table.from_pylist(rows, schema=held.schema)])
