"""Does memory grow with the corpus? Peaks of an annotation of many articles against a tenth of them.

    python -m tests.evaluation.memory DATA [--articles 30000] [--sentences 10] [--keep FOLDER]

DATA is the folder of development data. Articles are made of `--sentences` real sentences drawn from all over a set, since plain
repeats would be copies. Each annotation runs in a process of its own, whose peak is that of its resident memory; the corpus is on
disk before it starts. `--keep` leaves corpora and runs there, to open one in the dashboard.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.corpus import corpus_from_rows, write_corpus
from framing.language import find_sentences
from framing.schema import TABLES

_ANNOTATE = """
import json, resource, sys
from framing import AnnotateOptions, annotate, read_corpus
if __name__ == "__main__":
    run = annotate(read_corpus(sys.argv[1]), options=AnnotateOptions(tone="none"), out=sys.argv[2])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**run.record["counts"], "seconds": run.record["seconds"], "peak_mb": round(peak)}))
"""


def made_articles(data: Path, n: int, sentences: int, seed: int) -> Iterator[dict[str, Any]]:
    """Articles of sentences drawn from a whole set, each under the headline and the outlet of a real one."""
    with gzip.open(data / "allsides_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        real = [json.loads(line) for line in file]
    drawn = [a["body"][s.start : s.end] for a in real for s in find_sentences(a["body"])]
    chance = random.Random(seed)
    for i in range(n):
        like = real[i % len(real)]
        text = " ".join(chance.choices(drawn, k=sentences))
        yield {"article_id": f"made-{i}", "outlet_id": like["outlet"], "title": like["title"], "text": text}


def measure(folder: Path, data: Path, n: int, sentences: int, seed: int) -> dict[str, Any]:
    """Make a corpus of `n` articles, annotate it in another process, and say what that took."""
    corpus, run = folder / f"corpus-{n}", folder / f"run-{n}"
    made = corpus_from_rows(made_articles(data, n, sentences, seed))
    nothing = pa.RecordBatch.from_pylist([], schema=TABLES["rejects"])
    write_corpus(((batch, nothing) for batch in made.batches()), corpus)
    size = sum(len(text.encode()) for text in made.table(["text"]).column("text").to_pylist())
    command = [sys.executable, "-c", _ANNOTATE, str(corpus), str(run)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {"megabytes": round(size / 1e6, 1), **json.loads(told)}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("data", type=Path)
    p.add_argument("--articles", type=int, default=30_000)
    p.add_argument("--sentences", type=int, default=10)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--keep", type=Path)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = a.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        few, many = (measure(folder, a.data, n, a.sentences, a.seed) for n in (a.articles // 10, a.articles))
    print(json.dumps({"few": few, "many": many, "ratio": round(many["peak_mb"] / few["peak_mb"], 2)}, indent=2))


if __name__ == "__main__":
    main()
