"""Where things are, and how another program is run: what every other module here stands on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
CACHE = VENV / "cache"  # every tool's cache, so that nothing is written outside .venv


class CannotSetUp(Exception):
    """The machine lacks something; the message says what, and what to do."""


def say(message: str) -> None:
    """Tell the person waiting what is going on."""
    print(message, file=sys.stderr, flush=True)


def run(*command: object, doing: str, advice: str = "", told: dict[str, str] | None = None) -> str:
    """What the command printed; raises CannotSetUp with its last lines when it fails."""
    words, told = [str(word) for word in command], told or environment()
    try:
        done = subprocess.run(words, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotSetUp(f"{doing} failed: {error}. {advice}".rstrip()) from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise CannotSetUp(f"{doing} failed. {advice}".rstrip() + f"\n{last}")
    return done.stdout


def environment() -> dict[str, str]:
    """This process's environment, with every cache inside .venv and no program from another environment."""
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    mine = {key: value for key, value in os.environ.items() if key not in unwanted}
    mine.setdefault("UV_CACHE_DIR", str(CACHE / "uv"))
    mine.setdefault("PIP_CACHE_DIR", str(CACHE / "pip"))
    mine["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    mine["UV_PYTHON_DOWNLOADS"] = "never"
    mine["VIRTUAL_ENV"] = str(VENV)
    mine["PYTHONPYCACHEPREFIX"] = str(CACHE / "bytecode")
    return mine
