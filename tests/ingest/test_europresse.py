"""Europresse exports: publication, day, author and text out of each generation of its pages, in French and English."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, read_articles
from framing.ingest.europresse import is_europresse
from tests.ingest.exports import check_mutations, rows_of

NUMBER = "news·20240305·SVW·0123-45_6"


def modern(
    header: str = "Monde, mardi 5 mars 2024 - 14:32 UTC +01:00 512 mots, p. 3",
    publication: str = "Sarvane Wire, no. 5968",
    author: str = '<div class="docAuthors">Ilsa Ronn</div>',
    text: str = "<p>Le barrage  a été\nouvert.</p><p>« Personne n'est <mark>mort</mark> », dit-on.<br>Fin.</p>",
) -> str:
    """An article as the database writes it since 2013."""
    return (
        '<html><head><meta charset="utf-8"></head><body><article><header>'
        f'<div class="rdp__DocPublicationName"><span class="DocPublicationName">{publication}</span></div>'
        f'<span class="DocHeader">{header}</span>'
        '<div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">Un barrage ouvert</p></div>'
        f'{author}</header><section><div class="docOcurrContainer">{text}</div></section>'
        f'<footer><div class="publiC-lblNodoc">{NUMBER}</div><p>Ce document est destiné à votre usage.</p></footer>'
        "</article></body></html>"
    )


@pytest.mark.parametrize(
    ("header", "section", "utc"),
    [
        (
            "Monde, mardi 5 mars 2024 - 14:32 UTC +01:00 512 mots, p. 3",
            "Monde",
            datetime(2024, 3, 5, 13, 32, tzinfo=UTC),
        ),
        ("mardi 5 mars 2024 512 mots", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("Économie, vendredi 1er mars 2024, p. 12", "Économie", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Débats, idées, lundi 5 août 2013 625 mots", "Débats, idées", datetime(2013, 8, 5, tzinfo=UTC)),
        ("World, Tuesday, March 5, 2024 512 words, p. A3", "World", datetime(2024, 3, 5, tzinfo=UTC)),
        ("Tuesday, March 5, 2024 - 14:32 512 words", None, datetime(2024, 3, 5, 14, 32, tzinfo=UTC)),
        ("Mundo, martes 5 de marzo de 2024 512 palabras", "Mundo", datetime(2024, 3, 5, tzinfo=UTC)),
        ("Monde, 2024-03-05", "Monde", datetime(2024, 3, 5, tzinfo=UTC)),
        ("Mars 2024", None, None),
    ],
)
def test_header(header: str, section: str | None, utc: datetime | None, tmp_path: Path) -> None:
    [row] = rows_of(tmp_path / "biblio.HTML", modern(header))
    assert row["section"] == section
    assert row["published"] == utc


@pytest.mark.parametrize(
    ("publication", "outlet"),
    [
        ("Sarvane Wire, no. 5968", "Sarvane Wire"),
        ("Sarvane Wire, vol. 12, n° 3", "Sarvane Wire"),
        ("Sarvane Wire (site web)", "Sarvane Wire (site web)"),
        ("Sarvane Wire, le soir", "Sarvane Wire, le soir"),
        ("Sarvane Wire<br>Actualités, mardi", "Sarvane Wire"),
        ("Sarvane Wire\xa0\xa0\xa0\xa0Magazine, no. 3", "Sarvane Wire"),
    ],
)
def test_outlet_is_the_publication_without_its_number(publication: str, outlet: str, tmp_path: Path) -> None:
    [row] = rows_of(tmp_path / "a.html", modern(publication=publication))
    assert row["outlet_id"] == outlet


def test_parts(tmp_path: Path) -> None:
    [row] = rows_of(tmp_path / "a.html", modern())
    assert row["article_id"] == NUMBER
    assert row["title"] == "Un barrage ouvert"
    assert row["text"] == "Le barrage a été ouvert.\n\n« Personne n'est mort », dit-on.\nFin."
    assert row["byline"] == "Ilsa Ronn"


def test_author_after_the_headline(tmp_path: Path) -> None:
    [row] = rows_of(tmp_path / "a.html", modern(author='<div class="sm-margin-bottomNews">Ilsa Ronn; Presse</div>'))
    assert row["byline"] == "Ilsa Ronn; Presse"
    [none] = rows_of(tmp_path / "a.html", modern(author=""))
    assert none["byline"] is None


def test_text_that_was_escaped_twice(tmp_path: Path) -> None:
    text = "&lt;p&gt;Le barrage.&lt;/p&gt;&lt;p&gt;A &amp;lt; B.&lt;/p&gt;"
    [row] = rows_of(tmp_path / "a.html", modern(text=text))
    assert row["text"] == "Le barrage.\n\nA < B."


OLDER = """<html xmlns:n1="http://www.cedrom-sni.com/schema/newsv1.xsd"><head>
<META http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"></head><body><table><tr><td>
<span class="DocPublicationName">Aldis Ledger, n° 77</span><br><span class="DocHeader">Politique, </span><span
class="DocHeader">jeudi </span><span class="DocHeader">5 octobre 2006</span><br><br><span class="TitreArticleVisu">Un
<font color="red">barrage</font> fermé</span><br><br>{author}Le barrage est fermé.<b> Suite.</b><p></p>Fin.<p></p><b><i>© 2006
Aldis Ledger. Tous droits réservés.</i></b><p></p>Numéro de document : news·20061005·AL·175071<br><table><tr><td>Certificat
</td></tr></table></td></tr></table></body></html>"""


@pytest.mark.parametrize("author", ["", "RONN Ilsa<br><p></p>"])
def test_before_2013(author: str, tmp_path: Path) -> None:
    [row] = rows_of(tmp_path / "a.html", OLDER.format(author=author).encode("cp1252"))
    assert row["article_id"] == "news·20061005·AL·175071"
    assert row["outlet_id"] == "Aldis Ledger"
    assert row["title"] == "Un barrage fermé"
    assert row["text"] == "Le barrage est fermé. Suite.\n\nFin."
    assert row["published"] == datetime(2006, 10, 5, tzinfo=UTC)
    assert row["section"] == "Politique"
    assert row["byline"] == ("RONN Ilsa" if author else None)


def test_a_cut_is_said(tmp_path: Path) -> None:
    content = modern()
    (tmp_path / "a.html").write_text(content[: content.index("Fin.")], encoding="utf-8")
    corpus = read_articles(tmp_path / "a.html")
    assert corpus.articles.column("text").to_pylist() == [
        "Le barrage a été ouvert.\n\n« Personne n'est mort », dit-on."
    ]
    assert [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()] == [("a.html, end", "cut off")]


BAD = {
    "a page of something else": (
        "<html><body><article><p>Un article</p></article></body></html>",
        "no article of Europresse",
    ),
    "empty": ("", "is empty"),
    "binary": ("\x00\x01\x02", "NUL bytes"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / "a.html").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_articles(tmp_path / "a.html", options=IngestOptions(format="europresse"))


def test_signs() -> None:
    assert is_europresse(OLDER.encode())
    assert is_europresse(modern().encode())
    assert not is_europresse(b"<html><title>Factiva</title>")


SAMPLES = {
    "exports/tm_europresse/inst/texts/europresse_test1.html": 3,
    "exports/tm_europresse/inst/texts/europresse_test2.html": 4,
}


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_real_exports(name: str, data: Path) -> None:
    corpus = read_articles(data / name)
    assert corpus.manifest.sources[0]["format"] == "europresse"
    assert (corpus.n_articles, corpus.rejects.num_rows) == (SAMPLES[name], 0)
    rows = corpus.articles.to_pylist()
    for field in ("title", "text", "published"):
        assert all(r[field] for r in rows), field


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_exports(name: str, data: Path, tmp_path: Path) -> None:
    check_mutations(data / name, "europresse", tmp_path)
