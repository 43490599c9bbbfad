"""What news organisations publish about their own use of loaded words, each rule with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.errors import LexiconError, reason_of

STYLE_RULES_FILE = Path(__file__).parent / "data" / "stylerules.toml"
#: attributed: only in quotation or attributed speech; judgement: own use under stated conditions; never: not at all.
ALLOWED = ("attributed", "judgement", "never")
_TEXTS = ("id", "allowed", "says", "source", "as_of")
_EACH = "[[rule]] before each entry"
_KEYS = (*_TEXTS, "outlets", "terms", "url", "verified")


@dataclass(frozen=True)
class StyleRule:
    """A published rule of one outlet about some terms.

    Args:
        rule_id: Its key.
        outlets: Names the outlet has in corpora, compared ignoring case.
        terms: Term ids it is about.
        allowed: One of `ALLOWED`.
        says: The rule in one sentence of ours.
        source: Where it was published.
        url: Its address; empty where there is none.
        as_of: When the source said so.
        verified: Whether the source was looked up for this list.
    """

    rule_id: str
    outlets: tuple[str, ...]
    terms: tuple[str, ...]
    allowed: str
    says: str
    source: str
    url: str
    as_of: str
    verified: bool

    def is_of(self, outlet: str) -> bool:
        """Whether the rule is this outlet's."""
        return outlet.strip().casefold() in {name.casefold() for name in self.outlets}


def read_style_rules(path: Path | str | None = None, *, terms: Collection[str] | None = None) -> tuple[StyleRule, ...]:
    """Style rules from a TOML file; the shipped ones without a path.

    Args:
        path: A file of [[rule]] entries.
        terms: Term ids that exist; with it a rule about another term is an error.

    Raises:
        LexiconError: The file or an entry is wrong; the message names it.

    Example:
        >>> all(rule.source for rule in read_style_rules())
        True
    """
    file = STYLE_RULES_FILE if path is None else Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise LexiconError(
            f"{file.name} is no readable TOML ({reason_of(problem)})",
            "a TOML list of [[rule]] entries",
            "Check the path, mend it.",
        ) from problem
    entries = data.get("rule")
    others = sorted(set(data) - {"rule"})
    if others:
        raise LexiconError(f"{others[0]!r:.60}, another table than rule, in {file.name}", _EACH, "Mend it.")
    if entries is None or entries == []:
        raise LexiconError(f"{file.name} without a rule", _EACH, "Add one.")
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise LexiconError(f"rule = {entries!r:.40} in {file.name}", _EACH, "Mend it.")
    rules = tuple(_rule(entry, file.name, terms) for entry in entries)
    if len({r.rule_id for r in rules}) < len(rules):
        raise LexiconError(f"a rule id twice in {file.name}", "each id once", "Rename one.")
    return rules


def _rule(entry: Mapping[str, Any], file: str, known: Collection[str] | None) -> StyleRule:
    where = f"rule {entry.get('id')!r:.60} in {file}"
    odd = sorted(set(entry) - set(_KEYS))
    if odd:
        raise LexiconError(f"{where}: unknown key {odd[0]!r}", f"one of {', '.join(_KEYS)}", "Mend this entry.")
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise LexiconError(f"{where}: {key} is {entry.get(key)!r:.40}", "text", "Mend this entry.")
    for key in ("outlets", "terms"):
        values = entry.get(key)
        if not isinstance(values, list) or not values or not all(isinstance(v, str) and v.strip() for v in values):
            raise LexiconError(f"{where}: {key} is {values!r:.40}", "a list of names", "Mend this entry.")
    if entry["allowed"] not in ALLOWED:
        raise LexiconError(f"{where}: allowed {entry['allowed']!r}", f"one of {', '.join(ALLOWED)}", "Mend this entry.")
    url, verified = entry.get("url", ""), entry.get("verified", False)
    if not isinstance(url, str) or not isinstance(verified, bool):
        raise LexiconError(f"{where}: url {url!r:.40}, verified {verified!r}", "text, and true or false", "Mend it.")
    missing = [t for t in entry["terms"] if known is not None and t not in known]
    if missing:
        raise LexiconError(f"{where}: term {missing[0]!r} is in no lexicon here", "a term id", "Correct or drop it.")
    return StyleRule(
        entry["id"],
        tuple(entry["outlets"]),
        tuple(entry["terms"]),
        entry["allowed"],
        entry["says"],
        entry["source"],
        url,
        entry["as_of"],
        verified,
    )
