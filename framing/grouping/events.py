"""Which articles tell of one event: grouped by what binds them, described, and set right by hand."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from framing.errors import FramingError, SelectionError, unknown_name
from framing.grouping.terms import Batches, Progress, Terms, read_terms
from framing.schema import INT, REAL, STR, TABLES, TIME, check_table

GIVEN, BY_HAND = "given in the input", "by hand"
_FOUND = "found"

#: How an event came to be (given or found) and its name, or one of its articles.
Key: TypeAlias = tuple[str, str]

#: Columns of `describe_events`.
EVENT_SUMMARY = pa.schema(
    [
        ("event_id", STR),
        ("label", STR),
        ("n_articles", INT),
        ("n_outlets", INT),
        ("outlets", pa.list_(STR)),
        ("first", TIME),
        ("last", TIME),
        ("coherence", REAL),
        ("terms", pa.list_(STR)),
        ("why", STR),
    ]
)

#: Articles compared with all others of their days at one time; bounds memory.
_CHUNK = 256
#: Articles of one chain of similarities that are clustered at one time; a longer chain is cut at its weakest links first.
_LARGEST = 3_000
_STEP, _SAME = 0.05, 0.95
#: Words of a label.
_LABEL_WORDS = 4


@dataclass(frozen=True)
class EventOptions:
    """What counts as one event.

    A reader would get wrong: `similarity` is no probability. It is the mean similarity two groups need to become one,
    so an article that is close to one of a group's articles and far from the others stays outside.

    Args:
        window_days: Largest number of days between two articles compared.
        half_life: Days in which a similarity counts half as much: weeklies and late reactions must be all the closer.
        similarity: Mean similarity (cosine of weighted words, 0 to 1) that joins.
        similarity_undated: What joins an article without date, which only its text can place.
        similarity_given: Mean similarity to the articles of an event given in the input that takes another one in.
        n_words: Words of the body that are read.

    Raises:
        FramingError: A value out of its range.

    Example:
        >>> EventOptions(window_days=7).window_days
        7
    """

    window_days: int = 5
    half_life: float = 4.0
    similarity: float = 0.16
    similarity_undated: float = 0.25
    similarity_given: float = 0.2
    n_words: int = 400

    def __post_init__(self) -> None:
        for name, least in (("window_days", 0), ("n_words", 1)):
            if getattr(self, name) < least:
                raise FramingError(f"{name} = {getattr(self, name)}", f"{least} or more", "Choose another.")
        if not self.half_life > 0:
            raise FramingError(f"half_life = {self.half_life}", "more than 0 days", "Choose another.")
        for name in ("similarity", "similarity_undated", "similarity_given"):
            if not 0 < getattr(self, name) <= 1:
                raise FramingError(f"{name} = {getattr(self, name)}", "more than 0, at most 1", "Choose another.")
        if self.similarity_undated < self.similarity:
            raise FramingError(
                f"similarity_undated = {self.similarity_undated}, below similarity = {self.similarity}",
                "at least as much, since nothing but the text places an undated article",
                "Raise it.",
            )

    def closeness(self, days: np.ndarray, others: np.ndarray) -> np.ndarray:
        """What a similarity is multiplied with for the distance in days: 0 outside the window."""
        gap = np.abs(days - others)
        factor = np.where(gap <= self.window_days, 0.5 ** (gap / self.half_life), 0.0)
        return np.where(np.isnan(gap), self.similarity / self.similarity_undated, factor)


def find_events(
    batches: Batches,
    *,
    options: EventOptions = EventOptions(),
    copies: pa.Table | None = None,
    excluded: pa.Table | None = None,
    progress: Progress | None = None,
) -> pa.Table:
    """Which articles tell of the same event.

    A reader would get wrong: an event is what the wording shows within a few days. Two events of one running story that
    are told in the same words on neighbouring days can come out as one, and an article on an event's background can
    stay outside.

    Articles become points by their weighted words (names and numbers, title and lead weigh more; a word weighs by how
    few articles of its language have it). Within the window of days, chains of similar articles are cut into groups by
    agglomerative clustering with average linkage (scikit-learn). Copies of one text count once.

    Args:
        batches: Article batches, which can be read again from the start.
        options: What counts as one event.
        copies: Table `copies`; articles of one copy group within the window stay together.
        excluded: Table `excluded`; these passages are not read.
        progress: Called with the number of articles read so far.

    Returns:
        Table `events`, by event and article: articles of a group of two and more. An event given in the input is
        kept as it is (`why`: given in the input) and can take in articles without one. Ids of found events are
        derived from their articles' ids, so that order and batch size do not matter.

    Does not: translate, so that articles of different languages meet in their names and numbers at most, which is seldom
    enough; nor tell which report is right.

    Source: average linkage, Sokal and Michener 1958; tf-idf, Spärck Jones 1972.

    Example:
        >>> from framing.ingest.shipped import read_shipped
        >>> events = find_events(lambda: read_shipped().batches())
        >>> set(events.column("why").to_pylist())
        {'given in the input'}
    """
    terms = read_terms(batches, n_words=options.n_words, excluded=excluded, progress=progress)
    if not terms.article_ids:
        return TABLES["events"].empty_table()
    group: list[Key | None] = [None if event is None else (GIVEN, event) for event in terms.given]
    free = np.array([i for i, key in enumerate(group) if key is None], np.int64)
    anchor = _anchors(terms, free, copies, options)
    nodes = _join_given(terms, np.unique(anchor[free]), group, options)
    for members in _components(terms.matrix, terms.days, nodes, options, options.similarity):
        for cluster in _cluster(terms.matrix, terms.days, members, options):
            for node in cluster.tolist():
                group[node] = (_FOUND, terms.article_ids[cluster[0]])
    for i in free.tolist():
        group[i] = group[anchor[i]] or (_FOUND, terms.article_ids[anchor[i]])
    return _events_table(terms, group, anchor)


def _anchors(terms: Terms, free: np.ndarray, copies: pa.Table | None, options: EventOptions) -> np.ndarray:
    """For each article the one that stands for it: the first of its copies within the window, or itself."""
    copy_group = {}
    if copies is not None:
        copy_group = dict(zip(*(copies.column(c).to_pylist() for c in ("article_id", "copy_group")), strict=True))
    together: defaultdict[Key, list[int]] = defaultdict(list)
    for i in free.tolist():
        copied = copy_group.get(terms.article_ids[i])
        together[("same text", terms.same_text[i]) if copied is None else ("copies", copied)].append(i)
    anchor = np.arange(len(terms.article_ids))
    for members in together.values():
        dated = sorted((m for m in members if not np.isnan(terms.days[m])), key=lambda m: (terms.days[m], m))
        first: int | None = None
        for m in dated:
            if first is None or terms.days[m] - terms.days[first] > options.window_days:
                first = m
            anchor[m] = first
        # An undated copy goes with the first one.
        undated = [m for m in members if np.isnan(terms.days[m])]
        for m in undated:
            anchor[m] = dated[0] if dated else undated[0]
    return anchor


def _join_given(terms: Terms, nodes: np.ndarray, group: list[Key | None], options: EventOptions) -> np.ndarray:
    """Give nodes that are close enough to an event of the input its id; return the others."""
    from scipy import sparse

    given = np.array([i for i, event in enumerate(terms.given) if event is not None], np.int64)
    if not len(given) or not len(nodes):
        return nodes
    names = sorted({event for event in terms.given if event is not None})
    number = {name: k for k, name in enumerate(names)}
    of = [number[event] for event in terms.given if event is not None]
    belongs = sparse.csr_matrix((np.ones(len(given)), (np.arange(len(given)), of)), (len(given), len(names)))
    left: list[int] = []
    members = terms.matrix[given].T.tocsr()
    for start in range(0, len(nodes), _CHUNK):
        chunk = nodes[start : start + _CHUNK]
        closeness = options.closeness(terms.days[chunk][:, None], terms.days[given][None, :])
        # The mean over the event's articles within the window: an event of the input may span months.
        total = ((terms.matrix[chunk] @ members).multiply(closeness)).tocsr() @ belongs
        near = (closeness > 0).astype(float) @ belongs
        mean = np.divide(total.toarray(), near, out=np.zeros_like(near), where=near > 0)
        best = mean.argmax(axis=1)
        for row, node in enumerate(chunk.tolist()):
            if mean[row, best[row]] >= options.similarity_given:
                group[node] = (GIVEN, names[best[row]])
            else:
                left.append(node)
    return np.array(left, np.int64)


def _components(
    matrix: Any, days: np.ndarray, nodes: np.ndarray, options: EventOptions, similarity: float
) -> Iterator[np.ndarray]:
    """Chains of nodes of which each is similar to some other: no group reaches beyond one, so each is clustered alone.

    Nodes go in order of days and a chunk meets only the days it can reach; no similarity outlives its chunk.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    day = days[nodes]
    order = np.argsort(day, kind="stable")  # undated ones last
    nodes, day = nodes[order], day[order]
    n, n_dated = len(nodes), int((~np.isnan(day)).sum())
    mine = matrix[nodes]
    label = np.arange(n)
    for start in range(0, n, _CHUNK):
        stop = min(start + _CHUNK, n)
        last = (
            n if stop > n_dated else int(np.searchsorted(day[:n_dated], day[stop - 1] + options.window_days, "right"))
        )
        columns = np.arange(start, last)
        if last < n:
            columns = np.concatenate([columns, np.arange(max(last, n_dated), n)])
        found = (mine[start:stop] @ mine[columns].T).tocoo()
        rows, others, value = found.row + start, columns[found.col], found.data
        strong = (value >= similarity) & (rows < others)
        rows, others, value = rows[strong], others[strong], value[strong]
        strong = value * options.closeness(day[rows], day[others]) >= similarity
        if strong.any():
            links = sparse.coo_matrix((np.ones(strong.sum()), (label[rows[strong]], label[others[strong]])), (n, n))
            _, of = connected_components(links, directed=False)
            label = of[label]
    by_label = np.argsort(label, kind="stable")
    for part in np.split(by_label, np.flatnonzero(np.diff(label[by_label])) + 1):
        if len(part) > 1:
            yield np.sort(nodes[part])


