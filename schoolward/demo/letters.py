"""Estuary's letters: last spring's, of which some came back; a reminder to be signed; one being written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.files.base import ContentFile

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.files.actions import store_file
from schoolward.apps.letters import actions, queries
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.letters.sending import hand_over_all
from schoolward.apps.outbox.actions import record_bounce
from schoolward.apps.outbox.models import Attempt, Message
from schoolward.apps.outbox.states import State
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.apps.tenancy import clock
from schoolward.publishing.documents import render
from schoolward.publishing.meta import Meta

SPRING_DAYS_AGO = 215
CAME_BACK = (7, 31, 64)  # which of the copies
SUBJECT = "{{ school.name }} and the school improvement service we are planning"
BODY = """\
Dear {{ recipient.name }},

The grants that paid for much of our school improvement service end, and we must say by the autumn what we
can still do. I attach the **draft strategy** and ask what {{ school.name }} thinks of it.

Two things are already clear:

* support for schools causing concern stays free;
* everything else will be offered to schools to buy, and some of it will stop if few want it.

Your lead officer will ask about this at the next visit. A survey of all schools follows.

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
STRATEGY = """\
# Why a strategy

This is the draft that went to every head for comment. It is as fictional as Estuary itself.

# What we propose

1. Every school has a lead officer who knows it.
2. Support for schools causing concern is free, and its effect is measured.
3. Everything else is offered at a price that covers its cost, and stops where nobody wants it.

# What we ask

What would have to change for this to serve your school?
"""


def write_letters(members: Sequence[Membership]) -> None:
    """Each letter at the day on which it was written."""
    by_role = {member.role: member for member in reversed(members)}
    writer, director = Acting.of(by_role["analyst"]), by_role["director"]
    with clock.frozen_at(clock.today() - timedelta(days=SPRING_DAYS_AGO)):
        _send(_spring_letter(writer, director), writer, Acting.of(director))
    with clock.frozen_at(clock.today() - timedelta(days=1)):
        actions.start_letter(by=writer, kind="contacts", title="Please confirm your contacts")
        _freeze(_reminder(writer, director), writer)


def _spring_letter(writer: Acting, director: Membership) -> Letter:
    letter = actions.start_letter(by=writer, kind="plain", title="The director's letter of last spring")
    _choose(letter, writer, director, audience="schools.all")
    changes = {queries.SUBJECT: SUBJECT, queries.BODY: BODY}
    version = queries.draft_of(letter).version
    actions.save_letter(
        by=writer, letter=letter, base_version=version, idempotency_key="text", changes=changes
    )
    meta = Meta(
        "Draft strategy for school improvement", letter.authority.name, clock.today(), marking="Draft"
    )
    upload = ContentFile(render(STRATEGY, "pdf", meta=meta), name="draft-strategy.pdf")
    owner = {"owner_kind": queries.FILE_OWNER, "owner_id": str(letter.pk)}
    store_file(by=writer, upload=upload, **owner)
    return letter


def _reminder(writer: Acting, director: Membership) -> Letter:
    """To the heads and chairs of schools that have not answered the survey that is open."""
    survey = Survey.objects.get(state=SurveyState.OPEN)
    letter = actions.start_letter(by=writer, kind="survey.silent", about=str(survey.pk))
    about = {"audience": "survey.silent", "about": str(survey.pk), "roles": ["head", "chair"]}
    _choose(letter, writer, director, **about)
    return letter


def _choose(
    letter: Letter,
    writer: Acting,
    director: Membership,
    *,
    audience: str,
    about: str = "",
    roles: Sequence[str] = ("head",),
) -> None:
    actions.choose_recipients(
        by=writer,
        letter=letter,
        audience=audience,
        about=about,
        roles=roles,
        by_email=True,
        paper=Letter.PRINT,
        signatory=director,
    )


def _freeze(letter: Letter, writer: Acting) -> FrozenLetter:
    return actions.freeze_letter(
        by=writer,
        letter=Letter.objects.get(pk=letter.pk),
        base_version=queries.draft_of(letter).version,
    )


def _send(letter: Letter, writer: Acting, director: Acting) -> None:
    """Through the same steps as a real one; then as if the mail server had taken every copy but some."""
    frozen = actions.sign_letter(by=director, frozen=_freeze(letter, writer))
    frozen = actions.send_letter(by=writer, frozen=frozen)
    hand_over_all(frozen.pk, by=writer)
    messages = list(Message.objects.filter(pk__in=frozen.copies.values("message")).order_by("pk"))
    sent = {"ended_at": clock.now(), "outcome": State.SENT, "detail": "Taken by the mail server."}
    Attempt.objects.bulk_create(
        Attempt(message=message, number=1, started_at=clock.now(), **sent) for message in messages
    )
    keys = [message.pk for message in messages]
    Message.objects.filter(pk__in=keys).update(state=State.SENT, sent_at=clock.now())
    by_email = [message for message in messages if message.channel == "smtp"]
    for n in CAME_BACK:
        record_bounce(message=by_email[n], by=writer, reason="550 5.1.1: nobody has this address any more")
