"""How much memory does the dashboard's server take on a run, page by page?

    python -m tests.evaluation.dashboard_memory RUN [--pages start,outlets] [--settle 1]

Starts the dashboard on a free port of this machine, opens every page once in Debian's chromium (or FRAMING_CHROMIUM), then the views that
a page folds away, and prints after each what the server's process has resident and its peak until then, in MB, read from /proc (Linux). The
seconds are from the request to the end of the script: the browser's own start of the page is among them.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from urllib.parse import urlencode

from framing.pages._app import PAGES
from tests.browser.serving import CHROMIUM, serving

#: Views a page shows only when asked, by the page's name and the key and value in its address.
VIEWS = (
    ("terms", "view", "Beside it"),
    ("terms", "view", "Over time"),
    ("terms", "view", "How widespread"),
    ("terms", "view", "Key words"),
    ("methods", "methods", "Every way"),
    ("outlets", "voice", "Own words"),
    ("word_choice", "voice", "Own words"),
)

_STATE = """() => document.querySelector('[data-testid="stApp"]')?.getAttribute("data-test-script-state")"""


def server_process() -> int:
    """The one child of this process that runs streamlit."""
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"streamlit" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    raise RuntimeError("no server among the children of this process")


def resident(process: int) -> tuple[float, float, float]:
    """MB that are resident now, at most until now, and of those now the ones that only mirror files on disk."""
    told = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    now, peak, files = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssFile"))
    return now, peak, files


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--pages", help="names separated by commas; all without")
    parser.add_argument("--settle", type=float, default=1.0, help="seconds a page must rest before memory is read")
    given = parser.parse_args()
    names = [file.removesuffix(".py") for file, _ in PAGES]
    wanted = given.pages.split(",") if given.pages else names
    visits = [(n, {}) for n in wanted] + [(n, {key: value}) for n, key, value in VIEWS if n in wanted]
    counts = json.loads((given.run / "run.json").read_text(encoding="utf-8"))["counts"]
    print(", ".join(f"{n:,} {name}" for name, n in counts.items()))
    print("| visited | MB | peak MB | of it files | seconds |\n|---|---|---|---|---|", flush=True)
    with serving({**os.environ, "FRAMING_CORPUS": str(given.run)}) as address, sync_playwright() as playwright:
        server = server_process()

        def tell(what: str, seconds: float) -> None:
            now, peak, files = resident(server)
            print(f"| {what} | {now:.0f} | {peak:.0f} | {files:.0f} | {seconds:.1f} |", flush=True)

        tell("at start", 0.0)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        for name, query in visits:
            started = time.monotonic()
            page.goto(f"{address}/{'' if name == 'start' else name}{'?' + urlencode(query) if query else ''}")
            page.get_by_role("heading", level=1).first.wait_for(timeout=300_000)
            # Between its parts a script may seem to rest: it is done when it rests for as long as that.
            done = time.monotonic()
            while time.monotonic() - done < given.settle:
                if page.evaluate(_STATE) != "notRunning":
                    done = time.monotonic()
                page.wait_for_timeout(20)
            tell(" ".join((name, *query.values())), done - started)
        browser.close()


if __name__ == "__main__":
    main()
