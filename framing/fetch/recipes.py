"""Recipes for public sets of articles: where they are, under which licence, how to cite them, and how to tell a true copy."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from framing.errors import FramingError, InputError, unknown_name
from framing.fetch.client import Client, FetchError, FetchOptions, Stream
from framing.fetch.pages import Progress
from framing.fetch.store import lock

_FORMS = ("csv", "tsv", "jsonl", "json", "text")
_DIGESTS = {"sha256": 64, "md5": 32}
FIRST_DOWNLOAD = "first download"
#: A set is one file of up to some gigabytes, and one that the user named: no robots.txt, hours of time, a minute of silence.
_OF_A_SET = {"most_bytes": 8_000_000_000, "seconds": 6 * 3600.0, "connect_seconds": 60.0, "robots": False}


@dataclass(frozen=True)
class Convert:
    """How a set's file becomes articles.

    Args:
        form: csv, tsv or jsonl: a table with `columns`; json: objects, one or a list in each member; text: a member each.
        members: For a zip archive: which of its members, with `*` as in file patterns.
        columns: The set's name for each of our fields. A list becomes one text: its items are joined by an empty line,
            and items that are lists themselves by a space within.
        pattern: For text: a pattern over a member's name, whose named groups `fields` may use.
        fields: Fields that are the same for all articles, or made of the pattern's groups, as in `{number}`.
        endings: Ends of an outlet's name that are cut off, and the section each stands for, or nothing.
        encoding, date_order: As of `IngestOptions`.
    """

    form: str
    members: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class Recipe:
    """A public set of articles.

    Args:
        name: Short name.
        title, description: What it is.
        licence: Licence of the set and of its texts, or that none is stated.
        citation: How to cite it.
        homepage: Where its makers describe it.
        address: Where its file is.
        file: The file's name once downloaded.
        convert: How it becomes articles.
        digests: Checksums that the makers or we computed, by method; without one nothing can be verified.
        size: Bytes of the file, about; None where not known.
        known_limits: What a user should know.
        outlets: Names to show, by the outlet's id in the set.
    """

    name: str
    title: str
    description: str
    licence: str
    citation: str
    homepage: str
    address: str
    file: str
    convert: Convert
    digests: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    known_limits: str = ""
    outlets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Downloaded:
    """A set's file on this machine.

    Args:
        path: Where it is.
        sha256: Its digest.
        verified: What it was compared with: `sha256` or `md5` of the recipe, `first download`, or nothing, when the recipe
            states no checksum and this is the first download.
    """

    path: Path
    sha256: str
    verified: str

    @property
    def says(self) -> str:
        """What is to be said of its checksum."""
        if not self.verified:
            return f"SHA-256 {self.sha256}, compared with nothing: the recipe states no checksum; later downloads are compared with it"
        compared = "the first download's" if self.verified == FIRST_DOWNLOAD else f"the {self.verified} of the recipe"
        return f"SHA-256 {self.sha256}, compared with {compared}"

    def remember(self) -> None:
        """Write the digest down beside the file, for later downloads to be compared with."""
        _note_of(self.path).write_text(f"{self.sha256}  {self.path.name}\n", encoding="utf-8")


def recipes_folder() -> Path:
    """The recipes that come with the package."""
    package = Path(__file__).resolve().parent.parent
    return (package / "_bundle" if (package / "_bundle").is_dir() else package.parent) / "corpora" / "recipes"


def list_recipes(folder: Path | None = None) -> list[Recipe]:
    """The recipes of a folder, by name; those of the package when none is given.

    Example:
        >>> [r.name for r in list_recipes()][:2]
        ['article-bias-prediction', 'babe']
    """
    return [read_recipe(path) for path in sorted((folder or recipes_folder()).glob("*.toml"))]


def get_recipe(name: str, folder: Path | None = None) -> Recipe:
    """A recipe by its name.

    Raises:
        SelectionError: There is none of that name.
    """
    by_name = {recipe.name: recipe for recipe in list_recipes(folder)}
    if name not in by_name:
        raise unknown_name("corpus", name, by_name, "framing corpora list shows them.")
    return by_name[name]


def read_recipe(path: Path | str) -> Recipe:
    """A recipe from its TOML file.

    Raises:
        InputError: Something is missing, unknown or of another kind; the message names it.
    """
    path = Path(path)
    where = repr(path.name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        file, convert = dict(data.pop("file")), dict(data.pop("convert"))
        digests = {method: file.pop(method) for method in _DIGESTS if method in file}
        recipe = Recipe(
            **data,
            address=file.pop("address"),
            file=file.pop("name"),
            size=file.pop("size", None),
            digests=digests,
            convert=Convert(**convert),
        )
        if file:
            raise TypeError(f"file.{min(file)} is unknown")
        _check(recipe)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as problem:
        raise InputError(
            f"{where}, which is no recipe ({type(problem).__name__}: {problem})",
            f"{', '.join(f.name for f in fields(Recipe)[:6])}, a [file] with address and name, and a [convert] with form",
            "Correct it there.",
        ) from problem
    return recipe


def _check(recipe: Recipe) -> None:
    for method, digest in recipe.digests.items():
        if not re.fullmatch(rf"[0-9a-f]{{{_DIGESTS[method]}}}", digest):
            raise ValueError(f"file.{method} is no {method} digest")
    if recipe.convert.form not in _FORMS:
        raise ValueError(f"convert.form is not one of {', '.join(_FORMS)}")
    # The file is written under this name: it must be one, and no path.
    if Path(recipe.file).name != recipe.file or recipe.file.startswith("."):
        raise ValueError("file.name is no plain file name")
    re.compile(recipe.convert.pattern)
    if recipe.convert.form not in ("json", "text") and (recipe.convert.members or recipe.convert.pattern):
        raise ValueError("convert.members and convert.pattern are for json and text")
    if recipe.convert.form != "json" and recipe.convert.endings:
        raise ValueError("convert.endings is for json")


def download(
    recipe: Recipe,
    folder: Path | str,
    progress: Progress | None = None,
    *,
    allow_private: bool = False,
    options: FetchOptions | None = None,
) -> Downloaded:
    """A set's file in a folder, verified where a checksum is known.

    A download that breaks off is taken up where it ended, in this call and in a later one; a file that is there already is
    used, after its checksum was looked at.

    Args:
        recipe: The set.
        folder: Where to put the file; made if need be.
        progress: Called with the bytes that are there and, where known, the bytes there will be.
        allow_private: As of `FetchOptions`.
        options: How far to go; by default what is right for one large file.

    Raises:
        FetchError: It could not be had, or is not the file the recipe means; nothing is left at the final path.
    """
    folder = Path(folder)
    final, part = folder / recipe.file, folder / f"{recipe.file}.part"
    if final.exists():
        return _verified(recipe, final, part)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FramingError(
            f"{str(folder)!r} cannot be written ({problem.strerror})", "a writable folder", "Choose another --out."
        ) from problem
    transfer = _Transfer(part, progress)
    client = Client(options or FetchOptions(allow_private=allow_private, **_OF_A_SET))  # type: ignore[arg-type]
    try:
        client.read(recipe.address, transfer.take, transfer.headers)
    except FetchError as problem:
        if problem.reason != "status 416":
            raise
        # What is there does not fit what the server has: begin again.
        transfer.forget()
        client.read(recipe.address, transfer.take, transfer.headers)
    return _verified(recipe, final, part)


class _Transfer:
    """A download into a `.part` file, with the version it is of in a file beside it."""

    def __init__(self, part: Path, progress: Progress | None) -> None:
        self.part, self.note, self.progress = part, part.with_name(f"{part.name}.json"), progress

    def headers(self) -> dict[str, str]:
        """Ask for what is missing, and only of the version that the beginning is of."""
        version = self._version()
        if not version or not self._size():
            self.forget()
            return {"Accept-Encoding": "identity"}
        return {"Accept-Encoding": "identity", "Range": f"bytes={self._size()}-", "If-Range": version}

    def take(self, stream: Stream) -> None:
        """Write what comes, behind what is there where the server goes on there."""
        begun = self._size()
        stated = {k.lower(): v for k, v in stream.headers}
        if stream.status == 206 and not stated.get("content-range", "").startswith(f"bytes {begun}-"):
            raise FetchError(
                "another range", f"{stated.get('content-range', 'no range')!r} instead of what is missing",
                f"the bytes from {begun:,} on", "Delete the .part file and try again.",
            )  # fmt: skip
        if stream.status != 206:
            self.forget()
            begun = 0
            # Only a strong ETag or a date names one version (RFC 9110, section 13.1.5).
            etag = stated.get("etag", "")
            version = etag if etag.startswith('"') else stated.get("last-modified", "")
            self.note.write_text(json.dumps({"version": version}), encoding="utf-8")
        length = stated.get("content-length", "")
        total = begun + int(length) if length.isdecimal() else None
        with self.part.open("ab") as file:
            lock(file, self.part.parent)
            for block in stream.blocks:
                file.write(block)
                begun += len(block)
                if self.progress is not None:
                    self.progress(begun, total)

    def forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _version(self) -> str:
        try:
            return str(json.loads(self.note.read_text(encoding="utf-8"))["version"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def _note_of(final: Path) -> Path:
    return final.with_name(f"{final.name}.sha256")


def _expected(recipe: Recipe, final: Path) -> tuple[Mapping[str, str], str]:
    """Checksums to compare with, and whose they are: the recipe's, or else those of the first download into this folder."""
    if recipe.digests:
        return recipe.digests, ", ".join(recipe.digests)
    note = _note_of(final)
    try:
        digest = note.read_text(encoding="utf-8").partition(" ")[0]
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError):
        digest = ""
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise InputError(f"{str(note)!r} without a SHA-256", "the note of the first download", "Delete it.")
    return {"sha256": digest}, FIRST_DOWNLOAD


def _verified(recipe: Recipe, final: Path, part: Path) -> Downloaded:
    """The file under its final name, once its checksum fits."""
    path = final if final.exists() else part
    wanted, verified = _expected(recipe, final)
    hashes: dict[str, Any] = {m: hashlib.new(m, usedforsecurity=False) for m in {"sha256", *wanted}}
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            for one in hashes.values():
                one.update(block)
    for method, expected in wanted.items():
        if hashes[method].hexdigest() != expected:
            if path == part:
                _Transfer(part, None).forget()
            raise FetchError(
                "checksum mismatch",
                f"{final.name!r} with {method} {hashes[method].hexdigest()}",
                f"{expected}, as "
                + (
                    f"noted at the first download in {str(_note_of(final))!r}"
                    if verified == FIRST_DOWNLOAD
                    else f"the recipe of {recipe.name} states it"
                ),
                "Download it again; if it stays so, the set was changed or is not the one meant."
                if path == part
                else f"Delete {str(path)!r} and download it again.",
            )
    if path == part:
        part.replace(final)
        _Transfer(part, None).forget()
    return Downloaded(final, hashes["sha256"].hexdigest(), verified)
