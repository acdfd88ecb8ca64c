"""The pages of services: what each kind of person sees, and how commissioning builds them."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from schoolward.apps.catalogue import actions, queries
from schoolward.apps.catalogue.models import Earmark, OfferedPerson, Price, ServiceLine, Terms
from schoolward.apps.catalogue.pricing import Part, PartKind
from tests.factories.catalogue import PRICE, add_line
from tests.factories.people import make_member, sign_in
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(authority, school):
    return make_member(authority, "headteacher", "Hal Head", urn=school.urn)


@pytest.fixture
def by_pupil(by, shelf):
    line = add_line(by, "hr-advice", "HR advice", free_part="")
    parts = (Part(PartKind.FLAT, 46_614), Part(PartKind.PER_PUPIL, 114, phase="primary"))
    actions.set_price(by=by, details=replace(PRICE, line="hr-advice", parts=parts))
    return line


def text_of(client, name, *args, query=""):
    reply = client.get(reverse(name, args=args) + query)
    assert reply.status_code == 200
    return reply.content.decode()


def test_head_sees_free_beside_charged_and_the_price_of_the_own_school(client, head, by_pupil):
    sign_in(client, head)
    page = text_of(client, "catalogue")
    for words in ("Leadership review", "a review each term", "£2,400.00", "£705.54", "prices for Saltings"):
        assert words in page
    page = text_of(client, "service", "hr-advice")
    for words in ("210 pupils at £1.14", "£239.40", "£705.54", "Ann Reed", "The order is the contract."):
        assert words in page
    assert "Set a new price" not in page
    assert client.get(reverse("new_price", args=["hr-advice"])).status_code == 403


def test_price_for_a_school_whose_pupils_are_not_known_is_unknown(client, authority, by_pupil):
    make_school(900002, "Quay Primary School", roll=None)
    sign_in(client, make_member(authority, "chair", "Cy Chair", urn=900002))
    page = text_of(client, "service", "hr-advice")
    assert "The number of pupils is not known" in page
    assert "£466.14 for each" not in page


def test_list_is_narrowed_by_words_names_category_and_day(client, manager, by_pupil):
    sign_in(client, manager)
    for query, there in (
        ("?words=payroll", False),
        ("?words=hr", True),
        ("?words=ann+reed", True),
        ("?words=nothing+such", False),
        ("?category=improvement", True),
        ("?category=other", False),
        ("?on=2025-03-31", False),
        ("?on=2027-04-01", True),
    ):
        assert ("HR advice" in text_of(client, "catalogue", query=query)) is there, query
    reply = client.get(reverse("catalogue_export", args=["xlsx"]) + "?words=hr")
    page = load_workbook(io.BytesIO(reply.content)).active
    assert [cell.value for cell in page[2]][:2] == ["hr-advice", "HR advice"]
    assert client.get(reverse("catalogue_export", args=["ods"])).status_code == 404


def test_line_is_added_changed_and_withdrawn(client, manager, shelf):
    sign_in(client, manager)
    sent = {
        "key": "coaching",
        "name": "Coaching",
        "category": "improvement",
        "provider": "advisers",
        "description": "An adviser coaches\r\na leader.",
        "charged_part": "Six meetings.",
        "unit": "package",
        "days_per_unit": "1.5",
        "people": "ann-reed",
        "vat": "not_set",
        "sold_from": "1 April 2026",
    }
    new = reverse("new_line")
    assert "Give a name" in client.post(new, sent | {"name": ""}).content.decode()
    assert "not a key" in client.post(new, sent | {"key": "Coa ching"}).content.decode()
    assert "already" in client.post(new, sent | {"key": "leadership-review"}).content.decode()
    assert client.post(new, sent).status_code == 302
    line = ServiceLine.objects.get(key="coaching")
    assert (line.description, str(line.days_per_unit)) == ("An adviser coaches a leader.", "1.50")
    assert 'value="1.5"' in text_of(client, "change_line", "coaching")
    client.post(reverse("change_line", args=["coaching"]), sent | {"name": "Coaching leaders", "people": []})
    line.refresh_from_db()
    assert (line.name, line.people.count()) == ("Coaching leaders", 0)
    away = reverse("withdraw_line", args=["coaching"])
    assert "Say why" in client.post(away, {"sold_until": "31 March 2027"}).content.decode()
    client.post(away, {"sold_until": "31 March 2027", "withdrawn_because": "Nobody bought it."})
    assert "Sold until 31 March 2027" in text_of(client, "service", "coaching")


def test_price_is_checked_against_every_school_before_it_is_set(client, manager, school, by_pupil):
    sign_in(client, manager)
    make_school(900002, "Quay Primary School", roll=100)
    make_school(900003, "Reed Primary School", roll=None)
    sent = {"audience": "maintained", "contract_year": "april", "starts_on": "1 April 2027", "is_firm": "no"}
    sent |= {"flat": "500", "kind": "per pupil", "pupil-primary": "2"}
    address = reverse("new_price", args=["hr-advice"])
    assert 'value="466.14"' in text_of(client, "new_price", "hr-advice")
    assert "Give the day" in client.post(address, sent | {"starts_on": ""}).content.decode()
    assert "not an amount" in client.post(address, sent | {"flat": "lots"}).content.decode()
    page = client.post(address, sent).content.decode()
    for words in ("£700.00", "£920.00", "For 1 school the price is", "£580.14", "£705.54"):
        assert words in page, words
    assert Price.objects.filter(line=by_pupil).count() == 1, "checked, and not yet set"
    assert client.post(address, sent | {"step": "set"}).status_code == 302
    assert queries.service_lines(date(2027, 4, 1))[0].list_price_pence == 92_000


@pytest.mark.parametrize(
    ("sent", "kinds"),
    [
        ({"kind": "band", "band-0-most": "100", "band-0-price": "5", "band-1-price": "9"}, ["band", "band"]),
        ({"kind": "level", "level-0-name": "Low", "level-0-price": "5"}, ["level"]),
        ({"kind": "flat", "flat": "5"}, ["flat"]),
    ],
)
def test_every_form_of_price_can_be_set(client, manager, shelf, sent, kinds):
    sign_in(client, manager)
    sent |= {"audience": "academy", "contract_year": "september", "starts_on": "1 September 2027"}
    reply = client.post(reverse("new_price", args=[shelf.key]), sent | {"is_firm": "yes", "step": "set"})
    assert reply.status_code == 302
    assert list(Price.objects.get(audience="academy").parts.values_list("kind", flat=True)) == kinds


def test_shelves_are_built_from_one_form_each(client, manager, shelf):
    sign_in(client, manager)
    new = {
        "category": {"key": "training", "name": "Training", "position": "2"},
        "skill": {"key": "coaching", "name": "Coaching"},
        "provider": {"key": "firm", "name": "A firm", "kind": "firm"},
        "person": {
            "key": "bo-lane",
            "name": "Bo Lane",
            "provider": "firm",
            "skills": ["coaching", "leadership"],
        },
        "terms": {
            "term_months": "36",
            "notice_days": "90",
            "starts_on": "1 April 2027",
            "words": "Three years.",
        },
    }
    for kind, sent in new.items():
        address = reverse("change_shelf", args=[kind, "new"])
        assert client.post(address, {}).status_code == 400, kind
        assert client.post(address, sent).status_code == 302, kind
    assert OfferedPerson.objects.get(key="bo-lane").skills.count() == 2
    assert Terms.objects.filter(category=None).count() == 2
    page = text_of(client, "shelves")
    for words in ("Bo Lane", "Coaching, Leadership", "36 months", "Private firm"):
        assert words in page
    address = reverse("change_shelf", args=["person", "bo-lane"])
    client.post(address, new["person"] | {"name": "Bo Lane-Reed", "skills": []})
    assert OfferedPerson.objects.get(key="bo-lane").name == "Bo Lane-Reed"
    assert client.get(reverse("change_shelf", args=["person", "nobody"])).status_code == 404
    assert client.get(reverse("change_shelf", args=["shoes", "new"])).status_code == 404


def test_workbook_goes_out_is_shown_and_taken_in(client, manager, shelf):
    sign_in(client, manager)
    book = load_workbook(io.BytesIO(client.get(reverse("catalogue_workbook")).content))
    book["Services"]["B2"].value = "Review of leadership"
    out = io.BytesIO()
    book.save(out)
    given = {"file": SimpleUploadedFile("catalogue.xlsx", out.getvalue())}
    page = client.post(reverse("catalogue_import"), given).content.decode()
    assert "<del>Leadership review</del>" in page
    address = page.split('action="/services/import/')[1].split('"')[0]
    assert client.post(f"/services/import/{address}").status_code == 302
    assert ServiceLine.objects.get().name == "Review of leadership"
    assert b"Review of leadership" in client.get(reverse("catalogue_sheet", args=["services"])).content
    assert "Choose the file" in client.post(reverse("catalogue_import")).content.decode()


def test_school_says_what_it_expects_to_spend_and_finds_no_other(client, head, school):
    sign_in(client, head)
    other = make_school(900002)
    address = reverse("earmark", args=[school.urn])
    assert "unknown" in text_of(client, "earmark", school.urn)
    sent = {"year": "2028", "amount": "12,000", "certainty": "guess", "budget": "1,200,000"}
    assert "Give the sum" in client.post(address, sent | {"amount": ""}).content.decode()
    assert "more than the whole" in client.post(address, sent | {"budget": "100"}).content.decode()
    client.post(address, sent)
    client.post(address, sent | {"amount": "15000", "certainty": "agreed"})
    page = text_of(client, "earmark", school.urn)
    for words in ("£15,000", "£12,000", "Superseded", "1.2%", "Hal Head, headteacher"):
        assert words in page
    assert client.get(reverse("earmark", args=[other.urn])).status_code == 404
    assert client.post(reverse("earmark", args=[other.urn]), sent).status_code == 404
    assert client.get(reverse("earmarks")).status_code == 403
    assert Earmark.objects.count() == 2


def test_officers_see_who_said_what_and_how_many_did_not(client, authority, head, school):
    sign_in(client, head)
    client.post(
        reverse("earmark", args=[school.urn]), {"year": "2027", "amount": "9000", "certainty": "agreed"}
    )
    make_school(900002)
    finance = make_member(authority, "finance_officer", "Fi Nance")
    sign_in(client, finance)
    page = text_of(client, "earmarks")
    for words in ("£9,000", "£42.86", "did not: what they will spend is unknown"):
        assert words in page
    assert b"Saltings Primary School" in client.get(reverse("earmarks_export", args=["csv"])).content
    assert "unknown" in text_of(client, "earmarks", query="?year=2028")
    assert client.post(reverse("earmark", args=[school.urn]), {}).status_code == 403
