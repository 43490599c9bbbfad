"""Who did it, to whom, and whom a label is about: read from a mention's own grammatical neighbourhood.

Nothing is parsed and no topic is guessed: a name counts when it stands in the mention's noun phrase, clause,
apposition, possessive or by-phrase. Otherwise the role is null, and the rule says so.
"""

from __future__ import annotations

from framing.language.clause import NOT_FOUND, PRONOUNS, Roles
from framing.language.event_roles import EventReader
from framing.language.label_roles import LabelReader
from framing.language.tokens import Range
from framing.lexicon import Term

__all__ = ["PRONOUNS", "RoleReader", "Roles"]


class RoleReader(EventReader, LabelReader):
    """Reads the roles of the mentions of one sentence; see `Clause` for what it is made of."""

    def read(self, term: Term, start: int, end: int) -> Roles:
        """Roles of a mention at code points `start:end`."""
        i = self.t.find(start)
        if i is None:
            return Roles(None, None, None, None, None, NOT_FOUND)
        j = i + 1
        while j < self.n and self.t.starts[j] < end:
            j += 1
        surface = " ".join(self.words[i:j])
        last = self.words[j - 1]
        is_event = term.concept_id in self.e.concepts and (
            term.kind == "act"
            or self._falls(i, surface)
            or (term.kind == "thing" and not {surface, last, self.words[i]}.isdisjoint(self.e.suffered))
        )
        if last.endswith(("ators", "ator", "erers")):
            is_event = False
        inside = self._inside(i, j)
        if is_event:
            roles = self._event(term, i, j, surface)
            if inside is None or roles.agent is not None:
                return roles
            name = self._name(inside)
            return roles._replace(target=name, agent=name, rule=f"{roles.rule}; named in the term itself")
        if inside is not None:
            name = self._name(inside)
            return Roles(name, name if term.kind == "act" else None, None, None, None, "named in the term itself")
        if term.kind == "act" and not last.endswith(("ators", "ator")):
            agent, rule = self._noun_agent(i, j, surface)
            name = self._name(agent)
            return Roles(name, name, self._name(self._noun_patient(i, j, surface)), None, None, rule)
        if term.kind in ("label", "honour", "act"):
            target, rule = self._labelled(i, j, term.kind == "honour")
        else:
            target, rule = self._owner(i, j)
        return Roles(self._name(target), None, None, None, None, rule)

    def _inside(self, i: int, j: int) -> Range | None:
        """ "the Iranian regime", where the lexicon's form holds the name."""
        for k in range(i, j):
            if not self.t.is_capital(k) or self.words[k].startswith(("pro-", "anti-")):
                continue
            if any(self.words[k].endswith(x) for x in self.e.not_owner):
                return None
            demonym = self.words[k].endswith(("an", "ian", "ish", "ese", "i")) and len(self.words[k]) > 4 and j - i > 1
            if self.is_actor(self.t.text[self.t.starts[k] : self.t.ends[k]]) or (demonym and not self.all_capitals):
                return k, k + 1
        return None
