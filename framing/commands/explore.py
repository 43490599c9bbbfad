"""The commands `keyness`, `shift`, `trend` and `distance`."""

from __future__ import annotations

import argparse
from typing import Any

# The module, not its names: it may itself be importing this one.
from framing.commands.parts import (
    PARTS,
    SECTIONS,
    SENSES,
    VOICES,
    add_command,
    add_run,
    add_selection,
    level,
    names_of,
    natural,
    open_run,
    positive,
    print_rows,
)

_EVERY = ("day", "week", "month", "quarter", "year")


def add(commands: Any) -> None:
    """Register the commands."""
    p = add_command(
        commands,
        "keyness",
        _keyness,
        "words that one outlet uses more than the others, to explore",
        "framing keyness run --target 'Sarvane Post' --measure logodds --limit 30",
    )
    add_run(p)
    p.add_argument("--target", required=True, metavar="OUTLET", help="whose words")
    p.add_argument("--reference", metavar="OUTLET", help="compare with this outlet (default: all others pooled)")
    p.add_argument(
        "--measure",
        choices=("g2", "logodds", "logratio"),
        default="g2",
        help="what the list is sorted by: log-likelihood, log-odds with a prior, or the ratio of frequencies",
    )
    p.add_argument("--words", choices=("all", "lexicon"), default="all", help="every word, or the terms of the lexicon")
    p.add_argument("--voice", choices=("all", "own"), default="all", help="own leaves out quoted and reported words")
    _articles(p)
    p.add_argument("--prior", type=float, metavar="WORDS", help="size of the prior (default: an average article)")
    p.add_argument("--limit", type=positive, default=50, help="most rows; the number of words is printed")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")

    p = add_command(
        commands,
        "shift",
        _shift,
        "which terms carry the difference of two outlets' rates",
        "framing shift run --a 'Sarvane Post' --b 'Continental Wire' --category sacralising",
    )
    add_run(p)
    p.add_argument("--a", required=True, metavar="OUTLET", help="the outlet the difference is of")
    p.add_argument("--b", required=True, metavar="OUTLET", help="the outlet it is to")
    what = p.add_mutually_exclusive_group()
    what.add_argument("--category", help="only terms of this category (default: all terms)")
    what.add_argument("--concept", help="only terms of this concept")
    _voice_and_sense(p)
    _articles(p)
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")

    p = add_command(
        commands,
        "trend",
        _trend,
        "rates per outlet and period, with intervals",
        "framing trend run --term martyrdom --every month",
    )
    add_run(p)
    add_selection(p)
    p.add_argument("--by", choices=("category", "concept", "term"), help="with nothing chosen: what the rows are")
    p.add_argument("--every", choices=_EVERY, default="month", help="length of a period, in UTC; weeks from Monday")
    _copies(p)
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")

    p = add_command(
        commands,
        "distance",
        _distance,
        "how far apart outlets choose their words, beside chance alone, and a map",
        "framing distance run --concept killing --voice own",
    )
    add_run(p)
    p.add_argument("--concept", help="only this concept (default: all with two alternatives or more)")
    p.add_argument("--outlets", help="outlet ids, separated by commas")
    _voice_and_sense(p)
    _articles(p)
    p.add_argument("--splits", type=positive, default=200, help="random halvings of the zero line")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of the halvings")


def _articles(p: argparse.ArgumentParser) -> None:
    p.add_argument("--part", choices=PARTS, default="all")
    p.add_argument("--section", choices=SECTIONS, default="all")
    p.add_argument("--from", dest="date_from", metavar="DATE")
    p.add_argument("--to", dest="date_to", metavar="DATE")
    _copies(p)


def _copies(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--copies", choices=("keep", "drop"), default="keep", help="of copies of one text all count, or the origin only"
    )


def _voice_and_sense(p: argparse.ArgumentParser) -> None:
    p.add_argument("--voice", choices=VOICES, default="all", help="whose words")
    p.add_argument("--sense", choices=SENSES, default="conflict")


def _chosen(a: argparse.Namespace) -> dict[str, Any]:
    """What all four take alike."""
    names = ("voice", "part", "section", "date_from", "date_to", "copies", "level")
    return {name: getattr(a, name) for name in names}


