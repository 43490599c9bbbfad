"""Train the loadedness model from minimal pairs, or the sense model from sentences with a marked mention."""

from __future__ import annotations

from pathlib import Path

from framing.classify import LoadedModel, SenseModel, write_model, write_sense_model
from framing.errors import InputError
from framing.lexicon import Lexicon, read_lexicon
from framing.study.lines import read_json_lines
from framing.study.senses import SENSE_KEYS, read_sense_examples

_KEYS = ("pair_id", "topic", "loaded", "plain")


def train_any(data: Path, out: Path, *, seed: int = 0) -> LoadedModel | SenseModel:
    """The model a file of training data is for: minimal pairs give loadedness, marked sentences the senses.

    Raises:
        InputError: The file is missing or empty, its first line is of neither kind, or a line is not as the first.
        ModelError: There is too little to learn from.
    """
    number, first = read_json_lines(data)[0]
    if "sense" in first:
        return train_sense_model(data, out, seed=seed)
    if not set(first) & set(_KEYS):
        raise InputError(
            f"{data.name}, line {number} with {', '.join(sorted(first)[:6]) or 'nothing'}",
            f"{', '.join(_KEYS)} for a loadedness model, or {', '.join(SENSE_KEYS)} for a sense model",
            "Name the fields so.",
        )
    return train_model(data, out, seed=seed)


def train_sense_model(data: Path, out: Path, *, seed: int = 0, lexicon: Lexicon | None = None) -> SenseModel:
    """A sense model from JSON Lines with id, term, text, start, end and sense, saved with its card.

    Raises:
        InputError: The file is missing or a line is no such sentence; nothing is written.
        ModelError: There are too few sentences or terms.
    """
    from framing.classify.train_senses import train_senses

    model = train_senses(read_sense_examples(data, lexicon or read_lexicon("conflict")), seed=seed)
    write_sense_model(model, out)
    return model


def train_model(data: Path, out: Path, *, seed: int = 0) -> LoadedModel:
    """A model from JSON Lines with pair_id, topic, loaded and plain, saved with its card.

    Raises:
        InputError: The file is missing or a line is not such a pair; nothing is written.
        ModelError: There are too few pairs or topics.
    """
    # Imported here: scikit-learn is only needed to train.
    from framing.classify.train import Pair, train_on_pairs

    pairs = []
    first_lines: dict[str, int] = {}
    for number, row in read_json_lines(data):
        missing = [key for key in _KEYS if key not in row]
        if missing:
            raise InputError(
                f"{data.name}, line {number} without {missing[0]}",
                f"an object with {', '.join(_KEYS)}",
                "Mend the line.",
            )
        values = [row[key] for key in _KEYS]
        if not all(isinstance(v, str) and v.strip() for v in values):
            raise InputError(
                f"{data.name}, line {number} with an empty field", f"text in {', '.join(_KEYS)}", "Mend the line."
            )
        pair = Pair(*values)
        if first_lines.setdefault(pair.pair_id, number) != number:
            raise InputError(
                f"{data.name}, line {number} with the pair_id of line {first_lines[pair.pair_id]}, {pair.pair_id!r:.60}",
                "each pair_id once",
                "Rename or remove it.",
            )
        pairs.append(pair)
    model = train_on_pairs(pairs, seed=seed)
    write_model(model, out)
    return model
