"""Importing: each form recognised by its columns, good rows taken, bad rows and files named."""

import gzip
import io
import os
import time
import zipfile
from datetime import date

import openpyxl
import polars as pl
import pytest

from schoolward.datasets.importing import import_folder
from schoolward.terms.errors import BadInput, StoreError
from tests.unit.datasets.published_files import (
    GIAS_SCHOOL,
    KS2_COLUMNS,
    KS2_SCHOOL,
    gias,
    inspections,
    ks2,
    links,
    table,
    write,
)

GOOD = inspections((900001, "Good", "20180131"))


def only(report, name=None):
    files = [f for f in report.files if name is None or f.name.startswith(name)]
    assert len(files) == 1, report.files
    return files[0]


@pytest.mark.parametrize("name", ["anything__bin", "ks4_register__txt", "no_ending"])
def test_file_is_recognised_by_its_columns_whatever_its_name(bring, name):
    file = only(bring(**{name: ks2({})}))
    assert (file.outcome, file.product, file.periods, file.rows_taken) == ("taken", "ks2", ("2018",), 1)
    assert (file.published_on, file.published_basis) == (date(2018, 12, 13), "release table")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_ends_and_mark_make_no_difference(bring, store, separator, newline, mark):
    bring(a__csv=ks2({}, {"URN": "900002"}, separator=separator, newline=newline, mark=mark))
    frame = store.frame(store.parts()[0])
    assert frame.select("urn", "exp_rwm_pct", "prog_read").rows() == [
        (900001, 64.0, -5.1),
        (900002, 64.0, -5.1),
    ]


def test_windows_text_is_read_as_such(bring, store):
    bring(a__csv=gias({"EstablishmentName": "St Zoë’s"}).decode().encode("cp1252"))
    assert store.frame(store.parts()[0])["name"].to_list() == ["St Zoë’s"]


def test_utf16_text_is_read_as_such(bring, store):
    bring(a__txt=ks2({}, separator="\t").decode().encode("utf-16"))
    assert store.frame(store.parts()[0])["urn"].to_list() == [900001]


def test_packed_and_plain_are_the_same_content(bring):
    first = bring(a__csv=ks2({}))
    again = bring(b__csv__gz=ks2({}))
    assert only(again).outcome == "already here"
    assert first.edition == again.edition
    assert not again.changed


def test_zip_is_opened_and_each_member_named(bring):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2017-2018/england_ks2final.csv", ks2({}))
        archive.writestr("read me.txt", "nothing")
    report = bring(all__zip=packed.getvalue())
    assert only(report, "all.zip/2017").outcome == "taken"
    assert only(report, "all.zip/read").outcome == "not known"


def test_workbook_is_read_from_the_sheet_that_is_known(bring, store):
    book = openpyxl.Workbook()
    book.active.append(["Notes", "nothing here"])
    sheet = book.create_sheet("Most recent")
    sheet.append(["A title above the header"])
    sheet.append(["URN", "Rating", "Inspection Date"])
    sheet.append([900001, "Good", date(2018, 1, 31)])
    out = io.BytesIO()
    book.save(out)
    file = only(bring(a__xlsx=out.getvalue()))
    assert (file.outcome, file.product) == ("taken", "inspections")
    assert store.frame(store.parts()[0])["inspected_on"].to_list() == [date(2018, 1, 31)]


def test_same_import_twice_changes_nothing(bring):
    first = bring(a__csv=ks2({}), b__csv=GOOD)
    again = bring(a__csv=ks2({}), b__csv=GOOD, today=date(2026, 12, 1))
    assert first.changed
    assert not again.changed
    assert {f.outcome for f in again.files} == {"already here"}


def test_edition_does_not_depend_on_order_or_names_of_files(tmp_path):
    from schoolward.datasets.store import Store

    def edition(name, today, *files):
        store = Store(tmp_path / name / "store")
        for n, content in enumerate(files):
            import_folder(write(tmp_path / name / str(n), **{f"f{n}__csv": content}), store, today=today)
        return store.edition

    forth = edition("x", date(2026, 3, 1), ks2({}), GOOD, gias({}))
    back = edition("y", date(2026, 9, 9), gias({}), GOOD, ks2({}))
    assert forth == back


