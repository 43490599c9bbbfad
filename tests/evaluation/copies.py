"""Copies planted in real articles: how many are found, how many found pairs are not planted ones, and what it costs?

    python -m tests.evaluation.copies DATA [--each 60] [--seed 0] [--scale 30000] [--groups 40]

DATA is the folder of development data. For each set and kind of change, `--each` articles get a changed copy, half of them in
another outlet; rows are `find_copies`, the exact hash of the words, and datasketch's MinHash LSH alone (128 permutations,
Jaccard .5, word 5-shingles). Recall: share of copies grouped with their article. Precision: share of the pairs with a planted
article in them that are planted, or that are copies before planting. `--groups` prints the groups found without planting, to
be read. `--scale` makes articles of shuffled sentences (plain repeats would be copies), 5 % of them copied.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasketch import MinHash, MinHashLSH

from framing.grouping.copies import describe_copies, find_copies
from framing.grouping.wording import readable, words_of
from framing.schema import TABLES

Article = dict[str, Any]
SENTENCE = re.compile(r"(?<=[.!?”\"])\s+(?=[\"“]?[A-Z])")
COMMON = "of the and to in that for with on as at by from about over after under into through".split()


def read_set(path: Path) -> list[Article]:
    """The articles of a development set."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        {
            "article_id": r["id"],
            "outlet_id": r["outlet"],
            "title": r.get("title") or r.get("title_from_slug"),
            "text": r["body"],
        }
        for r in rows
    ]


def table_of(articles: Iterable[Article]) -> pa.Table:
    blank = dict.fromkeys(TABLES["articles"].names)
    return pa.Table.from_pylist([{**blank, **a} for a in articles], schema=TABLES["articles"])


def sentences(text: str) -> list[str]:
    return [s for s in SENTENCE.split(text) if s.strip()]


