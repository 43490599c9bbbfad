"""What a web page says of its article: headline, outlet, date, section, byline, language, address."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from framing.ingest.dates import read_date

WEB_FILE = Path(__file__).parent / "data" / "web.toml"
#: A longer script is a page's whole state, not a statement about one article.
_MOST_IN_SCRIPT = 1_000_000
_MOST_OBJECTS = 2_000
#: A longer headline, name or section is something else.
_MOST_IN_FACT = 1_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_SUFFIX = re.compile(r"\s[|•·–—-]\s")
_SAVED = re.compile(r"<!-- saved from url=\(\d+\)(https?://[^\s<>\"]+)")


@dataclass(frozen=True)
class Facts:
    """What a page states; None where it does not."""

    title: str | None
    published: str | None
    byline: str | None
    outlet: str | None
    language: str | None
    url: str | None
    section: str | None
    stated_text: str | None


@cache
def web_data() -> dict[str, Any]:
    """The names and boxes of web pages."""
    return tomllib.loads(WEB_FILE.read_text(encoding="utf-8"))


def find_facts(tree: Any, page: str, url: str | None) -> Facts:
    """What a parsed page states of its article, each from the first place that says it.

    The headline is the one the page shows (its h1) where that agrees with the stated one: titles for sharing differ.

    Args:
        tree: The page as lxml holds it.
        page: The same as text.
        url: Where it came from, if known.
    """
    meta = _meta(tree)
    stated = _stated_article(tree)
    names = web_data()["meta"]

    def first(kind: str, *others: object) -> str | None:
        return _first([*(value for name in names[kind] for value in meta.get(name, ())), *others])

    address = _address(tree, page, meta, url)
    outlet = first("outlet", *_names(stated.get("publisher")))
    if outlet is None or outlet.startswith(("http:", "https:", "@")):
        outlet = domain_of(address) or outlet
    return Facts(
        title=_headline(tree, first("title", stated.get("headline"), stated.get("name")), outlet),
        published=_published(tree, address, [*meta_values(meta, names["published"])], stated),
        byline=_byline(_names(stated.get("author")), meta_values(meta, names["byline"])),
        outlet=outlet,
        language=_language(_first([tree.get("lang"), *_texts(stated.get("inLanguage")), first("language")])),
        url=address,
        section=_first(
            [
                *meta_values(meta, names["section"]),
                ", ".join(filter(None, map(_clean, _texts(stated.get("articleSection"))))),
            ]
        ),
        stated_text=_stated_text(stated),
    )


def meta_values(meta: Mapping[str, Sequence[str]], names: Iterable[str]) -> list[str]:
    """The values of these names, best name first."""
    return [value for name in names for value in meta.get(name, ())]


def _clean(value: object) -> str:
    text = " ".join(unescape(value).split()) if isinstance(value, str) and len(value) <= _MOST_IN_FACT else ""
    if _SURROGATE.search(text):  # half an emoji of an escaped script, which cannot be stored
        return ""
    return "" if text.casefold() in ("null", "none", "undefined", "false") else text


def _first(values: Iterable[object]) -> str | None:
    return next((text for value in values if (text := _clean(value))), None)


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = element.get("content")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value and len(found.get(name, ())) < 20:
                found.setdefault(name, []).append(value)
    return found


def _stated_article(tree: Any) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article; of several, the one that states most."""
    types = web_data()["json_ld"]["articles"]
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _MOST_IN_SCRIPT:
            continue
        try:
            # Line ends inside strings are common and harmless.
            value = json.loads(text.strip().removesuffix(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        found += [o for o in _objects(value) if any(_clean(t).lower() in types for t in _texts(o.get("@type")))]
    wanted = ("headline", "datePublished", "author", "publisher", "articleBody", "articleSection")
    return max(found, key=lambda o: sum(key in o for key in wanted), default={})


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD document that stand for themselves: in lists, graphs and as what a page is about."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_OBJECTS:
        seen += 1
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one[:_MOST_OBJECTS]
        elif isinstance(one, dict):
            yield one
            waiting += [one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in one]


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [v for v in values[:50] if isinstance(v, str)]


def _names(value: object) -> list[str]:
    """The names of people or organisations as JSON-LD gives them: texts, objects with a name, or lists of both."""
    values = value if isinstance(value, list) else [value]
    found: list[str] = []
    for one in values[:50]:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found += _texts(one.get("name"))
    return found


def _byline(stated: Sequence[str], meta: Sequence[str]) -> str | None:
    """Names of people, joined by commas; addresses of profiles are none."""
    for values in (stated, meta):
        names = [n for v in values if (n := _clean(v)) and not n.startswith(("http:", "https:", "@", "/"))]
        if names:
            return ", ".join(dict.fromkeys(names))
    return None


def _language(value: str | None) -> str | None:
    code = re.split(r"[-_]", (value or "").strip().lower())[0]
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else None


def domain_of(url: str | None) -> str | None:
    """The registered domain of an address, else its host: `ledger.example` of `https://www.ledger.example/a`."""
    from courlan import extract_domain

    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return None
    return (extract_domain(url) or host.removeprefix("www.")) if url and host else None


def _address(tree: Any, page: str, meta: Mapping[str, Sequence[str]], url: str | None) -> str | None:
    """Where the article stands: the page's own statement if it is of the site the page came from."""
    canonical = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    saved = _SAVED.search(page[:4_096])
    stated = [
        a for v in (*canonical[:5], *meta.get("og:url", ())) if (a := _clean(v)).startswith(("http://", "https://"))
    ]
    if url is None:
        return next((a for a in (*stated, *([saved[1]] if saved else ())) if domain_of(a)), None)
    return next((a for a in stated if domain_of(a) == domain_of(url)), url)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _headline(tree: Any, stated: str | None, outlet: str | None) -> str | None:
    shown = [text for h1 in tree.iter("h1") if (text := _clean("".join(h1.itertext())))]
    of_page = _first(title.text for title in tree.iter("title"))
    # On blogs the site's name is an h1 too.
    *parts, site = _SUFFIX.split(of_page or "")
    names = {_plain(outlet or ""), *([_plain(site)] if parts else ())}
    shown = [text for text in shown if _plain(text) not in names]
    wanted = set((stated or of_page or "").casefold().split())
    agreeing = [h for h in shown if 2 * len(wanted & set(h.casefold().split())) > len(set(h.casefold().split()))]
    if agreeing:
        return agreeing[0]
    if not (stated or of_page) and shown:
        return shown[0]
    title = stated or of_page
    if title is None:
        return None
    # "Bridge stays open | Aldis Ledger": the outlet's name is no part of the headline.
    *parts, last = _SUFFIX.split(title)
    if parts and (stated is None or (outlet and _plain(last) == _plain(outlet))):
        return title[: title.rindex(last)].rstrip(" |•·–—-\t")
    return title


def _published(tree: Any, url: str | None, meta: Sequence[str], stated: Mapping[str, Any]) -> str | None:
    times = (t.get("datetime") or t.get("content") for t in tree.iter("time") if t.get("itemprop") == "datePublished")
    given = [text for v in (*_texts(stated.get("datePublished")), *meta, *times) if (text := _clean(v))]
    # Systems without a date write the beginning of their calendar.
    given = [text for text in given if not text.startswith(tuple(web_data()["no_dates"]["begin"]))]
    understood = next((text for text in given if read_date(text) is not None), None)
    if understood is not None:
        return understood
    from htmldate import find_date

    try:
        # The tree and not the text: htmldate fetches a text that is an address. Not the extensive search, which takes
        # any date in the text.
        return find_date(tree, original_date=True, extensive_search=False, url=url) or (given[0] if given else None)
    except Exception:  # what a date parser makes of a damaged page
        return given[0] if given else None


def _stated_text(stated: Mapping[str, Any]) -> str | None:
    """The article's text in JSON-LD, where it is a text and not markup."""
    text = stated.get("articleBody")
    if not isinstance(text, str) or "<" in text or _SURROGATE.search(text):
        return None
    lines = (" ".join(unescape(line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None
