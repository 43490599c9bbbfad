"""Methods & export: how each number is made, what it cannot say, how far to trust the tests, and everything to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from framing.classify import read_model
from framing.errors import SelectionError
from framing.figures import plot_every_way
from framing.figures.robustness import CHOICE_NAMES, OPTION_NAMES
from framing.lexicon.model import CATEGORY_MEANINGS
from framing.markup import plain_label
from framing.pages._load import computed, is_shared
from framing.pages._parts import show_figure, show_opening, show_table
from framing.pages._selection import COPIES, PARTS, VOICES, Chosen, group_options
from framing.report.methods import MEASURES, read_citation, render_methods
from framing.report.tables import FORMATS, MOST_XLSX_ROWS, zip_export
from framing.schema import TABLES, describe_columns
from framing.stats import FEWEST_ARTICLES, INTERVAL_METHOD, TEST_METHOD
from framing.stats.resample import PERMUTATIONS
from framing.study import Run, read_meta
from framing.study.nullcheck import check_null
from framing.study.robustness import compare_every_way

SPLITS = 50
SECTIONS_SHOWN = ("Definitions", "Paragraph and citation", "Every way", "Null check", "Instruments", "Download")
FORMAT_NAMES = {"csv": "CSV", "parquet": "Parquet", "xlsx": "Excel", "jsonl": "JSON lines"}


def show_methods() -> None:
    run, chosen = show_opening("methods", "How are these numbers made?")
    part = st.segmented_control(
        "Part",
        SECTIONS_SHOWN,
        default=SECTIONS_SHOWN[0],
        key="methods",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    shown = {
        "Paragraph and citation": show_paragraph,
        "Every way": show_every_way,
        "Null check": show_null_check,
        "Instruments": show_instruments,
        "Download": show_download,
    }
    shown.get(part or SECTIONS_SHOWN[0], show_definitions)(run, chosen)


def show_definitions(run: Run, chosen: Chosen) -> None:
    st.markdown(f"""
**Mention.** One place where a form of a lexicon term stands as a whole word; longest form wins; names that contain it are masked.

**Voice.** *direct*: inside quotation marks with a speaker. *scare*: marks round a word or phrase, no speaker in reach. *reported*: attributed without marks; whose
wording it is cannot be known, so results show *own* and *own + reported* as bounds. *own*: all else.

**Rate.** Mentions per 1,000 words, summed over articles. For own words both sums are the outlet's own: mentions and words.

**Choice share.** A term's share among the mentions of all alternatives of its concept. A mention of any alternative is an occasion.

**Interval.** {INTERVAL_METHOD}. Withheld under {FEWEST_ARTICLES} articles with an occasion; counts, shares and sentences never are.

**Difference.** {TEST_METHOD}; {PERMUTATIONS:,} permutations; p adjusted over all differences of the comparison (Benjamini & Hochberg 1995).

**Sense.** Unambiguous terms count as conflict sense by rule. Ambiguous ones (*strike*, *target* …) are counted and marked as a guess; the table shows the value without them.

**Loadedness.** The classifier's probability that a sentence is worded in a loaded way; beside a mention also with the plainer wording put in.

