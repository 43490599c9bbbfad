"""Mentions in their context, and the rules behind one of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus import WORD
from framing.errors import CorpusError, SelectionError, unknown_name
from framing.language.speech import Speech
from framing.language.voice import deciding_span
from framing.lexicon import Term
from framing.lexicon.events import tell_role_rule
from framing.schema import TABLES
from framing.study.run import Run
from framing.study.select import Selection, check_selection, check_voice, in_voice, select_articles, select_coded

CONCORDANCE_ORDERS = ("corpus", "left", "right", "date", "outlet")

CONCORDANCE_SCHEMA = pa.schema(
    [
        ("mention_id", pa.string()),
        ("outlet", pa.string()),
        ("published", pa.timestamp("us", tz="UTC")),
        ("title", pa.string()),
        ("left", pa.string()),
        ("surface", pa.string()),
        ("right", pa.string()),
        ("voice", pa.string()),
        ("speaker", pa.string()),
        ("term_id", pa.string()),
        ("category", pa.string()),
        ("plain", pa.string()),
        ("sense", pa.string()),
        ("uncertain", pa.bool_()),
        ("target", pa.string()),
        ("agency", pa.string()),
        ("modality", pa.string()),
        ("part", pa.string()),
        ("article_id", pa.string()),
        ("sentence_id", pa.string()),
    ]
)

#: Columns of mentions that a concordance is made of.
TOLD_COLUMNS = tuple(
    name for name in TABLES["mentions"].names if name in CONCORDANCE_SCHEMA.names or name in ("start", "end")
)


def find_concordance(
    run: Run, selection: Selection, *, voice: str = "all", width: int = 80, limit: int | None = None
) -> pa.Table:
    """Mentions with the text to their left and right (KWIC), in corpus order.

    Args:
        run: The run.
        selection: Which mentions.
        voice: own, direct, reported, scare, own+reported or all.
        width: Characters of context on each side, cut at the part's ends only.
        limit: At most this many rows; the schema metadata `n_all` says how many there are.

    Returns:
        One row per mention; left and right are text as stored.
    """
    check_voice(voice)
    check_selection(run, selection)
    articles = select_articles(run, selection)
    rows = in_voice(select_coded(run, selection, articles, "voice"), voice).column("row")
    shown = run.rows("mentions").take(rows.to_numpy()[:limit], TOLD_COLUMNS)
    return tell_mentions(run, shown, articles, width=width, n_all=len(rows))


def tell_mentions(
    run: Run, mentions: pa.Table, articles: pa.Table, *, width: int = 80, n_all: int | None = None
) -> pa.Table:
    """Mentions that somebody chose, with the text to their left and right, as `find_concordance` gives them.

    Args:
        run: The run.
        mentions: Rows of `run.mentions` with `TOLD_COLUMNS`.
        articles: From `select_articles`, with those the mentions stand in.
        width: Characters of context on each side.
        n_all: How many there are, where these are the first of them.
    """
    names = run.outlet_names()
    ids = mentions.column("article_id").to_pylist()
    at: dict[str, list[int]] = {}
    for i, article_id in enumerate(ids):
        at.setdefault(article_id, []).append(i)
    where = mentions.select(["part", "start", "end", "surface", "mention_id"]).to_pylist()
    left, right = [""] * len(ids), [""] * len(ids)
    # Of the texts only what stands beside a mention is kept.
    for article_id, texts in _texts(run, at):
        for i in at[article_id]:
            text, start, end = texts[where[i]["part"]], where[i]["start"], where[i]["end"]
            check_surface(text, where[i])
            left[i], right[i] = text[max(0, start - width) : start], text[end : end + width]
    about = articles.select(["outlet_id", "title", "published"]).take(
        pc.index_in(mentions.column("article_id"), value_set=articles.column("article_id").combine_chunks())
    )
    told = {
        "outlet": pa.array([names.get(o, o) for o in about.column("outlet_id").to_pylist()], pa.string()),
        "published": about.column("published"),
        "title": about.column("title"),
        "left": pa.array(left, pa.string()),
        "right": pa.array(right, pa.string()),
    }
    columns = [told[name] if name in told else mentions.column(name) for name in CONCORDANCE_SCHEMA.names]
    table = pa.table(columns, schema=CONCORDANCE_SCHEMA)
    counts = {"n_all": len(ids) if n_all is None else n_all, "n_shown": len(ids)}
    return table.replace_schema_metadata({"meta": json.dumps(counts)})


def sort_concordance(found: pa.Table, by: str) -> pa.Table:
    """A concordance sorted on the words beside the mention, or by date.

    A reader would get wrong: to the left the word next to the mention counts first, then the one before it; case and
    punctuation do not count.

    Args:
        found: From `find_concordance`.
        by: One of `CONCORDANCE_ORDERS`: corpus (as it is), left, right, date (undated ones last) or outlet.

    Returns:
        The same rows, those that are equal in the order they had.

    Raises:
        SelectionError: There is no such order.

    Example:
        >>> from framing.study.annotation import annotate_text
        >>> found = find_concordance(annotate_text("The old massacre. The new massacre."), Selection(term="massacre"))
        >>> [left[-4:] for left in sort_concordance(found, "left").column("left").to_pylist()]
        ['new ', 'old ']
    """
    if by not in CONCORDANCE_ORDERS:
        raise SelectionError(f"order {by!r}", f"one of {', '.join(CONCORDANCE_ORDERS)}", "Choose one of them.")
    if by == "corpus":
        return found
    keys: list[Any]
    if by in ("left", "right"):
        words = [[w.lower() for w in WORD.findall(text)] for text in found.column(by).to_pylist()]
        keys = [line[::-1] if by == "left" else line for line in words]
    elif by == "date":
        keys = [(day is None, day or datetime.min) for day in found.column("published").to_pylist()]
    else:
        keys = found.column(by).to_pylist()
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return found.take(pa.array(order, pa.int64()))


def check_surface(text: str, mention: Mapping[str, Any]) -> None:
    """Raise when a text does not have at a mention's offsets what the mention says."""
    found = text[mention["start"] : mention["end"]]
    if found != mention["surface"]:
        raise CorpusError(
            f"{found!r} where mention {mention['mention_id']} has {mention['surface']!r}",
            "the articles this run was made from",
            "The corpus was changed; annotate it again.",
        )