def _cluster(
    matrix: Any, days: np.ndarray, nodes: np.ndarray, options: EventOptions, cut: float | None = None
) -> Iterator[np.ndarray]:
    """Groups of two and more within one chain of nodes."""
    from sklearn.cluster import AgglomerativeClustering

    cut = options.similarity if cut is None else cut
    if len(nodes) > _LARGEST:
        if cut + _STEP > _SAME:
            yield nodes  # thousands of texts that are all but one
            return
        left = nodes
        for part in _components(matrix, days, nodes, options, cut + _STEP):
            left = np.setdiff1d(left, part, assume_unique=True)
            yield from _cluster(matrix, days, part, options, cut + _STEP)
        # What hangs together by weak links alone is clustered in pieces of neighbouring days.
        left = left[np.argsort(days[left], kind="stable")]
        for start in range(0, len(left), _LARGEST):
            yield from _cluster(matrix, days, np.sort(left[start : start + _LARGEST]), options)
        return
    if len(nodes) < 2:
        return
    mine, day = matrix[nodes], days[nodes]
    distance = 1 - (mine @ mine.T).toarray() * options.closeness(day[:, None], day[None, :])
    np.clip(distance, 0, 1, out=distance)
    np.fill_diagonal(distance, 0)
    # Sums of floating numbers differ in their last bits from machine to machine.
    np.round(distance, 9, out=distance)
    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - options.similarity
    ).fit_predict(distance)
    for label in np.unique(labels):
        members = nodes[labels == label]
        if len(members) > 1:
            yield members


