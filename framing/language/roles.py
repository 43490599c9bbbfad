"""Who did it, to whom, and whom a label is about: read from a mention's own grammatical neighbourhood.

Nothing is parsed and no topic is guessed: a name counts when it stands in the mention's noun phrase, clause,
apposition, possessive or by-phrase. Otherwise the role is null, and the rule says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from framing.language.phrases import Phrases
from framing.language.tokens import Range, Tokens, WordClasses
from framing.lexicon import Term
from framing.lexicon.events import EventWords

_MODIFIERS_MOST = 5
_OBJECT_MOST = 8
_NAME_MOST = 6
_CLAUSE_MOST = 10
_DASHES = ("—", "–", "--")
_RELATIVES = ("who", "which", "that", "whom")
_PRONOUNS = frozenset(
    ["he", "she", "it", "they", "them", "him", "her", "us", "we", "i", "you", "themselves", "himself", "everyone"]
)
PRONOUNS = _PRONOUNS | {
    "who",
    "which",
    "that",
    "this",
    "these",
    "those",
    "there",
    "one",
    "ones",
    "someone",
    "somebody",
    "nobody",
}
_NOT_FOUND = "no name in its phrase or clause"


class Roles(NamedTuple):
    """Roles of one mention; each name as it stands in the text.

    Args:
        target: The one blamed, labelled or honoured.
        agent: Who or what does it.
        patient: Who suffers it.
        agency: How the clause tells of a violent event; None for other mentions.
        modality: asserted, hypothetical or negated; None where there is no event.
        rule: What decided, or why a role is null.
    """

    target: str | None
    agent: str | None
    patient: str | None
    agency: str | None
    modality: str | None
    rule: str


class RoleReader:
    """Reads the roles of the mentions of one sentence.

    Args:
        t: The sentence, quotation marks read as marks.
        w: Word classes.
        e: Event words.
        is_actor: Whether a string names an actor of the actor list.
        title: Whether it is a headline, where participles stand without auxiliaries.
    """

    def __init__(
        self, t: Tokens, w: WordClasses, e: EventWords, is_actor: Callable[[str], bool], *, title: bool
    ) -> None:
        self.t, self.w, self.e, self.is_actor, self.title = t, w, e, is_actor, title
        self.p = Phrases(t, w, frozenset())
        self.words, self.n = t.words, len(t)
        self.all_capitals = title and self._is_title_case()

    def _is_title_case(self) -> bool:
        """ "Israel Kills Ten In Besk": capitals show no names here."""
        words = [k for k in range(self.n) if self.t.is_word(k) and not self.words[k][:1].isdigit()]
        return len(words) > 3 and sum(map(self.t.is_capital, words)) > 0.6 * len(words)

    def read(self, term: Term, start: int, end: int) -> Roles:
        """Roles of a mention at code points `start:end`."""
        i = self.t.find(start)
        if i is None:
            return Roles(None, None, None, None, None, _NOT_FOUND)
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
            if self._names_actor(k, k + 1) or (demonym and not self.all_capitals):
                return k, k + 1
        return None

    # ---- events ---------------------------------------------------------------------------------------------------

    def _event(self, term: Term, i: int, j: int, surface: str) -> Roles:
        agency = self._agency(i, j, surface)
        agent: Range | None = None
        patient: Range | None = None
        rule = agency
        if agency == "unaccusative":
            patient = self._subject(i)
        elif agency == "active_agent":
            agent, patient = self._active_subject(i, j), self._object(j)
        elif agency in ("passive_agent", "agentless_passive"):
            agent = self._by(j) if agency == "passive_agent" else None
            patient = self._subject(i) if i else self._behind_comma(j)
        else:
            agent, rule = self._noun_agent(i, j, surface)
            patient = self._noun_patient(i, j, surface)
            rule = f"nominalised, {rule}"
        # The one blamed does it; the one honoured by a death ("martyred") suffers it.
        about = patient if term.kind == "honour" else agent
        names = self._name(about), self._name(agent), self._name(patient)
        return Roles(*names, agency, self._modality(i), rule)

    def _falls(self, i: int, surface: str) -> bool:
        e = self.e
        if surface in e.unaccusative:
            return surface != "dead" or not (i and self.words[i - 1] in ("the", "of", "our"))
        return self.words[i] in ("died", "dies", "die", "dying", "fell")

    def _agency(self, i: int, j: int, surface: str) -> str:
        words, e = self.words, self.e
        last = words[j - 1]
        if self._falls(i, surface):
            return "unaccusative"
        if surface in e.pasts and not self._is_passive(i):
            return "active_agent"
        if j - i > 1 and last in e.numbers | {"number", "numbers"} and (words[i].endswith("ed") or words[i] in e.verbs):
            # The form "killed dozens" holds its object.
            return "active_agent"
        if last.endswith("ing") or (words[i].endswith("ing") and j - i > 1 and last not in e.event_nouns):
            return self._gerund(i, j)
        if surface in e.participles or last in e.participles or last.endswith("ed"):
            return self._past(i, j)
        if surface in e.verbs or (surface in e.both and self._is_verb(i, j)):
            return "active_agent"
        return "nominalised"

    def _before_adverbs(self, i: int) -> int:
        k = i - 1
        while k >= 0 and (self.p.is_adverb(self.words[k]) or self.words[k] in ("not", "n't")):
            k -= 1
        return k

    def _is_passive(self, i: int) -> bool:
        k = self._before_adverbs(i)
        return k >= 0 and (self.words[k] in self.w.be or self.words[k] in ("get", "gets", "got", "getting"))

    def _past(self, i: int, j: int) -> str:
        """A form in -ed or a participle: passive with "be", reduced, or an active past."""
        words, w = self.words, self.w
        by = self._by(j)
        passive = "agentless_passive" if by is None else "passive_agent"
        k = self._before_adverbs(i)
        previous = words[k] if k >= 0 else ""
        if self._is_passive(i) or (previous in ("and", "or", ",") and self._coordinated_passive(k)):
            return passive
        if previous in w.auxiliaries:
            return "active_agent"
        adjective = previous in w.determiners or previous in w.prepositions or previous.endswith("ing")
        if adjective or (
            previous in self.e.numbers and j < self.n and self.t.is_word(j) and not self._object_follows(j)
        ):
            # "the killed men", "claims of beheaded babies", "two wounded men"
            return passive
        if k >= 0 and self._object_follows(j):
            return "active_agent"
        if by is not None or k < 0 or self.title:
            return passive
        # "the men whom the army killed were …"
        head = self.p.left(k)
        if head is not None and head[0] and words[head[0] - 1] in _RELATIVES and words[head[0]] not in _RELATIVES:
            return "active_agent"
        # "the men killed in the raid were …", "ten people wounded": reduced, without an object behind.
        return passive if self._reduced(j) else "active_agent"

    def _coordinated_passive(self, k: int) -> bool:
        """ "were killed and wounded": the auxiliary stands before the first participle."""
        at = k - 1
        while at >= 0:
            word = self.words[at]
            links = word in (",", "and", "or") or word in self.e.participles or self.p.is_adverb(word)
            if not (word.endswith("ed") or links):
                break
            at -= 1
        return at >= 0 and self.words[at] in self.w.be

    def _reduced(self, j: int) -> bool:
        """Whether a participle without auxiliary belongs to the noun before it."""
        if j >= self.n or not self.t.is_word(j):
            return True
        word, w = self.words[j], self.w
        if word in w.prepositions or word in w.subordinators or word in w.finite or word in w.days:
            return True
        return word in ("and", "during", "overnight", "yesterday")

    def _gerund(self, i: int, j: int) -> str:
        words, w = self.words, self.w
        k = self._before_adverbs(i)
        previous = words[k] if k >= 0 else ""
        following = words[j] if j < self.n else ""
        if previous in w.be:
            return "active_agent"
        if following in ("of", "by") or previous in w.determiners or previous.endswith("'s"):
            return "nominalised"
        if not self._takes_object(j):
            return "nominalised"
        verb_before = previous.endswith(("ed", "ies", "es")) or previous in (
            "denies",
            "deny",
            "stop",
            "began",
            "begin",
            "keep",
            "kept",
            "like",
        )
        opened = (
            previous in ("", ",", "and", "or", "while", "“", '"', *_DASHES)
            or previous in w.prepositions
            or previous in ("after", "before", "without")
        )
        if opened or verb_before:
            return "active_agent"
        plural = previous.endswith("s") or previous in w.plurals
        return (
            "active_agent"
            if (plural and not self.t.is_capital(j)) or (plural and self._object_follows(j))
            else "nominalised"
        )

    def _takes_object(self, j: int) -> bool:
        """Whether what stands behind a gerund is its object and no noun it is compounded with."""
        if j >= self.n or not self.t.is_word(j):
            return False
        word, w = self.words[j], self.w
        if word in self.e.compound_heads or word in w.prepositions or word in w.subordinators or word in w.finite:
            return False
        if word in w.days or word in w.relatives or word == "and" or self.p.is_adverb(word):
            return False
        return not (self.title and word.endswith("s") and j + 1 < self.n and self._object_follows(j + 1))

    def _is_verb(self, i: int, j: int) -> bool:
        """A present or bare form that is a noun as well: a verb with a subject before and an object behind it."""
        words, w = self.words, self.w
        previous = words[i - 1] if i else ""
        helped = previous in w.auxiliaries or previous in w.negators or previous.endswith("n't")
        if helped or (previous == "to" and self._object_follows(j)):
            return True
        if not i or previous in w.determiners or previous in w.prepositions or previous.endswith("'s"):
            return False
        before = words[i - 2] if i > 1 else ""
        in_condition = before in ("if", "unless", "when") and (j >= self.n or not self.t.is_word(j))
        if not self._object_follows(j) and not in_condition:
            return False
        plural_verb = not words[j - 1].endswith("s")
        return self.t.is_capital(i - 1) or previous in w.pronouns or previous.endswith("s") == plural_verb

    def _object_follows(self, j: int) -> bool:
        words, w, e = self.words, self.w, self.e
        if j >= self.n or not self.t.is_word(j):
            return False
        word = words[j]
        following = words[j + 1] if j + 1 < self.n else ""
        if word in e.about_number:
            counted = (
                following in ("least", "most", "to", "than", "many") or following in e.numbers or following.isdigit()
            )
            return counted
        if word in w.determiners or word in e.numbers or word[:1].isdigit() or word in _PRONOUNS or word in w.plurals:
            return True
        if (
            word in w.prepositions
            or word in w.subordinators
            or word in w.finite
            or word in w.days
            or word in w.relatives
        ):
            return False
        if self.p.is_adverb(word) or word in ("and", "dead", "down", "up", "out", "as"):
            return False
        if (
            word in e.verbs
            or word in e.participles
            or (self.title and word in e.both and not self._object_follows(j + 1))
        ):
            return False
        if self.t.is_capital(j):
            return not self.all_capitals
        return self.title and word not in ("police", "official", "officials", "says")

    # ---- who ---------------------------------------------------------------------------------------------------------

    def _subject(self, i: int) -> Range | None:
        """The noun phrase a verb's auxiliaries and adverbs stand behind."""
        words, w = self.words, self.w
        k = i - 1
        while k >= 0:
            word = words[k]
            helps = word in w.be or word in w.auxiliaries or word in w.negators or word.endswith("n't")
            joined = word.endswith("ed") and words[k + 1] in ("and", "or", "to")
            if not (helps or joined or word in self.e.between or self.p.is_adverb(word)):
                break
            k -= 1
        if k < 0:
            return None
        if words[k] == ",":
            found = self.p.before_comma(k)
            return found[1] if found is not None else None
        if words[k] in _DASHES:
            opened = self.p.last_break(k, 0)
            return self._trim(self.p.left(opened - 1)) if opened > 0 and words[opened] in _DASHES else None
        if words[k] in ("who", "which", "that"):
            return self.p.left(k - 2 if k and words[k - 1] == "," else k - 1)
        return self._behind_cue(self._trim(self.p.left(k)))

    def _behind_cue(self, phrase: Range | None) -> Range | None:
        """ "the agency says troops" is "troops"."""
        if phrase is None:
            return None
        for k in range(phrase[1] - 2, phrase[0], -1):
            if self.words[k] in ("says", "said", "say", "told", "saying"):
                return k + 1, phrase[1]
        return phrase

    def _active_subject(self, i: int, j: int) -> Range | None:
        words, w = self.words, self.w
        k = self._before_adverbs(i)
        previous = words[k] if k >= 0 else ""
        if not words[i].endswith("ing"):
            if previous == "to":
                return self._told_to(k)
            if previous in ("and", "or", "but"):
                return self._trim(self.p.first_subject(i))
            if previous == "having":
                return self._behind_comma(j)
            return self._subject(i)
        accused = self._accused(k)
        if accused is not None:
            return accused
        if k < 0 or (k == 0 and previous in w.prepositions | w.subordinators):
            return self._behind_comma(j)
        if previous in w.be or (
            previous not in (",", "and") and previous not in w.prepositions and not previous.endswith(("ed", "es"))
        ):
            found = self._subject(i)
            return found if previous in w.be or found is None else self._after_verb(found)
        if previous in w.prepositions and k == 0:
            return self._behind_comma(j)
        return self._trim(self.p.first_subject(i))

    def _told_to(self, k: int) -> Range | None:
        """ "ordered troops to attack": the troops; "threatened to attack": the subject."""
        before = self.words[k - 1] if k else ""
        if (
            before in self.e.between
            or before.endswith(("ed", "s"))
            or before in self.e.hypothetical
            or before in self.e.happened | self.e.not_happened
        ):
            plural = (
                before.endswith("s")
                and not before.endswith("es")
                and before not in self.e.hypothetical
                and before not in self.e.between
            )
            if not plural:
                return self._subject(k) if before in self.e.between else self._trim(self.p.first_subject(k))
        found = self.p.left(k - 1)
        return self._after_verb(self._trim(found)) if found is not None else None

    def _after_verb(self, phrase: Range | None) -> Range | None:
        """What stands behind the last verb form in a phrase: "Dobrin ordered troops" is "troops"."""
        if phrase is None:
            return None
        start, stop = phrase
        for k in range(stop - 2, start - 1, -1):
            word = self.words[k]
            if word.endswith("ed") or word in self.e.hypothetical or word in self.e.happened:
                return (k + 1, stop)
        return phrase

    def _behind_comma(self, j: int) -> Range | None:
        """ "Wounded by a sniper, Arlo crawled": the subject behind the comma."""
        comma = self.p.next(",", j, self.n)
        if comma is None:
            return None
        stop = comma + 1
        while stop < self.n and not (
            self.t.is_break(stop)
            or self.words[stop] in self.w.finite
            or self.words[stop].endswith("ed")
            or (stop > comma + 1 and self.words[stop] in self.w.prepositions)
            or (stop > comma + 1 and not self.t.is_capital(stop) and self.t.is_capital(stop - 1))
        ):
            stop += 1
        return self._trim((comma + 1, stop))

    def _accused(self, k: int) -> Range | None:
        """ "accused the army of killing": the accused does it."""
        if k < 1 or self.words[k] not in ("of", "for"):
            return None
        for at in range(k - 1, max(-1, k - 9), -1):
            word = self.words[at]
            if word in (
                "accused",
                "accuse",
                "accuses",
                "accusing",
                "suspected",
                "blamed",
                "blames",
                "blaming",
                "convicted",
            ):
                if at + 1 == k or self.words[at + 1] == "by":
                    return self._subject(at)
                return self._trim((at + 1, k))
            if self.t.is_break(at):
                return None
        return None

    def _by(self, j: int) -> Range | None:
        """The doer in a by-phrase: not "by Monday", not "by the road", not the doer of another event."""
        words = self.words
        aside = False
        for k in range(j, min(self.n, j + _CLAUSE_MOST)):
            word = words[k]
            if word == "by" and k + 1 < self.n:
                phrase = self.p.right(k + 1, self.n)
                if phrase is None:
                    return None
                named = [x for x in words[phrase[0] : phrase[1]] if x not in self.w.determiners]
                told = (
                    not named
                    or named[0][:1].isdigit()
                    or (named[0].endswith("ing") and len(named) > 1 and named[0] not in self.e.event_nouns)
                )
                if told or any(x in self.e.by_no_agent for x in named[:2]):
                    continue
                return self._trim(phrase)
            if word in self.e.event_nouns and k > j and any(x in ("in", "during") for x in words[j:k]):
                # "killed in a raid by soldiers": whose raid it was.
                return None
            if word == "," and k + 1 < self.n and not aside:
                aside = True
                continue
            if aside and (word in ("said", "says") or self.t.is_word(k) or word == ","):
                continue
            if (
                self.t.is_break(k)
                or word in self.w.relatives
                or word in self.w.finite
                or word in ("and", "while", "as", "when")
            ):
                return None
        return None

    def _object(self, j: int) -> Range | None:
        words, w = self.words, self.w
        at = j
        while at < self.n and words[at] in ("down", "up", "out", "dead", "on", "of"):
            at += 1
        start = at
        while at < self.n and at - start < _OBJECT_MOST:
            word = words[at]
            ends = word in w.prepositions - {"of"} or word in w.subordinators or word in w.finite or word in w.days
            counts = word in self.e.about_number or (at == start + 1 and word in ("least", "than", "to", "many"))
            if self.t.is_break(at) or (at > start and not counts and (ends or word in w.relatives)):
                break
            at += 1
        if start < at < self.n - 1 and words[at] == "," and self.t.is_capital(at + 1) and not self.title:
            # "killed Lieutenant General, Tomas Arlo, and …"
            named = at + 1
            while named < self.n and self.t.is_word(named) and self.t.is_capital(named):
                named += 1
            if named < self.n and words[named] in (",", "."):
                return at + 1, named
        phrase = (start, at)
        return (
            phrase
            if at > start and (words[start] not in w.prepositions or words[start] in self.e.about_number)
            else None
        )

    # ---- nouns ---------------------------------------------------------------------------------------------------------

    def _names_actor(self, first: int, stop: int) -> bool:
        text = self.t.text[self.t.starts[first] : self.t.ends[stop - 1]]
        return self.is_actor(text) or (text.isupper() and len(text) > 1 and not self.all_capitals)

    def _modifier(self, i: int, *, doer: bool) -> Range | None:
        """A name before a noun in its phrase: "Kestovian air strikes", "the Assad regime"; not "Iran-backed".

        A doer must be an actor, a demonym or an acronym, since a place can stand there too: "the Besk massacre".
        """
        words, w = self.words, self.w
        for k in range(i - 1, max(-1, i - 1 - _MODIFIERS_MOST), -1):
            word = words[k]
            if not self.t.is_word(k):
                if word == "." and k:
                    continue
                return None
            if (
                word in w.finite
                and self.t.text[self.t.starts[k] : self.t.ends[k]].isupper()
                and self._names_actor(k, k + 1)
            ):
                # "IS militants"
                return k, k + 1
            if any(word.endswith(x) for x in self.e.not_owner) or word.startswith(("pro-", "anti-", "ex-")):
                return None
            if any(word.endswith(x) for x in self.e.leads) or word.endswith(("'s", "s'")):
                return (k, k + 1) if not word.endswith(("'s", "s'")) else self._trim(self.p.left(k))
            stops = word in w.determiners or word in w.prepositions or word in w.finite or word in w.subordinators
            if stops or word in w.relatives or word in _PRONOUNS or word in ("and", "or") or word in self.e.naming:
                return None
            if self.t.is_capital(k) and not word[:1].isdigit() and word not in w.sentence_openers:
                first = k
                while first > 0 and self._goes_on(first):
                    first -= 1
                named = self._names_actor(first, k + 1) or self._names_actor(k, k + 1)
                demonym = word.endswith(("an", "ian", "ish", "ese", "i")) and len(word) > 4
                if named or (demonym and not self.all_capitals):
                    return first, k + 1
                if doer or self.all_capitals or (k == 0 and not self.title):
                    return None
                return first, k + 1
            if word.endswith(("ed", "s")) and i - k > 0 and not self.t.is_capital(k):
                # A verb, as in "Kestovia fights terrorists".
                return None
        return None

    def _goes_on(self, first: int) -> bool:
        """Whether the word before a capital word belongs to the same name."""
        previous = first - 1
        word = self.words[previous]
        if not self.t.is_word(previous) or not self.t.is_capital(previous):
            return False
        return word not in self.w.determiners and word not in self.w.sentence_openers and not word.endswith("'s")

    def _possessor(self, i: int) -> Range | None:
        words = self.words
        for k in range(i - 1, max(-1, i - 1 - _MODIFIERS_MOST), -1):
            if words[k].endswith("'s") or (words[k] == "'" and k and words[k - 1].endswith("s")):
                return self._trim(self.p.left(k))
            if words[k] in self.w.determiners or words[k] in self.w.prepositions or self.t.is_break(k):
                return None
        return None

    def _noun_agent(self, i: int, j: int, surface: str) -> tuple[Range | None, str]:
        words = self.words
        called = i > 0 and words[i - 1] in self.e.naming
        by = None if called else self._by(j) or self._carried_out_by(j)
        if by is not None:
            return by, "by-phrase"
        suffered = not {surface, words[i], words[j - 1]}.isdisjoint(self.e.suffered)
        if not suffered:
            owner = self._possessor(i)
            if owner is not None:
                return owner, "possessive"
            modifier = self._modifier(i, doer=True)
            if modifier is not None:
                return modifier, "modifier"
        if words[j - 1] in self.e.done_by_of and j < self.n and words[j] == "of":
            phrase = self._trim(self.p.right(j + 1, self.n))
            if phrase is not None and self._is_name(phrase):
                return phrase, "of …"
        k = i - 1
        while k >= 0 and i - k < 6 and (words[k] in self.w.determiners or self._is_modifying(k)):
            k -= 1
        if k > 0 and words[k] in ("out", "up"):
            k -= 1
        if k >= 0 and words[k] in self.e.light_verbs:
            doer = self.p.first_subject(k) if words[k].endswith("ing") else self._subject(k)
            return self._trim(doer), "subject of its verb"
        accused = self._accused(k)
        if accused is not None:
            return accused, "the accused"
        if k >= 0 and words[k] == "in" and k + 1 < i and words[k + 1] in ("a", "an"):
            # "assassinated him, in an act of terrorism"
            verb = next((x for x in range(k - 1, max(-1, k - 40), -1) if words[x].endswith("ed")), None)
            if verb is not None and not self._is_passive(verb) and (doer := self._subject(verb)) is not None:
                return doer, "doer of the clause"
        return None, "no doer in its phrase"

    def _is_modifying(self, k: int) -> bool:
        word, w = self.words[k], self.w
        if not self.t.is_word(k) or self.t.is_capital(k) or word in self.e.light_verbs or word.endswith("ed"):
            return False
        return word not in w.prepositions and word not in w.finite and word not in ("of", "and", "out", "up")

    def _carried_out_by(self, j: int) -> Range | None:
        """ "the massacre was carried out by the army" """
        words = self.words
        for k in range(j, min(self.n, j + 8)):
            if words[k] in self.e.light_verbs and k and words[k - 1] in self.w.be:
                return self._by(k + 1)
            if self.t.is_break(k):
                return None
        return None

    def _noun_patient(self, i: int, j: int, surface: str) -> Range | None:
        words = self.words
        at = j - 1 if words[j - 1] == "of" else j
        if at < self.n and words[at] in ("of", "on", "against", "upon"):
            if words[at] == "of" and words[j - 1] in self.e.done_by_of:
                return None
            return self._trim(self.p.right(at + 1, self.n))
        if surface in self.e.suffered or words[j - 1] in self.e.suffered:
            return self._possessor(i)
        return None

    # ---- labels and honours ----------------------------------------------------------------------------------------------

    def _labelled(self, i: int, j: int, honour: bool) -> tuple[Range | None, str]:
        words, w = self.words, self.w
        surface = words[j - 1]
        if surface in self.e.doers:
            return None, _NOT_FOUND
        modifier = self._possessor(i) if honour else None
        modifier = modifier or self._modifier(i, doer=False)
        if modifier is not None:
            return modifier, "modifier"
        k = j
        while k < self.n and words[k] in (
            "group",
            "groups",
            "organisation",
            "organization",
            "leader",
            "leaders",
            "commander",
            "militia",
        ):
            k += 1
        if k + 2 < self.n and words[k : k + 2] == ["such", "as"]:
            return self._trim(self.p.right(k + 2, self.n)), "such as …"
        if (
            k < self.n
            and self.t.is_word(k)
            and self.t.is_capital(k)
            and not self.all_capitals
            and words[k] not in w.days
        ):
            # "terrorist group Hamas", "martyr Odane"
            stop = k
            while (
                stop < self.n
                and self.t.is_word(stop)
                and (self.t.is_capital(stop) or words[stop] in ("al", "of", "bin"))
            ):
                stop += 1
            if not words[k][:1].isdigit():
                behind = self._trim((k, stop))
                before = (self._possessor(i) if honour else None) or self._modifier(i, doer=False)
                # "the Lebanese militant group Hezbollah"; but "Houthi rebels Monday".
                grouped = k > j or words[j - 1] in ("group", "groups", "organisation", "organization", "militia")
                if before is None or grouped:
                    return behind, "name behind it"
        modifier = (self._possessor(i) if honour else None) or self._modifier(i, doer=False)
        if modifier is not None:
            return modifier, "modifier"
        if k < self.n and words[k] in ("of", "in", "from") and k + 1 < self.n:
            phrase = self._trim(self.p.right(k + 1, self.n))
            if words[k] == "of" and honour and phrase is not None:
                # "the martyrdom of four of its members"
                return (phrase[0], self._of_phrase(phrase[1])), "of …"
            if phrase is not None and self._is_name(phrase) and surface in self.e.governs:
                return phrase, f"{words[k]} …"
        if honour and (surface.endswith("ed") and i):
            return self._subject(i), "subject"
        for rule, found in (
            ("apposition", self._apposed(i, k)),
            ("and other …", self._listed(i)),
            ("predicate", self._predicated(i)),
            ("called so", self._named_so(i)),
        ):
            if found is not None:
                return found, rule
        if k + 1 < self.n and words[k] == ",":
            phrase = self.p.right(k + 1, self.n)
            if phrase is not None and self.t.is_capital(phrase[0]) and phrase[1] < self.n and words[phrase[1]] == ",":
                return phrase, "apposition"
        return None, _NOT_FOUND

    def _of_phrase(self, stop: int) -> int:
        if stop + 1 < self.n and self.words[stop] == "of":
            further = self.p.right(stop + 1, self.n)
            return further[1] if further is not None else stop
        return stop

    def _np_start(self, i: int) -> int:
        words, w = self.words, self.w
        k = i
        while k > 0 and i - k < 6 and self.t.is_word(k - 1):
            word = words[k - 1]
            if word in w.prepositions or word in w.finite or word in w.subordinators or word in w.relatives:
                break
            if word in self.e.naming or word in _PRONOUNS:
                break
            k -= 1
            if word in w.determiners:
                break
        return k

    def _apposed(self, i: int, after: int) -> Range | None:
        """ "the SLF, a terrorist group,"; what goes on with a verb is a subject of its own."""
        words = self.words
        first = self._np_start(i)
        if first < 2 or words[first - 1] not in (",", "(", *_DASHES) or words[first] not in self.w.determiners:
            return None
        following = words[after] if after < self.n else "."
        if self.t.is_word(min(after, self.n - 1)) and following not in self.w.prepositions | self.w.relatives:
            return None
        found = self._trim(self.p.left(first - 2))
        named = found is not None and found[1] - found[0] <= _NAME_MOST and self._is_name(found)
        return found if named else None

    def _listed(self, i: int) -> Range | None:
        """ "the SLF and other terrorist groups" """
        first = self._np_start(i)
        for k in range(first, i):
            if self.words[k] == "other" and k > 1 and self.words[k - 1] == "and":
                found = self._trim(self.p.left(k - 2))
                return found if found is not None and self._is_name(found) else None
        return None

    def _predicated(self, i: int) -> Range | None:
        """ "The SLF is a terrorist group" """
        k = self._np_start(i) - 1
        while k >= 0 and (self.p.is_adverb(self.words[k]) or self.words[k] in ("not", "as")):
            k -= 1
        if k < 1 or self.words[k] not in self.e.copulas:
            return None
        found = self._subject(k)
        named = found is not None and found[1] - found[0] <= _NAME_MOST and self._is_name(found)
        return found if named else None

    def _named_so(self, i: int) -> Range | None:
        """ "called the SLF terrorists", "designated the SLF as a terrorist organisation", "was listed as terrorist" """
        words = self.words
        for k in range(i - 1, max(-1, i - 14), -1):
            if self.t.is_break(k):
                return None
            if words[k] not in self.e.naming:
                continue
            if k and words[k - 1] in self.w.be:
                return self._subject(k)
            stop = next((x for x in range(k + 1, i) if words[x] == "as"), None)
            if stop is None:
                stop = k + 1
                while stop < i and (self.t.is_capital(stop) or words[stop] in self.w.determiners or words[stop] == "."):
                    stop += 1
            while stop > k + 1 and words[stop - 1] in self.w.articles:
                stop -= 1
            phrase = self._trim((k + 1, stop)) if stop > k + 1 else None
            return phrase if phrase is not None and self._is_name(phrase) else None
        return None

    def _owner(self, i: int, j: int) -> tuple[Range | None, str]:
        """Qualities and things: whose they are, or what they are said of."""
        words, w = self.words, self.w
        owner = self._possessor(i) or self._modifier(i, doer=False)
        if owner is not None:
            return owner, "modifier"
        k = j
        while (
            k < self.n
            and k - j < 4
            and self.t.is_word(k)
            and words[k] not in w.prepositions | w.finite | w.subordinators
        ):
            if self.t.is_capital(k) and not self.all_capitals:
                return (k, k + 1), "name in its phrase"
            k += 1
        if k < self.n and words[k] in ("of", "by"):
            phrase = self._trim(self.p.right(k + 1, self.n))
            if phrase is not None and self._is_name(phrase):
                return phrase, f"{words[k]} …"
        predicate = self._predicated(i)
        return (predicate, "predicate") if predicate is not None else (None, _NOT_FOUND)

    # ---- modality -----------------------------------------------------------------------------------------------------

    def _modality(self, i: int) -> str:
        words, e = self.words, self.e
        begin = self.p.begin(i)
        opened = self.p.last_break(i, begin)
        conditional = words[opened + 1] in ("if", "unless") or words[begin] in ("if", "unless", "none")
        if conditional:
            return "negated" if words[begin] == "none" else "hypothetical"
        to_do = False
        for k in range(i - 1, max(-1, i - 7), -1):
            word = words[k]
            if self.t.is_break(k) or word in self.w.relatives or word in ("but", "and", "whether"):
                break
            if word in e.denials or word.endswith("n't"):
                twice = (
                    word not in ("not", "no")
                    and k
                    and (words[k - 1] in ("not", "never") or words[k - 1].endswith("n't"))
                )
                only = k + 1 < self.n and words[k + 1] in ("only", "fewer", "less")
                return "asserted" if twice or only else "negated"
            if word in e.not_happened:
                return "negated"
            if word in e.happened:
                return "asserted"
            named = word in e.naming and words[k + 1] not in ("for", "on")
            if word in e.modals or (word in e.hypothetical and not named):
                return "hypothetical"
            to_do = to_do or word == "to"
            near = (
                word in self.w.be
                or word in self.w.auxiliaries
                or word in ("to", "of", "any", "such", "that", "by", "for", "claims")
            )
            if not (near or word in self.w.determiners or self.p.is_adverb(word) or i - k <= 2):
                break
        return "hypothetical" if to_do and words[i - 1] in ("to", "be") else "asserted"

    # ---- names -----------------------------------------------------------------------------------------------------------

    def _trim(self, phrase: Range | None) -> Range | None:
        """A noun phrase without the little words and marks at its ends."""
        if phrase is None:
            return None
        words, w = self.words, self.w
        start, stop = phrase
        while start < stop and (
            words[start] in w.sentence_openers
            or (words[start] in w.prepositions and words[start] not in self.e.about_number)
            or not self.t.is_word(start)
        ):
            start += 1
        while stop > start and not self.t.is_word(stop - 1):
            stop -= 1
        return (start, stop) if stop > start else None

    def _is_name(self, phrase: Range) -> bool:
        return any(
            self.t.is_word(k) and self.t.is_capital(k) and not self.words[k][:1].isdigit() for k in range(*phrase)
        )

    def _name(self, phrase: Range | None) -> str | None:
        if phrase is None:
            return None
        start, stop = phrase
        while start < stop - 1 and self.words[start] in self.w.articles:
            start += 1
        text = " ".join(self.t.text[self.t.starts[start] : self.t.ends[stop - 1]].split()).rstrip(" .,;:!?\"”’'")
        if text[-2:-1] == "." and text[-1:].isupper():
            # "U.S." lost its last stop to the sentence.
            text += "."
        for suffix in ("'s", "’s", *self.e.leads):
            text = text.removesuffix(suffix)
        return text or None
