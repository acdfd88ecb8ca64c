"""Paper and workbooks: out to a school, back, looked through, and kept beside what is there."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from schoolward.apps.accounts.models import Membership
from schoolward.apps.files.models import File
from schoolward.apps.survey import queries
from schoolward.apps.survey.models import Return
from schoolward.apps.survey.states import ReturnState
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.schools import make_school
from tests.factories.surveys import WHOLE, make_saltings

# the test string of the antivirus industry, in two parts so that no scanner takes this file for it
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCAN = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def saltings(db, today):
    authority = make_authority()
    with scope(authority):
        yield make_saltings(authority)


@pytest.fixture
def officer(client, saltings):
    return browse(client, saltings.officer)


def browse(client, acting):
    sign_in(client, Membership.objects.select_related("person").get(pk=acting.membership_id))
    return client


def address(s, name="enter_return", *more):
    return reverse(name, args=[s.survey.pk, s.school.urn, *more])


def book_of(client, s):
    return load_workbook(io.BytesIO(client.get(address(s, "survey_form", "xlsx")).content))


def filled(book, **answers):
    rows = {row[0].value: row[5] for row in book["Answers"].iter_rows(min_row=2)}
    for field, value in answers.items():
        rows[field.replace("__", ".").replace("_-_", "-")].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(client, s, content, name="return.xlsx"):
    return client.post(address(s), {"step": "read", "workbook": SimpleUploadedFile(name, content)})


def take(client, s, answers, **more):
    sent = {name: value for name, value in answers.items() if not isinstance(value, dict)}
    how = {"route": "paper", "on_behalf_of": "Hal Head, headteacher", "arrived_on": "20 November 2026"}
    scan = {"scan": SimpleUploadedFile("scan.pdf", SCAN, "application/pdf")}
    return client.post(address(s), {"step": "take"} | sent | how | scan | more)


# as the form sends them: money in pounds, an order of priorities place by place
TYPED = {k: v for k, v in WHOLE.items() if k not in ("budget", "priorities")}
TYPED |= {"budget": "12,000", "priorities:1": "reading", "priorities:2": "attendance"}


def test_form_to_print_asks_everything_and_is_tagged(client, saltings, officer):
    reply = officer.get(address(saltings, "survey_form", "pdf"))
    assert reply.headers["Content-Type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(reply.content))
    text = " ".join(page.extract_text() for page in paper.pages).replace("\n", " ")
    for words in ("Saltings", "Leadership review", "£500.00", "Who signs", "Which priorities"):
        assert words in text
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert officer.get(address(saltings, "survey_form", "doc")).status_code == 404


def test_school_prints_and_fills_in_its_own_form_and_finds_no_other(client, saltings):
    browse(client, saltings.head)
    client.post(
        reverse("answering_page", args=[saltings.entry.pk, "answered_by"]),
        {"version": 0, "key": "a", "answered_by": ["head"]},
    )
    own = reverse("answering_form", args=[saltings.entry.pk, "xlsx"])
    rows = load_workbook(io.BytesIO(client.get(own).content))["Answers"].iter_rows(
        min_row=2, values_only=True
    )
    assert next(row for row in rows if row[0] == "answered_by")[5] == "The headteacher"
    make_school(900002)
    other = make_member(saltings.authority, "headteacher", "Ola Other", urn=900002)
    sign_in(client, other)
    assert client.get(own).status_code == 404
    assert client.get(address(saltings, "survey_form", "xlsx")).status_code == 403


def test_officers_get_the_form_empty_whatever_the_school_is_writing(client, saltings):
    browse(client, saltings.head)
    client.post(
        reverse("answering_page", args=[saltings.entry.pk, "answered_by"]),
        {"version": 0, "key": "a", "answered_by": ["head"]},
    )
    book = book_of(browse(client, saltings.officer), saltings)
    assert {row[5] for row in book["Answers"].iter_rows(min_row=2, values_only=True)} == {None}


def test_workbook_is_kept_read_looked_through_and_taken_in(client, saltings, officer):
    content = filled(
        book_of(officer, saltings), answered_by="The headteacher; the chair of governors", budget=12000
    )
    page = read(officer, saltings, content).text
    assert "2 answers read" in page
    assert 'value="12,000"' in page
    assert not Return.objects.exists(), "nothing before somebody has looked it through"
    assert File.objects.get().name == "return.xlsx"
    how = {"route": "workbook", "scan": ""}
    assert take(officer, saltings, TYPED, **how).status_code == 302
    version = queries.nominated_version(saltings.entry)
    assert version.answers == WHOLE
    assert (version.on_behalf_of, version.returned.route) == ("Hal Head, headteacher", "workbook")


def test_paper_wants_its_scan_a_name_and_a_day(client, saltings, officer):
    page = take(officer, saltings, {}, scan="", on_behalf_of="", arrived_on="").text
    for words in ("Attach the scan", "Say who signed it", "Give the day", "Nothing is answered"):
        assert words in page
    assert take(officer, saltings, TYPED, arrived_on="30 November 2026").status_code == 400, "not come yet"
    bad = take(officer, saltings, TYPED | {"budget": "lots"})
    assert 'value="lots"' in bad.text, "what was typed is still there"
    assert not Return.objects.exists()
    assert take(officer, saltings, TYPED).status_code == 302
    names = set(File.objects.values_list("name", flat=True))
    assert names == {"scan.pdf"}


def test_second_answer_waits_to_be_compared_field_by_field(client, saltings, officer):
    take(officer, saltings, TYPED)
    reply = take(officer, saltings, TYPED | {"strategy_clear": "2"})
    states = list(Return.objects.order_by("number").values_list("state", flat=True))
    assert states == [ReturnState.NOMINATED, ReturnState.WAITING]
    page = officer.get(reply.url).text
    assert "Another answer counts: compare them" in page
    assert "Merge what is ticked" in page


def test_answers_that_the_others_leave_no_room_for_are_left_out_and_told(client, saltings, officer):
    reply = take(officer, saltings, TYPED | {"chance_list.governor-training": "3"})
    assert "1 answer was left out" in officer.get(reply.url).text
    assert "chance_list.governor-training" not in queries.nominated_version(saltings.entry).answers


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 not a workbook", "return.xlsx", "not what its name says|is not"),
        (EICAR, "return.xlsx", "virus|infected|EICAR"),
        (b"a,b\n", "return.csv", "There is no|not an Excel workbook"),
        (b"", "return.xlsx", "empty|damaged|not"),
    ],
    ids=["not what it says", "infected", "csv", "empty"],
)
def test_file_that_will_not_do_is_refused_in_words(client, saltings, officer, content, name, words):
    reply = read(officer, saltings, content, name)
    assert reply.status_code == 400
    assert any(word in reply.text for word in words.split("|"))
    assert not Return.objects.exists()


def test_infected_scan_is_refused_and_nothing_taken(client, saltings, officer):
    reply = take(officer, saltings, TYPED, scan=SimpleUploadedFile("scan.txt", EICAR, "text/plain"))
    assert reply.status_code == 400
    assert "EICAR" in reply.text
    assert not Return.objects.exists()
    assert not File.objects.exists()


def test_workbook_of_another_school_or_survey_is_refused(client, saltings, officer):
    book = book_of(officer, saltings)
    for cell, value, words in (
        ("B4", "900002", "workbook of 900002"),
        ("B5", "1-abc", "another survey"),
        ("B4", "=900001", "nobody we know"),
    ):
        was, book["About"][cell].value = book["About"][cell].value, value
        out = io.BytesIO()
        book.save(out)
        assert words in read(officer, saltings, out.getvalue()).text
        book["About"][cell].value = was
    del book["About"]
    out = io.BytesIO()
    book.save(out)
    assert "no sheet called About" in read(officer, saltings, out.getvalue()).text


def test_ten_thousand_rows_are_refused_and_bad_cells_named(client, saltings, officer):
    content = filled(book_of(officer, saltings), budget="=1+1", strategy_clear=99, partnership="Perhaps not")
    page = read(officer, saltings, content).text
    for words in ("It is a formula", "choose from 1 to 5", "is not one of the answers", "0 answers read"):
        assert words in page
    book = book_of(officer, saltings)
    for n in range(10_000):
        book["Answers"].cell(n + 2, 6).value = "x"
    out = io.BytesIO()
    book.save(out)
    assert "more than 5,000 lines" in read(officer, saltings, out.getvalue()).text
