"""A trained sense model: which meaning a mention has, from features of its context. Arrays and JSON, numpy at work."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from framing.corpus import FolderKind, FolderWriter
from framing.errors import ModelError, reason_of
from framing.lexicon.senses import SENSES

FORMAT = 1
_FOLDER = FolderKind("model.json", '"digest"', ("model.json", "weights.npz"))


@dataclass(frozen=True, eq=False)
class SenseModel:
    """Probabilities of the three senses of a mention.

    A reader would get wrong: the probability is calibrated on sentences written for this project, not on a newspaper.

    Args:
        vocabulary: Feature names, in the order of the weights.
        weights: Features × senses.
        intercept: One per sense.
        scale: Slope of the calibration, fitted on held-out folds.
        abstain_below: A best probability under this is uncertain.
        card: What it was trained on and how well it does.
    """

    vocabulary: tuple[str, ...]
    weights: np.ndarray
    intercept: np.ndarray
    scale: float
    abstain_below: float
    card: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> dict[str, tuple[float, ...]]:
        return dict(zip(self.vocabulary, map(tuple, self.weights.tolist()), strict=True))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that can change a probability."""
        scalars = [self.vocabulary, self.scale, self.abstain_below]
        whole = hashlib.sha256(json.dumps(scalars).encode())
        for array in (self.weights, self.intercept):
            whole.update(np.ascontiguousarray(array, "<f8").tobytes())
        return whole.hexdigest()

    def logits(self, features: Mapping[str, float]) -> np.ndarray:
        """Log-odds of the senses before calibration."""
        # Few numbers each: plain floats are faster than an array for each feature, and are summed in the same order.
        total = self.intercept.tolist()
        rows = self._rows
        for name, value in features.items():
            row = rows.get(name)
            if row is not None:
                total = [t + value * weight for t, weight in zip(total, row, strict=True)]
        return np.array(total)

    def score(self, features: Sequence[Mapping[str, float]]) -> list[tuple[float, ...]]:
        """Probabilities of conflict, figurative and other.

        Args:
            features: One mapping per mention, as `framing.language.context` makes them.
        """
        if not features:
            return []
        z = self.scale * np.array([self.logits(mapping) for mapping in features])
        e = np.exp(z - z.max(axis=1, keepdims=True))
        # Rounded, so that the last bit does not depend on the machine's order of sums.
        return list(map(tuple, np.round(e / e.sum(axis=1, keepdims=True), 6).tolist()))


def shipped_sense_model_path() -> Path:
    """The folder of the model that comes with the package."""
    return Path(__file__).parent / "shipped_senses"


def write_sense_model(model: SenseModel, out: Path) -> None:
    """Save a model as `model.json` and `weights.npz`.

    Raises:
        FramingError: The folder holds something else or cannot be written; nothing is changed then.
    """
    with FolderWriter(out, _FOLDER) as folder:
        arrays = {"weights": np.asarray(model.weights, "<f8"), "intercept": np.asarray(model.intercept, "<f8")}
        np.savez_compressed(folder.folder / "weights.npz", **arrays)  # type: ignore[arg-type]
        document = {
            "format": FORMAT,
            "digest": model.digest,
            "senses": SENSES,
            "scale": model.scale,
            "abstain_below": model.abstain_below,
            "card": model.card,
            "vocabulary": model.vocabulary,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder.folder / "model.json").write_text(text, encoding="utf-8")
        folder.publish()


def read_sense_model(path: Path | str | None = None) -> SenseModel:
    """A saved sense model; the shipped one when no path is given.

    Raises:
        ModelError: It is missing, of another kind or format, or its content is not what its digest says.

    Example:
        >>> read_sense_model().card["what"][:5]
        'Which'
    """
    folder = Path(path) if path is not None else shipped_sense_model_path()
    try:
        document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if "shift" in document:
            raise ModelError(
                f"a loadedness model at {str(folder)!r}",
                "a sense model, trained on marked sentences",
                "Give it as --classifier (classifier= in Python), this one as --senses.",
            )
        if document["format"] != FORMAT or tuple(document["senses"]) != SENSES:
            raise ModelError(
                f"sense model format {document['format']!r} in {folder.name!r}", f"format {FORMAT}", "Train it again."
            )
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            weights, intercept = arrays["weights"], arrays["intercept"]
        numbers = float(document["scale"]), float(document["abstain_below"])
        model = SenseModel(tuple(document["vocabulary"]), weights, intercept, *numbers, document["card"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, zipfile.BadZipFile) as problem:
        raise ModelError(
            f"no readable sense model at {str(folder)!r} ({reason_of(problem)})",
            "model.json and weights.npz",
            "Train it (framing train corpora/senses/sentences.jsonl --out MODEL), or use --senses none.",
        ) from problem
    if weights.shape != (len(model.vocabulary), len(SENSES)) or model.digest != document.get("digest"):
        raise ModelError(
            f"a sense model at {str(folder)!r} that differs from its digest", "it as trained", "Train it again."
        )
    return model
