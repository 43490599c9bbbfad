"""Annotating on a Dask cluster: separate processes, one of them killed, and the rows of the local engine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from framing.cli import main
from framing.corpus import Corpus, read_corpus
from framing.engines.dask import check_address, map_shards
from framing.errors import FramingError, SelectionError
from framing.language import AnnotateOptions
from framing.study import Run, annotate, parts
from framing.study.run import RUN_TABLES
from tests.study.test_parts import TEXTS, made_corpus

ROOT = Path(__file__).parents[2]
PLAIN = AnnotateOptions(tone="none")
needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="no Dask (pip install '.[cluster]')")


def digest_of(run: Run) -> dict[str, str]:
    return {n: hashlib.sha256(repr(getattr(run, n).to_pylist()).encode()).hexdigest() for n in RUN_TABLES}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:1", "tcp://localhost:1"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
        ("tls://node7.example:8786", "tls://node7.example:8786"),
    ],
)
def test_addresses_that_are_spoken_to(given: str, taken: str) -> None:
    assert check_address(given) == taken


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://10.0.0.7:8786", "another machine without TLS"),
        ("node7:8786", "another machine without TLS"),
        ("tcp://localhost.example:8786", "another machine without TLS"),
        ("tcp://127.0.0.1@10.0.0.7:8786", "another machine without TLS"),
        ("tcp://0.0.0.0:8786", "another machine without TLS"),
        ("ws://127.0.0.1:8786", "tls://HOST:PORT"),
        ("tcp://127.0.0.1", "tls://HOST:PORT"),
        ("tcp://127.0.0.1:99999", "tls://HOST:PORT"),
        ("tcp://[::1", "tls://HOST:PORT"),
        ("", "tls://HOST:PORT"),
    ],
)
def test_addresses_that_are_refused(address: str, words: str) -> None:
    with pytest.raises(SelectionError, match=words):
        check_address(address)


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.engines.dask.find_spec", lambda name: None)
    with pytest.raises(FramingError, match=r"pip install 'media-framing\[cluster\]'"):
        list(map_shards(abs, [1]))


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "PYTHONPATH": str(ROOT)}
        file = folder / "scheduler.json"
        self.processes = [
            self._start("dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", str(file))
        ]
        for _ in range(300):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        import json

        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        self.workers = [self.add_worker(), self.add_worker()]

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def add_worker(self) -> subprocess.Popen[bytes]:
        worker = self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        self.processes.append(worker)
        return worker

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_SMALLEST", 16)
        yield made_corpus(tmp_path_factory.mktemp("made"), [f"{t} Again {i}." for i, t in enumerate(TEXTS * 8)])


@pytest.fixture(scope="module")
def expected(corpus: Corpus) -> dict[str, str]:
    return digest_of(annotate(corpus, options=PLAIN))


@needs_dask
@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_costs_only_its_parts(
    cluster: Cluster, corpus: Corpus, expected: dict[str, str], tmp_path: Path
) -> None:
    killed: list[int] = []

    def progress(done: int) -> None:
        if not killed:
            cluster.workers[0].kill()
            killed.append(done)

    run = annotate(
        corpus, options=PLAIN, out=tmp_path / "run", engine="dask", scheduler=cluster.address, progress=progress
    )
    assert killed
    assert killed[0] < corpus.n_articles
    assert cluster.workers[0].wait(timeout=30) != 0
    assert digest_of(run) == expected
    assert run.record["engine"] == "dask"


@needs_dask
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_its_own(corpus: Corpus, expected: dict[str, str], tmp_path: Path) -> None:
    arguments = ["annotate", str(corpus.path), "--out", str(tmp_path / "run"), "--tone", "none", "--classifier", "none"]
    command = [sys.executable, "-m", "framing", *arguments, "--engine", "dask", "--workers", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    from framing.study import read_run

    assert digest_of(read_run(tmp_path / "run")) == expected


@needs_dask
def test_nobody_at_the_address(corpus: Corpus, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framing.engines.dask._ANSWER", 1)
    arguments = ["annotate", str(read_corpus(corpus.path or "").path), "--out", str(tmp_path / "run")]
    assert main([*arguments, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    printed = capsys.readouterr().err
    assert "no scheduler that answers" in printed
    assert "Traceback" not in printed
    assert not (tmp_path / "run").exists()
    assert not list(tmp_path.glob(".run.*"))
