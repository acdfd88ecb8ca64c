"""The project's own files, and the order of the apps as `pyproject.toml` lays it down."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from setup.ground import ROOT


@cache
def files() -> tuple[Path, ...]:
    """Every file that is part of the project: what git keeps and what it would keep."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def modules(*folders: str) -> list[Path]:
    """Python files below these folders, migrations left out."""
    below = tuple(ROOT / folder for folder in folders)
    return [
        path
        for path in files()
        if path.suffix == ".py" and "migrations" not in path.parts and any(map(path.is_relative_to, below))
    ]


def name(path: Path) -> str:
    """The path as a reader of the project writes it."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """The module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every node of the module's syntax tree."""
    return ast.walk(ast.parse(path.read_text(), str(path)))


@cache
def settings() -> dict:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def height_of_apps() -> dict[str, int]:
    """How high each app stands, the lowest at 1; those on one level are strangers to each other."""
    contracts = settings()["tool"]["importlinter"]["contracts"]
    layers = next(
        c["layers"]
        for c in contracts
        if c["containers" if "containers" in c else "name"] == ["schoolward.apps"]
    )
    return {
        app: height
        for height, layer in enumerate(reversed(layers), start=1)
        for app in re.findall(r"[a-z_]+", layer)
    }
