"""The commands `robustness` and `nullcheck`, and which columns of a comparison a terminal shows."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

# The module, not its names: it may itself be importing this one.
from framing.commands.parts import (
    SECTIONS,
    VOICES,
    Progress,
    add_command,
    add_run,
    level,
    natural,
    open_run,
    positive,
    print_rows,
)

#: What `framing compare` prints as a table; csv and json have every column.
COMPARE_COLUMNS = [
    "outlet",
    "group_label",
    "n_mentions",
    "n_articles",
    "value",
    "low",
    "high",
    "own_value",
    "own_reported_value",
    "ratio",
    "model_ratio",
    "p_adjusted",
    "articles_needed",
    "reason",
]
#: With --measure choice on known events, behind `model_ratio`.
CHOICE_COLUMNS = ["odds", "n_events"]
#: Sentences under the table; a table of many rows would be read in vain.
MOST_SENTENCES = 12
CHOICE_NAMES = ("voice", "copies", "part", "per", "within", "uncertain")
_OPTIONS = {
    "voice": ("own", "own+reported", "all"),
    "copies": ("keep", "drop"),
    "part": ("title", "body", "all"),
    "per": ("words", "occasions"),
    "within": ("none", "event"),
    "uncertain": ("in", "out"),
}
_MOST_FLIPS = 20
_MOST_INFLUENCES = 20


def add(commands: Any) -> None:
    """Register the commands."""
    p = add_command(
        commands,
        "robustness",
        _robustness,
        "one difference between two outlets, measured in every defensible way",
        "framing robustness run --a talmara-national --b corran-bugle --category sacralising",
    )
    add_run(p)
    p.add_argument("--a", required=True, metavar="OUTLET", help="the outlet whose ratio it is")
    p.add_argument("--b", required=True, metavar="OUTLET", help="the outlet it is compared with")
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument("--term", help="term id or any of its forms")
    what.add_argument("--concept")
    what.add_argument("--category")
    p.add_argument("--influence", action="store_true", help="leave out each term and each event in turn instead")
    for name, default, says in (
        ("voice", "all", "whose words"),
        ("copies", "keep", "of copies of one text all count, or the origin only"),
        ("part", "all", "where in the article"),
        ("per", "words", "per 1,000 words, or per occasion"),
        ("within", "none", "event: regression with event effects"),
        ("uncertain", "in", "mentions whose sense is a guess"),
    ):
        p.add_argument(f"--{name}", choices=_OPTIONS[name], default=default, help=f"default choice: {says}")
    p.add_argument("--target", metavar="ACTOR", help="only mentions about this actor")
    p.add_argument("--section", choices=SECTIONS, default="all")
    p.add_argument("--from", dest="date_from", metavar="DATE")
    p.add_argument("--to", dest="date_to", metavar="DATE")
    p.add_argument("--level", type=level, default=0.95, help="level of intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of the permutations of the default row")

    p = add_command(
        commands,
        "nullcheck",
        _nullcheck,
        "how often the test calls two random halves of one outlet different",
        "framing nullcheck run --measure rate --splits 200",
    )
    add_run(p)
    p.add_argument("--outlet", help="one outlet (default: all that are large enough, in turn)")
    p.add_argument("--measure", choices=("rate", "choice"), default="rate", help="per 1,000 words, or per occasion")
    p.add_argument("--by", choices=("category", "term", "both"), default="both", help="what is tested; choice: terms")
    p.add_argument("--voice", choices=VOICES, default="all", help="whose words")
    p.add_argument("--splits", type=positive, default=200, help="random halvings in all")
    p.add_argument("--permutations", type=positive, default=499, help="of each test")
    p.add_argument("--level", type=level, default=0.95, help="level of the interval")
    p.add_argument("--seed", type=natural, default=0, help="seed of halvings and permutations")


def describe_differences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ratios of a comparison in words, one line each; none where the table is too long to be read so.

    Args:
        rows: Of `compare`.

    Example:
        >>> describe_differences([{"outlet": "Aldis Ledger", "group_label": "killed", "in_words": "about twice as often"}])
        ['Aldis Ledger, killed: about twice as often']
    """
    told = [f"{r['outlet']}, {r['group_label']}: {r['in_words']}" for r in rows if r["in_words"]]
    return told if len(told) <= MOST_SENTENCES else []


