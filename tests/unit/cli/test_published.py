"""The commands on published data: what they print, and how they end."""

import csv
import io
import json

import pytest

from schoolward.cli.main import main
from tests.unit.datasets.published_files import gias, inspections, ks2, write


@pytest.fixture
def folder(tmp_path):
    bad = ks2({}, {"URN": "900002", "TELIG": "many"})
    return write(
        tmp_path / "in", a__csv=bad, b__csv=inspections((900001, "Good", "20180131")), c__md=b"# x\n"
    )


@pytest.fixture
def run(tmp_path, capsys):
    def command(*words):
        status = main([*map(str, words)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return command


def test_import_as_json_names_each_file_with_what_it_gave(run, folder, tmp_path):
    status, out, err = run("import", folder, "--store", tmp_path / "s", "--format", "json")
    assert (status, err) == (0, "")
    files = {each["file"]: each for each in json.loads(out)["files"]}
    ks2_file = files["a.csv"]
    assert (ks2_file["product"], ks2_file["period"], ks2_file["published_on"]) == (
        "ks2",
        "2018",
        "2018-12-13",
    )
    assert (ks2_file["rows_taken"], ks2_file["rows_refused"]) == (1, 1)
    assert ks2_file["refusals"] == [
        {"column": "TELIG", "reason": "'many' is not a figure or a known code", "rows": 1, "lines": [3]}
    ]
    assert files["c.md"]["outcome"] == "not known"


def test_import_as_csv_has_one_row_a_file(run, folder, tmp_path):
    _, out, _ = run("import", folder, "--store", tmp_path / "s", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["file"] for row in rows] == ["a.csv", "b.csv", "c.md"]
    assert json.loads(rows[0]["refusals"])[0]["lines"] == [3]


def test_import_as_table_is_readable_and_says_what_changed(run, folder, tmp_path):
    _, out, _ = run("import", folder, "--store", tmp_path / "s")
    assert "a.csv: taken" in out
    assert "line 3, TELIG: 'many' is not a figure or a known code (1)" in out
    assert "3 files: 2 taken, 1 not known." in out
    _, again, _ = run("import", folder, "--store", tmp_path / "s")
    assert "Nothing changed" in again


def test_import_of_no_folder_ends_with_two_and_one_sentence(run, tmp_path):
    status, out, err = run("import", tmp_path / "none", "--store", tmp_path / "s")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "no such folder" in err


def test_data_lists_parts_editions_and_events(run, folder, tmp_path):
    store = ("--store", tmp_path / "s")
    run("import", write(tmp_path / "one", r__csv=gias({})), *store)
    [first] = json.loads(run("data", "--editions", *store, "--format", "json")[1])["editions"]
    newer = gias({"EstablishmentName": "Renamed", "LastChangedDate": "01-01-2020"})
    run("import", write(tmp_path / "two", r__csv=newer), *store)
    parts = json.loads(run("data", *store, "--format", "json")[1])["parts"]
    assert [part["period"] for part in parts] == ["2019-01-02", "2020-01-01"]
    events = json.loads(run("data", "--since", first["edition"], *store, "--format", "json")[1])["events"]
    assert [(e["event"], e["before"], e["after"]) for e in events] == [
        ("renamed", "Mudlark Primary School", "Renamed")
    ]
    assert run("data", "--edition", "feed", *store)[0] == 2


def test_fetch_lists_addresses_without_fetching(run):
    status, out, _ = run("fetch", "--list", "--only", "ks2", "--format", "json")
    assert status == 0
    assert {row["product"] for row in json.loads(out)["sources"]} == {"ks2"}


def test_fetch_without_a_folder_is_wrong_use(run):
    status, _, err = run("fetch", "--only", "inspections")
    assert (status, "--to" in err) == (2, True)
