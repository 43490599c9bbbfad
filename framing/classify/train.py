"""Training: a linear model over words, pairs of words and pieces of words; folds that leave whole groups out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, StratifiedKFold

from framing.classify.embeddings import Encoder
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
#: The same for each number of an embedding, of which there are about a thousand.
_EMBEDDED = 0.06
#: Inverse strength of the penalty for pairs; for labelled sentences, whose labels are less sure, it is chosen (`CHOICES`).
STRENGTH = 3.0
_INNER_FOLDS = 3
#: How closely a regression is fitted whose only use is to rank settings.
_ROUGH = 1e-3

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
        groups: Which stay together while settings are chosen, as numbers.
        embedded: Sentences × numbers of their embeddings; no columns without an encoder.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    tone: np.ndarray
    base: np.ndarray
    groups: np.ndarray
    embedded: np.ndarray

    def take(self, rows: np.ndarray) -> Sentences:
        """Some of them."""
        base = self.base[rows] if len(self.base) else self.base
        texts = tuple(self.texts[i] for i in rows)
        return Sentences(texts, self.labels[rows], self.tone[rows], base, self.groups[rows], self.embedded[rows])


@dataclass(frozen=True)
class Settings:
    """What is chosen on folds within the training sentences.

    Args:
        strength: C of the regression; smaller is smoother.
        words: Whether words, pairs and pieces of words are seen; without them embeddings, marks and tone are left.
    """

    strength: float = STRENGTH
    words: bool = True

    def __str__(self) -> str:
        return f"C={self.strength:g}{'' if self.words else ', without words'}"


#: What is tried for labelled sentences, without and with embeddings; the first is taken unless another is better in every fold.
CHOICES = tuple(Settings(c) for c in (1.0, 0.3, 3.0))
CHOICES_WITH_EMBEDDINGS = tuple(Settings(c, words) for words in (True, False) for c in (0.3, 0.1, 1.0))


@dataclass(frozen=True)
class Sight:
    """What a model to be fitted is given beside the texts.

    Args:
        forms: Single-word forms of loaded terms.
        columns: Names of the tone columns.
        base: The model whose log-odds are a feature.
        encoder: What gave the embeddings.
    """

    forms: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    base: LoadedModel | None = None
    encoder: Encoder | None = None


def fit_sentences(data: Sentences, sight: Sight | None = None, settings: Settings | None = None) -> LoadedModel:
    """Weights from labelled sentences, not yet calibrated.

    Args:
        data: The sentences; `tone` with one column for each of `sight.columns`, `base` with the log-odds of `sight.base`, `embedded` with what
            `sight.encoder` gives.
        sight: What the model sees.
        settings: How smooth it is.

    Raises:
        ModelError: No word occurs twice.
    """
    settings = settings or Settings()
    return _Design(data, sight or Sight(), words=settings.words).fit(settings.strength)


def choose_settings(
    data: Sentences, sight: Sight, choices: Sequence[Settings] = CHOICES, *, seed: int = 0
) -> tuple[Settings, dict[Settings, float]]:
    """The settings that rank held-out sentences best, by folds within these sentences that part no group.

    The differences are small and a few folds are noisy, so the first settings stand unless others are better in every fold.

    A reader would get wrong: this looks only at the sentences it is given; to measure what comes of it, other sentences are needed.

    Args:
        data: The sentences; `groups` tells which stay together, as a rule an outlet's.
        sight: What the model sees.
        choices: What is tried, what stands without reason to the contrary first.
        seed: Of the folds where there are no groups.

    Returns:
        Those chosen, and the mean AUC of each; the first and nothing where no fold has both classes on both sides.
    """
    scores: dict[Settings, list[float]] = {choice: [] for choice in choices}
    for fit, held in _inner_folds(data, seed):
        rest = data.take(held)
        for words in dict.fromkeys(choice.words for choice in choices):
            design = _Design(data.take(fit), sight, words=words)
            rows = design.rows(rest)
            for choice in choices:
                if choice.words == words:
                    ranks = design.regress(choice.strength, tolerance=_ROUGH).decision_function(rows)
                    scores[choice].append(float(roc_auc_score(rest.labels, ranks)))
    means = {choice: float(np.mean(found)) for choice, found in scores.items() if found}
    first = scores[choices[0]]
    better = [c for c in means if all(mine > its for mine, its in zip(scores[c], first, strict=True))]
    return max(better, key=means.__getitem__, default=choices[0]), means


def _inner_folds(data: Sentences, seed: int) -> list[Fold]:
    n = len(set(data.groups.tolist()))
    if n > 1:
        folds = GroupKFold(min(_INNER_FOLDS, n)).split(data.labels, data.labels, data.groups)
    else:
        folds = StratifiedKFold(_INNER_FOLDS, shuffle=True, random_state=seed).split(data.labels, data.labels)
    return [
        (fit, held) for fit, held in folds if all(len(set(data.labels[side].tolist())) == 2 for side in (fit, held))
    ]


class _Design:
    """Sentences as rows of numbers, and the regression on them."""

    def __init__(self, data: Sentences, sight: Sight, *, words: bool) -> None:
        self._data, self._sight = data, sight
        found = [find_words(text) for text in data.texts]
        known = found if words else []
        self._word_idf = _idf([set(w) for w in known], _FEWEST_USES)
        self._pair_idf = _idf([set(find_pairs(w)) for w in known], _FEWEST_USES)
        pieces_of = _pieces_of(known)
        self._piece_idf = _idf(
            [{p for w in set(sentence) for p in pieces_of[w]} for sentence in known], _FEWEST_USES_OF_PIECE
        )
        if words and not self._word_idf:
            raise ModelError("sentences in which no word stands twice", "sentences to learn from", "Check the texts.")
        self._forms = Forms(sight.forms)
        blocks = self._blocks(data, found)
        self._means = {name: block.mean(axis=0) for name, (block, _) in blocks.items()}
        self._slopes = {name: factor / (block.std(axis=0) + 1e-9) for name, (block, factor) in blocks.items()}
        self._matrix = self._stack(found, blocks)

    def _blocks(self, data: Sentences, words: Sequence[Sequence[str]]) -> dict[str, tuple[np.ndarray, float]]:
        """What is standardised, with what one unit of it weighs."""
        blocks = {"simple": (_simple_matrix(data.texts, words), _SIMPLE)}
        if self._sight.columns:
            blocks["tone"] = (data.tone, _TONE)
        if self._sight.base is not None:
            blocks["base"] = (data.base[:, None], _BASE)
        if self._sight.encoder is not None:
            blocks["embedded"] = (data.embedded, _EMBEDDED)
        return blocks

    def _stack(self, words: Sequence[Sequence[str]], blocks: dict[str, tuple[np.ndarray, float]]) -> csr_matrix:
        matrix = _matrix(words, _pieces_of(words), self._word_idf, self._pair_idf, self._piece_idf, self._forms)
        dense = np.hstack([(block - self._means[name]) * self._slopes[name] for name, (block, _) in blocks.items()])
        return hstack([matrix, csr_matrix(dense)]).tocsr()

    def rows(self, data: Sentences) -> csr_matrix:
        """Other sentences in the same columns."""
        words = [find_words(text) for text in data.texts]
        return self._stack(words, self._blocks(data, words))

    def regress(self, strength: float, *, tolerance: float = 1e-4) -> LogisticRegression:
        return LogisticRegression(C=strength, max_iter=3000, tol=tolerance).fit(self._matrix, self._data.labels)

    def fit(self, strength: float) -> LoadedModel:
        regression, sight = self.regress(strength), self._sight
        weights = regression.coef_[0]
        nw, nb, ng = len(self._word_idf), len(self._pair_idf), len(self._piece_idf)
        idf = [np.array(list(t.values()), dtype=np.float64) for t in (self._word_idf, self._pair_idf, self._piece_idf)]
        # Standardising is folded into the weights and the intercept, so that scoring knows nothing of it.
        sizes = [len(mean) for mean in self._means.values()]
        rest = np.split(weights[nw + nb + ng + 1 :], np.cumsum(sizes)[:-1])
        folded = {name: w * self._slopes[name] for name, w in zip(self._means, rest, strict=True)}
        shift = sum(float(weight @ self._means[name]) for name, weight in folded.items())
        return LoadedModel(
            word_names=tuple(self._word_idf),
            pair_names=tuple(self._pair_idf),
            piece_names=tuple(self._piece_idf),
            words=weights[:nw] * idf[0],
            word_idf=idf[0],
            pairs=weights[nw : nw + nb] * idf[1],
            pair_idf=idf[1],
            pieces=weights[nw + nb : nw + nb + ng] * idf[2],
            piece_idf=idf[2],
            forms=tuple(sorted(set(sight.forms))),
            lexicon=_LEXICON * float(weights[nw + nb + ng]),
            simple=folded["simple"],
            tone=folded.get("tone", np.zeros(0)),
            columns=sight.columns,
            intercept=float(regression.intercept_[0]) - shift,
            scale=1.0,
            shift=0.0,
            abstain_below=0.5,
            base=sight.base,
            base_weight=float(folded["base"][0]) if sight.base is not None else 0.0,
            encoder=sight.encoder,
            embedded=folded.get("embedded", np.zeros(0)),
        )


def _pieces_of(words: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    return {word: find_pieces(word) for word in {w for sentence in words for w in sentence}}


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
        logits[held] = model.logits({"text": rest.texts, "embedded": rest.embedded, **tone})
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
