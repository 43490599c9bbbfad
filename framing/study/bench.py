"""How fast is each stage on this machine, beside public peers on the same articles?"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from framing.classify import read_model, read_sense_model
from framing.corpus import Corpus
from framing.errors import CorpusError
from framing.language import AnnotatedBatch, AnnotateOptions, Models, annotate_batch, build_matcher, find_sentences
from framing.language.speech import build_speech_finder
from framing.language.tone import score_tone
from framing.lexicon import Lexicon, read_lexicon
from framing.study.run import RUN_TABLES

#: What scores every sentence reads each tenth article: a rate is per megabyte read.
SLOW = 10


class Measured(NamedTuple):
    """One thing to time.

    Args:
        name: What is shown.
        work: From the texts to how many things were found, and the CPU seconds where another process took them; built before
            the clock runs. None where it is not installed.
        every: Reads each so-manieth article.
        note: What it does, or why it is not there.
    """

    name: str
    work: Callable[[Sequence[str]], int | tuple[int, float]] | None
    every: int = 1
    note: str = ""


def bench(
    corpus: Corpus,
    lexicon: Lexicon | None = None,
    *,
    articles: int = 3000,
    rounds: int = 3,
    peers: Iterable[Measured] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Time each stage and each peer on the same articles, in turns.

    Every round runs everything once, so that a slow minute of the machine falls on all alike. Compare rows of one call
    only: rates differ between machines, and between hours on one.

    Args:
        corpus: Its first articles are read.
        lexicon: What to look for; the shipped "conflict" when not given.
        articles: At most so many.
        rounds: Medians are over these.
        peers: Other libraries, timed in the same rounds.
        progress: Called with the number of measurements done and their total.

    Returns:
        Rows with name, found, megabytes, cpu_seconds and wall_seconds (medians), mb_per_second (of CPU time) and note; meta
        with `seconds` and `mb_per_second` of the whole annotation with default options, in one process, start-up excluded.

    Raises:
        CorpusError: The corpus has no text.
    """
    lexicon = lexicon or read_lexicon("conflict")
    batch = corpus.table(["article_id", "title", "text"]).slice(0, articles).combine_chunks()
    batches = batch.to_batches(max_chunksize=512)
    texts = [text or "" for text in batch.column("text").to_pylist()]
    if not any(texts):
        raise CorpusError("a corpus without a text", "articles with text", "Give another one with --corpus.")
    whole = len(our := our_stages(batches, texts, lexicon))
    measured = [*our, *peers]
    read = [texts[:: m.every] for m in measured]
    cpu: list[list[float]] = [[] for _ in measured]
    wall: list[list[float]] = [[] for _ in measured]
    found: list[int | None] = [None] * len(measured)
    for turn in range(rounds):
        for i, m in enumerate(measured):
            if m.work is not None:
                started, spent = time.perf_counter(), time.process_time()
                told = m.work(read[i])
                found[i], seconds = told if isinstance(told, tuple) else (told, time.process_time() - spent)
                cpu[i].append(seconds)
                wall[i].append(time.perf_counter() - started)
            if progress:
                progress(turn * len(measured) + i + 1, rounds * len(measured))
    rows = []
    for i, m in enumerate(measured):
        size = sum(len(text.encode("utf-8", "surrogatepass")) for text in read[i]) / 1e6
        middle = median(cpu[i]) if cpu[i] else None
        rows.append(
            {
                "name": m.name,
                "kind": "stage" if i < whole else "peer",
                "found": found[i],
                "megabytes": round(size, 3),
                "cpu_seconds": None if middle is None else round(middle, 4),
                "wall_seconds": round(median(wall[i]), 4) if wall[i] else None,
                "mb_per_second": round(size / middle, 2) if middle else None,
                "note": m.note,
            }
        )
    annotation = next(row for row in rows if row["name"] == ANNOTATION)
    return rows, {
        "seconds": annotation["wall_seconds"],
        "cpu_seconds": annotation["cpu_seconds"],
        "mb_per_second": annotation["mb_per_second"],
        "n_articles": len(texts),
        "megabytes": annotation["megabytes"],
        "rounds": rounds,
        "lexicon": lexicon.name,
        "n_forms": len(lexicon.patterns),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
    }


ANNOTATION = "whole annotation"


def our_stages(batches: Sequence[pa.RecordBatch], texts: Sequence[str], lexicon: Lexicon) -> list[Measured]:
    """The stages of an annotation, each alone, and the whole of it."""
    models = Models(read_model(), read_sense_model())
    find, pure, speech = build_matcher(lexicon), build_matcher(lexicon, pure=True), build_speech_finder(lexicon)
    spans = {text: find_sentences(text) for text in texts}
    some = pa.Table.from_batches(batches).take(list(range(0, len(texts), SLOW))).combine_chunks().to_batches()

    def annotated(of: Sequence[pa.RecordBatch], options: AnnotateOptions) -> list[AnnotatedBatch]:
        return [annotate_batch(b, lexicon, options, models) for b in of]

    def annotation(of: Sequence[pa.RecordBatch], tone: str) -> Callable[[Sequence[str]], int]:
        options = AnnotateOptions(tone=tone, loadedness=tone)
        return lambda _: sum(b.mentions.num_rows for b in annotated(of, options))

    def sentences(text: str) -> list[str]:
        return [text[s.start : s.end] for s in spans[text]]

    def loaded(texts: Sequence[str]) -> int:
        assert models.loaded is not None
        return sum(len(models.loaded.score({"text": sentences(text)})) for text in texts)

    results: list[AnnotatedBatch] = annotated(batches, AnnotateOptions(tone="none", loadedness="none"))
    return [
        Measured("segment", lambda texts: sum(len(find_sentences(t)) for t in texts), note="sentences"),
        Measured("match", lambda texts: sum(len(find(t)) for t in texts), note="mentions with offsets"),
        Measured("match, pure Python", lambda texts: sum(len(pure(t)) for t in texts), note="the same rows"),
        Measured("speech", lambda texts: sum(len(speech(t, spans[t], "body")) for t in texts), note="sentences given"),
        Measured(
            "segment to roles",
            annotation(batches, "none"),
            note="all but tone and loadedness: with voice, sense and roles",
        ),
        Measured(
            "tone", lambda texts: sum(len(score_tone(sentences(t))) for t in texts), SLOW, "TextBlob, all sentences"
        ),
        Measured("loadedness", loaded, SLOW, "all sentences"),
        Measured("writing", lambda _: _write(results), note="the run's tables as Parquet"),
        Measured(ANNOTATION, annotation(batches, "mentions"), note="default options"),
        Measured(
            f"{ANNOTATION}, all sentences", annotation(some, "all"), SLOW, "tone and loadedness of every sentence"
        ),
    ]


def _write(results: Sequence[AnnotatedBatch]) -> int:
    size = 0
    with tempfile.TemporaryDirectory() as folder:
        for i, name in enumerate(RUN_TABLES):
            path = Path(folder) / f"{name}.parquet"
            pq.write_table(pa.Table.from_batches([result[i] for result in results]), path, compression="zstd")
            size += path.stat().st_size
    return size
