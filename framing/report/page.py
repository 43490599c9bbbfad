"""One article with its marks, as HTML for the dashboard and as a self-contained page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from framing.lexicon import Lexicon
from framing.lexicon.model import CATEGORY_MEANINGS
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

#: Marks by something other than the voice: colour and line together tell the values apart, colour never alone.
_LOOKS = (
    ("213,94,0", "#D55E00", "solid"),
    ("0,114,178", "#0072B2", "dashed"),
    ("0,158,115", "#009E73", "dotted"),
    ("204,121,167", "#CC79A7", "wavy"),
    ("184,134,11", "#B8860B", "double"),
    ("86,180,233", "#56B4E9", "solid"),
    ("136,34,85", "#882255", "dashed"),
    ("17,119,51", "#117733", "dotted"),
    ("110,110,110", "#6E6E6E", "solid"),
)
MARK_CSS += "".join(
    f".fr-k{i} {{ background: rgba({ground},.2); text-decoration: underline {line} {colour}; }}\n"
    for i, (ground, colour, line) in enumerate(_LOOKS)
)
#: A whole article: loadedness as bars in the margin, one sentence a line; what does not count in grey.
READING_CSS = """
.fr-bars { padding-left: 1.6rem; }
.fr-bars .fr-s { position: relative; display: block; }
.fr-bars .fr-s::before { content: ""; position: absolute; inset-inline-end: calc(100% + .5rem); top: .35em; bottom: .35em; background: currentColor; opacity: .38; border-radius: 1px; }
.fr-bars .fr-unsure::before { background: none; border: 1px solid currentColor; border-inline-end: none; opacity: .55; }
.fr-x { opacity: .7; font-style: italic; text-decoration: none; border-inline-start: 2px dotted currentColor; padding-inline-start: .4em; }
""" + "".join(f".fr-l{i}::before {{ width: {0.06 + 0.1 * i:.2f}rem; }}\n" for i in range(11))
#: Concordance lines: the term in one column, its surroundings aligned to it; on a phone a line is a paragraph.
KWIC_CSS = """
ol.fr-kwic { font-size: .95rem; line-height: 1.5; margin: 0; padding: 0; list-style: none; }
.fr-kwic > li { display: grid; grid-template-columns: 2.4rem 11rem 1fr; gap: 0 .6rem; border-bottom: 1px solid rgba(128,136,144,.25); padding: .22rem 0 !important; margin: 0 !important; align-items: baseline; }
.fr-kwic .fr-n, .fr-kwic .fr-about { opacity: .75; font-variant-numeric: tabular-nums; font-size: .8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.fr-kwic .fr-line { display: grid; grid-template-columns: minmax(0,1fr) auto minmax(0,1fr); align-items: baseline; }
.fr-kwic .fr-left { display: flex; justify-content: flex-end; overflow: hidden; white-space: pre; }
.fr-kwic .fr-right { overflow: hidden; white-space: pre; text-overflow: ellipsis; }
@media (max-width: 900px) {
  .fr-kwic > li { grid-template-columns: 2rem 1fr; } .fr-kwic .fr-line { grid-column: 2; display: block; overflow-wrap: anywhere; }
  .fr-kwic .fr-left, .fr-kwic .fr-right { display: inline; white-space: normal; } }
"""

VOICE_NAMES = {"own": "own words", "reported": "reported speech", "direct": "quotation", "scare": "scare quotes"}
SENSE_NAMES = {"conflict": "conflict sense", "figurative": "figurative", "other": "another sense"}
AGENCY_NAMES = {
    "active_agent": "active, who acts is named",
    "passive_agent": "passive, who acts is named",
    "agentless_passive": "passive, nobody is named",
    "unaccusative": "it happened (died, exploded)",
    "nominalised": "as a noun",
}
#: What marks can be told apart by, and how each value is called.
MARK_KINDS: dict[str, dict[str, str]] = {
    "voice": VOICE_NAMES,
    "sense": SENSE_NAMES,
    "agency": AGENCY_NAMES,
    "category": {name: name for name in CATEGORY_MEANINGS},
}


def mention_marks(
    mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon, ringed: str = "", by: str = "voice"
) -> list[Mark]:
    """A mark for each mention, with what it is, why, whose words, the rule and the plainer wording; those of one term in a ring."""
    return [
        Mark(m["start"], m["end"], _css(m, ringed, by), _tip(m, lexicon), {"data-mention": m["mention_id"]})
        for m in mentions
    ]


def _css(mention: Mapping[str, Any], ringed: str, by: str) -> str:
    plain = " fr-plain" if mention["valence"] == "plain" else ""
    ring = " fr-ring" if mention["term_id"] == ringed else ""
    return f"fr-m {_look(by, mention[by])}{plain}{ring}"


def _look(by: str, value: str | None) -> str:
    """The class of a value; one without a look of its own, such as a mention that tells of no act, has no ground."""
    if by == "voice":
        return f"fr-{value}"
    known = list(MARK_KINDS[by])
    return f"fr-k{known.index(value)}" if value in known else "fr-plain"


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
    elif mention["sense"] != "conflict":
        lines.append(f"Not counted: {SENSE_NAMES[mention['sense']]}")
    if mention["agency"]:
        lines.append(f"Told as: {AGENCY_NAMES[mention['agency']]}")
    lines.append(f"Rule: {mention['voice_rule']}")
    return "\n".join(lines)


def render_key(
    values: Sequence[str] = ("own", "reported", "direct", "scare"), by: str = "voice", *, bars: bool = False
) -> str:
    """The legend of marks as HTML.

    Args:
        values: Which values are shown; of `MARK_KINDS[by]`.
        by: voice, sense, agency or category.
        bars: Whether bars of loadedness are explained too.
    """
    items = "".join(
        f'<span><span class="fr-m {_look(by, v)}">{escape(MARK_KINDS[by].get(v, v))}</span></span>' for v in values
    )
    if bars:
        items += "<span>Bar in the margin: loadedness of the sentence, a hairline at 0, broadest at 1; hollow: not sure, the classifier abstains; no bar: not scored</span>"
    return f'<div class="fr-key" role="note" aria-label="How marks differ by {escape(by)}">{items}</div>'


def render_concordance(
    rows: Sequence[Mapping[str, Any]], mentions: Mapping[str, Mapping[str, Any]], lexicon: Lexicon, first: int = 1
) -> str:
    """Concordance lines with the term in one column, as an HTML list without style (`KWIC_CSS`, `MARK_CSS`).

    Args:
        rows: From `find_concordance`.
        mentions: Rows of table `mentions` by mention_id, for the marks.
        lexicon: Whose terms they are.
        first: Number of the first line.
    """
    lines = []
    for number, row in enumerate(rows, first):
        mention = mentions[row["mention_id"]]
        mark = Mark(0, len(row["surface"]), _css(mention, "", "voice"), _tip(mention, lexicon))
        day = row["published"].date().isoformat() if row["published"] else "no date"
        about = escape(f"{day} · {row['outlet']}")
        left, right = (escape(row[side].replace("\n", " ")) for side in ("left", "right"))
        lines.append(
            f'<li><span class="fr-n">{number}</span><span class="fr-about" title="{about}">{about}</span><div class="fr-line" dir="auto"><span class="fr-left"><span>{left}</span></span>'
            f'<span>{mark_html(row["surface"], [mark])}</span><span class="fr-right">{right}</span></div></li>'
        )
    return f'<ol class="fr-kwic" start="{first}">{"".join(lines)}</ol>'


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
    return f'<div class="fr-aligned"><table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _words(mentions: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> str:
    words = []
    for m in mentions:
        mark = Mark(0, len(m["surface"]), _css(m, "", "voice"), _tip(m, lexicon))
        words.append(mark_html(m["surface"], [mark]))
    return ", ".join(words) or "–"


def render_outlet(name: str, row: Mapping[str, Any]) -> str:
    """An outlet's name and what kind of publisher it is, as a safe paragraph.

    Args:
        name: What it is called where the row has no name.
        row: Of the table outlets: name, ownership, country.

    Example:
        >>> render_outlet("aldis", {"name": "Aldis <Ledger>", "ownership": "private", "country": None})
        '<p><strong>Aldis &lt;Ledger&gt;</strong> <small>private</small></p>'
    """
    about = ", ".join(str(row[key]) for key in ("ownership", "country") if row.get(key))
    small = f" <small>{escape(about)}</small>" if about else ""
    return f"<p><strong>{escape(row.get('name') or name)}</strong>{small}</p>"


def render_notes(told: str, plainer: Mapping[str, str]) -> str:
    """What stands below a passage: a sentence of plain characters, and the plainer words for those in it.

    Example:
        >>> render_notes("One word.", {"thugs": "fighters"})
        '<p><small>One word.</small></p><p><small>Plainer words here: thugs → <em>fighters</em></small></p>'
    """
    words = "; ".join(f"{escape(word)} → <em>{escape(other)}</em>" for word, other in plainer.items())
    return f"<p><small>{escape(told)}</small></p>" + (
        f"<p><small>Plainer words here: {words}</small></p>" if words else ""
    )


def render_speech(text: str, row: Mapping[str, Any]) -> str:
    """The sentence in which a span of speech begins with the span marked, as an HTML fragment without style.

    Args:
        text: The part it stands in.
        row: From `find_speech`.
    """
    named = row["speaker"] or "nobody named"
    verb = f"{row['cue']} ({row['cue_stance']})" if row["cue"] else "none near"
    tip = f"{VOICE_NAMES[row['kind']]}, {row['n_words']} words\nSpeaker: {named}\nReporting verb: {verb}\nRule: {row['rule']}"
    marked = mark_html(
        text,
        [Mark(row["start"], row["end"], f"fr-m fr-{row['kind']}", tip)],
        row["sentence_start"],
        row["sentence_end"],
    )
    return f'<div class="fr" dir="auto"><p dir="auto">{marked}</p></div>'


def render_article(
    article: Mapping[str, Any],
    mentions: Sequence[Mapping[str, Any]],
    lexicon: Lexicon,
    *,
    heading: bool = True,
    by: str = "voice",
    sentences: Sequence[Mapping[str, Any]] = (),
    excluded: Sequence[Mapping[str, Any]] = (),
    unsure: Callable[[float | None], bool] = lambda _: False,
) -> str:
    """Title and body with marks, as an HTML fragment without style; paragraphs as in the text.

    Args:
        article: Its row.
        mentions: Its mentions, or those to be marked.
        lexicon: Whose terms they are.
        heading: Whether the title is shown.
        by: What the marks tell apart: voice, sense, agency or category.
        sentences: Its sentences, each then on a line of its own with its loadedness as a bar in the margin.
        excluded: Its passages that do not count, then in grey with their reason.
        unsure: Whether the classifier abstains at a probability (`Run.abstains`); the bar is hollow then.
    """
    body: list[str] = []
    layers = [sentence_marks(sentences, unsure), excluded_marks(excluded), mention_marks(mentions, lexicon, by=by)]
    of = [[row["part"] for row in rows] for rows in (sentences, excluded, mentions)]
    by_part = {
        part: [
            sorted((m for m, p in zip(marks, parts, strict=True) if p == part), key=lambda m: m.start)
            for marks, parts in zip(layers, of, strict=True)
        ]
        for part in ("title", "body")
    }
    if heading and article.get("title"):
        title = [mark for marks in by_part["title"] for mark in marks]
        body.append(f'<h2 dir="auto">{mark_html(article["title"], title)}</h2>')
    text = article.get("text") or ""
    starts = [[m.start for m in marks] for marks in by_part["body"]]
    at = 0
    for paragraph in text.split("\n"):
        end = at + len(paragraph)
        if paragraph.strip():
            # A mark may begin on a line before: those of one kind hardly overlap, so the last two before are enough.
            near = [
                mark
                for marks, begins in zip(by_part["body"], starts, strict=True)
                for mark in marks[max(0, bisect_left(begins, at) - 2) : bisect_left(begins, end)]
            ]
            body.append(f'<p dir="auto">{mark_html(text, near, at, end)}</p>')
        at = end + 1
    bars = " fr-bars" if sentences else ""
    return f'<div class="fr{bars}">{"".join(body)}</div>'


def sentence_marks(
    sentences: Sequence[Mapping[str, Any]], unsure: Callable[[float | None], bool] = lambda _: False
) -> list[Mark]:
    """A stretch for each sentence, its loadedness in ten steps as a class and in words as a title; none where it was not scored.

    Args:
        sentences: Of one part, with start, end and loaded_prob.
        unsure: Whether the classifier abstains at a probability; its bar is hollow then.
    """
    marks = []
    for s in sentences:
        probability = s["loaded_prob"]
        if probability is None:
            marks.append(Mark(s["start"], s["end"], "fr-s"))
            continue
        open_ = unsure(probability)
        says = f"Loadedness of this sentence: {probability:.2f}{'; not sure, the classifier abstains' if open_ else ''}"
        look = f"fr-s fr-l{round(10 * probability)}{' fr-unsure' if open_ else ''}"
        marks.append(Mark(s["start"], s["end"], look, attributes={"title": says}))
    return marks


def excluded_marks(excluded: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Passages that do not count, each with its reason and rule."""
    return [
        Mark(
            x["start"],
            x["end"],
            "fr-m fr-x",
            f"Not the article's own, so not counted: {x['reason']} (rule: {x['rule']})",
        )
        for x in excluded
    ]


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
