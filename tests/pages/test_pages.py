"""Each page draws, in each state a user meets, without an exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.fetch.server import Site

APP = Path(__file__).parents[2] / "app.py"
PAGES = Path(__file__).parents[2] / "framing" / "pages"
NAMES = (
    "start",
    "outlets",
    "word_choice",
    "events",
    "voices",
    "agency",
    "terms",
    "read",
    "classifier",
    "add_texts",
    "methods",
)


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


PAGE = """<html><head><title>Depot hit</title><meta property="og:site_name" content="{site}"></head><body><article><h1>Depot hit</h1>
<p>The army bombed the depot on Monday and murdered three guards, the town council said in a statement.</p>
<p>Residents spoke of a massacre. The government called the raid a proportionate response to the shelling of last week.</p>
</article></body></html>"""


def test_addresses_are_fetched_and_shown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMING_ALLOW_PRIVATE", "1")
    site.pages |= {f"/{name}": PAGE.format(site=name).encode() for name in ("ledger", "wire")}
    app = open_page("add_texts")
    app.text_area(key="addresses").input(f"{site.root}/ledger\n{site.root}/wire\n{site.root}/nothing")
    next(b for b in app.button if b.label == "Fetch").click()
    app.run(timeout=120)
    assert not app.exception
    assert {m.label: m.value for m in app.metric} == {
        "Articles": "2",
        "Outlets": "2",
        "Not taken in": "1",
        "Without a date": "2",
    }
    app.button(key="use").click()
    app.run(timeout=120)
    assert any("your texts: 2 articles of 2 outlets" in s.value for s in app.success)
    app.button(key="back").click()
    app.run()
    assert not app.success


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "file:///etc/passwd", "no address at all"])
def test_private_and_wrong_addresses_are_refused_in_a_sentence(address: str) -> None:
    app = open_page("add_texts")
    app.text_area(key="addresses").input(address)
    next(b for b in app.button if b.label == "Fetch").click()
    app.run(timeout=60)
    assert not app.exception
    assert len(app.error) == 1
    assert not app.metric


def test_a_shared_server_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMING_SHARED", "1")
    app = open_page("add_texts")
    assert not [t for t in app.text_area if t.key == "addresses"]
    assert any("this server is shared" in c.value for c in app.caption)


def test_pasted_texts_become_the_corpus_of_this_session() -> None:
    app = open_page("add_texts")
    for outlet, text in (("Aldis Ledger", "The regime murdered ten."), ("Sarvane Wire", "Ten people were killed.")):
        next(t for t in app.text_input if t.label == "Outlet").input(outlet)
        next(t for t in app.text_area if t.label == "Text").input(text)
        next(b for b in app.button if b.label == "Add this text").click()
        app.run()
    app.button(key="read").click()
    app.run(timeout=120)
    assert {m.label: m.value for m in app.metric}["Articles"] == "2"
    app.button(key="use").click()
    app.run(timeout=120)
    assert any("2 articles of 2 outlets" in s.value for s in app.success)
    other = open_page("add_texts")
    assert not other.success


def test_training_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"text": f"{'Thugs of the regime slaughtered' if i % 2 else 'Soldiers killed'} {i} people near the {w} bridge.", "label": i % 2, "outlet": "ABCD"[i % 4]}
        for i, w in enumerate(("old", "new", "north", "south", "east", "west") * 12)
    ]  # fmt: skip
    app = open_page("classifier")
    app.file_uploader(key="labelled").upload(
        "mine.jsonl", "\n".join(map(json.dumps, rows)).encode(), "application/json"
    )
    app.run()
    app.button(key="train").click()
    app.run(timeout=120)
    assert not app.exception
    assert any("Trained" in s.value for s in app.success)
    assert any("the model you made" in m.value for m in app.markdown)


def test_calibrating_on_the_page() -> None:
    rows = [
        {"text": f"{'A shameful' if i % 2 else 'An annual'} plan for {i} people near the bridge.", "label": i % 2}
        for i in range(140)
    ]
    app = open_page("classifier")
    app.file_uploader(key="labelled").upload(
        "mine.jsonl", "\n".join(map(json.dumps, rows)).encode(), "application/json"
    )
    app.run()
    app.radio(key="what").set_value(app.radio(key="what").options[1]).run()
    app.button(key="train").click()
    app.run(timeout=60)
    assert not app.exception
    assert any("Calibrated" in s.value for s in app.success)
    assert any("Calibration fitted again on 100 sentences" in t.value for t in app.text)


def test_labels_that_cannot_be_learnt_from_are_a_sentence() -> None:
    app = open_page("classifier")
    app.file_uploader(key="labelled").upload("mine.jsonl", b'{"text": "One.", "label": 1}', "application/json")
    app.run()
    app.button(key="train").click()
    app.run(timeout=60)
    assert not app.exception
    assert app.error[0].value == "This cannot be learnt from."
    assert any("Expected" in t.value for t in app.text)


def test_candidates_are_called_candidates() -> None:
    app = open_page("classifier")
    app.button(key="discover").click()
    app.run(timeout=120)
    assert not app.exception
    assert any("candidates to read" in m.value for m in app.markdown)


def choose_by_hand(app: AppTest, name: str, outlet: str, group: str) -> str:
    """What stands above the sentences after an outlet and a group were chosen from the lists."""
    app.selectbox(key=f"by-hand-outlet-{name}").set_value(outlet).run()
    app.selectbox(key=f"by-hand-word-{name}-{outlet}").set_value(group).run()
    assert not app.exception
    return next(m.value for m in app.markdown if m.value.startswith("**"))


def behind(app: AppTest, nth: int, outlet: str, group: str) -> int:
    """The number of mentions in the table behind the nth figure."""
    table = [e for e in app.expander if e.label == "The table behind this"][nth].dataframe[0].value
    found = table[(table["outlet"] == outlet) & (table["group_label"] == group)]
    return int(found["n_mentions"].iloc[0])


def test_loaded_words_open_to_as_many_mentions_as_the_table_says() -> None:
    app = open_page("voices")
    told = choose_by_hand(app, "loaded-voice", "aldis-ledger", "own")
    assert told.startswith(f"**{behind(app, 3, 'The Aldis Ledger', 'own words')} mention")


def test_a_speaker_opens_to_passages() -> None:
    app = open_page("voices")
    told = choose_by_hand(app, "speakers-side", "talmara-national", "talmara")
    assert "passages" in told


def test_forms_of_one_actor_s_events() -> None:
    app = open_page("agency", events_with="With Sarvane Liberation Front", role="They suffer")
    told = choose_by_hand(app, "forms-form", "aldis-ledger", "agentless_passive")
    assert told.startswith(f"**{behind(app, 0, 'The Aldis Ledger', 'passive without: Y was killed')} mention")
    assert any("suffer: Sarvane Liberation Front" in s.value for s in app.header)


def test_the_same_actor_twice_is_told() -> None:
    app = open_page("agency")
    app.selectbox(key="versus").set_value(app.selectbox(key="about").value).run()
    assert not app.exception
    assert any("two different actors" in i.value for i in app.info)


def test_the_voice_chosen_before_survives_the_page_without_one() -> None:
    app = open_page("outlets")
    app.selectbox(key="voice").set_value("own").run()
    app.switch_page(str(PAGES / "voices.py")).run()
    assert not [s for s in app.selectbox if s.key == "voice"]
    app.switch_page(str(PAGES / "agency.py")).run()
    assert not app.exception
    assert app.selectbox(key="voice").value == "own"


def told_rows() -> list[dict[str, str]]:
    rows = []
    for i, (place, name) in enumerate((("Ost", "Varen Dool"), ("Brell", "Ines Karo"))):
        for j, outlet in enumerate(("Aldis Ledger", "Sarvane Wire", "Corran Post")):
            verb = ("murdered", "killed", "shot dead")[j]
            rows.append(
                {
                    "outlet": outlet,
                    "title": f"{name} {verb} in {place}",
                    "text": f"{name}, the mayor of {place}, was {verb} at the {place} bridge on Monday. Police of {place} said {name} had 40 guards.",
                    "date": f"2024-03-{10 + 14 * i + j:02}",
                }
            )
    return rows


@pytest.fixture
def no_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = [{"id": str(i), **row} for i, row in enumerate(told_rows())]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    monkeypatch.setenv("FRAMING_CORPUS", str(tmp_path / "a.jsonl"))
    return tmp_path


def test_events_are_found_for_this_session_alone(no_events: Path) -> None:
    app = open_page("events")
    assert any("names no events" in i.value for i in app.info)
    app.button(key="group").click()
    app.run(timeout=120)
    assert not app.exception
    assert not app.info
    assert len(app.selectbox(key="event").options) == 2
    assert any("3 of 3 outlets shown told of it" in m.value for m in app.markdown)
    app.switch_page(str(PAGES / "start.py")).run()
    assert {m.label: m.value for m in app.metric}["Events found"] == "2"
    # Nothing was written, and another session has none.
    assert [p.name for p in no_events.iterdir()] == ["a.jsonl"]
    assert any("names no events" in i.value for i in open_page("events").info)


def test_a_large_corpus_is_sent_to_the_command_line(no_events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": str(i), "outlet": "Post", "text": "Rain."} for i in range(5_001)]
    (no_events / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    app = open_page("events")
    assert not [b for b in app.button if b.key == "group"]
    assert any("framing group" in c.value for c in app.code)


def test_an_event_is_chosen_and_goes_along(tmp_path: Path) -> None:
    app = open_page("events")
    app.selectbox(key="event").set_value("e02-funerals").run()
    assert not app.exception
    assert any("Hadrel Gazette" in m.value and "none on it" in m.value.lower() for m in app.markdown)
    app.switch_page(str(PAGES / "start.py")).run()
    assert app.selectbox(key="event").value == "e02-funerals"
    app.switch_page(str(PAGES / "events.py")).run()
    assert app.selectbox(key="event").value == "e02-funerals"


def test_one_outlet_has_no_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("events")
    app.multiselect(key="outlets").set_value(["kestovia-today"]).run()
    assert not app.exception
    assert not app.error
    assert any("by two outlets" in i.value for i in app.info)


def test_start_says_what_does_not_count() -> None:
    text = "\n".join(c.value for c in open_page("start").caption)
    for said in (
        "2024-03-04 to 2024-06-08; 79 of 79",
        "Left out for their language: 0",
        "Copies: not looked for",
        "do not count: 0",
    ):
        assert said in text
