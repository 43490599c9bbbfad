"""A trained loadedness model: arrays and JSON on disk, numpy at work, no scikit-learn and no pickle."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from framing.classify.embeddings import Encoder, find_encoder
from framing.classify.features import (
    PERSONS,
    REPORTING,
    SIMPLE,
    TONE,
    Forms,
    find_pairs,
    find_pieces,
    find_words,
    is_adverb,
)
from framing.corpus import FolderKind, FolderWriter
from framing.errors import ModelError, reason_of

FORMAT = 2
MODEL_FOLDER = FolderKind("model.json", '"digest"', ("model.json", "weights.npz"))
_ARRAYS = ("words", "word_idf", "pairs", "pair_idf", "pieces", "piece_idf", "simple", "tone")
_NUMBERS = ("lexicon", "intercept", "scale", "shift", "abstain_below", "base_weight")
_NAMES = ("word_names", "pair_names", "piece_names", "forms", "columns")
#: Written forms kept with what they add up to; more are forgotten and worked out again.
_MOST_KEPT = 400_000
_BLOCK = 8_192


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """Probability that a sentence is worded in a loaded way.

    A reader would get wrong: this is wording, not truth, stance or bias, and not a property of an outlet.

    Words with their pairs, and pieces of words, are two blocks of tf-idf values, each of length one (occurrences counted one by one). Both a
    block's sum and its squared length are sums over words, so that what a word gives is worked out once and kept.

    Args:
        word_names: Words with a weight of their own.
        pair_names: Pairs of neighbouring words.
        piece_names: Pieces of words, ends marked.
        words: Weight of each word, times its idf.
        word_idf: Inverse document frequency of each word, for the length of the block.
        pairs: Weight of each pair, times its idf.
        pair_idf: As for words.
        pieces: Weight of each piece, times its idf.
        piece_idf: As for words.
        forms: Single-word forms of loaded terms of the lexicon the model was trained with.
        lexicon: Weight of each word that is one of them.
        simple: Weights of `framing.classify.features.SIMPLE`.
        tone: Weights of the columns in `columns`.
        columns: What `score` needs beside the text: none, or polarity and subjectivity.
        intercept: Of the regression.
        scale: Slope of the calibration (Platt 1999), fitted on held-out folds.
        shift: Intercept of the calibration.
        abstain_below: Under this probability of the likelier class the answer is "uncertain".
        base: A model this one was trained on top of: its log-odds are a feature.
        base_weight: Their weight.
        encoder: What gives sentence embeddings, for a model that was trained with them.
        embedded: Weight of each number of an embedding.
        card: What it was trained on and how well it does.
    """

    word_names: tuple[str, ...]
    pair_names: tuple[str, ...]
    piece_names: tuple[str, ...]
    words: np.ndarray
    word_idf: np.ndarray
    pairs: np.ndarray
    pair_idf: np.ndarray
    pieces: np.ndarray
    piece_idf: np.ndarray
    forms: tuple[str, ...]
    lexicon: float
    simple: np.ndarray
    tone: np.ndarray
    columns: tuple[str, ...]
    intercept: float
    scale: float
    shift: float
    abstain_below: float
    base: LoadedModel | None = None
    base_weight: float = 0.0
    encoder: Encoder | None = None
    embedded: np.ndarray = field(default_factory=lambda: np.zeros(0))
    card: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that can change a score."""
        whole = hashlib.sha256(json.dumps([getattr(self, name) for name in (*_NAMES, *_NUMBERS)]).encode())
        for name in _ARRAYS:
            whole.update(np.ascontiguousarray(getattr(self, name), "<f8").tobytes())
        if self.base is not None:
            whole.update(self.base.digest.encode())
        if self.encoder is not None:
            whole.update(json.dumps([self.encoder.digest, self.encoder.layers]).encode())
            whole.update(np.ascontiguousarray(self.embedded, "<f8").tobytes())
        return whole.hexdigest()

    @cached_property
    def _chunks(self) -> _Chunks:
        return _Chunks(self)

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out stays here: a worker gets the model alone.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def logits(self, columns: Mapping[str, Any]) -> np.ndarray:
        """Log-odds before calibration.

        Args:
            columns: As `score` takes them; `embedded` too, where the encoder's embeddings are known already.

        Raises:
            ModelError: A column the model needs is not there, or its encoder cannot be used.
        """
        texts = columns["text"]
        missing = [name for name in self.columns if name not in columns]
        if missing:
            raise ModelError(
                f"sentences without {missing[0]}",
                f"the columns {', '.join(('text', *self.columns))}",
                "Give them, or use a model trained on text alone.",
            )
        total = np.empty(len(texts))
        for first in range(0, len(texts), _BLOCK):
            total[first : first + _BLOCK] = self._chunks.sum(texts[first : first + _BLOCK])
        for name, weight in zip(self.columns, self.tone, strict=True):
            total += weight * np.asarray(columns[name], dtype=np.float64)
        if self.base is not None:
            total += self.base_weight * self.base.logits(columns)
        if self.encoder is not None:
            # Block by block: embeddings of many sentences are large.
            for first in range(0, len(texts), _BLOCK):
                given = columns["embedded"][first : first + _BLOCK] if "embedded" in columns else None
                found = self.encoder.embed(texts[first : first + _BLOCK]) if given is None else given
                total[first : first + _BLOCK] += found @ self.embedded
        return total + self.intercept

    def score(self, columns: Mapping[str, Any]) -> list[float]:
        """Calibrated probabilities for the sentences in column `text`.

        Args:
            columns: `text`, and what `self.columns` names.

        Raises:
            ModelError: A column the model needs is not there.

        Example:
            >>> model = read_model()
            >>> loaded, plain = model.score({"text": ["Thugs of the regime butchered them.", "Government troops killed them."]})
            >>> loaded > plain
            True
        """
        if not len(columns["text"]):
            return []
        return list(map(float, self.calibrate(self.logits(columns))))

    def calibrate(self, logits: np.ndarray) -> np.ndarray:
        """Log-odds as calibrated probabilities.

        Args:
            logits: From `logits`.
        """
        # Rounded, so that the last bit does not depend on which sentences share a batch; embeddings have fewer that hold.
        places = 9 if self.encoder is None else 6
        return np.round(1.0 / (1.0 + np.exp(-(self.scale * logits + self.shift))), places)

    @property
    def band(self) -> tuple[float, float]:
        """Between these two probabilities, both excluded, the model abstains.

        Example:
            >>> low, high = read_model().band
            >>> low < 0.5 < high
            True
        """
        return round(1 - self.abstain_below, 9), self.abstain_below

    def decide(self, probabilities: Sequence[float]) -> list[str]:
        """`loaded`, `plain`, or `uncertain` where the likelier of the two is not likely enough.

        Example:
            >>> read_model().decide([0.99, 0.5, 0.01])
            ['loaded', 'uncertain', 'plain']
        """
        return [
            "uncertain" if max(p, 1 - p) < self.abstain_below else "loaded" if p >= 0.5 else "plain"
            for p in probabilities
        ]

    def with_card(self, card: Mapping[str, Any]) -> LoadedModel:
        """The same model with another card."""
        return replace(self, card=card)


