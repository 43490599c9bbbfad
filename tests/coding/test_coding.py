"""From a sample over coded files to agreement and corrected numbers, in Python and on the command line."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framing.cli import main
from framing.coding import compare_coders, correct_run, draw_sample, read_codes, write_sample
from framing.coding.sample import share_out
from framing.errors import FramingError
from framing.study import Run, compare, read_meta

WORDS = ("regime", "attack", "massacre")


@pytest.fixture(scope="module")
def made() -> dict[str, list[str]]:
    """Two invented outlets; every fifth text has its word in somebody's mouth."""
    return {
        outlet: [
            f"Day {i} began. "
            + (
                f"The ministry said the {WORDS[i % 3]} ended."
                if i % 5 == 0
                else f"The {WORDS[i % 3]} went on in the town."
            )
            + " It rained; ten were killed."
            for i in range(size)
        ]
        for outlet, size in (("Sarvane Wire", 60), ("Aldis Ledger", 40))
    }


@pytest.fixture
def run(made: dict[str, list[str]], run_of: Callable[..., Run]) -> Run:
    return run_of(made)


def fill(path: Path, run: Run, wrong: Callable[[int, dict[str, Any]], bool] = lambda i, m: False) -> Path:
    """Code a sample as the machine would, with some answers wrong."""
    machine = {m["mention_id"]: m for m in run.mentions.to_pylist()}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        mention = machine[row["mention_id"]]
        bad = wrong(i, mention)
        row["sense"] = "other" if bad else mention["sense"]
        row["voice"], row["target"] = mention["voice"], mention["target"] or ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


# ---- samples


def test_a_sample_is_blind_stratified_and_repeats(run: Run) -> None:
    sample = draw_sample(run, 40, seed=7)
    rows = sample.to_pylist()
    assert rows == draw_sample(run, 40, seed=7).to_pylist()
    assert rows != draw_sample(run, 40, seed=8).to_pylist()
    assert all(row[name] is None for row in rows for name in ("sense", "voice", "target", "note"))
    assert not any("machine" in name or "outlet" in name for name in sample.column_names)
    per_outlet = Counter(row["article_id"].rsplit("-", 1)[0] for row in rows)
    assert per_outlet == {"Sarvane Wire": 20, "Aldis Ledger": 20}
    sizes = Counter(a.rsplit("-", 1)[0] for a in run.mentions.column("article_id").to_pylist())
    for row in rows:
        assert row["probability"] == pytest.approx(20 / sizes[row["article_id"].rsplit("-", 1)[0]])
        places = row["sentence"].split(row["surface"])
        assert len(places) > row["occurrence"]
    shown = draw_sample(run, 40, seed=7, show_answers=True)
    assert shown.column("mention_id").to_pylist() == sample.column("mention_id").to_pylist()
    assert None not in shown.column("machine_voice").to_pylist()


def test_the_sentence_and_its_neighbours_are_as_stored(run_of: Callable[..., Run]) -> None:
    run = run_of({"Sarvane Wire": ["It began. The attack met another attack. It ended."]})
    rows = {r["mention_id"]: r for r in draw_sample(run, 9).to_pylist()}
    assert {r["occurrence"] for r in rows.values()} == {1, 2}
    for row in rows.values():
        assert (row["before"], row["sentence"], row["after"]) == (
            "It began.",
            "The attack met another attack.",
            "It ended.",
        )
        assert row["probability"] == 1


def test_more_strata_than_mentions_to_draw(run: Run) -> None:
    sample = draw_sample(run, 2, per="term")
    sizes = Counter(run.mentions.column("term_id").to_pylist())
    assert len(sizes) > 2
    assert sample.num_rows == 2
    for row in sample.to_pylist():
        assert row["probability"] == pytest.approx(2 / len(sizes) / sizes[row["term_id"]])


@pytest.mark.parametrize(
    ("sizes", "n", "shares"),
    [
        ({"a": 2, "b": 50}, 10, {"a": 2, "b": 8}),
        ({"a": 5, "b": 5}, 99, {"a": 5, "b": 5}),
        ({"a": 9, "b": 9, "c": 9}, 10, {"a": 3, "b": 3, "c": 4}),
    ],
)
def test_shares_by_hand(sizes: dict[str, int], n: int, shares: dict[str, int]) -> None:
    assert share_out(sizes, n) == shares


