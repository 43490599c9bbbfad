"""GDELT tables: each page an article without a text, to be fetched by its address."""

from __future__ import annotations

import csv
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from framing.errors import InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.gdelt import _layouts, is_gdelt, read_gdelt
from tests.ingest.exports import check_mutations, rows_of


def row(n_fields: int, fields: dict[int, str]) -> str:
    return "\t".join(fields.get(i, "") for i in range(n_fields))


def mention(number: int, url: str, kind: str = "1") -> str:
    day = "20240305141500"
    return row(16, {0: str(number), 1: day, 2: day, 3: kind, 4: "sarvane.example", 5: url, 6: "3", 14: "srclc:fra"})


MENTIONS = "\n".join(
    [
        mention(1, "https://sarvane.example/dam"),
        mention(2, "https://sarvane.example/dam"),
        mention(2, "https://www.sarvane.example/valley"),
        mention(3, "Sarvane Radio, 5 March", kind="2"),
        mention(3, "nowhere"),
        "1\t2\t3",
    ]
)


def test_mentions(tmp_path: Path) -> None:
    file = tmp_path / "20240305141500.mentions.CSV"
    file.write_text(MENTIONS + "\n", encoding="utf-8")
    corpus = ingest_files([file], tmp_path / "corpus")
    first, second = corpus.articles.to_pylist()
    assert first["url"] == "https://sarvane.example/dam"
    assert first["outlet_id"] == "sarvane.example"
    assert first["published"] == datetime(2024, 3, 5, 14, 15, tzinfo=UTC)
    assert (first["title"], first["text"], first["event_id"], first["n_words"]) == (None, None, None, 0)
    assert second["url"] == "https://www.sarvane.example/valley"
    assert corpus.manifest.sources[0]["format"] == "gdelt"
    assert [(r["where"][-5:], r["reason"], r["detail"]) for r in corpus.rejects.to_pylist()] == [
        ("row 2", "repeated address", "https://sarvane.example/dam"),
        ("row 4", "no address", "Sarvane Radio, 5 March"),
        ("row 5", "no address", "nowhere"),
        ("row 6", "too few fields", "3 instead of 6"),
    ]


def test_the_same_page_in_the_next_table_is_known(tmp_path: Path) -> None:
    for quarter in ("1415", "1430"):
        lines = mention(1, "https://sarvane.example/dam").replace("202403051415", f"20240305{quarter}")
        (tmp_path / f"20240305{quarter}00.mentions.CSV").write_text(lines + "\n", encoding="utf-8")
    corpus = read_articles(*sorted(tmp_path.iterdir()))
    assert corpus.n_articles == 1
    assert corpus.manifest.rejects_by_reason == {"repeated id": 1}


def test_packed_as_handed_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "20240305141500.mentions.CSV.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("20240305141500.mentions.CSV", MENTIONS)
    corpus = read_articles(tmp_path / "20240305141500.mentions.CSV.zip")
    assert (corpus.n_articles, corpus.rejects.num_rows) == (2, 4)


def record(extras: str = "", translation: str = "") -> str:
    return row(
        27,
        {
            0: "20240305141500-T7",
            1: "20240305141500",
            2: "1",
            3: "aldis.example",
            4: "https://aldis.example/7",
            25: translation,
            26: extras,
        },
    )


def test_knowledge_graph(tmp_path: Path) -> None:
    extras = (
        "<PAGE_LINKS>https://x.example</PAGE_LINKS><PAGE_AUTHORS>Ilsa Ronn</PAGE_AUTHORS>"
        "<PAGE_PRECISEPUBTIMESTAMP>20240305120100</PAGE_PRECISEPUBTIMESTAMP>"
        "<PAGE_TITLE>Barrage ouvert &amp; vall&#xE9;e inond&#xE9;e</PAGE_TITLE>"
    )
    [found] = rows_of(tmp_path / "20240305141500.gkg.csv", record(extras, "srclc:fra;eng:Moses 2.1.1") + "\n")
    assert found["article_id"] == "20240305141500-T7"
    assert found["outlet_id"] == "aldis.example"
    assert found["title"] == "Barrage ouvert & vallée inondée"
    assert found["text"] is None
    assert found["published"] == datetime(2024, 3, 5, 12, 1, tzinfo=UTC)
    assert found["language"] == "fra"
    assert found["byline"] == "Ilsa Ronn"
    [bare] = rows_of(tmp_path / "b.gkg.csv", record() + "\n")
    assert (bare["title"], bare["byline"], bare["language"]) == (None, None, None)
    assert bare["published"] == datetime(2024, 3, 5, 14, 15, tzinfo=UTC)


