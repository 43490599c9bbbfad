"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from framing.corpus import Corpus, corpus_from_rows
from framing.ingest.shipped import read_shipped
from framing.language import AnnotateOptions
from framing.lexicon import Lexicon, read_lexicon
from framing.study import Run, annotate
from tests.fetch.server import Site, running

# Machines are shared: what a test asserts is never how long it took.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CASES = Path(__file__).parent / "cases"


def read_cases(name: str) -> list[Any]:
    """Cases of a TOML file as parameters: `known_failure = "why"` is a strict expected failure."""
    cases = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [
        pytest.param(
            case,
            id=case["id"],
            marks=pytest.mark.xfail(strict=True, reason=case["known_failure"]) if "known_failure" in case else (),
        )
        for case in cases
    ]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return read_lexicon("conflict")


@pytest.fixture(scope="session")
def sarvane() -> Corpus:
    return read_shipped("sarvane")


@pytest.fixture(scope="session")
def sarvane_run(sarvane: Corpus, lexicon: Lexicon) -> Run:
    return annotate(sarvane, lexicon, options=AnnotateOptions(tone="none"))


@pytest.fixture
def run_of() -> Callable[..., Run]:
    """A run over a few texts: run_of({"Post": ["text one", "text two"]})."""

    def make(texts: dict[str, list[str]], **options: Any) -> Run:
        rows = [
            {"article_id": f"{outlet}-{i}", "outlet_id": outlet, "text": text}
            for outlet, mine in texts.items()
            for i, text in enumerate(mine)
        ]
        return annotate(corpus_from_rows(rows), options=AnnotateOptions(tone="none", **options))

    return make


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real news named by FRAMING_DATA; the test is skipped without it."""
    folder = os.environ.get("FRAMING_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("FRAMING_DATA names no folder")
    return Path(folder)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on this machine."""
    with running() as found:
        yield found
