"""Similar schools kept with a school's history: who they are, by what, and what they reached on average."""

import pytest

from schoolward.apps.performance import queries
from schoolward.apps.performance.models import SimilarSchools
from tests.factories.people import make_authority
from tests.factories.published import bring, gias, ks2, links, project, result, school
from tests.unit.datasets.published_files import table

pytestmark = pytest.mark.django_db

NEAR = {urn: {"PercentageFSM": f"{urn - 900000}.0"} for urn in range(900001, 900008)}
ELSEWHERE = {"LA (code)": "902", "LA (name)": "Elsewhere"}


@pytest.fixture
def store(tmp_path):
    make_authority(901)
    return tmp_path / "store"


def _bring(store, schools, results, **more):
    bring(store, gias__csv=gias(*schools), england_ks2final__csv=ks2(*results), **more)
    project(store)


def _world(store, *, schools=(), results=()):
    rows = [school(urn, **facts, **(ELSEWHERE if urn > 900003 else {})) for urn, facts in NEAR.items()]
    figures = [result(urn, TELIG=str(20 + urn % 3), PTRWM_EXP=f"{urn - 899951}%") for urn in NEAR]
    _bring(store, [*rows, *schools], [*figures, *results])


def _others(urn):
    return [other["urn"] for other in SimilarSchools.objects.get(urn=urn).schools]


def test_similar_schools_are_found_wherever_they_are_and_their_average_is_kept(store):
    _world(store)
    assert set(SimilarSchools.objects.values_list("urn", flat=True)) == {900001, 900002, 900003}
    found = SimilarSchools.objects.get(urn=900002)
    assert found.facts == [["meals_pct", 0], ["cohort", 2018]]
    assert sorted(_others(900002)) == sorted(set(NEAR) - {900002})
    assert {other["authority"] for other in found.schools} == {"Estuary", "Elsewhere"}
    # the six others reached 50, 52, 53, 54, 55 and 56
    assert found.averages["2018"]["exp_rwm_pct"] == [pytest.approx(320 / 6, abs=0.001), 6]
    history = queries.history_of(900002, 901)
    assert history.average(queries.SIMILAR, "ks2", 2018, "exp_rwm_pct") == pytest.approx(320 / 6, abs=0.001)
    assert history.average(queries.SIMILAR, "ks2", 2017, "exp_rwm_pct") is None


def test_special_closed_and_unlisted_schools_are_similar_to_none(store):
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2018"}
    special = {"TypeOfEstablishment (name)": "Community special school"}
    alike = {"PercentageFSM": "2.0"}
    _world(
        store,
        schools=[
            school(900011, **alike, **closed),
            school(900012, **alike, **special),
            school(900013, **alike),
        ],
        results=[result(900011), result(900012, RECTYPE="2", NFTYPE="CYS")],
    )
    assert not set(_others(900002)) & {900011, 900012, 900013}
    assert not SimilarSchools.objects.filter(urn__in=[900011, 900012, 900013]).exists()


def test_an_average_of_fewer_than_five_schools_is_not_given(store):
    rows = [school(urn, **facts) for urn, facts in NEAR.items()]
    cells = {"PTRWM_EXP": "SUPP"}
    figures = [result(urn, TELIG=str(20 + urn % 3), **(cells if urn > 900005 else {})) for urn in NEAR]
    _bring(store, rows, figures)
    kept = SimilarSchools.objects.get(urn=900001).averages["2018"]
    assert "exp_rwm_pct" not in kept  # 900002 to 900005 have a figure
    assert kept["prog_read"][1] == 6


def test_a_similar_academys_figures_before_it_opened_are_its_predecessors(store):
    academy = {"TypeOfEstablishment (name)": "Academy converter", "OpenDate": "01-09-2018"}
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2018"}
    rows = [school(urn, **facts) for urn, facts in NEAR.items() if urn != 900007]
    figures = [result(urn, TELIG=str(20 + urn % 3), PTRWM_EXP="60%") for urn in NEAR if urn != 900007]
    _bring(
        store,
        [*rows, school(900007, **NEAR[900007], **academy), school(900017, **closed)],
        [*figures, result(900017, PTRWM_EXP="30%")],
        links__csv=links(("900007", "900017", "Predecessor", "01-09-2018")),
    )
    assert 900007 in _others(900001)
    assert 900017 not in _others(900001)
    assert SimilarSchools.objects.get(urn=900001).averages["2018"]["exp_rwm_pct"] == [55, 6]


def test_shares_of_few_pupils_are_marked_so_that_no_page_shows_them(store):
    _world(store, schools=[school(900014, PercentageFSM="4.0", NumberOfPupils="9")], results=[result(900014)])
    few = {other["urn"] for other in SimilarSchools.objects.get(urn=900001).schools if other["few"]}
    assert few == {900014}


def test_provisional_results_neither_choose_nor_average_schools(store):
    _world(store)
    columns = ("URN", "Exam year", "Pupils", "% expected standard reading, writing and maths")
    rows = [dict(zip(columns, (urn, 2019, 30 + urn % 5, 90), strict=True)) for urn in NEAR]
    bring(store, local__csv=table(columns, rows))
    project(store)
    found = SimilarSchools.objects.get(urn=900001)
    assert found.facts == [["meals_pct", 0], ["cohort", 2018]]
    assert list(found.averages) == ["2018"]
