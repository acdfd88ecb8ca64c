"""The catalogue out and in again: every difference shown, every bad cell named, all or nothing."""

import io
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.catalogue import actions, importing, queries, workbook
from schoolward.apps.catalogue.holding import held_catalogue
from schoolward.apps.catalogue.models import CatalogueUpload, Price, ServiceLine
from schoolward.apps.catalogue.pricing import Part, PartKind
from schoolward.terms.errors import BadFile, Conflict, NotAllowed, NotNow
from tests.factories.catalogue import PRICE, REVIEW, add_line
from tests.factories.people import make_acting, make_member

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def rich(shelf, by):
    """Lines with every form of price."""
    forms = {
        "by-pupil": (Part(PartKind.FLAT, 46_614), Part(PartKind.PER_PUPIL, 114, phase="primary")),
        "by-band": (Part(PartKind.BAND, 95_000, most_pupils=120), Part(PartKind.BAND, 245_000)),
        "by-level": (
            Part(PartKind.LEVEL, 1, level="Low", includes="3 visits"),
            Part(PartKind.LEVEL, 2, level="High"),
        ),
    }
    for key, parts in forms.items():
        add_line(by, key, key.capitalize(), days_per_unit=None, free_part="")
        actions.set_price(by=by, details=replace(PRICE, line=key, parts=parts))
    return by


def exported():
    return load_workbook(io.BytesIO(workbook.as_xlsx(held_catalogue(), TODAY)))


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(by, book, name="catalogue.xlsx"):
    return importing.upload_catalogue(
        by=by, file_name=name, content=book if isinstance(book, bytes) else saved(book)
    )


def line_of(page, key):
    return next(row for row in page.iter_rows(min_row=2) if row[0].value == key)


def test_what_is_exported_says_nothing_new_when_it_comes_back(rich):
    _, found = upload(rich, exported())
    assert (found.changes, found.problems) == ((), ())
    assert found.unchanged == 1 + 1 + 1 + 1 + 4 + 4 + 1
    for form in workbook.FORMS:
        _, found = upload(rich, workbook.as_csv(form, held_catalogue()), f"{form.name}.csv")
        assert (found.changes, found.problems) == ((), ()), form.name
        assert found.unchanged


def test_added_and_changed_are_told_apart_and_applied(rich):
    book = exported()
    cells = line_of(book["Services"], "by-band")
    cells[1].value = "Attendance service"
    book["Services"].append(["new-one", "New", *[c.value for c in cells[2:]]])
    line_of(book["Prices"], "leadership-review")[11].value = 2500
    kept, found = upload(rich, book)
    assert [(c.sheet, c.kind, c.key) for c in found.changes] == [
        ("Services", "changed", "by-band"),
        ("Services", "added", "new-one"),
        ("Prices", "changed", ("leadership-review", "maintained", PRICE.starts_on)),
    ]
    assert found.changes[0].fields == (("name", "By-band", "Attendance service"),)
    assert ServiceLine.objects.count() == 4, "nothing before somebody says yes"
    importing.apply_upload(by=rich, upload=kept)
    assert ServiceLine.objects.get(key="new-one").charged_part == REVIEW.charged_part
    prices = Price.objects.filter(line__key="leadership-review")
    assert {p.set_aside_at is None: p.parts.get().price_pence for p in prices} == {
        True: 250_000,
        False: 240_000,
    }
    assert bytes(CatalogueUpload.objects.get().content) == b"", "the file is forgotten"
    _, again = upload(rich, exported())
    assert again.changes == ()


