"""Is the body read from real news pages no worse than what trafilatura alone gives, and are the facts about it right?

    FRAMING_DATA=FOLDER python -m tests.evaluation.web_pages [--pages N] [--list K]

Prints token F1 of the body over the pages with an expected one: the mean over pages of F1 of token counts (words as
this package counts them), ours and trafilatura's with its default options in the same run, their difference with an
interval by bootstrap over pages, and pages better and worse. Then the share of pages that give each fact and, since the
expected ones hold no facts, how often it agrees with what their address and expected body say: the day in the address,
the words of the address in the headline, the language py3langid finds in the expected body, the host (pages read
without their address).
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from framing.ingest.dates import read_date
from framing.ingest.language import identify_language
from framing.ingest.web_facts import domain_of
from framing.ingest.web_page import NoArticleError, Page, extract_page

_DAY = re.compile(r"/(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$)")
WORD = re.compile(r"\w+(?:['’-]\w+)*")


def token_f1(found: str, expected: str) -> float:
    """F1 of two texts as bags of words; 1 where both are empty."""
    a, b = Counter(WORD.findall(found.lower())), Counter(WORD.findall(expected.lower()))
    return 2 * (a & b).total() / (a.total() + b.total()) if a or b else 1.0


def body_of_trafilatura(page: str, url: str) -> str:
    """What trafilatura alone gives with its default options."""
    from trafilatura import extract

    return extract(page, url=url, include_comments=False) or ""


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % percentile interval of a mean by 10,000 resamples of pages."""
    rng = np.random.default_rng(seed)
    means = np.asarray(values)[rng.integers(0, len(values), (10_000, len(values)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def read_pages(folder: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, page and gold of each page."""
    gold = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        (name, gzip.decompress((folder / "pages" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace"), one)
        for name, one in sorted(gold.items())
    ]


def facts_against_addresses(found: Sequence[tuple[Page, dict[str, Any]]]) -> dict[str, list[bool]]:
    """For each fact, page by page, whether it agrees with the page's address or expected body, where these say any."""
    verdicts: dict[str, list[bool]] = {name: [] for name in ("published", "title", "language", "url")}
    for page, gold in found:
        address = urlsplit(gold["url"])
        day = _DAY.search(address.path)
        if day:
            read = read_date(page.published) if page.published else None
            wanted = date(int(day[1]), int(day[2]), int(day[3]))
            # A day apart is the zone of the clock.
            verdicts["published"].append(read is not None and abs((read.date() - wanted).days) <= 1)
        slug = max(address.path.split("/"), key=len, default="").rpartition(".")[0] or max(
            address.path.split("/"), key=len
        )
        words = set(re.findall("[a-z]{4,}", slug.lower()))
        if len(words) >= 4:
            title = unicodedata.normalize("NFKD", (page.title or "").lower())
            verdicts["title"].append(sum(w in re.sub(r"[^a-z]", "", title) for w in words) >= len(words) / 2)
        verdicts["language"].append(page.language in (None, identify_language(None, gold["articleBody"])))
        verdicts["url"].append(domain_of(page.url) == domain_of(gold["url"]))
    return verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=None, help="only the first N")
    parser.add_argument("--list", type=int, default=0, help="show the K pages furthest behind")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    ours: list[float] = []
    theirs: list[float] = []
    rows: list[tuple[float, float, str, str]] = []
    found: list[tuple[Page, dict[str, Any]]] = []
    for name, page, gold in read_pages(Path(os.environ["FRAMING_DATA"]) / "html")[: arguments.pages]:
        theirs.append(token_f1(body_of_trafilatura(page, gold["url"]), gold["articleBody"]))
        try:
            body = extract_page(page, gold["url"]).text
            found.append((extract_page(page), gold))
        except NoArticleError:
            body = ""
        ours.append(token_f1(body, gold["articleBody"]))
        rows.append((ours[-1] - theirs[-1], ours[-1], name[:12], gold["url"]))
    print(f"{len(ours)} pages, {len(found)} with an article")
    for label, values in (("ours", ours), ("trafilatura alone", theirs)):
        low, high = interval(values)
        print(f"{label:<18} body token F1 {np.mean(values):.4f}  [{low:.4f}, {high:.4f}]")
    apart = [a - b for a, b in zip(ours, theirs, strict=True)]
    low, high = interval(apart)
    print(
        f"difference         {np.mean(apart):+.4f}  [{low:+.4f}, {high:+.4f}]; "
        f"{sum(d > 0.005 for d in apart)} pages better, {sum(d < -0.005 for d in apart)} worse by more than .005"
    )
    for name in ("title", "outlet", "published", "byline", "language", "section", "url"):
        print(f"{name:<10} given by {sum(getattr(p, name) is not None for p, _ in found):>3} of {len(found)} pages")
    for name, verdicts in facts_against_addresses(found).items():
        print(f"{name:<10} right on {sum(verdicts):>3} of {len(verdicts)} pages where it can be held against something")
    for row in sorted(rows)[: arguments.list]:
        print("{:+.3f} ours {:.3f} {} {}".format(*row))


if __name__ == "__main__":
    main()
