"""Where terms stand: cases, and the same rows from the fast engine, the pure one and `re`."""

from __future__ import annotations

from typing import Any

import pytest

from framing.language.match import build_matcher
from framing.lexicon import Lexicon
from framing.lexicon.model import fold
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
