"""The commands of coding by hand: `sample`, `agreement`, `correct`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from framing.commands.parts import (
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


def add(commands: Any) -> None:
    """Register the commands."""
    p = add_command(
        commands, "sample", _sample, "draw mentions to code by hand", "framing sample run --n 200 --out to_code.csv"
    )
    add_run(p)
    p.add_argument("--n", type=positive, default=200, help="mentions to draw")
    p.add_argument("--out", required=True, metavar="FILE.csv", help="new file for the coder")
    p.add_argument("--per", choices=("outlet", "term", "uncertain"), default="outlet", help="what gets equal shares")
    p.add_argument("--term", help="draw from one term's mentions only")
    p.add_argument("--concept", help="from one concept's only")
    p.add_argument("--category", help="from one category's only")
    p.add_argument("--show-answers", action="store_true", help="add the machine's answers (leads the coder)")
    p.add_argument("--seed", type=natural, default=0)

    p = add_command(
        commands,
        "agreement",
        _agreement,
        "how far coders agree, beyond chance",
        "framing agreement coded_1.csv coded_2.csv",
    )
    p.add_argument("coded", nargs="+", metavar="CODED", help="coded samples, one a coder, or with a column coder")
    p.add_argument("--encoding", help="of files that are not UTF-8")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of the intervals")

    p = add_command(
        commands,
        "correct",
        _correct,
        "rates or shares put right for the machine's errors by a coded sample",
        "framing correct run coded.csv --term regime --voice own",
    )
    add_run(p)
    p.add_argument("coded", metavar="CODED", help="the coded sample")
    p.add_argument(
        "--measure", choices=("rate", "share"), default="rate", help="per 1,000 words, or of all mentions found"
    )
    add_selection(p)
    p.add_argument(
        "--by", choices=("all", "category", "concept", "term"), help="with no term, concept or category chosen"
    )
    p.add_argument(
        "--errors",
        choices=("outlet", "pooled"),
        default="outlet",
        help="Rogan-Gladen's error rates: the outlet's own, or all outlets' pooled",
    )
    p.add_argument("--encoding", help="of a coded file that is not UTF-8")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")


def _sample(a: argparse.Namespace) -> None:
    from framing.coding import draw_sample, write_sample
    from framing.study import read_meta

    sample = draw_sample(
        open_run(a),
        a.n,
        per=a.per,
        term=a.term,
        concept=a.concept,
        category=a.category,
        show_answers=a.show_answers,
        seed=a.seed,
    )
    write_sample(sample, a.out)
    meta = read_meta(sample)
    rows = [{a.per: name, **numbers} for name, numbers in meta["strata"].items()]
    print_rows(a, rows, {**meta, "out": a.out})
    if a.format == "table":
        print(
            f"\n{a.out}: {meta['n']} of {meta['n_mentions']:,} mentions. Fill in sense (conflict, figurative, other), voice (own, direct, "
            "reported, scare) and target; leave probability and the ids as they are."
        )


def _agreement(a: argparse.Namespace) -> None:
    from framing.coding import compare_coders
    from framing.study import read_meta

    table = compare_coders(a.coded, encoding=a.encoding, level=a.level, seed=a.seed)
    meta = read_meta(table)
    print_rows(a, table.to_pylist(), meta)
    _say_rejects(meta)
    if a.format == "table":
        print(f"\ncoders {', '.join(meta['coders'])}; {a.level:.0%} intervals: {meta['method']}; seed {a.seed}")


def _correct(a: argparse.Namespace) -> None:
    from framing.coding import correct_run
    from framing.study import read_meta

    table = correct_run(
        open_run(a),
        a.coded,
        measure=a.measure,
        term=a.term,
        concept=a.concept,
        category=a.category,
        by=a.by,
        voice=a.voice,
        sense=a.sense,
        part=a.part,
        section=a.section,
        outlets=names_of(a.outlets),
        date_from=a.date_from,
        date_to=a.date_to,
        errors=a.errors,
        encoding=a.encoding,
        level=a.level,
    )
    meta = read_meta(table)
    brief = ["outlet", "group", "n_machine", "n_coded", "raw_value", "raw_low", "raw_high", "value", "low", "high"]
    print_rows(a, table.to_pylist(), meta, [*brief, "rg_value", "rg_low", "rg_high", "reason"])
    _say_rejects(meta)
    if a.format == "table":
        print(
            f"\nvalue: {meta['unit']}, sense {meta['sense']}, voice {meta['voice']}, by {meta['n_used']} coded mentions ({meta['n_not_answered']} rows "
            f"without a full answer, {meta['n_not_in_run']} not in the run); {a.level:.0%} intervals: {meta['method']}; rg: {meta['rogan_gladen_method']}"
        )


def _say_rejects(meta: dict[str, Any]) -> None:
    for reject in meta["rejects"][:5]:
        print(f"rejected: {reject['where']}: {reject['reason']} {reject['detail']}", file=sys.stderr)
    if len(meta["rejects"]) > 5:
        print(f"rejected: {len(meta['rejects']) - 5} more; --json lists all", file=sys.stderr)
