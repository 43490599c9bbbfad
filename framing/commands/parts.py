"""What the commands share: arguments, the selection, how results are printed, the progress bar."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from framing.errors import SelectionError

if TYPE_CHECKING:
    from framing.study import Run, Selection

VOICES = ("own", "direct", "reported", "scare", "own+reported", "all")
SENSES = ("conflict", "figurative", "other", "all")
PARTS = ("title", "body", "all")
AGENCIES = ("active_agent", "passive_agent", "agentless_passive", "unaccusative", "nominalised")
SECTIONS = ("news", "opinion", "wire", "live blog", "all")
FORMATS = ("table", "csv", "json")


def open_run(a: argparse.Namespace) -> Run:
    from framing.corpus import read_corpus
    from framing.study import read_run

    return read_run(a.run_path, corpus=read_corpus(a.corpus) if a.corpus else None, lexicons=a.lexicon or ())


def selection_of(a: argparse.Namespace) -> Selection:
    from framing.study import Selection

    one_of(a, "outlet", "outlets")
    return Selection(
        (a.outlet,) if a.outlet else names_of(a.outlets),
        a.date_from,
        a.date_to,
        a.section,
        a.part,
        a.sense,
        a.term,
        a.concept,
        a.category,
        target=getattr(a, "target", None),
        agency=getattr(a, "agency", None),
    )


def one_of(a: argparse.Namespace, *options: str) -> None:
    given = [f"--{o}" for o in options if getattr(a, o)]
    if len(given) > 1:
        raise SelectionError(" and ".join(given), "one of them", "Leave one out.")


def names_of(value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    # As in CSV: a name with a comma stands in quotation marks.
    row = next(csv.reader([value.replace("\n", " ")], skipinitialspace=True), [])
    names = tuple(name.strip() for name in row if name.strip())
    if not names:
        raise SelectionError("an empty --outlets", "outlet ids separated by commas", "Leave it out for all outlets.")
    return names


def print_rows(
    a: argparse.Namespace,
    rows: Sequence[Mapping[str, Any]],
    meta: Mapping[str, Any],
    columns: Iterable[str] | None = None,
    *,
    header: Sequence[str] = (),
    most: int = 60,
    widest: int = 60,
) -> None:
    """Rows as asked for; `columns` are those of the table, `header` those of a CSV without rows."""
    from framing.report.tables import render_csv, render_json, render_table

    if a.format == "json":
        print(render_json(rows, meta))
    elif a.format == "csv":
        sys.stdout.write(render_csv(list(rows[0]) if rows else list(header), rows))
    elif not rows:
        print("no rows")
    else:
        print(render_table(list(columns or rows[0]), rows, most=most, widest=widest))


def write_page(path: Path, text: str) -> None:
    """Write an HTML page; a file that is none is never replaced."""
    partial = path.with_name(f".{path.name[:40]}.part")
    try:
        if path.exists() and not (
            path.is_file() and path.read_bytes()[:64].lower().lstrip().startswith(b"<!doctype html")
        ):
            raise SelectionError(
                f"{str(path)!r}, which is no HTML page", "a new file or a page to replace", "Choose another --out."
            )
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as problem:
        raise SelectionError(
            f"{str(path)!r} cannot be written ({problem.strerror})", "a writable path", "Choose another --out."
        ) from problem


class Progress:
    """A progress bar on standard error, only where a person sees it."""

    def __init__(self, total: int | None, unit: str, *, scaled: bool = False) -> None:
        from tqdm import tqdm

        self.bar = tqdm(
            total=total,
            unit=unit if scaled else f" {unit}",
            unit_scale=scaled,
            delay=0.2,
            disable=not sys.stderr.isatty(),
        )

    def update(self, done: int, total: int | None = None) -> None:
        if total is not None:
            self.bar.total = total
        self.bar.update(done - self.bar.n)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()


def add_command(
    commands: Any,
    name: str,
    run: Callable[[argparse.Namespace], None],
    what: str,
    example: str,
    own_format: bool = False,
) -> argparse.ArgumentParser:
    p: argparse.ArgumentParser = commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=f"Example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.set_defaults(run=run)
    if own_format:
        p.set_defaults(format=None)
    else:
        p.add_argument("--format", choices=FORMATS, help="of the result (default: table)")
        p.add_argument("--json", action="store_true", help="the same as --format json")
    return p


def add_limit(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="what a file may cost: unpacked, memory (bytes), ratio (unpacked to packed), columns, seconds without an article",
    )


def add_private(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--allow-private", action="store_true", help="also ask addresses of this machine and of private networks"
    )


def add_run(p: argparse.ArgumentParser) -> None:
    p.add_argument("run_path", metavar="RUN", help="run folder")
    p.add_argument("--corpus", help="the run's corpus, when it is not where the run says")
    p.add_argument(
        "--lexicon", action="append", metavar="NAME|PATH", help="the run's lexicon, when it is not where the run says"
    )


def add_selection(p: argparse.ArgumentParser) -> None:
    p.add_argument("--term", help="term id or any of its forms")
    p.add_argument("--concept")
    p.add_argument("--category")
    p.add_argument("--voice", choices=VOICES, default="all", help="whose words")
    p.add_argument("--sense", choices=SENSES, default="conflict")
    p.add_argument("--part", choices=PARTS, default="all")
    p.add_argument("--section", choices=SECTIONS, default="all")
    p.add_argument("--outlets", help="outlet ids, separated by commas")
    p.add_argument("--from", dest="date_from", metavar="DATE")
    p.add_argument("--to", dest="date_to", metavar="DATE")


def positive(text: str) -> int:
    return whole(text, 1)


def natural(text: str) -> int:
    return whole(text, 0)


def level(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no level from .5 to below 1")
    return value


def whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
    return int(text)


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"framing: {message}. {self.prog} --help shows the options.", file=sys.stderr)
        raise SystemExit(2)
