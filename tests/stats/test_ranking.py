"""AUC against scikit-learn, within groups by hand, calibration error and ranked pairs by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from framing.stats.ranking import measure_auc, measure_auc_within, measure_calibration, measure_ranked_pairs


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=2, max_size=60))
def test_auc_is_that_of_scikit_learn(items: list[tuple[int, int]]) -> None:
    labels, scores = zip(*items, strict=True)
    if len(set(labels)) < 2:
        assert measure_auc(labels, scores) is None
    else:
        assert measure_auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))


def test_auc_within_pools_pairs_of_one_outlet() -> None:
    # A: 2 × 1 pairs, one concordant and one tie; B: 1 × 1 discordant; C has one class only.
    labels = [1, 1, 0, 1, 0, 1]
    scores = [0.9, 0.5, 0.5, 0.1, 0.2, 1.0]
    assert measure_auc_within(labels, scores, list("AAABBC")) == pytest.approx(1.5 / 3)
    assert measure_auc_within([1, 0], [1, 0], ["A", "B"]) is None


def test_calibration_by_hand() -> None:
    found = measure_calibration([1, 1, 0, 0], [1.0, 0.92, 0.98, 0.05])
    # The last bin: mean .9667, two of three; the first: mean .05, none of one.
    assert found.ece == pytest.approx(0.75 * abs((1 + 0.92 + 0.98) / 3 - 2 / 3) + 0.25 * 0.05)
    assert [b["n"] for b in found.bins] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert found.bins[1]["mean_probability"] is None
    assert measure_calibration([], []).ece is None


def test_ranked_pairs() -> None:
    share, low, high = measure_ranked_pairs(np.array([3, 2, 1, 1]), np.array([1, 2, 2, 0]))
    assert share == pytest.approx(2.5 / 4)
    assert low < share < high
