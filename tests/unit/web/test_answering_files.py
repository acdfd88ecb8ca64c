"""Files and free text that a school sends with its answer: kept, shown as they are, or refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from schoolward.apps.accounts.models import Membership
from schoolward.apps.files import keeping
from schoolward.apps.files.models import File
from schoolward.apps.files.scanning import EICAR
from schoolward.apps.survey import actions, queries
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.reading import read_questionnaire
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, sign_in
from tests.factories.surveys import in_days, make_saltings

ASKED = {
    "key": "evidence",
    "title": "Evidence",
    "purpose": "Asks for a plan.",
    "sections": [
        {
            "key": "plan",
            "title": "Plan",
            "questions": [
                {"key": "plan_file", "kind": "file", "text": "Your plan", "cannot_say": True},
                {"key": "plan_words", "kind": "text", "text": "In your words"},
            ],
        }
    ],
}
PLAN = b"%PDF-1.7 our plan"
MARKED = "<script>alert(1)</script><b>bold</b> & 'quoted'"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;"


@pytest.fixture
def saltings(db, today):
    with scope(make_authority()) as authority:
        found = make_saltings(authority)
        version = actions.save_questionnaire(by=found.officer, definition=read_questionnaire(ASKED))
        survey = actions.prepare_survey(
            by=found.officer, title="Plans", version=version, services=(), closes_at=in_days(9)
        )
        actions.ask_schools(by=found.officer, survey=survey, schools=[found.school])
        actions.open_survey(by=found.officer, survey=survey)
        yield found


def browse(client, acting):
    sign_in(client, Membership.objects.select_related("person").get(pk=acting.membership_id))
    return client


def entry():
    return Entry.objects.get(survey__title="Plans")


def address(name, *args):
    return reverse(name, args=[entry().pk, *args])


def give(client, content, name="plan.pdf", version=0):
    upload = SimpleUploadedFile(name, content, "application/pdf")
    sent = {"version": version, "key": f"key-{name}-{len(content)}", "plan_file": upload}
    return client.post(address("answering_page", "plan_file"), sent)


def read(client, file):
    reply = client.get(file)  # read to its end, which closes it as a server does
    return reply.status_code, b"".join(reply.streaming_content) if reply.streaming else b""


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (EICAR, "plan.txt", "EICAR"),
        (b"MZ\x90\x00 a program", "plan.pdf", "plan.pdf"),
        (b"<html><script>alert(1)</script></html>", "plan.pdf", "plan.pdf"),
        (b"", "plan.pdf", "empty"),
        (b"a program", "plan.exe", "not kept here"),
        (PLAN + b" " * keeping.MAX_BYTES, "plan.pdf", "limited"),
    ],
)
def test_file_that_will_not_do_is_refused_beside_its_question_and_not_kept(
    client, saltings, content, name, words
):
    reply = give(browse(client, saltings.head), content, name)
    assert reply.status_code == 400
    assert "govuk-error-summary" in reply.text
    assert words in reply.text
    assert not File.objects.exists()
    assert queries.draft_of(queries.entry_to_answer(entry().pk, saltings.head)) is None


def test_file_is_kept_in_versions_and_read_by_officers_only_once_it_is_sent(client, saltings):
    head = browse(client, saltings.head)
    assert give(head, PLAN).status_code == 302
    assert give(head, PLAN + b", mended", version=1).status_code == 302
    kept = File.objects.get()
    assert [version.number for version in kept.versions.order_by("number")] == [1, 2]
    file = reverse("download_file", args=[kept.latest.pk])
    assert "plan.pdf" in head.get(address("answering_page", "plan_file")).text
    assert read(head, file) == (200, PLAN + b", mended")
    assert read(browse(client, saltings.officer), file)[0] == 404, "it is the school's own until sent"
    head = browse(client, saltings.head)
    head.post(address("answering_page", "plan_words"), {"version": 2, "key": "words", "plan_words": MARKED})
    assert SHOWN in head.get(address("answering_check")).text
    sent = head.post(address("answering_check"), {"version": 3, "note": MARKED})
    assert sent.status_code == 302
    officer = browse(client, saltings.officer)
    assert read(officer, file)[0] == 200
    page = officer.get(reverse("survey_school", args=[entry().survey_id, saltings.school.urn])).text
    assert page.count(SHOWN) >= 2, "the text and the note, as they were typed"
    assert "<script>alert" not in page


def test_file_of_another_school_is_not_taken_by_its_number(client, saltings):
    head = browse(client, saltings.head)
    give(head, PLAN)
    forged = {
        "version": 1,
        "key": "forged",
        "fields": "plan_file",
        "plan_file": str(File.objects.get().latest.pk),
    }
    reply = head.post(address("answering_save"), forged)
    draft = queries.draft_of(queries.entry_to_answer(entry().pk, saltings.head))
    assert draft.content["plan_file"]["name"] == "plan.pdf", reply.content
