"""What results of different kinds say of themselves in the same words, and what their arguments have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from framing.errors import SelectionError, unknown_name
from framing.study.run import Run
from framing.study.select import Selection, check_selection, check_voice, open_articles


def articles_of(run: Run, selection: Selection, voice: str, *wanted: str | None) -> pa.Table:
    """The articles of a selection once everything in it was found to exist, each outlet of `wanted` among them.

    Raises:
        SelectionError: A name or value does not exist, or nothing is left.
    """
    check_voice(voice)
    check_selection(run, selection)
    known = run.corpus.outlets.column("outlet_id").to_pylist()
    for outlet in wanted:
        if outlet is not None and outlet not in known:
            raise unknown_name("outlet", outlet, known)
    articles = open_articles(run, selection)
    present = set(articles.column("outlet_id").to_pylist())
    for outlet in wanted:
        if outlet is not None and outlet not in present:
            raise SelectionError(
                f"no article of {outlet!r} in this selection", "at least one", "Widen dates, part or section."
            )
    return articles


def described(
    rows: Sequence[Mapping[str, Any]],
    schema: pa.Schema,
    run: Run,
    selection: Selection,
    meta: Mapping[str, Any],
) -> pa.Table:
    """Rows as a table that says in its metadata `meta` (JSON) how it was made.

    Args:
        rows: Each with the names of the schema, or some of them.
        schema: Columns.
        run: Whose digests stand in the metadata.
        selection: What was counted.
        meta: What this kind of result says beside that.
    """
    whole = {
        **meta,
        "sense": selection.sense,
        "part": selection.part,
        "section": selection.section,
        "date_from": selection.date_from,
        "date_to": selection.date_to,
        "copies": selection.copies,
        "n_other_languages_left_out": sum(run.record.get("other_languages", {}).values()),
        "corpus_digest": run.corpus.digest,
        "groups_digest": run.corpus.groups_digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    columns = {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in schema}
    table = pa.table(columns, schema=schema)
    return table.replace_schema_metadata({"meta": json.dumps(whole, ensure_ascii=False)})
