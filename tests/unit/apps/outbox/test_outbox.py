from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from schoolward.apps.audit.models import Event
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.sweeping import sweep_all
from schoolward.apps.outbox import channels, sending
from schoolward.apps.outbox.actions import (
    collect_print_batch,
    mark_posted,
    queue_message,
    record_bounce,
    send_again,
    settle_unsure,
    withdraw_message,
)
from schoolward.apps.outbox.checks import can_move
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.printing import batch_pdf
from schoolward.apps.outbox.queries import letters_waiting, messages, print_batches, tallies
from schoolward.apps.outbox.states import MOVES, State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.foundations import ANN, Somebody, make_authority
from tests.unit.apps.outbox.mail_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authority():
    with scope(make_authority()) as here:
        yield here


@pytest.fixture
def use(settings):
    """Sends through a stand-in mail server."""

    def use(server):
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 5}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}

    return use


def _queue(key="k", **values):
    words = {"recipient": "chair@example.org", "subject": "Panel", "text": "Dear Chair", **values}
    return queue_message(by=ANN, channel=words.pop("channel", "smtp"), idempotency_key=key, **words)


def _state(message):
    return Message.objects.get(pk=message.pk).state


def _run_jobs():
    for job in Job.objects.not_started().filter(kind="outbox.send_messages"):
        attempts.run_job(job.pk)


def _make_due(message):
    Message.objects.filter(pk=message.pk).update(not_before=clock.real_now() - timedelta(seconds=1))


def test_message_is_sent_once_by_a_job():
    message = _queue(recipient_name="Chris Chair", html="<p>Dear Chair</p>")
    _run_jobs()
    (sent,) = mail.outbox
    assert sent.to == ["Chris Chair <chair@example.org>"]
    assert sent.alternatives[0].content == "<p>Dear Chair</p>"
    assert sent.extra_headers["Message-ID"] == message.message_id
    assert _state(message) == State.SENT
    assert sending.send(message.pk) is None
    assert [a.outcome for a in message.attempts.all()] == [State.SENT]
    assert len(mail.outbox) == 1


def test_same_key_is_the_same_message_and_one_letter():
    assert _queue() == _queue()
    with pytest.raises(Conflict, match="same key"):
        _queue(text="Other words")
    _run_jobs()
    assert _queue()
    _run_jobs()
    assert len(mail.outbox) == 1
    assert Event.objects.filter(action="outbox.queue_message").count() == 1


def test_key_of_another_authority_is_another_message():
    first = _queue()
    with scope(make_authority(902, "Elsewhere")):
        words = {"recipient": "chair@example.org", "subject": "Panel", "text": "Dear Chair"}
        by = Somebody("Cat", authority_code=902)
        assert queue_message(by=by, channel="smtp", idempotency_key="k", **words) != first
        assert list(messages()) != [first]


def test_message_of_a_transaction_that_is_rolled_back_is_never_sent():
    with transaction.atomic():
        _queue()
        transaction.set_rollback(True)
    _run_jobs()
    assert not mail.outbox


def test_many_messages_need_one_job():
    for n in range(20):
        _queue(f"k{n}")
    assert Job.objects.count() == 1
    _run_jobs()
    assert len(mail.outbox) == 20
    assert Job.objects.get().sentence == "20 of 20 sent."


@pytest.mark.parametrize(
    "wrong",
    [{"recipient": "nobody"}, {"recipient": " "}, {"subject": " "}, {"recipient": "a@b.uk\nBcc: c@d.uk"}],
)
def test_message_that_cannot_be_sent_is_refused(wrong):
    with pytest.raises(BadInput):
        _queue(**wrong)


def test_line_break_in_a_subject_or_name_adds_no_header():
    _queue(subject="Panel\nBcc: spy@example.org", recipient_name="Chris\r\nBcc: spy@example.org")
    _run_jobs()
    written = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
    assert written["Bcc"] is None
    assert [address.addr_spec for address in written["To"].addresses] == ["chair@example.org"]


def test_secret_is_erased_once_sent():
    message = _queue(text="Your link: secret", erase_once_sent=True)
    assert "secret" in Message.objects.get().text
    _run_jobs()
    assert "secret" in mail.outbox[0].body
    assert Message.objects.get().text == ""
    assert _queue(text="Your link: secret", erase_once_sent=True) == message
    record_bounce(message=message, by=ANN, reason="Mailbox full")
    with pytest.raises(NotNow, match="forgotten"):
        send_again(message=message, by=ANN)


