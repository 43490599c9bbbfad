"""What the tests of exports share: rows out of a file, and damaged copies of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from framing.errors import FramingError
from framing.ingest import IngestOptions, read_articles
from tests.ingest.mutations import mutations

#: Seconds of work, whatever else the machine does; a damaged file that takes longer would look like one that never ends.
MOST_SECONDS = 10


def rows_of(path: Path, content: str | bytes, **options: Any) -> list[dict[str, Any]]:
    """The articles of a file with this content, its format found by `auto` unless given."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_articles(path, options=IngestOptions(**options)).articles.to_pylist()


def check_mutations(sample: Path, form: str, folder: Path, n: int = 40, seed: int = 11) -> None:
    """Read damaged copies of a sample: each ends in articles or in one sentence, in time."""
    damaged = folder / f"damaged{sample.suffix.lower()}"
    for number, content in enumerate(mutations(sample.read_bytes(), n, seed)):
        damaged.write_bytes(content)
        begun = time.process_time()
        outcome = _outcome(damaged, form if number % 2 else "auto")
        assert outcome is None or 20 < len(outcome) < 2_000, number
        # No measure of speed: a hang ends here, with the number of its copy.
        assert time.process_time() - begun < MOST_SECONDS, number


def _outcome(path: Path, form: str) -> str | None:
    """The sentence a file is refused with, or None where it gives articles."""
    try:
        read_articles(path, options=IngestOptions(format=form))
    except FramingError as problem:
        return str(problem)
    return None
