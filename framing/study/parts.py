"""A run in parts: each stretch of the corpus gives its own files, with their hashes, so that one lost is one made again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus import Corpus, Shard, digest_file, read_shard
from framing.errors import RunError, reason_of
from framing.language import AnnotateOptions, Models, annotate_batch
from framing.language.batch import LoadedScorer, blank, match_case
from framing.language.segment import Span, find_sentences, title_sentence
from framing.language.tone import score_tone
from framing.lexicon import Lexicon, Pattern
from framing.lexicon.model import fold
from framing.schema import TABLES
from framing.study.run import RUN_TABLES
from framing.study.select import in_language

#: Tables of a part, in the order they are written.
PART_TABLES = (*RUN_TABLES, "annotated")
#: Articles of a part. Small enough that two workers share a few thousand evenly; more in a corpus so large that its
#: files would be too many.
_SMALLEST, _LARGEST, _MOST_PARTS = 256, 8192, 256
_READ = ("article_id", "title", "text", "section", "section_found", "language", "language_found")
_PASSAGES = pa.list_(pa.struct([("part", pa.string()), ("start", pa.int32()), ("end", pa.int32())]))
#: Articles annotated at a time: what memory holds of a part.
BATCH = 256


def part_size(n_articles: int) -> int:
    """Articles of a part: a power of two, so that a corpus that grows keeps its parts.

    Example:
        >>> part_size(3_000), part_size(100_000), part_size(10**8)
        (256, 512, 8192)
    """
    size = _SMALLEST
    while size < _LARGEST and n_articles > size * _MOST_PARTS:
        size *= 2
    return size


class Stretch(NamedTuple):
    """Articles of an earlier run that stand together there: the part's number, first and last."""

    part: int
    start: int
    stop: int


class Task(NamedTuple):
    """What makes one part.

    Args:
        shard: Its articles.
        kept: For each article, in order, where its rows stand in the earlier run; None where it is annotated.
            Nothing when all are annotated.
        same_texts: Also those annotated stand in the earlier run, as they are read now.
    """

    shard: Shard
    kept: tuple[Stretch | int, ...] = ()
    same_texts: bool = False


@dataclass(frozen=True)
class Edit:
    """What differs between the lexicon of an earlier run and this one's.

    Args:
        literals: Folded literals that may now be found where they were not, or give another sense or role; True where
            word characters may follow.
        written: Category and valence, which are only copied into the rows, by term.
        plain: Terms with a form of which only the plainer wording changed.
    """

    literals: Mapping[str, bool]
    written: Mapping[str, tuple[str, str]]
    plain: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        """Terms whose rows stay where they are and are worded anew."""
        return self.plain.union(self.written)


class _UnclearError(Exception):
    """A mention that does not tell which form it is."""


