"""`python -m framing` is the command `framing`."""

import sys

from framing.cli import main


def run() -> None:
    """Entry point of the command."""
    sys.exit(main())


if __name__ == "__main__":
    run()