def _events_table(terms: Terms, group: Sequence[Key | None], anchor: np.ndarray) -> pa.Table:
    members: defaultdict[Key, list[int]] = defaultdict(list)
    for i, key in enumerate(group):
        if key is not None:
            members[key].append(i)
    rows = []
    for (how, name), indices in members.items():
        if len(indices) < 2:
            continue
        event_id = name if how == GIVEN else _event_id(terms.article_ids[i] for i in indices)
        label = _label(terms, indices)
        similar = _mean_similarity(terms.matrix[indices])
        for i, value in zip(indices, similar.tolist(), strict=True):
            if terms.given[i] is not None:
                why = GIVEN
            else:
                others = f"{len(indices) - 1} other article{'s' if len(indices) > 2 else ''}"
                why = f"found: mean similarity {value:.2f} to the event's {others}"
                if how == GIVEN:
                    why += ", which the input gave"
                if anchor[i] != i:
                    why += f"; a copy of {terms.article_ids[anchor[i]]}"
                if np.isnan(terms.days[i]):
                    why += "; undated, placed by its text alone"
            rows.append({"article_id": terms.article_ids[i], "event_id": event_id, "label": label, "why": why})
    rows.sort(key=lambda row: (row["event_id"], row["article_id"]))
    return pa.Table.from_pylist(rows, schema=TABLES["events"])


