"""Folds: what is fitted shares no outlet and no event with what is held out; calibration and threshold by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from framing.classify import read_model
from framing.classify.embeddings import Encoder
from framing.classify.train import (
    CHOICES,
    CHOICES_WITH_EMBEDDINGS,
    MOST_FOLDS,
    Sentences,
    Settings,
    Sight,
    _Design,
    choose_settings,
    find_threshold,
    fit_calibration,
    fit_sentences,
    recalibrate,
    split_at_random,
    split_by_both,
    split_by_group,
)
from framing.errors import ModelError


def test_folds_share_no_group() -> None:
    rng = np.random.default_rng(0)
    labels, outlets, events = rng.integers(0, 2, 300), rng.integers(0, 5, 300), rng.integers(0, 9, 300)
    folds = split_by_both(labels, outlets, events)
    assert sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(300))
    for fit, held in folds:
        assert not set(outlets[fit].tolist()) & set(outlets[held].tolist())
        assert not set(events[fit].tolist()) & set(events[held].tolist())
    many = split_by_group(labels, rng.integers(0, 40, 300))
    assert len(many) == MOST_FOLDS
    assert len(split_by_group(labels, outlets)) == 5
    assert len(split_at_random(labels)) == 5


def test_a_fold_that_leaves_one_class_is_left_out() -> None:
    # Without outlet 0 all are plain.
    folds = split_by_group(np.array([1, 0, 0, 0]), np.array([0, 0, 1, 2]))
    assert [held.tolist() for _, held in folds] == [[2], [3]]


def test_calibration_undoes_a_scale_and_shift() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(0, 2, 20_000)
    labels = (rng.random(20_000) < 1 / (1 + np.exp(-z))).astype(int)
    scale, shift = fit_calibration(3 * z + 5, labels)
    assert scale == pytest.approx(1 / 3, rel=0.05)
    assert shift == pytest.approx(-5 / 3, rel=0.05)


def test_threshold() -> None:
    p = np.array([0.55, 0.45, 0.7, 0.3, 0.9])
    # The two nearest to .5 are wrong.
    assert find_threshold(p, np.array([0, 1, 1, 0, 1]), wanted=0.9) == pytest.approx(0.555)
    assert find_threshold(p, np.array([1, 0, 1, 0, 1]), wanted=0.9) == 0.5
    assert find_threshold(p, np.array([0, 1, 0, 1, 0]), wanted=0.9) == 0.95


def test_too_few_to_calibrate_on() -> None:
    labels = np.array([1] * 30 + [0] * 9)
    with pytest.raises(ModelError, match="9 plain"):
        recalibrate(read_model(), np.zeros(39), labels)


def test_a_model_on_top_of_another_starts_from_it() -> None:
    texts = tuple(f"word{i % 7} other{i % 3} thing" for i in range(40))
    labels = np.array([i % 2 for i in range(40)])
    base = read_model()
    logits = base.logits({"text": texts})
    data = Sentences(texts, labels, np.zeros((40, 0)), logits, np.zeros(40, dtype=int), np.zeros((40, 0)))
    model = fit_sentences(data, Sight(base=base))
    given = {"text": ["word1 thing"]}
    alone = replace(model, base=None).logits(given) + model.base_weight * base.logits(given)
    assert model.logits(given) == pytest.approx(alone)
    assert model.digest != replace(model, base=None).digest


def test_sentences_without_a_repeated_word() -> None:
    data = Sentences(
        ("a b", "c d"), np.array([0, 1]), np.zeros((2, 0)), np.zeros(0), np.zeros(2, dtype=int), np.zeros((2, 0))
    )
    with pytest.raises(ModelError, match="no word stands twice"):
        fit_sentences(data)


def made(n: int, seed: int) -> Sentences:
    """Sentences whose label one word gives, with an embedding that says it too and one column that tells the group."""
    rng = np.random.default_rng(seed)
    labels, groups = rng.integers(0, 2, n), rng.integers(0, 4, n)
    words = [f"{'grim' if y else 'calm'} word{rng.integers(30)} word{rng.integers(30)}" for y in labels]
    embedded = np.column_stack([labels + rng.normal(0, 2, n), groups])
    return Sentences(tuple(words), labels, np.zeros((n, 0)), np.zeros(0), groups, embedded)


def test_settings_are_chosen_by_what_ranks_held_out_groups() -> None:
    data = made(200, 3)
    encoder = Encoder("made", Path("made"), "0" * 64, (1,), 2)
    best, tried = choose_settings(data, Sight(encoder=encoder), CHOICES_WITH_EMBEDDINGS)
    assert set(tried) == set(CHOICES_WITH_EMBEDDINGS)
    # The word says all, the embedding half of it.
    assert best.words
    assert tried[best] > 0.99
    assert max(auc for settings, auc in tried.items() if not settings.words) < 0.9
    # Others are taken where they are better in every fold.
    others = CHOICES_WITH_EMBEDDINGS[::-1]
    assert not others[0].words
    chosen, again = choose_settings(data, Sight(encoder=encoder), others)
    assert chosen.words
    assert again == tried


def test_without_two_classes_in_a_fold_the_first_settings_hold() -> None:
    data = made(60, 4)
    data = replace(data, groups=data.labels)
    assert choose_settings(data, Sight(), CHOICES) == (CHOICES[0], {})


def test_weights_of_embeddings_are_those_of_the_regression() -> None:
    data = made(200, 5)
    encoder = Encoder("made", Path("made"), "0" * 64, (1,), 2)
    for words in (True, False):
        sight, settings = Sight(encoder=encoder), Settings(1.0, words)
        model, design = fit_sentences(data, sight, settings), _Design(data, sight, words=words)
        expected = design.regress(1.0).decision_function(design.rows(data))
        logits = model.logits({"text": data.texts, "embedded": data.embedded})
        assert logits == pytest.approx(expected, abs=1e-9)
        assert bool(model.word_names) == words
