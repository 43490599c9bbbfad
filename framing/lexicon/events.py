"""How words of violent events behave grammatically: data for the rules of agency and roles."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

EVENTS_FILE = Path(__file__).parent / "data" / "events.toml"
ROLE_RULES_FILE = Path(__file__).parent / "data" / "role_rules.toml"


class EventWords:
    """The word classes of `events.toml` as sets; what each is for stands there."""

    concepts: frozenset[str]
    unaccusative: frozenset[str]
    participles: frozenset[str]
    pasts: frozenset[str]
    both: frozenset[str]
    verbs: frozenset[str]
    suffered: frozenset[str]
    light_verbs: frozenset[str]
    by_no_agent: frozenset[str]
    hypothetical: frozenset[str]
    modals: frozenset[str]
    denials: frozenset[str]
    copulas: frozenset[str]
    naming: frozenset[str]
    not_owner: frozenset[str]
    leads: frozenset[str]
    numbers: frozenset[str]
    about_number: frozenset[str]
    happened: frozenset[str]
    not_happened: frozenset[str]
    between: frozenset[str]
    compound_heads: frozenset[str]
    event_nouns: frozenset[str]
    done_by_of: frozenset[str]
    governs: frozenset[str]
    doers: frozenset[str]
    state_heads: frozenset[str]
    finite_forms: frozenset[str]
    adjectives: frozenset[str]
    phrase_openers: frozenset[str]
    contrasting: frozenset[str]
    ing_words: frozenset[str]
    clause_adverbs: frozenset[str]
    phrase_stops: frozenset[str]
    bare_pronouns: frozenset[str]
    months: frozenset[str]
    time_units: frozenset[str]
    no_names: frozenset[str]
    accusing: frozenset[str]
    accusations: frozenset[str]

    def __init__(self, data: dict[str, list[str]]) -> None:
        for name in EventWords.__annotations__:
            setattr(self, name, frozenset(data[name]))
        #: The endings of `not_owner` and `leads`, as `endswith` takes them.
        self.not_owner_ends, self.lead_ends = tuple(sorted(self.not_owner)), tuple(sorted(self.leads))


@lru_cache(maxsize=1)
def read_event_words() -> EventWords:
    """The shipped word classes."""
    return EventWords(tomllib.loads(EVENTS_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def read_role_rules() -> dict[str, str]:
    """What a reader is told of each rule of roles."""
    return tomllib.loads(ROLE_RULES_FILE.read_text(encoding="utf-8"))


def tell_role_rule(rule: str) -> str:
    """What decided a mention's roles, in plain words.

    Args:
        rule: As in column role_rule.

    Raises:
        KeyError: No rule is called so.

    Example:
        >>> tell_role_rule("nominalised, by-phrase")
        'the event is told as a noun; named by the phrase with "by" behind it'
    """
    words = read_role_rules()
    parts = (x for part in rule.split("; ") for x in part.split("nominalised, "))
    told = [words[part or "nominalised"] for part in parts]
    return "; ".join(told)
