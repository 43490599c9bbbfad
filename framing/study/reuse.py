"""What of an earlier run stays true under an edited lexicon or a larger corpus, article by article."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus import Corpus, Shard, digest_file, read_shard
from framing.errors import RunError, reason_of
from framing.language import AnnotateOptions, Models
from framing.lexicon import Lexicon
from framing.lexicon.model import _CASE, _SAME_LENGTH, fold
from framing.study.parts import PART_TABLES, Edit, PartMaker, Stretch, Task, blanked, digest_read, part_file

LIBRARIES = ("pyarrow", "numpy", "scipy", "scikit-learn", "textblob", "sentencex", "ahocorasick-rs")
_PACKAGE = Path(__file__).parents[1]
#: Literals looked for at a time, and the number from which on everything is annotated again.
_AT_ONCE, _MOST_LITERALS = 100, 1_000
#: Reading, searching and hashing let go of the interpreter.
_THREADS = 2


def package_version() -> str:
    """Version of this package; `0+source` when run from a checkout that is not installed."""
    return version_of("media-framing") or "0+source"


def version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def _digest_code() -> str:
    """SHA-256 of the code and word lists that decide rows; a lexicon's own files are in its digest instead."""
    whole = hashlib.sha256()
    rooms = ("language", "classify", "lexicon")
    files = [f for room in rooms for f in (_PACKAGE / room).rglob("*") if f.suffix in (".py", ".toml")]
    for file in sorted([*files, _PACKAGE / "corpus.py", _PACKAGE / "schema.py", _PACKAGE / "study" / "parts.py"]):
        relative = file.relative_to(_PACKAGE).as_posix()
        if not relative.startswith("lexicon/data/conflict/"):
            whole.update(relative.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


def describe_inputs(lexicon: Lexicon, options: AnnotateOptions, models: Models) -> dict[str, Any]:
    """Everything but articles and terms that can change a row, by the name a message calls it."""
    return {
        "version": package_version(),
        "code": _digest_code(),
        "options": {k: v for k, v in asdict(options).items() if k != "pure"},
        "classifier": models.loaded.digest if models.loaded else None,
        "sense_model": models.senses.digest if models.senses else None,
        "reporting_words": _digest(lexicon.speech),
        "actors": _digest(lexicon.actors),
        "languages": list(lexicon.languages),
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
    }


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=lambda o: o.__dict__, ensure_ascii=False).encode()).hexdigest()


def describe_lexicon(lexicon: Lexicon) -> dict[str, Any]:
    """What of a lexicon's terms and literals can show in a row.

    `terms` has for each term what decides its rows (concept, kind, whether it is ambiguous, cues of its senses), then
    category and valence, which are only copied into them. `literals` has for each folded literal its patterns in their
    order, since the first one wins: whether word characters may follow, the capitals it must have, the term, the plainer
    wording, in one string, since there are many. The order of different literals decides nothing.
    """
    cues: dict[str, list[Any]] = {}
    for cue in lexicon.senses:
        cues.setdefault(cue.term_id, []).append([list(v) if isinstance(v, tuple) else v for v in cue.__dict__.values()])
    terms = {
        t.term_id: [t.concept_id, t.kind, t.ambiguous, cues.get(t.term_id, []), t.category, t.valence]
        for t in lexicon.terms
    }
    ids = [t.term_id for t in lexicon.terms]
    literals: dict[str, str] = {}
    for p in lexicon.patterns:
        pattern = _FIELD.join(("*" if p.prefix else "", p.cased, "" if p.term is None else ids[p.term], p.plain))
        literals[p.folded] = literals[p.folded] + _PATTERN + pattern if p.folded in literals else pattern
    return {"terms": terms, "literals": literals}


#: What stands between the patterns of a literal and between their fields; no form of a lexicon has it.
_PATTERN, _FIELD = "\x1e", "\x1f"
_N_DECIDE = 4


