"""Outlets on one event: the sentences that name the same thing, most alike in all but the word chosen for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import log
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from framing.corpus import WORD
from framing.study.concordance import read_texts
from framing.study.rows import among
from framing.study.run import Run
from framing.study.select import Selection, select_articles
from framing.study.words import fold_word

#: A mention or another row of a table.
Row: TypeAlias = dict[str, Any]

#: Shorter words are mostly function words; names and numbers count whatever their length.
_SHORT = 5


@dataclass(frozen=True)
class Passage:
    """A sentence of one outlet with its mentions.

    Args:
        outlet_id: The outlet.
        article: The article's row, without its body.
        part: title or body.
        start: First code point of the sentence.
        end: Code point after it.
        text: The part's whole text.
        mentions: The sentence's mentions.
        term_id: The word for the concept in this sentence; in a pair the one this outlet takes more often than the other.
        counts: All own words this outlet has for the concept on this event, with their numbers.
        shared: Where words stand that another of the passages has too: names, numbers and words of five letters and more.
    """

    outlet_id: str
    article: dict[str, Any]
    part: str
    start: int
    end: int
    text: str
    mentions: list[dict[str, Any]]
    term_id: str
    counts: tuple[tuple[str, int], ...]
    shared: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class WordingPair:
    """Two passages on one event that name one concept differently.

    Args:
        event_id: The event.
        concept_id: What both name.
        difference: Half the summed absolute difference of the two outlets' choice shares on this event, 0 to 1.
        left: The passage with the more loaded choice.
        right: The other one.
    """

    event_id: str
    concept_id: str
    difference: float
    left: Passage
    right: Passage


@dataclass(frozen=True)
class Alignment:
    """Passages of several outlets on one event that name one concept.

    Args:
        event_id: The event.
        concept_id: What all of them name.
        passages: One per outlet, the one with the largest share of loaded words first.
        without: Outlets that told of the event and never name the concept in their own voice.
    """

    event_id: str
    concept_id: str
    passages: tuple[Passage, ...]
    without: tuple[str, ...]


def find_wording_pair(run: Run, *, event_id: str | None = None) -> WordingPair | None:
    """The event, concept and two outlets whose own choice of words differs most; chosen by the data, not by hand.

    Own-voice mentions of terms that are occasions count. The difference is weighted by the root of the smaller
    number of occasions, so that one word against one word does not win over ten against ten. Of the sentences with the
    word that an outlet takes more often than the other, those two are shown that are most alike in all else.

    Args:
        run: The run.
        event_id: Only this event.

    Returns:
        The pair, or None where no event is told by two outlets that both name one concept.
    """
    articles = _articles(run, Selection(), event_id)
    best: tuple[float, str, str, str, str] | None = None
    for (event, concept), by_outlet in sorted(_count_terms(run, articles).items()):
        for a, b in combinations(sorted(by_outlet), 2):
            difference = _difference(by_outlet[a], by_outlet[b])
            weight = difference * min(by_outlet[a].total(), by_outlet[b].total()) ** 0.5
            if difference > 0 and (best is None or weight > best[0] + 1e-12):
                best = (weight, event, concept, a, b)
    if best is None:
        return None
    _, event, concept, a, b = best
    on_event = {i: article for i, article in articles.items() if article["event_id"] == event}
    found = _occasions(run, on_event)[event, concept]
    sides = {o: found[o] for o in (a, b)}
    left, right = _align(run, articles, event, sides, own_word=True)
    return WordingPair(event, concept, _difference(_terms(sides[a]), _terms(sides[b])), left, right)


def list_shared_concepts(run: Run, selection: Selection, event_id: str) -> list[tuple[str, int]]:
    """What do at least two outlets name in their own voice on this event, and how many of them?

    A reader would get wrong: the order puts what most outlets name first, and among these what they name most differently.

    Args:
        run: The run.
        selection: Which articles count.
        event_id: The event.

    Returns:
        concept_id and number of outlets.
    """
    table = _count_terms(run, _articles(run, selection, event_id))
    shared = {concept: sides for (_, concept), sides in table.items() if len(sides) > 1}
    differ = {c: max(_difference(a, b) for a, b in combinations(sides.values(), 2)) for c, sides in shared.items()}
    return [(c, len(shared[c])) for c in sorted(shared, key=lambda c: (-len(shared[c]), -differ[c], c))]


def align_passages(run: Run, selection: Selection, event_id: str, concept_id: str) -> Alignment | None:
    """By which sentence does each outlet name one thing on one event?

    A reader would get wrong: one sentence of each outlet is shown, those that are most alike in all but the words for the concept
    (cosine of words weighted by their rarity on this event). They are examples; `counts` is over all its articles on the event.

    Args:
        run: The run.
        selection: Which articles count.
        event_id: The event.
        concept_id: What is named.

    Returns:
        The passages, or None where fewer than two outlets name it in their own voice.

    Does not: tell which outlet is right, nor whether the sentences speak of the same person.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> texts = {"A": "Rain fell. The army murdered ten men in Ost.", "B": "The army killed ten men in Ost. It left.", "C": "Ten died."}
        >>> rows = [{"article_id": o, "outlet_id": o, "text": t, "event_id": "raid"} for o, t in texts.items()]
        >>> found = align_passages(annotate(corpus_from_rows(rows)), Selection(), "raid", "killing")
        >>> [p.text[p.start : p.end].strip() for p in found.passages]
        ['The army murdered ten men in Ost.', 'The army killed ten men in Ost.', 'Ten died.']
    """
    articles = _articles(run, selection, event_id)
    sides = _occasions(run, articles).get((event_id, concept_id), {})
    if len(sides) < 2:
        return None
    without = {a["outlet_id"] for a in articles.values()} - set(sides)
    return Alignment(
        event_id, concept_id, _align(run, articles, event_id, sides, own_word=False), tuple(sorted(without))
    )


def align_mentions(passages: Sequence[Passage]) -> list[tuple[str, tuple[tuple[Row, ...], ...]]]:
    """By which words do the passages name what several of them name?

    Returns:
        For each concept that two and more passages name: its id, and the mentions of each passage, in the order of the passages.
    """
    concepts = Counter(c for p in passages for c in dict.fromkeys(m["concept_id"] for m in p.mentions))
    return [
        (concept, tuple(tuple(m for m in p.mentions if m["concept_id"] == concept) for p in passages))
        for concept, n in concepts.items()
        if n > 1
    ]


def _articles(run: Run, selection: Selection, event_id: str | None) -> dict[str, Row]:
    """Articles on the event, or on any event, by id."""
    articles = select_articles(run, selection)
    of = articles.column("event_id")
    mine = articles.filter(pc.is_valid(of) if event_id is None else pc.fill_null(pc.equal(of, event_id), False))
    return {a["article_id"]: a for a in mine.to_pylist()}


def _occasions(run: Run, articles: Mapping[str, Row]) -> dict[tuple[str, str], dict[str, list[Row]]]:
    """Own-voice mentions of terms that are occasions and no guesses: by event and concept, then by outlet."""
    mentions = run.rows("mentions")
    columns = ("article_id", "sentence_id", "part", "start", "term_id", "concept_id", "valence")
    table: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for mention in mentions.take(_counting(run, articles), columns).to_pylist():
        article = articles[mention["article_id"]]
        by_outlet = table.setdefault((article["event_id"], mention["concept_id"]), {})
        by_outlet.setdefault(article["outlet_id"], []).append(mention)
    return table


def _counting(run: Run, articles: Mapping[str, Row]) -> pa.ChunkedArray:
    """Which mentions of the run are own-voice occasions in the articles, and no guesses."""
    m = run.rows("mentions").columns("article_id", "voice", "sense", "term_id", "uncertain")
    kept = pc.invert(m.column("uncertain"))
    for name, values in (
        ("voice", ["own"]),
        ("sense", ["conflict"]),
        ("term_id", [t.term_id for t in run.lexicon.terms if t.occasion]),
        ("article_id", list(articles)),
    ):
        kept = pc.and_(kept, among(m.column(name), pa.array(values, pa.string())))
    return kept


def _count_terms(run: Run, articles: Mapping[str, Row]) -> dict[tuple[str, str], dict[str, Counter[str]]]:
    """How often each term stands where `_occasions` has rows: by event and concept, then by outlet."""
    coded = run.rows("mentions").columns("article_id", "concept_id", "term_id").filter(_counting(run, articles))
    keys = ["article_id", "concept_id", "term_id"]
    table: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    for row in coded.group_by(keys, use_threads=False).aggregate([([], "count_all")]).to_pylist():
        article = articles[row["article_id"]]
        by_outlet = table.setdefault((article["event_id"], row["concept_id"]), {})
        by_outlet.setdefault(article["outlet_id"], Counter())[row["term_id"]] += row["count_all"]
    return table


def _terms(mentions: Iterable[Row]) -> Counter[str]:
    return Counter(m["term_id"] for m in mentions)


def _shares(n: Counter[str]) -> Counter[str]:
    return Counter({term: k / n.total() for term, k in n.items()})


def _difference(a: Counter[str], b: Counter[str]) -> float:
    mine, theirs = _shares(a), _shares(b)
    return 0.5 * sum(abs(mine[term] - theirs[term]) for term in {*mine, *theirs})


def _align(
    run: Run, articles: Mapping[str, Row], event_id: str, sides: Mapping[str, list[Row]], *, own_word: bool
) -> tuple[Passage, ...]:
    """A passage of each outlet: those that are most alike to one sentence of the outlet with fewest to choose from.

    With `own_word` only sentences with the word that the outlet takes more often than the others.
    """
    of_event = pa.array([i for i, a in articles.items() if a["event_id"] == event_id], pa.string())
    sentences = run.rows("sentences").of_articles(of_event.to_pylist()).to_pylist()
    inside: dict[str, list[Row]] = {}
    for mention in run.rows("mentions").of_articles(of_event.to_pylist()).to_pylist():
        inside.setdefault(mention["sentence_id"], []).append(mention)
    texts = read_texts(run, set(of_event.to_pylist()))
    bags = {
        s["sentence_id"]: _bag(texts[s["article_id"]][s["part"]], s, inside.get(s["sentence_id"], []))
        for s in sentences
    }
    candidates = {}
    for outlet, mine in sides.items():
        wanted = mine
        if own_word:
            others = _shares(_terms([m for o, ms in sides.items() if o != outlet for m in ms]))
            shares = _shares(_terms(mine))
            term = min(shares, key=lambda t: (others[t] - shares[t], t))
            wanted = [m for m in mine if m["term_id"] == term]
        # A headline stands in the body's stead only where there is no other.
        body = [m for m in wanted if m["part"] == "body"] or wanted
        body.sort(key=lambda m: (articles[m["article_id"]]["published_raw"] or "", m["article_id"], m["start"]))
        terms: dict[str, str] = {}
        for m in body:
            terms.setdefault(m["sentence_id"], m["term_id"])
        candidates[outlet] = terms
    chosen = _most_alike(candidates, bags)
    row_of = {s["sentence_id"]: s for s in sentences}
    loaded = {o: sum(m["valence"] != "plain" for m in ms) / len(ms) for o, ms in sides.items()}
    passages = []
    for outlet in sorted(sides, key=lambda o: (-loaded[o], o)):
        row = row_of[chosen[outlet]]
        passages.append(
            Passage(
                outlet,
                articles[row["article_id"]],
                row["part"],
                row["start"],
                row["end"],
                texts[row["article_id"]][row["part"]],
                inside[chosen[outlet]],
                candidates[outlet][chosen[outlet]],
                tuple(_terms(sides[outlet]).most_common()),
            )
        )
    return _with_shared(passages)


def _bag(text: str, sentence: Row, mentions: list[Row]) -> Counter[str]:
    """Words of a sentence, where each mention counts as its concept, whatever the word for it."""
    found = Counter(fold_word(text[a:b]) for a, b in _words_outside(text, sentence["start"], sentence["end"], mentions))
    found.update(f"concept {m['concept_id']}" for m in mentions)
    return found


def _words_outside(text: str, start: int, end: int, mentions: list[Row]) -> list[tuple[int, int]]:
    taken = {i for m in mentions for i in range(m["start"], m["end"])}
    return [w.span() for w in WORD.finditer(text, start, end) if w.start() not in taken]


def _most_alike(candidates: Mapping[str, Mapping[str, str]], bags: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Of each outlet's sentences, by id, the one most alike; of sentences equally alike the first."""
    standing = Counter(word for bag in bags.values() for word in bag)
    rows = [(outlet, s) for outlet, mine in candidates.items() for s in mine]
    column: dict[str, int] = {}
    at: list[tuple[int, int, float]] = []
    for i, (_, sentence) in enumerate(rows):
        for word in bags[sentence]:
            at.append((i, column.setdefault(word, len(column)), log((1 + len(bags)) / standing[word])))
    i_s, j_s, weights = zip(*at, strict=True)
    matrix = sparse.csr_array((weights, (i_s, j_s)), shape=(len(rows), len(column)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    owner = np.array([outlet for outlet, _ in rows], dtype=object)
    centre_outlet = min(candidates, key=lambda o: (len(candidates[o]), o))
    best: tuple[float, dict[str, int]] | None = None
    for centre in np.flatnonzero(owner == centre_outlet).tolist():
        alike = np.round((matrix @ matrix[[centre]].T).toarray().ravel() / (length * length[centre]), 9)
        picked = {o: int(np.flatnonzero(owner == o)[np.argmax(alike[owner == o])]) for o in candidates}
        picked[centre_outlet] = centre
        score = float(sum(alike[i] for i in picked.values()))
        if best is None or score > best[0]:
            best = (score, picked)
    assert best is not None  # every outlet has a sentence
    return {outlet: rows[i][1] for outlet, i in best[1].items()}


def _with_shared(passages: list[Passage]) -> tuple[Passage, ...]:
    words = [
        {(a, b): fold_word(p.text[a:b]) for a, b in _words_outside(p.text, p.start, p.end, p.mentions)}
        for p in passages
    ]
    n_with = Counter(w for mine in words for w in set(mine.values()))
    return tuple(
        replace(p, shared=tuple(span for span, w in mine.items() if n_with[w] > 1 and _tells(p.text[slice(*span)])))
        for p, mine in zip(passages, words, strict=True)
    )


def _tells(word: str) -> bool:
    return len(word) >= _SHORT or word[0].isdigit() or (len(word) > 3 and word[0].isupper())
