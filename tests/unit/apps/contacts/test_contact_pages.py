"""The pages of contacts: gaps said, own school only, a workbook shown before it is taken in."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from schoolward.apps.contacts.actions import add_contact
from schoolward.apps.contacts.models import Confirmation, Contact, ContactUpload
from tests.factories.people import make_member, sign_in
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def ivy(by, school):
    more = {"email": "ivy@school.example", "starts_on": date(2024, 9, 1)}
    return add_contact(by=by, school=school, role="head", name="Ivy Moor", **more)


def _change(client, school, role="head", **sent):
    details = {"name": "Ivy Moor", "email": "ivy@school.example", "telephone": ""}
    return client.post(reverse("change_contact", args=[school.urn, role]), details | sent)


def test_the_list_names_people_and_gaps_and_can_be_narrowed(client, officer, ivy, school):
    make_school(900002, "Quay Primary School")
    make_school(900003, "Closed Primary School", status="Closed")
    sign_in(client, officer)
    page = client.get(reverse("contacts")).content.decode()
    for words in ("Ivy Moor", "no chair known", "no business manager known", "Quay Primary School"):
        assert words in page
    assert "Closed Primary School" not in page
    for query, there in (("words=saltings", True), ("words=900002", False), ("show=bounced", False)):
        assert ("Ivy Moor" in client.get(f"{reverse('contacts')}?{query}").content.decode()) is there


def test_each_kind_of_change_is_made_from_one_form(client, officer, ivy, school):
    sign_in(client, officer)
    assert "Choose what has changed" in _change(client, school).content.decode()
    assert "not an e-mail address" in _change(client, school, what="correct", email="x").content.decode()
    assert Contact.objects.count() == 1
    _change(client, school, what="correct", telephone="01632 960001")
    _change(client, school, what="replace", name="Tom Fenn", email="", on="1 September 2026")
    page = client.get(reverse("school_contacts", args=[school.urn])).content.decode()
    assert "Tom Fenn" in page
    assert "31 August 2026" in page, "the history says until when the one before was head"
    _change(client, school, what="end", on="30 October 2026")
    assert "nobody known" in client.get(reverse("school_contacts", args=[school.urn])).content.decode()
    _change(client, school, "clerk", name="Kit Lane")
    assert Contact.objects.get(role="clerk").source == "officer"


def test_a_school_sees_confirms_and_changes_its_own_and_finds_no_other(client, head, school, ivy):
    other = make_school(900002)
    sign_in(client, head)
    for name in ("school_contacts", "confirm_contacts"):
        assert client.get(reverse(name, args=[school.urn])).status_code == 200
        assert client.get(reverse(name, args=[other.urn])).status_code == 404
    assert _change(client, other, "chair", name="Cy Chair").status_code == 404
    assert client.post(reverse("confirm_contacts", args=[other.urn])).status_code == 404
    assert client.get(reverse("contacts")).status_code == 403
    _change(client, school, "chair", name="Cy Chair")
    assert Contact.objects.get(role="chair").source == "school"
    client.post(reverse("confirm_contacts", args=[school.urn]))
    assert Confirmation.objects.get().confirmed_by == head.person


def test_an_officer_of_another_authority_finds_nothing(client, officer, school):
    away = make_school(900009, authority_code=902)
    sign_in(client, officer)
    assert client.get(reverse("school_contacts", args=[away.urn])).status_code == 404
    assert _change(client, away).status_code == 404


def test_a_workbook_is_shown_then_taken_in_by_whoever_gave_it(client, officer, authority, ivy):
    sign_in(client, officer)
    given = client.get(reverse("contacts_export", args=["xlsx"])).content
    book = load_workbook(io.BytesIO(given))
    row = next(r for r in book["Contacts"].iter_rows(min_row=2) if r[2].value == "Chair of governors")
    row[3].value = "Cy <b>Chair</b>"
    out = io.BytesIO()
    book.save(out)
    page = client.post(reverse("contacts_import"), {"workbook": SimpleUploadedFile("c.xlsx", out.getvalue())})
    assert "Cy &lt;b&gt;Chair&lt;/b&gt;" in page.content.decode()
    upload = ContactUpload.objects.get()
    address = reverse("contacts_apply", args=[upload.pk])
    assert client.get(address).status_code == 405
    sign_in(client, make_member(authority, "adviser", "Ann Reed"))
    assert client.post(address).status_code == 404
    sign_in(client, officer)
    assert client.post(address).status_code == 302
    assert Contact.objects.get(role="chair").name == "Cy <b>Chair</b>"


@pytest.mark.parametrize("content", [None, b"URN,School\n1,2\n"])
def test_a_file_that_will_not_do_is_refused_on_the_page(client, officer, school, content):
    sign_in(client, officer)
    sent = {"workbook": SimpleUploadedFile("c.csv", content)} if content else {}
    reply = client.post(reverse("contacts_import"), sent)
    assert reply.status_code == 400
    assert ("not an Excel workbook" if content else "Choose the workbook") in reply.content.decode()


def test_those_who_only_read_contacts_change_none(client, authority, school, ivy):
    sign_in(client, make_member(authority, "director", "Dora Day"))
    assert client.get(reverse("contacts")).status_code == 200
    for name in ("contacts_import", "contacts_heads"):
        assert client.get(reverse(name)).status_code == 403
    assert _change(client, school, what="end").status_code == 403