def compare_lexicons(before: Mapping[str, Any], now: Mapping[str, Any]) -> Edit:
    """What changed between two lexicons, as `describe_lexicon` gives them.

    Example:
        >>> from dataclasses import replace
        >>> from framing.lexicon import read_lexicon
        >>> lexicon = read_lexicon("conflict")
        >>> other = replace(lexicon.by_id["martyrdom"], valence="plain", masks=("Martyrdom Street",))
        >>> edited = replace(lexicon, terms=tuple(other if t.term_id == "martyrdom" else t for t in lexicon.terms))
        >>> edit = compare_lexicons(describe_lexicon(lexicon), describe_lexicon(edited))
        >>> edit.written["martyrdom"], edit.literals.get("martyrdom street")
        (('sacralising', 'plain'), False)
    """
    terms, known = now["terms"], before["terms"]
    decided = {t for t, entry in terms.items() if t in known and entry[:_N_DECIDE] == known[t][:_N_DECIDE]}
    written = {t: (entry[4], entry[5]) for t, entry in terms.items() if t in decided and entry[4:] != known[t][4:]}
    others = {*terms, *known} - decided
    literals: dict[str, bool] = {}
    plain: set[str] = set()
    old, new = before["literals"], now["literals"]
    for literal in {**old, **new}:
        was, group = old.get(literal), new.get(literal)
        if was == group and not others:
            continue
        old_patterns, patterns = _split(was), _split(group)
        same = others.isdisjoint(p[2] for p in (*old_patterns, *patterns))
        if was == group and same:
            continue
        if same and [p[:3] for p in old_patterns] == [p[:3] for p in patterns]:
            plain.update(p[2] for p, q in zip(patterns, old_patterns, strict=True) if p != q)
        else:
            literals[literal] = any(p[0] for p in (*old_patterns, *patterns))
    return Edit(literals, written, frozenset(plain))


def _split(group: str | None) -> list[list[str]]:
    return [] if group is None else [pattern.split(_FIELD) for pattern in group.split(_PATTERN)]


def literal_patterns(literals: Mapping[str, bool], *, borders: bool = True) -> list[str]:
    """RE2 patterns that find every literal in a text as it is written, and sometimes more.

    A text with a hit is always found; one found may have none, since borders of words are those of ASCII here. Without
    `borders` they are found within words too, several times as fast.
    """
    written = [_as_written(literal, prefix, borders) for literal, prefix in literals.items()]
    return ["|".join(written[i : i + _AT_ONCE]) for i in range(0, len(written), _AT_ONCE)]


#: How a character of a folded literal may stand in a text; letters of either case are left to the engine.
_WRITTEN: dict[str, str] = {}
for _variant, _ in (*_SAME_LENGTH, *_CASE):
    _WRITTEN[fold(_variant)] = _WRITTEN.get(fold(_variant), "") + _variant


def _as_written(literal: str, prefix: bool, borders: bool) -> str:
    # A class for each character: RE2 has no escapes like \ufb01, and these need none.
    body = "".join(
        "[" + "".join(re.escape(v) for v in dict.fromkeys(c + _WRITTEN[c])) + "]" if c in _WRITTEN else re.escape(c)
        for c in literal
    )
    if not borders:
        return body
    first = r"\b" if re.match(r"\w", literal[0], re.ASCII) else ""
    last = r"\b" if not prefix and re.match(r"\w", literal[-1], re.ASCII) else ""
    # The letters that fold to an ASCII letter are no word characters to RE2.
    return f"{'' if literal[0] in 'iks' else first}{body}{'' if literal[-1] in 'iks' else last}"


def write_parts_record(
    folder: Path, inputs: Mapping[str, Any], lexicon: Mapping[str, Any], files: Mapping[str, str], parts: Sequence[Any]
) -> None:
    """Write `parts.json`: what a later run has to know to keep rows of this one."""
    record = {
        "inputs": inputs,
        "lexicon": lexicon,
        "corpus_files": files,
        "parts": parts,
    }
    (folder / "parts.json").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


