"""Reading the real published files: what is taken, what is refused and why, and what can be asked of it."""

import gzip
import json
import shutil
from datetime import date

import polars as pl
import pytest

from schoolward.datasets import frames
from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store
from tests.real_data import published

pytestmark = pytest.mark.skipif(not published.AT_HAND, reason=published.WHY_NOT)

# Rows in the publishers' files, from the list that came with them (data/README.md).
ROWS = {
    ("ks2", "2016", 16162), ("ks2", "2017", 331), ("ks2", "2018", 331), ("ks2", "2018", 16364),
    ("ks2", "2019", 334), ("ks2", "2019", 16355), ("ks2", "2011", 2412),
    ("ks4", "2016", 5335), ("ks4", "2018", 5519), ("ks4", "2018", 3165), ("ks4", "2019", 5516),
    ("finance", "2014", 17848), ("finance", "2015", 16500), ("finance", "2016", 16240),
    ("finance", "2018", 13599), ("register", "2019-11-07", 26078), ("register", "2015-04-01", 30568),
    ("register", "2022-04-20", 1096), ("register", "2022-04-25", 20185), ("links", "2023-04-21", 31274),
    ("lait", "2024", 590070), ("workforce", "2018", 20184), ("ks4 by authority", "2013", 164),
}  # fmt: skip


@pytest.fixture(scope="module")
def store():
    return published.published_store()


def test_every_row_that_the_publishers_counted_is_in_the_store(store):
    held = {(part.product, part.period, part.rows) for part in store.parts()}
    assert held >= ROWS


def test_refused_rows_are_few_and_each_is_known(store):
    refused = {part.source_name.split("/")[-1]: part.refused for part in store.parts() if part.refused}
    assert refused == {
        "school_workforce_2017-18.csv.gz": 2,  # England's two rows
        "sn_april_2021.csv.gz": 1, "sn_may_2025.csv.gz": 1,  # a line of notes below the table
        "ofsted_inspection_history_to_2020-02.csv.gz": 4,  # two repeats, and one day with two grades
        "ofsted_provider_list_primary.csv.gz": 181, "ofsted_provider_list_secondary.csv.gz": 183,  # no URN
        "gias_2022-04-25_dim_la.csv.gz": 11,  # authorities without a three-digit code
        "gias_2022-04-25_fact_school.csv.gz": 2, "gias_2022-07_dim_school.csv.gz": 1,  # made-up rows
    }  # fmt: skip


def test_files_under_other_names_are_the_same_edition(store, tmp_path):
    """Recognition and years come from content: the results files lose their names and folders."""
    folder = tmp_path / "renamed"
    folder.mkdir()
    wanted = [*(published.FOLDER / "ks2").glob("ks2*"), *(published.FOLDER / "ks4").glob("ks4*")]
    wanted = [path for path in wanted if "meta" not in path.name]
    for number, path in enumerate(sorted(wanted)):
        shutil.copyfile(path, folder / f"file{number}.bin")
    renamed = Store(tmp_path / "store")
    import_folder(folder, renamed, today=date(2026, 11, 23))
    keys = {part.key for part in store.parts() if part.product in ("ks2", "ks4")}
    assert {part.key for part in renamed.parts()} == keys


def test_second_import_changes_nothing(store):
    report = import_folder(published.FOLDER / "ks4", store, today=date(2026, 12, 1))
    assert not report.changed


def test_literal_na_of_the_full_files_survives(store):
    [part] = [p for p in store.parts("ks2") if p.period == "2018" and p.fullness == 4]
    assert part.codes["NA"] == 12
    assert part.codes["SUPP"] == 230


@pytest.mark.parametrize(
    ("year", "eligible", "medway"), [(2018, 13_975, 61), (2016, 13_786, 62)]
)  # data/README.md, worked out there another way
def test_state_mainstream_schools_with_all_four_figures_are_as_counted(store, year, eligible, medway):
    four = pl.all_horizontal(pl.col("exp_rwm_pct", "prog_read", "prog_writ", "prog_maths").is_not_null())
    rows = frames.results(store, "ks2", year).filter(pl.col("mainstream") & (pl.col("cohort") >= 11) & four)
    assert rows.height == eligible
    assert rows.filter(pl.col("la_code") == 887).height == medway


