"""Whole sites as anyone runs them: `schoolward serve` in its own process, on a copy of a prepared home.

Preparing one takes a while, so it is done once in a run and copied for every file of tests. On SQLite it is
kept in the cache under a name made of everything it came from, and later runs of the same code copy that.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from setup.ground import CACHE, ROOT
from tests.machinery.processes import ended_with_its_parent

PROGRAM = Path(sys.executable).with_name("schoolward")
THE_DAY = "2026-11-23"
LOG = "serve.log"
STARTS_WITHIN_SECONDS = 180  # on a machine that does much else; how fast a start is, is measured alone
KEPT = CACHE / "prepared"
MOST_KEPT = 4


@dataclass(frozen=True)
class Site:
    """A site that is being served: where it is, and the folder and environment it lives in."""

    url: str
    home: Path
    environment: dict[str, str] = field(repr=False)

    def log_tail(self) -> str:
        """The last lines that the server, the worker and the scheduler wrote."""
        return "\n".join((self.home / LOG).read_text().splitlines()[-25:])

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """`schoolward ARGUMENTS` on this site's data."""
        return subprocess.run(
            [str(PROGRAM), *arguments], env=self.environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def estuary() -> Iterator[Site]:
    """The demonstration authority on 23 November 2026, fresh for this file of tests."""
    with _served("estuary", "--today", THE_DAY) as site:
        yield site


@pytest.fixture(scope="module")
def empty_site() -> Iterator[Site]:
    """A site with no authority yet, as a real one starts; fresh for this file of tests."""
    with _served("empty", "--empty") as site:
        yield site


@contextlib.contextmanager
def _served(kind: str, *options: str) -> Iterator[Site]:
    home, environment = _copy_of_prepared(kind, options)
    port = _free_port()
    site = Site(f"http://127.0.0.1:{port}", home, environment)
    log = home / LOG
    with log.open("w") as out:
        server = subprocess.Popen(
            [str(PROGRAM), "serve", "--port", str(port), "--no-browser", *options],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=ended_with_its_parent(signal.SIGTERM),
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(site, server, log)
        yield site
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def prepared_home(kind: str = "estuary") -> Path:
    """A home prepared once in a run, for whoever copies it and leaves it as it is."""
    with _prepared(kind, ("--today", THE_DAY) if kind == "estuary" else ("--empty",)) as prepared:
        return prepared


def home_of_its_own(kind: str = "estuary") -> tuple[Path, str]:
    """A copy of a prepared home, and the address of its database where that is not SQLite; remove both."""
    home, environment = _copy_of_prepared(kind, ("--today", THE_DAY) if kind == "estuary" else ("--empty",))
    return home, environment.get("SCHOOLWARD_DATABASE", "")


@contextlib.contextmanager
def _prepared(kind: str, options: tuple[str, ...]) -> Iterator[Path]:
    folder = Path(os.environ["SCHOOLWARD_TEST_FOLDER"])
    prepared = folder / f"prepared-{kind}"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other worker waits for the first one's work
        if not (prepared / "ready").exists():
            shutil.rmtree(prepared, ignore_errors=True)
            _make_ready(prepared, kind, options)
            (prepared / "ready").touch()
        yield prepared


def _make_ready(prepared: Path, kind: str, options: tuple[str, ...]) -> None:
    """Copied from what an earlier run of the same code kept; else prepared, and on SQLite kept."""
    if "SCHOOLWARD_DATABASE" in os.environ:  # what a server holds goes with the server
        _prepare(prepared, f"prepared_{kind}", options)
        return
    kept = KEPT / f"{kind}-{_made_of(options)}"
    if not kept.exists():
        _prepare(prepared, f"prepared_{kind}", options)
        new = Path(tempfile.mkdtemp(dir=_kept_folder()))
        shutil.copytree(prepared, new, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # another run was first
            new.rename(kept)
        _forget_old()
    else:
        shutil.copytree(kept, prepared)
        os.utime(kept)


def _kept_folder() -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


def _made_of(options: tuple[str, ...]) -> str:
    """A key of every file of the site, of what it stands on, and of how it is prepared."""
    files = [path for path in (ROOT / "schoolward").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    found = hashlib.sha256(repr((options, sys.version)).encode())
    for path in sorted([*files, *(ROOT / "requirements").glob("*.lock")]):
        found.update(f"{path.relative_to(ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:20]


def _forget_old() -> None:
    for old in sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy_of_prepared(kind: str, options: tuple[str, ...]) -> tuple[Path, dict[str, str]]:
    """A home folder (and on PostgreSQL a database) of its own, copied from the one prepared for all."""
    folder = Path(os.environ["SCHOOLWARD_TEST_FOLDER"])
    with _prepared(kind, options) as prepared:
        home = folder / f"site-{os.getpid()}-{time.monotonic_ns()}"
        shutil.copytree(prepared, home)
        environment = _environment(home, home.name.replace("-", "_"))
        if "SCHOOLWARD_DATABASE" in environment:
            _make_database(home.name.replace("-", "_"), like=f"prepared_{kind}")
    return home, environment


def _prepare(home: Path, database: str, options: tuple[str, ...]) -> None:
    environment = _environment(home, database)
    if "SCHOOLWARD_DATABASE" in environment:
        _make_database(database)
    _run(environment, "serve", "--prepare", "--no-browser", *options)
    if "--today" in options:
        # what Estuary asks for at its first start is worked out once, and not again in every copy of it
        demonstration = {"SCHOOLWARD_DEMONSTRATION": "1", "SCHOOLWARD_TODAY": THE_DAY}
        _run(environment | demonstration, "worker", "--until-empty")


def _run(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [str(PROGRAM), *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(
            f"The site could not be prepared:\n{done.stdout[-2000:]}{done.stderr[-4000:]}", pytrace=False
        )


def _environment(home: Path, database: str) -> dict[str, str]:
    unwanted = ("DJANGO_SETTINGS_MODULE", "SCHOOLWARD_DATABASE")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment["SCHOOLWARD_HOME"] = str(home)
    if address := os.environ.get("SCHOOLWARD_DATABASE"):
        environment["SCHOOLWARD_DATABASE"] = address.replace("/postgres?", f"/{database}?")
    return environment


def _make_database(name: str, like: str = "template0") -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
    with psycopg.connect(os.environ["SCHOOLWARD_DATABASE"], autocommit=True) as connection:
        connection.execute(statement)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def _wait_until_it_answers(site: Site, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(site.url, timeout=5):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError:
            return  # it answers, and a journey will tell what is wrong with the page
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The site did not start:\n{log.read_text()[-4000:]}", pytrace=False)
