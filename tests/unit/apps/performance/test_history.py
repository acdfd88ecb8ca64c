"""A school's history: figures with their codes, working, averages, and whose figures they are."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.performance import actions, queries
from schoolward.apps.performance.models import Headline, HistoryProjection, SchoolJudgement, SchoolResult
from schoolward.apps.performance.tasks import IMPORT
from schoolward.apps.register.queries import projected_edition
from schoolward.terms.errors import NotAllowed
from tests.factories.people import make_acting, make_authority
from tests.factories.published import a_small_world, bring, gias, ks2, links, project, result, school, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path):
    make_authority(901)
    return tmp_path / "store"


@pytest.fixture
def world(store):
    a_small_world(store)
    project(store)
    return store


def test_figures_are_kept_as_published_and_codes_say_why_others_are_missing(world):
    history = queries.history_of(900001, 901)
    (year,) = history.results_of("ks2")
    assert (year.exam_year, year.figures["exp_rwm_pct"], year.figures["prog_read"]) == (2018, 48, -6.1)
    (few,) = queries.history_of(900002, 901).results_of("ks2")
    assert "exp_rwm_pct" not in few.figures
    assert few.codes["exp_rwm_pct"] == "SUPP"
    assert few.few
    assert not year.few


def test_the_floor_is_worked_with_every_comparison_told(world):
    (floor,) = [row for row in queries.history_of(900001, 901).judgements if row.kind == "floor"]
    assert (floor.status, floor.rule_id) == ("below", "ks2-2016")
    told = {line["measure"]: line["holds"] for line in floor.working if line["role"] == "standard"}
    assert told == {"exp_rwm_pct": True, "prog_read": True, "prog_writ": False, "prog_maths": False}
    few = SchoolJudgement.objects.get(urn=900002, kind="floor")
    assert (few.status, few.reason) == ("excluded", "cohort_under_11")


def test_the_average_counts_each_school_with_a_figure_once(world):
    history = queries.history_of(900001, 901)
    average = history.averages["national", "ks2", 2018, "exp_rwm_pct"]
    assert history.average(queries.NATIONAL, "ks2", 2018, "exp_rwm_pct") == 64
    assert (average.mean, average.median, average.schools) == (64, 64, 2)  # 48 and 80; SUPP is no figure


def test_only_schools_of_authorities_kept_here_have_histories(world):
    assert set(SchoolResult.objects.values_list("urn", flat=True)) == {900001, 900002}
    make_authority(902, "Elsewhere")
    assert actions.finish_interrupted(store_path=world) is True
    assert SchoolResult.objects.filter(urn=900009).exists()
    assert set(HistoryProjection.objects.values_list("authority_code", flat=True)) == {901, 902}


def test_a_headline_for_every_school_of_the_register_with_or_without_results(world):
    said = queries.headlines_of([900001, 900002, 900003])
    assert (said[900001].figure, said[900001].floor_status, said[900001].grade) == (48, "below", "Inadequate")
    assert (said[900002].figure, said[900002].code) == (None, "SUPP")
    assert (said[900003].measure, said[900003].figure) == ("", None)


def test_projecting_again_leaves_one_row_of_each(world):
    before = [SchoolResult.objects.count(), SchoolJudgement.objects.count(), Headline.objects.count()]
    project(world)
    after = [SchoolResult.objects.count(), SchoolJudgement.objects.count(), Headline.objects.count()]
    assert after == before == [2, 4, 3]


def test_other_rules_make_the_histories_again(world):
    assert actions.finish_interrupted(store_path=world) is False
    HistoryProjection.objects.update(rules_edition="older rules")
    SchoolJudgement.objects.all().delete()
    assert actions.finish_interrupted(store_path=world) is True
    assert SchoolJudgement.objects.filter(kind="floor", urn=900001).exists()


def _converted(store, opened: str) -> None:
    academy = {"TypeOfEstablishment (name)": "Academy converter", "OpenDate": opened}
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2018"}
    bring(
        store,
        gias__csv=gias(school(900001, "Old Primary", **closed), school(900005, "New Academy", **academy)),
        links__csv=links(("900005", "900001", "Predecessor", "01-09-2018")),
        england_ks2final__csv=ks2(result(900001, PTRWM_EXP="61%")),
    )
    project(store)


def test_a_converted_school_keeps_its_predecessors_figures_marked_as_such(store):
    _converted(store, "01-09-2018")
    history = queries.history_of(900005, 901, date(2018, 9, 1))
    (year,) = history.results_of("ks2")
    assert (year.urn, year.figures["exp_rwm_pct"]) == (900001, 61)
    (earlier,) = history.predecessors
    assert (earlier.earlier_urn, earlier.name, earlier.until) == (900001, "Old Primary", date(2018, 9, 1))
    assert Headline.objects.get(urn=900005).is_predecessors


def test_a_school_that_merged_into_one_already_there_does_not_lend_it_its_figures(store):
    _converted(store, "01-09-2010")
    history = queries.history_of(900005, 901, date(2010, 9, 1))
    assert history.results_of("ks2") == []
    assert [row for row in history.judgements if row.kind == "floor"] == []


def test_importing_reports_and_brings_the_pages_level(store, tmp_path):
    folder = write(tmp_path / "files", gias__csv=gias(school(900001)), notes__txt=b"nothing known\n1\n")
    by = make_acting(make_authority(903, "Third"), "administrator")
    report = actions.import_published(by=by, folder=folder, store_path=store)
    assert {file["file"]: file["outcome"] for file in report["files"]} == {
        "gias.csv": "taken",
        "notes.txt": "not known",
    }
    assert projected_edition() == report["edition"]
    assert Event.objects.get(action="performance.import_published").by_name == "Ada King"


def test_importing_needs_its_permission(store, tmp_path):
    by = make_acting(make_authority(903, "Third"), "adviser")
    with pytest.raises(NotAllowed):
        actions.import_published(by=by, folder=tmp_path, store_path=store)


def test_the_job_imports_an_upload_and_takes_its_folder_away(store, tmp_path, settings):
    settings.SCHOOLWARD_STORE = store
    folder = write(tmp_path / "upload", gias__csv=gias(school(900001)))
    by = Acting.system(None, "tests")
    job = enqueue(IMPORT, by=by, authority=None, payload={"folder": str(folder), "uploaded": True})
    attempts.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "1 file: 1 taken.")
    assert job.result["report"]["files"][0]["rows_taken"] == 1
    assert not folder.exists()
    assert projected_edition() == job.result["report"]["edition"]
