"""The parts of `./check`, in order: the quick ones first, so that a slip shows within seconds."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field

from .ground import BIN, CACHE, ROOT

STYLED = ("schoolward", "setup", "tests", "benchmarks", "docs")
QUICK = "not database and not browser"
DATABASE = "database and not browser"
WITH_JOURNEYS = "database or browser"  # in one run: while a site is prepared for journeys, other tests go on
FOLDER = ROOT / "tests" / "journeys"  # the only place for tests with a browser
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


@dataclass(frozen=True)
class Part:
    """One program to run. Tests write a report that is counted; any other part counts as one test."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    is_pytest: bool = False
    needs_browser: bool = False


def parts(options: argparse.Namespace, for_pytest: list[str]) -> list[Part]:
    """What to run for these options."""
    if options.paths:
        return _tests(options, for_pytest)
    return _tools() + _tests(options, for_pytest)


def _tools() -> list[Part]:
    styled = [folder for folder in STYLED if (ROOT / folder).exists()]
    return [
        Part("style", [_bin("ruff"), "check", "--quiet", *styled]),
        Part("format", [_bin("ruff"), "format", "--quiet", "--diff", *styled]),
        Part("order of imports", [_bin("lint-imports"), "--cache-dir", str(CACHE / "imports")]),
        Part("security", [_bin("bandit"), "-q", "-r", "-lll", "-c", "pyproject.toml", "schoolward", "setup"]),
    ]


def _tests(options: argparse.Namespace, for_pytest: list[str]) -> list[Part]:
    engines = [options.engine] if options.engine else list(ENGINES)
    found = [_pytest("tests without a database", QUICK, options, for_pytest)]
    if options.fast:
        return found
    browses = _includes_journeys(options)
    chosen, named = (WITH_JOURNEYS, "tests and journeys") if browses else (DATABASE, "tests")
    return found + [
        _pytest(f"{named} on {ENGINES[e]}", chosen, options, for_pytest, engine=e) for e in engines
    ]


def _includes_journeys(options: argparse.Namespace) -> bool:
    """False where no path leads to a journey, so that no browser is asked for in vain."""
    paths = [(ROOT / path.split("::")[0]).resolve() for path in options.paths or ["tests"]]
    within = any(FOLDER in (path, *path.parents) or path in FOLDER.parents for path in paths)
    return within and not options.no_journeys


def _pytest(
    name: str, chosen: str, options: argparse.Namespace, extra: list[str], engine: str = "sqlite"
) -> Part:
    words = [
        _bin("python"),
        "-m",
        "pytest",
        "-q",
        "-o",
        f"cache_dir={CACHE / 'pytest'}",
        "-m",
        chosen,
        *options.paths,
        *extra,
    ]
    if not options.serial:
        # one file's tests stay on one worker, so that a site made for a file is made once
        words += ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    told = {"SCHOOLWARD_TEST_ENGINE": engine}
    if options.refresh and engine == "sqlite":
        told["SCHOOLWARD_REFRESH"] = "1"
    return Part(name, words, told, is_pytest=True, needs_browser=chosen == WITH_JOURNEYS)


def _bin(program: str) -> str:
    return str(BIN / program)
