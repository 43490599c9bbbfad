"""Is a term everywhere or in a few articles? How many have it, and how evenly it is spread over the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse, special

from framing.errors import SelectionError
from framing.stats import FEWEST_ARTICLES
from framing.stats.keyness import deviation_of_proportions, expected_deviation
from framing.study.comparison import count_selection
from framing.study.described import articles_of, described
from framing.study.run import Run
from framing.study.select import Selection, check_numbers

DISPERSION_METHOD = (
    "share of articles with a mention, Wilson's score interval (Wilson 1927); DP: deviation of proportions over articles "
    "(Gries 2008), beside its expectation were each mention to fall on a word by chance"
)

DISPERSION_SCHEMA = pa.schema(
    [
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("voice", pa.string()),
        ("n_mentions", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("dp", pa.float64()),
        ("dp_chance", pa.float64()),
        ("reason", pa.string()),
    ]
)


def estimate_dispersion(
    run: Run,
    *,
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    outlets: Sequence[str] = (),
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    level: float = 0.95,
) -> pa.Table:
    """In how many of its articles each outlet has a term, and how evenly the term is spread over its words.

    A reader would get wrong: longer articles have any term more often, so shares of outlets with long and short
    articles differ without another wording; and DP of a rare term is near 1 by necessity, so read it beside dp_chance.

    Args:
        run: From `annotate` or `read_run`.
        term: One term, by id or form; one of term, concept and category is needed.
        concept: One concept.
        category: One category.
        outlets: Outlet ids; all when empty.
        voice: own, direct, reported, scare, own+reported or all.
        sense: Sense that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop.
        level: Of the interval.

    Returns:
        One row per outlet with an article: n_mentions, n_denominator (words of this voice), n_articles with such words,
        n_articles_with, value (share of articles) with low and high (null with `reason` under the minimum of articles),
        dp (0 as even as the text, towards 1 in one place) and dp_chance; null where it does not occur.

    Raises:
        SelectionError: A name or value does not exist, or the selection has no article.

    Source: Gries 2008, doi:10.1075/ijcl.13.4.02gri; Wilson 1927.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": str(i), "outlet_id": "A", "text": ("The massacre.", "The rain.")[i % 2]} for i in range(4)]
        >>> estimate_dispersion(annotate(corpus_from_rows(rows)), term="massacre").select(["value", "dp"]).to_pylist()
        [{'value': 0.5, 'dp': 0.5}]
    """
    check_numbers(level)
    if sum(v is not None for v in (term, concept, category)) != 1:
        raise SelectionError("none or several of term, concept and category", "one of them", "Choose one.")
    selection = Selection(
        tuple(outlets), date_from, date_to, section, part, sense, term, concept, category, copies=copies
    )
    articles = articles_of(run, selection, voice)
    counts = count_selection(run, selection, articles, "rate", voice=voice)
    of, names = np.asarray(counts.outlet_ids, dtype=object), run.outlet_names()
    rows: list[dict[str, Any]] = []
    for outlet in sorted(set(counts.outlet_ids)):
        inside = of == outlet
        words = counts.denominators[inside, 0]
        n = counts.n[inside].sum(axis=1)
        n_articles, n_with = int((words > 0).sum()), int((n > 0).sum())
        low, high = _wilson(n_with, n_articles, level)
        enough = n_articles >= FEWEST_ARTICLES
        dp = float(deviation_of_proportions(sparse.csr_array(n[:, None]), words)[0])
        chance = expected_deviation(float(n.sum()), words)
        rows.append(
            {
                "outlet_id": outlet,
                "outlet": names.get(outlet, outlet),
                "by": "term" if term else "concept" if concept else "category",
                "group": counts.groups[0],
                "voice": voice,
                "n_mentions": int(n.sum()),
                "n_denominator": int(words.sum()),
                "n_articles": n_articles,
                "n_articles_with": n_with,
                "value": n_with / n_articles if n_articles else None,
                "low": low if enough else None,
                "high": high if enough else None,
                "dp": None if np.isnan(dp) else dp,
                "dp_chance": None if np.isnan(chance) else chance,
                "reason": None
                if enough
                else f"not enough text: {n_articles} articles, at least {FEWEST_ARTICLES} needed",
            }
        )
    meta = {
        "selected": term or concept or category,
        "voice": voice,
        "n_articles": articles.num_rows,
        "n_outlets": len(rows),
        "fewest_articles": FEWEST_ARTICLES,
        "level": level,
        "method": DISPERSION_METHOD,
    }
    return described(rows, DISPERSION_SCHEMA, run, selection, meta)


def _wilson(k: int, n: int, level: float) -> tuple[float | None, float | None]:
    """Score interval of a share (Wilson 1927, as in Brown, Cai & DasGupta 2001, eq. 4)."""
    if not n:
        return None, None
    z = float(special.ndtri((1 + level) / 2))
    centre = (k + z * z / 2) / (n + z * z)
    half = z * np.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
