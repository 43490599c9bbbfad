"""Coders' answers, read from the file a sample came back as or from another with the same columns by other names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.ingest.formats import open_source
from framing.markup import cell

VARIABLES = ("sense", "voice", "target")
#: Columns that say how a mention was drawn.
DRAWN = ("drawn_from", "probability")


@dataclass(frozen=True)
class Code:
    """One coder's answers on one mention.

    Args:
        mention_id: The mention.
        coder: Who; the file's name where no column says it.
        answers: Label by variable (sense, voice, target); None where not answered.
        drawn_from: What the sample was drawn from; None where the file does not say.
        probability: The chance the mention had to be drawn; None where the file does not say.
        where: File and row.
    """

    mention_id: str
    coder: str
    answers: Mapping[str, str | None]
    drawn_from: str | None
    probability: float | None
    where: str


@dataclass(frozen=True)
class Codes:
    """What a file holds.

    Args:
        rows: Rows of mentions, answered or not.
        rejects: Rows and cells that could not be taken: where, reason, detail.
        variables: The variables the file has a column for.
    """

    rows: tuple[Code, ...]
    rejects: tuple[dict[str, str], ...]
    variables: tuple[str, ...]


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "names.toml").read_text(encoding="utf-8"))


def _plain(name: object) -> str:
    return "_".join(str(name).casefold().replace("-", " ").replace("_", " ").split())


def read_codes(path: Path | str, *, encoding: str | None = None) -> Codes:
    """Answers from a CSV, TSV, XLSX, JSON Lines or Parquet file.

    A reader would get wrong: an empty cell is no answer, not the answer "none"; a label that is none of the sense's or
    voice's is a reject and counts as no answer.

    Args:
        path: The file.
        encoding: Of a text file that is not UTF-8.

    Returns:
        See `Codes`. Column names and labels may also be those of `data/names.toml`; a target is any text, compared
        without case and doubled spaces.

    Raises:
        InputError: No such file, no column with mention ids, none to code, two columns for one thing, a mention twice by
            one coder, or no answer at all.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "coded.csv"
        ...     _ = file.write_text("id;Sense;voice\\na:body:3;Conflict;direct quote\\n", encoding="utf-8")
        ...     dict(read_codes(file).rows[0].answers)
        {'sense': 'conflict', 'voice': 'direct', 'target': None}
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"no file {str(path)!r}", "a coded sample", "Check the path.")
    form, table = open_source(file, "auto", encoding)
    if form == "text":
        raise InputError(f"{file.name!r}, a text", "a table of codes", "Save it as CSV.")
    columns = _columns(table.columns, file.name) if table.columns is not None else {}
    rows: list[Code] = []
    rejects: list[dict[str, str]] = []
    seen: dict[tuple[str, str], str] = {}
    known: set[str] = set(columns)
    for raw in table.rows(list(columns.values())):
        if raw.problem:
            rejects.append({"where": raw.where, "reason": raw.problem[0], "detail": raw.problem[1]})
            continue
        of_row = columns or _columns(list(raw.values), raw.where)
        known |= set(of_row)
        values = {ours: _text(raw.values.get(theirs)) for ours, theirs in of_row.items()}
        if values["mention_id"] is None:
            if any(v is not None for v in values.values()):
                rejects.append({"where": raw.where, "reason": "no mention_id", "detail": ""})
            continue
        code, wrong = _code(values, raw.where, file.stem)
        rejects += wrong
        earlier = seen.setdefault((code.mention_id, code.coder), raw.where)
        if earlier != raw.where:
            raise InputError(
                f"mention {code.mention_id!r} twice ({earlier}; {raw.where})",
                "each mention once for each coder",
                "Keep the row that holds, or name the coders in a column coder.",
            )
        rows.append(code)
    variables = tuple(v for v in VARIABLES if v in known)
    if not any(answer is not None for row in rows for answer in row.answers.values()):
        detail = f", {len(rejects)} cells or rows rejected" if rejects else ""
        raise InputError(
            f"{file.name!r} without any answer in sense, voice or target{detail}",
            "a coded sample",
            "Fill in the columns.",
        )
    return Codes(tuple(rows), tuple(rejects), variables)


def _columns(given: list[str], where: str) -> dict[str, str]:
    """Our name -> theirs; our own name before another."""
    found: dict[str, str] = {}
    plain = {name: _plain(name) for name in given}
    for ours, names in _names()["columns"].items():
        for name in names:
            same = [theirs for theirs, p in plain.items() if p == name]
            if len(same) > 1:
                raise InputError(f"columns {same[0]!r} and {same[1]!r} in {where}", f"one column {ours}", "Rename one.")
            if same:
                found[ours] = same[0]
                break
    if "mention_id" not in found:
        raise InputError(f"{where} without a column mention_id", "the columns of a sample", "Is it a coded sample?")
    if not set(found) & set(VARIABLES):
        raise InputError(
            f"{where} without a column to code", f"at least one of {', '.join(VARIABLES)}", "Is it a coded sample?"
        )
    return found


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = " ".join(str(value).split())
    # The apostrophe a sample's writer put before a cell that looked like a formula.
    if text.startswith("'") and cell(text[1:]) == text:
        text = text[1:]
    return None if text.casefold() in _names()["missing"]["words"] else text


def _code(values: Mapping[str, str | None], where: str, file: str) -> tuple[Code, list[dict[str, str]]]:
    rejects: list[dict[str, str]] = []
    answers: dict[str, str | None] = dict.fromkeys(VARIABLES)
    for variable in VARIABLES:
        text = values.get(variable)
        if text is None:
            continue
        if variable == "target":
            answers[variable] = text.casefold()
            continue
        labels = _names()["labels"][variable]
        answers[variable] = next((label for label, names in labels.items() if _plain(text) in names), None)
        if answers[variable] is None:
            detail = f"{text[:60]!r}, expected one of {', '.join(labels)}"
            rejects.append({"where": where, "reason": f"unknown {variable}", "detail": detail})
    probability = _probability(values.get("probability"), where)
    mention_id = values["mention_id"] or ""
    coder = values.get("coder") or file
    return Code(mention_id, coder, answers, values.get("drawn_from"), probability, where), rejects


def _probability(text: str | None, where: str) -> float | None:
    if text is None:
        return None
    try:
        # Spreadsheets write a decimal comma in many countries.
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise InputError(
            f"probability {text[:30]!r} in {where}", "a number above 0, at most 1", "Restore the column as drawn."
        )
    return value
