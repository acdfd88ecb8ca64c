"""The commands that judge schools, on a small store of invented schools: forms, exit statuses, refusals."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from schoolward.cli.main import main
from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store

# pupils, reading, writing and maths progress, share at the expected standard, kind of school
SCHOOLS = {
    900001: (30, -6.0, 0.0, 0.0, "40%", "Community school"),
    900002: (30, -5.0, -7.0, -5.0, "40%", "Community school"),
    900003: (30, "", 0.0, 0.0, "40%", "Voluntary aided school"),
    900004: (8, -6.0, 0.0, 0.0, "40%", "Community school"),
    900005: (20, -9.0, -9.0, -9.0, "0%", "Community special school"),
    900006: (45, 0.0, -7.5, 0.0, "60%", "Academy - Converter mainstream"),
}
RESULTS_HEAD = (
    "URN,KS2 Pupils,Reading Progress,Reading Score,Reading Meet Std,Reading Exceed Std,Reading Progress Band,"
    "Writing Progress,Writing Score,Writing Meet Std,Writing Exceed Std,Writing Progress Band,"
    "Maths Progress,Maths Score,Maths Meet Std,Maths Exceed Std,Maths Progress Band,"
    "Overall Meet Std,Overall Exceed Std,Academic Year"
)
LIST_HEAD = (
    "URN,LA,ESTAB,LAESTAB,SCHNAME,POSTCODE,ICLOSE,OPENDATE,CLOSEDATE,MINORGROUP,NFTYPE,ISPRIMARY,ISSECONDARY,"
    "ISPOST16,AGEL,AGEH,OTHERURN,NEWACFLAG"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    """A store with one year's results of six schools, published on 13 December 2018."""
    folder: Path = tmp_path_factory.mktemp("published")
    results = [
        f"{urn},{n},{r},100,60%,10%,3,{w},100,60%,10%,3,{m},100,60%,10%,3,{share},5%,2018"
        for urn, (n, r, w, m, share, _) in SCHOOLS.items()
    ]
    (folder / "results_2018.csv").write_text("\n".join([RESULTS_HEAD, *results]) + "\n")
    listed = [_listed(urn, kind) for urn, (*_, kind) in SCHOOLS.items()]
    listed.append(_listed(900007, "Community school", closed_on="2018-11-30"))  # it dates the list
    (folder / "list_2017-18.csv").write_text("\n".join([LIST_HEAD, *listed]) + "\n")
    where = tmp_path_factory.mktemp("store")
    report = import_folder(folder, Store(where), today=date(2026, 11, 23), published_on=date(2018, 12, 13))
    assert [each.outcome for each in report.files] == ["taken", "taken"], report.files
    return str(where)


def _listed(urn: int, kind: str, closed_on: str = "") -> str:
    place = f"{urn},990,{urn % 10000},990{urn % 10000:04d},Reed Bank {urn % 10},ES1 1ES"
    return f"{place},{2 if closed_on else 1},,{closed_on},{_group(kind)},{kind},1,0,0,4,11,,6"


def _group(kind: str) -> str:
    return "Special School" if "special" in kind else "Academy" if "Academy" in kind else "Maintained School"


