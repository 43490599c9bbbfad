"""Files to articles: formats, encodings, columns, rejects; the text is kept code point for code point."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from framing.corpus import read_corpus
from framing.errors import CorpusError, FramingError, InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.fields import parse_map, resolve_columns

ROWS = [
    {
        "id": "1",
        "outlet": "Post",
        "title": "A siege",
        "text": "They ended  the siege.\r\n\r\nIt was “over”. ",
        "date": "2021-06-28",
    },
    {"id": "2", "outlet": "Herald", "title": "", "text": "\u00a0Ein Überfall 😀\tvoilà", "date": "28 June 2021"},
]


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, kind: str) -> Path:
    text = as_csv(ROWS)
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in ROWS)
    if kind == "csv":
        path.write_bytes(text.encode())
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif kind == "tsv":
        path.write_bytes(as_csv(ROWS, "\t").encode())
    elif kind == "jsonl":
        path.write_text(lines, encoding="utf-8")
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress(lines.encode("utf-8-sig")))
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    else:
        book = Workbook()
        book.active.append(list(ROWS[0]))
        for row in ROWS:
            book.active.append([v.replace("\r\n", "\n") for v in row.values()])
        book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "jsonl", "jsonl.gz", "parquet", "xlsx"])
def test_formats_give_the_same_articles(kind: str, tmp_path: Path) -> None:
    corpus = read_articles(write(tmp_path / f"articles.{kind}", kind))
    rows = corpus.articles.to_pylist()
    assert [r["article_id"] for r in rows] == ["1", "2"]
    expected = [r["text"].replace("\r\n", "\n") if kind == "xlsx" else r["text"] for r in ROWS]
    assert [r["text"] for r in rows] == expected
    assert rows[0]["published"] == rows[1]["published"] == datetime(2021, 6, 28, tzinfo=UTC)
    assert rows[1]["published_raw"] == "28 June 2021"
    assert rows[1]["title"] is None
    assert corpus.rejects.num_rows == 0


def test_disk_and_memory_give_one_digest(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", "csv")
    on_disk = ingest_files([source], tmp_path / "corpus")
    assert on_disk.digest == read_articles(source).digest == read_corpus(tmp_path / "corpus").digest
    assert on_disk.articles.equals(read_articles(source).articles)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(as_csv(ROWS).encode(encoding))
    assert read_articles(tmp_path / "a.csv").articles.column("text").to_pylist() == [r["text"] for r in ROWS]


def test_declared_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"outlet,text\nPost,caf\xe9\n")
    with pytest.raises(InputError, match="0xE9"):
        read_articles(tmp_path / "a.csv")
    corpus = read_articles(tmp_path / "a.csv", options=IngestOptions(encoding="latin-1"))
    assert corpus.articles.column("text").to_pylist() == ["café"]


def test_folder_of_texts(tmp_path: Path) -> None:
    (tmp_path / "Post").mkdir()
    (tmp_path / "Post" / "one.txt").write_text("The siege.\n", encoding="utf-8")
    (tmp_path / "two.txt").write_text("The truce.", encoding="utf-8")
    rows = read_articles(tmp_path, options=IngestOptions(outlet="Herald")).articles.to_pylist()
    assert [(r["article_id"], r["outlet_id"], r["text"]) for r in rows] == [
        ("Post/one", "Post", "The siege.\n"),
        ("two", "Herald", "The truce."),
    ]


def test_rejects_have_place_and_reason(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,outlet,text\n1,Post,x\n1,Post,y\n2,,z\n3,Post,\n4,Post,a,b\n", encoding="utf-8")
    corpus = ingest_files([tmp_path / "a.csv"], tmp_path / "corpus")
    assert corpus.n_articles == 1
    assert [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()] == [
        ("a.csv, row 2", "repeated id"),
        ("a.csv, row 3", "no outlet"),
        ("a.csv, row 4", "neither title nor text"),
        ("a.csv, row 5", "too many fields"),
    ]
    assert corpus.manifest.rejects_by_reason == {
        "neither title nor text": 1,
        "no outlet": 1,
        "repeated id": 1,
        "too many fields": 1,
    }


BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "empty"),
    "header only": ("a.csv", b"outlet,text\n", "no article"),
    "no text column": ("a.csv", b"outlet,title\nPost,x\n", "no text column"),
    "no outlet column": ("a.csv", b"headline,body\nx,y\n", "no outlet column"),
    "binary": ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
    "mixed encodings": ("a.csv", "outlet,text\nPost,é\nPost,".encode() + b"\xe9\n", "0xE9"),
    "not gzip": ("a.csv.gz", b"outlet,text\n", "damaged"),
    "gzip cut off": ("a.csv.gz", gzip.compress(as_csv(ROWS * 500).encode())[:-20], "damaged"),
    "not JSON": ("a.jsonl", b"one\ntwo\nthree\nfour\n", "not JSON Lines"),
    "not Parquet": ("a.parquet", b"PAR1 no", "Parquet"),
    "not a workbook": ("a.xlsx", b"PK\x03\x04 no", "workbook"),
    "many columns": ("a.csv", (",".join(f"c{i}" for i in range(5000)) + "\n").encode(), "columns"),
    "unknown ending": ("a.qqq", b"x", "ending"),
    "unclosed quotation mark": ("a.csv", b'outlet,text\nPost,"' + b"x" * 10_000_100, "breaks off"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_nothing_written(name: str, tmp_path: Path) -> None:
    file, content, expected = BAD[name]
    (tmp_path / file).write_bytes(content)
    with pytest.raises(FramingError, match=expected):
        ingest_files([tmp_path / file], tmp_path / "corpus")
    assert sorted(p.name for p in tmp_path.iterdir()) == [file]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_articles(tmp_path / "none.csv")


def test_out_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FramingError, match="holds other files"):
        ingest_files([write(tmp_path / "a.csv", "csv")], tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_damaged_corpus(tmp_path: Path) -> None:
    ingest_files([write(tmp_path / "a.csv", "csv")], tmp_path / "corpus")
    (tmp_path / "corpus" / "articles.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match="damaged"):
        read_corpus(tmp_path / "corpus")


@pytest.mark.parametrize(
    ("columns", "given", "expected"),
    [
        (["Source", "Headline", "Body"], {}, {"outlet": "Source", "title": "Headline", "text": "Body"}),
        (
            ["media_name", "publish_date", "title", "content"],
            {},
            {"outlet": "media_name", "title": "title", "text": "content", "published": "publish_date"},
        ),
        (["a", "b"], {"outlet": "a", "text": "b"}, {"outlet": "a", "text": "b"}),
        (["source", "text", "title"], {"title": ""}, {"outlet": "source", "text": "text"}),
        (["outlet", "text", "body"], {"title": "text"}, {"outlet": "outlet", "title": "text", "text": "body"}),
    ],
)
def test_columns(columns: list[str], given: dict[str, str], expected: dict[str, str]) -> None:
    assert resolve_columns(columns, given) == expected


@pytest.mark.parametrize("text", ["outlet", "colour=x", "outlet=a,=b"])
def test_bad_map(text: str) -> None:
    with pytest.raises(InputError, match="--map"):
        parse_map(text)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip))
def test_any_text_survives_jsonl(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes((json.dumps({"outlet": "o", "text": text}) + "\n").encode())
        assert read_articles(path).articles.column("text").to_pylist() == [text]


def test_lone_surrogate_is_a_reject(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [{"outlet": "o", "text": "fine"}, {"outlet": "o", "text": "\ud800"}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in lines))
    assert read_articles(tmp_path / "a.jsonl").rejects.column("reason").to_pylist() == ["not Unicode"]
