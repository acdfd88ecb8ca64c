"""Named queries: what was known on a day, from which file, and what is said where nothing is known."""

import json
from datetime import date

import polars as pl
import pytest

from schoolward.datasets import frames
from schoolward.datasets.store import Store
from schoolward.terms.codes import NOT_CARRIED
from schoolward.terms.errors import NotEnoughData
from tests.unit.datasets.published_files import gias, inspections, ks2, links, table

SPINE = (
    "URN", "LA", "ESTAB", "SCHNAME", "ICLOSE", "OPENDATE", "CLOSEDATE", "MINORGROUP", "NFTYPE", "ISPRIMARY",
    "ISSECONDARY", "ISPOST16", "OTHERURN", "NEWACFLAG",
)  # fmt: skip


def spine(*rows: dict) -> bytes:
    usual = {
        "LA": "999", "SCHNAME": "A school", "ICLOSE": "1", "MINORGROUP": "Maintained School",
        "NFTYPE": "Community school", "ISPRIMARY": "1", "ISSECONDARY": "0", "OPENDATE": "2018-01-01",
        "ISPOST16": "0",
        "NEWACFLAG": "6",
    }  # fmt: skip
    return table(SPINE, [usual | row for row in rows])


def trimmed(year: int, *rows: dict) -> bytes:
    columns = (
        "URN", "KS2 Pupils", "Reading Progress", "Writing Progress", "Maths Progress", "Overall Meet Std",
        "Academic Year",
    )  # fmt: skip
    usual = {
        "URN": 900001, "KS2 Pupils": 30, "Reading Progress": 0, "Writing Progress": 0, "Maths Progress": 0,
        "Overall Meet Std": "70%", "Academic Year": year,
    }  # fmt: skip
    return table(columns, [usual | row for row in rows])


def row_of(frame: pl.DataFrame, urn: int) -> dict:
    return frame.row(by_predicate=pl.col("urn") == urn, named=True)


def test_results_carry_every_measure_and_say_what_the_file_lacks(bring, store):
    bring(a__csv=trimmed(2018, {}))
    row = row_of(frames.results(store, "ks2", 2018), 900001)
    for measure in frames.MEASURES["ks2"]:
        assert (row[measure] is None) != (row[f"{measure}_code"] is None), measure
    assert row["coverage_read_pct_code"] == NOT_CARRIED
    assert row["attributes_basis"] == "unknown"
    assert row["mainstream"] is None


def test_fuller_file_is_believed_for_its_schools_and_named(bring, store):
    bring(a__csv=trimmed(2018, {}, {"URN": 900002}), b__csv=ks2({"PTRWM_EXP": "64%"}))
    frame = frames.results(store, "ks2", 2018)
    assert frame["exp_rwm_pct"].to_list() == [64.0, 70.0]
    assert frame["variant"].to_list() == ["full columns, 2016 on", "national, trimmed and renamed"]
    assert row_of(frame, 900001)["attributes_basis"] == "same file"


def test_published_results_supersede_provisional_ones_and_overwrite_nothing(bring, store):
    columns = ("URN", "Exam year", "Pupils", "% expected standard reading, writing and maths")
    local = table(
        columns, [{"URN": u, "Exam year": 2018, "Pupils": 30, columns[3]: 50} for u in (900001, 900009)]
    )
    bring(a__csv=local, published_on=date(2018, 9, 1))
    before = frames.results(store, "ks2", 2018)
    assert before["provisional"].to_list() == [True, True]
    bring(b__csv=trimmed(2018, {}))
    after = frames.results(store, "ks2", 2018)
    both = [(900001, 70.0, False), (900009, 50.0, True)]
    assert after.select("urn", "exp_rwm_pct", "provisional").rows() == both
    october = frames.results(store, "ks2", 2018, date(2018, 10, 1))
    assert october["exp_rwm_pct"].to_list() == [50.0, 50.0]


def test_results_are_not_known_before_their_day(bring, store):
    bring(a__csv=trimmed(2018, {}))
    with pytest.raises(NotEnoughData, match="not published by 2018-12-12"):
        frames.results(store, "ks2", 2018, date(2018, 12, 12))
    assert frames.results(store, "ks2", 2018, date(2018, 12, 13)).height == 1
    with pytest.raises(NotEnoughData, match="no key stage 2 results of 2017"):
        frames.results(store, "ks2", 2017)


