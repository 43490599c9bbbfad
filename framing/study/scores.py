"""Compare outlets by a score of their sentences: loadedness from the classifier, tone from TextBlob."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.stats.means import MEAN_METHOD, estimate_means
from framing.study.rows import among, places
from framing.study.run import Run
from framing.study.select import Selection, open_articles

SCORES = {"loadedness": ("loaded_prob",), "tone": ("polarity", "subjectivity")}
_HOW = {
    "loadedness": "Annotate with a classifier (and --tone all to score every sentence).",
    "tone": "Annotate with --tone mentions or all.",
}
SCORE_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("group", pa.string()),
        ("voice", pa.string()),
        ("unit", pa.string()),
        ("n_sentences", pa.int64()),
        ("n_articles", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("rest_value", pa.float64()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
        ("reason", pa.string()),
    ]
)


def compare_scores(
    run: Run, selection: Selection, measure: str, *, voice: str = "all", level: float = 0.95
) -> pa.Table:
    """The mean loadedness or tone of each outlet's sentences.

    A reader would get wrong: tone is no stance and loadedness no bias; and where only sentences with a mention were
    scored (the default), the mean is over those.

    Args:
        run: From `annotate` or `read_run`.
        selection: Already checked; term, concept and category are not looked at.
        measure: loadedness or tone.
        voice: all, or own for sentences that are the outlet's own words throughout.
        level: Of the intervals.

    Returns:
        One row per outlet and score, see `estimate_means`; group is loaded_prob, polarity or subjectivity.

    Raises:
        SelectionError: No sentence was scored, or another voice is asked.
    """
    if voice not in ("all", "own"):
        raise SelectionError(f"--voice {voice} with {measure}", "all or own: a sentence is scored whole", "Correct it.")
    articles = open_articles(run, selection)
    ids = articles.column("article_id").combine_chunks()
    columns = ("article_id", "part", *(("n_words", "n_own_words") if voice == "own" else ()), *SCORES[measure])
    sentences = run.rows("sentences").columns(*columns)
    sentences = sentences.filter(among(sentences.column("article_id"), ids))
    if selection.part != "all":
        sentences = sentences.filter(pc.equal(sentences.column("part"), selection.part))
    if voice == "own":
        sentences = sentences.filter(pc.equal(sentences.column("n_words"), sentences.column("n_own_words")))
    names, outlets = run.outlet_names(), articles.column("outlet_id").to_pylist()
    rows = []
    for score in SCORES[measure]:
        known = sentences.filter(pc.is_valid(sentences.column(score)))
        if not known.num_rows:
            raise SelectionError(f"a run without {measure} in this selection", "scored sentences", _HOW[measure])
        place = places(known.column("article_id"), ids)
        sums = np.bincount(place, known.column(score).to_numpy(), articles.num_rows)
        counts = np.bincount(place, minlength=articles.num_rows)
        rows += [
            {
                **row,
                "measure": measure,
                "outlet": names.get(row["outlet_id"], row["outlet_id"]),
                "group": score,
                "voice": voice,
                "unit": "mean over scored sentences",
            }
            for row in estimate_means(outlets, sums, counts, level=level)
        ]
    meta = {
        "measure": measure,
        "unit": "mean over scored sentences",
        "voice": voice,
        "level": level,
        "seed": None,
        "interval_method": MEAN_METHOD,
        "scored": "all sentences" if run.record["options"].get("tone") == "all" else "sentences with a mention",
        "n_articles": articles.num_rows,
        "n_outlets": len(set(outlets)),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist(rows, schema=SCORE_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})
