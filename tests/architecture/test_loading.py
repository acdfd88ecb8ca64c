"""A process loads a heavy library when it uses it: else every server, worker and command pays for all."""

import os
import subprocess
import sys

HEAVY = {
    "numpy": "numpy._core", "polars": "polars._plr", "scipy": "scipy", "sklearn": "sklearn",
    "highspy": "highspy", "altair": "altair", "vl_convert": "vl_convert", "typst": "typst._typst",
    "pyproj": "pyproj._crs", "openpyxl": "openpyxl.workbook",
}  # fmt: skip
SITE = "import schoolward.web.wsgi"
WORKERS = (
    "from schoolward.cli.site import set_up_django; set_up_django(); "
    "import django_tasks_db.management.commands.db_worker, schoolward.apps.jobs.sweeping"
)
COMMANDS = "from schoolward.cli.main import build_parser; build_parser()"


def loaded_by(code: str, home) -> set[str]:
    """The heavy libraries that a process has in memory after running the code."""
    told = run(f"{code}; import sys; print(*(set({list(HEAVY.values())}) & set(sys.modules)))", home)
    return {name for name, module in HEAVY.items() if module in told.split()}


def run(code: str, home) -> str:
    """What the code prints in a process of its own."""
    told = {**os.environ, "SCHOOLWARD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "schoolward.web.settings"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, env=told, capture_output=True, text=True, check=True).stdout.strip()


def test_every_page_ready_loads_no_heavy_library(tmp_path):
    assert loaded_by(SITE, tmp_path) == set()


def test_worker_and_scheduler_load_no_heavy_library(tmp_path):
    assert loaded_by(WORKERS, tmp_path) == set()


def test_command_line_loads_no_heavy_library(tmp_path):
    assert loaded_by(COMMANDS, tmp_path) == set()


def test_library_in_use_is_told(tmp_path):
    assert loaded_by(SITE + "; import polars, numpy; polars.Int64; numpy.pi", tmp_path) == {"numpy", "polars"}


def test_loaded_site_holds_nothing_that_a_copy_must_not_share(tmp_path):
    """The server loads once, and its workers are copies: no thread, and no database, may be open by then."""
    told = "import threading; from django.db import connections; "
    told += "print([t.name for t in threading.enumerate()], [c.connection for c in connections.all()])"
    assert run(f"{SITE}; {told}", tmp_path) == "['MainThread'] [None]"
