"""On real articles: the same places as Python's `re` finds with the same lexicon, offset for offset."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import Corpus
from framing.language.match import build_matcher
from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold, fold_marks


def reference(lexicon: Lexicon) -> re.Pattern[str]:
    """The lexicon as one expression over the text itself, written here again and not taken from the package."""

    def literal(pattern: Pattern) -> str:
        shown = pattern.cased or pattern.folded
        body = "".join(r"[\s\-‐‑]" if c == " " else "['’ʼ]" if c == "'" else re.escape(c) for c in shown)
        if pattern.cased:
            body = f"(?-i:{body}|{body.upper() if shown.isascii() and not set(shown) & set('[]') and body == re.escape(shown) else body})"
        return body + (r"\w*" if pattern.prefix else "")

    ordered = sorted(enumerate(lexicon.patterns), key=lambda ip: (-len(ip[1].folded), ip[1].term is not None))
    masks = [f"(?P<m{i}>{literal(p)})" if p.term is None else literal(p) for i, p in ordered]
    return re.compile(r"(?<!\w)(?:" + "|".join(masks) + r")(?!\w)", re.IGNORECASE)


def found_by_re(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [m.span() for m in pattern.finditer(text) if not any(v is not None for v in m.groupdict().values())]


@pytest.fixture(scope="module")
def small(lexicon: Lexicon) -> Lexicon:
    """Every twelfth term: Python's `re` takes seconds an article with all five thousand forms."""
    return Lexicon("small", "", "", lexicon.concepts, lexicon.terms[::12], lexicon.speech)


def compare(texts: Iterator[str], lexicon: Lexicon) -> int:
    pattern, fast, pure = reference(lexicon), build_matcher(lexicon), build_matcher(lexicon, pure=True)
    n = 0
    for text in texts:
        expected = found_by_re(pattern, text)
        assert [(h.start, h.end) for h in fast(text)] == expected
        assert fast(text) == pure(text)
        n += len(expected)
    return n


def test_shipped_corpus(sarvane: Corpus, small: Lexicon) -> None:
    rows = sarvane.articles.to_pylist()[:30]
    assert compare((t for r in rows for t in (r["title"], r["text"])), small) > 5


def trie_regex(literals: list[str]) -> re.Pattern[str]:
    """All literals as one expression folded into a trie, longest first at every branch; `re` alone would take minutes."""
    trie: dict[str, object] = {}
    for literal in literals:
        node = trie
        for character in literal:
            node = node.setdefault(character, {})  # type: ignore[assignment]
        node[""] = True

    def fold_in(node: dict[str, object]) -> str:
        branches = [re.escape(c) + fold_in(child) for c, child in sorted(node.items()) if c]  # type: ignore[arg-type]
        if not branches:
            return ""
        whole = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
        return whole + ("?" if "" in node else "")

    return re.compile(r"(?<!\w)" + fold_in(trie) + r"(?!\w)")


@pytest.fixture(scope="module")
def uncased(lexicon: Lexicon) -> Lexicon:
    """The whole lexicon without the masks that ask for capitals, which folded text cannot show."""
    terms = tuple(replace(t, masks=tuple(m for m in t.masks if m == m.lower())) for t in lexicon.terms)
    return Lexicon("uncased", "", "", lexicon.concepts, terms, lexicon.speech)


@pytest.mark.data
@pytest.mark.parametrize("name", ["allsides_dev", "tehran_times_dev"])
def test_real_articles(name: str, data: Path, uncased: Lexicon) -> None:
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["body"] for i, line in enumerate(file) if i % 8 == 0]
    is_form = {p.folded: p.term is not None for p in uncased.patterns}
    pattern, fast, pure = trie_regex(list(is_form)), build_matcher(uncased), build_matcher(uncased, pure=True)
    n = 0
    for text in texts:
        folded = fold(text)
        expected = [m.span() for m in pattern.finditer(folded) if is_form[m[0]]]
        assert [(h.start, h.end) for h in fast(text)] == expected
        assert fast(text) == pure(text)
        n += len(expected)
    assert n > 1000


ALPHABET = st.sampled_from(
    [
        *"aregim stkEİıſK’'‐-\n\u00a0_1é",
        "regime",
        "strike",
        "martyrs' ",
        "collateral damage",
        "ſ",
        "İ",
        "so-called ",
        "Target",
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(ALPHABET, max_size=30).map("".join))
def test_any_text(text: str, lexicon: Lexicon) -> None:
    fast, pure = build_matcher(lexicon), build_matcher(lexicon, pure=True)
    hits = fast(text)
    assert hits == pure(text)
    for a, b in pairwise(hits):
        assert a.end <= b.start
    for h in hits:
        assert fold(text)[h.start : h.end].startswith(h.pattern.folded)
        assert len(fold_marks(text)) == len(text)
