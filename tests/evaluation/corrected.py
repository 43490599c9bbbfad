"""Do the corrected 95 % intervals cover the truth when the machine's errors are known, and does the raw one?

    python -m tests.evaluation.corrected [--simulations 1000] [--seed 0]

Mentions per article are Poisson with a gamma article effect, their chance to be really of the kind varies between articles
(beta), and so does the machine's chance to err. A simple random sample of mentions is coded without error. Printed for
each setting: intervals given, their coverage for the prediction-powered and the Rogan-Gladen estimate, what the raw
interval covers, and the mean widths beside that of the coded sample taken alone (its jackknife).
"""

from __future__ import annotations

import argparse

import numpy as np

from framing.stats import Counts, estimate_corrected, estimate_rates, estimate_rogan_gladen, sum_coded

WORDS = 500.0


def draw_mentions(
    rng: np.random.Generator, articles: int, truth: float, sensitivity: float, specificity: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Article, truth and machine's answer of each mention; three per article in the mean."""
    mentions = rng.poisson(3 * rng.gamma(1.0, 1.0, articles))
    article = np.repeat(np.arange(articles), mentions)
    really = rng.random(len(article)) < rng.beta(truth * 3, (1 - truth) * 3, articles)[article]
    right = np.array([rng.beta(rate * 5, (1 - rate) * 5, articles) for rate in (specificity, sensitivity)])
    machine = np.where(rng.random(len(article)) < right[really.astype(int), article], really, ~really)
    return article, really, machine


def cover(
    articles: int,
    coded: int,
    truth: float,
    sensitivity: float,
    specificity: float,
    share: bool,
    simulations: int,
    seed: int,
) -> str:
    rng = np.random.default_rng([seed, articles, coded, round(100 * truth), round(100 * sensitivity), int(share)])
    true = truth if share else truth * 3 / WORDS
    hit: dict[str, list[bool]] = {"ppi": [], "rg": [], "raw": []}
    width: dict[str, list[float]] = {"ppi": [], "rg": [], "coded alone": []}
    for _ in range(simulations):
        article, really, machine = draw_mentions(rng, articles, truth, sensitivity, specificity)
        human = np.full(len(article), np.nan)
        drawn = rng.choice(len(article), min(coded, len(article)), replace=False)
        human[drawn] = really[drawn]
        words = None if share else np.full(articles, WORDS)
        weight = np.full(len(article), len(article) / len(drawn))
        sums = sum_coded(article, machine, human, weight, words, articles)
        ids = tuple(map(str, range(articles)))
        below = sums.denominator[:, None]
        for key, row in (
            ("ppi", estimate_corrected(sums, share=share)),
            ("rg", estimate_rogan_gladen(sums, share=share)),
            ("raw", raw_row(ids, sums.counted[:, None], below, share)),
        ):
            if row["low"] is not None:
                hit[key].append(row["low"] <= true <= row["high"])
                if key in width:
                    width[key].append(row["high"] - row["low"])
        # The coded alone: what one would have without the machine, the machine's answers set to nothing.
        alone = estimate_corrected(
            sum_coded(article, np.zeros(len(article)), human, weight, words, articles), share=share
        )
        if alone["low"] is not None:
            width["coded alone"].append(alone["high"] - alone["low"])
    unit = "share" if share else "rate"
    scale = 1 if share else 1000
    means = "  ".join(f"{k} {scale * np.mean(v):.3f}" if v else f"{k} –" for k, v in width.items())
    covered = "  ".join(f"{k} {np.mean(v):.3f} of {len(v)}" if v else f"{k} none" for k, v in hit.items())
    return (
        f"{unit:<5} {articles:>4} articles {coded:>4} coded  truth {truth:.2f} Se {sensitivity:.2f} Sp {specificity:.2f}  "
        f"coverage: {covered}  widths: {means}"
    )


def raw_row(ids: tuple[str, ...], n: np.ndarray, d: np.ndarray, share: bool) -> dict[str, float | None]:
    unit = "occasions" if share else "words"
    row = estimate_rates(Counts(ids, ("o",) * len(ids), (None,) * len(ids), ("g",), n, d, unit, "all")).to_pylist()[0]
    scale = 1 if share or row["low"] is None else 1000
    return {"low": row["low"] and row["low"] / scale, "high": row["high"] and row["high"] / scale}


SETTINGS = (
    (60, 20, 0.5, 0.9, 0.9),
    (100, 30, 0.6, 0.9, 0.8),
    (100, 50, 0.6, 0.9, 0.8),
    (100, 100, 0.6, 0.9, 0.8),
    (300, 100, 0.6, 0.9, 0.8),
    (300, 200, 0.3, 0.8, 0.9),
    (300, 50, 0.3, 0.8, 0.9),
    (100, 50, 0.9, 0.97, 0.7),
    (300, 100, 0.85, 0.98, 0.9),
    (300, 60, 0.97, 0.99, 0.1),
    (300, 100, 0.1, 0.8, 0.95),
    (50, 40, 0.5, 0.7, 0.7),
    (1000, 200, 0.4, 0.85, 0.85),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for share in (True, False):
        for setting in SETTINGS:
            print(cover(*setting, share, given.simulations, given.seed), flush=True)


if __name__ == "__main__":
    main()
