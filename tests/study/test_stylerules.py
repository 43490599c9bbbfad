"""An outlet beside its own rule: the counts are those of the concordance, and the file is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from framing.errors import LexiconError
from framing.lexicon.stylerules import StyleRule, read_style_rules
from framing.study import Run, Selection, find_concordance
from framing.study.stylerules import STYLE_COLUMNS, check_style_rules

FICTIONAL = Path(__file__).parents[2] / "corpora" / "sarvane" / "stylerules.toml"


def test_shipped_rules_name_terms_that_exist(sarvane_run: Run) -> None:
    known = {t.term_id for t in sarvane_run.lexicon.terms}
    rules = read_style_rules(terms=known)
    assert len(rules) >= 10
    assert all(r.source and r.as_of and len(r.says) > 20 for r in rules)
    assert all(r.url.startswith(("https://", "http://")) for r in rules if r.verified and r.url)


def test_counts_are_the_concordance_s(sarvane_run: Run) -> None:
    rules = read_style_rules(FICTIONAL)
    found = check_style_rules(sarvane_run, rules)
    assert found.rows
    for row in found.rows:
        rule = next(r for r in rules if r.rule_id == row["rule_id"])
        outlet = next(
            o["outlet_id"]
            for o in sarvane_run.corpus.outlets.to_pylist()
            if (o["name"] or o["outlet_id"]) == row["outlet"]
        )
        own = sum(
            find_concordance(sarvane_run, Selection((outlet,), term=term), voice="own").num_rows for term in rule.terms
        )
        assert (
            row["n_own"]
            == own
            == sum(s["rule_id"] == rule.rule_id and s["outlet"] == row["outlet"] for s in found.sentences)
        )
        assert row["n"] == row["n_own"] + row["n_quoted"] + row["n_reported"]
        assert (row["low"] is None) == (row["reason"] is not None)


def test_columns_are_those_of_the_rows(sarvane_run: Run) -> None:
    rows = check_style_rules(sarvane_run, read_style_rules(FICTIONAL)).rows
    assert {tuple(row) for row in rows} == {STYLE_COLUMNS}


def test_a_byte_order_mark_is_no_part_of_a_rule(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"\xef\xbb\xbf" + FICTIONAL.read_bytes())
    assert read_style_rules(file) == read_style_rules(FICTIONAL)


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no such file") as problem:
        read_style_rules(tmp_path / "nowhere.toml")
    assert "Errno" not in str(problem.value)


def test_rules_of_absent_outlets_give_no_row(sarvane_run: Run) -> None:
    rule = StyleRule("x", ("The Absent Times",), ("terrorist",), "attributed", "Says.", "A book", "", "2020", True)
    assert check_style_rules(sarvane_run, [rule]).rows == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]]\nid = 'x'\n", "allowed"),
        (
            "[[rule]]\nid='x'\nallowed='attributed'\nsays='s'\nsource='s'\nas_of='2020'\noutlets=['A']\nterms=['nix']\n",
            "nix",
        ),
        (
            "[[rule]]\nid='x'\nallowed='always'\nsays='s'\nsource='s'\nas_of='2020'\noutlets=['A']\nterms=['nix']\n",
            "always",
        ),
        ("[[rules]]\n", "'rules', another table"),
        ("[[rule]]\n[other]\n", "'other', another table"),
        ("", "without a rule"),
        ("rule = []", "without a rule"),
        ("rule = 3", "rule = 3"),
        ("rule = [1]", "rule = \\[1\\]"),
        ("x = ", "TOML"),
    ],
)
def test_bad_rules(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=words):
        read_style_rules(file, terms={"terrorist"})
