"""In a real browser: open, switch voice, click a bar, read the sentence it opens; nothing leaves the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.serving import CHROMIUM, serving

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving({k: v for k, v in os.environ.items() if k != "FRAMING_CORPUS"}) as found:
        yield found


@pytest.fixture
def page(address: str) -> Iterator[object]:
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1440, "height": 1200})
        page.set_default_timeout(60_000)
        page.outside = []
        page.failures = []
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
                else page.outside.append(r.url)
            ),
        )
        page.on("pageerror", lambda e: page.failures.append(str(e)))
        page.on(
            "console",
            lambda m: page.failures.append(m.text) if m.type == "error" and not _probes(m.location["url"]) else None,
        )
        yield page
        assert page.outside == []
        assert page.failures == []
        browser.close()


def _probes(url: str) -> bool:
    """Streamlit's own question, on a page that is opened by its address, whether the server stands below that address."""
    return url.endswith(("/_stcore/health", "/_stcore/host-config"))


def test_start_shows_two_outlets_on_one_event(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(address)
    page.get_by_role("heading", name="How do these outlets word the same events?").wait_for()
    page.locator(".fr-m").nth(4).wait_for()
    page.locator(".fr").nth(1).wait_for()


def test_switch_voice_click_a_bar_and_read(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/word_choice")
    page.locator(".barlayer .point path").first.wait_for()
    # The number of occasions stands behind each outlet.
    labels = page.locator(".yaxislayer-above").first
    before = labels.inner_html()
    page.get_by_role("combobox", name="Voice").click()
    page.get_by_role("option", name="Own words", exact=True).click()
    page.wait_for_url("**voice=Own+words**")
    for _ in range(100):
        if labels.count() and labels.inner_html() != before:
            break
        page.wait_for_timeout(200)
    assert labels.inner_html() != before
    page.wait_for_timeout(1000)
    boxes = [
        b for b in (p.bounding_box() for p in page.locator(".barlayer .point path").all()) if b and b["width"] > 20
    ]
    page.mouse.click(boxes[0]["x"] + boxes[0]["width"] / 2, boxes[0]["y"] + boxes[0]["height"] / 2)
    sentences = page.locator("[class*=st-key-sentences]")
    sentences.wait_for()
    sentences.locator(".fr-m.fr-own").first.wait_for()
    assert "own words" in sentences.inner_text()
    # From the sentence to its article, with the mark's reason on keyboard focus.
    sentences.get_by_test_id("stPageLink").first.click()
    page.get_by_role("heading", name="Read one article").wait_for()
    page.wait_for_url("**article=**")
    mark = page.locator(".fr-m[data-tip]").first
    mark.focus()
    assert "Rule:" in mark.get_attribute("data-tip")


def test_a_link_restores_the_selection(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets?voice=Own+words&show=Term%3A+terrorist")
    page.locator(".scatterlayer .point").first.wait_for(state="attached")
    assert page.get_by_role("combobox", name="Voice").input_value() == "Own words"
    assert page.get_by_role("combobox", name="Show").input_value() == "Term: terrorist"


def test_phone_width_has_no_sideways_scrolling(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("", "outlets", "word_choice", "events", "read", "methods"):
        page.goto(f"{address}/{name}")
        page.locator("h1").wait_for()
        page.wait_for_timeout(1500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 391, name


def test_the_selection_goes_along_and_stays_in_the_address(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets?voice=Own+words&outlets=The+Corran+Bugle&outlets=Kestovia+Today")
    page.locator(".scatterlayer .point").first.wait_for(state="attached")
    page.get_by_test_id("stSidebarNav").get_by_text("Word choice", exact=True).click()
    page.wait_for_url("**/word_choice?voice=Own+words**Kestovia+Today")
    page.locator(".barlayer .point path").first.wait_for()
    assert page.get_by_role("combobox", name="Voice").input_value() == "Own words"


def test_a_cell_of_the_heat_map_opens_its_sentences(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets")
    cells = page.locator(".js-plotly-plot").nth(1).locator(".scatterlayer .point")
    cells.first.wait_for(state="attached")
    page.wait_for_timeout(1500)
    box = cells.nth(5).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("[class*=st-key-sentences]").wait_for()


def test_a_table_is_downloaded(page, address: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets")
    page.locator(".scatterlayer .point").first.wait_for(state="attached")
    page.get_by_text("The table behind this").first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    path = tmp_path / "rates.csv"
    started.value.save_as(path)
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    assert "value" in header.split(",")
    assert len(rows) == 6
    with page.expect_download() as started:
        page.get_by_role("button", name="Interactive figure").first.click()
    started.value.save_as(tmp_path / "rates.html")
    assert "http" not in _hosts((tmp_path / "rates.html").read_text(encoding="utf-8"))


def _hosts(html: str) -> str:
    """What a browser would fetch for this page."""
    return "".join(part.split(">", 1)[0] for part in html.split("<script")[1:] if " src=" in part.split(">", 1)[0])


def test_dark_ground_and_light_ink(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/outlets")
    page.locator(".scatterlayer .point").first.wait_for(state="attached")
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert _light(ground) < 60
    assert _light(ink) > 180


def _light(colour: str) -> float:
    values = [float(v) for v in colour[colour.index("(") + 1 : colour.index(")")].replace(",", " ").split()[:3]]
    return sum(values) / 3


def test_keyboard_alone_reaches_a_mark_and_its_reason(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/read?article=corran-bugle-e02")
    page.locator(".fr-m[data-tip]").first.wait_for()
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('fr-m')"):
            break
    assert "Rule:" in page.evaluate("document.activeElement.dataset.tip || ''")


def test_a_mark_chooses_its_event_and_a_link_restores_it(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/events")
    marks = page.locator(".js-plotly-plot").first.locator(".scatterlayer .trace .point")
    marks.first.wait_for(state="attached")
    page.wait_for_timeout(1500)
    box = marks.first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**event=2024-03-04**")
    page.get_by_role("heading", name="Who covered this event: e01 depot strike?").wait_for()
    restored = page.url
    page.goto("about:blank")
    page.goto(restored)
    page.get_by_role("heading", name="Who covered this event: e01 depot strike?").wait_for()
    assert page.locator(".fr-aligned tbody tr").count() >= 3


def test_marks_of_two_figures_open_beside_each_other(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets?show=Category%3A+delegitimising")
    figures = page.locator(".js-plotly-plot")
    figures.nth(1).locator(".scatterlayer .point").first.wait_for(state="attached")
    page.wait_for_timeout(1500)
    opened = page.locator("[class*=st-key-sentences]")
    for number, figure in enumerate((figures.nth(0), figures.nth(1)), 1):
        figure.scroll_into_view_if_needed()
        boxes = [b for b in (m.bounding_box() for m in figure.locator(".scatterlayer .point").all()) if b]
        box = max(boxes, key=lambda b: b["width"] * b["height"])
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        opened.nth(number - 1).wait_for()
        page.wait_for_timeout(1500)
    assert opened.count() == 2
    assert page.get_by_test_id("stException").count() == 0


def test_keyboard_alone_opens_sentences(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/word_choice")
    page.locator(".barlayer .point path").first.wait_for()

    def tab_to(found: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {found}; }})()"):
                return
        raise AssertionError(found)

    tab_to("e.tagName === 'SUMMARY' && e.innerText.includes('Read the sentences')")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    for label in ("Outlet", "Word"):
        tab_to(f"e.getAttribute('role') === 'combobox' && e.getAttribute('aria-label').endsWith('{label}')")
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(400)
        page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
    page.locator("[class*=st-key-sentences] .fr-m").first.wait_for()


def test_back_is_one_step_a_page(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets?voice=Own+words")
    page.locator(".scatterlayer .point").first.wait_for(state="attached")
    for title, where in (("Events", "**/events?voice=**"), ("Read", "**/read?**article=**")):
        page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
        page.wait_for_url(where)
        page.wait_for_timeout(1500)
    page.go_back()
    page.get_by_role("heading", name="Who told of which event, and in which words?").wait_for()
    page.wait_for_timeout(1500)
    page.go_back()
    page.get_by_role("heading", name="How often does each outlet use loaded words?").wait_for()


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_camera_saves_a_picture(page, address: str, tmp_path: Path, form: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/outlets")
    figure = page.locator(".js-plotly-plot").first
    figure.locator(".scatterlayer .point").first.wait_for(state="attached")
    if form == "svg":
        page.get_by_text("The table behind this").first.click()
        page.get_by_text("SVG", exact=True).first.click()
    figure.hover()
    # The figure is drawn again with the other camera; only that for PNG is named by its format.
    button = figure.locator(f'.modebar-btn[data-title="Download plot{" as a PNG" if form == "png" else ""}"]')
    button.wait_for()
    with page.expect_download() as started:
        button.click()
    started.value.save_as(tmp_path / "picture")
    assert started.value.suggested_filename == f"rates.{form}"
    assert (tmp_path / "picture").read_bytes().startswith(b"\x89PNG" if form == "png" else b"<svg")


def test_long_work_is_stopped(page, address: str) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{address}/methods?methods=Null+check&splits=1000")
    page.get_by_role("button", name="Check", exact=True).click()
    stop = page.get_by_role("button", name="Stop", exact=True)
    stop.wait_for()
    page.get_by_text("halvings", exact=False).first.wait_for()
    stop.click()
    stop.wait_for(state="detached")
    check = page.get_by_role("button", name="Check", exact=True)
    check.wait_for()
    # Neither a result nor a bar: the work has ended and can begin anew.
    assert check.is_enabled()
    assert page.get_by_test_id("stProgress").count() == 0
