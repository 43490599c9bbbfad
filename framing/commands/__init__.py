"""Commands that have a file of their own: each has `add(commands)`, which `framing.cli` calls."""
