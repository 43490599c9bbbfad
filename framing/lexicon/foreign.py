"""Other programs' dictionaries: LIWC, quanteda, Lexicoder and WordStat files to a `Lexicon` and back to text.

They know categories and words and nothing else: no valence, no plainer wording, nothing about who says it and why.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from framing.errors import LexiconError, reason_of
from framing.lexicon.actors import read_actors
from framing.lexicon.model import Concept, Lexicon, Term, fold

# Private to the room, not to the file: a form that TOML may not hold must not come in by another door.
from framing.lexicon.read import FORM, ID, MOST_BYTES, check_whole
from framing.lexicon.speech import read_speech

#: What could not be carried over: the entry, and what of it is missing.
Loss = tuple[str, str]
Place = tuple[str, ...]
K = TypeVar("K", str, Place)

MOST_LEVELS = 20
_MOST_PROBLEMS = 100
_DOTTED = re.compile(r"[^\s.]+(?:\.[^\s.]+)+\Z")
_WEIGHT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?\Z")
_YAML_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))}


def read_text(path: Path) -> str:
    """The text of a lexicon file: UTF-8, or UTF-16 where a byte order mark says so.

    Raises:
        LexiconError: There is no such file, it is empty, too large, binary or in another encoding.
    """
    try:
        if not path.is_file():
            raise LexiconError(f"no file {str(path)!r}", "a lexicon file", "Check the path.")
        with path.open("rb") as handle:
            raw = handle.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise LexiconError(
            f"{str(path)!r} cannot be read ({reason_of(problem)})", "a readable file", "Check the path and its rights."
        ) from problem
    if len(raw) > MOST_BYTES:
        raise LexiconError(f"{path.name} of over {MOST_BYTES:,} bytes", "a smaller lexicon", "Is it a lexicon?")
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        # A guessed encoding would put wrong letters into words that are looked for.
        raise LexiconError(
            f"line {line} of {path.name} is no {'UTF-16' if wide else 'UTF-8'} (byte {raw[problem.start]:#04x})",
            "a text file in UTF-8",
            "Save it as UTF-8; one file has one encoding.",
        ) from problem
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise LexiconError(
            f"a NUL character in line {line} of {path.name}", "a text file", "Is it a lexicon? Save it as UTF-8."
        )
    if not text.strip():
        raise LexiconError(f"{path.name} is empty", "categories and words", "Check the file.")
    return text


class Tree:
    """Categories with their words as a file lists them, and what is wrong with it.

    What is wrong is gathered, so that one message names several lines and nobody mends a file one error at a time.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.words: dict[Place, dict[str, int]] = {}
        self.lost: list[Loss] = []
        self._seen: dict[Place, int] = {}
        self._problems: list[tuple[int, str, str]] = []

    def wrong(self, line: int, found: str, expected: str) -> None:
        self._problems.append((line, found, expected))
        if len(self._problems) >= _MOST_PROBLEMS:
            self.check()

    def stop(self, line: int, found: str, expected: str) -> NoReturn:
        """The file cannot be read past this line."""
        raise LexiconError(f"line {line} of {self.file}: {found}", expected, "Mend this line.")

    def check(self) -> None:
        if not self._problems:
            return
        line, found, expected = self._problems[0]
        others = [str(at) for at, _, _ in self._problems[1:9]]
        more = len(self._problems) - 1 - len(others)
        also = f" (also line {', '.join(others)}{f' and {more} more' if more else ''})" if others else ""
        raise LexiconError(
            f"line {line} of {self.file}: {found}{also}", expected, "Mend or remove these lines; nothing was read."
        )

    def open(self, path: Place, line: int) -> None:
        if not path[-1]:
            self.stop(line, "a category without a name", "a name")
        if len(path) > MOST_LEVELS:
            self.stop(line, f"{len(path)} levels of categories", f"at most {MOST_LEVELS}")
        if path in self._seen:
            self.stop(
                line, f"category {' > '.join(path)!r:.80} again, first in line {self._seen[path]}", "each category once"
            )
        self._seen[path] = line
        self.words.setdefault(path, {})

    def add(self, path: Place, word: str, line: int) -> None:
        word = " ".join(word.split())
        if not path:
            self.wrong(line, f"{word!r:.60} outside any category", "a category before its words")
        elif FORM.match(word):
            self.words[path].setdefault(word, line)
        elif re.search(r"[*?\[\]]", word):
            self.wrong(line, f"pattern {word!r:.60}", "a literal word or phrase with at most one * at its end")
        else:
            self.wrong(line, f"entry {word!r:.60}", "a literal word or phrase that begins with a letter or digit")

    def add_weighted(self, path: Place, entry: str, line: int) -> None:
        """A word that may have a weight in brackets after it."""
        word, weight = _split_weight(entry)
        self.add(path, word, line)
        if weight is not None and float(weight.replace(",", ".")) != 1:
            self.lost.append((word, f"its weight {weight:.20}; every hit counts once"))


