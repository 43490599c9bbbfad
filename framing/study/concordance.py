"""Mentions in their context, and the rules behind one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus import WORD
from framing.errors import CorpusError, SelectionError, unknown_name
from framing.language.speech import Speech
from framing.language.voice import deciding_span
from framing.lexicon import Term
from framing.lexicon.events import tell_role_rule
from framing.study.run import Run
from framing.study.select import Selection, check_selection, check_voice, select_articles, select_mentions

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
    mentions = select_mentions(run, selection, articles)
    if voice != "all":
        mentions = mentions.filter(pc.is_in(mentions.column("voice"), pa.array(voice.split("+"))))
    return tell_mentions(run, mentions, articles, width=width, limit=limit)


def tell_mentions(
    run: Run, mentions: pa.Table, articles: pa.Table, *, width: int = 80, limit: int | None = None
) -> pa.Table:
    """Mentions that somebody chose, with the text to their left and right, as `find_concordance` gives them.

    Args:
        run: The run.
        mentions: Rows of `run.mentions`.
        articles: From `select_articles`, with those the mentions stand in.
        width: Characters of context on each side.
        limit: At most this many rows.
    """
    n_all = mentions.num_rows
    shown = mentions if limit is None else mentions.slice(0, limit)
    names = run.outlet_names()
    about = {a["article_id"]: a for a in articles.select(["article_id", "outlet_id", "title", "published"]).to_pylist()}
    texts = read_texts(run, set(shown.column("article_id").to_pylist()))
    rows = []
    for mention in shown.to_pylist():
        article = about[mention["article_id"]]
        text = texts[mention["article_id"]][mention["part"]]
        start, end = mention["start"], mention["end"]
        check_surface(text, mention)
        rows.append(
            {
                **{name: mention.get(name) for name in CONCORDANCE_SCHEMA.names},
                "outlet": names.get(article["outlet_id"], article["outlet_id"]),
                "published": article["published"],
                "title": article["title"],
                "left": text[max(0, start - width) : start],
                "right": text[end : end + width],
            }
        )
    table = pa.Table.from_pylist(rows, schema=CONCORDANCE_SCHEMA)
    return table.replace_schema_metadata({"meta": f'{{"n_all": {n_all}, "n_shown": {len(rows)}}}'})


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


def read_texts(run: Run, article_ids: set[str]) -> dict[str, dict[str, str]]:
    """Title and body of some articles, by id; the others stay on disk."""
    wanted = pa.array(sorted(article_ids), pa.string())
    found: dict[str, dict[str, str]] = {}
    for batch in _texts(run, wanted):
        for row in batch.to_pylist():
            found[row["article_id"]] = {"title": row["title"] or "", "body": row["text"] or ""}
    return found


def _texts(run: Run, wanted: pa.Array) -> Iterator[pa.RecordBatch]:
    for batch in run.corpus.batches(["article_id", "title", "text"]):
        kept = batch.filter(pc.is_in(batch.column("article_id"), wanted))
        if kept.num_rows:
            yield kept


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
    found = run.mentions.filter(pc.equal(run.mentions.column("mention_id"), mention_id)).to_pylist()
    if not found:
        raise unknown_name(
            "mention",
            mention_id,
            run.mentions.column("mention_id").to_pylist(),
            "Use a mention_id from the concordance.",
        )
    mention = found[0]
    article = run.corpus.article(mention["article_id"])
    text = (article["title"] if mention["part"] == "title" else article["text"]) or ""
    row = run.sentences.filter(pc.equal(run.sentences.column("sentence_id"), mention["sentence_id"])).to_pylist()[0]
    term = run.lexicon.by_id[mention["term_id"]]
    rows = run.speech.filter(
        pc.and_(
            pc.equal(run.speech.column("article_id"), mention["article_id"]),
            pc.equal(run.speech.column("part"), mention["part"]),
        )
    ).to_pylist()
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
