"""What the locks install, under which licence, and why."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from setup.ground import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKS = {"base": "serving", "test": "tests", "setup": "set-up"}
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)")
REASON = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?[^#]*#\s*(.+)$")


@dataclass(frozen=True)
class Package:
    """One locked package. `licence` is None where it is not installed on this kind of machine."""

    name: str
    version: str
    used_for: str
    why: str
    licence: str | None


@cache
def packages() -> tuple[Package, ...]:
    """Every package of the locks, by name; one that serves and tests is counted as serving."""
    found: dict[str, Package] = {}
    for lock, use in LOCKS.items():
        reasons = reasons_in(REQUIREMENTS / f"{lock}.in")
        for name, (version, via) in pins_in(REQUIREMENTS / f"{lock}.lock").items():
            why = reasons.get(name) or f"needed by {', '.join(via)}"
            found.setdefault(name, Package(name, version, use, why, licence_of(name)))
    return tuple(found[name] for name in sorted(found))


def reasons_in(path: Path) -> dict[str, str]:
    """Package to the reason on its line."""
    matches = (REASON.match(line) for line in path.read_text().splitlines() if line[:1].isalpha())
    return {match[1].lower(): match[2] for match in matches if match}


def asked_in(path: Path) -> set[str]:
    """The packages that a file asks for itself."""
    return {
        re.split(r"[\[~=<>#\s]", line)[0].lower()
        for line in path.read_text().splitlines()
        if line[:1].isalpha()
    }


def pins_in(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Package to its version and what asked for it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for line in path.read_text().splitlines():
        if match := PIN.match(line):
            found[match[1]] = (match[2], via := [])
        elif line.startswith("    #"):
            asker = line.strip("# ").removeprefix("via").strip()
            if asker and not asker.startswith("-r"):
                via.append(asker)
    return found


def licence_of(name: str) -> str | None:
    """The licence as the package declares it, in the best of the places where it may."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [c.split(" :: ")[-1] for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    named = [c for c in classifiers if c != "OSI Approved"]
    written = (about.get("License") or "").strip().splitlines()
    return " and ".join(named) or (written[0].strip() if written else "") or "not declared"
