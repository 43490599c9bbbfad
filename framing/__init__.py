"""How do these outlets word the same events?

The rooms, from the bottom up; a room imports only rooms below it:

- errors, markup: messages, and the one place that escapes strangers' text
- schema: every table's columns and what they mean
- corpus: articles on disk and in memory
- lexicon, ingest, engines: what is looked for, what comes in, where work runs
- language, classify, stats, figures: the workshops, tables in and tables or a figure out
- study: annotate, compare, explain
- report: files people take away
- cli, pages: what people touch
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.classify import read_model, read_sense_model
    from framing.corpus import Corpus, read_corpus
    from framing.errors import FramingError
    from framing.ingest import IngestOptions, ingest_files, read_articles
    from framing.language import AnnotateOptions
    from framing.lexicon import Lexicon, read_lexicon
    from framing.study import Run, annotate, annotate_text, compare, explain, find_concordance, read_run

_HOMES = {
    "AnnotateOptions": "framing.language",
    "Corpus": "framing.corpus",
    "FramingError": "framing.errors",
    "IngestOptions": "framing.ingest",
    "Lexicon": "framing.lexicon",
    "Run": "framing.study",
    "annotate": "framing.study",
    "annotate_text": "framing.study",
    "compare": "framing.study",
    "explain": "framing.study",
    "find_concordance": "framing.study",
    "ingest_files": "framing.ingest",
    "read_articles": "framing.ingest",
    "read_corpus": "framing.corpus",
    "read_lexicon": "framing.lexicon",
    "read_model": "framing.classify",
    "read_run": "framing.study",
    "read_sense_model": "framing.classify",
}

__all__ = [  # noqa: RUF022
    "read_articles",
    "ingest_files",
    "IngestOptions",
    "Corpus",
    "read_corpus",
    "Lexicon",
    "read_lexicon",
    "read_model",
    "read_sense_model",
    "annotate",
    "annotate_text",
    "AnnotateOptions",
    "Run",
    "read_run",
    "compare",
    "find_concordance",
    "explain",
    "FramingError",
]


def __getattr__(name: str) -> Any:
    # Loaded at first use, so that `framing --help` does not wait for what it does not need.
    if name not in _HOMES:
        raise AttributeError(f"module 'framing' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