def _split_weight(entry: str) -> tuple[str, str | None]:
    word, bracket, weight = entry.rpartition("(")
    if bracket and weight.endswith(")") and _WEIGHT.match(weight[:-1]):
        return word.rstrip(), weight[:-1]
    return entry, None


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Number, indentation and content of every line that is neither blank nor a comment."""
    # Not str.splitlines: it also breaks at separators that stand inside words of broken files.
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        content = line.strip()
        if content and not content.startswith(("#", ";", "//")):
            yield number, len(line[: len(line) - len(line.lstrip())].expandtabs(4)), content


def _undotted(name: str) -> Place:
    # "killing.martyrdom" is how formats that do not nest write a nested category; "U.S." is a name.
    return tuple(name.split(".")) if _DOTTED.match(name) else (name,)


class _Levels:
    """The category a line stands in, from its indentation."""

    def __init__(self) -> None:
        self._open: list[tuple[int, Place]] = []

    def at(self, indent: int) -> Place:
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()
        return self._open[-1][1] if self._open else ()

    def open(self, indent: int, path: Place) -> None:
        self._open.append((indent, path))


def parse_liwc(text: str, file: str) -> Tree:
    """LIWC: categories with numbers between two lines of %, then words with category numbers or names."""
    tree, levels = Tree(file), _Levels()
    categories: dict[str, Place] = {}
    names: dict[str, list[Place]] = {}
    part = 0
    for number, indent, line in _lines(text):
        if line == "%":
            part += 1
            if part > 2:
                tree.stop(number, "a third %", "one % before and one after the categories")
        elif part == 0:
            tree.stop(number, f"{line!r:.60} before the categories", "a line with % first")
        elif part == 1:
            key, _, rest = line.replace("\t", " ").partition(" ")
            full = rest.strip() if re.fullmatch("[0-9]+", key) else line
            # LIWC 2015 writes "posemo (Positive Emotions)".
            short = full.partition(" (")[0].strip()
            path = (*levels.at(indent), *_undotted(full))
            tree.open(path, number)
            levels.open(indent, path)
            for name in {full.casefold(), short.casefold()}:
                names.setdefault(name, []).append(path)
            if full != line:
                key = key.lstrip("0") or "0"
                if key in categories:
                    tree.stop(number, f"category number {key:.20} twice", "each number once")
                categories[key] = path
        else:
            _liwc_word(tree, number, line, categories, names)
    if part < 2:
        tree.stop(1, "no categories between two lines of %", "%, the categories, %, then the words")
    tree.check()
    return tree


def _liwc_word(tree: Tree, number: int, line: str, categories: dict[str, Place], names: dict[str, list[Place]]) -> None:
    if "(" in line or "<" in line:
        tree.wrong(number, f"conditional entry {line!r:.60}", "a word with its categories, without conditions")
        return

    def found(key: str) -> list[Place]:
        if re.fullmatch("[0-9]+", key):
            path = categories.get(key.lstrip("0") or "0")
            return [path] if path else []
        return names.get(key.casefold(), [])

    pieces = [piece.strip() for piece in line.split("\t") if piece.strip()]
    if len(pieces) > 1:
        word = pieces[0]
        keys = [key for piece in pieces[1:] for key in ([piece] if found(piece) else piece.split())]
    else:
        tokens = line.split()
        at = len(tokens)
        while at > 1 and (re.fullmatch("[0-9]+", tokens[at - 1]) or found(tokens[at - 1])):
            at -= 1
        word, keys = " ".join(tokens[:at]), tokens[at:]
    if not keys:
        tree.wrong(number, f"word {word!r:.60} without a category", "a word, a tab, and numbers of categories")
    for key in keys:
        paths = found(key)
        if len(paths) == 1:
            tree.add(paths[0], word, number)
        else:
            told = "a name of several categories" if paths else "unknown"
            tree.wrong(number, f"word {word!r:.60} of category {key!r:.40}, which is {told}", "one of the categories")


def parse_lexicoder(text: str, file: str) -> Tree:
    """Lexicoder 3: a line `+category`, then its words, one a line, at times with a weight in brackets."""
    tree = Tree(file)
    path: Place = ()
    for number, _, line in _lines(text):
        if line.startswith("+"):
            name = line[1:].strip()
            if name.startswith("+"):
                tree.stop(number, f"{line!r:.60}", "one + before a category")
            path = _undotted(name)
            tree.open(path, number)
        else:
            tree.add_weighted(path, line, number)
    tree.check()
    return tree


def parse_wordstat(text: str, file: str) -> Tree:
    """WordStat: categories nested by indentation, words with a weight in brackets, _ for the spaces of a phrase."""
    tree, levels = Tree(file), _Levels()
    rules: list[str] = []
    entries: list[tuple[Place, str, int]] = []
    for number, indent, line in _lines(text):
        if line.startswith("@") or "[" in line or " NEAR " in line:
            rules.append(f"{line.split(None, 1)[0] if line.startswith('@') else line:.40} in line {number}")
        elif _split_weight(line)[1] is not None:
            entries.append((levels.at(indent), line.replace("_", " "), number))
        else:
            path = (*levels.at(indent), line)
            tree.open(path, number)
            levels.open(indent, path)
    if rules:
        shown = ", ".join(rules[:5]) + (" …" if len(rules) > 5 else "")
        raise LexiconError(
            f"{len(rules)} rule{'s' if len(rules) > 1 else ''} in {file}: {shown}",
            "words and phrases, since a rule (@, NEAR) has no literal form",
            "Remove the rules from a copy of the file and convert that.",
        )
    # WordStat shows words in capitals whatever they are; capitals beside small letters were meant.
    shouted = not any(entry.upper() != entry for _, entry, _ in entries)
    for path, entry, number in entries:
        tree.add_weighted(path, entry.lower() if shouted else entry, number)
    tree.check()
    return tree


def parse_quanteda(text: str, file: str) -> Tree:
    """quanteda: YAML of nested categories with lists of words; "__" holds a category's own words beside its parts."""
    tree = Tree(file)
    try:
        _walk_yaml(tree, text)
    except yaml.YAMLError as problem:
        raise LexiconError(
            f"{file} is no readable YAML ({' '.join(str(problem).split()):.200})",
            "a YAML file of categories and lists of words",
            "Mend it at the place named; put words with special characters into quotes.",
        ) from problem
    tree.check()
    return tree


