"""Shares of outlets with intervals: what `compare` gives for choices, for anything that can be counted by article."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from framing.lexicon.actors import Actor
from framing.stats import FEWEST_ARTICLES, INTERVAL_METHOD, Counts, estimate_outlets, estimate_rows, ratio_row
from framing.stats.counts import places
from framing.study.run import Run
from framing.study.select import Selection, check_numbers, check_selection, open_articles

SHARE_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("group_label", pa.string()),
        ("voice", pa.string()),
        ("unit", pa.string()),
        ("n_mentions", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("rest_value", pa.float64()),
        ("ratio", pa.float64()),
        ("ratio_low", pa.float64()),
        ("ratio_high", pa.float64()),
        ("in_words", pa.string()),
        ("difference_reason", pa.string()),
    ]
)
#: More actors than this cannot be told apart in one bar; the others are shown as one.
MOST_ACTORS = 7
OTHER = "other listed actors"


def open_selection(run: Run, selection: Selection, level: float) -> pa.Table:
    """The articles a comparison of shares is made from.

    Raises:
        SelectionError: A name or value does not exist here, or no article is taken in.
    """
    check_numbers(level)
    check_selection(run, selection)
    return open_articles(run, selection)


def estimate_shares(
    run: Run,
    articles: pa.Table,
    n: np.ndarray,
    labels: Mapping[str, str],
    *,
    measure: str,
    by: str,
    voice: str,
    unit: str,
    level: float,
    meta: Mapping[str, Any],
) -> pa.Table:
    """Of what each outlet has of the groups together, the share of each group, with its interval and ratio to the others.

    Args:
        run: The run.
        articles: From `select_articles`.
        n: From `tally`: articles × groups.
        labels: Each group and how it is called, in the order to show.
        measure: Name of the comparison.
        by: What the groups are.
        voice: Whose words were counted.
        unit: What is counted: attributed words, loaded mentions or events.
        level: Of the intervals.
        meta: More to say in the metadata.

    Returns:
        `SHARE_SCHEMA`, outlets × groups.
    """
    ids = tuple(articles.column("article_id").to_pylist())
    outlets = tuple(articles.column("outlet_id").to_pylist())
    counts = Counts(
        ids, outlets, (None,) * len(ids), tuple(labels), n, n.sum(axis=1, keepdims=True) + 0 * n, unit, voice
    )
    estimates = estimate_outlets(counts)
    names = run.outlet_names()
    rows = []
    for k, row in enumerate(estimate_rows(counts, estimates, level)):
        i, j = divmod(k, len(labels))
        alone = len(estimates.outlet_ids) < 2
        difference = {"difference_reason": "only one outlet"} if alone else ratio_row(estimates, i, j, level)
        rows.append(
            {
                **row,
                **difference,
                "measure": measure,
                "outlet": names.get(row["outlet_id"], row["outlet_id"]),
                "by": by,
                "group_label": labels[row["group"]],
                "voice": voice,
                "unit": f"share of {unit}",
            }
        )
    told = {
        "measure": measure,
        "by": by,
        "voice": voice,
        "unit": f"share of {unit}",
        "level": level,
        "interval_method": INTERVAL_METHOD,
        "fewest_articles": FEWEST_ARTICLES,
        "n_articles": len(ids),
        "n_outlets": len(estimates.outlet_ids),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
        **meta,
    }
    table = pa.Table.from_pylist([{c: r.get(c) for c in SHARE_SCHEMA.names} for r in rows], schema=SHARE_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(told, ensure_ascii=False)})


def sides_of(actors: Sequence[Actor]) -> dict[str, str]:
    """For each actor the one it belongs to in the end: itself where it stands alone.

    A reader would get wrong: a ministry speaks for its state here; allies and friends stay apart.

    Example:
        >>> from framing.lexicon import read_lexicon
        >>> sides_of(read_lexicon("conflict").actors)["white_house"]
        'united_states'
    """
    above = {actor.actor_id: actor.part_of for actor in actors}
    found = {}
    for actor in above:
        top, seen = actor, {actor}
        while above.get(top) and above[top] not in seen:
            top = above[top]
            seen.add(top)
        found[actor] = top
    return found


def replaced(values: pa.ChunkedArray, by: Mapping[str, str]) -> pa.ChunkedArray:
    """Values with some of them replaced by others; what is not named becomes null."""
    keys = pa.array(list(by), pa.string())
    at = places(values, keys)
    return pa.chunked_array([pa.array(list(by.values()), pa.string()).take(pa.array(at, mask=at < 0))])


def largest(groups: pa.ChunkedArray, weights: np.ndarray, most: int = MOST_ACTORS) -> list[str]:
    """The groups with most in all, the largest first."""
    sums = pa.table({"group": groups, "n": weights}).group_by("group").aggregate([("n", "sum")])
    ordered = sorted(
        (
            (n, g)
            for g, n in zip(sums["group"].to_pylist(), sums["n_sum"].to_pylist(), strict=True)
            if g is not None and n
        ),
        key=lambda x: (-x[0], x[1]),
    )
    return [g for _, g in ordered[:most]]
