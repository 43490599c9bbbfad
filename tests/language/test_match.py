"""Where terms stand: cases, and the same rows from the fast engine, the pure one and `re`."""

from __future__ import annotations

from typing import Any

import pytest

from framing.language import match
from framing.language.match import build_matcher
from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold
from framing.lexicon.speech import read_speech
from tests.conftest import read_cases


@pytest.mark.parametrize("case", read_cases("match"))
@pytest.mark.parametrize("pure", [False, True], ids=["fast", "pure"])
def test_cases(case: dict[str, Any], pure: bool, lexicon: Lexicon) -> None:
    text = case["text"]
    loaded = [
        h for h in build_matcher(lexicon, pure=pure)(text) if lexicon.terms[h.pattern.term or 0].valence != "plain"
    ]
    assert [text[h.start : h.end] for h in loaded] == case["found"]


def test_longest_that_has_its_borders(lexicon: Lexicon) -> None:
    # "pre-emptive strike" is a term, "pre-emptive strikers" is none; the automaton must fall back to the shorter form.
    text = "a pre-emptive strikeforce"
    surfaces = [text[h.start : h.end] for h in build_matcher(lexicon)(text)]
    assert "pre-emptive strike" not in surfaces


def test_folding_keeps_length() -> None:
    for text in ("İstanbul regime", "ſtrike", "K‑2 ’ʼ", "ß\u0307 ﬁ \u2009x", "\U0001f600 \ud7ff"):
        assert len(fold(text)) == len(text)


@pytest.fixture
def tricky() -> Lexicon:
    """Prefixes, masks with capitals, letters outside ASCII, and forms that hold one another."""
    forms = (
        ("strike*", False),
        ("strike force", False),
        ("air str*", False),
        ("coup de grâce", False),
        ("война", False),
        ("πόλεμος", False),
    )
    patterns = [Pattern(fold(form.rstrip("*")), form.endswith("*"), i, "") for i, (form, _) in enumerate(forms)]
    patterns.append(Pattern("strike force", False, None, "", "Strike Force"))

    class Made(Lexicon):
        @property
        def patterns(self) -> tuple[Pattern, ...]:
            return tuple(patterns)

        @property
        def digest(self) -> str:
            return "tricky"

    return Made("tricky", "", "", (), (), read_speech())


TRICKY = [
    ("a strike force struck", ["strike force"]),
    ("the Strike Force struck", []),
    ("strike forces", ["strike"]),
    ("strikes and airstrikes, air strikes", ["strikes", "air strikes"]),
    ("Coup de Grâce", ["Coup de Grâce"]),
    ("Coup de grace", []),
    ("Война! 😀 ВОЙНА предвойна", ["Война", "ВОЙНА"]),
    ("strikeé strike—strike", ["strikeé", "strike", "strike"]),
    ("ΠΌΛΕΜΟΣ, πόλεμος", ["ΠΌΛΕΜΟΣ", "πόλεμος"]),
    ("πόλεμοσ", []),
    ("", []),
    ("😀", []),
]


@pytest.mark.parametrize(("text", "found"), TRICKY)
@pytest.mark.parametrize("pure", [False, True], ids=["fast", "pure"])
def test_prefixes_capitals_and_other_letters(text: str, found: list[str], pure: bool, tricky: Lexicon) -> None:
    assert [text[h.start : h.end] for h in build_matcher(tricky, pure=pure)(text)] == found


def test_without_the_automaton(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "A strike force took the regime's hostages; the so-called strike was a massacre."
    expected = build_matcher(lexicon)(text)
    monkeypatch.setattr(match, "ahocorasick_rs", None)
    monkeypatch.setattr(match, "_built", {})
    assert build_matcher(lexicon)(text) == expected != []


def test_more_letters_than_bytes() -> None:
    find = match.build_literal_finder(tuple(chr(0x4E00 + i) for i in range(200)))
    assert find("\u4e05 \u4eff") == [(0, 1, 5)]
