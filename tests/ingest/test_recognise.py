"""Section, agency and byline where something marks them; wrong decoding reported, repaired only when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.errors import InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.mojibake import find_mojibake, repair_mojibake
from framing.ingest.recognise import read_kinds, recognise
from framing.study.select import SECTIONS
from tests.conftest import read_cases


@pytest.mark.parametrize("case", read_cases("recognised"))
def test_recognised(case: dict[str, Any]) -> None:
    fields = {k: v for k, v in case.items() if k not in ("id", "expect", "known_failure")}
    found = recognise(**fields)
    expected = dict.fromkeys(("section", "agency", "byline")) | case["expect"]
    assert found.__dict__ == expected


def test_kinds_are_those_a_comparison_can_choose() -> None:
    assert {kind.name for kind in read_kinds().kinds} == set(SECTIONS)


def test_an_agency_spelt_in_any_of_its_ways_is_credited() -> None:
    for form, name in read_kinds().agencies.items():
        assert recognise(byline=f"Ana Tor, {form}").agency == name
        assert recognise(text=f"ALDIS ({form}) - The quay was closed.").agency == name


@pytest.mark.parametrize("content", ["", "kind = 3\nagency = []", "[[kind]]\nname = 'news'", "not toml"])
def test_a_file_of_kinds_that_is_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "kinds.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="no kind or agency"):
        read_kinds(path)


@given(*[st.none() | st.text(max_size=80)] * 5)
def test_any_text_is_read(
    title: str | None, text: str | None, section: str | None, url: str | None, byline: str | None
) -> None:
    found = recognise(title=title, text=text, section=section, url=url, byline=byline)
    assert found.section in (None, *SECTIONS)


def test_columns_are_filled_at_ingest(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(
        'id,outlet,section,byline,text\n1,Aldis Ledger,News,,"ALDIS (AP) — The quay was closed."\n'
        "2,Aldis Ledger,Harbour,Ana Tor,The quay was closed.\n",
        encoding="utf-8",
    )
    first, second = read_articles(source).articles.to_pylist()
    assert (first["section"], first["section_found"], first["agency"]) == ("News", "wire", "AP")
    assert (second["section"], second["section_found"], second["agency"]) == ("Harbour", None, None)


# A capital A with circumflex before a space is taken for half a hard space.
LETTER = pytest.param(
    "Â is a letter", marks=pytest.mark.xfail(strict=True, reason="rare enough to be taken for wrong decoding")
)

# ---- mojibake ---------------------------------------------------------------------------------------------------------

MEANT = [
    "The café was closed.",
    "“Close the quay,” she said – and left.",
    "Mahmūd Tor’s naïve Überfall",
    "Закрыт причал.",
]


# Western text that was taken for Cyrillic is too short a trace to tell here.
@pytest.mark.parametrize(
    ("wrong", "meant"), [*(("latin-1", meant) for meant in MEANT), ("cp1252", MEANT[0]), ("cp1251", MEANT[3])]
)
def test_what_was_decoded_wrongly_is_found_and_repaired(wrong: str, meant: str) -> None:
    text = meant.encode().decode(wrong)
    found = find_mojibake(text)
    assert found
    assert repair_mojibake(text, found) == meant


@pytest.mark.parametrize(
    "text", [*MEANT, "", "Plain words.", "50 % — £20 … Ångström, “São Paulo” ½ © ™", "\ufffd lost", LETTER]
)
def test_what_was_decoded_rightly_stays(text: str) -> None:
    assert find_mojibake(text) == []


def test_missing_text_has_none() -> None:
    assert find_mojibake(None) == []


def test_only_the_line_concerned_is_touched() -> None:
    text = "Naïve café.\r\n  It wasn’t “closed”.\nThe cafÃ© was closed.\n\nÜber"
    assert repair_mojibake(text, find_mojibake(text)) == text.replace("cafÃ©", "café")


@given(st.text(max_size=200))
def test_stretches_lie_inside_and_apart(text: str) -> None:
    found = find_mojibake(text)
    ends = [0, *(g.end for g in found)]
    assert all(before <= g.start <= g.end <= len(text) for before, g in zip(ends, found, strict=False))


def test_repair_is_a_choice_and_is_written_down(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(
        "id,outlet,title,text\n1,Post,Quay,The cafÃ© was closed.\n2,Post,Quay,It rained.\n", encoding="utf-8"
    )
    kept = ingest_files([source], tmp_path / "kept")
    assert kept.article("1")["text"] == "The cafÃ© was closed."
    example = {"article_id": "1", "found": "Ã©", "meant": "é"}
    assert kept.manifest.mojibake == {"articles": 1, "repaired": False, "examples": [example]}
    repaired = ingest_files([source], tmp_path / "repaired", IngestOptions(repair="mojibake"))
    assert repaired.article("1")["text"] == "The café was closed."
    assert repaired.manifest.mojibake == {"articles": 1, "repaired": True, "examples": [example]}
    assert kept.digest != repaired.digest


def test_another_repair_is_refused() -> None:
    with pytest.raises(InputError, match="mojibake"):
        IngestOptions(repair="spelling")
