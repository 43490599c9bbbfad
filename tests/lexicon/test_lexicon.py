"""The shipped lexicon holds what it promises, and a broken one names its entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from framing.errors import LexiconError, SelectionError
from framing.language.match import build_matcher
from framing.lexicon import Lexicon, read_lexicon

ENTRY = """
[[concept]]
id = "killing"
label = "Killing"
definition = "Causing death."
[[term]]
id = "martyrdom"
concept = "killing"
category = "sacralising"
valence = "elevating"
[term.forms]
"martyrdom" = "death"
"""

# The words the first lexicon must know, each with the form a reader would try first.
NEEDED = [
    "aggression",
    "aggressor",
    "martyr",
    "martyrs",
    "martyred",
    "martyrdom",
    "occupation",
    "occupy",
    "occupied",
    "occupier",
    "assassin",
    "assassinate",
    "assassinated",
    "assassination",
    "resistance",
    "regime",
    "regimes",
    "terror",
    "terrorism",
    "terrorist",
    "terrorists",
    "militant",
    "militants",
    "massacre",
    "massacred",
    "slaughter",
    "slaughtered",
    "genocide",
    "atrocity",
    "atrocities",
    "invade",
    "invaded",
    "invasion",
    "execute",
    "executed",
    "execution",
    "strike",
    "strikes",
    "struck",
    "target",
    "targeted",
    "crusade",
    "radical",
    "radicals",
    "rebel",
    "rebels",
    "liberate",
    "liberated",
    "liberation",
    "settlement",
    "settlements",
    "settler",
    "settlers",
    "hostage",
    "hostages",
    "siege",
    "besieged",
    "coup",
    "brutal",
    "brutally",
    "fighter",
    "fighters",
    "killed",
    "murdered",
    "died",
    "savage",
    "barbaric",
    "thug",
    "thugs",
]


def test_needed_forms_are_there(lexicon: Lexicon) -> None:
    forms = {form for term in lexicon.terms for form, _ in term.forms}
    assert [word for word in NEEDED if word not in forms] == []
    assert "collateral damage" in forms


def test_size_and_sources(lexicon: Lexicon) -> None:
    assert len(lexicon.terms) >= 350
    assert len(lexicon.concepts) >= 40
    loaded = [t for t in lexicon.terms if t.valence != "plain"]
    assert all(t.why and t.source and t.used_by for t in loaded)
    assert all(plain for t in loaded for form, plain in t.forms if not form.endswith("*"))


def test_every_concept_has_a_plain_and_a_loaded_alternative(lexicon: Lexicon) -> None:
    for concept in lexicon.concepts:
        valences = {t.valence == "plain" for t in lexicon.terms_of(concept.concept_id)}
        assert valences == {True, False}, concept.concept_id


def test_every_form_finds_its_own_term(lexicon: Lexicon) -> None:
    find = build_matcher(lexicon)
    for term in lexicon.terms:
        for form, _ in term.forms:
            text = form.rstrip("*")
            hits = find(text)
            assert hits, (term.term_id, form)
            assert hits[0].start == 0, (term.term_id, form)
            assert lexicon.terms[hits[0].pattern.term or 0] is term, (term.term_id, form)


BROKEN = {
    "not TOML": ("[[term", "TOML"),
    "no concept of that name": (ENTRY.replace('concept = "killing"', 'concept = "dying"'), "'dying'"),
    "missing key": (ENTRY.replace('category = "sacralising"\n', ""), "no category"),
    "unknown key": (ENTRY.replace('valence = "elevating"', 'valence = "elevating"\nvalency = 3'), "'valency'"),
    "closed list": (ENTRY.replace("sacralising", "holy"), "'holy'"),
    "regular expression": (ENTRY.replace('"martyrdom" = "death"', '"(a+)+$" = "death"'), "literal"),
    "star inside": (ENTRY.replace('"martyrdom" = "death"', '"mar*dom" = "death"'), "literal"),
    "no forms": (ENTRY.replace('"martyrdom" = "death"', ""), "no forms"),
    "wrong type": (ENTRY.replace('"martyrdom" = "death"', '"martyrdom" = 3'), "plainer wording"),
    "ambiguous without a note": (
        ENTRY.replace('valence = "elevating"', 'valence = "elevating"\nambiguous = true'),
        "sense_note",
    ),
    "id twice": (ENTRY + ENTRY[ENTRY.index("[[term]]") :], "twice"),
    "form twice": (
        ENTRY + ENTRY[ENTRY.index("[[term]]") :].replace('id = "martyrdom"', 'id = "other"'),
        "'martyrdom' and 'other'",
    ),
    "no terms": ("[lexicon]\nname = 'x'", "without terms"),
    "unknown table": ("[[terms]]\nid = 'x'", "'terms'"),
    "off without a term": ('[[term]]\nid = "nothing"\noff = true', "switches off"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_lexicon_is_named(name: str, tmp_path: Path) -> None:
    content, expected = BROKEN[name]
    (tmp_path / "mine.toml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=expected):
        read_lexicon(tmp_path / "mine.toml")


def test_missing_lexicon() -> None:
    with pytest.raises(LexiconError, match="no lexicon 'nowhere'"):
        read_lexicon("nowhere")


def test_layers(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        ENTRY.replace('"martyrdom" = "death"', '"glorious end" = "death"') + '[[term]]\nid = "regime"\noff = true\n',
        encoding="utf-8",
    )
    both = read_lexicon("conflict", tmp_path / "mine.toml")
    assert both.digest != read_lexicon("conflict").digest
    assert "regime" not in both.by_id
    assert [f for f, _ in both.by_id["martyrdom"].forms] == ["glorious end"]
    assert len(both.terms) == len(read_lexicon("conflict").terms) - 1


def test_trailing_star(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(ENTRY.replace('"martyrdom" = "death"', '"martyr*" = ""'), encoding="utf-8")
    text = "Martyrology, proto-martyrs and smartyr"
    for pure in (False, True):
        find = build_matcher(read_lexicon(tmp_path / "mine.toml"), pure=pure)
        assert [text[h.start : h.end] for h in find(text)] == ["Martyrology", "martyrs"]


def test_find_term(lexicon: Lexicon) -> None:
    assert lexicon.find_term("Martyred").term_id == "martyrdom"
    with pytest.raises(SelectionError, match="martyrdom"):
        lexicon.find_term("martirdom")
