"""Whatever contacts we hold, the workbook we make says nothing new when it is given back."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.contacts import queries, workbook
from schoolward.apps.contacts.actions import add_contact
from schoolward.apps.contacts.checks import clean_details
from schoolward.apps.contacts.differences import Details, Row, compare
from schoolward.apps.contacts.importing import upload_contacts
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput
from tests.factories.people import make_acting, make_authority
from tests.factories.schools import make_school

TODAY = date(2026, 11, 23)
TRICKY = ["=1+1", "+44", "@SUM(A1)", "-", "'Ann", "O’Hara", "000"]
NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(TRICKY)
NUMBERS = st.from_regex(r"\+?[0-9]{5,12}( ext [0-9]{1,3})?", fullmatch=True) | st.just("")
ADDRESSES = st.emails().filter(lambda e: len(e) < 100) | st.just("")
CONTACTS = st.dictionaries(
    st.tuples(st.sampled_from([900001, 900002]), st.sampled_from(ContactRole.values[:5])),
    st.tuples(NAMES, ADDRESSES, NUMBERS, st.integers(-400, 60)),
    max_size=8,
)


def _usable(name, email, telephone):
    try:
        clean_details(name, email, telephone)
    except BadInput:
        return False
    return True


@pytest.mark.django_db
class TestRoundTrip(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(CONTACTS)
    def test_export_and_import_make_no_differences(self, contacts):
        authority = make_authority()
        schools = {urn: make_school(urn) for urn in (900001, 900002)}
        by = make_acting(authority, "governor_services")
        usable = {place: found for place, found in contacts.items() if _usable(*found[:3])}
        with clock.frozen_at(TODAY), scope(authority):
            for (urn, role), (name, email, telephone, days) in usable.items():
                day = TODAY + timedelta(days=days)
                add_contact(
                    by=Acting.system(authority),
                    school=schools[urn],
                    role=role,
                    name=name,
                    email=email,
                    telephone=telephone,
                    starts_on=day,
                )
            content = workbook.as_xlsx(queries.contacts_of(queries.open_schools()), TODAY)
            _, found = upload_contacts(by=by, file_name="c.xlsx", content=content)
        assert found.problems == ()
        assert found.changes == ()
        assert found.unchanged == 10


DETAILS = st.builds(
    Details,
    st.sampled_from(["", "Ann", "ANN", "Ben"]),
    st.sampled_from(["", "a@b.example"]),
    st.just(""),
    st.sampled_from([None, date(2026, 1, 1), date(2026, 6, 1), date(2027, 6, 1)]),
)
PLACES = st.tuples(st.integers(1, 3), st.sampled_from(["head", "chair"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(PLACES, DETAILS.filter(lambda d: d.name and d.starts_on)),
    st.lists(st.tuples(PLACES, DETAILS), max_size=8),
)
def test_every_line_is_a_change_unchanged_or_a_problem_and_changes_name_only_what_was_listed(held, lines):
    rows = [Row(n, *place, details) for n, (place, details) in enumerate(lines, start=2)]
    found = compare(held, rows, TODAY)
    assert len(found.changes) + found.unchanged + len(found.problems) == len(rows)
    assert {(c.urn, c.role) for c in found.changes} <= {place for place, _ in lines}
    for change in found.changes:
        assert change.before == held.get((change.urn, change.role))
        assert change.on <= TODAY or change.on == change.before.starts_on
        assert (change.after is None) == (change.kind == "ended")
