"""What the pages show, loaded once: every cache key is a content digest, never a table."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import streamlit as st

from framing.classify import read_model
from framing.corpus import Corpus, held_in_memory, read_corpus
from framing.ingest import read_articles
from framing.ingest.shipped import DEFAULT, list_shipped, read_shipped
from framing.language import AnnotateOptions
from framing.lexicon import read_lexicon
from framing.study import Run, Selection, annotate, compare, find_concordance, read_run
from framing.study.annotation import package_version
from framing.study.groups import group_corpus
from framing.study.pairs import WordingPair, find_wording_pair
from framing.study.words import WordTable, count_corpus_words

#: The dashboard scores tone only where a page shows it, so that the first page does not wait for TextBlob.
OPTIONS = AnnotateOptions(tone="none")


#: Where a session keeps the run of texts that were added in it; no other session can reach it.
ADDED = "added_run"
#: Where a session keeps the run whose events it found itself, with the digest of the run they were found for.
GROUPED = "grouped_run"
#: Where a session keeps the counts of all words of its own texts.
COUNTED = "counted_words"


def is_shared() -> bool:
    """Whether several people use this server, so that what one of them asks for, the server would ask the world for."""
    return bool(os.environ.get("FRAMING_SHARED"))


def load_run() -> Run:
    """The run to show: texts added in this session, what FRAMING_CORPUS names, or the shipped corpus annotated.

    Where this session has looked for events in it, with these events.
    """
    added = st.session_state.get(ADDED)
    run = added if isinstance(added, Run) else _shown_run()
    kept = st.session_state.get(GROUPED)
    return kept[1] if kept is not None and kept[0] == run.digest and not run.corpus.grouped else run


def _shown_run() -> Run:
    chosen = os.environ.get("FRAMING_CORPUS")
    if not chosen:
        folder = next(c.folder for c in list_shipped() if c.name == DEFAULT)
        return _annotated(_key(_file_digest(folder)), read_shipped)
    path = Path(chosen)
    if (path / "run.json").exists():
        return _opened(hashlib.sha256(path.as_posix().encode() + (path / "run.json").read_bytes()).hexdigest(), path)
    if path.is_dir() and (path / "manifest.json").exists():
        corpus = read_corpus(path)
        return _annotated(_key(corpus.digest), lambda: corpus)
    return _annotated(_key(_file_digest(path)), lambda: read_articles(path))


def _file_digest(path: Path) -> str:
    """Digest of a file, or of a folder's files with their places; read again only when size or time has changed."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    seen = tuple((p.as_posix(), p.stat().st_size, p.stat().st_mtime_ns) for p in files if p.is_file())
    return _content_digest(path.as_posix(), seen)


