"""Train the loadedness model from minimal pairs or labelled sentences, or the sense model from sentences with a marked mention."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from framing.classify import (
    LoadedModel,
    SenseModel,
    read_model,
    shipped_model_path,
    write_model,
    write_sense_model,
)
from framing.classify.embeddings import Encoder, open_encoder
from framing.errors import InputError, ModelError
from framing.lexicon import Lexicon, read_lexicon
from framing.stats.ranking import measure_calibration
from framing.study.lines import read_json_lines
from framing.study.loadedness import (
    INTERVAL,
    NO_OUTLET,
    NOT_FOR,
    Labelled,
    LabelledFile,
    Scored,
    clusters_of,
    draw_balanced,
    lexicon_forms,
    make_sentences,
    measure,
    read_labelled,
    recalibrate_model,
    score_baselines,
    score_labelled,
    tone_of,
)
from framing.study.senses import SENSE_KEYS, read_sense_examples

if TYPE_CHECKING:
    from framing.classify.train import Sentences, Settings

Progress = Callable[[int, int], None]
_KEYS = ("pair_id", "topic", "loaded", "plain")
#: Share of right answers that the confidence under which a model abstains is set for, on held-out sentences.
RIGHT_WHERE_CERTAIN = 0.9


def train_any(
    data: Path,
    out: Path,
    *,
    seed: int = 0,
    transfer: Sequence[Path | str] = (),
    licence: str | None = None,
    embeddings: Path | str | None = None,
    progress: Progress | None = None,
) -> LoadedModel | SenseModel:
    """The model a file of training data is for: pairs or labelled sentences give loadedness, marked sentences the senses.

    Args:
        data: JSON Lines, or CSV of labelled sentences.
        out: Model folder to make.
        seed: Of folds and intervals.
        transfer: Labelled files the model never sees, measured for its card.
        licence: Of the data, for the card.
        embeddings: Folder of an encoder whose sentence embeddings the model sees too, or "minilm"; none when not given.
        progress: Called with steps done and steps in all.

    Raises:
        InputError: The file is missing or empty, its first line is of no kind, or a line is not as the first.
        ModelError: There is too little to learn from.
    """
    if data.suffix.lower() != ".csv":
        number, first = read_json_lines(data)[0]
        if "sense" in first:
            for option, given in (("--transfer", transfer), ("--embeddings", embeddings)):
                if given:
                    raise InputError(f"{option} with a sense model", "it with a loadedness model", "Leave it out.")
            return train_sense_model(data, out, seed=seed)
        if not set(first) & {*_KEYS, "text", "sentence", "label"}:
            raise InputError(
                f"{data.name}, line {number} with {', '.join(sorted(first)[:6]) or 'nothing'}",
                f"{', '.join(_KEYS)} or text and label for a loadedness model, or {', '.join(SENSE_KEYS)} for a sense model",
                "Name the fields so.",
            )
        if "label" not in first and set(first) & set(_KEYS):
            return train_model(
                data, out, seed=seed, transfer=transfer, licence=licence, embeddings=embeddings, progress=progress
            )
    return train_labelled(
        data, out, seed=seed, transfer=transfer, licence=licence, embeddings=embeddings, progress=progress
    )


def train_sense_model(data: Path, out: Path, *, seed: int = 0, lexicon: Lexicon | None = None) -> SenseModel:
    """A sense model from JSON Lines with id, term, text, start, end and sense, saved with its card.

    Raises:
        InputError: The file is missing or a line is no such sentence; nothing is written.
        ModelError: There are too few sentences or terms.
    """
    from framing.classify.train_senses import train_senses

    model = train_senses(read_sense_examples(data, lexicon or read_lexicon("conflict")), seed=seed)
    write_sense_model(model, out)
    return model


def train_model(
    data: Path,
    out: Path,
    *,
    seed: int = 0,
    forms: Sequence[str] | None = None,
    transfer: Sequence[Path | str] = (),
    licence: str | None = None,
    embeddings: Path | str | None = None,
    progress: Progress | None = None,
) -> LoadedModel:
    """A model from minimal pairs, saved with its card; its figures leave whole topics out.

    Args:
        data: JSON Lines with pair_id, topic, loaded and plain.
        out: Model folder to make.
        seed: Of folds and intervals.
        forms: Single-word forms of loaded terms; those of the lexicon "conflict" when not given.
        transfer: Labelled files the model never sees, measured for its card.
        licence: Of the data, for the card.
        embeddings: Folder of an encoder whose sentence embeddings the model sees too, or "minilm"; none when not given.
        progress: Called with steps done and steps in all.

    Raises:
        InputError: The file is missing or a line is not such a pair; nothing is written.
        ModelError: There are too few pairs or topics, or the encoder cannot be used.
    """
    # Imported here: scikit-learn is only needed to train.
    from framing.classify.train import (
        Settings,
        Sight,
        fit_sentences,
        held_out_logits,
        split_by_group,
    )

    encoder = None if embeddings is None else open_encoder(embeddings)
    others = [read_labelled(path) for path in transfer]
    pairs = _read_pairs(data)
    topics = sorted({p["topic"] for p in pairs})
    sentences = [
        Labelled(n, p[side], label, None, None, n)
        for n, p in enumerate(pairs)
        for side, label in (("loaded", 1), ("plain", 0))
    ]
    tone = tone_of([s.text for s in sentences])
    groups = np.repeat([topics.index(p["topic"]) for p in pairs], 2)
    columns = make_sentences(sentences, tone[:, :0], None, groups=groups.tolist(), encoder=encoder)
    names = lexicon_forms(read_lexicon("conflict")) if forms is None else forms
    sight = Sight(forms=tuple(names), encoder=encoder)

    # Chosen with topics left out, once and for all.
    chosen = Settings()

    def fit(some: Sentences) -> LoadedModel:
        return fit_sentences(some, sight, chosen)

    folds = split_by_group(columns.labels, groups)
    whole = fit(columns)
    logits = held_out_logits(columns, folds, fit, progress)
    model, rows, details = _finish(whole, sentences, tone, {"topic": logits}, seed)
    card = {
        "what": "Probability that a sentence is worded in a loaded way, from its words, pairs of words and pieces of words"
        f"{' and its sentence embedding' if encoder else ''}.",
        "not_for": NOT_FOR,
        "data": f"Minimal pairs: the same facts in loaded and in plain wording ({data.name})",
        "licence": licence or "not stated",
        "n_pairs": len(pairs),
        "n_sentences": len(sentences),
        "topics": dict(Counter(p["topic"] for p in pairs)),
        "method": f"logistic regression ({chosen}) over {_seen(chosen.words, encoder)}; no outlet, date or address; Platt calibration on the held-out topics",
        **_encoder_part(encoder),
        "seed": seed,
        "held_out_by": "topic",
        "rows": rows,
        **details,
        "transfer": [_transfer_row(model, other, seed) for other in others],
    }
    model = model.with_card(card)
    write_model(model, out)
    return model


def train_labelled(
    data: Path,
    out: Path,
    *,
    seed: int = 0,
    base: LoadedModel | None = None,
    transfer: Sequence[Path | str] = (),
    licence: str | None = None,
    embeddings: Path | str | None = None,
    progress: Progress | None = None,
) -> LoadedModel:
    """A model from labelled sentences on top of the shipped one, saved with its card.

    A reader would get wrong: where labels follow outlets, random folds flatter; the calibration and the first figures leave
    whole outlets out, and what shares an event with them.

    Args:
        data: CSV or JSON Lines with text and label (0 or 1), outlet and event where known.
        out: Model folder to make.
        seed: Of folds and intervals.
        base: A model that has not seen the sentences; the shipped one when not given.
        transfer: Labelled files the model never sees, measured for its card.
        licence: Of the data, for the card.
        embeddings: Folder of an encoder whose sentence embeddings the model sees too, or "minilm"; none when not given.
        progress: Called with steps done and steps in all.

    Raises:
        InputError: The file is missing or is none of labelled sentences; nothing is written.
        ModelError: Too few sentences, or of one class only, or the encoder cannot be used.
    """
    from framing.classify.features import TONE
    from framing.classify.train import (
        CHOICES,
        CHOICES_WITH_EMBEDDINGS,
        FEWEST,
        FEWEST_OF_CLASS,
        Sight,
        choose_settings,
        fit_sentences,
        held_out_logits,
        split_at_random,
        split_by_both,
        split_by_group,
    )

    encoder = None if embeddings is None else open_encoder(embeddings)
    others = [read_labelled(path) for path in transfer]
    given = read_labelled(data)
    sentences, labels = given.sentences, given.labels
    counts = int((labels == 1).sum()), int((labels == 0).sum())
    if len(sentences) < FEWEST or min(counts) < FEWEST_OF_CLASS:
        raise ModelError(
            f"{len(sentences)} sentences in {data.name}, {counts[0]} of them loaded and {counts[1]} plain",
            f"at least {FEWEST}, and {FEWEST_OF_CLASS} of either",
            "Label more sentences.",
        )
    base = base or read_model()
    tone = tone_of(given.texts)
    outlets = np.array([s.outlet or NO_OUTLET for s in sentences])
    # A sentence without an event is an event of its own.
    events = np.array([s.event or f"line {s.line}" for s in sentences])
    by_outlet = len(set(outlets.tolist())) > 1
    groups = outlets if by_outlet else events if any(s.event for s in sentences) else np.zeros(len(sentences))
    columns = make_sentences(sentences, tone, base, groups=groups.tolist(), encoder=encoder)
    sight = Sight(base.forms, TONE, base, encoder)
    choices = CHOICES_WITH_EMBEDDINGS if encoder else CHOICES

    def fit(some: Sentences) -> LoadedModel:
        return fit_sentences(some, sight, choose_settings(some, sight, choices, seed=seed)[0])

    with_events = len({s.event for s in sentences if s.event}) > 1
    schemes = {}
    if by_outlet:
        schemes["outlet and event" if with_events else "outlet"] = (
            split_by_both(labels, outlets, events) if with_events else split_by_group(labels, outlets)
        )
    if with_events:
        schemes["event"] = split_by_group(labels, events)
    schemes["five random folds"] = split_at_random(labels, seed=seed)
    schemes = {name: folds for name, folds in schemes.items() if folds}
    steps, done, logits = sum(map(len, schemes.values())) + 1, 0, {}
    for name, folds in schemes.items():
        first = done
        report = None if progress is None else lambda n, _, first=first: progress(first + n, steps)
        logits[name] = held_out_logits(columns, folds, fit, report)
        done += len(folds)
    chosen, tried = choose_settings(columns, sight, choices, seed=seed)
    model, rows, details = _finish(fit_sentences(columns, sight, chosen), sentences, tone, logits, seed)
    if progress is not None:
        progress(steps, steps)
    card = {
        "what": f"Probability that a sentence would be labelled 1 by those who labelled {data.name}.",
        "not_for": NOT_FOR,
        "data": f"{len(sentences):,} labelled sentences ({data.name}), on top of model {base.digest[:12]}",
        "licence": licence or "not stated",
        "n_pairs": 0,
        "n_sentences": len(sentences),
        "n_rejects": len(given.rejects),
        "rejects_by_reason": dict(Counter(r["reason"] for r in given.rejects)),
        "outlets": dict(Counter(s.outlet or NO_OUTLET for s in sentences).most_common(50)),
        "method": f"logistic regression ({chosen}) over {_seen(chosen.words, encoder)}, TextBlob's polarity and subjectivity and the log-odds of the model below; "
        f"no outlet, date or address; Platt calibration, held out by {next(iter(schemes))}",
        **_choice_part(tried, "outlet" if by_outlet else "event" if len(set(groups.tolist())) > 1 else "sentence"),
        **_encoder_part(encoder),
        "seed": seed,
        "held_out_by": next(iter(schemes)),
        "rows": rows,
        **details,
        "transfer": [_transfer_row(model, other, seed) for other in others],
    }
    model = model.with_card(card)
    write_model(model, out)
    return model


def recalibrate_model_folder(
    source: Path | str | None, gold: Path | str, out: Path | str, *, n: int = 100, seed: int = 0
) -> LoadedModel:
    """A copy of a model whose probabilities suit other texts, from some labelled sentences of them.

    A reader would get wrong: only the probabilities change; which of two sentences scores higher does not, and with it neither does
    AUC. A hundred sentences leave an error of some hundredths.

    Args:
        source: Model folder, left as it is; the shipped one when not given.
        gold: As `read_labelled` takes it.
        out: Model folder to make.
        n: Sentences drawn for the calibration, either class in its share; the rest measures it. All where there are no more.
        seed: Of the draw.

    Returns:
        The new model; in its card `recalibrated` with n, source digest, and ECE, reliability and answers of the rest.

    Raises:
        InputError: The file is none of labelled sentences, or out is the model itself; nothing is written.
        ModelError: The model cannot be read, or fewer than ten of either class were drawn.
    """
    folder = Path(source) if source is not None else shipped_model_path()
    out = Path(out)
    if out.resolve() == folder.resolve():
        raise InputError(f"--out {str(out)!r}, the model itself", "another folder", "Choose another --out.")
    fresh = recalibrate_on(read_model(folder), gold, n=n, seed=seed)
    write_model(fresh, out)
    return fresh


def recalibrate_on(model: LoadedModel, gold: Path | str, *, n: int = 100, seed: int = 0) -> LoadedModel:
    """The same with a model at hand and nothing written; see `recalibrate_model_folder`."""
    given = read_labelled(gold)
    drawn = draw_balanced(given.labels, min(n, len(given.sentences)), seed=seed)
    fresh = recalibrate_model(model, [given.sentences[i] for i in drawn])
    rest = [given.sentences[i] for i in np.setdiff1d(np.arange(len(given.sentences)), drawn)]
    part: dict[str, Any] = {
        "data": given.name,
        "data_digest": hashlib.sha256(Path(gold).read_bytes()).hexdigest(),
        "n": len(drawn),
        "seed": seed,
        "from_model": model.digest,
        "n_rest": len(rest),
        "n_rejects": len(given.rejects),
    }
    if rest:
        labels = [s.label for s in rest]
        logits, before = score_labelled(model, rest, tone_of([s.text for s in rest]))
        after = fresh.calibrate(logits)
        measured = measure_calibration(labels, after)
        certain = np.maximum(after, 1 - after) >= fresh.abstain_below
        right = (after >= 0.5) == (np.array(labels) == 1)
        part |= {
            "ece_before": _round(measure_calibration(labels, before).ece),
            "ece": _round(measured.ece),
            "reliability": measured.bins,
            "share_certain": round(float(certain.mean()), 4),
            "accuracy_where_certain": round(float(right[certain].mean()), 4) if certain.any() else None,
        }
    else:
        part |= {"ece_before": None, "ece": None, "reason": "no sentence was left to measure on"}
    card = dict(model.card)
    card["recalibrated"] = part
    return fresh.with_card(card)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def describe_recalibration(card: Mapping[str, Any]) -> str | None:
    """The calibration of a model in a sentence, where it is not the one of its training."""
    part = card.get("recalibrated")
    if part is None:
        return None
    measured = (
        part["reason"]
        if part["ece"] is None
        else f"on the other {part['n_rest']:,} the ECE is {part['ece']:.3f}, with the calibration of training it was {part['ece_before']:.3f}"
    )
    return (
        f"Calibration fitted again on {part['n']:,} sentences of {part['data']} (digest {part['data_digest'][:12]}): {measured}. "
        "Probabilities and ECE in the other tables are those of training."
    )


def _seen(words: bool, encoder: Encoder | None) -> str:
    """What the regression sees, in words."""
    parts = ["tf-idf of words and neighbouring pairs and of pieces of three to five characters"] if words else []
    if encoder is not None:
        parts.append("a sentence embedding")
    return ", ".join([*parts, "forms of loaded terms of the lexicon and simple marks"])


def _choice_part(tried: dict[Settings, float], groups: str) -> dict[str, Any]:
    """What was tried within the training sentences, for the card."""
    rows = [{"settings": str(settings), "auc": round(auc, 4)} for settings, auc in tried.items()]
    by = f"mean AUC over folds by {groups} within the training sentences; another than the first is taken where it is better in every such fold; chosen anew in every fold of the figures"
    return {"chosen_by": by, "tried": rows} if rows else {}


def _encoder_part(encoder: Encoder | None) -> dict[str, Any]:
    """Which encoder a model needs, for the card."""
    if encoder is None:
        return {}
    layers = list(encoder.layers)
    return {"embeddings": {"name": encoder.name, "digest": encoder.digest, "layers": layers, "size": encoder.size}}


def _finish(
    model: LoadedModel, sentences: Sequence[Labelled], tone: np.ndarray, logits: dict[str, np.ndarray], seed: int
) -> tuple[LoadedModel, list[dict[str, Any]], dict[str, Any]]:
    """The calibrated model with its threshold, and the card's measured part; the first of the held-out log-odds decides."""
    from framing.classify.train import find_threshold, fit_calibration

    labels = np.array([s.label for s in sentences])
    first = next(iter(logits.values()))
    known = ~np.isnan(first)
    if len(set(labels[known].tolist())) < 2:
        raise ModelError("groups that each hold one class only", "both classes in several groups", "Label more.")
    scale, shift = fit_calibration(first[known], labels[known])
    rows: list[dict[str, Any]] = []
    details: dict[str, Any] = {}
    for name, values in logits.items():
        probabilities = 1 / (1 + np.exp(-(scale * values + shift)))
        held_out = name if name.startswith("five") else f"{name} left out"
        way = Scored(f"this model, {held_out}", held_out, values, probabilities >= 0.5, probabilities)
        row, classes, confusion = measure(way, sentences, seed=seed)
        rows.append(row)
        if details:
            continue
        # Held-out sentences, not those the final weights have seen.
        below = find_threshold(probabilities[known], labels[known], wanted=RIGHT_WHERE_CERTAIN)
        certain = np.maximum(probabilities, 1 - probabilities) >= below
        if certain[known].any():
            kept = way._replace(name=f"{way.name}, where certain", scores=np.where(certain, values, np.nan))
            rows.append(measure(kept, sentences, seed=seed)[0])
        details = {
            "level": 0.95,
            "interval": INTERVAL.format(clusters_of(sentences)[1]),
            "per_class": classes,
            "confusion": confusion,
            "reliability": measure_calibration(labels[known], probabilities[known]).bins,
            "abstain_below": below,
            "share_certain": round(float(certain[known].mean()), 4),
        }
        model = replace(model, scale=scale, shift=shift, abstain_below=below)
    ways, missing = score_baselines(sentences, tone, model.forms, seed=seed)
    return model, rows + [measure(way, sentences, seed=seed)[0] for way in ways] + missing, details


