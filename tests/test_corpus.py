"""Folders: what is ours is replaced whole, what is not is never touched, and what was changed is noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framing.cli import main
from framing.corpus import Corpus, read_corpus


def texts_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A corpus `c` and a run `r` in tmp_path."""
    rows = [{"id": str(i), "outlet": "Post", "text": "The regime fell.", "date": "2024-01-02"} for i in range(12)]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    assert main(["ingest", str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "c")]) == 0
    assert main(["annotate", str(tmp_path / "c"), "--out", str(tmp_path / "r"), "--tone", "none"]) == 0
    return tmp_path


FOREIGN = {
    "a manifest of another program": ({"manifest.json": '{"name": "app"}'}, "ingest"),
    "our manifest beside a thesis": ({"manifest.json": '{"digest": "x"}', "thesis.txt": "years"}, "ingest"),
    "a run.json of another program": ({"run.json": '{"scripts": {}}'}, "annotate"),
    "a codebook of their own": ({"codebook.csv": "code;meaning\n"}, "export"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_folders_of_others_are_never_replaced(name: str, made: Path) -> None:
    files, command = FOREIGN[name]
    (made / "mine").mkdir()
    for file, text in files.items():
        (made / "mine" / file).write_text(text)
    before = texts_of(made / "mine")
    source = {"ingest": "a.jsonl", "annotate": "c", "export": "r"}[command]
    assert main([command, str(made / source), "--out", str(made / "mine")]) == 2
    assert texts_of(made / "mine") == before


def test_a_corpus_with_a_run_inside_is_not_replaced(made: Path) -> None:
    assert main(["annotate", str(made / "c"), "--out", str(made / "c" / "run"), "--tone", "none"]) == 0
    assert main(["ingest", str(made / "a.jsonl"), "--out", str(made / "c")]) == 2
    assert (made / "c" / "run" / "run.json").exists()


def test_a_link_as_out_stays_a_link(made: Path) -> None:
    (made / "real").mkdir()
    (made / "link").symlink_to(made / "real")
    assert main(["ingest", str(made / "a.jsonl"), "--out", str(made / "link")]) == 0
    assert (made / "link").is_symlink()
    assert (made / "real" / "manifest.json").exists()


@pytest.mark.parametrize("out", [".", "", "x" * 300])
def test_impossible_out(out: str, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (made / "here").mkdir()
    monkeypatch.chdir(made / "here")
    assert main(["ingest", str(made / "a.jsonl"), "--out", out]) == 2
    assert list((made / "here").iterdir()) == []


def test_a_failed_run_leaves_no_parents(made: Path) -> None:
    (made / "bad.csv").write_text("outlet,text\n")
    assert main(["ingest", str(made / "bad.csv"), "--out", str(made / "x" / "y" / "z")]) == 2
    assert not (made / "x").exists()


def test_changed_articles_are_noticed(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pq.read_table(made / "c" / "articles.parquet")
    changed = table.set_column(table.schema.get_field_index("text"), "text", pa.array(["Other text."] * table.num_rows))
    pq.write_table(changed.cast(table.schema), made / "c" / "articles.parquet")
    assert main(["annotate", str(made / "c"), "--out", str(made / "again")]) == 2
    assert main(["concordance", str(made / "r")]) == 2
    assert main(["read", str(made / "r"), "1"]) == 2
    pq.write_table(table.slice(0, 3), made / "c" / "articles.parquet")
    assert main(["compare", str(made / "r")]) == 2
    assert "manifest says 12" in capsys.readouterr().err


def test_added_parts_are_noticed(made: Path) -> None:
    part = made / "r" / "mentions" / "part-00000.parquet"
    (part.parent / "part-00001.parquet").write_bytes(part.read_bytes())
    assert main(["compare", str(made / "r")]) == 2


@pytest.mark.parametrize(
    "key", ["version", "options", "counts", "corpus_digest", "classifier_digest", "lexicon_sources"]
)
def test_damaged_record(key: str, made: Path) -> None:
    record = json.loads((made / "r" / "run.json").read_text(encoding="utf-8"))
    del record[key]
    (made / "r" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert main(["compare", str(made / "r")]) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{}", b'{"digest": 5, "n_articles": 1}', b"[]", b'"x"'])
def test_damaged_manifest(content: bytes, made: Path) -> None:
    (made / "c" / "manifest.json").write_bytes(content)
    assert main(["annotate", str(made / "c"), "--out", str(made / "x")]) == 2


def test_moved_run_with_its_own_lexicon(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "own.toml").write_text(
        '[[concept]]\nid = "rule"\n[[term]]\nid = "regime"\nconcept = "rule"\ncategory = "delegitimising"\nvalence = "condemning"\n'
        '[term.forms]\n"regime" = "government"\n',
        encoding="utf-8",
    )
    assert (
        main(
            [
                "annotate",
                str(made / "c"),
                "--out",
                str(made / "o"),
                "--lexicon",
                str(made / "own.toml"),
                "--tone",
                "none",
            ]
        )
        == 0
    )
    assert main(["compare", str(made / "o")]) == 0
    (made / "away").mkdir()
    (made / "o").rename(made / "away" / "o")
    assert main(["compare", str(made / "away" / "o")]) == 2
    assert "--corpus" in capsys.readouterr().err
    assert main(["compare", str(made / "away" / "o"), "--corpus", str(made / "c")]) == 2
    assert "--lexicon" in capsys.readouterr().err
    assert (
        main(["compare", str(made / "away" / "o"), "--corpus", str(made / "c"), "--lexicon", str(made / "own.toml")])
        == 0
    )


ODD = {
    "last day of time": (["compare", "{r}", "--to", "9999-12-31"], 0),
    "first day of time": (["compare", "{r}", "--from", "0001-01-01"], 0),
    "line break in a name": (["compare", "{r}", "--outlets", "A\nB"], 2),
    "empty names": (["compare", "{r}", "--outlets", ","], 2),
    "a name that is no Unicode": (["concordance", "{r}", "--outlet", "\udcff"], 2),
    "two ways to name an outlet": (["concordance", "{r}", "--outlet", "Post", "--outlets", "Post"], 2),
    "no page to replace": (["read", "{r}", "1", "--out", "{r}/run.json"], 2),
    "a folder as page": (["read", "{r}", "1", "--out", "{r}"], 2),
    "a model below a file": (["train", "{pairs}", "--out", "{r}/run.json/x"], 2),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_requests(name: str, made: Path) -> None:
    arguments, code = ODD[name]
    pairs = Path(__file__).parents[1] / "corpora" / "loaded_pairs" / "pairs.jsonl"
    before = texts_of(made)
    assert main([a.format(r=made / "r", pairs=pairs) for a in arguments]) == code
    assert texts_of(made) == before


@pytest.mark.parametrize(
    "arguments",
    [["compare", "r", "--seed", "-1"], ["annotate", "c", "--out", "x", "--workers", "x"], ["compare"], ["nothing"]],
)
def test_wrong_options_are_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_reading_changes_nothing(sarvane: Corpus, tmp_path: Path) -> None:
    before = sarvane.articles.to_pylist()
    sarvane.article("talmara-national-e01")["text"] = "changed"
    assert sarvane.articles.to_pylist() == before
    with pytest.raises(AttributeError):
        sarvane.source = tmp_path  # type: ignore[misc]


def test_batches_of_any_size_are_the_same_articles(made: Path) -> None:
    corpus = read_corpus(made / "c")
    for size in (1, 5, 100):
        rows = [row for batch in corpus.batches(size=size) for row in batch.to_pylist()]
        assert rows == corpus.articles.to_pylist()
    corpus.verify()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_terminated_run_leaves_nothing(workers: str, made: Path) -> None:
    import signal
    import subprocess
    import sys
    import time

    rows = [{"id": str(i), "outlet": "Post", "text": "The regime fell, he said. " * 400} for i in range(3000)]
    (made / "b.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    assert main(["ingest", str(made / "b.jsonl"), "--out", str(made / "big")]) == 0
    root = Path(__file__).parents[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "framing",
            "annotate",
            str(made / "big"),
            "--out",
            str(made / "run"),
            "--workers",
            workers,
        ],
        cwd=root,
        stderr=subprocess.PIPE,
    )
    for _ in range(200):
        if list(made.glob(".run.*.part")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, printed = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"interrupted" in printed
    assert not (made / "run").exists()
    assert not list(made.glob(".run.*"))
