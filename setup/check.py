"""`./check`: sets up if needed, then runs every test and counts failures instead of stopping at the first."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from .counted import Count, count_of_report, count_of_tool
from .ground import ROOT, CannotSetUp, environment, say
from .installed import install
from .machine import chromium
from .parts import Part, parts


@dataclass(frozen=True)
class Result:
    """What one part came to."""

    part: Part
    count: Count
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """0 when everything passed, 1 when anything failed; the last line printed is the count of both."""
    ours, for_pytest = _split(list(arguments))
    options = _parser().parse_args(ours)
    install("test")
    results = [_run(part) for part in parts(options, for_pytest)]
    print("\n" + "\n".join(_line(result) for result in results))
    total = sum((result.count for result in results), Count())
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those after `--`, which are pytest's."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./check",
        allow_abbrev=False,
        description="Sets up if needed, then runs every test: style and order of imports, tests without a "
        "database, tests on SQLite and again on PostgreSQL, and journeys in a real browser.",
        epilog="For example: ./check --fast, or ./check tests/journeys --engine sqlite -- -k sign_in",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="only the tests below these paths")
    parser.add_argument(
        "--fast", action="store_true", help="only style, imports and the tests without a database"
    )
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="only this database")
    parser.add_argument("--no-journeys", action="store_true", help="leave out the tests that need a browser")
    parser.add_argument("--refresh", action="store_true", help="write docs/reference and docs/pictures anew")
    parser.add_argument("--serial", action="store_true", help="one test at a time, for reading along")
    return parser


def _run(part: Part) -> Result:
    print(f"\n== {part.name}", flush=True)
    started = time.monotonic()
    try:
        browser = {"SCHOOLWARD_CHROMIUM": chromium()} if part.needs_browser else {}
    except CannotSetUp as trouble:
        # a browser that is missing fails the part: a check that left it out would not have checked
        say(str(trouble))
        return Result(part, Count(failed=1), time.monotonic() - started)
    with tempfile.TemporaryDirectory(prefix="schoolward-check-") as folder:
        report = Path(folder) / "report.xml"
        reporting = ["--junitxml", str(report)] if part.is_pytest else []
        told = {**environment(), **part.environment, **browser}
        status = subprocess.run([*part.command, *reporting], cwd=ROOT, env=told, check=False).returncode
        count = count_of_report(report, status) if part.is_pytest else count_of_tool(status)
    return Result(part, count, time.monotonic() - started)


def _line(result: Result) -> str:
    return f"{result.part.name:<28} {result.count!s:<40} {result.seconds:6.1f} s"