def _walk_yaml(tree: Tree, text: str) -> None:
    # Events, never objects: no tag is acted on, no alias unfolded, "no" stays a word, depth is seen before it hurts.
    stack: list[tuple[bool, Place]] = []
    key: str | None = None
    documents = 0
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                tree.stop(line, "a second YAML document", "one document")
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
                tree.stop(
                    line, f"a YAML reference {event.anchor!r:.40}", "words in full; a pattern with * at its end only"
                )
            tag = getattr(event, "tag", None)
            if tag not in _YAML_TAGS:
                tree.stop(line, f"a YAML tag {tag!r:.60}", "plain categories and words")
            in_map, path = stack[-1] if stack else (False, ())
            scalar = event.value if isinstance(event, yaml.ScalarEvent) else None
            if in_map and key is None:
                if scalar is None:
                    tree.stop(line, "a list or table as the name of a category", "a name")
                key = scalar.strip()
                if key != "__":
                    tree.open((*path, key), line)
                continue
            if in_map and key is not None and key != "__":
                path = (*path, key)
            key = None
            if scalar is None:
                if not stack and not isinstance(event, yaml.MappingStartEvent):
                    tree.stop(line, "a list without categories", "categories with lists of words")
                if len(stack) > 2 * MOST_LEVELS:
                    tree.stop(line, f"over {2 * MOST_LEVELS} levels", f"at most {MOST_LEVELS} levels of categories")
                stack.append((isinstance(event, yaml.MappingStartEvent), path))
            elif scalar or not in_map:
                tree.add(path, scalar, line)


PARSERS: dict[str, Callable[[str, str], Tree]] = {
    "liwc": parse_liwc,
    "quanteda": parse_quanteda,
    "lexicoder": parse_lexicoder,
    "wordstat": parse_wordstat,
}


def build_lexicon(tree: Tree, name: str) -> tuple[Lexicon, list[Loss]]:
    """Categories as a lexicon: the outermost is the concept, each with words of its own a term of it.

    Args:
        tree: What a parser found.
        name: The lexicon's name.

    Returns:
        The lexicon, and what of the file has no place in it.
    """
    kept, lost = _one_category_each(tree)
    ids = _term_ids(list(kept))
    concept_ids = _number({path[0]: _slug(path[0]) for path in kept}, "_")
    concepts = {i: Concept(i, label, "") for label, i in concept_ids.items()}
    terms: dict[str, Term] = {}
    for path, words in kept.items():
        concept_id, term_id = concept_ids[path[0]], ids[path]
        forms = tuple((word, "") for word in words)
        source = f"category {' > '.join(path)}"
        terms[term_id] = Term(
            term_id, concept_id, "neutral", "plain", "none", "act", forms, False, False, "", "", source, "", ()
        )
        if len(path) > 2:
            lost.append((" > ".join(path), f"its nesting; kept as term {term_id} of concept {concept_id}"))
    check_whole(concepts, terms)
    return Lexicon(name, "", "", tuple(concepts.values()), tuple(terms.values()), read_speech(), read_actors()), lost


