"""What the API answers: the same as pages and commands, and nothing that the role could not see."""

import json
from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.concern import actions
from schoolward.apps.concern.states import Capacity, Status
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.scope import scope
from schoolward.cli.main import main
from tests.factories.people import make_member
from tests.factories.programs import make_asker

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(authority, today):
    return make_asker(authority, "analyst")


def test_schools_are_the_authoritys_by_name(ask):
    found = ask("schools").json()
    assert [school["name"] for school in found["schools"]] == [
        "Marsh End Infant School",
        "Saltings Primary School",
        "Sandbank Special School",
    ]
    assert (found["count"], found["page"], found["pages"]) == (3, 1, 1)
    assert found["schools"][1]["last_inspection"] == {
        "inspected_on": "2018-06-12",
        "grade": "Inadequate",
        "category": "",
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "saltings"}, ["Saltings Primary School"]),
        ({"q": "900003"}, ["Sandbank Special School"]),
        ({"q": "far away"}, []),
        ({"phase": "Secondary"}, []),
        ({"per_page": 2, "page": 2}, ["Sandbank Special School"]),
        ({"page": 9}, []),
    ],
)
def test_schools_are_narrowed_and_paged_as_asked(ask, asked, names):
    assert [school["name"] for school in ask("schools", **asked).json()["schools"]] == names


def test_school_has_its_history_with_the_nations_figures(ask):
    found = ask("schools/900001").json()
    (year,) = found["results"]
    assert (year["exam_year"], year["figures"]["exp_rwm_pct"], year["of_urn"]) == (2018, 48.0, 900001)
    assert year["england"]["exp_rwm_pct"] == 64.0
    assert [each["grade"] for each in found["inspections"]] == ["Good", "Inadequate"]
    (floor,) = [each for each in found["judgements"] if each["kind"] == "floor"]
    assert (floor["rule"], floor["status"]) == ("ks2-2016", "below")
    assert found["data_edition"]


def test_missing_figure_is_null_with_its_reason_and_never_zero(ask):
    found = ask("schools/900002").json()
    assert found["latest_result"] == {
        "measure": "exp_rwm_pct",
        "exam_year": 2018,
        "figure": None,
        "code": "SUPP",
        "of_predecessor": False,
    }
    assert "exp_rwm_pct" not in found["results"][0]["figures"]
    assert found["results"][0]["codes"]["exp_rwm_pct"] == "SUPP"
    assert found["fsm_share"] is None, "a share of nine pupils is not shown"


def test_school_with_no_results_has_none(ask):
    assert ask("schools/900003").json()["latest_result"] is None


@pytest.mark.parametrize("urn", [900009, 999999])
def test_school_of_another_authority_is_not_found_like_one_that_is_not_there(ask, urn):
    answer = ask(f"schools/{urn}")
    assert (answer.status_code, answer.json()["where"]) == (404, "path.urn")
    assert str(urn) in answer.json()["what"]


def test_head_sees_the_own_school_alone(authority):
    ask = make_asker(authority, "headteacher", urn=900001)
    assert ask("schools/900001").json()["name"] == "Saltings Primary School"
    assert ask("schools/900003").status_code == 404
    assert ask("schools").status_code == 403


def test_floor_is_what_the_command_gives(ask, small_store, capsys):
    answered = ask("floor", phase="ks2", exam_year=2018).json()
    main(["floor", "--phase", "ks2", "--exam-year", "2018", "--authority", "901", "--format", "json",
          "--store", str(small_store)])  # fmt: skip
    commanded = json.loads(capsys.readouterr().out)
    assert answered.pop("data_edition")
    few, few_commanded = answered["schools"].pop(), commanded["schools"].pop()
    assert answered == commanded
    assert shown(few) == {**shown(few_commanded), "coverage_read_pct": None}
    assert few["working"][0].keys() == few_commanded["working"][0].keys()
    assert (answered["eligible"], answered["below"], answered["excluded"]) == (1, 1, {"cohort_under_11": 1})


def shown(school: dict) -> dict:
    """The figures in a school's working."""
    return {line["measure"]: line["value"] for line in school["working"]}


def test_floor_of_a_year_without_a_standard_says_so(ask):
    found = ask("floor", phase="ks2", exam_year=2019).json()
    assert (found["standard"], found["schools"]) == (False, [])


def test_floor_of_a_year_without_results_is_a_problem_that_says_what_to_do(ask):
    answer = ask("floor", phase="ks2", exam_year=2017)
    assert answer.status_code == 404
    assert all(answer.json()[part] for part in ("what", "do"))


def test_coasting_without_a_definition_is_a_problem(ask):
    answer = ask("coasting", phase="ks2", exam_year=2012)
    assert (answer.status_code, answer.json()["what"]) == (
        404,
        "There was no coasting definition by results for key stage 2 in 2012.",
    )


def test_concern_has_proposal_decision_and_what_stands(ask, authority):
    school = School.objects.get(urn=900003)
    director = Acting.of(make_member(authority, "director", "Dee Cee"))
    with scope(authority):
        actions.decide_status(
            by=director, school=school, status=Status.WATCH, review_on=date(2027, 3, 31), proposal=None,
            reason="The head left.", capacity=Capacity.NOT_JUDGED, capacity_evidence="",
        )  # fmt: skip
    found = ask("concern").json()
    schools = {each["urn"]: each for each in found["schools"]}
    assert (found["authority"], found["as_at"]) == (901, "2026-11-23")
    assert found["handling"].startswith("Exempt from publication")
    assert schools[900001]["status"] == schools[900001]["stands"] == "concern"
    assert {"Inadequate" in reason["sentence"] for reason in schools[900001]["reasons"]} >= {True}
    assert schools[900003]["stands"] == "watch"
    assert schools[900003]["decision"] == {
        "status": "watch",
        "decided_on": "2026-11-23",
        "decided_by": "Dee Cee",
        "review_on": "2027-03-31",
    }
    assert sum(found["counts"].values()) == len(schools) == 3


def test_concern_before_the_inspection_was_published_does_not_know_it(ask):
    found = ask("concern", as_at="2018-06-01").json()
    (school,) = [each for each in found["schools"] if each["urn"] == 900001]
    assert school["status"] != "concern"


@pytest.mark.parametrize("day", ["2026-11-24", "1870-08-09"])
def test_concern_of_a_day_of_which_nothing_is_known_is_a_problem(ask, day):
    answer = ask("concern", as_at=day)
    assert answer.status_code == 404
    assert answer.json()["what"]
