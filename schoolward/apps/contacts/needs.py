"""What contacts ask of a person now: the autumn's confirmation, and addresses that do not work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.contacts import queries
from schoolward.apps.contacts.models import Contact
from schoolward.apps.register.queries import own_schools
from schoolward.apps.tenancy import clock
from schoolward.terms.years import exam_year_of

DUE_MONTH, DUE_DAY = 9, 30


def contact_needs(by: Acting) -> Iterator[Need]:
    """A school's own confirmation; for officers, how many schools have not confirmed and what came back."""
    due = date(exam_year_of(clock.today()) - 1, DUE_MONTH, DUE_DAY)
    if by.may(Permission.CONFIRM_OWN_CONTACTS):
        schools = own_schools(by)
        confirmed = set(
            queries.confirmations().filter(school__in=schools).values_list("school_id", flat=True)
        )
        for school in schools:
            if school.pk not in confirmed:
                urgency = 1 if clock.today() > due else 2
                url = reverse("confirm_contacts", args=[school.urn])
                yield Need(f"Confirm the contacts of {school.name}", url, due, urgency)
    if by.may(Permission.MANAGE_CONTACTS):
        yield from _for_officers(due)


def _for_officers(due: date) -> Iterator[Need]:
    confirmed = queries.confirmations().values_list("school_id", flat=True)
    # two plain queries: one within the other takes Django longer to put together than both to answer
    schools = queries.open_schools().order_by().values_list("pk", flat=True)
    missing = len(set(schools).difference(confirmed.order_by()))
    if missing and clock.today() > due:
        noun = "school has" if missing == 1 else "schools have"
        url = reverse("contacts") + "?show=unconfirmed"
        yield Need(f"{missing} {noun} not confirmed contacts this school year", url, due, 3)
    back = queries.in_force(Contact.objects.filter(bounced_on__isnull=False)).count()
    if back:
        noun = "address" if back == 1 else "addresses"
        yield Need(
            f"Messages came back from {back} {noun}: put them right", reverse("contacts") + "?show=bounced"
        )
