"""A run: what was found in a corpus with a lexicon, and the record of how."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.corpus import Corpus, FolderKind, read_corpus
from framing.errors import CorpusError, LexiconError, RunError, reason_of
from framing.lexicon import Lexicon, read_lexicon
from framing.lexicon.actors import Actor
from framing.study.rows import Rows, open_rows
from framing.study.textcounts import count_all_speech_words, count_part_words, count_references

RUN_TABLES = ("mentions", "sentences", "speech", "details")
RUN_FOLDER = FolderKind("run.json", '"corpus_digest"', ("run.json", "parts.json", "annotated", *RUN_TABLES))
_RECORD = {
    "version": str,
    "corpus_digest": str,
    "lexicon_digest": str,
    "lexicon_sources": list,
    "lexicon_names": list,
    "options": dict,
    "counts": dict,
}


@dataclass(frozen=True)
class Run:
    """Mentions, sentences and speech of a corpus, with the corpus, the lexicon and the record.

    Args:
        corpus: The articles the rows point into.
        lexicon: What was looked for.
        record: As in run.json: digests, options, versions, counts, times.
        source: The run folder, or the tables by name.
    """

    corpus: Corpus
    lexicon: Lexicon
    record: Mapping[str, Any]
    source: Path | Mapping[str, pa.Table]

    @property
    def path(self) -> Path | None:
        """The folder, or None for a run in memory."""
        return self.source if isinstance(self.source, Path) else None

    @cached_property
    def digest(self) -> str:
        """Identity of everything that decides a number: corpus, lexicon, classifier, options and version."""
        decides = {
            k: self.record.get(k)
            for k in (
                "corpus_digest",
                "lexicon_digest",
                "classifier_digest",
                "sense_model_digest",
                "options",
                "version",
            )
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def abstains(self, probability: float | None) -> bool:
        """Whether the classifier of this run leaves open if a sentence is loaded.

        Args:
            probability: `loaded_prob` or `loaded_prob_plain`; where it is null nothing was asked, and the answer is no.
        """
        band = self.record.get("abstention")
        return band is not None and probability is not None and bool(band["low"] < probability < band["high"])

    @property
    def mentions(self) -> pa.Table:
        """All mentions; of a large run ask `rows` for the columns or the articles that are needed."""
        return self.rows("mentions").whole()

    @property
    def sentences(self) -> pa.Table:
        """All sentences; see `mentions`."""
        return self.rows("sentences").whole()

    @property
    def speech(self) -> pa.Table:
        """All speech; see `mentions`."""
        return self.rows("speech").whole()

    @property
    def details(self) -> pa.Table:
        """All details; see `mentions`."""
        return self.rows("details").whole()

    def rows(self, name: str) -> Rows:
        """One of `RUN_TABLES`, to be read by columns or by rows.

        Raises:
            RunError: It is missing, damaged, or not as long as the record says.
        """
        if name not in self._rows:
            self._rows[name] = open_rows(self.source, name, self.record["counts"])
        return self._rows[name]

    @cached_property
    def _rows(self) -> dict[str, Rows]:
        return {}

    @cached_property
    def words(self) -> pa.Table:
        """The words of each article's title and body: article_id, part, and the sums of `WORD_COLUMNS` over its sentences."""
        return count_part_words(self.rows("sentences"))

    @cached_property
    def speech_words(self) -> pa.Array:
        """How many words each row of `speech` decides; see `count_speech_words`."""
        return count_all_speech_words(self.corpus, self.rows("sentences"), self.rows("speech"))

    def references(self, actor: Actor) -> Mapping[str, int]:
        """How often each article names an actor; counted once for each actor and list of names."""
        if actor not in self._references:
            self._references[actor] = count_references(self.corpus, actor)
        return self._references[actor]

    @cached_property
    def _references(self) -> dict[Actor, dict[str, int]]:
        return {}

    def outlet_names(self) -> dict[str, str]:
        """Name to show for each outlet_id, each one once: where names repeat, the id stands behind."""
        rows = self.corpus.outlets.select(["outlet_id", "name"]).to_pylist()
        names = {row["outlet_id"]: row["name"] or row["outlet_id"] for row in rows}
        repeated = Counter(names.values())
        return {o: name if repeated[name] == 1 else f"{name} ({o})" for o, name in names.items()}


def relative_to_run(corpus: Path, run: Path) -> str:
    """The corpus' path as run.json stores it: relative to the run where both are on one disk."""
    try:
        return Path(os.path.relpath(corpus.resolve(), run.resolve())).as_posix()
    except ValueError:
        return corpus.resolve().as_posix()


def open_corpus_of(folder: Path, record: Mapping[str, Any]) -> Corpus:
    stored = record.get("corpus_path")
    if not stored:
        raise RunError(f"run {str(folder)!r} made from a corpus in memory", "a corpus folder", "Give it with --corpus.")
    if not (folder / stored).exists():
        raise CorpusError(
            f"no corpus at {str(folder / stored)!r}, where this run had it",
            "the corpus the run was made from",
            "Give its folder with --corpus.",
        )
    return read_corpus(folder / stored)


def read_run(path: Path | str, *, corpus: Corpus | None = None, lexicons: Iterable[str] = ()) -> Run:
    """Open a run folder with its corpus and lexicon.

    Args:
        path: The run folder.
        corpus: The corpus, when it is not where the record says.
        lexicons: The lexicon sources, when they are not where the record says.

    Raises:
        RunError: It is missing or damaged, or the lexicon has changed since.
        CorpusError: The corpus is missing or is another one.
    """
    folder = Path(path)
    file = folder / "run.json"
    if not file.is_file():
        hint = "a corpus; annotate it first" if (folder / "manifest.json").exists() else "no run"
        raise RunError(
            f"{str(path)!r} without run.json ({hint})",
            "a run folder",
            "Make one with: framing annotate CORPUS --out RUN.",
        )
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        for key, kind in _RECORD.items():
            if not isinstance(record[key], kind):
                raise TypeError(f"{key} is no {kind.__name__}")
        if "classifier_digest" not in record or not isinstance(record.get("corpus_path"), str | None):
            raise KeyError("classifier_digest or corpus_path")
        sources = list(lexicons) or [
            s if s in record["lexicon_names"] else str(folder / s) for s in record["lexicon_sources"]
        ]
        expected = record["corpus_digest"], record["lexicon_digest"]
    except (ValueError, KeyError, TypeError) as problem:
        raise RunError(
            f"a damaged run.json in {str(path)!r} ({reason_of(problem)})",
            "the record that annotate wrote",
            "Annotate the corpus again.",
        ) from problem
    corpus = corpus or open_corpus_of(folder, record)
    if corpus.digest != expected[0]:
        raise CorpusError(
            f"a corpus with digest {corpus.digest[:12]}…, and the run was made from {expected[0][:12]}…",
            "the corpus of this run",
            "Annotate it again, or give --corpus.",
        )
    try:
        lexicon = read_lexicon(*sources)
    except LexiconError as problem:
        raise LexiconError(
            problem.found, problem.expected, f"{problem.next_move} Or give the run's lexicon with --lexicon."
        ) from problem
    if lexicon.digest != expected[1]:
        raise RunError(
            f"lexicon {lexicon.name!r} with digest {lexicon.digest[:12]}…, and the run was made with {expected[1][:12]}…",
            "the lexicon of this run",
            "Annotate the corpus again.",
        )
    return Run(corpus, lexicon, record, folder)
