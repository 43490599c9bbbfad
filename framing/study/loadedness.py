"""Labelled sentences and the loadedness model: what the card says, how far a model agrees with gold, and calibration for other texts."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from framing.classify import LoadedModel, read_model
from framing.classify.features import Forms, find_words
from framing.corpus import WORD
from framing.errors import InputError, reason_of
from framing.language.tone import score_tone
from framing.lexicon import Lexicon
from framing.stats.agreement import measure_labels
from framing.stats.ranking import measure_auc, measure_auc_within, measure_calibration, measure_ranked_pairs
from framing.study.evaluation import Evaluation
from framing.study.lines import read_json_lines

if TYPE_CHECKING:
    from framing.classify.embeddings import Encoder
    from framing.classify.train import Sentences

LABELS = ("loaded", "plain")
NO_OUTLET = "(no outlet)"
INTERVAL = "percentile interval over resampled {}"
NOT_FOR = (
    "Not for calling an outlet, an article or a person biased: it scores the wording of one sentence, knows nothing of truth or of what was left out, and one "
    "sentence's answer is often wrong. Compare many sentences, read them, and see how it does on labelled sentences of your own first."
)
_NAMES = {
    "text": ("text", "sentence"),
    "label": ("label",),
    "outlet": ("outlet", "source", "publisher", "outlet_id"),
    "event": ("event", "event_id"),
}
_FOLDS = 5


class Labelled(NamedTuple):
    """A sentence that somebody called loaded (1) or plain (0).

    Args:
        line: Where it stands in its file.
        text: The sentence.
        label: 1 or 0.
        outlet: Its outlet; None where not given.
        event: What it is about; None where not given.
        pair: Number of its minimal pair; None where it is of none.
    """

    line: int
    text: str
    label: int
    outlet: str | None
    event: str | None
    pair: int | None = None


@dataclass(frozen=True)
class LabelledFile:
    """Sentences with labels, and the rows that are none.

    Args:
        name: The file's name.
        sentences: The sentences.
        rejects: where, reason and detail of each row not taken in.
    """

    name: str
    sentences: list[Labelled]
    rejects: list[dict[str, str]]

    @property
    def labels(self) -> np.ndarray:
        """1 and 0 in the order of the sentences."""
        return np.array([s.label for s in self.sentences], dtype=np.int64)

    @property
    def texts(self) -> list[str]:
        """The sentences' texts."""
        return [s.text for s in self.sentences]


def read_labelled(path: Path | str) -> LabelledFile:
    """Which sentences does a file call loaded, and which plain?

    A reader would get wrong: a row without a label or text, or with a text that stood before, is a reject and counted; a label
    that is neither 0 nor 1 stops everything, since the whole file may then mean something else.

    Args:
        path: CSV or JSON Lines with text and label, outlet and event where known; or minimal pairs (loaded, plain), each of
            which gives two sentences.

    Returns:
        The sentences and the rejects.

    Raises:
        InputError: The file cannot be read, lacks a column, has a label that is none, or no usable row.
    """
    path = Path(path)
    rows = _read_csv(path) if path.suffix.lower() == ".csv" else read_json_lines(path)
    if any("loaded" in row and "plain" in row for _, row in rows[:1]):
        return _from_pairs(path.name, rows)
    found: list[Labelled] = []
    rejects: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    columns = {key for _, row in rows for key in row}
    for field in ("text", "label"):
        if not columns & set(_NAMES[field]):
            raise InputError(
                f"{path.name} without {field} (it has {', '.join(sorted(columns)[:6]) or 'nothing'})",
                "text and label (0 or 1), and outlet and event where known",
                "Name the fields so.",
            )
    for line, row in rows:
        text, label = _value(row, "text"), _value(row, "label")
        where = f"{path.name}, line {line}"
        if label is None or (isinstance(label, str) and not label.strip()):
            rejects.append({"where": where, "reason": "no label", "detail": ""})
            continue
        number = _label(label, where)
        if not isinstance(text, str) or not WORD.search(text):
            rejects.append({"where": where, "reason": "no text", "detail": f"{text!r:.60}"})
        elif seen.setdefault(text, line) != line:
            rejects.append({"where": where, "reason": "repeated text", "detail": f"as on line {seen[text]}"})
        else:
            found.append(Labelled(line, text, number, _name(row, "outlet"), _name(row, "event")))
    if not found:
        reasons = ", ".join(sorted({r["reason"] for r in rejects}))
        raise InputError(f"{path.name} without a usable sentence ({reasons})", "text and label", "Check the file.")
    return LabelledFile(path.name, found, rejects)


