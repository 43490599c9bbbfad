"""Loadedness of a sentence: trained on minimal pairs, saved as arrays and JSON. Feature columns in, probabilities out."""

from framing.classify.model import LoadedModel, read_model, shipped_model_path, write_model

__all__ = ["LoadedModel", "read_model", "shipped_model_path", "write_model"]
