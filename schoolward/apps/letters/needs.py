"""What letters ask of a person now: a signature, sending, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.letters.models import Copy, FrozenLetter
from schoolward.apps.letters.states import LetterState
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock

LOOK_BACK = timedelta(days=30)
TROUBLE = (State.FAILED, State.BOUNCED, State.UNSURE)


def letter_needs(by: Acting) -> Iterator[Need]:
    """Letters to sign for those who sign them, to send, and those of a month of which some did not arrive."""
    asked = {}
    if by.may(Permission.SIGN_LETTERS):
        asked[LetterState.FROZEN] = "Sign the letter", 1
    if by.may(Permission.SEND_LETTERS):
        asked[LetterState.SIGNED] = "Send the letter", 2
        asked[LetterState.STOPPED] = "Send on, or leave:", 2
    if not asked:
        return
    rows = FrozenLetter.objects.filter(state__in=asked)
    for pk, state, signatory_id, title in rows.values_list("pk", "state", "signatory_id", "letter__title"):
        verb, urgency = asked[state]
        if state != LetterState.FROZEN or signatory_id == by.membership_id:
            yield Need(f"{verb} “{title}”", _page(pk), urgency=urgency)
    if by.may(Permission.SEND_LETTERS):
        yield from _troubles()


def _troubles() -> Iterator[Need]:
    lately = Copy.objects.filter(message__state__in=TROUBLE, frozen__begun_at__gte=clock.now() - LOOK_BACK)
    rows = lately.order_by().values_list("frozen_id", "frozen__letter__title").annotate(n=Count("pk"))
    for pk, title, count in rows:
        noun = "copy" if count == 1 else "copies"
        yield Need(f"{count} {noun} of “{title}” did not arrive", _page(pk), urgency=3)


def _page(pk: int) -> str:
    return reverse("frozen_letter", args=[pk])
