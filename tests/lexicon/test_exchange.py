"""Lexicons go to other programs and come back: what is kept is equal, what is lost is named, hostile files are refused."""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import LexiconError
from framing.lexicon import Concept, Lexicon, Term, read_lexicon
from framing.lexicon.actors import read_actors
from framing.lexicon.exchange import COLUMNS, ENDINGS, convert_lexicon, read_foreign, write_foreign
from framing.lexicon.read import DATA
from framing.lexicon.speech import read_speech

FOREIGN = ("liwc", "quanteda", "lexicoder", "wordstat")
AWKWARD = (
    "=1+1",
    "'=1",
    "''@x",
    "+a",
    "-b",
    "@c",
    " =d",
    "\te",
    "'tis",
    "a|b\\c",
    'say "so", they\r\ndo',
    "x\ry",
    "ümlaut\x7f",
)


def small() -> Lexicon:
    """Every kind of entry: loaded and plain, masks, a prefix, a phrase, awkward free text, a concept without terms."""
    concepts = (
        Concept("empty", "Nothing yet", ""),
        Concept("killing", "-Killing", "=Causing death."),
        Concept("no", "No", ""),
    )
    loaded = Term(
        "martyrdom", "killing", "sacralising", "elevating", "resistance", "label",
        (("martyr*", "the dead"), ("holy death", "-death"), ("god's no. 1", "=x"), ("no", "")),
        True, True, "@movements", AWKWARD[0], AWKWARD[10], "'=only people", ("Martyrs|Day\\x", "Martyr's Road", "St. Martyr*"),
    )  # fmt: skip
    plain = Term(
        "death-2", "killing", "neutral", "plain", "none", "act", (("death", ""),), False, False, "", "", "", "", ()
    )
    other = Term(
        "none", "no", "neutral", "plain", "any", "act", (("null", ""), ("café", "")), False, True, "", "", "", "", ()
    )
    return Lexicon("small", "1.2", "A small one.", concepts, (loaded, other, plain), read_speech(), read_actors())


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def words(lexicon: Lexicon) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {c.concept_id: {} for c in lexicon.concepts}
    for term in lexicon.terms:
        found[term.concept_id][term.term_id] = [form for form, _ in term.forms]
    return found


@pytest.mark.parametrize("form", ["csv", "toml"])
@pytest.mark.parametrize("which", ["conflict", "small"])
def test_lossless_forms(form: str, which: str, tmp_path: Path) -> None:
    before = read_lexicon("conflict") if which == "conflict" else small()
    path = tmp_path / f"out{ENDINGS[form][0]}"
    lost = write_foreign(before, path, form)
    after = read_lexicon(path) if form == "toml" else read_foreign(path, form)
    assert after.concepts == before.concepts
    assert after.terms == before.terms
    # A spreadsheet has no place for sense cues and language; what is lost is named.
    kept = before if form == "toml" else dataclasses.replace(before, senses=(), languages=())
    assert after.digest == kept.digest
    cues = f", sense cues of {len({c.term_id for c in before.senses})} terms" if before.senses else ""
    language = ", languages" if before.languages else ""
    assert lost == (() if form == "toml" else (("lexicon", f"name, version, description{language}{cues}"),))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", FOREIGN)
@pytest.mark.parametrize("which", ["conflict", "small"])
def test_foreign_forms_keep_words_and_name_the_rest(form: str, which: str, tmp_path: Path) -> None:
    before = read_lexicon("conflict") if which == "conflict" else small()
    path = tmp_path / f"out{ENDINGS[form][0]}"
    lost = dict(write_foreign(before, path, form))
    after = read_foreign(path, form)
    expected = {concept: terms for concept, terms in words(before).items() if terms}
    assert words(after) == expected
    assert {t.valence for t in after.terms} == {"plain"}
    assert {t.category for t in after.terms} == {"neutral"}
    assert {t.serves for t in after.terms} == {"none"}
    assert not any(t.occasion for t in after.terms)
    for term in before.terms:
        named = lost.get(term.term_id, "")
        assert (f"{len(term.masks)} masks" in named) == bool(term.masks)
        assert ("plainer wordings" in named) == any(plain for _, plain in term.forms)
        for field in ("category", "valence", "why", "used_by", "sense_note", "occasion"):
            assert (field in named.split(", ")) == (getattr(term, field) != getattr(after.by_id[term.term_id], field))
        assert "form " not in named
    if which == "small":
        assert lost["empty"] == "the concept, since the format keeps none without terms"
        assert lost["lexicon"] == "name, version, description"
        assert "3 plainer wordings" in lost["martyrdom"]


