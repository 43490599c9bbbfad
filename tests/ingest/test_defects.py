"""Hostile and merely odd files: each is read rightly, counted as a reject, or refused in one sentence."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from framing.corpus import Corpus
from framing.errors import InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.fields import resolve_columns
from framing.ingest.raw import MOST_CHARACTERS_IN_FIELD


def read(path: Path, content: bytes | str, **options: Any) -> Corpus:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_articles(path, options=IngestOptions(**options))


def texts(corpus: Corpus) -> list[str]:
    found: list[str] = corpus.articles.column("text").to_pylist()
    return found


def rejects(corpus: Corpus) -> list[tuple[str, str]]:
    return [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()]


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def book(rows: list[list[Any]]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


CSV_REFUSED = {
    "file ends in quotes": ("a.csv", 'outlet,text\nPost,fine\nPost,"open\nPost,lost\n', r"row 2 \(line 3.*unclosed"),
    "closed by a later row": ("a.csv", 'outlet,text\nPost,"open\nPost,"shut"\n', r"row 1 \(line 2.*unclosed"),
    "inner marks over lines": ("a.csv", 'outlet,text\nPost,"a "b" c\nd,e"\nPost,x\n', "row 1.*unclosed"),
    "fragment after a malformed row": ("a.csv", 'id,outlet,text\n1,Post,"a "b\nc" d"\n2,Post,x\n', "row 2.*unclosed"),
    "TSV field with a mark": ("a.tsv", 'outlet\ttext\nPost\t"Yes, he said\nPost\tx\n', "row 1.*begins with one"),
    "header": ("a.csv", '"outlet,text\nPost,x\n', "header.*unclosed"),
    "used name twice": ("a.csv", "outlet,text, Text \nPost,a,b\n", "text, Text"),
    "only a header": ("a.csv", "outlet,text\n", r"no rows.*[^p]$"),
    "rot13": ("a.csv", "outlet,text\nPost,x\n", "rot13", "rot13"),
    "base64": ("a.csv", "outlet,text\nPost,x\n", "base64", "base64"),
    "hex": ("a.csv", "outlet,text\nPost,x\n", "hex", "hex"),
    "punycode": ("a.csv", "outlet,text\nPost,x\n", "punycode", "punycode"),
    "undefined": ("a.csv", "outlet,text\nPost,x\n", "undefined", "undefined"),
    "idna": ("a.csv", "outlet,text\nPost,x\n", "idna", "idna"),
    "UTF-16 without a mark": ("a.csv", "outlet,text\nPost,x\n".encode("utf-16-le"), "UTF-16", "utf-16"),
    "gzip with a wrong byte": ("a.csv.gz", gzip.compress(b"outlet,text\n")[:10] + b"\xff" * 20, "damaged"),
}


@pytest.mark.parametrize("name", CSV_REFUSED)
def test_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    file, content, expected, *encoding = CSV_REFUSED[name]
    with pytest.raises(InputError, match=expected) as caught:
        read(tmp_path / file, content, encoding=encoding[0] if encoding else None)
    if name == "only a header":
        assert "--map" not in str(caught.value)
        with pytest.raises(InputError, match="no rows"):
            ingest_files([tmp_path / file], tmp_path / "corpus")


def test_a_malformed_row_is_counted_and_the_others_kept(tmp_path: Path) -> None:
    corpus = read(tmp_path / "a.csv", 'outlet,text\nPost,one\nPost,"Smith" wrote\nPost,"two\nlines"\n')
    assert texts(corpus) == ["one", "two\nlines"]
    assert rejects(corpus) == [("a.csv, row 2", "malformed row")]
    assert "line 3" in corpus.rejects.column("detail").to_pylist()[0]


CSV_READ: dict[str, tuple[bytes | str, dict[str, Any], list[str]]] = {
    "line break in the header": ('"the\noutlet",text\nPost,x\n', {"columns": {"outlet": "the\noutlet"}}, ["x"]),
    "delimiter inside quotes": ('"outlet";"text, with, many, commas"\nPost;x,y\n', {"columns": {"text": "text, with, many, commas"}}, ["x,y"]),
    "sep line": ("sep=;\r\noutlet;text\r\nPost;a, b, c\r\n", {}, ["a, b, c"]),
    "sep line with a mark": ("\ufeffsep=|\noutlet|text\nPost|a,b\n", {}, ["a,b"]),
    "sep line with a rare delimiter": ('SEP=^\n"outlet"^"text"\nPost^a,b\n', {}, ["a,b"]),
    "blank lines first": ("\n  \r\noutlet,text\nPost,x\n", {}, ["x"]),
    "declared UTF-8 with a mark": ('\ufeff"outlet",text\nPost,x\n', {"encoding": "utf8"}, ["x"]),
    "declared UTF-16-LE with a mark": ("\ufeffoutlet,text\nPost,x\n".encode("utf-16-le"), {"encoding": "utf-16-le"}, ["x"]),
    "unused name twice": ("outlet,text,note,note\nPost,x,1,2\n", {}, ["x"]),
    "the user names one of two": ("outlet,text,Text\nPost,x,y\n", {"columns": {"text": "Text"}}, ["y"]),
    "outlet_id": ("outlet_id,text\nPost,x\n", {}, ["x"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV_READ)
def test_read(name: str, tmp_path: Path) -> None:
    content, options, expected = CSV_READ[name]
    corpus = read(tmp_path / "a.csv", content, **options)
    assert texts(corpus) == expected
    assert corpus.articles.column("outlet_id").to_pylist() == ["Post"]


def test_the_name_of_an_outlet_goes_before_its_id() -> None:
    assert resolve_columns(["outlet_id", "outlet_name", "text"], {})["outlet"] == "outlet_name"


def test_our_own_articles_can_be_read_back(tmp_path: Path) -> None:
    corpus = read(tmp_path / "a.csv", "id,outlet,text,date\n1,Post,x,2021-06-28T00:00:00+00:00\n")
    pq.write_table(corpus.articles, tmp_path / "b.parquet")
    assert read_articles(tmp_path / "b.parquet").digest == corpus.digest


@pytest.mark.parametrize("field", ["id", "outlet", "title", "text", "event"])
@pytest.mark.parametrize("value", [True, ["a", "b"], {"a": "b"}])
def test_what_is_not_text_is_a_reject(field: str, value: object, tmp_path: Path) -> None:
    row = {"outlet": "Post", "text": "x"}
    corpus = read(tmp_path / "a.jsonl", jsonl({**row, field: value}, row))
    assert (texts(corpus), rejects(corpus)) == (["x"], [("a.jsonl, line 1", "not text")])
    assert field in corpus.rejects.column("detail").to_pylist()[0]


def test_authors_may_be_a_list_and_a_date_anything(tmp_path: Path) -> None:
    row = {"outlet": "Post", "text": "x", "authors": ["A", "B"], "id": 7, "date": {"day": 1}}
    corpus = read(tmp_path / "a.jsonl", jsonl(row, {**row, "id": 8, "authors": [{"name": "A"}], "date": 20210628}))
    rows = corpus.articles.to_pylist()
    assert [r["byline"] for r in rows] == ["A, B", None]
    assert [r["article_id"] for r in rows] == ["7", "8"]
    assert [r["published"] for r in rows] == [None, datetime(2021, 6, 28, tzinfo=UTC)]
    assert corpus.manifest.dates_unread == 1


def test_parquet_values(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    good = pa.array(["a", "b"])
    texts_of_bytes = pa.array(["é".encode(), b"\xe9"], pa.binary())
    pq.write_table(pa.table({"outlet": good, "text": texts_of_bytes}), path)
    assert (texts(read_articles(path)), rejects(read_articles(path))) == (["é"], [("a.parquet, row 2", "not text")])
    damaged = texts_of_bytes.view(pa.string())
    pq.write_table(pa.table({"outlet": good, "text": damaged, "note": damaged}), path)
    assert (texts(read_articles(path)), rejects(read_articles(path))) == (["é"], [("a.parquet, row 2", "not text")])
    far = pa.array([0, 2**62], pa.timestamp("us"))
    pq.write_table(pa.table({"outlet": good, "text": good, "note": far, "other.name": damaged}), path)
    assert texts(read_articles(path)) == ["a", "b"]
    pq.write_table(pa.table({"outlet": good, "text": good, "date": far}), path)
    assert rejects(read_articles(path)) == [("a.parquet, row 2", "out of range")]
    pq.write_table(pa.table({"source.name": good, "text": good}), path)
    options = IngestOptions(columns={"outlet": "source.name"})
    assert read_articles(path, options=options).articles.column("outlet_id").to_pylist() == ["a", "b"]
    pq.write_table(pa.Table.from_arrays([good, good, good], ["outlet", "text", "text"]), path)
    with pytest.raises(InputError, match="text, text"):
        read_articles(path)
    pq.write_table(pa.Table.from_arrays([good, good, good, good], ["outlet", "text", "n", "n"]), path)
    assert texts(read_articles(path)) == ["a", "b"]


@pytest.mark.parametrize(
    ("rows", "given", "expected"),
    [
        ([{"outlet": "Post", "text": "x"}], {"title": "Kopf"}, "no column 'Kopf' for title"),
        ([{"outlet": "Post", "title": "x"}, {"outlet": "Post", "rubric": "x"}], {}, "no text column.*outlet, title, rubric"),
        ([{"text": "x"}, {"text": "y", "note": 1}], {}, "no outlet column.*text, note"),
    ],
)  # fmt: skip
def test_columns_no_row_has(rows: list[Any], given: dict[str, str], expected: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=expected):
        read(tmp_path / "a.jsonl", jsonl(*rows), columns=given)


def test_the_first_object_does_not_decide(tmp_path: Path) -> None:
    rows = [{"note": 1}, {"title": "t", "outlet": "Post"}, {"BODY": "x", "outlet": "Post"}, {"body": "y"}]
    corpus = read(tmp_path / "a.jsonl", jsonl(*rows), columns={"text": "Body"})
    assert texts(corpus) == ["x"]
    assert rejects(corpus) == [
        ("a.jsonl, line 1", "no text"),
        ("a.jsonl, line 2", "no text"),
        ("a.jsonl, line 4", "no outlet"),
    ]
    assert corpus.manifest.sources[0]["columns"] == {"outlet": "outlet", "text": "BODY", "title": "title"}


def test_a_named_column_is_not_replaced_by_another(tmp_path: Path) -> None:
    rows = [{"outlet": "Post", "full": "x"}, {"outlet": "Post", "text": "a teaser"}, {"outlet": "Post", "\ud800": 1}]
    corpus = read(tmp_path / "a.jsonl", jsonl(*rows), columns={"text": "full"})
    assert (texts(corpus), [r for _, r in rejects(corpus)]) == (["x"], ["no text", "no text"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (json.dumps([{"outlet": "Post", "text": "x"}] * 2), "JSON array"),
        (json.dumps([{"outlet": "Post", "text": "x"}] * 2, indent=1), "JSON array"),
        (json.dumps({"outlet": "Post", "text": "x"}, indent=1), "one JSON document"),
        ('{"outlet": "Post",\n"text": "x"}', "one JSON document"),
    ],
)
def test_other_json(content: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"{expected}.*jq -c '\.\[\]'"):
        read(tmp_path / "a.json", content)


def test_a_cut_first_line_is_a_reject(tmp_path: Path) -> None:
    corpus = read(tmp_path / "a.jsonl", '{"outlet": "Post",\n' + jsonl({"outlet": "Post", "text": "x"}))
    assert (texts(corpus), rejects(corpus)) == (["x"], [("a.jsonl, line 1", "not JSON")])


def test_folder_with_bad_files(tmp_path: Path) -> None:
    folder = tmp_path / "Post"
    folder.mkdir()
    contents = {"a.TXT": b"x", "b.txt": b"", "c.txt": b"caf\xe9", "d.txt": b"\x00\x01", "f.txt": b"y"}
    for name, content in {**contents, "e.txt": b"x" * (MOST_CHARACTERS_IN_FIELD + 1)}.items():
        (folder / name).write_bytes(content)
    corpus = read_articles(tmp_path)
    assert texts(corpus) == ["x", "y"]
    assert rejects(corpus) == [
        ("Post/b.txt", "empty"),
        ("Post/c.txt", "not UTF-8"),
        ("Post/d.txt", "unreadable"),
        ("Post/e.txt", "too long"),
    ]
    with pytest.raises(InputError, match="empty"):
        read_articles(folder / "b.txt", options=IngestOptions(outlet="Post"))
    with pytest.raises(InputError, match="unknown encoding"):
        read_articles(tmp_path, options=IngestOptions(encoding="utf-9"))


def test_file_names_that_are_not_utf8(tmp_path: Path) -> None:
    try:
        folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xff"))
        folder.mkdir()
    except (OSError, UnicodeError):
        pytest.skip("the file system takes only UTF-8 names")
    csv_file, parquet = (folder / os.fsdecode(b"n\xe9" + end) for end in (b".csv", b".parquet"))
    csv_file.write_bytes(b"outlet,text\nPost,x\nPost,\n")
    assert rejects(ingest_files([csv_file], tmp_path / "corpus")) == [("n\ufffd.csv, row 2", "neither title nor text")]
    parquet.write_bytes(b"")
    with parquet.open("wb") as file:
        pq.write_table(pa.table({"outlet": ["Post", "Post"], "text": ["x", None]}), file)
    assert rejects(read_articles(parquet)) == [("n\ufffd.parquet, row 2", "neither title nor text")]
    (folder / os.fsdecode(b"t\xe9.txt")).write_bytes(b"x")
    assert read_articles(tmp_path, options=IngestOptions(format="text")).articles.column("article_id").to_pylist() == [
        "f\ufffd/t\ufffd"
    ]


def test_workbooks(tmp_path: Path) -> None:
    content = book([["id", "outlet", "text", "note", "note"], [1, "Post", 5, 1, 2], [2, "Post", True, 1, 2]])
    corpus = read(tmp_path / "a.xlsx.download", content, format="xlsx")
    assert (texts(corpus), rejects(corpus)) == (["5"], [("a.xlsx.download, row 2", "not text")])
    with pytest.raises(InputError, match="text, Text"):
        read(tmp_path / "a.xlsx", book([["outlet", "text", "Text"], ["Post", "x", "y"]]))
    with pytest.raises(InputError, match=r"2,500 columns.*2,000"):
        read(tmp_path / "a.xlsx", book([[f"c{i}" for i in range(2500)]]))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "xl/styles.xml"])  # fmt: skip
@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "garbage", "wrong bytes"])
def test_damaged_workbooks(part: str, damage: str, tmp_path: Path) -> None:
    whole = book([["outlet", "text"], *[["Post", f"a text {i}"] for i in range(2000)]])
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                if damage == "missing":
                    continue
                data = {"cut": data[: len(data) // 2], "empty": b"", "garbage": b"\xff<<>" * 50}.get(damage, data)
            new.writestr(name, data)
        info = new.NameToInfo.get(part)
    if damage == "wrong bytes" and info:
        raw = bytearray(path.read_bytes())
        start = info.header_offset + 30 + len(part)
        raw[start + 20 : start + 40] = b"\xff" * 20
        path.write_bytes(bytes(raw))
    try:
        read_articles(path)
    except InputError:
        return
    assert part in ("xl/styles.xml", "xl/sharedStrings.xml")
