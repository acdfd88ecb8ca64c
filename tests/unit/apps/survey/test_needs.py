"""What surveys ask of a person now, on the first page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.survey import answering, queries, returns
from schoolward.apps.survey.needs import survey_needs
from schoolward.apps.survey.states import ReturnRoute
from schoolward.apps.tenancy import clock
from tests.factories.people import make_member
from tests.factories.schools import make_school
from tests.factories.surveys import WHOLE, Saltings, make_survey


def told(by: Acting) -> list[str]:
    return [need.sentence.partition(",")[0] for need in survey_needs(by)]


def arrive(s: Saltings) -> None:
    returns.receive_return(
        by=s.officer,
        entry=s.entry,
        route=ReturnRoute.PAPER,
        answers=WHOLE,
        arrived_at=clock.now(),
        on_behalf_of="Hal Head, headteacher",
    )


def test_survey_needs_school_that_has_not_answered_is_asked(saltings):
    assert told(saltings.head) == ["Answer the survey of schools 2027 for Saltings Primary School"]


def test_survey_needs_answer_sent_asks_the_chair_once_and_the_head_no_more(saltings):
    arrive(saltings)
    assert told(saltings.head) == []
    assert told(saltings.chair) == [
        "Co-sign the answer of Saltings Primary School to the survey of schools 2027"
    ]
    answering.co_sign_answer(by=saltings.chair, version=queries.nominated_version(saltings.entry))
    assert told(saltings.chair) == []


def test_survey_needs_second_answer_asks_who_sends_which_counts(saltings):
    arrive(saltings)
    arrive(saltings)
    assert told(saltings.head) == ["Two answers came from Saltings Primary School: say which counts"]


def test_survey_needs_of_a_trust_are_read_in_as_many_queries_as_of_one_school(saltings):
    schools = [make_school(urn, trust_code="T1", status="Open") for urn in range(900010, 900018)]
    lead = make_member(saltings.authority, "trust_lead", "Tia Trust")
    lead.organisation.trust_code = "T1"
    lead.organisation.save()
    make_survey(saltings.officer, schools[:1])
    one = _queries(Acting.of(lead))
    make_survey(saltings.officer, schools)
    assert len(told(Acting.of(lead))) == 9
    assert _queries(Acting.of(lead)) == one


def _queries(by: Acting) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert told(by)
    return len(asked)