@dataclass(frozen=True)
class PartMaker:
    """Makes the files of a part. Pure but for these files, and picklable: it runs in any process that sees the folders.

    Args:
        corpus: The articles.
        lexicon: What to look for.
        options: What to compute.
        models: Scorers.
        folder: Where parts are written.
        before: Folder of the earlier run that rows are kept from.
        edit: What changed in the lexicon since.
        records: The earlier run's records of its parts.
    """

    corpus: Corpus
    lexicon: Lexicon
    options: AnnotateOptions
    models: Models
    folder: Path
    before: Path | None = None
    edit: Edit = Edit({}, {}, frozenset())
    records: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def passages(self) -> dict[str, list[dict[str, Any]]]:
        """What is excluded of each article."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.corpus.excluded.select(["article_id", "part", "start", "end"]).to_pylist():
            found.setdefault(row.pop("article_id"), []).append(row)
        return found

    @cached_property
    def _patterns(self) -> dict[str, list[Pattern]]:
        """The lexicon's patterns by their literal, in their order."""
        found: dict[str, list[Pattern]] = {}
        for pattern in self.lexicon.patterns:
            found.setdefault(pattern.folded, []).append(pattern)
        return found

    def __getstate__(self) -> dict[str, Any]:
        # What was read from files is read there again, and does not travel.
        return {k: v for k, v in self.__dict__.items() if k not in ("passages", "_patterns")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __call__(self, task: Task) -> dict[str, Any]:
        """Make a part; its record, which is also written beside it, last."""
        shard = task.shard
        name = f"part-{shard.number:05d}"
        try:
            try:
                tables = self._mixed(task) if task.kept else self._annotated(shard)
            except _UnclearError:
                tables = self._annotated(shard)
            files, rows = {}, {}
            for table_name in PART_TABLES:
                folder = self.folder / table_name
                folder.mkdir(exist_ok=True)
                partial = folder / f".{name}.{os.getpid()}"
                made = tables[table_name]
                if isinstance(made, int):
                    # Checked against its hash when the earlier run was opened.
                    assert self.before is not None
                    shutil.copyfile(part_file(self.before, made, table_name), partial)
                    files[table_name] = self.records[made]["files"][table_name]
                    n_rows = None if table_name == "annotated" else self.records[made]["rows"][table_name]
                else:
                    pq.write_table(made, partial, compression="zstd")
                    files[table_name] = {"bytes": partial.stat().st_size, "sha256": digest_file(partial)}
                    n_rows = made.num_rows
                rows[table_name] = n_rows
                partial.replace(folder / f"{name}.parquet")
            record = {
                "part": shard.number,
                "articles": shard.stop - shard.start,
                "kept": sum(item.stop - item.start for item in task.kept if isinstance(item, Stretch)),
                "rows": {n: rows[n] for n in RUN_TABLES},
                "files": files,
            }
            done = self.folder / "done"
            done.mkdir(exist_ok=True)
            partial = done / f".{name}.{os.getpid()}"
            partial.write_text(json.dumps(record), encoding="utf-8")
            partial.replace(done / f"{name}.json")
        except OSError as problem:
            raise RunError(
                f"part {shard.number} cannot be written to {str(self.folder)!r} ({reason_of(problem)})",
                "a writable folder with room on its disk",
                "Mend that and start again: the parts that are done stay.",
            ) from problem
        return record

    def read(self, shard: Shard) -> pa.Table:
        """The articles of a shard as annotation reads them, and whether they are in the lexicon's language."""
        whole = read_shard(self.corpus, shard, _READ).combine_chunks()
        sections = pc.coalesce(whole.column("section_found"), whole.column("section"))
        left_out = [self.passages.get(i) for i in whole.column("article_id").to_pylist()]
        columns = {
            "article_id": whole.column("article_id"),
            "title": whole.column("title"),
            "text": whole.column("text"),
            "section": sections,
            "excluded": pa.array(left_out, _PASSAGES),
            "read": in_language(whole, self.lexicon),
        }
        return pa.table(columns)

    def _annotated(self, shard: Shard) -> dict[str, pa.Table | int]:
        articles = self.read(shard)
        made = self._annotate(articles.filter(articles.column("read")))
        made["annotated"] = _index(articles, made)
        return dict(made)

    def _annotate(self, articles: pa.Table, options: AnnotateOptions | None = None) -> dict[str, pa.Table]:
        results = [
            annotate_batch(batch, self.lexicon, options or self.options, self.models)
            for batch in articles.drop_columns("read").to_batches(max_chunksize=BATCH)
        ]
        return {
            name: pa.Table.from_batches([result[i] for result in results], schema=TABLES[name])
            for i, name in enumerate(RUN_TABLES)
        }

    def _mixed(self, task: Task) -> dict[str, pa.Table | int]:
        """Rows kept from the earlier run between those of articles that are annotated anew, in the corpus' order.

        A number in place of a table: that part's file stays as it is.
        """
        assert self.before is not None
        anew = [item for item in task.kept if not isinstance(item, Stretch)]
        numbers = sorted({item.part for item in task.kept if isinstance(item, Stretch)})
        n = task.shard.stop - task.shard.start
        # An old part that stands here whole and in its place may be copied as a file.
        whole = numbers[0] if len(numbers) == 1 and _in_place(task.kept, n) else None
        if whole is not None and self.records[whole]["articles"] != n:
            whole = None
        if whole is not None and not anew:
            made: dict[str, pa.Table | int] = dict.fromkeys(PART_TABLES, whole)
            if self.edit.terms:
                mentions = self._rewritten(_read_part(self.before, whole, "mentions"), task.shard)
                if mentions is not None:
                    made["mentions"] = mentions
            return made
        fresh: dict[str, pa.Table] = {}
        if anew:
            articles = self.read(task.shard).take(pa.array(anew, pa.int64()))
            articles_read = articles.filter(articles.column("read"))
            if task.same_texts and whole is not None and not (self.models.loaded and self.models.loaded.columns):
                fresh = self._annotate_again(articles_read, whole)
            else:
                fresh = self._annotate(articles_read)
            fresh["annotated"] = _index(articles, fresh)
        old = {number: _read_part(self.before, number, "annotated") for number in numbers}
        return {name: self._merged(name, task, old, fresh, whole) for name in PART_TABLES}

    def _annotate_again(self, articles: pa.Table, number: int) -> dict[str, pa.Table]:
        """The rows of articles that a part of the earlier run has; their sentences' scores are those they had.

        What a sentence is scored depends on nothing but its words, so that only sentences and wordings that had no score
        are scored now.
        """
        assert self.before is not None
        made = self._annotate(articles, replace(self.options, tone="none", loadedness="none"))
        texts = _texts_by_part(articles)
        now, mentions = made["sentences"], made["mentions"]
        ids = now.column("sentence_id").to_pylist()
        columns = ["sentence_id", "polarity", "subjectivity", "loaded_prob"]
        had = _read_part(self.before, number, "sentences", [*columns, "article_id"])
        had = had.filter(pc.is_in(had.column("article_id"), articles.column("article_id").combine_chunks()))
        if had.column("sentence_id").to_pylist() != ids:
            raise _UnclearError
        places = now.select(["article_id", "part", "start", "end"]).to_pylist()

        def text_of(row: int) -> str:
            place = places[row]
            return texts[place["article_id"], place["part"]][place["start"] : place["end"]]

        with_mentions = set(mentions.column("sentence_id").to_pylist())

        def kept(name: str, asked: str) -> tuple[list[float | None], list[int]]:
            """The scores a column had where they are asked for now, and the rows that had none."""
            wanted = [asked == "all" or (asked == "mentions" and i in with_mentions) for i in ids]
            scores = [s if w else None for s, w in zip(had.column(name).to_pylist(), wanted, strict=True)]
            return scores, [row for row, w in enumerate(wanted) if w and scores[row] is None]

        polarity, missing = kept("polarity", self.options.tone)
        subjectivity, _ = kept("subjectivity", self.options.tone)
        for row, tone in zip(missing, score_tone([text_of(row) for row in missing]) if missing else (), strict=True):
            polarity[row], subjectivity[row] = tone.polarity, tone.subjectivity
        now = _with_column(now, "polarity", pa.array(polarity, pa.float64()))
        now = _with_column(now, "subjectivity", pa.array(subjectivity, pa.float64()))
        scorer = self.models.loaded
        if scorer is not None and self.options.loadedness != "none":
            loaded, missing = kept("loaded_prob", self.options.loadedness)
            for row, score in zip(
                missing, scorer.score({"text": [text_of(r) for r in missing]}) if missing else (), strict=True
            ):
                loaded[row] = score
            now = _with_column(now, "loaded_prob", pa.array(loaded, pa.float64()))
            of_sentence = dict(zip(ids, loaded, strict=True))
            of_mentions = [of_sentence[i] for i in mentions.column("sentence_id").to_pylist()]
            mentions = _with_column(mentions, "loaded_prob", pa.array(of_mentions, pa.float64()))
            mentions = self._with_plain_scores(mentions, articles, number, scorer)
        return {**made, "sentences": now, "mentions": mentions}

    def _with_plain_scores(self, mentions: pa.Table, articles: pa.Table, number: int, scorer: LoadedScorer) -> pa.Table:
        assert self.before is not None
        had = _read_part(self.before, number, "mentions", ["mention_id", "end", "plain", "loaded_prob_plain"])
        keys = (had.column(name).to_pylist() for name in ("mention_id", "end", "plain"))
        known = dict(zip(zip(*keys, strict=True), had.column("loaded_prob_plain").to_pylist(), strict=True))
        ids, ends, wordings = (mentions.column(name).to_pylist() for name in ("mention_id", "end", "plain"))
        scores = [known.get(key) if key[2] is not None else None for key in zip(ids, ends, wordings, strict=True)]
        missing = [row for row, score in enumerate(scores) if score is None and wordings[row] is not None]
        if missing:
            texts = _reworded(mentions.take(pa.array(missing)), [wordings[row] for row in missing], articles)
            for row, score in zip(missing, scorer.score({"text": texts}), strict=True):
                scores[row] = score
        return _with_column(mentions, "loaded_prob_plain", pa.array(scores, pa.float64()))

    def _merged(
        self, name: str, task: Task, old: Mapping[int, pa.Table], fresh: Mapping[str, pa.Table], whole: int | None
    ) -> pa.Table | int:
        """One table of a part, from the earlier run's and the rows made anew; the number of a part that has the same."""
        assert self.before is not None
        parts = old if name == "annotated" else {number: _read_part(self.before, number, name) for number in old}
        starts = {number: _starts(index, name) for number, index in old.items()}
        new_starts = _starts(fresh["annotated"], name) if fresh else []
        slices, at, same, position = [], 0, whole is not None, 0
        for item in task.kept:
            if isinstance(item, Stretch):
                first, last = starts[item.part][item.start], starts[item.part][item.stop]
                slices.append(parts[item.part].slice(first, last - first))
                position = item.stop
            else:
                slices.append(fresh[name].slice(new_starts[at], new_starts[at + 1] - new_starts[at]))
                if same and whole is not None:
                    first, last = starts[whole][position], starts[whole][position + 1]
                    same = slices[-1].equals(parts[whole].slice(first, last - first))
                at, position = at + 1, position + 1
        rewrites = name == "mentions" and self.edit.terms
        if same and whole is not None and not rewrites:
            return whole
        table = pa.concat_tables([s.replace_schema_metadata(None) for s in slices]).cast(TABLES[name])
        rewritten = self._rewritten(table, task.shard) if rewrites else None
        if rewritten is None and same and whole is not None:
            return whole
        return (table if rewritten is None else rewritten).combine_chunks()

    def _rewritten(self, mentions: pa.Table, shard: Shard) -> pa.Table | None:
        """Mentions with what the lexicon says of their terms now, found as they were; None where nothing changes."""
        edit = self.edit
        touched = pc.is_in(mentions.column("term_id"), pa.array(sorted(edit.terms), pa.string()))
        if not pc.any(touched).as_py():
            return None
        made = mentions
        if edit.written:
            terms = sorted(edit.written)
            at = pc.index_in(made.column("term_id"), pa.array(terms, pa.string()))
            for column, i in (("category", 0), ("valence", 1)):
                values = pa.array([edit.written[t][i] for t in terms], pa.string()).take(at)
                made = _with_column(made, column, pc.coalesce(values, made.column(column)))
        if edit.plain:
            touched = pc.is_in(mentions.column("term_id"), pa.array(sorted(edit.plain), pa.string()))
            made = self._with_plainer(made, pc.indices_nonzero(touched).to_pylist(), shard)
        return None if made.equals(mentions) else made

    def _with_plainer(self, mentions: pa.Table, rows: Sequence[int], shard: Shard) -> pa.Table:
        """The mentions with the plainer wordings their forms have now, and what the classifier says of these."""
        surfaces, terms = (mentions.column(name).to_pylist() for name in ("surface", "term_id"))
        wordings = mentions.column("plain").to_pylist()
        changed = []
        for row in rows:
            plain = self._plainer(surfaces[row], terms[row])
            wording = match_case(surfaces[row], plain) if plain else None
            if wording != wordings[row]:
                wordings[row] = wording
                changed.append(row)
        made = _with_column(mentions, "plain", pa.array(wordings, pa.string()))
        if self.models.loaded is None or self.options.loadedness == "none" or not changed:
            return made
        if self.models.loaded.columns:
            raise _UnclearError  # It scores more than the text.
        scores = mentions.column("loaded_prob_plain").to_pylist()
        worded = [row for row in changed if wordings[row] is not None]
        scores = [None if row in set(changed) else score for row, score in enumerate(scores)]
        if worded:
            articles = self.read(shard)
            mine = pc.is_in(
                articles.column("article_id"), mentions.column("article_id").take(pa.array(worded)).unique()
            )
            taken = mentions.take(pa.array(worded))
            texts = _reworded(taken, [wordings[row] for row in worded], articles.filter(mine))
            for row, score in zip(worded, self.models.loaded.score({"text": texts}), strict=True):
                scores[row] = score
        return _with_column(made, "loaded_prob_plain", pa.array(scores, pa.float64()))

    def _plainer(self, surface: str, term_id: str) -> str:
        """The plainer wording of the form that a mention is: of those that fit the longest, then the first.

        Raises:
            _UnclearError: That is another term's, so that the mention was found by what stands around it.
        """
        folded = fold(surface)
        for length in range(len(folded), 0, -1):
            for pattern in self._patterns.get(folded[:length], ()):
                # A mask that asks for capitals did not have them here.
                if pattern.cased or not (length == len(folded) or (pattern.prefix and _is_word(folded[length:]))):
                    continue
                if pattern.term is None or self.lexicon.terms[pattern.term].term_id != term_id:
                    raise _UnclearError
                return pattern.plain
        raise _UnclearError


def _texts_by_part(articles: pa.Table) -> dict[tuple[str, str], str]:
    """What is read of each article's title and body."""
    ids = articles.column("article_id").to_pylist()
    return {
        (article_id, part): text or ""
        for part, column in blanked(articles).items()
        for article_id, text in zip(ids, column, strict=True)
    }


def _reworded(mentions: pa.Table, wordings: Sequence[str], articles: pa.Table) -> list[str]:
    """The sentences of mentions with other words in their places."""
    texts = _texts_by_part(articles)
    spans: dict[tuple[str, str], Sequence[Span]] = {}
    made = []
    places = mentions.select(["sentence_id", "article_id", "part", "start", "end"]).to_pylist()
    for place, wording in zip(places, wordings, strict=True):
        key = place["article_id"], place["part"]
        text = texts[key]
        if key not in spans:
            spans[key] = title_sentence(text) if place["part"] == "title" else find_sentences(text)
        span = spans[key][int(place["sentence_id"].rpartition(":")[2])]
        made.append(text[span.start : place["start"]] + wording + text[place["end"] : span.end])
    return made


def _is_word(characters: str) -> bool:
    return all(c.isalnum() or c == "_" for c in characters)


def _with_column(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), values)


