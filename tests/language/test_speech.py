"""Whose words, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from framing.language.segment import find_sentences, title_sentence
from framing.language.speech import find_speech
from framing.language.voice import assign_voice
from framing.lexicon import Lexicon
from tests.conftest import read_cases


def check(case: dict[str, Any], part: str, lexicon: Lexicon) -> None:
    text = case["text"]
    sentences = title_sentence(text) if part == "title" else find_sentences(text)
    start = text.index(case["surface"])
    voice = assign_voice(start, start + len(case["surface"]), find_speech(text, sentences, part, lexicon))
    assert voice.voice == case["voice"], voice.rule
    if "speaker" in case:
        # An empty speaker in a case says that none may be named.
        assert (voice.speaker or "") == case["speaker"]


@pytest.mark.parametrize("case", read_cases("speech"))
def test_body(case: dict[str, Any], lexicon: Lexicon) -> None:
    check(case, "body", lexicon)


@pytest.mark.parametrize("case", read_cases("headlines"))
def test_headline(case: dict[str, Any], lexicon: Lexicon) -> None:
    check(case, "title", lexicon)


@pytest.mark.parametrize(
    "text", ["“" * 3000, '"' * 3000, "'" * 3000, "(" * 3000, "said " * 600, "he said, “a” " * 300, "\n“" * 1000]
)
def test_hostile_text_gives_rows_inside_the_text(text: str, lexicon: Lexicon) -> None:
    for s in find_speech(text, find_sentences(text), "body", lexicon):
        assert 0 <= s.start < s.end <= len(text)
