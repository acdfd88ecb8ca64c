"""Libraries that load when first used."""

import importlib
import sys
import threading

import pytest

from schoolward.terms.later import load_when_used


@pytest.fixture
def library(tmp_path, monkeypatch):
    """The name of a library that counts how often it is loaded, and has a part that needs the whole."""
    name = "told_late"
    folder = tmp_path / name
    folder.mkdir()
    (tmp_path / "loads_of_told_late.py").write_text("count = 0\n")
    (folder / "__init__.py").write_text(
        "import time, loads_of_told_late\ntime.sleep(0.05)\nloads_of_told_late.count += 1\nanswer = 42\n"
    )
    (folder / "part.py").write_text("import told_late\nhalf = told_late.answer // 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for each in (name, f"{name}.part", "loads_of_told_late"):
        sys.modules.pop(each, None)


def loads() -> int:
    return importlib.import_module("loads_of_told_late").count


def test_load_when_used_library_loads_at_first_use(library):
    load_when_used(library)
    told = importlib.import_module(library)
    assert loads() == 0
    assert told.answer == 42
    assert loads() == 1
    assert importlib.import_module(library).answer == 42
    assert loads() == 1


def test_load_when_used_part_asked_first_loads_the_whole(library):
    load_when_used(library)
    told = importlib.import_module(library)
    part = importlib.import_module(f"{library}.part")
    assert part.half == 21
    assert told.part is part
    assert loads() == 1


def test_load_when_used_threads_at_once_load_once_and_see_all(library):
    load_when_used(library)
    told = importlib.import_module(library)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(told.answer)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [42] * 8
    assert loads() == 1


def test_load_when_used_library_loaded_already_is_left(library):
    whole = importlib.import_module(library)
    load_when_used(library)
    assert importlib.import_module(library) is whole


def test_load_when_used_library_that_is_not_installed_fails_where_it_is_imported():
    load_when_used("no_such_library")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_library")


def test_load_when_used_name_that_is_not_there_is_an_attribute_error(library):
    load_when_used(library)
    with pytest.raises(AttributeError):
        _ = importlib.import_module(library).nothing
