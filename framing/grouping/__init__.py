"""Which articles tell of one event, which are copies of one text, and who did not tell of it."""

from framing.grouping.copies import CopyOptions, describe_copies, find_copies
from framing.grouping.repeats import count_repeats

__all__ = ["CopyOptions", "count_repeats", "describe_copies", "find_copies"]
