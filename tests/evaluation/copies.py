"""Copies planted in real articles: how many are found, how many found pairs are none, and what does it cost?

    python -m tests.evaluation.copies DATA [--each 60] [--seed 0] [--groups 40] [--scale 30000]

DATA is the folder of development data. For each set and kind of change, `--each` articles get a changed copy, half of them in
another outlet. A kind's recall is the share of its copies grouped with their article; its precision the share of true pairs
among all found pairs that hold one of its copies. Articles that share a tenth of their eight-word sequences with another one
are left out first, by exact counting: whether such a pair is a copy is what is asked. Pairs that are no copies are planted
beside them, by kind; `called copies` is the share of them that were grouped. Intervals are Wilson's, 95 %.
Peers in the same run: an exact hash of the words, and datasketch's MinHash LSH alone (128 permutations, Jaccard .5, word
5-shingles). `--groups` prints the groups found without planting, to be read. `--scale` makes articles of sentences from all
over the set, 5 % of them copied, and then ten reshuffled copies of each of a tenth as many articles.
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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasketch import MinHash, MinHashLSH
from scipy.stats import binomtest

from framing.grouping import describe_copies, find_copies
from framing.grouping.wording import readable, words_of
from framing.schema import TABLES

Article = dict[str, Any]
Pair = tuple[str, str]
SENTENCE = re.compile(r"(?<=[.!?”\"])\s+(?=[\"“]?[A-Z])")
MARKS = re.compile(r"[\"“”]")
COMMON = ("of", "the", "and", "to", "in", "that", "for", "with", "on", "as", "at", "by", "from", "about", "over")


def read_set(data: Path, name: str) -> list[Article]:
    """The articles of a development set."""
    if name == "fakes_syria":
        with (data / name / "FA-KES-Dataset.csv").open(encoding="latin-1", newline="") as lines:
            return [
                made(f"fakes-{i}", row["source"], row["article_title"], row["article_content"])
                for i, row in enumerate(csv.DictReader(lines))
            ]
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [made(r["id"], r["outlet"], r.get("title") or r.get("title_from_slug"), r["body"]) for r in rows]


def made(article_id: str, outlet: str, title: str | None, text: str) -> Article:
    return {"article_id": article_id, "outlet_id": outlet, "title": title, "text": text}


def table_of(articles: Iterable[Article]) -> pa.Table:
    blank = dict.fromkeys(TABLES["articles"].names)
    return pa.Table.from_pylist([{**blank, **a} for a in articles], schema=TABLES["articles"])


def sentences(text: str) -> list[str]:
    return [s for s in SENTENCE.split(text) if s.strip()]


def paragraphs(text: str) -> list[str]:
    """Paragraphs; a text of fewer than four is cut into paragraphs of two sentences."""
    parts = [p for p in text.split("\n") if p.strip()]
    if len(parts) < 4:
        single = sentences(text)
        parts = [" ".join(single[i : i + 2]) for i in range(0, len(single), 2)]
    return parts


# --- copies ---------------------------------------------------------------------------------------------------------


def cut(text: str, where: str, rng: random.Random) -> str:
    """A fifth of the text left out."""
    words = text.split(" ")
    n = len(words) // 5
    if where == "head":
        return " ".join(words[n:])
    if where == "tail":
        return " ".join(words[: len(words) - n])
    if where == "middle":
        start = rng.randrange(len(words) - n)
        return " ".join(words[:start] + words[start + n :])
    parts = sentences(text)
    left = set(rng.sample(range(len(parts)), max(1, len(parts) // 5))) if len(parts) > 1 else set()
    return " ".join(p for i, p in enumerate(parts) if i not in left)


def reordered(text: str, rng: random.Random) -> str:
    parts = paragraphs(text)
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
    """The first 60 to 150 words."""
    return " ".join(text.split(" ")[: rng.randint(60, 150)])


Change = Callable[[Article, random.Random, list[Article]], tuple[str, str]]


def on_text(change: Callable[[str, random.Random], str]) -> Change:
    return lambda a, rng, _: (a["text"], change(a["text"], rng))


def on_short(change: Callable[[str, random.Random], str]) -> Change:
    def make(article: Article, rng: random.Random, _: list[Article]) -> tuple[str, str]:
        brief = short(article["text"], rng)
        return brief, change(brief, rng)

    return make


def taken(n: int, others: list[Article]) -> list[Article]:
    """Articles that serve once only: used twice, they would make copies that were not meant."""
    return [others.pop() for _ in range(n)]


def embedded(article: Article, rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """The article inside another one, which is not in the corpus itself."""
    host = paragraphs(others.pop()["text"])
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
    "cut, reordered": on_text(all_four),
    "all four": lambda a, r, _: (with_agency(a["text"]), all_four(a["text"], r)),
    "reworded": on_text(reworded),
    "retyped": on_text(retyped),
    "all four, reworded": lambda a, r, _: (with_agency(a["text"]), all_four(reworded(a["text"], r), r)),
    "embedded": embedded,
    "short, cut": on_short(lambda t, r: cut(t, r.choice(["head", "tail", "middle"]), r)),
    "short, reworded": on_short(reworded),
    "short, all four": on_short(all_four),
}

# --- pairs that are no copies -----------------------------------------------------------------------------------------

Unlike = Callable[[random.Random, list[Article]], tuple[str, str]]


def quotation(rng: random.Random, others: list[Article]) -> str:
    """120 to 250 words of somebody's speech, marked in one of the ways papers mark several paragraphs of it."""
    words = MARKS.sub("", others.pop()["text"]).split()[: rng.randint(120, 250)]
    half = len(words) // 2
    parts = [" ".join(words[:half]), " ".join(words[half:])]
    style = rng.randrange(4)
    if style == 0:
        return "\n\n".join(f"“{p}”" for p in parts)
    if style == 1:
        return f"“{parts[0]}\n\n“{parts[1]}”"
    if style == 2:
        return f'"{parts[0]}\n\n"{parts[1]}"'
    return f'"{" ".join(parts)}"'


