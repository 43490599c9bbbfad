"""A folder or zip archive as the files in it, each read by its own kind."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from framing.errors import InputError
from framing.ingest.decode import shown
from framing.ingest.formats import SUFFIXES, find_sign
from framing.ingest.limits import open_zip, read_member


@dataclass(frozen=True)
class SourceFile:
    """One file to read.

    Args:
        path: Where it is.
        name: What to call it in messages and rejects.
        alone: Whether the user named it: then what is wrong with it is an error, else a reject.
        outlet: Outlet of its articles when they name none: the folder it lies in under the named one.
        problem: Why it is not read.
    """

    path: Path
    name: str
    alone: bool = True
    outlet: str | None = None
    problem: tuple[str, str] | None = None


def expand_source(path: Path, form: str) -> Iterator[SourceFile]:
    """The files of a source: itself, or those of a folder or zip archive in the order of their names.

    A reader would get wrong: a folder of nothing but .txt files is one source, whose reader takes the sub-folder as outlet
    and the file name as id, unless one of them is a database's export. Members of an archive are unpacked one at a time under names of our own; the names the
    archive gives are only shown.

    Raises:
        LimitError: An archive unpacks to more than allowed.
        InputError: A folder or archive without a file of a known kind.
    """
    if path.is_dir() and form != "text":
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        if files and any(p.suffix.lower() != ".txt" or _is_export(p) for p in files):
            if not any(_known(p.name) for p in files):
                raise _nothing(path)
            for file in files:
                yield _of_many(file, file.relative_to(path), shown(file.relative_to(path).as_posix()))
            return
    elif path.suffix.lower() == ".zip" and path.is_file():
        yield from _members(path)
        return
    yield SourceFile(path, shown(path.name))


def _members(path: Path) -> Iterator[SourceFile]:
    with open_zip(path) as packed, tempfile.TemporaryDirectory(prefix="framing-") as folder:
        entries = [e for e in packed.infolist() if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
        if not any(_known(e.filename) for e in entries):
            raise _nothing(path)
        for number, entry in enumerate(sorted(entries, key=lambda e: e.filename)):
            inside = PurePosixPath(entry.filename.replace("\\", "/"))
            name = f"{shown(path.name)}, {shown(inside.as_posix())[:120]}"
            if not _known(inside.name):
                yield SourceFile(path, name, False, None, ("unknown ending", inside.suffix[:20]))
                continue
            # A name of our own: what an archive calls its members may point anywhere.
            unpacked = Path(folder) / f"{number}{''.join(inside.suffixes[-2:]).lower()[-12:]}"
            try:
                unpacked.write_bytes(read_member(packed, entry, path.name))
            except (InputError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as problem:
                # RuntimeError: a member with a password.
                yield SourceFile(path, name, False, None, ("unreadable", str(problem)))
                continue
            yield _of_many(unpacked, Path(*inside.parts[-2:]), name)
            unpacked.unlink()


def _of_many(file: Path, inside: Path, name: str) -> SourceFile:
    if not _known(file.name):
        return SourceFile(file, name, False, None, ("unknown ending", file.suffix[:20]))
    return SourceFile(file, name, False, shown(inside.parts[0]) if len(inside.parts) > 1 else None)


def _known(name: str) -> bool:
    endings = [s.lower() for s in PurePosixPath(name).suffixes]
    return bool(endings) and (endings[-2] if len(endings) > 1 and endings[-1] == ".gz" else endings[-1]) in SUFFIXES


def _is_export(file: Path) -> bool:
    try:
        return find_sign(file, ".txt") is not None
    except InputError:
        # The reader of the folder says what is wrong with it.
        return False


def _nothing(path: Path) -> InputError:
    return InputError(
        f"no file of articles in {shown(path.name)!r}",
        f"files that end in {', '.join(SUFFIXES)}",
        "Check the folder, or name the files with --format.",
    )
