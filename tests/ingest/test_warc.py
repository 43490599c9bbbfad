"""Web archives: every page, and of damaged ones what can be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from framing.errors import InputError
from framing.ingest import Limits, ingest_files, read_articles
from framing.ingest.limits import LimitError, using_limits
from framing.ingest.raw import RawRow
from framing.ingest.warc import read_warc
from tests.ingest.mutations import mutations
from tests.ingest.sample_pages import arc_file, news_page, packed_by_record, warc_record

TITLES = ("A bridge", "A ferry", "A mill")
PAGES = {f"https://ledger.example/{t[2:]}": news_page(t).encode() for t in TITLES}
INFO = warc_record("", b"software: x\r\n", kind="warcinfo", content_type="application/warc-fields")
RECORDS = [INFO, *(warc_record(url, page) for url, page in PAGES.items())]


def read(tmp_path: Path, data: bytes, name: str = "a.warc") -> list[RawRow]:
    (tmp_path / name).write_bytes(data)
    return list(read_warc(tmp_path / name, None).rows(set()))


def titles(rows: list[RawRow]) -> list[str]:
    return [row.values["title"] for row in rows if row.problem is None]


def problems(rows: list[RawRow]) -> list[tuple[str, str]]:
    return [row.problem for row in rows if row.problem is not None]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", b"".join(RECORDS)),
        ("a.warc.gz", packed_by_record(RECORDS)),
        ("whole.warc.gz", gzip.compress(b"".join(RECORDS))),
        ("a.arc", arc_file(PAGES)),
        ("a.arc.gz", gzip.compress(arc_file(PAGES))),
    ],
)
def test_kinds(name: str, data: bytes, tmp_path: Path) -> None:
    rows = read(tmp_path, data, name)
    assert titles(rows) == list(TITLES)
    assert [row.values["url"] for row in rows] == list(PAGES)
    assert not problems(rows)
    corpus = read_articles(tmp_path / name)
    assert corpus.n_articles == 3
    assert corpus.manifest.sources[0]["format"] == "warc"


PAGE = PAGES["https://ledger.example/bridge"]
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
URL = "https://ledger.example/a"
ANSWERS: list[tuple[bytes, list[str], list[tuple[str, str]]]] = [
    (warc_record(URL, gzip.compress(PAGE), headers=("Content-Encoding: gzip",)), ["A bridge"], []),
    (warc_record(URL, CHUNKED, headers=("Transfer-Encoding: chunked",)), ["A bridge"], []),
    (warc_record(URL, PAGE, kind="resource", content_type="text/html"), ["A bridge"], []),
    (warc_record("file:///a/b.html", PAGE, kind="resource", content_type="text/html"), [], []),
    (warc_record(URL, PAGE, status="404 Not Found"), [], [("status 404", "")]),
    (warc_record(URL, b"", status="301 Moved", headers=("Location: http://127.0.0.1:9/",)), [], [("status 301", "")]),
    (warc_record(URL, b"PNG", content_type="image/png") * 2, [], [("not web pages", "2 of type image/png")]),
    (
        warc_record(URL, b"", kind="revisit"),
        [],
        [("stored elsewhere", "the archive says that it had not changed since")],
    ),
    (warc_record(URL, b"<p>Gone.</p>"), [], [("no article in the page", "not HTML")]),
    (warc_record("dns:ledger.example", b"x", kind="resource", content_type="text/dns"), [], []),
    (warc_record(URL, b"GET / HTTP/1.1\r\n\r\n", kind="request"), [], []),
]


@pytest.mark.parametrize(("record", "pages", "rejects"), ANSWERS)
def test_answers(record: bytes, pages: list[str], rejects: list[tuple[str, str]], tmp_path: Path) -> None:
    rows = read(tmp_path, INFO + record + RECORDS[2])
    assert titles(rows)[-1] == "A ferry"
    if "file:" not in record.decode("latin-1"):
        assert titles(rows)[:-1] == pages
    assert problems(rows) == rejects


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "whole.warc.gz", "a.arc"])
@pytest.mark.parametrize("share", [0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
def test_a_truncated_archive_keeps_what_is_whole(name: str, share: float, tmp_path: Path) -> None:
    whole = {
        "a.warc": b"".join(RECORDS),
        "a.warc.gz": packed_by_record(RECORDS),
        "whole.warc.gz": gzip.compress(b"".join(RECORDS)),
        "a.arc": arc_file(PAGES),
    }[name]
    rows = read(tmp_path, whole[: int(len(whole) * share)], name)
    kept = titles(rows)
    assert kept == list(TITLES[: len(kept)])
    assert len(kept) < 3
    assert name == "whole.warc.gz" or len(kept) >= int(3 * share) - 1
    # Never half an article.
    assert all(row.values["text"].endswith("no lorries at all.") for row in rows if row.problem is None)
    assert [p[0] for p in problems(rows)] == ["cut off"]


def test_every_cut_is_said(tmp_path: Path) -> None:
    one = INFO + RECORDS[1]
    ends = (len(INFO), len(INFO) - 2, len(INFO) - 4)
    for place in range(len(INFO) - 5, len(INFO) + 700, 13):
        rows = read(tmp_path, one[:place])
        assert not titles(rows)
        assert bool(problems(rows)) != (place in ends), place


def test_damage_in_the_middle(tmp_path: Path) -> None:
    rows = read(tmp_path, INFO + RECORDS[1] + b"rubbish rubbish rubbish rubbish\r\n" * 3_000 + RECORDS[2])
    assert titles(rows) == ["A bridge"]
    assert [p[0] for p in problems(rows)] == ["damaged"]
    lying = RECORDS[1].replace(b"Content-Length: ", b"Content-Length: 9")
    assert [p[0] for p in problems(read(tmp_path, INFO + lying + RECORDS[2]))] == ["cut off"]


@pytest.mark.parametrize("line", [b"x" * 30_000_000, b"a: b\r\n" * 1_000_000, b"\r\n" * 3_000_000])
def test_endless_headers(line: bytes, tmp_path: Path) -> None:
    assert problems(read(tmp_path, INFO + b"WARC/1.0\r\n" + line))


def test_no_archive(tmp_path: Path) -> None:
    for data in (b"", b"<html></html>", gzip.compress(b"no archive")):
        (tmp_path / "a.warc").write_bytes(data)
        with pytest.raises(InputError, match="does not begin as a web archive"):
            read_articles(tmp_path / "a.warc")


def test_bombs(tmp_path: Path) -> None:
    bomb = tmp_path / "a.warc.gz"
    blank = warc_record(URL, b" " * 40_000_000)
    bomb.write_bytes(gzip.compress(INFO) + gzip.compress(blank))
    with pytest.raises(LimitError, match="--limit ratio=NUMBER"):
        ingest_files([bomb], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    with using_limits(Limits(ratio=10_000)):
        assert [p[0] for p in problems(list(read_warc(bomb, None).rows(set())))] == ["page too large"]
    inside = warc_record(URL, gzip.compress(b" " * 200_000_000), headers=("Content-Encoding: gzip",))
    rows = read(tmp_path, INFO + inside + RECORDS[1])
    assert titles(rows) == ["A bridge"]
    assert [p[0] for p in problems(rows)] == ["page too large"]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("seed", range(4))
def test_damaged_archives(name: str, seed: int, tmp_path: Path) -> None:
    whole = b"".join(RECORDS) if name == "a.warc" else packed_by_record(RECORDS)
    for data in mutations(whole, 10, seed):
        try:
            rows = read(tmp_path, data, name)
        except InputError:
            continue
        assert all((row.problem is None) == bool(row.values) for row in rows)
