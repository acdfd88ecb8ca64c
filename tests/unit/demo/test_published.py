"""Estuary's files: the same bytes every time, in the publishers' forms, telling one story."""

import csv
import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from schoolward.datasets.store import Store
from schoolward.demo.published import ESTUARY, SEED, build_world, write_estuary
from schoolward.demo.published.boundary import write_boundaries
from schoolward.demo.published.inspections import NO_HEADLINE_FROM, REPORT_CARDS_FROM, inspections
from schoolward.demo.published.loading import import_estuary
from schoolward.terms.errors import BadInput

FIRST_DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Estuary's files as on the first day of these tests."""
    path = tmp_path_factory.mktemp("estuary")
    write_estuary(path, first_day=FIRST_DAY)
    return path


@pytest.fixture(scope="module")
def world():
    return build_world(FIRST_DAY, SEED)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    path = next(folder.rglob(name))
    encoding = "cp1252" if name.startswith(("links", "Management")) else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def ks2(folder: Path, label: str, rectype: str = "1") -> list[dict[str, str]]:
    return [r for r in rows_of(folder, f"england_ks2final_{label}.csv") if r["RECTYPE"] == rectype]


def test_files_written_twice_are_the_same_bytes(folder, tmp_path):
    again = {p.relative_to(tmp_path): p for p in write_estuary(tmp_path, first_day=FIRST_DAY)}
    first = {p.relative_to(folder): p for p in folder.rglob("*") if p.is_file()}
    assert set(first) == set(again)
    for name, path in first.items():
        same = hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(again[name].read_bytes()).digest()
        assert same, name


def test_another_seed_makes_other_results(folder, tmp_path):
    write_estuary(tmp_path, first_day=FIRST_DAY, seed=7)
    name = "england_ks2final_2017-18.csv"
    assert next(folder.rglob(name)).read_bytes() != next(tmp_path.rglob(name)).read_bytes()


def test_a_year_later_the_past_is_the_same_and_new_files_are_there(folder, tmp_path):
    written = write_estuary(tmp_path, first_day=FIRST_DAY.replace(year=2027))
    name = "england_ks2final_2017-18.csv"
    assert next(folder.rglob(name)).read_bytes() == next(tmp_path.rglob(name)).read_bytes()
    assert "england_ks2final_2025-26.csv" in {p.name for p in written}
    assert not list(folder.rglob("england_ks2final_2025-26.csv"))


def test_nothing_is_published_after_the_first_day(folder):
    assert all(date.fromisoformat(day.name) <= FIRST_DAY for day in folder.iterdir())


def test_first_day_before_report_cards_is_refused_with_advice(tmp_path):
    with pytest.raises(BadInput, match="Give a first day from"):
        write_estuary(tmp_path, first_day=date(2025, 6, 1))


def test_every_file_is_recognised_and_no_row_is_refused(folder, tmp_path):
    store = Store(tmp_path / "store")
    reports = import_estuary(folder, store, first_day=FIRST_DAY)
    files = [file for report in reports for file in report.files]
    assert len(files) == sum(1 for path in folder.rglob("*") if path.is_file())
    assert {(f.name, f.message) for f in files if f.outcome != "taken"} == set()
    assert {(f.name, f.refusals) for f in files if f.refusals} == set()
    products = {part.product for part in store.parts()}
    wanted = {"register", "links", "ks2", "ks4", "inspections", "finance", "workforce", "lait", "boundaries"}
    assert wanted | {"statistical neighbours"} <= products


def test_every_file_is_known_from_its_own_day(folder, tmp_path):
    store = Store(tmp_path / "store")
    import_estuary(folder, store, first_day=FIRST_DAY)
    assert {part.published_basis for part in store.parts()} == {"release table", "given"}
    assert all(part.published_on <= FIRST_DAY for part in store.parts())


