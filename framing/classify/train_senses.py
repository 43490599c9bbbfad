"""Training the sense model on sentences written for this project, with figures that leave whole terms out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from framing.classify.senses import SenseModel
from framing.errors import ModelError
from framing.lexicon.senses import SENSES

FEWEST = 60
_STRENGTH = 0.5
_FEWEST_USES = 2
#: Share of held-out sentences that the threshold leaves uncertain.
ABSTAINED = 0.2


@dataclass(frozen=True)
class SenseExample:
    """A mention in its sentence: features of the context, its term and its sense."""

    features: Mapping[str, float]
    term: str
    sense: str


def train_senses(examples: Sequence[SenseExample], *, seed: int = 0) -> SenseModel:
    """A sense model with its card.

    Args:
        examples: Mentions with their senses, of several terms.
        seed: Seed of the folds.

    Raises:
        ModelError: Too few examples or terms, or a sense without any.
    """
    terms = sorted({e.term for e in examples})
    counts = Counter(e.sense for e in examples)
    if len(examples) < FEWEST or len(terms) < 5 or any(not counts[s] for s in SENSES):
        raise ModelError(
            f"{len(examples)} sentences of {len(terms)} terms, {dict(counts)}",
            f"at least {FEWEST} of five terms and all senses",
            "Write more sentences.",
        )
    labels = np.array([SENSES.index(e.sense) for e in examples])
    groups = np.array([terms.index(e.term) for e in examples])
    within = np.empty((len(examples), len(SENSES)))
    for fit, held in StratifiedKFold(10, shuffle=True, random_state=seed).split(labels, labels):
        within[held] = _held_out(examples, labels, fit, held)
    without_term = np.empty_like(within)
    for fit, held in GroupKFold(min(10, len(terms))).split(labels, labels, groups):
        without_term[held] = _held_out(examples, labels, fit, held)
    scale = _temperature(within, labels)
    best = _softmax(scale * within).max(axis=1)
    threshold = float(np.quantile(best, ABSTAINED))
    whole = _fit(examples, labels)
    card = {
        "what": "Which sense a mention of an ambiguous term has, from features of its sentence.",
        "not_for": "Terms of another field than armed conflict; an article's stance.",
        "data": "Sentences written for this project (corpora/senses)",
        "licence": "Apache-2.0",
        "n_sentences": len(examples),
        "n_terms": len(terms),
        "senses": dict(counts),
        "method": f"logistic regression (C={_STRENGTH:g}) over context features, scaled on ten held-out folds; "
        "words of the article around a mention count a fifth of those in its sentence",
        "seed": seed,
        "rows": [
            _row("this model, ten folds", within, labels),
            _row("this model, term left out", without_term, labels),
            _row("always conflict", np.tile([1.0, 0.0, 0.0], (len(labels), 1)), labels),
        ],
    }
    return SenseModel(whole.vocabulary, whole.weights, whole.intercept, scale, threshold, card)


def _held_out(examples: Sequence[SenseExample], labels: np.ndarray, fit: np.ndarray, held: np.ndarray) -> np.ndarray:
    model = _fit([examples[i] for i in fit], labels[fit])
    return np.array([model.logits(examples[i].features) for i in held])


def _fit(examples: Sequence[SenseExample], labels: np.ndarray) -> SenseModel:
    uses = Counter(name for e in examples for name in e.features)
    kept = [{n: v for n, v in e.features.items() if uses[n] >= _FEWEST_USES} for e in examples]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(kept)
    regression = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(matrix, labels)
    return SenseModel(
        tuple(vectorizer.get_feature_names_out().tolist()),
        np.ascontiguousarray(regression.coef_.T),
        regression.intercept_,
        1.0,
        0.0,
    )


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The slope that makes held-out probabilities likeliest (temperature scaling, Guo et al. 2017)."""
    rows = np.arange(len(labels))
    grid = np.geomspace(0.2, 3.0, 121)
    losses = [-np.log(np.maximum(_softmax(s * logits)[rows, labels], 1e-12)).mean() for s in grid]
    return float(round(grid[int(np.argmin(losses))], 4))


def _row(name: str, logits: np.ndarray, labels: np.ndarray) -> dict[str, object]:
    given = logits.argmax(axis=1)
    conflict = (given == 0) == (labels == 0)
    return {
        "model": name,
        "n": len(labels),
        "accuracy": round(float((given == labels).mean()), 4),
        "macro_f1": round(float(f1_score(labels, given, average="macro")), 4),
        "conflict_or_not": round(float(conflict.mean()), 4),
    }
