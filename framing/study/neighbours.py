"""What to read next: the article before and after another one, of its outlet and of its event."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import unknown_name
from framing.study.run import Run


@dataclass(frozen=True)
class Neighbours:
    """Articles beside one, by date; each is None at an end, and those of the event without an event.

    Args:
        outlet_before: The same outlet's article before it.
        outlet_after: The same outlet's article after it.
        event_before: The article on the same event before it, of whatever outlet.
        event_after: The article on the same event after it.
        n_event: Articles on the event, this one among them; 0 without an event.
    """

    outlet_before: str | None
    outlet_after: str | None
    event_before: str | None
    event_after: str | None
    n_event: int


def find_neighbours(run: Run, article_id: str) -> Neighbours:
    """The articles next to one in time.

    A reader would get wrong: undated articles come last, and articles of one moment stand by their id, so that going
    on reaches each of them once.

    Args:
        run: From `annotate` or `read_run`.
        article_id: The article.

    Raises:
        SelectionError: There is no such article.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": i, "outlet_id": "Post", "text": "Rain fell."} for i in "abc"]
        >>> found = find_neighbours(annotate(corpus_from_rows(rows)), "b")
        >>> found.outlet_before, found.outlet_after, found.event_after
        ('a', 'c', None)
    """
    articles = run.corpus.metadata.select(["article_id", "outlet_id", "event_id", "published"])
    mine = articles.filter(pc.equal(articles.column("article_id"), article_id)).to_pylist()
    if not mine:
        raise unknown_name("article", article_id, articles.column("article_id").to_pylist())
    outlet = _beside(articles, "outlet_id", mine[0]["outlet_id"], article_id)
    event = _beside(articles, "event_id", mine[0]["event_id"], article_id)
    return Neighbours(outlet[0], outlet[1], event[0], event[1], event[2])


def _beside(articles: pa.Table, column: str, value: str | None, article_id: str) -> tuple[str | None, str | None, int]:
    if value is None:
        return None, None, 0
    same = articles.filter(pc.equal(articles.column(column), value))
    same = same.sort_by([("published", "ascending"), ("article_id", "ascending")])
    ids = same.column("article_id").to_pylist()
    at = ids.index(article_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None), len(ids)
