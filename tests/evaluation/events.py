"""How well do the events found agree with same-event groups of real articles, and what does finding them cost?

    python -m tests.evaluation.events DATA [--choose] [--read 25] [--scale 30000] [--seed 0]

DATA is the folder of development data. A pair is two articles of one event. Precision and recall are counted twice: over the
labelled articles alone, and over all found pairs that hold a labelled article, where an article without a label counts as
wrong (it may be right: the labels are greedy and take in events over three and more outlets only). All articles are grouped, not the
labelled ones alone. Intervals: percentiles of 2,000 resamplings of the labelled events, 95 %.
`--choose` prints F1 over a grid of options on each set, so that a choice made on one is seen on the other. `--read` prints groups drawn
at random, to be judged by reading. `--scale` groups articles put together from sentences of all over the set.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from framing.grouping import EventOptions, describe_events, find_events
from framing.schema import TABLES

Row = dict[str, Any]
Pair = frozenset[str]
SETS = ("allsides", "fakes_syria", "cross")
GRID = {"similarity": (0.1, 0.12, 0.15, 0.18, 0.21, 0.25), "window_days": (3, 5, 8), "half_life": (2.0, 4.0, 8.0)}
SENTENCE = re.compile(r"(?<=[.!?”\"])\s+(?=[\"“]?[A-Z])")


def read_set(data: Path, name: str) -> tuple[list[Row], dict[str, str]]:
    """Articles of a development set, without the events it gives, and the event of each labelled article."""
    if name == "fakes_syria":
        with (data / name / "FA-KES-Dataset.csv").open(encoding="latin-1", newline="") as lines:
            rows = [
                article(r["unit_id"], r["source"], r["article_title"], r["article_content"], "%m/%d/%Y", r["date"])
                for r in csv.DictReader(lines)
            ]
        groups, key = json.loads((data / name / "events_dev.json").read_text(encoding="utf-8")), "unit_id"
    else:
        with gzip.open(data / "allsides_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [
                article(r["id"], r["outlet"], r["title"], r["body"], "%Y-%m-%d", r["date"])
                for r in map(json.loads, lines)
            ]
        groups, key = json.loads((data / "events_dev.json").read_text(encoding="utf-8")), "id"
    known = {row["article_id"] for row in rows}
    if name == "cross":
        # Iranian articles without dates among the American ones; groups that somebody read and found to be one event.
        with gzip.open(data / "cross_events_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            groups = [group for group in map(json.loads, lines) if group["match"] == "same_event"]
        new = {a["id"]: a for group in groups for a in group["articles"] if a["id"] not in known}
        rows += [article(i, a["outlet"], a["title"], a["body"], "%Y-%m-%d", a["date"]) for i, a in new.items()]
        known |= new.keys()
    of = {str(a[key]): g["event_id"] for g in groups for a in g["articles"] if str(a[key]) in known}
    return rows, of


def article(article_id: str, outlet: str, title: str | None, text: str | None, form: str, day: str | None) -> Row:
    published = datetime.strptime(day, form).replace(tzinfo=UTC) if day else None
    fields = {"outlet_id": outlet, "title": title, "text": text, "published": published, "language_found": "en"}
    return {**dict.fromkeys(TABLES["articles"].names), **fields, "article_id": str(article_id), "n_words": 0}


def table_of(rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=TABLES["articles"])


def events_in(articles: pa.Table, options: EventOptions) -> pa.Table:
    return find_events(articles.to_batches, options=options)


def pairs(of: Mapping[str, str]) -> set[Pair]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, event in of.items():
        members[event].append(article_id)
    return {frozenset(pair) for mine in members.values() for pair in combinations(mine, 2)}


@dataclass(frozen=True)
class Agreement:
    """Per labelled event: pairs found rightly, pairs that are right, pairs found; one found between two events counts half in each."""

    counts: np.ndarray

    def f1(self, draw: np.ndarray | None = None) -> tuple[float, float, float]:
        right, labelled, found = (self.counts if draw is None else self.counts[draw]).sum(axis=0)
        precision, recall = right / max(found, 1), right / max(labelled, 1)
        return precision, recall, 2 * right / max(found + labelled, 1)

    def interval(self, seed: int) -> tuple[float, float]:
        rng, n = np.random.default_rng(seed), len(self.counts)
        drawn = [self.f1(rng.integers(0, n, n))[2] for _ in range(2_000)]
        low, high = np.percentile(drawn, (2.5, 97.5))
        return float(low), float(high)


def agreement(found: pa.Table, labelled: Mapping[str, str], *, among_labelled: bool) -> Agreement:
    """How found events agree with the labels."""
    of = dict(zip(*(found.column(c).to_pylist() for c in ("article_id", "event_id")), strict=True))
    if among_labelled:
        of = {i: e for i, e in of.items() if i in labelled}
    at = {event: k for k, event in enumerate(sorted(set(labelled.values())))}
    counts = np.zeros((len(at), 3))
    right = pairs(labelled)
    for pair in right:
        counts[at[labelled[min(pair)]], 1] += 1
    for pair in pairs(of):
        held = [labelled[i] for i in pair if i in labelled]
        for event in held:
            counts[at[event], 2] += 1 / len(held)
        if pair in right:
            counts[at[held[0]], 0] += 1
    return Agreement(counts)


def show_agreement(name: str, found: pa.Table, labelled: Mapping[str, str], seed: int) -> None:
    for among, over in ((True, "labelled articles"), (False, "all pairs of a labelled article")):
        measured = agreement(found, labelled, among_labelled=among)
        precision, recall, f1 = measured.f1()
        low, high = measured.interval(seed)
        print(
            f"{name:<12} {over:<32} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f} [{low:.3f}, {high:.3f}]"
            f"  {len(measured.counts)} events, {len(labelled)} articles"
        )


def choose(sets: Mapping[str, tuple[pa.Table, Mapping[str, str]]]) -> None:
    """F1 over the labelled articles for every value of an option, the others as they are."""
    for option, values in GRID.items():
        for value in values:
            options = replace(EventOptions(), **{option: value})
            shown = []
            for name, (articles, labelled) in sets.items():
                found = events_in(articles, options)
                both = [agreement(found, labelled, among_labelled=a).f1()[2] for a in (True, False)]
                shown.append(f"{name} {both[0]:.3f} / {both[1]:.3f}")
            print(f"{option} {value}: {'  '.join(shown)}", flush=True)


def show_groups(articles: pa.Table, found: pa.Table, n: int, seed: int) -> None:
    """Groups drawn at random, with outlets, days and headlines."""
    about = {row["article_id"]: row for row in articles.to_pylist()}
    described = describe_events(found, articles).to_pylist()
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in found.to_pylist():
        members[row["event_id"]].append(row["article_id"])
    for event in random.Random(seed).sample(described, min(n, len(described))):
        print(
            f"\n{event['event_id']}  {event['label']}  coherence {event['coherence']:.2f}  {', '.join(event['terms'])}"
        )
        for article_id in members[event["event_id"]]:
            row = about[article_id]
            day = row["published"].date() if row["published"] else "undated"
            print(f"  {day} {row['outlet_id'][:16]:<16} {(row['title'] or '')[:90]} | {(row['text'] or '')[:160]!r}")


def reshuffled(rows: list[Row], n: int, seed: int) -> Iterator[Row]:
    """Articles of the sentences of all, each as long and on the day as one that is there."""
    draw = random.Random(seed)
    sentences = [s for row in rows for s in SENTENCE.split(row["text"] or "") if s]
    for i in range(n):
        like = draw.choice(rows)
        wanted, text = len(like["text"] or ""), ""
        while len(text) < wanted:
            text += draw.choice(sentences) + " "
        yield {**like, "article_id": f"{i:06}", "title": draw.choice(rows)["title"], "text": text}


def show_scale(rows: list[Row], n: int, seed: int) -> None:
    articles = table_of(reshuffled(rows, n, seed))
    before, start = peak(), time.perf_counter()
    found = find_events(articles.to_batches)
    seconds = time.perf_counter() - start
    sizes = Counter(found.column("event_id").to_pylist())
    print(
        f"{n:,} reshuffled articles ({articles.nbytes / 1e6:.0f} MB): {seconds:.0f} s, memory {peak() / 1e3:.0f} MB at most "
        f"({before / 1e3:.0f} MB before); {len(sizes):,} groups, the largest of {max(sizes.values(), default=0)}"
    )


def peak() -> float:
    """Largest memory of this process so far, in kB."""
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    read = {name: read_set(arguments.data, name) for name in SETS}
    sets = {name: (table_of(rows), labelled) for name, (rows, labelled) in read.items()}
    if arguments.scale:
        show_scale(read["allsides"][0], arguments.scale, arguments.seed)
        return
    if arguments.choose:
        choose(sets)
        return
    for name, (articles, labelled) in sets.items():
        found = find_events(articles.to_batches)
        show_agreement(name, found, labelled, arguments.seed)
        if arguments.read and name == "allsides":
            show_groups(articles, found, arguments.read, arguments.seed)


if __name__ == "__main__":
    main()
