"""Runs `start` or `check`: the first argument says which, the rest belong to it."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from setup import check, start  # noqa: E402 - the line above is what makes `setup` importable
from setup.ground import CannotSetUp  # noqa: E402

COMMANDS = {"start": start.main, "check": check.main}


def main() -> int:
    """The exit status; a world that is not ready is told in one message on standard error."""
    try:
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    except CannotSetUp as trouble:
        print(f"schoolward: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
