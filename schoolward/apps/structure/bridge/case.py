"""A worked case by the command itself, in a process of its own; needs no Django."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schoolward.terms.errors import NotEnoughData

TABLES = ("posts.csv", "cuts.csv", "frontier.csv", "take_up.csv")
DOCUMENTS = ("structure.json", "verification.json", "manifest.json")
LOOK_SECONDS = 0.5


def run_case(case: str, look: Callable[[], None]) -> dict[str, Any]:
    """What `schoolward structure --case` writes, by the file's name.

    `look` is called while it runs and may raise, which ends the process.
    """
    with tempfile.TemporaryDirectory(prefix="case-") as folder:
        words = [sys.executable, "-m", "schoolward.cli.main", "structure", "--case", case, "--out", folder]
        with tempfile.TemporaryFile("w+") as said:
            started = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=said)
            try:
                while started.poll() is None:
                    look()
                    time.sleep(LOOK_SECONDS)
            finally:
                if started.poll() is None:
                    started.kill()
                    started.wait()
            if started.returncode:
                said.seek(0)
                what = said.read().strip() or "The command ended without a word."
                raise NotEnoughData(what, do="See the files of the case.")
        return _read(Path(folder))


def _read(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {name: json.loads((folder / name).read_text("utf-8")) for name in DOCUMENTS}
    for name in TABLES:
        found[name] = list(csv.DictReader((folder / name).read_text("utf-8").splitlines()))
    return found
