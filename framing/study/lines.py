"""JSON Lines with people's labels, as gold and training files have them: each line an object, or one sentence says which is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeGuard

from framing.errors import InputError, reason_of


def read_json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Which objects does a file hold, and on which lines?

    A reader would get wrong: a text with a lone surrogate ("\\ud800") is no text; such a line is refused, not mended.

    Args:
        path: JSON Lines in UTF-8, with or without a byte-order mark; empty lines are skipped.

    Returns:
        Line number (from 1) and object.

    Raises:
        InputError: The file cannot be read or is empty, or a line is no such object; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{str(path)!r} cannot be read ({reason_of(problem)})", "JSON Lines in UTF-8", "Check the path."
        ) from problem
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError) as problem:
            raise InputError(
                f"{path.name}, line {number} is no JSON ({reason_of(problem)})", "an object", "Mend the line."
            ) from problem
        if not isinstance(row, dict):
            raise InputError(f"{path.name}, line {number} is no object", "an object", "Mend the line.")
        rows.append((number, row))
    if not rows:
        raise InputError(f"{path.name} without a line", "one JSON object on each line", "Check the file.")
    return rows


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)
