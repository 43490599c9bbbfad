"""Each page draws, in each state a user meets, without an exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "app.py"
PAGES = Path(__file__).parents[2] / "framing" / "pages"
NAMES = ("start", "outlets", "word_choice", "terms", "read", "add_texts", "methods")


def open_page(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if name != "start":
        app.switch_page(str(PAGES / f"{name}.py")).run()
    return app


def shown_counts(app: AppTest) -> list[int]:
    table = next(e for e in app.expander if e.label == "The table behind this")
    return list(table.dataframe[0].value["n_mentions"])


@pytest.mark.parametrize("name", NAMES)
def test_page_draws(name: str) -> None:
    app = open_page(name)
    assert not app.exception
    assert not app.error
    assert app.title[0].value.endswith(("?", "article"))
    assert any("invented" in m.value for m in app.markdown)


@pytest.mark.parametrize("voice", ["own", "own+reported", "direct", "scare"])
def test_voice_switch_changes_the_numbers(voice: str) -> None:
    app = open_page("outlets")
    before = shown_counts(app)
    app.selectbox(key="voice").set_value(voice).run()
    assert not app.exception
    assert shown_counts(app) != before


def test_one_outlet(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("outlets")
    app.multiselect(key="outlets").set_value(["kestovia-today"]).run()
    assert not app.exception
    assert any("second outlet" in m.value for m in app.markdown)


def test_read_follows_the_article_in_the_url() -> None:
    app = open_page("start")
    app.query_params["article"] = "corran-bugle-e02"
    app.switch_page(str(PAGES / "read.py")).run()
    assert not app.exception
    assert "corran-bugle-e02" in [s.value for s in app.selectbox]


STATES = {
    "one article": [{"outlet": "Post", "title": "A", "text": "The massacre ended."}],
    "no hits": [{"outlet": "Post", "title": "Rain", "text": "Rain fell."}, {"outlet": "Herald", "text": "Sun shone."}],
    "headlines only": [{"outlet": f"O{i % 3}", "title": "Regime ends siege", "text": ""} for i in range(12)],
    "300 outlets": [{"outlet": f"Outlet {i}", "text": "Troops ended the siege. Ten were killed."} for i in range(300)],
    "hostile text": [
        {
            "outlet": "<b>O</b>=1",
            "title": "**A** <script>alert(1)</script> ![x](http://example.org/x.png)",
            "text": "<img src=x onerror=alert(1)> the regime’s massacre :red[x] $y$",
        }
        for _ in range(9)
    ],
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_states(state: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": str(i), **row} for i, row in enumerate(STATES[state])]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    monkeypatch.setenv("FRAMING_CORPUS", str(tmp_path / "a.jsonl"))
    app = open_page(name)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("content", "expected"), [(b"", "empty"), (b"a,b\n1,2\n", "no text column"), (None, "no file")]
)
def test_broken_input_is_a_sentence(
    content: bytes | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    monkeypatch.setenv("FRAMING_CORPUS", str(tmp_path / "a.csv"))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    assert app.error[0].value == "This cannot be shown."
    assert expected in app.text[0].value.lower()