@pytest.mark.parametrize(
    ("code", "record", "mainstream", "funded"),
    [
        ("CY", "1", True, True), ("ACC", "1", True, True), ("FUTC", "1", True, True),
        ("IND", "1", False, False),
        ("CYS", "2", False, True), ("PRU", "2", False, True), ("FESI", "1", False, True),
    ],
)  # fmt: skip
def test_type_code_says_whether_mainstream_and_state_funded(bring, store, code, record, mainstream, funded):
    bring(a__csv=ks2({"NFTYPE": code, "RECTYPE": record}))
    row = row_of(frames.results(store, "ks2", 2018), 900001)
    assert (row["mainstream"], row["state_funded"]) == (mainstream, funded)


def test_type_from_an_edition_after_the_day_is_back_cast(bring, store):
    bring(a__csv=trimmed(2018, {}), b__csv=spine({"URN": 900001, "OPENDATE": "2019-11-01"}))
    assert row_of(frames.results(store, "ks2", 2018), 900001)["attributes_basis"] == "same edition"
    row = row_of(frames.results(store, "ks2", 2018, date(2018, 12, 31)), 900001)
    assert (row["attributes_basis"], row["mainstream"], row["la_code"]) == ("back-cast", True, 999)
    assert row["attributes_edition_on"] == date(2019, 11, 1)


def test_school_that_no_edition_lists_is_typed_by_its_successor(bring, store):
    bring(
        a__csv=trimmed(2016, {}, {"URN": 900005}),
        b__csv=spine(
            {
                "URN": 900002,
                "NFTYPE": "Academy sponsor led mainstream",
                "MINORGROUP": "Academy",
                "OPENDATE": "2016-09-01",
            }
        ),
        c__csv=links((900001, 900002, "Successor", "01-09-2016")),
    )
    frame = frames.results(store, "ks2", 2016)
    row = row_of(frame, 900001)
    assert (row["attributes_basis"], row["school_type"]) == ("successor", "Academy sponsor led")
    assert (row["closed_on"], row["closure_kind"]) == (date(2016, 8, 31), "became a sponsored academy")
    assert row_of(frame, 900005)["attributes_basis"] == "unknown"


def test_closure_is_known_from_its_own_day_whatever_the_edition(bring, store):
    closed = {"URN": 900001, "CLOSEDATE": "2018-08-31", "OTHERURN": "900002", "NEWACFLAG": "4"}
    bring(a__csv=trimmed(2018, {}), b__csv=spine(closed))
    row = row_of(frames.results(store, "ks2", 2018, date(2018, 12, 31)), 900001)
    assert (row["closed_on"], row["other_urn"], row["newacflag"]) == (date(2018, 8, 31), 900002, "4")
    assert frames.closures(store, date(2018, 8, 30)).height == 0


def closure_by(bring, store, *, heir_opened: str, linked: str, closed: str = "") -> tuple:
    academy = {"NFTYPE": "Academy - Converter mainstream", "MINORGROUP": "Academy", "OPENDATE": heir_opened}
    was = [{"URN": 900001, "CLOSEDATE": closed, "NEWACFLAG": "", "OTHERURN": ""}] if closed else []
    bring(
        b__csv=spine({"URN": 900002, **academy}, *was, {"URN": 900003, "OPENDATE": "2019-11-01"}),
        c__csv=links((900001, 900002, "Successor", linked)),
    )
    (row,) = frames.closures(store, None).iter_rows(named=True)
    return row["closed_on"], row["closure_kind"]


@pytest.mark.parametrize(
    ("heir_opened", "linked", "closed", "closed_on", "kind"),
    [
        # an academy in its place
        ("2016-09-01", "01-09-2016", "", date(2016, 8, 31), "converted to an academy"),
        ("2016-09-01", "01-09-2016", "2016-08-31", date(2016, 8, 31), "converted to an academy"),
        ("2016-10-30", "01-09-2016", "2016-08-31", date(2016, 8, 31), "converted to an academy"),
        ("2016-10-31", "01-09-2016", "2016-08-31", date(2016, 8, 31), "closed"),
        # merged into one that was there already
        ("2011-04-01", "01-04-2013", "2013-03-31", date(2013, 3, 31), "closed"),
        ("2011-04-01", "01-04-2013", "", date(2013, 3, 31), "closed"),
        # linked months before the academy opened
        ("2016-09-01", "15-01-2016", "", date(2016, 8, 31), "converted to an academy"),
        # years later is no conversion
        ("2018-09-01", "15-01-2016", "", date(2016, 1, 15), "closed"),
    ],
)
def test_closed_school_became_an_academy_only_if_that_opened_when_it_ended(
    bring, store, heir_opened, linked, closed, closed_on, kind
):
    found = closure_by(bring, store, heir_opened=heir_opened, linked=linked, closed=closed)
    assert found == (closed_on, kind)


