"""What structures ask of those who keep money and posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.structure.models import StructureVersion
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy import clock
from schoolward.terms.money import format_pounds

# posts that a line pays for need notice, and those who hold them consultation, before it ends
AHEAD_DAYS = 200
SOON_DAYS = 60


def structure_needs(by: Acting) -> Iterator[Need]:
    """Money that is about to end in the structure as it is, each line with the day it ends.

    It is for those who keep money and posts; who leads the core has enough on this page, and it under Grants.
    """
    if not by.may(Permission.MODEL_STRUCTURE) or by.may(Permission.VIEW_CONCERN):
        return
    today = StructureVersion.objects.filter(structure__kind=Kind.TODAY, structure__set_aside_at=None)
    # the lines alone are read out of what the version says: this is asked for on every first page
    for structure, lines in today.order_by("-number").values_list("structure", "content__funding")[:1]:
        for line in lines or ():
            if line.get("ends_on"):
                yield from _ending(structure, line, date.fromisoformat(line["ends_on"]))


def _ending(structure: int, line: dict, ends_on: date) -> Iterator[Need]:
    days = (ends_on - clock.today()).days
    if 0 <= days <= AHEAD_DAYS:
        amount = format_pounds(line["amount_pence"], pence=False)
        yield Need(
            f"{line['line']}, {amount} a year, ends: see what goes with it",
            reverse("structure_cliff", args=[structure]),
            ends_on,
            urgency=2 if days <= SOON_DAYS else 3,
        )
