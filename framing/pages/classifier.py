"""Classifier: what the loadedness model knows and does not, words it proposes, and training on sentences of one's own."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from framing.classify import LoadedModel, read_model, write_model
from framing.errors import FramingError
from framing.figures import plot_reliability
from framing.pages._load import computed
from framing.pages._parts import show_figure, show_opening
from framing.study import Run, read_meta
from framing.study.discovery import find_candidates
from framing.study.training import describe_recalibration, recalibrate_on, train_labelled

TRAINED = "trained_model"
MOST_BYTES = 20_000_000
#: Sentences that a calibration is fitted on.
FEW = 100


def show_classifier() -> None:
    run, _ = show_opening("classifier", "How far can the classifier be trusted?", only_outlets=True)
    model: LoadedModel = st.session_state.get(TRAINED) or read_model()
    card, proposed, own = st.tabs(["Model card", "Words it proposes", "Train your own"])
    with card:
        show_card(model, "the model you made" if TRAINED in st.session_state else "the shipped model")
    with proposed:
        show_candidates(run)
    with own:
        show_training(model)


def show_card(model: LoadedModel, name: str) -> None:
    card: dict[str, Any] = dict(model.card)
    st.markdown(f"This is the card of **{name}**, written when it was trained.")
    st.text(card["what"])
    st.warning(card["not_for"])
    st.caption(f"Learnt from {card['n_sentences']:,} sentences · licence: {card['licence']}")
    st.text(f"{card['data']}. {card['method']}.")
    again = describe_recalibration(card)
    if again is not None:
        st.text(again)
    columns = [
        "model", "held_out_by", "n", "macro_f1", "low", "high", "auc", "auc_within_outlet", "ece", "pairs_ranked_right", "reason",
    ]  # fmt: skip
    rows = [{c: r.get(c) for c in columns} for r in [*card["rows"], *(_transfer(t) for t in card.get("transfer", ()))]]
    best = next((r for r in rows if r["macro_f1"] is not None), None)
    says = (
        f"On sentences it had not seen, it is right in {best['macro_f1']:.0%} (macro-F1, {best['low']:.0%} to {best['high']:.0%}); a guess would be right in half."
        if best
        else ""
    )
    if card.get("reliability"):
        show_figure(
            plot_reliability(card["reliability"]),
            question="When it says 70 %, is it 70 %?",
            alt="Reliability diagram: probability said against share that was loaded",
            result=pa.Table.from_pylist(rows),
            columns=columns,
            name="model-card",
            key=model.digest[:12],
            says=says,
            caption="Each dot is a tenth of the scale, larger with more sentences; on the dotted line the probability is the share. Held-out sentences. The table has the baselines that every "
            "card must have (majority, TextBlob, lexicon count, the outlet's name alone) and sets it never saw.",
            click=False,
        )
    with st.expander("Precision and recall by class, and what was taken for what"):
        st.dataframe(pa.Table.from_pylist(card["per_class"]), hide_index=True, width="stretch")
        st.dataframe(pa.Table.from_pylist(card["confusion"]), hide_index=True, width="stretch")


def _transfer(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "model": f"this model on {row['set']}"}


def show_candidates(run: Run) -> None:
    st.markdown(
        "Words that stand in sentences which score loaded although the lexicon has no term there. They are **candidates to read**, not “the biased words”: a word stands here because of the "
        "company it keeps, and most are harmless. Accept one into a lexicon of your own with `framing discover RUN --accept WORD --concept CONCEPT --out mine.toml`."
    )
    if run.corpus.n_articles > 5_000:
        st.info("On a corpus of this size this takes a while: use framing discover RUN on the command line.")
        return
    if not st.button("Look for candidates", key="discover"):
        return
    table = computed(_candidates, run)
    if table is None or not table.num_rows:
        st.info("No word stands out: too few sentences without a lexicon term score loaded here.")
        return
    meta = read_meta(table)
    st.caption(f"{meta['n_shown']} of {meta['n_all']} candidates. {meta['method']}.")
    columns = ["candidate", "articles_high", "articles_low", "outlets", "log_odds", "low", "sentences"]
    st.dataframe(table.select(columns), hide_index=True, width="stretch")


def _candidates(run: Run) -> pa.Table | None:
    try:
        return find_candidates(run, read_model())
    except FramingError:
        return None


def show_training(model: LoadedModel) -> None:
    st.markdown(
        "A table with **text** and **label** (1 loaded, 0 plain), and where you have them **outlet** and **event**. Whole outlets and events are left out when it is measured, because a model that "
        "is tested on outlets it has seen learns their style, not loaded wording. Nothing leaves this machine; the model belongs to this session."
    )
    file = st.file_uploader("Labelled sentences (CSV or JSON Lines)", ["csv", "jsonl", "json"], key="labelled")
    whole = "Train a model on them"
    what = st.radio(
        "What to do with them",
        [whole, f"Only suit the probabilities of the model on the first tab to them, with {FEW} drawn at random"],
        captions=["some hundred sentences and more", "measured on the rest; the model on disk stays as it is"],
        key="what",
    )
    if file is not None and st.button("Train" if what == whole else "Suit", type="primary", key="train"):
        if file.size > MOST_BYTES:
            st.error(
                f"Found: {file.size:,} bytes. Expected: at most {MOST_BYTES:,}. Use framing train on the command line."
            )
            return
        try:
            done = train(file.name, file.getvalue(), None if what == whole else model)
            st.session_state[TRAINED], st.session_state["trained_files"] = done
        except FramingError as problem:
            st.error("This cannot be learnt from.")
            st.text(str(problem))
            return
        st.rerun()
    if TRAINED in st.session_state:
        again = "recalibrated" in st.session_state[TRAINED].card
        st.success(f"{'Calibrated' if again else 'Trained'}. Its card is on the first tab.")
        left, right = st.columns(2)
        left.download_button(
            "Download the model", st.session_state["trained_files"], "model.zip", "application/zip", on_click="ignore"
        )
        if right.button("Forget it", key="forget"):
            for key in (TRAINED, "trained_files"):
                st.session_state.pop(key, None)
            st.rerun()


def train(name: str, data: bytes, recalibrated: LoadedModel | None = None) -> tuple[LoadedModel, bytes]:
    """A model and its files as a zip archive: a new one, or one whose calibration is fitted again."""
    bar = st.progress(0.0, "Training …")

    def show_progress(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), f"{done} of {total} steps")

    with tempfile.TemporaryDirectory(prefix="framing-") as folder:
        source = Path(folder) / ("labelled.csv" if name.lower().endswith(".csv") else "labelled.jsonl")
        source.write_bytes(data)
        out = Path(folder) / "model"
        if recalibrated is None:
            model = train_labelled(source, out, progress=show_progress)
        else:
            model = recalibrate_on(recalibrated, source, n=FEW)
            write_model(model, out)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(out.iterdir()):
                archive.write(path, path.name)
    bar.empty()
    return model, packed.getvalue()


show_classifier()
