"""What an article is about, as weighted words: names and numbers weigh more, title and lead more than the rest."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

Progress = Callable[[int], None]
#: Article batches that can be read again from the start.
Batches = Callable[[], Iterator[pa.RecordBatch]]

# Weights: title and lead tell the event, the rest its background; names and numbers say who and how many. Halving or doubling one
# moves F1 (tests/evaluation/events.py) by about .03 on a mixed corpus; on one war alone names counting 3 cost .2, its actors being in
# every article.
_TITLE, _LEAD, _NAME, _NUMBER = 3.0, 2.0, 1.25, 1.5
#: Words of the body that count as lead.
_LEAD_WORDS = 60
#: A word of one article alone binds it to nothing, and only makes it long.
_SINGLE = 0.5
#: Words of up to this many articles weigh alike: that is an event's own size, and says nothing of how rare a word is.
_EVENT_SIZE = 5
#: A corpus of fewer articles is weighed as if it had so many: where three articles tell one event, its words are in all of them.
_LEAST_CORPUS = 100
#: Shorter words are function words in most languages written with capitals; English ones are listed.
_SHORT = 4
#: A word in more than this share of a language's articles (and at least in so many) does not tell events apart.
_COMMON_SHARE, _COMMON_LEAST = 0.2, 20
#: A language with fewer articles has no word counts of its own; with more than so many, what is in most of them says nothing.
_OWN_COUNTS, _SOME_COUNTS = 30, 10
#: The same for one outlet, whose name, footers and country stand in many of its articles.
_OUTLET_SHARE, _OUTLET_LEAST = 0.3, 10
#: Below so many words two texts are one by accident ("Subscribe to read on"), unless their titles are one too.
_SAME_TEXT_WORDS = 50
#: Added to a text's squared length, in units of a rarest word's weight: a headline alone cannot be sure of anything.
_BREVITY = 6.0

_TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[.!?:\n\"“”«»]")
#: Scripts written without spaces; their words are taken as pairs of characters.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@cache
def stop_words() -> frozenset[str]:
    """Words that bind nothing: English function words (scikit-learn's list) and those of `data/words.toml`."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    data = tomllib.loads((Path(__file__).parent / "data" / "words.toml").read_text(encoding="utf-8"))
    words = {*ENGLISH_STOP_WORDS, *data["news"]["words"]}
    return frozenset(words | {_fold(w) for w in words})


@dataclass(frozen=True, eq=False)
class Terms:
    """Articles as rows of a sparse matrix, sorted by article_id, whatever order they came in.

    Args:
        article_ids: One per row.
        outlet_ids: One per row.
        titles: One per row; None where there was none.
        days: Day number of publication; nan where undated.
        published: Publication time; None where undated.
        given: The event given in the input; None where none.
        same_text: Equal for articles whose text is the same, character for character but for white space.
        matrix: Rows of length 1 (all zero where a text says nothing), or a little less for very short texts.
        words: A word or pair of names per column, as most often written.
        is_name: Per column, whether it is a name.
        parts: For a pair of names the columns of its two words, else -1.
    """

    article_ids: list[str]
    outlet_ids: list[str]
    titles: list[str | None]
    days: np.ndarray
    published: list[Any]
    given: list[str | None]
    same_text: list[str]
    matrix: Any
    words: list[str]
    is_name: np.ndarray
    parts: np.ndarray


def _fold(form: str) -> str:
    """One key for the spellings of a word: small letters, no possessive, no plural s."""
    word = form.replace("’", "'").lower().removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    return word


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    if not _UNSPACED.search(text):
        return found
    pairs: list[str] = []
    for token in found:
        cut = len(token) > 2 and _UNSPACED.search(token)
        pairs.extend(token[i : i + 2] for i in range(len(token) - 1)) if cut else pairs.append(token)
    return pairs


def _without(text: str | None, spans: Iterable[tuple[int, int]]) -> str:
    """The text without the passages that are not the article's own."""
    if not text:
        return ""
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    kept.append(text[at:])
    return "\n".join(kept)


def read_terms(
    batches: Batches, *, n_words: int, excluded: pa.Table | None = None, progress: Progress | None = None
) -> Terms:
    """Weighted words of all articles.

    The one thing to know: weights depend on the whole corpus, since a word is worth what it tells apart there.

    Args:
        batches: Article batches.
        n_words: Words of the body that are read; later ones are background more often than news.
        excluded: Table `excluded`; these passages are not read.
        progress: Called with the number of articles read so far.
    """
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    if excluded is not None:
        columns = (excluded.column(c).to_pylist() for c in ("article_id", "part", "start", "end"))
        for article_id, part, start, end in zip(*columns, strict=True):
            spans[article_id, part].append((start, end))
    vocabulary: defaultdict[str, int] = defaultdict()
    vocabulary.default_factory = vocabulary.__len__
    number = vocabulary.__getitem__
    rows: list[tuple[Any, ...]] = []
    for batch in batches():
        names = ("article_id", "outlet_id", "title", "text", "published", "language_found", "event_id")
        for article_id, outlet, title, text, published, language, event in zip(
            *(batch.column(name).to_pylist() for name in names), strict=True
        ):
            own_title = _without(title, spans.get((article_id, "title"), ()))
            own_text = _without(text, spans.get((article_id, "body"), ()))
            # No language writes words of more than a few dozen characters; a text of millions is not tokenised whole.
            in_title = list(map(number, _tokens(own_title[:2_000])[:100]))
            in_text = list(map(number, _tokens(own_text[: n_words * 12])[:n_words]))
            rows.append(
                (
                    article_id,
                    outlet,
                    title,
                    published,
                    language,
                    event or None,
                    _same(article_id, own_title, own_text),
                    np.array(in_title, np.int32),
                    np.array(in_text, np.int32),
                )
            )
        if progress:
            progress(len(rows))
    rows.sort(key=lambda row: row[0])
    ids, outlets, titles, published, languages, given, same, in_titles, in_texts = (
        zip(*rows, strict=True) if rows else ((),) * 9
    )
    matrix, words, is_name, parts = _weigh(list(vocabulary), in_titles, in_texts, languages, outlets)
    days = np.array([np.nan if t is None else t.date().toordinal() for t in published], float)
    return Terms(
        list(ids), list(outlets), list(titles), days, list(published), list(given), list(same), matrix, words, is_name, parts
    )  # fmt: skip


def _same(article_id: str, title: str, text: str) -> str:
    words = text.split()
    if len(words) < _SAME_TEXT_WORDS:
        words = [*title.split(), "\x00", *words]
    if not any(map(str.isalnum, chain.from_iterable(words))):
        return article_id  # nobody's copy, since it says nothing
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _weigh(
    forms: list[str],
    in_titles: Iterable[np.ndarray],
    in_texts: Iterable[np.ndarray],
    languages: Iterable[str | None],
    outlets: Iterable[str],
) -> tuple[Any, list[str], np.ndarray, np.ndarray]:
    """The matrix and its columns, from numbered spellings."""
    from scipy import sparse

    # Keys in alphabetical order: sums must not depend on which article came first.
    folded = [_fold(form) for form in forms]
    names = sorted(set(folded))
    at = {name: i for i, name in enumerate(names)}
    n_keys = len(names)
    stop = len(forms)  # a mark that ends a sentence, between title and body and between articles too
    key_of = np.array([at[f] for f in folded] + [0], np.int64)
    is_word = np.array([form[0].isalnum() or form[0] == "_" for form in forms] + [False])
    is_upper = np.array([form[0].isupper() for form in forms] + [False])

    is_long = np.array([len(form) > 3 for form in forms] + [False])
    pieces, rows, weights, bodies, n = [], [], [], [], 0
    for title, text in zip(in_titles, in_texts, strict=True):
        piece = np.concatenate([title, [stop], text, [stop]]).astype(np.int64)
        weight = np.ones(len(piece), np.float32)
        # Without a body there is nothing that a title could stand out from.
        weight[: len(title)] = _TITLE if len(text) else 1.0
        weight[len(title) + 1 : len(title) + 1 + _LEAD_WORDS] = _LEAD
        pieces.append(piece)
        weights.append(weight)
        # A headline that is written like a sentence shows as well as the body does what is a name.
        bodies.append(np.arange(len(piece)) > (-1 if _sentence_case(is_upper[title], is_long[title]) else len(title)))
        rows.append(np.full(len(piece), n, np.int32))
        n += 1
    if not forms:
        return sparse.csr_matrix((n, 0)), [], np.zeros(0, bool), np.zeros((0, 2), int)
    ids, row = np.concatenate(pieces), np.concatenate(rows)
    weight, body = np.concatenate(weights), np.concatenate(bodies)
    del pieces, rows, weights, bodies
    key, word = key_of[ids], is_word[ids]
    inside = word & np.roll(word, 1) & body  # not the first of a sentence, where every word has its capital
    upper = np.bincount(key[inside & is_upper[ids]], minlength=n_keys)
    lower = np.bincount(key[inside & ~is_upper[ids]], minlength=n_keys)
    name = upper > lower
    skipped = np.array([k in stop_words() or (len(k) < 2 and not _UNSPACED.match(k)) for k in names], bool)
    digits = np.array([k[0].isdigit() for k in names], bool)

    use = word & ~skipped[key]
    both = word[:-1] & word[1:] & name[key[:-1]] & name[key[1:]] & ~skipped[key[:-1]] & ~skipped[key[1:]]
    pair = key[:-1][both] * n_keys + key[1:][both]
    pairs, column = np.unique(pair, return_inverse=True)
    n_columns = n_keys + len(pairs)
    matrix = sparse.coo_matrix(
        (
            np.concatenate([weight[use], weight[1:][both]]),
            (np.concatenate([row[use], row[1:][both]]), np.concatenate([key[use], column + n_keys])),
        ),
        shape=(n, n_columns),
        dtype=np.float64,
    ).tocsr()
    matrix.data = 1 + np.log(np.maximum(matrix.data, 1))
    boost = np.ones(n_columns)
    boost[:n_keys][digits], boost[:n_keys][name], boost[n_keys:] = _NUMBER, _NAME, _NAME
    short = np.zeros(n_columns, bool)
    short[:n_keys] = [len(k) < _SHORT and k[:1].upper() != k[:1].lower() for k in names]
    short[:n_keys] &= ~name
    matrix, seen = _normalise(matrix, boost, short, list(languages), list(outlets))

    spelling = _spellings(forms, key_of[:stop], ids[inside], ids[word], n_keys)
    parts = np.full((n_columns, 2), -1)
    parts[n_keys:, 0], parts[n_keys:, 1] = np.divmod(pairs, max(n_keys, 1))
    words = [spelling[k] for k in range(n_keys)] + [f"{spelling[a]} {spelling[b]}" for a, b in parts[n_keys:].tolist()]
    # Columns of one article alone bind nothing and are only part of a text's length.
    kept = np.flatnonzero(seen > 1)
    place = np.full(n_columns + 1, -1)
    place[kept] = np.arange(len(kept))
    is_name = np.concatenate([name, np.ones(len(pairs), bool)])
    return matrix[:, kept], [words[k] for k in kept.tolist()], is_name[kept], place[parts[kept]]


def _sentence_case(is_upper: np.ndarray, is_long: np.ndarray) -> bool:
    return bool(is_long.any()) and float(is_upper[is_long].mean()) < 0.5


def _spellings(forms: list[str], key_of: np.ndarray, inside: np.ndarray, all_ids: np.ndarray, n_keys: int) -> list[str]:
    """The most frequent spelling of each key, inside a sentence where there is one; ties by alphabet."""
    n = len(forms)
    # One time inside a sentence outweighs any number at its beginning.
    votes = np.bincount(inside, minlength=n + 1)[:n] * 1e6 + np.bincount(all_ids, minlength=n + 1)[:n]
    alphabet = np.argsort(np.argsort(np.array(forms, dtype=object), kind="stable"), kind="stable") if n else np.zeros(0)
    best = np.lexsort((alphabet, -votes, key_of))
    chosen = [""] * n_keys
    for form in reversed(best.tolist()):
        chosen[key_of[form]] = re.sub(r"['’]s?$", "", forms[form])
    return chosen


def _normalise(
    matrix: Any, boost: np.ndarray, short: np.ndarray, languages: list[str | None], outlets: list[str]
) -> tuple[Any, np.ndarray]:
    """Weights by how many articles of the same language have a word, and rows of length 1."""
    from scipy import sparse

    n, n_columns = matrix.shape
    seen = np.bincount(matrix.indices, minlength=n_columns)
    codes = sorted({language or "" for language in languages})
    of = {code: np.array([(language or "") == code for language in languages]) for code in codes}
    main = max(codes, key=lambda code: (of[code].sum(), code))
    blocks: list[tuple[np.ndarray, np.ndarray]] = []
    overall = _idf(seen, n)
    for code in codes:
        mine = np.flatnonzero(of[code])
        here = np.bincount(matrix[mine].indices, minlength=n_columns)
        if code and len(mine) >= _OWN_COUNTS:
            idf = _idf(here, len(mine))
        elif code and code != main and len(mine) > _SOME_COUNTS:
            idf = np.where(here > len(mine) / 2, 0.0, overall)
        else:
            idf = overall
        blocks.append((mine, idf if code in ("", "en") else np.where(short, 0.0, idf)))
    furniture = _furniture(matrix, outlets)
    scale = np.empty(matrix.nnz)
    squares = np.zeros(n)
    single = np.where(seen == 1, _SINGLE, 1.0)
    rarest = float(overall.max(initial=0.0)) * _NAME
    for mine, idf in blocks:
        for r in mine.tolist():
            a, b = matrix.indptr[r : r + 2]
            columns = matrix.indices[a:b]
            scale[a:b] = idf[columns] * boost[columns] * single[columns]
            scale[a:b][np.isin(columns, furniture[outlets[r]])] = 0
            squares[r] = np.square(matrix.data[a:b] * scale[a:b]).sum()
    matrix.data *= scale
    length = np.sqrt(squares + _BREVITY * rarest**2)
    inverse = np.divide(1.0, length, out=np.zeros(n), where=squares > 0)
    return sparse.csr_matrix(sparse.diags(inverse) @ matrix), seen


def _furniture(matrix: Any, outlets: list[str]) -> dict[str, np.ndarray]:
    """Words that an outlet has in many of its articles: its own name, footers, its country."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for r, outlet in enumerate(outlets):
        rows[outlet].append(r)
    found = {}
    for outlet, mine in rows.items():
        here = np.bincount(matrix[mine].indices, minlength=matrix.shape[1])
        found[outlet] = np.flatnonzero(here > max(_OUTLET_SHARE * len(mine), _OUTLET_LEAST))
    return found


def _idf(seen: np.ndarray, n: int) -> np.ndarray:
    idf = np.log((max(n, _LEAST_CORPUS) + 1) / (np.maximum(seen, _EVENT_SIZE) + 0.5))
    return np.where(seen > max(_COMMON_SHARE * n, _COMMON_LEAST), 0.0, np.maximum(idf, 0.0))
