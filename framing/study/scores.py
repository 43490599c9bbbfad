"""Compare outlets by a score of their sentences: loadedness from the classifier, tone from TextBlob."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.stats.counts import places
from framing.stats.means import MEAN_METHOD, estimate_means
from framing.study.rows import among
from framing.study.run import Run
from framing.study.select import Selection, open_articles

SCORES = {"loadedness": ("loaded_prob",), "tone": ("polarity", "subjectivity")}
_HOW = {
    "loadedness": "Annotate with a classifier (and --loadedness all to score every sentence).",
    "tone": "Annotate with --tone mentions or all.",
}
#: A sentence is of a voice when at least this share of its words is; what is left is as a rule the cue ("he said").
VOICE_SHARE = 0.9
VOICES = ("own", "reported", "direct")
SCORE_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("group", pa.string()),
        ("voice", pa.string()),
        ("unit", pa.string()),
        ("n_sentences", pa.int64()),
        ("n_mixed", pa.int64()),
        ("n_unsure", pa.int64()),
        ("n_articles", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("rest_value", pa.float64()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
        ("sure_value", pa.float64()),
        ("sure_difference", pa.float64()),
        ("reason", pa.string()),
    ]
)


def compare_scores(
    run: Run, selection: Selection, measure: str, *, voice: str = "all", level: float = 0.95
) -> pa.Table:
    """The mean loadedness or tone of each outlet's sentences.

    A reader would get wrong: tone is no stance and loadedness no bias; and where only sentences with a mention were
    scored (the default), the mean is over those. A sentence is scored whole, so one that mixes voices is of none of them: it is
    left out where a voice is asked, and counted in n_mixed.

    Args:
        run: From `annotate` or `read_run`.
        selection: Already checked; term, concept and category are not looked at.
        measure: loadedness or tone.
        voice: all; or own, reported or direct for sentences of which at least nine words of ten are in that voice.
        level: Of the intervals.

    Returns:
        One row per outlet and score, see `estimate_means`; group is loaded_prob, polarity or subjectivity; n_mixed counts scored
        sentences of no one voice (left out unless voice is all), n_unsure those at which the classifier abstains. They count in
        value, since leaving them out would push every mean towards 0 or 1; sure_value and sure_difference are without them. Null
        for tone, and where the run does not record when its classifier abstains.

    Raises:
        SelectionError: No sentence was scored, or another voice is asked.
    """
    if voice not in ("all", *VOICES):
        raise SelectionError(
            f"--voice {voice} with {measure}",
            f"all, {', '.join(VOICES)}: a sentence is scored whole, and scare-quoted words are the outlet's own",
            "Correct it.",
        )
    articles = open_articles(run, selection)
    ids = articles.column("article_id").combine_chunks()
    columns = ("article_id", "part", "n_words", *(f"n_{v}_words" for v in VOICES), *SCORES[measure])
    sentences = run.rows("sentences").columns(*columns)
    sentences = sentences.filter(among(sentences.column("article_id"), ids))
    if selection.part != "all":
        sentences = sentences.filter(pc.equal(sentences.column("part"), selection.part))
    words = np.maximum(sentences.column("n_words").to_numpy(), 1)
    inside = {v: sentences.column(f"n_{v}_words").to_numpy() >= VOICE_SHARE * words for v in VOICES}
    mixed = ~np.logical_or.reduce(list(inside.values()))
    of_voice = np.ones(len(words), dtype=bool) if voice == "all" else inside[voice]
    band = run.record.get("abstention") if measure == "loadedness" else None
    names, outlets = run.outlet_names(), articles.column("outlet_id").to_pylist()
    rows: list[dict[str, Any]] = []
    for score in SCORES[measure]:
        scores = sentences.column(score)
        scored = pc.is_valid(scores).to_numpy()
        if not scored.any():
            raise SelectionError(f"a run without {measure} in this selection", "scored sentences", _HOW[measure])
        values = pc.fill_null(scores, 0.0).to_numpy()
        place = places(sentences.column("article_id"), ids)
        taken = scored & of_voice
        unsure = taken & (values > band["low"]) & (values < band["high"]) if band else np.zeros_like(taken)

        def mean(which: np.ndarray, values: np.ndarray = values, place: np.ndarray = place) -> list[dict[str, Any]]:
            sums, counts = (
                np.bincount(place[which], given[which], articles.num_rows) for given in (values, np.ones(len(values)))
            )
            return estimate_means(outlets, sums, counts, level=level)

        n_mixed, n_unsure = (Counter(outlets[i] for i in place[which].tolist()) for which in (scored & mixed, unsure))
        sure = {row["outlet_id"]: row for row in mean(taken & ~unsure)} if band else {}
        rows += [
            {
                **row,
                "measure": measure,
                "outlet": names.get(row["outlet_id"], row["outlet_id"]),
                "group": score,
                "voice": voice,
                "unit": "mean over scored sentences",
                "n_mixed": n_mixed[row["outlet_id"]],
                "n_unsure": n_unsure[row["outlet_id"]] if band else None,
                "sure_value": sure[row["outlet_id"]]["value"] if band else None,
                "sure_difference": sure[row["outlet_id"]]["difference"] if band else None,
            }
            for row in mean(taken)
        ]
    meta = {
        "measure": measure,
        "unit": "mean over scored sentences",
        "voice": voice,
        "voice_share": VOICE_SHARE,
        "n_mixed": sum(r["n_mixed"] for r in rows) // len(SCORES[measure]),
        "n_unsure": None if band is None else sum(r["n_unsure"] for r in rows),
        "abstention": band,
        "level": level,
        "seed": None,
        "interval_method": MEAN_METHOD,
        "scored": "all sentences" if run.record["options"].get(measure) == "all" else "sentences with a mention",
        "n_articles": articles.num_rows,
        "n_outlets": len(set(outlets)),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist(rows, schema=SCORE_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})
