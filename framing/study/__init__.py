"""The composition of the workshops: annotate a corpus, compare its outlets, explain a mention."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.study.annotation import annotate, annotate_text
    from framing.study.comparison import compare, read_meta
    from framing.study.concordance import Explanation, explain, find_concordance
    from framing.study.run import Run, read_run
    from framing.study.select import Selection

_HOMES = {
    "Explanation": "concordance",
    "Run": "run",
    "Selection": "select",
    "annotate": "annotation",
    "annotate_text": "annotation",
    "compare": "comparison",
    "explain": "concordance",
    "find_concordance": "concordance",
    "read_meta": "comparison",
    "read_run": "run",
}

__all__ = [
    "Explanation",
    "Run",
    "Selection",
    "annotate",
    "annotate_text",
    "compare",
    "explain",
    "find_concordance",
    "read_meta",
    "read_run",
]


def __getattr__(name: str) -> Any:
    # Loaded at first use: annotating does not wait for what comparing needs.
    if name not in _HOMES:
        raise AttributeError(f"module 'framing.study' has no attribute {name!r}")
    value = getattr(import_module(f"framing.study.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
