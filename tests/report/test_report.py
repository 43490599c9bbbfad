"""Articles with marks, concordance lines, the methods paragraph, the citation and the zip of a run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from framing.corpus import corpus_from_rows, corpus_from_table
from framing.errors import SelectionError
from framing.language import AnnotateOptions
from framing.report.methods import MEASURES, read_citation, render_methods
from framing.report.page import MARK_KINDS, render_article, render_concordance, render_key
from framing.report.tables import export_run, zip_export
from framing.schema import TABLES
from framing.study import Run, Selection, annotate, find_concordance

ROOT = Path(__file__).parents[2]
TEXT = "<b>Ten</b> were killed. SUBSCRIBE NOW\nThe massacre ended.\n\nThe “massacre” ended."


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">")


@pytest.fixture(scope="module")
def run() -> Run:
    rows = [{"article_id": "a", "outlet_id": "Post", "title": "The massacre", "text": TEXT}]
    start = TEXT.index("SUBSCRIBE")
    passage = {"article_id": "a", "part": "body", "start": start, "end": start + 13, "reason": "offer", "rule": "mark"}
    table = corpus_from_rows(rows).articles
    excluded = pa.Table.from_pylist([passage], schema=TABLES["excluded"])
    return annotate(corpus_from_table(table, excluded=excluded), options=AnnotateOptions(tone="none"))


@pytest.mark.parametrize("by", MARK_KINDS)
@pytest.mark.parametrize("bars", [True, False])
def test_no_character_is_lost_whatever_is_marked(run: Run, by: str, bars: bool) -> None:
    html = render_article(
        run.corpus.article("a"),
        run.mentions.to_pylist(),
        run.lexicon,
        by=by,
        sentences=run.sentences.to_pylist() if bars else (),
        excluded=run.corpus.excluded.to_pylist(),
    )
    assert plain(html) == "The massacre" + TEXT.replace("\n", "")
    assert "<b>" not in html
    assert html.count("<span") == html.count("</span>")
    assert 'tabindex="0"' in html
    assert bool(re.search(r'class="fr-s[ "]', html)) == bars
    assert "not counted: offer (rule: mark)" in html


def test_marks_by_voice_differ_from_marks_by_agency(run: Run) -> None:
    article, mentions = run.corpus.article("a"), run.mentions.to_pylist()
    voice, agency = (render_article(article, mentions, run.lexicon, by=by) for by in ("voice", "agency"))
    assert "fr-own" in voice
    assert "fr-own" not in agency
    agencies = {m["agency"] for m in mentions if m["agency"]}
    assert agencies
    for told in agencies:
        assert f"fr-k{list(MARK_KINDS['agency']).index(told)}" in agency


def test_bars_say_what_was_not_scored(run: Run) -> None:
    sentences = [
        dict(s, loaded_prob=p) for s, p in zip(run.sentences.to_pylist(), (None, 0.04, 0.97, 0.5), strict=False)
    ]
    html = render_article(run.corpus.article("a"), [], run.lexicon, sentences=sentences)
    assert 'class="fr-s"' in html
    assert {"fr-l0", "fr-l10"} <= set(re.findall(r"fr-l\d+", html))
    assert "Loadedness of this sentence: 0.97" in html
    assert "not sure" not in html
    html = render_article(
        run.corpus.article("a"), [], run.lexicon, sentences=sentences, unsure=lambda p: p is not None and 0.3 < p < 0.7
    )
    assert html.count("fr-unsure") == html.count("not sure, the classifier abstains") == 1
    assert re.search(r'class="fr-s fr-l5 fr-unsure"[^>]*0\.50; not sure', html)


@pytest.mark.parametrize("by", MARK_KINDS)
def test_each_value_has_a_look_and_a_name(by: str) -> None:
    html = render_key(list(MARK_KINDS[by]), by)
    looks = re.findall(r'class="fr-m ([\w-]+)"', html)
    assert len(looks) == len(set(looks)) == len(MARK_KINDS[by])
    assert all(name in html for name in MARK_KINDS[by].values())


def test_lines_are_escaped_and_aligned_by_direction(run_of: Callable[..., Run]) -> None:
    run = run_of({"<i>Post</i>": ["<img src=x> The massacre ended.\nRain."]})
    found = find_concordance(run, Selection(term="massacre"))
    html = render_concordance(
        found.to_pylist(), {m["mention_id"]: m for m in run.mentions.to_pylist()}, run.lexicon, 26
    )
    assert "<img" not in html
    assert "<i>" not in html
    assert 'start="26"' in html
    assert 'dir="auto"' in html
    assert "&lt;img src=x&gt; The " in html


def test_methods_say_every_number(sarvane_run: Run) -> None:
    outlets = ("corran-bugle", "kestovia-today")
    said = render_methods(
        sarvane_run,
        Selection(outlets=outlets, date_from="2024-03-01", part="title"),
        voice="own",
        measures=list(MEASURES),
    )
    articles = [
        a
        for a in sarvane_run.corpus.metadata.to_pylist()
        if a["outlet_id"] in outlets and a["published"].isoformat() >= "2024-03-01"
    ]
    ids = {a["article_id"] for a in articles}
    mentions = [
        m
        for m in sarvane_run.mentions.to_pylist()
        if m["article_id"] in ids and m["part"] == "title" and m["voice"] == "own" and m["sense"] == "conflict"
    ]
    assert f"We searched {len(articles)} articles of 2 outlets" in said
    assert f"each of the {len(mentions)} mentions" in said
    assert f"The sense of {sum(m['uncertain'] for m in mentions)} of them is a guess" in said
    for part in (sarvane_run.corpus.digest[:12], sarvane_run.lexicon.digest[:12], sarvane_run.record["version"]):
        assert part in said
    assert "headlines only" in said
    assert "dates 2024-03-01 to any" in said
    assert said.startswith("The corpus is invented")
    # What two measures share is said once.
    assert said.count("Benjamini") == 1


def test_a_measure_that_does_not_exist_is_a_sentence(sarvane_run: Run) -> None:
    with pytest.raises(SelectionError):
        render_methods(sarvane_run, Selection(), measures=["score"])


def test_the_citation_is_that_of_the_file() -> None:
    citation = read_citation()
    assert citation.cff == (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    version = re.search(r"^version: (.+)$", citation.cff, re.M)
    assert version
    assert f"(version {version.group(1)})" in citation.line
    assert citation.bibtex.count("{") == citation.bibtex.count("}")


@pytest.mark.parametrize("with_text", [True, False])
def test_the_zip_is_the_export(run: Run, with_text: bool, tmp_path: Path) -> None:
    packed = zip_export(run, "csv", with_text=with_text, beside={"methods.txt": "said"})
    folder = export_run(run, tmp_path / "out", "csv", with_text=with_text).folder
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.pop("methods.txt") == b"said"
    assert files == {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    assert any(b"The massacre ended" in content for content in files.values()) == with_text