def test_code_where_a_figure_would_be_is_kept_and_counted(bring, store):
    rows = [{"URN": str(900001 + n), "READPROG": code} for n, code in enumerate(["SUPP", "NA", "LOWCOV", ""])]
    file = only(bring(a__csv=ks2(*rows)))
    assert {"SUPP": 1, "NA": 1, "LOWCOV": 1}.items() <= file.codes.items()
    frame = store.frame(store.parts()[0])
    assert frame["prog_read"].to_list() == [None] * 4
    assert frame["prog_read_code"].to_list() == ["SUPP", "NA", "LOWCOV", "blank"]


def test_bad_cell_refuses_its_row_with_line_column_and_reason(bring, store):
    file = only(bring(a__csv=ks2({}, {"URN": "900002", "READPROG": "minus two"}, {"URN": "900003"})))
    assert file.rows_taken == 2
    [refusal] = file.refusals
    assert (refusal.line, refusal.column) == (3, "READPROG")
    assert refusal.reason == "'minus two' is not a figure or a known code"
    assert store.frame(store.parts()[0])["urn"].to_list() == [900001, 900003]


def test_line_of_a_refusal_counts_line_breaks_inside_cells(bring):
    file = only(bring(a__csv=ks2({"SCHNAME": "Two\r\nLines"}, {"URN": "900002", "TELIG": "x1"})))
    assert [r.line for r in file.refusals] == [4]


def test_percentage_beyond_a_hundred_refuses_the_row(bring):
    file = only(bring(a__csv=ks2({}, {"URN": "900002", "PTRWM_EXP": "640%"})))
    assert file.refusals[0].reason == "'640%' is not between 0 and 100"