def read_texts(run: Run, article_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Title and body of some articles, by id; the others stay on disk."""
    return dict(_texts(run, article_ids))


def _texts(run: Run, article_ids: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for batch in run.corpus.rows(article_ids, ["article_id", "title", "text"]):
        for row in batch.to_pylist():
            yield row["article_id"], {"title": row["title"] or "", "body": row["text"] or ""}


@dataclass(frozen=True)
class Explanation:
    """Why a mention is what it is.

    Args:
        mention: Its row.
        term: The lexicon entry.
        article: Title, outlet and date of the article.
        sentence: The sentence's characters.
        steps: What was decided, the value, the rule, and the characters the rule points at.
    """

    mention: dict[str, Any]
    term: Term
    article: dict[str, Any]
    sentence: str
    steps: Sequence[dict[str, str | None]]


def explain(mention_id: str, run: Run) -> Explanation:
    """Each decision on a mention with the rule that made it and the characters it points at.

    Raises:
        SelectionError: There is no such mention.

    Example:
        >>> from framing.study.annotation import annotate_text
        >>> run = annotate_text("SANA said the regime fell.")
        >>> explain("text:body:14", run).steps[2]["value"]
        'reported'
    """
    mentions = run.rows("mentions")
    # Read and not held: no count needs the ids of mentions.
    ids = mentions.take(np.arange(mentions.num_rows), ["mention_id"]).column(0)
    found = mentions.take(pc.equal(ids, mention_id)).to_pylist()
    if not found:
        raise unknown_name("mention", mention_id, ids.to_pylist(), "Use a mention_id from the concordance.")
    mention = found[0]
    article = run.corpus.article(mention["article_id"])
    text = (article["title"] if mention["part"] == "title" else article["text"]) or ""
    near = run.rows("sentences").of_articles([mention["article_id"]])
    row = near.filter(pc.equal(near.column("sentence_id"), mention["sentence_id"])).to_pylist()[0]
    term = run.lexicon.by_id[mention["term_id"]]
    speech = run.rows("speech").of_articles([mention["article_id"]])
    rows = speech.filter(pc.equal(speech.column("part"), mention["part"])).to_pylist()
    spans = [Speech(*(row[name] for name in Speech._fields)) for row in rows]
    span = deciding_span(mention["start"], mention["end"], spans)
    cue = text[span.cue_start : span.cue_end] if span and span.cue_start is not None else None
    named = text[span.speaker_start : span.speaker_end] if span and span.speaker_start is not None else None
    if span and span.cue_stance:
        cue = f"{cue} ({span.cue_stance})"
    steps: list[dict[str, str | None]] = [
        {
            "decision": "term",
            "value": term.term_id,
            "rule": "lexicon form, whole word, leftmost and longest",
            "points_at": mention["surface"],
        },
        {
            "decision": "sense",
            "value": mention["sense"]
            + (f", {mention['sense_prob']:.2f}" if mention["sense_prob"] is not None else "")
            + (" (uncertain)" if mention["uncertain"] else ""),
            "rule": mention["sense_rule"],
            "points_at": None,
        },
        {"decision": "voice", "value": mention["voice"], "rule": mention["voice_rule"], "points_at": cue},
        {
            "decision": "speaker",
            "value": mention["speaker"],
            "rule": f"named by the same rule: {mention['voice_rule']}",
            "points_at": named,
        },
        *(
            {
                "decision": decision,
                "value": mention[column],
                "rule": tell_role_rule(mention["role_rule"]),
                "points_at": None,
            }
            for decision, column in (
                ("how the clause tells it", "agency"),
                ("modality", "modality"),
                ("target", "target"),
                ("who acts", "agent"),
                ("who suffers", "patient"),
            )
            if mention[column] is not None
        ),
        {
            "decision": "plainer wording",
            "value": mention["plain"],
            "rule": "the form's entry in the lexicon",
            "points_at": mention["surface"],
        },
    ]
    if mention["loaded_prob"] is not None:
        steps.append(
            {
                "decision": "loadedness of the sentence",
                "value": _loadedness(mention["loaded_prob"], run),
                "rule": "classifier",
                "points_at": None,
            }
        )
    if mention["loaded_prob_plain"] is not None:
        steps.append(
            {
                "decision": "the same with the plainer wording",
                "value": _loadedness(mention["loaded_prob_plain"], run),
                "rule": "classifier",
                "points_at": None,
            }
        )
    about = {k: article[k] for k in ("article_id", "outlet_id", "title", "published", "section", "event_id")}
    return Explanation(mention, term, about, text[row["start"] : row["end"]], steps)


def _loadedness(probability: float, run: Run) -> str:
    return f"{probability:.2f}{'; not sure, the classifier abstains' if run.abstains(probability) else ''}"
