"""Which meaning a mention has: by its neighbours, by rule, or by the sense model, which may abstain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from framing.lexicon import Term
from framing.lexicon.senses import SENSES


class Sense(NamedTuple):
    """The sense, its probability (None where a rule decided), the rule, and whether it is a guess."""

    sense: str
    prob: float | None
    rule: str
    uncertain: bool


_LEXICON = Sense("conflict", None, "lexicon", False)
_GUESS = Sense("conflict", None, "lexicon: ambiguous term, no context read", True)


def assign_sense(term: Term, decided: tuple[str, str] | None) -> Sense | None:
    """The sense of a mention where rules decide it; None where the model is to be asked.

    Args:
        term: Its term.
        decided: The sense that neighbouring words decide, and these words; None where none does.
    """
    if decided is not None:
        return Sense(decided[0], None, f"cue {decided[1]}", False)
    return None if term.ambiguous else _LEXICON


def guess_sense() -> Sense:
    """The sense of an ambiguous term without a model: counted as conflict, shown as a bound."""
    return _GUESS


def choose_sense(probabilities: Sequence[float], abstain_below: float) -> Sense:
    """The likeliest sense; uncertain where the model is not sure enough.

    Example:
        >>> choose_sense((0.2, 0.1, 0.7), 0.5)
        Sense(sense='other', prob=0.7, rule='model', uncertain=False)
    """
    best = max(range(len(SENSES)), key=lambda k: probabilities[k])
    prob = probabilities[best]
    doubtful = prob < abstain_below
    return Sense(SENSES[best], prob, "model, not sure" if doubtful else "model", doubtful)
