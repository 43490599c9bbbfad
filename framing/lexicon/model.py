"""A lexicon in memory: concepts, their terms, the patterns to look for, and reporting cues. Frozen and picklable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from framing.errors import unknown_name

if TYPE_CHECKING:
    from framing.lexicon.actors import Actor
    from framing.lexicon.senses import SenseCue
    from framing.lexicon.speech import SpeechData

CATEGORIES = (
    "sacralising",
    "heroising",
    "legitimising",
    "sanitising",
    "delegitimising",
    "criminalising",
    "dehumanising",
    "intensifying",
    "neutral",
)
CATEGORY_MEANINGS: Mapping[str, str] = {
    "sacralising": "gives death or struggle a sacred meaning",
    "heroising": "presents somebody as a defender or liberator",
    "legitimising": "presents force as lawful or needed",
    "sanitising": "keeps violence out of sight",
    "delegitimising": "denies that an actor or act is lawful or rightful",
    "criminalising": "names an actor or act as a crime",
    "dehumanising": "likens people to animals or savages",
    "intensifying": "raises the emotional force",
    "neutral": "the plain alternative",
}
VALENCES = ("elevating", "condemning", "plain")
SERVES = ("counterterror", "resistance", "western-aligned", "anti-western", "humanitarian", "military", "any", "none")
KINDS = ("act", "label", "honour", "quality", "thing")


@dataclass(frozen=True)
class Concept:
    """What alternative terms share, so that choosing one of them says something."""

    concept_id: str
    label: str
    definition: str


_BREAKS_OFF = frozenset(
    ["a", "an", "the", "of", "in", "on", "to", "at", "by", "with", "for", "from", "their", "his", "her"]
)


@dataclass(frozen=True)
class Term:
    """One alternative of a concept with all its forms.

    Args:
        term_id: Its key.
        concept_id: The concept it belongs to.
        category: What it does; a key of `CATEGORY_MEANINGS`.
        valence: elevating, condemning or plain, for the one the term is about.
        serves: Whose discourse it typically serves.
        kind: act, label, honour, quality or thing.
        forms: Each form with the plainer wording for the same place in a sentence; empty for plain terms.
        ambiguous: True when a good share of its hits in ordinary news has another sense.
        occasion: True when it could truthfully replace an alternative for the same referent.
        used_by: Who typically uses it.
        why: One line on why it is loaded.
        source: Where that is said.
        sense_note: Which uses are the conflict sense and which are not.
        masks: Names and phrases that contain a form and are no hits.
    """

    term_id: str
    concept_id: str
    category: str
    valence: str
    serves: str
    kind: str
    forms: tuple[tuple[str, str], ...]
    ambiguous: bool
    occasion: bool
    used_by: str
    why: str
    source: str
    sense_note: str
    masks: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its first form, to show; its id in words where the form breaks off ("died in a")."""
        form = self.forms[0][0].rstrip("*")
        return self.term_id.replace("-", " ") if form.rsplit(" ", 1)[-1] in _BREAKS_OFF else form

    @property
    def plainer(self) -> tuple[str, ...]:
        """The plainer wordings, each once, in the order of the forms."""
        return tuple(dict.fromkeys(plain for _, plain in self.forms if plain))


@dataclass(frozen=True)
class Pattern:
    """One literal to look for.

    Args:
        folded: The literal, folded as `fold` folds texts.
        prefix: True when word characters may follow (a trailing `*`).
        term: Index into `Lexicon.terms`; None for a mask.
        plain: The plainer wording; empty for masks and plain terms.
        cased: For a mask with capitals, the exact characters it must have.
    """

    folded: str
    prefix: bool
    term: int | None
    plain: str
    cased: str = ""


_SAME_LENGTH = (
    ("’", "'"),
    ("ʼ", "'"),
    ("‐", "-"),
    ("‑", "-"),
    ("-", " "),
    ("\n", " "),
    ("\t", " "),
    ("\r", " "),
    ("\xa0", " "),
    ("\u202f", " "),
    ("\u2009", " "),
)
_CASE = (("İ", "i"), ("ı", "i"), ("ſ", "s"))


