"""Annotating: texts that are none, and models chosen by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import framing
from framing.classify import read_model, read_sense_model
from framing.corpus import corpus_from_rows
from framing.errors import FramingError, InputError, SelectionError
from framing.language import AnnotateOptions
from framing.study import annotate

TEXT = "The offensive began."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": "\ud800 regime"}, "surrogate, half of a character, at character 0 of text"),
        ({"text": b"regime"}, "type bytes"),
        ({"text": None}, "type NoneType"),
        ({"text": 5}, "type int"),
        ({"text": "regime", "title": b"regime"}, "title of type bytes"),
        ({"text": "regime", "title": "x\udfff"}, "at character 1 of title"),
    ],
)
def test_what_is_no_text(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as problem:
        framing.annotate_text(**arguments)
    assert words in str(problem.value)


def test_an_empty_text_has_no_mentions() -> None:
    assert framing.annotate_text("").mentions.num_rows == 0


def test_a_sense_model_of_one_s_own() -> None:
    corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Aldis Ledger", "text": TEXT}])
    shipped = read_sense_model()
    # A model that always says figurative.
    other = dataclasses.replace(shipped, weights=shipped.weights * 0, intercept=shipped.intercept * 0 + [0, 9, 0])
    run = annotate(corpus, senses=other, options=AnnotateOptions(tone="none"))
    assert run.mentions.column("sense").to_pylist() == ["figurative"]
    assert run.record["sense_model_digest"] == other.digest != shipped.digest
    assert annotate(corpus).record["sense_model_digest"] == shipped.digest


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"classifier": read_sense_model()}, "classifier SenseModel"),
        ({"senses": read_model()}, "senses LoadedModel"),
        ({"senses": read_sense_model(), "options": AnnotateOptions(senses=False)}, "senses=False"),
    ],
)
def test_models_in_the_wrong_place(arguments: dict[str, Any], words: str) -> None:
    corpus = corpus_from_rows([{"article_id": "a", "outlet_id": "Aldis Ledger", "text": TEXT}])
    with pytest.raises(SelectionError) as problem:
        annotate(corpus, **arguments)
    assert words in str(problem.value)
    assert isinstance(problem.value, FramingError)
