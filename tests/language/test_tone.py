"""TextBlob's tone: what TextBlob itself says, also when threads ask at once for the first time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from textblob import TextBlob

from framing.language.tone import score_tone

SENTENCES = (
    "A wonderful day.",
    "It was not very good!",
    "Twelve people were killed.",
    "",
    "“Brutal,” he said :-(",
    "É",
)
_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from textblob.en import sentiment
from framing.language.tone import score_tone
barrier, load, loaded = Barrier(8), sentiment.load, []
def slow():
    loaded.append(1)
    sleep(0.2)
    load()
sentiment.load = slow
def score(_):
    barrier.wait()
    return score_tone(["A wonderful day."])
with ThreadPoolExecutor(8) as pool:
    print(set(map(str, pool.map(score, range(8)))), "loaded", len(loaded))
"""


@pytest.mark.parametrize("sentence", SENTENCES)
def test_as_textblob_says(sentence: str) -> None:
    assert score_tone([sentence])[0] == pytest.approx(tuple(TextBlob(sentence).sentiment), abs=1e-6)


def test_threads_that_ask_at_once() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", _AT_ONCE], check=False, capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("polarity=1.0") == 1
    assert done.stdout.endswith("loaded 1\n")
