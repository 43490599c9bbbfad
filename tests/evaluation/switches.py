"""How long the server takes for a switch: every page opened, every choice on it changed, each time to something new.

    python -m tests.evaluation.switches RUN [--n 20] [--pages outlets,terms] [--json FILE]

Streamlit's AppTest drives the pages within this process. What is timed is the script of the page, from its first line to its last, with all
it computes and all it hands to the browser; not the way to the browser nor its drawing. No answer is in a cache: before a choice of few
values (a voice, a section) is changed the dates are set to a period that was not looked at yet, which is not timed. The first page is
measured in processes of their own, from the start of Python to the end of the script.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
#: Pages, and the parts of those that show one at a time: page, key of the choice of a part, part.
VIEWS: tuple[tuple[str, str, str], ...] = (
    ("start", "", ""),
    ("outlets", "", ""),
    ("word_choice", "", ""),
    ("events", "", ""),
    ("voices", "", ""),
    ("agency", "", ""),
    ("terms", "view", "In context"),
    ("terms", "view", "Beside it"),
    ("terms", "view", "Over time"),
    ("terms", "view", "How widespread"),
    ("terms", "view", "Key words"),
    ("read", "", ""),
    ("classifier", "", ""),
    ("methods", "methods", "Definitions"),
    ("methods", "methods", "Paragraph and citation"),
    ("methods", "methods", "Every way"),
    ("methods", "methods", "Null check"),
    ("methods", "methods", "Instruments"),
    ("methods", "methods", "Download"),
)
#: Outlets chosen at a time; more than are shown at first.
FEWEST_OUTLETS, MOST_OUTLETS = 4, 12
_FIRST = """
import time; start = time.perf_counter()
from tests.evaluation.switches import open_app
open_app(); print(time.perf_counter() - start)
"""


class Clock:
    """Sums up the time that scripts of pages take, and that of the processor, which other programs do not lengthen."""

    def __init__(self) -> None:
        import framing.pages

        self.taken = np.zeros(2)
        real = framing.pages.show_app

        def timed() -> None:
            begun = _now()
            try:
                real()
            finally:
                self.taken += _now() - begun

        # app.py imports the name at each run.
        framing.pages.show_app = timed

    def take(self) -> np.ndarray:
        """Seconds by the clock and of the processor since the last time this was asked."""
        taken, self.taken = self.taken, np.zeros(2)
        return taken


def _now() -> np.ndarray:
    return np.array([time.perf_counter(), time.process_time()])


def open_app(page: str = "start", **query: str) -> Any:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if page != "start":
        app.switch_page(str(ROOT / "framing" / "pages" / f"{page}.py")).run()
    _check(app, page)
    return app


def _check(app: Any, what: str) -> None:
    if app.exception or app.error:
        raise SystemExit(f"{what}: {[e.value for e in (*app.exception, *app.error)]}")


class Choices:
    """Values that were not looked at yet."""

    def __init__(self, app: Any, seed: int) -> None:
        self.chance = random.Random(seed)
        self.dates = _widget(app, "dates")
        self.seen: set[Any] = set()

    def new_period(self) -> tuple[date, date]:
        """A period of at least half of the whole."""
        first, last = self.dates.min, self.dates.max
        n = (last - first).days
        while True:
            cut = self.chance.randrange(0, max(2, n // 2))
            begin = self.chance.randrange(0, cut + 1)
            period = (first + timedelta(begin), last - timedelta(cut - begin))
            if period not in self.seen and period != (first, last):
                self.seen.add(period)
                return period

    def new_outlets(self, widget: Any) -> list[str]:
        # The largest come first.
        largest = list(widget.options)[: 2 * MOST_OUTLETS]
        while True:
            few = min(FEWEST_OUTLETS, len(largest))
            n = self.chance.randint(few, max(few, min(MOST_OUTLETS, len(largest))))
            some = tuple(sorted(self.chance.sample(largest, n)))
            if some not in self.seen or len(largest) < FEWEST_OUTLETS:
                self.seen.add(some)
                return list(some)


def _widgets(app: Any) -> Iterator[Any]:
    for kind in ("multiselect", "selectbox", "button_group", "toggle", "number_input", "date_input"):
        yield from app.get(kind)


def _widget(app: Any, key: str) -> Any:
    return next((w for w in _widgets(app) if _key(w) == key and not w.disabled), None)


def _key(widget: Any) -> str:
    return str(widget.key or widget.label)


def _steps(widget: Any, n: int) -> list[Callable[[Any], Any]]:
    """How to change a widget to each of its other values."""
    kind = widget.type
    if kind == "selectbox":
        now = widget.index
        return [lambda w, i=i: w.select_index(i) for i in range(len(widget.options)) if i != now][:n]
    if kind == "button_group":
        now = widget.value
        values = [o.content for o in widget.proto.options]
        if not isinstance(now, str | None):
            now = now[0] if now else None
        return [lambda w, i=i: _press(w, i) for i in range(len(values))][:n]
    if kind == "toggle":
        return [lambda w: w.set_value(not w.value)]
    if kind == "number_input":
        begin, step = int(widget.min or 1), int(widget.step or 1)
        last = int(widget.max) if widget.max is not None else begin + 20 * step
        return [lambda w, v=v: w.set_value(v) for v in range(begin, last + 1, step) if v != widget.value][:n]
    return []


def _press(widget: Any, index: int) -> Any:
    option = widget.options[index] if hasattr(widget, "options") else index
    return widget.set_value(option)


def measure_widget(app: Any, clock: Clock, choices: Choices, key: str, n: int) -> tuple[Any, list[np.ndarray]]:
    """Seconds of up to `n` changes of one widget."""
    times: list[np.ndarray] = []
    while len(times) < n:
        widget = _widget(app, key)
        if widget is None:
            break
        if key in ("dates", "outlets"):
            widget.set_value(choices.new_period() if key == "dates" else choices.new_outlets(widget))
            clock.take()
            app.run()
            times.append(clock.take())
            _check(app, key)
            continue
        if _widget(app, "dates") is not None:
            _widget(app, "dates").set_value(choices.new_period())
            app.run()
            widget = _widget(app, key)
            if widget is None:
                break
        steps = _steps(widget, n - len(times))
        if not steps:
            break
        for step in steps:
            widget = _widget(app, key)
            if widget is None:
                break
            try:
                step(widget)
            except (IndexError, ValueError):
                break
            clock.take()
            app.run()
            times.append(clock.take())
            _check(app, key)
        if _widget(app, "dates") is None:
            break
    return app, times


def _line(row: dict[str, Any]) -> str:
    times = " ".join(f"{row[name]:6}" for name in ("median_ms", "slowest_ms", "median_cpu_ms", "slowest_cpu_ms"))
    return f"{row['page']:12} {row['part']:22} {row['choice']:34} {row['n']:3} {times}"


def measure_first(n: int) -> list[float]:
    command = [sys.executable, "-c", _FIRST]
    return [
        float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1])
        for _ in range(n)
    ]


def measure(n: int, pages: list[str] | None, seed: int) -> list[dict[str, Any]]:
    """A row for each page opened and each choice on it."""
    clock = Clock()
    rows: list[dict[str, Any]] = []

    def note(page: str, part: str, choice: str, times: list[np.ndarray]) -> None:
        row = {
            "page": page,
            "part": part,
            "choice": choice,
            "n": len(times),
            "median_ms": round(1000 * float(np.median([t[0] for t in times]))),
            "slowest_ms": round(1000 * max(t[0] for t in times)),
            "median_cpu_ms": round(1000 * float(np.median([t[1] for t in times]))),
            "slowest_cpu_ms": round(1000 * max(t[1] for t in times)),
        }
        rows.append(row)
        print(_line(row), flush=True)

    for number, (page, part_key, part) in enumerate(VIEWS):
        if pages and page not in pages:
            continue
        # On Start no period can be chosen; the bar of another page tells which there are.
        choices = Choices(open_app("outlets"), seed + number)
        opened = []
        for _ in range(n):
            # Opened with a period that nobody has looked at yet.
            query = {part_key: part} if part_key else {}
            app = open_app("classifier", **query)
            if choices.dates is not None:
                first, last = choices.new_period()
                app.query_params["dates"] = [first.isoformat(), last.isoformat()]
            clock.take()
            if page == "start":
                app.switch_page(str(ROOT / "framing" / "pages" / "start.py"))
            else:
                app.switch_page(str(ROOT / "framing" / "pages" / f"{page}.py"))
            app.run()
            opened.append(clock.take())
            _check(app, page)
        note(page, part, "opened", opened)
        keys = list(dict.fromkeys(_key(w) for w in _widgets(app) if not w.disabled))
        for key in keys:
            if key in (part_key, "codebook") or key.startswith("camera-"):
                continue
            app = open_app(page, **({part_key: part} if part_key else {}))
            if choices.dates is None and key not in ("outlets",):
                continue
            app, times = measure_widget(app, clock, choices, key, n)
            if times:
                note(page, part, key, times)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--pages")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    os.environ["FRAMING_CORPUS"] = str(given.run.resolve())
    if not given.pages:
        first = measure_first(min(given.n, 5))
        print(
            f"first page after start: median {statistics.median(first):.2f} s, slowest {max(first):.2f} s", flush=True
        )
    rows = measure(given.n, given.pages.split(",") if given.pages else None, given.seed)
    times = sorted(rows, key=lambda r: -r["median_ms"])
    print("\nslowest by median")
    for row in times[:12]:
        print(_line(row))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
