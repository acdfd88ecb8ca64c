"""Keeps server, worker and scheduler running together, and stops them together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

READY_SECONDS = 60
PATIENCE_SECONDS = 10


@dataclass
class Child:
    """A process to keep running; when an essential one ends, all end."""

    name: str
    command: list[str]
    essential: bool = False
    held: bool = False  # loads, and goes on at the word of `release`
    niceness: int = 0  # how far it gives way to the others where they all want the processor
    process: subprocess.Popen | None = field(default=None, repr=False)
    started: float = 0.0
    quick_ends: int = 0

    def start(self) -> None:
        program = Path(sys.executable).parent / self.command[0]
        holding = (
            {"stdin": subprocess.PIPE, "env": {**os.environ, "SCHOOLWARD_HELD": "1"}} if self.held else {}
        )
        # A session of its own: Ctrl-C reaches only the supervisor, which then stops all in order.
        self.process = subprocess.Popen([program, *self.command[1:]], start_new_session=True, **holding)
        if self.niceness:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, self.niceness)
        self.started = time.monotonic()

    def release(self) -> None:
        """Lets what was held go on; a process that has ended meanwhile is left to the supervisor."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"1")
            self.process.stdin.close()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, seconds: float) -> None:
        try:
            self.process.wait(timeout=max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(children: list[Child], *, ready: Callable[[], None]) -> int:
    """0 after Ctrl-C or a termination signal; 1 when an essential process ended by itself."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        if child.process is None:
            child.start()
    threading.Thread(target=ready, daemon=True).start()
    try:
        return _watch(children, stopping)
    finally:
        for child in children:
            child.stop()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            child.wait_or_kill(deadline - time.monotonic())


def _watch(children: list[Child], stopping: threading.Event) -> int:
    while not stopping.wait(0.5):
        for child in children:
            if child.process.poll() is None:
                continue
            if child.essential:
                print(f"The {child.name} ended with status {child.process.returncode}.", file=sys.stderr)
                return 1
            _start_again(child, stopping)
    return 0


def _start_again(child: Child, stopping: threading.Event) -> None:
    """Restarts a process, the later the more often it ended at once."""
    quick = time.monotonic() - child.started < PATIENCE_SECONDS
    child.quick_ends = child.quick_ends + 1 if quick else 0
    pause = min(2**child.quick_ends, 60)
    print(f"The {child.name} ended and starts again in {pause} s.", file=sys.stderr)
    if not stopping.wait(pause):
        child.start()


def port_is_free(port: int) -> bool:
    """True where nothing on this machine answers on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def open_when_ready(address: str, *, browser: bool) -> None:
    """Prints the address once the site answers there, and opens a browser if wanted."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=2):  # noqa: S310 (our own address)
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    else:
        print("The site does not answer; its messages above say why.", file=sys.stderr)
        return
    print(f"Schoolward is at {address}  (Ctrl-C stops it)", flush=True)
    if browser:
        webbrowser.open(address)
