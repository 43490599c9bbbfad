"""Lexicon files to a `Lexicon`: TOML, checked entry by entry, several laid over each other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from framing.errors import LexiconError, reason_of
from framing.lexicon.actors import read_actors
from framing.lexicon.model import (
    CATEGORIES,
    KINDS,
    SERVES,
    VALENCES,
    Concept,
    Lexicon,
    Term,
    fold,
)
from framing.lexicon.senses import SenseCue, parse_sense
from framing.lexicon.speech import read_speech

DATA = Path(__file__).parent / "data"
_TERM_KEYS = {
    "id": str,
    "concept": str,
    "category": str,
    "valence": str,
    "serves": str,
    "kind": str,
    "ambiguous": bool,
    "occasion": bool,
    "used_by": str,
    "why": str,
    "source": str,
    "sense_note": str,
    "masks": list,
    "forms": dict,
    "off": bool,
}
_CLOSED = {"category": CATEGORIES, "valence": VALENCES, "serves": SERVES, "kind": KINDS}
_NEEDED = ("id", "concept", "category", "valence", "forms")
ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
# Literals only: what stands here is looked for as it is, and no pattern can run long.
FORM = re.compile(r"[^\W_](?:[\w .,'’&/-]*[\w.])?\*?\Z")
_MASK = re.compile(r"[^\W_](?:[^*\n\t]*[\w.!?])?\*?\Z")
MOST_BYTES = 20_000_000


def list_lexicons() -> list[str]:
    """Names of the shipped lexicons."""
    return sorted(p.name for p in DATA.iterdir() if (p / "lexicon.toml").exists())


def read_lexicon(*sources: str | Path) -> Lexicon:
    """A lexicon by name or path; several are laid over each other.

    A later lexicon adds terms, replaces those with the same id, and switches off those it names with `off = true`.

    Args:
        sources: Shipped names, TOML files, or folders of TOML files; "conflict" when none is given.

    Raises:
        LexiconError: A source does not exist or an entry is wrong; the message names the entry.

    Example:
        >>> read_lexicon("conflict").by_id["martyrdom"].concept_id
        'killing'
    """
    return _read(tuple(str(s) for s in (sources or ("conflict",))))


def _read(sources: tuple[str, ...]) -> Lexicon:
    if all(s in list_lexicons() for s in sources):
        return _read_shipped(sources)
    return _layered(sources)


@lru_cache(maxsize=8)
def _read_shipped(sources: tuple[str, ...]) -> Lexicon:
    # Shipped files do not change while the program runs; a user's own may.
    return _layered(sources)


def _layered(sources: tuple[str, ...]) -> Lexicon:
    names, version, description = [], "", ""
    languages: set[str] = set()
    concepts: dict[str, Concept] = {}
    terms: dict[str, Term] = {}
    cues: dict[tuple[str, str, tuple[str, ...]], SenseCue] = {}
    seen: set[str] = set()
    for source in sources:
        header: dict[str, Any] = {}
        seen_here: set[str] = set()
        for file, data in _files(source):
            header |= _header(data, file)
            for entry in _entries(data, "concept", file):
                concept = parse_concept(entry, file)
                concepts[concept.concept_id] = concept
            for entry in _entries(data, "term", file):
                term_id = str(entry.get("id", "?"))
                if term_id in seen_here:
                    raise LexiconError(
                        f"term {term_id!r} twice, again in {file}", "each id once", "Merge the two entries."
                    )
                seen_here.add(term_id)
                seen.add(term_id)
                if entry.get("off") is True:
                    if term_id not in terms:
                        raise LexiconError(
                            f"{file} switches off term {term_id!r}, which is not there",
                            "a term of a lexicon below it",
                            "Check the id.",
                        )
                    del terms[term_id]
                else:
                    term = parse_term(entry, file)
                    terms[term.term_id] = term
            for entry in _entries(data, "sense", file):
                cue = parse_sense(entry, file)
                cues[cue.term_id, cue.sense, cue.forms] = cue
        names.append(str(header.get("name") or Path(source).stem))
        version = str(header.get("version") or version)
        languages.update([str(header["language"])] if header.get("language") else [])
        description = str(header.get("description") or description)
    check_whole(concepts, terms)
    for cue in cues.values():
        if cue.term_id not in seen:
            raise LexiconError(
                f"sense cues of term {cue.term_id!r}, which is in no lexicon here", "a term id", "Correct or drop them."
            )
    return Lexicon(
        "+".join(names),
        version,
        description,
        tuple(concepts.values()),
        tuple(terms.values()),
        read_speech(),
        read_actors(),
        # Cues of a term that was switched off stay out with it.
        tuple(cue for cue in cues.values() if cue.term_id in terms),
        tuple(sorted(languages)),
    )


def _files(source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    path = DATA / source if source in list_lexicons() else Path(source)
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
    elif path.is_file():
        files = [path]
    else:
        files = []
    if not files:
        raise LexiconError(
            f"no lexicon {source!r}",
            f"{', '.join(list_lexicons())} or the path of a TOML file",
            "Check the name or path.",
        )
    for file in files:
        yield file.name, _load(file)


def _load(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise LexiconError(
                f"{file.name} of {file.stat().st_size:,} bytes", f"a lexicon under {MOST_BYTES:,}", "Is it a lexicon?"
            )
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as problem:
        raise LexiconError(
            f"{file.name} is no readable TOML ({reason_of(problem)})", "a TOML lexicon", "Mend it at the place named."
        ) from problem


_LANGUAGE = re.compile("[a-z]{2}")


def _header(data: Mapping[str, Any], file: str) -> dict[str, Any]:
    unknown = set(data) - {"lexicon", "concept", "term", "sense"}
    if unknown:
        raise LexiconError(
            f"table {sorted(unknown)[0]!r} in {file}", "lexicon, concept, term and sense", "Correct the table's name."
        )
    header = data.get("lexicon", {})
    if not isinstance(header, dict):
        raise LexiconError(f"lexicon in {file} is no table", "[lexicon] with name, version and description", "Mend it.")
    odd = set(header) - {"name", "version", "description", "language", "licence"}
    if odd:
        raise LexiconError(
            f"unknown key {sorted(odd)[0]!r} under [lexicon] in {file}",
            "name, version, description, language or licence",
            "Correct it.",
        )
    language = header.get("language", "en")
    if not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise LexiconError(f"language {language!r} under [lexicon] in {file}", "two letters such as en", "Correct it.")
    return header


def _entries(data: Mapping[str, Any], name: str, file: str) -> list[dict[str, Any]]:
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise LexiconError(f"{name} in {file} is no list of tables", f"[[{name}]] before each entry", "Mend it.")
    return entries


def check_overlay(below: Lexicon, file: Path) -> None:
    """Whether a file of terms alone can be laid over a lexicon.

    Raises:
        LexiconError: An entry is wrong, or its form is that of another term.
    """
    data = _load(file)
    _header(data, file.name)
    terms = dict(below.by_id)
    for entry in _entries(data, "term", file.name):
        term = parse_term(entry, file.name)
        terms[term.term_id] = term
    check_whole({c.concept_id: c for c in below.concepts}, terms)


def parse_concept(entry: Mapping[str, Any], file: str) -> Concept:
    concept_id = entry.get("id")
    if not isinstance(concept_id, str) or not ID.match(concept_id):
        raise LexiconError(
            f"a concept with id {concept_id!r} in {file}", "an id of small letters, digits and _", "Mend the id."
        )
    if set(entry) - {"id", "label", "definition"}:
        raise LexiconError(
            f"concept {concept_id!r} in {file} with {sorted(set(entry) - {'id', 'label', 'definition'})}",
            "id, label and definition",
            "Remove the rest.",
        )
    return Concept(concept_id, str(entry.get("label") or concept_id), str(entry.get("definition") or ""))


def parse_term(entry: Mapping[str, Any], file: str) -> Term:
    where = f"term {entry.get('id')!r} in {file}"

    def wrong(found: str, expected: str) -> LexiconError:
        return LexiconError(f"{where}: {found}", expected, "Mend this entry.")

    for key in _NEEDED:
        if key not in entry:
            raise wrong(f"no {key}", f"the keys {', '.join(_NEEDED)}")
    for key, value in entry.items():
        if key not in _TERM_KEYS:
            raise wrong(f"unknown key {key!r}", f"one of {', '.join(_TERM_KEYS)}")
        if not isinstance(value, _TERM_KEYS[key]):
            raise wrong(f"{key} is {value!r:.60}", f"a {_TERM_KEYS[key].__name__}")
    for key, allowed in _CLOSED.items():
        if key in entry and entry[key] not in allowed:
            raise wrong(f"{key} {entry[key]!r}", f"one of {', '.join(allowed)}")
    if not ID.match(entry["id"]):
        raise wrong("an id with other characters", "small letters, digits, - and _")
    forms = entry["forms"]
    if not forms:
        raise wrong("no forms", "at least one form")
    for form, plain in forms.items():
        if not isinstance(plain, str):
            raise wrong(f"form {form!r} = {plain!r:.40}", "a plainer wording in quotes, empty for plain terms")
        if not FORM.match(form) or "  " in form:
            raise wrong(f"form {form!r}", "a literal word or phrase with at most one * at its end")
    plain_term = entry["valence"] == "plain"
    if plain_term != (entry["category"] == "neutral"):
        raise wrong(f"valence {entry['valence']} with category {entry['category']}", "plain exactly with neutral")
    if plain_term and any(forms.values()):
        raise wrong("a plain term with a plainer wording", "empty wordings")
    for mask in entry.get("masks", []):
        if not isinstance(mask, str) or not _MASK.match(mask):
            raise wrong(f"mask {mask!r:.60}", "a literal word or phrase with at most one * at its end")
    if entry.get("ambiguous") and not entry.get("sense_note"):
        raise wrong("ambiguous without a sense_note", "a sense_note that says which uses count")
    return Term(
        entry["id"],
        entry["concept"],
        entry["category"],
        entry["valence"],
        entry.get("serves", "any"),
        entry.get("kind", "act"),
        tuple(forms.items()),
        entry.get("ambiguous", False),
        entry.get("occasion", True),
        entry.get("used_by", ""),
        entry.get("why", ""),
        entry.get("source", ""),
        entry.get("sense_note", ""),
        tuple(entry.get("masks", ())),
    )


def check_whole(concepts: Mapping[str, Concept], terms: Mapping[str, Term]) -> None:
    if not terms:
        raise LexiconError("a lexicon without terms", "at least one [[term]]", "Add terms.")
    owner: dict[str, tuple[str, str]] = {}
    for term in terms.values():
        if term.concept_id not in concepts:
            raise LexiconError(
                f"term {term.term_id!r} of concept {term.concept_id!r}, which is not there",
                "a concept of this lexicon",
                "Add the concept or correct it.",
            )
        for form, plain in term.forms:
            # Forms that differ only in case, apostrophe, hyphen or space are one when matching.
            mine = term.term_id, plain
            there = owner.setdefault(fold(form), mine)
            if there[0] != term.term_id:
                raise LexiconError(
                    f"form {form!r} in terms {there[0]!r} and {term.term_id!r}",
                    "each form in one term",
                    "Remove one of them.",
                )
            if there != mine:
                raise LexiconError(
                    f"form {form!r} of term {term.term_id!r} with the plainer wordings {there[1]!r} and {plain!r}",
                    "one wording for forms that are matched alike",
                    "Remove one of them.",
                )
