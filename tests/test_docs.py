"""Documentation that can fail: what is documented exists, what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

from framing.cli import _parser
from framing.schema import TABLES, describe_columns

ROOT = Path(__file__).parent.parent


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for action in _parser()._actions:
        if hasattr(action, "choices") and isinstance(action.choices, dict):
            for command in action.choices:
                assert f"framing {command}" in readme, command


def test_readme_opens_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", readme, flags=re.DOTALL)
    assert "pip install -r requirements.txt && streamlit run app.py" in blocks[0]
    assert "pip install -r requirements.txt -r requirements-dev.txt && pytest" in blocks[0]


def test_every_column_has_a_meaning() -> None:
    for name in TABLES:
        assert all(meaning.endswith(".") for _, _, meaning in describe_columns(name))


def test_every_shipped_corpus_is_in_the_datasheet() -> None:
    sheet = (ROOT / "corpora" / "README.md").read_text(encoding="utf-8")
    for folder in (ROOT / "corpora").iterdir():
        if folder.is_dir():
            assert f"`{folder.name}/`" in sheet, folder.name


def test_no_path_of_a_machine() -> None:
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("*.toml"),
        *(ROOT / "framing").rglob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
    ]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|root|home/\w+)/", text), path
