"""Training: a linear model over words, pairs of words and pieces of words; folds that leave whole groups out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, StratifiedKFold

from framing.classify.features import (
    PERSONS,
    REPORTING,
    SIMPLE,
    Forms,
    find_pairs,
    find_pieces,
    find_words,
    is_adverb,
)
from framing.classify.model import LoadedModel
from framing.errors import ModelError

FEWEST_PAIRS = 20
#: Fewest labelled sentences, and fewest of either class: less than two in each of five folds teaches nothing.
FEWEST = 50
FEWEST_OF_CLASS = 10
#: Folds where there are too many groups to leave out one by one.
MOST_FOLDS = 12
_EVENT_SETS = 4
_FEWEST_USES = 2
_FEWEST_USES_OF_PIECE = 3
#: What a loaded form, and one unit of the standardised marks, tone columns and log-odds of the base model weigh beside the blocks' length of 1.
_LEXICON, _SIMPLE, _TONE, _BASE = 0.5, 0.1, 0.3, 0.6
#: Inverse strength of the penalty: of pairs, and of labelled sentences, whose labels are less sure.
STRENGTH, STRENGTH_OF_LABELS = 3.0, 1.0

Progress = Callable[[int, int], None]
#: Rows to fit and rows held out.
Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Sentences:
    """Sentences to learn from, in columns.

    Args:
        texts: The sentences.
        labels: 1 for loaded, 0 for plain.
        tone: Sentences × TextBlob's polarity and subjectivity; no columns where the model is to do without.
        base: Log-odds of a model that has not seen them, to start from; empty without one.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    tone: np.ndarray
    base: np.ndarray

    def take(self, rows: np.ndarray) -> Sentences:
        """Some of them."""
        base = self.base[rows] if len(self.base) else self.base
        return Sentences(tuple(self.texts[i] for i in rows), self.labels[rows], self.tone[rows], base)


def fit_sentences(
    data: Sentences,
    *,
    forms: Sequence[str] = (),
    columns: Sequence[str] = (),
    base: LoadedModel | None = None,
    strength: float = STRENGTH,
) -> LoadedModel:
    """Weights from labelled sentences, not yet calibrated.

    Args:
        data: The sentences; `tone` with one column for each of `columns`, `base` with `base`'s log-odds.
        forms: Single-word forms of loaded terms.
        columns: Names of the tone columns.
        base: The model whose log-odds are a feature.
        strength: C of the regression; smaller is smoother.

    Raises:
        ModelError: No word occurs twice.
    """
    words = [find_words(text) for text in data.texts]
    word_idf = _idf([set(w) for w in words], _FEWEST_USES)
    pair_idf = _idf([set(find_pairs(w)) for w in words], _FEWEST_USES)
    pieces_of = {word: find_pieces(word) for word in {w for sentence in words for w in sentence}}
    piece_idf = _idf([{p for w in set(sentence) for p in pieces_of[w]} for sentence in words], _FEWEST_USES_OF_PIECE)
    if not word_idf:
        raise ModelError("sentences in which no word stands twice", "sentences to learn from", "Check the texts.")
    matrix = _matrix(words, pieces_of, word_idf, pair_idf, piece_idf, Forms(forms))
    plain = _simple_matrix(data.texts, words)
    blocks = [(plain, _SIMPLE)]
    if columns:
        blocks.append((data.tone, _TONE))
    if base is not None:
        blocks.append((data.base[:, None], _BASE))
    means = [block.mean(axis=0) for block, _ in blocks]
    slopes = [factor / (block.std(axis=0) + 1e-9) for block, factor in blocks]
    dense = np.hstack([(b - m) * s for (b, _), m, s in zip(blocks, means, slopes, strict=True)])
    regression = LogisticRegression(C=strength, max_iter=3000).fit(
        hstack([matrix, csr_matrix(dense)]).tocsr(), data.labels
    )
    weights = regression.coef_[0]
    nw, nb, ng = len(word_idf), len(pair_idf), len(piece_idf)
    idf = [np.array(list(table.values()), dtype=np.float64) for table in (word_idf, pair_idf, piece_idf)]
    # Standardising is folded into the weights and the intercept, so that scoring knows nothing of it.
    rest = np.split(weights[nw + nb + ng + 1 :], np.cumsum([b.shape[1] for b, _ in blocks])[:-1])
    folded = [w * s for w, s in zip(rest, slopes, strict=True)]
    intercept = float(regression.intercept_[0]) - sum(float(f @ m) for f, m in zip(folded, means, strict=True))
    return LoadedModel(
        word_names=tuple(word_idf),
        pair_names=tuple(pair_idf),
        piece_names=tuple(piece_idf),
        words=weights[:nw] * idf[0],
        word_idf=idf[0],
        pairs=weights[nw : nw + nb] * idf[1],
        pair_idf=idf[1],
        pieces=weights[nw + nb : nw + nb + ng] * idf[2],
        piece_idf=idf[2],
        forms=tuple(sorted(set(forms))),
        lexicon=_LEXICON * float(weights[nw + nb + ng]),
        simple=folded[0],
        tone=folded[1] if columns else np.zeros(0),
        columns=tuple(columns),
        intercept=intercept,
        scale=1.0,
        shift=0.0,
        abstain_below=0.5,
        base=base,
        base_weight=float(folded[-1][0]) if base is not None else 0.0,
    )


