"""Pieces that several pages show: sentences behind a mark, tables with downloads, passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import streamlit as st

from framing.figures import Figure, camera, render_figure
from framing.markup import plain_label
from framing.pages._load import concordance, load_run
from framing.pages._selection import VOICES, Chosen, show_selection
from framing.report.page import MARK_CSS, render_outlet, render_passage, render_speech
from framing.report.tables import render_csv, render_xlsx
from framing.study import Run
from framing.study.concordance import read_texts

HERE = Path(__file__).parent
SENTENCES_SHOWN = 12


#: Less room above the title, so that a phone's first screen shows the figure.
_TOP_CSS = '[data-testid="stMainBlockContainer"]{padding-top:3.5rem}'
#: A link is a whole headline, over several lines where it is long.
_LINK_CSS = '[data-testid="stPageLink"] a,[data-testid="stPageLink"] a *{white-space:normal!important;overflow:visible!important;text-overflow:clip!important;height:auto}'
#: Captions say how to read a figure, so they are to be read: Streamlit's ink for them is too pale (WCAG 1.4.3).
_CAPTION_CSS = '[data-testid="stCaptionContainer"]{color:inherit!important;opacity:.86}'


def show_style() -> None:
    """The style of marks; once a page."""
    st.html(f"<style>{MARK_CSS}{_CAPTION_CSS}{_LINK_CSS}{_TOP_CSS}</style>")


def show_opening(page: str, title: str, *, only_outlets: bool = False, voice: bool = True) -> tuple[Run, Chosen]:
    """The top of a page with a selection: what is shown, the selection bar and the title."""
    run = load_run()
    chosen = show_selection(run, page, only_outlets=only_outlets, voice=voice)
    show_style()
    st.title(title)
    show_fictional(run)
    return run, chosen


def show_clicked(
    run: Run,
    chosen: Chosen,
    state: Any,
    column: str,
    result: pa.Table,
    name: str,
    *,
    what: str = "Word",
    open_with: Callable[[str, str, str, str], None] | None = None,
) -> None:
    """The sentences behind the mark that was clicked in a chart, or that was chosen from two lists.

    Args:
        run: What is shown.
        chosen: The selection.
        state: What the chart says was clicked.
        column: category, concept or term: what the chart's groups are.
        result: The table the chart draws.
        name: The chart's name on its page.
        what: What the list of groups is called.
        open_with: Shows what is behind an outlet, group and voice, with keys that begin with its fourth argument; the
            sentences of a category, concept or term when not given.
    """

    def show(outlet: str, group: str, voice: str) -> None:
        if open_with is not None:
            open_with(outlet, group, voice, name)
        else:
            show_sentences(run, chosen, outlet, column, group, voice, name)

    points = state.get("selection", {}).get("points", []) if state else []
    points = [p for p in points if p.get("customdata")]
    if points:
        outlet, group, voice = points[0]["customdata"][:3]
        show(outlet, group, voice)
        return
    with st.expander("Read the sentences: click a mark, or choose here"):
        rows = [r for r in result.to_pylist() if r["n_mentions"]]
        names = {r["outlet_id"]: r["outlet"] for r in rows}
        key = f"{name}-{column}"
        left, right = st.columns(2)
        outlet = left.selectbox(
            "Outlet", list(names), index=None, format_func=names.__getitem__, key=f"by-hand-outlet-{key}"
        )
        labels = {r["group"]: r["group_label"] for r in rows if r["outlet_id"] == outlet}
        group = right.selectbox(
            what, list(labels), index=None, format_func=lambda g: labels.get(g, g), key=f"by-hand-word-{key}-{outlet}"
        )
    if outlet is not None and group is not None:
        show(outlet, group, chosen.voice)


def show_sentences(run: Run, chosen: Chosen, outlet: str, column: str, group: str, voice: str, place: str) -> None:
    """Sentences of one outlet with one group, marks in place, each with a link to its article; `place` is the figure's name."""
    selection = replace(chosen, outlets=(outlet,)).selection(**{column: group})
    found = concordance(run, selection, voice)
    name = run.outlet_names().get(outlet, outlet)
    show_found(
        run,
        found,
        f"{_label(run, column, group)} in {name}",
        VOICES.get(voice, voice).lower(),
        f"{place}-{outlet}-{group}-{voice}",
    )


