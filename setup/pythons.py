"""Finds a Python that is new enough and really runs.

Being on PATH proves little: a pyenv shim is there and exits 127 unless its version is chosen, and a Python
built without its development headers has no sqlite3 or ssl. So every candidate is run before it is believed.
"""

from __future__ import annotations

import glob
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

from .ground import CannotSetUp

OLDEST = (3, 12)
PREFERRED = (13, 12, 14)  # minor versions, best known first; anything newer comes last
PROBE = "import ctypes, sqlite3, ssl, sys, venv; print(*sys.version_info[:2]); print(sys.executable)"
FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")


def find_python() -> str:
    """The path of a Python to build on: the one named in SCHOOLWARD_PYTHON, else the best that runs."""
    named = os.environ.get("SCHOOLWARD_PYTHON")
    if named:
        found = probe(named)
        if found is None:
            raise CannotSetUp(f"SCHOOLWARD_PYTHON is {named}, which is not a working Python 3.12 or newer.")
        return found
    for candidate in candidates():
        found = probe(candidate)
        if found is not None:
            return found
    raise CannotSetUp(
        "Schoolward needs Python 3.12 or newer and found none that runs. Install one (on Debian 13 or Ubuntu "
        "24.04: sudo apt install python3 python3-venv), or set SCHOOLWARD_PYTHON to its path."
    )


def probe(candidate: str) -> str | None:
    """The interpreter's own path if it runs, is new enough and has the modules we need; else None."""
    try:
        done = subprocess.run(
            [candidate, "-I", "-c", PROBE], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != 2:
        return None
    version = tuple(int(part) for part in lines[0].split())
    return lines[1] if version >= OLDEST else None


def candidates() -> Iterator[str]:
    """Where a Python may be, best first; each once."""
    seen = set()
    for path in _everywhere():
        if path not in seen and os.access(path, os.X_OK):
            seen.add(path)
            yield path


def _everywhere() -> Iterator[str]:
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *FOLDERS]
    if sys.version_info[:2] in [(3, minor) for minor in PREFERRED] and sys.prefix == sys.base_prefix:
        yield sys.executable
    for minor in PREFERRED:
        yield from (os.path.join(folder, f"python3.{minor}") for folder in folders)
        yield from _installed_beside(minor)
    yield from (os.path.join(folder, "python3") for folder in folders)


def _installed_beside(minor: int) -> list[str]:
    """Pythons of pyenv and uv, newest first."""
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    patterns = (
        pyenv / "versions" / f"3.{minor}.*" / "bin" / "python",
        home / ".local/share/uv/python" / f"cpython-3.{minor}.*" / "bin" / "python3",
    )
    return [path for pattern in patterns for path in sorted(glob.glob(str(pattern)), reverse=True)]
