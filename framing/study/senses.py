"""Sentences with a marked mention, as examples the sense model learns from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.errors import InputError, unknown_name
from framing.language.context import Place, build_context_reader
from framing.language.match import build_matcher
from framing.language.segment import Span
from framing.lexicon import Lexicon
from framing.lexicon.senses import SENSES
from framing.study.lines import is_whole, read_json_lines

if TYPE_CHECKING:
    from framing.classify.train_senses import SenseExample

#: What a line has, and of which kind.
SENSE_KEYS = {"id": str, "term": str, "text": str, "start": int, "end": int, "sense": str}
_STOPS = (".", "!", "?", "”", '"', "’", "'", "…", ")")


def read_sense_examples(path: Path, lexicon: Lexicon) -> list[SenseExample]:
    """Training examples from JSON Lines with id, term, text, start, end and sense.

    A sentence without a final stop is read as a headline. The features are those annotation reads.

    Raises:
        InputError: The file is missing or a line is no such sentence.
    """
    from framing.classify.train_senses import SenseExample

    find, reader = build_matcher(lexicon), build_context_reader(lexicon)
    known = {t.term_id for t in lexicon.terms}
    examples = []
    first_lines: dict[str, int] = {}
    for number, given in read_json_lines(path):
        row = _row(given, number, path.name)
        if first_lines.setdefault(row["id"], number) != number:
            raise InputError(
                f"{path.name}, line {number} with the id of line {first_lines[row['id']]}, {row['id']!r:.60}",
                "each id once",
                "Rename or remove it.",
            )
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


def _row(row: Mapping[str, Any], number: int, file: str) -> Mapping[str, Any]:
    missing = [key for key in SENSE_KEYS if key not in row]
    if missing:
        raise InputError(
            f"{file}, line {number} without {missing[0]}", f"an object with {', '.join(SENSE_KEYS)}", "Mend it."
        )
    for key, kind in SENSE_KEYS.items():
        if not (is_whole(row[key]) if kind is int else isinstance(row[key], kind)):
            wanted = "a whole number" if kind is int else "text"
            raise InputError(f"{file}, line {number}: {key} {row[key]!r:.60}", wanted, "Mend the line.")
    if row["sense"] not in SENSES:
        raise InputError(
            f"{file}, line {number}: sense {row['sense']!r:.60}", f"one of {', '.join(SENSES)}", "Mend the line."
        )
    start, end, length = row["start"], row["end"], len(row["text"])
    if not 0 <= start < end <= length:
        raise InputError(
            f"{file}, line {number}: start {start} and end {end}",
            f"a place in the {length} characters",
            "Mend the line.",
        )
    return row