SMALL_FILES = {
    "liwc": "%\n1\tkilling.martyrdom\n2\tkilling.death-2\n3\tno.none\n%\n"
    "martyr*\t1\nholy death\t1\ngod's no. 1\t1\nno\t1\ndeath\t2\nnull\t3\ncafé\t3\n",
    "lexicoder": "+killing.martyrdom\nmartyr*\nholy death\ngod's no. 1\nno\n+killing.death-2\ndeath\n+no.none\nnull\ncafé\n",
    "wordstat": "killing\n\tmartyrdom\n\t\tmartyr* (1)\n\t\tholy_death (1)\n\t\tgod's_no._1 (1)\n\t\tno (1)\n"
    "\tdeath-2\n\t\tdeath (1)\nno\n\tnone\n\t\tnull (1)\n\t\tcafé (1)\n",
    "quanteda": '"killing":\n  "martyrdom":\n    - "martyr*"\n    - "holy death"\n    - "god\'s no. 1"\n    - "no"\n'
    '  "death-2":\n    - "death"\n"no":\n  "none":\n    - "null"\n    - "café"\n',
}


@pytest.mark.parametrize("form", FOREIGN)
def test_what_is_written(form: str, tmp_path: Path) -> None:
    write_foreign(small(), tmp_path / "out", form)
    assert (tmp_path / "out").read_bytes().decode() == SMALL_FILES[form]


FREE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    AWKWARD
)
MASK = st.from_regex(r"[a-z](?:[ |\\'=\"a]{0,5}[a-z.])?\*?", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(
    free=st.lists(FREE, min_size=6, max_size=6), masks=st.lists(MASK, max_size=4), form=st.sampled_from(["csv", "toml"])
)
def test_any_free_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, free: list[str], masks: list[str], form: str
) -> None:
    concept = Concept("c", free[0] or "c", free[1])
    term = Term(
        "t",
        "c",
        "sanitising",
        "elevating",
        "any",
        "act",
        (("word", free[2]),),
        False,
        True,
        *free[3:],
        "note",
        tuple(masks),
    )
    before = Lexicon("x", "", "", (concept,), (term,), read_speech(), read_actors())
    path = tmp_path_factory.mktemp("any") / "x"
    write_foreign(before, path, form)
    after = read_foreign(path, form)
    assert (after.concepts, after.terms) == (before.concepts, before.terms)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    for text in AWKWARD:
        term = replace(small().terms[0], why=text, forms=(("martyr", text),))
        write_foreign(replace(small(), terms=(term,)), tmp_path / "x.csv", "csv")
        rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_bytes().decode(), newline="")))
        assert not [c for row in rows for c in row if c.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") and c]


def test_an_apostrophe_typed_by_hand_is_taken_off_once(tmp_path: Path) -> None:
    row = "c,'=C,'tis,t,neutral,plain,none,act,FALSE,True,''-x,,,,,word,"
    found = read_foreign(write(tmp_path, "x.csv", f"{','.join(COLUMNS)}\n{row}\n"), "csv")
    assert found.concepts == (Concept("c", "=C", "'tis"),)
    assert found.terms[0].used_by == "'-x"
    assert found.terms[0].occasion is True


def test_csv_of_a_spreadsheet_set_to_german(tmp_path: Path) -> None:
    row = "c;C, or so;;t;neutral;plain;none;act;false;false;;;;;;word;"
    path = write(tmp_path, "x.csv", b"\xef\xbb\xbf" + f"{';'.join(COLUMNS)}\r\n{row}\r\n;;;;;;;;;;;;;;;;\r\n".encode())
    assert read_foreign(path, "csv").concepts[0].label == "C, or so"


@pytest.mark.parametrize("form", ["=cmd", "+a", "-b", "@c", "(a+)+$", "a*b", "", "two  words" + "\n"])
@pytest.mark.parametrize("to", ENDINGS)
def test_forms_that_cannot_be_written_are_refused(form: str, to: str, tmp_path: Path) -> None:
    wrong = replace(small(), terms=(replace(small().terms[0], forms=((form, ""),)),))
    target = write(tmp_path, "out", "as it was")
    with pytest.raises(LexiconError, match="of term 'martyrdom'"):
        write_foreign(wrong, target, to)
    assert target.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("to", ["csv", "toml"])
def test_an_entry_refused_on_reading_back_leaves_the_old_file(to: str, tmp_path: Path) -> None:
    wrong = replace(small(), terms=(replace(small().terms[0], category="holy"),))
    target = write(tmp_path, "out", "as it was")
    with pytest.raises(LexiconError, match=rf"small as {to}: .*category 'holy'.*nothing was written") as caught:
        write_foreign(wrong, target, to)
    assert ".part" not in str(caught.value)
    assert target.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_term_of_no_concept_and_lone_surrogates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="'killing', which is not there"):
        write_foreign(replace(small(), concepts=()), tmp_path / "x.dic", "liwc")
    with pytest.raises(LexiconError, match="cannot be written"):
        write_foreign(replace(small(), description="\ud800"), tmp_path / "x.toml", "toml")
    assert not list(tmp_path.iterdir())


