"""Result tables for people and programs: text, CSV and JSON, and a run as files."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus import FolderKind, FolderWriter
from framing.errors import SelectionError
from framing.markup import cell, visible
from framing.schema import describe_columns
from framing.study.run import Run

FORMATS = ("csv", "parquet", "xlsx", "jsonl")
#: Columns that carry somebody's text; left out of a text-free export.
TEXT_COLUMNS = {
    "articles": ("title", "text", "byline"),
    "mentions": ("surface", "speaker"),
    "speech": ("speaker",),
    "details": ("surface",),
}
#: Columns that hold an actor's id, or the article's own words where no actor fits; of these only ids are shared.
ROLE_COLUMNS = ("target", "agent", "patient")
MOST_XLSX_ROWS = 1_048_575
MOST_XLSX_CHARACTERS = 32_767
_TABLES = ("articles", "outlets", "mentions", "sentences", "speech", "details")
EXPORT_FOLDER = FolderKind(
    "codebook.csv", "table,column,type,meaning", ("codebook.csv", "run.json", *(f"{t}.*" for t in _TABLES))
)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


def render_json(rows: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> str:
    """`{"rows": [...], "meta": {...}}`, numbers in full."""
    return json.dumps(
        {"rows": list(rows), "meta": dict(meta)}, ensure_ascii=False, default=_plain, allow_nan=False, indent=1
    )


def render_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """CSV with formula-safe cells; null is an empty cell."""
    out = io.StringIO()
    # With both characters in the line end, a field that holds either is quoted.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[c] is None else cell(_plain(row[c])) for c in columns])
    return out.getvalue()


def render_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, most: int = 60, widest: int = 60) -> str:
    """A table for a terminal; numbers rounded for reading, cells over `widest` characters cut with an ellipsis."""
    shown = [[_short(row[c], widest) for c in columns] for row in rows[:most]]
    widths = [max([len(c), *(len(r[i]) for r in shown)]) for i, c in enumerate(columns)]
    right = [any(isinstance(row[c], int | float) for row in rows[:most]) for c in columns]
    lines = [
        "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(columns, widths, right, strict=True)).rstrip()
    ]
    lines.append("  ".join("─" * w for w in widths))
    lines += [
        "  ".join(v.rjust(w) if r else v.ljust(w) for v, w, r in zip(row, widths, right, strict=True)).rstrip()
        for row in shown
    ]
    if len(rows) > most:
        lines.append(f"… {len(rows) - most} more rows; --format csv or json gives all")
    return "\n".join(lines)


def _short(value: object, widest: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = visible(str(value)).replace("\n", " ")
    return text if len(text) <= widest else text[: widest - 1] + "…"


@dataclass(frozen=True)
class Exported:
    """Where a run was exported to, and what a format made different from the run.

    Args:
        folder: The folder.
        guarded: Cells with an apostrophe put before them, so that no program takes them for formulas.
        changed: Cells that a workbook cannot hold as they are (too long, or control characters).
    """

    folder: Path
    guarded: int
    changed: int


def export_run(run: Run, out: Path | str, form: str, *, with_text: bool = True) -> Exported:
    """Write a run's tables, its codebook and its record to a folder any tool can read.

    Args:
        run: The run.
        out: Folder to make.
        form: csv, parquet, xlsx or jsonl.
        with_text: False leaves out titles, bodies, bylines, surfaces, speakers, and roles that are no actor's id, for
            sharing without the texts.

    Returns:
        The folder and how many cells differ from the run; none in parquet and jsonl. In CSV and XLSX offsets count
        from behind a guarding apostrophe.
    """
    if form not in FORMATS:
        raise SelectionError(f"format {form!r}", f"one of {', '.join(FORMATS)}", "Correct --format.")
    tables = {
        "articles": run.corpus.articles if with_text else run.corpus.metadata,
        "outlets": run.corpus.outlets,
        "mentions": run.mentions,
        "sentences": run.sentences,
        "speech": run.speech,
        "details": run.details,
    }
    if not with_text:
        tables = {
            name: table.drop_columns([c for c in TEXT_COLUMNS.get(name, ()) if c in table.column_names])
            for name, table in tables.items()
        }
        tables["mentions"] = _only_actors(tables["mentions"], [a.actor_id for a in run.lexicon.actors])
    if form == "xlsx":
        long = next((name for name, table in tables.items() if table.num_rows > MOST_XLSX_ROWS), None)
        if long:
            raise SelectionError(
                f"{tables[long].num_rows:,} rows in {long}",
                f"at most {MOST_XLSX_ROWS:,} for a workbook",
                "Use --format parquet or csv.",
            )
    with FolderWriter(out, EXPORT_FOLDER) as folder:
        guarded = changed = 0
        for name, table in tables.items():
            counts = _write(table, folder.folder / f"{name}.{form}", form)
            guarded, changed = guarded + counts[0], changed + counts[1]
        codebook = [
            {"table": name, "column": column, "type": kind, "meaning": meaning}
            for name, table in tables.items()
            for column, kind, meaning in describe_columns(name)
            if column in table.column_names
        ]
        if form in ("csv", "xlsx"):
            note = (
                f"{guarded} cells that begin like a formula have an apostrophe before them; offsets count from behind it. "
                f"{changed} cells were cut or lost control characters."
            )
            codebook.append({"table": "(all)", "column": "(all)", "type": form, "meaning": note})
        (folder.folder / "codebook.csv").write_text(
            render_csv(["table", "column", "type", "meaning"], codebook), encoding="utf-8"
        )
        (folder.folder / "run.json").write_text(
            json.dumps(dict(run.record), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return Exported(folder.publish(), guarded, changed)


def zip_export(run: Run, form: str, *, with_text: bool = True, beside: Mapping[str, str] | None = None) -> bytes:
    """What `export_run` writes, as one zip file.

    A reader would get wrong: without texts the rows still point into them, so a reader who has the articles can check
    every number; URLs and dates stay.

    Args:
        run: The run.
        form: csv, parquet, xlsx or jsonl.
        with_text: As in `export_run`.
        beside: Further text files by name, such as the methods paragraph.

    Raises:
        SelectionError: There is no such format, or a table is too long for it.
    """
    buffer = BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        folder = export_run(run, Path(place) / "export", form, with_text=with_text).folder
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(folder).as_posix())
        for name, text in (beside or {}).items():
            packed.writestr(name, text)
    return buffer.getvalue()


def _only_actors(mentions: pa.Table, ids: Sequence[str]) -> pa.Table:
    for column in ROLE_COLUMNS:
        at = mentions.schema.get_field_index(column)
        values = mentions.column(column)
        kept = pc.if_else(pc.is_in(values, pa.array(ids, pa.string())), values, pa.scalar(None, pa.string()))
        mentions = mentions.set_column(at, mentions.schema.field(at), kept)
    return mentions


def _write(table: pa.Table, path: Path, form: str) -> tuple[int, int]:
    """Write one table; how many cells were guarded, and how many changed."""
    guarded = changed = 0
    if form == "parquet":
        pq.write_table(table, path, compression="zstd")
    elif form == "jsonl":
        with path.open("w", encoding="utf-8") as file:
            for batch in table.to_batches():
                file.writelines(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in batch.to_pylist())
    elif form == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            for i, batch in enumerate(table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]):
                rows = batch.to_pylist()
                guarded += _count_guarded(rows)
                text = render_csv(table.column_names, rows)
                file.write(text if i == 0 else text.split("\n", 1)[1])
    else:
        with path.open("wb") as target:
            guarded, changed = _write_workbook(table, target, path.stem)
    return guarded, changed


def render_xlsx(table: pa.Table, sheet: str = "result") -> bytes:
    """A table as a workbook of one sheet; cells that a program would run as formulas are guarded."""
    buffer = BytesIO()
    _write_workbook(table, buffer, sheet)
    return buffer.getvalue()


def _write_workbook(table: pa.Table, target: IO[bytes], name: str) -> tuple[int, int]:
    """How many cells were guarded, and how many changed to be storable."""
    # Imported here: only needed for workbooks.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    guarded = changed = 0
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(table.column_names)
    for batch in table.to_batches():
        rows = batch.to_pylist()
        guarded += _count_guarded(rows)
        for row in rows:
            values = [cell(_plain(v)) for v in row.values()]
            held = [
                ILLEGAL_CHARACTERS_RE.sub("", v)[:MOST_XLSX_CHARACTERS] if isinstance(v, str) else v for v in values
            ]
            changed += sum(a != b for a, b in zip(values, held, strict=True))
            sheet.append(held)
    book.save(target)
    return guarded, changed


def _count_guarded(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for row in rows for value in row.values() if isinstance(value, str) and cell(value) != value)
