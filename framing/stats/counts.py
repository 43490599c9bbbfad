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
    ids = articles.column("article_id").to_pylist()
    n = _tally(_in_voice(mentions, voices), ids, by, groups)
    if unit == "words":
        words = np.zeros(len(ids))
        rows = _rows(sentences.column("article_id"), ids)
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
        tuple(ids),
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


def _rows(column: pa.ChunkedArray, among: Sequence[str]) -> np.ndarray:
    """The place of each value, -1 for one that has none; of coded columns each word is looked up once."""
    found = [np.empty(0, np.int64)]
    for chunk in column.chunks:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        words = coded.dictionary
        places = pc.fill_null(pc.index_in(words, value_set=pa.array(among, words.type)), -1).to_numpy()
        # One more place at the end, which the code -1 of a null finds.
        found.append(np.append(places, -1).astype(np.int64)[pc.fill_null(coded.indices, -1).to_numpy()])
    return np.concatenate(found)


def _tally(mentions: pa.Table, ids: Sequence[str], by: str, groups: Sequence[str]) -> np.ndarray:
    rows, columns = _rows(mentions.column("article_id"), ids), _rows(mentions.column(by), groups)
    counted = (rows >= 0) & (columns >= 0)
    cells = rows[counted] * len(groups) + columns[counted]
    n = np.bincount(cells, np.ones(len(cells)), len(ids) * len(groups))
    return n.reshape(len(ids), len(groups))


def _occasions(
    occasions: pa.Table,
    voices: Sequence[str],
    ids: Sequence[str],
    groups: Sequence[str],
    concept_of: Mapping[str, str],
) -> np.ndarray:
    """Occasions of each group's concept; groups of one concept share them."""
    concepts = sorted({concept_of[group] for group in groups})
    per_concept = _tally(_in_voice(occasions, voices), ids, "concept_id", concepts)
    return per_concept[:, [concepts.index(concept_of[group]) for group in groups]]
