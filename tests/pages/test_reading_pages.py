"""Terms, Read and Methods & export: each view in each state, and what they say is what the study says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framing.study import Run, Selection, find_concordance
from framing.study.collocates import find_collocates
from framing.study.concordance import sort_concordance
from tests.pages.test_pages import PAGES, STATES, open_page

TERM_VIEWS = ("In context", "Beside it", "Over time", "How widespread", "Key words")
METHOD_PARTS = ("Definitions", "Paragraph and citation", "Every way", "Null check", "Instruments", "Download")
VIEWS = [*(("terms", "view", v) for v in TERM_VIEWS), *(("methods", "methods", v) for v in METHOD_PARTS)]


def html_of(app: AppTest) -> str:
    return "\n".join(h.proto.body for h in app.get("html"))


def words_of(app: AppTest) -> str:
    return "\n".join(e.value for kind in (app.markdown, app.caption, app.info, app.text) for e in kind)


@pytest.mark.parametrize(("page", "key", "view"), VIEWS)
@pytest.mark.parametrize("state", ["the shipped corpus", *STATES])
def test_views_in_states(
    state: str, page: str, key: str, view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if state in STATES:
        rows = [{"id": str(i), **row} for i, row in enumerate(STATES[state])]
        (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
        monkeypatch.setenv("FRAMING_CORPUS", str(tmp_path / "a.jsonl"))
    app = open_page(page, **{key: view})
    assert not app.exception
    assert not app.error
    # Terms without a term shows none of its views.
    assert page == "terms" or app.get("button_group")
    assert all(group.value == view for group in app.get("button_group"))


def test_lines_stand_in_the_order_asked_for(sarvane_run: Run) -> None:
    app = open_page("terms", term="terrorist", sort="Words to the right")
    expected = sort_concordance(find_concordance(sarvane_run, Selection(term="terrorist")), "right")
    lines = re.findall(r'<span class="fr-right">(.*?)</span>', html_of(app), re.S)
    assert len(lines) == min(25, expected.num_rows)
    assert [line.split("&")[0][:8] for line in lines] == [
        r.replace("\n", " ").replace("'", "&").replace('"', "&").split("&")[0][:8]
        for r in expected.column("right").to_pylist()[:25]
    ]
    assert f"{expected.num_rows} mentions" in words_of(app)


def test_the_second_page_goes_on(sarvane_run: Run) -> None:
    app = open_page("terms", term="terrorist")
    app.number_input[0].set_value(2).run()
    assert not app.exception
    assert 'start="26"' in html_of(app)


def test_the_sentence_on_collocates_is_the_table(sarvane_run: Run) -> None:
    top = find_collocates(sarvane_run, term="terrorist").to_pylist()[0]
    app = open_page("terms", term="terrorist", view="Beside it")
    said = next(m.value for m in app.markdown if "leads" in m.value)
    assert f"“{top['word']}”" in said
    assert f"in {top['n_articles']} articles" in said
    assert any("Exploratory" in c.value for c in app.caption)


def test_key_words_are_marked_exploratory() -> None:
    app = open_page("terms", view="Key words")
    assert any("**Exploratory**" in c.value for c in app.caption)


@pytest.mark.parametrize("by", ["Whose words", "Category", "Sense", "Who acts"])
def test_marks_can_tell_other_things_apart(by: str) -> None:
    app = open_page("read", article="corran-bugle-e02", marks=by)
    assert not app.exception
    article = next(h.proto.body for h in app.get("html") if h.proto.body.startswith('<div class="fr fr-bars"'))
    assert ("fr-own" in article) == (by == "Whose words")
    assert ("fr-k" in article) == (by != "Whose words")
    app.toggle(key="bars").set_value(False).run()
    assert 'class="fr fr-bars"' not in html_of(app)


def test_read_links_to_what_stands_beside(sarvane_run: Run) -> None:
    app = open_page("read", article="corran-bugle-e02")
    assert any(e.label.startswith("Next to read") and "on this event" in e.label for e in app.expander)


def test_an_unknown_article_in_the_address_is_told() -> None:
    app = open_page("read", article="nothing-of-the-kind")
    assert any("no article with the id" in i.value for i in app.info)


def test_the_null_check_runs_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {
            "id": f"{o}{i}",
            "outlet": o,
            "text": "Ten were killed. " * (i % 3) + "The massacre. " * (i % 2) + "It rained.",
        }
        for o in ("Sarvane Wire", "Aldis Ledger")
        for i in range(30)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    monkeypatch.setenv("FRAMING_CORPUS", str(tmp_path / "a.jsonl"))
    app = open_page("methods", methods="Null check")
    app.number_input(key="splits").set_value(10).run()
    app.button(key="null_check").click()
    app.run(timeout=120)
    assert not app.exception
    said = next(m.value for m in app.markdown if "tests on 10 halvings" in m.value)
    assert "5 %" in said
    app.button(key="null_check")
    app.switch_page(str(PAGES / "terms.py")).run()
    app.query_params["methods"] = "Null check"
    app.switch_page(str(PAGES / "methods.py")).run()
    app.number_input(key="splits").set_value(10).run()
    assert said in [m.value for m in app.markdown]


def test_the_null_check_without_enough_text_is_a_sentence() -> None:
    app = open_page("methods", methods="Null check")
    app.number_input(key="splits").set_value(10).run()
    app.button(key="null_check").click()
    app.run(timeout=120)
    assert not app.exception
    assert not app.error


def test_texts_are_left_out_at_first_on_a_shared_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_page("methods", methods="Download").toggle(key="with_text").value is True
    monkeypatch.setenv("FRAMING_SHARED", "1")
    assert open_page("methods", methods="Download").toggle(key="with_text").value is False


def test_the_paragraph_follows_the_selection() -> None:
    app = open_page("methods", methods="Paragraph and citation", voice="Own words")
    said = app.code[0].value
    assert "the outlets' own words" in said
    app.multiselect(key="measures").set_value(["collocates"]).run()
    assert "logdice" in app.code[0].value
    assert "Rates are" not in app.code[0].value
