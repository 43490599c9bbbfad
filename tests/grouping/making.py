"""Articles for tests of groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from framing.schema import TABLES


def made(rows: Iterable[Sequence[str]]) -> pa.Table:
    """Table `articles` from id, outlet, day, title, text and, where given, event and language; empty is null."""
    names = ("article_id", "outlet_id", "published", "title", "text", "event_id", "language_found")
    articles = []
    for row in rows:
        known: dict[str, Any] = {name: value or None for name, value in zip(names, row, strict=False)}
        if known["published"]:
            known["published"] = datetime.fromisoformat(known["published"]).replace(tzinfo=UTC)
        articles.append({**dict.fromkeys(TABLES["articles"].names), "language_found": "en", "n_words": 0, **known})
    return pa.Table.from_pylist(articles, schema=TABLES["articles"])
