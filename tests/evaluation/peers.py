"""Public peers that `framing bench` times on the same articles, and the matcher's places checked against Python's `re`.

Each finds the lexicon's forms as its library allows, none as it is used here: flashtext and CountVectorizer have no offsets of
hyphenated forms, quanteda and CountVectorizer only count. What is not installed is a row with the reason.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from framing.language.match import build_matcher
from framing.lexicon import Lexicon
from framing.lexicon.model import fold
from framing.study.bench import SLOW, Measured

Work = Callable[[Sequence[str]], int | tuple[int, float]]


def without_capitals(lexicon: Lexicon) -> Lexicon:
    """The lexicon without the masks that ask for capitals, which one expression over all forms cannot show."""
    terms = tuple(replace(t, masks=tuple(m for m in t.masks if m == m.lower())) for t in lexicon.terms)
    return Lexicon("without capitals", "", "", lexicon.concepts, terms, lexicon.speech)


def trie_expression(literals: Sequence[str]) -> re.Pattern[str]:
    """All literals folded into a trie, the longest first at every branch; spellings that count as one in classes."""
    alike: dict[str, str] = {}
    for point in range(1 << 16):
        character = chr(point)
        folded = fold(character)
        if folded in (" ", "'"):
            alike[folded] = alike.get(folded, "") + re.escape(character)
    trie: dict[str, Any] = {}
    for literal in literals:
        node = trie
        for character in literal:
            node = node.setdefault(character, {})
        node[""] = True

    def fold_in(node: dict[str, Any]) -> str:
        branches = [
            (f"[{alike[c]}]" if c in alike else re.escape(c)) + fold_in(child) for c, child in sorted(node.items()) if c
        ]
        if not branches:
            return ""
        whole = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
        return whole + ("?" if "" in node else "")

    return re.compile(r"(?<!\w)" + fold_in(trie) + r"(?!\w)", re.IGNORECASE)


def check_matcher(lexicon: Lexicon, texts: Sequence[str]) -> dict[str, Any]:
    """Places that only one of the two engines or `re` finds, in every text."""
    plain = without_capitals(lexicon)
    is_form = {p.folded: p.term is not None for p in plain.patterns}
    expression = trie_expression(list(is_form))
    fast, pure = build_matcher(plain), build_matcher(plain, pure=True)
    found = differ = pure_differ = 0
    for text in texts:
        expected = {m.span() for m in expression.finditer(text) if is_form[fold(m[0])]}
        found += len(expected)
        differ += len(expected ^ {(h.start, h.end) for h in fast(text)})
        pure_differ += len(expected ^ {(h.start, h.end) for h in pure(text)})
    return {"differences_to_re": differ, "differences_to_re_pure": pure_differ, "found_by_re": found}


def list_peers(lexicon: Lexicon, texts: Sequence[str]) -> list[Measured]:
    """Every peer, ready to run or with the reason why it cannot."""
    forms = [p.folded for p in lexicon.patterns]
    plans: list[tuple[str, int, str, Callable[[], Work]]] = [
        ("re, folded into a trie", 1, "ignores case, offsets", lambda: _re(forms)),
        ("re, texts folded before", 1, "offsets; the fold is in the time", lambda: _re_folded(forms)),
        ("ahocorasick_rs alone", 1, "offsets; within words too", lambda: _aho(forms)),
        ("hyperscan", 1, "offsets; within words too", lambda: _hyperscan(forms)),
        ("flashtext", SLOW, "offsets", lambda: _flashtext(forms)),
        ("CountVectorizer", 1, "counts of single words", lambda: _vectorizer(forms)),
        ("TextBlob", SLOW, "polarity of each article", _textblob),
        ("VADER", SLOW, "polarity of each article", _vader),
        ("quanteda", 1, "bare counts; its own clock, start-up and reading left out", lambda: _quanteda(forms)),
    ]
    peers = []
    for name, every, note, build in plans:
        try:
            peers.append(Measured(name, build(), every, note))
        except (ImportError, FileNotFoundError) as problem:
            peers.append(Measured(name, None, every, f"not installed: {problem}"))
    return peers


def _re(forms: Sequence[str]) -> Work:
    expression = trie_expression(forms)
    return lambda texts: sum(len([m.span() for m in expression.finditer(t)]) for t in texts)


def _re_folded(forms: Sequence[str]) -> Work:
    # Without IGNORECASE the expression is the same over folded text.
    expression = re.compile(trie_expression(forms).pattern)
    return lambda texts: sum(len([m.span() for m in expression.finditer(fold(t))]) for t in texts)


def _aho(forms: Sequence[str]) -> Work:
    automaton = importlib.import_module("ahocorasick_rs").AhoCorasick(forms)
    return lambda texts: sum(len(automaton.find_matches_as_indexes(fold(t), overlapping=True)) for t in texts)


def _hyperscan(forms: Sequence[str]) -> Work:
    hyperscan = importlib.import_module("hyperscan")
    database = hyperscan.Database()
    # Its syntax escapes neither spaces nor apostrophes.
    expressions = [re.sub(r"([.()$/&-])", r"\\\1", form).encode() for form in forms]
    flags = [hyperscan.HS_FLAG_SOM_LEFTMOST] * len(forms)
    database.compile(expressions=expressions, ids=list(range(len(forms))), elements=len(forms), flags=flags)

    def work(texts: Sequence[str]) -> int:
        n = 0
        for text in texts:
            found: list[tuple[int, int]] = []

            def add(_id: int, start: int, end: int, _flags: int, _context: object, found: Any = found) -> None:
                found.append((start, end))

            database.scan(fold(text).encode(), match_event_handler=add)
            n += len(found)
        return n

    return work


def _flashtext(forms: Sequence[str]) -> Work:
    processor = importlib.import_module("flashtext").KeywordProcessor()
    processor.add_keywords_from_list(list(forms))
    return lambda texts: sum(len(processor.extract_keywords(fold(t), span_info=True)) for t in texts)


def _vectorizer(forms: Sequence[str]) -> Work:
    text = importlib.import_module("sklearn.feature_extraction.text")
    words = sorted({form for form in forms if re.fullmatch(r"\w\w+", form)})
    counter = text.CountVectorizer(vocabulary=words)
    return lambda texts: int(counter.transform(texts).sum())


def _textblob() -> Work:
    blob = importlib.import_module("textblob").TextBlob
    return lambda texts: len([blob(t).sentiment.polarity for t in texts])


def _vader() -> Work:
    analyzer = importlib.import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda texts: len([analyzer.polarity_scores(t)["compound"] for t in texts])


_COUNT_IN_R = """
suppressMessages(library(quanteda)); library(jsonlite); quanteda_options(threads = 1)
given <- fromJSON(commandArgs(TRUE)[1]); started <- proc.time()
found <- dfm(tokens_lookup(tokens(given$texts), dictionary(list(forms = given$forms))))
cat(toJSON(list(n = sum(found), seconds = sum((proc.time() - started)[1:2])), auto_unbox = TRUE))
"""


def _quanteda(forms: Sequence[str]) -> Work:
    script = shutil.which("Rscript")
    if script is None:
        raise FileNotFoundError("no Rscript")
    asked = subprocess.run(
        [script, "-e", "library(quanteda); library(jsonlite)"], capture_output=True, check=False, text=True
    )
    if asked.returncode:
        raise ImportError(asked.stderr.strip().splitlines()[-1])

    def work(texts: Sequence[str]) -> int:
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder) / "given.json"
            given.write_text(json.dumps({"texts": list(texts), "forms": list(forms)}), encoding="utf-8")
            told = subprocess.run(
                [script, "-e", _COUNT_IN_R, str(given)], capture_output=True, check=True, text=True
            ).stdout
        counted = json.loads(told)
        return int(counted["n"]), float(counted["seconds"])

    return work
