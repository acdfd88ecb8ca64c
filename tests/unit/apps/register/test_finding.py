"""Finding schools: by name, number and postcode; one's own; who answers for each."""

import pytest

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.register import queries
from tests.factories.people import make_authority, make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def schools():
    return [
        make_school(
            900001, "St Mary's Church of England Primary School", postcode="ZZ7 1AB", town="Saltings"
        ),
        make_school(900002, "Marsh End Infant School", postcode="ZZ4 2CD", status="Closed"),
        make_school(900003, "Saltings Academy", authority_code=902, trust_code="TR01", trust_name="Tideway"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("900002", [900002]),
        ("mary primary", [900001]),
        ("primary mary", [900001]),
        ("zz71ab", [900001]),
        ("ZZ7 1AB", [900001]),
        ("zz7", [900001]),
        ("saltings", [900001, 900003]),
        ("st. mary", [900001]),
        ("nowhere", []),
        ("  ", []),
        ("999999999999999999999", []),
    ],
)
def test_search_answers_to_name_urn_postcode_and_town(schools, text, found):
    assert sorted(school.urn for school in queries.search(text)) == found


def test_search_within_an_authority_leaves_others_out(schools):
    assert [school.urn for school in queries.search("saltings", authority_code=901)] == [900001]


def test_schools_of_an_authority_are_narrowed_by_what_is_given(schools):
    assert [s.urn for s in queries.schools_of(901)] == [900002, 900001]
    assert [s.urn for s in queries.schools_of(901, open_only=True)] == [900001]
    assert [s.urn for s in queries.schools_of(901, status="Closed")] == [900002]
    assert [s.urn for s in queries.schools_of(902, trust_code="TR01")] == [900003]


def test_a_school_of_another_authority_is_not_found(schools):
    assert queries.school_of(901, 900003) is None
    assert queries.school_of(902, 900003).name == "Saltings Academy"


def test_a_head_has_one_school_and_a_trust_lead_the_open_ones_of_the_trust(schools):
    make_school(900004, "Closed Academy", authority_code=902, trust_code="900100", status="Closed")
    make_school(900005, "Open Academy", authority_code=902, trust_code="900100")
    authority = make_authority()
    head = Acting.of(make_member(authority, "headteacher", "Hal Stone", urn=900001))
    lead = Acting.of(make_member(authority, "trust_lead", "Tess Dale", urn=900100))
    adviser = Acting.of(make_member(authority, "adviser", "Ann Reed"))
    assert [s.urn for s in queries.own_schools(head)] == [900001]
    assert [s.urn for s in queries.own_schools(lead)] == [900005]
    assert queries.own_schools(adviser) == []
    assert roles.BY_KEY[lead.role].organisation_kind == roles.TRUST


@pytest.mark.parametrize(
    ("group", "kind", "route"),
    [
        ("Local authority maintained schools", "Community school", queries.MAINTAINED),
        ("Maintained School", "Voluntary aided school", queries.MAINTAINED),
        ("Academies", "Academy converter", queries.ACADEMY),
        ("Free Schools", "Free schools", queries.ACADEMY),
        ("Special schools", "Community special school", queries.MAINTAINED),
        ("Special schools", "Non-maintained special school", queries.OTHER),
        ("Academies", "Academy special converter", queries.ACADEMY),
        ("Independent schools", "Other independent school", queries.INDEPENDENT),
        ("Colleges", "Further education", queries.OTHER),
        ("", "", queries.OTHER),
    ],
)
def test_the_route_of_a_concern_follows_from_the_registers_words(group, kind, route):
    assert queries.route_of(group, kind) == route