def test_liwc_as_published(tmp_path: Path) -> None:
    # The shapes of LIWC 2001-2022: zeros before numbers, names with a gloss, indentation, doubled tabs, spaces for tabs.
    text = (
        "%\n1\taffect (Affect)\n\t2\tposemo (Positive Emotions)\n\t03  negemo\n4\tU.S.\n%\n"
        "# a comment\n// another\n\nabandon*\t1\t3\nhappy*\t\t01 \t2\nwar crimes 3 4\nno one\tposemo\nmisery Negemo\nflag\tu.s.\nhappy*\t2\n"
    )
    for raw in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode("utf-16")):
        found = read_foreign(write(tmp_path, "x.dic", raw), "liwc")
        assert words(found) == {
            "affect_affect": {
                "posemo_positive_emotions": ["happy*", "no one"],
                "negemo": ["abandon*", "war crimes", "misery"],
            },
            "u_s": {"u_s": ["flag"]},
        }
        assert [c.label for c in found.concepts] == ["affect (Affect)", "U.S."]
        assert found.by_id["negemo"].source == "category affect (Affect) > negemo"


def test_quanteda_as_published(tmp_path: Path) -> None:
    text = (
        "---\nSentiment:\n  positive: [good, well*]\n  negative:\n    - 'no'\n    - no\n    - on\n    - 911\n  __:\n  - mood\n"
        "Law Body:\n- court\n- sub:\n  - bench\nSingle: word\nNothing:\nA:\n  B:\n    C: [deep]\n"
    )
    found = read_foreign(write(tmp_path, "x.yml", text), "quanteda")
    assert words(found) == {
        "sentiment": {"positive": ["good", "well*"], "negative": ["no", "on", "911"], "sentiment": ["mood"]},
        "law_body": {"law_body": ["court"], "sub": ["bench"]},
        "single": {"single": ["word"]},
        "a": {"c": ["deep"]},
    }
    lost = dict(convert_lexicon(tmp_path / "x.yml", tmp_path / "x.toml", "toml").lost)
    assert lost == {
        "Nothing": "a category without words of its own",
        "A > B > C": "its nesting; kept as term c of concept a",
    }