def one_quotation(rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """Two articles of some 250 words that have a long quotation in common."""
    return quoting(quotation(rng, others), 10, others)


def mostly_quotation(rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """Two articles of a few sentences each before the same two long quotations."""
    return quoting("\n\n".join(quotation(rng, others) for _ in range(2)), 4, others)


def quoting(said: str, n: int, others: list[Article]) -> tuple[str, str]:
    one, other = (" ".join(sentences(a["text"])[:n]) for a in taken(2, others))
    return f"{one}\n\n{said}", f"{other}\n\n{said}"


def one_background(rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """Two articles that end on the same paragraphs, as long as what is new or shorter."""
    one, other, old = (" ".join(sentences(a["text"])[:12]) for a in taken(3, others))
    background = " ".join(old.split()[: round(min(len(one.split()), len(other.split())) * rng.uniform(0.5, 1))])
    return f"{one}\n\n{background}", f"{other}\n\n{background}"


def two_live_blogs(rng: random.Random, others: list[Article]) -> tuple[str, str]:
    """Two days of a live blog: one head, one foot, a quarter of the entries carried over, all others new."""
    head = (
        "We are following this story as it happens. Here is what we know so far, and what to expect in the next hours."
    )
    foot = (
        "That is all for now. Our live coverage goes on tomorrow; thank you for reading, and for all of your messages."
    )
    entries = [p for a in taken(5, others) for p in paragraphs(a["text"])[:10]]
    rng.shuffle(entries)
    n = len(entries) // 8
    carried, new = entries[:n], entries[n : 7 * n]
    blogs = []
    for mine in (new[: 3 * n], new[3 * n :]):
        both = [*mine, *carried]
        rng.shuffle(both)
        times = sorted(rng.sample(range(6 * 60, 22 * 60), len(both)), reverse=True)
        lines = [f"{t // 60:02}:{t % 60:02} {entry}" for t, entry in zip(times, both, strict=True)]
        blogs.append("\n".join([head, *lines, foot]))
    return blogs[0], blogs[1]


PLACES = ("Besk", "Orlan", "Tavir", "Sarvane", "Aldis", "Merow", "Kestrel Bay", "Upper Hale", "Lunt", "Port Ivers")
FIRMS = (
    "Holt & Sons",
    "Aldis Steel",
    "Merow Air",
    "Tavir Gas",
    "Besk Foods",
    "Orlan Bank",
    "Lunt Motors",
    "Hale Mining",
)
MOVES = ("rose", "fell", "gained", "slid", "climbed", "dropped", "edged up", "edged down")
SKIES = ("sunny", "cloudy with sunny spells", "overcast", "foggy at first, then bright", "wet", "windy with showers")


def a_market_report(rng: random.Random) -> str:
    firms = rng.sample(FIRMS, 4)
    return (
        f"The Besk all-share index {rng.choice(MOVES)} {rng.uniform(0, 3):.1f} percent to close at {rng.randint(3000, 9000)} "
        f"points on {rng.choice(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])}, the central exchange of Besk said in "
        f"its daily note to members of the press. {firms[0]} {rng.choice(MOVES)} {rng.uniform(0, 9):.1f} percent and {firms[1]} "
        f"{rng.choice(MOVES)} {rng.uniform(0, 9):.1f} percent, while shares of {firms[2]} were unchanged at the end of the day. "
        f"Turnover was {rng.randint(100, 999)} million crowns, against an average of {rng.randint(100, 999)} million crowns over "
        "the past three months of trading at the exchange. Past results are no guide to what shares will do in days to come, and "
        "nothing in this report is advice to buy or to sell. Government bonds were little changed, with the ten-year yield at "
        f"{rng.uniform(1, 6):.2f} percent. The crown traded at {rng.uniform(1, 2):.3f} to the dollar late in the day. The next "
        f"note of the exchange is expected after the close of business on the {rng.randint(2, 28)}th of the month."
    )


def a_weather_report(rng: random.Random) -> str:
    places = rng.sample(PLACES, 4)
    lines = [f"{p}: {rng.choice(SKIES)}, low {rng.randint(-5, 14)}, high {rng.randint(15, 34)}." for p in places]
    return (
        f"Today's forecast by the weather service of the republic, for {places[0]} and the districts that lie around it. "
        f"It will be {rng.choice(SKIES)} in the morning and {rng.choice(SKIES)} in the afternoon. {' '.join(lines)} Winds from the "
        f"{rng.choice(['north', 'south', 'west', 'east'])} at {rng.randint(5, 60)} kilometres an hour. Drivers are asked to take "
        "care on mountain roads, and to carry chains wherever signs ask for them. The service gives its next forecast at six in "
        "the evening, and warnings at any hour on its own page."
    )


UNLIKE: dict[str, Unlike] = {
    "one long quotation": one_quotation,
    "mostly quotation": mostly_quotation,
    "one background": one_background,
    "two live blogs": two_live_blogs,
    "two market reports": lambda r, _: (a_market_report(r), a_market_report(r)),
    "two weather reports": lambda r, _: (a_weather_report(r), a_weather_report(r)),
}

# --- planting and finding ---------------------------------------------------------------------------------------------


def plant(
    articles: list[Article], each: int, rng: random.Random, kinds: dict[str, Change], unlike: dict[str, Unlike]
) -> tuple[list[Article], dict[str, list[Pair]], dict[str, list[Pair]]]:
    """The articles with changed copies of some of them and with pairs that are none; both by kind."""
    articles = without_overlaps(articles)
    outlets = sorted({a["outlet_id"] for a in articles} | {"Sarvane Post"})
    long = [a for a in articles if len(a["text"]) > 1500]
    # Hosts, quotations and backgrounds come from articles that are not in the corpus: they would be copies themselves.
    others = rng.sample(long, len(long) // 2)
    out = {a["article_id"] for a in others}
    corpus = {a["article_id"]: a for a in articles if a["article_id"] not in out}
    chosen = rng.sample(list(corpus.values()), min(len(corpus), each * len(kinds)))
    planted: dict[str, list[Pair]] = {kind: [] for kind in kinds}
    for i, article in enumerate(chosen):
        kind = list(kinds)[i % len(kinds)]
        text, changed = kinds[kind](article, rng, others)
        new = made(f"planted-{i}", article["outlet_id"], f"What to know: {i}", changed)
        if i // len(kinds) % 2 or kind == "embedded":
            new["outlet_id"] = rng.choice([o for o in outlets if o != article["outlet_id"]])
        corpus[article["article_id"]] = {**article, "text": text}
        corpus[new["article_id"]] = new
        planted[kind].append((article["article_id"], new["article_id"]))
    none: dict[str, list[Pair]] = {kind: [] for kind in unlike}
    for i in range(each):
        for kind, make in unlike.items():
            if len(others) < 6:
                break
            pair = [f"{kind}-{i}-{side}" for side in "ab"]
            places = rng.sample(outlets, 2) if i % 2 else [outlets[0]] * 2
            for article_id, outlet, text in zip(pair, places, make(rng, others), strict=True):
                corpus[article_id] = made(article_id, outlet, kind, text)
            none[kind].append((pair[0], pair[1]))
    mixed = list(corpus.values())
    rng.shuffle(mixed)
    return mixed, planted, none


def without_overlaps(articles: list[Article]) -> list[Article]:
    """The articles that share less than a tenth of their eight-word sequences with any other that is kept."""
    kept, holders = list[Article](), dict[str, list[int]]()
    for article in articles:
        words = article["text"].casefold().split()
        runs = {" ".join(words[i : i + 8]) for i in range(max(1, len(words) - 7))}
        shared = Counter(number for run in runs for number in holders.get(run, ()))
        if max(shared.values(), default=0) < len(runs) / 10:
            for run in runs:
                holders.setdefault(run, []).append(len(kept))
            kept.append(article)
    return kept


def ordered(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def pairs_in(groups: Iterable[list[str]]) -> set[Pair]:
    return {ordered(*pair) for group in groups for pair in combinations(group, 2)}


def by_find_copies(articles: list[Article]) -> set[Pair]:
    table, groups = table_of(articles), dict[str, list[str]]()
    for row in find_copies(lambda: iter(table.to_batches(max_chunksize=512))).to_pylist():
        groups.setdefault(row["copy_group"], []).append(row["article_id"])
    return pairs_in(groups.values())


def by_hash(articles: list[Article]) -> set[Pair]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for a in articles:
        groups.setdefault(tuple(words_of(readable(a["text"]))), []).append(a["article_id"])
    return pairs_in(groups.values())


def by_lsh(articles: list[Article]) -> set[Pair]:
    shingles = []
    for a in articles:
        words = words_of(readable(a["text"]))
        shingles.append([" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))])
    index, found = MinHashLSH(threshold=0.5, num_perm=128), set[Pair]()
    for a, signature in zip(articles, MinHash.generator(shingles, num_perm=128), strict=True):
        found |= {ordered(a["article_id"], other) for other in index.query(signature)}
        index.insert(a["article_id"], signature)
    return found


METHODS: dict[str, Callable[[list[Article]], set[Pair]]] = {
    "find_copies": by_find_copies,
    "exact hash": by_hash,
    "datasketch LSH": by_lsh,
}

# --- measuring --------------------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> str:
    """A share with its number and interval."""
    if not whole:
        return "none"
    interval = binomtest(part, whole).proportion_ci(0.95, "wilson")
    return f"{part / whole:.3f} of {whole:>4} ({interval.low:.3f}-{interval.high:.3f})"


def evaluate(name: str, articles: list[Article], each: int, seed: int) -> None:
    corpus, planted, none = plant(articles, each, random.Random(seed), KINDS, UNLIKE)
    source = {new: old for pairs in planted.values() for old, new in pairs}
    unlike = {article_id for pairs in none.values() for pair in pairs for article_id in pair}
    found = {method: find(corpus) for method, find in METHODS.items()}

    def measured(method: str, pairs: list[Pair], more: Iterable[str] = ()) -> tuple[str, str]:
        ours = {new for _, new in pairs}.union(more)
        touching = [p for p in found[method] if not ours.isdisjoint(p)]
        right = sum(source.get(p[0], p[0]) == source.get(p[1], p[1]) for p in touching)
        return share(sum(ordered(*p) in found[method] for p in pairs), len(pairs)), share(right, len(touching))

    n_unlike = sum(map(len, none.values()))
    print(f"\n{name}: {len(corpus)} articles, {len(source)} copies and {n_unlike} pairs that are none planted")
    first, *peers = METHODS
    print(f"{'':<22}{first + ' recall':<28}{'precision':<28}{' '.join(f'{p:>14}' for p in peers)}  (recall, precision)")
    lines: dict[str, tuple[list[Pair], set[str]]] = {kind: (pairs, set()) for kind, pairs in planted.items()}
    lines["all, with those below"] = ([p for pairs in planted.values() for p in pairs], unlike)
    for kind, (pairs, more) in lines.items():
        recall, precision = measured(first, pairs, more)
        others = (" ".join(text[:5] for text in measured(peer, pairs, more)) for peer in peers)
        print(f"{kind:<22}{recall:<28}{precision:<28}{' '.join(f'{o:>14}' for o in others)}")
    print(f"{'':<22}{first + ' called copies':<56}{' '.join(f'{p:>14}' for p in peers)}")
    for kind, pairs in none.items():
        counts = [share(sum(ordered(*p) in found[method] for p in pairs), len(pairs)) for method in METHODS]
        print(f"{kind:<22}{counts[0]:<56}{' '.join(f'{c[:5]:>14}' for c in counts[1:])}")
    every, known = lines["all, with those below"][0], unlike.union(source)
    missed = [p for p in every if ordered(*p) not in found[first]]
    wrong = [p for p in found[first] if not known.isdisjoint(p) and source.get(p[0], p[0]) != source.get(p[1], p[1])]
    print(f"missed {missed[:8]}\nwrong {sorted(wrong)[:8]}")


def measure_events(name: str, articles: list[Article], path: Path) -> None:
    """How many pairs of one event are called copies? To be read: some are."""
    events = json.loads(path.read_text(encoding="utf-8"))
    # A set without ids of its own is joined by headline.
    by_title = {a["title"]: a["article_id"] for a in articles}
    groups = [[str(a["id"]) if "id" in a else by_title.get(a["title"], "") for a in e["articles"]] for e in events]
    pairs = {p for p in pairs_in(groups) if all(p)}
    found = by_find_copies(articles)
    print(
        f"\n{name}: pairs of one event called copies {share(len(pairs & found), len(pairs))} {sorted(pairs & found)[:8]}"
    )


def show_groups(articles: list[Article], most: int) -> None:
    """The groups found in the articles as they are, to be read."""
    table = table_of(articles)
    copies = find_copies(lambda: iter(table.to_batches(max_chunksize=512)))
    titles = {a["article_id"]: a["title"] for a in articles}
    described = describe_copies(copies, table).to_pylist()
    print(f"\n{len(described)} groups without planting")
    for group in described[:most]:
        span = f"{group['low']:.2f}-{group['high']:.2f}"
        print(f"{group['n']} articles, {', '.join(group['outlets'])}, {span}; {group['why']}")
        for row in copies.to_pylist():
            if row["copy_group"] == group["copy_group"]:
                print(f"    {row['article_id']}  {titles[row['article_id']]}  | {row['why'].partition(';')[0]}")


def timed(name: str, articles: list[Article], pairs: list[Pair]) -> None:
    """Time and memory for these articles, and how many of the pairs are found."""
    table = table_of(articles)
    words = sum(len(t.split()) for t in table.column("text").to_pylist())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, used = time.perf_counter(), time.process_time()

    def batches() -> Iterator[pa.RecordBatch]:
        return iter(table.to_batches(max_chunksize=512))

    copies = find_copies(batches)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    group = dict(zip(*(copies.column(c).to_pylist() for c in ("article_id", "copy_group")), strict=True))
    recall = sum(group.get(a, "") == group.get(b) for a, b in pairs) / len(pairs)
    other = len(set(group) - {i for p in pairs for i in p})
    print(
        f"{name}: {table.num_rows:,} articles, {words / 1e6:.1f} million words, {seconds:.0f} s ({used:.0f} of processor), "
        f"peak {peak / 1024:.0f} MB ({(peak - before) / 1024:.0f} above what was there); recall {recall:.3f} of {len(pairs)}, {other} others grouped"
    )


def measure_scale(articles: list[Article], size: int, seed: int) -> None:
    rng = random.Random(seed)
    pool = [s for a in articles for s in sentences(a["text"])]
    mixed = []
    for i in range(round(size * 0.95)):
        text = " ".join(rng.sample(pool, max(4, round(rng.lognormvariate(3.2, 0.5)))))
        mixed.append(made(f"made-{i}", f"Outlet {i % 40}", f"Made {i}", text))
    kinds = {k: v for k, v in KINDS.items() if not k.startswith("short") and k != "embedded"}
    planted = dict[str, list[Pair]]()
    corpus = {a["article_id"]: a for a in mixed}
    chosen = rng.sample(mixed, size - len(mixed))
    for i, article in enumerate(chosen):
        kind = list(kinds)[i % len(kinds)]
        article["text"], changed = kinds[kind](article, rng, [])
        corpus[f"planted-{i}"] = made(f"planted-{i}", f"Outlet {i % 39}", None, changed)
        planted.setdefault(kind, []).append((article["article_id"], f"planted-{i}"))
    timed("sentences from all over", list(corpus.values()), [p for pairs in planted.values() for p in pairs])
    del corpus, mixed, chosen
    several, pairs = [], []
    for i, article in enumerate(articles[: size // 10]):
        for j in range(10):
            text = shuffled(article["text"], rng) if j else article["text"]
            several.append(made(f"{i}-{j}", f"Outlet {j}", None, text))
        pairs += [(f"{i}-0", f"{i}-{j}") for j in range(1, 10)]
    timed("ten reshuffled copies each", several, pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.scale:
        measure_scale(read_set(arguments.data, "allsides_dev"), arguments.scale, arguments.seed)
        return
    for name in ("allsides_dev", "tehran_times_dev", "fakes_syria"):
        articles = read_set(arguments.data, name)
        evaluate(name, articles, arguments.each, arguments.seed)
        if arguments.groups:
            show_groups(articles, arguments.groups)
    measure_events("allsides_dev", read_set(arguments.data, "allsides_dev"), arguments.data / "events_dev.json")
    measure_events(
        "fakes_syria", read_set(arguments.data, "fakes_syria"), arguments.data / "fakes_syria/events_dev.json"
    )


if __name__ == "__main__":
    main()
