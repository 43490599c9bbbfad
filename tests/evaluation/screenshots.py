"""Pictures of every page as people see it: wide and phone, light and dark.

    python -m tests.evaluation.screenshots OUT [--corpus CORPUS|RUN] [--pages outlets,read]

Starts the dashboard on a free port of this machine and drives Debian's chromium (or FRAMING_CHROMIUM).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from framing.pages._app import PAGES
from tests.browser.serving import CHROMIUM, serving

SIZES = {"wide": (1400, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus")
    parser.add_argument("--pages", help="names separated by commas; all without")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = [file.removesuffix(".py") for file, _ in PAGES]
    wanted = given.pages.split(",") if given.pages else names
    environment = {**os.environ, **({"FRAMING_CORPUS": given.corpus} if given.corpus else {})}
    with serving(environment) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                page = context.new_page()
                for name in wanted:
                    page.goto(f"{address}/{'' if name == 'start' else name}")
                    page.get_by_role("heading", level=1).first.wait_for(timeout=90_000)
                    page.wait_for_function(
                        "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')", timeout=90_000
                    )
                    # Charts are drawn after the script has run.
                    page.wait_for_function(
                        "() => !document.querySelector('[data-testid=\"stSkeleton\"]')", timeout=90_000
                    )
                    page.wait_for_timeout(1500)
                    path = given.out / f"{name}-{size}-{scheme}.png"
                    page.screenshot(path=path, full_page=False)
                    print(path)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
