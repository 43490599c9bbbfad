"""Kinds of text by their marks, and turns, posts and block quotations."""

from __future__ import annotations

import pytest

from framing.language.genre import find_genre
from framing.language.segment import find_sentences
from framing.language.speech import find_speech
from framing.language.voice import assign_voice
from framing.lexicon import Lexicon
from framing.study import annotate_text


@pytest.mark.parametrize(
    ("text", "title", "section", "kind", "words"),
    [
        (
            "BESK, May 3 /PRNewswire/ -- The dam opened.\n\nSOURCE Besk Dam Company",
            None,
            None,
            "direct",
            "press release",
        ),
        ("FOR IMMEDIATE RELEASE\n\nThe dam opened.", None, None, "direct", "press release"),
        ("The regime must go.", None, "opinion", "own", "opinion piece"),
        ("The regime must go.", "Opinion: the regime must go", None, "own", "opinion piece"),
        ("The dam.\n\nThe views expressed in this article are the author's own.", None, None, "own", "opinion piece"),
        ("3:10 p.m.\nA.\n3:20 p.m.\nB.\n4 p.m.\nC.\n4:15 p.m.\nD.", None, None, "own", "live blog"),
        ("Nothing yet.", None, "live blog", "own", "live blog"),
    ],
)
def test_marks(text: str, title: str | None, section: str | None, kind: str, words: str) -> None:
    found = find_genre(text, title, section)
    assert found is not None
    assert found.kind == kind
    assert found.rule.startswith(words)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The raid began at 3:10 p.m. and ended at 4 p.m. on Monday.", "Opinion polls put Dobrin ahead"),
        ("The ministry sent out a press release at noon.", None),
        ("In my opinion, he said, it is over.", "Why opinion turned"),
    ],
)
def test_plain_news_has_no_kind(text: str, title: str | None) -> None:
    assert find_genre(text, title, None) is None


def test_issuer_is_named() -> None:
    found = find_genre("BESK, May 3 /PRNewswire/ -- The dam opened.\n\nSOURCE Besk Dam Company\n", None, None)
    assert found is not None
    assert found.speaker == "Besk Dam Company"


def test_opinion_is_stated_in_the_rule() -> None:
    run = annotate_text("The regime must go.", title="Opinion: time for a change")
    assert run.mentions.column("voice").to_pylist() == ["own"]
    assert run.mentions.column("voice_rule").to_pylist()[0].startswith("opinion piece")


TRANSCRIPT = """The two spoke on Monday.

HOLT: Was it a massacre?

ODANE: It was a massacre. The regime sent its men at night.

HOLT: And the regime denies it?

ODANE: The regime denies everything."""


@pytest.mark.parametrize(
    ("surface", "n", "voice", "speaker"),
    [
        ("massacre", 0, "own", None),
        ("massacre", 1, "direct", "ODANE"),
        ("regime", 1, "own", None),
        ("regime", 2, "direct", "ODANE"),
    ],
)
def test_transcript(surface: str, n: int, voice: str, speaker: str | None, lexicon: Lexicon) -> None:
    at = -1
    for _ in range(n + 1):
        at = TRANSCRIPT.index(surface, at + 1)
    found = assign_voice(at, at + len(surface), find_speech(TRANSCRIPT, find_sentences(TRANSCRIPT), "body", lexicon))
    assert (found.voice, found.speaker) == (voice, speaker)


def test_aggregated_excerpts_have_their_source(lexicon: Lexicon) -> None:
    entry = "“The siege must end before the winter comes to the valley.”\n\n{}\n\n"
    text = "".join(entry.format(c) for c in ("Ana Holt, Besk Ledger", "Tomas Arlo, Valley Post", "Mirra Sole, The Dam"))
    rows = find_speech(text, find_sentences(text), "body", lexicon)
    assert [r.speaker for r in rows] == ["Ana Holt, Besk Ledger", "Tomas Arlo, Valley Post", "Mirra Sole, The Dam"]
    assert {r.kind for r in rows} == {"direct"}
