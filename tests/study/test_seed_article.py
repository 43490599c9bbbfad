"""The article the project started from, by hash and offsets, hand-coded; skipped without the data folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from framing.ingest import IngestOptions, read_articles
from framing.language import AnnotateOptions
from framing.study import Run, annotate

SHA256 = "488369285f15864a7cceaa396996807002cbfa40af4350e2b5a2db0fe3a6f0d4"
#: Offset, end, voice and speaker of each hand-coded place; the text itself is not in this repository.
CODED = [
    (1132, 1141, "reported", "Kata’ib Sayyid al-Shuhada"),
    (1181, 1191, "reported", "Kata’ib Sayyid al-Shuhada"),
    (1482, 1494, "own", None),
    (1595, 1611, "own", None),
    (1045, 1060, "own", None),
    (1003, 1012, "own", None),
    (1385, 1395, "own", None),
    (1968, 1978, "own", None),
    (244, 250, "reported", "SANA"),
    (852, 860, "reported", None),
]


@pytest.fixture(scope="module")
def run(data: Path) -> Run:
    file = data / "seed" / "mehr-article.txt"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == SHA256
    return annotate(
        read_articles(file, options=IngestOptions(outlet="the seed article's outlet")),
        options=AnnotateOptions(tone="none"),
    )


@pytest.mark.data
@pytest.mark.parametrize(("start", "end", "voice", "speaker"), CODED)
def test_voice(start: int, end: int, voice: str, speaker: str | None, run: Run) -> None:
    found = [m for m in run.mentions.to_pylist() if m["start"] <= start and end <= m["end"]]
    assert found, "no mention there"
    assert found[0]["voice"] == voice, found[0]["voice_rule"]
    if speaker:
        assert found[0]["speaker"] == speaker


@pytest.mark.data
def test_speech(run: Run) -> None:
    rows = run.speech.to_pylist()
    stances = {r["speaker"]: r["cue_stance"] for r in rows if r["speaker"]}
    assert stances["the Pentagon"] == "distancing"
    assert stances["SANA"] == "neutral"
    assert any(r["kind"] == "direct" and r["end"] - r["start"] > 60 for r in rows)
    assert any(r["speaker"] is None and "passive cue" in r["rule"] for r in rows)


#: Offset, and what grammar gives there: target, agent, patient, agency; "" leaves one open, None wants none.
ROLES = [
    (1482, "united_states", "united_states", "", "active_agent"),
    (1181, "united_states", "united_states", None, "nominalised"),
    (1132, "four of its members", None, None, None),
    (1595, "united_states", "united_states", None, "nominalised"),
    (1968, "united_states", "united_states", None, "nominalised"),
    (1045, "islamic_state", None, None, None),
    (1385, "iraq", None, None, None),
    (244, None, None, "child", "agentless_passive"),
    (852, None, None, "", "agentless_passive"),
    (620, "", "", "", "active_agent"),
]


@pytest.mark.data
@pytest.mark.parametrize(("start", "target", "agent", "patient", "agency"), ROLES)
def test_roles(
    start: int, target: str | None, agent: str | None, patient: str | None, agency: str | None, run: Run
) -> None:
    found = next(m for m in run.mentions.to_pylist() if m["start"] <= start < m["end"])
    assert found["agency"] == agency
    for wanted, got in ((target, found["target"]), (agent, found["agent"]), (patient, found["patient"])):
        if wanted != "":
            assert got == wanted, found["role_rule"]