def test_printed_price_left_empty_is_worked_out(rich):
    book = exported()
    for row in book["Prices"].iter_rows(min_row=2):
        row[5].value = None
    _, found = upload(rich, book)
    assert (found.changes, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "words"),
    [
        ("Services", "A2", "Leadership Review", "not a key"),
        ("Services", "B2", None, "Give a name"),
        ("Services", "B2", "x" * 81, "longer than 80"),
        ("Services", "B2", "a\u2028b", "not seen"),
        ("Services", "C2", "nowhere", "no 'nowhere' on the sheet Categories"),
        ("Services", "H2", "hour", "'hour' is not one of the choices"),
        ("Services", "I2", "few", "not a number"),
        ("Services", "I2", 0, "above 0"),
        ("Services", "J2", "ann-reed; nobody", "no 'nobody' on the sheet People"),
        ("Services", "M2", None, "It is empty"),
        ("Services", "M2", "soon", "not a day"),
        ("Services", "N2", date(2026, 3, 31), "why it is no longer sold"),
        ("Services", "L2", 99_999, "out of reach"),
        ("Services", "G2", "=1+1", "It is a formula"),
        ("Prices", "B2", "everybody", "not one of the choices"),
        ("Prices", "E2", "maybe", "neither yes nor no"),
        ("Prices", "L2", "much", "not an amount of money"),
        ("Prices", "L2", -5, "below zero"),
        ("Prices", "A2", "nothing", "no 'nothing' on the sheet Services"),
        ("Terms", "C2", 0, "from 1 to 60"),
        ("Providers", "C2", "Charity", "not one of the choices"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_can_be_taken(shelf, by, sheet, cell, value, words):
    book = exported()
    book[sheet][cell].value = value
    kept, found = upload(by, book)
    (problem,) = [p for p in found.problems if p.sheet == sheet]
    # a last day wants its reason, and the parts of a price are judged together
    assert problem.cell == {"N2": "O2"}.get(cell, "G2" if value == -5 else cell)
    assert words in problem.sentence
    with pytest.raises(NotNow, match="will not do"):
        importing.apply_upload(by=by, upload=kept)


def test_lines_of_one_price_that_differ_are_named(rich):
    book = exported()
    rows = [row for row in book["Prices"].iter_rows(min_row=2) if row[0].value == "by-band"]
    rows[1][4].value = "no"
    _, found = upload(rich, book)
    assert [(p.cell[0], p.sentence) for p in found.problems] == [
        ("E", "Lines of one price differ in this. Say the same on each.")
    ]


def test_the_same_key_twice_is_a_problem(shelf, by):
    book = exported()
    book["Skills"].append(["leadership", "Again"])
    _, found = upload(by, book)
    assert [(p.sheet, p.cell, p.sentence) for p in found.problems] == [
        ("Skills", "A3", "It is on line 2 already.")
    ]


def test_merged_cells_are_named(shelf, by):
    book = exported()
    book["Services"].merge_cells("B2:C2")
    _, found = upload(by, book)
    assert [p.cell for p in found.problems if p.sheet == "Services"] == ["B2:C2"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "not an Excel workbook"),
        (b"%PDF-1.7", "a.xlsx", "not an Excel workbook"),
        (b"PK\x03\x04half", "a.csv", "not CSV"),
        (b"URN,School\r\n", "a.csv", "not that of any sheet"),
        (b"", "a.csv", "not that of any sheet"),
        (b"x" * 5_000_001, "a.xlsx", "larger than 5 MB"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_advice(shelf, by, content, name, words):
    with pytest.raises(BadFile, match=words):
        upload(by, content, name)
    assert not CatalogueUpload.objects.exists()


def test_wrong_and_missing_sheets_and_columns_are_refused(shelf, by):
    book = exported()
    book["Terms"].title = "Sheet1"
    with pytest.raises(BadFile, match="The sheet Sheet1 is none"):
        upload(by, book)
    del book["Sheet1"]
    assert upload(by, book)[1].problems == (), "a sheet left out is left alone"
    book["Services"].delete_cols(9)
    with pytest.raises(BadFile, match="lacks Days per unit"):
        upload(by, book)


def test_nothing_else_is_applied_than_what_was_shown(shelf, by, authority):
    book = exported()
    line_of(book["Services"], "leadership-review")[1].value = "Another name"
    kept, _ = upload(by, book)
    other = Acting.of(make_member(authority, "commissioning_manager", "Ida Other"))
    with pytest.raises(NotNow, match="Somebody else"):
        importing.apply_upload(by=other, upload=kept)
    actions.set_line(by=by, details=replace(REVIEW, name="A third"))
    with pytest.raises(Conflict, match="changed since"):
        importing.apply_upload(by=by, upload=kept)
    with pytest.raises(NotAllowed):
        upload(make_acting(authority, "adviser"), book)


def test_words_that_look_like_formulas_go_out_and_in_as_text(shelf, by):
    actions.set_line(by=by, details=replace(REVIEW, name="=1+1", description="-", charged_part="@x"))
    assert upload(by, exported())[1].changes == ()
    csv = workbook.as_csv(workbook.BY_NAME["Services"], held_catalogue())
    assert b"'=1+1" in csv
    assert upload(by, csv, "s.csv")[1].changes == ()
    assert queries.service_lines(TODAY)[0].name == "=1+1"