def _event_id(article_ids: Iterable[str]) -> str:
    whole = "\n".join(sorted(article_ids)).encode("utf-8", "surrogatepass")
    return f"event-{hashlib.sha256(whole).hexdigest()[:12]}"


def _mean_similarity(rows: Any) -> np.ndarray:
    """Of each row to all others; from sums, so that thousands of copies cost no square."""
    total = np.asarray(rows.sum(axis=0)).ravel()
    itself = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    mean: np.ndarray = np.clip((rows @ total - itself) / max(rows.shape[0] - 1, 1), 0, 1)
    return mean


def _coherence(rows: Any) -> float:
    """Mean cosine to the centroid."""
    total = np.asarray(rows.sum(axis=0)).ravel()
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()) * np.linalg.norm(total)
    cosine = np.divide(rows @ total, length, out=np.zeros(rows.shape[0]), where=length > 0)
    return float(np.clip(cosine.mean(), 0, 1))


def _binding(terms: Terms, indices: list[int], n: int = 8) -> list[int]:
    """Columns that bind the articles, strongest first: heavy in them and in most of them."""
    rows = terms.matrix[indices]
    total = np.asarray(rows.sum(axis=0)).ravel()
    share = np.bincount(rows.indices, minlength=rows.shape[1]) / len(indices)
    strength = np.round(total * share, 9)
    strength[share * len(indices) < 2] = 0
    best = np.lexsort((np.arange(len(strength)), -strength))[: 4 * n]
    chosen: list[int] = []
    for column in best.tolist():
        if strength[column] <= 0 or len(chosen) == n:
            break
        a, b = terms.parts[column].tolist()
        if any(column in terms.parts[c] for c in chosen):
            continue  # a word of a pair that is there
        if b >= 0:
            # The pair says more than either of its words.
            taken = [k for k, c in enumerate(chosen) if c in (a, b)]
            if taken:
                chosen[taken[0]] = column
                for k in reversed(taken[1:]):
                    del chosen[k]
                continue
        chosen.append(column)
    return chosen


def _label(terms: Terms, indices: list[int]) -> str:
    """Names first, then what happened; a headline where no word binds the articles."""
    columns = _binding(terms, indices)
    names = [terms.words[c] for c in columns if terms.is_name[c]]
    others = [terms.words[c] for c in columns if not terms.is_name[c]]
    n_names = max(2, _LABEL_WORDS - len(others))
    words = names[:n_names] + others[: _LABEL_WORDS - len(names[:n_names])]
    if words:
        return ", ".join(words)
    return next((t for i in indices if (t := terms.titles[i])), terms.article_ids[indices[0]])[:120]


