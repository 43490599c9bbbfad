"""Which articles tell of one event, which are copies of one text, and who did not tell of it."""

from framing.grouping.copies import CopyOptions, describe_copies, find_copies
from framing.grouping.events import EventOptions, describe_events, find_events, merge_events, rename_event, split_event
from framing.grouping.omission import find_omissions
from framing.grouping.repeats import count_repeats

__all__ = [
    "CopyOptions",
    "EventOptions",
    "count_repeats",
    "describe_copies",
    "describe_events",
    "find_copies",
    "find_events",
    "find_omissions",
    "merge_events",
    "rename_event",
    "split_event",
]
