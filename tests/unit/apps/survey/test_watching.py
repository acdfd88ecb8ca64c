"""Returns are watched by kind of school, and letters about a survey go to whom they should at each moment."""

import pytest
from django.core import mail

from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.letters import actions, queries
from schoolward.apps.letters.addressing import addressees
from schoolward.apps.letters.models import Copy
from schoolward.apps.register.models import School
from schoolward.apps.survey import actions as survey_actions
from schoolward.apps.survey import returns, watching
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.states import ReturnRoute
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from tests.factories.letters import freeze, make_office, make_schools
from tests.factories.people import make_acting, sign_in
from tests.factories.surveys import in_days, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    office = make_office()
    with scope(office.authority):
        yield office


@pytest.fixture
def schools(office):
    schools = make_schools(office, 12)
    School.objects.filter(urn__gte=900007).update(phase="Secondary", roll=800)
    School.objects.filter(urn__lt=900007).update(roll=200)
    return schools


@pytest.fixture
def officer(office):
    return make_acting(office.authority, "commissioning_manager", "Mia Cole")


@pytest.fixture
def survey(office, schools, officer):
    return make_survey(officer, schools)


def answer(survey, officer, *urns):
    for entry in Entry.objects.filter(survey=survey, school__urn__in=urns).select_related("survey__version"):
        returns.receive_return(
            by=officer,
            entry=entry,
            route=ReturnRoute.PAPER,
            answers={},
            arrived_at=clock.now(),
            on_behalf_of="the clerk",
        )


def run_jobs():
    for _ in range(3):
        for job in Job.objects.not_started().order_by("pk"):
            attempts.run_job(job.pk)


def letter_about(office, survey, key):
    letter = actions.start_letter(by=office.writer, kind=f"survey.{key}", about=str(survey.pk))
    return actions.choose_recipients(
        by=office.writer,
        letter=letter,
        audience=letter.audience,
        about=letter.about,
        roles=["head"],
        by_email=True,
        paper="none",
        signatory=office.signatory,
    )


def urns_of(letter):
    return {each.school.urn for each in addressees(letter)}


def test_rate_is_told_by_kind_and_who_is_behind(survey, officer):
    answer(survey, officer, *range(900001, 900006))
    Entry.objects.filter(school__urn=900010).update(started_at=clock.now())
    watched = watching.watch(survey)
    assert (watched.asked, watched.answered, watched.started) == (12, 5, 1)
    phases = {g.name: (g.asked, g.started, g.answered, g.behind) for g in watched.groups["Phase"]}
    assert phases == {"Primary": (6, 0, 5, False), "Secondary": (6, 1, 0, True)}
    assert {g.name for g in watched.behind} == {"Secondary", "600 pupils and more"}
    assert set(watched.groups) == {"Phase", "Size"}, "one town and one type tell nothing"
    assert watched.forecast.low >= 5
    assert watched.forecast.low <= watched.forecast.likely <= watched.forecast.high <= 12


def test_forecast_leans_on_a_survey_that_is_over(office, schools, officer):
    before = make_survey(officer, schools, days=1)
    answer(before, officer, *range(900001, 900012))
    with clock.frozen_at(in_days(2)):
        survey_actions.close_survey(by=officer, survey=before)
        now = make_survey(officer, schools, days=9)
        assert watching.watch(now).forecast.earlier == 1
        assert watching.watch(now).forecast.likely > 7


def test_first_page_counts_what_the_page_of_returns_counts(office, schools, officer):
    before = make_survey(officer, schools, days=1)
    answer(before, officer, *range(900001, 900008))
    with clock.frozen_at(in_days(2)):
        survey_actions.close_survey(by=officer, survey=before)
        now = make_survey(officer, schools, days=9)
        Entry.objects.filter(survey=now, school__urn=900010).update(started_at=clock.now())
        for urns in ((900001,), (900002, 900003, 900010)):
            answer(now, officer, *urns)
            (outlook,) = watching.running()
            whole = watching.watch(now)
            counted = ("survey", "asked", "answered", "started", "forecast", "phases")
            assert [getattr(outlook, n) for n in counted] == [getattr(whole, n) for n in counted]
        assert (whole.answered, whole.started, whole.forecast.earlier) == (4, 0, 1)


def test_survey_being_prepared_has_no_forecast(office, schools, officer):
    assert watching.watch(make_survey(officer, schools, opened=False)).forecast is None


def test_invitation_names_the_deadline_of_each_school_and_where_to_answer(office, survey, officer):
    entry = Entry.objects.select_related("survey", "school").get(school__urn=900003)
    survey_actions.give_more_time(by=officer, entry=entry, until=in_days(20), reason="The head is ill.")
    frozen = freeze(office, letter_about(office, survey, "invitation"))
    words = dict(Copy.objects.filter(frozen=frozen).values_list("school__urn", "text"))
    assert len(words) == 12
    assert f"/answer/{entry.pk}/" in words[900003]
    assert "the later day that your school was given" in words[900003]
    assert "the later day" not in words[900004]


def test_audiences_follow_how_far_schools_have_come(office, survey, officer):
    answer(survey, officer, 900001)
    Entry.objects.filter(school__urn=900002).update(started_at=clock.now())
    silent, started, late = (letter_about(office, survey, key) for key in ("silent", "started", "late"))
    assert urns_of(silent) == set(range(900002, 900013))
    assert urns_of(started) == {900002}
    assert urns_of(late) == set()
    with clock.frozen_at(in_days(10)):
        assert urns_of(late) == set(range(900002, 900013))


def test_school_that_answers_after_the_signature_gets_no_reminder(office, survey, officer):
    frozen = freeze(office, letter_about(office, survey, "silent"))
    frozen = actions.sign_letter(by=office.director, frozen=frozen)
    answer(survey, officer, 900004)
    actions.send_letter(by=office.writer, frozen=frozen)
    run_jobs()
    assert len(mail.outbox) == 11
    assert {
        d.copy.school.urn: d.detail for d in queries.deliveries(frozen) if d.word == queries.NOT_NEEDED
    } == {900004: "it has answered"}


def test_reminder_of_a_survey_that_was_closed_goes_to_nobody(office, survey, officer):
    frozen = actions.sign_letter(
        by=office.director, frozen=freeze(office, letter_about(office, survey, "silent"))
    )
    with clock.frozen_at(in_days(10)):
        survey_actions.close_survey(by=officer, survey=survey)
        actions.send_letter(by=office.writer, frozen=frozen)
        run_jobs()
    assert not mail.outbox
    assert {d.detail for d in queries.deliveries(frozen)} == {"the survey is closed"}


def test_returns_page_tells_it_and_begins_a_letter(client, office, survey, officer):
    answer(survey, officer, *range(900001, 900006))
    sign_in(client, office.signatory)
    page = client.get(f"/surveys/{survey.pk}/returns/").content.decode()
    assert "<strong>5 of 12</strong> schools answered, likely" in page
    assert "secondary is behind: 0 of 6" in page
    begun = client.post(f"/surveys/{survey.pk}/returns/", {"letter": "silent"}, follow=True)
    assert "14 people reached" in begun.content.decode(), "head and chair of each of the seven"
    assert "Schools that have not answered: Survey of schools 2027" in begun.content.decode()
    assert "5 of 12" in client.get("/").content.decode()


def test_schools_see_no_returns(client, office, survey):
    head = make_acting(office.authority, "headteacher", "Hal Head")
    client.force_login(head.person)
    assert client.get(f"/surveys/{survey.pk}/returns/").status_code in (302, 403)
