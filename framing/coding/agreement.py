"""Do coders agree on the mentions that several of them coded?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.coding.codes import VARIABLES, Codes, read_codes
from framing.errors import InputError
from framing.schema import SENSES, VOICES
from framing.stats import FEWEST_UNITS, RELIABILITY_METHOD, measure_reliability

CLASSES = {"sense": SENSES, "voice": VOICES}

AGREEMENT_SCHEMA = pa.schema(
    [
        ("variable", pa.string()),
        ("class", pa.string()),
        ("alpha", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("agreement", pa.float64()),
        ("n_units", pa.int64()),
        ("n_answers", pa.int64()),
        ("n_coders", pa.int64()),
        ("reason", pa.string()),
    ]
)


def compare_coders(
    files: Sequence[Path | str], *, encoding: str | None = None, level: float = 0.95, seed: int = 0
) -> pa.Table:
    """Krippendorff's alpha for each variable and class, with percent agreement beside it.

    A reader would get wrong: a mention only one coder answered says nothing of agreement and is left out; the same
    mentions coded again from a sheet with the other's answers in sight say nothing either.

    Args:
        files: Coded samples, each of one coder, or with a column `coder`.
        encoding: Of text files that are not UTF-8.
        level: Of the intervals.
        seed: Of the resampling.

    Returns:
        For each coded variable a row with class `all`, and for sense and voice one for each class against the rest:
        alpha with low and high, agreement (share of equal pairs), n_units, n_answers, n_coders, reason where alpha or
        the interval is null. Metadata `meta` (JSON): coders, answers by coder, rejects, method, level, seed.

    Raises:
        InputError: A file cannot be read, or there are fewer than two coders.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "both.csv"
        ...     rows = "m1,A,own\\nm1,B,own\\nm2,A,direct\\nm2,B,direct\\n"
        ...     _ = file.write_text("mention_id,coder,voice\\n" + rows, encoding="utf-8")
        ...     compare_coders([file]).to_pylist()[0]["alpha"]
        1.0
    """
    if len({Path(f).resolve() for f in files}) < len(files):
        raise InputError("one file named twice", "each coder's own file", "Name each file once.")
    read = [read_codes(f, encoding=encoding) for f in files]
    answers, coders = _by_coder(read, files)
    if len(coders) < 2:
        raise InputError(
            f"answers of {len(coders)} coder{'' if len(coders) == 1 else 's'}",
            "two coders or more",
            "Name a file for each coder, or one with a column coder.",
        )
    rows: list[dict[str, Any]] = []
    for variable in VARIABLES:
        if not any(variable in codes.variables for codes in read):
            continue
        units = [[unit.get(c, {}).get(variable) for c in coders] for unit in answers.values()]
        for label in (None, *CLASSES.get(variable, ())):
            asked = units if label is None else [[None if a is None else a == label for a in unit] for unit in units]
            found = measure_reliability(asked, level=level, seed=seed)
            rows.append({"variable": variable, "class": label or "all", **found._asdict()})
    rejects = [reject for codes in read for reject in codes.rejects]
    meta = {
        "coders": coders,
        "n_units": len(answers),
        "n_rows_by_coder": {c: sum(c in unit for unit in answers.values()) for c in coders},
        "n_rejects": len(rejects),
        "rejects": rejects,
        "method": RELIABILITY_METHOD,
        "fewest_units": FEWEST_UNITS,
        "level": level,
        "seed": seed,
    }
    table = pa.Table.from_pylist(rows, schema=AGREEMENT_SCHEMA)
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def _by_coder(
    read: Sequence[Codes], files: Sequence[Path | str]
) -> tuple[dict[str, dict[str, dict[str, str | None]]], list[str]]:
    """Mention -> coder -> variable -> answer, and the coders in the order of appearance."""
    answers: dict[str, dict[str, dict[str, str | None]]] = {}
    coders: dict[str, int] = {}
    for at, codes in enumerate(read):
        for row in codes.rows:
            # Two files of the same name in two folders, or one coder name in two files, are two coders unless they
            # answered different mentions.
            coder = row.coder
            if coder in answers.get(row.mention_id, {}):
                raise InputError(
                    f"mention {row.mention_id!r} twice by coder {coder!r} (again in {row.where} of {files[at]})",
                    "each mention once for each coder",
                    "Rename the file, or name the coders in a column coder.",
                )
            coders.setdefault(coder, at)
            answers.setdefault(row.mention_id, {})[coder] = dict(row.answers)
    return answers, list(coders)