class TestWithAMailServer:
    """What the other side can do to us."""

    def test_taken(self, use):
        with mail_server() as server:
            use(server)
            message = _queue(recipient_name="Zoë Chair", text="Tŷ a’r Ysgol")
            _run_jobs()
        (taken,) = server.taken
        read = message_from_bytes(taken, policy=policy.default)
        assert read["To"].addresses[0].display_name == "Zoë Chair"
        assert read.get_body().get_content().strip() == "Tŷ a’r Ysgol"
        assert read["Message-ID"] == message.message_id

    @pytest.mark.parametrize(
        ("behaviour", "expected"),
        [
            ({"RCPT": "550 no such person"}, State.BOUNCED),
            ({"RCPT": "451 try later"}, State.QUEUED),
            ({"END": "554 looks like spam"}, State.FAILED),
            ({"END": "452 disk full"}, State.QUEUED),
            ({"MAIL": "553 who are you"}, State.FAILED),
        ],
    )
    def test_refused(self, use, behaviour, expected):
        with mail_server(answer_to=behaviour) as server:
            use(server)
            message = _queue()
            _run_jobs()
        assert _state(message) == expected
        (attempt,) = message.attempts.all()
        assert attempt.outcome == expected
        assert next(iter(behaviour.values()))[:3] in attempt.detail

    def test_not_reached_is_tried_again_with_growing_pauses_and_given_up(self, use):
        with mail_server() as server:
            use(server)  # its port is closed from here on
        message = _queue()
        for n in range(sending.ATTEMPTS):
            assert _state(message) == State.QUEUED
            _make_due(message)
            assert sending.send(message.pk) == (State.QUEUED if n < sending.ATTEMPTS - 1 else State.FAILED)
        assert message.attempts.count() == sending.ATTEMPTS
        assert can_move(Message.objects.get(), State.QUEUED, ANN)

    def test_refused_for_now_brings_a_job_of_its_own_when_it_is_due(self, use):
        with mail_server(answer_to={"RCPT": "451 try later"}) as server:
            use(server)
            _queue()
            _run_jobs()
            later = Job.objects.not_started().get()
            assert (later.not_before - clock.real_now()).total_seconds() > 50
            _queue("another")
            assert Job.objects.not_started().count() == 2, "a new message does not wait for that one"

    def test_line_that_breaks_after_the_words_leaves_the_message_unsure_and_it_is_not_resent(self, use):
        with mail_server(hang_up_after_data=True) as server:
            use(server)
            message = _queue()
            _run_jobs()
            assert _state(message) == State.UNSURE
            assert Job.objects.not_started().count() == 0
            assert sending.send(message.pk) is None
        assert len(server.taken) == 1


def test_worker_that_dies_while_sending_leaves_the_message_unsure_for_a_person():
    message = _queue()
    sending._claim(message.pk)  # and then nothing more was heard of the worker
    assert sweep_all()["mark_broken_off"] == 0
    Message.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    assert sweep_all()["mark_broken_off"] == 1
    _run_jobs()
    assert _state(message) == State.UNSURE
    assert not mail.outbox
    with pytest.raises(NotNow):
        withdraw_message(message=message, by=ANN)
    settle_unsure(message=message, by=ANN, was_sent=False, reason="Not in the server's log")
    _run_jobs()
    assert len(mail.outbox) == 1
    assert [a.outcome for a in message.attempts.all()] == [State.UNSURE, State.SENT]
    with pytest.raises(NotNow):
        settle_unsure(message=message, by=ANN, was_sent=True, reason="")
    decided = Event.objects.get(action="outbox.decide_message")
    assert (decided.by_name, decided.after, decided.reason) == (
        "Ann",
        {"state": "queued"},
        "Not in the server's log",
    )


def test_worker_that_lives_on_after_its_message_became_unsure_changes_nothing():
    message = _queue()
    held = sending._claim(message.pk)
    Message.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    sweep_all()
    assert sending._settle(held, State.SENT, "Taken.") is None
    assert _state(message) == State.UNSURE


def test_withdrawn_message_is_not_sent():
    message = _queue()
    withdraw_message(message=message, by=ANN, reason="Wrong year")
    _run_jobs()
    assert not mail.outbox
    assert [(t.state, t.count) for t in tallies()] == [(State.WITHDRAWN, 1)]


def test_message_of_another_authority_is_not_decided_upon():
    with pytest.raises(NotAllowed):
        withdraw_message(message=_queue(), by=Somebody("Cat", authority_code=902))


def test_attachment_that_is_gone_means_not_sent(monkeypatch):
    def gone(key):
        raise BadInput("The file was deleted.")

    monkeypatch.setattr(channels, "_readers", [gone])
    message = _queue(attachments=["7"])
    _run_jobs()
    assert _state(message) == State.FAILED
    assert "deleted" in message.attempts.get().detail


def test_attachment_goes_with_the_message(monkeypatch):
    note = channels.Attachment("note.txt", "text/plain", b"hello")
    monkeypatch.setattr(channels, "_readers", [lambda key: note])
    _queue(attachments=["7"])
    _run_jobs()
    (attached,) = mail.outbox[0].attachments
    assert (attached.filename, attached.content) == ("note.txt", "hello")


def test_letters_are_printed_in_one_batch_and_posted_once():
    for n in (1, 2):
        _queue(f"k{n}", channel="print", recipient=f"{n} Quay Street\nEstuary", recipient_name=f"Head {n}")
    assert letters_waiting() == 2
    assert not Job.objects.exists()
    batch = collect_print_batch(by=ANN)
    with pytest.raises(NotNow, match="No letter is waiting"):
        collect_print_batch(by=ANN)
    pages = [page.extract_text() for page in PdfReader(BytesIO(batch_pdf(batch))).pages]
    assert ["Head 1" in pages[0], "Head 2" in pages[1]] == [True, True]
    assert batch_pdf(batch) == batch_pdf(batch)
    assert sweep_all()["mark_broken_off"] == 0, "a batch has no lease: it waits for a person"
    mark_posted(batch=batch, by=ANN)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    with pytest.raises(NotNow, match="posted already, by Ann"):
        mark_posted(batch=batch, by=ANN)
    assert [b.letters for b in print_batches()] == [2]


def test_facts_are_kept_by_the_database():
    message = _queue()
    for wrong in ({"state": State.SENDING}, {"state": State.SENT}, {"lease_token": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**wrong)


def test_every_state_has_its_moves():
    assert set(MOVES) == set(State)
