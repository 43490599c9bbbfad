"""The registry of formats hangs together."""

from __future__ import annotations

from framing.cli import INPUT_FORMATS
from framing.ingest.formats import READERS, SIGNS, SUFFIXES


def test_the_command_line_offers_every_reader() -> None:
    # "url" is what is fetched and read as a page.
    assert set(INPUT_FORMATS) == {"auto", "url", *READERS}


def test_endings_and_signs_lead_to_readers() -> None:
    assert set(SUFFIXES.values()) <= set(READERS)
    assert {name for signs in SIGNS.values() for name, _ in signs} <= set(READERS)
    assert set(SIGNS) <= set(SUFFIXES)
