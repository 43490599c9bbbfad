"""Counts per article, zeros kept: what every rate, share and test is computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.schema import VOICES

#: Which voices a reading takes in, and whose words are its denominator.
READINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "all": (VOICES, ("n_words",)),
    "own": (("own",), ("n_own_words",)),
    "own+reported": (("own", "reported"), ("n_own_words", "n_reported_words")),
    "direct": (("direct",), ("n_direct_words",)),
    "reported": (("reported",), ("n_reported_words",)),
    # Scare-quoted words are the outlet's, so they are counted per own word.
    "scare": (("scare",), ("n_own_words",)),
}


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each group occurs in each article, and out of how much.

    Args:
        article_ids: One per row.
        outlet_ids: The outlet of each row.
        event_ids: The event of each row; None where none is given.
        groups: Names of the columns: categories, concepts or terms.
        n: Mentions, articles × groups.
        denominators: Words or occasions, articles × groups.
        unit: What a denominator counts: words, articles, or what shares are of (occasions, attributed words, loaded mentions, events).
        reading: Whose words were counted; a key of `READINGS`.
    """

    article_ids: tuple[str, ...]
    outlet_ids: tuple[str, ...]
    event_ids: tuple[str | None, ...]
    groups: tuple[str, ...]
    n: np.ndarray
    denominators: np.ndarray
    unit: str
    reading: str

    def only(self, columns: Sequence[int]) -> Counts:
        """The same articles with some of the groups."""
        chosen = list(columns)
        groups = tuple(self.groups[j] for j in chosen)
        return replace(self, groups=groups, n=self.n[:, chosen], denominators=self.denominators[:, chosen])

    def table(self) -> pa.Table:
        """The same as a long table: article_id, outlet_id, event_id, group, n, denominator."""
        repeat = len(self.groups)
        return pa.table(
            {
                "article_id": np.repeat(np.asarray(self.article_ids, object), repeat).tolist(),
                "outlet_id": np.repeat(np.asarray(self.outlet_ids, object), repeat).tolist(),
                "event_id": pa.array(np.repeat(np.asarray(self.event_ids, object), repeat).tolist(), pa.string()),
                "group": list(self.groups) * len(self.article_ids),
                "n": self.n.ravel().astype(np.int64),
                "denominator": self.denominators.ravel().astype(np.int64),
            }
        )


def count_mentions(
    mentions: pa.Table,
    sentences: pa.Table,
    articles: pa.Table,
    *,
    by: str,
    groups: Sequence[str],
    reading: str = "all",
    unit: str = "words",
    occasions: pa.Table | None = None,
    concept_of: Mapping[str, str] | None = None,
) -> Counts:
    """Mentions of each group per article; an article without any is a row of zeros.

    A reader would get wrong: with reading `own` both sums are the outlet's own, mentions and words.

    Args:
        mentions: Already filtered by sense, part and so on; voice is filtered here, with its denominator. Strings or dictionary arrays.
        sentences: Of the same articles and parts, or sums over them; denominators in words are sums over these.
        articles: The articles that count, with article_id, outlet_id and event_id.
        by: Column of mentions to group by: category, concept_id or term_id.
        groups: The values to count; one without mentions is a column of zeros.
        reading: Whose words; a key of `READINGS`.
        unit: `words`, `articles`, or `occasions`: mentions of any alternative of the same concept.
        occasions: With unit `occasions`, the mentions that are occasions, same columns as mentions.
        concept_of: With unit `occasions`, the concept of each group.
    """
    if reading not in READINGS:
        raise SelectionError(f"voice {reading!r}", f"one of {', '.join(READINGS)}", "Correct --voice.")
    voices, word_columns = READINGS[reading]
    ids = articles.column("article_id")
    mine = _in_voice(mentions, voices)
    n = tally(ids, mine.column("article_id"), groups, mine.column(by))
    if unit == "words":
        words = np.zeros(len(ids))
        rows = places(sentences.column("article_id"), ids)
        for column in word_columns:
            words += np.bincount(rows[rows >= 0], sentences.column(column).to_numpy()[rows >= 0], len(ids))
        denominators = np.broadcast_to(words[:, None], n.shape)
    elif unit == "articles":
        denominators = np.ones((len(ids), len(groups)))
    else:
        denominators = _occasions(
            occasions if occasions is not None else mentions, voices, ids, groups, concept_of or {}
        )
    return Counts(
        tuple(ids.to_pylist()),
        tuple(articles.column("outlet_id").to_pylist()),
        tuple(articles.column("event_id").to_pylist()),
        tuple(groups),
        n,
        denominators,
        unit,
        reading,
    )


def _in_voice(mentions: pa.Table, voices: Sequence[str]) -> pa.Table:
    return (
        mentions
        if len(voices) == len(VOICES)
        else mentions.filter(pc.is_in(mentions.column("voice"), pa.array(voices)))
    )


def places(column: pa.ChunkedArray, values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The place of each value of a column among some, -1 for one that is not; of a coded column each word is looked up once."""
    among_these = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    found = [np.empty(0, np.int64)]
    for chunk in column.chunks:
        words = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        at = pc.fill_null(pc.index_in(words, value_set=among_these), -1).to_numpy().astype(np.int64)
        if words is not chunk:
            # One more place at the end, which the code -1 of a null finds.
            at = np.append(at, -1)[pc.fill_null(chunk.indices, -1).to_numpy()]
        found.append(at)
    return np.concatenate(found)


def tally(
    articles: pa.Array | pa.ChunkedArray,
    ids: pa.ChunkedArray,
    groups: Sequence[str],
    of: pa.ChunkedArray,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Sums by article and group; rows of other articles and groups are left out.

    Args:
        articles: Ids of the articles that count, in the order of the result's rows.
        ids: The article of each row.
        groups: The columns.
        of: The group of each row.
        weights: What each row counts; 1 when not given.
    """
    rows, columns = places(ids, articles), places(of, pa.array(list(groups), pa.string()))
    kept = (rows >= 0) & (columns >= 0)
    cells = rows[kept] * len(groups) + columns[kept]
    n = np.bincount(cells, None if weights is None else weights[kept], len(articles) * len(groups))
    return n.astype(float).reshape(len(articles), len(groups))


def _occasions(
    occasions: pa.Table,
    voices: Sequence[str],
    ids: pa.ChunkedArray,
    groups: Sequence[str],
    concept_of: Mapping[str, str],
) -> np.ndarray:
    """Occasions of each group's concept; groups of one concept share them."""
    concepts = sorted({concept_of[group] for group in groups})
    mine = _in_voice(occasions, voices)
    per_concept = tally(ids, mine.column("article_id"), concepts, mine.column("concept_id"))
    return per_concept[:, [concepts.index(concept_of[group]) for group in groups]]
