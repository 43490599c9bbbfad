"""The command line as a user meets it: exit codes, one sentence for what is wrong, nothing half-written."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from framing import cli, schema
from framing.classify import read_sense_model, shipped_model_path, shipped_sense_model_path, write_sense_model
from framing.cli import main
from framing.commands import parts
from framing.report.tables import export_run
from framing.study import Run, read_run
from framing.study.concordance import CONCORDANCE_SCHEMA
from framing.study.select import SECTIONS
from framing.study.stylerules import STYLE_COLUMNS

ROOT = Path(cli.__file__).parent.parent


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("cli")
    rows = [
        {
            "id": f"{outlet}-{i}",
            "outlet": outlet,
            "title": f"Day {i}",
            "text": f"The {word} ended, the ministry said. Ten were killed. =1+1",
        }
        for outlet, word in (("Post", "massacre"), ("Herald", "attack"))
        for i in range(9)
    ]
    (base / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    assert main(["ingest", str(base / "a.jsonl"), "--out", str(base / "corpus")]) == 0
    assert main(["annotate", str(base / "corpus"), "--out", str(base / "run"), "--tone", "none"]) == 0
    return base / "run"


def test_the_whole_way(run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["compare", str(run_folder)],
        ["compare", str(run_folder), "--measure", "choice", "--concept", "killing"],
        ["concordance", str(run_folder), "--term", "massacre"],
        ["read", str(run_folder), "Post-1"],
        ["read", str(run_folder), "Post-1", "--out", str(tmp_path / "page.html")],
        ["lexicon", "list"],
        ["lexicon", "check"],
        ["lexicon", "show", "--term", "massacre"],
        ["corpora", "list"],
    ):
        assert main(arguments) == 0, arguments
        assert capsys.readouterr().out.strip()
    assert "<span" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_explain(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["concordance", str(run_folder), "--term", "massacre", "--outlet", "Post", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 9
    assert main(["explain", str(run_folder), rows[0]["mention_id"], "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"decision", "value", "rule", "points_at"} == set(printed["rows"][0])
    assert printed["meta"]["mention"]["voice"] == "reported"


def test_null_rows_are_printed(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(run_folder), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 2 * 9
    assert {r["reason"] for r in rows if r["n_mentions"] == "0"} == {
        "no mention in 9 articles, so there is no spread to measure"
    }


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "jsonl"])
def test_export_without_text(run_folder: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(run_folder), "--out", str(tmp_path / "out"), "--format", form, "--no-text"]) == 0
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {
        "codebook.csv",
        "run.json",
        *(f"{t}.{form}" for t in ("articles", "outlets", "mentions", "sentences", "speech", "details")),
    }
    codebook = list(csv.DictReader(io.StringIO((tmp_path / "out" / "codebook.csv").read_text(encoding="utf-8"))))
    assert ("mentions", "surface") not in {(r["table"], r["column"]) for r in codebook}


def test_exported_cells_are_no_formulas(run_folder: Path, tmp_path: Path) -> None:
    from framing.report.tables import render_csv

    assert render_csv(["a"], [{"a": "=1+1"}, {"a": "@x"}, {"a": -1}]) == "a\r\n'=1+1\r\n'@x\r\n-1\r\n"


ASYMMETRY = ["compare", "{run}", "--measure", "asymmetry", "--about", "Israel", "--versus", "Hamas"]
BAD = {
    "no such corpus": ["annotate", "nowhere", "--out", "run"],
    "a corpus where a run is wanted": ["compare", "{corpus}"],
    "no such run": ["compare", "nowhere"],
    "unknown term": ["compare", "{run}", "--term", "xyzzy"],
    "unknown outlet": ["compare", "{run}", "--outlets", "Times"],
    "unknown article": ["read", "{run}", "Post-99"],
    "unknown mention": ["explain", "{run}", "x"],
    "no such lexicon": ["lexicon", "check", "nowhere.toml"],
    "no such lexicon to annotate with": ["annotate", "{corpus}", "--out", "new", "--lexicon", "nowhere"],
    "no such model": ["annotate", "{corpus}", "--out", "new", "--classifier", "nowhere"],
    "missing file": ["ingest", "nowhere.csv", "--out", "new"],
    "no pairs": ["train", "nowhere.jsonl", "--out", "new"],
    "no such sense model": ["annotate", "{corpus}", "--out", "new", "--senses", "nowhere"],
    "a sense model for loadedness": ["annotate", "{corpus}", "--out", "new", "--classifier", "{senses}"],
    "a loadedness model for senses": ["annotate", "{corpus}", "--out", "new", "--senses", "{loaded}"],
    "valence with rate": ["compare", "{run}", "--valence", "condemning"],
    "valence with agency": ["compare", "{run}", "--measure", "agency", "--valence", "elevating"],
    "about with rate": ["compare", "{run}", "--about", "Israel"],
    "by with agency": ["compare", "{run}", "--measure", "agency", "--by", "term"],
    "by with choice": ["compare", "{run}", "--measure", "choice", "--concept", "killing", "--by", "term"],
    "by with a concept": ["compare", "{run}", "--concept", "killing", "--by", "term"],
    "by with asymmetry": [*ASYMMETRY, "--by", "term"],
    "reference with asymmetry": [*ASYMMETRY, "--reference", "Post"],
    "within with asymmetry": [*ASYMMETRY, "--within", "event"],
    "two formats": ["compare", "{run}", "--format", "csv", "--json"],
    "a table as json": ["lexicon", "list", "--format", "table", "--json"],
    "a page as json": ["read", "{run}", "Post-1", "--out", "page.html", "--json"],
    "two selections of outlets": ["stylerules", "{run}", "--outlet", "Post", "--outlets", "Herald"],
    "a corpus without its run": ["evaluate", "voice", "--gold", "nowhere.jsonl", "--corpus", "{corpus}"],
    "a term with list": ["lexicon", "list", "--term", "massacre"],
    "a lexicon with list": ["lexicon", "list", "conflict"],
    "no such gold": ["evaluate", "voice", "--gold", "nowhere.jsonl"],
    "no such rules": ["stylerules", "{run}", "--rules", "nowhere.toml"],
    "a page where it cannot be": ["read", "{run}", "Post-1", "--out", "nowhere/page.html"],
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_one_sentence(
    name: str, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    places = {
        "run": run_folder,
        "corpus": run_folder.parent / "corpus",
        "senses": shipped_sense_model_path(),
        "loaded": shipped_model_path(),
    }
    assert main([a.format(**places) for a in BAD[name]]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("framing: Found: ")
    assert printed.err.count("\n") == 1
    assert "Errno" not in printed.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        "ingest",
        "annotate",
        "compare",
        "concordance",
        "explain",
        "read",
        "export",
        "lexicon",
        "corpora",
        "train",
        "serve",
    ],
)
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert "Example: framing " in capsys.readouterr().out


def test_a_model_of_the_other_kind_names_its_option(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = str(run_folder.parent / "corpus"), str(tmp_path / "run")
    assert main(["annotate", corpus, "--out", out, "--classifier", str(shipped_sense_model_path())]) == 2
    assert "a sense model at" in (told := capsys.readouterr().err)
    assert "--senses" in told
    assert main(["annotate", corpus, "--out", out, "--senses", str(shipped_model_path())]) == 2
    assert "a loadedness model at" in (told := capsys.readouterr().err)
    assert "--classifier" in told


def test_a_sense_model_of_one_s_own(run_folder: Path, tmp_path: Path) -> None:
    model = dataclasses.replace(read_sense_model(), abstain_below=0.9)
    write_sense_model(model, tmp_path / "model")
    corpus, out = str(run_folder.parent / "corpus"), tmp_path / "run"
    for given, digest in ((str(tmp_path / "model"), model.digest), ("none", None)):
        assert main(["annotate", corpus, "--out", str(out), "--tone", "none", "--senses", given]) == 0
        record = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert (record["sense_model_digest"], record["options"]["senses"]) == (digest, digest is not None)


@pytest.mark.parametrize("measure", [["--by", "term"], [], ["--concept", "killing"]])
def test_options_that_fit_are_taken(run_folder: Path, measure: list[str]) -> None:
    assert main(["compare", str(run_folder), *measure, "--format", "json", "--json"]) == 0


def test_unknown_actors_are_offered_actors(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids = {a.actor_id for a in read_run(run_folder).lexicon.actors}
    for arguments in (
        ["concordance", str(run_folder), "--target", "Xyzzy"],
        ["compare", str(run_folder), "--measure", "asymmetry", "--about", "Xyzzy", "--versus", "Hamas"],
    ):
        assert main(arguments) == 2
        told = capsys.readouterr().err
        offered = told.split("one of ")[1].split(" …")[0].split(", ")
        assert set(offered) <= ids, told


def test_a_csv_without_rows_has_a_header(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylerules", str(run_folder), "--format", "csv"]) == 0
    assert capsys.readouterr().out.strip().split(",") == list(STYLE_COLUMNS)
    assert main(["concordance", str(run_folder), "--term", "martyrdom", "--format", "csv"]) == 0
    assert capsys.readouterr().out.strip().split(",") == CONCORDANCE_SCHEMA.names


def test_places_without_a_term_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = tmp_path / "gold.jsonl"
    row = {"text": "The kettle is old.", "offset": 4, "length": 6, "voice": "own", "sense": "other"}
    gold.write_text(json.dumps(row), encoding="utf-8")
    for what, told in (("voice", "read all the same"), ("sense", "counted as other")):
        assert main(["evaluate", what, "--gold", str(gold)]) == 0
        assert capsys.readouterr().out.strip().split("\n")[-1].endswith(f"at 1 the lexicon has no term, {told}")


def test_help_of_stylerules_names_an_outlet_that_exists(sarvane_run: Run) -> None:
    words = shlex.split(_example("stylerules"))
    assert words[words.index("--outlet") + 1] in sarvane_run.corpus.outlets.column("outlet_id").to_pylist()
    assert (ROOT / words[words.index("--rules") + 1]).is_file()


def test_help_of_evaluate_names_pages_that_tell_the_formats() -> None:
    told = " ".join(str(x.help) for x in _commands()["evaluate"]._actions)
    for page, keys in (
        ("docs/speech.md", ("doc_offset", "attributions")),
        ("docs/meaning.md", ('"agency"', '"patient"')),
    ):
        assert page in told
        assert all(key in (ROOT / page).read_text(encoding="utf-8") for key in keys)


def _commands() -> dict[str, argparse.ArgumentParser]:
    return next(dict(x.choices) for x in cli._parser()._actions if isinstance(x, argparse._SubParsersAction))


def _example(command: str) -> str:
    return str(_commands()[command].epilog).removeprefix("Example: ")


def test_choices_are_those_of_the_schema() -> None:
    # cli.py repeats them, so that --help does not have to load the rooms.
    assert set(parts.VOICES) == {*schema.VOICES, "own+reported", "all"}
    assert set(parts.SENSES) == {*schema.SENSES, "all"}
    assert set(parts.PARTS) == {*schema.PARTS, "all"}
    assert set(parts.SECTIONS) == {*SECTIONS, "all"}


def test_an_older_run_is_replaced_whole(run_folder: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert (
            main(["annotate", str(run_folder.parent / "corpus"), "--out", str(tmp_path / "run"), "--tone", "none"]) == 0
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run"]
    assert sorted(p.name for p in (tmp_path / "run" / "mentions").iterdir()) == ["part-00000.parquet"]


def test_module_and_command_are_the_same() -> None:
    root = Path(cli.__file__).parent.parent
    printed = subprocess.run(
        [sys.executable, "-m", "framing", "--help"], capture_output=True, text=True, check=True, cwd=root
    )
    assert printed.stdout.startswith("usage: framing ")


def test_an_export_without_text_holds_none(tmp_path: Path, sarvane_run: Run) -> None:
    export_run(sarvane_run, tmp_path / "out", "jsonl", with_text=False)
    articles = {a["article_id"]: f"{a['title']}\n{a['text']}" for a in sarvane_run.corpus.articles.to_pylist()}
    # What these hold is ours or the outlet's address, never a passage.
    ours = {"article_id", "plain", "url", "event_id", "outlet_id", "section", "section_found"}
    found = set()
    for file in (tmp_path / "out").glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text = articles.get(row.get("article_id"), "")
            found |= {
                (file.stem, column, value)
                for column, value in row.items()
                if isinstance(value, str) and column not in ours and " " in value and value in text
            }
    assert not found
    mentions = [json.loads(x) for x in (tmp_path / "out" / "mentions.jsonl").read_text(encoding="utf-8").splitlines()]
    ids = {a.actor_id for a in sarvane_run.lexicon.actors}
    assert {m[role] for m in mentions for role in ("target", "agent", "patient")} - {None} <= ids
    assert any(m["target"] for m in mentions)
