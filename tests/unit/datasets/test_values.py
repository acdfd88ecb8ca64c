"""Cells: a code is never a zero, a figure is never guessed."""

from datetime import date

import polars as pl
import pytest

from schoolward.datasets import values
from schoolward.datasets.schema import Kind
from schoolward.terms.codes import BLANK, MEANINGS, NOT_CARRIED


def read(kind, *cells):
    return values.read_numbers(pl.DataFrame({"x": pl.Series(cells, dtype=pl.String)}), {"x": kind})["x"]


def bad(cells):
    return [False] * len(cells.value) if cells.bad is None else cells.bad.to_list()


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("44%", 44), ("£45,884", 45884), ("-1,234.5", -1234.5), ("5.4E-2", 0.054), (" 7 ", 7), (".5", 0.5),
        ("-£12", -12), ("£-12", -12), ("0", 0), ("-0.0", 0), ("1,234,567", 1234567), ("−2.5", -2.5),
        ("+3", 3),
    ],
)  # fmt: skip
def test_amount_in_publishers_spelling_is_a_figure(text, figure):
    cells = read(Kind.FIGURE, text)
    assert cells.value.to_list() == [figure]
    assert cells.code.to_list() == [None]
    assert bad(cells) == [False]


@pytest.mark.parametrize("code", sorted(set(MEANINGS) - {BLANK, NOT_CARRIED}))
def test_code_is_kept_and_is_no_figure(code):
    cells = read(Kind.FIGURE, code, "12")
    assert cells.value.to_list() == [None, 12.0]
    assert cells.code.to_list() == [code, None]


def test_literal_na_survives_beside_a_blank():
    assert read(Kind.FIGURE, "NA", "").code.to_list() == ["NA", BLANK]


@pytest.mark.parametrize(
    "text",
    ["abc", "1,2", "12,34", "1.2.3", "nan", "NaN", "inf", "-inf", "1e400", "--1", "5%%", "0x10", "1 2"],
)
def test_cell_that_is_neither_figure_nor_code_is_bad(text):
    cells = read(Kind.FIGURE, text)
    assert bad(cells) == [True]
    assert cells.value.to_list() == [None]
    assert cells.code.to_list() == [None]


def test_single_letter_codes_count_only_as_written():
    assert bad(read(Kind.FIGURE, "c", "C")) == [False, True]


def test_lowcov_in_small_letters_is_the_code():
    assert read(Kind.FIGURE, "lowcov", "supp").code.to_list() == ["LOWCOV", "SUPP"]


def test_pounds_are_exact_pence():
    cells = read(Kind.PENCE, "2145540.94", "-11223.65", "0.29", "1.005", "NP")
    assert cells.value.to_list()[:3] == [214554094, -1122365, 29]
    assert cells.value.dtype == pl.Int64
    assert cells.code.to_list()[4] == "NP"


def test_percentages_become_shares():
    assert read(Kind.SHARE, "21.5", "50%").value.to_list() == [0.215, 0.5]


@pytest.mark.parametrize(
    "text", ["01-09-2015", "01/09/2015", "2015-09-01", "20150901", "1 September 2015", "2015-09-01 00:00:00"]
)
def test_date_in_each_spelling_is_the_day(text):
    assert values.read_days(pl.Series([text])).value.to_list() == [date(2015, 9, 1)]


def test_date_that_does_not_exist_is_bad():
    assert bad(values.read_days(pl.Series(["31/02/2019", "", "NULL"]))) == [True, False, False]


def test_urn_is_six_digits():
    cells = read(Kind.URN, "100000", "100000.0", "99999", "1000000", "abc", "", "118258.5")
    assert cells.value.to_list() == [100000, 100000, None, None, None, None, None]
    assert bad(cells) == [False, False, True, True, True, False, True]
