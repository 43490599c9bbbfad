"""Public sets: downloaded in pieces, verified, converted; a false copy leaves nothing."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from framing.errors import InputError, SelectionError
from framing.fetch.client import FetchError
from framing.fetch.recipes import Convert, Recipe, download, get_recipe, list_recipes, read_recipe
from tests.fetch.server import QUICK, Request, Site
from tests.fetch.test_client import answered

DATA = bytes(range(256)) * 400
SHA = hashlib.sha256(DATA).hexdigest()


def recipe(site: Site, **changes: Any) -> Recipe:
    usual = Recipe(
        "dams", "Dams", "Invented.", "none", "Nobody (2024)", "https://ledger.example/", f"{site.root}/dams.bin",
        "dams.bin", Convert("csv"), {"sha256": SHA},
    )  # fmt: skip
    return replace(usual, **changes)


def ranged(body: bytes, cuts: list[int], etag: str = '"v1"', *, ranges: bool = True) -> Callable[[Request], None]:
    """A server that breaks off after so many bytes, each time once."""

    def act(request: Request) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        start = int(asked[1]) if asked and ranges and request.headers.get("If-Range") == etag else 0
        if asked and start >= len(body):
            request.send(b"", 416)
            return
        rest = body[start:]
        headers = {"ETag": etag, "Content-Length": str(len(rest))}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        request.send(rest[: cuts.pop(0)] if cuts else rest, 206 if start else 200, headers)

    return act


def ranges_asked(site: Site) -> list[str]:
    return [headers.get("range", "") for _, headers in site.asked]


def test_a_download(site: Site, tmp_path: Path) -> None:
    site.pages["/dams.bin"] = DATA
    seen: list[tuple[int, int | None]] = []
    got = download(recipe(site), tmp_path, lambda n, of: seen.append((n, of)), options=QUICK)
    assert got.path.read_bytes() == DATA
    assert (got.sha256, got.verified) == (SHA, "sha256")
    assert seen[-1] == (len(DATA), len(DATA))
    assert [p.name for p in tmp_path.iterdir()] == ["dams.bin"]
    site.asked.clear()
    assert download(recipe(site), tmp_path, options=QUICK) == got
    assert site.asked == []


def test_resume_within_one_call(site: Site, tmp_path: Path) -> None:
    site.pages["/dams.bin"] = ranged(DATA, [1_000, 50_000])
    assert download(recipe(site), tmp_path, options=replace(QUICK, robots=False)).path.read_bytes() == DATA
    assert ranges_asked(site) == ["", "bytes=1000-", "bytes=51000-"]


def test_resume_in_a_later_call(site: Site, tmp_path: Path) -> None:
    once = replace(QUICK, robots=False, tries=1)
    site.pages["/dams.bin"] = ranged(DATA, [3_000])
    with pytest.raises(FetchError, match="broke off"):
        download(recipe(site), tmp_path, options=once)
    assert not (tmp_path / "dams.bin").exists()
    assert (tmp_path / "dams.bin.part").stat().st_size == 3_000
    assert download(recipe(site), tmp_path, options=once).path.read_bytes() == DATA
    assert ranges_asked(site) == ["", "bytes=3000-"]
    assert [p.name for p in tmp_path.iterdir()] == ["dams.bin"]


@pytest.mark.parametrize("change", ["other version", "no ranges", "too long", "other range"])
def test_what_cannot_be_resumed_begins_again(site: Site, tmp_path: Path, change: str) -> None:
    once = replace(QUICK, robots=False, tries=1)
    site.pages["/dams.bin"] = ranged(b"old" * 1_000, [2_000], '"v0"' if change == "other version" else '"v1"')
    with pytest.raises(FetchError):
        download(recipe(site), tmp_path, options=once)
    if change == "too long":
        (tmp_path / "dams.bin.part").write_bytes(DATA + b"more")
    site.pages["/dams.bin"] = ranged(DATA, [], ranges=change != "no ranges")
    if change == "other range":
        site.pages["/dams.bin"] = answered(DATA[9:], 206, Content_Range=f"bytes 9-{len(DATA) - 1}/{len(DATA)}")
        with pytest.raises(FetchError, match=r"instead of what is missing"):
            download(recipe(site), tmp_path, options=once)
        assert not (tmp_path / "dams.bin").exists()
        return
    assert download(recipe(site), tmp_path, options=once).path.read_bytes() == DATA


@pytest.mark.parametrize("method", ["sha256", "md5"])
def test_a_wrong_checksum_leaves_nothing(site: Site, tmp_path: Path, method: str) -> None:
    site.pages["/dams.bin"] = DATA + b"!"
    digests = {method: hashlib.new(method, DATA).hexdigest()}
    with pytest.raises(FetchError, match="as the recipe of dams states it") as caught:
        download(recipe(site, digests=digests), tmp_path, options=QUICK)
    assert caught.value.reason == "checksum mismatch"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_lies_there_is_looked_at(site: Site, tmp_path: Path) -> None:
    (tmp_path / "dams.bin").write_bytes(b"something else")
    with pytest.raises(FetchError, match=r"Delete .* and download it again"):
        download(recipe(site), tmp_path, options=QUICK)
    assert (tmp_path / "dams.bin").read_bytes() == b"something else"
    assert site.asked == []


def test_the_first_download_is_the_measure_where_no_checksum_is_stated(site: Site, tmp_path: Path) -> None:
    plain = recipe(site, digests={})
    site.pages["/dams.bin"] = DATA
    got = download(plain, tmp_path, options=QUICK)
    assert (got.verified, got.sha256) == ("", SHA)
    assert "compared with nothing" in got.says
    got.remember()
    assert (tmp_path / "dams.bin.sha256").read_text("utf-8") == f"{SHA}  dams.bin\n"
    assert download(plain, tmp_path, options=QUICK).verified == "first download"
    got.path.unlink()
    site.pages["/dams.bin"] = DATA + b"!"
    with pytest.raises(FetchError, match="as noted at the first download"):
        download(plain, tmp_path, options=QUICK)
    assert [p.name for p in tmp_path.iterdir()] == ["dams.bin.sha256"]
    (tmp_path / "dams.bin.sha256").write_bytes(b"\xff")
    with pytest.raises(InputError, match="without a SHA-256"):
        download(plain, tmp_path, options=QUICK)


def test_private_addresses_need_a_word(site: Site, tmp_path: Path) -> None:
    site.pages["/dams.bin"] = DATA
    with pytest.raises(FetchError, match="--allow-private"):
        download(recipe(site), tmp_path / "kept")
    assert download(recipe(site), tmp_path / "kept", allow_private=True).verified == "sha256"


def test_no_room_for_the_folder(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(Exception, match="cannot be written"):
        download(recipe(site), tmp_path / "file" / "kept", options=QUICK)


# ---- the recipes that come with the package ---------------------------------------------------------------------------


def test_shipped_recipes() -> None:
    found = list_recipes()
    assert {r.name for r in found} == {
        "article-bias-prediction", "babe", "basil", "fa-kes", "mediacloud-gaza-headlines", "tehran-times",
    }  # fmt: skip
    for one in found:
        assert one.address.startswith("https://")
        assert one.licence
        assert one.citation
        assert one.known_limits
        # A file that may change under its name tells nothing about what was read.
        assert re.search(r"/[0-9a-f]{40}[/.]|zenodo\.org/records/\d+", one.address), one.name


def test_a_name_that_is_none() -> None:
    with pytest.raises(SelectionError, match="basil"):
        get_recipe("basl")


GOOD = """
name = "a"
title = "A"
description = "d"
licence = "l"
citation = "c"
homepage = "h"
[file]
address = "https://ledger.example/a.zip"
name = "a.zip"
[convert]
form = "json"
members = "*.json"
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('licence = "l"\n', "", "licence"),
        ("[convert]", "[convertt]", "convert"),
        ('form = "json"', 'form = "pickle"', "convert.form"),
        ('name = "a.zip"', 'name = "../a.zip"', "no plain file name"),
        ('name = "a.zip"', 'name = ".hidden"', "no plain file name"),
        ('name = "a.zip"', 'name = "a.zip"\nsha256 = "abc"', "no sha256 digest"),
        ('name = "a.zip"', 'name = "a.zip"\nsize_mb = 3', "file.size_mb is unknown"),
        ('members = "*.json"', 'pattern = "("', "PatternError|error"),
        ('form = "json"', 'form = "csv"', "are for json and text"),
        ('title = "A"', "title = ", "TOMLDecodeError"),
    ],
)
def test_wrong_recipes(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_recipe(path).convert.members == "*.json"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_recipe(path)


def packed(members: dict[str, Any]) -> bytes:
    """A zip archive; what is no text is written as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return out.getvalue()