@pytest.mark.parametrize("edition", ["02-01-2019", "02-01-2021"])
def test_intended_closing_day_gives_way_to_the_day_the_academy_opened(bring, store, edition):
    academy = {"TypeOfEstablishment (name)": "Academy converter", "OpenDate": "01-04-2020"}
    bring(
        a__csv=gias({"URN": "900001", "CloseDate": "31-12-2019", "LastChangedDate": edition}),
        b__csv=gias({"URN": "900002", **academy, "LastChangedDate": "01-06-2021"}),
        c__csv=links((900001, 900002, "Successor", "15-01-2019")),
    )
    (row,) = frames.closures(store, None).iter_rows(named=True)
    intended = edition == "02-01-2019"  # what an edition says of its own future is no more than intended
    assert row["closed_on"] == (date(2020, 3, 31) if intended else date(2019, 12, 31))
    assert row["closure_kind"] == ("converted to an academy" if intended else "closed")


def test_national_and_authority_rows_are_apart_from_schools(bring, store):
    blank = {"URN": "", "SCHNAME": "", "NFTYPE": "", "ICLOSE": ""}
    bring(
        a__csv=ks2(
            {},
            blank | {"RECTYPE": "3", "PTRWM_EXP": "61%"},
            blank | {"RECTYPE": "5", "LEA": "", "PTRWM_EXP": "65%"},
        )
    )
    assert frames.results(store, "ks2", 2018)["urn"].to_list() == [900001]
    assert frames.national(store, "ks2", 2018)["exp_rwm_pct"].to_list() == [65.0]
    assert frames.authority_results(store, "ks2", 2018)["exp_rwm_pct"].to_list() == [61.0]


def test_school_row_without_a_number_is_refused(bring):
    report = bring(a__csv=ks2({}, {"URN": ""}))
    assert report.files[0].refusals[0].reason == "is blank on a school's row"


def test_register_takes_each_column_from_the_newest_edition(bring, store):
    bring(
        a__csv=gias(
            {"EstablishmentName": "Old Name", "NumberOfPupils": "150", "LastChangedDate": "01-03-2018"}
        ),
        b__csv=gias({"EstablishmentName": "New Name", "LastChangedDate": "01-03-2020"}),
    )
    assert row_of(frames.schools(store), 900001)["name"] == "New Name"
    then = row_of(frames.schools(store, date(2019, 1, 1)), 900001)
    assert (then["name"], then["roll"], then["basis"]) == ("Old Name", 150.0, "same edition")


def test_what_passes_is_not_carried_back(bring, store):
    bring(a__csv=gias({"LastChangedDate": "01-03-2020"}))
    row = row_of(frames.schools(store, date(2019, 1, 1)), 900001)
    assert (row["basis"], row["type_name"], row["phase"]) == ("back-cast", "Community school", "Primary")
    assert (row["roll"], row["fsm_share"], row["head_last_name"]) == (None, None, None)


def test_school_is_open_until_the_day_it_closed(bring, store):
    closed = {
        "EstablishmentStatus (name)": "Closed",
        "CloseDate": "31-08-2019",
        "LastChangedDate": "01-03-2020",
    }
    bring(a__csv=gias(closed))
    assert row_of(frames.schools(store, date(2019, 8, 30)), 900001)["status"] == "Open"
    assert row_of(frames.schools(store, date(2019, 8, 31)), 900001)["status"] == "Closed"


def test_school_that_was_not_yet_open_is_not_on_the_register(bring, store):
    bring(a__csv=gias({"OpenDate": "01-09-2019", "LastChangedDate": "01-03-2020"}, {"URN": "900002"}))
    assert frames.schools(store, date(2019, 8, 31))["urn"].to_list() == [900002]


