"""How often do intervals of distance, keyness and word shift cover the truth, and how far off are the numbers?

    python -m tests.evaluation.distance [--simulations 400] [--seed 0]

Distance: three concepts of 3, 4 and 5 alternatives; occasions of an article are negative binomial (2, 1.5 and 0.8 on
average), its shares Dirichlet with concentration 3, so that articles differ more than chance. Beside our interval
stand percentiles of resampled articles, plain and with the bias of resampling taken off. Keyness and shift: counts
are Poisson with a gamma article effect of shape 0.6, lengths log-normal around 430 words.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import sparse

from framing.stats.counts import Counts
from framing.stats.distance import Profiles, divergence, estimate_distances
from framing.stats.keyness import find_keywords
from framing.stats.shift import estimate_difference, estimate_shift

CONCEPT_OF = np.repeat([0, 1, 2], [3, 4, 5])
BASE = np.array([0.5, 0.3, 0.2, 0.4, 0.3, 0.2, 0.1, 0.3, 0.3, 0.2, 0.1, 0.1])
OTHER = np.array([0.2, 0.3, 0.5, 0.1, 0.2, 0.3, 0.4, 0.1, 0.1, 0.2, 0.3, 0.3])
OCCASIONS = np.array([2.0, 1.5, 0.8])


def draw_choices(rng: np.random.Generator, shares: np.ndarray, articles: int) -> np.ndarray:
    """Articles × alternatives; articles without an occasion are drawn again."""
    rows = np.zeros((articles, len(shares)))
    for row in rows:
        while not row.any():
            for concept, mean in enumerate(OCCASIONS):
                mine = np.flatnonzero(concept == CONCEPT_OF)
                row[mine] = rng.multinomial(rng.negative_binomial(1, 1 / (1 + mean)), rng.dirichlet(3 * shares[mine]))
    return rows


def cover_distance(a: int, b: int, apart: float, simulations: int, seed: int) -> str:
    """One line: the truth, means of observed and value, coverage and width."""
    rng = np.random.default_rng([seed, a, b, int(100 * apart)])
    mixed = (1 - apart) * BASE + apart * OTHER
    weights = OCCASIONS[CONCEPT_OF]
    truth = float(np.sqrt(divergence(BASE * weights, mixed * weights, CONCEPT_OF)))
    found, covered, width = [], {"ours": [], "percentile": [], "corrected": []}, []
    for _ in range(simulations):
        n = draw_choices(rng, BASE, a), draw_choices(rng, mixed, b)
        (row,) = estimate_distances(Profiles(("a", "b"), n, CONCEPT_OF), splits=1)
        if row["low"] is None:
            continue
        found.append((row["observed"], row["value"]))
        covered["ours"].append(row["low"] <= truth <= row["high"])
        width.append(row["high"] - row["low"])
        sums = [rng.multinomial(len(t), np.full(len(t), 1 / len(t)), size=400) @ t for t in n]
        drawn = divergence(*sums, CONCEPT_OF)
        bias = drawn.mean() - row["observed"] ** 2
        for name, taken in (("percentile", 0.0), ("corrected", 2 * bias)):
            low, high = np.quantile(np.sqrt(np.clip(drawn - taken, 0, 1)), [0.025, 0.975])
            covered[name].append(low <= truth <= high)
    observed, value = np.mean(found, axis=0)
    shares = "  ".join(f"{name} {np.mean(hits):.3f}" for name, hits in covered.items())
    return (
        f"distance  {a:>3} and {b:>3} articles, truth {truth:.3f}: observed {observed:.3f}  value {value:.3f}; {len(found)} intervals, "
        f"{shares}, width of ours {np.mean(width):.3f}"
    )


def cover_terms(articles: int, simulations: int, seed: int) -> list[str]:
    """Coverage for words of six rates; a word without an interval is not counted."""
    rng = np.random.default_rng([seed, articles])
    rate_a = np.array([0.004, 0.002, 0.001, 0.0005, 0.002, 0.0005])
    rate_b = np.array([0.002, 0.002, 0.0005, 0.0005, 0.0002, 0.0001])
    names = tuple(map(str, range(len(rate_a))))
    ratio, shift, whole = [], [], []
    for _ in range(simulations):
        sides = []
        for rates in (rate_a, rate_b):
            words = rng.lognormal(6, 0.6, articles).round() + 30
            sides.append((rng.poisson(words[:, None] * rates * rng.gamma(0.6, 1 / 0.6, (articles, 6))), words))
        (n_a, w_a), (n_b, w_b) = ((n.astype(float), w) for n, w in sides)
        # Both ways round, since only the words used more have a row; the sign of the truth turns with it.
        for sign, (one, u), (two, v) in ((1, (n_a, w_a), (n_b, w_b)), (-1, (n_b, w_b), (n_a, w_a))):
            both, target = sparse.csr_array(np.vstack([one, two])), np.arange(2 * articles) < articles
            for row in find_keywords(both, np.concatenate([u, v]), target, ~target, prior=500, limit=None):
                if row["low"] is not None:
                    truth = sign * np.log2(rate_a / rate_b)[row["column"]]
                    ratio.append(row["low"] <= truth <= row["high"])
        outlets = ("a",) * articles + ("b",) * articles
        d = np.repeat(np.concatenate([w_a, w_b])[:, None], 6, axis=1)
        counts = Counts(outlets, outlets, (None,) * len(d), names, np.vstack([n_a, n_b]), d, "words", "all")
        for row in estimate_shift(counts, "a", "b"):
            if row["low"] is not None:
                shift.append(row["low"] <= 1000 * (rate_a - rate_b)[int(row["group"])] <= row["high"])
        row = estimate_difference(counts, "a", "b")
        if row["low"] is not None:
            whole.append(row["low"] <= 1000 * (rate_a - rate_b).sum() <= row["high"])
    return [
        f"{name:<22}{articles:>3} articles: {len(hits):>5} intervals, coverage {np.mean(hits):.3f}"
        for name, hits in (("log-ratio", ratio), ("contribution", shift), ("whole difference", whole))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    for a, b in ((10, 10), (30, 30), (30, 100), (100, 100)):
        for apart in (0.0, 0.15, 0.4, 1.0):
            print(cover_distance(a, b, apart, chosen.simulations, chosen.seed), flush=True)
    for articles in (10, 30, 100):
        print("\n".join(cover_terms(articles, chosen.simulations, chosen.seed)), flush=True)


if __name__ == "__main__":
    main()