class _Known(dict[str, Any]):
    """Values of strings, each worked out when first asked for."""

    def __init__(self, work_out: Callable[[str], Any]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, name: str) -> Any:
        value = self[name] = self._work_out(name)
        return value


#: Columns kept for a written form: sum and squares of either block, what counts over the root of the number of words, words, characters, marks.
_BLOCK_SUM, _BLOCK_SQUARES, _PIECE_SUM, _PIECE_SQUARES, _OVER_ROOT, _WORDS, _LENGTH = range(7)
_QUESTION, _EXCLAMATION, _QUOTATION, _DIGIT, _REPORTING = range(7, 12)
_WIDTH = 12


class _Chunks:
    """Written forms between blanks ("regime,") with what each adds to a sentence.

    No word reaches over a blank, so that a sentence is the sum of its forms and of the pairs where two of them meet.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._lock = threading.Lock()
        self._words, self._pairs, self._pieces = (
            dict(zip(names, zip(values.tolist(), (idf**2).tolist(), strict=True), strict=True))
            for names, values, idf in (
                (model.word_names, model.words, model.word_idf),
                (model.pair_names, model.pairs, model.pair_idf),
                (model.piece_names, model.pieces, model.piece_idf),
            )
        )
        self._forms, self._lexicon = Forms(model.forms), model.lexicon
        self._simple = dict(zip(SIMPLE, model.simple.tolist(), strict=True))
        # Pairs by the numbers of their two words, in order, to be looked up for many at once.
        split = [name.split(" ") for name in model.pair_names]
        self._numbers = {w: i for i, w in enumerate(dict.fromkeys(chain.from_iterable(split)))}
        keys = np.array([self._key(a, b) for a, b in split], dtype=np.int64)
        order = np.argsort(keys)
        self._pair_keys = keys[order]
        self._pair_values, self._pair_squares = model.pairs[order], model.pair_idf[order] ** 2
        self._forget()

    def _key(self, left: str, right: str) -> int:
        return self._numbers[left] * len(self._numbers) + self._numbers[right]

    def _forget(self) -> None:
        self._ids, self._weighed = _Known(self.add), _Known(self._weigh)
        self._table = np.zeros((4_096, _WIDTH))
        self._ends = np.full((4_096, 2), -1, dtype=np.int64)

    def add(self, chunk: str) -> int:
        """Work out a written form and keep it; its number."""
        number = len(self._ids)  # not yet among them
        if number == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._ends = np.concatenate([self._ends, np.full_like(self._ends, -1)])
        words = find_words(chunk)
        marks = chunk.count("?"), chunk.count("!"), chunk.count('"') + chunk.count("“")
        parts = [self._weighed[word] for word in words]
        known = [self._pairs[pair] for pair in find_pairs(words) if pair in self._pairs] if len(words) > 1 else []
        sums = [
            sum(column) for column in zip((0.0,) * 5, *parts, *((v, q, 0.0, 0.0, 0.0) for v, q in known), strict=True)
        ]
        digit = any(c.isdigit() for c in chunk)
        reporting = any(w in REPORTING for w in words)
        self._table[number] = (*sums, len(words), sum(map(len, words)), *marks, digit, reporting)
        if words:
            self._ends[number] = self._numbers.get(words[0], -1), self._numbers.get(words[-1], -1)
        return number

    def _weigh(self, word: str) -> tuple[float, ...]:
        """What a word adds to the first five columns."""
        pieces = self._pieces
        known = [pieces[p] for p in find_pieces(word) if p in pieces]
        over_root = self._lexicon if word in self._forms else 0.0
        if word in PERSONS:
            over_root += self._simple["persons"]
        if is_adverb(word):
            over_root += self._simple["ly"]
        return (*self._words.get(word, (0.0, 0.0)), sum(v for v, _ in known), sum(q for _, q in known), over_root)

    def sum(self, texts: Sequence[str]) -> np.ndarray:
        """The log-odds of each text without tone and intercept."""
        with self._lock:
            if len(self._ids) > _MOST_KEPT:
                self._forget()
            found = [text.lower().split() for text in texts]
            ids = np.fromiter(map(self._ids.__getitem__, chain.from_iterable(found)), dtype=np.int64)
            table, ends = self._table[ids], self._ends[ids]
        n = len(texts)
        rows = np.repeat(np.arange(n), np.fromiter(map(len, found), dtype=np.int64, count=n))
        # Marks alone ("—") stand between words and part no neighbours.
        with_words = table[:, _WORDS] > 0
        at, ends = rows[with_words], ends[with_words]
        left, right = ends[:-1, 1], ends[1:, 0]
        meet = np.flatnonzero((left >= 0) & (right >= 0) & (at[:-1] == at[1:]))
        keys = left[meet] * len(self._numbers) + right[meet]
        place = np.minimum(np.searchsorted(self._pair_keys, keys), max(len(self._pair_keys) - 1, 0))
        hit = self._pair_keys[place] == keys if len(self._pair_keys) else np.zeros(len(keys), dtype=bool)
        # bincount adds in the order of the text, whatever stands beside it.
        sums = [np.bincount(rows, table[:, column], minlength=n) for column in range(_WIDTH)]
        met, which = at[meet[hit]], place[hit]
        block = sums[_BLOCK_SUM] + np.bincount(met, self._pair_values[which], minlength=n)
        squares = sums[_BLOCK_SQUARES] + np.bincount(met, self._pair_squares[which], minlength=n)
        words = np.maximum(sums[_WORDS], 1.0)
        simple = self._simple
        total: np.ndarray = (
            block / np.sqrt(np.where(squares > 0, squares, 1.0))
            + sums[_PIECE_SUM] / np.sqrt(np.where(sums[_PIECE_SQUARES] > 0, sums[_PIECE_SQUARES], 1.0))
            + sums[_OVER_ROOT] / np.sqrt(words)
            + simple["question"] * (sums[_QUESTION] > 0)
            + simple["exclamation"] * (sums[_EXCLAMATION] > 0)
            + simple["quotation"] * sums[_QUOTATION]
            + simple["log_words"] * np.log(words)
            + simple["word_length"] * sums[_LENGTH] / words
            + simple["digit"] * (sums[_DIGIT] > 0)
            + simple["reporting"] * (sums[_REPORTING] > 0)
        )
        return total


def shipped_model_path() -> Path:
    """The folder of the model that comes with the package."""
    return Path(__file__).parent / "shipped"


def write_model(model: LoadedModel, out: Path) -> None:
    """Save a model as `model.json` and `weights.npz`; an existing folder must hold a model or nothing.

    Raises:
        FramingError: The folder holds something else or cannot be written; nothing is changed then.
    """
    with FolderWriter(out, MODEL_FOLDER) as folder:
        document, arrays = _parts(model)
        if model.base is not None:
            document["base"], base_arrays = _parts(model.base)
            arrays |= {f"base_{name}": array for name, array in base_arrays.items()}
        if model.encoder is not None:
            document["encoder"] = {n: getattr(model.encoder, n) for n in ("name", "digest", "layers")}
            arrays["embedded"] = np.asarray(model.embedded, "<f8")
        document = {"format": FORMAT, "digest": model.digest, "card": model.card, **document}
        np.savez_compressed(folder.folder / "weights.npz", **arrays)  # type: ignore[arg-type]
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder.folder / "model.json").write_text(text, encoding="utf-8")
        folder.publish()


def read_model(path: Path | str | None = None) -> LoadedModel:
    """A saved model; the shipped one when no path is given.

    Raises:
        ModelError: It is missing, of another kind or format, its content is not what its digest says, or the encoder it was
            trained with is not there.
    """
    folder = Path(path) if path is not None else shipped_model_path()
    try:
        document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if "senses" in document:
            raise ModelError(
                f"a sense model at {str(folder)!r}",
                "a loadedness model, trained on pairs or labelled sentences",
                "Give it as --senses (senses= in Python), this one as --classifier.",
            )
        if document["format"] != FORMAT:
            raise ModelError(
                f"model format {document['format']!r} in {folder.name!r}",
                f"format {FORMAT}",
                "Train it again with this version.",
            )
        with (folder / "weights.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            base = _whole(document["base"], stored, "base_") if "base" in document else None
            model = replace(_whole(document, stored, ""), base=base, card=document["card"])
            if "encoder" in document:
                named = document["encoder"]
                encoder = find_encoder(
                    str(named["name"]), layers=[int(layer) for layer in named["layers"]], digest=str(named["digest"])
                )
                model = replace(model, encoder=encoder, embedded=np.asarray(stored["embedded"], dtype=np.float64))
        whole = _fits(model) and (base is None or _fits(base)) and model.digest == document["digest"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, zipfile.BadZipFile) as problem:
        raise ModelError(
            f"no readable model at {str(folder)!r} ({reason_of(problem)})",
            "model.json and weights.npz",
            "Train it again, or use --classifier none.",
        ) from problem
    if not whole:
        raise ModelError(
            f"a model at {str(folder)!r} that differs from its digest",
            "the files as training wrote them",
            "Train it again.",
        )
    return model


def _parts(model: LoadedModel) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What goes into the document and what into the arrays, without the base."""
    document = {name: getattr(model, name) for name in (*_NUMBERS, *_NAMES)}
    return document, {name: np.asarray(getattr(model, name), "<f8") for name in _ARRAYS}


