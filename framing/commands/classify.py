"""The commands of the classifier: `card` and `discover`; what `train` and `evaluate loadedness` print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from framing.commands.parts import Progress, add_command, add_run, natural, open_run, positive, print_rows
from framing.errors import SelectionError

_ROW = (
    "model",
    "n",
    "accuracy",
    "macro_f1",
    "low",
    "high",
    "auc",
    "auc_within_outlet",
    "ece",
    "pairs_ranked_right",
    "reason",
)
_TRANSFER = (
    "set",
    "n",
    "accuracy",
    "macro_f1",
    "auc",
    "auc_within_outlet",
    "ece",
    "pairs_ranked_right",
    "share_called_loaded",
)


def add(commands: Any) -> None:
    """Register the commands."""
    p = add_command(
        commands,
        "card",
        _card,
        "what a loadedness model was trained on, how well it does and what it is not for",
        "framing card model",
    )
    p.add_argument("model", nargs="?", metavar="MODEL", help="model folder (default: the shipped one)")

    p = add_command(
        commands,
        "recalibrate",
        _recalibrate,
        "a copy of a loadedness model whose probabilities suit your texts, from some hundred labelled sentences",
        "framing recalibrate --gold labelled.csv --out my_model",
    )
    p.add_argument("model", nargs="?", metavar="MODEL", help="model folder, left as it is (default: the shipped one)")
    p.add_argument("--gold", required=True, metavar="FILE", help="CSV or JSON Lines with text and label (0 or 1)")
    p.add_argument("--out", required=True, metavar="MODEL", help="model folder to make")
    p.add_argument("--n", type=positive, default=100, help="sentences to calibrate on; the rest measures it")
    p.add_argument("--seed", type=natural, default=0, help="seed of the draw")

    p = add_command(
        commands,
        "discover",
        _discover,
        "words that a person may want in the lexicon, from sentences that score loaded without a mention",
        'framing discover run --limit 20; framing discover run --accept "strongman" --concept leader --out my_terms.toml',
    )
    add_run(p)
    p.add_argument("--model", metavar="MODEL", help="loadedness model (default: the shipped one)")
    p.add_argument("--limit", type=positive, default=30, help="most rows shown; the total is printed")
    p.add_argument(
        "--accept", metavar="WORD", help="put this word into the overlay lexicon --out, which --lexicon takes"
    )
    p.add_argument("--concept", help="with --accept: the concept whose alternative it is")
    p.add_argument("--category", default="intensifying", help="with --accept: what the word does")
    p.add_argument("--valence", choices=("elevating", "condemning"), default="condemning", help="with --accept")
    p.add_argument("--plain", default="", metavar="WORDING", help="with --accept: the plainer wording for its place")
    p.add_argument("--out", metavar="FILE.toml", help="with --accept: overlay to make or to add to")


def train(a: argparse.Namespace) -> None:
    """`framing train`."""
    from framing.study.training import train_any

    with Progress(None, "steps") as progress:
        model = train_any(
            Path(a.data),
            Path(a.out),
            seed=a.seed,
            transfer=a.transfer,
            licence=a.licence,
            embeddings=a.embeddings,
            progress=progress.update,
        )
    _show_card(a, model.card, {"digest": model.digest, "out": a.out})


def evaluate(a: argparse.Namespace) -> Any:
    """The result of `framing evaluate loadedness`."""
    from framing.classify import read_model
    from framing.study.loadedness import evaluate_loadedness

    for option, given in (("--run", a.run_path), ("--lexicon", a.lexicon)):
        if given is not None:
            raise SelectionError(f"{option} with loadedness", "the gold file alone", f"Leave {option} out.")
    model = read_model(a.model)
    return evaluate_loadedness(a.gold, model=model, recalibrate=a.recalibrate, level=a.level, seed=a.seed)


def _card(a: argparse.Namespace) -> None:
    from framing.classify import read_model

    model = read_model(a.model)
    _show_card(a, model.card, {"digest": model.digest})


def _recalibrate(a: argparse.Namespace) -> None:
    from framing.study.training import describe_recalibration, recalibrate_model_folder

    model = recalibrate_model_folder(a.model, a.gold, a.out, n=a.n, seed=a.seed)
    part = dict(model.card["recalibrated"])
    shown = ("data", "n", "n_rest", "ece_before", "ece", "share_certain", "accuracy_where_certain", "reason")
    row = {k: part[k] for k in shown if k in part}
    print_rows(a, [row], {**part, "digest": model.digest, "out": a.out})
    if a.format == "table":
        print(f"\n{describe_recalibration(model.card)}")


def _show_card(a: argparse.Namespace, card: Any, more: dict[str, Any]) -> None:
    from framing.study.training import describe_recalibration

    rows = list(card["rows"])
    if a.format != "table" or "transfer" not in card:
        shown = (*_ROW, "n_pairs", "conflict_or_not")
        print_rows(a, rows, {**card, **more}, [c for c in shown if c in rows[0]])
        return
    print(f"{card['what']}\n{card['not_for']}\nData: {card['data']}; licence {card['licence']}.\n{card['method']}\n")
    again = describe_recalibration(card)
    if again is not None:
        print(f"{again}\n")
    used = [c for c in _ROW if any(r.get(c) is not None for r in rows)]
    print_rows(a, rows, {}, used)
    print(f"\nclasses and confusion (gold by row), held out by {card['held_out_by']}")
    print_rows(a, card["per_class"], {})
    print_rows(a, card["confusion"], {})
    print("\nprobabilities beside what came true")
    print_rows(a, card["reliability"], {})
    if card["transfer"]:
        print("\nsets it never saw")
        print_rows(
            a, card["transfer"], {}, [c for c in _TRANSFER if any(r.get(c) is not None for r in card["transfer"])]
        )
    rejects = "".join(f", {n} rejected: {reason}" for reason, n in card.get("rejects_by_reason", {}).items())
    print(
        f"\n{card['n_sentences']:,} sentences{rejects}; under {card['abstain_below']:g} it answers uncertain ({1 - card['share_certain']:.0%} of held-out sentences); "
        f"{card['level']:.0%} {card['interval']}; seed {card['seed']}"
    )


def _discover(a: argparse.Namespace) -> None:
    import json

    from framing.classify import read_model
    from framing.study.discovery import accept_candidate, find_candidates

    if a.accept is None:
        given = [f"--{name}" for name in ("concept", "out") if getattr(a, name)]
        if given:
            raise SelectionError(f"{given[0]} without --accept", "the word to accept", "Add --accept, or leave it out.")
        table = find_candidates(open_run(a), read_model(a.model), limit=a.limit)
        meta = json.loads(table.schema.metadata[b"meta"])
        rows = [{**row, "example": row["sentences"][0]} for row in table.to_pylist()]
        columns = ("candidate", "log_odds", "low", "articles_high", "articles_low", "outlets", "example")
        print_rows(a, rows, meta, columns, header=(*table.column_names, "example"), most=a.limit)
        if a.format == "table":
            print(f"\n{meta['n_shown']} of {meta['n_all']:,} candidates; {meta['method']}\n{meta['note']}")
        return
    if not a.concept or not a.out:
        raise SelectionError("--accept without --concept or --out", "both", "Add them.")
    run = open_run(a)
    n = accept_candidate(
        a.accept, a.concept, a.out, below=run.lexicon, category=a.category, valence=a.valence, plain=a.plain
    )
    print_rows(a, [{"accepted": a.accept, "concept": a.concept, "terms": n}], {"out": a.out})