def _transfer_row(model: LoadedModel, other: LabelledFile, seed: int) -> dict[str, Any]:
    """The model on a set it never saw."""
    _, probabilities = score_labelled(model, other.sentences, tone_of(other.texts))
    way = Scored(other.name, "never seen", probabilities, probabilities >= 0.5, probabilities)
    row = measure(way, other.sentences, seed=seed)[0]
    certain = np.maximum(probabilities, 1 - probabilities) >= model.abstain_below
    return {
        "set": row.pop("model"),
        **row,
        "share_certain": round(float(certain.mean()), 4),
        "share_called_loaded": round(float((probabilities >= 0.5).mean()), 4),
    }


def _read_pairs(data: Path) -> list[dict[str, str]]:
    from framing.classify.train import FEWEST_PAIRS

    pairs = []
    first_lines: dict[str, int] = {}
    for number, row in read_json_lines(data):
        missing = [key for key in _KEYS if key not in row]
        if missing:
            raise InputError(
                f"{data.name}, line {number} without {missing[0]}",
                f"an object with {', '.join(_KEYS)}",
                "Mend the line.",
            )
        pair = {key: row[key] for key in _KEYS}
        if not all(isinstance(v, str) and v.strip() for v in pair.values()):
            raise InputError(
                f"{data.name}, line {number} with an empty field", f"text in {', '.join(_KEYS)}", "Mend the line."
            )
        pair_id = pair["pair_id"]
        if first_lines.setdefault(pair_id, number) != number:
            raise InputError(
                f"{data.name}, line {number} with the pair_id of line {first_lines[pair_id]}, {pair_id!r:.60}",
                "each pair_id once",
                "Rename or remove it.",
            )
        if pair["loaded"].strip() == pair["plain"].strip():
            raise InputError(
                f"{data.name}, line {number} with the same sentence twice",
                "loaded and plain wording that differ",
                "Mend the pair.",
            )
        pairs.append(pair)
    topics = {p["topic"] for p in pairs}
    if len(pairs) < FEWEST_PAIRS or len(topics) < 2:
        raise ModelError(
            f"{len(pairs)} pairs over {len(topics)} topics",
            f"at least {FEWEST_PAIRS} pairs over two topics",
            "Write more pairs.",
        )
    return pairs
