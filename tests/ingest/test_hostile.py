"""Files made to harm: each ends in one sentence, in time, with nothing written."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, Limits, guard, ingest_files, read_articles
from framing.ingest.limits import LimitError, parse_limits

LINE = json.dumps({"outlet": "Sarvane Wire", "title": "A dam", "text": "The dam was opened."}) + "\n"


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_gzip_bomb(tmp_path: Path) -> None:
    bomb = tmp_path / "a.jsonl.gz"
    with gzip.open(bomb, "wb") as file:
        file.write(LINE.encode())
        for _ in range(60):
            file.write(b" " * 1_000_000 + b"\n")
    with pytest.raises(LimitError, match=r"unpacked bytes for each packed one in 'a.jsonl.gz'.*--limit ratio=NUMBER"):
        ingest_files([bomb], tmp_path / "c", limits=Limits(ratio=50))
    assert not (tmp_path / "c").exists()
    assert ingest_files([bomb], tmp_path / "c", limits=Limits(ratio=5_000)).n_articles == 1


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.zip", {f"{i}.txt": b"0" * 20_000_000 for i in range(3)})
    with pytest.raises(LimitError, match="--limit ratio"):
        read_articles(bomb, options=IngestOptions(outlet="Post"))
    with pytest.raises(LimitError, match="--limit unpacked"):
        read_articles(bomb, options=IngestOptions(outlet="Post"), limits=Limits(ratio=10_000, unpacked=30_000_000))


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    archive = packed(
        inside / "a.zip",
        {"../../evil.jsonl": LINE.encode(), "/etc/b.jsonl": LINE.replace("dam", "mill").encode(), "c/d.exe": b"x"},
    )
    corpus = read_articles(archive)
    assert corpus.n_articles == 2
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip", "inside"]
    assert corpus.rejects.to_pylist() == [{"where": "a.zip, c/d.exe", "reason": "unknown ending", "detail": ".exe"}]


def test_one_bad_member_is_a_reject(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", {"a.jsonl": LINE.encode(), "b.xlsx": b"no workbook", "c.csv": b"a,b\n1,2\n"})
    corpus = read_articles(archive)
    assert corpus.n_articles == 1
    assert corpus.manifest.rejects_by_reason == {"unreadable": 2}
    assert [s["file"] for s in corpus.manifest.sources] == ["a.zip, a.jsonl"]


def test_a_folder_of_kinds(tmp_path: Path) -> None:
    (tmp_path / "in" / "Aldis Ledger").mkdir(parents=True)
    (tmp_path / "in" / "a.jsonl").write_text(LINE, encoding="utf-8")
    (tmp_path / "in" / "Aldis Ledger" / "b.csv").write_text("title,text\nA mill,It burnt.\n", encoding="utf-8")
    (tmp_path / "in" / "notes.exe").write_bytes(b"x")
    corpus = ingest_files([tmp_path / "in"], tmp_path / "c")
    assert corpus.outlets.column("outlet_id").to_pylist() == ["Aldis Ledger", "Sarvane Wire"]
    assert corpus.manifest.rejects_by_reason == {"unknown ending": 1}


@pytest.mark.parametrize("members", [{}, {"a.exe": b""}, {"folder/": b""}])
def test_archive_without_articles(members: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of articles"):
        read_articles(packed(tmp_path / "a.zip", members))


def test_columns(tmp_path: Path) -> None:
    wide = tmp_path / "a.csv"
    wide.write_text(",".join(f"c{i}" for i in range(100_000)) + "\n", encoding="utf-8")
    with pytest.raises(LimitError, match=r"100,000 columns.*at most 2,000 columns.*--limit columns="):
        ingest_files([wide], tmp_path / "c")


def test_a_line_of_200_megabytes(tmp_path: Path) -> None:
    long = tmp_path / "a.csv"
    with long.open("wb") as file:
        file.write(b"outlet,text\nPost,")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    with pytest.raises(InputError, match="breaks off"):
        ingest_files([long], tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe as a file")
def test_a_file_that_never_ends_is_given_up(tmp_path: Path) -> None:
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    with pytest.raises(LimitError, match=r"4 seconds of work without an article in 'a.csv'.*--limit seconds="):
        ingest_files([pipe], tmp_path / "c", limits=Limits(seconds=4))
    assert not (tmp_path / "c").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_memory(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        "".join(LINE.replace("opened.", f"opened {i} " + "x" * 4_000_000) for i in range(200)), encoding="utf-8"
    )
    with pytest.raises(LimitError, match=r"GB of memory in 'a.jsonl'.*--limit memory="):
        ingest_files([tmp_path / "a.jsonl"], tmp_path / "c", limits=Limits(memory=100_000_000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe as a file")
def test_a_reader_that_dies_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    started: list[subprocess.Popen[bytes]] = []

    def start(*args: Any, **more: Any) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(*args, **more))
        return started[0]

    monkeypatch.setattr(guard, "subprocess", type("S", (), {"Popen": staticmethod(start), "PIPE": subprocess.PIPE}))

    def strike() -> None:
        while not started:
            time.sleep(0.01)
        time.sleep(0.5)
        started[0].send_signal(signal.SIGSEGV)

    threading.Thread(target=strike).start()
    with pytest.raises(InputError, match="which broke its reader"):
        ingest_files([pipe], tmp_path / "c")


def test_guarded_or_not_the_same_corpus(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE + "no json\n" + LINE, encoding="utf-8")
    free, kept = read_articles(tmp_path / "a.jsonl"), read_articles(tmp_path / "a.jsonl", guarded=True)
    disk = ingest_files([tmp_path / "a.jsonl"], tmp_path / "c")
    assert free.digest == kept.digest == disk.digest
    assert free.rejects.to_pylist() == kept.rejects.to_pylist() == disk.rejects.to_pylist()
    assert free.manifest.sources == kept.manifest.sources == list(disk.manifest.sources)


@pytest.mark.parametrize("given", ["size=3", "ratio", "ratio=0", "ratio=many", "seconds=-1"])
def test_bad_limits(given: str) -> None:
    with pytest.raises(InputError, match="as a limit"):
        parse_limits([given])
