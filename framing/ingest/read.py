"""Files of articles to a corpus, on disk or in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from framing.corpus import Corpus, corpus_from_table, outlets_of, write_corpus
from framing.errors import InputError
from framing.ingest.articles import IngestOptions, Intake
from framing.ingest.decode import shown
from framing.ingest.exclude import find_excluded
from framing.ingest.guard import GuardedIntake
from framing.ingest.limits import Limits, using_limits
from framing.schema import TABLES

#: What is marked as not the article's own: what is found, or nothing.
EXCLUDE = ("found", "none")


def ingest_files(
    sources: Sequence[Path | str],
    out: Path | str,
    options: IngestOptions | None = None,
    *,
    exclude: str = "found",
    limits: Limits | None = None,
    described_outlets: Mapping[str, Mapping[str, Any]] | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """Read files of articles into a corpus folder.

    Memory holds one batch of rows and a short digest per id, not the articles. The files are read in a process of its
    own, so that one that takes too long or too much is stopped.

    Args:
        sources: Files, zip archives, or folders of them.
        out: The corpus folder to make.
        options: How to read them.
        exclude: `found` writes down which passages are not the articles' own (they stay in the text and count for
            nothing); `none` takes every word for the article's.
        limits: What a source may cost.
        described_outlets: What is known of outlets, by outlet_id.
        manifest: Further manifest fields.

    Returns:
        The corpus, opened; `manifest.rejects_by_reason` counts what was not taken in.

    Raises:
        InputError: A source is missing, empty, binary, wrongly encoded or without the columns needed; nothing is written.
        LimitError: A source costs more than the limits allow.
    """
    _check_exclude(exclude)
    with using_limits(limits or Limits()):
        intake = GuardedIntake(options or IngestOptions())
        fields = {
            "name": shown(Path(out).name),
            **(manifest or {}),
            "sources": lambda: intake.report["sources"],
            "dates_unread": lambda: intake.report["dates_unread"],
            "mojibake": lambda: intake.report["mojibake"],
        }
        return write_corpus(
            intake.batches([Path(s) for s in sources]),
            out,
            described_outlets=described_outlets,
            find_excluded=find_excluded if exclude == "found" else None,
            manifest=fields,
        )


def read_articles(
    *sources: Path | str,
    options: IngestOptions | None = None,
    exclude: str = "found",
    limits: Limits | None = None,
    guarded: bool = False,
    described_outlets: Mapping[str, Mapping[str, Any]] | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Corpus:
    """Read files of articles into a corpus in memory; `corpus.rejects` says what was not taken in.

    For corpora larger than memory use `ingest_files`, which gives the same articles and digest.

    Args:
        sources: Files, zip archives, or folders of them.
        options: How to read them.
        exclude: As in `ingest_files`.
        limits: What a source may cost.
        guarded: Read strangers' files in a process of its own; without it only sizes, ratios and columns are limited.
        described_outlets: What is known of outlets, by outlet_id.
        manifest: Further manifest fields.

    Raises:
        InputError: As `ingest_files`; also when no row could be taken in.
    """
    _check_exclude(exclude)
    with using_limits(limits or Limits()):
        intake = GuardedIntake(options or IngestOptions()) if guarded else Intake(options or IngestOptions())
        pairs = list(intake.batches([Path(s) for s in sources]))
    table = pa.Table.from_batches([a for a, _ in pairs], schema=TABLES["articles"])
    rejects = pa.Table.from_batches([r for _, r in pairs], schema=TABLES["rejects"])
    if not table.num_rows:
        raise InputError(
            f"no article that can be taken in ({rejects.num_rows} rejected)",
            "rows with an outlet and a title or a text",
            "Name the columns with --map.",
        )
    reasons: dict[str, int] = {}
    for reason in rejects.column("reason").to_pylist():
        reasons[reason] = reasons.get(reason, 0) + 1
    fields = {
        "name": shown(Path(sources[0]).stem),
        **(manifest or {}),
        **intake.report,
        "n_rejects": rejects.num_rows,
        "rejects_by_reason": reasons,
    }
    outlets = outlets_of(table.column("outlet_id").to_pylist(), described_outlets) if described_outlets else None
    excluded = find_excluded(lambda: iter(table.to_batches())) if exclude == "found" else None
    corpus = corpus_from_table(table, outlets=outlets, excluded=excluded, manifest=fields)
    return Corpus(corpus.manifest, corpus.outlets, corpus.source, rejected=rejects, left_out=excluded)


def _check_exclude(exclude: str) -> None:
    if exclude not in EXCLUDE:
        raise InputError(f"exclude {exclude!r}", " or ".join(EXCLUDE), "Correct --exclude.")