def test_a_written_sample_is_formula_safe_and_replaces_nothing(run_of: Callable[..., Run], tmp_path: Path) -> None:
    run = run_of({"Sarvane Wire": ['=HYPERLINK("x") the regime fell.', "+1 massacre, they said."]})
    path = write_sample(draw_sample(run, 9), tmp_path / "to_code.csv")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    before = path.read_bytes()
    with pytest.raises(FramingError, match="exists"):
        write_sample(draw_sample(run, 9), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["to_code.csv"]


def test_ids_that_look_like_formulas_come_back(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("mention_id,sense\n'-12:body:3,conflict\n", encoding="utf-8")
    assert read_codes(path).rows[0].mention_id == "-12:body:3"


# ---- codes


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "Unit ID;Meaning;whose-words\nm1;Literal;direct_quote\n", ("conflict", "direct")),
        ("a.tsv", "id\tsense\tvoice\nm1\tFIGURATIVE\tscare quote\n", ("figurative", "scare")),
        ("a.jsonl", '{"mention": "m1", "sense": "other", "voice": null}\n', ("other", None)),
        ("a.csv", "\ufeffmention_id,sense,voice\nm1, conflict ,n/a\n", ("conflict", None)),
    ],
)
def test_other_names_and_formats(tmp_path: Path, name: str, text: str, expected: tuple[str, str | None]) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    codes = read_codes(tmp_path / name)
    assert codes.rejects == ()
    assert (codes.rows[0].mention_id, codes.rows[0].answers["sense"], codes.rows[0].answers["voice"]) == (
        "m1",
        *expected,
    )


def test_a_workbook(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["mention_id", "sense", "probability"])
    book.active.append(["m1", "conflict", 0.5])
    book.save(tmp_path / "c.xlsx")
    row = read_codes(tmp_path / "c.xlsx").rows[0]
    assert (row.answers["sense"], row.probability) == ("conflict", 0.5)


def test_unknown_labels_are_rejects_not_answers(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("mention_id,sense\nm1,conflict\nm2,conflct\n,other\n", encoding="utf-8")
    codes = read_codes(path)
    assert [r.answers["sense"] for r in codes.rows] == ["conflict", None]
    assert [r["reason"] for r in codes.rejects] == ["unknown sense", "no mention_id"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "c.csv"),
        ("a,b\n1,2\n", "without a column mention_id"),
        ("mention_id,x\nm1,2\n", "without a column to code"),
        ("mention_id,sense\nm1,\n", "without any answer"),
        ("mention_id,sense\nm1,conflict\nm1,other\n", "twice"),
        ("mention_id,sense,Sense\nm1,conflict,other\n", "columns"),
        ("mention_id,sense,probability\nm1,conflict,2\n", "probability"),
        ("mention_id,sense,probability\nm1,conflict,nan1\n", "probability"),
        ("mention_id,sense\n\x00\x00,\x00\n", "NUL"),
        ('mention_id,sense\n"m1,conflict\n', "c.csv"),
    ],
)
def test_bad_files_are_one_sentence(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FramingError) as problem:
        read_codes(path)
    assert found in str(problem.value)
    assert "\n" not in str(problem.value)