def describe_events(events: pa.Table, articles: pa.Table, *, excluded: pa.Table | None = None) -> pa.Table:
    """What each event is: who told it, when, and which words bind its articles.

    A reader would get wrong: coherence compares events of one corpus; two articles are nearer to their middle than
    nine to theirs, so a larger event has less of it.

    Args:
        events: Table `events`.
        articles: Table `articles` of the same corpus, all of it: what a word is worth depends on the others. Without
            its column text, which a large corpus is spared, coherence is null and there are no terms.
        excluded: Table `excluded`; these passages are not read.

    Returns:
        By first date and event_id: event_id, label, n_articles, n_outlets, outlets, first and last (null where no
        article has a date), coherence (mean similarity to the middle, 0 to 1), terms (words that bind it, strongest
        first), why (how its articles came in, with counts; that no text was read, where none was).

    Raises:
        FramingError: A column is missing.
        SelectionError: An article of `events` is not among the articles.

    Example:
        >>> from framing.ingest.shipped import read_shipped
        >>> corpus = read_shipped()
        >>> described = describe_events(find_events(lambda: corpus.batches()), corpus.articles)
        >>> described.num_rows, described.column("n_articles").to_pylist()[0]
        (12, 7)
    """
    check_table(events, "events")
    missing = [c for c in ("article_id", "outlet_id", "published") if c not in articles.schema.names]
    if missing:
        raise FramingError(f"articles without {', '.join(missing)}", "a table articles", "Give the whole table.")
    terms = None
    if "text" in articles.schema.names:
        terms = read_terms(articles.to_batches, n_words=EventOptions().n_words, excluded=excluded)
    row_of = {article_id: i for i, article_id in enumerate(terms.article_ids)} if terms else {}
    columns = (articles.column(c).to_pylist() for c in ("article_id", "outlet_id", "published"))
    about = {article_id: (outlet, time) for article_id, outlet, time in zip(*columns, strict=True)}
    members: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in events.to_pylist():
        if row["article_id"] not in about:
            next_move = "The events are of another corpus; group it again."
            raise unknown_name("article", row["article_id"], about, next_move)
        members[row["event_id"]].append(row)
    rows = []
    for event_id, mine in members.items():
        ids = sorted(row["article_id"] for row in mine)
        outlets = sorted({about[i][0] for i in ids})
        times = [time for i in ids if (time := about[i][1]) is not None]
        kinds = [row["why"].split(":")[0] for row in mine]
        why = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        if len(times) < len(ids):
            why += f"; {len(ids) - len(times)} without date"
        coherence, words = None, []
        if terms is None:
            why += "; no text read, so no coherence and terms"
        else:
            indices = [row_of[i] for i in ids]
            coherence = round(_coherence(terms.matrix[indices]), 6)
            words = [terms.words[c] for c in _binding(terms, indices)]
        rows.append(
            {
                "event_id": event_id,
                "label": mine[0]["label"],
                "n_articles": len(ids),
                "n_outlets": len(outlets),
                "outlets": outlets,
                "first": min(times, default=None),
                "last": max(times, default=None),
                "coherence": coherence,
                "terms": words,
                "why": why,
            }
        )
    rows.sort(key=lambda row: (row["first"] is None, row["first"], row["event_id"]))
    return pa.Table.from_pylist(rows, schema=EVENT_SUMMARY)


