"""Annotate a corpus: the language room over all batches, and the record of it."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from framing.classify import LoadedModel, SenseModel, read_sense_model
from framing.corpus import Corpus, FolderWriter, corpus_from_rows, digest_files, plan_shards
from framing.engines import map_batches
from framing.errors import InputError, RunError, SelectionError, reason_of
from framing.language import AnnotatedBatch, AnnotateOptions, LoadedScorer, Models, annotate_batch
from framing.language.batch import TONES
from framing.lexicon import Lexicon, list_lexicons, read_lexicon
from framing.schema import TABLES
from framing.study.parts import (
    PartMaker,
    Task,
    check_parts,
    find_done,
    make_parts,
    part_size,
    stray_files,
    worth_keeping,
)
from framing.study.reuse import (
    LIBRARIES,
    Before,
    compare_lexicons,
    describe_inputs,
    describe_lexicon,
    package_version,
    plan_tasks,
    version_of,
    write_parts_record,
)
from framing.study.run import RUN_FOLDER, RUN_TABLES, Run, relative_to_run
from framing.study.select import in_language

__all__ = ["ENGINES", "Progress", "annotate", "annotate_text", "count_other_languages", "package_version"]

Progress = Callable[[int], None]
ENGINES = ("local", "dask")
#: Articles below which starting processes takes longer than the work.
_FEW = 200


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
    engine: str = "local",
    scheduler: str | None = None,
    before: Path | str | None = None,
    restart: bool = False,
) -> Run:
    """Find mentions, sentences and speech in every article of a corpus.

    The rows are the same for any number of workers, for memory or disk, for any engine, and whether they were made anew
    or kept from an earlier run. A run to disk is made in parts: stopped, it goes on where it was when it is started
    again with the same inputs. Where `out` is a run already, or with `before`, only articles that are new or hold a form
    whose entry changed are annotated; the others' rows are copied.

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
        engine: local, or dask: workers on this or other machines that share the folders of corpus and run.
        scheduler: Address of a Dask scheduler; a cluster on this machine is started when not given.
        before: An earlier run to keep rows of; `out` itself when that is a run.
        restart: Throw away what a stopped run to `out` left.

    Returns:
        The run; opened from `out` when that is given.

    Raises:
        SelectionError: An option has a value that does not exist, or a model is of the other kind.
        RunError: `before` is no run, or a stopped run to `out` had other inputs.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": "The massacre ended."}])
        >>> annotate(corpus).mentions.column("surface").to_pylist()
        ['massacre']
    """
    options = options or AnnotateOptions()
    for name, value, known in (
        ("tone", options.tone, TONES),
        ("loadedness", options.loadedness, TONES),
        ("engine", engine, ENGINES),
    ):
        if value not in known:
            raise SelectionError(f"{name} {value!r}", f"one of {', '.join(known)}", f"Correct --{name}.")
    _check_models(classifier, senses, options)
    _check_engine(corpus, engine, scheduler, out, before)
    lexicon = lexicon or read_lexicon("conflict")
    started = time.time()
    if options.senses and senses is None:
        senses = read_sense_model()
    models = Models(classifier, senses)
    if out is not None:
        run = _Parts(corpus, lexicon, options, models, workers, engine, scheduler, progress)
        return run.write(Path(out), None if before is None else Path(before), restart, lexicon_sources, started)
    if corpus.path is not None:
        corpus.verify()
    function = partial(annotate_batch, lexicon=lexicon, options=options, models=models)
    batches = _readable(corpus, lexicon, size=128 if workers > 1 else 512)
    collected = list(_counted(map_batches(function, batches, workers=workers), batches_progress=progress))
    tables = {name: _collect(collected, i, name) for i, name in enumerate(RUN_TABLES)}
    counts = {name: table.num_rows for name, table in tables.items()}
    record = _record(corpus, lexicon, lexicon_sources, options, models, counts, started, None)
    return Run(corpus, lexicon, {**record, "engine": engine, "workers": workers}, tables)


def _check_engine(corpus: Corpus, engine: str, scheduler: str | None, out: object, before: object) -> None:
    if scheduler is not None and engine != "dask":
        raise SelectionError(f"--scheduler with engine {engine}", "it with --engine dask", "Add --engine dask.")
    if scheduler is not None:
        from framing.engines.dask import check_address

        check_address(scheduler)
    if engine == "dask" and (out is None or corpus.path is None):
        raise SelectionError(
            "engine dask without folders", "a corpus folder and --out, which workers read and write", "Name both."
        )
    if before is not None and out is None:
        raise SelectionError("an earlier run for a run in memory", "a folder to write to", "Give out=.")


class _Parts:
    """A run to disk, made part by part in a folder beside its place."""

    def __init__(
        self,
        corpus: Corpus,
        lexicon: Lexicon,
        options: AnnotateOptions,
        models: Models,
        workers: int,
        engine: str,
        scheduler: str | None,
        progress: Progress | None,
    ) -> None:
        self.corpus, self.lexicon, self.options, self.models = corpus, lexicon, options, models
        self.workers, self.engine, self.scheduler, self.progress = workers, engine, scheduler, progress
        self.inputs = describe_inputs(lexicon, options, models)

    def write(self, out: Path, given: Path | None, restart: bool, sources: Sequence[str], started: float) -> Run:
        with FolderWriter(out, RUN_FOLDER, worth=worth_keeping) as writer:
            # Their absolute names, since workers may stand elsewhere.
            folder, here = writer.folder.resolve(), self.corpus
            if here.path is not None:
                here = replace(here, source=here.path.resolve())
            if restart:
                for finished in folder.glob("done/*.json"):
                    finished.unlink()
            before, refused = _find_before(given, writer.out, self.inputs)
            files = digest_files(self.corpus)
            same_files = before is not None and bool(files) and files == before.files
            # The same bytes with the same digest were verified by the run they are compared with.
            verified = before is not None and same_files and before.corpus_digest == self.corpus.digest
            if self.corpus.path is not None and not verified:
                self.corpus.verify()
            size = part_size(self.corpus.n_articles)
            described = describe_lexicon(self.lexicon)
            make = PartMaker(here, self.lexicon, self.options, self.models, folder)
            if before is not None:
                edit = compare_lexicons(before.lexicon, described)
                make = replace(make, before=before.folder, edit=edit, records=before.parts)
            shards = plan_shards(here, size)
            inputs = {"corpus": self.corpus.digest, "lexicon": self.lexicon.digest, "part_size": size, **self.inputs}
            done = find_done(folder, inputs)
            tasks, anew = [Task(shard) for shard in shards], self.corpus.n_articles
            if before is not None:
                planned = plan_tasks(before, make, shards, same_files)
                if planned is None:
                    refused = "most terms changed"
                else:
                    tasks, anew = planned
            records = self._make(make, tasks, done, anew)
            check_parts(folder, records)
            for stray in stray_files(folder):
                stray.unlink(missing_ok=True)
            counts = {name: sum(record["rows"][name] for record in records) for name in RUN_TABLES}
            record = _record(self.corpus, self.lexicon, sources, self.options, self.models, counts, started, out)
            record["engine"], record["workers"] = self.engine, self.workers
            record["kept"] = {"articles": sum(r["kept"] for r in records), "refused": refused, "parts": len(done)}
            try:
                write_parts_record(folder, self.inputs, described, files, records)
                text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
                (folder / "run.json").write_text(text, encoding="utf-8")
                for file in (*(folder / "done").iterdir(), folder / "inputs.json"):
                    file.unlink()
                (folder / "done").rmdir()
            except OSError as problem:
                raise RunError(
                    f"{str(out)!r} cannot be written ({reason_of(problem)})",
                    "a writable folder",
                    "Choose another --out.",
                ) from problem
            writer.publish()
        return Run(self.corpus, self.lexicon, record, out)

    def _make(
        self, make: PartMaker, tasks: Sequence[Task], done: dict[int, dict[str, Any]], anew: int
    ) -> list[dict[str, Any]]:
        """Records of all parts, in their order."""
        records = []
        n_done = 0
        for record in make_parts(make, tasks, done, partial(self._map, anew)):
            records.append(record)
            n_done += record["articles"]
            if self.progress:
                self.progress(n_done)
        return sorted(records, key=lambda record: record["part"])

    def _map(
        self, anew: int, make: Callable[[Task], dict[str, Any]], tasks: Sequence[Task]
    ) -> Iterable[dict[str, Any]]:
        if self.engine == "dask" and anew:
            from framing.engines.dask import map_shards

            return map_shards(make, tasks, scheduler=self.scheduler, workers=self.workers)
        if anew > _FEW or self.corpus.n_articles <= _FEW:
            return map_batches(make, tasks, workers=self.workers if anew > _FEW and len(tasks) > 1 else 1)
        # What is left is reading and writing, which let go of the interpreter.
        return _in_threads(make, tasks)


def _in_threads(make: Callable[[Task], dict[str, Any]], tasks: Sequence[Task]) -> Iterator[dict[str, Any]]:
    with ThreadPoolExecutor(2) as pool:
        try:
            yield from pool.map(make, tasks)
        finally:
            pool.shutdown(cancel_futures=True)


def _find_before(given: Path | None, out: Path, inputs: dict[str, Any]) -> tuple[Before | None, str | None]:
    """The earlier run to keep rows of, or why there is none to keep."""
    if given is None and not (out / "run.json").is_file():
        return None, None
    try:
        before = Before(given or out)
    except RunError:
        if given is not None:
            raise
        return None, "it keeps no record of its parts"
    refused = before.refusal(inputs)
    return (None, refused) if refused else (before, None)


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
        "counts": {"articles": corpus.n_articles, **counts},
        "other_languages": count_other_languages(corpus, lexicon),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 3),
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
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
