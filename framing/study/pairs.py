"""Two outlets on one event: the passages that differ most in the word chosen for the same thing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow.compute as pc

from framing.study.concordance import read_texts
from framing.study.run import Run


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
        term_id: The word shown: the one this outlet takes more often than the other.
        counts: All own words this outlet has for the concept on this event, with their numbers.
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


def find_wording_pair(run: Run, *, event_id: str | None = None) -> WordingPair | None:
    """The event, concept and two outlets whose own choice of words differs most; chosen by the data, not by hand.

    Own-voice mentions of terms that are occasions count. The difference is weighted by the root of the smaller
    number of occasions, so that one word against one word does not win over ten against ten.

    Args:
        run: The run.
        event_id: Only this event.

    Returns:
        The pair, or None where no event is told by two outlets that both name one concept.
    """
    articles = {
        a["article_id"]: a
        for a in run.corpus.metadata.to_pylist()
        if a["event_id"] and event_id in (None, a["event_id"])
    }
    lexicon = run.lexicon
    own = run.mentions.filter(
        pc.and_(pc.equal(run.mentions.column("voice"), "own"), pc.equal(run.mentions.column("sense"), "conflict"))
    )
    table: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for mention in own.to_pylist():
        article = articles.get(mention["article_id"])
        if article is None or not lexicon.by_id[mention["term_id"]].occasion or mention["uncertain"]:
            continue
        key = (article["event_id"], mention["concept_id"])
        table.setdefault(key, {}).setdefault(article["outlet_id"], []).append(mention)
    best: tuple[float, str, str, str, str] | None = None
    for (event, concept), by_outlet in sorted(table.items()):
        for a, b in combinations(sorted(by_outlet), 2):
            difference = _difference(by_outlet[a], by_outlet[b])
            weight = difference * min(len(by_outlet[a]), len(by_outlet[b])) ** 0.5
            if difference > 0 and (best is None or weight > best[0] + 1e-12):
                best = (weight, event, concept, a, b)
    if best is None:
        return None
    _, event, concept, a, b = best
    sides = {o: table[event, concept][o] for o in (a, b)}
    loaded = {o: sum(m["valence"] != "plain" for m in ms) / len(ms) for o, ms in sides.items()}
    first, second = sorted((a, b), key=lambda o: (-loaded[o], o))
    left = _passage(run, articles, sides[first], sides[second])
    right = _passage(run, articles, sides[second], sides[first])
    return WordingPair(event, concept, _difference(sides[a], sides[b]), left, right)


def _shares(mentions: list[dict[str, Any]]) -> Counter[str]:
    return Counter({term: n / len(mentions) for term, n in Counter(m["term_id"] for m in mentions).items()})


def _difference(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> float:
    mine, theirs = _shares(a), _shares(b)
    return 0.5 * sum(abs(mine[term] - theirs[term]) for term in {*mine, *theirs})


def _passage(
    run: Run, articles: dict[str, dict[str, Any]], mentions: list[dict[str, Any]], others: list[dict[str, Any]]
) -> Passage:
    """The first sentence with the word this outlet takes more often than the other one; body before headline."""
    mine, theirs = _shares(mentions), _shares(others)
    term = min(mine, key=lambda t: (theirs[t] - mine[t], t))
    wanted = [m for m in mentions if m["term_id"] == term]
    chosen = min(
        wanted, key=lambda m: (m["part"] == "title", articles[m["article_id"]]["published_raw"] or "", m["start"])
    )
    sentence = run.sentences.filter(pc.equal(run.sentences.column("sentence_id"), chosen["sentence_id"])).to_pylist()[0]
    text = read_texts(run, {chosen["article_id"]})[chosen["article_id"]][chosen["part"]]
    inside = run.mentions.filter(pc.equal(run.mentions.column("sentence_id"), chosen["sentence_id"])).to_pylist()
    article = articles[chosen["article_id"]]
    counts = Counter(m["term_id"] for m in mentions)
    return Passage(
        article["outlet_id"],
        article,
        chosen["part"],
        sentence["start"],
        sentence["end"],
        text,
        inside,
        term,
        tuple(counts.most_common()),
    )
