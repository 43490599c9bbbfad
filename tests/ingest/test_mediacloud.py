"""Media Cloud exports: headlines without a text are articles, whatever the table or JSON they come in."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.errors import FramingError, InputError
from framing.ingest import IngestOptions, ingest_files, read_articles
from framing.ingest.mediacloud import is_mediacloud_json, is_mediacloud_table, read_mediacloud
from tests.ingest.exports import check_mutations, rows_of

TABLE = (
    "media_name,id,indexed_date,language,media_url,publish_date,title,url\n"
    'sarvane.example,aa1,2024-03-06T08:42:59Z,en,sarvane.example,2024-03-05,"Dam ""opened"", valley flooded",https://sarvane.example/1\n'
    "aldis.example,bb2,2024-03-06T09:00:00Z,de,aldis.example,2024-03-06,Ein Damm brach,https://aldis.example/2\n"
    "aldis.example,bb3,2024-03-06T09:00:00Z,de,aldis.example,2024-03-06,,https://aldis.example/3\n"
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_of_headlines(delimiter: str, tmp_path: Path) -> None:
    file = tmp_path / "mc-onlinenews-content.csv"
    file.write_text(TABLE.replace(",", delimiter).replace(f"{delimiter} valley", ", valley"), encoding="utf-8-sig")
    corpus = ingest_files([file], tmp_path / "corpus")
    first, second = corpus.articles.to_pylist()
    assert first["article_id"] == "aa1"
    assert first["outlet_id"] == "sarvane.example"
    assert first["title"] == 'Dam "opened", valley flooded'
    assert first["text"] is None
    assert first["published"] == datetime(2024, 3, 5, tzinfo=UTC)
    assert first["url"] == "https://sarvane.example/1"
    assert second["language"] == "de"
    assert corpus.manifest.rejects_by_reason == {"neither title nor text": 1}
    assert corpus.manifest.sources[0]["format"] == "mediacloud"


def test_table_of_the_first_tool(tmp_path: Path) -> None:
    [row] = rows_of(
        tmp_path / "a.csv",
        "stories_id,publish_date,title,url,language,ap_syndicated,themes,media_id,media_name,media_url\n"
        "12,2016-03-05 14:07:00,A dam,https://sarvane.example/1,en,False,,7,Sarvane Wire,https://sarvane.example\n",
    )
    assert (row["article_id"], row["outlet_id"]) == ("12", "Sarvane Wire")
    assert row["published"] == datetime(2016, 3, 5, 14, 7, tzinfo=UTC)


STORY = {
    "stories_id": 12,
    "title": "A dam was opened",
    "publish_date": "2016-03-05 14:07:00",
    "url": "https://www.sarvane.example/1",
    "media_id": 7,
    "language": "en",
}
SENTENCES = [
    {"sentence": "Nobody died.", "sentence_number": 2, "stories_id": 12, "publish_date": "2016-03-05", "media_id": 7},
    {"sentence": "It was opened.", "sentence_number": 1, "stories_id": 12, "publish_date": "2016-03-05", "media_id": 7},
]
JSON: dict[str, tuple[str, Any, list[tuple[str, str, str | None, str | None]]]] = {
    "one story": ("a.json", STORY, [("12", "sarvane.example", "A dam was opened", None)]),
    "named outlet": (
        "a.json",
        [STORY | {"media_name": "Sarvane Wire"}],
        [("12", "Sarvane Wire", "A dam was opened", None)],
    ),
    "number only": ("a.json", [{**STORY, "url": ""}], [("12", "media_id 7", "A dam was opened", None)]),
    "text": (
        "a.json",
        [STORY | {"story_text": "It\n\nwas. "}],
        [("12", "sarvane.example", "A dam was opened", "It\n\nwas. ")],
    ),
    "sentences": (
        "a.json",
        [STORY | {"story_sentences": SENTENCES}],
        [("12", "sarvane.example", "A dam was opened", "It was opened. Nobody died.")],
    ),
    "sentences by story": (
        "a.json",
        {"12": SENTENCES, "13": SENTENCES[:1]},
        [("12", "media_id 7", None, "It was opened. Nobody died."), ("13", "media_id 7", None, "Nobody died.")],
    ),
    "the archive's": (
        "a.json",
        [
            {
                "id": "aa1",
                "indexed_date": "2024-03-06",
                "media_name": "sarvane.example",
                "title": "A dam",
                "publish_date": "2024-03-05",
                "text": None,
            }
        ],
        [("aa1", "sarvane.example", "A dam", None)],
    ),
    "in an answer": ("a.json", {"count": 1, "stories": [STORY]}, [("12", "sarvane.example", "A dam was opened", None)]),
}


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("indent", [None, 2])
def test_json(name: str, indent: int | None, tmp_path: Path) -> None:
    file, value, expected = JSON[name]
    if name in ("sentences by story", "in an answer"):
        # Keys at the top say nothing of Media Cloud; the sentences' do.
        assert is_mediacloud_json(json.dumps(value).encode())
    rows = rows_of(tmp_path / file, json.dumps(value, indent=indent))
    assert [(r["article_id"], r["outlet_id"], r["title"], r["text"]) for r in rows] == expected


def test_json_lines(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(STORY | {"stories_id": i}) for i in range(3))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    assert read_articles(tmp_path / "a.jsonl.gz").n_articles == 3


def test_what_stands_before_a_cut_is_kept(tmp_path: Path) -> None:
    whole = json.dumps([STORY | {"stories_id": i} for i in range(3)], indent=1)
    (tmp_path / "a.json").write_text(whole[:-40], encoding="utf-8")
    corpus = read_articles(tmp_path / "a.json")
    assert corpus.n_articles == 2
    assert [(r["where"], r["reason"]) for r in corpus.rejects.to_pylist()] == [("a.json, story 3", "not JSON")]


def test_anybodys_lines_with_such_a_number_keep_their_keys(tmp_path: Path) -> None:
    [row] = rows_of(
        tmp_path / "a.jsonl", '{"stories_id": 4, "outlet": "Aldis Ledger", "text": "It was opened.", "event": "dam"}'
    )
    assert (row["article_id"], row["outlet_id"], row["event_id"]) == ("4", "Aldis Ledger", "dam")


def test_a_broken_line_costs_itself(tmp_path: Path) -> None:
    lines = [json.dumps(STORY), '{"stories_id": 13, "title": ', json.dumps(STORY | {"stories_id": 14}), "[1]"]
    (tmp_path / "a.json").write_text("\n".join(lines), encoding="utf-8")
    corpus = read_articles(tmp_path / "a.json")
    assert corpus.articles.column("article_id").to_pylist() == ["12", "14"]
    assert [r["reason"] for r in corpus.rejects.to_pylist()] == ["not JSON", "not a JSON object"]


BAD = {
    "another kind of JSON": ('{"name": "x"}', "no story of Media Cloud"),
    "cut in its first story": ('{"stories_id": 1, "title": "A d', "no story of Media Cloud"),
    "nested": ("[" * 100_000, "no story of Media Cloud"),
    "a list of lists": ("[[1], [2]]", "no story of Media Cloud"),
    "empty": ("", "is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_articles(tmp_path / "a.json", options=IngestOptions(format="mediacloud"))


def test_signs() -> None:
    assert is_mediacloud_table(TABLE.encode())
    assert not is_mediacloud_table(b"outlet,title,text,publish_date,url\n")
    assert not is_mediacloud_json(b'{"outlet": "Sarvane Wire", "text": "It was opened."}')


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["stories_id", "title", "stories", "story_sentences", "url", "text"]), inner)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_any_json_ends_in_rows_or_one_sentence(value: Any) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.json"
        file.write_text(json.dumps([value]), encoding="utf-8")
        try:
            rows = list(read_mediacloud(file, None).rows(()))
        except FramingError:
            rows = []
        assert all(row.problem is None or row.problem[0] for row in rows)


TABLES = {"mediacloud/final_selected_media.csv": 5000, "mediacloud/news_conflict_progress.csv": 4627}
_FIXTURES = "exports/mediacloud_api/mediacloud/test/fixtures/"
SAMPLES = {
    **TABLES,
    f"{_FIXTURES}story_27456565.json": 1,
    f"{_FIXTURES}sentences_by_story_1.json": 1,
    f"{_FIXTURES}sentences_by_story_2.json": 4,
}


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_real_exports(name: str, data: Path) -> None:
    """As many articles as the table has rows, or the JSON stories."""
    corpus = read_articles(data / name)
    assert corpus.manifest.sources[0]["format"] == "mediacloud"
    assert (corpus.n_articles, corpus.rejects.num_rows) == (SAMPLES[name], 0)
    assert corpus.articles.column("published").null_count == 0
    assert corpus.articles.column("text").null_count == (SAMPLES[name] if name in TABLES else 0)


@pytest.mark.data
@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_exports(name: str, data: Path, tmp_path: Path) -> None:
    check_mutations(data / name, "mediacloud", tmp_path)
