"""Spreadsheets out and in: formatted, repeatable, and with nothing in them that runs."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from schoolward.publishing.spreadsheets import Sheet, SheetColumn, read_xlsx_rows, write_csv, write_xlsx
from schoolward.terms.errors import BadFile

COLUMNS = [
    SheetColumn("School"),
    SheetColumn("Expected standard (%)", "percent"),
    SheetColumn("Inspected", "date"),
    SheetColumn("Balance (£)", "pounds"),
    SheetColumn("Pupils", "whole"),
]
ROWS = [
    ("St Anne’s", 48.0, date(2018, 5, 1), -1234.5, 27),
    ('=HYPERLINK("http://evil.uk")', None, None, None, None),
    ("unknown", "unknown", "unknown", 0.0, 0),
]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def book(*sheets: Sheet):
    return load_workbook(io.BytesIO(write_xlsx(sheets, made_on=date(2018, 12, 31))))


def test_xlsx_head_is_bold_frozen_filtered_and_repeats_in_print():
    page = book(Sheet("Schools", COLUMNS, ROWS))["Schools"]
    assert all(cell.font.bold for cell in page[1])
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("B2", "A1:E4", "$1:$1")


def test_xlsx_figures_keep_their_kind_and_format():
    page = book(Sheet("Schools", COLUMNS, ROWS))["Schools"]
    assert [cell.value for cell in page[2]][1:] == [48, page["C2"].value, -1234.5, 27]
    assert page["C2"].value.date() == date(2018, 5, 1)
    assert [page[f"{c}2"].number_format for c in "BCDE"] == ['0.0"%"', "dd/mm/yyyy", "£#,##0.00", "#,##0"]


def test_xlsx_columns_are_as_wide_as_they_need_within_bounds():
    columns = [SheetColumn("A"), SheetColumn("B")]
    page = book(Sheet("S", columns, [("x", "y" * 200)]))["S"]
    assert (page.column_dimensions["A"].width, page.column_dimensions["B"].width) == (8, 60)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_xlsx_text_like_a_formula_is_text_and_reads_back_the_same(hostile):
    made = write_xlsx([Sheet("S", [SheetColumn("=head")], [(hostile,)])], made_on=date(2018, 12, 31))
    page = load_workbook(io.BytesIO(made)).active
    assert {cell.data_type for row in page.iter_rows() for cell in row} == {"s"}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml")
    assert list(read_xlsx_rows(made)) == [("=head",), (hostile.strip(),)]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_csv_text_like_a_formula_is_guarded(hostile):
    made = write_csv([SheetColumn("A")], [(hostile,)]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(made, newline=""))) == [["A"], ["'" + hostile]]


def test_csv_begins_with_a_mark_for_excel_and_keeps_numbers_dates_and_blanks():
    made = write_csv(COLUMNS, ROWS[:1])
    assert made.startswith(b"\xef\xbb\xbfSchool,")
    assert made.decode("utf-8-sig").splitlines()[1] == "St Anne’s,48.0,2018-05-01,-1234.5,27"


def test_xlsx_made_twice_has_the_same_bytes():
    once, again = (write_xlsx([Sheet("S", COLUMNS, ROWS)], made_on=date(2018, 12, 31)) for _ in range(2))
    assert once == again


def test_xlsx_sheet_name_that_excel_refuses_is_mended():
    assert book(Sheet("Schools: a/b? [" + "x" * 40, COLUMNS, [])).sheetnames[0].startswith("Schools  a b")


def test_read_xlsx_rows_strips_text_and_leaves_out_empty_rows():
    made = write_xlsx(
        [
            Sheet(
                "S",
                [SheetColumn("A"), SheetColumn("B", "date")],
                [(" x ", date(2018, 1, 2)), (None, None), ("y", None)],
            )
        ],
        made_on=date(2018, 12, 31),
    )
    assert list(read_xlsx_rows(made)) == [("A", "B"), ("x", date(2018, 1, 2)), ("y", None)]


@pytest.mark.parametrize("content", [b"", b"School,URN\n", b"<html></html>", b"PK\x03\x04 cut short"])
def test_read_xlsx_rows_of_something_else_is_refused(content):
    with pytest.raises(BadFile, match=r"contacts\.xlsx: this is not an Excel workbook"):
        read_xlsx_rows(content, name="contacts.xlsx")


def test_read_xlsx_rows_of_another_archive_is_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(BadFile, match="not an Excel workbook that can be read"):
        read_xlsx_rows(other.getvalue())


def test_read_xlsx_rows_of_a_swollen_workbook_is_refused_before_reading():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w") as part:
        for _ in range(201):
            part.write(bytes(1_000_000))
    with pytest.raises(BadFile, match="too large"):
        read_xlsx_rows(bomb.getvalue())


def test_read_xlsx_rows_of_a_sheet_that_is_not_there_names_those_that_are():
    made = write_xlsx([Sheet("Contacts", COLUMNS, ROWS)], made_on=date(2018, 12, 31))
    with pytest.raises(BadFile, match="Contacts"):
        read_xlsx_rows(made, sheet="People")