def run(capsys, *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one command."""
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_floor_json_has_the_contracts_fields_and_counts(store, capsys) -> None:
    status, out, _ = run(
        capsys, "floor", "--exam-year", "2018", "--phase", "ks2", "--format", "json", "--store", store
    )
    document = json.loads(out)
    assert status == 0
    assert document["rule"]["id"] == "ks2-2016"
    assert document["rule"]["reference"]["confidence"] == "press"
    counts = (document["eligible"], document["below"], document["not_below"], document["unknown"])
    assert counts == (3, 2, 1, 1)
    assert document["excluded"] == {"cohort_under_11": 1, "special_school": 1}
    by_urn = {school["urn"]: school for school in document["schools"]}
    assert [by_urn[urn]["status"] for urn in sorted(by_urn)] == [
        "below", "not_below", "unknown", "excluded", "excluded", "below",
    ]  # fmt: skip
    assert by_urn[900006]["caution"] == "writing_only"
    assert by_urn[900003]["reason"] == "prog_read"
    line = next(
        each
        for each in by_urn[900001]["working"]
        if each["measure"] == "prog_read" and each["operator"] == "<"
    )
    assert (line["value"], line["threshold"], line["holds"]) == (-6, -5, True)
    missing = next(
        each
        for each in by_urn[900003]["working"]
        if each["measure"] == "prog_read" and each["operator"] == "<"
    )
    assert missing["value"] is None
    assert missing["holds"] is None


def test_floor_csv_has_one_row_a_school_with_its_working_as_json(store, capsys) -> None:
    _, out, _ = run(
        capsys, "floor", "--exam-year", "2018", "--phase", "ks2", "--format", "csv", "--store", store
    )
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == len(SCHOOLS)
    assert json.loads(rows[0]["working"])[0].keys() >= {"measure", "value", "operator", "threshold", "holds"}


def test_floor_table_lists_unknown_beside_below(store, capsys) -> None:
    _, out, _ = run(capsys, "floor", "--exam-year", "2018", "--phase", "ks2", "--store", store)
    assert "2 of 3 schools are below; 1 are unknown" in out
    assert out.index("Below\n") < out.index("Unknown\n") < out.index("900003")


def test_floor_year_without_standard_says_so(store, capsys) -> None:
    status, out, _ = run(
        capsys, "floor", "--exam-year", "2020", "--phase", "ks2", "--format", "json", "--store", store
    )
    document = json.loads(out)
    assert status == 0
    assert document["standard"] is False
    assert document["schools"] == []
    assert "No floor standard" in document["sentence"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["floor", "--exam-year", "2017", "--phase", "ks2"], "2017"),
        (
            ["floor", "--exam-year", "2018", "--phase", "ks2", "--as-at", "2018-12-12"],
            "not published by 2018-12-12",
        ),
        (
            ["floor", "--exam-year", "2018", "--phase", "ks2", "--authority", "887"],
            "Authority 887 has no school",
        ),
        (["floor", "--exam-year", "2018", "--phase", "ks2", "--rule", "ks2-1999"], "no rule 'ks2-1999'"),
        (["floor", "--exam-year", "2018", "--phase", "ks2", "--rule", "ks4-2016"], "not a test of results"),
        (["floor", "--exam-year", "2001", "--phase", "ks2"], "no value for exam year 2001"),
        (["coasting", "--exam-year", "2019", "--phase", "ks2"], "no coasting definition"),
        (["concern", "--authority", "887", "--as-at", "2018-12-31"], "no open school of authority 887"),
        (["concern", "--authority", "990", "--as-at", "1999-12-31"], "No decision table"),
        (["risk", "--as-at", "2018-12-31", "--phase", "ks2"], "No open school has an inspection"),
    ],
)
def test_command_bad_input_is_one_message_and_status_two(store, capsys, words, said) -> None:
    status, out, err = run(capsys, *words, "--store", store)
    assert status == 2
    assert out == ""
    assert said in err
    assert err.startswith("schoolward: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ["floor", "--exam-year", "2018"],
        ["floor", "--exam-year", "2018", "--phase", "ks3"],
        ["floor", "--exam-year", "2018", "--phase", "ks2", "--authority", "88"],
        ["concern", "--authority", "990", "--as-at", "31/12/2018"],
        ["nonsense"],
        [],
    ],
)
def test_command_wrong_use_ends_with_status_two(capsys, words) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert ending.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_command_empty_store_says_what_to_do(tmp_path, capsys) -> None:
    for words in (
        ["floor", "--exam-year", "2018", "--phase", "ks2"],
        ["concern", "--authority", "990", "--as-at", "2018-12-31"],
    ):
        status, _, err = run(capsys, *words, "--store", str(tmp_path / "nothing"))
        assert status == 2
        assert "Import" in err


def test_concern_table_and_json_agree(store, capsys) -> None:
    words = ["concern", "--authority", "990", "--as-at", "2018-12-31", "--store", store]
    _, table, _ = run(capsys, *words)
    _, out, _ = run(capsys, *words, "--format", "json")
    document = json.loads(out)
    statuses = {school["urn"]: school["status"] for school in document["schools"]}
    assert statuses[900001] == statuses[900006] == "concern"
    assert statuses[900003] == "unknown"
    assert statuses[900005] == "unknown"
    assert document["counts"]["concern"] == sum(status == "concern" for status in statuses.values())
    assert f"{document['counts']['concern']} concern" in table
    assert all(school["risk"] is None for school in document["schools"])


def test_coasting_without_earlier_years_is_unknown(store, capsys) -> None:
    _, out, _ = run(
        capsys, "coasting", "--exam-year", "2018", "--phase", "ks2", "--format", "json", "--store", store
    )
    document = json.loads(out)
    assert document["eligible"] == 0
    assert {s["reason"] for s in document["schools"] if s["status"] == "unknown"} == {"no results in 2017"}
