"""Do two checkouts annotate the same articles with the same rows, and which is faster?

    python -m tests.evaluation.same_rows save FOLDER DATA [--articles 600]
    python -m tests.evaluation.same_rows check FOLDER DATA [--articles 600]
    python -m tests.evaluation.same_rows time OLD NEW DATA [--articles 600] [--runs 3]

`save` writes the tables of this checkout, with the default options but no tone; `check` makes them again and compares every
value, type and null with those saved. `time` runs two checkouts in turn, each run in a process of its own, and compares their
tables as well. Time is the CPU time of the process, since a machine has other work; start-up and reading are left out, and one
article is annotated before, so that tables are built. Text is counted as UTF-8 bytes of titles and bodies.
DATA is the folder of development data; the shipped corpora and made-up hostile texts come on top of it. The last set has
passages left out of every other article, sections, and the pure-Python matcher.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
from pyarrow import feather

from framing.classify import read_sense_model
from framing.corpus import corpus_from_rows
from framing.language import AnnotateOptions, Models, annotate_batch
from framing.lexicon import read_lexicon
from framing.schema import TABLES

Article = dict[str, Any]
NAMES = ("mentions", "sentences", "speech", "details")
ROWS = 128
HOSTILE = (
    '"' * 5_000 + "said",
    "“" * 3_000 + " he said the massacre ended",
    "he said that " * 2_000,
    "(" * 4_000 + "massacre",
    "the regime's " * 2_000 + "killed",
    "İ" * 3_000 + " killed İstanbul’s martyrs, said Ana Holt.",
    "A: b\n" * 1_500,
    "killed, 12 aged 12, " * 1_500,
    "😀 קודם massacre \u202e مجزرة e\u0301 “the regime’s” 😀 fell.",
    "Mr. " * 2_000 + "Holt said.",
    "-’" * 4_000 + "martyr’s",
    "x" * 50_000,
    "1,234" * 5_000 + " people were killed",
    "\n \n" * 3_000 + "The army killed ten.",
    "\u2028The minister said:\x85“He killed\u3000ten.”\x1c\x00 She said so\r\nand left.\x0b",
)


def lines_of(path: Path) -> Iterator[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def made(row: Article, number: int) -> Article:
    text = row.get("body") or row.get("text")
    title = row.get("title") or row.get("title_from_slug")
    return {"article_id": str(row.get("id", number)), "outlet_id": "outlet", "title": title, "text": text}


def read_sets(data: Path, articles: int) -> Iterator[tuple[str, list[Article], bool]]:
    """Name, articles, and whether the pure-Python matcher reads them."""
    allsides = [made(r, k) for k, r in enumerate(islice(lines_of(data / "allsides_dev.jsonl.gz"), articles))]
    yield "allsides", allsides, False
    for name in ("polnear/polnear_train", "polnear/polnear_dev", "tehran_times_dev"):
        rows = islice(lines_of(data / f"{name}.jsonl.gz"), articles)
        yield name.rsplit("/", 1)[-1], [made(r, k) for k, r in enumerate(rows)], False
    here = Path(__file__).parents[2] / "corpora" / "sarvane" / "articles.jsonl"
    shipped = [json.loads(line) for line in here.read_text(encoding="utf-8").splitlines()]
    yield "shipped", [made({**r, "id": k}, k) for k, r in enumerate(shipped)], False
    yield "hostile", [made({"id": k, "body": t, "title": t[:300]}, k) for k, t in enumerate(HOSTILE)], False
    parts = [
        {**a, "section": ("opinion", None, "live blog")[k % 3], "excluded": left_out(a["text"]) if k % 2 else None}
        for k, a in enumerate(allsides[:60])
    ]
    yield "excluded", parts, True


def left_out(text: str) -> list[dict[str, Any]]:
    third = len(text) // 3
    return [{"part": "body", "start": third, "end": third + 200}, {"part": "title", "start": 0, "end": 5}]


def batches_of(articles: list[Article]) -> list[pa.RecordBatch]:
    rows = [{k: v for k, v in a.items() if k != "excluded"} for a in articles]
    table = corpus_from_rows(rows).articles if "excluded" not in articles[0] else None
    if table is None:
        passage = pa.struct([("part", pa.string()), ("start", pa.int64()), ("end", pa.int64())])
        fields = [TABLES["articles"].field(n) for n in ("article_id", "title", "text", "section")]
        table = pa.Table.from_pylist(articles, schema=pa.schema([*fields, ("excluded", pa.list_(passage))]))
    return table.to_batches(max_chunksize=ROWS)


def annotate_sets(
    data: Path, articles: int, only: str | None = None
) -> Iterator[tuple[str, dict[str, pa.Table], int, float]]:
    """Name of a set, its tables, bytes of text and CPU seconds."""
    lexicon, models = read_lexicon("conflict"), Models(None, read_sense_model())
    for name, rows, pure in read_sets(data, articles):
        if only is not None and name != only:
            continue
        options = AnnotateOptions(tone="none", pure=pure)
        batches = batches_of(rows)
        annotate_batch(batches[0].slice(0, 1), lexicon, options, models)
        begun = time.process_time()
        results = [annotate_batch(b, lexicon, options, models) for b in batches]
        seconds = time.process_time() - begun
        tables = {n: pa.Table.from_batches([getattr(r, n) for r in results]) for n in NAMES}
        yield name, tables, sum(len(((a["title"] or "") + (a["text"] or "")).encode()) for a in rows), seconds


def save(folder: Path, data: Path, articles: int, only: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, tables, size, seconds in annotate_sets(data, articles, only):
        for table, rows in tables.items():
            feather.write_feather(rows, folder / f"{name}.{table}.arrow", compression="lz4")
        (folder / f"{name}.json").write_text(json.dumps({"bytes": size, "seconds": seconds}), encoding="utf-8")


def differences(name: str, old: pa.Table, new: pa.Table) -> list[str]:
    if old.equals(new, check_metadata=True):
        return []
    there, here = old.to_pylist(), new.to_pylist()
    first = next(((a, b) for a, b in zip(there, here, strict=False) if a != b), (there[-1:], here[-1:]))
    return [f"{name}: {len(there)} and {len(here)} rows\n  old {first[0]}\n  new {first[1]}"]


def check(folder: Path, data: Path, articles: int) -> list[str]:
    found = []
    for name, tables, size, seconds in annotate_sets(data, articles):
        for table, rows in tables.items():
            found += differences(f"{name}.{table}", feather.read_table(folder / f"{name}.{table}.arrow"), rows)
        counts = ", ".join(f"{rows.num_rows} {table}" for table, rows in tables.items())
        print(f"{name}: {counts}; {size / seconds / 1e6:.2f} MB/s", flush=True)
    return found


def compare(old: Path, new: Path, data: Path, articles: int, runs: int) -> list[str]:
    found: list[str] = []
    rates: dict[Path, list[float]] = {old: [], new: []}
    with tempfile.TemporaryDirectory() as scratch:
        for run in range(runs):
            for checkout in (old, new):
                out = Path(scratch) / ("old" if checkout == old else "new")
                command = [sys.executable, __file__, "save", str(out), str(data)]
                subprocess.run(
                    [*command, "--articles", str(articles), "--only", "allsides"],
                    check=True,
                    env={**os.environ, "PYTHONPATH": str(checkout)},
                )
                measured = json.loads((out / "allsides.json").read_text(encoding="utf-8"))
                rates[checkout].append(measured["bytes"] / measured["seconds"] / 1e6)
            print(f"run {run + 1}: {rates[old][-1]:.2f} and {rates[new][-1]:.2f} MB/s", flush=True)
            for table in NAMES:
                tables = [
                    feather.read_table(Path(scratch) / side / f"allsides.{table}.arrow") for side in ("old", "new")
                ]
                found += differences(table, *tables)
    there, here = median(rates[old]), median(rates[new])
    print(f"medians of {runs}: {there:.2f} and {here:.2f} MB/s of text per core, {here / there:.2f} times")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("save", "check", "time"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only")
    given = parser.parse_args()
    if len(given.folders) != (3 if given.action == "time" else 2):
        parser.error("save and check take FOLDER DATA, time takes OLD NEW DATA")
    if given.action == "save":
        save(*given.folders, given.articles, given.only)
        return
    found = (
        check(*given.folders, given.articles)
        if given.action == "check"
        else compare(*given.folders, given.articles, given.runs)
    )
    print("\n".join(found) or "all rows are the same")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
