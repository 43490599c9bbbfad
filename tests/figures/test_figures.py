"""Figures draw finished tables: strangers' names stay text, repeated names stay apart, labels stay labels."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from framing.corpus import corpus_from_rows
from framing.figures import (
    outlet_colours,
    outlet_symbols,
    plot_asymmetry,
    plot_category_grid,
    plot_choices,
    plot_coverage,
    plot_event_times,
    plot_group_share,
    plot_matched,
    plot_pair,
    plot_rates,
    plot_shares,
)
from framing.figures.theme import FORM_COLOURS, VOICE_COLOURS
from framing.language import AnnotateOptions
from framing.study import Run, Selection, annotate, compare
from framing.study.coverage import compare_on_events, list_coverage, list_events
from framing.study.roles import compare_left_out, compare_roles
from framing.study.speakers import compare_voices


def run_with(names: dict[str, str]) -> Run:
    rows = [
        {
            "article_id": f"{o}{i}",
            "outlet_id": o,
            "text": "The regime fell. Ten were killed." if i % 2 else "Ten were murdered.",
        }
        for o in names
        for i in range(9)
    ]
    outlets = pa.Table.from_pylist(
        [{"outlet_id": o, "name": n, "country": None, "ownership": None, "note": None} for o, n in names.items()],
        schema=corpus_from_rows(rows).outlets.schema,
    )
    return annotate(corpus_from_rows(rows, outlets=outlets), options=AnnotateOptions(tone="none"))


def figures(run: Run) -> list[str]:
    ids = run.corpus.outlets.column("outlet_id").to_pylist()
    return [
        plot_rates(compare(run, term="regime"), outlet_colours(ids), outlet_symbols(ids)).to_json(),
        plot_category_grid(compare(run)).to_json(),
        plot_choices(
            compare(run, measure="choice", concept="killing"), {t.term_id: t.valence for t in run.lexicon.terms}
        ).to_json(),
    ]


def test_names_are_no_markup() -> None:
    for figure in figures(run_with({"a": '<a href="https://example.org">A</a>', "b": "<b>B</b>"})):
        assert "<a href" not in figure.replace("\\u003c", "<")
        assert "<b>B" not in figure.replace("\\u003c", "<")


def test_names_that_look_like_dates_are_names() -> None:
    for figure in figures(run_with({"2024-01": "2024-01", "2024-02": "2024-02"})):
        assert '"type":"category"' in figure


def test_outlets_of_one_name_stay_apart() -> None:
    run = run_with({"a": "The Post", "b": "The Post"})
    assert run.outlet_names() == {"a": "The Post (a)", "b": "The Post (b)"}
    figure = plot_choices(
        compare(run, measure="choice", concept="killing"), {t.term_id: t.valence for t in run.lexicon.terms}
    )
    for bar in figure.data:
        assert len(set(bar.y)) == len(bar.y)
    totals: dict[str, float] = {}
    for bar in figure.data:
        for y, x in zip(bar.y, bar.x, strict=True):
            totals[y] = totals.get(y, 0) + x
    assert list(totals.values()) == pytest.approx([1.0, 1.0])


def test_marks_carry_what_a_click_needs() -> None:
    run = run_with({"a": "A", "b": "B"})
    ids = ["a", "b"]
    for trace in plot_rates(compare(run, term="regime"), outlet_colours(ids), outlet_symbols(ids)).data:
        assert all(len(data) == 3 and data[0] in ids for data in trace.customdata)


def test_shares_of_voices_and_roles_carry_what_a_click_needs() -> None:
    run = run_with({"a": "<b>A</b> & Co", "b": "2024-01"})
    ids = ["a", "b"]
    voices = compare_voices(run)
    own = voices.filter(pc.equal(voices.column("group"), "own"))
    suffering = compare_left_out(run, actors=("Iran", "Russia"))
    drawn = [
        plot_shares(voices, VOICE_COLOURS, "share"),
        plot_group_share(own, outlet_colours(ids), outlet_symbols(ids), "share"),
        plot_shares(compare_roles(run), FORM_COLOURS, "share"),
        plot_pair(suffering, "share"),
    ]
    for figure in drawn:
        assert "<b>A" not in figure.to_json().replace("\\u003c", "<").replace("<b>%{y}", "")
        for trace in figure.data:
            assert all(len(data) == 3 and data[0] in ids for data in trace.customdata)
    assert [len(figure.data) for figure in drawn] == [1, 2, 1, 0]
    totals: dict[str, float] = {}
    for bar in drawn[0].data:
        for y, x in zip(bar.y, bar.x, strict=True):
            totals[y] = totals.get(y, 0) + x
    assert list(totals.values()) == pytest.approx([1.0, 1.0])


def test_asymmetry_draws_value_and_difference() -> None:
    texts = [
        "The Iranian regime fell. Russia looked on.",
        "Russian aggression went on. Iran looked on.",
        "Iran and Russia talked.",
    ]
    rows = [
        {"article_id": f"{o}{i}", "outlet_id": o, "text": texts[i % 3]} for o in "ab" for i in range(30 + ord(o) % 2)
    ]
    run = annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none"))
    result = compare(run, measure="asymmetry", about="Iran", versus="Russia")
    figure = plot_asymmetry(result, outlet_colours("ab"), outlet_symbols("ab"), "Iran", "Russia")
    expected = [(r["outlet_id"], what, r[what]) for r in result.to_pylist() for what in ("value", "difference")]
    assert [(*t.customdata[0][:2], t.x[0]) for t in figure.data] == expected
    assert figure.layout.yaxis.ticktext == ("a", "b")


def event_run(names: dict[str, str]) -> Run:
    rows = [
        {
            "article_id": f"{o}{e}",
            "outlet_id": o,
            "text": "Ten were murdered. Two died." if (i + e) % 2 else "Ten were killed. Two were murdered.",
            "event_id": f"<b>raid</b> {e}",
            "published": None if e == 2 else datetime(2024, 3, e + 1, tzinfo=UTC),
        }
        for i, o in enumerate(names)
        for e in range(3)
        if not (i == 0 and e == 1)
    ]
    rows.append({"article_id": "x", "outlet_id": next(iter(names)), "text": "Rain.", "published": rows[0]["published"]})
    outlets = pa.Table.from_pylist(
        [{"outlet_id": o, "name": n, "country": None, "ownership": None, "note": None} for o, n in names.items()],
        schema=corpus_from_rows(rows).outlets.schema,
    )
    return annotate(corpus_from_rows(rows, outlets=outlets), options=AnnotateOptions(tone="none"))


def test_event_figures_carry_what_a_click_needs_and_no_markup() -> None:
    run = event_run({"a": "<a href='x'>A</a>", "b": "B", "c": "B"})
    ids = ["a", "b", "c"]
    colours, symbols = outlet_colours(ids), outlet_symbols(ids)
    events = list_events(run, Selection())
    coverage = list_coverage(run, Selection(), events.column("event_id").to_pylist())
    odds = compare_on_events(run, Selection(term="murder"))
    drawn = plot_coverage(coverage, events, ids, colours, symbols, "<b>raid</b> 0")
    times = plot_event_times(events, "<b>raid</b> 0")
    forest = plot_matched(odds, colours, symbols)
    marks = [tuple(data) for trace in drawn.data for data in trace.customdata]
    assert sorted(marks) == [(o, f"<b>raid</b> {e}", "") for o in ids for e in range(3)]
    # The undated event has no place in time.
    assert [tuple(data) for data in times.data[0].customdata] == [("", "<b>raid</b> 0", ""), ("", "<b>raid</b> 1", "")]
    clickable = [tuple(data) for trace in forest.data if trace.customdata is not None for data in trace.customdata]
    assert set(clickable) == {(o, "murder", "all") for o in ids}
    assert len(clickable) == sum(r[k] is not None for r in odds.to_pylist() for k in ("odds_raw", "odds"))
    for figure in (drawn, times, forest):
        shown = [t for trace in figure.data for t in (trace.text, trace.hovertext, trace.name) if t is not None]
        assert "<a href" not in str(shown)
        assert "<b>raid" not in str([*shown, *(figure.layout.yaxis.ticktext or ())])


def test_a_hundred_outlets_differ_in_colour_or_symbol() -> None:
    ids = [f"o{i:03}" for i in range(100)]
    colours, symbols = outlet_colours(ids), outlet_symbols(ids)
    assert len({(colours[o], symbols[o]) for o in ids}) == 100