def _one_category_each(tree: Tree) -> tuple[dict[Place, list[str]], list[Loss]]:
    """Every word in one category, the deepest, and of those the first; the outer ones hold it by nesting."""
    lost = list(tree.lost)
    holders: dict[str, list[Place]] = {}
    for path, words in tree.words.items():
        for folded in {fold(word): None for word in words}:
            holders.setdefault(folded, []).append(path)
    owner = {folded: max(paths, key=len) for folded, paths in holders.items()}
    kept: dict[Place, list[str]] = {}
    for path, words in tree.words.items():
        mine = [word for word in words if owner[fold(word)] == path]
        if mine:
            kept[path] = mine
    for folded, paths in holders.items():
        own = owner[folded]
        others = [" > ".join(p) for p in paths if own[: len(p)] != p]
        if others:
            lost.append((folded, f"also in {', '.join(others)}; kept in {' > '.join(own)}, a form has one term"))
    holding = {path[:depth] for path in kept for depth in range(1, len(path) + 1)}
    lost += [(" > ".join(path), "a category without words of its own") for path in tree.words if path not in holding]
    return kept, lost


def _slug(name: str) -> str:
    """A name as an id: itself where it can be one."""
    if ID.match(name):
        return name
    bare = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9_-]+", "_", bare).strip("_-") or "category"


def _term_ids(paths: list[Place]) -> dict[Place, str]:
    last = Counter(_slug(path[-1]) for path in paths)
    return _number(
        {p: _slug(p[-1]) if last[_slug(p[-1])] == 1 else "-".join(_slug(name) for name in p) for p in paths}, "-"
    )


def _number(wanted: Mapping[K, str], mark: str) -> dict[K, str]:
    """Each id once: the second `care` is `care_2`."""
    given: dict[K, str] = {}
    taken = set(wanted.values())
    last: Counter[str] = Counter()
    for key, name in wanted.items():
        last[name] += 1
        found = name
        if last[name] > 1:
            while (found := f"{name}{mark}{last[name]}") in taken:
                last[name] += 1
            taken.add(found)
        given[key] = found
    return given


def _nested(lexicon: Lexicon) -> Iterator[tuple[Concept, list[Term]]]:
    by_concept: dict[str, list[Term]] = {}
    for term in lexicon.terms:
        by_concept.setdefault(term.concept_id, []).append(term)
    for concept in lexicon.concepts:
        if concept.concept_id in by_concept:
            yield concept, by_concept[concept.concept_id]


def _flat(lexicon: Lexicon) -> Iterator[tuple[str, Iterable[str]]]:
    for concept, terms in _nested(lexicon):
        for term in terms:
            yield f"{concept.concept_id}.{term.term_id}", [form for form, _ in term.forms]


def render_liwc(lexicon: Lexicon) -> str:
    flat = list(_flat(lexicon))
    head = [f"{number}\t{name}" for number, (name, _) in enumerate(flat, 1)]
    body = [f"{form}\t{number}" for number, (_, forms) in enumerate(flat, 1) for form in forms]
    return "\n".join(["%", *head, "%", *body, ""])


def render_lexicoder(lexicon: Lexicon) -> str:
    return "".join(f"+{name}\n" + "".join(f"{form}\n" for form in forms) for name, forms in _flat(lexicon))


def render_wordstat(lexicon: Lexicon) -> str:
    lines = []
    for concept, terms in _nested(lexicon):
        lines.append(concept.concept_id)
        for term in terms:
            lines.append(f"\t{term.term_id}")
            lines += [f"\t\t{form.replace(' ', '_')} (1)" for form, _ in term.forms]
    return "\n".join([*lines, ""])


def render_quanteda(lexicon: Lexicon) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = []
    for concept, terms in _nested(lexicon):
        lines.append(f"{quoted(concept.concept_id)}:")
        for term in terms:
            lines.append(f"  {quoted(term.term_id)}:")
            lines += [f"    - {quoted(form)}" for form, _ in term.forms]
    return "\n".join([*lines, ""])


RENDERERS: dict[str, Callable[[Lexicon], str]] = {
    "liwc": render_liwc,
    "quanteda": render_quanteda,
    "lexicoder": render_lexicoder,
    "wordstat": render_wordstat,
}
