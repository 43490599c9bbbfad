"""How much of what outlets print are sentences that stand in other articles too."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from framing.grouping.copies import Batches, Progress, body_of, checked_columns, spans_by_article
from framing.grouping.wording import stretches

#: Shorter sentences ("He did not elaborate.") are written anew all the time.
FEWEST_WORDS = 8

REPEAT_SCHEMA = pa.schema(
    [
        ("outlet_id", pa.string()),
        ("n_articles", pa.int64()),
        ("n_copies_within", pa.int64()),
        ("n_copies_across", pa.int64()),
        ("n_sentences", pa.int64()),
        ("n_repeated_within", pa.int64()),
        ("n_repeated_across", pa.int64()),
        ("share", pa.float64()),
    ]
)


def count_repeats(
    batches: Batches,
    excluded: pa.Table | None = None,
    copies: pa.Table | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """How many sentences of each outlet stand in another article too?

    A reader would get wrong: a sentence counts in each article it stands in, the first one included, since nothing here says
    who wrote it; and one repeated within one article alone is no repeat.

    A sentence is a stretch between line breaks and sentence-final marks (`wording.stretches`) with at least eight words,
    compared without case, punctuation and quotation marks. Memory holds sixteen bytes a sentence, no text.

    Args:
        batches: Gives the articles anew each time it is called; columns article_id, outlet_id and text are read.
        excluded: Table `excluded`; these passages are not counted.
        copies: Table `copies`, for the two counts of articles; they are null without it.
        progress: Called with the number of articles read so far.

    Returns:
        One row per outlet, zeros kept: outlet_id, n_articles, n_copies_within and n_copies_across (articles in a group of
        copies with another article of the outlet, of another outlet), n_sentences (of eight words or more),
        n_repeated_within and n_repeated_across (those that stand in another article of the outlet, of another outlet; one
        can be both), share (those that are either; null without a sentence).

    Raises:
        InputError: A column is missing.

    Example:
        >>> text = "The council of Besk met for the third time this week."
        >>> table = pa.table({"article_id": ["a", "b"], "outlet_id": ["Post", "Ledger"], "text": [text, text + " All left."]})
        >>> [(row["n_sentences"], row["n_repeated_across"]) for row in count_repeats(lambda: iter(table.to_batches())).to_pylist()]
        [(1, 1), (1, 1)]
    """
    blanks = spans_by_article(excluded)
    groups = _groups(copies)
    outlets: dict[str, int] = {}
    outlet_of, group_of = list[int](), list[int]()
    sentences, articles = list[np.ndarray](), list[np.ndarray]()
    for batch in batches():
        checked_columns(batch, ("article_id", "outlet_id", "text"))
        columns = (batch.column(name).to_pylist() for name in ("article_id", "outlet_id", "text"))
        for article_id, outlet, text in zip(*columns, strict=True):
            found = _numbers(stretches(body_of(text, blanks.get(article_id))))
            sentences.append(found)
            articles.append(np.full(len(found), len(outlet_of), np.uint32))
            outlet_of.append(outlets.setdefault(outlet, len(outlets)))
            group_of.append(groups.get(article_id, -1))
        if progress:
            progress(len(outlet_of))
    of = np.array(outlet_of, np.int64)
    within, across = _elsewhere(
        np.concatenate(sentences or [np.zeros(0, np.uint64)]), np.concatenate(articles or [of]), of
    )
    where = of[np.concatenate(articles or [of])]
    in_group = np.array(group_of, np.int64)
    grouped = np.flatnonzero(in_group >= 0)
    copied = _elsewhere(in_group[grouped].astype(np.uint64), grouped, of)
    rows = []
    for outlet, i in sorted(outlets.items()):
        mine, n = where == i, int((where == i).sum())
        n_copies = [int(c[of[grouped] == i].sum()) for c in copied]
        rows.append(
            {
                "outlet_id": outlet,
                "n_articles": int((of == i).sum()),
                "n_copies_within": n_copies[0] if copies is not None else None,
                "n_copies_across": n_copies[1] if copies is not None else None,
                "n_sentences": n,
                "n_repeated_within": int(within[mine].sum()),
                "n_repeated_across": int(across[mine].sum()),
                "share": float((within | across)[mine].mean()) if n else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=REPEAT_SCHEMA)


def _groups(copies: pa.Table | None) -> dict[str, int]:
    """A number for the group of each article that is in one."""
    if copies is None:
        return {}
    numbers: dict[str, int] = {}
    pairs = zip(*(copies.column(c).to_pylist() for c in ("article_id", "copy_group")), strict=True)
    return {article_id: numbers.setdefault(group, len(numbers)) for article_id, group in pairs}


def _numbers(found: Iterable[list[str]]) -> np.ndarray:
    """A 64-bit number for each sentence that is long enough."""
    digests = (
        blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8)
        for words in found
        if len(words) >= FEWEST_WORDS
    )
    return np.frombuffer(b"".join(d.digest() for d in digests), np.uint64)


def _elsewhere(things: np.ndarray, articles: np.ndarray, outlet_of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each thing in an article: is it in another article of the outlet, and in one of another outlet?"""
    if not len(things):
        return np.zeros(0, bool), np.zeros(0, bool)
    _, thing = np.unique(things, return_inverse=True)
    # Each thing once for each article it is in, then counted by thing, and by thing and outlet.
    places = np.unique(np.column_stack((thing, articles.astype(np.int64))), axis=0)
    in_articles = np.bincount(places[:, 0])
    n_outlets = int(outlet_of.max()) + 1
    key = places[:, 0] * n_outlets + outlet_of[places[:, 1]]
    keys, in_outlet = np.unique(key, return_counts=True)
    here = in_outlet[np.searchsorted(keys, thing * n_outlets + outlet_of[articles.astype(np.int64)])]
    return here > 1, in_articles[thing] > here
