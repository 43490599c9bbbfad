"""Figures of trends, dispersion and every way to measure: what they draw is what the table says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from framing.corpus import corpus_from_rows
from framing.figures import outlet_colours, outlet_symbols, plot_dispersion, plot_every_way, plot_trend
from framing.language import AnnotateOptions
from framing.study import Run, annotate
from framing.study.dispersion import estimate_dispersion
from framing.study.robustness import compare_every_way
from framing.study.trend import estimate_trend

EVIL = "<b>A</b>"


@pytest.fixture(scope="module")
def run() -> Run:
    first = datetime(2024, 1, 3, tzinfo=UTC)
    rows = [
        {
            "article_id": f"{o}{i}",
            "outlet_id": o,
            "title": "Rain",
            "text": "Ten were killed. " * (i % 3) + "The massacre was denied. " * (i % 2) + "It rained.",
            "published": first + timedelta(days=3 * i + (70 if i > 20 and o == "B" else 0)),
        }
        for o in (EVIL, "B")
        for i in range(24)
    ]
    return annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))


def test_trend_draws_each_period_and_no_band_without_interval(run: Run) -> None:
    table = estimate_trend(run, term="killed", every="month")
    ids = [EVIL, "B"]
    figure = plot_trend(table, outlet_colours(ids), outlet_symbols(ids))
    rows = [r for r in table.to_pylist() if r["outlet_id"] == "B"]
    line = next(t for t in figure.data if t.mode == "lines+markers" and t.name == "B")
    assert [y for y in line.y if y is not None] == [r["value"] for r in rows if r["value"] is not None]
    # A month without an article of anybody is a gap too.
    assert list(line.x).count(None) == 1
    assert [list(c) for c in line.customdata if c is not None] == [
        ["B", "killed", "all", r["period_start"].isoformat(), r["period_end"].isoformat()] for r in rows
    ]
    assert any(r["low"] is not None for r in rows)
    bands = [v for t in figure.data if t.mode == "lines" for v in t.y if v is not None]
    assert sorted(bands) == sorted(v for r in table.to_pylist() if r["low"] is not None for v in (r["low"], r["high"]))
    assert EVIL not in figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">").replace("<b>%", "")


def test_trend_scale_is_that_of_the_points(run: Run) -> None:
    table = estimate_trend(run, term="killed", every="month")
    figure = plot_trend(table, outlet_colours([EVIL, "B"]), outlet_symbols([EVIL, "B"]))
    highest = max(v for v in table.column("value").to_pylist() if v is not None)
    assert figure.layout.yaxis.range[0] == 0
    assert highest <= figure.layout.yaxis.range[1] <= 2.2 * highest + 1e-9


def test_a_trend_of_nothing_draws(run: Run) -> None:
    table = estimate_trend(run, term="martyrdom", every="year")
    figure = plot_trend(table, outlet_colours([EVIL, "B"]), outlet_symbols([EVIL, "B"]))
    assert figure.layout.yaxis.range[1] == 1.0


def test_dispersion_marks_carry_what_a_click_needs(run: Run) -> None:
    figure = plot_dispersion(
        estimate_dispersion(run, term="massacre"), outlet_colours([EVIL, "B"]), outlet_symbols([EVIL, "B"])
    )
    assert {tuple(t.customdata[0]) for t in figure.data} == {(EVIL, "massacre", "all"), ("B", "massacre", "all")}
    assert [t.x[0] for t in figure.data] == [0.5, 0.5]
    assert all("<b>A" not in t.y[0] for t in figure.data)


def test_every_way_draws_each_ratio_and_each_choice(run: Run) -> None:
    table = compare_every_way(run, EVIL, "B", term="killed", permutations=9)
    figure = plot_every_way(table)
    rows = [r for r in table.to_pylist() if r["ratio"] is not None]
    points = [t for t in figure.data if t.mode == "markers" and t.text is not None]
    assert sorted(y for t in points for y in t.y) == sorted(r["ratio"] for r in rows)
    assert len(next(t for t in points if t.name == "the default").x) == 1
    varied = [c for c in ("voice", "copies", "part", "per", "within", "uncertain") if len({r[c] for r in rows}) > 1]
    choices = figure.data[-1]
    assert len(choices.x) == len(rows) * len(varied)
    assert figure.layout.yaxis.type == "log"


def test_ways_that_turn_are_told_apart_by_shape(run: Run) -> None:
    table = compare_every_way(run, EVIL, "B", term="killed", permutations=9)
    rows = table.to_pylist()
    for row in rows:
        row["flips"] = row["rank"] == 1 and not row["is_default"]
    turned = plot_every_way(type(table).from_pylist(rows, schema=table.schema))
    named = {t.name: t for t in turned.data if t.name}
    if any(r["flips"] for r in rows):
        assert named["the other direction"].marker.symbol != named["the default"].marker.symbol
    else:
        assert "the other direction" not in named
