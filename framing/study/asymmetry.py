"""Is one actor's side worded more heavily than the other's? Mentions about each, per 100 references to each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError, unknown_name
from framing.lexicon.actors import Actor, ActorNames
from framing.stats import ASYMMETRY_METHOD, READINGS, estimate_asymmetry
from framing.study.rows import among
from framing.study.run import Run
from framing.study.select import Selection, open_articles, select_coded

VALENCES = ("condemning", "elevating")

ASYMMETRY_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("valence", pa.string()),
        ("voice", pa.string()),
        ("unit", pa.string()),
        ("n_about", pa.int64()),
        ("references_about", pa.int64()),
        ("n_versus", pa.int64()),
        ("references_versus", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
    ]
)


def compare_asymmetry(
    run: Run,
    selection: Selection,
    about: str,
    versus: str,
    *,
    valence: str = "condemning",
    voice: str = "all",
    level: float = 0.95,
    unit: str = "",
) -> pa.Table:
    """A = ln(rate about X / rate about Y) per outlet, and how far it is from the others'.

    A reader would get wrong: only mentions whose phrase or clause names the one they are about are counted; a
    reference is a name, demonym, capital or leader of the actor anywhere in title or text.

    Args:
        run: The run.
        selection: Outlets, dates, sections, part, sense, and a term, concept or category where only these count.
        about: The actor X: an id or a name.
        versus: The actor Y.
        valence: condemning or elevating; one at a time.
        voice: Whose mentions count.
        level: Of the intervals.
        unit: Words for the unit column.

    Returns:
        One row per outlet: value above 0 means heavier wording about X; difference to all others pooled.

    Raises:
        SelectionError: An actor is not in the list, both are the same, or a value does not exist.
    """
    if valence not in VALENCES:
        raise SelectionError(f"valence {valence!r}", f"one of {', '.join(VALENCES)}", "Correct --valence.")
    x, y = _actor(run, about), _actor(run, versus)
    if x.actor_id == y.actor_id:
        raise SelectionError(f"{about!r} and {versus!r}, both {x.name}", "two actors", "Name another one.")
    articles = open_articles(run, selection)
    mentions = select_coded(run, replace(selection, target=None), articles, "article_id", "valence", "voice", "target")
    mentions = mentions.filter(pc.equal(mentions.column("valence"), valence))
    mentions = mentions.filter(among(mentions.column("voice"), pa.array(READINGS[voice][0])))
    mentions = mentions.filter(among(mentions.column("target"), pa.array([x.actor_id, y.actor_id])))
    ids = articles.column("article_id").to_pylist()
    row_of = {article_id: i for i, article_id in enumerate(ids)}
    counts = np.zeros((len(ids), 4))
    targets = zip(mentions.column("article_id").to_pylist(), mentions.column("target").to_pylist(), strict=True)
    for article_id, target in targets:
        if target == x.actor_id:
            counts[row_of[article_id], 0] += 1
        elif target == y.actor_id:
            counts[row_of[article_id], 2] += 1
    for column, actor in ((1, x), (3, y)):
        for article_id, n in run.references(actor).items():
            if article_id in row_of:
                counts[row_of[article_id], column] = n
    names = run.outlet_names()
    rows = estimate_asymmetry(articles.column("outlet_id").to_pylist(), counts, level=level)
    full: list[dict[str, Any]] = [
        {
            **row,
            "measure": "asymmetry",
            "outlet": names.get(row["outlet_id"], row["outlet_id"]),
            "valence": valence,
            "voice": voice,
            "unit": unit,
        }
        for row in rows
    ]
    meta = {
        "measure": "asymmetry",
        "about": x.name,
        "versus": y.name,
        "valence": valence,
        "voice": voice,
        "unit": unit,
        "level": level,
        "seed": None,
        "interval_method": ASYMMETRY_METHOD,
        "n_articles": len(ids),
        "n_outlets": len(rows),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist([{n: r.get(n) for n in ASYMMETRY_SCHEMA.names} for r in full], schema=ASYMMETRY_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def _actor(run: Run, name: str) -> Actor:
    by_id = {a.actor_id: a for a in run.lexicon.actors}
    found = name if name in by_id else ActorNames(run.lexicon.actors).find(name)
    if found not in by_id:
        told_of = by_id.keys() & run.rows("mentions").tally("target").keys()
        move = "Name an actor of the list, whose references can be counted."
        raise unknown_name("actor", name, by_id, move, examples=told_of)
    return by_id[found]
