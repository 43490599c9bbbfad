"""Word files of Nexis Uni and Lexis Advance, made up as they come out of the button; and what is no such file."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.limits import LimitError, Limits
from tests.ingest.mutations import ENTITY_BOMB, ENTITY_FILE, mutations

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="urn:r"'
LINK = "https://advance.lexis.com/api/document?collection=news&amp;id=urn:contentItem:5ABC-1230-00XX-Y01Z-00000-00&amp;context="


READ = [
    "article_id",
    "outlet_id",
    "title",
    "text",
    "published",
    "published_raw",
    "url",
    "language",
    "section",
    "byline",
]


def p(text: str = "", *, bold: bool = False, mark: str = "", link: str = "", set_off: bool = False) -> str:
    """A paragraph; `Label:|value` has the label in bold and a hard space behind it; `set_off` begins it with a line break."""
    weight = "<w:rPr><w:b/></w:rPr>"
    lead, _, rest = text.replace("|", "|\u00a0").partition("|") if "|" in text else ("", "", text)
    runs = "<w:r><w:br/></w:r>" if set_off else ""
    runs += f"<w:r>{weight}<w:t>{escape(lead)}</w:t></w:r>" if lead else ""
    runs += f'<w:r>{weight if bold else ""}<w:t xml:space="preserve">{escape(rest)}</w:t></w:r>' if rest else ""
    runs = f'<w:hyperlink r:id="{link}">{runs}</w:hyperlink>' if link else runs
    mark = f'<w:bookmarkStart w:id="1" w:name="{mark}"/>' if mark else ""
    return f"<w:p>{mark}{runs}</w:p>"


BREAK = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"
COVER = (
    p("User Name: |A. Reader")
    + p("Date and Time: |Friday, 5. July 2019 09:31:00 CEST")
    + p("Documents (2)", bold=True)
    + p("1. The dam at Sarvane")
    + p("Client/Matter: |-None-")
    + p("Search Terms: |dam")
    + p("Narrowed by: |")
    + BREAK
)


def document(
    number: int,
    title: str = "The dam at Sarvane",
    outlet: str = "Sarvane Wire",
    date: str = "July 4, 2019 Thursday 1:04 PM GMT",
    *,
    labels: tuple[str, ...] = ("Section:|WORLD; Pg. 3", "Length:|9 words", "Byline:|Ada Oren", "Dateline:|SARVANE"),
    body: str = p("The dam was opened.") + p() + p("Nobody was there; the gates  stood open."),
    after: str = p("Load-Date:|July 5, 2019", set_off=True),
    heading: str = "Body",
    end: str = "End of Document",
    link: str = "",
    rights: str = "Copyright 2019 Sarvane Wire All Rights Reserved",
) -> str:
    return (
        p(mark=f"Bookmark_{number}")
        + (p(title, bold=True, link=link) if title else "")
        + p(outlet)
        + (p(date) if date else "")
        + p(rights, set_off=True)
        + "".join(p(label) for label in labels)
        + (p(heading, bold=True, mark=f"Body_{number}") if heading else "")
        + p()
        + body
        + after
        + (p(end, bold=True, set_off=True) if end else "")
        + BREAK
    )


def word(path: Path, *parts: str, declared: bytes = b"", main: str = "word/document.xml") -> Path:
    xml = f"<w:document {W}><w:body>{''.join(parts)}</w:body></w:document>".encode()
    links = f'<Relationships xmlns="urn:p"><Relationship Id="rId1" Target="{LINK}"/></Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(main, b'<?xml version="1.0"?>' + declared + xml)
        packed.writestr(main.replace("word/", "word/_rels/") + ".rels", links)
    return path


def rows(path: Path, **options: Any) -> list[dict[str, Any]]:
    return read_articles(path, options=IngestOptions(**options)).table(READ).to_pylist()


def one(path: Path, *parts: str) -> dict[str, Any]:
    (row,) = rows(word(path, *parts))
    return row


def test_a_download_with_its_list_of_documents(tmp_path: Path) -> None:
    second = document(
        2,
        "A mill burnt",
        "Aldis Ledger",
        "May 2, 2002, Thursday, FINAL EDITION",
        labels=("Section:|NEWS",),
        after=p("Classification", bold=True, mark="Classification_2")
        + p("Language:|ENGLISH")
        + p("Publication-Type:|Newspaper", set_off=True),
    )
    file = word(tmp_path / "Files (2).DOCX", COVER, document(1, link="rId1"), second)
    first, other = rows(file)
    assert first["article_id"] == "urn:contentItem:5ABC-1230-00XX-Y01Z-00000-00"
    assert first["outlet_id"] == "Sarvane Wire"
    assert first["title"] == "The dam at Sarvane"
    assert first["text"] == "The dam was opened.\n\nNobody was there; the gates  stood open."
    assert first["published"].isoformat() == "2019-07-04T13:04:00+00:00"
    assert first["published_raw"] == "July 4, 2019 Thursday 1:04 PM GMT"
    assert first["url"] == LINK.replace("&amp;", "&")
    assert (first["section"], first["byline"]) == ("WORLD; Pg. 3", "Ada Oren")
    assert (other["outlet_id"], other["title"], other["language"]) == ("Aldis Ledger", "A mill burnt", "ENGLISH")
    assert other["published"].date().isoformat() == "2002-05-02"
    assert other["byline"] is None
    assert "Classification" not in other["text"]


def test_the_format_is_found_and_written_down(tmp_path: Path) -> None:
    corpus = ingest_files([word(tmp_path / "a.docx", COVER, document(1))], tmp_path / "c")
    assert [(s["format"], s["file"]) for s in corpus.manifest.sources] == [("nexis", "a.docx")]


def test_a_document_without_cover(tmp_path: Path) -> None:
    assert one(tmp_path / "a.docx", document(1))["title"] == "The dam at Sarvane"


LANGUAGES = [
    ("Hauptteil", ("Rubrik:|KULTUR", "Länge:|9 Wörter", "Autor:|Ada Oren"), "4. Juli 2019 Donnerstag"),
    ("Corps", ("Rubrique\u00a0:|KULTUR", "Longueur\u00a0:|9 mots", "Auteur\u00a0:|Ada Oren"), "4 juillet 2019 jeudi"),
    ("Cuerpo", ("Sección:|KULTUR", "Longitud:|9 palabras", "Autor:|Ada Oren"), "4 de julio de 2019"),
    # An interface whose heading no list has: the bookmark is named "Body" in all of them.
    ("Brödtext", ("Section:|KULTUR", "Length:|9 words", "Byline:|Ada Oren"), "July 4, 2019 Thursday"),
]


@pytest.mark.parametrize(("heading", "labels", "date"), LANGUAGES, ids=[case[0] for case in LANGUAGES])
def test_languages_of_the_interface(heading: str, labels: tuple[str, ...], date: str, tmp_path: Path) -> None:
    row = one(tmp_path / "a.docx", document(1, heading=heading, labels=labels, date=date))
    assert (row["section"], row["byline"], row["title"]) == ("KULTUR", "Ada Oren", "The dam at Sarvane")
    assert row["published"].date().isoformat() == "2019-07-04"
    assert row["text"].startswith("The dam was opened.")
    assert row["text"].endswith("stood open.")


def test_documents_without_a_line_that_ends_them(tmp_path: Path) -> None:
    parts = (document(1, end=""), document(2, "A mill burnt", end=""))
    assert [r["title"] for r in rows(word(tmp_path / "a.docx", *parts))] == ["The dam at Sarvane", "A mill burnt"]


def test_a_document_without_the_heading_of_its_text(tmp_path: Path) -> None:
    row = one(tmp_path / "a.docx", document(1, heading=""))
    assert row["text"] == "The dam was opened.\n\nNobody was there; the gates  stood open."


def test_no_headline_and_no_date_are_null(tmp_path: Path) -> None:
    first, second = rows(
        word(tmp_path / "a.docx", document(1, "No Headline In Original"), document(2, "A mill burnt", date=""))
    )
    assert first["title"] is None
    assert (second["published"], second["outlet_id"]) == (None, "Sarvane Wire")


def test_a_headline_in_two_lines_and_a_remark(tmp_path: Path) -> None:
    head = (
        p(mark="Bookmark_1")
        + "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>The dam;</w:t><w:br/><w:t>What now?</w:t></w:r></w:p>"
        + p("Sarvane Wire")
        + p("July 4, 2019")
        + p(" Correction Appended", bold=True, set_off=True)
        + p("Length:|9 words")
        + p("Body", bold=True, mark="Body_1")
    )
    row = one(tmp_path / "a.docx", head, p("The dam was opened."), p("End of Document", bold=True, set_off=True))
    assert row["title"] == "The dam; What now?"
    assert row["published"].date().isoformat() == "2019-07-04"


IN_THE_TEXT = [
    p("Body"),
    p("Graphic", bold=True),
    p("End of Document"),
    p("Section: none of this was printed."),
    p("Note: |the mill is older."),
    p("Copyright 2019 is what the sign said."),
]


@pytest.mark.parametrize("line", IN_THE_TEXT)
def test_lines_of_a_text_that_look_like_the_export_stay(line: str, tmp_path: Path) -> None:
    row = one(tmp_path / "a.docx", document(1, body=p("It began.") + line + p("It ended.")))
    assert len(row["text"].split("\n\n")) == 3
    assert row["section"] == "WORLD; Pg. 3"


@pytest.mark.parametrize("name", ["Graphic", "Correction", "Notes"])
def test_blocks_behind_the_text_are_no_text(name: str, tmp_path: Path) -> None:
    after = p(name, bold=True, set_off=True) + p("Photo of a gate.") + p("Load-Date:|July 5, 2019", set_off=True)
    assert "gate." not in one(tmp_path / "a.docx", document(1, after=after))["text"]


def test_tables_tabs_and_deleted_words(tmp_path: Path) -> None:
    body = (
        "<w:tbl><w:tr><w:tc>" + p("Mill") + "</w:tc><w:tc>" + p("444") + "</w:tc></w:tr>"
        "<w:tr><w:tc>" + p("Dam") + "</w:tc><w:tc>" + p("333") + "</w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r><w:del><w:r><w:delText>lost</w:delText></w:r></w:del>"
        '<w:r><w:t xml:space="preserve"> three</w:t></w:r></w:p>'
    )
    assert one(tmp_path / "a.docx", document(1, body=body))["text"] == "Mill\t444\n\nDam\t333\n\nOne\ttwo three"


def test_a_notice_instead_of_an_article_is_a_reject(tmp_path: Path) -> None:
    notice = "This document is not available due to copyright restrictions."
    corpus = read_articles(word(tmp_path / "a.docx", document(1), document(2, "A mill burnt", body=p(notice))))
    assert corpus.n_articles == 1
    (reject,) = corpus.rejects.to_pylist()
    assert (reject["where"], reject["reason"]) == ("a.docx, document 2", "not delivered")


def test_an_article_that_speaks_of_such_a_notice_is_kept(tmp_path: Path) -> None:
    long = "The document is not available, said the office. " * 20
    assert one(tmp_path / "a.docx", document(1, body=p(long)))["text"] == long


def test_the_same_document_twice_is_a_repeated_id(tmp_path: Path) -> None:
    corpus = read_articles(word(tmp_path / "a.docx", document(1, link="rId1"), document(2, link="rId1")))
    assert corpus.manifest.rejects_by_reason == {"repeated id": 1}


def test_a_zip_of_single_documents(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "Files.ZIP", "w") as packed:
        for number, title in enumerate(("The dam at Sarvane", "A mill burnt"), start=1):
            packed.write(word(tmp_path / f"{number}.docx", document(number, title)), f"{title}.docx")
        packed.writestr("doclist.docx", b"no Word file")
    corpus = read_articles(tmp_path / "Files.ZIP")
    assert corpus.table(["title"]).column("title").to_pylist() == ["A mill burnt", "The dam at Sarvane"]
    assert corpus.manifest.rejects_by_reason == {"unreadable": 1}


def test_the_main_part_can_have_another_name(tmp_path: Path) -> None:
    (row,) = rows(word(tmp_path / "a.docx", document(1, link="rId1"), main="word/document2.xml"))
    assert row["article_id"].startswith("urn:contentItem:")


# ---- no such file -----------------------------------------------------------------------------------------------------


def test_a_word_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no document of Nexis in 'a.docx'.*--format text"):
        read_articles(word(tmp_path / "a.docx", p("A letter"), p("Dear reader,")))


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"PK\x03\x04 cut", "no readable Word file"), (b"\xd0\xcf\x11\xe0\x00\x00", "NUL")],
)
def test_no_word_file_at_all(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_articles(tmp_path / "a.docx")


def test_a_zip_without_a_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as packed:
        packed.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="no Word document"):
        read_articles(tmp_path / "a.docx")


def test_entities_are_not_followed(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>Before &f;after.</w:t></w:r></w:p>"
    file = word(tmp_path / "a.docx", document(1, body=body), declared=ENTITY_FILE)
    assert rows(file)[0]["text"] == "Before after."
    body = body.replace("&f;", "&a9;")
    with pytest.raises(InputError, match=r"no readable Word file.*ntity"):
        read_articles(word(tmp_path / "a.docx", document(1, body=body), declared=ENTITY_BOMB))


def test_a_document_that_unpacks_to_too_much(tmp_path: Path) -> None:
    file = word(tmp_path / "a.docx", document(1, body=p("The dam. " * 3_000_000)))
    with pytest.raises(LimitError, match="--limit ratio"):
        read_articles(file, limits=Limits(ratio=50))


def test_damaged_copies_end_in_articles_or_one_sentence(tmp_path: Path) -> None:
    data = word(tmp_path / "a.docx", COVER, document(1, link="rId1"), document(2, "A mill burnt")).read_bytes()
    outcomes = {outcome(tmp_path / "m.docx", mutant) for mutant in mutations(data, 150, 7)}
    assert outcomes == {"read", "refused"}


def outcome(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    try:
        corpus = read_articles(path)
    except InputError:
        return "refused"
    assert all(r["title"] or r["text"] for r in corpus.table(["title", "text"]).to_pylist())
    return "read"


# ---- real exports: numbers only ---------------------------------------------------------------------------------------

#: Articles, as the cover sheet of each file states them; those with a date, headline, section and byline, counted by reading.
REAL = [
    ("nexis/nyt.docx", 50, {"published": 49, "title": 50, "section": 50}),
    ("nexis/washington-post.docx", 50, {"published": 50, "title": 49, "section": 50}),
    ("nexis/usa-today.docx", 7, {"published": 7, "title": 7, "section": 7}),
    ("lexisnexistools/inst/extdata/sample.DOCX", 10, {"published": 10, "title": 10, "section": 10}),
]


@pytest.mark.data
@pytest.mark.parametrize(("name", "n", "given"), REAL, ids=[case[0] for case in REAL])
def test_real_exports(name: str, n: int, given: dict[str, int], data: Path) -> None:
    corpus = read_articles(data / "exports" / name)
    assert (corpus.n_articles, corpus.manifest.n_rejects) == (n, 0)
    assert corpus.table(["outlet_id", "text"]).column("text").null_count == 0
    for column, count in given.items():
        assert n - corpus.table([column]).column(column).null_count == count


@pytest.mark.data
@pytest.mark.parametrize("name", [case[0] for case in REAL])
def test_damaged_real_exports(name: str, data: Path, tmp_path: Path) -> None:
    for mutant in mutations((data / "exports" / name).read_bytes(), 40, 11):
        assert outcome(tmp_path / "m.docx", mutant) in ("read", "refused")
