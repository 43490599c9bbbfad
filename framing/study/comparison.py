"""Compare outlets: rates and choice shares with intervals, bounds by voice, and differences that were tested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import SelectionError, unknown_name
from framing.lexicon.model import CATEGORIES
from framing.stats import (
    FEWEST_ARTICLES,
    FEWEST_WITH_MENTION,
    INTERVAL_METHOD,
    MATCHED_METHOD,
    MODEL_METHOD,
    POWER_METHOD,
    TEST_METHOD,
    Counts,
    adjust_bh,
    count_mentions,
    estimate_matched_odds,
    estimate_model,
    estimate_outlets,
    estimate_rows,
    needed_for,
    permutation_p,
    ratio_of_sums,
    ratio_row,
)
from framing.stats.rates import Estimates
from framing.stats.resample import PERMUTATIONS
from framing.study.asymmetry import VALENCES, compare_asymmetry
from framing.study.rows import among
from framing.study.run import Run
from framing.study.scores import SCORES, compare_scores
from framing.study.select import (
    AGENCIES,
    Selection,
    check_numbers,
    check_selection,
    check_voice,
    open_articles,
    select_articles,
    select_coded,
    select_words,
)

MEASURES = ("rate", "choice", "agency", "asymmetry", *SCORES)
UNITS = {
    "rate": "per 1,000 words",
    "rate per article": "per article",
    "choice": "share of occasions",
    "agency": "share of violent-event mentions",
    "asymmetry": "ln of the ratio of mentions per 100 references",
}
_BOUNDS = ("own", "own+reported")

COMPARE_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("outlet_id", pa.string()),
        ("outlet", pa.string()),
        ("by", pa.string()),
        ("group", pa.string()),
        ("group_label", pa.string()),
        ("voice", pa.string()),
        ("unit", pa.string()),
        ("n_mentions", pa.int64()),
        ("n_denominator", pa.int64()),
        ("n_articles", pa.int64()),
        ("n_articles_with", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("reason", pa.string()),
        ("value_certain", pa.float64()),
        ("own_value", pa.float64()),
        ("own_low", pa.float64()),
        ("own_high", pa.float64()),
        ("own_reported_value", pa.float64()),
        ("own_reported_low", pa.float64()),
        ("own_reported_high", pa.float64()),
        ("rest_value", pa.float64()),
        ("ratio", pa.float64()),
        ("ratio_low", pa.float64()),
        ("ratio_high", pa.float64()),
        ("log2_ratio", pa.float64()),
        ("log2_ratio_conservative", pa.float64()),
        ("in_words", pa.string()),
        ("p", pa.float64()),
        ("p_adjusted", pa.float64()),
        ("difference_reason", pa.string()),
        ("articles_needed", pa.int64()),
        ("model_ratio", pa.float64()),
        ("model_low", pa.float64()),
        ("model_high", pa.float64()),
        ("model_p", pa.float64()),
        ("model_reason", pa.string()),
        ("odds_raw", pa.float64()),
        ("odds", pa.float64()),
        ("odds_low", pa.float64()),
        ("odds_high", pa.float64()),
        ("odds_beyond_low", pa.float64()),
        ("odds_beyond_high", pa.float64()),
        ("n_events", pa.int64()),
        ("n_events_agreeing", pa.int64()),
        ("odds_i2", pa.float64()),
        ("odds_reason", pa.string()),
    ]
)


def compare(
    run: Run,
    *,
    measure: str = "rate",
    term: str | None = None,
    concept: str | None = None,
    category: str | None = None,
    target: str | None = None,
    about: str | None = None,
    versus: str | None = None,
    valence: str | None = None,
    by: str | None = None,
    per: str = "words",
    voice: str = "all",
    sense: str = "conflict",
    part: str = "all",
    section: str = "all",
    outlets: Sequence[str] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    copies: str = "keep",
    reference: str | None = None,
    within: str = "none",
    level: float = 0.95,
    seed: int = 0,
    permutations: int = PERMUTATIONS,
) -> pa.Table:
    """How often, or by which word, outlets name the same things, with what is known of the uncertainty.

    A reader would get wrong: `value` is for the chosen voice; `own_value` and `own_reported_value` are the bounds
    between which the outlet's own wording lies, since nobody can know who chose the words of reported speech.

    Args:
        run: From `annotate` or `read_run`.
        measure: `rate` per 1,000 words; `choice`, a term's share among its concept's alternatives; `agency`, the share
            of each way to tell who did it among mentions of violent events; `asymmetry`, see `compare_asymmetry`;
            `loadedness` and `tone`, see `compare_scores`.
        term: One term, by id or form.
        concept: One concept; with `rate` all its mentions, with `choice` each of its terms.
        category: One category; with `choice` each of its terms.
        target: Only mentions about this actor; labels are then compared for the same one.
        about: With `asymmetry` the actor X.
        versus: With `asymmetry` the actor Y.
        valence: With `asymmetry` condemning (when not given) or elevating.
        by: With `rate` and nothing chosen: category, concept or term.
        per: With `rate`: words (per 1,000) or articles; per occasion is the measure `choice`.
        voice: own, direct, reported, scare, own+reported or all.
        sense: Sense that counts.
        part: title, body or all.
        section: news, opinion, wire, live blog or all.
        outlets: Outlet ids; all when empty. Differences are among these.
        date_from: First day.
        date_to: Last day, included.
        copies: keep, or drop: of articles that are copies of one text only the likely origin stays.
        reference: Compare each outlet with this one; with all others pooled when not given.
        within: `event` exchanges articles within events only, `none` over all.
        level: Level of intervals.
        seed: Seed of resampling and permutations.
        permutations: Number of permutations.

    Returns:
        One row per outlet × group, rows without mentions included. value, low, high: the estimate and its interval
        (null with `reason` where there is not enough text); value_certain: uncertain senses left out; ratio: to the
        others, with interval and in words; p and p_adjusted: null with `difference_reason`; articles_needed for a
        twofold difference; model_ratio: regression (with event effects when within events), a second opinion;
        with `choice` on known events odds_raw and odds, see `estimate_matched_odds`. Metadata `meta` (JSON) names method,
        seed and family size.

    Raises:
        SelectionError: A name or value does not exist here.

    Example:
        >>> from framing.corpus import corpus_from_rows
        >>> from framing.study.annotation import annotate
        >>> rows = [{"article_id": str(i), "outlet_id": "AB"[i % 2], "text": "The army killed ten."} for i in range(4)]
        >>> compare(annotate(corpus_from_rows(rows)), concept="killing").column("value").to_pylist()
        [250.0, 250.0]
    """
    if measure not in MEASURES:
        raise SelectionError(f"measure {measure!r}", f"one of {', '.join(MEASURES)}", "Correct --measure.")
    check_voice(voice)
    if per not in ("words", "articles") or (per != "words" and measure != "rate"):
        raise SelectionError(f"per {per!r} with {measure}", "words, or with rate articles", "Correct --per.")
    check_numbers(level, seed)
    if within not in ("event", "none"):
        raise SelectionError(f"within {within!r}", "event or none", "Correct --within.")
    selection = Selection(
        tuple(outlets), date_from, date_to, section, part, sense, term, concept, category, target=target, copies=copies
    )
    check_selection(run, selection)
    if measure == "asymmetry":
        if about is None or versus is None or target is not None:
            raise SelectionError(
                "asymmetry without two actors, or with --target", "--about X --versus Y", "Name the two actors."
            )
        for option, given in (
            ("by", by is not None),
            ("reference", reference is not None),
            ("within", within != "none"),
        ):
            if given:
                raise SelectionError(
                    f"--{option} with asymmetry", "one row an outlet, beside all others pooled", "Leave it out."
                )
        return compare_asymmetry(
            run,
            selection,
            about,
            versus,
            valence=valence or VALENCES[0],
            voice=voice,
            level=level,
            unit=UNITS[measure],
        )
    if measure in SCORES:
        for option, given in (
            ("a term, concept, category or target", any(x is not None for x in (term, concept, category, target))),
            ("--reference", reference is not None),
            ("--within", within != "none"),
            ("--by", by is not None),
        ):
            if given:
                raise SelectionError(
                    f"{option} with {measure}", "all scored sentences, beside all other outlets", "Leave it out."
                )
        if about is None and versus is None and valence is None:
            return compare_scores(run, selection, measure, voice=voice, level=level)
    if about is not None or versus is not None or valence is not None:
        option = "valence" if valence is not None else "about or --versus"
        raise SelectionError(f"--{option} with {measure}", "it with --measure asymmetry only", "Leave it out.")
    if by is not None and (measure != "rate" or any(x is not None for x in (term, concept, category))):
        raise SelectionError(
            f"--by with {measure if measure != 'rate' else 'a term, concept or category'}",
            "it with rate and nothing chosen",
            "Leave it out.",
        )
    articles = open_articles(run, selection)
    present = sorted(set(articles.column("outlet_id").to_pylist()))
    if reference is not None and reference not in present:
        raise unknown_name("outlet", reference, present)
    if within == "event" and articles.column("event_id").null_count == articles.num_rows:
        raise SelectionError(
            "articles without events",
            "an event column in the input",
            "Find events with framing group CORPUS, give them when ingesting, or use --within none.",
        )
    column, groups, labels = _groups(run, selection, measure, by)
    unit = per if measure == "rate" else "occasions"
    told = UNITS["rate per article" if per == "articles" else measure]

    def counted(reading: str, certain_only: bool = False) -> Counts:
        return _count(run, replace(selection, certain_only=certain_only), articles, column, groups, reading, unit)

    main = counted(voice)
    estimates = estimate_outlets(main, rest_of=reference)
    rows = estimate_rows(main, estimates, level)
    bounds = {
        reading: estimate_rows(c, estimate_outlets(c), level) for reading, c in ((r, counted(r)) for r in _BOUNDS)
    }
    certain = counted(voice, certain_only=True)
    certain_value = ratio_of_sums(certain)
    p_values = (
        permutation_p(main, reference=reference, within=within, seed=seed, permutations=permutations)
        if len(present) > 1
        else {}
    )
    models, odds = _second_opinions(main, measure, reference, within, level, len(present))
    names = run.outlet_names()
    out: list[dict[str, Any]] = []
    g = len(groups)
    for k, row in enumerate(rows):
        i, j = divmod(k, g)
        outlet, group = row["outlet_id"], row["group"]
        full = {
            **row,
            "measure": measure,
            "outlet": names.get(outlet, outlet),
            "by": column.removesuffix("_id"),
            "group_label": labels[group],
            "voice": voice,
            "unit": told,
            "value_certain": certain_value[outlet, group],
        }
        for reading, prefix in zip(_BOUNDS, ("own", "own_reported"), strict=True):
            full |= {f"{prefix}_{name}": bounds[reading][k][name] for name in ("value", "low", "high")}
        out.append(
            full
            | models.get((outlet, group), {})
            | odds.get((outlet, group), {})
            | _difference(estimates, i, j, level, reference, len(present), p_values.get((outlet, group)))
        )
    _adjust(out, len(present))
    if measure in ("choice", "agency"):
        out.sort(key=lambda r: (r["outlet_id"], groups.index(r["group"])))
    family = sum(1 for r in _family(out, len(present)) if r["p"] is not None)
    meta = {
        "measure": measure,
        "unit": told,
        "voice": voice,
        "sense": sense,
        "part": part,
        "section": section,
        "within": within,
        "copies": copies,
        "n_copies_left_out": _dropped_copies(run, selection),
        "n_other_languages_left_out": sum(run.record.get("other_languages", {}).values()),
        "groups_digest": run.corpus.groups_digest,
        "reference": reference or "all other outlets pooled",
        "level": level,
        "seed": seed,
        "permutations": permutations,
        "interval_method": INTERVAL_METHOD,
        "test_method": TEST_METHOD,
        "model_method": MODEL_METHOD,
        "odds_method": MATCHED_METHOD if odds else None,
        "articles_needed_method": POWER_METHOD,
        "adjustment": "Benjamini-Hochberg",
        "family_size": family,
        "fewest_articles": FEWEST_ARTICLES,
        "n_articles": articles.num_rows,
        "n_without_date_left_out": _undated(run, selection) if date_from or date_to else 0,
        "n_outlets": len(present),
        "corpus_digest": run.corpus.digest,
        "lexicon_digest": run.lexicon.digest,
        "version": run.record["version"],
    }
    table = pa.Table.from_pylist(
        [{name: r.get(name) for name in COMPARE_SCHEMA.names} for r in out], schema=COMPARE_SCHEMA
    )
    return table.replace_schema_metadata({"meta": json.dumps(meta, ensure_ascii=False)})


def _dropped_copies(run: Run, selection: Selection) -> int:
    if selection.copies == "keep":
        return 0
    everything = select_articles(run, replace(selection, copies="keep"))
    return int(everything.num_rows - select_articles(run, selection).num_rows)


def _undated(run: Run, selection: Selection) -> int:
    articles = select_articles(run, replace(selection, date_from=None, date_to=None))
    return int(articles.column("published").null_count)


def read_meta(table: pa.Table) -> dict[str, Any]:
    """What a result says of itself: method, level, seed, family size."""
    return dict(json.loads((table.schema.metadata or {}).get(b"meta", b"{}")))


def _groups(run: Run, selection: Selection, measure: str, by: str | None) -> tuple[str, list[str], dict[str, str]]:
    lexicon = run.lexicon
    if measure == "agency":
        return "agency", list(AGENCIES), {a: a.replace("_", " ") for a in AGENCIES}
    if selection.term is not None:
        term = lexicon.find_term(selection.term)
        if measure == "choice" and not term.occasion:
            raise SelectionError(
                f"term {term.term_id!r}, which is no alternative for its concept",
                "a term that could replace another one for the same referent",
                "Use --measure rate.",
            )
        return "term_id", [term.term_id], {term.term_id: term.label}
    if measure == "choice":
        chosen = [
            t
            for c in lexicon.concepts
            for t in lexicon.terms_of(c.concept_id)
            if t.occasion and selection.concept in (None, c.concept_id) and selection.category in (None, t.category)
        ]
        if not chosen:
            raise SelectionError(
                "no term that could be chosen among alternatives",
                "a concept with occasions",
                "Choose another concept or category.",
            )
        return "term_id", [t.term_id for t in chosen], {t.term_id: t.label for t in chosen}
    if selection.concept is not None:
        return "concept_id", [selection.concept], {selection.concept: lexicon.concept_by_id[selection.concept].label}
    if selection.category is not None:
        return "category", [selection.category], {selection.category: selection.category}
    if by in (None, "category"):
        present = [c for c in CATEGORIES if any(t.category == c for t in lexicon.terms)]
        return "category", present, {c: c for c in present}
    if by == "concept":
        return "concept_id", [c.concept_id for c in lexicon.concepts], {c.concept_id: c.label for c in lexicon.concepts}
    if by == "term":
        return "term_id", [t.term_id for t in lexicon.terms], {t.term_id: t.label for t in lexicon.terms}
    raise SelectionError(f"grouping {by!r}", "category, concept or term", "Correct --by.")


def count_selection(
    run: Run, selection: Selection, articles: pa.Table, measure: str, *, by: str | None = None, voice: str = "all"
) -> Counts:
    """What `compare` computes its numbers from: mentions and words or occasions of each article and group.

    Args:
        run: From `annotate` or `read_run`.
        selection: Already checked.
        articles: From `select_articles`.
        measure: rate, choice or agency.
        by: With `rate` and nothing chosen: category, concept or term.
        voice: Whose words.
    """
    column, groups, _ = _groups(run, selection, measure, by)
    return _count(run, selection, articles, column, groups, voice, "words" if measure == "rate" else "occasions")


def _count(
    run: Run, selection: Selection, articles: pa.Table, column: str, groups: list[str], reading: str, unit: str
) -> Counts:
    columns = ("article_id", "voice", "term_id", "concept_id", *({column} - {"term_id", "concept_id"}))
    mentions = select_coded(run, selection, articles, *columns)
    occasions = None
    concept_of = {t.term_id: t.concept_id for t in run.lexicon.terms}
    if column == "agency":
        # Every mention of an event that is not denied is an occasion to tell who did it.
        modality = run.rows("mentions").columns("modality").column(0).take(mentions.column("row"))
        told = pc.and_(pc.is_valid(mentions.column("agency")), pc.not_equal(modality, "negated"))
        mentions = mentions.filter(pc.fill_null(told, False))
        at = mentions.schema.get_field_index("concept_id")
        events = pa.array(["event"] * mentions.num_rows, pa.string())
        mentions = occasions = mentions.set_column(at, "concept_id", events)
        concept_of = dict.fromkeys(AGENCIES, "event")
    elif unit == "occasions":
        # A term's occasions are the mentions of all its concept's alternatives, whatever was selected to be shown.
        whole = replace(selection, term=None, concept=None, category=None)
        everything = select_coded(run, whole, articles, *columns)
        counting = pa.array([t.term_id for t in run.lexicon.terms if t.occasion])
        occasions = everything.filter(among(everything.column("term_id"), counting))
        mentions = occasions
    return count_mentions(
        mentions,
        select_words(run, selection),
        articles,
        by=column,
        groups=groups,
        reading=reading,
        unit=unit,
        occasions=occasions,
        concept_of=concept_of,
    )


def _second_opinions(
    counts: Counts, measure: str, reference: str | None, within: str, level: float, n_outlets: int
) -> tuple[dict[tuple[str, str], dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]:
    """The regression, and for choices on known events the matched odds; by outlet and group."""
    if n_outlets < 2:
        return {}, {}
    models = estimate_model(counts, reference=reference, within=within, level=level)
    known = any(e is not None for e in counts.event_ids)
    odds = estimate_matched_odds(counts, reference=reference, level=level) if measure == "choice" and known else {}
    return models, odds


def _difference(
    estimates: Estimates, i: int, j: int, level: float, reference: str | None, n_outlets: int, p: float | None
) -> dict[str, Any]:
    outlet = estimates.outlet_ids[i]
    if n_outlets < 2:
        return {"difference_reason": "only one outlet"}
    if outlet == reference:
        return {"difference_reason": "this is the reference"}
    row = ratio_row(estimates, i, j, level)
    row["articles_needed"] = needed_for(estimates, i, j)
    reason = row["difference_reason"]
    enough = min(estimates.own.articles[i, j], estimates.rest.articles[i, j]) >= FEWEST_ARTICLES
    with_mention = int(estimates.own.articles_with[i, j] + estimates.rest.articles_with[i, j])
    if enough and with_mention < FEWEST_WITH_MENTION:
        reason = row["difference_reason"] = (
            f"too few mentions: in {with_mention} articles of both sides, at least {FEWEST_WITH_MENTION} needed for a test"
        )
        enough = False
    if enough and p is None and reason is None:
        row["difference_reason"] = "no variation between articles"
    return row | {"p": p if enough else None}


def _family(rows: list[dict[str, Any]], n_outlets: int) -> list[dict[str, Any]]:
    """The rows that were tests: with two outlets each difference stands twice, and counts once."""
    if n_outlets != 2 or any(r.get("difference_reason") == "this is the reference" for r in rows):
        return rows
    first = rows[0]["outlet_id"]
    return [r for r in rows if r["outlet_id"] == first]


def _adjust(rows: list[dict[str, Any]], n_outlets: int) -> None:
    for row in rows:
        row.setdefault("p", None)
    family = _family(rows, n_outlets)
    for row, adjusted in zip(family, adjust_bh([r["p"] for r in family]), strict=True):
        row["p_adjusted"] = adjusted
    if len(family) < len(rows):
        by_group = {r["group"]: (r["p"], r["p_adjusted"]) for r in family}
        for row in rows:
            row["p"], row["p_adjusted"] = by_group[row["group"]] if row["p"] is not None else (None, None)