def test_inspection_is_known_a_lag_after_its_day(bring, store):
    bring(a__csv=inspections((900001, "Good", "20180101"), (900001, "Requires Improvement", "20180301")))
    known = frames.inspections(store, date(2018, 2, 12))
    assert known.select("grade", "published_on").rows() == [("Good", date(2018, 2, 12))]
    assert frames.inspections(store, date(2018, 2, 11)).is_empty()
    assert frames.inspections(store)["grade"].to_list() == ["Good", "Requires improvement"]


def test_third_grade_keeps_the_word_of_its_time(bring, store):
    bring(
        a__csv=inspections((900001, "Satisfactory", "20110301"), (900002, "Requires Improvement", "20140301"))
    )
    assert set(frames.inspections(store)["grade"]) == {"Satisfactory", "Requires improvement"}


MI = (
    "Web link", "URN", "LAESTAB", "School name", "Inspection number of latest full inspection",
    "Inspection start date", "Publication date", "URN at time of latest full inspection",
    "Overall effectiveness", "Category of concern", "Quality of education",
    "URN at time of previous full inspection", "Previous inspection start date", "Previous publication date",
    "Previous full inspection overall effectiveness", "Previous category of concern",
    "URN at time of the section 8 inspection", "Date of latest section 8 inspection",
    "Section 8 inspection publication date", "Section 8 inspection overall outcome",
)  # fmt: skip


def test_management_information_becomes_an_event_for_each_inspection(bring, store):
    row = dict.fromkeys(MI, "NULL") | {
        "URN": "900002", "URN at time of latest full inspection": "900002",
        "Inspection start date": "10/01/2023", "Publication date": "20/02/2023", "Overall effectiveness": "4",
        "Category of concern": "SM", "Quality of education": "3",
        "URN at time of previous full inspection": "900001", "Previous inspection start date": "10/01/2018",
        "Previous publication date": "10/02/2018", "Previous full inspection overall effectiveness": "2",
    }  # fmt: skip
    assert bring(a__csv=table(MI, [row])).files[0].rows_taken == 2
    frame = frames.inspections(store)
    assert frame.select("urn", "school_urn", "grade", "category", "published_on").rows() == [
        (900001, 900002, "Good", None, date(2018, 2, 10)),
        (900002, 900002, "Inadequate", "special measures", date(2023, 2, 20)),
    ]
    assert frame["quality_of_education"].to_list() == [None, "Requires improvement"]


CARDS = (
    "Web Link (opens in new window)", "URN", "Inspection number", "Inspection type", "Inspection start date",
    "Publication date", "Category of concern", "Safeguarding standards", "Inclusion",
    "Curriculum and teaching",
    "Achievement", "Attendance and behaviour", "Personal development and wellbeing",
    "Leadership and governance",
)  # fmt: skip


def test_report_card_keeps_its_areas_and_has_no_overall_grade(bring, store):
    row = dict.fromkeys(CARDS, "") | {
        "URN": "900001", "Inspection start date": "20/11/2025", "Publication date": "12/01/2026",
        "Inclusion": "Expected standard", "Leadership and governance": "Urgent improvement",
        "Safeguarding standards": "Met", "Category of concern": "Requires significant improvement",
    }  # fmt: skip
    bring(a__csv=table(CARDS, [row]))
    [event] = frames.inspections(store).to_dicts()
    assert (event["event"], event["grade"]) == ("report card", None)
    assert event["category"] == "requires significant improvement"
    assert (event["leadership"], event["safeguarding"]) == ("Urgent improvement", "Met")


def test_history_follows_a_conversion_and_tags_each_figure(bring, store):
    bring(
        a__csv=trimmed(2016, {}),
        b__csv=trimmed(2018, {"URN": 900002}),
        c__csv=links(
            (900001, 900002, "Successor", "01-09-2017"), (900002, 900001, "Predecessor", "01-09-2017")
        ),
    )
    academy = frames.history(store, "ks2", [900002])
    assert academy.select("exam_year", "urn", "relation", "conversion").rows() == [
        (2016, 900001, "predecessor", "before"),
        (2018, 900002, "own", "after"),
    ]
    before = frames.history(store, "ks2", [900002], date(2017, 8, 1))
    assert before.is_empty()


