"""Commands in modules of their own: each has `add(commands)`, which `framing.cli` calls."""
