"""Errors a user can act on: what was found, what was expected, the next move."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class FramingError(Exception):
    """The request or the input is wrong, and one sentence says how to put it right.

    A `FramingError` is never a defect of the program: the command line turns it into exit code 2
    and the dashboard into a message on the page.

    Args:
        found: What was there, with its place.
        expected: What should have been there.
        next_move: What the user can do now.

    Example:
        >>> str(FramingError("no file 'a.csv'", "a file or folder of articles", "Check the path."))
        "Found: no file 'a.csv'. Expected: a file or folder of articles. Check the path."
    """

    def __init__(self, found: str, expected: str, next_move: str) -> None:
        self.found, self.expected, self.next_move = found, expected, next_move
        super().__init__(f"Found: {found}. Expected: {expected}. {next_move}")

    def __reduce__(self) -> tuple[type[FramingError], tuple[str, str, str]]:
        # An error raised in a worker process has to survive pickling with its three parts.
        return type(self), (self.found, self.expected, self.next_move)


class InputError(FramingError):
    """A file or folder given by the user cannot be read as articles."""


class CorpusError(FramingError):
    """A corpus folder is missing, damaged or not the one a run was made from."""


class LexiconError(FramingError):
    """A lexicon cannot be used; the message names the entry."""


class RunError(FramingError):
    """A run folder is missing, damaged or lacks what was asked of it."""


class SelectionError(FramingError):
    """A term, outlet, article or option that was asked for does not exist here."""


class ModelError(FramingError):
    """A classifier cannot be read or was made by another version."""


def reason_of(problem: BaseException) -> str:
    """What went wrong, in words for a message: no error numbers, no codec's vocabulary.

    Example:
        >>> reason_of(FileNotFoundError(2, "No such file or directory"))
        'no such file or directory'
    """
    if isinstance(problem, OSError):
        words = problem.strerror or str(problem)
        return words[:1].lower() + words[1:]
    if isinstance(problem, UnicodeDecodeError):
        return f"no {problem.encoding.upper()} at byte {problem.start:,}"
    if isinstance(problem, UnicodeEncodeError):
        return "a lone surrogate, half of a character"
    if isinstance(problem, RecursionError):
        return "nested too deep"
    if isinstance(problem, KeyError):
        return f"no {problem.args[0]!r}" if problem.args else "something missing"
    return str(problem)


def unknown_name(
    kind: str, name: str, known: Iterable[str], next_move: str = "", *, examples: Iterable[str] = ()
) -> SelectionError:
    """The error for a name that does not exist, with the closest names that do, or with examples where none is close."""
    names = sorted(set(known))
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    if not close:
        folded = name.casefold()
        close = [other for other in names if folded in other.casefold()][:3]
    shown = close or sorted(set(examples))[:8] or names[:8]
    expected = f"one of {', '.join(shown)}{' …' if len(names) > len(shown) else ''}"
    if not names:
        expected = f"a {kind} that occurs here, and there is none"
    return SelectionError(f"unknown {kind} {name!r}", expected, next_move or "Check the spelling.")