@pytest.mark.parametrize(
    ("label", "columns"), [("2016-17", 290), ("2017-18", 326), ("2018-19", 318), ("2022-23", 306)]
)
def test_key_stage_2_file_has_the_publishers_columns(folder, label, columns):
    header = next(folder.rglob(f"england_ks2final_{label}.csv")).read_text("utf-8-sig").splitlines()[0]
    assert len(header.split(",")) == columns


def test_key_stage_2_file_has_mark_and_line_ends_as_published(folder):
    raw = next(folder.rglob("england_ks2final_2017-18.csv")).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfRECTYPE,ALPHAIND,LEA,")
    assert raw.count(b"\r\n") == raw.count(b"\n")


def test_key_stage_2_has_authority_and_england_rows(folder):
    assert [row["LEA"] for row in ks2(folder, "2017-18", "3")] == ["990", "991", "992", "993"]
    assert [row["PTRWM_EXP"] for row in ks2(folder, "2017-18", "4")] == ["65%"]
    assert [row["PTRWM_EXP"] for row in ks2(folder, "2017-18", "5")] == ["65%"]


def test_key_stage_2_codes_are_those_of_the_publisher(folder):
    by_name = {row["SCHNAME"]: row for row in ks2(folder, "2017-18")}
    four = by_name["Grist Ferry Church of England Primary School"]
    assert (four["TELIG"], four["PTRWM_EXP"], four["READPROG"]) == ("4", "SUPP", "SUPP")
    nine = by_name["Isle of Grist Primary School"]
    assert nine["TELIG"] == "9"
    assert nine["PTRWM_EXP"].endswith("%")
    assert nine["PTRWM_EXP_FSM6CLA1A"] == "SUPP"
    assert by_name["Heronsey Garrison Primary School"]["READPROG"] == "LOWCOV"
    new = by_name["Wherrington Gate Primary School"]
    assert new["TOTPUPS"] == "NEW"
    assert new["PTRWM_EXP"] is None, "the row of a new school breaks off, as the department's do"


def test_key_stage_4_codes_are_those_of_the_publisher(folder):
    by_name = {row["SCHNAME"]: row for row in rows_of(folder, "england_ks4final_2017-18.csv")}
    assert by_name["Ravelin House School"]["P8MEA"] == "NP"
    assert by_name["Seagrass School"]["P8MEA"] == "NE"


def test_percentages_are_counts_of_the_cohort(folder):
    for row in ks2(folder, "2017-18"):
        if row["PTRWM_EXP"] and row["PTRWM_EXP"].endswith("%"):
            size, shown = int(row["TELIG"]), int(row["PTRWM_EXP"].rstrip("%"))
            assert any(int(100 * n / size + 0.5) == shown for n in range(size + 1)), row["SCHNAME"]


def test_progress_lies_within_its_limits_and_narrows_with_pupils(folder):
    widths = []
    for row in ks2(folder, "2018-19"):
        try:
            low, value, high = (float(row[f"READPROG{end}"]) for end in ("_LOWER", "", "_UPPER"))
        except (TypeError, ValueError):
            continue
        assert low < value < high
        widths.append((int(row["TELIG"]), high - low))
    few = [width for pupils, width in widths if pupils < 20]
    many = [width for pupils, width in widths if pupils > 50]
    assert min(few) > max(many)


@pytest.mark.parametrize("label", ["2023-24", "2024-25"])
def test_key_stage_2_without_key_stage_1_has_no_progress(folder, label):
    header = rows_of(folder, f"england_ks2final_{label}.csv")[0]
    assert "PTRWM_EXP" in header
    assert not [name for name in header if "PROG" in name or "KS1" in name]


def test_key_stage_4_of_2025_has_no_progress_8(folder):
    header = rows_of(folder, "england_ks4final_2024-25.csv")[0]
    assert "ATT8SCR" in header
    assert "P8MEA" not in header


def test_no_tables_for_years_without_examinations(folder):
    names = {path.name for path in folder.rglob("england_*")}
    for label in ("2019-20", "2020-21"):
        assert not [name for name in names if label in name]
    assert "england_ks2final_2021-22.csv" not in names
    assert "england_ks4final_2021-22.csv" in names


