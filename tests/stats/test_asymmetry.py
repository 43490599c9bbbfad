"""Asymmetry by hand, and what it refuses to say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from framing.errors import SelectionError
from framing.stats import estimate_asymmetry
from framing.study import Run, compare, read_meta
from framing.study.select import AGENCIES


def test_value_by_hand() -> None:
    counts = np.array([[1, 4, 0, 4]] * 9 + [[1, 4, 1, 4]])
    row = estimate_asymmetry(["A"] * 10, counts)[0]
    assert row["value"] == pytest.approx(math.log((10.5 / 40.5) / (1.5 / 40.5)))
    assert row["low"] <= row["value"] <= row["high"]
    assert row["difference"] is None


def test_two_outlets_mirror_each_other() -> None:
    counts = np.array([[2, 5, 1, 5], [3, 5, 1, 5]] * 6 + [[1, 5, 2, 5], [1, 5, 3, 5]] * 6)
    a, b = estimate_asymmetry(["A"] * 12 + ["B"] * 12, counts)
    assert a["value"] == pytest.approx(-b["value"])
    assert a["difference"] == pytest.approx(-b["difference"])


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([[1, 1, 1, 1]] * 3, "not enough text"),
        ([[1, 1, 1, 1]] * 20, "no variation"),
        ([[1, 1, 0, 0]] * 20, "never referred"),
        ([[0, 1, 0, 1]] * 20, "no such mention"),
        ([[1, 1, 0, 1]] + [[0, 1, 0, 1]] * 19, "too few"),
    ],
)
def test_too_little_is_null_with_a_reason(counts: list[list[int]], words: str) -> None:
    row = estimate_asymmetry(["A"] * len(counts), np.array(counts))[0]
    assert row["low"] is None
    assert words in row["reason"]


def test_compare_names_both_actors(sarvane_run: Run) -> None:
    table = compare(sarvane_run, measure="asymmetry", about="Sarvane Liberation Front", versus="Kestovia")
    meta = read_meta(table)
    assert {"about", "versus", "valence", "seed", "level"} <= set(meta)
    assert table.num_rows == sarvane_run.corpus.outlets.num_rows
    swapped = compare(sarvane_run, measure="asymmetry", about="Kestovia", versus="Sarvane Liberation Front")
    for one, other in zip(table.to_pylist(), swapped.to_pylist(), strict=True):
        if one["value"] is None:
            assert other["value"] is None
            assert one["reason"]
        else:
            assert one["value"] == pytest.approx(-other["value"])
    assert any(row["value"] is not None for row in table.to_pylist())


@pytest.mark.parametrize(
    "arguments",
    [
        {"measure": "asymmetry"},
        {"measure": "asymmetry", "about": "Kestovia", "versus": "Kestovia"},
        {"measure": "asymmetry", "about": "Kestovia", "versus": "Nowhere at all"},
        {"measure": "rate", "about": "Kestovia", "versus": "Talmara"},
        {"measure": "rate", "target": "nobody in this corpus"},
    ],
)
def test_bad_questions(sarvane_run: Run, arguments: dict[str, Any]) -> None:
    with pytest.raises(SelectionError):
        compare(sarvane_run, **arguments)


def test_agency_shares_add_up(sarvane_run: Run) -> None:
    rows = compare(sarvane_run, measure="agency").to_pylist()
    assert {r["group"] for r in rows} == set(AGENCIES)
    for outlet in {r["outlet_id"] for r in rows}:
        mine = [r for r in rows if r["outlet_id"] == outlet]
        assert sum(r["value"] for r in mine) == pytest.approx(1.0)
        assert len({r["n_denominator"] for r in mine}) == 1
    told = [
        m
        for m in sarvane_run.mentions.to_pylist()
        if m["agency"] and m["modality"] != "negated" and m["sense"] == "conflict"
    ]
    assert sum(r["n_mentions"] for r in rows) == len(told)


def test_target_narrows_to_one_actor(sarvane_run: Run) -> None:
    everything = compare(sarvane_run, measure="rate", category="delegitimising").to_pylist()
    about = compare(sarvane_run, measure="rate", category="delegitimising", target="Kestovia").to_pylist()
    assert 0 < sum(r["n_mentions"] for r in about) < sum(r["n_mentions"] for r in everything)


def test_references_alone_are_no_wording() -> None:
    counts = np.array([[0, 10, 0, 40]] * 12)
    (row,) = estimate_asymmetry(["A"] * 12, counts)
    assert row["value"] is None
    assert row["low"] is None
    assert row["reason"] == "no such mention about either"