class Before:
    """An earlier run that rows may be kept from.

    Args:
        folder: Its folder.

    Raises:
        RunError: It is no run, or one without parts.json.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        try:
            self.run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            self.record = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
            self.parts = {int(p["part"]): p for p in self.record["parts"]}
            self.inputs, self.lexicon = dict(self.record["inputs"]), dict(self.record["lexicon"])
            self.files = dict(self.record["corpus_files"])
            self.corpus_digest = str(self.run["corpus_digest"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise RunError(
                f"{str(folder)!r}, which keeps no record of its parts ({reason_of(problem)})",
                "a run of this version",
                "Leave --from out; everything is annotated then.",
            ) from problem

    def n_articles(self, number: int) -> int | None:
        """Articles of a part; None where it has no such part."""
        part = self.parts.get(number)
        return None if part is None else int(part["articles"])

    def refusal(self, inputs: Mapping[str, Any]) -> str | None:
        """Why no row of it can be kept; None where rows can."""
        other = [name.replace("_", " ") for name, value in inputs.items() if self.inputs.get(name) != value]
        if other:
            return f"made with another {' and '.join(other)}"
        with ThreadPoolExecutor(_THREADS) as pool:
            for damaged in pool.map(self._damaged, self.parts):
                if damaged:
                    return f"part {damaged[0]} of its {damaged[1]} is damaged"
        return None

    def _damaged(self, number: int) -> tuple[int, str] | None:
        for name in PART_TABLES:
            file = part_file(self.folder, number, name)
            if not file.exists() or digest_file(file) != self.parts[number]["files"][name]["sha256"]:
                return number, name
        return None


def plan_tasks(
    before: Before, make: PartMaker, shards: Sequence[Shard], same_files: bool
) -> tuple[list[Task], int] | None:
    """For each part what is kept and what is annotated, and how many articles are; None where too many terms changed.

    An article is kept whole or annotated whole: sense, target and carried names of a mention look at the others.

    Args:
        before: The earlier run.
        make: What makes the parts; it knows what changed in the lexicon.
        shards: The corpus, cut.
        same_files: The corpus' files are those of the earlier run, byte for byte.
    """
    literals = make.edit.literals
    if len(literals) > _MOST_LITERALS:
        return None
    patterns = literal_patterns(literals)
    if same_files and [before.n_articles(s.number) for s in shards] == [s.stop - s.start for s in shards]:
        anywhere = literal_patterns(literals, borders=False)
        short = _short_passages(make.corpus, literals)

        def find(shard: Shard) -> list[int]:
            return _find_changed(shard, make, anywhere, patterns, short)

        with ThreadPoolExecutor(_THREADS) as pool:
            found = list(pool.map(find, shards))
        tasks = [Task(s, tuple(_in_place(s, hit)), same_texts=True) for s, hit in zip(shards, found, strict=True)]
        return tasks, sum(len(hit) for hit in found)
    known = _Known(before, sorted(before.parts))

    def plan(shard: Shard) -> tuple[Task, int]:
        return _plan_shard(shard, make, known, patterns, same_files)

    with ThreadPoolExecutor(_THREADS) as pool:
        planned = list(pool.map(plan, shards))
    return [task for task, _ in planned], sum(n for _, n in planned)


def _in_place(shard: Shard, changed: Sequence[int]) -> Iterator[Stretch | int]:
    """All articles of a part but the changed ones, where they stood."""
    at, n = 0, shard.stop - shard.start
    if len(changed) == n:
        return
    for i in changed:
        if i > at:
            yield Stretch(shard.number, at, i)
        yield i
        at = i + 1
    if at < n:
        yield Stretch(shard.number, at, n)


def _find_changed(
    shard: Shard, make: PartMaker, anywhere: Sequence[str], patterns: Sequence[str], short: frozenset[str]
) -> list[int]:
    """Which articles of a shard hold a changed literal: first as written anywhere, then in what annotation reads."""
    if not patterns:
        return []
    texts = read_shard(make.corpus, shard, ("article_id", "title", "text"))
    hit = _match((texts.column("title"), texts.column("text")), anywhere)
    if short:
        hit = pc.or_(hit, pc.is_in(texts.column("article_id"), pa.array(sorted(short), pa.string())))
    rows = pc.indices_nonzero(hit)
    if not len(rows):
        return []
    ids = texts.column("article_id")
    if len(ids.unique()) < len(ids):
        # The rows of articles with one id stand together, and cannot be told apart.
        return list(range(len(ids)))
    candidates = make.read(shard).take(rows)
    return [row for row, changed in zip(rows.to_pylist(), _contain(candidates, patterns), strict=True) if changed]


def _short_passages(corpus: Corpus, literals: Mapping[str, bool]) -> frozenset[str]:
    """Articles with an excluded passage so short that the line breaks read instead can stand for the spaces of a literal."""
    spaces = max((len(run) for literal in literals for run in re.findall(" +", literal)), default=0)
    passages = corpus.excluded
    length = pc.subtract(passages.column("end"), passages.column("start"))
    ids = passages.filter(pc.less_equal(length, spaces)).column("article_id")
    return frozenset(ids.to_pylist())


class _Known:
    """Where each article of an earlier run stands, and the digest of what was read of it."""

    def __init__(self, before: Before, numbers: Sequence[int]) -> None:
        self.where: dict[str, tuple[int, int, str | None]] = {}
        twice: set[str] = set()
        for number in numbers:
            table = pq.read_table(part_file(before.folder, number, "annotated"), columns=["article_id", "read"])
            ids, digests = table.column("article_id").to_pylist(), table.column("read").to_pylist()
            for i, (article_id, digest) in enumerate(zip(ids, digests, strict=True)):
                if article_id in self.where:
                    twice.add(article_id)
                self.where[article_id] = number, i, digest
        for article_id in twice:
            del self.where[article_id]


def _plan_shard(
    shard: Shard, make: PartMaker, known: _Known, patterns: Sequence[str], same_files: bool
) -> tuple[Task, int]:
    articles = make.read(shard)
    ids = articles.column("article_id").to_pylist()
    digests = None if same_files else digest_read(articles)
    hit = _contain(articles, patterns)
    kept: list[Stretch | int] = []
    seen: set[str] = set()
    n_anew = 0
    for i, article_id in enumerate(ids):
        place = known.where.get(article_id)
        stays = place is not None and not hit[i] and (digests is None or digests[i] == place[2])
        if not stays or place is None or article_id in seen:
            kept.append(i)
            n_anew += 1
            continue
        seen.add(article_id)
        last = kept[-1] if kept else None
        if isinstance(last, Stretch) and last.part == place[0] and last.stop == place[1]:
            kept[-1] = last._replace(stop=place[1] + 1)
        else:
            kept.append(Stretch(place[0], place[1], place[1] + 1))
    return Task(shard, tuple(kept) if n_anew < len(ids) else ()), n_anew


def _contain(articles: pa.Table, patterns: Sequence[str]) -> list[bool]:
    """Which articles in the lexicon's language have a text in which one of the patterns is found."""
    if not patterns:
        return [False] * articles.num_rows
    return list(pc.and_(_match(_texts(articles), patterns), articles.column("read")).to_pylist())


def _match(columns: Iterable[pa.Array | pa.ChunkedArray], patterns: Sequence[str]) -> pa.Array | pa.ChunkedArray:
    found = None
    for texts in columns:
        for pattern in patterns:
            here = pc.fill_null(pc.match_substring_regex(texts, pattern, ignore_case=True), False)
            found = here if found is None else pc.or_(found, here)
    return found


def _texts(articles: pa.Table) -> Iterator[pa.Array | pa.ChunkedArray]:
    with_passages = articles.column("excluded").null_count < articles.num_rows
    if not with_passages:
        yield articles.column("title")
        yield articles.column("text")
        return
    for texts in blanked(articles).values():
        yield pa.array(texts, pa.string())


__all__ = [
    "LIBRARIES",
    "Before",
    "compare_lexicons",
    "describe_inputs",
    "describe_lexicon",
    "literal_patterns",
    "package_version",
    "plan_tasks",
    "version_of",
    "write_parts_record",
]
