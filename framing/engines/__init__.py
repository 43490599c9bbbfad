"""Where work runs: one pure function over batches, on this machine."""

from framing.engines.local import map_batches

__all__ = ["map_batches"]
