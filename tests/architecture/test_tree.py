"""The project's files: names, sizes, words and shapes that the house lays down."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from setup.ground import ROOT
from tests.machinery import tree

CODE = ("schoolward", "setup", "tests", "benchmarks", "docs")
VAGUE = {"common", "core", "utils", "util", "helpers", "helper", "services", "misc"}
LONGEST_MODULE_LINES = 450
LARGEST_FILE_BYTES = 1_000_000
# put together here, so that this file does not name them itself
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE = re.compile(
    "(?<![\\w.])/(" + "|".join(("ro" + "ot", "wo" + "rk", "ho" + "me/[a-z]", "Us" + "ers/[a-z]")) + ")/"
)
NOT_OURS = ("vendor", "fixtures", "fonts", "LICENSE")
ASKS_THE_CLOCK = {"now", "today", "utcnow", "localdate", "localtime"}
CLOCKS = {
    "schoolward/apps/tenancy/clock.py": "the one clock",
    "schoolward/cli/published.py": "commands on a store run without Django, and so without the clock",
}


def texts() -> list[tuple[str, str]]:
    """Name and content of every text file that people here wrote."""
    found = []
    for path in tree.files():
        if not any(part in NOT_OURS for part in path.relative_to(ROOT).parts):
            try:
                found.append((tree.name(path), path.read_text()))
            except UnicodeDecodeError:
                continue
    return found


def test_modules_and_folders_have_a_name_that_says_what_they_are():
    vague = {tree.name(p) for p in tree.modules(*CODE) if VAGUE & {p.stem, *p.relative_to(ROOT).parts[:-1]}}
    assert not vague


def test_nothing_is_left_unfinished():
    found = [
        f"{name}:{n}"
        for name, text in texts()
        for n, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not found


def test_no_file_names_a_folder_of_one_machine():
    found = [
        f"{name}:{n}"
        for name, text in texts()
        for n, line in enumerate(text.splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found


def test_files_are_small():
    large = {
        tree.name(path): path.stat().st_size
        for path in tree.files()
        if path.stat().st_size > LARGEST_FILE_BYTES
    }
    assert not large


def test_modules_are_short():
    long = {
        tree.name(p): n
        for p in tree.modules(*CODE)
        if (n := len(p.read_text().splitlines())) > LONGEST_MODULE_LINES
    }
    assert not long


def test_every_package_says_what_it_is_for():
    silent = [
        tree.name(path)
        for path in tree.modules("schoolward")
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_modules_are_read_by_the_oldest_python_we_promise():
    for path in tree.modules("schoolward", "tests", "benchmarks"):
        ast.parse(path.read_text(), str(path), feature_version=(3, 12))


def test_setup_is_read_by_an_old_python():
    for path in tree.modules("setup"):
        ast.parse(path.read_text(), str(path), feature_version=(3, 8))


def test_only_the_clock_asks_what_time_it_is():
    asking = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.modules("schoolward")
        if tree.name(path) not in CLOCKS
        for node in tree.nodes(path)
        if isinstance(node, ast.Call) and _asks_the_clock(node.func)
    ]
    assert not asking, "ask schoolward.apps.tenancy.clock, or take the day as an argument"


def _asks_the_clock(called: ast.expr) -> bool:
    """`datetime.now()`, `date.today()`, `timezone.now()` and `time.time()`, but not `clock.now()`."""
    if not isinstance(called, ast.Attribute):
        return False
    owner = called.value.attr if isinstance(called.value, ast.Attribute) else getattr(called.value, "id", "")
    return (owner in {"datetime", "date", "timezone"} and called.attr in ASKS_THE_CLOCK) or (
        owner,
        called.attr,
    ) == ("time", "time")


def test_models_take_no_time_of_their_own():
    stamped = [
        f"{tree.name(path)}:{node.value.lineno}"
        for path in tree.modules("schoolward/apps")
        for node in tree.nodes(path)
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}
    ]
    assert not stamped, "the action writes the clock's time"


def test_nobody_goes_round_the_scoped_manager():
    found = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.modules("schoolward")
        for node in tree.nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager"
    ]
    assert not found


def test_logic_is_never_in_signals():
    found = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.modules("schoolward/apps", "schoolward/web")
        for node in tree.nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals")
    ]
    assert not found


def is_bridge(path: Path) -> bool:
    return path.stem == "bridge" or path.parent.name == "bridge"


IMPORT_EACH = """
import importlib, sys, traceback
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        traceback.print_exc()
"""


def test_bridges_are_imported_with_no_django_set_up():
    """All in one process: a bridge that needs Django set up fails there whichever comes before it."""
    bridges = [tree.dotted(path) for path in tree.modules("schoolward/apps") if is_bridge(path)]
    words = [sys.executable, "-W", "error", "-c", IMPORT_EACH, *bridges]
    bare = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(words, env=bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert bridges
    assert not done.stderr
    assert done.returncode == 0


def test_decisions_are_numbered_once_and_say_their_number():
    named = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in named]
    assert numbers == list(range(1, len(named) + 1))
    headings = [path.read_text().split(".", 1)[0] for path in named]
    assert headings == [f"# {number}" for number in numbers]