def _robustness(a: argparse.Namespace) -> None:
    from framing.study.comparison import read_meta
    from framing.study.robustness import compare_every_way, find_influence

    run = open_run(a)
    settings = {name: getattr(a, name) for name in (*CHOICE_NAMES, "term", "concept", "category", "target", "section")}
    settings |= {"date_from": a.date_from, "date_to": a.date_to, "level": a.level}
    if a.influence:
        table = find_influence(run, a.a, a.b, **settings)
    else:
        table = compare_every_way(run, a.a, a.b, **settings, seed=a.seed)
    meta = read_meta(table)
    if a.format != "table":
        print_rows(a, table.to_pylist(), meta)
    elif a.influence:
        _show_influence(a, table.to_pylist(), meta)
    else:
        _show_robustness(a, table.to_pylist(), meta)


def _show_robustness(a: argparse.Namespace, rows: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> None:
    chosen = ", ".join(f"{name} {option}" for name, option in meta["default"].items())
    print(f"{meta['a_name']} beside {meta['b_name']}: {meta['selected']}. Default choice ({chosen}): {_ratio(meta)}")
    default = [r for r in rows if r["is_default"]]
    print_rows(a, default, {}, ["a_value", "b_value", "ratio", "low", "high", "a_n", "b_n", "p", "p_permutation"])
    print()
    if meta["by_choice"]:
        print_rows(a, meta["by_choice"], {})
    flips = [r for r in rows if r["flips"]]
    if flips:
        print(f"\nthe sign turns in {len(flips):,} combinations")
        shown = [*CHOICE_NAMES, "term_left_out", "ratio", "low", "high", "n"]
        print_rows(a, flips, {}, shown, most=_MOST_FLIPS)
    print()
    print(
        f"{meta['n_combinations']:,} combinations: {_share(meta['share_same_sign'])} of the {meta['n_with_sign']:,} with a "
        f"direction have that of the default, {_share(meta['share_excludes_1'])} of the {meta['n_tested']:,} tested intervals "
        f"exclude 1; median ratio {_number(meta['median_ratio'])}, {_number(meta['smallest_ratio'])} to "
        f"{_number(meta['largest_ratio'])}"
    )
    alone = [f"{f['choice']} {f['option']}" for f in meta["flipped_alone"]]
    print(f"turning the sign when nothing else is changed: {'; '.join(alone) or 'no choice'}")
    for one in meta["not_varied"]:
        print(f"not varied: {one['choice']} ({one['reason']})")
    print(f"{meta['level']:.0%} intervals; {meta['note']}")


def _show_influence(a: argparse.Namespace, rows: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> None:
    whole = {"default_row": meta["whole"]}
    print(f"{meta['a_name']} beside {meta['b_name']}: {meta['selected']}. With all: {_ratio(whole)}\n")
    shown = ["kind", "label", "a_n_left_out", "b_n_left_out", "ratio", "low", "high", "change"]
    print_rows(a, rows, {}, [*shown, "sign_hangs", "exclusion_hangs", "reason"], most=_MOST_INFLUENCES)
    print(f"\nthe sign hangs on: {', '.join(meta['sign_hangs_on']) or 'no single term or event'}")
    print(
        f"whether the interval excludes 1 hangs on: {', '.join(meta['exclusion_hangs_on']) or 'no single term or event'}"
    )


def _ratio(meta: Mapping[str, Any]) -> str:
    from framing.stats import describe_ratio

    row = meta["default_row"]
    if row["low"] is not None:
        return describe_ratio(row["ratio"], row["low"], row["high"])
    return row["reason"] or "no ratio"


def _nullcheck(a: argparse.Namespace) -> None:
    from framing.study.comparison import read_meta
    from framing.study.nullcheck import check_null

    run = open_run(a)
    with Progress(a.splits, "splits") as progress:
        table = check_null(
            run,
            outlet=a.outlet,
            by=a.by,
            voice=a.voice,
            measure=a.measure,
            splits=a.splits,
            permutations=a.permutations,
            level=a.level,
            seed=a.seed,
            on_split=lambda done, _: progress.update(done),
        )
    meta = read_meta(table)
    shown = ["outlet", "n_articles", "n_splits", "n_tests", "n_found", "false_positive_rate", "low", "high"]
    print_rows(a, table.to_pylist(), meta, shown)
    if a.format == "table":
        rate = _share(meta["false_positive_rate"])
        spread = "" if meta["low"] is None else f" ({_share(meta['low'])} to {_share(meta['high'])})"
        print(
            f"\nall outlets: {rate}{spread} of {meta['n_tests']:,} tests on {meta['n_splits']} random halvings found p < "
            f"{meta['alpha']}, where nothing but chance differs; about 5 % is right"
        )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
