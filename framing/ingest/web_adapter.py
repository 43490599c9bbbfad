"""The article of a web page, as trafilatura finds it."""

from __future__ import annotations

from dataclasses import dataclass

#: Characters of the shortest text that makes a page an article.
_SHORTEST = 60


@dataclass(frozen=True)
class Page:
    """The article of a page and what the page says of it; None where it says nothing."""

    title: str | None
    text: str
    published: str | None
    byline: str | None
    outlet: str | None
    language: str | None
    url: str | None
    section: str | None


class NoArticleError(Exception):
    """A page that gives no article, with the reason and detail of its reject."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason} ({detail})" if detail else reason)


def extract_page(
    html: bytes | str, url: str | None = None, *, encoding: str | None = None, declared: str | None = None
) -> Page:
    """What article does this page hold, and what does the page say of it?

    Args:
        html: The page.
        url: Where it came from.
        encoding: What the user says the bytes are in.
        declared: What the server said they are in.

    Raises:
        NoArticleError: There is none.
    """
    from trafilatura import bare_extraction

    known = encoding or declared
    try:
        text = html.decode(known, "replace") if isinstance(html, bytes) and known else html
        found = bare_extraction(text, url=url, include_comments=False, with_metadata=True)
    except Exception as problem:  # whatever its parsers make of a damaged page
        raise NoArticleError("no article in the page", f"{type(problem).__name__}: {problem}") from problem
    if found is None or len(found.text or "") < _SHORTEST:
        raise NoArticleError("no article in the page", "too little text" if found else "")
    return Page(
        found.title, found.text, found.date, found.author, found.sitename or found.hostname, found.language, found.url,
        None,
    )  # fmt: skip