def test_one_estuary_school_is_below_the_floor_in_2018(folder):
    below = []
    for row in ks2(folder, "2017-18"):
        try:
            reached = float(row["PTRWM_EXP"].rstrip("%"))
            read, writ, mat = (float(row[f"{subject}PROG"]) for subject in ("READ", "WRIT", "MAT"))
        except (AttributeError, ValueError):
            continue
        if (
            row["LEA"] == "990"
            and int(row["TELIG"]) > 10
            and reached < 65
            and (read < -5 or writ < -7 or mat < -5)
        ):
            below.append(row["SCHNAME"])
    assert below == ["Curlew Bank Primary School"]


def test_register_has_all_columns_and_links_that_overflow_as_published(folder):
    lines = next(folder.rglob("edubasealldata20261111.csv")).read_text("utf-8").splitlines()
    sizes = Counter(len(next(csv.reader([line]))) for line in lines if line)
    assert sizes[111] > sizes[112] > 0
    assert lines[0].startswith('"URN","LA (code)"')


def test_register_editions_tell_openings_closures_conversions_and_a_new_name(folder):
    before, after = (
        {row["URN"]: row for row in rows_of(folder, f"edubasealldata{day}.csv")}
        for day in ("20251001", "20261111")
    )
    opened = {after[urn]["EstablishmentName"] for urn in after.keys() - before.keys()}
    assert opened == {"Heronsey Marina Primary School", "Kelderwick Sands School"}
    old = {row["EstablishmentName"] for row in before.values()}
    assert "Marlpit Hill Community School" in old
    renamed = [u for u in before if before[u]["EstablishmentName"] != after[u]["EstablishmentName"]]
    assert [after[urn]["EstablishmentName"] for urn in renamed] == ["Marlpit Hill Primary School"]
    earlier = {row["URN"]: row for row in rows_of(folder, "edubasealldata20221003.csv")}
    status = "EstablishmentStatus (name)"
    closed = [u for u in earlier if earlier[u][status] == "Open" and after[u][status] == "Closed"]
    reasons = {after[urn]["ReasonEstablishmentClosed (name)"] for urn in closed}
    assert {"Academy Converter", "For Academy", "Result of Amalgamation/Merger"} <= reasons


def test_links_are_told_from_both_sides(folder):
    links = {(row["URN"], row["LinkURN"]): row["LinkType"] for row in rows_of(folder, "links_*.csv")}
    for (urn, other), kind in links.items():
        back = links[other, urn]
        assert {kind.split()[0], back.split()[0]} == {"Predecessor", "Successor"}
    assert "Predecessor - amalgamated" in links.values()


def test_estuary_has_about_a_hundred_schools_of_every_kind(world):
    open_now = world.open_on(FIRST_DAY, ESTUARY.code)
    assert 90 <= len(open_now) <= 105
    assert {"CY", "VA", "VC", "FD", "ACC", "AC", "F", "UTC", "CYS", "PRU", "LAN", "IND"} <= {
        e.code for e in open_now
    }
    assert {e.school.kind.phase for e in open_now} >= {"Nursery", "Primary", "Secondary", "All-through"}
    sizes = Counter(e.trust.name for e in open_now if e.trust)
    assert max(sizes.values()) >= 8
    assert min(sizes.values()) == 1


def test_postcodes_telephones_and_sites_cannot_be_real(folder):
    for row in rows_of(folder, "edubasealldata20261111.csv"):
        assert row["Postcode"].startswith("ZZ99 ")
        assert row["TelephoneNum"].startswith("0163296")
        assert row["SchoolWebsite"].endswith(".example/")


def test_inspections_keep_to_the_rules_of_their_day(world):
    for one in inspections(world):
        assert one.day < one.published <= FIRST_DAY
        if one.kind == "report card":
            assert one.day >= REPORT_CARDS_FROM
            assert one.overall is None
            assert len(one.card) == 6
        elif one.kind == "graded":
            assert one.day < REPORT_CARDS_FROM
            assert (one.overall is None) == (one.day >= NO_HEADLINE_FROM)
        assert not (one.category and one.overall in (1, 2, 3))


