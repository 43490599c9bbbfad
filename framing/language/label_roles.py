"""Labels, honours, qualities and things: whom the word is about."""

from __future__ import annotations

from framing.language.clause import DASHES, NAME_MOST, NOT_FOUND, PERSONAL_PRONOUNS, RELATIVES, Clause
from framing.language.tokens import Range


class LabelReader(Clause):
    """Reads whom a label or honour is about, and whose a quality or thing is."""

    def _labelled(self, i: int, j: int, honour: bool) -> tuple[Range | None, str]:
        words, w = self.words, self.w
        surface = words[j - 1]
        # In a line of capitals they show no names.
        written = self.t.text[self.t.starts[i] : self.t.ends[j - 1]]
        shouted = self.all_capitals or (len(written) > 4 and written.isupper())
        if surface in self.e.doers:
            return None, NOT_FOUND
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
            return self._right(k + 2), "such as …"
        if k < self.n and self.t.is_word(k) and self.t.is_capital(k) and not shouted and words[k] not in w.days:
            # "terrorist group Hamas", "martyr Odane"
            stop = k
            while (
                stop < self.n
                and self.t.is_word(stop)
                and (self.t.is_capital(stop) or words[stop] in ("al", "of", "bin"))
            ):
                stop += 1
            if not words[k][:1].isdigit():
                return self.nouns.first((k, stop)), "name behind it"
        if k < self.n and words[k] in ("of", "in", "from") and k + 1 < self.n:
            phrase = self._right(k + 1)
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
        return None, NOT_FOUND

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
            if word in self.e.naming or word in PERSONAL_PRONOUNS:
                break
            k -= 1
            if word in w.determiners:
                break
        return k

    def _apposed(self, i: int, after: int) -> Range | None:
        """ "the SLF, a terrorist group,"; what goes on with a verb is a subject of its own."""
        words = self.words
        first = self._np_start(i)
        if first < 2 or words[first - 1] not in (",", "(", *DASHES) or words[first] not in self.w.determiners:
            return None
        following = words[after] if after < self.n else "."
        if self.t.is_word(min(after, self.n - 1)) and not (
            following in self.w.prepositions or following in self.w.relatives
        ):
            return None
        found = self._left(first - 2)
        named = found is not None and found[1] - found[0] <= NAME_MOST and self._is_name(found)
        return found if named else None

    def _listed(self, i: int) -> Range | None:
        """ "the SLF and other terrorist groups" """
        first = self._np_start(i)
        for k in range(first, i):
            if self.words[k] == "other" and k > 1 and self.words[k - 1] == "and":
                found = self._left(k - 2)
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
        named = found is not None and found[1] - found[0] <= NAME_MOST and self._is_name(found)
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
            namer = self.p.left(k - 1)
            if (
                namer is not None
                and namer[0]
                and words[namer[0] - 1] in RELATIVES
                and words[k + 1] not in PERSONAL_PRONOUNS
            ):
                # "the SLF, which Kestovia considers a terrorist organisation,"
                return self._subject(namer[0])
            stop = next((x for x in range(k + 1, i) if words[x] == "as"), None)
            if stop is None:
                stop = k + 1
                while stop < i and (self.t.is_capital(stop) or words[stop] in self.w.determiners or words[stop] == "."):
                    stop += 1
            while stop > k + 1 and words[stop - 1] in self.w.articles:
                stop -= 1
            phrase = self.nouns.first((k + 1, stop)) if stop > k + 1 else None
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
            and not (words[k] in w.prepositions or words[k] in w.finite or words[k] in w.subordinators)
        ):
            if self.t.is_capital(k) and not self.all_capitals:
                return (k, k + 1), "name in its phrase"
            k += 1
        if k < self.n and words[k] in ("of", "by"):
            phrase = self._right(k + 1)
            if phrase is not None and self._is_name(phrase):
                return phrase, f"{words[k]} …"
        predicate = self._predicated(i)
        return (predicate, "predicate") if predicate is not None else (None, NOT_FOUND)
