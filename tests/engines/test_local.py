"""Batches in several processes: the same results in order, and an end with a clear word where a process dies."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from framing.engines import map_batches
from framing.errors import FramingError

ROOT = Path(__file__).parents[2]

# Longer than a pipe takes, as a lexicon is.
_UNGUARDED = """
from functools import partial
from framing.engines import map_batches
print(len(list(map_batches(partial(max, "x" * 500_000), ["a", "b", "c"], workers=2))))
"""
_GUARDED = _UNGUARDED.replace("print", "if __name__ == '__main__': print")


@pytest.mark.parametrize("workers", [1, 2])
def test_results_keep_their_order(workers: int) -> None:
    assert list(map_batches(abs, range(-9, 9), workers=workers)) == [abs(n) for n in range(-9, 9)]


def test_a_worker_that_dies() -> None:
    with pytest.raises(FramingError, match="worker process that ended"):
        list(map_batches(os._exit, [1, 2, 3], workers=2))


def test_an_error_of_the_function_stays_itself() -> None:
    with pytest.raises(ZeroDivisionError):
        list(map_batches(partial(divmod, 1), [0, 1], workers=2))


@pytest.mark.parametrize(("script", "ends"), [(_UNGUARDED, 1), (_GUARDED, 0)], ids=["unguarded", "guarded"])
def test_scripts_end(script: str, ends: int, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, path], check=False, capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == ends
    assert ('if __name__ == "__main__":' in done.stderr) == bool(ends)
