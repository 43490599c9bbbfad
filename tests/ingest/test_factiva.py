"""Factiva exports: every field where the database put it, in any interface language; what is damaged said."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, read_articles
from framing.ingest.factiva import is_factiva, read_factiva
from tests.ingest.exports import check_mutations, rows_of

HEAD = '<html><head><meta charset="utf-8"><title>Factiva</title></head><body><div id="contentLeft">'
TAIL = "</div><div>© 2024 Factiva, Inc. All rights reserved.</div></body></html>"
FIRST, SECOND = "SARVW00020240305ek350001x", "ALDL000020240306ek360002z"


def placed(
    words: str, day: str, clock: str, label: str, *, lang: str = "en", section: str = "World", author: str = "Ilsa Ronn"
) -> str:
    """An article as shown without field codes: its fields are known by their order only."""
    lines = [
        "Ronn News Service",
        words,
        day,
        *([clock] if clock else []),
        "Sarvane Wire",
        "SARVW",
        "3; National",
        "12",
        "English",
    ]
    return (
        f'<div id="article-{FIRST}" class="article"><div class="article {lang}Article"><p></p>'
        + (f"<div>{section}</div>" if section else "")
        + f'<div id="hd"><span class="{lang}Headline">A dam was opened;\n a valley flooded</span></div>'
        + (f'<div class="author">{author} </div>' if author else "")
        + "".join(f"<div>{escape(line)}</div>" for line in lines)
        + "<div>(c) 2024 Sarvane Wire Ltd</div><p></p>"
        + f'<p class="articleParagraph {lang}articleParagraph">The dam  was opened\non <b>Monday</b>.</p>'
        + f'<p class="articleParagraph {lang}articleParagraph">“Nobody was hurt”, the <span class="companylink">Ronn Power '
        f"Company</span> said: 3&nbsp;&lt;&nbsp;4.</p>" + f"<p>Sarvane Wire Ltd</p><p>{label} {FIRST}</p></div></div>"
    )


BODY = "The dam was opened on Monday.\n\n“Nobody was hurt”, the Ronn Power Company said: 3\xa0<\xa04."


@pytest.mark.parametrize(
    ("words", "day", "clock", "label", "utc"),
    [
        ("512 words", "5 March 2024", "", "Document", datetime(2024, 3, 5, tzinfo=UTC)),
        ("512 words", "5 March 2024", "14:07", "Document", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        ("512 words", "5 March 2024", "02:07 PM", "Document", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        ("512 words", "5 March 2024", "14:07 GMT", "Document", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        ("512 Wörter", "5 März 2024", "14:07:09", "Dokument", datetime(2024, 3, 5, 14, 7, 9, tzinfo=UTC)),
        ("512 mots", "5 mars 2024", "14:07", "Document", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        ("512 字", "2024 年 3 月 5 日", "14:07", "文件", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        ("512 字", "2024年3月5日", "", "文档", datetime(2024, 3, 5, tzinfo=UTC)),
        ("512 palabras", "5 de marzo de 2024", "", "Documento", datetime(2024, 3, 5, tzinfo=UTC)),
        ("512 слов", "5 марта 2024", "", "Документ", datetime(2024, 3, 5, tzinfo=UTC)),
        # Words not known here: the date is kept as written, and the outlet is found all the same.
        ("512 słów", "5 marca 2024", "14:07", "Dokument", None),
    ],
)
def test_interface_languages(
    words: str, day: str, clock: str, label: str, utc: datetime | None, tmp_path: Path
) -> None:
    [row] = rows_of(tmp_path / "Factiva.html", HEAD + placed(words, day, clock, label) + TAIL)
    assert row["article_id"] == FIRST
    assert row["outlet_id"] == "Sarvane Wire"
    assert row["title"] == "A dam was opened; a valley flooded"
    assert row["text"] == BODY
    assert row["published"] == utc
    assert row["published_raw"].startswith(day)
    assert row["section"] == "World"
    assert row["byline"] == "Ilsa Ronn; Ronn News Service"
    assert row["language"] == "en"


def test_fields_that_are_not_there(tmp_path: Path) -> None:
    article = placed("5 words", "5 March 2024", "", "Document", lang="zhtw", section="", author="")
    [row] = rows_of(tmp_path / "a.htm", HEAD + article + TAIL)
    assert (row["section"], row["byline"], row["language"]) == (None, "Ronn News Service", "zh")
    assert row["text"] == BODY


def test_number_of_a_list_is_no_part_of_the_headline(tmp_path: Path) -> None:
    article = placed("5 words", "5 March 2024", "", "Document").replace(
        '"enHeadline">A dam', '"enHeadline counted">1) 2) A dam'
    )
    [row] = rows_of(tmp_path / "a.html", HEAD + article + TAIL)
    assert row["title"] == "2) A dam was opened; a valley flooded"


def coded(fields: list[tuple[str, str]]) -> str:
    """An article as shown with field codes."""
    cells = "".join(f'<tr><td class="index"><b>{code}</b>&nbsp;</td><td>{value}</td></tr>' for code, value in fields)
    return f'<div class="article deArticle"><table>{cells}</table><br/></div><br/>'


CODED = coded(
    [
        ("SE", "Politik"),
        ("HD", "<b class='deHeadline'>Ein Damm brach</b>"),
        ("BY", "Von Ilsa Ronn"),
        ("CR", "Ronn Presse"),
        ("WC", "12 Wörter"),
        ("PD", "5 Dezember 2024"),
        ("ET", "09:30"),
        ("SN", "Aldis Ledger"),
        ("SC", "ALDL"),
        ("LA", "Deutsch"),
        ("CY", "Copyright 2024 Aldis"),
        ("LP", '<p class="articleParagraph">Der Damm brach.</p>'),
        ("TD", '<p class="articleParagraph">Niemand starb.</p><p class="articleParagraph">HD</p>'),
        ("ART", "Ein Bild des Damms"),
        ("NS", "gvio : Military Action"),
        ("AN", f"Dokument {SECOND}"),
    ]
)


def test_field_codes(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.html", HEAD + CODED + placed("5 words", "5 March 2024", "", "Document") + TAIL)
    assert [r["article_id"] for r in rows] == [SECOND, FIRST]
    first = rows[0]
    assert first["outlet_id"] == "Aldis Ledger"
    assert first["title"] == "Ein Damm brach"
    assert first["text"] == "Der Damm brach.\n\nNiemand starb.\n\nHD"
    assert first["published"] == datetime(2024, 12, 5, 9, 30, tzinfo=UTC)
    assert first["section"] == "Politik"
    assert first["byline"] == "Von Ilsa Ronn; Ronn Presse"
    assert first["language"] == "de"


XML = f"""<?xml version="1.0" encoding="utf-8"?>
<PPSResponse><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0"><ppsarticleResultSet count="2">
<ppsarticle><article>
  <accessionNo>{FIRST}</accessionNo><baseLanguage>EN</baseLanguage>
  <byline>By Ilsa Ronn</byline>
  <headline><paragraph display="Proportional"><hlt>Dam</hlt> opened &amp; closed</paragraph></headline>
  <leadParagraph><paragraph display="Proportional">The  dam
