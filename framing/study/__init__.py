"""The composition of the workshops: annotate a corpus, compare its outlets, explain a mention."""

from framing.study.annotation import annotate, annotate_text
from framing.study.comparison import compare, read_meta
from framing.study.concordance import Explanation, explain, find_concordance
from framing.study.run import Run, read_run
from framing.study.select import Selection

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
