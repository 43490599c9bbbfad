"""Loadedness of a sentence and sense of a mention: models as arrays and JSON. Feature columns in, probabilities out."""

from framing.classify.model import LoadedModel, read_model, shipped_model_path, write_model
from framing.classify.senses import SenseModel, read_sense_model, shipped_sense_model_path, write_sense_model

__all__ = [
    "LoadedModel",
    "SenseModel",
    "read_model",
    "read_sense_model",
    "shipped_model_path",
    "shipped_sense_model_path",
    "write_model",
    "write_sense_model",
]
