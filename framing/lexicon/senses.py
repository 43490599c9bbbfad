"""Context cues of ambiguous terms: which neighbouring words show which sense; and words of the fields news is about."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from framing.errors import LexiconError

DOMAINS_FILE = Path(__file__).parent / "data" / "domains.toml"
SENSES = ("conflict", "figurative", "other")
_LISTS = ("forms", "before", "after", "near")


@dataclass(frozen=True)
class SenseCue:
    """What shows one sense of a term.

    Args:
        term_id: The term.
        sense: One of `SENSES`.
        forms: Surface forms it is limited to, lower case; empty for all.
        before: Words right before the mention that decide.
        after: Words right after it that decide.
        near: Words anywhere in the sentence that make the sense likelier.
    """

    term_id: str
    sense: str
    forms: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    near: tuple[str, ...]


def parse_sense(entry: Mapping[str, Any], file: str) -> SenseCue:
    """A cue from a [[sense]] table of a lexicon file.

    Raises:
        LexiconError: An entry is wrong; the message names it.
    """
    where = f"sense cues of term {entry.get('term')!r:.60} in {file}"
    odd = sorted(set(entry) - {"term", "sense", *_LISTS})
    if odd:
        raise LexiconError(f"{where}: unknown key {odd[0]!r}", f"term, sense, {', '.join(_LISTS)}", "Mend this entry.")
    if not isinstance(entry.get("term"), str) or entry.get("sense") not in SENSES:
        raise LexiconError(f"{where}: sense {entry.get('sense')!r}", f"one of {', '.join(SENSES)}", "Mend this entry.")
    for key in _LISTS:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() and v == v.lower() for v in values):
            raise LexiconError(
                f"{where}: {key} is {values!r:.60}", "a list of words in small letters", "Mend this entry."
            )
    lists = {key: tuple(dict.fromkeys(entry.get(key, []))) for key in _LISTS}
    if not any(lists[key] for key in _LISTS[1:]):
        raise LexiconError(f"{where}: no before, after or near", "at least one of them", "Fill it or drop the entry.")
    return SenseCue(entry["term"], entry["sense"], **lists)


@lru_cache(maxsize=1)
def read_domains() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Fields news is about, and words that point to them.

    Example:
        >>> "innings" in dict(read_domains())["sport"]
        True
    """
    data = tomllib.loads(DOMAINS_FILE.read_text(encoding="utf-8"))
    return tuple((name, tuple(words)) for name, words in data["domains"].items())
