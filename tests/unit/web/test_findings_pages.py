"""Pages of findings: what each does with what was sent, and who sees what."""

import io
import zipfile

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.findings import actions, coding, queries
from schoolward.apps.findings.models import Findings, Remark
from schoolward.apps.findings.states import ByPhase
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.tenancy.scope import scope
from tests.factories.findings import answer_all, make_surveyed
from tests.factories.people import make_authority, make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(today, settings):
    """A closed survey of ten schools with its texts and one theme, and everybody's membership."""
    settings.SCHOOLWARD_DEMONSTRATION = True
    authority = make_authority(demonstration=True)
    with scope(authority):
        found = make_surveyed(authority, schools=10)
        answer_all(found)
        found.close()
        coding.gather_remarks(by=found.analyst, survey=found.survey)
        coding.name_theme(by=found.analyst, survey=found.survey, name="Price", words="price cheaper")
    return found


def as_(client, acting):
    """The client, signed in as somebody."""
    with scope(acting.authority):
        sign_in(client, Membership.objects.get(pk=acting.membership_id))
    return client


def test_findings_are_prepared_in_the_background_published_and_read(made, client):
    as_(client, made.analyst)
    page = f"/findings/survey/{made.survey.pk}/"
    assert (
        client.post(page, {"step": "prepare", "summary": "In short.", "by_phase": "every"}).status_code == 302
    )
    assert "You can leave this page" in client.get(page).content.decode()
    for job in Job.objects.not_started():
        attempts.run_job(job.pk)
    assert Job.objects.get().state == "done", Job.objects.get().sentence
    with scope(made.authority):
        row = Findings.objects.get()
    assert row.summary == "In short."
    as_(client, made.director)
    published = client.post(f"/findings/{row.pk}/step/publish/", {"readers": "public"})
    assert published.status_code == 302
    as_(client, Acting.of(make_member(made.authority, "headteacher", "Hal Head")))
    shown = client.get(f"/findings/{row.pk}/").content.decode()
    assert "8 of 10" in shown
    assert "In short." in shown
    assert client.get(page).status_code == 403
    client.logout()
    assert client.get(f"/findings/{row.pk}/").status_code == 302
    public = client.get(f"/findings/public/{row.pk}/").content.decode()
    assert "In short." in public
    assert "<b>small" not in shown + public


def test_findings_for_those_who_sign_in_are_not_there_for_others(made, client):
    with scope(made.authority):
        row = actions.prepare_findings(by=made.analyst, survey=made.survey, by_phase=ByPhase.NONE)
        as_(client, Acting.of(make_member(made.authority, "headteacher", "Hal Head")))
        assert client.get(f"/findings/{row.pk}/").status_code == 404
        actions.publish_findings(by=made.director, findings=row)
    assert client.get(f"/findings/{row.pk}/").status_code == 200
    client.logout()
    assert client.get(f"/findings/public/{row.pk}/").status_code == 404


def test_text_is_decided_and_a_passage_left_out_on_its_page(made, client):
    as_(client, made.analyst)
    with scope(made.authority):
        remark = Remark.objects.filter(text__contains="Pat Green").first()
        theme = queries.themes_of(made.survey)[0]
    page = f"/findings/text/{remark.pk}/"
    refused = client.post(page, {"step": "decide"})
    assert refused.status_code == 400
    assert "Choose a theme" in refused.content.decode()
    left_out = {"step": "redact", "passage": "Pat Green", "reason": "person"}
    shown = client.post(page, left_out, follow=True).content.decode()
    assert "[left out: names or describes a person]" in shown
    onward = client.post(page, {"step": "decide", "theme": theme.pk})
    assert onward.status_code == 302
    assert onward.url != page
    listed = client.get(f"/findings/survey/{made.survey.pk}/texts/?show=decided").content.decode()
    assert "decided by Ana List" in listed


def test_reply_that_is_not_whole_keeps_what_was_typed(made, client):
    as_(client, made.analyst)
    page = f"/findings/survey/{made.survey.pk}/replies/"
    refused = client.post(page, {"said": "Too dear", "did": "A half day", "state": "planned"})
    assert refused.status_code == 400
    assert "Say by when it will be done." in refused.content.decode()
    assert "A half day" in refused.content.decode()
    whole = {"said": "Too dear", "did": "A half day", "state": "done"}
    assert "A half day" in client.post(page, whole, follow=True).content.decode()


def test_answers_leave_in_every_form(made, client):
    as_(client, made.analyst)
    base = f"/findings/survey/{made.survey.pk}/answers"
    whole = client.get(f"{base}.csv").content.decode("utf-8-sig")
    assert whole.splitlines()[0].startswith("urn,school,phase,returned_on")
    assert len(whole.splitlines()) == 9
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"{base}.zip").content))
    assert packed.namelist() == ["schools.csv", "services.csv", "answers.csv"]
    assert client.get(f"{base}.json").json()["codeBook"]["version"] == "2.5"
    assert client.get(f"{base}.xlsx").content[:2] == b"PK"
    assert client.get(f"{base}.doc").status_code == 404
