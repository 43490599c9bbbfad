"""Distances between profiles of choices against scipy, by hand, and what must hold for any counts."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from framing.stats.counts import Counts
from framing.stats.distance import Profiles, divergence, estimate_distances, map_distances, profiles_of
from framing.stats.rates import FEWEST_ARTICLES

CONCEPT_OF = np.array([0, 0, 0, 1, 1])
counted = st.lists(st.integers(0, 9), min_size=5, max_size=5).map(lambda v: np.array(v, float))


@pytest.mark.parametrize(
    ("a", "b"), [([3, 4, 5], [9, 0, 1]), ([1, 0, 0], [0, 2, 2]), ([5, 5, 5], [1, 1, 1])], ids=["some", "all", "none"]
)
def test_one_concept_is_scipys_distance(a: list[float], b: list[float]) -> None:
    found = np.sqrt(divergence(np.array(a, float), np.array(b, float), np.zeros(3, int)))
    assert found == pytest.approx(jensenshannon(a, b, base=2), abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(counted, counted)
def test_concepts_are_weighted_by_the_harmonic_mean_of_occasions(a: np.ndarray, b: np.ndarray) -> None:
    found = float(divergence(a, b, CONCEPT_OF))
    parts = []
    for concept in (0, 1):
        mine, other = a[concept == CONCEPT_OF], b[concept == CONCEPT_OF]
        if mine.sum() and other.sum():
            parts.append((jensenshannon(mine, other, base=2) ** 2, 2 / (1 / mine.sum() + 1 / other.sum())))
    if not parts:
        assert np.isnan(found)
        return
    values, weights = zip(*parts, strict=True)
    assert found == pytest.approx(np.average(values, weights=weights), abs=1e-6)
    assert 0 <= found <= 1
    assert found == pytest.approx(float(divergence(b, a, CONCEPT_OF)))


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.poisson(2, (20, 5)).astype(float), rng.poisson(2, 5).astype(float)
    at_once = divergence(a, b, CONCEPT_OF)
    assert at_once == pytest.approx([float(divergence(row, b, CONCEPT_OF)) for row in a])


def profiles(rng: np.random.Generator, sizes: dict[str, int], apart: float) -> Profiles:
    base, other = np.array([0.5, 0.3, 0.2, 0.6, 0.4]), np.array([0.1, 0.2, 0.7, 0.2, 0.8])
    tables = []
    for k, m in enumerate(sizes.values()):
        shares = (1 - apart * k) * base + apart * k * other
        rows = [np.concatenate([rng.multinomial(2, shares[:3]), rng.multinomial(1, shares[3:])]) for _ in range(m)]
        tables.append(np.array(rows, float).reshape(m, 5))
    return Profiles(tuple(sizes), tuple(tables), CONCEPT_OF)


def test_halves_of_one_outlet_lie_on_the_zero_line() -> None:
    rng = np.random.default_rng(3)
    inside = []
    for seed in range(40):
        (row,) = estimate_distances(profiles(rng, {"a": 40, "b": 40}, 0.0), seed=seed, splits=60)
        assert row["value"] <= row["observed"]
        assert row["zero_low"] < row["zero_median"] < row["zero_high"]
        inside.append(row["zero_low"] < row["at_equal"] < row["zero_high"] and row["low"] == 0)
    assert np.mean(inside) > 0.85


def test_outlets_apart_lie_beyond_it() -> None:
    (row,) = estimate_distances(profiles(np.random.default_rng(3), {"a": 60, "b": 40}, 0.9))
    assert row["at_equal"] > row["zero_high"]
    assert row["n_equal"] == 20
    assert 0 < row["low"] < row["value"] < row["high"] <= 1


def test_bias_is_taken_off_the_divergence() -> None:
    # Far enough apart that hardly any is cut off at 0; each mean is judged by its own simulation error.
    rng = np.random.default_rng(8)
    base, other = np.array([0.5, 0.3, 0.2, 0.6, 0.4]), np.array([0.1, 0.2, 0.7, 0.2, 0.8])
    weights = np.array([2, 2, 2, 1, 1.0])
    truth = float(divergence(base * weights, (0.4 * base + 0.6 * other) * weights, CONCEPT_OF))
    rows = [estimate_distances(profiles(rng, {"a": 25, "b": 25}, 0.6), splits=1)[0] for _ in range(400)]
    value, observed = (np.array([r[name] ** 2 for r in rows]) - truth for name in ("value", "observed"))
    assert abs(value.mean()) < 3.5 * value.std() / 20
    assert observed.mean() > 5 * observed.std() / 20


def test_same_seed_same_numbers_whatever_other_outlets_there_are() -> None:
    three = profiles(np.random.default_rng(5), {"a": 20, "b": 30, "c": 12}, 0.2)
    two = Profiles(three.outlet_ids[:2], three.n[:2], three.concept_of)
    assert estimate_distances(three, seed=4)[0] == estimate_distances(two, seed=4)[0]
    assert estimate_distances(two, seed=5)[0] != estimate_distances(two, seed=4)[0]


REASONS = {
    "few": (np.eye(5)[[0] * (FEWEST_ARTICLES - 1)], np.eye(5)[[0] * 20], "not enough text"),
    "nothing": (np.zeros((0, 5)), np.eye(5)[[0] * 20], "not enough text: 0 articles"),
    "no concept": (np.eye(5)[[0] * 20], np.eye(5)[[4] * 20], "no concept of which both"),
    "the same": (np.eye(5)[[0] * 20], np.eye(5)[[0] * 20], "no difference in these articles"),
    "nothing in common": (np.eye(5)[[0] * 20], np.eye(5)[[1] * 20], "no variation between articles"),
}


@pytest.mark.parametrize("name", REASONS)
def test_null_with_a_reason(name: str) -> None:
    a, b, reason = REASONS[name]
    (row,) = estimate_distances(Profiles(("a", "b"), (a, b), CONCEPT_OF))
    assert row["low"] is None
    assert row["high"] is None
    assert row["reason"].startswith(reason)
    assert (row["value"] is None) == (name in ("few", "nothing", "no concept"))


def test_articles_without_an_occasion_are_left_out() -> None:
    n = np.array([[1.0, 0], [0, 0], [0, 2]])
    counts = Counts(tuple("xyz"), ("a", "a", "b"), (None,) * 3, ("s", "t"), n, n, "occasions", "all")
    found = profiles_of(counts, ["c", "c"])
    assert [len(t) for t in found.n] == [1, 1]
    assert found.concept_of.tolist() == [0, 0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=9))
def test_places_in_a_plane_are_found_again(points: list[tuple[float, float]]) -> None:
    given_places = np.array(points)
    distances = np.linalg.norm(given_places[:, None] - given_places[None], axis=-1)
    places, stress = map_distances(distances)
    assert places.shape == (len(points), 2)
    for i, j in combinations(range(len(points)), 2):
        assert np.linalg.norm(places[i] - places[j]) == pytest.approx(distances[i, j], abs=1e-6)
    assert stress < 1e-6 or distances.max() < 1e-6


def test_stress_by_hand() -> None:
    # Four points, each as far from the others as from any: no plane holds them.
    distances = 1 - np.eye(4)
    places, stress = map_distances(distances)
    fitted = [np.linalg.norm(places[i] - places[j]) for i, j in combinations(range(4), 2)]
    assert stress == pytest.approx(np.sqrt(sum((1 - f) ** 2 for f in fitted) / 6))
    assert stress > 0.1