def test_lexicoder_as_published(tmp_path: Path) -> None:
    found = read_foreign(
        write(tmp_path, "x.lc3", "+A category\nmore\n  lamb (1)\nlittle (2)\n+Ünder\nhad\n"), "lexicoder"
    )
    assert words(found) == {"a_category": {"a_category": ["more", "lamb", "little"]}, "under": {"under": ["had"]}}
    lost = convert_lexicon(tmp_path / "x.lc3", tmp_path / "x.csv", "csv").lost
    assert ("little", "its weight 2; every hit counts once") in lost


def test_wordstat_as_published(tmp_path: Path) -> None:
    # The second is how quanteda's own test file (issue 459) is indented: spaces, then tabs.
    shouted = "SOUTH\n\tBW\n\t\tBOTSWANA* (1)\n\t\tCIVIL_WAR (1)\n\tLS\n\t\tMASERU (0.5)\n"
    mixed = "SOUTH\n   \tBW\n   \t\tBotswana* (1)\n   \t\tCivil War (1)\n   \tLS\n   \t\tMaseru (1)\n"
    assert words(read_foreign(write(tmp_path, "x.cat", shouted), "wordstat")) == {
        "south": {"bw": ["botswana*", "civil war"], "ls": ["maseru"]}
    }
    assert words(read_foreign(write(tmp_path, "x.cat", mixed), "wordstat")) == {
        "south": {"bw": ["Botswana*", "Civil War"], "ls": ["Maseru"]}
    }


def test_a_word_of_several_categories_stays_in_the_deepest_and_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "x.dic", "%\n1\tsocial\n2\taffect\n\t3\tanger\n%\nhit\t1\t2\t3\nHit\t1\n")
    found = convert_lexicon(tmp_path / "x.dic", tmp_path / "x.yml", "quanteda")
    assert words(read_foreign(tmp_path / "x.yml", "quanteda")) == {"affect": {"anger": ["hit"]}}
    assert (found.source_form, found.form) == ("liwc", "quanteda")
    assert (found.concepts, found.terms, found.forms) == (1, 1, 1)
    assert found.lost == (
        ("hit", "also in social; kept in affect > anger, a form has one term"),
        ("social", "a category without words of its own"),
    )


def test_names_that_become_the_same_id_stay_apart(tmp_path: Path) -> None:
    text = "A b: {virtue: [x]}\nA_b: {virtue: [y]}\na?b: [z]\n保护: [w]\n傷害: [v]\n"
    assert words(read_foreign(write(tmp_path, "x.yml", text), "quanteda")) == {
        "a_b": {"a_b-virtue": ["x"]},
        "a_b_2": {"a_b-virtue-2": ["y"]},
        "a_b_3": {"a_b": ["z"]},
        "category": {"category": ["w"]},
        "category_2": {"category-2": ["v"]},
    }


def test_convert_what_is_shipped(tmp_path: Path) -> None:
    before = read_lexicon("conflict")
    for source in ("conflict", DATA / "conflict"):
        done = convert_lexicon(source, tmp_path / "x.toml", "toml")
        counts = len(before.concepts), len(before.terms), sum(len(term.forms) for term in before.terms)
        assert (done.source_form, done.concepts, done.terms, done.forms) == ("toml", *counts)
        assert done.lost == ()
        assert read_lexicon(tmp_path / "x.toml").digest == before.digest


@pytest.mark.parametrize("source", ENDINGS)
@pytest.mark.parametrize("target", ENDINGS)
def test_convert_every_form_to_every_form(source: str, target: str, tmp_path: Path) -> None:
    begin, middle, end = tmp_path / "x.toml", tmp_path / f"x{ENDINGS[source][-1]}", tmp_path / f"x{ENDINGS[target][0]}"
    write_foreign(replace(small(), name="x"), begin, "toml")
    convert_lexicon(begin, middle, source)
    done = convert_lexicon(middle, end, target)
    assert (done.source_form, done.form, done.terms, done.forms) == (source, target, 3, 7)
    kept = {concept: terms for concept, terms in words(read_foreign(end, target)).items() if terms}
    assert kept == {
        "killing": {"martyrdom": ["martyr*", "holy death", "god's no. 1", "no"], "death-2": ["death"]},
        "no": {"none": ["null", "café"]},
    }
    if source in FOREIGN:
        # What a dictionary knows, another one holds too.
        assert done.lost == ()


