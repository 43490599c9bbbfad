"""Training on minimal pairs: the same facts in loaded and in plain wording, so that wording is what is learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from framing.classify.model import LoadedModel, ngrams
from framing.errors import ModelError

FEWEST_PAIRS = 20
_STRENGTH = 10.0


@dataclass(frozen=True)
class Pair:
    """The same facts in loaded and in plain wording."""

    pair_id: str
    topic: str
    loaded: str
    plain: str


def train_on_pairs(pairs: Sequence[Pair], *, seed: int = 0) -> LoadedModel:
    """A loadedness model from minimal pairs, with its card.

    Features are words and word pairs of the sentence; no outlet, date or URL is among them. Both sides of a pair
    stay in one fold; the card's figures leave whole topics out.

    Args:
        pairs: At least twenty, over two topics or more.
        seed: Seed of the resampled interval in the card.

    Raises:
        ModelError: Too few pairs or topics, or a pair whose sides are the same.
    """
    topics = sorted({p.topic for p in pairs})
    if len(pairs) < FEWEST_PAIRS or len(topics) < 2:
        raise ModelError(
            f"{len(pairs)} pairs over {len(topics)} topics",
            f"at least {FEWEST_PAIRS} pairs over two topics",
            "Write more pairs.",
        )
    same = next((p.pair_id for p in pairs if p.loaded.strip() == p.plain.strip()), None)
    if same is not None:
        raise ModelError(
            f"pair {same!r} with the same sentence twice", "loaded and plain wording that differ", "Mend the pair."
        )
    texts = [t for p in pairs for t in (p.loaded, p.plain)]
    labels = np.tile([1, 0], len(pairs))
    pair_group = np.repeat(np.arange(len(pairs)), 2)
    topic_group = np.repeat([topics.index(p.topic) for p in pairs], 2)

    by_topic = np.empty(len(texts))
    for fit, held in LeaveOneGroupOut().split(texts, labels, topic_group):
        by_topic[held] = _fit([texts[i] for i in fit], labels[fit]).logits([texts[i] for i in held])
    by_pair = np.empty(len(texts))
    for fit, held in GroupKFold(n_splits=10).split(texts, labels, pair_group):
        by_pair[held] = _fit([texts[i] for i in fit], labels[fit]).logits([texts[i] for i in held])
    platt = LogisticRegression(C=1e6).fit(by_pair[:, None], labels)
    scale, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])

    whole = _fit(texts, labels)
    card = {
        "what": "Probability that a sentence is worded in a loaded way, from its words and word pairs.",
        "not_for": "It says nothing about truth, stance or an outlet; it has seen few sentences, and a score near 0.5 means it cannot tell.",
        "data": "Minimal pairs written for this project (corpora/loaded_pairs)",
        "licence": "Apache-2.0",
        "n_pairs": len(pairs),
        "n_sentences": len(texts),
        "topics": {t: sum(p.topic == t for p in pairs) for t in topics},
        "method": f"tf-idf of words and word pairs, logistic regression (C={_STRENGTH:g}), Platt calibration on ten folds by pair",
        "seed": seed,
        "held_out_by": "topic",
        "rows": [
            _row("this model, topic left out", by_topic, labels, seed),
            _row("majority", np.zeros(len(texts)), labels, seed),
        ],
    }
    return LoadedModel(whole.vocabulary, whole.idf, whole.weights, whole.intercept, scale, shift, card)


def _fit(texts: Sequence[str], labels: np.ndarray) -> LoadedModel:
    vectorizer = TfidfVectorizer(analyzer=ngrams, sublinear_tf=True, min_df=2)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError as problem:
        raise ModelError(f"pairs without words to learn from ({problem})", "sentences", "Check the pairs.") from problem
    regression = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(matrix, labels)
    return LoadedModel(
        tuple(vectorizer.get_feature_names_out().tolist()),
        vectorizer.idf_,
        regression.coef_[0],
        float(regression.intercept_[0]),
        1.0,
        0.0,
    )


def _row(name: str, logits: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, object]:
    """One row of the card: share of pairs ranked rightly with a resampled interval, AUC and macro-F1."""
    loaded, plain = logits[0::2], logits[1::2]
    right = np.where(loaded > plain, 1.0, np.where(loaded == plain, 0.5, 0.0))
    draws = np.random.default_rng(seed).choice(right, size=(2000, len(right))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return {
        "model": name,
        "n_pairs": len(right),
        "pairs_ranked_right": round(float(right.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "level": 0.95,
        "interval": "pairs resampled, percentile",
        "auc": round(float(roc_auc_score(labels, logits)), 4),
        "macro_f1": round(float(f1_score(labels, logits > 0, average="macro")), 4),
    }