def test_no_such_file_and_a_text(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("conflict", encoding="utf-8")
    for name in ("none.csv", "c.txt", "."):
        with pytest.raises(FramingError):
            read_codes(tmp_path / name)


# ---- agreement


def test_agreement_of_files_and_of_a_column_coder(tmp_path: Path) -> None:
    first = [("m1", "own"), ("m2", "direct"), ("m3", "own"), ("m4", "")]
    second = [("m1", "own"), ("m2", "own"), ("m3", "own"), ("m4", "direct")]
    for name, rows in (("a.csv", first), ("b.csv", second)):
        (tmp_path / name).write_text("mention_id,voice\n" + "".join(f"{m},{v}\n" for m, v in rows), encoding="utf-8")
    both = "".join(f"{m},{c},{v}\n" for c, rows in (("a", first), ("b", second)) for m, v in rows)
    (tmp_path / "both.csv").write_text("mention_id,coder,voice\n" + both, encoding="utf-8")
    table = compare_coders([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert table.to_pylist() == compare_coders([tmp_path / "both.csv"]).to_pylist()
    rows = {(r["variable"], r["class"]): r for r in table.to_pylist()}
    assert {v for v, _ in rows} == {"voice"}
    # Three units, five own and one direct: 1 - 5 · 2 / (36 - 26) = 0; two of three pairs agree.
    assert rows["voice", "all"]["alpha"] == pytest.approx(0)
    assert rows["voice", "all"]["agreement"] == pytest.approx(2 / 3)
    assert rows["voice", "all"]["n_units"] == 3
    assert rows["voice", "scare"]["alpha"] is None
    assert read_meta(table)["n_rows_by_coder"] == {"a": 4, "b": 4}


def test_one_coder_is_no_agreement(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mention_id,voice\nm1,own\n", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.csv").write_text("mention_id,voice\nm1,own\n", encoding="utf-8")
    for files in (["a.csv"], ["a.csv", "a.csv"], ["a.csv", "sub/a.csv"]):
        with pytest.raises(FramingError):
            compare_coders([tmp_path / f for f in files])


# ---- correction


def test_coded_as_the_machine_says_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = fill(write_sample(draw_sample(run, 10_000), tmp_path / "c.csv"), run)
    raw = {r["outlet_id"]: r for r in compare(run, concept="killing", voice="own").to_pylist()}
    *rows, together = correct_run(run, path, concept="killing", voice="own").to_pylist()
    assert (together["outlet_id"], together["n_machine"]) == (None, sum(r["n_machine"] for r in rows))
    for row in rows:
        assert row["raw_value"] == pytest.approx(raw[row["outlet_id"]]["value"])
        assert row["raw_low"] == raw[row["outlet_id"]]["low"]
        assert row["value"] == pytest.approx(row["raw_value"])
        assert row["n_corrected"] == pytest.approx(row["n_machine"])


def test_everything_coded_gives_the_coders_rate(run: Run, tmp_path: Path) -> None:
    path = write_sample(draw_sample(run, 10_000), tmp_path / "c.csv")
    fill(path, run, lambda i, m: hash_of(m["mention_id"]) % 4 == 0)
    table = correct_run(run, path, by="all")
    words = dict.fromkeys(("Sarvane Wire", "Aldis Ledger"), 0)
    for sentence in run.sentences.to_pylist():
        words[sentence["article_id"].rsplit("-", 1)[0]] += sentence["n_words"]
    for row in table.to_pylist()[:2]:
        kept = [
            m
            for m in run.mentions.to_pylist()
            if m["article_id"].startswith(row["outlet_id"])
            and m["sense"] == "conflict"
            and hash_of(m["mention_id"]) % 4
        ]
        assert row["n_denominator"] == words[row["outlet_id"]]
        assert row["n_coded"] == row["n_found"]
        assert row["value"] == pytest.approx(1000 * len(kept) / words[row["outlet_id"]])
        assert row["low"] < row["value"] < row["high"]
    meta = read_meta(table)
    assert (meta["n_not_in_run"], meta["n_not_answered"], meta["weights"]) == (0, 0, "1 / probability")


def hash_of(text: str) -> int:
    return sum(text.encode())


def test_a_part_coded_and_pooled_errors(run: Run, tmp_path: Path) -> None:
    path = fill(write_sample(draw_sample(run, 120), tmp_path / "c.csv"), run, lambda i, m: i % 6 == 0)
    *own, together = correct_run(run, path, by="all", voice="own", measure="share").to_pylist()
    assert together["n_coded"] == 120
    pooled = correct_run(run, path, by="all", voice="own", measure="share", errors="pooled").to_pylist()[:2]
    assert [r["value"] for r in own] == [r["value"] for r in pooled]
    assert len({r["sensitivity"] for r in pooled}) == 1
    for row in own + pooled:
        assert row["n_coded"] == 60
        assert 0 < row["low"] < row["value"] < row["raw_value"]
    few = correct_run(run, path, term="massacre").to_pylist()
    assert all(r["value"] is None and r["reason"].startswith("too few coded") for r in few[:2])
    assert all(r["raw_value"] is not None for r in few)


def test_a_narrow_sample_speaks_of_no_more(run: Run, tmp_path: Path) -> None:
    path = fill(write_sample(draw_sample(run, 50, concept="killing"), tmp_path / "c.csv"), run)
    with pytest.raises(FramingError, match="drawn from concept killing"):
        correct_run(run, path)
    assert correct_run(run, path, concept="killing").num_rows == 3
    assert correct_run(run, path, term="kill").num_rows == 3


def test_a_file_of_another_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("mention_id,sense\nx:body:1,conflict\n", encoding="utf-8")
    with pytest.raises(FramingError, match="none of its mentions is in this run"):
        correct_run(run, tmp_path / "c.csv")


# ---- command line


def call(*arguments: str) -> None:
    assert main(list(arguments)) == 0


def test_the_commands(tmp_path: Path, made: dict[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": f"{o}-{i}", "outlet": o, "text": t} for o, texts in made.items() for i, t in enumerate(texts)]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    assert main(["ingest", str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "c")]) == 0
    assert main(["annotate", str(tmp_path / "c"), "--out", str(tmp_path / "run"), "--tone", "none"]) == 0
    capsys.readouterr()
    from framing.study import read_run

    path = tmp_path / "to_code.csv"
    call("sample", str(tmp_path / "run"), "--n", "80", "--out", str(path))
    assert "80 of" in capsys.readouterr().out
    again = tmp_path / "second.csv"
    call("sample", str(tmp_path / "run"), "--n", "80", "--out", str(again), "--json")
    assert json.loads(capsys.readouterr().out)["meta"]["drawn_per"] == "outlet"
    assert again.read_bytes() == path.read_bytes()
    run = read_run(tmp_path / "run")
    fill(path, run, lambda i, m: i % 7 == 0)
    fill(again, run, lambda i, m: i % 7 == 1)
    call("agreement", str(path), str(again), "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["meta"]["coders"] == ["to_code", "second"]
    assert printed["rows"][0]["low"] is not None
    call("agreement", str(path), str(again))
    call("correct", str(tmp_path / "run"), str(path), "--by", "all", "--voice", "own")
    assert "prediction-powered" in capsys.readouterr().out
    call("correct", str(tmp_path / "run"), str(path), "--measure", "share", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert {r["measure"] for r in printed["rows"]} == {"share"}
    assert printed["meta"]["n_used"] == 80
