"""Compare: the same numbers from Python, the command line and by hand; bad requests are one sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from framing.classify import read_model
from framing.cli import main
from framing.corpus import Corpus, write_corpus
from framing.errors import FramingError, SelectionError
from framing.language import AnnotateOptions
from framing.study import Run, annotate, compare, explain, find_concordance, read_meta, read_run
from framing.study.comparison import COMPARE_SCHEMA
from framing.study.pairs import find_wording_pair
from framing.study.select import Selection


def test_rates_by_hand(sarvane: Corpus, sarvane_run: Run) -> None:
    rows = {r["outlet_id"]: r for r in compare(sarvane_run, category="sacralising", voice="own").to_pylist()}
    outlet_of = dict(
        zip(
            sarvane.articles.column("article_id").to_pylist(),
            sarvane.articles.column("outlet_id").to_pylist(),
            strict=True,
        )
    )
    mentions = Counter(
        outlet_of[m["article_id"]]
        for m in sarvane_run.mentions.to_pylist()
        if m["category"] == "sacralising" and m["voice"] == "own" and m["sense"] == "conflict"
    )
    words: Counter[str] = Counter()
    for s in sarvane_run.sentences.to_pylist():
        words[outlet_of[s["article_id"]]] += s["n_own_words"]
    for outlet, row in rows.items():
        assert row["n_mentions"] == mentions[outlet]
        assert row["n_denominator"] == words[outlet]
        assert row["value"] == pytest.approx(1000 * mentions[outlet] / words[outlet])
        assert row["value"] == row["own_value"]


def test_rate_per_article_by_hand(sarvane: Corpus, sarvane_run: Run) -> None:
    per_word, per_article = (compare(sarvane_run, concept="killing", per=p).to_pylist() for p in ("words", "articles"))
    for one, other in zip(per_word, per_article, strict=True):
        n = sum(a["outlet_id"] == other["outlet_id"] for a in sarvane.metadata.to_pylist())
        assert other["n_mentions"] == one["n_mentions"]
        assert other["value"] == pytest.approx(one["n_mentions"] / n)
        assert other["unit"] == "per article"
    with pytest.raises(SelectionError, match="rate"):
        compare(sarvane_run, measure="choice", per="articles")


def test_shares_of_a_concept_sum_to_one(sarvane_run: Run) -> None:
    sums: Counter[str] = Counter()
    for r in compare(sarvane_run, measure="choice", concept="killing").to_pylist():
        sums[r["outlet_id"]] += r["value"]
    assert all(total == pytest.approx(1) for total in sums.values())
    assert len(sums) == 6


def test_one_row_per_outlet_and_category(sarvane_run: Run) -> None:
    table = compare(sarvane_run)
    assert table.schema.names == COMPARE_SCHEMA.names
    assert table.num_rows == 6 * 9
    meta = read_meta(table)
    assert meta["family_size"] == sum(p is not None for p in table.column("p").to_pylist())
    assert {"level", "seed", "interval_method", "test_method", "n_articles"} <= set(meta)


def test_own_and_own_plus_reported_are_in_every_row(sarvane_run: Run) -> None:
    for voice in ("all", "own", "own+reported", "direct", "reported", "scare"):
        for r in compare(sarvane_run, category="criminalising", voice=voice).to_pylist():
            assert r["own_value"] is not None
            assert r["own_reported_value"] is not None


def test_two_outlets_are_one_test(sarvane_run: Run) -> None:
    table = compare(sarvane_run, category="criminalising", outlets=("corran-bugle", "continental-wire"))
    assert read_meta(table)["family_size"] == 1
    a, b = table.to_pylist()
    assert a["p"] is not None
    assert a["log2_ratio"] == pytest.approx(-b["log2_ratio"])
    assert a["ratio"] == pytest.approx(1 / b["ratio"])


def test_a_word_only_one_side_uses(run_of: Callable[..., Run]) -> None:
    run = run_of({"A": ["He was murdered."] * 20, "B": ["He was killed."] * 20})
    rows = {(r["outlet_id"], r["group"]): r for r in compare(run, measure="choice", concept="killing").to_pylist()}
    a = rows["A", "murder"]
    assert a["value"] == 1
    assert a["p"] == pytest.approx(1 / 2000)
    assert a["ratio"] is None
    assert a["log2_ratio"] > 4


def test_a_term_that_is_no_alternative_has_no_share(sarvane_run: Run) -> None:
    term = next(t for t in sarvane_run.lexicon.terms if not t.occasion)
    with pytest.raises(SelectionError, match="no alternative"):
        compare(sarvane_run, measure="choice", term=term.term_id)


def test_reference(sarvane_run: Run) -> None:
    rows = compare(sarvane_run, category="criminalising", reference="continental-wire").to_pylist()
    base = next(r for r in rows if r["outlet_id"] == "continental-wire")
    assert base["p"] is None
    assert all(
        r["ratio"] == pytest.approx(r["value"] / base["value"]) for r in rows if r["outlet_id"] != "continental-wire"
    )


def test_one_outlet_one_article(run_of: Callable[..., Run]) -> None:
    rows = compare(run_of({"Post": ["The massacre."]})).to_pylist()
    assert all(r["low"] is None and r["p"] is None and r["reason"] for r in rows)
    assert all(r["difference_reason"] == "only one outlet" for r in rows)


def test_no_hits_at_all(run_of: Callable[..., Run]) -> None:
    rows = compare(run_of({"Post": ["Rain fell."] * 9, "Herald": ["Sun shone."] * 9})).to_pylist()
    assert all(r["value"] == 0 and r["low"] is None and r["p"] is None for r in rows)


BAD = {
    "term": {"term": "martirdom"},
    "outlet": {"outlets": ("Kestovia",)},
    "concept": {"concept": "kiling"},
    "category": {"category": "holy"},
    "measure": {"measure": "bias"},
    "voice": {"voice": "mine"},
    "level": {"level": 1.5},
    "date": {"date_from": "spring"},
    "section": {"section": "sport"},
    "two": {"term": "martyrdom", "concept": "killing"},
    "nothing left": {"date_from": "2030-01-01"},
    "within": {"within": "week"},
    "reference": {"reference": "Post"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_requests(name: str, sarvane_run: Run) -> None:
    with pytest.raises(SelectionError, match=r"Found: .* Expected: .*\. .*\."):
        compare(sarvane_run, **BAD[name])  # type: ignore[arg-type]


def test_concordance_shows_what_stands_there(sarvane: Corpus, sarvane_run: Run) -> None:
    table = find_concordance(sarvane_run, Selection(term="martyrdom"), width=30, limit=5)
    for row in table.to_pylist():
        article = sarvane.article(row["article_id"])
        text = article["title"] if row["part"] == "title" else article["text"]
        assert row["left"] + row["surface"] + row["right"] in text
    assert json.loads(table.schema.metadata[b"meta"])["n_shown"] == 5


def test_explain_names_each_rule(sarvane_run: Run) -> None:
    mention = next(m for m in sarvane_run.mentions.to_pylist() if m["voice"] == "reported" and m["plain"])
    found = explain(mention["mention_id"], sarvane_run)
    assert {"term", "sense", "voice", "speaker", "plainer wording"} <= {s["decision"] for s in found.steps}
    assert mention["surface"] in found.sentence
    with pytest.raises(SelectionError, match="unknown mention"):
        explain("nothing", sarvane_run)


def test_explain_says_where_the_classifier_abstains(run_of: Callable[..., Run]) -> None:
    corpus = run_of({"Post": ["The regime massacred ten."]}).corpus
    model = replace(read_model(), abstain_below=0.999999)
    for classifier, words in ((model, True), (replace(model, abstain_below=0.5), False)):
        run = annotate(corpus, classifier=classifier)
        steps = explain(run.mentions.column("mention_id")[0].as_py(), run).steps
        (found,) = [s["value"] for s in steps if s["decision"] == "loadedness of the sentence"]
        assert ("the classifier abstains" in found) == words
        band = run.record["abstention"]
        low, high = band["low"], band["high"]
        assert (low, high) == (pytest.approx(1 - classifier.abstain_below), classifier.abstain_below)
        # At the threshold itself it answers.
        assert not any(run.abstains(p) for p in (None, low, high, 0.0))
        assert classifier.decide([high]) == ["loaded"]
    assert not annotate(corpus).abstains(0.5)


def test_first_pair_is_chosen_by_the_data(sarvane_run: Run) -> None:
    pair = find_wording_pair(sarvane_run)
    assert pair is not None
    assert pair.left.outlet_id != pair.right.outlet_id
    assert pair.left.article["event_id"] == pair.right.article["event_id"] == pair.event_id
    assert {m["concept_id"] for m in pair.left.mentions} & {m["concept_id"] for m in pair.right.mentions}


@pytest.fixture(scope="module")
def folders(sarvane: Corpus, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("run")
    empty = sarvane.rejects
    corpus = write_corpus(
        ((b, empty.to_batches()[0] if empty.num_rows else _no_rows()) for b in sarvane.batches()),
        base / "corpus",
        described_outlets={o["outlet_id"]: o for o in sarvane.outlets.to_pylist()},
    )
    annotate(corpus, options=AnnotateOptions(tone="none"), out=base / "run")
    return base / "corpus", base / "run"


def _no_rows():  # type: ignore[no-untyped-def]
    import pyarrow as pa

    from framing.schema import TABLES

    return pa.RecordBatch.from_pylist([], schema=TABLES["rejects"])


def test_python_and_command_line_give_the_same_numbers(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, parameters in (
        (
            ["--measure", "choice", "--concept", "killing", "--voice", "own"],
            {"measure": "choice", "concept": "killing", "voice": "own"},
        ),
        (
            ["--category", "criminalising", "--outlets", "corran-bugle,kestovia-today", "--seed", "3"],
            {"category": "criminalising", "outlets": ("corran-bugle", "kestovia-today"), "seed": 3},
        ),
    ):
        assert main(["compare", str(folders[1]), *arguments, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        table = compare(read_run(folders[1]), **parameters)  # type: ignore[arg-type]
        assert printed["rows"] == table.to_pylist()
        assert printed["meta"] == read_meta(table)


def test_disk_and_memory_give_the_same_numbers(folders: tuple[Path, Path], sarvane_run: Run) -> None:
    assert compare(read_run(folders[1])).to_pylist() == compare(sarvane_run).to_pylist()


def test_changed_corpus_is_refused(folders: tuple[Path, Path], tmp_path: Path, sarvane: Corpus) -> None:
    other = write_corpus([(next(sarvane.batches(size=20)), _no_rows())], tmp_path / "other")
    with pytest.raises(FramingError, match="digest"):
        read_run(folders[1], corpus=other)
