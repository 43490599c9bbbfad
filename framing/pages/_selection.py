"""One selection for all pages, kept in the URL: outlets, voice, section and part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

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
VOICE_HELP = (
    "Whose words count. Own: outside quotation marks and attributed speech. Reported: attributed without marks, so nobody can know who chose the "
    "words; own and own + reported are therefore shown as two readings."
)
#: Real corpora have hundreds of outlets; more than this cannot be read in one chart.
MOST_AT_FIRST = 12


@dataclass(frozen=True)
class Chosen:
    """What the sidebar says."""

    outlets: tuple[str, ...]
    voice: str
    section: str
    part: str

    def parameters(self) -> dict[str, Any]:
        """The arguments of `compare` this stands for."""
        return {"outlets": self.outlets, "voice": self.voice, "section": self.section, "part": self.part}

    def selection(self, **more: Any) -> Selection:
        return Selection(outlets=self.outlets, section=self.section, part=self.part, **more)


def default_outlets(run: Run) -> list[str]:
    """Outlets with enough articles, the largest first; when none has, the largest."""
    counted = Counter(run.corpus.metadata.column("outlet_id").to_pylist())
    ordered = [o for o, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    enough = [o for o in ordered if counted[o] >= FEWEST_ARTICLES]
    return sorted((enough or ordered)[:MOST_AT_FIRST])


_KEYS = ("voice", "outlets", "section", "part")


def show_selection(run: Run, page: str, *, only_outlets: bool = False) -> Chosen:
    """The selection bar; its state is in the URL and goes along from page to page.

    Args:
        run: What is shown.
        page: The page's name; on a change of page the selection made before is put back.
        only_outlets: True where voice, section and part have no effect.
    """
    # What is in the URL are the labels, so they hold nothing that changes with the corpus, such as counts.
    names = run.outlet_names()
    counted = Counter(run.corpus.metadata.column("outlet_id").to_pylist())
    options = sorted(names, key=lambda o: (-counted[o], o))
    sections = ["all", *(s for s in SECTIONS if s in _sections(run))]
    kept = st.session_state.setdefault("kept_selection", {})
    restored: set[str] = set()
    if st.session_state.get("kept_page") != page:
        for key in _KEYS:
            if key in kept and key not in st.query_params:
                plain = default_outlets(run) if key == "outlets" else "all"
                if kept[key] != plain:
                    restored.add(key)
                    st.session_state[key] = kept[key]
                    st.query_params[key] = _labels(key, kept[key], names)
        st.session_state["kept_page"] = page
    chosen: dict[str, Any] = dict(kept)
    with st.sidebar:
        if not only_outlets:
            chosen["voice"] = st.selectbox(
                "Voice", list(VOICES), format_func=VOICES.__getitem__, key="voice", bind="query-params", help=VOICE_HELP
            )
        chosen["outlets"] = st.multiselect(
            "Outlets",
            options,
            # A widget takes its value from one place: from the session in the run that puts it back.
            default=None if "outlets" in restored else default_outlets(run),
            format_func=names.__getitem__,
            key="outlets",
            bind="query-params",
            help="The largest first. At the start those with enough text are shown.",
        )
        outlets = tuple(chosen["outlets"] or default_outlets(run))
        note = "" if chosen["outlets"] else "None chosen, so the largest: "
        st.caption(f"{note}{len(outlets)} of {len(names)} outlets")
        if not only_outlets:
            chosen["section"] = st.selectbox(
                "Section",
                sections,
                format_func=lambda s: "All sections" if s == "all" else s.capitalize(),
                key="section",
                bind="query-params",
            )
            chosen["part"] = st.selectbox(
                "Part",
                list(PARTS),
                format_func=PARTS.__getitem__,
                key="part",
                bind="query-params",
            )
    st.session_state["kept_selection"] = chosen
    return Chosen(outlets, chosen.get("voice") or "all", chosen.get("section") or "all", chosen.get("part") or "all")


def _labels(key: str, value: Any, names: dict[str, str]) -> str | list[str]:
    """What stands in the URL for a value of the selection."""
    if key == "outlets":
        return [names[o] for o in value]
    if key == "voice":
        return VOICES[value]
    return PARTS[value] if key == "part" else value.capitalize()


def _sections(run: Run) -> set[str]:
    given = [s.lower() for s in run.corpus.metadata.column("section").to_pylist() if s]
    return {*given, "news"} if given else set()


def group_options(run: Run) -> dict[str, str]:
    """What rates can be shown of: categories, concepts and terms that occur, with their labels."""
    mentions, lexicon = run.mentions, run.lexicon
    present = {column: Counter(mentions.column(column).to_pylist()) for column in ("category", "concept_id", "term_id")}
    options: dict[str, str] = {}
    for category, _ in sorted(present["category"].items(), key=lambda i: (i[0] == "neutral", -i[1])):
        options[f"category:{category}"] = f"Category: {category}"
    for concept, _ in present["concept_id"].most_common():
        options[f"concept:{concept}"] = f"Concept: {lexicon.concept_by_id[concept].label}"
    for term, _ in present["term_id"].most_common():
        options[f"term:{term}"] = f"Term: {lexicon.by_id[term].label}"
    return options
