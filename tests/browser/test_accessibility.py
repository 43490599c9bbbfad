"""axe on every page: nothing but what Streamlit's own frame brings, listed here by rule."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from framing.pages._app import PAGES
from tests.browser.serving import CHROMIUM, serving

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
]
#: What Streamlit's frame brings, with the part of it that each rule may name; anything else fails.
FRAME = {
    "aria-allowed-attr": ("stSidebar", "stExpandSidebarButton", "data-baseweb"),
    "aria-prohibited-attr": ("stSidebar", "data-baseweb"),
    "scrollable-region-focusable": ("stSidebar", "stMain"),
    # The label of a control that is off.
    "color-contrast": ("in which",),
    "presentation-role-conflict": ("stFileUploaderDropzone",),
    "region": (),
    "landmark-unique": (),
    "landmark-one-main": (),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving({k: v for k, v in os.environ.items() if k != "FRAMING_CORPUS"}) as found:
        yield found


@pytest.mark.parametrize("name", [file.removesuffix(".py") for file, _ in PAGES])
def test_nothing_beyond_the_frame(name: str, address: str) -> None:
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{address}/{'' if name == 'start' else name}")
        page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
        page.wait_for_timeout(2500)
        found = axe.Axe().run(page).response["violations"]
        browser.close()
    beyond = {}
    for violation in found:
        allowed = FRAME.get(violation["id"])
        nodes = [
            node["html"][:200]
            for node in violation["nodes"]
            if allowed is None or (allowed and not any(a in node["html"] or a in str(node["target"]) for a in allowed))
        ]
        if nodes:
            beyond[violation["id"]] = nodes
    assert beyond == {}
