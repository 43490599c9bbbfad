"""Krippendorff's alpha beside the paper's printed examples and another implementation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.stats import measure_reliability

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability": section B, two observers; section C, four with missing data.
TWO = ["aabbdcccedda", "babbbccceddd"]
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def units(coders: Sequence[str]) -> list[list[str | None]]:
    return [[None if c == "." else c for c in unit] for unit in zip(*coders, strict=True)]


@pytest.mark.parametrize(("coders", "alpha"), [(TWO, 0.692), (FOUR, 0.743)])
def test_the_papers_examples(coders: list[str], alpha: float) -> None:
    found = measure_reliability(units(coders))
    assert found.alpha is not None
    assert round(found.alpha, 3) == alpha
    assert (found.low, found.high) == (None, None)
    assert str(found.reason).startswith("not enough units")


def test_counts_and_percent_agreement_by_hand() -> None:
    # The last unit has one answer. Pairs that agree: 1 of 1, 0 of 1, and of three answers 1 of 3 pairs.
    found = measure_reliability([["x", "x", None], ["x", "y", None], ["x", "x", "y"], [None, "x", None]])
    assert (found.n_units, found.n_answers, found.n_coders) == (3, 7, 3)
    # Answers with a match, by unit: 2, 0, and 3 answers × 1/3.
    assert found.agreement == pytest.approx((2 + 0 + 1) / 7)
    # x 5 times, y twice: 1 - 6 · (7 - 3) / (49 - 29).
    assert found.alpha == pytest.approx(1 - 6 * 4 / 20)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "no unit with two answers"),
        ([["x", None]] * 40, "no unit with two answers"),
        ([["x", "x"]] * 40, "one class only"),
        ([["x", "x"], ["y", "y"]] * 20, "no disagreement in 40 units"),
        ([["x", "x"]] * 60 + [["x", "y"]], "nearly one class only"),
    ],
)
def test_no_interval_has_a_reason(answers: list[list[str | None]], reason: str) -> None:
    found = measure_reliability(answers)
    assert (found.low, found.high) == (None, None)
    assert str(found.reason).startswith(reason)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["own", "direct", "reported", None]), min_size=3, max_size=3), min_size=2, max_size=60
    )
)
def test_against_nltk(answers: list[list[str | None]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nltk.metrics.agreement import AnnotationTask
    found = measure_reliability(answers, draws=50)
    if found.alpha is None:
        return
    # Only units with two answers, as the paper has it.
    paired = [unit for unit in answers if sum(a is not None for a in unit) > 1]
    data = [(str(c), str(u), a) for u, unit in enumerate(paired) for c, a in enumerate(unit) if a is not None]
    assert found.alpha == pytest.approx(AnnotationTask(data=data).alpha(), abs=1e-9)
    if found.low is not None and found.high is not None:
        assert found.low <= found.high <= 1


def test_interval_covers_and_repeats() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 200)
    coders = [np.where(rng.random(200) < 0.9, truth, rng.integers(0, 3, 200)) for _ in range(2)]
    answers = [list(map(int, unit)) for unit in zip(*coders, strict=True)]
    found = measure_reliability(answers, seed=3)
    assert found == measure_reliability(answers, seed=3)
    assert found.low is not None
    assert found.high is not None
    assert found.alpha is not None
    # Both right .9 + .1/3 of the time: they agree in .8167 + .0033 · .5 of units; alpha about 1 - .18·1.5.
    assert found.low < 0.81 < found.high
    # A binomial error of agreement, scaled by 1 / expected disagreement.
    assert (found.high - found.low) / 3.92 == pytest.approx(np.sqrt(0.18 * 0.82 / 200) * 1.5, rel=0.25)