def merge_events(events: pa.Table, ids: Sequence[str], label: str | None = None) -> pa.Table:
    """One event out of several, by hand; a new table.

    The one thing to know: the merged event keeps the first id of `ids`, and its first label unless one is given.

    Args:
        events: Table `events`.
        ids: Two and more events.
        label: What to call it.

    Raises:
        SelectionError: There is no such event, or fewer than two are named.

    Example:
        >>> rows = [{"article_id": a, "event_id": e, "label": e, "why": "found"} for a, e in zip("abcd", "xxyy")]
        >>> merge_events(pa.Table.from_pylist(rows, schema=TABLES["events"]), ["x", "y"]).column("event_id").to_pylist()
        ['x', 'x', 'x', 'x']
    """
    labels = _labels(events)
    wanted = list(dict.fromkeys(ids))
    _known("event", wanted, labels)
    if len(wanted) < 2:
        raise SelectionError(f"{len(wanted)} event(s) to merge", "two and more", "Name another event.")
    name = _checked_label(label) if label is not None else labels[wanted[0]]
    return _edited(
        events, lambda row: {"event_id": wanted[0], "label": name, "why": BY_HAND} if row["event_id"] in wanted else {}
    )


def split_event(events: pa.Table, event_id: str, article_ids: Collection[str], label: str | None = None) -> pa.Table:
    """Take articles out of an event and make them one of their own, by hand; a new table.

    The one thing to know: an event of a single article is kept here, because somebody wanted it so.

    Args:
        events: Table `events`.
        event_id: The event to split.
        article_ids: Some of its articles, not all.
        label: What to call the new event; the old name with "(split off)" when None.

    Raises:
        SelectionError: There is no such event, an article is not in it, or none or all are named.

    Example:
        >>> rows = [{"article_id": a, "event_id": "x", "label": "x", "why": "found"} for a in "abcd"]
        >>> split = split_event(pa.Table.from_pylist(rows, schema=TABLES["events"]), "x", ["c", "d"], "Funeral")
        >>> split.column("label").to_pylist()
        ['x', 'x', 'Funeral', 'Funeral']
    """
    labels = _labels(events)
    _known("event", [event_id], labels)
    inside = {row["article_id"] for row in events.to_pylist() if row["event_id"] == event_id}
    wanted = set(article_ids)
    _known("article of this event", sorted(wanted), inside)
    if not wanted or wanted == inside:
        raise SelectionError(
            f"{len(wanted)} of {len(inside)} articles to split off", "some and not all", "Name others."
        )
    name = f"{labels[event_id]} (split off)" if label is None else _checked_label(label)
    changed = {"event_id": _event_id(wanted), "label": name, "why": BY_HAND}
    return _edited(events, lambda row: changed if row["event_id"] == event_id and row["article_id"] in wanted else {})


def rename_event(events: pa.Table, event_id: str, label: str) -> pa.Table:
    """Call an event something else, by hand; a new table.

    The one thing to know: the articles stay; `why` says by hand from then on, since somebody looked.

    Args:
        events: Table `events`.
        event_id: The event.
        label: What to call it.

    Raises:
        SelectionError: There is no such event, or the label is empty.

    Example:
        >>> rows = [{"article_id": a, "event_id": "x", "label": "x", "why": "found"} for a in "ab"]
        >>> rename_event(pa.Table.from_pylist(rows, schema=TABLES["events"]), "x", "Raid").column("label").to_pylist()
        ['Raid', 'Raid']
    """
    _known("event", [event_id], _labels(events))
    name = _checked_label(label)
    return _edited(events, lambda row: {"label": name, "why": BY_HAND} if row["event_id"] == event_id else {})


def _labels(events: pa.Table) -> dict[str, str]:
    check_table(events, "events")
    return {row["event_id"]: row["label"] for row in reversed(events.to_pylist())}


def _known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise unknown_name(kind, name, known, "framing group --list shows the events.")


def _checked_label(label: str) -> str:
    if not label.strip():
        raise SelectionError("an empty label", "a name for the event", "Give it one.")
    return label


def _edited(events: pa.Table, change: Callable[[dict[str, str]], dict[str, str]]) -> pa.Table:
    return pa.Table.from_pylist([{**row, **change(row)} for row in events.to_pylist()], schema=TABLES["events"])
