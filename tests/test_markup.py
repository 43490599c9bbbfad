"""Strangers' text stays text."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.markup import Mark, cell, escape, mark_html, plain_label, visible

TAG = re.compile(r"<[^>]*>")


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_marks_lose_and_double_no_character(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Mark(min(a, b), max(a, b), "m", text) for a, b in spans]
    shown = html.unescape(TAG.sub("", mark_html(text, marks)))
    assert shown == visible(text)


@given(st.text())
def test_escaped_text_has_no_markup(text: str) -> None:
    assert not set(escape(text)) & set("<>\"'")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_cells_are_no_formulas(text: str) -> None:
    assert str(cell(text)).startswith("'")


def test_bidi_is_visible() -> None:
    assert "⟨U+202E⟩" in mark_html("a\u202eb", [])


@pytest.mark.parametrize(
    "text", ["![x](https://example.org/a.png)", "**b**", ":red[x]", "<b>", "$x$", ":material/home:", "[a](b)"]
)
def test_labels_are_no_markdown(text: str) -> None:
    label = plain_label(text)
    assert label.replace("\\", "") == text
    assert not re.search(r"(?<!\\)[\[\]!*:<$]", label)
