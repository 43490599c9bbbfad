"""A trained loadedness model: arrays and JSON on disk, numpy at work, no scikit-learn and no pickle."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from framing.corpus import FolderKind, FolderWriter
from framing.errors import ModelError, reason_of

FORMAT = 1
_TOKEN = re.compile(r"\b\w[\w'’-]*\b")
MODEL_FOLDER = FolderKind("model.json", '"digest"', ("model.json", "weights.npz"))


def ngrams(text: str) -> list[str]:
    """Lower-case words and pairs of neighbouring words: what the model sees of a sentence.

    Example:
        >>> ngrams("The regime fell")
        ['the', 'regime', 'fell', 'the regime', 'regime fell']
    """
    words = _TOKEN.findall(text.lower())
    return words + [f"{a} {b}" for a, b in pairwise(words)]


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """Probability that a sentence is worded in a loaded way.

    A reader would get wrong: this is wording, not truth, stance or bias, and not a property of an outlet.

    Args:
        vocabulary: Words and word pairs, in the order of the weights.
        idf: Inverse document frequency of each.
        weights: Logistic-regression weight of each.
        intercept: Its intercept.
        scale: Slope of the calibration (Platt 1999), fitted on held-out folds.
        shift: Intercept of the calibration.
        card: What it was trained on and how well it does.
    """

    vocabulary: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray
    intercept: float
    scale: float
    shift: float
    card: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {gram: i for i, gram in enumerate(self.vocabulary)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that can change a score."""
        whole = hashlib.sha256(json.dumps([self.vocabulary, self.intercept, self.scale, self.shift]).encode())
        whole.update(
            np.ascontiguousarray(self.idf, "<f8").tobytes() + np.ascontiguousarray(self.weights, "<f8").tobytes()
        )
        return whole.hexdigest()

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """Log-odds before calibration: tf-idf with 1 + log(tf), cosine-normalised, as scikit-learn's TfidfVectorizer gives."""
        index = self._index
        rows: list[int] = []
        columns: list[int] = []
        for row, text in enumerate(texts):
            found = [index[g] for g in ngrams(text) if g in index]
            rows.extend([row] * len(found))
            columns.extend(found)
        n, size = len(texts), len(self.vocabulary)
        keys, counts = np.unique(np.asarray(rows, np.int64) * size + np.asarray(columns, np.int64), return_counts=True)
        at_row, at_column = keys // size, keys % size
        values = (1.0 + np.log(counts)) * self.idf[at_column]
        norm = np.sqrt(np.bincount(at_row, values**2, minlength=n))
        total = np.bincount(at_row, values * self.weights[at_column], minlength=n)
        return total / np.where(norm > 0, norm, 1.0) + self.intercept

    def score(self, columns: Mapping[str, Sequence[Any]]) -> list[float]:
        """Calibrated probabilities for the sentences in column `text`.

        Example:
            >>> model = read_model()
            >>> loaded, plain = model.score({"text": ["Thugs of the regime butchered them.", "Government troops killed them."]})
            >>> loaded > plain
            True
        """
        texts = columns["text"]
        if not len(texts):
            return []
        z = self.scale * self.logits(texts) + self.shift
        # Rounded, so that the last bit does not depend on which sentences share a batch.
        return [float(p) for p in np.round(1.0 / (1.0 + np.exp(-z)), 9)]


def shipped_model_path() -> Path:
    """The folder of the model that comes with the package."""
    return Path(__file__).parent / "shipped"


def write_model(model: LoadedModel, out: Path) -> None:
    """Save a model as `model.json` and `weights.npz`; an existing folder must hold a model or nothing.

    Raises:
        FramingError: The folder holds something else or cannot be written; nothing is changed then.
    """
    with FolderWriter(out, MODEL_FOLDER) as folder:
        arrays = {"idf": np.asarray(model.idf, "<f8"), "weights": np.asarray(model.weights, "<f8")}
        np.savez_compressed(folder.folder / "weights.npz", **arrays)  # type: ignore[arg-type]
        document = {
            "format": FORMAT,
            "digest": model.digest,
            "intercept": model.intercept,
            "scale": model.scale,
            "shift": model.shift,
            "card": model.card,
            "vocabulary": model.vocabulary,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder.folder / "model.json").write_text(text, encoding="utf-8")
        folder.publish()


def read_model(path: Path | str | None = None) -> LoadedModel:
    """A saved model; the shipped one when no path is given.

    Raises:
        ModelError: It is missing, of another kind or format, or its content is not what its digest says.
    """
    folder = Path(path) if path is not None else shipped_model_path()
    try:
        document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if "senses" in document:
            raise ModelError(
                f"a sense model at {str(folder)!r}",
                "a loadedness model, trained on minimal pairs",
                "Give it as --senses (senses= in Python), this one as --classifier.",
            )
        if document["format"] != FORMAT:
            raise ModelError(
                f"model format {document['format']!r} in {folder.name!r}",
                f"format {FORMAT}",
                "Train it again with this version.",
            )
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            idf, weights = arrays["idf"], arrays["weights"]
        model = LoadedModel(
            tuple(document["vocabulary"]),
            idf,
            weights,
            float(document["intercept"]),
            float(document["scale"]),
            float(document["shift"]),
            document["card"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, zipfile.BadZipFile) as problem:
        raise ModelError(
            f"no readable model at {str(folder)!r} ({reason_of(problem)})",
            "model.json and weights.npz",
            "Train it again, or use --classifier none.",
        ) from problem
    if not (len(model.vocabulary) == len(model.idf) == len(model.weights)) or model.digest != document.get("digest"):
        raise ModelError(
            f"a model at {str(folder)!r} that differs from its digest",
            "the files as training wrote them",
            "Train it again.",
        )
    return model