def part_file(run: Path, number: int, name: str) -> Path:
    """The file of a part's table."""
    return run / name / f"part-{number:05d}.parquet"


def _read_part(run: Path, number: int, name: str, columns: list[str] | None = None) -> pa.Table:
    return pq.read_table(part_file(run, number, name), columns=columns, use_threads=False)


def _in_place(kept: Sequence[Stretch | int], n: int) -> bool:
    """Whether each article stands where it stood, so that only its rows can differ."""
    at = 0
    for item in kept:
        if isinstance(item, Stretch):
            if item.start != at:
                return False
            at = item.stop
        else:
            at += 1
    return at == n


def _starts(index: pa.Table, name: str) -> list[int]:
    """Where the rows of each article begin, and at last where they end."""
    if name == "annotated":
        return list(range(index.num_rows + 1))
    total = [0]
    for n in index.column(name).to_pylist():
        total.append(total[-1] + n)
    return total


def _index(articles: pa.Table, made: Mapping[str, pa.Table]) -> pa.Table:
    columns = [articles.column("article_id"), pa.array(digest_read(articles), pa.string())]
    for name in RUN_TABLES:
        counts = {c["values"]: c["counts"] for c in pc.value_counts(made[name].column("article_id")).to_pylist()}
        # Of articles with one id, in a corpus that no reader made, the first is given the rows; none of them is kept later.
        columns.append(pa.array([counts.pop(i, 0) for i in articles.column("article_id").to_pylist()], pa.int32()))
    return pa.Table.from_arrays(columns, schema=TABLES["annotated"])