def _idf(documents: Sequence[set[str]], fewest: int) -> dict[str, float]:
    """Smoothed inverse document frequency of what stands in at least so many sentences, in alphabetical order."""
    counts = Counter(name for document in documents for name in document)
    kept = sorted(name for name, n in counts.items() if n >= fewest)
    return {name: float(np.log((1 + len(documents)) / (1 + counts[name])) + 1) for name in kept}


def _matrix(
    words: Sequence[Sequence[str]],
    pieces_of: dict[str, list[str]],
    word_idf: dict[str, float],
    pair_idf: dict[str, float],
    piece_idf: dict[str, float],
    forms: Forms,
) -> csr_matrix:
    tables = [(word_idf, 0), (pair_idf, len(word_idf)), (piece_idf, len(word_idf) + len(pair_idf))]
    in_words, in_pairs, in_pieces = (
        {name: (first + i, idf) for i, (name, idf) in enumerate(table.items())} for table, first in tables
    )
    last = len(word_idf) + len(pair_idf) + len(piece_idf)
    known = {word: [in_pieces[p] for p in pieces if p in in_pieces] for word, pieces in pieces_of.items()}
    rows: list[int] = []
    at: list[int] = []
    values: list[float] = []
    for row, sentence in enumerate(words):
        block = [in_words[w] for w in sentence if w in in_words] + [
            in_pairs[p] for p in find_pairs(sentence) if p in in_pairs
        ]
        for part in (block, [entry for word in sentence for entry in known[word]]):
            length = sum(idf * idf for _, idf in part) ** 0.5
            rows += [row] * len(part)
            at += [column for column, _ in part]
            values += [idf / length for _, idf in part]
        loaded = sum(word in forms for word in sentence)
        if loaded:
            rows.append(row)
            at.append(last)
            values.append(_LEXICON * loaded / len(sentence) ** 0.5)
    return csr_matrix((values, (rows, at)), shape=(len(words), last + 1))


def _simple_matrix(texts: Sequence[str], words: Sequence[Sequence[str]]) -> np.ndarray:
    """Sentences × `SIMPLE`."""
    rows = []
    for text, sentence in zip(texts, words, strict=True):
        n = max(len(sentence), 1)
        row = {
            "question": "?" in text,
            "exclamation": "!" in text,
            "persons": sum(w in PERSONS for w in sentence) / n**0.5,
            "ly": sum(map(is_adverb, sentence)) / n**0.5,
            "quotation": text.count('"') + text.count("“"),
            "log_words": np.log(n),
            "word_length": sum(map(len, sentence)) / n,
            "digit": any(c.isdigit() for c in text),
            "reporting": any(w in REPORTING for w in sentence),
        }
        rows.append([float(row[name]) for name in SIMPLE])
    return np.array(rows)


