"""Violent events: how the clause tells them, who does them, and who suffers them."""

from __future__ import annotations

from framing.language.clause import DASHES, PERSONAL_PRONOUNS, RELATIVES, Clause, Roles
from framing.language.tokens import Range
from framing.lexicon import Term

_OBJECT_MOST = 8
_CLAUSE_MOST = 10


class EventReader(Clause):
    """Reads agency, agent, patient and modality of an event."""

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
            described = self._described(i, j)
            patient = described or (self._sufferer(i) if i else self._behind_comma(j))
        else:
            agent, rule = self._noun_agent(i, j, surface)
            patient = None if rule == "accusations against" else self._noun_patient(i, j, surface)
            rule = f"nominalised, {rule}"
        # The one blamed does it; the one honoured by a death ("martyred") suffers it.
        about = patient if term.kind == "honour" else agent
        names = self._name(about), self._name(agent), self._name(patient)
        if names[1] is None and agency in ("active_agent", "passive_agent"):
            rule += "; no phrase that names the doer"
        if names[2] is None and agency != "nominalised":
            rule += "; no phrase that names who suffers it"
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
        if (
            j - i > 1
            and (last in e.numbers or last in ("number", "numbers"))
            and (words[i].endswith("ed") or words[i] in e.verbs)
        ):
            # The form "killed dozens" holds its object.
            return "active_agent"
        if last.endswith("ing") or (words[i].endswith("ing") and j - i > 1 and last not in e.event_nouns):
            return self._gerund(i, j)
        if surface in e.participles or last in e.participles or last.endswith("ed"):
            return self._past(i, j)
        if surface in e.verbs or (surface in e.both and self._is_verb(i, j)):
            return "active_agent"
        return "nominalised"

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
        if head is not None and head[0] and words[head[0] - 1] in RELATIVES and words[head[0]] not in RELATIVES:
            return "active_agent"
        # "the men killed in the raid were …", "ten people wounded": reduced, without an object behind.
        return passive if self._reduced(j) else "active_agent"

    def _sufferer(self, i: int) -> Range | None:
        """The subject of a passive, or the noun a participle stands right behind."""
        reduced = not self.title and self.t.is_word(i - 1) and not self._is_passive(i)
        if reduced:
            before, w = self.words[i - 1], self.w
            if not (before in w.relatives or before in w.auxiliaries or before in self.e.between):
                return self.nouns.nearest(self.p.left(i - 1))
        return self._subject(i)

    def _described(self, i: int, j: int) -> Range | None:
        """ "the families of murdered teachers": the noun a participle stands before."""
        if self._is_passive(i) or j >= self.n or not self.t.is_word(j) or i == 0:
            return None
        previous, w = self.words[i - 1], self.w
        before = previous in w.determiners or previous in w.prepositions or previous in self.e.numbers
        return self._right(j) if before and not self._reduced(j) else None

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
            previous in ("", ",", "and", "or", "while", "“", '"', *DASHES)
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
        if (
            word in w.determiners
            or word in e.numbers
            or word[:1].isdigit()
            or word in PERSONAL_PRONOUNS
            or word in w.plurals
        ):
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

    def _active_subject(self, i: int, j: int) -> Range | None:
        words, w = self.words, self.w
        k = self._before_adverbs(i)
        previous = words[k] if k >= 0 else ""
        if not words[i].endswith("ing"):
            if previous == "to":
                return self._told_to(k)
            if previous in ("and", "or", "but"):
                return self.nouns.first(self.p.first_subject(i))
            if previous == "having":
                return self._behind_comma(j)
            return self._subject(i)
        accused = self._accused(k)
        if accused is not None:
            return accused
        if k < 0 or (k == 0 and (previous in w.prepositions or previous in w.subordinators)):
            return self._behind_comma(j)
        if previous in w.be or (
            previous not in (",", "and") and previous not in w.prepositions and not previous.endswith(("ed", "es"))
        ):
            found = self._subject(i)
            return found if previous in w.be or found is None else self._after_verb(found)
        if previous in w.prepositions and k == 0:
            return self._behind_comma(j)
        return self.nouns.first(self.p.first_subject(i))

    def _told_to(self, k: int) -> Range | None:
        """ "ordered troops to attack": the troops; "threatened to attack": the subject."""
        before = self.words[k - 1] if k else ""
        if (
            before in self.e.between
            or before.endswith(("ed", "s"))
            or before in self.e.hypothetical
            or before in self.e.happened
            or before in self.e.not_happened
        ):
            plural = (
                before.endswith("s")
                and not before.endswith("es")
                and before not in self.e.hypothetical
                and before not in self.e.between
            )
            if not plural:
                return self._subject(k) if before in self.e.between else self.nouns.first(self.p.first_subject(k))
        found = self._after_verb(self._trim(self.p.left(k - 1)))
        if found is not None and "for" in self.words[found[0] + 1 : found[1]]:
            # "asked Washington for rockets to strike": what it is for, not who does it.
            return None
        return self.nouns.last(self._pressed(found))

    def _pressed(self, phrase: Range | None) -> Range | None:
        """ "pressure on Kestovia to end the siege": Kestovia is to."""
        on = None if phrase is None else next((k for k in range(*phrase) if self.words[k] in ("on", "upon")), None)
        return phrase if phrase is None or on is None else (on + 1, phrase[1])

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
        return self.nouns.first((comma + 1, stop))

    def _accused(self, k: int) -> Range | None:
        """ "accused the army of killing": the accused does it, whoever accuses."""
        if k < 1 or self.words[k] not in ("of", "for", "with"):
            return None
        for at in range(k - 1, max(-1, k - 9), -1):
            if self.words[at] in self.e.accusing:
                if at + 1 == k or self.words[at + 1] == "by":
                    return self._subject(at)
                return self.nouns.first((at + 1, k))
            if self.t.is_break(at):
                return None
        return None

    def _accused_behind(self, k: int, j: int) -> Range | None:
        """ "accusations of genocide against Talmara" """
        said = k > 0 and self.words[k] == "of" and self.words[k - 1] in self.e.accusations
        at = j - 1 if self.words[j - 1] == "against" else j
        return self._right(at + 1) if said and at < self.n and self.words[at] == "against" else None

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
                return self.nouns.first(phrase)
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
            ends = word in w.linking or word in w.subordinators or word in w.finite or word in w.days
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
        placed = start < at and words[start] in w.prepositions and words[start] not in self.e.about_number
        return self.nouns.first((start, at)) if at > start and not placed else None

    def _noun_agent(self, i: int, j: int, surface: str) -> tuple[Range | None, str]:
        words = self.words
        k = i - 1
        while k >= 0 and i - k < 6 and (words[k] in self.w.determiners or self._is_modifying(k)):
            k -= 1
        accused = self._accused(k)
        if accused is not None:
            return accused, "the accused"
        against = self._accused_behind(k, j)
        if against is not None:
            return against, "accusations against"
        # "is called genocide by many historians"
        called = any(x in self.e.naming for x in words[max(0, k - 1) : i])
        by = None if called else self._by(j) or self._carried_out_by(j)
        if by is not None:
            return by, "by-phrase"
        suffered = not {surface, words[i], words[j - 1]}.isdisjoint(self.e.suffered)
        if not suffered or (j < self.n and words[j] == "of"):
            # "Odane's killing of two guards" is Odane's deed, "Odane's killing" his fate.
            owner = self._possessor(i)
            if owner is not None:
                return owner, "possessive"
            modifier = self._modifier(i, doer=True)
            if modifier is not None:
                return modifier, "modifier"
        if words[j - 1] in self.e.done_by_of and j < self.n and words[j] == "of":
            phrase = self._right(j + 1)
            if phrase is not None and self._is_name(phrase):
                return phrase, "of …"
        if k > 0 and words[k] in ("out", "up"):
            k -= 1
        if k >= 0 and words[k] in self.e.light_verbs:
            if words[k].endswith("ing"):
                doer = self.p.first_subject(k)
            else:
                left = self.p.left(k - 2) if k and words[k - 1] == "to" else None
                doer = pressed if (pressed := self._pressed(left)) != left else self._subject(k)
            return self.nouns.last(doer), "subject of its verb"
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
            return self._right(at + 1)
        if surface in self.e.suffered or words[j - 1] in self.e.suffered:
            return self._possessor(i)
        return None

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
