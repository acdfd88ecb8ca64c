"""What needs whoever looks after people: work left behind by leavers, invitations that ran out."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.ownership import left_behind
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.accounts.queries import pending_invitations
from schoolward.apps.tenancy import clock


def needs_about_people(acting: Acting) -> Iterator[Need]:
    """One line for each leaver who still has work, and one for all invitations that ran out."""
    if acting.may(Permission.HAND_OVER_WORK):
        for member, count in left_behind():
            things = "1 thing" if count == 1 else f"{count} things"
            sentence = f"{member.person}, whose role has ended, still has {things} of work: hand it over"
            yield Need(sentence, reverse("change_role", args=[member.pk]) + "?what=hand_over", urgency=1)
    if acting.may(Permission.MANAGE_PEOPLE):
        late = pending_invitations().filter(expires_at__lte=clock.real_now()).count()
        if late:
            words = "1 invitation ran out" if late == 1 else f"{late} invitations ran out"
            yield Need(f"{words} unanswered: send again or withdraw", reverse("invitations"), urgency=3)
