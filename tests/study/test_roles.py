"""Who acts and who suffers: the forms are those of `compare`, shares are counted by hand, each opens to its mentions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from framing.errors import SelectionError
from framing.lexicon.model import fold_marks
from framing.study import Run, Selection, compare
from framing.study.roles import (
    LEFT_OUT,
    NAMED,
    NO_ACTOR,
    acting_sides,
    compare_left_out,
    compare_roles,
    find_about,
    find_roles,
    labelled_actors,
)
from framing.study.speakers import NOBODY
from framing.study.stylerules import compare_with_rules, rules_beside

TEXTS = [
    "Russia killed ten people. Ten people were killed.",
    "Iran was bombed. Israel bombed Iran. Ten people died.",
    "Russia did not kill ten people.",
]


@pytest.fixture
def run(run_of: Callable[..., Run]) -> Run:
    return run_of({"Aldis Ledger": TEXTS})


def counts(run: Run, **parameters: object) -> dict[str, int]:
    rows = compare_roles(run, **parameters).to_pylist()  # type: ignore[arg-type]
    return {r["group"]: r["n_mentions"] for r in rows if r["n_mentions"]}


def test_roles_by_hand(run: Run) -> None:
    assert counts(run) == {"active_agent": 2, "agentless_passive": 2, "unaccusative": 1}
    assert counts(run, by="named") == {NAMED: 2, LEFT_OUT: 3}
    assert counts(run, by="doer") == {"russia": 1, "israel": 1, NOBODY: 3}
    assert counts(run, by="sufferer") == {"iran": 2, NO_ACTOR: 3}
    assert counts(run, by="named", actor="Iran") == {NAMED: 1, LEFT_OUT: 1}
    assert counts(run, actor="russia", role="doer") == {"active_agent": 1}
    assert acting_sides(run) == {"doer": {"israel": 1, "russia": 1}, "sufferer": {"iran": 2}}


def test_left_out_sets_actors_side_by_side(run: Run) -> None:
    rows = compare_left_out(run, actors=("Iran", "russia")).to_pylist()
    assert [(r["group"], r["n_mentions"], r["n_denominator"], r["value"]) for r in rows] == [
        ("iran", 1, 2, 0.5),
        ("russia", 0, 0, None),
    ]


@pytest.mark.parametrize("voice", ["all", "own", "own+reported"])
def test_forms_are_those_of_compare(sarvane_run: Run, voice: str) -> None:
    expected = {
        (r["outlet_id"], r["group"]): r for r in compare(sarvane_run, measure="agency", voice=voice).to_pylist()
    }
    for row in compare_roles(sarvane_run, voice=voice).to_pylist():
        same = expected[row["outlet_id"], row["group"]]
        for name in ("n_mentions", "n_denominator", "n_articles", "value", "low", "high", "ratio"):
            assert row[name] == pytest.approx(same[name]) if same[name] is not None else row[name] is None


@pytest.mark.parametrize("by", ["form", "named", "doer", "sufferer"])
def test_shares_open_to_their_mentions(sarvane_run: Run, by: str) -> None:
    for row in compare_roles(sarvane_run, by=by, voice="own").to_pylist():
        found = find_roles(sarvane_run, outlet=row["outlet_id"], group=row["group"], by=by, voice="own")
        assert found.num_rows == row["n_mentions"]
        assert set(found.column("voice").to_pylist()) <= {"own"}


@pytest.mark.parametrize(
    "wrong", [{"by": "mood"}, {"role": "hero"}, {"actor": "nobody at all"}, {"voice": "loud"}, {"most": 0}]
)
def test_wrong_values_are_told(run: Run, wrong: dict[str, object]) -> None:
    with pytest.raises(SelectionError):
        compare_roles(run, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("valence", ["condemning", "elevating"])
def test_asymmetry_opens_to_its_mentions(sarvane_run: Run, valence: str) -> None:
    about, versus = "sarvane_liberation_front", "kestovia"
    assert {about, versus} <= set(labelled_actors(sarvane_run)[valence])
    found = compare(sarvane_run, measure="asymmetry", about=about, versus=versus, valence=valence)
    for row in found.to_pylist():
        for actor, n in ((about, row["n_about"]), (versus, row["n_versus"])):
            assert find_about(sarvane_run, outlet=row["outlet_id"], actor=actor, valence=valence).num_rows == n


@pytest.mark.parametrize("actor_id", ["kestovia", "sarvane_liberation_front", "united_states"])
def test_references_are_whole_names(sarvane_run: Run, actor_id: str) -> None:
    actor = next(a for a in sarvane_run.lexicon.actors if a.actor_id == actor_id)
    names = sorted({fold_marks(n) for n in (*actor.names, actor.name)}, key=len, reverse=True)
    plain = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    expected = {}
    for row in sarvane_run.corpus.table(["article_id", "title", "text"]).to_pylist():
        n = sum(len(plain.findall(fold_marks(part))) for part in (row["title"], row["text"]) if part)
        if n:
            expected[row["article_id"]] = n
    assert sarvane_run.references(actor) == expected
    assert (actor_id == "united_states") == (not expected)


def test_an_invented_corpus_has_the_rules_of_invented_outlets(sarvane_run: Run, run: Run) -> None:
    shipped = {r.rule_id for r in rules_beside(run)}
    assert {r.rule_id for r in rules_beside(sarvane_run)} > shipped
    assert compare_with_rules(run, selection=Selection()).rows == []
    assert len(compare_with_rules(sarvane_run, selection=Selection(("aldis-ledger",))).rows) == 2
