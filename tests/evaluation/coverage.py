"""How often do the default 95 % intervals cover the truth, on over-dispersed counts and articles of varying length?

    python -m tests.evaluation.coverage [--simulations 2000] [--seed 0]

Counts are Poisson with a gamma-distributed article effect, lengths log-normal around 500 words. Printed beside ours:
the naive Poisson interval and the percentile interval of resampled articles. Then choice shares (beta-binomial), the
ratio of two outlets, and matched odds over events whose own odds vary.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from framing.stats import Counts, estimate_matched_odds, estimate_outlets, estimate_rates, ratio_row


def make_counts(n: np.ndarray, d: np.ndarray, outlets: list[str], unit: str, events: list[str] | None = None) -> Counts:
    ids = tuple(map(str, range(len(n))))
    known = tuple(events) if events else (None,) * len(n)
    return Counts(ids, tuple(outlets), known, ("g",), n[:, None].astype(float), d[:, None].astype(float), unit, "all")


def draw_lengths(rng: np.random.Generator, articles: int, spread: float) -> np.ndarray:
    return np.maximum(20, rng.lognormal(np.log(500), spread, articles).round())


def cover_rate(articles: int, per_thousand: float, shape: float, spread: float, simulations: int, seed: int) -> str:
    """One line: intervals given, coverage of ours, of naive Poisson and of the percentile interval."""
    rng = np.random.default_rng([seed, articles, int(10 * per_thousand), int(100 * shape)])
    ours, naive, percentile = [], [], []
    for _ in range(simulations):
        words = draw_lengths(rng, articles, spread)
        n = rng.poisson(per_thousand / 1000 * words * rng.gamma(shape, 1 / shape, articles))
        row = estimate_rates(make_counts(n, words, ["o"] * articles, "words")).to_pylist()[0]
        if row["low"] is None:
            continue
        ours.append(row["low"] <= per_thousand <= row["high"])
        exact = np.array([stats.chi2.ppf(0.025, 2 * n.sum()), stats.chi2.ppf(0.975, 2 * n.sum() + 2)]) / 2
        low, high = exact / words.sum() * 1000
        naive.append(low <= per_thousand <= high)
        weights = rng.multinomial(articles, np.full(articles, 1 / articles), size=400)
        low, high = np.quantile(weights @ n / (weights @ words) * 1000, [0.025, 0.975])
        percentile.append(low <= per_thousand <= high)
    return (
        f"rate   {articles:>4} articles, {per_thousand:>3} per 1,000 words, shape {shape:<4} lengths {spread}: "
        f"{len(ours):>5} intervals, ours {np.mean(ours):.3f}  naive {np.mean(naive):.3f}  percentile {np.mean(percentile):.3f}"
    )


def cover_share(articles: int, share: float, concentration: float, simulations: int, seed: int) -> str:
    rng = np.random.default_rng([seed, articles, int(100 * share), 1])
    ours = []
    for _ in range(simulations):
        occasions = rng.poisson(1.5, articles) + 1
        n = rng.binomial(occasions, rng.beta(share * concentration, (1 - share) * concentration, articles))
        row = estimate_rates(make_counts(n, occasions, ["o"] * articles, "occasions")).to_pylist()[0]
        if row["low"] is not None:
            ours.append(row["low"] <= share <= row["high"])
    return f"share  {articles:>4} articles, {share:>4} of occasions: {len(ours):>5} intervals, coverage {np.mean(ours):.3f}"


def cover_ratio(articles: int, others: int, ratio: float, simulations: int, seed: int) -> str:
    """Two outlets that differ threefold in article length and in dispersion."""
    rng = np.random.default_rng([seed, articles, others, 2])
    ours = []
    for _ in range(simulations):
        words = np.concatenate([draw_lengths(rng, articles, 0.6) * 3, draw_lengths(rng, others, 0.6)]).round()
        effect = np.concatenate([rng.gamma(0.5, 2, articles), rng.gamma(1.5, 1 / 1.5, others)])
        n = rng.poisson(np.repeat([0.001 * ratio, 0.001], [articles, others]) * words * effect)
        row = ratio_row(estimate_outlets(make_counts(n, words, ["a"] * articles + ["b"] * others, "words")), 0, 0, 0.95)
        if row["ratio_low"] is not None:
            ours.append(row["ratio_low"] <= ratio <= row["ratio_high"])
    return f"ratio  {articles:>4} and {others:>4} articles, true ratio {ratio}: {len(ours):>5} intervals, coverage {np.mean(ours):.3f}"


def cover_odds(events: int, per_side: int, odds: float, spread: float, simulations: int, seed: int) -> str:
    """Events whose own base share varies; with `spread` their odds vary too, and the interval beyond them is asked."""
    rng = np.random.default_rng([seed, events, per_side, int(10 * spread)])
    inner, beyond = [], []
    for _ in range(simulations):
        base, own = rng.normal(-0.5, 1, events), np.log(odds) + rng.normal(0, spread, events)
        n, d, outlets, names = [], [], [], []
        for k in range(events):
            for outlet in "ab":
                for _ in range(rng.integers(1, per_side + 1)):
                    occasions = int(rng.poisson(1.5)) + 1
                    logit = base[k] + (own[k] if outlet == "a" else 0) + rng.normal(0, 0.4)
                    n.append(rng.binomial(occasions, 1 / (1 + np.exp(-logit))))
                    d.append(occasions)
                    outlets.append(outlet)
                    names.append(str(k))
        row = estimate_matched_odds(make_counts(np.array(n), np.array(d), outlets, "occasions", names))["a", "g"]
        # A little noise in each article makes the odds to be covered a little smaller than those put in.
        true = odds ** (1 / np.sqrt(1 + 0.346 * 0.4**2))
        if row["odds_low"] is not None:
            inner.append(row["odds_low"] <= true <= row["odds_high"])
        if row["odds_beyond_low"] is not None:
            beyond.append(row["odds_beyond_low"] <= true <= row["odds_beyond_high"])
    asked = "these events" if not spread else "these events (odds vary, not its promise)"
    return (
        f"odds   {events:>4} events, up to {per_side} articles a side: {len(inner):>5} intervals, "
        f"{asked} {np.mean(inner):.3f}, beyond them {np.mean(beyond):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for per_thousand, shape, spread in ((0.5, 0.5, 0.6), (2.0, 0.5, 0.6), (2.0, 0.25, 0.8), (5.0, 1.0, 1.0)):
        for articles in (8, 10, 30, 100):
            print(cover_rate(articles, per_thousand, shape, spread, given.simulations, given.seed), flush=True)
    for share in (0.1, 0.5):
        for articles in (10, 30, 100):
            print(cover_share(articles, share, 2.0, given.simulations, given.seed), flush=True)
    for articles, others in ((10, 30), (30, 30), (100, 300)):
        print(cover_ratio(articles, others, 2.0, given.simulations, given.seed), flush=True)
    fewer = max(given.simulations // 4, 1)
    for events, per_side, varies in ((15, 1, 0.0), (15, 3, 0.0), (60, 2, 0.0), (60, 2, 0.7)):
        print(cover_odds(events, per_side, 2.0, varies, fewer, given.seed), flush=True)


if __name__ == "__main__":
    main()
