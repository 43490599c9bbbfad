"""Coding by hand: mentions drawn to be coded, coders' answers read back, their agreement, and counts put right by them."""

from framing.coding.agreement import compare_coders
from framing.coding.codes import Code, Codes, read_codes
from framing.coding.correct import correct_run
from framing.coding.sample import draw_sample, write_sample

__all__ = ["Code", "Codes", "compare_coders", "correct_run", "draw_sample", "read_codes", "write_sample"]