was opened.</paragraph></leadParagraph>
  <publicationDate><dateTime>2024-03-05T01:35:58Z</dateTime></publicationDate>
  <sectionName>World</sectionName><sourceName>Sarvane Wire</sourceName>
  <tailParagraphs><paragraph display="Proportional">Nobody was <hlt>hurt</hlt>.</paragraph>
    <paragraph display="Fixed">a  1
b  2</paragraph></tailParagraphs>
</article></ppsarticle>
<ppsarticle><article>
  <accessionNo>{SECOND}</accessionNo><baseLanguage>ZHCN</baseLanguage>
  <headline><paragraph>标题</paragraph></headline>
  <publicationDate><date>2024-03-06</date></publicationDate><sourceName>Aldis Ledger</sourceName>
</article></ppsarticle>
</ppsarticleResultSet></ppsArticleResponse></PPSResponse>"""


@pytest.mark.parametrize("declared", [True, False])
def test_xml(declared: bool, tmp_path: Path) -> None:
    first, second = rows_of(tmp_path / "a.xml", XML if declared else XML.partition("\n")[2])
    assert first["article_id"] == FIRST
    assert first["outlet_id"] == "Sarvane Wire"
    assert first["title"] == "Dam opened & closed"
    assert first["text"] == "The dam was opened.\n\nNobody was hurt.\n\na  1\nb  2"
    assert first["published"] == datetime(2024, 3, 5, 1, 35, 58, tzinfo=UTC)
    assert first["section"] == "World"
    assert first["byline"] == "By Ilsa Ronn"
    assert first["language"] == "en"
    assert (second["title"], second["text"], second["language"]) == ("标题", None, "zh")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    declared = HEAD.replace("utf-8", "utf-8" if encoding != "cp1252" else "iso-8859-1")
    [row] = rows_of(tmp_path / "a.html", (declared + CODED + "</div></body></html>").encode(encoding))
    assert row["published_raw"] == "5 Dezember 2024 09:30"
    assert row["text"] == "Der Damm brach.\n\nNiemand starb.\n\nHD"
    # What the page says of its encoding is not what it is in: UTF-8 comes first.
    [same] = rows_of(tmp_path / "b.html", (declared + CODED + TAIL).replace("utf-8", "iso-8859-1").encode())
    assert same["text"] == row["text"]


@pytest.mark.parametrize(
    ("file", "content", "ids"),
    [
        ("a.html", (HEAD + CODED + placed("5 words", "5 March 2024", "", "Document"))[:-60], [SECOND, FIRST]),
        ("a.xml", XML[: XML.index(SECOND) + 5], [FIRST]),
        ("b.xml", XML[: XML.index("</headline>", XML.index(SECOND))], [FIRST]),
        ("c.xml", XML[:-20], [FIRST, SECOND]),
    ],
)
def test_what_stands_before_a_cut_is_kept_and_the_cut_said(
    file: str, content: str, ids: list[str], tmp_path: Path
) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    corpus = read_articles(tmp_path / file)
    assert corpus.articles.column("article_id").to_pylist() == ids
    assert [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()] == [(f"{file}, end", "cut off")]


@pytest.mark.parametrize("day", ["5 March 2024", "5 marca 2024"])
def test_a_code_of_one_letter(day: str, tmp_path: Path) -> None:
    article = placed("5 words", day, "", "Document").replace("<div>SARVW<", "<div>S<")
    [row] = rows_of(tmp_path / "a.html", HEAD + article.replace(FIRST, "S000000020240305ek350001x") + TAIL)
    assert (row["article_id"], row["outlet_id"]) == ("S000000020240305ek350001x", "Sarvane Wire")


BAD = {
    "a page of something else": (
        "a.html",
        "<html><title>News</title><p>No article</p></html>",
        "no article of Factiva",
    ),
    "headlines only": ("a.html", HEAD + '<div class="headline">A dam was opened</div>' + TAIL, "not as headlines"),
    "cut in its first article": ("a.xml", XML[:700], "no readable XML document"),
    "no XML": ("a.xml", XML.replace("<sourceName>", "<sourceName", 1), "no readable XML document"),
    "entities": ("a.xml", XML.replace("<PPS", '<!DOCTYPE x [<!ENTITY a "b">]><PPS', 1), "entities declared inside"),
    "empty": ("a.html", "", "is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name: str, tmp_path: Path) -> None:
    file, content, message = BAD[name]
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_articles(tmp_path / file, options=IngestOptions(format="factiva"))


def test_a_document_without_anything_is_a_reject(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(HEAD + CODED + '<div class="article"><p></p></div>' + TAIL, encoding="utf-8")
    corpus = read_articles(tmp_path / "a.html")
    assert corpus.n_articles == 1
    assert [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()] == [
        ("a.html, document 2", "neither title nor text")
    ]


def test_zipped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "exports.zip", "w") as packed:
        packed.writestr("May/Factiva-1.html", HEAD + CODED + TAIL)
        packed.writestr("May/Factiva-2.xml", XML)
    corpus = read_articles(tmp_path / "exports.zip")
    assert corpus.articles.column("article_id").to_pylist() == [SECOND, FIRST]
    # The same article in two exports is one.
    assert corpus.manifest.rejects_by_reason == {"repeated id": 1}
    assert corpus.articles.column("outlet_id").to_pylist() == ["Aldis Ledger", "Sarvane Wire"]


def test_signs() -> None:
    assert is_factiva(HEAD.encode("utf-16"))
    assert is_factiva(XML.encode())
    assert not is_factiva(b'<html><head><title>Why we left Factories</title></head><div class="article">')


def test_a_tree_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(HEAD + "<div>" * 100_000 + CODED, encoding="utf-8")
    with pytest.raises(InputError, match="no readable HTML page"):
        read_factiva(tmp_path / "a.html", None)


SAMPLES = {
    "exports/factiva/chinese-ui.html": 97,
    "exports/factiva/chosun_ilbo_1_2018-05-28.html": 59,
    "exports/factiva/german-ui.html": 100,
    "exports/factiva/irish-independence_1_2017-11-14.html": 44,
    "exports/factiva/nyt_1_1993-01-03.html": 27,
    "exports/factiva/suddeutsche_1_2017-11-19.html": 51,
    "exports/tm_factiva/inst/texts/factiva_test.html": 2,
    "exports/tm_factiva/inst/texts/factiva_test.xml": 3,
    "exports/tm_factiva/inst/texts/reut21578-factiva.xml": 19,
}


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_real_exports(name: str, data: Path) -> None:
    """As many articles as the file has accession numbers, each with outlet, headline, text, a date and a language."""
    corpus = read_articles(data / name)
    assert corpus.manifest.sources[0]["format"] == "factiva"
    assert (corpus.n_articles, corpus.rejects.num_rows) == (SAMPLES[name], 0)
    rows = corpus.articles.to_pylist()
    for field in ("title", "text", "published", "language"):
        assert all(r[field] for r in rows), field


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_exports(name: str, data: Path, tmp_path: Path) -> None:
    check_mutations(data / name, "factiva", tmp_path)
