"""Add texts: files or pasted text to a corpus of this session, with what was understood and what was rejected."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from framing.corpus import Corpus, held_in_memory
from framing.errors import InputError
from framing.fetch.client import FetchOptions
from framing.ingest import IngestOptions, Limits, read_articles
from framing.ingest.formats import SUFFIXES
from framing.markup import plain_label
from framing.pages._load import ADDED, annotate_added, is_shared, load_run
from framing.pages._parts import HERE, show_fictional, show_style
from framing.study.collect import ingest_addresses, ingest_feeds

PASTED, READ = "pasted_texts", "read_corpus"
#: A shared server is no place for long work on one visitor's files.
LIMITS = Limits(unpacked=500_000_000, seconds=60, memory=1_500_000_000)
PREVIEW = 200
#: Pages of one go; more of them are work for the command line, which goes on where it was interrupted.
MOST_ADDRESSES = 100
#: Set where pages of this machine and of private networks may be asked for.
PRIVATE = "FRAMING_ALLOW_PRIVATE"


def show_add_texts() -> None:
    run = load_run()
    show_style()
    st.title("Which texts do you want to compare?")
    st.markdown(
        "Files or pasted text become a corpus of **this session**: it is held in the memory of the machine that runs this page, "
        "is sent nowhere, is seen by no other session, and is gone when the session ends. Only if you name web addresses are their "
        "sites asked for these pages."
    )
    if ADDED in st.session_state:
        show_current()
    else:
        show_fictional(run)
    with st.container(border=True):
        files, options = show_files()
        show_paste()
        show_web(options)
    pasted = st.session_state.get(PASTED, [])
    if st.button("Read these texts", type="primary", disabled=not (files or pasted), key="read"):
        st.session_state[READ] = read_texts(files, pasted, options)
    corpus = st.session_state.get(READ)
    if isinstance(corpus, Corpus):
        show_preview(corpus)
        show_use(corpus)


def show_current() -> None:
    run = st.session_state[ADDED]
    outlets = run.corpus.outlets.num_rows
    st.success(f"All pages now show your texts: {run.corpus.n_articles:,} articles of {outlets:,} outlets.")
    if st.button("Go back to the corpus before", key="back"):
        for key in (ADDED, READ):
            st.session_state.pop(key, None)
        forget_selection()
        st.rerun()


def show_files() -> tuple[list[Any], IngestOptions]:
    endings = sorted({*(e.removeprefix(".") for e in SUFFIXES), "gz", "zip"})
    files = st.file_uploader(
        "Files",
        endings,
        accept_multiple_files=True,
        key="files",
        help="Tables with columns such as outlet, title, text and date (CSV, Excel, JSON Lines, Parquet), exports of news databases, "
        "saved web pages, .txt files, or a zip archive of them.",
    )
    left, middle, right = st.columns(3)
    outlet = left.text_input("Outlet, where the files name none", key="outlet", max_chars=200)
    order = middle.selectbox(
        "Dates such as 03/04/2021",
        [None, "dmy", "mdy"],
        format_func=lambda o: {None: "leave out", "dmy": "3 April", "mdy": "March 4"}[o],
        key="date_order",
    )
    encoding = right.text_input(
        "Encoding, where it is not UTF-8", key="encoding", max_chars=40, placeholder="such as cp1252"
    )
    return list(files or []), IngestOptions(
        outlet=outlet.strip() or None, date_order=order, encoding=encoding.strip() or None
    )


def show_paste() -> None:
    pasted: list[dict[str, str]] = st.session_state.setdefault(PASTED, [])
    with st.expander(f"Paste a text{f' ({len(pasted)} pasted)' if pasted else ''}", expanded=bool(pasted)):
        with st.form("paste", clear_on_submit=True):
            left, right = st.columns(2)
            outlet = left.text_input("Outlet", max_chars=200)
            published = right.text_input("Date", max_chars=40, placeholder="2024-03-31")
            title = st.text_input("Headline", max_chars=1_000)
            text = st.text_area("Text", height=160, max_chars=200_000)
            if st.form_submit_button("Add this text"):
                if outlet.strip() and (text.strip() or title.strip()):
                    # A new list and not a longer one, so that no other reader of the old one is surprised.
                    row = {"outlet": outlet, "title": title, "text": text, "published": published}
                    st.session_state[PASTED] = [*pasted, row]
                    st.rerun()
                st.warning("Found: no outlet, or neither headline nor text. Fill in both.")
        for row in pasted:
            st.text(f"{row['outlet']}: {row['title'] or row['text'][:80]}")
        if pasted and st.button("Remove the pasted texts", key="unpaste"):
            st.session_state[PASTED] = []
            st.rerun()


def show_web(options: IngestOptions) -> None:
    with st.expander("Fetch web pages or a feed"):
        if is_shared():
            st.caption(
                "Off here: this server is shared. On your own machine: framing serve, or framing ingest --format url."
            )
            return
        st.caption(
            "Sites are asked politely: robots.txt is kept, one page a second, nothing of private networks. An article behind a "
            "login or written by scripts is not found."
        )
        with st.form("web"):
            kind = st.radio("These are", ["pages", "feeds"], horizontal=True, key="web_kind")
            text = st.text_area("Addresses, one a line", height=100, max_chars=50_000, key="addresses")
            if not st.form_submit_button("Fetch"):
                return
        addresses = [line.strip() for line in text.splitlines() if line.strip()]
        if not addresses or len(addresses) > MOST_ADDRESSES:
            st.warning(f"Found: {len(addresses)} addresses. Expected: 1 to {MOST_ADDRESSES}.")
            return
        try:
            st.session_state[READ] = fetch_texts(addresses, kind == "feeds", options)
        except InputError as problem:
            st.error(str(problem))


def fetch_texts(addresses: list[str], feeds: bool, options: IngestOptions) -> Corpus:
    """The articles of these pages or feeds as a corpus in memory; what was fetched is removed again."""
    bar = st.progress(0.0, "Fetching …")

    def show_progress(done: int, total: int | None) -> None:
        bar.progress(min(done / total, 1.0) if total else 0.0, f"{done:,} of {total or '?'} pages")

    with tempfile.TemporaryDirectory(prefix="framing-") as folder:
        collected = (ingest_feeds if feeds else ingest_addresses)(
            addresses,
            Path(folder) / "corpus",
            options,
            limits=LIMITS,
            fetch=FetchOptions(allow_private=bool(os.environ.get(PRIVATE))),
            progress=show_progress,
        )
        bar.empty()
        return held_in_memory(collected.corpus)


def read_texts(files: list[Any], pasted: list[dict[str, str]], options: IngestOptions) -> Corpus:
    """The uploaded files and pasted texts as a corpus; read in a process of its own, then the files are removed."""
    with tempfile.TemporaryDirectory(prefix="framing-") as folder, st.spinner("Reading …"):
        paths = []
        for number, file in enumerate(files):
            # In a folder of its own, so that two files of one name stay two.
            place = Path(folder) / str(number) / (Path(file.name.replace("\\", "/")).name[-120:] or "file")
            place.parent.mkdir()
            place.write_bytes(file.getbuffer())
            paths.append(place)
        if pasted:
            place = Path(folder) / "pasted.jsonl"
            place.write_text("\n".join(json.dumps(row) for row in pasted), encoding="utf-8")
            paths.append(place)
        return read_articles(
            *paths,
            options=options,
            limits=LIMITS,
            guarded=True,
            manifest={"name": "Your texts", "description": "Texts added in this session."},
        )


def show_preview(corpus: Corpus) -> None:
    st.header("What was understood")
    manifest = corpus.manifest
    columns = st.columns(4)
    undated = int(corpus.metadata.column("published").null_count)
    for column, (label, value) in zip(
        columns,
        (
            ("Articles", manifest.n_articles),
            ("Outlets", corpus.outlets.num_rows),
            ("Not taken in", manifest.n_rejects),
            ("Without a date", undated),
        ),
        strict=True,
    ):
        column.metric(label, f"{value:,}")
    fields = ("outlet", "title", "text", "published", "url", "section", "byline", "event", "id")
    rows = [
        {"file": s["file"], "read as": s["format"], **{f: s["columns"].get(f) for f in fields if s["columns"].get(f)}}
        for s in manifest.sources[:PREVIEW]
    ]
    names = list(dict.fromkeys(k for row in rows for k in row))
    st.caption("Which column of your file became which field:")
    st.dataframe(pa.Table.from_pylist([{n: r.get(n) for n in names} for r in rows]), hide_index=True, width="stretch")
    shown = corpus.metadata.select(["outlet_id", "published", "title", "n_words", "language_found"]).slice(0, PREVIEW)
    st.caption(f"The first {shown.num_rows} of {manifest.n_articles:,} articles:")
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        column_config={
            "outlet_id": "Outlet",
            "published": st.column_config.DateColumn("Date"),
            "title": "Headline",
            "n_words": "Words",
            "language_found": "Language found",
        },
    )
    if manifest.n_rejects:
        reasons = ", ".join(f"{plain_label(reason)}: {n:,}" for reason, n in manifest.rejects_by_reason.items())
        st.warning(f"Not taken in: {reasons}")
        st.dataframe(corpus.rejects.slice(0, PREVIEW), hide_index=True, width="stretch")


def show_use(corpus: Corpus) -> None:
    if st.button("Show these texts on all pages", type="primary", key="use"):
        bar = st.progress(0.0, "Looking for loaded words …")
        total = corpus.n_articles

        def show_progress(done: int) -> None:
            bar.progress(min(done / total, 1.0), f"{done:,} of {total:,} articles")

        run = annotate_added(corpus, show_progress)
        bar.empty()
        st.session_state[ADDED] = run
        forget_selection()
        st.rerun()
    if ADDED in st.session_state:
        st.page_link(HERE / "outlets.py", label="**Compare the outlets**")


def forget_selection() -> None:
    """The outlets chosen before are those of another corpus."""
    for key in ("kept_selection", "kept_page", "outlets"):
        st.session_state.pop(key, None)


show_add_texts()
