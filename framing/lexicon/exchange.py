"""Lexicons to and from other programs' dictionaries and a spreadsheet, with a list of what has no place there."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.errors import LexiconError, reason_of
from framing.lexicon.actors import read_actors
from framing.lexicon.foreign import PARSERS, RENDERERS, Loss, build_lexicon, read_text
from framing.lexicon.model import Concept, Lexicon, Term

# Private to the room, not to the file: every way in has the one check that TOML files get.
from framing.lexicon.read import FORM, check_whole, list_lexicons, parse_concept, parse_term, read_lexicon
from framing.lexicon.speech import read_speech

#: Every form that can be written, with the endings it is known by; the first is the usual one.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "toml": (".toml",),
    "csv": (".csv",),
    "liwc": (".dic",),
    "quanteda": (".yml", ".yaml"),
    "lexicoder": (".lc3",),
    "wordstat": (".cat",),
}
COLUMNS = (
    "concept_id",
    "concept_label",
    "concept_definition",
    "term_id",
    "category",
    "valence",
    "serves",
    "kind",
    "ambiguous",
    "occasion",
    "used_by",
    "why",
    "source",
    "sense_note",
    "masks",
    "form",
    "plain",
)
_OF_CONCEPT = COLUMNS[:3]
_OF_TERM = COLUMNS[3:15]
_FREE = frozenset(["concept_label", "concept_definition", "used_by", "why", "source", "sense_note", "masks", "plain"])
# What a spreadsheet would take for a formula, and what would look like such a cell after its apostrophe is gone.
_NEEDS_APOSTROPHE = re.compile(r"'*\s*[=+\-@\t\r]")
_HAS_APOSTROPHE = re.compile(r"'+\s*[=+\-@\t\r]")
_MASK_PART = re.compile(r"\\(.)|(\|)|([^\\|]+)", re.DOTALL)


@dataclass(frozen=True)
class Conversion:
    """What a conversion wrote and what it could not carry over.

    Args:
        source_form: How the source was read, a key of `ENDINGS`.
        form: How the target was written.
        concepts: Number of concepts written.
        terms: Number of terms written.
        forms: Number of forms written.
        lost: Each entry with what of it has no place, first in reading, then in writing.
    """

    source_form: str
    form: str
    concepts: int
    terms: int
    forms: int
    lost: tuple[Loss, ...]


def read_foreign(path: str | Path, form: str) -> Lexicon:
    """A dictionary of another program, or our CSV, as a lexicon.

    A foreign dictionary knows categories and words, and neither valence nor plainer wording: every category becomes a
    term that is plain and neutral, serves nobody and is no occasion, in the concept of its outermost category.
    Nothing is counted as loaded before the user adds category, valence and plainer wordings (convert to csv or toml).
    A form has one term, so a word of several categories stays in the deepest, of those in the first;
    `convert_lexicon` lists what was left out.

    Args:
        path: The file.
        form: liwc, quanteda, lexicoder, wordstat or csv; toml for a lexicon of our own.

    Raises:
        LexiconError: The file is no such dictionary; the message names the line or entry.
    """
    return _read(Path(path), form, Path(path).stem)[0]


def write_foreign(lexicon: Lexicon, path: str | Path, form: str) -> tuple[Loss, ...]:
    """Writes a lexicon for another program: the whole file or nothing.

    What was written is read back before it takes its place, and every difference is in the answer; csv and toml
    lose nothing of concepts and terms. Formats that nest have concepts with their terms inside, others `concept.term`.

    Args:
        lexicon: What to write.
        path: The file; one that is there is replaced.
        form: A key of `ENDINGS`.

    Returns:
        Each entry with what of it the format has no place for.

    Raises:
        LexiconError: A form cannot stand in the format, or the file cannot be written.
    """
    path = Path(path)
    _known(form)
    _check_writable(lexicon)
    try:
        partial = path.with_name(f".{path.name}.part")
        try:
            partial.write_bytes(_render(lexicon, form).encode())
            back, lost = _read(partial, form, path.stem)
            partial.replace(path)
        except LexiconError as problem:
            raise LexiconError(
                f"{lexicon.name} as {form}: {problem.found.replace(partial.name, path.name)}",
                problem.expected,
                "Mend the lexicon; nothing was written.",
            ) from problem
        finally:
            partial.unlink(missing_ok=True)
    except (OSError, ValueError) as problem:
        raise LexiconError(
            f"{str(path)!r} cannot be written ({reason_of(problem)})",
            "a path in a folder that can be written",
            "Choose another.",
        ) from problem
    return (*lost, *_differences(lexicon, back))


def convert_lexicon(source: str | Path, out: str | Path, to: str) -> Conversion:
    """Reads a lexicon in the form its ending says and writes it in another: the whole file or nothing.

    Args:
        source: A shipped name, a folder of TOML files, or a file; its ending says how it is read.
        out: The file to write; one that is there is replaced.
        to: A key of `ENDINGS`.

    Raises:
        LexiconError: The ending or form is unknown, or an entry is wrong; the message names it.
    """
    _known(to)
    path = Path(source)
    lost: list[Loss] = []
    if str(source) in list_lexicons() or path.is_dir():
        source_form, lexicon = "toml", read_lexicon(source)
    else:
        source_form = _form_of(path)
        lexicon, lost = _read(path, source_form, path.stem)
    lost += write_foreign(lexicon, out, to)
    concepts = {term.concept_id for term in lexicon.terms}
    forms = sum(len(term.forms) for term in lexicon.terms)
    kept = len(lexicon.concepts) if to in ("toml", "csv") else len(concepts)
    return Conversion(source_form, to, kept, len(lexicon.terms), forms, tuple(lost))


def _check_writable(lexicon: Lexicon) -> None:
    for term in lexicon.terms:
        if term.concept_id not in lexicon.concept_by_id:
            raise LexiconError(
                f"term {term.term_id!r} of concept {term.concept_id!r}, which is not there",
                "a concept of this lexicon",
                "Add the concept; nothing was written.",
            )
        for literal, _ in term.forms:
            # A form of =, +, - or @ would be a formula in a spreadsheet and a rule in WordStat; no prefix mends both.
            if not FORM.match(literal):
                raise LexiconError(
                    f"form {literal!r:.60} of term {term.term_id!r}",
                    "a form that begins with a letter or digit, with at most one * at its end",
                    "Mend the form; nothing was written.",
                )


def _known(form: str) -> None:
    if form not in ENDINGS:
        raise LexiconError(f"unknown form {form!r:.40}", f"one of {', '.join(ENDINGS)}", "Check the spelling.")


def _form_of(path: Path) -> str:
    for form, endings in ENDINGS.items():
        if path.suffix.lower() in endings:
            return form
    known = ", ".join(ending for endings in ENDINGS.values() for ending in endings)
    raise LexiconError(
        f"{path.name!r} with ending {path.suffix!r}",
        f"a folder of TOML files or a file with {known}",
        "Check the path.",
    )


def _read(path: Path, form: str, name: str) -> tuple[Lexicon, list[Loss]]:
    _known(form)
    if form == "toml":
        return read_lexicon(path), []
    text = read_text(path)
    if form == "csv":
        return _parse_csv(text, path.name, name), []
    return build_lexicon(PARSERS[form](text, path.name), name)


def _render(lexicon: Lexicon, form: str) -> str:
    if form == "toml":
        return _render_toml(lexicon)
    if form == "csv":
        return _render_csv(lexicon)
    return RENDERERS[form](lexicon)


def _differences(before: Lexicon, after: Lexicon) -> list[Loss]:
    """What reading back does not give again, entry by entry; the order of entries is not compared."""
    lost: list[Loss] = []
    header = [
        key for key in ("name", "version", "description", "languages") if getattr(before, key) != getattr(after, key)
    ]
    if set(before.senses) != set(after.senses):
        header.append(f"sense cues of {len({cue.term_id for cue in before.senses})} terms")
    if header:
        lost.append(("lexicon", ", ".join(header)))
    for concept in before.concepts:
        other = after.concept_by_id.get(concept.concept_id)
        fields = [key for key in ("label", "definition") if other and getattr(concept, key) != getattr(other, key)]
        if not other:
            lost.append((concept.concept_id, "the concept, since the format keeps none without terms"))
        elif fields:
            lost.append((concept.concept_id, ", ".join(fields)))
    for term in before.terms:
        again = after.by_id.get(term.term_id)
        parts = _term_differences(term, again) if again else ["the term"]
        if parts:
            lost.append((term.term_id, ", ".join(parts)))
    return lost


def _term_differences(before: Term, after: Term) -> list[str]:
    parts = []
    for field in dataclasses.fields(Term):
        value, other = getattr(before, field.name), getattr(after, field.name)
        if value == other:
            continue
        if field.name == "masks":
            parts.append(f"{len(value)} masks")
        elif field.name == "forms":
            plain = dict(after.forms)
            changed = [form for form, _ in before.forms if form not in plain]
            parts += [f"form {form!r}" for form in changed]
            wordings = sum(1 for form, wording in before.forms if form in plain and plain[form] != wording)
            if wordings:
                parts.append(f"{wordings} plainer wordings")
        else:
            parts.append(field.name)
    return parts


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's; DEL is the one character JSON leaves raw and TOML forbids.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _render_toml(lexicon: Lexicon) -> str:
    lines = ["[lexicon]"]
    lines += [f"{key} = {_quoted(getattr(lexicon, key))}" for key in ("name", "version", "description")]
    # Lexicons of several languages laid over each other are none of one.
    lines += [f"language = {_quoted(code)}" for code in lexicon.languages if len(lexicon.languages) == 1]
    for concept in lexicon.concepts:
        lines += ["", "[[concept]]", f"id = {_quoted(concept.concept_id)}", f"label = {_quoted(concept.label)}"]
        lines.append(f"definition = {_quoted(concept.definition)}")
    for term in lexicon.terms:
        lines += ["", "[[term]]", f"id = {_quoted(term.term_id)}", f"concept = {_quoted(term.concept_id)}"]
        lines += [f"{key} = {_quoted(getattr(term, key))}" for key in ("category", "valence", "serves", "kind")]
        lines += [f"{key} = {str(getattr(term, key)).lower()}" for key in ("ambiguous", "occasion")]
        texts = ("used_by", "why", "source", "sense_note")
        lines += [f"{key} = {_quoted(getattr(term, key))}" for key in texts if getattr(term, key)]
        if term.masks:
            lines += ["masks = [", *(f"  {_quoted(mask)}," for mask in term.masks), "]"]
        lines += ["[term.forms]", *(f"{_quoted(form)} = {_quoted(plain)}" for form, plain in term.forms)]
    for cue in lexicon.senses:
        lines += ["", "[[sense]]", f"term = {_quoted(cue.term_id)}", f"sense = {_quoted(cue.sense)}"]
        for key in ("forms", "before", "after", "near"):
            if getattr(cue, key):
                lines.append(f"{key} = [{', '.join(map(_quoted, getattr(cue, key)))}]")
    return "\n".join([*lines, ""])


def _safe(text: str) -> str:
    """A cell no spreadsheet takes for a formula; `_bare` gives the text back.

    Example:
        >>> [_safe(t) for t in ("=1", "'=1", "'tis", "plain")]
        ["'=1", "''=1", "'tis", 'plain']
    """
    return f"'{text}" if _NEEDS_APOSTROPHE.match(text) else text


def _bare(cell: str) -> str:
    return cell[1:] if _HAS_APOSTROPHE.match(cell) else cell


def _join_masks(masks: Sequence[str]) -> str:
    return "|".join(mask.replace("\\", "\\\\").replace("|", "\\|") for mask in masks)


def _split_masks(cell: str) -> list[str] | None:
    """The masks of a cell; None where it ends in a lone backslash."""
    if not cell:
        return []
    masks, at = [""], 0
    while at < len(cell):
        part = _MASK_PART.match(cell, at)
        if not part:
            return None
        if part[2]:
            masks.append("")
        else:
            masks[-1] += part[1] or part[3]
        at = part.end()
    return masks


def _render_csv(lexicon: Lexicon) -> str:
    """One row per form; before them one row per concept without a term where rows of terms alone would not do."""
    out = io.StringIO()
    # The writer's own line end, CR LF: only then it quotes a cell with a lone CR.
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    concepts = {c.concept_id: [c.concept_id, _safe(c.label), _safe(c.definition)] for c in lexicon.concepts}
    if list(dict.fromkeys(term.concept_id for term in lexicon.terms)) != list(concepts):
        writer.writerows([*cells, *[""] * (len(COLUMNS) - len(cells))] for cells in concepts.values())
    for term in lexicon.terms:
        own = {**{key: getattr(term, key) for key in _OF_TERM}, "masks": _join_masks(term.masks)}
        cells = [str(v).lower() if isinstance(v, bool) else _safe(v) for v in own.values()]
        writer.writerows([*concepts[term.concept_id], *cells, form, _safe(plain)] for form, plain in term.forms)
    return out.getvalue()


def _parse_csv(text: str, file: str, name: str) -> Lexicon:
    concepts: dict[str, Concept] = {}
    entries: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {}
    for where, row in _csv_rows(text, file):
        concept = parse_concept(
            {"id": row["concept_id"], "label": row["concept_label"], "definition": row["concept_definition"]}, where
        )
        if concepts.setdefault(concept.concept_id, concept) != concept:
            raise LexiconError(
                f"concept {concept.concept_id!r} with another label or definition in {where}",
                "the same in all its rows",
                "Make them alike.",
            )
        own = {key: row[key] for key in ("concept_id", *_OF_TERM)}
        if not row["term_id"]:
            filled = [key for key in COLUMNS[4:] if row[key]]
            if filled:
                raise LexiconError(
                    f"no term_id in {where}, but {filled[0]}", "a term_id, or nothing after the concept", "Add it."
                )
            continue
        _, first, forms = entries.setdefault(row["term_id"], (where, own, {}))
        differs = [key for key in own if own[key] != first[key]]
        if differs:
            raise LexiconError(
                f"term {row['term_id']!r:.60} with another {differs[0]} in {where}",
                "the same in all rows of a term",
                "Make them alike.",
            )
        if row["form"] in forms:
            raise LexiconError(
                f"form {row['form']!r:.60} of term {row['term_id']!r:.60} again in {where}",
                "each form once",
                "Remove it.",
            )
        forms[row["form"]] = row["plain"]
    terms = {term_id: _csv_term(own, forms, where) for term_id, (where, own, forms) in entries.items()}
    check_whole(concepts, terms)
    return Lexicon(name, "", "", tuple(concepts.values()), tuple(terms.values()), read_speech(), read_actors())


def _csv_term(own: Mapping[str, str], forms: Mapping[str, str], where: str) -> Term:
    entry: dict[str, object] = {key: own[key] for key in _OF_TERM if key != "term_id"}
    entry |= {"id": own["term_id"], "concept": own["concept_id"], "forms": dict(forms)}
    for key in ("ambiguous", "occasion"):
        # A spreadsheet writes TRUE.
        if own[key].lower() not in ("true", "false"):
            raise LexiconError(
                f"{key} {own[key]!r:.40} of term {own['term_id']!r:.60} in {where}", "true or false", "Correct it."
            )
        entry[key] = own[key].lower() == "true"
    masks = _split_masks(own["masks"])
    if masks is None:
        raise LexiconError(
            f"masks of term {own['term_id']!r:.60} in {where} that end in \\",
            "| between masks, \\| inside one",
            "Mend it.",
        )
    entry["masks"] = masks
    return parse_term(entry, where)


#: No form, reason or list of masks is longer.
MOST_CELL = 131_072


def _csv_rows(text: str, file: str) -> list[tuple[str, dict[str, str]]]:
    # A spreadsheet set to German or French writes semicolons.
    header = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    rows = []
    # Set at each use: the limit is the process's, and articles have longer fields.
    csv.field_size_limit(MOST_CELL)
    try:
        columns = next(reader, [])
        missing = [column for column in COLUMNS if column not in columns]
        unknown = [column for column in columns if column not in COLUMNS]
        if missing or unknown or len(columns) != len(COLUMNS):
            told = f"no column {missing[0]!r}" if missing else f"column {(unknown or ['twice'])[0]!r:.40}"
            raise LexiconError(f"{told} in {file}", f"the columns {', '.join(COLUMNS)}", "Correct the first line.")
        for cells in reader:
            where = f"line {reader.line_num} of {file}"
            if not any(cells):
                continue
            if len(cells) != len(columns):
                raise LexiconError(
                    f"{len(cells)} cells in {where}", f"{len(columns)}, one for each column", "Mend this line."
                )
            row = dict(zip(columns, cells, strict=True))
            rows.append((where, {key: _bare(cell) if key in _FREE else cell for key, cell in row.items()}))
    except csv.Error as problem:
        raise LexiconError(
            f"line {reader.line_num} of {file} is no readable CSV ({reason_of(problem)})",
            "a CSV file",
            "Mend it at this line.",
        ) from problem
    return rows