def show_found(run: Run, found: pa.Table, label: str, note: str, key: str) -> None:
    """The sentences of some mentions, marks in place, each with a link to its article.

    Args:
        run: What is shown.
        found: A concordance.
        label: What they are; shown as plain characters.
        note: What stands behind their number. Safe text.
        key: Of the figure and of what is shown: no other on the page has it, and another one begins at its first page.
    """
    with st.container(border=True, key=f"sentences-{key}"):
        st.markdown(f"**{found.num_rows} {'mention' if found.num_rows == 1 else 'mentions'}**, {note}")
        st.text(label)
        if not found.num_rows:
            st.info("No mention here. A rate of zero is still an observation: these articles were read and had none.")
            return
        shown = found.slice(*_page_of(found.num_rows, key)).to_pylist()
        texts = read_texts(run, {r["article_id"] for r in shown})
        rows_of_mentions, spans = (
            run.rows(name).of_articles(r["article_id"] for r in shown).to_pylist() for name in ("mentions", "sentences")
        )
        by_sentence = {s["sentence_id"]: s for s in spans}
        seen: set[str] = set()
        for row in shown:
            if row["sentence_id"] in seen:
                continue
            seen.add(row["sentence_id"])
            span = by_sentence[row["sentence_id"]]
            inside = [m for m in rows_of_mentions if m["sentence_id"] == row["sentence_id"]]
            st.html(
                render_passage(texts[row["article_id"]][row["part"]], inside, run.lexicon, span["start"], span["end"])
            )
            _show_dated_link(row)


def _page_of(n: int, key: str) -> tuple[int, int]:
    """First row and number of rows to show of `n`; asks for the page where there are several."""
    pages = (n - 1) // SENTENCES_SHOWN + 1
    page = st.number_input("Page of sentences", 1, pages, 1, key=f"page-{key}") if pages > 1 else 1
    return (page - 1) * SENTENCES_SHOWN, SENTENCES_SHOWN


def _show_dated_link(row: Mapping[str, Any]) -> None:
    date = f"{row['published'].date().isoformat()} · " if row["published"] else ""
    show_article_link(row["article_id"], f"{date}{row['title'] or row['article_id']}")


def show_speech(run: Run, found: pa.Table, label: str, key: str) -> None:
    """Spans of speech in the sentences where they begin, each with a link to its article.

    Args:
        run: What is shown.
        found: From `find_speech`.
        label: What they are; shown as plain characters.
        key: Of the figure and of what is shown.
    """
    with st.container(border=True, key=f"sentences-{key}"):
        n = found.num_rows
        st.markdown(
            f"**{n} {'passage' if n == 1 else 'passages'}** of somebody's words, each in the sentence in which it begins"
        )
        st.text(label)
        if not n:
            st.info("No passage here: these articles were read and had none.")
            return
        shown = found.slice(*_page_of(n, key)).to_pylist()
        texts = read_texts(run, {r["article_id"] for r in shown})
        for row in shown:
            st.html(render_speech(texts[row["article_id"]][row["part"]], row))
            _show_dated_link(row)


def tell_share(rows: Sequence[Mapping[str, Any]], what: str) -> str:
    """Of one group's shares by outlet the one farthest from the others, in a plain sentence with its uncertainty.

    Args:
        rows: Of one group, from `framing.study.shares`.
        what: What the shares are of, such as "of the words it attributes". Safe text.
    """
    if len(rows) < 2:
        return "Choose a second outlet to compare with."
    told = [r for r in rows if r["in_words"] is not None and r["low"] is not None]
    if not told:
        return "There is not enough text to compare these outlets in this."
    top = max(told, key=lambda r: (max(r["ratio_low"], 1 / r["ratio_high"]), r["outlet"]))
    picked = (
        f" It is the one of {len(told)} that stands out most, and what is picked so looks larger than it is."
        if len(told) > 2
        else ""
    )
    return (
        f"{plain_label(top['outlet'])}: {top['value']:.0%} {what} ({top['low']:.0%} to {top['high']:.0%}), the other outlets shown together "
        f"{top['rest_value']:.0%}; {top['in_words']}.{picked}"
    )


