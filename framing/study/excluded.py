"""Passages that are not the articles' own, with their text: what counts for nothing can be read."""

from __future__ import annotations

from typing import Any

from framing.corpus import Corpus, count_reasons
from framing.errors import unknown_name


def list_excluded(
    corpus: Corpus, *, reason: str | None = None, limit: int | None = None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Which passages of a corpus are not the articles' own, and why.

    A reader would get wrong: they are still in the text; they only count for nothing.

    Args:
        corpus: The corpus.
        reason: One reason only.
        limit: Most rows given; the totals in the second value are over all.

    Returns:
        Rows (article_id, outlet, part, start, end, reason, rule, text), and n_shown, n_all, characters, by_reason.

    Raises:
        SelectionError: No passage has that reason.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> list_excluded(corpus_from_rows([{"article_id": "a", "outlet_id": "Post", "text": "Four died."}]))[1]["n_all"]
        0
    """
    found = corpus.excluded.to_pylist()
    reasons = count_reasons(corpus.excluded) or {}
    if reason is not None:
        if reason not in reasons:
            raise unknown_name("reason", reason, reasons, "Leave out --reason for all.")
        found = [row for row in found if row["reason"] == reason]
        reasons = {reason: reasons[reason]}
    shown = found[:limit]
    wanted = {row["article_id"] for row in shown}
    texts: dict[str, tuple[str, dict[str, str | None]]] = {}
    for batch in corpus.batches(["article_id", "outlet_id", "title", "text"]):
        for row in batch.to_pylist() if len(texts) < len(wanted) else ():
            if row["article_id"] in wanted:
                texts[row["article_id"]] = row["outlet_id"], {"title": row["title"], "body": row["text"]}
    rows = []
    for row in shown:
        outlet, parts = texts[row["article_id"]]
        text = (parts[row["part"]] or "")[row["start"] : row["end"]]
        rows.append({"article_id": row["article_id"], "outlet": outlet, **row, "text": text})
    characters = sum(row["end"] - row["start"] for row in found)
    return rows, {"n_shown": len(rows), "n_all": len(found), "characters": characters, "by_reason": reasons}
