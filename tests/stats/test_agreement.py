"""Agreement against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_score, recall_score

from framing.stats.agreement import measure_labels, measure_overlap, measure_share

LABELS = ("own", "direct", "reported", "scare")
PAIRS = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=60)


@given(PAIRS)
def test_labels_as_scikit_learn_has_them(pairs: list[tuple[str, str]]) -> None:
    gold, ours = [g for g, _ in pairs], [o for _, o in pairs]
    found = measure_labels(gold, ours, range(len(pairs)), LABELS, draws=50)
    assert found.accuracy[0] == pytest.approx(accuracy_score(gold, ours))
    assert (found.confusion == confusion_matrix(gold, ours, labels=LABELS)).all()
    for row in found.rows:
        name = row["class"]
        one = {"labels": [name], "average": "macro", "zero_division": 0.0}
        assert (row["precision"] or 0.0) == pytest.approx(precision_score(gold, ours, **one))
        assert (row["recall"] or 0.0) == pytest.approx(recall_score(gold, ours, **one))
        assert (row["f1"] or 0.0) == pytest.approx(f1_score(gold, ours, **one))
        # Nothing asked and nothing given has no F1; it is not 0.
        assert (row["f1"] is None) == (name not in gold and name not in ours)
    present = sorted(set(gold))
    macro = f1_score(gold, ours, labels=present, average="macro", zero_division=0.0)
    assert found.macro_f1[0] == pytest.approx(macro)


def test_interval_is_wider_when_items_share_an_article() -> None:
    rng = np.random.default_rng(1)
    right = rng.random(40) < 0.8
    gold = ["own"] * 400
    ours = ["own" if right[i // 10] else "direct" for i in range(400)]
    alone = measure_labels(gold, ours, range(400), LABELS).accuracy
    together = measure_labels(gold, ours, [i // 10 for i in range(400)], LABELS).accuracy
    assert alone[0] == together[0]
    assert together[2] - together[1] > 2 * (alone[2] - alone[1])


def test_overlap_by_hand() -> None:
    # Recall 3 of 4, precision 2 of 5.
    found = measure_overlap([(2, 3, 1, 3), (1, 1, 1, 2)])
    assert (found.recall, found.precision) == (0.75, 0.4)
    assert found.f1 == pytest.approx(2 * 0.75 * 0.4 / 1.15)


def test_nothing_to_measure_is_null() -> None:
    assert measure_overlap([(0, 0, 0, 0)])[2:] == (None, None, None, None, None)
    assert measure_share([]) == (0, None, None, None)
