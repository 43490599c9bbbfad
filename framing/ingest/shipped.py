"""The corpora that come with the package."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.corpus import Corpus
from framing.errors import unknown_name
from framing.ingest.read import ingest_files, read_articles

DEFAULT = "sarvane"


def bundle() -> Path:
    """Where app.py and corpora/ are: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent.parent
    return package / "_bundle" if (package / "_bundle").is_dir() else package.parent


@dataclass(frozen=True)
class ShippedCorpus:
    """A corpus of the package: its folder and datasheet."""

    name: str
    title: str
    description: str
    fictional: bool
    licence: str
    folder: Path
    datasheet: dict[str, str]


def list_shipped() -> list[ShippedCorpus]:
    """The shipped corpora, by name."""
    found = []
    for file in sorted(bundle().glob("corpora/*/corpus.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        extra = {
            k: str(v) for k, v in data.items() if k not in ("name", "title", "description", "fictional", "licence")
        }
        found.append(
            ShippedCorpus(
                data["name"], data["title"], data["description"], data["fictional"], data["licence"], file.parent, extra
            )
        )
    return found


def read_shipped(name: str = DEFAULT) -> Corpus:
    """A shipped corpus in memory.

    Example:
        >>> read_shipped().manifest.fictional
        True
    """
    articles, outlets, manifest = _described(name)
    return read_articles(articles, described_outlets=outlets, manifest=manifest)


def write_shipped(name: str, out: Path | str) -> Corpus:
    """A shipped corpus as a corpus folder; the same articles and digest as `read_shipped`."""
    articles, outlets, manifest = _described(name)
    return ingest_files([articles], out, described_outlets=outlets, manifest=manifest)


def _described(name: str) -> tuple[Path, dict[str, dict[str, Any]], dict[str, Any]]:
    by_name = {c.name: c for c in list_shipped()}
    if name not in by_name:
        raise unknown_name("shipped corpus", name, by_name, "framing corpora list shows them.")
    found = by_name[name]
    with (found.folder / "outlets.csv").open(encoding="utf-8", newline="") as file:
        outlets: dict[str, dict[str, Any]] = {row["outlet_id"]: dict(row) for row in csv.DictReader(file)}
    manifest = {
        "name": found.title,
        "description": found.description,
        "fictional": found.fictional,
        "licence": found.licence,
        "extra": found.datasheet,
    }
    return found.folder / "articles.jsonl", outlets, manifest