def test_hampshire_is_the_same_by_its_own_full_file_and_by_the_national_one(store):
    def figures(part):
        return store.frame(part).select(
            "urn", "cohort", "exp_rwm_pct", "prog_read", "prog_writ", "prog_maths"
        )

    full, trimmed = sorted((p for p in store.parts("ks2") if p.period == "2018"), key=lambda p: -p.fullness)
    both = figures(full).drop_nulls("urn").join(figures(trimmed), on="urn", suffix="_national")
    assert both.height == 328
    for measure in ("cohort", "exp_rwm_pct", "prog_read", "prog_writ", "prog_maths"):
        assert both.filter(pl.col(measure).ne_missing(pl.col(f"{measure}_national"))).is_empty(), measure


def test_secondary_schools_open_and_mainstream_are_as_counted(store):
    rows = frames.results(store, "ks4", 2018).filter(
        pl.col("mainstream")
        & (pl.col("iclose") == 0)
        & ~pl.col("school_type").is_in(["University technical college", "Studio schools"])
    )
    assert rows.height == 2980


def test_register_of_2022_holds_medway_s_schools_and_pupils(store):
    rows = frames.schools(store).filter(
        (pl.col("la_code") == 887) & (pl.col("edition_on") == date(2022, 7, 6))
    )
    assert rows.height == 94
    assert rows["roll"].sum() == 46_587
    assert rows["la_name"].unique().to_list() == ["Medway"]


def test_every_open_school_of_2022_has_an_authority(store):
    rows = frames.schools(store).filter(pl.col("edition_on") == date(2022, 7, 6))
    assert rows["la_code"].null_count() == 0


def test_inspections_known_at_a_day_are_the_inspections_before_it(store):
    known = frames.inspections(store, date(2018, 8, 31))
    assert known["published_on"].max() <= date(2018, 8, 31)
    assert (
        known.height == frames.inspections(store).filter(pl.col("inspected_on") <= date(2018, 7, 20)).height
    )


def test_gcse_counts_by_authority_are_as_published(store):
    [part] = [p for p in store.parts("ks4 by authority") if "all pupils" in p.variant]
    medway = store.frame(part).row(by_predicate=pl.col("la_code") == 887, named=True)
    assert (medway["five_ac_em_pupils"], medway["pupils"]) == (1974, 3242)


def test_authority_figures_and_neighbours_of_medway(store):
    assert frames.lait(store, la_code=887).height == 3471
    assert frames.statistical_neighbours(store, 887).height == 10
    [shape] = frames.boundaries(store, 887)
    assert shape["properties"]["name"] == "Medway"


def test_outlines_decoded_from_topojson_are_those_decoded_elsewhere(store):
    shapes = {}
    for part in store.parts("boundaries"):
        shapes[part.rows] = dict(store.frame(part).select("new_la_code", "geometry").iter_rows())
    ten, all_of_them = shapes[10], shapes[205]

    def corners(geometry):
        flat = str(json.loads(geometry)["coordinates"]).replace("[", "").replace("]", "").split(",")
        return sorted(round(float(each), 4) for each in flat)

    for code, geometry in ten.items():
        assert corners(geometry) == pytest.approx(corners(all_of_them[code]), abs=2e-4)


def test_cut_file_is_refused_and_the_rest_of_the_folder_loads(tmp_path):
    source = published.FOLDER / "ks2" / "ks2_perf_2018.csv.gz"
    (tmp_path / "cut.csv.gz").write_bytes(source.read_bytes()[:200_000])
    (tmp_path / "whole.csv").write_bytes(gzip.decompress(source.read_bytes()))
    report = import_folder(tmp_path, Store(tmp_path / "s"), today=date(2026, 11, 23))
    assert [file.outcome for file in report.files] == ["refused", "taken"]