def test_convert_onto_itself_and_to_nowhere(tmp_path: Path) -> None:
    path = write(tmp_path, "x.lc3", "+a\nword\n")
    assert convert_lexicon(path, path, "lexicoder").lost == (("a", "source"),)
    assert path.read_text() == "+a.a\nword\n"
    assert convert_lexicon(path, path, "lexicoder").lost == ()
    for out in (tmp_path / "missing" / "x.csv", tmp_path, path / "x.csv", Path("\0"), Path()):
        with pytest.raises(LexiconError, match="cannot be written"):
            convert_lexicon(path, out, "csv")
    assert [p.name for p in tmp_path.iterdir()] == ["x.lc3"]


def test_unknown_endings_and_forms(tmp_path: Path) -> None:
    path = write(tmp_path, "x.txt", "+a\nword\n")
    with pytest.raises(LexiconError, match=r"'\.txt'.*\.toml.*\.cat"):
        convert_lexicon(path, tmp_path / "y.csv", "csv")
    for wrong in ("xml", "CSV"):
        with pytest.raises(LexiconError, match=r"unknown form.*wordstat"):
            convert_lexicon("conflict", tmp_path / "y.csv", wrong)
        with pytest.raises(LexiconError, match="unknown form"):
            read_foreign(path, wrong)
    with pytest.raises(LexiconError, match="no file"):
        convert_lexicon(tmp_path / "none.dic", tmp_path / "y.csv", "csv")
    with pytest.raises(LexiconError, match="no file"):
        read_foreign(tmp_path, "liwc")


