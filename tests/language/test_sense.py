"""Which meaning: by neighbours, by the model, and what abstaining means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framing.classify import read_sense_model, write_sense_model
from framing.classify.train_senses import SenseExample, train_senses
from framing.errors import InputError, LexiconError, ModelError
from framing.language import AnnotateOptions
from framing.lexicon import read_lexicon
from framing.study import annotate_text
from framing.study.senses import read_sense_examples

SENTENCES = Path(__file__).parents[2] / "corpora" / "senses" / "sentences.jsonl"


@pytest.mark.parametrize(
    ("text", "surface", "sense"),
    [
        ("The teachers' union called a strike over pay.", "strike", "other"),
        ("The court struck down the law on Monday.", "struck", "other"),
        ("The company missed its sales target again.", "target", "other"),
        ("Two fighter jets flew over the stadium.", "fighter", "other"),
        ("The rebels took the town after a long siege.", "siege", "conflict"),
        ("The occupation of the valley by foreign troops entered its tenth year.", "occupation", "conflict"),
    ],
)
def test_plain_cases(text: str, surface: str, sense: str) -> None:
    rows = annotate_text(text).mentions.to_pylist()
    found = [m for m in rows if m["surface"] == surface]
    # A masked name ("fighter jets") is no mention at all, which is right as well for another sense.
    assert [m["sense"] for m in found] in ([sense], [] if sense == "other" else [sense])


def test_unambiguous_terms_are_decided_by_the_lexicon() -> None:
    row = annotate_text("They spoke of the massacre.").mentions.to_pylist()[0]
    assert (row["sense"], row["sense_prob"], row["sense_rule"], row["uncertain"]) == (
        "conflict",
        None,
        "lexicon",
        False,
    )


def test_the_model_gives_a_probability_and_may_abstain() -> None:
    rows = annotate_text("Rebels said the offensive began at dawn near the port.").mentions.to_pylist()
    model = read_sense_model()
    for row in rows:
        if row["sense_rule"].startswith("model"):
            assert 1 / 3 <= row["sense_prob"] <= 1
            assert row["uncertain"] == (row["sense_prob"] < model.abstain_below)


def test_without_the_model_an_undecided_term_is_a_guess() -> None:
    run = annotate_text("The offensive began.", options=AnnotateOptions(tone="none", senses=False))
    row = run.mentions.to_pylist()[0]
    assert (row["sense"], row["uncertain"], row["sense_prob"]) == ("conflict", True, None)
    assert run.record["sense_model_digest"] is None


def test_an_article_around_a_mention_counts() -> None:
    field = "The team scored two goals in the match before the fans. " * 12
    war = "The army shelled the town and troops killed civilians. " * 12
    text = "The offensive began late."
    alone = {}
    for name, around in (("sport", field), ("war", war)):
        rows = annotate_text(around + text + " " + around).mentions.to_pylist()
        alone[name] = next(m for m in rows if m["surface"] == "offensive")
    probability = {
        name: m["sense_prob"] if m["sense"] == "conflict" else 1 - m["sense_prob"] for name, m in alone.items()
    }
    assert probability["war"] > probability["sport"]


def test_shipped_model_is_the_one_its_sentences_give(lexicon: object) -> None:
    model = train_senses(read_sense_examples(SENTENCES, read_lexicon("conflict")))
    shipped = read_sense_model()
    assert model.vocabulary == shipped.vocabulary
    assert abs(model.weights - shipped.weights).max() < 1e-4
    assert model.card["rows"][0]["conflict_or_not"] == pytest.approx(
        shipped.card["rows"][0]["conflict_or_not"], abs=0.005
    )


def test_saved_and_read_again(tmp_path: Path) -> None:
    write_sense_model(read_sense_model(), tmp_path / "model")
    assert read_sense_model(tmp_path / "model").digest == read_sense_model().digest
    document = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    document["abstain_below"] = 0.9
    (tmp_path / "model" / "model.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError, match="digest"):
        read_sense_model(tmp_path / "model")


def test_too_little_to_learn_from() -> None:
    with pytest.raises(ModelError, match="at least"):
        train_senses([SenseExample({"x": 1.0}, "strike", "conflict")])


@pytest.mark.parametrize("line", ["x", "{}", '{"id":"a","term":"strike","text":"a","start":0,"end":9,"sense":"other"}'])
def test_bad_sentences_name_the_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "s.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        read_sense_examples(file, read_lexicon("conflict"))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('term = "strike"\nsense = "odd"\nafter = ["down"]', "odd"),
        ('term = "strike"\nsense = "other"', "no before"),
        ('term = "nix"\nsense = "other"\nafter = ["down"]', "nix"),
        ('term = "strike"\nsense = "other"\nafter = ["Down"]', "small letters"),
        ('term = "strike"\nsense = "other"\nbehind = ["down"]', "behind"),
    ],
)
def test_bad_cues(tmp_path: Path, entry: str, words: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'[lexicon]\nname = "mine"\n\n[[sense]]\n{entry}\n', encoding="utf-8")
    with pytest.raises(LexiconError, match=words):
        read_lexicon("conflict", file)


def test_own_cues_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[lexicon]\nname = "mine"\n\n[[sense]]\nterm = "massacre"\nsense = "figurative"\nafter = ["at the box office"]\n',
        encoding="utf-8",
    )
    run = annotate_text("It was a massacre at the box office.", lexicon=read_lexicon("conflict", file))
    row = run.mentions.to_pylist()[0]
    assert (row["sense"], row["sense_rule"]) == ("figurative", "cue after it: at the box office")
