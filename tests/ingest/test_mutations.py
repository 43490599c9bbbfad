"""The damaged files themselves: the same for a seed, different from the sound one, and damaged inside archives too."""

from __future__ import annotations

import io
import zipfile

from tests.ingest.mutations import mutations


def test_the_same_seed_gives_the_same_damage() -> None:
    data = b"<p>One paragraph of no news.</p>" * 50
    first, second, other = (list(mutations(data, 30, seed)) for seed in (1, 1, 2))
    assert first == second != other
    assert sum(m != data for m in first) >= 28


def test_archives_are_damaged_inside() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:p>One paragraph of no news.</w:p>" * 50)
        archive.writestr("small.xml", "<a/>")
    texts = set()
    for mutant in mutations(packed.getvalue(), 60, 3):
        try:
            with zipfile.ZipFile(io.BytesIO(mutant)) as archive:
                texts.update(archive.read(entry) for entry in archive.infolist())
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
            continue
    assert len(texts) > 15
