"""What counts for nothing can be read, with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framing.cli import main
from framing.errors import SelectionError
from framing.ingest import read_articles
from framing.study.excluded import list_excluded


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    text = "The quay was closed.\n\nAdvertisement\n\nFerries ran.\n\nSEE ALSO: Captains call for calm\n\nIt rained.\n\nAdvertisement"
    rows = [{"id": str(i), "outlet": "Aldis Ledger", "title": f"Quay {i}", "text": text} for i in range(2)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_passages_come_with_their_characters(source: Path) -> None:
    corpus = read_articles(source)
    rows, meta = list_excluded(corpus, limit=2)
    assert [row["text"] for row in rows] == ["Advertisement", "SEE ALSO: Captains call for calm"]
    assert meta == {
        "n_shown": 2,
        "n_all": 6,
        "characters": 4 * len("Advertisement") + 2 * len("SEE ALSO: Captains call for calm"),
        "by_reason": {"advertisement": 4, "related links": 2},
    }
    rows, meta = list_excluded(corpus, reason="related links")
    assert {row["reason"] for row in rows} == {"related links"}
    assert (meta["n_shown"], meta["n_all"]) == (2, 2)


def test_a_reason_that_does_not_occur(source: Path) -> None:
    with pytest.raises(SelectionError, match="advertisement"):
        list_excluded(read_articles(source), reason="advert")


def test_the_command(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = str(tmp_path / "corpus")
    assert main(["ingest", str(source), "--out", corpus]) == 0
    out, err = capsys.readouterr()
    assert "excluded" in out
    assert "4 advertisement, 2 related links" in err
    assert main(["excluded", corpus, "--limit", "1"]) == 0
    assert "1 of 6 passages" in capsys.readouterr().out
    assert main(["excluded", corpus, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 6
    assert main(["excluded", corpus, "--reason", "caption"]) == 2
    assert main(["ingest", str(source), "--out", corpus, "--exclude", "none"]) == 0
    capsys.readouterr()
    assert main(["excluded", corpus]) == 0
    assert "0 of 0 passages" in capsys.readouterr().out