def show_article_link(article_id: str, label: str) -> None:
    """A link to an article on the Read page; its label is shown as plain characters."""
    st.page_link(HERE / "read.py", label=plain_label(label), query_params={"article": article_id})


def _label(run: Run, column: str, group: str) -> str:
    if column == "term":
        return run.lexicon.by_id[group].label
    if column == "concept":
        return run.lexicon.concept_by_id[group].label
    return group


_NUMBER = "%.2f"
#: How result columns are called on screen; the downloaded file has the names of the codebook.
LABELS: dict[str, tuple[str, str]] = {
    "outlet": ("Outlet", ""),
    "group_label": ("Words", ""),
    "n_mentions": ("Mentions", ""),
    "n_denominator": ("Words or occasions", "What the mentions are counted out of."),
    "words_share": ("Of all words", "Which share of all the outlet's words is of this voice."),
    "rest_value": ("The others", "The same for all other outlets shown, pooled."),
    "n_articles": ("Articles", "With words of this voice, or with an occasion."),
    "n_articles_with": ("Articles with a mention", ""),
    "value": ("Estimate", "Per 1,000 words, or share of occasions."),
    "low": ("Low", "Lower end of the 95 % interval."),
    "high": ("High", "Upper end of the 95 % interval."),
    "value_certain": ("Without guesses", "The estimate when mentions whose sense is a guess are left out."),
    "own_value": ("Own words", "The same for the outlet's own words alone."),
    "own_reported_value": ("Own + reported", "The same for own and reported words together."),
    "ratio": ("Ratio to the others", "To all other outlets shown, pooled."),
    "ratio_low": ("Ratio, low", "Not adjusted for several comparisons."),
    "ratio_high": ("Ratio, high", "Not adjusted for several comparisons."),
    "p_adjusted": ("p, adjusted", "Benjamini-Hochberg over all differences of this comparison."),
    "in_words": ("In words", "The ratio to the others shown, and what else would fit these articles."),
    "articles_needed": ("Articles needed", "On each side, to see a twofold difference four times in five."),
    "model_ratio": ("Ratio by regression", "With an effect for each event where comparing within events."),
    "model_low": ("Regression, low", ""),
    "model_high": ("Regression, high", ""),
    "odds_raw": ("Odds ratio, raw", "Mixes wording with which events were covered."),
    "odds": ("Odds ratio, same events", "Mantel-Haenszel over events that both sides covered."),
    "odds_low": ("Odds, low", "These events, articles left out in turn."),
    "odds_high": ("Odds, high", ""),
    "n_events": ("Events that say something", ""),
    "word": ("Word", "Lower-case; curly apostrophes as straight ones."),
    "n_near": ("Beside it", "Places within the words on each side, in the same sentence."),
    "n_left": ("Left", ""),
    "n_right": ("Right", ""),
    "per_1000_near": ("Per 1,000 beside", ""),
    "per_1000_elsewhere": ("Per 1,000 elsewhere", ""),
    "g2": ("Log-likelihood", "Grows with frequency; over words as if they fell independently, which they do not."),
    "log_dice": ("logDice", "At most about 14; one more is twice as close. Does not grow with the corpus."),
    "n_outlets": ("Outlets", "That have it there."),
    "period": ("Period", "In UTC."),
    "dp": ("DP", "0 spread as the text is, towards 1 in one place (Gries 2008)."),
    "dp_chance": ("DP by chance", "What DP would be were each mention to fall on a word by chance."),
    "published": ("Date", ""),
    "left": ("Left context", ""),
    "surface": ("Term", ""),
    "right": ("Right context", ""),
    "plain": ("Plainer", ""),
    "uncertain": ("Guess", "The sense is a guess."),
    "n_target": ("Here", ""),
    "n_reference": ("There", ""),
    "per_1000_target": ("Per 1,000 here", ""),
    "per_1000_reference": ("Per 1,000 there", ""),
    "log_ratio": ("log2 ratio", "1 is twice as often, 2 four times."),
    "range_target": ("Articles here", ""),
    "range_reference": ("Articles there", ""),
    "dp_target": ("DP here", "0 spread as the text is, towards 1 in one place (Gries 2008)."),
    "reason": ("Why no interval", ""),
    "difference_reason": ("Why no ratio or test", ""),
}


