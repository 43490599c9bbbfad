"""One article with its marks, as HTML for the dashboard and as a self-contained page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from framing.lexicon import Lexicon
from framing.markup import Mark, escape, mark_html

#: Style of marks: the voice is told by the line, never by colour alone. Works on light and dark ground.
MARK_CSS = """
.fr { font-size: 1.05rem; line-height: 1.75; overflow-wrap: anywhere; max-width: 44rem; }
.fr p { margin: 0 0 .9em 0; white-space: pre-line; }
.fr-m { position: relative; border-radius: 3px; padding: 0 .12em; cursor: help; text-decoration-thickness: 2px; text-underline-offset: .22em; outline-offset: 2px; }
.fr-own { background: rgba(213,94,0,.22); text-decoration: underline solid #D55E00; font-weight: 600; }
.fr-reported { background: rgba(0,114,178,.17); text-decoration: underline dashed #0072B2; }
.fr-direct { background: rgba(0,158,115,.17); text-decoration: underline dotted #009E73; }
.fr-scare { background: rgba(204,121,167,.2); text-decoration: underline wavy #CC79A7; text-decoration-thickness: 1px; }
.fr-plain { background: none; font-weight: 400; text-decoration-thickness: 1px; opacity: .95; }
.fr-m[data-tip]:hover::after, .fr-m[data-tip]:focus::after {
  content: attr(data-tip); position: absolute; left: 0; top: 100%; margin-top: .3rem; z-index: 20; width: max-content; max-width: min(22rem, 70vw);
  padding: .55rem .7rem; border-radius: 6px; background: #1d2733; color: #f5f7fa; font-size: .84rem; line-height: 1.4; font-weight: 400; white-space: pre-line;
  box-shadow: 0 4px 16px rgba(0,0,0,.3); text-decoration: none; pointer-events: none; }
@media (max-width: 640px) { .fr-m[data-tip]:hover::after, .fr-m[data-tip]:focus::after {
  position: fixed; left: 1rem; right: 1rem; top: auto; bottom: 1rem; width: auto; max-width: none; } }
.fr-shared { border-bottom: 1px dotted currentColor; }
.fr-aligned { overflow-x: auto; margin: 0 0 1rem 0; }
.fr-aligned table { border-collapse: collapse; font-size: .95rem; line-height: 1.6; }
.fr-aligned th, .fr-aligned td { border: 0; border-bottom: 1px solid rgba(128,136,144,.35); padding: .35rem .9rem .35rem 0; text-align: start; vertical-align: top; font-weight: 400; }
.fr-aligned thead th, .fr-aligned tbody th { font-weight: 600; }
.fr-ring { outline: 2px solid currentColor; outline-offset: 2px; }
dl.fr-why { font-size: .92rem; margin: 0; padding: 0; }
dl.fr-why dt { font-weight: 600; margin: 0; padding: 0; } dl.fr-why dd { margin: 0 0 .5rem 0; padding: 0; } .fr-why small { opacity: .75; }
.fr-key { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; font-size: .9rem; margin: 0 0 .8rem 0; }
.fr-key .fr-m { cursor: default; }
"""

VOICE_NAMES = {"own": "own words", "reported": "reported speech", "direct": "quotation", "scare": "scare quotes"}


def mention_marks(mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon, ringed: str = "") -> list[Mark]:
    """A mark for each mention, with what it is, why, whose words, the rule and the plainer wording; those of one term in a ring."""
    return [
        Mark(m["start"], m["end"], _css(m, ringed), _tip(m, lexicon), {"data-mention": m["mention_id"]})
        for m in mentions
    ]


def _css(mention: Mapping[str, Any], ringed: str) -> str:
    plain = " fr-plain" if mention["valence"] == "plain" else ""
    ring = " fr-ring" if mention["term_id"] == ringed else ""
    return f"fr-m fr-{mention['voice']}{plain}{ring}"


def _tip(mention: Mapping[str, Any], lexicon: Lexicon) -> str:
    term = lexicon.by_id[mention["term_id"]]
    speaker = f" of {mention['speaker']}" if mention["speaker"] else ""
    lines = [f"{term.label}: {term.category}, {VOICE_NAMES[mention['voice']]}{speaker}"]
    if term.why:
        lines.append(term.why)
    if mention["plain"]:
        lines.append(f"Plainer here: {mention['plain']}")
    if mention["uncertain"]:
        lines.append("The sense is a guess.")
    lines.append(f"Rule: {mention['voice_rule']}")
    return "\n".join(lines)


def render_key(voices: Sequence[str] = ("own", "reported", "direct", "scare")) -> str:
    """The legend of marks as HTML."""
    items = "".join(f'<span><span class="fr-m fr-{v}">{escape(VOICE_NAMES[v])}</span></span>' for v in voices)
    return f'<div class="fr-key" role="note" aria-label="How marks differ by voice">{items}</div>'


def render_passage(
    text: str,
    mentions: Sequence[Mapping[str, Any]],
    lexicon: Lexicon,
    start: int = 0,
    end: int | None = None,
    ringed: str = "",
    shared: Sequence[tuple[int, int]] = (),
) -> str:
    """A stretch of text with its marks, as an HTML fragment without style; `shared` are words another passage has too."""
    marks = [*mention_marks(mentions, lexicon, ringed), *(Mark(a, b, "fr-shared") for a, b in shared)]
    return f'<div class="fr" dir="auto"><p dir="auto">{mark_html(text, marks, start, end)}</p></div>'


def render_aligned(
    rows: Sequence[tuple[str, Sequence[Sequence[Mapping[str, Any]]]]], outlets: Sequence[str], lexicon: Lexicon
) -> str:
    """The words of several passages for the same things: a row for each outlet, a column for each concept, as an HTML fragment.

    Args:
        rows: Concept id, and the mentions of each outlet's passage.
        outlets: Names, in the same order.
        lexicon: What was looked for.
    """
    heads = "".join(f'<th scope="col">{escape(lexicon.concept_by_id[c].label)}</th>' for c, _ in rows)
    body = ""
    for i, outlet in enumerate(outlets):
        cells = "".join(f'<td dir="auto">{_words(mentions[i], lexicon)}</td>' for _, mentions in rows)
        body += f'<tr><th scope="row">{escape(outlet)}</th>{cells}</tr>'
    return f'<div class="fr-aligned"><table><thead><tr><th></th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _words(mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> str:
    words = []
    for m in mentions:
        mark = Mark(0, len(m["surface"]), _css(m, ""), _tip(m, lexicon))
        words.append(mark_html(m["surface"], [mark]))
    return ", ".join(words) or "–"


def render_article(
    article: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon, *, heading: bool = True
) -> str:
    """Title and body with marks, as an HTML fragment without style; paragraphs as in the text."""
    parts: list[str] = []
    by_part = {part: [m for m in mentions if m["part"] == part] for part in ("title", "body")}
    if heading and article.get("title"):
        parts.append(f'<h2 dir="auto">{mark_html(article["title"], mention_marks(by_part["title"], lexicon))}</h2>')
    text = article.get("text") or ""
    marks = sorted(mention_marks(by_part["body"], lexicon), key=lambda m: m.start)
    starts = [m.start for m in marks]
    at = 0
    for paragraph in text.split("\n"):
        end = at + len(paragraph)
        if paragraph.strip():
            # A mention may begin on the line before: its marks are at most one phrase long.
            near = marks[max(0, bisect_left(starts, at) - 2) : bisect_left(starts, end)]
            parts.append(f'<p dir="auto">{mark_html(text, near, at, end)}</p>')
        at = end + 1
    return f'<div class="fr">{"".join(parts)}</div>'


def render_page(
    article: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon, outlet: str
) -> str:
    """One self-contained HTML page of an article with marks; it loads nothing."""
    title = escape(article.get("title") or article["article_id"])
    date = article["published"].date().isoformat() if article.get("published") else "no date"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
:root {{ color-scheme: light dark; }}
body {{ font-family: Georgia, "Noto Serif", serif; margin: 2rem auto; padding: 0 1rem; max-width: 46rem; }}
.about {{ font-family: system-ui, "Noto Sans", sans-serif; font-size: .9rem; opacity: .8; }}
{MARK_CSS}</style></head><body>
<p class="about">{escape(outlet)} · {escape(date)} · {len(mentions)} mentions</p>
{render_key()}
{render_article(article, mentions, lexicon)}
<p class="about">Marks show where lexicon terms stand and whose words they are. They are evidence to read, not a verdict.</p>
</body></html>
"""


def render_text(article: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]]) -> str:
    """Title and body for a terminal, marks in square brackets: [surface|voice → plainer]."""
    lines = []
    for part, text in (("title", article.get("title") or ""), ("body", article.get("text") or "")):
        at, pieces = 0, []
        for m in sorted((m for m in mentions if m["part"] == part), key=lambda m: m["start"]):
            plain = f" → {m['plain']}" if m["plain"] else ""
            pieces += [text[at : m["start"]], f"[{m['surface']}|{m['voice']}{plain}]"]
            at = m["end"]
        pieces.append(text[at:])
        if text:
            lines.append("".join(pieces))
    return "\n\n".join(lines)
