"""What does an edited lexicon cost? Seconds until a run with the edit stands on disk, for edits of every kind.

    python -m tests.evaluation.edits CORPUS RUN [--rounds 3] [--tone none] [--check] [--command]

RUN is a run of CORPUS with the shipped lexicon, its shipped classifier and this version of the package; it stays as it is. Terms
are chosen by how many articles mention them: a rare one in about one of 200, a common one in about one of 10. Each edit is timed
in a process that has annotated before, as the dashboard's has, medians over the rounds; `--command` times the command line instead,
start-up included. `--check` compares every table with that of a run from nothing, which takes as long as one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.compute as pc

from framing import AnnotateOptions, annotate, read_corpus, read_lexicon, read_model
from framing.lexicon import Lexicon, Term
from framing.study.run import RUN_TABLES, Run, read_run


def terms_by_reach(run: Run) -> list[tuple[int, str]]:
    """Articles that mention each term, and the term."""
    pairs = run.mentions.select(["article_id", "term_id"]).group_by(["article_id", "term_id"]).aggregate([])
    counts = pc.value_counts(pairs.column("term_id")).to_pylist()
    return sorted((c["counts"], c["values"]) for c in counts)


def with_term(lexicon: Lexicon, term: Term) -> Lexicon:
    """The lexicon with a term in the place of the one with its id, or at its end."""
    kept = tuple(term if t.term_id == term.term_id else t for t in lexicon.terms)
    return replace(lexicon, terms=kept if term.term_id in lexicon.by_id else (*kept, term))


def without_term(lexicon: Lexicon, term_id: str) -> Lexicon:
    cues = tuple(c for c in lexicon.senses if c.term_id != term_id)
    return replace(lexicon, terms=tuple(t for t in lexicon.terms if t.term_id != term_id), senses=cues)


def edits(lexicon: Lexicon, run: Run) -> Iterator[tuple[str, Lexicon]]:
    """Each kind of edit, and the lexicon after it."""
    reach = terms_by_reach(run)
    n = run.corpus.n_articles

    def near(share: float, *, loaded: bool = False) -> Term:
        wanted = [(abs(k - share * n), t) for k, t in reach if not loaded or lexicon.by_id[t].plainer]
        return lexicon.by_id[min(wanted)[1]]

    rare, common = near(1 / 200), near(1 / 10)
    worded = near(1 / 10, loaded=True)
    yield "nothing", lexicon
    other = "plain" if common.valence != "plain" else "condemning"
    yield (
        "valence and category of a common term",
        with_term(lexicon, replace(common, valence=other, category="neutral" if other == "plain" else "intensifying")),
    )
    plain = tuple((form, "something else" if wording else wording) for form, wording in worded.forms)
    yield "plainer wordings of a common term", with_term(lexicon, replace(worded, forms=plain))
    yield "a form added that is nowhere", with_term(lexicon, replace(common, forms=(*common.forms, ("zwqx kvv", ""))))
    yield "sense of a rare term", with_term(lexicon, replace(rare, ambiguous=not rare.ambiguous))
    yield "a rare term removed", without_term(lexicon, rare.term_id)
    new = replace(rare, term_id="edited-new", forms=(("wednesday afternoon", ""),), masks=())
    yield "a term added", with_term(lexicon, new)
    yield "sense of a common term", with_term(lexicon, replace(common, ambiguous=not common.ambiguous))
    yield "a common term removed", without_term(lexicon, common.term_id)


def written(lexicon: Lexicon, base: Lexicon, file: Path) -> Path:
    """A lexicon file that makes the edit when it is laid over the base."""
    import json

    lines = []
    for term in base.terms:
        if term.term_id not in lexicon.by_id:
            lines.append(f'[[term]]\nid = "{term.term_id}"\noff = true\n')
    for term in lexicon.terms:
        if base.by_id.get(term.term_id) == term:
            continue
        lines.append("[[term]]")
        values: dict[str, Any] = {k: getattr(term, k) for k in ("category", "valence", "serves", "kind", "why")}
        values |= {"id": term.term_id, "concept": term.concept_id, "ambiguous": term.ambiguous}
        values |= {k: getattr(term, k) for k in ("occasion", "used_by", "source", "sense_note")}
        lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in values.items()]
        lines.append(f"masks = {json.dumps(list(term.masks), ensure_ascii=False)}\n[term.forms]")
        lines += [f"{json.dumps(f, ensure_ascii=False)} = {json.dumps(w, ensure_ascii=False)}" for f, w in term.forms]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tone", default="mentions")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--command", action="store_true")
    a = parser.parse_args()
    corpus, base, run = read_corpus(a.corpus), read_lexicon("conflict"), read_run(a.run)
    options: Any = {"options": AnnotateOptions(tone=a.tone), "classifier": read_model(), "workers": a.workers}
    some = corpus.articles.slice(0, 8)
    annotate(replace(corpus, source=some, manifest=replace(corpus.manifest, n_articles=8)), base, **options)
    print(f"{'edit':40}{'articles redone':>16}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, lexicon in edits(base, run):
            seconds = []
            for n in range(a.rounds):
                out = Path(folder) / f"run{n}"
                started = time.perf_counter()
                if a.command:
                    file = written(lexicon, base, Path(folder) / "edit.toml")
                    layers = [] if lexicon is base else ["--lexicon", "conflict", "--lexicon", str(file)]
                    command = ["annotate", a.corpus, "--out", str(out), "--from", a.run, "--tone", a.tone, *layers]
                    started = time.perf_counter()
                    subprocess.run([sys.executable, "-m", "framing", *command], check=True, capture_output=True)
                else:
                    annotate(corpus, replace(lexicon), out=out, before=a.run, **options)
                seconds.append(time.perf_counter() - started)
            made = read_run(out) if a.command else Run(corpus, lexicon, read_record(out), out)
            redone = corpus.n_articles - made.record["kept"]["articles"]
            print(f"{name:40}{redone:>16,}{median(seconds):>9.2f}", flush=True)
            if a.check:
                whole = annotate(corpus, lexicon, out=Path(folder) / "whole", restart=True, **options)
                for table in RUN_TABLES:
                    if not getattr(made, table).equals(getattr(whole, table)):
                        print(f"  {table} differs from a run from nothing")
                        raise SystemExit(1)


def read_record(out: Path) -> dict[str, Any]:
    import json

    return dict(json.loads((out / "run.json").read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