**What this does not say.** Not who is right, not what an outlet intends, and there is no bias score. Quoted words are not the outlet's. Tone (TextBlob) is a baseline
people ask for: its word list has no entry for *martyrdom*, *aggression* or *assassination*.
""")
    st.header("Settings in use")
    st.dataframe(
        pa.Table.from_pylist([{"setting": name, "value": value} for name, value in settings(run, chosen)]),
        hide_index=True,
        width="stretch",
    )
    with st.expander("Codebook: every table and column"):
        table = st.selectbox("Table", list(TABLES), key="codebook")
        st.dataframe(
            pa.Table.from_pylist(
                [{"column": c, "type": t, "meaning": m} for c, t, m in describe_columns(table or "mentions")]
            ),
            hide_index=True,
            width="stretch",
        )


def settings(run: Run, chosen: Chosen) -> list[tuple[str, str]]:
    """What decides the numbers on all pages, in words."""
    names, record = run.outlet_names(), run.record
    dates = f"{chosen.date_from or 'the first'} to {chosen.date_to or 'the last'}"
    return [
        ("Outlets", ", ".join(names[o] for o in chosen.outlets)),
        ("Voice", VOICES[chosen.voice]),
        ("Part", PARTS[chosen.part]),
        ("Section", chosen.section),
        ("Dates", dates if chosen.date_from or chosen.date_to else "the whole corpus"),
        ("Copies", COPIES[chosen.copies]),
        (
            "Corpus",
            f"{run.corpus.manifest.name or 'unnamed'}, {run.corpus.n_articles:,} articles, digest {run.corpus.digest}",
        ),
        ("Lexicon", f"{run.lexicon.name} {run.lexicon.version}, digest {run.lexicon.digest}"),
        ("Classifier", record.get("classifier_digest") or "none"),
        ("Model of senses", record.get("sense_model_digest") or "none"),
        ("Options", ", ".join(f"{name}: {value}" for name, value in record["options"].items())),
        ("Version", f"media-framing {record['version']}"),
    ]


def paragraph(run: Run, chosen: Chosen, measures: Sequence[str]) -> str:
    return render_methods(run, chosen.selection(), voice=chosen.voice, measures=measures)


def show_paragraph(run: Run, chosen: Chosen) -> None:
    st.header("What did this study do, in a paragraph?")
    measures = st.multiselect(
        "Measures the paper reports",
        list(MEASURES),
        default=["rates", "word choice"],
        key="measures",
        bind="query-params",
        help="Each adds a sentence on how it is made. The selection is that of the bar on the left.",
    )
    st.code(paragraph(run, chosen, measures), language=None, wrap_lines=True)
    st.caption("How the articles were collected, and why these outlets, has to be told beside it.")
    citation = read_citation()
    st.header("How is the program cited?")
    st.code(citation.line, language=None, wrap_lines=True)
    with st.expander("BibTeX and CITATION.cff"):
        st.code(citation.bibtex, language=None, wrap_lines=True)
        st.code(citation.cff, language=None, wrap_lines=True)


def show_every_way(run: Run, chosen: Chosen) -> None:
    names = run.outlet_names()
    present = set(run.corpus.metadata.column("outlet_id").to_pylist())
    outlets = [o for o in chosen.outlets if o in present]
    options = group_options(run)
    if len(outlets) < 2 or not options:
        st.info("This compares two outlets. Choose two in the bar, of a corpus in which a term of the lexicon occurs.")
        return
    left, middle, right = st.columns(3)
    a = left.selectbox("Outlet", outlets, format_func=names.__getitem__, key="way_a", bind="query-params") or outlets[0]
    others = [o for o in outlets if o != a]
    b = (
        middle.selectbox("Compared with", others, format_func=names.__getitem__, key="way_b", bind="query-params")
        or others[0]
    )
    what = right.selectbox("Of", list(options), format_func=options.__getitem__, key="way_what", bind="query-params")
    column, _, group = (what or next(iter(options))).partition(":")
    asked: dict[str, Any] = {
        **chosen.parameters(but=("outlets", "voice")),
        column: group,
        "voice": chosen.voice if chosen.voice in ("own", "own+reported", "all") else "all",
    }
    try:
        result = computed(compare_every_way, run, a=a, b=b, **asked)
    except SelectionError as problem:
        st.info("These two cannot be compared in this selection.")
        st.text(f"Found: {problem.found}. Expected: {problem.expected}.")
        return
    meta = read_meta(result)
    whole = result.filter(pc.is_null(result.column("term_left_out")))
    drawable = whole.num_rows - whole.column("ratio").null_count
    label = plain_label(options[what or next(iter(options))])
    if not drawable:
        st.info("No combination of choices has enough mentions on both sides for a ratio.")
        st.text(f"The usual measurement: {meta['default_row']['reason'] or 'no ratio'}.")
        show_table(result, _WAY_COLUMNS, "every-way")
        return
    show_figure(
        plot_every_way(whole),
        question=f"Does the difference hang on how it is measured: {label}?",
        alt=f"Ratio of {names[a]} to {names[b]} for {drawable} combinations of measurement choices",
        result=result,
        columns=_WAY_COLUMNS,
        name="every-way",
        key=f"{a}-{b}-{what}-{chosen.key}",
        says=says_every_way(meta, plain_label(names[a]), plain_label(names[b])),
        caption=f"Each mark above is one way to measure the same {meta['n_articles']:,} articles; its line a {meta['level']:.0%} interval; below it the choices it makes. Star: the "
        f"selection of the bar. {drawable} of {whole.num_rows} ways without a term left out have a ratio and are drawn; the sentence and the table count "
        f"{meta['n_combinations']:,}, each with the most frequent terms left out in turn too. "
        "The ways are not independent of each other: a description, no joint test (Steegen et al. 2016; Simonsohn et al. 2020).",
        click=False,
    )
    if meta["not_varied"]:
        st.caption(
            "Not varied: " + "; ".join(f"{CHOICE_NAMES[n['choice']]} ({n['reason']})" for n in meta["not_varied"]) + "."
        )


_WAY_COLUMNS = (
    *CHOICE_NAMES,
    "term_left_out",
    "ratio",
    "low",
    "high",
    "a_n",
    "b_n",
    "p",
    "flips",
    "reason",
)


def says_every_way(meta: dict[str, Any], a: str, b: str) -> str:
    """The curve in plain sentences; `a` and `b` are safe text."""
    default = meta["default_row"]
    if default["ratio"] is None:
        first = f"The usual measurement gives no ratio ({default['reason']})."
    else:
        spread = f" ({default['low']:.2f} to {default['high']:.2f})" if default["low"] is not None else ""
        first = f"As selected, {a} has {default['ratio']:.2f} times{spread} the use that {b} has of these words."
    if meta["share_same_sign"] is None:
        return f"{first} The direction cannot be told, so none can turn."
    same = meta["n_with_sign"] - meta["n_flips"]
    second = f"{same:,} of {meta['n_with_sign']:,} ways point the same way" + (
        f"; ratios run from {meta['smallest_ratio']:.2f} to {meta['largest_ratio']:.2f}, the middle one {meta['median_ratio']:.2f}."
        if meta["median_ratio"] is not None
        else "."
    )
    if not meta["flipped_alone"]:
        turned = "No single change of a choice turns the direction." if meta["n_flips"] else "None turns the direction."
    else:
        turned = "Turned by one change alone: " + "; ".join(_change(f) for f in meta["flipped_alone"]) + "."
    return f"{first} {second} {turned}"


def _change(flip: dict[str, str]) -> str:
    if flip["choice"] == "term_left_out":
        return f"leaving out the term “{plain_label(flip['option'])}”"
    option = OPTION_NAMES.get((flip["choice"], flip["option"]), flip["option"])
    return f"{CHOICE_NAMES[flip['choice']]}: {option}"


def show_null_check(run: Run, chosen: Chosen) -> None:
    st.header("How often does the test call chance a difference?")
    st.markdown(
        "One outlet’s articles are halved at random, so that nothing but chance sets the halves apart, and the test of the Outlets page is made on "
        "them. About 5 of 100 such tests should have a p below .05: fewer and the test is blind, more and it calls chance a finding."
    )
    left, right = st.columns(2)
    names = run.outlet_names()
    outlet = left.selectbox(
        "Outlet",
        ["", *chosen.outlets],
        format_func=lambda o: names[o] if o else "All that are large enough",
        key="null_outlet",
        bind="query-params",
    )
    splits = right.number_input("Random halvings", 10, 1000, SPLITS, step=10, key="splits", bind="query-params")
    results = st.session_state.setdefault("null_checks", {})
    key = f"{run.digest}-{outlet}-{splits}-{chosen.voice}"
    if st.button("Check", key="null_check", disabled=key in results):
        bar = st.progress(0.0, "Halving and testing …")
        # A press on Stop, or any other switch, ends this run at the next step of the bar.
        st.button("Stop", key="null_stop")

        def tell(done: int, total: int) -> None:
            bar.progress(done / total, f"{done} of {total} halvings")

        try:
            results[key] = check_null(
                run,
                outlet=outlet or None,
                voice=chosen.voice,
                splits=splits,
                on_split=tell,
            )
        except SelectionError as problem:
            st.info("There is not enough text for this check.")
            st.text(f"Found: {problem.found}. Expected: {problem.expected}. {problem.next_move}")
            return
        st.rerun()
    if key not in results:
        st.caption(
            f"{splits} halvings take seconds on a few thousand articles. An outlet needs {2 * FEWEST_ARTICLES} articles. The result stays while you look at other pages."
        )
        return
    result = results[key]
    st.markdown(says_null_check(read_meta(result)))
    show_table(
        result,
        ("outlet", "n_articles", "n_splits", "n_tests", "n_found", "false_positive_rate", "low", "high", "reason"),
        "null-check",
        opened=True,
    )


def says_null_check(meta: dict[str, Any]) -> str:
    """The check in a plain sentence."""
    rate = meta["false_positive_rate"]
    if rate is None:
        return f"Nothing could be tested: {meta['reason']}."
    tests = f"Of {meta['n_tests']:,} tests on {meta['n_splits']:,} halvings {rate:.1%} had a p below .05"
    if meta["low"] is None:
        return f"{tests}; {meta['reason']}."
    holds = meta["low"] <= meta["alpha"] <= meta["high"]
    end = (
        "which holds the 5 % that it should be."
        if holds
        else "below the 5 % that it should be, so the test is rather blind here."
        if meta["high"] < meta["alpha"]
        else "above the 5 % that it should be, so read a p near .05 with caution here."
    )
    return f"{tests} ({meta['low']:.1%} to {meta['high']:.1%}), {end}"


def show_instruments(run: Run, chosen: Chosen) -> None:
    st.header("What is looked for?")
    st.caption(
        "The lexicon, by whose discourse its terms typically serve and by valence. The whole entry of a term, with its source, is on the Terms page."
    )
    left, right = st.columns(2)
    left.dataframe(pa.Table.from_pylist(run.lexicon.balance()), hide_index=True, width="stretch")
    right.dataframe(
        pa.Table.from_pylist([{"category": c, "what it does": m} for c, m in CATEGORY_MEANINGS.items()]),
        hide_index=True,
        width="stretch",
    )
    st.header("How good is the classifier of loadedness?")
    model = read_model()
    card = model.card
    used = run.record.get("classifier_digest")
    st.text(f"{card['what']} {card['not_for']}")
    ours = card["rows"][0]
    st.markdown(
        f"Of {card['n_pairs']:,} pairs of a loaded and a plain sentence it ranks {ours['pairs_ranked_right']:.0%} rightly "
        f"({ours['pairs_low']:.0%} to {ours['pairs_high']:.0%}) on topics it has not seen; the whole card is on the page Classifier."
    )
    st.dataframe(pa.Table.from_pylist(card["rows"]), hide_index=True, width="stretch")
    topics = ", ".join(f"{topic.replace('_', ' ')} {n}" for topic, n in card["topics"].items())
    st.caption(
        f"Trained on {card['n_pairs']} minimal pairs written for this project ({topics}). {card['method']}. Licence {card['licence']}. "
        + (
            "It is the one this run was scored with."
            if used == model.digest
            else "This run was scored with another one."
            if used
            else "This run was not scored."
        )
    )


def show_download(run: Run, chosen: Chosen) -> None:
    st.header("What can be taken away?")
    st.markdown(
        "One zip file of the whole run: articles, outlets, mentions, sentences, speech and details as tables, the codebook of every column, the "
        "record of the run, the methods paragraph of the present selection, and the citation."
    )
    # A workbook holds a million rows; the other formats hold any number.
    forms = [f for f in FORMATS if f != "xlsx" or max(run.record["counts"].values()) <= MOST_XLSX_ROWS]
    form = st.selectbox("Format", forms, format_func=FORMAT_NAMES.__getitem__, key="format", bind="query-params")
    shared = is_shared()
    with_text = st.toggle(
        "With the articles’ texts",
        value=not shared,
        key="with_text",
        help="Without them titles, bodies, bylines, surfaces and speakers are left out; the rows still point into the articles.",
    )
    st.caption(
        "Without texts it can be shared with anybody."
        if not with_text
        else "With texts it is for your own use: the articles belong to their publishers."
    )
    measures = st.session_state.get("measures") or ["rates", "word choice"]
    beside = {"methods.txt": paragraph(run, chosen, measures) + "\n", "CITATION.cff": read_citation().cff}
    st.download_button(
        "Download everything",
        lambda: zip_export(run, form or "csv", with_text=with_text, beside=beside),
        f"media-framing-{run.corpus.digest[:12]}.zip",
        "application/zip",
        key="everything",
        on_click="ignore",
    )
    st.caption("A figure or table alone is downloaded below it on its page.")


show_methods()
