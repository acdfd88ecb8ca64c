"""`./start`: sets up if needed, then becomes `schoolward serve`, which runs the site until Ctrl-C."""

from __future__ import annotations

import argparse
import os
from typing import Sequence

from .ground import environment
from .installed import install


def main(arguments: Sequence[str]) -> int:
    """Does not come back: the process becomes `schoolward serve` with the same arguments."""
    _parser().parse_args(arguments)
    program = install("base") / "schoolward"
    os.execve(str(program), [str(program), "serve", *arguments], environment())  # noqa: S606 - no shell is wanted
    return 1


def _parser() -> argparse.ArgumentParser:
    """The options of `schoolward serve`, told and checked here before anything is installed."""
    parser = argparse.ArgumentParser(
        prog="./start",
        allow_abbrev=False,
        description="Sets up if needed, then serves Schoolward on http://127.0.0.1:8000 until Ctrl-C.",
        epilog="SCHOOLWARD_HOME names the folder for database and data. Python 3.12 or newer is looked for; "
        "SCHOOLWARD_PYTHON names another.",
    )
    parser.add_argument("--port", type=int, metavar="N", help="serve on this port instead of 8000")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--prepare", action="store_true", help="set up, fill the database and stop")
    parser.add_argument("--empty", action="store_true", help="a site without the demonstration authority")
    parser.add_argument("--today", metavar="DATE", help="the demonstration's day, such as 2026-11-23")
    return parser