def test_nobody_was_inspected_when_inspections_were_suspended(world):
    away = [one for one in inspections(world) if date(2020, 3, 20) <= one.day < date(2021, 9, 1)]
    assert away == []


def test_report_cards_fit_their_categories(world):
    for one in inspections(world):
        urgent = [area for area, grade in one.card.items() if grade == "Urgent improvement"]
        if one.category == "SM" and one.card:
            assert "Leadership and governance" in urgent
            assert len(urgent) > 1
        elif one.card:
            assert bool(urgent) == (one.category == "RSI")


def test_latest_management_information_has_a_school_in_each_category(folder):
    latest = max(folder.rglob("Management*"), key=lambda path: path.parent.name)
    rows = rows_of(folder, latest.name)
    estuary = [row for row in rows if row["Local authority"] == "Estuary"]
    assert {"SM", "RSI"} <= {row["Most recent category of concern"] for row in estuary}
    assert "Not judged" in {row["Latest OEIF overall effectiveness"] for row in estuary}


def test_finance_is_of_maintained_schools_only_and_adds_up(folder, world):
    for row in rows_of(folder, "cfr_totals_2018.csv"):
        one = world.by_urn[int(row["URN"])]
        assert one.type.maintained
        left = float(row["Income"]) - float(row["Expenditure"])
        assert left == pytest.approx(float(row["Balance"]), abs=0.02)


def test_boundaries_hold_the_schools_of_each_authority(folder, tmp_path, world):
    shapes = json.loads(write_boundaries(tmp_path, SEED).read_text())["features"]
    assert [shape["properties"]["AREANM"] for shape in shapes] == [
        "Estuary",
        "Wendshire",
        "Norhaven",
        "Saltreach",
    ]
    for shape in shapes:
        polygons = shape["geometry"]["coordinates"]
        rings = (
            polygons
            if shape["geometry"]["type"] == "Polygon"
            else [ring for each in polygons for ring in each]
        )
        assert all(ring[0] == ring[-1] for ring in rings)
        assert all(1.5 < lon < 2.7 and 51.8 < lat < 52.4 for ring in rings for lon, lat in ring)


def test_management_information_lags_the_month_it_describes(folder):
    for path in folder.rglob("Management*"):
        published = date.fromisoformat(path.parent.name)
        assert any(f"{published - timedelta(days=n):%d_%b_%Y}" in path.name for n in range(10, 20)), path.name


def test_last_summer_is_told_by_the_authority_until_the_tables_are_out(folder, tmp_path):
    provisional = rows_of(folder, "Estuary provisional KS2 2026.csv")
    schools = [row for row in ks2(folder, "2024-25") if row["LEA"] == "990"]
    assert 0 < len(schools) - len(provisional) < 6, "one or two schools have not sent theirs"
    after = {path.name for path in write_estuary(tmp_path, first_day=date(2027, 3, 1))}
    assert not [name for name in after if "provisional" in name]
    final = {row["URN"]: row for row in ks2(tmp_path, "2025-26")}
    assert all(final[row["URN"]]["TELIG"] == row["Pupils"] for row in provisional)


def test_tables_of_2026_repeat_earlier_years_without_the_progress_nobody_published(tmp_path):
    write_estuary(tmp_path, first_day=date(2027, 3, 1))
    curlew = next(row for row in ks2(tmp_path, "2025-26") if row["SCHNAME"] == "Curlew Bank Primary School")
    assert curlew["PTRWM_EXP_25"].endswith("%")
    assert curlew["READPROG_25"] == ""
    assert float(curlew["READPROG"]) < 5


def test_an_ungraded_visit_confirms_only_a_grade_that_was_there(world):
    grade: dict[str, int | None] = {}
    for one in inspections(world):
        school = world.by_urn[one.urn].school.key
        if one.kind == "ungraded":
            assert grade[school] in (1, 2)
        else:
            grade[school] = one.overall
