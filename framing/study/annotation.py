"""Annotate a corpus: the language room over all batches, and the record of it."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.classify import LoadedModel, SenseModel, read_sense_model
from framing.corpus import Corpus, FolderWriter, corpus_from_rows
from framing.engines import map_batches
from framing.errors import InputError, SelectionError, reason_of
from framing.language import AnnotatedBatch, AnnotateOptions, LoadedScorer, Models, annotate_batch
from framing.language.batch import TONES
from framing.lexicon import Lexicon, list_lexicons, read_lexicon
from framing.schema import TABLES
from framing.study.run import RUN_FOLDER, RUN_TABLES, Run, relative_to_run
from framing.study.select import in_language

Progress = Callable[[int], None]
_LIBRARIES = ("pyarrow", "numpy", "scipy", "scikit-learn", "textblob", "sentencex", "ahocorasick-rs")


def package_version() -> str:
    """Version of this package; `0+source` when run from a checkout that is not installed."""
    try:
        return version("media-framing")
    except PackageNotFoundError:
        return "0+source"


def annotate(
    corpus: Corpus,
    lexicon: Lexicon | None = None,
    *,
    options: AnnotateOptions | None = None,
    classifier: LoadedModel | None = None,
    senses: SenseModel | None = None,
    workers: int = 1,
    out: Path | str | None = None,
    lexicon_sources: Sequence[str] = (),
    progress: Progress | None = None,
) -> Run:
    """Find mentions, sentences and speech in every article of a corpus.

    The rows are the same for any number of workers and for memory or disk.

    Args:
        corpus: The articles.
        lexicon: What to look for; the shipped "conflict" when not given.
        options: What to compute.
        classifier: Scores sentences for loadedness; without one those columns are null.
        senses: Tells the senses of ambiguous terms apart; the shipped model when not given, none with
            `AnnotateOptions(senses=False)`.
        workers: Processes.
        out: Folder to write the run to; in memory when not given.
        lexicon_sources: Names or paths the lexicon was read from, for the record.
        progress: Called with the number of articles done so far.

    Returns:
        The run; opened from `out` when that is given.

    Raises:
        SelectionError: An option has a value that does not exist, or a model is of the other kind.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": "The massacre ended."}])
        >>> annotate(corpus).mentions.column("surface").to_pylist()
        ['massacre']
    """
    options = options or AnnotateOptions()
    for name in ("tone", "loadedness"):
        if getattr(options, name) not in TONES:
            raise SelectionError(
                f"{name} {getattr(options, name)!r}", f"one of {', '.join(TONES)}", f"Correct --{name}."
            )
    _check_models(classifier, senses, options)
    lexicon = lexicon or read_lexicon("conflict")
    started = time.time()
    if corpus.path is not None:
        corpus.verify()
    if options.senses and senses is None:
        senses = read_sense_model()
    models = Models(classifier, senses)
    function = partial(annotate_batch, lexicon=lexicon, options=options, models=models)
    batches = _readable(corpus, lexicon, size=128 if workers > 1 else 512)
    results = _counted(map_batches(function, batches, workers=workers), batches_progress=progress)
    if out is None:
        collected = list(results)
        tables = {name: _collect(collected, i, name) for i, name in enumerate(RUN_TABLES)}
        counts = {name: table.num_rows for name, table in tables.items()}
        return Run(
            corpus,
            lexicon,
            _record(corpus, lexicon, lexicon_sources, options, models, workers, counts, started, None),
            tables,
        )
    out = Path(out)
    counts = dict.fromkeys(RUN_TABLES, 0)
    with FolderWriter(out, RUN_FOLDER) as folder:
        writers = {}
        try:
            for name in RUN_TABLES:
                (folder.folder / name).mkdir()
                writers[name] = pq.ParquetWriter(
                    folder.folder / name / "part-00000.parquet", TABLES[name], compression="zstd"
                )
            for result in results:
                for name, batch in zip(
                    RUN_TABLES, (result.mentions, result.sentences, result.speech, result.details), strict=True
                ):
                    writers[name].write_batch(batch)
                    counts[name] += batch.num_rows
        finally:
            for writer in writers.values():
                writer.close()
        record = _record(corpus, lexicon, lexicon_sources, options, models, workers, counts, started, out)
        (folder.folder / "run.json").write_text(
            json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        folder.publish()
    return Run(corpus, lexicon, record, out)


def _check_models(classifier: object, senses: object, options: AnnotateOptions) -> None:
    for name, model, wanted, reader in (
        ("classifier", classifier, LoadedModel, "read_model"),
        ("senses", senses, SenseModel, "read_sense_model"),
    ):
        if model is not None and not isinstance(model, wanted):
            raise SelectionError(
                f"{name} {type(model).__name__}", f"a {wanted.__name__}", f"Read one with framing.{reader}(PATH)."
            )
    if senses is not None and not options.senses:
        raise SelectionError("a sense model with senses=False", "one of them", "Leave one out.")


_READ = ("article_id", "title", "text", "section", "section_found", "language", "language_found")
_PASSAGES = pa.list_(pa.struct([("part", pa.string()), ("start", pa.int32()), ("end", pa.int32())]))


def _readable(corpus: Corpus, lexicon: Lexicon, size: int) -> Iterator[pa.RecordBatch]:
    """Batches of the articles in the lexicon's language, each with its excluded passages."""
    passages: dict[str, list[dict[str, Any]]] = {}
    for row in corpus.excluded.select(["article_id", "part", "start", "end"]).to_pylist():
        passages.setdefault(row.pop("article_id"), []).append(row)
    for whole in corpus.batches(_READ, size=size):
        batch = whole.filter(in_language(whole, lexicon))
        ids = batch.column("article_id")
        sections = pc.coalesce(batch.column("section_found"), batch.column("section"))
        left_out = pa.array([passages.get(i) for i in ids.to_pylist()], _PASSAGES)
        columns = [ids, batch.column("title"), batch.column("text"), sections, left_out]
        yield pa.RecordBatch.from_arrays(columns, ["article_id", "title", "text", "section", "excluded"])