def held_out_logits(
    data: Sentences,
    folds: Sequence[Fold],
    fit: Callable[[Sentences], LoadedModel],
    progress: Progress | None = None,
) -> np.ndarray:
    """Log-odds of each sentence by a model that has not seen its fold.

    Args:
        data: All sentences.
        folds: Rows to fit and rows held out.
        fit: Trains on some of the sentences.
        progress: Called with folds done and folds in all.
    """
    logits = np.full(len(data.texts), np.nan)
    for number, (rows, held) in enumerate(folds, start=1):
        model, rest = fit(data.take(rows)), data.take(held)
        tone = {name: rest.tone[:, i].tolist() for i, name in enumerate(model.columns)}
        logits[held] = model.logits({"text": rest.texts, **tone})
        if progress is not None:
            progress(number, len(folds))
    return logits


def split_by_group(labels: np.ndarray, groups: np.ndarray) -> list[Fold]:
    """Folds that leave whole groups out: one at a time, or twelve sets of them where there are more.

    A fold whose rest has one class only is left out; its sentences get no held-out score.
    """
    splitter = LeaveOneGroupOut() if len(set(groups.tolist())) <= MOST_FOLDS else GroupKFold(MOST_FOLDS)
    return [(fit, held) for fit, held in splitter.split(labels, labels, groups) if len(set(labels[fit].tolist())) == 2]


def split_by_both(labels: np.ndarray, groups: np.ndarray, also: np.ndarray) -> list[Fold]:
    """The same, and what is fitted shares no second group with what is held out either.

    Where outlets tell the same events, leaving out one outlet with all its events would leave nothing; so each outlet's sentences are
    held out in a few parts, by sets of events.

    Args:
        labels: 1 for loaded, 0 for plain.
        groups: As a rule the outlet.
        also: As a rule the event; at least two of them.
    """
    part = np.empty(len(labels), dtype=np.int64)
    for k, (_, held) in enumerate(GroupKFold(min(_EVENT_SETS, len(set(also.tolist())))).split(labels, labels, also)):
        part[held] = k
    folds = []
    for fit, held in split_by_group(labels, groups):
        for k in sorted(set(part[held].tolist())):
            rest = fit[part[fit] != k]
            if len(set(labels[rest].tolist())) == 2:
                folds.append((rest, held[part[held] == k]))
    return folds


def split_at_random(labels: np.ndarray, *, seed: int = 0) -> list[Fold]:
    """Five random folds with the same share of either class."""
    return list(StratifiedKFold(5, shuffle=True, random_state=seed).split(labels, labels))


def fit_calibration(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that make held-out log-odds likeliest (Platt 1999, with his smoothed targets).

    Args:
        logits: Of sentences the model was not trained on.
        labels: 1 for loaded, 0 for plain.
    """
    positive, negative = int((labels == 1).sum()), int((labels == 0).sum())
    target = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    # A target between 0 and 1 is a sentence that is partly of either class.
    both = np.concatenate([logits, logits])[:, None]
    weights = np.concatenate([target, 1 - target])
    classes = np.repeat([1, 0], len(logits))
    platt = LogisticRegression(C=1e6, max_iter=1000).fit(both, classes, sample_weight=weights)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def recalibrate(model: LoadedModel, logits: np.ndarray, labels: np.ndarray) -> LoadedModel:
    """The same weights with the calibration that suits other sentences.

    Args:
        model: The model.
        logits: Its log-odds for the labelled sentences.
        labels: Theirs: 1 for loaded, 0 for plain.

    Raises:
        ModelError: Fewer than ten of either class.
    """
    for label, name in ((1, "loaded"), (0, "plain")):
        n = int((labels == label).sum())
        if n < FEWEST_OF_CLASS:
            raise ModelError(
                f"{n} {name} among {len(labels)} sentences to calibrate on",
                f"at least {FEWEST_OF_CLASS} of either",
                "Label more.",
            )
    scale, shift = fit_calibration(logits, labels)
    return replace(model, scale=scale, shift=shift)


def find_threshold(probabilities: np.ndarray, labels: np.ndarray, *, wanted: float) -> float:
    """The lowest confidence from which held-out answers are right as often as wanted; .95 where none is.

    Args:
        probabilities: Calibrated, held out.
        labels: 1 for loaded, 0 for plain.
        wanted: The share of right answers among the rest.
    """
    confidence = np.maximum(probabilities, 1 - probabilities)
    right = (probabilities >= 0.5) == (labels == 1)
    for step in range(500, 950, 5):
        kept = confidence >= step / 1000
        if kept.any() and right[kept].mean() >= wanted:
            return step / 1000
    return 0.95
