"""The shipped loadedness model on labelled sets, and its speed beside scikit-learn's in the same run.

    FRAMING_DATA=... python tests/evaluation/classifier.py

Sentences are real ones of $FRAMING_DATA. Times are processor seconds of one process; "first time" meets every written form anew, "again" is the
same sentences once more, as in a corpus whose words repeat.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from framing.classify import read_model
from framing.classify.embeddings import open_encoder
from framing.errors import ModelError
from framing.study.loadedness import evaluate_loadedness

ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "corpora" / "loaded_pairs"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def real_sentences(data: Path, n: int) -> list[str]:
    """Sentences of US news, cut roughly."""
    found: list[str] = []
    with gzip.open(data / "allsides_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            found += [s for s in _SENTENCE_END.split(json.loads(line)["body"] or "") if len(s) > 20]
            if len(found) >= n:
                break
    return found[:n]


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_speed(sentences: Sequence[str]) -> None:
    """Sentences per second: ours and a (1,2)-gram tf-idf with logistic regression, trained on the same pairs."""
    rows = [json.loads(line) for line in (PAIRS / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [t for r in rows for t in (r["loaded"], r["plain"])]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    peer = LogisticRegression(C=10).fit(vectorizer.fit_transform(texts), np.tile([1, 0], len(rows)))
    start = time.process_time()
    model = read_model()
    print(f"loading: {time.process_time() - start:.3f} s")
    for name in ("first time", "again", "again"):
        ours = seconds(lambda: model.score({"text": sentences}))
        theirs = seconds(lambda: peer.predict_proba(vectorizer.transform(sentences)))
        print(f"{name}: {len(sentences) / ours:,.0f} sentences/s; scikit-learn {len(sentences) / theirs:,.0f}")


def measure_embeddings(sentences: Sequence[str]) -> None:
    """Sentences per second of the encoder of the extra, each met for the first time."""
    try:
        encoder = open_encoder("minilm")
    except ModelError as problem:
        print(problem)
        return
    encoder.embed(["Loaded before the clock starts."])
    print(
        f"embeddings: {len(sentences) / seconds(lambda: encoder.embed(sentences)):,.0f} sentences/s of processor time"
    )


def measure_sets(data: Path) -> None:
    """Figures on sets the model never saw, before and after recalibration on 100 sentences."""
    files = [PAIRS / "fresh.jsonl", PAIRS / "fresh_plain.jsonl"]
    files += [data / "babe" / "babe_dev.jsonl", data / "checkthat" / "checkthat_subj_en.jsonl"]
    for file in files:
        meta = evaluate_loadedness(file).meta
        shown = {
            k: meta[k] for k in ("n", "accuracy", "macro_f1", "auc", "auc_within_outlet", "ece", "pairs_ranked_right")
        }
        if meta["n"] > 1_000:
            after = [evaluate_loadedness(file, recalibrate=100, seed=seed).meta["ece"] for seed in range(5)]
            shown["ece after 100, five draws"] = after
        print(file.name, shown)


if __name__ == "__main__":
    folder = Path(os.environ["FRAMING_DATA"])
    measure_speed(real_sentences(folder, 40_000))
    measure_embeddings(real_sentences(folder, 1_000))
    measure_sets(folder)