def test_history_of_a_school_that_never_changed_says_so(bring, store):
    bring(a__csv=trimmed(2018, {}))
    assert frames.history(store, "ks2", [900001])["conversion"].to_list() == ["no change of school"]


def test_links_in_a_ring_come_to_an_end(bring, store):
    bring(
        a__csv=links((900001, 900002, "Successor", "01-09-2017"), (900002, 900001, "Successor", "01-09-2018"))
    )
    assert frames.lineage(store, [900001])["urn"].to_list() == [900001, 900002]


def test_differences_between_editions_are_events(bring, store):
    changed, academy = {"LastChangedDate": "01-03-2020"}, {"TypeOfEstablishment (name)": "Academy converter"}
    old = bring(a__csv=gias({}, {"URN": "900002"}, {"URN": "900003"})).edition
    bring(
        b__csv=gias(
            {"EstablishmentName": "Renamed"} | changed,
            {"URN": "900002", "CloseDate": "31-08-2019", "EstablishmentStatus (name)": "Closed"} | changed,
            {"URN": "900003", "CloseDate": "31-12-2019", "EstablishmentStatus (name)": "Closed"} | changed,
            {"URN": "900004", "OpenDate": "01-09-2019"} | academy | changed,
        ),
        c__csv=links((900002, 900004, "Successor", "01-09-2019")),
    )  # fmt: skip
    events = frames.differences(store, old, store.edition)
    assert events.select("urn", "event", "happened_on").rows() == [
        (900002, "converted", date(2019, 8, 31)),
        (900004, "opened", date(2019, 9, 1)),
        (900003, "closed", date(2019, 12, 31)),
        (900001, "renamed", None),
    ]
    assert events.row(0, named=True)["other_urn"] == 900004


def test_finance_is_in_pence_and_known_from_its_publication(bring, store):
    columns = ("URN", "Income", "Expenditure", "Balance", "Academic Year")
    row = dict(zip(columns, (900001, "1000.10", "900.05", "100.05", 2018), strict=True))
    bring(a__csv=table(columns, [row]))
    assert frames.finance(store).select("income_pence", "balance_pence").rows() == [(100010, 10005)]
    assert frames.finance(store, date(2018, 12, 12)).is_empty()


def test_boundaries_of_geojson_and_topojson_agree(bring, store):
    ring = [[0.0, 51.0], [0.2, 51.0], [0.2, 51.4], [0.0, 51.0]]
    geo = {
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": {"AREACD": "E06000035", "AREANM": "Medway"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }],
    }  # fmt: skip
    topo = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0, 51]},
        "arcs": [[[0, 0], [2, 0]], [[0, 0], [-2, -4]], [[2, 0], [0, 4]]],
        "objects": {"areas": {"geometries": [{
            "type": "Polygon",
            "arcs": [[0, 2, 1]],
            "properties": {"AREACD": "E06000035", "AREANM": "Medway"},
        }]}},
    }  # fmt: skip
    topo["arcs"][1][0] = [2, 4]
    bring(a__json=json.dumps(geo).encode())
    [first] = frames.boundaries(store)
    other = Store(store.path.parent / "other")
    bring(b__json=json.dumps(topo).encode(), into=other)
    [second] = frames.boundaries(other)
    assert first["geometry"] == second["geometry"]
    assert first["properties"]["name"] == "Medway"


def test_empty_store_gives_empty_facts_and_says_what_is_missing(store):
    for query in (
        frames.inspections,
        frames.links,
        frames.finance,
        frames.workforce,
        frames.authorities,
        frames.lait,
    ):
        assert query(store).is_empty()
    assert frames.statistical_neighbours(store, 887).is_empty()
    assert frames.boundaries(store) == []
    assert frames.exam_years(store, "ks2") == ()
    with pytest.raises(NotEnoughData, match="no register"):
        frames.schools(store)


def test_results_of_some_measures_say_the_same_of_them(bring, store):
    bring(a__csv=trimmed(2018, {}, {"URN": 900002}), b__csv=ks2({"PTRWM_EXP": "64%"}))
    every, some = (
        frames.results(store, "ks2", 2018),
        frames.results(store, "ks2", 2018, None, {"exp_rwm_pct"}),
    )
    assert "cohort" not in some.columns
    assert some.equals(every.select(some.columns))
