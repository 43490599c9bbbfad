"""Sentences with a marked mention, as examples the sense model learns from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.errors import InputError, unknown_name
from framing.language.context import Place, build_context_reader
from framing.language.match import build_matcher
from framing.language.segment import Span
from framing.lexicon import Lexicon
from framing.lexicon.senses import SENSES

if TYPE_CHECKING:
    from framing.classify.train_senses import SenseExample

_KEYS = {"id": str, "term": str, "text": str, "start": int, "end": int, "sense": str}
_STOPS = (".", "!", "?", "”", '"', "’", "'", "…", ")")


def read_sense_examples(path: Path, lexicon: Lexicon) -> list[SenseExample]:
    """Training examples from JSON Lines with id, term, text, start, end and sense.

    A sentence without a final stop is read as a headline. The features are those annotation reads.

    Raises:
        InputError: The file is missing or a line is no such sentence.
    """
    from framing.classify.train_senses import SenseExample

    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{str(path)!r} cannot be read ({problem})", "JSON Lines in UTF-8", "Check the path."
        ) from problem
    find, reader = build_matcher(lexicon), build_context_reader(lexicon)
    known = {t.term_id for t in lexicon.terms}
    examples = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, number, path.name)
        if row["term"] not in known:
            raise unknown_name("term", row["term"], known, f"{path.name}, line {number}, names it.")
        text, start, end = row["text"], row["start"], row["end"]
        part = "body" if text.rstrip().endswith(_STOPS) else "title"
        places = [
            Place(h.start, h.end, t.term_id, t.ambiguous)
            for h in find(text)
            if (h.end <= start or end <= h.start) and (t := lexicon.terms[h.pattern.term or 0])
        ]
        here = Place(start, end, row["term"], True)
        places = sorted([*places, here])
        article = reader.surroundings(text if part == "title" else "", text if part == "body" else "")
        context = reader.read(text, article, part, Span(0, len(text)), places, places.index(here))
        examples.append(SenseExample(context.features, row["term"], row["sense"]))
    return examples


def _row(line: str, number: int, file: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        values = {key: row[key] for key in _KEYS}
    except (ValueError, KeyError, TypeError) as problem:
        raise InputError(
            f"{file}, line {number} is no marked sentence ({problem!r})",
            f"an object with {', '.join(_KEYS)}",
            "Mend it.",
        ) from problem
    wrong = [key for key, kind in _KEYS.items() if not isinstance(values[key], kind)]
    if wrong or values["sense"] not in SENSES or not 0 <= values["start"] < values["end"] <= len(values["text"]):
        raise InputError(
            f"{file}, line {number} with a wrong {wrong[0] if wrong else 'sense or place'}",
            f"a place in the text and one of {', '.join(SENSES)}",
            "Mend the line.",
        )
    return values
