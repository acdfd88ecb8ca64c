"""The virtual environment: made, filled from a hash lock, and known to be whole by its stamps.

A stamp is written last and says what was installed, so the second start reads it and installs nothing. While
anything is being installed a mark lies in the folder; one found at the start is from a set-up that was cut
short, and the environment is built anew (the downloads are kept). Two set-ups at once take turns.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

from .ground import BIN, CACHE, ROOT, VENV, CannotSetUp, environment, run, say
from .machine import apt_install
from .pythons import OLDEST, find_python

REQUIREMENTS = ROOT / "requirements"
UNFINISHED = VENV / "unfinished"
LATER = "Check the network connection and the space left on the disk, then run the same command again."
PIP_TO_ANOTHER = 23  # since this version, one Python's pip installs into another
PIP_PROBE = "import importlib.util as u; print(__import__('pip').__version__ if u.find_spec('pip') else 0)"
VENV_PROBE = f"import sys; assert sys.version_info >= {OLDEST}; print(sys.prefix)"


def install(lock: str) -> Path:
    """The folder of programs, once everything in `requirements/<lock>.lock` is installed."""
    if not _is_whole(lock):
        with _one_at_a_time():
            if not _is_whole(lock):
                _install(lock)
    return BIN


def _is_whole(lock: str) -> bool:
    stamps = (_stamp(lock), _stamp("project"))
    if UNFINISHED.exists() or not all(stamp.exists() for stamp in stamps):
        return False
    return all(stamp.read_text() == _wanted(stamp.stem) for stamp in stamps) and _runs()


def _stamp(name: str) -> Path:
    return VENV / f"{name}.stamp"


def _wanted(name: str) -> str:
    """What the stamp must say: what was installed, and where (scripts hold their folder's path)."""
    source = ROOT / "pyproject.toml" if name == "project" else REQUIREMENTS / f"{name}.lock"
    return f"{hashlib.sha256(source.read_bytes()).hexdigest()} {VENV}\n"


def _runs() -> bool:
    """True if the environment's Python runs, is new enough and lies where it was made."""
    try:
        done = subprocess.run(
            [str(BIN / "python"), "-I", "-c", VENV_PROBE], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0 and os.path.realpath(done.stdout.strip()) == os.path.realpath(VENV)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Holds a lock on the project's folder itself, so that no lock file is left behind."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running; waiting for it …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _install(lock: str) -> None:
    if UNFINISHED.exists() or not _runs():
        _make_venv()
    UNFINISHED.touch()
    uv = _install_uv()
    if not _says_wanted(lock):
        say(f"Installing what requirements/{lock}.lock names …")
        _uv(
            uv,
            "install",
            "--require-hashes",
            "-r",
            REQUIREMENTS / f"{lock}.lock",
            doing="Installing the requirements",
        )
    _uv(uv, "install", "--offline", "--no-deps", "-e", ROOT, doing="Installing the schoolward command")
    for stamp in (_stamp(lock), _stamp("project")):
        stamp.write_text(_wanted(stamp.stem))
    UNFINISHED.unlink()


def _says_wanted(lock: str) -> bool:
    stamp = _stamp(lock)
    return stamp.exists() and stamp.read_text() == _wanted(lock)


def _make_venv() -> None:
    base = find_python()
    if VENV.exists():
        say("The environment in .venv was left unfinished or does not run; making it anew …")
        _clear()
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    say(f"Making .venv with {base} …")
    # without pip: Debian's Python has no ensurepip until python3-venv is installed, and uv takes pip's place
    run(base, "-m", "venv", "--without-pip", VENV, doing="Making .venv")


def _clear() -> None:
    """Empties .venv but for the downloads."""
    for path in VENV.iterdir():
        if path == CACHE:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _install_uv() -> Path:
    """uv at the locked version: in .venv, the person's own if it is the same, else fetched."""
    uv, lock = BIN / "uv", REQUIREMENTS / "setup.lock"
    version = lock.read_text().split()[0].replace("==", " ")
    for found in filter(None, (uv, shutil.which("uv"))):
        with contextlib.suppress(CannotSetUp):  # not there yet
            if run(found, "--version", doing="Asking uv").startswith(version):
                return Path(found)
    *first, last = _pips()
    for pip in first:
        with contextlib.suppress(CannotSetUp):  # the last one tells what is wrong
            _install_by(pip, lock)
            return uv
    _install_by(last, lock)
    return uv


def _uv(uv: Path, *words: object, doing: str) -> None:
    run(uv, "pip", words[0], "-q", "--python", BIN / "python", *words[1:], doing=doing, advice=LATER)


def _install_by(pip: list[str], lock: Path) -> None:
    asked = ("--no-deps", "--no-compile", "--require-hashes", "-r", lock)
    run(*pip, "install", "-q", *asked, doing="Installing uv", advice=LATER, told=_quick())


def _pips() -> list[list[str]]:
    """Ways to run a pip that installs into .venv, the quickest first."""
    found = _pips_at_hand()
    if not found and apt_install("python3-venv"):
        found = _pips_at_hand()
    if not found:
        raise CannotSetUp(
            "This Python has neither ensurepip nor pip, which the set-up needs once. On Debian and Ubuntu: "
            "sudo apt install python3-venv. Then run the same command again."
        )
    return found


def _pips_at_hand() -> list[list[str]]:
    """The base Python's own pip, which is compiled, then the wheels that came with it, which are not.

    That it is there is told by its version, not by its answer: pip takes two seconds to say anything.
    """
    python = str(BIN / "python")
    asked = "import os, sys; print(sys._base_executable); print(os.path.dirname(os.__file__))"
    base, library = run(python, "-c", asked, doing="Asking .venv").splitlines()
    version = run(base, "-c", PIP_PROBE, doing="Asking for pip", told=_quick())
    own = [[base, "-m", "pip", "--python", python]] if int(version.split(".")[0]) >= PIP_TO_ANOTHER else []
    folders = (Path(library) / "ensurepip" / "_bundled", Path("/usr/share/python-wheels"))
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    return [*own, *([python, f"{wheel}/pip"] for wheel in wheels)]


def _quick() -> dict[str, str]:
    """The environment in which pip finds what its own installation has compiled, and adds nothing to it."""
    mine = environment()
    del mine["PYTHONPYCACHEPREFIX"]
    return {**mine, "PYTHONDONTWRITEBYTECODE": "1"}
