"""What makes a victim a person, and how many are said to be dead or wounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.language.details import KINDS, find_details
from framing.study import annotate_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The strike killed 12 people.", [("12", "number_dead", 12)]),
        (
            "At least fourteen civilians were killed and 30 wounded.",
            [("fourteen", "number_dead", 14), ("30", "number_wounded", 30)],
        ),
        ("The death toll rose to 1,204 on Friday.", [("1,204", "number_dead", 1204)]),
        (
            "Ana Kovat, 34, a nurse, was killed with her son.",
            [("Ana Kovat", "name", None), ("34", "age", 34), ("nurse", "occupation", None), ("son", "kin", None)],
        ),
        ("A 9-year-old was killed on her way to school.", [("9", "age", 9), ("on her way", "biography", None)]),
        ("A six-month-old was killed.", []),
        ("Soldiers killed in 2014 were honoured.", []),
        ("They were killed. Twelve shops closed.", []),
        ("Ten shops were looted.", []),
    ],
)
def test_details(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    found = [(text[d.start : d.end], d.kind, d.value) for d in find_details(text, 0, len(text))]
    assert found == expected


@given(st.text(max_size=200))
def test_any_text_gives_spans_inside(text: str) -> None:
    for d in find_details(text, 0, len(text)):
        assert 0 <= d.start < d.end <= len(text)
        assert d.kind in KINDS


def test_only_sentences_of_harm_are_read() -> None:
    run = annotate_text("The nurse, 34, went home. The strike killed the baker, 61, and his wife.")
    assert [d["surface"] for d in run.details.to_pylist()] == ["baker", "61", "wife"]