def test_a_wrong_byte_in_an_unused_field_costs_nothing(tmp_path: Path) -> None:
    line = record().replace("\t\t\t", "\tcaf\xe9\t\t", 1).encode("latin-1") + b"\n"
    assert len(rows_of(tmp_path / "a.gkg.csv", line)) == 1
    spoilt = record().replace("aldis.example/7", "aldis.example/\xe9").encode("latin-1") + b"\n"
    corpus_bytes = line + spoilt
    (tmp_path / "b.gkg.csv").write_bytes(corpus_bytes)
    corpus = read_articles(tmp_path / "b.gkg.csv")
    assert corpus.n_articles == 1
    assert corpus.manifest.rejects_by_reason == {"not UTF-8": 1}


OTHERS = {
    "events": row(61, {0: "1", 1: "20240305", 59: "20240305141500", 60: "https://sarvane.example/dam"}),
    "events of the first version": row(58, {0: "1", 1: "20130405", 56: "20130405", 57: "https://sarvane.example/dam"}),
    "first graph": "DATE\tNUMARTS\tCOUNTS\tTHEMES\tLOCATIONS\tPERSONS\tORGANIZATIONS\tTONE\tCAMEOEVENTIDS\tSOURCES\tSOURCEURLS\n"
    + row(11, {0: "20130405", 1: "2", 9: "a;b", 10: "https://sarvane.example/dam<UDIV>https://sarvane.example/b"}),
    "BigQuery": "GLOBALEVENTID,MentionTimeDate,MentionIdentifier\n"
    '1,20240305141500,"https://sarvane.example/dam"\n2,20240305141500,"https://sarvane.example/a,""b"""',
    "list of articles": ",url,url_mobile,title,seendate,socialimage,domain,language,sourcecountry\n"
    '0,https://sarvane.example/dam,,"Dam, opened",20240305T141500Z,,sarvane.example,English,Ronn',
    "list as a table": "URL,MobileURL,Date,Title\nhttps://sarvane.example/dam,,2024-03-05 14:15:00,A dam",
}
URLS = {
    "first graph": ["https://sarvane.example/dam", "https://sarvane.example/b"],
    "BigQuery": ["https://sarvane.example/dam", 'https://sarvane.example/a,"b"'],
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_tables(name: str, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "a.csv", OTHERS[name] + "\n")
    assert [r["url"] for r in rows] == URLS.get(name, ["https://sarvane.example/dam"])
    assert {r["outlet_id"] for r in rows} == {"sarvane.example"}
    assert all(r["published"] for r in rows)
    titles = {"list of articles": "Dam, opened", "list as a table": "A dam"}
    assert rows[0]["title"] == titles.get(name)


@pytest.mark.parametrize("head", [b"url,date,title,text\n", b"1\t2\t3\n", b"", b"outlet\ttext\nA\tB\n"])
def test_tables_of_others(head: bytes, tmp_path: Path) -> None:
    assert not is_gdelt(head)
    (tmp_path / "a.csv").write_bytes(head)
    with pytest.raises(InputError, match=r"none of GDELT's|is empty|holds NUL"):
        read_articles(tmp_path / "a.csv", options=IngestOptions(format="gdelt"))


def test_a_record_longer_than_what_is_looked_at() -> None:
    assert is_gdelt(record("x" * 100_000).encode()[:65_536])


def test_damaged_tables(tmp_path: Path) -> None:
    chance = random.Random(5)
    for name, lines in {
        "a.mentions.CSV": [mention(i, f"https://sarvane.example/{chance.randrange(30)}") for i in range(40)],
        "b.gkg.csv": [
            record(f"<PAGE_TITLE>Dam {i}</PAGE_TITLE>").replace("-T7", f"-{i}").replace("/7", f"/{i}")
            for i in range(40)
        ],
        "c.csv": OTHERS["BigQuery"].split("\n"),
    }.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        check_mutations(tmp_path / name, "gdelt", tmp_path)


def test_a_line_that_does_not_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(MENTIONS.encode() + b"\n" + b"9" * 20_000_001)
    with pytest.raises(InputError, match="a line of more than"):
        list(read_gdelt(tmp_path / "a.csv", None).rows(()))


@pytest.mark.data
@pytest.mark.parametrize(
    ("layout", "file"),
    [("mentions", "mentions"), ("events", "events2"), ("events1", "events1"), ("gkg", "gkg2"), ("gkg1", "gkg1")],
)
def test_places_of_fields_are_those_of_the_descriptions(layout: str, file: str, data: Path) -> None:
    with (data / f"exports/gdelt/data/{file}.csv").open(encoding="utf-8", newline="") as opened:
        names = [line["name"] for line in csv.DictReader(opened)]
    known = _layouts()[layout]
    assert known["fields"] == [len(names)]
    assert {field: names.index(name) for field, name in known["names"].items()} == {
        field: known[field] for field in known["names"]
    }
