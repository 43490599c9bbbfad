"""The command `bench`."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from framing.commands.parts import Progress, add_command, positive, print_rows


def add(commands: Any) -> None:
    """Register the command."""
    p = add_command(
        commands,
        "bench",
        _bench,
        "how fast each stage is on this machine, beside public peers",
        "framing bench --articles 300 --json",
    )
    p.add_argument("--articles", type=positive, default=3000, metavar="N", help="read at most so many (default: 3000)")
    p.add_argument("--corpus", help="corpus folder (default: the shipped corpus)")
    p.add_argument("--rounds", type=positive, default=3, help="medians are over these (default: 3)")


def _bench(a: argparse.Namespace) -> None:
    from framing.corpus import read_corpus
    from framing.ingest.shipped import read_shipped
    from framing.lexicon import read_lexicon
    from framing.study.bench import bench

    corpus, lexicon = read_corpus(a.corpus) if a.corpus else read_shipped(), read_lexicon("conflict")
    others, meta_of_peers = _peers(lexicon, corpus.table(["text"]).slice(0, a.articles).column("text").to_pylist())
    with Progress(None, "measurements") as progress:
        rows, meta = bench(
            corpus, lexicon, articles=a.articles, rounds=a.rounds, peers=others, progress=progress.update
        )
    print_rows(a, rows, {**meta, **meta_of_peers})
    if a.format == "table":
        print(
            f"\n{meta['n_articles']:,} articles, {meta['megabytes']:.1f} MB, {meta['n_forms']:,} forms, {meta['cpus']} processors; "
            f"medians of {meta['rounds']} rounds in turns, MB a second of CPU time in one process"
        )
        if meta_of_peers:
            print(
                f"places where the matcher and re differ: {meta_of_peers['differences_to_re']} of {meta_of_peers['found_by_re']:,}"
            )


def _peers(lexicon: Any, texts: list[str | None]) -> tuple[list[Any], dict[str, Any]]:
    """Peers and the check against `re` from the checkout's tests; nothing in an installation without them."""
    path = Path(__file__).parents[2] / "tests" / "evaluation" / "peers.py"
    spec = importlib.util.spec_from_file_location("framing_peers", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return [], {}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    checked = [text or "" for text in texts]
    return module.list_peers(lexicon, checked), module.check_matcher(lexicon, checked)
