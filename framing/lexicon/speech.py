"""Reporting cues and the word classes that the rules of speech look at: data, with a check."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from framing.errors import LexiconError, reason_of

SPEECH_FILE = Path(__file__).parent / "data" / "speech.toml"
STANCES = ("neutral", "distancing", "factive")
FRAMES = (
    "clause",
    "of",
    "for",
    "as",
    "against",
    "with",
    "so",
    "to-do",
    "object",
    "marks",
    "to",
    "noun",
    "adverb",
    "adjective",
)


@dataclass(frozen=True)
class Cue:
    """A verb or phrase that attributes words to somebody.

    Args:
        form: Its characters, lower case.
        stance: neutral, distancing or factive.
        frame: How what is said follows: clause (said that …), of (accused X of …), for (blamed X for …),
            as (described X as …), against (warned X against …),
            with (charged X with …), so (considered X a …), to-do (urged X to …), object (condemned …),
            marks (cited “…”), to (according to X), noun (claims that …, reports of …), adverb (allegedly …) or
            adjective (alleged …).
        weak: True for a form with many other uses, which leads to what is said only in a plain place for it.
    """

    form: str
    stance: str
    frame: str
    weak: bool = False


@dataclass(frozen=True)
class SpeechData:
    """Cues, and word classes by name.

    Args:
        cues: A form stands once for each frame it has.
        words: Class and its words, lower case.
    """

    cues: tuple[Cue, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]

    def word_class(self, name: str) -> frozenset[str]:
        """The words of a class."""
        return frozenset(dict(self.words)[name])


@lru_cache(maxsize=1)
def read_speech() -> SpeechData:
    """The shipped cues and word classes.

    Raises:
        LexiconError: The file was edited and an entry is wrong.

    Example:
        >>> next(c.stance for c in read_speech().cues if c.form == "claims")
        'distancing'
    """
    try:
        data = tomllib.loads(SPEECH_FILE.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise LexiconError(
            f"{SPEECH_FILE.name} is no readable TOML ({reason_of(problem)})", "cues and words", "Mend it."
        ) from problem
    cues: dict[tuple[str, str], Cue] = {}
    for group in data["cues"]:
        if group["stance"] not in STANCES or group["frame"] not in FRAMES:
            raise LexiconError(
                f"cues with {group['stance']}, {group['frame']}",
                "a known stance and frame",
                f"Mend {SPEECH_FILE.name}.",
            )
        for verb in group["verbs"]:
            for form in verb.split("|"):
                key = form, group["frame"]
                if key in cues or form != form.lower().strip():
                    raise LexiconError(
                        f"cue {form!r} twice or not in small letters",
                        "each form once a frame",
                        f"Mend {SPEECH_FILE.name}.",
                    )
                cues[key] = Cue(form, group["stance"], group["frame"], group.get("weak", False))
    words = tuple((name, tuple(values)) for name, values in data["words"].items())
    return SpeechData(tuple(cues.values()), words)