def _whole(document: Mapping[str, Any], stored: Mapping[str, np.ndarray], prefix: str) -> LoadedModel:
    arrays: dict[str, Any] = {name: np.asarray(stored[prefix + name], dtype=np.float64) for name in _ARRAYS}
    names: dict[str, Any] = {name: tuple(map(str, document[name])) for name in _NAMES}
    numbers: dict[str, Any] = {name: float(document[name]) for name in _NUMBERS}
    return LoadedModel(**names, **arrays, **numbers)


def _fits(model: LoadedModel) -> bool:
    """Whether there is one finite number for each name, and a card."""
    sizes = {"words": model.word_names, "pairs": model.pair_names, "pieces": model.piece_names}
    sizes |= {"word_idf": model.word_names, "pair_idf": model.pair_names}
    sizes |= {"piece_idf": model.piece_names, "simple": SIMPLE, "tone": model.columns}
    return (
        isinstance(model.card, dict)
        and set(model.columns) <= set(TONE)
        and all(name.count(" ") == 1 for name in model.pair_names)
        and all(getattr(model, name).shape == (len(names),) for name, names in sizes.items())
        and all(np.isfinite(getattr(model, name)).all() for name in (*_ARRAYS, *_NUMBERS, "embedded"))
        and model.embedded.shape == (0 if model.encoder is None else model.encoder.size,)
    )
