"""One selection for all pages, kept in the URL: outlets, voice, dates, section, part, copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc
import streamlit as st

from framing.stats import FEWEST_ARTICLES
from framing.study import Run, Selection
from framing.study.select import SECTIONS

VOICES = {
    "all": "All voices",
    "own": "Own words",
    "own+reported": "Own + reported",
    "direct": "Quotations",
    "scare": "Scare quotes",
}
PARTS = {"all": "Headline and body", "title": "Headline", "body": "Body"}
COPIES = {"keep": "All articles", "drop": "Each text once"}
VOICE_HELP = (
    "Whose words count. Own: outside quotation marks and attributed speech. Reported: attributed without marks, so nobody can know who chose the "
    "words; own and own + reported are therefore shown as two readings."
)
COPIES_HELP = "Wire copy printed by several outlets counts once, for its likely origin. No article is deleted."
#: Real corpora have hundreds of outlets; more than this cannot be read in one chart.
MOST_AT_FIRST = 12


@dataclass(frozen=True)
class Chosen:
    """What the selection bar says."""

    outlets: tuple[str, ...]
    voice: str = "all"
    section: str = "all"
    part: str = "all"
    date_from: str | None = None
    date_to: str | None = None
    copies: str = "keep"

    def parameters(self, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
        """The arguments of `compare` and its kin this stands for, those named in `but` left out."""
        return {name: value for name, value in self.__dict__.items() if name not in but}

    def selection(self, **more: Any) -> Selection:
        return Selection(**{**self.parameters(but=("voice",)), **more})

    @property
    def key(self) -> str:
        """A short name of the whole selection, for keys of charts that must be drawn anew with it."""
        return repr(tuple(self.__dict__.values()))


@dataclass(frozen=True)
class _Entry:
    """One entry of the bar: what it is without a choice, how a value stands in the URL, and where it is shown."""

    plain: Any
    label: Callable[[Any], str | list[str]]


def default_outlets(run: Run) -> list[str]:
    """Outlets with enough articles, the largest first; when none has, the largest."""
    counted = Counter(run.corpus.metadata.column("outlet_id").to_pylist())
    ordered = [o for o, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    enough = [o for o in ordered if counted[o] >= FEWEST_ARTICLES]
    return sorted((enough or ordered)[:MOST_AT_FIRST])


def show_selection(run: Run, page: str, *, only_outlets: bool = False, voice: bool = True) -> Chosen:
    """The selection bar; its state is in the URL and goes along from page to page.

    Args:
        run: What is shown.
        page: The page's name; on a change of page the selection made before is put back.
        only_outlets: True where nothing but outlets has an effect.
        voice: False where the voice has none; the one chosen before stays for the other pages.
    """
    # What is in the URL are the labels, so they hold nothing that changes with the corpus, such as counts.
    names = run.outlet_names()
    counted = Counter(run.corpus.metadata.column("outlet_id").to_pylist())
    options = sorted(names, key=lambda o: (-counted[o], o))
    sections = ["all", *(s for s in SECTIONS if s in _sections(run))]
    days = _days(run)
    entries = {
        "voice": _Entry("all", VOICES.__getitem__),
        "outlets": _Entry(default_outlets(run), lambda value: [names[o] for o in value]),
        "dates": _Entry(days, lambda value: [day.isoformat() for day in value]),
        "section": _Entry("all", _section_label),
        "part": _Entry("all", PARTS.__getitem__),
        "copies": _Entry("keep", COPIES.__getitem__),
    }
    kept = st.session_state.setdefault("kept_selection", {})
    restored = _put_back(page, kept, entries)
    chosen: dict[str, Any] = dict(kept)

    def plain(key: str) -> Any:
        # A widget takes its value from one place: from the session in the run that puts it back.
        return None if key in restored else entries[key].plain

    with st.sidebar:
        chosen["outlets"] = st.multiselect(
            "Outlets",
            options,
            default=plain("outlets"),
            format_func=names.__getitem__,
            key="outlets",
            bind="query-params",
            help="The largest first. At the start those with enough text are shown.",
        )
        outlets = tuple(chosen["outlets"] or default_outlets(run))
        note = "" if chosen["outlets"] else "None chosen, so the largest: "
        st.caption(f"{note}{len(outlets)} of {len(names)} outlets")
        if not only_outlets:
            if voice:
                chosen["voice"] = st.selectbox(
                    "Voice",
                    list(VOICES),
                    format_func=VOICES.__getitem__,
                    key="voice",
                    bind="query-params",
                    help=VOICE_HELP,
                )
            with st.expander("More", expanded=_any_more(kept, entries)):
                if days and days[0] < days[1]:
                    given: dict[str, Any] = {} if "dates" in restored else {"value": days}
                    chosen["dates"] = st.date_input(
                        "Dates", min_value=days[0], max_value=days[1], key="dates", bind="query-params", **given
                    )
                if len(sections) > 1:
                    chosen["section"] = st.selectbox(
                        "Section", sections, format_func=_section_label, key="section", bind="query-params"
                    )
                chosen["part"] = st.selectbox(
                    "Part", list(PARTS), format_func=PARTS.__getitem__, key="part", bind="query-params"
                )
                if run.corpus.copies.num_rows:
                    chosen["copies"] = st.selectbox(
                        "Copies",
                        list(COPIES),
                        format_func=COPIES.__getitem__,
                        key="copies",
                        bind="query-params",
                        help=COPIES_HELP,
                    )
    st.session_state["kept_selection"] = chosen
    if only_outlets:
        return Chosen(outlets)
    first, last = _chosen_days(chosen.get("dates"), days)
    return Chosen(
        outlets,
        (voice and chosen.get("voice")) or "all",
        chosen.get("section") or "all",
        chosen.get("part") or "all",
        first,
        last,
        chosen.get("copies") or "keep",
    )


def _put_back(page: str, kept: dict[str, Any], entries: dict[str, _Entry]) -> set[str]:
    """After a change of page: what was chosen before stands in the session and the URL again."""
    restored: set[str] = set()
    if st.session_state.get("kept_page") == page:
        return restored
    for key, entry in entries.items():
        if key in kept and key not in st.query_params and kept[key] not in (None, entry.plain):
            restored.add(key)
            st.session_state[key] = kept[key]
            st.query_params[key] = entry.label(kept[key])
    st.session_state["kept_page"] = page
    return restored


def _any_more(kept: dict[str, Any], entries: dict[str, _Entry]) -> bool:
    """Whether something that is folded away was chosen."""
    folded = ("dates", "section", "part", "copies")
    return any(kept.get(k) not in (None, entries[k].plain) or k in st.query_params for k in folded)


def _section_label(section: str) -> str:
    return "All sections" if section == "all" else section.capitalize()


def _sections(run: Run) -> set[str]:
    metadata = run.corpus.metadata
    given = {s.lower() for name in ("section", "section_found") for s in metadata.column(name).to_pylist() if s}
    return {*given, "news"} if given else set()


def _days(run: Run) -> tuple[date, date] | None:
    """First and last day of the corpus."""
    published = pc.min_max(run.corpus.metadata.column("published")).as_py()
    return (published["min"].date(), published["max"].date()) if published["min"] is not None else None


def _chosen_days(given: Any, days: tuple[date, date] | None) -> tuple[str | None, str | None]:
    """The period as `compare` takes it; None where it is the whole corpus, so that undated articles count."""
    if days is None or not isinstance(given, tuple) or len(given) != 2 or tuple(given) == days:
        return None, None
    return given[0].isoformat(), given[1].isoformat()


def group_options(run: Run) -> dict[str, str]:
    """What rates can be shown of: categories, concepts and terms that occur, with their labels."""
    mentions, lexicon = run.rows("mentions"), run.lexicon
    present = {column: Counter(mentions.tally(column)) for column in ("category", "concept_id", "term_id")}
    options: dict[str, str] = {}
    for category, _ in sorted(present["category"].items(), key=lambda i: (i[0] == "neutral", -i[1])):
        options[f"category:{category}"] = f"Category: {category}"
    for concept, _ in present["concept_id"].most_common():
        options[f"concept:{concept}"] = f"Concept: {lexicon.concept_by_id[concept].label}"
    for term, _ in present["term_id"].most_common():
        options[f"term:{term}"] = f"Term: {lexicon.by_id[term].label}"
    return options


def concept_options(run: Run) -> dict[str, str]:
    """Concepts of which at least two alternatives occur; first those with most loaded words, for there is most to see."""
    counts: dict[str, Counter[str]] = {}
    for term_id, n in run.rows("mentions").tally("term_id").items():
        term = run.lexicon.by_id[term_id]
        if term.occasion:
            counts.setdefault(term.concept_id, Counter())[term_id] += n
    usable = {c: n for c, n in counts.items() if len(n) > 1 and any(run.lexicon.by_id[t].valence != "plain" for t in n)}
    loaded = {c: sum(k for t, k in n.items() if run.lexicon.by_id[t].valence != "plain") for c, n in usable.items()}
    return {c: run.lexicon.concept_by_id[c].label for c in sorted(usable, key=lambda c: (-loaded[c], c))}
