"""The pages of a letter: write with preview, recipients, freeze, sign, send, and what became of each copy."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.letters import queries
from schoolward.apps.letters.models import Copy, FrozenLetter, Letter
from schoolward.apps.tenancy.scope import scope
from tests.factories.letters import make_letter, make_office, make_schools
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    office = make_office()
    make_schools(office, 2)
    with scope(office.authority):
        yield office


@pytest.fixture
def writer(client, office):
    from schoolward.apps.accounts.models import Membership

    sign_in(client, Membership.objects.get(pk=office.writer.membership_id))
    return client


@pytest.fixture
def letter(office):
    return make_letter(office)


def run_jobs():
    for _ in range(2):
        for job in Job.objects.not_started().order_by("pk"):
            attempts.run_job(job.pk)


def test_letter_goes_from_beginning_to_delivery_on_its_pages(writer, office):
    assert "No letter has been written yet" in writer.get("/letters/").content.decode()
    begun = writer.post("/letters/", {"title": "Spring letter", "beginning": "kind:plain"}, follow=True)
    letter = Letter.objects.get()
    assert f"/letters/{letter.pk}/" == begun.request["PATH_INFO"]
    assert "missing for 4 recipients" in begun.content.decode(), "nobody signs yet"
    choice = {
        "audience": "schools.all|",
        "roles": ["head"],
        "by_email": "yes",
        "paper": "print",
        "signatory": office.signatory.pk,
    }
    chosen = writer.post(f"/letters/{letter.pk}/recipients/", choice, follow=True).content.decode()
    assert "2 people reached" in chosen
    page = writer.get(f"/letters/{letter.pk}/?to=900002-head").content.decode()
    assert "I write about Saltings 900002 Primary School." in page
    upload = SimpleUploadedFile("strategy.pdf", b"%PDF-1.7 draft")
    page = writer.post(f"/letters/{letter.pk}/files/", {"file": upload}, follow=True).content.decode()
    assert "strategy.pdf is attached (version 1)" in page
    version = queries.draft_of(letter).version
    page = writer.post(
        f"/letters/{letter.pk}/freeze/", {"base_version": version}, follow=True
    ).content.decode()
    frozen = FrozenLetter.objects.get()
    assert "may not sign letters" in page, "the writer sees why not to sign"
    assert writer.post(f"/letters/frozen/{frozen.pk}/sign/").status_code == 403
    sign_in(writer, office.signatory)
    writer.post(f"/letters/frozen/{frozen.pk}/sign/")
    writer.post(f"/letters/frozen/{frozen.pk}/send/")
    run_jobs()
    assert len(mail.outbox) == 2
    page = writer.get(f"/letters/frozen/{frozen.pk}/").content.decode()
    assert page.count(">sent</strong>") == 2
    rows = writer.get(f"/letters/frozen/{frozen.pk}/copies.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "head@900001.example" in rows[1]
    copy = Copy.objects.first()
    assert "I write about" in writer.get(f"/letters/frozen/{frozen.pk}/copies/{copy.pk}/").content.decode()
    assert "2 sent" in writer.get("/letters/").content.decode()


def test_text_that_cannot_be_saved_is_shown_again_with_the_reason(writer, letter):
    answer = writer.post(f"/letters/{letter.pk}/", {"body": "Dear {{ recipient.name", "base_version": "1"})
    assert answer.status_code == 400
    assert "Dear {{ recipient.name" in answer.content.decode()


def test_missing_field_is_listed_and_freezing_refused(writer, office):
    letter = make_letter(office, body="Of {{ school.trust }}")
    page = writer.get(f"/letters/{letter.pk}/").content.decode()
    assert "Saltings 900001 Primary School (headteacher): school.trust" in page
    answer = writer.post(f"/letters/{letter.pk}/freeze/", {"base_version": queries.draft_of(letter).version})
    assert answer.status_code == 400
    assert "Saltings 900002 Primary School (headteacher): school.trust" in answer.content.decode()


def test_recipients_that_make_no_sense_are_told_beside_the_question(writer, letter):
    answer = writer.post(f"/letters/{letter.pk}/recipients/", {"audience": "schools.all|", "paper": "print"})
    assert answer.status_code == 400
    assert "Choose who signs the letter." in answer.content.decode()


def test_html_in_a_name_is_shown_as_it_is(writer, office, letter):
    from schoolward.apps.contacts.models import Contact

    Contact.objects.update(name="<script>alert(1)</script>")
    page = writer.get(f"/letters/{letter.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_preview_on_paper_is_a_pdf(writer, letter):
    assert writer.get(f"/letters/{letter.pk}/preview.pdf").content.startswith(b"%PDF")


def test_reader_sees_letters_and_may_not_write(client, office, letter):
    sign_in(client, make_member(office.authority, "adviser", "Ad Vise"))
    assert "Begin from" not in client.get("/letters/").content.decode()
    assert "may not write letters" in client.get(f"/letters/{letter.pk}/").content.decode()
    assert client.post("/letters/", {"title": "x", "beginning": "kind:plain"}).status_code == 403
    assert client.post(f"/letters/{letter.pk}/", {"body": "x"}).status_code == 403


def test_letter_of_another_authority_is_not_found(client, office, letter):
    from tests.factories.people import make_authority

    elsewhere = make_authority(902, "Elsewhere")
    sign_in(client, make_member(elsewhere, "director", "Els Where"))
    for path in (
        f"/letters/{letter.pk}/",
        f"/letters/{letter.pk}/recipients/",
        f"/letters/{letter.pk}/preview.pdf",
    ):
        assert client.get(path).status_code == 404
