"""Block quotations, posts and turns of transcripts and interviews: other people's words that stand in no quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from framing.language.tokens import WordClasses


class Block(NamedTuple):
    """Code points `start:end` that are one speaker's, and where that speaker is named.

    Args:
        start: First code point.
        end: Code point after the last.
        kind: direct, or own for what marks show to be the outlet's, such as an interviewer's questions.
        speaker: The name; None where nobody is named.
        speaker_start: Where it stands.
        speaker_end: And ends.
        rule: The mark that showed it.
    """

    start: int
    end: int
    kind: str
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    rule: str


class _Paragraph(NamedTuple):
    start: int
    end: int


_CAPS_TURN = re.compile(
    r"(?:(?<=\n)|(?<=[.?!)\]”\"…—-]\s)|\A)\s{0,4}((?:[A-Z][A-Z.'’-]+|Q|A|DR\.|MR\.|MS\.|MRS\.)(?:\s+[A-Z][A-Z.'’-]+){0,3}(?:,\s+[A-Za-z ]{2,24})?(?:\s\([^()\n]{1,40}\))?):[ ][ \t\xa0]*(?=\S)"
)
_NAME = r"[A-Z][\w.’'-]+(?:\s+(?:[A-Z][\w.’'-]*|de|von|al|bin|van)){0,3}"
_NAME_TURN = re.compile(rf"\s{{0,4}}({_NAME})((?:,\s+[^:\n“\"]{{2,40}})?):\s+(?=\S)")
_NAME_LINE = re.compile(rf"\s*({_NAME})\s*\Z")
_STAGE = re.compile(
    r"\(\s*(?:BEGIN|END|START|CROSSTALK|LAUGHTER|APPLAUSE|COMMERCIAL|SOUNDBITE)[^()\n]{0,60}\)", re.IGNORECASE
)
_POST = re.compile(
    r"\s*[—–-]\s?([^\n()—]{2,60}?)\s\(@(\w{1,30})\)\s*(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2},\s\d{2,4}|[A-Z][a-z]{2}\s\d{1,2},?\s\d{4})?"
)
_LEAD_END = re.compile(r":[\s)\]”\"]*\Z")
_SENTENCE_START = re.compile(r"[.!?][”\"’')]*\s+(?=[A-Z“\"])")
_MARK_FIRST = ("“", '"', "‘", "''", "'")
_BULLET = re.compile(r"\s*(?:[•·*▪-]|\d{1,2}[.)]|\(?[a-z]\))\s")
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|my|My|our|Our|us|me)\b")
_QUESTION = re.compile(r"[?][”\"’')]*\s*\Z")
_ASKED = frozenset(["q", "question", "interviewer", "host", "moderator", "reporter"])
_PROMPT = re.compile(r"(?:Follow|Watch|Click|Read|Listen|See|Subscribe|Sign up|http|pic\.)")
_FULL_TEXT = re.compile(
    r"\b(?:full|complete|entire) (?:text|transcript) of [^.\n:]{3,160}:"
    r"|\b(?:statement|letter|text|resolution|message|declaration)\b[^.\n:]{0,60} (?:as follows|follows|reads in full):"
)
# One of these stands in whatever the pattern finds.
_FULL_TEXT_HINTS = ("text of ", "transcript of ", "follows:", "in full:")
_CREDIT = re.compile(rf"\s*{_NAME}(?:\s+and\s+{_NAME})?,\s+(?:the\s+|The\s+)?[A-Z][\w.&’' -]{{1,40}}\s*\Z")
_FEWEST_CREDITS = 3
_HOST = re.compile(r"\bhost\b", re.IGNORECASE)
_ANSWERS = frozenset(["a", "answer"])
_BLOCK_MOST = 6
_LEAD_MOST = 220


def find_blocks(text: str, has_cue: Callable[[int, int], bool], w: WordClasses) -> list[Block]:
    """Turns, posts and block quotations of an article, in order, without overlaps.

    Args:
        text: The article's text.
        has_cue: Whether a reporting verb stands between two places.
        w: Word classes.

    Returns:
        Turns of a transcript or interview (a speaker whose turns are mostly questions is the outlet's own), posts
        with their author's handle, and the paragraphs behind "… wrote:" that stand in no marks.
    """
    if ":" not in text and "\n" not in text and "(@" not in text:
        return []
    found = _caps_turns(text, w) if ":" in text else []
    paragraphs = _paragraphs(text)
    if not found and len(paragraphs) > 2:
        found = _name_turns(text, paragraphs, w) or _name_lines(text, paragraphs, w)
    found.extend(_full_text(text))
    if "(@" in text:
        found.extend(_posts(text, paragraphs))
    found.extend(_credits(text, paragraphs))
    found.extend(_behind_colon(text, paragraphs, has_cue, w))
    kept: list[Block] = []
    for block in sorted(found, key=lambda b: (b.start, -b.end)):
        if not kept or block.start >= kept[-1].end:
            kept.append(block)
    return kept


def _paragraphs(text: str) -> list[_Paragraph]:
    found, start = [], 0
    for line in text.split("\n"):
        if line and not line.isspace():
            found.append(_Paragraph(start, start + len(line)))
        start += len(line) + 1
    return found


def _caps_turns(text: str, w: WordClasses) -> list[Block]:
    # The pattern is tried only where two colons stand behind a capital letter or a bracket.
    colon, hints = text.find(": "), 0
    while colon > 0 and hints < 2:
        hints += text[colon - 1].isupper() or text[colon - 1] == ")"
        colon = text.find(": ", colon + 1)
    if hints < 2:
        return []
    turns = [m for m in _CAPS_TURN.finditer(text) if m[1].strip().lower() not in w.labels]
    names = Counter(_last_name(m[1]) for m in turns)
    if len(turns) < 2 or (max(names.values()) < 2 and len(names) < 2):
        return []
    return _turns(
        text, [(m.start(1), m.end(1), m.end(), _last_name(m[1]), m[1]) for m in turns], "turn of a transcript"
    )


def _name_turns(text: str, paragraphs: list[_Paragraph], w: WordClasses) -> list[Block]:
    turns = []
    for p in paragraphs if ":" in text else ():
        m = _NAME_TURN.match(text, p.start, p.end) if text.find(":", p.start, p.end) > 0 else None
        if m and m[1].lower() not in w.labels and m[1].split()[0].lower() not in w.labels:
            turns.append((m.start(1), m.end(1), m.end(), _last_name(m[1]), m[1]))
    names = Counter(name for *_, name, _ in turns)
    # A label is a name when it speaks twice; one that stands alone is a heading.
    turns = [t for t in turns if names[t[3]] > 1]
    if len(turns) < 2:
        return []
    return _turns(text, turns, "turn of an interview")


def _name_lines(text: str, paragraphs: list[_Paragraph], w: WordClasses) -> list[Block]:
    lines = []
    for p in paragraphs:
        m = _NAME_LINE.match(text, p.start, p.end) if p.end - p.start < 50 else None
        if m and m[1].split()[0].lower() not in w.labels and " " in m[1]:
            lines.append((m.start(1), m.end(1), p.end, m[1].lower(), m[1]))
    names = Counter(name for *_, name, _ in lines)
    lines = [t for t in lines if names[t[3]] > 1]
    if len(lines) < 4 or len({t[3] for t in lines}) < 2:
        return []
    return _turns(text, lines, "turn of an interview, under the name")


def _turns(text: str, turns: list[tuple[int, int, int, str, str]], rule: str) -> list[Block]:
    """A turn goes to the next label; the last one, and one that narration follows, to its paragraph's end."""
    ends = []
    breaks = [m.end() for m in re.finditer(r"\n", text)]
    stages = [m.start() for m in _STAGE.finditer(text)]
    for n, (_, _, start, _, _) in enumerate(turns):
        following = turns[n + 1][0] if n + 1 < len(turns) else len(text)
        first_text = start
        while first_text < len(text) and text[first_text].isspace():
            first_text += 1
        i = bisect_right(breaks, first_text)
        paragraph = breaks[i] - 1 if i < len(breaks) else len(text)
        far = following - paragraph > 2_500 or n + 1 == len(turns)
        end = min(paragraph, following) if far else following
        stage = bisect_right(stages, start)
        if stage < len(stages):
            end = min(end, max(stages[stage], start))
        ends.append(end)
    questions: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for (_, _, start, name, _), end in zip(turns, ends, strict=True):
        total[name] += 1
        questions[name] += bool(_QUESTION.search(text, max(start, end - 200), end))
    hosts = {name for *_, name, label in turns if _HOST.search(label)}
    asking = hosts | {
        name
        for name in total
        if name in _ASKED or (len(total) > 1 and total[name] > 1 and questions[name] * 2 > total[name])
    }
    if len(asking) == len(total):
        asking = hosts | (asking & _ASKED)
    found = []
    for (name_start, name_end, first, name, label), last in zip(turns, ends, strict=True):
        start, end = _bare(text, first, last)
        if start >= end:
            continue
        if name in asking:
            found.append(Block(start, end, "own", None, None, None, "interviewer's turn: the outlet's own"))
        else:
            named = None if name in _ANSWERS else label.split(",")[0].strip()
            found.append(Block(start, end, "direct", named, name_start, name_end, rule))
    return found


def _full_text(text: str) -> list[Block]:
    """ "The full text of the statement follows:": all that stands behind it."""
    m = _FULL_TEXT.search(text) if any(hint in text for hint in _FULL_TEXT_HINTS) else None
    if m is None:
        return []
    start, end = _bare(text, m.end(), len(text))
    return (
        [Block(start, end, "direct", None, None, None, "block quotation, the full text of a statement")]
        if start < end
        else []
    )


def _posts(text: str, paragraphs: list[_Paragraph]) -> list[Block]:
    found = []
    starts = [p.start for p in paragraphs]
    for m in _POST.finditer(text):
        i = bisect_right(starts, m.start()) - 1
        if i < 0:
            continue
        begin = paragraphs[i].start
        if m.start() - begin < 3 and i:
            begin = paragraphs[i - 1].start
        start, end = _bare(text, begin, m.start())
        if start < end and end - start < 1_200:
            found.append(
                Block(start, end, "direct", m[1].strip(" —–-"), m.start(1), m.end(1), "post with its author's handle")
            )
    return found


def _behind_colon(
    text: str, paragraphs: list[_Paragraph], has_cue: Callable[[int, int], bool], w: WordClasses
) -> list[Block]:
    found: list[Block] = []
    reach = 0
    for n, p in enumerate(paragraphs[:-1] if ":" in text else ()):
        if (
            p.start < reach
            or text.rfind(":", p.start, p.end) < p.end - 6
            or not _LEAD_END.search(text, max(p.start, p.end - 6), p.end)
        ):
            continue
        lead = max(p.start, p.end - _LEAD_MOST)
        for m in _SENTENCE_START.finditer(text, lead, p.end):
            lead = m.end()
        words = {x.strip(".,:;()“”\"'’[]").lower() for x in text[lead : p.end].split()}
        if not (has_cue(lead, p.end) or words & w.lead_nouns):
            continue
        last = n
        for k in range(n + 1, min(len(paragraphs), n + 1 + _BLOCK_MOST)):
            q = paragraphs[k]
            first = text[q.start : q.end].lstrip()
            if (
                first.startswith(_MARK_FIRST)
                or first.startswith("(")
                or _LEAD_END.search(text, max(q.start, q.end - 6), q.end)
            ):
                break
            if k > n + 1 and not (
                first[:1].islower()
                or first.startswith(("…", "...", "["))
                or _BULLET.match(first)
                or (_FIRST_PERSON.search(first) and not any(mark in first for mark in '“"'))
            ):
                break
            last = k
        if last > n:
            start, end = _bare(text, paragraphs[n + 1].start, paragraphs[last].end)
            if len(text[start:end].split()) < 5 or _PROMPT.match(text, start):
                continue
            found.append(Block(start, end, "direct", None, None, None, "block quotation behind a colon"))
            reach = end
    return found


def _credits(text: str, paragraphs: list[_Paragraph]) -> list[Block]:
    """Excerpts of an aggregator: paragraphs above a line that names an author and an outlet, from the credit line before.

    Such lines count from three on in a text; a single one can be a byline.
    """
    credits = [
        (n, m) for n, p in enumerate(paragraphs) if p.end - p.start < 90 and (m := _CREDIT.match(text, p.start, p.end))
    ]
    if len(credits) < _FEWEST_CREDITS:
        return []
    found = []
    first = 0
    for n, m in credits:
        k = n - 1
        while k >= first and text[paragraphs[k].start : paragraphs[k].end].lstrip().startswith(_MARK_FIRST):
            k -= 1
        if k + 1 < n:
            start, end = _bare(text, paragraphs[k + 1].start, paragraphs[n - 1].end)
            found.append(
                Block(start, end, "direct", m[0].strip(), m.start(), m.end(), "excerpt with its source's credit line")
            )
        first = n + 1
    return found


def _last_name(label: str) -> str:
    words = re.sub(r"\(.*\)", "", label.split(",", maxsplit=1)[0]).split()
    return words[-1].lower() if words else ""


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
