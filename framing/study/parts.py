"""A run in parts: each stretch of the corpus gives its own files, with their hashes, so that one lost is one made again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus import Corpus, Shard, digest_file, read_shard
from framing.errors import RunError, reason_of
from framing.language import AnnotateOptions, Models, annotate_batch
from framing.language.batch import blank
from framing.lexicon import Lexicon
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
    """

    shard: Shard
    kept: tuple[Stretch | int, ...] = ()


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
    """

    corpus: Corpus
    lexicon: Lexicon
    options: AnnotateOptions
    models: Models
    folder: Path
    before: Path | None = None

    @cached_property
    def passages(self) -> dict[str, list[dict[str, Any]]]:
        """What is excluded of each article."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.corpus.excluded.select(["article_id", "part", "start", "end"]).to_pylist():
            found.setdefault(row.pop("article_id"), []).append(row)
        return found

    def __getstate__(self) -> dict[str, Any]:
        # What was read from files is read there again, and does not travel.
        return {k: v for k, v in self.__dict__.items() if k != "passages"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __call__(self, task: Task) -> dict[str, Any]:
        """Make a part; its record, which is also written beside it, last."""
        shard = task.shard
        name = f"part-{shard.number:05d}"
        try:
            tables = self._annotated(shard) if not task.kept else self._mixed(task)
            files = {}
            for table_name in PART_TABLES:
                folder = self.folder / table_name
                folder.mkdir(exist_ok=True)
                partial = folder / f".{name}.{os.getpid()}"
                made = tables[table_name]
                if isinstance(made, Path):
                    shutil.copyfile(made, partial)
                else:
                    pq.write_table(made, partial, compression="zstd")
                file = folder / f"{name}.parquet"
                files[table_name] = {"bytes": partial.stat().st_size, "sha256": digest_file(partial)}
                partial.replace(file)
            record = {
                "part": shard.number,
                "articles": shard.stop - shard.start,
                "kept": sum(item.stop - item.start for item in task.kept if isinstance(item, Stretch)),
                "rows": {n: _rows_of(tables[n]) for n in RUN_TABLES},
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

    def _annotated(self, shard: Shard) -> dict[str, pa.Table | Path]:
        articles = self.read(shard)
        made = self._annotate(articles.filter(articles.column("read")))
        made["annotated"] = _index(articles, made)
        return dict(made)

    def _annotate(self, articles: pa.Table) -> dict[str, pa.Table]:
        results = [
            annotate_batch(batch, self.lexicon, self.options, self.models)
            for batch in articles.drop_columns("read").to_batches(max_chunksize=BATCH)
        ]
        return {
            name: pa.Table.from_batches([result[i] for result in results], schema=TABLES[name])
            for i, name in enumerate(RUN_TABLES)
        }

    def _mixed(self, task: Task) -> dict[str, pa.Table | Path]:
        """Rows kept from the earlier run between those of articles that are annotated anew, in the corpus' order."""
        assert self.before is not None
        anew = [i for item in task.kept if not isinstance(item, Stretch) for i in (item,)]
        articles = self.read(task.shard).take(pa.array(anew, pa.int64())) if anew else None
        fresh: dict[str, pa.Table] = {}
        if articles is not None:
            fresh = self._annotate(articles.filter(articles.column("read")))
            fresh["annotated"] = _index(articles, fresh)
        numbers = sorted({item.part for item in task.kept if isinstance(item, Stretch)})
        old = {number: _read_part(self.before, number, "annotated") for number in numbers}
        # An old part that stands here whole and in its place may be copied as a file.
        n = task.shard.stop - task.shard.start
        whole = numbers[0] if len(numbers) == 1 and _in_place(task.kept, n) and old[numbers[0]].num_rows == n else None
        tables: dict[str, pa.Table | Path] = {}
        for name in PART_TABLES:
            if whole is not None and not anew:
                tables[name] = part_file(self.before, whole, name)
                continue
            parts = {
                number: _read_part(self.before, number, name) if name != "annotated" else old[number]
                for number in numbers
            }
            starts = {number: _starts(old[number], name) for number in numbers}
            new_starts = _starts(fresh["annotated"], name) if fresh else []
            slices, at = [], 0
            for item in task.kept:
                if isinstance(item, Stretch):
                    first, last = starts[item.part][item.start], starts[item.part][item.stop]
                    slices.append(parts[item.part].slice(first, last - first))
                else:
                    slices.append(fresh[name].slice(new_starts[at], new_starts[at + 1] - new_starts[at]))
                    at += 1
            table = pa.concat_tables([s.replace_schema_metadata(None) for s in slices]).cast(TABLES[name])
            same = whole is not None and table.equals(parts[whole].cast(TABLES[name]))
            tables[name] = part_file(self.before, whole, name) if same and whole is not None else table.combine_chunks()
        return tables


def part_file(run: Path, number: int, name: str) -> Path:
    """The file of a part's table."""
    return run / name / f"part-{number:05d}.parquet"


def _read_part(run: Path, number: int, name: str) -> pa.Table:
    return pq.read_table(part_file(run, number, name), use_threads=False)


def _rows_of(table: pa.Table | Path) -> int:
    return int(pq.read_metadata(table).num_rows if isinstance(table, Path) else table.num_rows)


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
