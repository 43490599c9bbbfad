"""How often does the default 95 % interval of a rate cover the truth, on over-dispersed counts and articles of varying length?

    python -m tests.evaluation.coverage [--simulations 1000] [--seed 0]

Counts are Poisson with a gamma-distributed article effect (shape .5), lengths log-normal (median 500 words, sd .6).
"""

from __future__ import annotations

import argparse

import numpy as np

from framing.stats import Counts, estimate_rates


def coverage(articles: int, per_thousand: float, *, simulations: int, seed: int, draws: int = 500) -> tuple[int, float]:
    """Intervals given and the share of them that cover the true rate."""
    rng = np.random.default_rng(seed)
    covered: list[bool] = []
    for simulation in range(simulations):
        words = np.maximum(1, rng.lognormal(np.log(500), 0.6, articles).round())
        n = rng.poisson(per_thousand / 1000 * words * rng.gamma(0.5, 2.0, articles))
        rows = tuple(map(str, range(articles)))
        counts = Counts(
            rows,
            ("o",) * articles,
            (None,) * articles,
            ("g",),
            n[:, None].astype(float),
            words[:, None],
            "words",
            "all",
        )
        row = estimate_rates(counts, seed=simulation, draws=draws).to_pylist()[0]
        if row["low"] is not None:
            covered.append(row["low"] <= per_thousand <= row["high"])
    return len(covered), float(np.mean(covered)) if covered else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for per_thousand in (0.5, 2.0):
        for articles in (8, 10, 30, 100):
            n, share = coverage(articles, per_thousand, simulations=arguments.simulations, seed=arguments.seed)
            print(f"{articles:>4} articles, {per_thousand} per 1,000 words: {n:>5} intervals, coverage {share:.3f}")


if __name__ == "__main__":
    main()
