"""What stands in an article: sentences, speech, mentions with sense and voice, tone. Tables in, tables out."""

from framing.language.batch import AnnotatedBatch, AnnotateOptions, LoadedScorer, Models, annotate_batch
from framing.language.match import build_matcher
from framing.language.quotes import find_quotations
from framing.language.segment import find_sentences
from framing.language.speech import Speech, build_speech_finder, find_speech

__all__ = [
    "AnnotateOptions",
    "AnnotatedBatch",
    "LoadedScorer",
    "Models",
    "Speech",
    "annotate_batch",
    "build_matcher",
    "build_speech_finder",
    "find_quotations",
    "find_sentences",
    "find_speech",
]