def count_other_languages(corpus: Corpus, lexicon: Lexicon) -> dict[str, int]:
    """Articles in a language that the lexicon has no words of, by language; they are kept and give no rows."""
    table = corpus.table(["language", "language_found"])
    others = table.filter(pc.invert(in_language(table, lexicon)))
    written = pc.coalesce(others.column("language_found"), others.column("language"))
    return {str(v["values"]): v["counts"] for v in pc.value_counts(written).to_pylist()}


def _counted(results: Iterator[AnnotatedBatch], batches_progress: Progress | None) -> Iterator[AnnotatedBatch]:
    done: int = 0
    for result in results:
        done += result.n_articles
        if batches_progress:
            batches_progress(done)
        yield result


def _collect(results: Sequence[AnnotatedBatch], i: int, name: str) -> pa.Table:
    return pa.Table.from_batches([r[i] for r in results], schema=TABLES[name])


def _record(
    corpus: Corpus,
    lexicon: Lexicon,
    sources: Sequence[str],
    options: AnnotateOptions,
    models: Models,
    workers: int,
    counts: dict[str, int],
    started: float,
    out: Path | None,
) -> dict[str, Any]:
    shipped = list_lexicons()
    named = list(sources) or lexicon.name.split("+")
    stored = [s if s in shipped or out is None else relative_to_run(Path(s), out) for s in named]
    return {
        "version": package_version(),
        "corpus_digest": corpus.digest,
        "corpus_name": corpus.manifest.name,
        "corpus_path": relative_to_run(corpus.path, out) if corpus.path and out else None,
        "lexicon_digest": lexicon.digest,
        "lexicon_names": [s for s in named if s in shipped],
        "lexicon_sources": stored,
        "lexicon_version": lexicon.version,
        "classifier_digest": models.loaded.digest if models.loaded else None,
        "abstention": _abstention(models.loaded),
        "sense_model_digest": models.senses.digest if models.senses else None,
        "options": asdict(options),
        "engine": "local",
        "workers": workers,
        "counts": {"articles": corpus.n_articles, **counts},
        "other_languages": count_other_languages(corpus, lexicon),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 3),
        "python": platform.python_version(),
        "libraries": {name: _version_of(name) for name in _LIBRARIES},
    }


def _abstention(model: LoadedScorer | None) -> dict[str, Any] | None:
    """Between which probabilities the classifier does not say whether a sentence is loaded."""
    if model is None:
        return None
    low, high = model.band
    statement = (
        f"Between {low:g} and {high:g} the classifier abstains: such a sentence is neither called loaded nor plain. "
        "The threshold was set on held-out sentences, so that nine answers of ten outside it are right; on other texts it may be fewer."
    )
    return {"low": low, "high": high, "statement": statement}


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def annotate_text(
    text: str, *, title: str | None = None, lexicon: Lexicon | None = None, options: AnnotateOptions | None = None
) -> Run:
    """Annotate one text that belongs to no corpus.

    Raises:
        InputError: Text or title is no text: bytes, nothing, or with a lone surrogate.

    Example:
        >>> annotate_text("SANA said the regime fell.").mentions.column("voice").to_pylist()
        ['reported']
    """
    _check_text("text", text)
    if title is not None:
        _check_text("title", title)
    corpus = corpus_from_rows([{"article_id": "text", "outlet_id": "(no outlet)", "title": title, "text": text}])
    return annotate(corpus, lexicon, options=options or AnnotateOptions(tone="none"))


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise InputError(
            f"{name} of type {type(value).__name__}",
            "text (str)",
            "Decode bytes first." if isinstance(value, bytes) else "Give a text.",
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise InputError(
            f"{reason_of(problem)}, at character {problem.start} of {name}",
            "text in Unicode",
            "Read the text again, in the encoding it was written in.",
        ) from problem
