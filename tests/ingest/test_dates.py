"""Dates, case by case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.ingest.dates import read_date
from tests.conftest import read_cases


@pytest.mark.parametrize("case", read_cases("dates"))
def test_cases(case: dict[str, Any]) -> None:
    found = read_date(case["given"], case.get("order"))
    assert (found.isoformat() if found else None) == case.get("utc")


@given(st.text(max_size=70))
def test_nothing_breaks_it(text: str) -> None:
    found = read_date(text)
    assert found is None or found.utcoffset() is not None


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        ("Jun 28, 2021 10:00 PM", "2021-06-28T22:00:00+00:00"),
        ("28 Jun 2021 10:00 pm", "2021-06-28T22:00:00+00:00"),
        ("28 Jun 2021 10:00pm", "2021-06-28T22:00:00+00:00"),
        ("June 28th, 2021, 12:05:09 a.m.", "2021-06-28T00:05:09+00:00"),
        ("28/06/2021 12:30 PM", "2021-06-28T12:30:00+00:00"),
        ("2021-06-28 10:00\u202fPM", "2021-06-28T22:00:00+00:00"),
        ("28 Jun 2021 13:00 pm", None),
        ("28 Jun 2021 10:00 PM EST", None),
        ("2021/06/28 10:00:59", "2021-06-28T10:00:59+00:00"),
        ("28 June 2021 10:00", "2021-06-28T10:00:00+00:00"),
        ("28 Jun 2021 10:00:00 CEST", None),
        ("Mon, 28 Jun 2021 10:00:00 BST", None),
        ("Mon Jun 28 10:00:00 CEST 2021", None),
        ("28 Jun 2021 10:00 NOVT", None),
        ("2021-06-28 10:00:00 CEST", None),
        ("Mon Jun 28 10:00:00 +0200 2021", "2021-06-28T08:00:00+00:00"),
        ("Mon, 28 Jun 2021 10:00:00 GMT", "2021-06-28T10:00:00+00:00"),
        ("Mon, 28 Jun 2021 10:00:00 Z", "2021-06-28T10:00:00+00:00"),
        ("Mon, 28 Jun 2021 10:00:00 EDT", "2021-06-28T14:00:00+00:00"),
        ("２０２１０６２８", None),
        ("２８ June 2021", None),
        ("２８/０６/２０２１", None),
        (20210628, "2021-06-28T00:00:00+00:00"),
        (20210628.0, "2021-06-28T00:00:00+00:00"),
        (1624867200, None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_odd_dates(given: object, utc: str | None) -> None:
    found = read_date(given)
    assert (found.isoformat() if found else None) == utc
