"""Pages of work in the background, of the outbox and of files: who sees what, and what a click does."""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.files.actions import store_file
from schoolward.apps.files.owners import FileOwner, register_file_owner
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.states import State as JobState
from schoolward.apps.outbox import sending
from schoolward.apps.outbox.actions import queue_message
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadFile, NotAllowed
from tests.factories.people import make_authority, make_member, sign_in

pytestmark = pytest.mark.django_db


@job_kind("tests.page", label="Reading a file")
def read(job, *, wrong=False):
    if wrong:
        raise BadFile("This is no spreadsheet.", where="a.csv")
    return "One file read."


def _only_directors(owner_id, by):
    if by.role not in {"director", "system"}:
        raise NotAllowed("Only directors.")


register_file_owner(FileOwner("tests.letter", _only_directors, _only_directors))


@pytest.fixture
def authority():
    return make_authority()


@pytest.fixture
def elsewhere():
    return make_authority(902, "Elsewhere")


@pytest.fixture
def director(client, authority):
    sign_in(client, make_member(authority, "director", "Dora Marsh"))
    return client


def _enqueue(authority, **payload):
    by = Acting.system(authority)
    return enqueue("tests.page", by=by, authority=authority, payload=payload)


def _queue(authority, key="k", channel="smtp", recipient="chair@example.org"):
    with scope(authority):
        words = {"recipient": recipient, "subject": f"Panel {key}", "text": "Words for the chair alone"}
        return queue_message(by=Acting.system(authority), channel=channel, idempotency_key=key, **words)


def _page(client, name, *args, status=200, **query):
    reply = client.get(reverse(name, args=args), query)
    assert reply.status_code == status
    return reply.content.decode()


def test_jobs_of_the_authority_and_of_the_site_are_listed(director, authority, elsewhere):
    _enqueue(authority), _enqueue(None)
    theirs = _enqueue(elsewhere)
    page = _page(director, "jobs")
    assert page.count("Reading a file") == 2
    assert "the whole site" in page
    _page(director, "job", theirs.pk, status=404)
    assert "No such work" in _page(director, "jobs", state="failed")


def test_job_is_followed_and_cancelled(director, authority):
    job = _enqueue(authority)
    told = director.get(reverse("job_progress", args=[job.pk])).json()
    assert (told["state"], told["ended"]) == ("queued", False)
    assert "Cancel this work" in _page(director, "job", job.pk)
    reply = director.post(reverse("cancel_job", args=[job.pk]), follow=True)
    assert "The work is cancelled." in reply.content.decode()
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
    assert director.post(reverse("cancel_job", args=[job.pk])).status_code == 409


def test_failed_job_says_why_and_is_tried_again(director, authority):
    job = _enqueue(authority, wrong=True)
    attempts.run_job(job.pk)
    page = _page(director, "job", job.pk)
    assert "a.csv: This is no spreadsheet." in page
    assert "data-job=" not in page, "what has ended is not looked at again and again"
    director.post(reverse("try_job_again", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_running_job_shows_how_far_it_is(director, authority):
    job = _enqueue(authority)
    attempts._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(done_count=1200, total_count=2000, sentence="School 1,200")
    page = _page(director, "job", job.pk)
    assert 'max="2000" value="1200"' in page
    assert "1,200 of 2,000" in page


@pytest.mark.parametrize("name", ["cancel_job", "try_job_again"])
def test_job_is_not_changed_by_looking(director, authority, name):
    _page(director, name, _enqueue(authority).pk, status=405)


def test_roles_without_the_permission_see_neither_work_nor_letters(client, authority):
    sign_in(client, make_member(authority, "headteacher", "Hugh Head"))
    for name in ("jobs", "outbox"):
        _page(client, name, status=403)


def test_outbox_shows_to_whom_and_how_it_went_but_not_the_words(director, authority, elsewhere):
    message = _queue(authority)
    _queue(elsewhere)
    with scope(authority):
        sending.send(message.pk)
    page = _page(director, "outbox")
    assert page.count("Panel k") >= 1
    assert "chair@example.org" in page
    assert "Taken by the mail server." in page
    assert "Words for the chair" not in page
    assert len(mail.outbox) == 1


def test_unsure_message_is_settled_by_a_person_with_a_reason(director, authority):
    message = _queue(authority)
    with scope(authority):
        sending._claim(message.pk)
        Message.objects.update(state=State.UNSURE, lease_token="", lease_until=None)
    assert "Perhaps sent" in _page(director, "outbox")
    where = reverse("decide_message", args=[message.pk])
    assert director.post(where, {"decision": "sent"}).status_code == 400
    assert director.post(where, {"decision": "sent", "reason": "In the log"}).status_code == 302
    with scope(authority):
        assert Message.objects.get().state == State.SENT
    assert director.post(where, {"decision": "queued", "reason": "x"}).status_code == 409
    assert director.post(where, {"decision": "nonsense", "reason": "x"}).status_code == 400


def test_message_of_another_authority_is_not_found(director, elsewhere):
    theirs = _queue(elsewhere)
    reply = director.post(
        reverse("decide_message", args=[theirs.pk]), {"decision": "withdrawn", "reason": "x"}
    )
    assert reply.status_code == 404


def test_letters_are_put_together_fetched_and_posted(director, authority, elsewhere):
    _queue(authority, "one", "print", "1 Quay Street"), _queue(authority, "two", "print", "2 Quay Street")
    _queue(elsewhere, "theirs", "print", "3 Quay Street")
    assert "2 letters to be printed" in _page(director, "outbox")
    director.post(reverse("collect_letters"))
    with scope(authority):
        batch = Message.objects.first().batch
    pdf = director.get(reverse("letters_pdf", args=[batch.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert "attachment" in pdf["Content-Disposition"]
    director.post(reverse("letters_posted", args=[batch.pk]))
    assert director.post(reverse("letters_posted", args=[batch.pk])).status_code == 409
    with scope(authority):
        assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    _page(director, "letters_pdf", batch.pk + 1, status=404)


def test_file_is_fetched_as_a_download_by_whom_its_owner_lets(
    director, client, authority, settings, tmp_path
):
    settings.SCHOOLWARD_HOME = tmp_path
    with scope(authority):
        upload = ContentFile("hello, Zoë".encode(), name="Zoë's note.txt")
        version = store_file(
            by=Acting.system(authority), upload=upload, owner_kind="tests.letter", owner_id="1"
        )
    reply = director.get(reverse("download_file", args=[version.pk]))
    assert b"".join(reply.streaming_content) == "hello, Zoë".encode()
    assert reply["Content-Disposition"].startswith("attachment;")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply["Content-Security-Policy"]
    assert "no-store" in reply["Cache-Control"]
    _page(director, "download_file", version.pk + 1, status=404)
    version.content.path.unlink()
    _page(director, "download_file", version.pk, status=404)
    sign_in(client, make_member(authority, "adviser", "Ann Reed"))
    _page(client, "download_file", version.pk, status=404)
