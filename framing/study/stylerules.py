"""An outlet beside its own published rule: how often a word stands unattributed, and where."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from framing.errors import unknown_name
from framing.ingest.shipped import list_shipped
from framing.lexicon.stylerules import StyleRule, read_style_rules
from framing.stats import FEWEST_ARTICLES
from framing.stats.agreement import INTERVAL, measure_share
from framing.study.concordance import TOLD_COLUMNS, tell_mentions
from framing.study.rows import among
from framing.study.run import Run
from framing.study.select import Selection, check_selection, select_articles, select_coded

#: Columns of the rows.
STYLE_COLUMNS = (
    "outlet",
    "rule_id",
    "allowed",
    "n",
    "n_own",
    "n_quoted",
    "n_reported",
    "n_articles",
    "share_own",
    "low",
    "high",
    "reason",
    "says",
    "source",
    "url",
    "as_of",
    "verified",
)


class StyleCheck(NamedTuple):
    """Counts by outlet and rule, and the sentences behind the unattributed ones."""

    rows: list[dict[str, Any]]
    sentences: list[dict[str, Any]]
    meta: dict[str, Any]


def check_style_rules(
    run: Run,
    rules: Sequence[StyleRule],
    selection: Selection | None = None,
    *,
    width: int = 80,
    level: float = 0.95,
    seed: int = 0,
) -> StyleCheck:
    """How often does an outlet use a word in its own voice that its own published rule keeps for attribution?

    A reader would get wrong: a use found here is a place to read, no breach. Rules change, they allow for judgement,
    and our reading of whose words they are errs in some of ten cases (`framing evaluate voice`).

    Args:
        run: The run.
        rules: The rules to look at; those of outlets the corpus does not have are left out.
        selection: Outlets, dates, sections and part; its sense is conflict.
        width: Characters of context on each side of a sentence row.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        rows: outlet, rule, n (conflict-sense uses), n_own, n_quoted (direct or scare), n_reported, n_articles with a
        use, share_own with low and high (null under eight articles, reason says so), the rule and its source;
        sentences: the own uses, as in a concordance.

    Raises:
        SelectionError: The selection names an outlet that is not there.
    """
    selection = dataclasses.replace(selection or Selection(), sense="conflict")
    check_selection(run, selection)
    held = sorted(set(select_articles(run, selection).column("outlet_id").to_pylist()))
    names = run.outlet_names()
    chosen = dict.fromkeys(t for rule in rules for t in rule.terms)
    known = {t.term_id for t in run.lexicon.terms}
    for term in chosen:
        if term not in known:
            raise unknown_name("term", term, known, "A style rule names it; framing lexicon show lists the terms.")
    rules_of = {o: [r for r in rules if r.is_of(o) or r.is_of(names.get(o, o))] for o in held}
    uses = _find_uses(run, selection, [o for o in held if rules_of[o]], list(chosen), width)
    rows: list[dict[str, Any]] = []
    sentences: list[dict[str, Any]] = []
    for outlet in held:
        for rule in rules_of[outlet]:
            found = [u for term in rule.terms for u in uses.get((names.get(outlet, outlet), term), ())]
            found.sort(key=lambda u: u["mention_id"])
            voices = Counter(u["voice"] for u in found)
            by_article: dict[str, list[int]] = {}
            for use in found:
                counts = by_article.setdefault(use["article_id"], [0, 0])
                counts[0] += use["voice"] == "own"
                counts[1] += 1
            enough = len(by_article) >= FEWEST_ARTICLES
            _, share, low, high = measure_share([(a, b) for a, b in by_article.values()], level=level, seed=seed)
            rows.append(
                {
                    "outlet": names.get(outlet, outlet),
                    "rule_id": rule.rule_id,
                    "allowed": rule.allowed,
                    "n": len(found),
                    "n_own": voices["own"],
                    "n_quoted": voices["direct"] + voices["scare"],
                    "n_reported": voices["reported"],
                    "n_articles": len(by_article),
                    "share_own": share,
                    "low": low if enough else None,
                    "high": high if enough else None,
                    "reason": None if enough else _reason(len(by_article)),
                    "says": rule.says,
                    "source": rule.source,
                    "url": rule.url or None,
                    "as_of": rule.as_of,
                    "verified": rule.verified,
                }
            )
            sentences.extend({"rule_id": rule.rule_id, **u} for u in found if u["voice"] == "own")
    meta = {"n": sum(r["n"] for r in rows), "method": INTERVAL, "level": level, "seed": seed, "n_rules": len(rules)}
    return StyleCheck(rows, sentences, meta)


def _find_uses(
    run: Run, selection: Selection, outlets: Sequence[str], terms: Sequence[str], width: int
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The uses of the terms in these outlets, by outlet's name and term; the corpus is read once."""
    if not outlets:
        return {}
    selection = dataclasses.replace(selection, outlets=tuple(outlets))
    articles = select_articles(run, selection)
    found = select_coded(run, selection, articles, "term_id")
    rows = found.filter(among(found.column("term_id"), pa.array(terms, pa.string()))).column("row").to_numpy()
    mentions = run.rows("mentions").take(rows, TOLD_COLUMNS)
    uses: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for use in tell_mentions(run, mentions, articles, width=width).to_pylist():
        uses.setdefault((use["outlet"], use["term_id"]), []).append(use)
    return uses


def rules_beside(run: Run) -> tuple[StyleRule, ...]:
    """The rules that a page shows beside a run: the shipped ones, and for an invented corpus those of invented outlets.

    A rule about a term that the run's lexicon does not have is left out.
    """
    known = {t.term_id for t in run.lexicon.terms}
    rules = list(read_style_rules())
    if run.corpus.manifest.fictional:
        for corpus in list_shipped():
            if corpus.fictional and (file := corpus.folder / "stylerules.toml").is_file():
                rules += read_style_rules(file)
    return tuple(r for r in rules if set(r.terms) <= known)


def compare_with_rules(run: Run, *, selection: Selection, level: float = 0.95) -> StyleCheck:
    """`check_style_rules` with the rules of `rules_beside`."""
    return check_style_rules(run, rules_beside(run), selection, level=level)


def _reason(n: int) -> str:
    return "no use found" if not n else f"not enough text: {n} articles with a use, at least {FEWEST_ARTICLES} needed"
