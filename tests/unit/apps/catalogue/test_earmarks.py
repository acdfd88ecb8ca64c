"""What a school expects to spend: who may say so, and that its last word never wipes out the one before."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.catalogue import actions, queries
from schoolward.apps.catalogue.models import Earmark
from schoolward.terms.errors import BadInput, NotAllowed
from tests.factories.people import make_acting, make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(authority, school):
    return Acting.of(make_member(authority, "chair", "Cy Chair", urn=school.urn))


def say(by, school, amount_pence=1_200_000, **more):
    words = {"year": 2028, "certainty": "guess", "said_by": "Cy Chair, chair of governors"} | more
    return actions.record_earmark(by=by, school=school, amount_pence=amount_pence, **words)


def test_last_word_stands_and_the_one_before_stays(chair, school):
    first = say(chair, school)
    second = say(chair, school, 1_500_000, certainty="agreed")
    assert queries.latest_earmark(school, 2028) == second
    first.refresh_from_db()
    assert (first.amount_pence, first.superseded_at is not None) == (1_200_000, True)
    assert [e.pk for e in queries.earmark_history(school)] == [second.pk, first.pk]


def test_years_stand_beside_one_another(chair, school):
    this_year, next_year = say(chair, school, year=2027), say(chair, school)
    assert [queries.latest_earmark(school, year) for year in (2027, 2028, 2029)] == [
        this_year,
        next_year,
        None,
    ]


def test_sum_is_told_three_ways(chair, school):
    found = queries.figures_of(say(chair, school, budget_share_pence=120_000_000))
    assert (found.share_of_budget, found.per_pupil_pence) == (0.01, 5_714)  # £12,000 for 210 pupils


def test_share_of_a_budget_not_known_is_unknown(chair, authority):
    school = make_school(900002, roll=None)
    by = Acting.of(make_member(authority, "headteacher", "Hal Head", urn=900002))
    found = queries.figures_of(say(by, school))
    assert (found.share_of_budget, found.per_pupil_pence) == (None, None)


def test_nothing_expected_is_a_sum_of_nothing(chair, school):
    assert say(chair, school, 0, said_on=date(2026, 11, 1)).amount_pence == 0


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"amount_pence": -1}, "amount_pence"),
        ({"budget_share_pence": 0}, "budget_share_pence"),
        ({"budget_share_pence": 100}, "amount_pence"),
        ({"pupils": 0}, "pupils"),
        ({"certainty": "sure"}, "certainty"),
        ({"said_by": " "}, "said_by"),
        ({"year": 28}, "year"),
    ],
)
def test_word_that_will_not_do_is_refused_with_its_field(chair, school, words, where):
    with pytest.raises(BadInput) as error:
        say(chair, school, **words)
    assert error.value.where == where
    assert not Earmark.objects.exists()


def test_who_may_say_it(chair, school, authority):
    other = make_school(900002)
    with pytest.raises(NotAllowed, match="do not act for"):
        say(chair, other)
    with pytest.raises(NotAllowed):
        say(make_acting(authority, "finance_officer"), school)
    analyst = make_acting(authority, "analyst", "Ana List")
    assert say(analyst, other).recorded_by_id == analyst.membership_id
    with pytest.raises(NotAllowed, match="another authority"):
        say(analyst, make_school(800001, authority_code=800))
