"""What the corpus room finds reaches the numbers: languages, passages left out, copies, events, omissions."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from framing.cli import main
from framing.corpus import Corpus, corpus_from_rows, read_corpus
from framing.errors import SelectionError
from framing.ingest import read_articles
from framing.ingest.shipped import write_shipped
from framing.language import AnnotateOptions
from framing.study import annotate, compare, read_meta
from framing.study.groups import edit_events, group_corpus, list_omissions
from framing.study.select import Selection

OPTIONS = AnnotateOptions(tone="none")
STORY = (
    "Government jets bombed the market town of Harun on Sunday and killed fourteen people, officials of the district said. "
    "Rescue workers dug through the night for survivors under two collapsed houses near the square. "
    "The ministry of defence said it was looking into the reports and would publish what it found. "
    "Schools in the district stayed closed on Monday, and the hospital asked for blood."
)


@pytest.fixture
def corpus() -> Corpus:
    """Two copies of one text, another article on the same event, one elsewhere, one in German."""
    german = (
        "Die Regierung hat am Montag erklärt, dass die Straße nach Norden wieder geöffnet wird und die Schulen öffnen."
    )
    texts = {
        "a1": ("wire", "Jets bomb Harun", STORY, "2024-03-03"),
        "b1": ("ledger", "Fourteen killed in Harun", f"(SARVANE WIRE) - {STORY}", "2024-03-04"),
        "c1": (
            "bugle",
            "Massacre in Harun",
            "Fourteen people were murdered when jets of the regime bombed the market of Harun on Sunday, "
            "survivors told this newspaper. The district has asked for blood and for tents.",
            "2024-03-04",
        ),
        "c2": (
            "bugle",
            "Ferry fares rise",
            "The harbour board of Kesh raised the fares of the ferry by a tenth, to pay for a new quay that was planned long ago.",
            "2024-03-04",
        ),
        "d1": ("zeitung", "Straße offen", german * 3, "2024-03-04"),
    }
    rows = [
        {
            "article_id": i,
            "outlet_id": o,
            "title": title,
            "text": text,
            "published": datetime.fromisoformat(f"{day}T08:00:00Z"),
        }
        for i, (o, title, text, day) in texts.items()
    ]
    return corpus_from_rows(rows)


def total(table: pa.Table) -> int:
    return sum(table.column("n_mentions").to_pylist())


def test_copies_are_dropped_but_never_deleted(corpus: Corpus) -> None:
    grouped = group_corpus(corpus)
    assert set(grouped.copies.column("article_id").to_pylist()) == {"a1", "b1"}
    run = annotate(grouped, options=OPTIONS)
    kept, dropped = (compare(run, concept="killing", copies=c) for c in ("keep", "drop"))
    assert read_meta(kept)["n_copies_left_out"] == 0
    assert read_meta(dropped)["n_copies_left_out"] == 1
    assert total(dropped) < total(kept)
    assert grouped.n_articles == 5
    assert grouped.digest == corpus.digest


def test_dropping_copies_that_nobody_looked_for_is_refused(corpus: Corpus) -> None:
    with pytest.raises(SelectionError, match="framing group"):
        compare(annotate(corpus, options=OPTIONS), copies="drop")


def test_another_language_is_kept_and_counted(tmp_path: Path) -> None:
    lines = [
        {"id": "en", "outlet": "A", "text": STORY},
        {
            "id": "de",
            "outlet": "B",
            "text": "Die Regierung hat am Montag erklärt, dass die Straße nach Norden wieder geöffnet wird. " * 4,
        },
    ]
    path = tmp_path / "two.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run = annotate(read_articles(path), options=OPTIONS)
    table = compare(run, concept="killing")
    assert run.corpus.n_articles == 2
    assert set(table.column("outlet_id").to_pylist()) == {"A"}
    assert read_meta(table)["n_other_languages_left_out"] == 1
    assert run.record["other_languages"] == {"de": 1}


def test_passages_left_out_count_for_nothing(tmp_path: Path) -> None:
    body = f"{STORY}\n\nRELATED: Regime forces massacred hostages\n\nThe town was quiet on Tuesday."
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"id": "1", "outlet": "A", "text": body}), encoding="utf-8")
    found, everything = (
        annotate(read_articles(path, exclude=exclude), options=OPTIONS) for exclude in ("found", "none")
    )
    assert found.corpus.articles.column("text").to_pylist() == [body]
    assert "massacred" in everything.mentions.column("surface").to_pylist()
    assert "massacred" not in found.mentions.column("surface").to_pylist()
    for row in found.mentions.to_pylist():
        assert body[row["start"] : row["end"]] == row["surface"]
    words = [sum(r.sentences.column("n_words").to_pylist()) for r in (found, everything)]
    assert words[1] - words[0] == 5


def test_events_found_bind_and_can_be_put_right(corpus: Corpus) -> None:
    grouped = group_corpus(corpus)
    events = dict(zip(*(grouped.events.column(c).to_pylist() for c in ("article_id", "event_id")), strict=True))
    assert events["a1"] == events["b1"] == events["c1"]
    assert "c2" not in events or events["c2"] != events["a1"]
    split = edit_events(grouped, split=events["a1"], articles=["c1"], label="another strike")
    after = dict(zip(*(split.metadata.column(c).to_pylist() for c in ("article_id", "event_id")), strict=True))
    assert after["c1"] not in (None, events["a1"])
    assert dict(zip(*(grouped.events.column(c).to_pylist() for c in ("article_id", "event_id")), strict=True)) == events
    with pytest.raises(SelectionError, match="by hand"):
        group_corpus(split)
    assert group_corpus(split, again=True).events.equals(grouped.events)


def test_by_hand_wins_over_what_the_input_gave() -> None:
    rows = [
        {"article_id": str(i), "outlet_id": "AB"[i % 2], "text": STORY, "event_id": "given"} for i in range(4)
    ]  # fmt: skip
    given = corpus_from_rows(rows)
    changed = edit_events(given, split="given", articles=["3"], label="other")
    events = changed.metadata.column("event_id").to_pylist()
    assert events[:3] == ["given"] * 3
    assert events[3] not in (None, "given")


def test_omission_says_what_the_corpus_lacks(corpus: Corpus) -> None:
    run = annotate(group_corpus(corpus), options=OPTIONS)
    rows = list_omissions(run, Selection(), at_least=3).to_pylist()
    assert {r["outlet_id"] for r in rows if r["status"] == "no article on it"} <= {"zeitung"}
    assert list_omissions(run, Selection(), at_least=5).num_rows == 0
    with pytest.raises(SelectionError, match="framing group"):
        list_omissions(annotate(corpus, options=OPTIONS), Selection())


def test_group_and_omission_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, run = tmp_path / "c", tmp_path / "r"
    write_shipped("sarvane", folder)
    before = read_corpus(folder).digest
    assert main(["group", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["meta"]["n_copy_groups"] == len(found["meta"]["copies"]) > 0
    assert read_corpus(folder).digest == before
    first, second = (row["event_id"] for row in found["rows"][:2])
    assert main(["group", str(folder), "--merge", f"{first},{second}", "--label", "both", "--json"]) == 0
    merged = json.loads(capsys.readouterr().out)
    assert len(merged["rows"]) == len(found["rows"]) - 1
    assert any(row["label"] == "both" for row in merged["rows"])
    assert main(["annotate", str(folder), "--out", str(run), "--tone", "none", "--classifier", "none"]) == 0
    capsys.readouterr()
    assert main(["omission", str(run), "--at-least", "4", "--json"]) == 0
    omitted = json.loads(capsys.readouterr().out)
    assert {"limits", "at_least", "window_days"} <= set(omitted["meta"])
    assert all(row["n_outlets"] >= 4 for row in omitted["rows"])
    assert main(["compare", str(run), "--copies", "drop", "--within", "event", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["meta"]["n_copies_left_out"] > 0
