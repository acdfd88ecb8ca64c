"""GOV.UK Notify through its real client, on a stand-in: what it takes, refuses and tells later."""

import base64
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from schoolward.apps.audit.models import Event
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.sweeping import sweep_all
from schoolward.apps.outbox import bounces, channels, following, notify, sending
from schoolward.apps.outbox.actions import queue_message, send_again
from schoolward.apps.outbox.channels import Attachment, email_channel
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from tests.factories.foundations import ANN, make_authority
from tests.machinery.notify import KEY, SECRET, TEMPLATE, notify_server

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The HMAC key is"),  # Notify's keys are as long as Notify makes them
]
CHAIR = "chair@example.org"


@pytest.fixture(autouse=True)
def authority():
    with scope(make_authority()) as here:
        yield here


@pytest.fixture
def stand_in(settings):
    """`stand_in(**behaviour)` is the service, and the settings point at it."""
    running = []

    def start(**behaviour):
        manager = notify_server(**behaviour)
        server = manager.__enter__()
        running.append(manager)
        settings.SCHOOLWARD_NOTIFY_KEY, settings.SCHOOLWARD_NOTIFY_TEMPLATE = KEY, TEMPLATE
        settings.SCHOOLWARD_NOTIFY_URL = server.url
        return server

    yield start
    for manager in running:
        manager.__exit__(None, None, None)


def _queue(key="k", **values):
    words = {"recipient": CHAIR, "subject": "Panel", "text": "Dear Chair", **values}
    return queue_message(by=ANN, channel=words.pop("channel", "notify"), idempotency_key=key, **words)


def _run(kind="outbox.send_messages"):
    Job.objects.not_started().update(not_before=clock.real_now())
    for job in Job.objects.not_started().filter(kind=kind):
        attempts.run_job(job.pk)


def _follow():
    Message.objects.exclude(follow_at=None).update(follow_at=clock.real_now() - timedelta(seconds=1))
    _run(following.FOLLOW_KIND)


def _now(message):
    return Message.objects.get(pk=message.pk)


def test_email_leaves_through_notify_where_there_is_a_key(settings):
    assert email_channel() == "smtp"
    settings.SCHOOLWARD_NOTIFY_KEY = KEY
    assert email_channel() == "notify"


def test_taken_and_delivered(stand_in):
    server = stand_in(statuses={CHAIR: "delivered"})
    message = _queue()
    _run()
    (taken,) = server.taken
    assert taken["given"]["personalisation"] == {"subject": "Panel", "body": "Dear Chair"}
    assert _now(message).state == State.SENT
    _follow()
    now = _now(message)
    assert (now.state, bool(now.delivered_at), now.follow_at) == (State.DELIVERED, True, None)
    assert Event.objects.get(action="outbox.follow_message").after == {"state": "delivered"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("permanent-failure", State.BOUNCED),
        ("temporary-failure", State.FAILED),
        ("technical-failure", State.FAILED),
        ("sending", State.SENT),
    ],
)
def test_what_became_of_it(stand_in, monkeypatch, status, expected):
    heard = []
    monkeypatch.setattr(bounces, "_hearers", {"test": heard.append})
    server = stand_in(statuses={CHAIR: status})
    message = _queue()
    _run()
    _follow()
    now = _now(message)
    assert now.state == expected
    assert heard == ([CHAIR] if expected == State.BOUNCED else [])
    assert (now.follow_at is None) == (expected != State.SENT)
    if expected == State.FAILED:
        send_again(message=now, by=ANN, reason="Tried once more")
        _run()
        references = [each["reference"] for each in server.taken]
        assert len(references) == len(set(references)) == 2, (
            "a message sent on purpose is a new one to Notify"
        )