def _keyness(a: argparse.Namespace) -> None:
    from framing.study import read_meta
    from framing.study.keyness import find_keyness

    table = find_keyness(
        open_run(a),
        target=a.target,
        reference=a.reference,
        measure=a.measure,
        words=a.words,
        prior=a.prior,
        limit=a.limit,
        **_chosen(a),
    )
    meta = read_meta(table)
    scores = {"g2": "g2", "logodds": "log_odds_z", "logratio": "log_ratio"}
    brief = ["word", "n_target", "n_reference", "per_1000_target", "per_1000_reference"]
    brief += list(dict.fromkeys([scores[a.measure], "log_ratio", "low", "high"]))
    brief += ["dp_target", "dp_reference", "range_target", "range_reference", "reason"]
    print_rows(a, table.to_pylist(), meta, brief, most=a.limit)
    if a.format == "table":
        print(
            f"\n{meta['n_shown']:,} of {meta['n_used_more']:,} words that {a.target} uses more than {meta['reference']} "
            f"({meta['n_words_target']:,} words in {meta['n_articles_target']:,} articles against "
            f"{meta['n_words_reference']:,} in {meta['n_articles_reference']:,}); prior {meta['prior_words']:.1f} words; "
            f"low and high: {meta['level']:.0%} of log_ratio, by article; dp: 0 spread evenly to 1 in one place; range: articles\n"
            f"{meta['exploratory']}"
        )


def _shift(a: argparse.Namespace) -> None:
    from framing.study import read_meta
    from framing.study.keyness import compare_terms

    table = compare_terms(
        open_run(a), a=a.a, b=a.b, category=a.category, concept=a.concept, sense=a.sense, **_chosen(a)
    )
    meta = read_meta(table)
    brief = ["term", "category", "n_a", "n_b", "rate_a", "rate_b", "contribution", "low", "high", "share", "reason"]
    print_rows(a, table.to_pylist(), meta, brief)
    if a.format == "table" and meta["difference"] is None:
        print(f"\nno difference: {meta['difference_reason']}")
    elif a.format == "table":
        known = meta["difference_low"] is not None
        spread = (
            f"{meta['difference_low']:.3f} to {meta['difference_high']:.3f}" if known else meta["difference_reason"]
        )
        warning = "; it may be 0, so shares of it say little" if meta["difference_may_be_0"] else ""
        print(
            f"\n{meta['terms']}: {a.a} {meta['rate_a']:.3f}, {a.b} {meta['rate_b']:.3f} {meta['unit']}, difference "
            f"{meta['difference']:.3f} ({spread}){warning}; {meta['level']:.0%} intervals: {meta['method']}"
        )


def _trend(a: argparse.Namespace) -> None:
    from framing.study import read_meta
    from framing.study.trend import estimate_trend

    table = estimate_trend(
        open_run(a),
        term=a.term,
        concept=a.concept,
        category=a.category,
        by=a.by,
        every=a.every,
        outlets=names_of(a.outlets),
        sense=a.sense,
        **_chosen(a),
    )
    meta = read_meta(table)
    brief = ["outlet", "period", "group", "n_mentions", "n_denominator", "n_articles", "value", "low", "high", "reason"]
    print_rows(a, table.to_pylist(), meta, brief)
    if a.format == "table":
        print(
            f"\nvalue: {meta['unit']}, voice {meta['voice']}; {meta['n_without_date_left_out']:,} articles without a date are "
            f"in no period; {meta['level']:.0%} intervals from {meta['fewest_articles']} articles on: {meta['interval_method']}"
        )


def _distance(a: argparse.Namespace) -> None:
    from framing.study import read_meta
    from framing.study.distance import compare_profiles

    table = compare_profiles(
        open_run(a),
        concept=a.concept,
        outlets=names_of(a.outlets),
        sense=a.sense,
        splits=a.splits,
        seed=a.seed,
        **_chosen(a),
    )
    meta = read_meta(table)
    brief = ["outlet_a", "outlet_b", "n_articles_a", "n_articles_b", "value", "low", "high", "observed"]
    brief += ["n_equal", "at_equal", "zero_low", "zero_median", "zero_high", "reason"]
    print_rows(a, table.to_pylist(), meta, brief)
    if a.format != "table":
        return
    if meta["map"]:
        left_out = f"; without {', '.join(meta['map_left_out'])}" if meta["map_left_out"] else ""
        print(f"\nmap, stress {meta['stress']:.3f} (.1 is fair, from .2 on poor); only nearness counts{left_out}")
        print_rows(a, meta["map"], {}, ["outlet", "x", "y"])
    low, middle, high = (f"{q:.0%}" for q in meta["zero_quantiles"])
    print(
        f"\nvalue: {meta['unit']}; at_equal: n_equal articles of one against n_equal of the other, to be read against the "
        f"zero line ({low}, {middle}, {high} of {meta['splits']} halvings of each outlet, seed {meta['seed']}); "
        f"{meta['level']:.0%} intervals: {meta['method']}"
    )
