"""Bands of risk: worked out as a stored run, shown to core staff, and left out wherever figures leave."""

from datetime import date

import pytest
from django.urls import reverse

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.concern import paper, queries
from schoolward.apps.concern.models import RiskBand, RiskRun
from schoolward.apps.concern.risk_runs import is_level, risk_keys, work_out_risk
from schoolward.apps.concern.tasks import RISK
from schoolward.apps.jobs.models import Job
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotAllowed
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.published import a_small_world, project

pytestmark = pytest.mark.django_db
SALTINGS = 900001
TELLING = "Raised much by results: progress well below that of most schools."


@pytest.fixture
def authority(today, tmp_path, settings):
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    a_small_world(settings.SCHOOLWARD_STORE)
    project(settings.SCHOOLWARD_STORE)
    return make_authority(901)


@pytest.fixture
def adviser(authority):
    return make_member(authority, "adviser")


def make_run(authority, as_at: date, group: str = "high", **keys) -> RiskRun:
    """A run in which one school has a band."""
    with scope(authority):
        run = RiskRun.objects.create(
            authority=authority, computed_at=clock.now(), **{**risk_keys(as_at), **keys}
        )
        RiskBand.objects.create(
            authority=authority,
            run=run,
            urn=SALTINGS,
            stage="ks2",
            probability=0.3187,
            low=0.2,
            high=0.5,
            group=group,
            pulls=[{"raises": True, "sentence": TELLING}],
        )
    return run


def text(client, name: str, *args) -> str:
    reply = client.get(reverse(name, args=args))
    assert reply.status_code == 200
    return " ".join(reply.content.decode().split())


def test_core_staff_see_groups_and_what_moved_them_and_never_a_figure(authority, adviser, client):
    make_run(authority, clock.today())
    sign_in(client, adviser)
    page = text(client, "risk_list")
    assert "High" in page
    assert TELLING in page
    assert "31.87" not in page
    assert "0.3187" not in page
    assert "32%" not in page
    assert TELLING in text(client, "concern_school", SALTINGS)
    assert "Risk band" in text(client, "concern_list")


@pytest.mark.parametrize("role", ["headteacher", "board_member", "finance_officer", "chair"])
def test_others_see_nothing_of_risk(authority, client, role):
    make_run(authority, clock.today())
    sign_in(client, make_member(authority, role, urn=SALTINGS))
    assert Permission.VIEW_RISK not in roles.BY_KEY[role].permissions
    assert client.get(reverse("risk_list")).status_code == 403
    assert client.post(reverse("risk_work_out")).status_code == 403


def test_list_taken_away_and_the_board_paper_hold_no_band(authority, adviser, client):
    make_run(authority, clock.today())
    sign_in(client, adviser)
    taken = client.get(reverse("concern_export", args=["csv"])).content.decode()
    assert "Saltings" in taken
    assert "risk" not in taken.lower()
    assert not {"RiskRun", "RiskBand", "risk_bands"} & set(vars(paper))


def test_newest_run_of_a_day_is_shown_and_the_older_is_kept(authority):
    older = make_run(authority, clock.today(), data_edition="old")
    newer = make_run(authority, clock.today(), group="low")
    with scope(authority):
        assert queries.latest_risk_run(clock.today()) == newer
        assert queries.risk_groups_at(clock.today())[SALTINGS].group == "low"
        assert RiskRun.objects.filter(pk=older.pk).exists()
        assert (is_level(newer), is_level(older)) == (True, False)
        assert queries.latest_risk_run(date(2020, 1, 1)) is None


def test_school_with_no_band_is_unknown_and_not_low(authority, adviser, client):
    make_run(authority, clock.today())
    sign_in(client, adviser)
    assert '<td data-label="Risk band">unknown</td>' in text(client, "concern_list")


def test_too_few_inspections_leave_both_stages_without_bands_and_say_why(authority, adviser):
    by = Acting.of(adviser)
    with scope(authority):
        run = work_out_risk(by=by, as_at=clock.today())
        assert run.bands.count() == 0
        assert work_out_risk(by=by, as_at=clock.today()) == run
        with pytest.raises(BadInput, match="day in the future"):
            work_out_risk(by=by, as_at=date(2027, 1, 1))
        head = Acting.of(make_member(authority, "headteacher", "Hilda Head"))
        with pytest.raises(NotAllowed):
            work_out_risk(by=head, as_at=clock.today())


def test_asking_puts_one_job_in_the_queue(authority, adviser, client):
    sign_in(client, adviser)
    for _ in range(2):
        assert client.post(reverse("risk_work_out")).status_code == 302
    job = Job.objects.get(kind=RISK)
    assert job.payload["as_at"] == clock.today().isoformat()
    assert client.post(reverse("risk_work_out"), {"as_at": "1 January 2031"}).status_code == 400
