"""What stands in an article: sentences, speech, mentions with sense and voice, tone. Tables in, tables out."""

from framing.language.batch import AnnotatedBatch, AnnotateOptions, LoadedScorer, Models, annotate_batch
from framing.language.match import build_matcher

__all__ = ["AnnotateOptions", "AnnotatedBatch", "LoadedScorer", "Models", "annotate_batch", "build_matcher"]
