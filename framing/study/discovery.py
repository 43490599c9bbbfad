"""Words that a person may want in the lexicon: frequent in sentences that score loaded though the lexicon finds nothing there."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.classify import LoadedModel
from framing.classify.features import find_pairs, find_words
from framing.errors import InputError, LexiconError, SelectionError, reason_of
from framing.language.tone import score_tone
from framing.lexicon import Lexicon
from framing.lexicon.model import fold
from framing.lexicon.read import FORM, ID, check_overlay
from framing.study.concordance import read_texts
from framing.study.run import Run

FEWEST_ARTICLES, FEWEST_OUTLETS = 3, 2
#: A sentence under this share of the outlet's own words says little about the outlet's wording.
OWN_SHARE = 0.8
#: A word in more articles than this share of them (and more than a handful) is grammar or the day's topic, and tells nothing of wording.
COMMON_SHARE, _HANDFUL = 0.05, 20
#: Level of the lower bound that candidates are ordered by.
_BOUND = 1.96
#: Smoothing of the log-odds: counts added to either side (Haldane 1956).
_ADDED = 0.5
_EXAMPLES = 3
NOTE = "Candidates to read, no finding: a word stands here because of the company it keeps, and most are harmless. Accept one after reading its sentences."


class _Seen(NamedTuple):
    article_id: str
    outlet_id: str
    text: str
    probability: float


def find_candidates(run: Run, model: LoadedModel, *, limit: int = 50) -> pa.Table:
    """Which words and pairs of words mark loaded sentences in which the lexicon has no term?

    A reader would get wrong: these are not "the biased words". The model scores sentences; a candidate is a word that stands in more
    articles whose sentences score high than in articles whose sentences score low.

    Args:
        run: The run; sentences that are mostly somebody else's words, or hold a mention, are left out.
        model: Scores the sentences; those under its threshold count for neither side.
        limit: Most rows.

    Returns:
        candidate, n_words, log_odds with its standard error and lower bound (low), articles with it among high and low sentences, outlets,
        example sentences; highest lower bound first. At least three articles and two outlets with it among high sentences, a lower bound
        above 0, and no word that stands in more than a twentieth of the articles (or of twenty, where that is more).

    Raises:
        SelectionError: No sentence scores high enough, or none low enough.
    """
    high: dict[str, set[str]] = {}
    low: dict[str, set[str]] = {}
    outlets: dict[str, set[str]] = {}
    examples: dict[str, list[_Seen]] = {}
    articles: tuple[set[str], set[str]] = set(), set()
    for seen in _own_sentences(run, model):
        sides = model.decide([seen.probability])[0]
        if sides == "uncertain":
            continue
        loaded = sides == "loaded"
        articles[0 if loaded else 1].add(seen.article_id)
        words = find_words(seen.text)
        for name in {*words, *find_pairs(words)}:
            (high if loaded else low).setdefault(name, set()).add(seen.article_id)
            if loaded:
                outlets.setdefault(name, set()).add(seen.outlet_id)
                examples.setdefault(name, []).append(seen)
    n_high, n_low = len(articles[0]), len(articles[1])
    if not n_high or not n_low:
        raise SelectionError(
            f"{n_high} articles with a sentence that scores loaded and {n_low} with one that scores plain",
            "both, among sentences without a mention",
            "Bring more articles.",
        )
    known = {fold(form.rstrip("*")) for term in run.lexicon.terms for form, _ in term.forms}
    most = max(_HANDFUL, COMMON_SHARE * len(articles[0] | articles[1]))
    common = {n for n in {*high, *low} if " " not in n and len(high.get(n, set()) | low.get(n, set())) > most}
    rows: list[dict[str, Any]] = []
    for name, inside in high.items():
        if len(inside) < FEWEST_ARTICLES or len(outlets[name]) < FEWEST_OUTLETS or fold(name) in known:
            continue
        if not FORM.match(name) or name.isdigit() or common.issuperset(name.split(" ")):
            continue
        a, b = len(inside), len(low.get(name, ()))
        odds = np.log((a + _ADDED) / (n_high - a + _ADDED)) - np.log((b + _ADDED) / (n_low - b + _ADDED))
        error = np.sqrt(sum(1 / (n + _ADDED) for n in (a, n_high - a, b, n_low - b)))
        if odds <= _BOUND * error:
            continue
        best = sorted(examples[name], key=lambda s: (-s.probability, s.article_id, s.text))
        rows.append(
            {
                "candidate": name,
                "n_words": name.count(" ") + 1,
                "log_odds": round(float(odds), 4),
                "error": round(float(error), 4),
                "low": round(float(odds - _BOUND * error), 4),
                "articles_high": a,
                "articles_low": b,
                "outlets": len(outlets[name]),
                "sentences": [s.text for s in best[:_EXAMPLES]],
            }
        )
    rows.sort(key=lambda r: (-r["low"], r["candidate"]))
    table = pa.Table.from_pylist(rows[:limit], schema=_SCHEMA)
    meta = {
        "n_all": len(rows),
        "n_shown": table.num_rows,
        "n_articles_high": n_high,
        "n_articles_low": n_low,
        "model_digest": model.digest,
        "method": f"log-odds of articles, {_ADDED:g} added to each count; lower bound at 95 % above 0; at least {FEWEST_ARTICLES} articles and {FEWEST_OUTLETS} outlets; no word in more than "
        f"{most:g} articles",
        "note": NOTE,
    }
    return table.replace_schema_metadata({"meta": json.dumps(meta)})


_SCHEMA = pa.schema(
    [
        ("candidate", pa.string()),
        ("n_words", pa.int64()),
        ("log_odds", pa.float64()),
        ("error", pa.float64()),
        ("low", pa.float64()),
        ("articles_high", pa.int64()),
        ("articles_low", pa.int64()),
        ("outlets", pa.int64()),
        ("sentences", pa.list_(pa.string())),
    ]
)


def _own_sentences(run: Run, model: LoadedModel) -> Iterator[_Seen]:
    """Sentences of mostly own words without a mention, scored."""
    with_mention = pc.unique(run.mentions.column("sentence_id"))
    sentences = run.sentences.filter(pc.invert(pc.is_in(run.sentences.column("sentence_id"), value_set=with_mention)))
    outlet_of = dict(
        zip(*(run.corpus.metadata.column(c).to_pylist() for c in ("article_id", "outlet_id")), strict=True)
    )
    columns = ["article_id", "part", "start", "end", "n_words", "n_own_words"]
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in sentences.select(columns).to_pylist():
        if row["n_words"] and row["n_own_words"] >= OWN_SHARE * row["n_words"]:
            by_article.setdefault(row["article_id"], []).append(row)
    names = list(by_article)
    for first in range(0, len(names), 500):
        block = names[first : first + 500]
        texts = read_texts(run, set(block))
        found = [(name, texts[name][r["part"]][r["start"] : r["end"]]) for name in block for r in by_article[name]]
        scores = model.score(_columns(model, [text for _, text in found]))
        for (name, text), probability in zip(found, scores, strict=True):
            yield _Seen(name, outlet_of[name], text, probability)


def _columns(model: LoadedModel, texts: list[str]) -> dict[str, Any]:
    tones = score_tone(texts) if model.columns else []
    return {"text": texts, **{name: [getattr(tone, name) for tone in tones] for name in model.columns}}


def accept_candidate(
    word: str,
    concept: str,
    out: Path | str,
    *,
    category: str = "intensifying",
    valence: str = "condemning",
    plain: str = "",
    below: Lexicon,
) -> int:
    """Put a word a person has accepted into an overlay lexicon, a TOML file that `--lexicon` takes after the lexicon it is laid over.

    Args:
        word: The word or phrase.
        concept: The concept whose alternative it is.
        out: The overlay; made, or grown by one term.
        category: What the word does.
        valence: elevating or condemning.
        plain: The plainer wording for its place; empty where there is none.
        below: What it is laid over.

    Returns:
        Terms in the overlay.

    Raises:
        InputError: The word is no literal, or the overlay cannot be written.
        LexiconError: The two lexicons do not fit together: an unknown concept or category, a form that is there already.
    """
    path = Path(out)
    if not FORM.match(word) or "  " in word:
        raise InputError(f"{word!r:.60}", "a literal word or phrase", "Give it as it stands in the texts.")
    if concept not in {c.concept_id for c in below.concepts}:
        near = ", ".join(sorted(c.concept_id for c in below.concepts)[:8])
        raise LexiconError(
            f"concept {concept!r}", f"one of {below.name} ({near} …)", "framing lexicon show lists them."
        )
    if path.suffix.lower() != ".toml":
        raise InputError(f"{str(path)!r}", "a file that ends in .toml", "Choose another --out.")
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else '[lexicon]\nname = "accepted"\nversion = "1"\n'
        terms = tomllib.loads(old).get("term", [])
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{str(path)!r} cannot be read ({reason_of(problem)})",
            "an overlay lexicon in TOML",
            "Choose another --out.",
        ) from problem
    term_id = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") or "term"
    taken = {t.term_id for t in below.terms} | {str(t.get("id")) for t in terms if isinstance(t, dict)}
    term_id = next(i for i in (term_id, *(f"{term_id}-{n}" for n in range(2, len(taken) + 3))) if i not in taken)
    if not ID.match(term_id):
        raise InputError(f"{word!r:.60}", "a word with a letter of the Latin alphabet", "Write the entry by hand.")
    values = {"id": term_id, "concept": concept, "category": category, "valence": valence}
    entry = "".join(f"{key} = {_quoted(value)}\n" for key, value in values.items())
    entry += 'why = "Accepted from candidates that stand in sentences which score loaded."\n'
    entry += f"forms = {{ {_quoted(word)} = {_quoted(plain)} }}\n"
    partial = path.with_name(f".{path.name[:40]}.{os.getpid()}.part.toml")
    try:
        partial.write_text(f"{old.rstrip()}\n\n[[term]]\n{entry}", encoding="utf-8")
        # Checked as it will be used, before anything is replaced.
        check_overlay(below, partial)
        partial.replace(path)
    except OSError as problem:
        raise InputError(
            f"{str(path)!r} cannot be written ({reason_of(problem)})", "a writable path", "Choose another --out."
        ) from problem
    finally:
        partial.unlink(missing_ok=True)
    return len(terms) + 1


def _quoted(value: str) -> str:
    """A TOML basic string; what FORM lets through needs no escape but these."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
