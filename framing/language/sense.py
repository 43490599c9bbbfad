"""Which meaning a mention has. An unambiguous term has the conflict sense by rule; an ambiguous one is a guess, and says so."""

from __future__ import annotations

from typing import NamedTuple

from framing.lexicon import Term


class Sense(NamedTuple):
    """The sense, its probability (None where a rule decided), the rule, and whether it is a guess."""

    sense: str
    prob: float | None
    rule: str
    uncertain: bool


_LEXICON = Sense("conflict", None, "lexicon", False)
_GUESS = Sense("conflict", None, "lexicon: ambiguous term, no context read", True)


def assign_sense(term: Term) -> Sense:
    """The sense of a term's mention by the lexicon alone.

    Uncertain mentions are counted as conflict and shown as bounds: all in, all out.
    """
    return _GUESS if term.ambiguous else _LEXICON
