"""Articles of one outlet halved at random: how often does the default test call the halves different at p < .05?

    python -m tests.evaluation.null_check RUN --outlet NAME [--splits 200] [--seed 0]

Prints one line per outlet and reading: tests made and the share with an unadjusted p below .05. A test that keeps its
level prints about .05; token-level tests print .06 to .30 on the same kind of data.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from framing.stats import count_mentions, permutation_p
from framing.stats.rates import FEWEST_WITH_MENTION
from framing.study import Run, Selection, read_run
from framing.study.select import select_articles, select_mentions


def false_positive_rate(run: Run, outlet: str, *, by: str, voice: str, splits: int, seed: int) -> tuple[int, float]:
    """Number of tests and the share with p < .05 over random halves of one outlet's articles."""
    selection = Selection(outlets=(outlet,))
    articles = select_articles(run, selection)
    mentions = select_mentions(run, selection, articles)
    groups = sorted(set(mentions.column(by).to_pylist()))
    whole = count_mentions(mentions, run.sentences, articles, by=by, groups=groups, reading=voice)
    tested = (whole.n > 0).sum(0) >= FEWEST_WITH_MENTION
    counts = replace(
        whole,
        groups=tuple(g for g, t in zip(groups, tested, strict=True) if t),
        n=whole.n[:, tested],
        denominators=whole.denominators[:, tested],
    )
    rng = np.random.default_rng(seed)
    found: list[float] = []
    for split in range(splits):
        halves = rng.permutation(len(counts.outlet_ids)) < len(counts.outlet_ids) // 2
        halved = replace(counts, outlet_ids=tuple(np.where(halves, "A", "B").tolist()))
        p = permutation_p(halved, seed=seed + split, permutations=499)
        found += [v for (side, _), v in p.items() if side == "A" and v is not None]
    return len(found), float(np.mean([p < 0.05 for p in found]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--outlet", action="append", required=True)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    run = read_run(arguments.run)
    for outlet in arguments.outlet:
        for by in ("category", "term_id"):
            for voice in ("all", "own"):
                n, rate = false_positive_rate(
                    run, outlet, by=by, voice=voice, splits=arguments.splits, seed=arguments.seed
                )
                print(f"{outlet:<24} {by:<9} {voice:<4} {n:>6} tests  false_positive_rate {rate:.3f}")


if __name__ == "__main__":
    main()
