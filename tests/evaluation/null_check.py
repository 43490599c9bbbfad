"""How often does the default test call halves of one outlet different, and two outlets of equal rates that differ in all else?

    python -m tests.evaluation.null_check RUN [RUN ...] [--splits 200] [--simulations 2000] [--seed 0]

For each run one line: the share of p < .05 over random halves of its outlets, categories and terms, by reading; beside it
the same halves tested by G² on mentions. Then simulated outlets of equal rates whose articles differ threefold in length
and in dispersion. A test that keeps its level prints about .05.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy import stats

from framing.stats import Counts, permutation_p
from framing.study import read_run
from framing.study.comparison import count_selection
from framing.study.nullcheck import check_null
from framing.study.run import Run
from framing.study.select import Selection, select_articles


def token_test_rate(run: Run, outlet: str, splits: int, seed: int) -> float:
    """The same question to G² on mentions, words taken as independent."""
    selection = Selection(outlets=(outlet,))
    counts = count_selection(run, selection, select_articles(run, selection), "rate", by="term")
    tested = (counts.n > 0).sum(axis=0) >= 6
    n, words = counts.n[:, tested], counts.denominators[:, :1]
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(splits):
        half = (rng.permutation(len(n)) < len(n) // 2).astype(float)
        a, wa = half @ n, half @ words
        total, w = n.sum(axis=0), words.sum()
        expected = np.stack([total * wa / w, total * (1 - wa / w)])
        observed = np.stack([a, total - a])
        g2 = 2 * np.where(observed > 0, observed * np.log(np.where(observed > 0, observed, 1) / expected), 0).sum(
            axis=0
        )
        found.append((stats.chi2.sf(g2, 1) < 0.05).mean())
    return float(np.mean(found))


def simulated_rate(articles: int, others: int, per_thousand: float, simulations: int, seed: int) -> tuple[int, float]:
    """Equal rates; one outlet's articles three times as long, its article effects three times as dispersed."""
    rng = np.random.default_rng([seed, articles, others])
    found = []
    outlets = ("a",) * articles + ("b",) * others
    ids = tuple(map(str, range(articles + others)))
    for simulation in range(simulations):
        words = np.concatenate([rng.lognormal(np.log(900), 0.6, articles), rng.lognormal(np.log(300), 0.6, others)])
        words = np.maximum(20, words.round())
        effect = np.concatenate([rng.gamma(0.5, 2, articles), rng.gamma(1.5, 1 / 1.5, others)])
        n = rng.poisson(per_thousand / 1000 * words * effect).astype(float)
        if (n > 0).sum() < 6:
            continue
        c = Counts(ids, outlets, (None,) * len(n), ("g",), n[:, None], words[:, None], "words", "all")
        p = permutation_p(c, reference="b", seed=simulation, permutations=399)["a", "g"]
        if p is not None:
            found.append(p < 0.05)
    return len(found), float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*")
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for path in given.runs:
        run = read_run(path)
        for measure, voice in (("rate", "all"), ("rate", "own"), ("choice", "all")):
            table = check_null(run, measure=measure, voice=voice, splits=given.splits, seed=given.seed)
            total = table.column("n_tests").to_numpy().sum()
            rate = table.column("n_found").to_numpy().sum() / total if total else float("nan")
            largest = max(table.to_pylist(), key=lambda r: r["n_articles"])["outlet_id"]
            peer = token_test_rate(run, largest, 50, given.seed) if measure == "rate" and voice == "all" else None
            print(
                f"{Path(path).name:<20} {measure:<7} {voice:<4} {table.num_rows:>3} outlets {total:>7} tests  "
                f"false_positive_rate {rate:.3f}" + (f"   (G² on mentions {peer:.3f})" if peer is not None else ""),
                flush=True,
            )
    for articles, others in ((30, 30), (100, 100), (30, 120), (120, 30)):
        for per_thousand in (0.5, 2.0):
            n, rate = simulated_rate(articles, others, per_thousand, given.simulations, given.seed)
            print(
                f"simulated: {articles:>3} long and {others:>3} short articles, {per_thousand} per 1,000 words: {n:>5} tests  "
                f"false_positive_rate {rate:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
