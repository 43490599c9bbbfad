"""Where terms stand: cases, and the same rows from the fast engine, the pure one and `re`."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


#: Between forms: blanks, marks of news text, marks hardly any text has, and letters that glue forms into longer words.
_BETWEEN = (
    " ",
    "  ",
    "",
    "\n",
    ". ",
    ", ",
    "-",
    "’s ",
    "★",
    " ★ ",
    "_",
    "\u2028",
    "\x0b",
    "é",
    "a",
    "İ",
    " the ",
    "“",
    "…",
    "1",
)


@given(data=st.data())
def test_both_engines_find_the_same(data: st.DataObject, lexicon: Lexicon) -> None:
    pieces = st.sampled_from([p.folded for p in lexicon.patterns])
    words = st.lists(
        st.tuples(pieces, st.sampled_from(_BETWEEN), st.sampled_from((str, str.upper, str.title))), max_size=8
    )
    text = "".join(write(form) + between for form, between, write in data.draw(words))
    assert build_matcher(lexicon, pure=True)(text) == build_matcher(lexicon)(text)


@pytest.mark.data
def test_both_engines_in_real_articles(lexicon: Lexicon, data: Path) -> None:
    fast, pure = build_matcher(lexicon), build_matcher(lexicon, pure=True)
    with gzip.open(data / "allsides_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["body"] or "" for line in islice(lines, 300)]
    found = [fast(text) for text in texts]
    assert sum(map(len, found)) > 1_000
    assert found == [pure(text) for text in texts]