HEAD = ",".join(COLUMNS) + "\n"
ROW = "c,C,,t,neutral,plain,none,act,false,false,,,,,,word,\n"
HOSTILE = {
    "regex": ("liwc", "%\n1\ta\n%\n(a+)+$\t1\n", r"line 4 of x: conditional entry '\(a"),
    "conditional": ("liwc", "%\n1\ta\n%\nlike\t(02 134)125/464\t1\nkind\t<of>131/125\n", "line 4.*also line 5"),
    "emoticon": ("liwc", "%\n1\ta\n%\n:-/\t1\n", "entry ':-/'"),
    "star inside": ("liwc", "%\n1\ta\n%\na*b\t1\n", r"pattern 'a\*b'"),
    "number twice": ("liwc", "%\n1\ta\n01\tb\n%\nx\t1\n", "line 3 of x: category number 1 twice"),
    "name twice": ("liwc", "%\n1\ta\n2\ta\n%\nx\t1\n", "'a' again, first in line 2"),
    "unknown number": ("liwc", "%\n1\ta\n%\nword\t1 7\n", "line 4 of x: word 'word' of category '7'.*unknown"),
    "unknown name": ("liwc", "%\n1\ta\n%\nword\tanger\n", "category 'anger'.*unknown"),
    "name of two": ("liwc", "%\n1\ta\n\t2\tx\n3\tb\n\t4\tx\n%\nword\tx\n", "name of several"),
    "no category": ("liwc", "%\n1\ta\n%\nword\n", "'word' without a category"),
    "no %": ("liwc", "word\t1\n", "line 1 of x: 'word.*before the categories"),
    "one %": ("liwc", "%\n1\ta\nx\t1\n", "no categories between"),
    "three %": ("liwc", "%\n1\ta\n%\nx\t1\n%\n", "third %"),
    "no words": ("liwc", "%\n1\ta\n%\n", "without terms"),
    "deep liwc": ("liwc", "%\n" + "".join(f"{' ' * n}{n}\tc{n}\n" for n in range(5000)) + "%\nx\t1\n", "21 levels"),
    "many wrong": ("liwc", "%\n1\ta\n%\n" + "?\t1\n" * 500_000, r"line 4.*also line 5, .*91 more"),
    "python tag": ("quanteda", "a: !!python/object/apply:os.system ['echo']\n", "YAML tag.*python/object"),
    "own tag": ("quanteda", "a:\n- !x word\n", "line 2 of x: a YAML tag '!x'"),
    "bomb": ("quanteda", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "line 1 of x: a YAML reference 'a'"),
    "merge": ("quanteda", "a: [x]\nb:\n  <<: *a\n", "YAML reference 'a'"),
    "leading star": ("quanteda", "a: [word, *deceit*]\n", "YAML"),
    "quoted leading star": ("quanteda", "a: [word, '*deceit']\n", r"pattern '\*deceit'"),
    "question mark": ("quanteda", "a:\n- z??\n", r"line 2 of x: pattern 'z\?\?'"),
    "deep flow": ("quanteda", "a: " + "[" * 100_000, "levels"),
    "deep maps": ("quanteda", "{a: " * 100_000, "levels"),
    "deep indentation": ("quanteda", "".join(" " * n + f"c{n}:\n" for n in range(2000)), "21 levels"),
    "yaml list": ("quanteda", "- a\n- b\n", "list without categories"),
    "yaml text": ("quanteda", "just words\n", "outside any category"),
    "yaml key twice": ("quanteda", "a: [x]\na: [y]\n", "line 2 of x: category 'a' again"),
    "yaml list as key": ("quanteda", "? [a, b]\n: [x]\n", "name of a category"),
    "yaml two documents": ("quanteda", "a: [x]\n---\nb: [y]\n", "second YAML document"),
    "yaml broken": ("quanteda", "a: [x\nb: y", "no readable YAML"),
    "yaml control": ("quanteda", "a: [x\x07]\n", "no readable YAML"),
    "yaml nothing": ("quanteda", "# nothing\n", "without terms"),
    "yaml empty name": ("quanteda", "'': [x]\n", "without a name"),
    "word first": ("lexicoder", "word\n+a\nx\n", "line 1 of x: 'word' outside any category"),
    "two +": ("lexicoder", "++a\nx\n", "one \\+"),
    "no name": ("lexicoder", "+\nx\n", "without a name"),
    "backtracking": ("lexicoder", "+a\n" + "a " * 400_000 + "!\n", "line 2 of x: entry 'a a a"),
    "brackets": ("lexicoder", "+a\n" + "(" * 400_000 + "\n", r"entry '\(\("),
    "rules": (
        "wordstat",
        "A\n\tB\n\t\t@PEACE [TALK* NEAR PEACE /S 5] (1)\n\t\tX (1)\n\t\tWAR NEAR CRIME (1)\n",
        "2 rules in x: @PEACE in line 3, WAR NEAR CRIME.* in line 5",
    ),
    "word outside": ("wordstat", "X (1)\nA\n\tY (1)\n", "line 1 of x: 'x' outside"),
    "wordstat glob": ("wordstat", "A\n\tX?Y (1)\n", r"pattern 'x\?y'"),
    "wordstat twice": ("wordstat", "A\n\tX (1)\nA\n\tY (1)\n", "'A' again"),
    "wordstat deep": ("wordstat", "".join("\t" * n + f"C{n}\n" for n in range(3000)), "21 levels"),
    "csv without columns": ("csv", "a,b\n1,2\n", "no column 'concept_id'"),
    "csv another column": ("csv", HEAD.replace("plain\n", "plain,x\n") + ROW, "column 'x'"),
    "csv column twice": ("csv", HEAD.replace("plain\n", "plain,form\n") + ROW, "twice"),
    "csv short row": ("csv", HEAD + "c,C\n", "2 cells in line 2 of x"),
    "csv quote": ("csv", HEAD + ROW + 'c,"C' + "x" * 100_000, "line 3 of x is no readable CSV"),
    "csv long cell": ("csv", HEAD + ROW.replace(",C,", "," + "C" * 200_000 + ","), "no readable CSV"),
    "csv formula": ("csv", HEAD + ROW.replace("word", "=cmd|x"), r"form '=cmd\|x'"),
    "csv regex": ("csv", HEAD + ROW.replace("word", "(a+)+$"), r"line 2 of x: form '\(a"),
    "csv boolean": ("csv", HEAD + ROW.replace("false", "maybe"), "ambiguous 'maybe'"),
    "csv two labels": (
        "csv",
        HEAD + ROW + ROW.replace(",C,", ",D,").replace("word", "w"),
        "'c' with another label.*line 3",
    ),
    "csv two values": (
        "csv",
        HEAD + ROW + ROW.replace("act", "thing").replace("word", "w"),
        "'t' with another kind.*line 3",
    ),
    "csv form twice": ("csv", HEAD + ROW + ROW, "'word'.*again in line 3"),
    "csv form in two": ("csv", HEAD + ROW + ROW.replace(",t,", ",u,"), "'t' and 'u'"),
    "csv no term": ("csv", HEAD + ROW.replace(",t,", ",,"), "no term_id in line 2"),
    "csv bad id": ("csv", HEAD + ROW.replace("c,", "C C,", 1), "'C C'"),
    "csv bad mask": ("csv", HEAD + ROW.replace(",word", "a\\,word"), "end in"),
    "csv only columns": ("csv", HEAD, "without terms"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_named(name: str, tmp_path: Path) -> None:
    form, content, expected = HOSTILE[name]
    started = time.perf_counter()
    with pytest.raises(LexiconError, match=expected) as caught:
        read_foreign(write(tmp_path, "x", content), form)
    assert time.perf_counter() - started < 10
    assert len(str(caught.value)) < 1000


RAW = {
    "binary": (bytes(range(256)) * 10, "is no UTF-8|NUL"),
    "NUL": (b"%\n1\ta\n%\nwo\0rd\t1\n", "NUL character in line 4"),
    "empty": (b"", "is empty"),
    "only a BOM": (b"\xef\xbb\xbf\r\n", "is empty"),
    "mixed encodings": (
        "%\n1\tcafé\n%\n".encode() + "café\t1\n".encode("cp1252"),
        "line 4 of x.* is no UTF-8 .byte 0xe9",
    ),
    "UTF-16 without a mark": ("%\n1\ta\n%\nx\t1\n".encode("utf-16-le"), "NUL character in line 1"),
    "odd UTF-16": (b"\xff\xfe%\0\n\0x", "is no UTF-16"),
}


@pytest.mark.parametrize("form", [f for f in ENDINGS if f != "toml"])
@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_no_text(name: str, form: str, tmp_path: Path) -> None:
    raw, expected = RAW[name]
    path = write(tmp_path, f"x{ENDINGS[form][0]}", raw)
    target = write(tmp_path, "out.toml", "as it was")
    with pytest.raises(LexiconError, match=expected):
        convert_lexicon(path, target, "toml")
    assert target.read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["out.toml", path.name])


@pytest.mark.parametrize("form", ENDINGS)
def test_a_file_of_50_megabytes_in_one_line(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{ENDINGS[form][0]}"
    path.write_bytes(b"a" * 50_000_000)
    with pytest.raises(LexiconError, match="20,000,000"):
        convert_lexicon(path, tmp_path / "out.csv", "csv")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", [f for f in ENDINGS if f != "toml"])
def test_a_long_line_under_the_limit_ends_soon(form: str, tmp_path: Path) -> None:
    for content in ("a" * 15_000_000, " " * 14_000_000 + "(", "a\t" * 2_000_000 + "("):
        started = time.perf_counter()
        with pytest.raises(LexiconError):
            read_foreign(write(tmp_path, "x", content), form)
        assert time.perf_counter() - started < 20
