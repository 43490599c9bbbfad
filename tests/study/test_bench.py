"""The benchmark: every stage finds something, peers run in the same rounds, and nothing that is missing is a number."""

from __future__ import annotations

import importlib
import json

import pytest

from framing.cli import main
from framing.corpus import Corpus, corpus_from_rows
from framing.errors import CorpusError
from framing.lexicon import Lexicon
from framing.study.bench import Measured, bench
from tests.evaluation.peers import check_matcher, list_peers


def test_stages_and_peers_read_the_same(sarvane: Corpus, lexicon: Lexicon) -> None:
    read: list[int] = []

    def count(texts: list[str]) -> int:
        read.append(len(texts))
        return len(texts)

    peers = [
        Measured("counts", count),
        Measured("elsewhere", lambda texts: (1, 4.0), 10),
        Measured("missing", None, note="not installed"),
    ]
    rows, meta = bench(sarvane, lexicon, articles=12, rounds=3, peers=peers)
    by_name = {row["name"]: row for row in rows}
    assert read == [12, 12, 12]
    assert by_name["elsewhere"]["cpu_seconds"] == 4
    assert (by_name["missing"]["found"], by_name["missing"]["mb_per_second"]) == (None, None)
    assert by_name["match"]["found"] == by_name["match, pure Python"]["found"] > 0
    assert all(row["found"] and row["mb_per_second"] > 0 for row in rows if row["kind"] == "stage")
    assert meta["mb_per_second"] == by_name["whole annotation"]["mb_per_second"]
    assert meta["seconds"] == by_name["whole annotation"]["wall_seconds"]


def test_no_text_is_no_rate(lexicon: Lexicon) -> None:
    corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Aldis Ledger", "title": "One", "text": ""}])
    with pytest.raises(CorpusError, match="without a text"):
        bench(corpus, lexicon)


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--articles", "3", "--rounds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["meta"]["seconds"] > 0
    assert told["meta"]["mb_per_second"] > 0
    assert (told["meta"]["n_articles"], told["meta"]["differences_to_re"]) == (3, 0)


def test_missing_peer_says_so(lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def without(name: str) -> object:
        if name == "flashtext":
            raise ImportError("No module named 'flashtext'")
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without)
    peer = next(p for p in list_peers(lexicon, []) if p.name == "flashtext")
    assert peer.work is None
    assert peer.note.startswith("not installed")


def test_check_sees_a_difference(sarvane: Corpus, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = sarvane.table(["text"]).column("text").to_pylist()[:5]
    assert check_matcher(lexicon, texts)["differences_to_re"] == 0
    monkeypatch.setattr("tests.evaluation.peers.build_matcher", lambda *_, **__: lambda _text: [])
    checked = check_matcher(lexicon, texts)
    assert checked["differences_to_re"] == checked["found_by_re"] > 0
