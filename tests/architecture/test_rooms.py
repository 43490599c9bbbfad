"""The rooms: who may import whom, which library lives where, and what the front door loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import framing

PACKAGE = Path(framing.__file__).parent
HOMES = {
    "streamlit": "pages",
    "sklearn": ("classify", "grouping"),
    "textblob": "language/tone.py",
    "plotly": "figures",
    "distributed": "engines/dask.py",
    "torch": "classify/embeddings.py",
    "transformers": "classify/embeddings.py",
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", HOMES)
def test_one_library_lives_in_one_room(library: str) -> None:
    homes = {p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py") if library in imported(p)}
    assert homes
    assert all(h.startswith(HOMES[library]) for h in homes), homes


def test_import_contracts() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom framing.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(set(sys.modules) & {'streamlit', 'sklearn', 'textblob', 'plotly', 'pandas', 'pyarrow', 'numpy'}))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert printed.stdout.splitlines()[-1] == "[]"


def test_annotating_without_tone_loads_no_textblob_and_no_sklearn() -> None:
    code = "import sys, framing\nframing.annotate_text('The regime fell.')\nprint(sorted(set(sys.modules) & {'streamlit', 'sklearn', 'textblob', 'plotly'}))"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert printed.stdout.strip() == "[]"


def test_public_names_exist_and_are_no_subpackages() -> None:
    for name in framing.__all__:
        assert getattr(framing, name) is not None
        assert not (PACKAGE / name).is_dir(), name


def test_html_is_escaped_in_one_place() -> None:
    offenders = [
        p.relative_to(PACKAGE).as_posix()
        for p in PACKAGE.rglob("*.py")
        if "unsafe_allow_html" in p.read_text(encoding="utf-8")
        or ("html.escape" in p.read_text(encoding="utf-8") and p.name != "markup.py")
    ]
    assert not offenders
