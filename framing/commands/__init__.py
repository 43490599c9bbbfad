"""Commands of `framing` that have a file of their own; each module registers its own with `add`."""