def test_truncated_gzip_is_refused_and_the_others_load(bring):
    whole = gzip.compress(ks2(*({"URN": str(900001 + n)} for n in range(3000))))
    report = bring(a__csv=whole[: len(whole) // 2], b__csv=GOOD)
    assert only(report, "a.csv").outcome == "refused"
    assert "damaged or cut short" in only(report, "a.csv").message
    assert only(report, "b.csv").outcome == "taken"


def test_web_page_saved_as_csv_is_refused_in_plain_words(bring):
    file = only(bring(a__csv=b"<!DOCTYPE html>\n<html><body>URN,Rating,Inspection Date</body></html>"))
    assert (file.outcome, "web page" in file.message) == ("refused", True)


def test_rows_with_another_separator_than_the_header_are_refused(bring):
    lines = ks2(*({"URN": str(900001 + n)} for n in range(20))).decode().split("\r\n")
    mixed = "\r\n".join([lines[0], *(line.replace(",", ";") for line in lines[1:])]).encode()
    file = only(bring(a__csv=mixed))
    assert file.outcome == "refused"
    assert "line 2" in file.message


def test_second_header_in_the_middle_is_refused_as_a_row(bring):
    body = ks2({}) + ks2({"URN": "900002"})
    file = only(bring(a__csv=body))
    assert file.rows_taken == 2
    assert [r.line for r in file.refusals] == [3]


def test_title_above_the_header_is_passed_over(bring):
    file = only(bring(a__csv=b"Management information, as at 31 March,,\r\n\r\n" + GOOD))
    assert (file.product, file.rows_taken) == ("inspections", 1)


def test_same_row_twice_is_taken_once_and_said(bring):
    file = only(bring(a__csv=ks2({}, {}, {"URN": "900002"})))
    assert file.rows_taken == 2
    assert file.refusals[0].reason == "repeats line 2"


def test_rows_of_one_school_that_differ_are_none_taken(bring, store):
    file = only(bring(a__csv=ks2({}, {"TELIG": "31"}, {"URN": "900002"}, {"URN": "900003"})))
    assert sorted(r.line for r in file.refusals) == [2, 3]
    assert "none is taken" in file.refusals[0].reason
    assert store.frame(store.parts()[0])["urn"].to_list() == [900002, 900003]


def test_missing_column_is_named_with_the_nearest_product(bring):
    columns = [c for c in KS2_COLUMNS if c != "TELIG"]
    row = {k: v for k, v in KS2_SCHOOL.items() if k != "TELIG"}
    file = only(bring(a__csv=table(columns, [row])))
    assert file.outcome == "not known"
    assert file.missing == ("TELIG",)
    assert "key stage 2 final results" in file.nearest


def test_file_unlike_any_product_is_named_and_the_rest_load(bring):
    report = bring(a__csv=b"colour,size\r\nred,3\r\n", b__csv=GOOD)
    assert only(report, "a.csv").outcome == "not known"
    assert only(report, "b.csv").outcome == "taken"


def test_inspection_in_the_future_refuses_its_row(bring):
    file = only(bring(a__csv=inspections((900001, "Good", "20180131"), (900002, "Good", "20270101"))))
    assert file.rows_taken == 1
    assert file.refusals[0].reason == "'20270101' is in the future"


def test_results_of_a_coming_year_refuse_the_file(bring):
    file = only(bring(a__csv=ks2({}).replace(b"_17", b"_30")))
    assert (file.outcome, "2031" in file.message) == ("refused", True)


def test_closure_still_to_come_is_taken(bring, store):
    closing = {"CloseDate": "31-08-2027", "EstablishmentStatus (name)": "Open, but proposed to close"}
    bring(a__csv=gias(closing))
    assert store.frame(store.parts()[0])["closed_on"].to_list() == [date(2027, 8, 31)]


def test_file_that_tells_no_year_is_refused_with_advice(bring):
    columns = [c for c in KS2_COLUMNS if c != "PTRWM_EXP_17"]
    rows = [{k: v for k, v in KS2_SCHOOL.items() if k in columns}]
    file = only(bring(results__csv=table(columns, rows)))
    assert file.outcome == "refused"
    assert "2017-18" in file.message


def test_year_comes_from_the_name_when_the_content_has_none(bring):
    columns = [c for c in KS2_COLUMNS if c != "PTRWM_EXP_17"]
    rows = [{k: v for k, v in KS2_SCHOOL.items() if k in columns}]
    assert only(bring(**{"ks2_2018-2019__csv": table(columns, rows)})).periods == ("2019",)


def test_year_comes_from_england_s_own_row_when_headers_have_none(bring):
    columns = [c for c in KS2_COLUMNS if c != "PTRWM_EXP_17"]
    england = dict.fromkeys(columns, "") | {
        "RECTYPE": "5", "PTRWM_EXP": "62%", "READ_AVERAGE": "104", "MAT_AVERAGE": "104",
    }  # fmt: skip
    rows = [{k: v for k, v in KS2_SCHOOL.items() if k in columns}, england]
    assert only(bring(a__csv=table(columns, rows))).periods == ("2017",)


def test_quotation_mark_never_closed_is_refused(bring):
    rows = b"".join(b'900%03d,"Good,20180131\r\n' % n for n in range(300))
    file = only(bring(a__csv=b"URN,Rating,Inspection Date\r\n" + rows))
    assert (file.outcome, file.rows_taken) == ("refused", 0)
    assert "begins at line 2" in file.message


def test_last_line_cut_short_is_refused_as_a_row(bring):
    whole = ks2({}, {"URN": "900002"}, {"URN": "900003"})
    file = only(bring(a__csv=whole[:-60]))
    assert file.rows_taken == 2
    assert [r.line for r in file.refusals] == [4]


def test_full_columns_row_that_stops_early_is_read_with_blanks(bring, store):
    lines = ks2({}, {"URN": "900002"}).split(b"\r\n")
    lines[1] = b",".join(lines[1].split(b",")[:12])
    file = only(bring(a__csv=b"\r\n".join(lines)))
    assert (file.rows_taken, file.rows_refused) == (2, 0)
    assert "rows stop early" in file.message
    assert store.frame(store.parts()[0])["prog_maths_code"].to_list()[0] == "blank"


def test_commas_of_the_register_s_last_column_are_taken(bring, store):
    body = gias({"Northing": "1"}, {"URN": "900002"}).replace(b",1\r\n", b",1,2 Predecessor,3\r\n", 1)
    file = only(bring(a__csv=body))
    assert file.outcome == "taken"
    assert 900002 in store.frame(store.parts()[0])["urn"].to_list()


@pytest.mark.parametrize("noise", ["binary", "text", "header then noise"])
def test_hundred_megabytes_of_noise_are_refused_soon(tmp_path, store, noise):
    folder = tmp_path / "noise"
    folder.mkdir()
    block = {
        "binary": os.urandom(1 << 20),
        "text": b"lorem ipsum dolor sit amet " * 38_000,
        "header then noise": b"x,y\n" * (1 << 18),
    }[noise]
    with (folder / "noise.csv").open("wb") as file:
        if noise == "header then noise":
            file.write(b"URN,Rating,Inspection Date\n")
        for _ in range(100):
            file.write(block)
    (folder / "good.csv").write_bytes(GOOD)
    begun = time.process_time()
    report = import_folder(folder, store, today=date(2026, 3, 31))
    assert only(report, "noise").outcome in ("refused", "not known")
    assert only(report, "good").outcome == "taken"
    assert time.process_time() - begun < 20


def test_spreadsheet_that_would_unpack_beyond_measure_is_refused(bring):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    file = only(bring(a__xlsx=packed.getvalue()))
    assert (file.outcome, "would unpack" in file.message) == ("refused", True)


def test_gzip_that_would_unpack_beyond_measure_is_refused(bring, monkeypatch):
    from schoolward.datasets import opening

    monkeypatch.setattr(opening, "MOST_BYTES", 1 << 20)
    file = only(bring(a__csv__gz=GOOD + b"900001,Good,20180131\r\n" * 200_000))
    assert (file.outcome, "larger than" in file.message) == ("refused", True)


def test_full_disk_says_so_and_nothing_is_loaded(bring, store, monkeypatch):
    before = bring(a__csv=GOOD).edition

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(StoreError, match="No space left"):
        bring(b__csv=ks2({}))
    assert store.edition == before


def test_empty_folder_and_no_folder_are_wrong_use(tmp_path, store):
    (tmp_path / "empty").mkdir()
    for folder, words in ((tmp_path / "empty", "no files"), (tmp_path / "none", "no such folder")):
        with pytest.raises(BadInput, match=words):
            import_folder(folder, store, today=date(2026, 3, 31))


def test_publication_day_in_the_future_is_wrong_use(bring):
    with pytest.raises(BadInput, match="future"):
        bring(a__csv=GOOD, published_on=date(2030, 1, 1))


def test_publication_day_given_applies_where_the_rules_know_none(bring):
    report = bring(a__csv=GOOD, b__csv=ks2({}), published_on=date(2020, 3, 1))
    assert only(report, "a").published_on == date(2020, 3, 1)
    assert only(report, "a").published_basis == "given"
    assert only(report, "b").published_on == date(2018, 12, 13)


def test_publication_day_given_later_makes_a_new_edition(bring):
    first = bring(a__csv=GOOD)
    second = bring(a__csv=GOOD, published_on=date(2020, 3, 1))
    assert first.edition != second.edition
    assert only(second).published_on == date(2020, 3, 1)


def test_empty_file_is_refused(bring):
    assert only(bring(a__csv=b"")).outcome == "refused"
    assert only(bring(b__csv=b"URN,Rating,Inspection Date\r\n")).outcome == "refused"


def test_progress_counts_files_and_names_the_next(tmp_path, store):
    told = []
    folder = write(tmp_path / "in", a__csv=GOOD, b__csv=ks2({}))
    import_folder(folder, store, today=date(2026, 3, 31), progress=lambda *step: told.append(step))
    assert told == [(0, 2, "a.csv"), (1, 2, "b.csv"), (2, 2, "")]


def test_links_in_both_columns_are_numbers(bring, store):
    rows = (900001, 900002, "Successor", "01-09-2017"), (900001, "x", "Successor", "")
    file = only(bring(a__csv=links(*rows)))
    assert (file.rows_taken, file.rows_refused) == (1, 1)


def test_documentation_is_named_and_not_loaded(bring):
    file = only(bring(a__csv=b"Column,Field Name,Label/Description\r\n1,URN,Number\r\n"))
    assert (file.outcome, file.product) == ("documentation", "documentation")


def test_head_of_the_example_is_fictional():
    assert GIAS_SCHOOL["HeadLastName"] == "Example"
