"""Contacts change without losing what they were, and schools confirm them each autumn."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.contacts import queries
from schoolward.apps.contacts.actions import (
    add_contact,
    confirm_contacts,
    correct_contact,
    end_contact,
    note_bounce,
    replace_contact,
)
from schoolward.apps.contacts.bridge import HeadProposal, heads_in
from schoolward.apps.contacts.heads import check_can_take_heads
from schoolward.apps.contacts.models import Confirmation, Contact
from schoolward.apps.contacts.needs import contact_needs
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.outbox.actions import queue_message, record_bounce
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.people import make_authority, make_member
from tests.factories.schools import make_school
from tests.unit.apps.outbox.mail_server import mail_server

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)


def _add(by, school, role="head", name="Ivy Moor", **more):
    more = {"starts_on": date(2024, 9, 1), "email": "ivy@school.example"} | more
    return add_contact(by=by, school=school, role=role, name=name, **more)


def _who(school, day, role="head"):
    found = queries.contact_for(school, role, day)
    return found.name if found else None


def test_another_person_takes_over_and_the_past_stays_true(by, school):
    ivy = _add(by, school)
    replace_contact(by=by, contact=ivy, name="Tom Fenn", email="", telephone="", on=SEPTEMBER)
    assert (_who(school, date(2026, 8, 31)), _who(school, SEPTEMBER)) == ("Ivy Moor", "Tom Fenn")
    assert _who(school, date(2024, 8, 31)) is None
    event = Event.objects.get(action="contacts.replace_contact")
    assert (event.before["name"], event.after["name"]) == ("Ivy Moor", "Tom Fenn")


def test_a_correction_keeps_the_days_and_sets_the_old_row_aside(by, school):
    ivy = _add(by, school)
    new = correct_contact(by=by, contact=ivy, name="Ivy Moor", email="i.moor@school.example", telephone="")
    assert (new.starts_on, new.pk != ivy.pk) == (ivy.starts_on, True)
    assert [c.email for c in queries.history_of(school)] == ["i.moor@school.example", "ivy@school.example"]
    assert queries.contact_for(school, "head", date(2025, 1, 1)) == new
    with pytest.raises(NotNow, match="history"):
        correct_contact(by=by, contact=ivy, name="X", email="", telephone="")


def test_a_correction_that_changes_nothing_makes_no_row(by, school):
    ivy = _add(by, school)
    assert correct_contact(by=by, contact=ivy, name=" Ivy  Moor", email=ivy.email, telephone="") == ivy
    assert Contact.objects.count() == 1


def test_an_ended_contact_leaves_a_gap_that_is_said(by, school, today):
    end_contact(by=by, contact=_add(by, school), on=date(2026, 10, 31))
    (found,) = queries.contacts_of([school])
    assert [role.value for role in found.gaps] == [
        "head", "chair", "clerk", "business_manager", "designated_teacher",
    ]  # fmt: skip


def test_a_trust_is_missed_only_where_there_is_one(by, authority):
    academy = make_school(900002, trust_code="5001", trust_name="Tideway Trust")
    (found,) = queries.contacts_of([academy])
    assert "trust" in [role.value for role in found.gaps]


def test_two_heads_at_once_cannot_be(by, school, authority):
    ivy = _add(by, school)
    with pytest.raises(NotNow, match="Ivy Moor is headteacher"):
        _add(by, school, name="Tom Fenn")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(school=school, role="head", name="Tom", starts_on=SEPTEMBER, source="officer")
    end_contact(by=by, contact=ivy, on=date(2026, 12, 31))
    with pytest.raises(BadInput, match="Somebody else is held"):
        _add(by, school, name="Tom Fenn", starts_on=date(2026, 12, 31))
    _add(by, school, name="Tom Fenn", starts_on=date(2027, 1, 1))
    assert (_who(school, date(2026, 12, 31)), _who(school, date(2027, 1, 1))) == ("Ivy Moor", "Tom Fenn")


@pytest.mark.parametrize(
    ("details", "where"),
    [
        ({"name": " \t"}, "name"),
        ({"email": "not an address"}, "email"),
        ({"telephone": "ring me"}, "telephone"),
        ({"telephone": "12"}, "telephone"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_details_that_will_not_do_are_refused(by, school, details, where):
    with pytest.raises(BadInput) as refusal:
        _add(by, school, **details)
    assert refusal.value.where == where
    assert not Contact.objects.exists()


def test_a_school_changes_its_own_contacts_and_no_others(by, school, head, authority):
    other = make_school(900002)
    own = Acting.of(head)
    _add(own, school, "chair", "Cy Chair", source="school")
    with pytest.raises(NotAllowed, match="do not act for"):
        _add(own, other)
    with pytest.raises(NotAllowed, match="another authority"):
        _add(by, make_school(900003, authority_code=902))
    with pytest.raises(NotAllowed):
        _add(Acting.of(make_member(authority, "finance_officer", "Fay Coin")), school)


def test_confirming_marks_the_year_once_and_each_contact(school, head, by, today):
    ivy = _add(by, school)
    own = Acting.of(head)
    assert confirm_contacts(by=own, school=school) == confirm_contacts(by=own, school=school)
    ivy.refresh_from_db()
    assert (ivy.confirmed_on, ivy.confirmed_by) == (today, head.person)
    assert Confirmation.objects.get().exam_year == 2027
    assert Event.objects.filter(action="contacts.confirm_contacts").count() == 1
    with pytest.raises(NotAllowed):
        confirm_contacts(by=by, school=school)


@pytest.mark.parametrize(
    ("day", "urgency"), [(date(2026, 9, 1), 2), (date(2026, 9, 30), 2), (date(2026, 10, 1), 1)]
)
def test_a_school_is_asked_from_1_september_until_it_confirms(school, head, day, urgency):
    own = Acting.of(head)
    with clock.frozen_at(date(2026, 8, 31)):
        confirm_contacts(by=own, school=school)
        assert list(contact_needs(own)) == []
    with clock.frozen_at(day):
        (need,) = contact_needs(own)
        assert (need.sentence, need.urgency) == ("Confirm the contacts of Saltings Primary School", urgency)
        assert need.due_on == date(2026, 9, 30)
        confirm_contacts(by=own, school=school)
        assert list(contact_needs(own)) == []


def test_officers_hear_how_many_are_late_and_what_came_back(by, school, head):
    make_school(900002)
    make_school(900003, status="Closed")
    _add(by, school)
    assert note_bounce(by=by, email="IVY@school.example") == 1
    assert note_bounce(by=by, email="ivy@school.example") == 0
    late, back = contact_needs(by)
    assert late.sentence == "2 schools have not confirmed contacts this school year"
    assert "Messages came back from 1 address" in back.sentence
    confirm_contacts(by=Acting.of(head), school=school)
    assert next(contact_needs(by)).sentence.startswith("1 school has not")
    with clock.frozen_at(date(2027, 9, 15)):
        assert [need for need in contact_needs(by) if "confirmed" in need.sentence] == [], "not late yet"


def test_a_message_that_came_back_marks_the_contact_it_went_to(by, school):
    ivy = _add(by, school)
    words = {"channel": "smtp", "subject": "Panel", "text": "Dear Ivy"}
    message = queue_message(by=by, recipient="Ivy@school.example", idempotency_key="1", **words)
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=clock.now())
    record_bounce(message=message, by=by, reason="Mailbox full")
    assert Contact.objects.get(pk=ivy.pk).bounced_on == clock.today()
    assert Event.objects.get(action="contacts.note_bounce").by_name == "Schoolward"


def test_an_address_that_a_mail_server_refuses_marks_the_contact(by, school, settings):
    ivy = _add(by, school)
    with mail_server(answer_to={"RCPT": "550 no such person"}) as server:
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 5}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        words = {"channel": "smtp", "subject": "Panel", "text": "Dear Ivy"}
        queue_message(by=by, recipient=ivy.email, idempotency_key="1", **words)
        for job in Job.objects.not_started().filter(kind="outbox.send_messages"):
            attempts.run_job(job.pk)
    assert Contact.objects.get(pk=ivy.pk).bounced_on == clock.today()


def test_a_letter_that_came_back_marks_no_address(by, school):
    ivy = _add(by, school)
    words = {"channel": "print", "subject": "Panel", "text": "Dear Ivy"}
    message = queue_message(by=by, recipient=ivy.email, idempotency_key="1", **words)
    Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=clock.now())
    record_bounce(message=message, by=by, reason="Gone away")
    assert Contact.objects.get(pk=ivy.pk).bounced_on is None


def test_a_corrected_address_clears_the_bounce(by, school):
    ivy = _add(by, school)
    note_bounce(by=by, email=ivy.email)
    new = correct_contact(by=by, contact=ivy, name=ivy.name, email="ivy@new.example", telephone="")
    assert new.bounced_on is None


def test_another_authority_sees_nothing(by, school):
    _add(by, school)
    with scope(make_authority(902, "Elsewhere")):
        assert not Contact.objects.exists()


def test_heads_are_read_from_the_register_where_it_names_them():
    import polars as pl

    frame = pl.DataFrame(
        {
            "urn": [3, 1, 2],
            "head_title": ["Mx", None, "Dr"],
            "head_first_name": ["Ash ", "Bo", None],
            "head_last_name": ["Invented", "", None],
        }
    )
    assert heads_in(frame) == [HeadProposal(3, "Mx Ash Invented")]
    assert heads_in(frame.select("urn")) == []


def test_the_demonstration_takes_no_heads_from_the_register(by):
    by.authority.is_demonstration = True
    with pytest.raises(NotNow, match="invented already"), scope(by.authority):
        check_can_take_heads(by)