#: What the table behind a figure of shares shows.
SHARE_COLUMNS = (
    "outlet",
    "group_label",
    "n_mentions",
    "n_denominator",
    "n_articles",
    "n_articles_with",
    "value",
    "low",
    "high",
    "rest_value",
    "ratio",
    "ratio_low",
    "ratio_high",
    "reason",
    "difference_reason",
)


def show_figure(
    figure: Figure,
    *,
    question: str,
    alt: str,
    result: pa.Table,
    columns: Sequence[str],
    name: str,
    key: str,
    says: str,
    caption: str,
    click: bool = True,
) -> Any:
    """A figure as every page shows one: a question above it, what it says in a sentence, how to read it, the table behind it.

    Args:
        figure: From `framing.figures`.
        question: The title, which the figure answers.
        alt: What a reader who cannot see it is told.
        result: The finished table it draws.
        columns: Of the table, to show; names without an entry in `LABELS` are shown as they are.
        name: Of downloaded files, and of the figure on its page.
        key: Of everything that must be drawn anew when it changes: the selection and the page's own choices.
        says: The result in a plain sentence, computed; no verdict. Safe text.
        caption: How to read it: what a mark is, n, interval, what is left out. Safe text.
        click: Whether marks can be clicked.

    Returns:
        What was clicked, for `show_clicked`; None without `click`.
    """
    st.header(question)
    if says:
        st.markdown(says)
    chart: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if click else {}
    state = st.plotly_chart(
        figure,
        key=f"{name}-{key}",
        config=camera(st.session_state.get(f"camera-{name}") or "png", name),
        alt=alt,
        **chart,
    )
    st.caption(caption)
    show_table(result, columns, name, figure)
    return state if click else None


def show_table(
    table: pa.Table, columns: Sequence[str], name: str, figure: Figure | None = None, *, opened: bool = False
) -> None:
    """A result as a table with its downloads; the files have every column; `opened` where the table is all there is."""
    with st.expander("The table" if opened else "The table behind this", expanded=opened):
        config = {}
        for column in columns:
            label, meaning = LABELS.get(column, (column.replace("_", " ").capitalize(), ""))
            if pa.types.is_floating(table.schema.field(column).type):
                form = "%.4f" if column == "p_adjusted" else _NUMBER
                config[column] = st.column_config.NumberColumn(label, help=meaning or None, format=form)
            else:
                config[column] = st.column_config.Column(label, help=meaning or None)
        st.dataframe(table.select(list(columns)), hide_index=True, width="stretch", column_config=config)
        files: list[tuple[str, Any, str, str]] = [
            ("CSV", lambda: render_csv(table.column_names, table.to_pylist()), "csv", "text/csv"),
            ("Excel", lambda: render_xlsx(table), "xlsx", _XLSX),
            ("Parquet", lambda: _parquet(table), "parquet", "application/vnd.apache.parquet"),
        ]
        if figure is not None:
            files.append(("Interactive figure", lambda: render_figure(figure), "html", "text/html"))
        if figure is not None:
            # Without a choice it is PNG: only a browser draws a figure here, so the camera of its toolbar saves the picture.
            st.radio(
                "The camera above the figure saves",
                ("png", "svg"),
                format_func=str.upper,
                key=f"camera-{name}",
                horizontal=True,
            )
        with st.container(horizontal=True):
            for label, make, ending, kind in files:
                # Made when it is asked for: a page with many tables would make files for nobody.
                st.download_button(
                    label, make, f"{name}.{ending}", kind, key=f"download-{name}-{ending}", on_click="ignore"
                )


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _parquet(table: pa.Table) -> bytes:
    buffer = BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def show_fictional(run: Run) -> None:
    """Says that an invented corpus is one, on every page that shows it."""
    if run.corpus.manifest.fictional:
        st.markdown(
            ":blue-badge[Fictional corpus] These outlets, places and people are invented. Nothing here is evidence about a real outlet."
        )


def outlet_line(run: Run, outlet_id: str) -> str:
    """An outlet's name and what kind of publisher it is, as a safe paragraph."""
    row = next((o for o in run.corpus.outlets.to_pylist() if o["outlet_id"] == outlet_id), None)
    return render_outlet(outlet_id, row or {})
