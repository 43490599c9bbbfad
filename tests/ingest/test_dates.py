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