def fold_marks(text: str) -> str:
    """Text with apostrophes, hyphens and white space made alike; the same length, so that offsets stay."""
    for variant, plain in _SAME_LENGTH:
        if variant in text:
            text = text.replace(variant, plain)
    return text


def fold(text: str) -> str:
    """Text as it is matched: `fold_marks` and lower case; the same length.

    Example:
        >>> fold("Martyrs’ Cease-Fire")
        "martyrs' cease fire"
    """
    text = fold_marks(text)
    if not text.isascii():
        # `İ`.lower() has two characters; these three are what `re.IGNORECASE` takes for i and s.
        for variant, plain in _CASE:
            if variant in text:
                text = text.replace(variant, plain)
    return text.lower()


@dataclass(frozen=True)
class Lexicon:
    """Terms, the concepts they belong to and the cues of reported speech.

    Args:
        name: Its name, or names joined by + when lexicons are laid over each other.
        version: Its version.
        description: One sentence.
        concepts: All concepts.
        terms: All terms.
        speech: Reporting cues and word classes.
        actors: Whom names stand for.
        senses: Context cues of ambiguous terms.
        languages: Languages its forms are words of (ISO 639-1); any when empty.
    """

    name: str
    version: str
    description: str
    concepts: tuple[Concept, ...]
    terms: tuple[Term, ...]
    speech: SpeechData
    actors: tuple[Actor, ...] = ()
    senses: tuple[SenseCue, ...] = ()
    languages: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that can change a result."""
        content = [self.concepts, self.terms, self.speech, self.actors, self.senses, self.languages]
        return hashlib.sha256(
            json.dumps(content, default=lambda o: o.__dict__, ensure_ascii=False).encode()
        ).hexdigest()

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Forms and masks as literals; what one term masks and another one lists is the other one's form."""
        found: dict[tuple[str, bool, str], Pattern] = {}
        for index, term in enumerate(self.terms):
            for form, plain in term.forms:
                folded, prefix = fold(form.rstrip("*")), form.endswith("*")
                found.setdefault((folded, prefix, ""), Pattern(folded, prefix, index, plain))
        for term in self.terms:
            for mask in term.masks:
                bare = mask.rstrip("*")
                cased = fold_marks(bare) if bare != bare.lower() else ""
                # A mask with capitals beside a form of the same letters ("Target", the shop) is an entry of its own.
                found.setdefault(
                    (fold(bare), mask.endswith("*"), cased), Pattern(fold(bare), mask.endswith("*"), None, "", cased)
                )
        return tuple(found.values())

    @cached_property
    def by_id(self) -> dict[str, Term]:
        return {term.term_id: term for term in self.terms}

    @cached_property
    def concept_by_id(self) -> dict[str, Concept]:
        return {concept.concept_id: concept for concept in self.concepts}

    def find_term(self, name: str) -> Term:
        """A term by its id or by any of its forms.

        Raises:
            SelectionError: There is no such term; the message names close ones.
        """
        if name in self.by_id:
            return self.by_id[name]
        folded = fold(name)
        for term in self.terms:
            if any(fold(form) == folded for form, _ in term.forms):
                return term
        raise unknown_name("term", name, self.by_id, "framing lexicon show lists the terms.")

    def balance(self) -> list[dict[str, str | int]]:
        """Whose discourse the terms typically serve: a row for each, with the number of terms by valence."""
        rows: list[dict[str, str | int]] = []
        for serves in SERVES:
            terms = [t for t in self.terms if t.serves == serves]
            rows.append(
                {"serves": serves, "terms": len(terms), **{v: sum(t.valence == v for t in terms) for v in VALENCES}}
            )
        return rows

    def terms_of(self, concept_id: str) -> tuple[Term, ...]:
        """The alternatives of a concept, plain ones last."""
        terms = [t for t in self.terms if t.concept_id == concept_id]
        return tuple(sorted(terms, key=lambda t: (t.valence == "plain", t.term_id)))