@lru_cache(maxsize=16)
def _content_digest(root: str, seen: tuple[tuple[str, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, size, _ in seen:
        # The place counts: the folder of a text is its outlet.
        whole.update(f"{Path(name).relative_to(root).as_posix()}\0{size}\0".encode("utf-8", "surrogateescape"))
        with Path(name).open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()


def _key(corpus_digest: str) -> str:
    """Everything that decides the rows, in one digest."""
    parts = [
        corpus_digest,
        read_lexicon("conflict").digest,
        read_model().digest,
        json.dumps(OPTIONS.__dict__),
        package_version(),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@st.cache_resource(max_entries=4, show_spinner="Reading the articles …")
def _annotated(key: str, _make: Callable[[], Corpus]) -> Run:
    return annotate(_make(), read_lexicon("conflict"), options=OPTIONS, classifier=read_model())


@st.cache_resource(max_entries=4, show_spinner="Opening the run …")
def _opened(key: str, _path: Path) -> Run:
    return read_run(_path)


def annotate_added(corpus: Corpus, progress: Callable[[int], None]) -> Run:
    """The run of a corpus that belongs to this session alone; it enters no cache."""
    return annotate(corpus, read_lexicon("conflict"), options=OPTIONS, classifier=read_model(), progress=progress)


def group_shown(run: Run, progress: Callable[[int], None]) -> None:
    """Find the events and copies of what is shown, in memory and for this session alone."""
    grouped = group_corpus(held_in_memory(run.corpus), progress=progress)
    st.session_state[GROUPED] = (run.digest, replace(run, corpus=grouped))


def computed(
    function: Callable[..., Any], run: Run, *, given: Mapping[str, Any] | None = None, **parameters: Any
) -> Any:
    """What a function of `framing.study` says of this run with these parameters, computed once.

    A reader would get wrong: only functions whose result depends on nothing but the run and their parameters may come here.

    Args:
        function: What to call.
        run: Its first argument.
        given: Further arguments that follow from the run and the parameters, such as a count made before; they only save work.
        parameters: The arguments that decide the result.
    """
    cached = _own_computed if _is_own(run) else _computed
    name = f"{function.__module__}.{function.__qualname__}"
    return cached(_digest_of(run, {"function": name, **parameters}), function, run, {**parameters, **(given or {})})


def compared(run: Run, **parameters: Any) -> pa.Table:
    """`compare`, computed once per run and parameters."""
    return cast(pa.Table, computed(compare, run, **parameters))


def concordance(run: Run, selection: Selection, voice: str) -> pa.Table:
    """`find_concordance`, computed once per run and selection."""
    return cast(pa.Table, computed(find_concordance, run, selection=selection, voice=voice))


def words_of(run: Run, part: str, voice: str) -> WordTable | None:
    """Every word of the corpus, counted once with a bar that can be stopped; None where it was stopped.

    Any selection is a choice among these counts, so that a switch does not read the texts again.
    """
    kept = st.session_state.setdefault(COUNTED, {}) if _is_own(run) else _word_tables(run.digest)
    key, stopped = (run.digest, part, voice), f"stopped-{run.digest}-{part}-{voice}"
    if key not in kept:
        place = st.empty()
        if st.session_state.get(stopped):
            st.info("The words were not counted, so there is nothing to show here.")
            if not place.button("Count the words", key="count_words", type="primary"):
                return None
        with place.container():
            bar = st.progress(0.0, "Counting every word of the articles, once for all selections …")
            # A press on Stop, or any other switch, ends this run at the next step of the bar.
            st.button("Stop", key="stop_words", on_click=st.session_state.__setitem__, args=(stopped, True))
        total = max(1, run.corpus.n_articles)

        def tell(done: int) -> None:
            bar.progress(min(1.0, done / total), f"{done:,} of {total:,} articles counted, once for all selections")

        kept[key] = count_corpus_words(run, part=part, voice=voice, progress=tell)
        pa.default_memory_pool().release_unused()
        st.session_state.pop(stopped, None)
        place.empty()
    table: WordTable = kept[key]
    return table


@st.cache_resource(max_entries=2, show_spinner=False)
def _word_tables(digest: str) -> dict[tuple[str, str, str], WordTable]:
    return {}


def wording_pair(run: Run, event_id: str | None) -> WordingPair | None:
    """`find_wording_pair`, computed once per run and event."""
    return cast("WordingPair | None", computed(find_wording_pair, run, event_id=event_id))


def _is_own(run: Run) -> bool:
    kept = st.session_state.get(GROUPED)
    return run is st.session_state.get(ADDED) or (kept is not None and run is kept[1])


def _digest_of(run: Run, parameters: dict[str, Any]) -> str:
    decides = run.digest + run.corpus.groups_digest + json.dumps(parameters, sort_keys=True, default=_plain)
    return hashlib.sha256(decides.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.__dict__ if isinstance(value, Selection) else list(value)


# What comes of a session's own texts is cached for that session; a global cache is shared by all of them. Results are
# tables and frozen values, which nobody changes, so they are kept as they are and not copied at each look.


@st.cache_resource(max_entries=300, show_spinner="Computing …")
def _computed(key: str, _function: Callable[..., Any], _run: Run, _parameters: dict[str, Any]) -> Any:
    result = _function(_run, **_parameters)
    # What was needed on the way goes back to the system, which one process shares with others.
    pa.default_memory_pool().release_unused()
    return result


@st.cache_resource(max_entries=60, show_spinner="Computing …", scope="session")
def _own_computed(key: str, _function: Callable[..., Any], _run: Run, _parameters: dict[str, Any]) -> Any:
    result = _function(_run, **_parameters)
    # What was needed on the way goes back to the system, which one process shares with others.
    pa.default_memory_pool().release_unused()
    return result