def _read_csv(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows: list[tuple[int, dict[str, Any]]] = [
                (reader.line_num, {k: v for k, v in row.items() if isinstance(k, str)}) for row in reader
            ]
    except (OSError, ValueError, csv.Error) as problem:
        raise InputError(
            f"{str(path)!r} cannot be read ({reason_of(problem)})", "CSV in UTF-8 with a header", "Check the file."
        ) from problem
    if not rows:
        raise InputError(f"{path.name} without a row", "a header and one sentence on each row", "Check the file.")
    return rows


def _value(row: Mapping[str, Any], field: str) -> Any:
    return next((row[name] for name in _NAMES[field] if row.get(name) is not None), None)


def _name(row: Mapping[str, Any], field: str) -> str | None:
    value = _value(row, field)
    return str(value).strip() or None if isinstance(value, str | int) else None


def _label(value: object, where: str) -> int:
    text = str(int(value)) if isinstance(value, bool | float) and value in (0, 1) else str(value).strip()
    if text not in ("0", "1"):
        raise InputError(f"{where}: label {value!r:.40}", "0 (plain) or 1 (loaded)", "Mend the labels.")
    return int(text)


def _from_pairs(name: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> LabelledFile:
    found = []
    for number, (line, row) in enumerate(rows):
        for field, label in (("loaded", 1), ("plain", 0)):
            text = row.get(field)
            if not isinstance(text, str) or not text.strip():
                raise InputError(f"{name}, line {line} without {field}", "loaded and plain", "Mend the line.")
            found.append(Labelled(line, text, label, None, None, number))
    return LabelledFile(name, found, [])


# ---- measuring ----------------------------------------------------------------------------------------------------------


def lexicon_forms(lexicon: Lexicon) -> list[str]:
    """Single-word forms of the loaded terms of a lexicon, lower-case."""
    forms = {form.lower() for term in lexicon.terms if term.valence != "plain" for form, _ in term.forms}
    return sorted(form for form in forms if " " not in form)


def clusters_of(sentences: Sequence[Labelled]) -> tuple[list[object], str]:
    """What is resampled together, and its name: events, else pairs, else outlets if there are ten, else sentences."""
    if any(s.event for s in sentences):
        return [s.event or s.line for s in sentences], "events"
    if any(s.pair is not None for s in sentences):
        return [s.pair for s in sentences], "pairs"
    if len({s.outlet for s in sentences}) >= 10:
        return [s.outlet or s.line for s in sentences], "outlets"
    return [s.line for s in sentences], "sentences"


class Scored(NamedTuple):
    """One way of telling loaded from plain, with its answer for each sentence.

    Args:
        name: What it is.
        held_out_by: What it had not seen.
        scores: Any numbers that grow with loadedness; nan where it gave none.
        loaded: Its answers.
        probabilities: Calibrated; None for a way that gives none.
    """

    name: str
    held_out_by: str
    scores: np.ndarray
    loaded: np.ndarray
    probabilities: np.ndarray | None = None


def measure(
    way: Scored, sentences: Sequence[Labelled], *, level: float = 0.95, seed: int = 0
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The row of one way, its classes and its confusion.

    Sentences it gave no score are left out and counted in `n_without_score`.
    """
    known = np.flatnonzero(~np.isnan(way.scores)).tolist()
    kept = [sentences[i] for i in known]
    labels = np.array([s.label for s in kept])
    scores = way.scores[known]
    clusters, _ = clusters_of(kept)
    agreement = measure_labels(
        [LABELS[1 - y] for y in labels],
        [LABELS[0] if yes else LABELS[1] for yes in way.loaded[known]],
        clusters,
        LABELS,
        level=level,
        seed=seed,
    )
    outlets = [s.outlet or NO_OUTLET for s in kept]
    within = measure_auc_within(labels, scores, outlets) if any(s.outlet for s in kept) else None
    reliability = None if way.probabilities is None else measure_calibration(labels, way.probabilities[known])
    ranked = _ranked(kept, scores, level, seed)
    row = {
        "model": way.name,
        "held_out_by": way.held_out_by,
        "n": len(kept),
        "n_without_score": len(sentences) - len(kept),
        "accuracy": _round(agreement.accuracy[0]),
        "macro_f1": _round(agreement.macro_f1[0]),
        "low": _round(agreement.macro_f1[1]),
        "high": _round(agreement.macro_f1[2]),
        "auc": _round(measure_auc(labels, scores)),
        "auc_within_outlet": _round(within),
        "ece": None if reliability is None else _round(reliability.ece),
        "pairs_ranked_right": _round(ranked[0]),
        "pairs_low": _round(ranked[1]),
        "pairs_high": _round(ranked[2]),
        "reason": None,
    }
    classes = [{k: _round(v) if isinstance(v, float) else v for k, v in r.items()} for r in agreement.rows]
    confusion = [
        {"gold": label, **{f"ours_{v}": int(n) for v, n in zip(LABELS, counts, strict=True)}}
        for label, counts in zip(agreement.labels, agreement.confusion, strict=True)
    ]
    return row, classes, confusion


def _round(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 4)


def _ranked(
    sentences: Sequence[Labelled], scores: np.ndarray, level: float, seed: int
) -> tuple[float | None, float | None, float | None]:
    sides: dict[int, dict[int, float]] = {}
    for sentence, score in zip(sentences, scores.tolist(), strict=True):
        if sentence.pair is not None:
            sides.setdefault(sentence.pair, {})[sentence.label] = score
    both = [pair for pair in sides.values() if len(pair) == 2]
    if not both:
        return None, None, None
    return measure_ranked_pairs([p[1] for p in both], [p[0] for p in both], level=level, seed=seed)


def score_baselines(
    sentences: Sequence[Labelled], tone: np.ndarray, forms: Sequence[str], *, seed: int = 0
) -> tuple[list[Scored], list[dict[str, Any]]]:
    """The ways a model must beat, each by five random folds: majority, TextBlob, lexicon count and the outlet's name alone.

    A reader would get wrong: the outlet's name reads no text at all; where it does well, the labels follow the outlets, and a
    model that does no better within an outlet has learnt who writes and not how.

    Returns:
        The ways, and a row with the reason for each that cannot be had.
    """
    labels = np.array([s.label for s in sentences])
    rng = np.random.default_rng(seed)
    # Both sides of a pair stay together.
    _, unit = np.unique(
        [str(s.pair if s.pair is not None else f"line {s.line}") for s in sentences], return_inverse=True
    )
    fold = rng.permutation(unit.max() + 1)[unit] % _FOLDS
    held_out = "five random folds"
    known = Forms(forms)
    counts = np.array([sum(w in known for w in find_words(s.text)) for s in sentences], dtype=float)
    ways = [
        Scored("majority", "nothing", np.zeros(len(labels)), np.full(len(labels), labels.mean() >= 0.5)),
        Scored("TextBlob subjectivity", held_out, tone[:, 1], _by_fold(labels, fold, tone[:, 1])),
        Scored("lexicon count", held_out, counts, _by_fold(labels, fold, counts)),
    ]
    outlets = [s.outlet for s in sentences]
    if not any(outlets):
        return ways, [_empty_row("outlet name only", "the sentences have no outlet")]
    shares = np.empty(len(labels))
    for k in range(_FOLDS):
        fit = fold != k
        seen: dict[str | None, list[int]] = {}
        for outlet, label, used in zip(outlets, labels.tolist(), fit, strict=True):
            if used:
                seen.setdefault(outlet, []).append(label)
        overall = float(labels[fit].mean()) if fit.any() else 0.5
        for i in np.flatnonzero(~fit):
            given = seen.get(outlets[i], [])
            shares[i] = (sum(given) + overall) / (len(given) + 1)
    return [*ways, Scored("outlet name only", held_out, shares, shares >= 0.5)], []


def _empty_row(name: str, reason: str) -> dict[str, Any]:
    keys = ("accuracy", "macro_f1", "low", "high", "auc", "auc_within_outlet", "ece")
    none = dict.fromkeys((*keys, "pairs_ranked_right", "pairs_low", "pairs_high"))
    return {"model": name, "held_out_by": None, "n": 0, "n_without_score": 0, **none, "reason": reason}


def _by_fold(labels: np.ndarray, fold: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Answers with the threshold that does best in the other folds."""
    answers = np.zeros(len(labels), dtype=bool)
    for k in range(_FOLDS):
        fit, held = fold != k, fold == k
        if fit.any():
            answers[held] = scores[held] >= _best_threshold(scores[fit], labels[fit])
    return answers


def _best_threshold(scores: np.ndarray, labels: np.ndarray) -> float:
    """The threshold with the highest macro-F1."""
    values = np.unique(scores)
    best = (-1.0, 0.0)
    for value in values[:: max(1, len(values) // 200)]:
        given = scores >= value
        f1 = []
        for side in (True, False):
            hit = int(((given == side) & ((labels == 1) == side)).sum())
            f1.append(2 * hit / max(int((given == side).sum()) + int(((labels == 1) == side).sum()), 1))
        best = max(best, (sum(f1) / 2, float(value)))
    return best[1]


def score_labelled(
    model: LoadedModel, sentences: Sequence[Labelled], tone: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds before calibration, and probabilities."""
    columns = {
        "text": [s.text for s in sentences],
        "polarity": tone[:, 0].tolist(),
        "subjectivity": tone[:, 1].tolist(),
    }
    logits = model.logits(columns)
    return logits, model.calibrate(logits)


def tone_of(texts: Sequence[str]) -> np.ndarray:
    """Sentences × polarity and subjectivity."""
    return np.array(score_tone(texts), dtype=np.float64).reshape(-1, 2)


# ---- evaluate -----------------------------------------------------------------------------------------------------------


def evaluate_loadedness(
    gold: Path | str,
    *,
    model: LoadedModel | None = None,
    recalibrate: int | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Evaluation:
    """How often does a model call loaded what gold calls loaded, and how far can its probabilities be taken at their word?

    A reader would get wrong: another study's labels mean what its codebook says ("biased", "subjective"), which is not quite
    loaded wording; a model that was trained on the gold sentences themselves says nothing here.

    Args:
        gold: As `read_labelled` takes it.
        model: The shipped one when not given.
        recalibrate: Sentences, drawn at random, on which the calibration is fitted again; figures are then of the rest.
        level: Of the intervals.
        seed: Of resampling and draws.

    Returns:
        Rows for the model, its answers where it is certain, and the baselines; in meta accuracy, macro_f1, per_class, auc,
        auc_within_outlet, ece, reliability and, after recalibration, ece_before.

    Raises:
        InputError: The file is none of labelled sentences, or leaves nothing to measure on.
        ModelError: Too few of a class to calibrate on.
    """
    model = model or read_model()
    data = read_labelled(gold)
    sentences = data.sentences
    meta: dict[str, Any] = {"n_rejects": len(data.rejects), "rejects": data.rejects[:50], "model_digest": model.digest}
    if recalibrate is not None:
        if not 0 < recalibrate < len(sentences):
            raise InputError(
                f"{recalibrate:,} of {len(sentences):,} sentences to calibrate on",
                "fewer, so that some are left",
                "Lower it.",
            )
        drawn = draw_balanced(data.labels, recalibrate, seed=seed)
        rest = np.setdiff1d(np.arange(len(sentences)), drawn)
        before = model
        model = recalibrate_model(model, [sentences[i] for i in drawn])
        sentences = [sentences[i] for i in rest]
        tone = tone_of([s.text for s in sentences])
        logits, probabilities = score_labelled(before, sentences, tone)
        ece = measure_calibration([s.label for s in sentences], probabilities).ece
        meta |= {"n_recalibrated_on": recalibrate, "ece_before": _round(ece)}
    else:
        tone = tone_of([s.text for s in sentences])
        logits, _ = score_labelled(model, sentences, tone)
    probabilities = model.calibrate(logits)
    ours = Scored("ours", "never seen", probabilities, probabilities >= 0.5, probabilities)
    row, classes, confusion = measure(ours, sentences, level=level, seed=seed)
    certain = np.maximum(probabilities, 1 - probabilities) >= model.abstain_below
    rows = [row]
    if certain.any():
        name = f"ours where certain ({model.abstain_below:g} and more)"
        rows.append(
            measure(
                ours._replace(name=name, scores=np.where(certain, probabilities, np.nan)),
                sentences,
                level=level,
                seed=seed,
            )[0]
        )
    ways, missing = score_baselines(sentences, tone, model.forms, seed=seed)
    rows += [measure(way, sentences, level=level, seed=seed)[0] for way in ways] + missing
    meta |= {
        "n": len(sentences),
        "method": INTERVAL.format(clusters_of(sentences)[1]),
        "level": level,
        "seed": seed,
        **{k: row[k] for k in ("accuracy", "macro_f1", "auc", "auc_within_outlet", "ece", "pairs_ranked_right")},
        "per_class": {c["class"]: {k: c[k] for k in c if k != "class"} for c in classes},
        "reliability": measure_calibration([s.label for s in sentences], probabilities).bins,
        "abstain_below": model.abstain_below,
        "share_certain": _round(float(certain.mean())),
        "not_for": NOT_FOR,
    }
    misses = [
        {
            "line": s.line,
            "gold": LABELS[1 - s.label],
            "ours": LABELS[int(p < 0.5)],
            "probability": round(p, 3),
            "text": s.text,
        }
        for s, p in zip(sentences, probabilities.tolist(), strict=True)
        if (p >= 0.5) != (s.label == 1)
    ]
    misses.sort(key=lambda m: -abs(float(m["probability"]) - 0.5))
    return Evaluation(rows, meta, confusion, misses)


def draw_balanced(labels: np.ndarray, n: int, *, seed: int = 0) -> np.ndarray:
    """Rows of n sentences drawn at random, either class in its share."""
    rng = np.random.default_rng(seed)
    of_class = [rng.permutation(np.flatnonzero(labels == label)) for label in (0, 1)]
    positive = min(max(round(n * float(labels.mean())), 0), n)
    return np.sort(np.concatenate([of_class[1][:positive], of_class[0][: n - positive]]))


def recalibrate_model(model: LoadedModel, sentences: Sequence[Labelled]) -> LoadedModel:
    """The same model with probabilities that suit texts of another kind, from some hundred labelled sentences.

    Raises:
        ModelError: Fewer than ten of either class.
    """
    from framing.classify.train import recalibrate

    labels = np.array([s.label for s in sentences])
    logits, _ = score_labelled(model, sentences, tone_of([s.text for s in sentences]))
    return recalibrate(model, logits, labels)


def make_sentences(
    sentences: Sequence[Labelled],
    tone: np.ndarray,
    base: LoadedModel | None,
    *,
    groups: Sequence[object] = (),
    encoder: Encoder | None = None,
) -> Sentences:
    """The columns that training takes; each sentence is embedded once, however many folds there are."""
    from framing.classify.train import Sentences as Columns

    texts = [s.text for s in sentences]
    return Columns(
        tuple(texts),
        np.array([s.label for s in sentences]),
        tone,
        np.zeros(0) if base is None else score_labelled(base, sentences, tone)[0],
        np.unique([str(g) for g in groups] or ["all"] * len(texts), return_inverse=True)[1],
        np.zeros((len(texts), 0)) if encoder is None else encoder.embed(texts),
    )
