"""Start: two outlets' sentences on one event side by side, what is in the corpus, where to go."""

from __future__ import annotations

import pyarrow.compute as pc
import streamlit as st

from framing.markup import plain_label
from framing.pages._events import choose_event, event_names, show_aligned
from framing.pages._load import computed, load_run, wording_pair
from framing.pages._parts import HERE, show_fictional, show_style
from framing.study import Run, Selection
from framing.study.coverage import list_events
from framing.study.pairs import WordingPair

#: The first choice of an event: the one with the largest difference.
LARGEST = "largest"


def show_start() -> None:
    run = load_run()
    show_style()
    st.title("How do these outlets word the same events?")
    st.markdown(
        "Loaded words, **whose** words they are, and the plainer word that was there. Evidence to read, no verdict."
    )
    show_fictional(run)
    show_pair(run)
    show_corpus(run)
    show_ways(run)


def show_pair(run: Run) -> None:
    events = computed(list_events, run, selection=Selection()).to_pylist()
    if not events:
        st.info(
            "This corpus names no events, so no two passages can be set side by side yet. The Events page can find them; the Outlets page compares whole outlets."
        )
        return
    told = [e for e in events if e["n_outlets"] > 1]
    names = {LARGEST: "The largest difference in word choice", **event_names(told)}
    chosen = choose_event(names, LARGEST, "start")
    pair = wording_pair(run, None if chosen == LARGEST else chosen)
    if pair is None:
        st.info(
            "No two outlets name one thing by different words in their own voice here. The Events page shows who told of it."
        )
        return
    event = next(e for e in events if e["event_id"] == pair.event_id)
    concept = run.lexicon.concept_by_id[pair.concept_id]
    st.markdown(pair_sentence(run, pair, plain_label(event["label"]), plain_label(concept.label)))
    show_aligned(run, (pair.left, pair.right))
    st.caption(
        "Chosen by the data: of all events, concepts and pairs of outlets the one whose own words differ most, weighted by the number of occasions "
        f"(half the summed difference of choice shares: {pair.difference:.2f} of at most 1); of their sentences the two most alike in all other words. "
        "Ringed: the word each outlet takes more often than the other. Dotted: words that both sentences have. A few words on one event show a wording, not a habit: see Word choice."
    )


def pair_sentence(run: Run, pair: WordingPair, event: str, concept: str) -> str:
    """The difference in words a lay reader understands."""
    names = run.outlet_names()
    sides = []
    for p in (pair.left, pair.right):
        n = dict(p.counts)[p.term_id]
        word = plain_label(run.lexicon.by_id[p.term_id].label)
        sides.append(
            f"**{plain_label(names.get(p.outlet_id, p.outlet_id))}** has *{word}* in {n} of {sum(k for _, k in p.counts)} places"
        )
    return f"On the event *{event}*, naming *{concept}* in their own words: {sides[0]}, {sides[1]}."


def show_corpus(run: Run) -> None:
    st.header("What is in this corpus?")
    manifest, meta = run.corpus.manifest, run.corpus.metadata
    n_mentions = run.rows("mentions").num_rows
    loaded = n_mentions - run.rows("mentions").tally("valence").get("plain", 0)
    events = pc.unique(meta.column("event_id").drop_null())
    cells = [
        ("Articles", f"{run.corpus.n_articles:,}"),
        ("Outlets", f"{run.corpus.outlets.num_rows:,}"),
        ("Events found" if run.corpus.events.num_rows else "Events given", f"{len(events):,}"),
        ("Words", f"{pc.sum(meta.column('n_words')).as_py() or 0:,}"),
        ("Loaded mentions", f"{loaded:,}"),
        ("Plain mentions", f"{n_mentions - loaded:,}"),
    ]
    for start in (0, 3):
        for column, (label, value) in zip(st.columns(3), cells[start : start + 3], strict=True):
            column.metric(label, value)
    st.text(manifest.description or manifest.name)
    st.caption("  \n".join(corpus_lines(run)))


def corpus_lines(run: Run) -> list[str]:
    """Dates, and what does not count: texts not taken in, other languages, copies, passages that are not the articles' own."""
    corpus, meta = run.corpus, run.corpus.metadata
    span = pc.min_max(meta.column("published")).as_py()
    dated = meta.num_rows - meta.column("published").null_count
    lines = []
    if span["min"] is not None:
        lines.append(
            f"Dates: {span['min'].date().isoformat()} to {span['max'].date().isoformat()}; {dated:,} of {meta.num_rows:,} articles dated."
        )
    else:
        lines.append("Dates: no article has one.")
    others = run.record.get("other_languages", {})
    named = ", ".join(
        f"{plain_label(code)} {n:,}" for code, n in sorted(others.items(), key=lambda i: (-i[1], i[0]))[:6]
    )
    lines.append(
        f"Left out for their language: {sum(others.values()):,} articles" + (f" ({named})." if others else ".")
    )
    if corpus.grouped:
        groups = len(pc.unique(corpus.copies.column("copy_group")))
        lines.append(
            f"Copies: {corpus.copies.num_rows:,} articles in {groups:,} groups of one text; Copies in the selection counts each once."
        )
    else:
        lines.append("Copies: not looked for; the Events page or framing group CORPUS finds them.")
    reasons = corpus.manifest.excluded_by_reason
    if reasons is None:
        lines.append("Passages that are not the articles' own, such as footers: not looked for.")
    else:
        named = ", ".join(f"{plain_label(reason)} {n:,}" for reason, n in list(reasons.items())[:6])
        lines.append(
            f"Passages that are not the articles' own, and do not count: {sum(reasons.values()):,}"
            + (f" ({named})." if reasons else ".")
        )
    lines.append(f"Not taken in: {corpus.manifest.n_rejects:,}.")
    return lines


def show_ways(run: Run) -> None:
    st.header("Where to go next?")
    ways = (
        ("outlets.py", "Outlets", "How often does each outlet use loaded words, and whose words are they?"),
        ("word_choice.py", "Word choice", "When two words were there for the same thing, which one was taken?"),
        ("events.py", "Events", "Who told of which event, and how do their sentences on it differ?"),
        ("terms.py", "Terms", "Every place where a term stands, with what is left and right of it."),
        ("read.py", "Read", "One article with its marks."),
        ("methods.py", "Methods", "How each number is made, and what it cannot say."),
    )
    for start in range(0, len(ways), 3):
        for column, (file, title, question) in zip(st.columns(3), ways[start : start + 3], strict=True):
            with column:
                st.page_link(HERE / file, label=f"**{title}**")
                st.caption(question)


show_start()