def cut(text: str, where: str, rng: random.Random) -> str:
    """A fifth of the text left out."""
    words = text.split(" ")
    n = len(words) // 5
    if where == "head":
        return " ".join(words[n:])
    if where == "tail":
        return " ".join(words[:-n])
    if where == "middle":
        start = rng.randrange(len(words) - n)
        return " ".join(words[:start] + words[start + n :])
    parts = sentences(text)
    left = set(rng.sample(range(len(parts)), max(1, len(parts) // 5))) if len(parts) > 1 else set()
    return " ".join(p for i, p in enumerate(parts) if i not in left)


def reordered(text: str, rng: random.Random) -> str:
    """Paragraphs in another order; a text of fewer than four is cut into paragraphs of two sentences first."""
    parts = [p for p in text.split("\n") if p.strip()]
    if len(parts) < 4:
        single = sentences(text)
        parts = [" ".join(single[i : i + 2]) for i in range(0, len(single), 2)]
    rng.shuffle(parts)
    return "\n\n".join(parts)


def shuffled(text: str, rng: random.Random) -> str:
    parts = sentences(text)
    rng.shuffle(parts)
    return " ".join(parts)


def with_agency(text: str) -> str:
    return f"BESK (Sarvane Wire) — {text}\n\n(Reporting by Ana Holt; Editing by Sam Orlo)"


def reworded(text: str, rng: random.Random) -> str:
    """A tenth of the sentences, at least one, with every fourth word another one."""
    parts = sentences(text)
    for i in rng.sample(range(len(parts)), max(1, len(parts) // 10)):
        words = parts[i].split(" ")
        words[1::4] = [rng.choice(COMMON) for _ in words[1::4]]
        parts[i] = " ".join(words)
    return " ".join(parts)


def retyped(text: str, rng: random.Random) -> str:
    """Other quotation marks, dashes, spaces and line breaks."""
    for old, new in (("“", '"'), ("”", '"'), ("’", "'"), (" – ", " -- "), ("—", "-"), ("\n\n", "\n"), ("  ", " ")):
        text = text.replace(old, new)
    return re.sub(" ", lambda m: "\u00a0" if rng.random() < 0.05 else " ", text)


def all_four(text: str, rng: random.Random) -> str:
    return cut(reordered(text, rng), rng.choice(["head", "tail", "middle", "random"]), rng)


def short(text: str, rng: random.Random) -> str:
    """The first 60 to 150 words, to the end of a sentence where there is one."""
    words = text.split(" ")[: rng.randint(60, 150)]
    return " ".join(words)


Change = Callable[[Article, random.Random, list[Article]], tuple[str, str]]


def on_text(change: Callable[[str, random.Random], str]) -> Change:
    return lambda a, rng, _: (a["text"], change(a["text"], rng))


def on_short(change: Callable[[str, random.Random], str]) -> Change:
    def make(article: Article, rng: random.Random, _: list[Article]) -> tuple[str, str]:
        brief = short(article["text"], rng)
        return brief, change(brief, rng)

    return make


def embedded(article: Article, rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """The article inside another one."""
    host = rng.choice(others)["text"].split("\n")
    at = rng.randrange(len(host) + 1)
    return article["text"], "\n".join([*host[:at], article["text"], *host[at:]])


KINDS: dict[str, Change] = {
    "headline changed": on_text(lambda t, _: t),
    "cut head": on_text(lambda t, r: cut(t, "head", r)),
    "cut tail": on_text(lambda t, r: cut(t, "tail", r)),
    "cut middle": on_text(lambda t, r: cut(t, "middle", r)),
    "cut sentences": on_text(lambda t, r: cut(t, "random", r)),
    "paragraphs reordered": on_text(reordered),
    "sentences shuffled": on_text(shuffled),
    "agency line": lambda a, r, _: (with_agency(a["text"]), a["text"]),
    "all four": lambda a, r, _: (with_agency(a["text"]), all_four(a["text"], r)),
    "reworded": on_text(reworded),
    "retyped": on_text(retyped),
    "all four, reworded": lambda a, r, _: (with_agency(a["text"]), all_four(reworded(a["text"], r), r)),
    "embedded": embedded,
    "short, cut": on_short(lambda t, r: cut(t, r.choice(["head", "tail", "middle"]), r)),
    "short, reworded": on_short(reworded),
    "short, all four": on_short(all_four),
}


def plant(
    articles: list[Article], each: int, rng: random.Random, kinds: dict[str, Change]
) -> tuple[list[Article], dict[str, list[tuple[str, str]]]]:
    """The articles and changed copies of some of them, each of another article; which are copies of which, by kind."""
    outlets = sorted({a["outlet_id"] for a in articles} | {"Sarvane Post"})
    chosen = rng.sample(articles, min(len(articles), each * len(kinds)))
    others = [a for a in articles if len(a["text"]) > 1500]
    made = {a["article_id"]: a for a in articles}
    planted: dict[str, list[tuple[str, str]]] = {}
    for i, article in enumerate(chosen):
        kind = list(kinds)[i % len(kinds)]
        text, changed = kinds[kind](article, rng, others)
        new = {**article, "article_id": f"planted-{i}", "text": changed, "title": f"What to know: {i}"}
        if i // len(kinds) % 2 or kind == "embedded":
            new["outlet_id"] = rng.choice([o for o in outlets if o != article["outlet_id"]])
        made[article["article_id"]] = {**article, "text": text}
        made[new["article_id"]] = new
        planted.setdefault(kind, []).append((article["article_id"], new["article_id"]))
    mixed = list(made.values())
    rng.shuffle(mixed)
    return mixed, planted


def pairs_in(groups: Iterable[list[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def by_find_copies(articles: list[Article]) -> set[tuple[str, str]]:
    table, groups = table_of(articles), dict[str, list[str]]()
    for row in find_copies(lambda: iter(table.to_batches(max_chunksize=512))).to_pylist():
        groups.setdefault(row["copy_group"], []).append(row["article_id"])
    return pairs_in(groups.values())


def by_hash(articles: list[Article]) -> set[tuple[str, str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for a in articles:
        groups.setdefault(tuple(words_of(readable(a["text"]))), []).append(a["article_id"])
    return pairs_in(groups.values())


def by_lsh(articles: list[Article]) -> set[tuple[str, str]]:
    shingles = []
    for a in articles:
        words = words_of(readable(a["text"]))
        shingles.append([" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))])
    index, found = MinHashLSH(threshold=0.5, num_perm=128), set[tuple[str, str]]()
    for a, signature in zip(articles, MinHash.generator(shingles, num_perm=128), strict=True):
        found |= {tuple(sorted((a["article_id"], other))) for other in index.query(signature)}
        index.insert(a["article_id"], signature)
    return found


METHODS: dict[str, Callable[[list[Article]], set[tuple[str, str]]]] = {
    "find_copies": by_find_copies,
    "exact hash": by_hash,
    "datasketch LSH": by_lsh,
}


def evaluate(name: str, articles: list[Article], each: int, seed: int) -> None:
    made, planted = plant(articles, each, random.Random(seed), KINDS)
    everything = {tuple(sorted(pair)) for pairs in planted.values() for pair in pairs}
    source = {new: old for pairs in planted.values() for old, new in pairs}
    base = {method: find(articles) for method, find in METHODS.items()}
    print(f"\n{name}: {len(articles)} articles, {len(source)} planted")
    found = {method: find(made) for method, find in METHODS.items()}
    print(f"{'recall':<24}" + "".join(f"{method:>16}" for method in METHODS))
    for kind, pairs in planted.items():
        recall = [sum(tuple(sorted(p)) in found[m] for p in pairs) / len(pairs) for m in METHODS]
        print(f"{kind:<24}" + "".join(f"{r:>16.3f}" for r in recall))
    totals = [len(found[m] & everything) / len(everything) for m in METHODS]
    print(f"{'all':<24}" + "".join(f"{r:>16.3f}" for r in totals))
    shares = []
    for method in METHODS:
        touching = {p for p in found[method] if p[0] in source or p[1] in source}
        true = {p for p in touching if p in everything or _copies_before(p, source, base["find_copies"])}
        shares.append(len(true) / max(1, len(touching)))
        wrong = sorted(touching - true)[:5] if method == "find_copies" else []
        for pair in wrong:
            print(f"  not planted: {pair} {[source.get(p) for p in pair]}")
    print(f"{'precision':<24}" + "".join(f"{s:>16.3f}" for s in shares))


def _copies_before(pair: tuple[str, ...], source: dict[str, str], before: set[tuple[str, str]]) -> bool:
    one, other = sorted(source.get(p, p) for p in pair)
    return one == other or (one, other) in before


def show_groups(articles: list[Article], most: int) -> None:
    """The groups found in the articles as they are, to be read."""
    table = table_of(articles)
    copies = find_copies(lambda: iter(table.to_batches(max_chunksize=512)))
    titles = {a["article_id"]: a["title"] for a in articles}
    described = describe_copies(copies, table).to_pylist()
    print(f"\n{len(described)} groups without planting")
    for group in described[:most]:
        print(f"{group['n']} articles, {', '.join(group['outlets'])}, {group['low']:.2f}-{group['high']:.2f}; {group['why']}")
        for row in copies.to_pylist():
            if row["copy_group"] == group["copy_group"]:
                print(f"    {row['article_id']}  {titles[row['article_id']]}  | {row['why'].partition(';')[0]}")


def measure_scale(articles: list[Article], size: int, seed: int) -> None:
    """Time and peak memory over many articles of shuffled sentences."""
    rng = random.Random(seed)
    pool = [s for a in articles for s in sentences(a["text"])]

    def make(i: int) -> Article:
        n = max(4, round(rng.lognormvariate(3.2, 0.5)))
        text = " ".join(rng.sample(pool, n))
        return {"article_id": f"made-{i}", "outlet_id": f"Outlet {i % 40}", "title": f"Made {i}", "text": text}

    kinds = {k: v for k, v in KINDS.items() if not k.startswith("short")}
    made, planted = plant([make(i) for i in range(round(size * 0.95))], size // 20 // len(kinds), rng, kinds)
    table = table_of(made)
    del pool, made
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()

    def batches() -> Iterator[pa.RecordBatch]:
        return iter(table.to_batches(max_chunksize=512))

    copies = find_copies(batches)
    seconds = time.perf_counter() - start
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    group = dict(zip(*(copies.column(c).to_pylist() for c in ("article_id", "copy_group")), strict=True))
    pairs = [p for kind in planted.values() for p in kind]
    recall = sum(group.get(a, "") == group.get(b) for a, b in pairs) / len(pairs)
    inside = {i for p in pairs for i in p}
    words = sum(len(t.split()) for t in table.column("text").to_pylist())
    print(
        f"\n{table.num_rows:,} articles, {words / 1e6:.1f} million words: {seconds:.0f} s, {peak:.0f} MB above the articles; "
        f"recall {recall:.3f} of {len(pairs)}, {len(set(group) - inside)} articles grouped that were not planted"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.scale:
        measure_scale(read_set(arguments.data / "allsides_dev.jsonl.gz"), arguments.scale, arguments.seed)
        return
    for name in ("allsides_dev", "tehran_times_dev"):
        articles = read_set(arguments.data / f"{name}.jsonl.gz")
        evaluate(name, articles, arguments.each, arguments.seed)
        if arguments.groups:
            show_groups(articles, arguments.groups)


if __name__ == "__main__":
    main()
