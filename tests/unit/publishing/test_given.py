"""What people give back: cells read as what they are, and hostile files refused quickly."""

import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from schoolward.publishing import given
from schoolward.terms.errors import BadFile, BadInput


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(change):
    """A workbook of one line whose sheet's XML is changed."""
    book = Workbook()
    book.active.append(["a", "b"])
    before, out = zipfile.ZipFile(io.BytesIO(saved(book))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return out.getvalue()


def test_lines_keep_their_numbers_and_formulas_are_no_values():
    book = Workbook()
    page = book.active
    page.title = "S"
    page["A1"], page["B1"], page["B4"], page["A5"] = "Head", "Two", "=1+1", " x "
    table = given.read_tables(saved(book), "f.xlsx")["S"]
    assert table.headings == ("Head", "Two")
    lines = [(line, cells[:2]) for line, cells in table.below()]
    assert lines == [(4, (None, given.FORMULA)), (5, ("x", None))]


def test_one_merged_range_over_a_whole_sheet_is_found_in_no_time():
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    content = with_sheet(lambda part: part.replace(b"</sheetData>", merged))
    started = time.perf_counter()
    (table,) = given.read_tables(content, "f.xlsx").values()
    assert table.merged[1] == table.merged[given.MOST_LINES] == "A1:XFD1048576"
    assert time.perf_counter() - started < 5


def test_one_cell_far_below_is_too_many_lines_or_none():
    far = with_sheet(
        lambda part: part.replace(b'<row r="1"', b'<row r="1048576"').replace(b'"A1"', b'"A1048576"')
    )
    (table,) = given.read_tables(far, "f.xlsx").values()
    assert table.lines == ()


def test_more_lines_than_allowed_are_refused():
    book = Workbook()
    for n in range(12):
        book.active.append([n])
    assert len(given.read_tables(saved(book), "f.xlsx", most_lines=11)["Sheet"].lines) == 12
    with pytest.raises(BadFile, match="more than 10 lines"):
        given.read_tables(saved(book), "f.xlsx", most_lines=10)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part[: len(part) // 2],
        lambda part: part.replace(b"<sheetData>", b"<sheetData>&unknown;"),
        lambda part: part.replace(b'r="A1"', b'r="A1A"'),
    ],
    ids=["cut", "entity", "cell that is nowhere"],
)
def test_damaged_sheet_is_refused(change):
    with pytest.raises(BadFile, match="not an Excel workbook"):
        given.read_tables(with_sheet(change), "f.xlsx")


def test_swelling_archive_is_refused_unread():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (given.MOST_UNPACKED_BYTES + 1))
    with pytest.raises(BadFile, match="swells"):
        given.read_tables(out.getvalue(), "f.xlsx")


def test_csv_is_read_as_excel_writes_it_and_guards_are_taken_off():
    table = given.read_csv("\ufeffA,B\r\n'=1,£5\r\n".encode(), "f.csv")
    assert list(table.below()) == [(2, ("=1", "£5"))]
    assert list(given.read_csv("A\r\n£5\r\n".encode("cp1252"), "f.csv").below()) == [(2, ("£5",))]
    with pytest.raises(BadFile, match="more than 1 lines"):
        given.read_csv(b"A\n1\n2\n", "f.csv", most_lines=1)


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (given.text_of, 7.0, "7"),
        (given.text_of, None, ""),
        (given.text_of, True, "yes"),
        (given.day_of, datetime(2026, 9, 1, 12), date(2026, 9, 1)),  # noqa: DTZ001 (as Excel gives it)
        (given.day_of, "1 September 2026", date(2026, 9, 1)),
        (given.day_of, "", None),
        (given.number_of, "1,234.5", Decimal("1234.5")),
        (given.whole_of, 3.0, 3),
        (given.whole_of, None, None),
        (given.pence_of, 466.14, 46_614),
        (given.pence_of, "£1,234.50", 123_450),
        (given.pence_of, "", None),
        (given.yes_or_no_of, "Yes", True),
        (given.choice_of({"day": "A day"}), "a DAY", "day"),
        (given.choice_of({"day": "A day"}), "day", "day"),
    ],
)
def test_cell_is_read_as_what_it_is(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (given.text_of, given.FORMULA),
        (given.pence_of, given.FORMULA),
        (given.day_of, "soon"),
        (given.day_of, 45_000),
        (given.number_of, "nan"),
        (given.number_of, "1e400"),
        (given.whole_of, 1.5),
        (given.pence_of, "ten"),
        (given.yes_or_no_of, ""),
        (given.choice_of({"day": "A day"}), "hour"),
    ],
)
def test_cell_that_is_something_else_is_refused(read, cell):
    with pytest.raises(BadInput):
        read(cell)


def test_columns_have_the_names_that_spreadsheets_give_them():
    assert [given.column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