@pytest.mark.parametrize(
    ("refusal", "expected", "words"),
    [
        ((429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000"), State.QUEUED, "a minute"),
        ((429, "TooManyRequestsError", "Exceeded send limits (50) for today"), State.QUEUED, "today"),
        ((500, "Exception", "Internal server error"), State.QUEUED, "Internal server error"),
        ((400, "BadRequestError", "Template not found"), State.FAILED, "SCHOOLWARD_NOTIFY_TEMPLATE"),
        (
            (400, "BadRequestError", "Can’t send to this recipient when service is in trial mode"),
            State.FAILED,
            "trial mode",
        ),
        ((403, "AuthError", "Invalid token: signature"), State.FAILED, "SCHOOLWARD_NOTIFY_KEY"),
    ],
)
def test_refused(stand_in, refusal, expected, words):
    server = stand_in(refusals=[refusal])
    message = _queue()
    _run()
    assert _now(message).state == expected
    assert words in message.attempts.get().detail
    assert not server.taken


def test_busy_for_a_while_and_then_taken_once(stand_in):
    server = stand_in(refusals=[(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000")])
    message = _queue()
    _run()
    Message.objects.update(not_before=clock.real_now())
    _run()
    assert (_now(message).state, len(server.taken)) == (State.SENT, 1)


def test_team_key_says_so_in_a_sentence(stand_in):
    server = stand_in(team={"ann@example.org"})
    email = _queue()
    letter = _queue("l", channel="notify_post", recipient="1 Quay Street\nEstuary\nES1 1AA")
    _run()
    assert not server.taken
    for message, words in ((email, "only to the team's own people"), (letter, "cannot send letters")):
        assert _now(message).state == State.FAILED
        assert words in message.attempts.get().detail


def test_key_that_notify_does_not_know(stand_in, settings):
    stand_in()
    settings.SCHOOLWARD_NOTIFY_KEY = KEY.replace(SECRET, SECRET[::-1])
    message = _queue()
    _run()
    assert "refuses the key" in message.attempts.get().detail
    assert _now(message).state == State.FAILED


def test_nobody_there_is_tried_again(stand_in, settings):
    stand_in()
    settings.SCHOOLWARD_NOTIFY_URL = "http://127.0.0.1:9"
    message = _queue()
    _run()
    assert _now(message).state == State.QUEUED
    assert "could not be reached" in message.attempts.get().detail


class TestLineThatBreaks:
    """Notify took the message and nobody heard: it is asked, never sent a second time."""

    def test_asked_afterwards(self, stand_in):
        server = stand_in(hang_up_after_taking=1)
        message = _queue()
        _run()
        assert _now(message).state == State.UNSURE
        _run()
        assert len(server.taken) == 1, "nothing is sent while nobody has asked"
        _follow()
        now = _now(message)
        assert (now.state, now.taken_as) == (State.SENT, server.taken[0]["id"])
        _run()
        assert len(server.taken) == 1

    def test_asked_and_it_had_nothing(self, stand_in):
        server = stand_in(hang_up_after_taking=1)
        message = _queue()
        _run()
        server.taken.clear()
        _follow()
        assert _now(message).state == State.QUEUED
        _run()
        assert (_now(message).state, len(server.taken)) == (State.SENT, 1)

    def test_not_asked_too_soon(self, stand_in):
        server = stand_in(hang_up_after_taking=1)
        message = _queue()
        _run()
        wait = _now(message).follow_at - clock.real_now()
        assert wait > timedelta(minutes=4)
        _run(following.FOLLOW_KIND)
        assert (server.asked, _now(message).state) == (0, State.UNSURE)

    def test_nobody_to_ask_leaves_it_unsure(self, stand_in, settings):
        server = stand_in(hang_up_after_taking=1)
        message = _queue()
        _run()
        settings.SCHOOLWARD_NOTIFY_URL = "http://127.0.0.1:9"
        _follow()
        assert _now(message).state == State.UNSURE
        settings.SCHOOLWARD_NOTIFY_URL = server.url
        _follow()
        assert (_now(message).state, len(server.taken)) == (State.SENT, 1)

    def test_worker_that_died_is_found_and_notify_asked(self, stand_in):
        server = stand_in()
        message = _queue()
        held = sending._claim(message.pk)
        notify.send_email(held)  # and then the worker was killed
        Message.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
        sweep_all()
        assert _now(message).state == State.UNSURE
        _follow()
        assert (_now(message).state, len(server.taken)) == (State.SENT, 1)

    def test_passing_refusal_after_it_was_taken_all_the_same(self, stand_in):
        server = stand_in()
        message = _queue()
        notify.send_email(sending._claim(message.pk))
        sending._settle(Message.objects.get(), State.QUEUED, "500 from a gateway in front of Notify")
        Message.objects.update(not_before=clock.real_now())
        _run()
        assert (_now(message).state, len(server.taken)) == (State.SENT, 1)


def test_letter_goes_as_a_pdf_with_the_address_where_notify_looks(stand_in):
    server = stand_in(statuses={"letter": "received"})
    address = "Saltings Primary\n1 Quay Street\nWendmouth\nES1 1AA"
    message = _queue(channel="notify_post", recipient=address, recipient_name="Ann Reed")
    _run()
    pdf = base64.b64decode(server.taken[0]["given"]["content"])
    heights = {}

    def see(text, page, line, *rest):
        if text.strip():
            up = page[1] * line[4] + page[3] * line[5] + page[5]
            heights[text.strip()] = (841.89 - up) / 72 * 25.4

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=see)
    window = [words for words, mm in heights.items() if 39.5 <= mm <= 66.3]
    assert window == ["Ann Reed", *address.split("\n")]
    _follow()
    assert _now(message).state == State.DELIVERED


def test_files_go_as_links_of_notify(stand_in, monkeypatch):
    files = {
        "1": Attachment("strategy.pdf", "application/pdf", b"%PDF-1"),
        "2": Attachment("b.pdf", "", b"b"),
    }
    monkeypatch.setattr(channels, "_readers", [files.__getitem__])
    server = stand_in()
    _queue(attachments=["1", "2"])
    _run()
    given = server.taken[0]["given"]["personalisation"]
    assert given["file_1"]["filename"] == "strategy.pdf"
    assert base64.b64decode(given["file_2"]["file"]) == b"b"
    assert given["file_3"] == given["file_5"] == ""


def test_file_too_large_for_notify_is_told_and_nothing_sent(stand_in, monkeypatch):
    large = Attachment("plan.pdf", "application/pdf", b"x" * (2 * 1024 * 1024 + 1))
    monkeypatch.setattr(channels, "_readers", [lambda key: large])
    server = stand_in()
    message = _queue(attachments=["1"])
    _run()
    assert _now(message).state == State.FAILED
    assert "plan.pdf is larger than the 2 MB" in message.attempts.get().detail
    assert not server.taken
