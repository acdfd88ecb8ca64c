"""What the machine must have besides Python: Chromium for the browser tests, installed if we may."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from pathlib import Path

from .ground import CannotSetUp, run, say

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "microsoft-edge")
BROWSER_ADVICE = (
    "The browser tests need Chromium. On Debian: sudo apt install chromium fonts-liberation2. Elsewhere: "
    "install Chrome, or run .venv/bin/playwright install chromium, or set SCHOOLWARD_CHROMIUM to the "
    "program's path."
)


def apt_install(*packages: str) -> bool:
    """True if Debian's packages are there now; False where we may not install (not root, or no apt-get)."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    say(f"Installing Debian's {' '.join(packages)} …")
    try:
        run("apt-get", "update", "-qq", doing="apt-get update")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, doing="apt-get install")
    except CannotSetUp as trouble:
        say(str(trouble))
        return False
    return True


def find_chromium() -> str | None:
    """The path of a Chromium that answers, or None."""
    on_path = [shutil.which(name) for name in BROWSERS]
    places = [os.environ.get("SCHOOLWARD_CHROMIUM"), *on_path, *_playwrights_own(), *_on_a_mac()]
    return next((place for place in places if place and _answers(place)), None)


def chromium() -> str:
    """The path of Chromium, installed from Debian if we are root and it is missing."""
    found = find_chromium()
    if found is None and apt_install("chromium", "fonts-liberation2"):
        found = find_chromium()
    if found is None:
        raise CannotSetUp(BROWSER_ADVICE)
    return found


def _playwrights_own() -> list[str]:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return sorted(glob.glob(str(cache / "chromium-*" / "chrome-linux*" / "chrome")), reverse=True)


def _on_a_mac() -> list[str]:
    return glob.glob("/Applications/*Chrom*.app/Contents/MacOS/*Chrom*")


def _answers(program: str) -> bool:
    # Ubuntu's chromium-browser without snap is a script that only says what to install: running it tells
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
