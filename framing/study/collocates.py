"""Which words stand beside a term more often than elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus import WORD
from framing.errors import SelectionError
from framing.language.batch import blank
from framing.stats.keyness import log_dice, log_likelihood, sum_columns
from framing.study.described import articles_of, described
from framing.study.keyness import EXPLORATORY
from framing.study.run import Run
from framing.study.select import Selection, in_voice, select_coded
from framing.study.words import WordTable, count_all_words, find_words, fold_word

COLLOCATE_MEASURES = ("g2", "logdice")
COLLOCATE_METHOD = (
    "g2: log-likelihood ratio of the 2 x 2 table, beside the term or elsewhere (Dunning 1993); logdice: 14 + log2 of the "
    "Dice coefficient (Rychly 2008); words of the same sentence, the term's own words on neither side"
)
#: Words on each side that count as beside, as in AntConc (Anthony 2005 to 2024).
WINDOW = 5
#: A word beside the term in fewer articles says more of those articles than of the term.
FEWEST_WITH_WORD = 3

COLLOCATES_SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("value", pa.float64()),
        ("n_near", pa.int64()),
        ("n_left", pa.int64()),
        ("n_right", pa.int64()),
        ("n_elsewhere", pa.int64()),
        ("per_1000_near", pa.float64()),
        ("per_1000_elsewhere", pa.float64()),
        ("g2", pa.float64()),
        ("log_dice", pa.float64()),
        ("n_articles", pa.int64()),
        ("n_outlets", pa.int64()),
    ]
)


class WordTotals(NamedTuple):
    """How often each word occurs in the selected articles."""

    n: Mapping[str, int]


def count_words_of(
    run: Run,
    *,
    outlets: Sequence[str] = (),
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    counted: WordTable | None = None,
) -> WordTotals:
    """Every word of a selection with its number: what `find_collocates` compares with, the same for every term.

    Args:
        run: From `annotate` or `read_run`.
        outlets: Outlet ids; all when empty.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        counted: From `count_corpus_words` with the same part, to save counting again.

    Raises:
        SelectionError: A name or value does not exist, or nothing is left.
    """
    selection = Selection(tuple(outlets), date_from, date_to, section, part, copies=copies)
    articles = articles_of(run, selection, "all")
    if counted is not None:
        n, names = count_all_words(run, selection, articles, counted=counted)
        totals = sum_columns(n).astype(np.int64).tolist()
        return WordTotals({word: total for word, total in zip(names, totals, strict=True) if total})
    whole: Counter[str] = Counter()
    for _, words in find_words(run, selection, articles):
        whole.update(words)
    return WordTotals(dict(whole))


def find_collocates(
    run: Run,
    *,
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    measure: str = "g2",
    window: int = WINDOW,
    fewest: int = FEWEST_WITH_WORD,
    limit: int | None = 50,
    outlets: Sequence[str] = (),
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    totals: WordTotals | None = None,
) -> pa.Table:
    """Which words stand beside a term more often than in the rest of the same articles' text.

    A reader would get wrong: it is a list to explore, for words are no independent draws; a word may come from one
    story that many articles tell (`n_articles`, `n_outlets`).

    Args:
        run: From `annotate` or `read_run`.
        term: One term, by id or form; one of term, concept and category is needed.
        concept: All terms of a concept.
        category: All terms of a category.
        measure: What the list is sorted by: g2 or logdice.
        window: Words on each side that are beside the term, within its sentence; 1 to 20.
        fewest: Articles in which a word has to stand beside the term.
        limit: Most rows; all when None.
        outlets: Outlet ids; all when empty.
        voice: Of the term: own, direct, reported, scare, own+reported or all. Words beside it are of any voice.
        sense: Sense of the term that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        totals: From `count_words_of` with the same selection, to save counting it again.

    Returns:
        One row per word, the strongest first: word (lower-case), value (the measure), n_near (each place once, however
        many mentions it is beside), n_left and n_right of the nearest mention, n_elsewhere, both per 1,000 words, g2,
        log_dice, n_articles and n_outlets that have it beside the term. Metadata `meta` (JSON): n_mentions, n_near_words,
        n_words, n_articles_with_term, n_words_found, method, `exploratory`.

    Raises:
        SelectionError: A name or value does not exist, or the selection has no article.

    Source: log-likelihood: Dunning 1993; logDice: Rychlý 2008.

    Example:
        >>> from framing.study.annotation import annotate_text
        >>> run = annotate_text("The brutal massacre. A brutal massacre. It rained and rained and rained.")
        >>> find_collocates(run, term="massacre", fewest=1).column("word").to_pylist()
        ['brutal', 'a', 'the']
    """
    if measure not in COLLOCATE_MEASURES:
        raise SelectionError(f"measure {measure!r}", f"one of {', '.join(COLLOCATE_MEASURES)}", "Correct the measure.")
    if not 1 <= window <= 20:
        raise SelectionError(f"window {window}", "1 to 20 words on each side", "Correct the window.")
    if fewest < 1 or (limit is not None and limit < 1):
        raise SelectionError(f"fewest {fewest}, limit {limit}", "whole numbers from 1", "Correct them.")
    if sum(v is not None for v in (term, concept, category)) != 1:
        raise SelectionError("none or several of term, concept and category", "one of them", "Choose one.")
    selection = Selection(
        tuple(outlets), date_from, date_to, section, part, sense, term, concept, category, copies=copies
    )
    articles = articles_of(run, selection, voice)
    rows = in_voice(select_coded(run, selection, articles, "voice"), voice).column("row").to_numpy()
    mentions = run.rows("mentions").take(rows, ("article_id", "sentence_id", "start", "end"))
    if totals is None:
        totals = count_words_of(
            run,
            outlets=outlets,
            part=part,
            section=section,
            date_from=date_from,
            date_to=date_to,
            copies=copies,
        )
    outlet_of = dict(
        zip(articles.column("article_id").to_pylist(), articles.column("outlet_id").to_pylist(), strict=True)
    )
    near: list[Counter[str]] = [Counter(), Counter()]
    inside: Counter[str] = Counter()
    where: dict[str, set[str]] = {}
    for article_id, sides, node in _beside(run, mentions, window):
        for count, words in zip(near, sides, strict=True):
            count.update(words)
        inside.update(node)
        for word in {*sides[0], *sides[1]}:
            where.setdefault(word, set()).add(article_id)
    words = sorted(w for w, ids in where.items() if len(ids) >= fewest)
    left, right = (np.array([count[w] for w in words], float) for count in near)
    here = left + right
    everywhere = np.array([totals.n[w] for w in words], float)
    elsewhere = everywhere - here - np.array([inside[w] for w in words], float)
    n_near = sum(count.total() for count in near)
    n_words = sum(totals.n.values())
    n_else = n_words - n_near - inside.total()
    g2 = log_likelihood(here, elsewhere, n_near, n_else) if n_near and n_else else np.zeros(len(words))
    dice = log_dice(here, mentions.num_rows, everywhere)
    value = g2 if measure == "g2" else dice
    more = np.flatnonzero(here * n_else > elsewhere * n_near)
    # Ties by frequency and spelling, so that the order is the same everywhere.
    order = sorted(more.tolist(), key=lambda j: (-round(float(value[j]), 9), -here[j], words[j]))
    rows = [
        {
            "word": words[j],
            "value": float(value[j]),
            "n_near": int(here[j]),
            "n_left": int(left[j]),
            "n_right": int(right[j]),
            "n_elsewhere": int(elsewhere[j]),
            "per_1000_near": 1000 * float(here[j]) / n_near,
            "per_1000_elsewhere": 1000 * float(elsewhere[j]) / n_else,
            "g2": float(g2[j]),
            "log_dice": float(dice[j]),
            "n_articles": len(where[words[j]]),
            "n_outlets": len({outlet_of[i] for i in where[words[j]]}),
        }
        for j in order[:limit]
    ]
    meta = {
        "measure": measure,
        "voice": voice,
        "selected": term or concept or category,
        "window": window,
        "fewest_articles_with_word": fewest,
        "n_mentions": mentions.num_rows,
        "n_articles_with_term": len(pc.unique(mentions.column("article_id"))),
        "n_near_words": n_near,
        "n_words": n_words,
        "n_words_found": len(order),
        "n_shown": len(rows),
        "exploratory": EXPLORATORY,
        "method": COLLOCATE_METHOD,
        "counted_as": "lower-case, curly apostrophes as straight ones",
    }
    return described(rows, COLLOCATES_SCHEMA, run, selection, meta)


def _beside(run: Run, mentions: pa.Table, window: int) -> Iterator[tuple[str, tuple[list[str], list[str]], list[str]]]:
    """Of each sentence with mentions: the words left and right of the nearest one, and the words inside mentions."""
    names = ("article_id", "sentence_id", "start", "end")
    spans: dict[str, list[tuple[int, int]]] = {}
    for _, sentence, start, end in zip(*(mentions.column(n).to_pylist() for n in names), strict=True):
        spans.setdefault(sentence, []).append((start, end))
    excluded: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in run.corpus.excluded.select(["article_id", "part", "start", "end"]).to_pylist():
        excluded.setdefault((row["article_id"], row["part"]), []).append((row["start"], row["end"]))
    wanted = ("article_id", "sentence_id", "part", "start", "end")
    with_mention = pa.array(list(spans), pa.string())
    for batch in run.corpus.rows(pc.unique(mentions.column("article_id")).to_pylist(), ["article_id", "title", "text"]):
        texts = {}
        for article in batch.to_pylist():
            for part, text in (("title", article["title"]), ("body", article["text"])):
                place = article["article_id"], part
                texts[place] = blank(text or "", excluded.get(place, []))
        held = run.rows("sentences").of_articles(batch.column("article_id").to_pylist(), wanted)
        held = held.filter(pc.is_in(held.column("sentence_id"), with_mention))
        for article_id, sentence, part, start, end in zip(*(held.column(n).to_pylist() for n in wanted), strict=True):
            found = list(WORD.finditer(texts[article_id, part], start, end))
            # Which words a mention covers, and how far each other word is from the nearest one.
            covered = [any(w.start() < e and w.end() > s for s, e in spans[sentence]) for w in found]
            nodes = [i for i, inside in enumerate(covered) if inside]
            sides: tuple[list[str], list[str]] = ([], [])
            for i, word in enumerate(found):
                if covered[i] or not nodes:
                    continue
                nearest = min(nodes, key=lambda n: abs(n - i))
                if abs(nearest - i) <= window:
                    sides[nearest < i].append(fold_word(word.group()))
            yield article_id, sides, [fold_word(w.group()) for w, c in zip(found, covered, strict=True) if c]