def digest_read(articles: pa.Table) -> list[str | None]:
    """Of each article the digest of what annotation reads of it; None where it reads nothing."""
    names = ("title", "text", "section", "excluded")
    digests: list[str | None] = []
    for *row, read in zip(*(articles.column(n).to_pylist() for n in (*names, "read")), strict=True):
        whole = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")
        digests.append(hashlib.blake2b(whole, digest_size=16).hexdigest() if read else None)
    return digests


def blanked(articles: pa.Table) -> dict[str, list[str]]:
    """Titles and texts of articles without their excluded passages, as annotation reads them."""
    found = {"title": articles.column("title").to_pylist(), "body": articles.column("text").to_pylist()}
    for i, passages in enumerate(articles.column("excluded").to_pylist()):
        for part in found if passages else ():
            spans = [(p["start"], p["end"]) for p in passages if p["part"] == part]
            if spans:
                found[part][i] = blank(found[part][i] or "", spans)
    return found


# ---- a stopped run goes on ----------------------------------------------------------------------------------------------


def find_done(folder: Path, inputs: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Parts that an earlier start with the same inputs finished in a work folder, each file checked against its hash.

    Raises:
        RunError: The parts there were made from other inputs; the message says which.
    """
    file = folder / "inputs.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not any((folder / "done").glob("part-*.json")):
        # Nothing was finished: begin.
        for name in (*PART_TABLES, "done"):
            shutil.rmtree(folder / name, ignore_errors=True)
        file.write_text(json.dumps(inputs, indent=1) + "\n", encoding="utf-8")
        return {}
    other = [name for name, value in inputs.items() if found.get(name) != value]
    if other:
        raise RunError(
            f"a stopped run to the same place, made with another {' and '.join(n.replace('_', ' ') for n in other)}",
            "the inputs it was started with",
            "Give them again to go on, or throw its parts away with --restart.",
        )
    done = {}
    for record_file in sorted((folder / "done").glob("part-*.json")):
        try:
            record = json.loads(record_file.read_text(encoding="utf-8"))
            sound = all(
                digest_file(part_file(folder, record["part"], name)) == record["files"][name]["sha256"]
                for name in PART_TABLES
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if sound:
            done[int(record["part"])] = record
    return done


def worth_keeping(folder: Path) -> bool:
    """Whether a work folder has a finished part."""
    return any((folder / "done").glob("part-*.json"))


def make_parts(
    make: PartMaker,
    tasks: Iterable[Task],
    done: Mapping[int, dict[str, Any]],
    run: Callable[[Callable[[Task], dict[str, Any]], Sequence[Task]], Iterable[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    """Records of all parts, those already done first."""
    yield from done.values()
    yield from run(make, [task for task in tasks if task.shard.number not in done])


def check_parts(folder: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Raise where a part that some process says it wrote is not here.

    Raises:
        RunError: It wrote to a disk that this machine does not see.
    """
    for record in records:
        for name in PART_TABLES:
            file = part_file(folder, record["part"], name)
            if not file.exists() or file.stat().st_size != record["files"][name]["bytes"]:
                raise RunError(
                    f"part {record['part']} of {name} was written, and is not in {str(folder)!r} on this machine",
                    "a folder that all workers and this machine share",
                    "Put --out on shared storage, under one path everywhere.",
                )


def stray_files(folder: Path) -> Iterator[Path]:
    """What processes that ended in the middle of a file left in a work folder."""
    for name in (*PART_TABLES, "done"):
        yield from (folder / name).glob(".part-*")
