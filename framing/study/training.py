"""Train the loadedness model from minimal pairs, or the sense model from sentences with a marked mention."""

from __future__ import annotations

import json
from pathlib import Path

from framing.classify import LoadedModel, SenseModel, write_model, write_sense_model
from framing.errors import InputError, ModelError
from framing.lexicon import Lexicon, read_lexicon

_KEYS = ("pair_id", "topic", "loaded", "plain")


def train_any(data: Path, out: Path, *, seed: int = 0) -> LoadedModel | SenseModel:
    """The model a file of training data is for: minimal pairs give loadedness, marked sentences the senses."""
    try:
        with data.open(encoding="utf-8-sig") as lines:
            first = next((line for line in lines if line.strip()), "{}")
        keys = set(json.loads(first))
    except (OSError, ValueError, TypeError):
        keys = set()
    return train_sense_model(data, out, seed=seed) if "sense" in keys else train_model(data, out, seed=seed)


def train_sense_model(data: Path, out: Path, *, seed: int = 0, lexicon: Lexicon | None = None) -> SenseModel:
    """A sense model from JSON Lines with id, term, text, start, end and sense, saved with its card.

    Raises:
        InputError: The file is missing or a line is no such sentence; nothing is written.
        ModelError: There are too few sentences or terms.
    """
    from framing.classify.train_senses import train_senses
    from framing.study.senses import read_sense_examples

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
    try:
        lines = data.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{str(data)!r} cannot be read ({problem})", "JSON Lines in UTF-8", "Check the path."
        ) from problem
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            values = [row[key] for key in _KEYS]
        except (ValueError, KeyError, TypeError) as problem:
            raise InputError(
                f"{data.name}, line {number} is no pair ({problem!r})",
                f"an object with {', '.join(_KEYS)}",
                "Mend the line.",
            ) from problem
        if not all(isinstance(v, str) and v.strip() for v in values):
            raise InputError(
                f"{data.name}, line {number} with an empty field", f"text in {', '.join(_KEYS)}", "Mend the line."
            )
        pairs.append(Pair(*values))
    if len({p.pair_id for p in pairs}) < len(pairs):
        raise ModelError(f"a repeated pair_id in {data.name}", "each once", "Rename or remove it.")
    model = train_on_pairs(pairs, seed=seed)
    write_model(model, out)
    return model
