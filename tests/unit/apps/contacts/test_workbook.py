"""Contacts out to Excel and in again: every difference shown, every bad cell named, all or nothing."""

import io
import time
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.contacts import queries, workbook
from schoolward.apps.contacts.actions import add_contact, end_contact
from schoolward.apps.contacts.importing import apply_upload, upload_contacts
from schoolward.apps.contacts.models import Contact, ContactUpload
from schoolward.publishing.given import MOST_LINES
from schoolward.terms.errors import BadFile, Conflict, NotAllowed, NotNow
from tests.factories.people import make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db
STARTED = date(2024, 9, 1)


@pytest.fixture
def chair(by, school):
    return add_contact(
        by=by,
        school=school,
        role="chair",
        name="Cy Chair",
        email="cy@school.example",
        telephone="01632 960001",
        starts_on=STARTED,
    )


def _exported():
    content = workbook.as_xlsx(queries.contacts_of(queries.open_schools()), date(2026, 11, 23))
    return load_workbook(io.BytesIO(content))


def _bytes(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _upload(by, book):
    content = book if isinstance(book, bytes) else _bytes(book)
    return upload_contacts(by=by, file_name="contacts.xlsx", content=content)


def _line(page, role):
    return next(row for row in page.iter_rows(min_row=2) if row[2].value == role)


def test_what_is_exported_says_nothing_new_when_it_comes_back(by, chair):
    _, found = _upload(by, _exported())
    assert (found.changes, found.unchanged, found.problems) == ((), 5, ())


def test_added_corrected_replaced_and_ended_are_told_apart_and_applied(by, school, chair, today):
    for role, name in (("head", "Ivy Moor"), ("clerk", "Kit Lane")):
        add_contact(by=by, school=school, role=role, name=name, starts_on=STARTED)
    book = _exported()
    page = book["Contacts"]
    _line(page, "Chair of governors")[4].value = "cy@new.example"
    _line(page, "Headteacher")[3].value = "Tom Fenn"
    _line(page, "Clerk to governors")[3].value = None
    _line(page, "School business manager")[3].value = "Bea Sum"
    upload, found = _upload(by, book)
    assert dict(found.counts) == {"corrected": 1, "replaced": 1, "ended": 1, "added": 1}
    assert Contact.objects.count() == 3, "nothing before somebody says yes"
    apply_upload(by=by, upload=upload)
    now = {c.role: c for c in queries.in_force(Contact.objects.all())}
    assert {role: c.name for role, c in now.items()} == {
        "chair": "Cy Chair",
        "head": "Tom Fenn",
        "business_manager": "Bea Sum",
    }
    assert (now["chair"].starts_on, now["chair"].source) == (STARTED, "import")
    assert now["head"].starts_on == today
    assert queries.contact_for(school, "head", date(2026, 11, 22)).name == "Ivy Moor"
    assert Event.objects.filter(action="contacts.import_contact").count() == 4
    assert ContactUpload.objects.get().rows == [], "the uploaded rows are forgotten"
    _, again = _upload(by, _exported())
    assert again.changes == ()


def test_a_line_left_out_changes_nothing(by, chair):
    book = _exported()
    book["Contacts"].delete_rows(2, 10)
    _, found = _upload(by, book)
    assert (found.changes, found.unchanged) == ((), 0)


@pytest.mark.parametrize(
    ("column", "value", "cell", "words"),
    [
        (1, "12", "A3", "six digits"),
        (1, "900999", "A3", "not an open school of this authority"),
        (3, "Caretaker", "C3", "not a role"),
        (4, None, "D3", "no name"),
        (5, "nowhere", "E3", "not an e-mail address"),
        (6, 1632960001, "F3", "lost its 0"),
        (6, "soon", "F3", "not a telephone number"),
        (7, "last autumn", "G3", "not a day"),
        (7, date(2027, 1, 1), "G3", "in the future"),
    ],
)
def test_a_bad_cell_is_named_with_the_reason_and_its_line_left_out(by, chair, column, value, cell, words):
    book = _exported()
    book["Contacts"].cell(3, column).value = value
    _, found = _upload(by, book)
    (problem,) = found.problems
    assert problem.cell == cell
    assert words in problem.sentence
    assert found.unchanged == 4


def test_a_school_and_role_named_twice_is_a_problem(by, chair):
    book = _exported()
    page = book["Contacts"]
    page.append([cell.value for cell in page[3]])
    _, found = _upload(by, book)
    assert [(p.cell, p.sentence) for p in found.problems] == [
        ("A7", "This school and role are on line 3 already.")
    ]


def test_merged_cells_are_named_and_their_lines_left_out(by, chair):
    book = _exported()
    book["Contacts"].merge_cells("B3:B4")
    _, found = _upload(by, book)
    assert [problem.cell for problem in found.problems] == ["B3:B4", "B3:B4"]
    assert (found.changes, found.unchanged) == ((), 3)


def test_a_wrong_sheet_is_refused_and_says_what_there_is(by, chair):
    book = _exported()
    book["Contacts"].title = "Sheet1"
    with pytest.raises(BadFile, match="no sheet called Contacts; there is Sheet1"):
        _upload(by, book)


def test_missing_and_reordered_columns_are_refused(by, chair):
    book = _exported()
    book["Contacts"].delete_cols(5)
    with pytest.raises(BadFile, match="lacks E-mail"):
        _upload(by, book)
    book = _exported()
    page = book["Contacts"]
    page["D1"].value, page["E1"].value = "E-mail", "Name"
    with pytest.raises(BadFile, match="another order"):
        _upload(by, book)


@pytest.mark.parametrize(
    "content",
    [
        b"URN,School,Role\n900001,Salt,Head\n",
        b"<html><table></table></html>",
        b"",
        b"PK\x03\x04half",
    ],
    ids=["csv", "html", "empty", "half a workbook"],
)
def test_what_is_no_workbook_is_refused_with_advice(by, school, content):
    with pytest.raises(BadFile, match=r"not an Excel workbook.*Save as"):
        _upload(by, content)
    assert not ContactUpload.objects.exists()


def test_names_that_look_like_formulas_go_out_and_in_as_text(by, school):
    name = "=HYPERLINK(1)"
    add_contact(by=by, school=school, role="head", name=name, telephone="+44 1632 960001")
    cells = _line(_exported()["Contacts"], "Headteacher")
    assert (cells[3].value, cells[3].data_type, cells[5].data_type) == (name, "s", "s")
    _, found = _upload(by, _exported())
    assert found.changes == ()
    csv = workbook.as_csv(queries.contacts_of(queries.open_schools())).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv
    assert "'+44 1632 960001" in csv


def test_nothing_else_is_applied_than_what_was_shown(by, school, chair):
    book = _exported()
    _line(book["Contacts"], "Chair of governors")[3].value = "Nia Next"
    upload, _ = _upload(by, book)
    end_contact(by=by, contact=chair, on=date(2026, 10, 1))
    with pytest.raises(Conflict, match="changed since"):
        apply_upload(by=by, upload=upload)


def test_an_upload_is_applied_once_and_by_whoever_saw_it(by, authority, chair):
    book = _exported()
    _line(book["Contacts"], "Headteacher")[3].value = "Tom Fenn"
    upload, _ = _upload(by, book)
    other = Acting.of(make_member(authority, "adviser", "Ann Reed"))
    with pytest.raises(NotNow, match="Somebody else"):
        apply_upload(by=other, upload=upload)
    apply_upload(by=by, upload=upload)
    with pytest.raises(NotNow, match="already"):
        apply_upload(by=by, upload=upload)


def test_only_those_who_keep_contacts_upload(authority, chair):
    analyst = Acting.of(make_member(authority, "analyst", "Al Gebra"))
    with pytest.raises(NotAllowed):
        _upload(analyst, _exported())


def test_somebody_whose_successor_is_settled_is_left_to_the_page(by, school, chair):
    end_contact(by=by, contact=chair, on=date(2026, 12, 31))
    next_one = {"school": school, "role": "chair", "name": "Nia Next", "starts_on": date(2027, 1, 1)}
    add_contact(by=by, **next_one)
    _, same = _upload(by, _exported())
    assert (same.changes, same.problems) == ((), ())
    book = _exported()
    _line(book["Contacts"], "Chair of governors")[3].value = "Someone Else"
    _, found = _upload(by, book)
    assert "Nia Next is to follow" in found.problems[0].sentence


def test_ten_thousand_lines_are_taken_in_quickly_and_in_few_statements(
    by, authority, django_assert_max_num_queries
):
    book = Workbook()
    page = book.active
    page.title = "Contacts"
    page.append(list(workbook.HEADINGS))
    roles = list(workbook.ROLE_OF)[:5]
    for urn in range(900001, 900401):
        make_school(urn)
        for role in roles:
            reach = [f"Person {urn} {role}", f"p{urn}@school.example", "01632 960001"]
            page.append([str(urn), "", role, *reach, None])
    for line in range(8000):  # a list with many empty lines below, as spreadsheets have
        page.cell(2002 + line, 4).value = ""
    started = time.perf_counter()
    upload, found = _upload(by, book)
    with django_assert_max_num_queries(60):
        apply_upload(by=by, upload=upload)
    assert dict(found.counts) == {"added": 2000}
    assert Contact.objects.count() == 2000
    assert time.perf_counter() - started < 20


def test_a_list_longer_than_any_authority_is_refused(by, school):
    book = Workbook()
    page = book.active
    page.title = "Contacts"
    page.append(list(workbook.HEADINGS))
    for _ in range(MOST_LINES + 1):
        page.append(["900001", "", "Headteacher", "A", "", "", None])
    with pytest.raises(BadFile, match="more than 20,000 lines"):
        _upload(by, book)
