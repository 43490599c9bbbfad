"""What a paper has to say of its numbers: a methods paragraph with n, digests and version, and the citation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from framing.errors import SelectionError
from framing.ingest.shipped import bundle
from framing.stats import FEWEST_ARTICLES, INTERVAL_METHOD, MATCHED_METHOD, TEST_METHOD
from framing.stats.keyness import KEYNESS_METHOD
from framing.stats.resample import PERMUTATIONS
from framing.study import Run, Selection
from framing.study.collocates import COLLOCATE_METHOD
from framing.study.dispersion import DISPERSION_METHOD
from framing.study.select import check_selection, check_voice, in_voice, select_articles, select_coded

_INTERVAL = f"Intervals: {INTERVAL_METHOD}; withheld under {FEWEST_ARTICLES} articles."
_TEST = (
    f"Differences: {TEST_METHOD} ({PERMUTATIONS:,} permutations), p adjusted over all differences of a comparison (Benjamini & "
    "Hochberg 1995)."
)
#: What a paper says of each measure; the parts that two share are said once.
MEASURES: Mapping[str, tuple[str, ...]] = {
    "rates": ("Rates are mentions per 1,000 words of the same voice (ratio of sums over articles).", _INTERVAL, _TEST),
    "word choice": (
        "Choice shares are a term's share among the mentions of all alternatives of its concept.",
        _INTERVAL,
        _TEST,
    ),
    "same events": (f"Same events: {MATCHED_METHOD}.",),
    "trend": ("Trends are rates by outlet and period (UTC).", _INTERVAL),
    "dispersion": (f"Dispersion: {DISPERSION_METHOD}.",),
    "collocates": (f"Collocates (exploratory): {COLLOCATE_METHOD}.",),
    "key words": (f"Key words (exploratory): {KEYNESS_METHOD}.",),
    "every way": (
        "Every defensible combination of measurement choices was computed and is described, not tested jointly (Steegen et al. 2016; "
        "Simonsohn et al. 2020).",
    ),
    "null check": (
        "As a check of the test, one outlet's articles were halved at random and the halves compared; the share of p below .05 is reported.",
    ),
}
_VOICES = {
    "all": "all voices",
    "own": "the outlets' own words",
    "own+reported": "own and reported words",
    "direct": "quotations",
    "scare": "scare-quoted words",
    "reported": "reported words",
}


def render_methods(run: Run, selection: Selection, *, voice: str = "all", measures: Sequence[str] = ("rates",)) -> str:
    """The methods paragraph of a paper: what was read, looked for and computed, with every n and digest.

    A reader would get wrong: it says what this program did; how the articles were collected has to be told beside it.

    Args:
        run: From `annotate` or `read_run`.
        selection: Which articles the numbers are of.
        voice: Whose words.
        measures: Keys of `MEASURES`.

    Raises:
        SelectionError: A name or value does not exist.

    Example:
        >>> from framing.study.annotation import annotate_text
        >>> "1 article of 1 outlet" in render_methods(annotate_text("Ten were killed."), Selection())
        True
    """
    for measure in measures:
        if measure not in MEASURES:
            raise SelectionError(f"measure {measure!r}", f"one of {', '.join(MEASURES)}", "Choose one of them.")
    check_voice(voice)
    check_selection(run, selection)
    articles = select_articles(run, selection)
    mentions = in_voice(select_coded(run, selection, articles, "voice", "uncertain"), voice)
    n_outlets = len(pc.unique(articles.column("outlet_id")))
    days = pc.min_max(articles.column("published")).as_py()
    dated = articles.num_rows - articles.column("published").null_count
    record, lexicon, manifest = run.record, run.lexicon, run.corpus.manifest
    period = (
        f", published {days['min'].date().isoformat()} to {days['max'].date().isoformat()} ({dated:,} dated)"
        if dated
        else ", undated"
    )
    said = [
        f"We searched {_number(articles.num_rows, 'article')} of {_number(n_outlets, 'outlet')}{period} for {len(lexicon.terms):,} terms of "
        f"{len(lexicon.concepts):,} concepts (lexicon {lexicon.name} {lexicon.version}, digest {lexicon.digest[:12]}) with media-framing "
        f"{record['version']}. The corpus ({manifest.name or 'unnamed'}, digest {run.corpus.digest[:12]}) holds {_number(run.corpus.n_articles, 'article')}; "
        f"{_number(manifest.n_rejects, 'input')} could not be read in, and {_number(run.corpus.excluded.num_rows, 'passage')} that are not the articles' own "
        "count for nothing.",
        _settings(selection, voice),
        f"A mention is a form of a term as a whole word in {selection.sense if selection.sense != 'all' else 'any'} sense; each of the "
        f"{_number(mentions.num_rows, 'mention')} was given a voice by rule (own, direct, reported or scare).",
    ]
    guessed = pc.sum(mentions.column("uncertain").cast("int64")).as_py() or 0
    said.append(f"The sense of {guessed:,} of them is a guess, and they are counted.")
    if manifest.fictional:
        said.insert(0, "The corpus is invented: no result is evidence about a real outlet.")
    # What two measures share is said once, in the order in which it first comes.
    said += list(dict.fromkeys(sentence for measure in measures for sentence in MEASURES[measure]))
    if record.get("classifier_digest"):
        said.append(f"Loadedness: classifier {record['classifier_digest'][:12]}.")
        if record.get("abstention"):
            said.append(record["abstention"]["statement"])
    if record.get("sense_model_digest"):
        said.append(f"Senses of ambiguous terms: model {record['sense_model_digest'][:12]} where no rule decides.")
    return " ".join(said)


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _settings(selection: Selection, voice: str) -> str:
    """The selection in a sentence."""
    parts = [f"voice: {_VOICES[voice]}"]
    parts.append({"all": "headlines and bodies", "title": "headlines only", "body": "bodies only"}[selection.part])
    parts.append("all sections" if selection.section == "all" else f"section: {selection.section}")
    if selection.date_from or selection.date_to:
        parts.append(f"dates {selection.date_from or 'any'} to {selection.date_to or 'any'}, both included")
    parts.append("each text of several copies once" if selection.copies == "drop" else "copies kept")
    return f"Settings: {'; '.join(parts)}."


@dataclass(frozen=True)
class Citation:
    """How to cite the program.

    Args:
        cff: The file CITATION.cff as it is.
        line: As a line of a reference list.
        bibtex: As a BibTeX entry.
    """

    cff: str
    line: str
    bibtex: str


def read_citation(path: Path | None = None) -> Citation:
    """CITATION.cff, as a line and as BibTeX too.

    Args:
        path: The file; the program's own when not given.

    Example:
        >>> read_citation().line[:5]
        'The m'
    """
    cff = (path or bundle() / "CITATION.cff").read_text(encoding="utf-8")
    fields = {
        key: value.strip().strip('"') for key, value in re.findall(r"^(?:  - )?([a-z-]+):[ ]*([^\n]*)$", cff, re.M)
    }
    year = fields["date-released"][:4]
    line = f"{fields['name']} ({year}). {fields['title']} (version {fields['version']}) [Computer software]. {fields['license']}."
    bibtex = (
        f"@software{{media_framing_{year},\n  author = {{{{{fields['name']}}}}},\n  title = {{{{{fields['title']}}}}},\n"
        f"  version = {{{fields['version']}}},\n  year = {{{year}}},\n  license = {{{fields['license']}}}\n}}"
    )
    return Citation(cff, line, bibtex)
