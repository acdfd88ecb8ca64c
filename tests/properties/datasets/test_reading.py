"""Readers against dull twins, and what holds for every file: no cell is lost, no code becomes a figure."""

import csv
import io
import math
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.datasets.importing import import_folder
from schoolward.datasets.recognise import FORMS, Match, recognise_rows
from schoolward.datasets.schema import Kind
from schoolward.datasets.store import Part, Store, edition_key
from schoolward.datasets.tables import decode, read_table
from schoolward.datasets.values import parse_amount, parse_code, read_numbers
from schoolward.terms.codes import BLANK, MEANINGS, NOT_CARRIED
from tests.unit.datasets.published_files import ks2

CODES = sorted(set(MEANINGS) - {BLANK, NOT_CARRIED})
cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=8
)
printed = st.one_of(
    st.integers(-10_000, 10_000_000).map(str),
    st.integers(0, 9_999_999).map("{:,}".format),
    st.decimals(-999, 999, places=2).map(str),
    st.integers(0, 100).map("{}%".format),
    st.integers(0, 999_999).map("£{:,}".format),
)


def numbers(texts: list[str]):
    return read_numbers(pl.DataFrame({"x": pl.Series(texts, dtype=pl.String)}), {"x": Kind.FIGURE})["x"]


@given(st.lists(st.one_of(printed, st.sampled_from(["", *CODES]), cells), min_size=1, max_size=30))
def test_every_cell_is_a_figure_a_code_or_bad_and_only_one_of_them(texts):
    read = numbers(texts)
    bad = read.bad if read.bad is not None else pl.Series([False] * len(texts))
    for value, code, wrong in zip(read.value, read.code, bad, strict=True):
        assert (value is not None) + (code is not None) + bool(wrong) == 1
        assert value is None or math.isfinite(value)


@given(st.lists(st.one_of(printed, st.sampled_from(["", *CODES])), min_size=1, max_size=30))
def test_columns_read_together_agree_with_the_dull_twin_cell_by_cell(texts):
    read = numbers(texts)
    for text, value, code in zip(texts, read.value, read.code, strict=True):
        assert value == parse_amount(text.strip())
        assert code == (None if value is not None else parse_code(text.strip()))


@given(st.decimals(-10_000_000, 10_000_000, places=2))
def test_pounds_come_back_as_the_same_pence(pounds):
    frame = pl.DataFrame({"x": [f"£{pounds:,}" if pounds >= 0 else f"-£{-pounds:,}"]})
    assert read_numbers(frame, {"x": Kind.PENCE})["x"].value.to_list() == [int(pounds * 100)]


@settings(deadline=None)
@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_table_holds_the_cells_that_python_s_own_reader_finds(rows, separator, newline, quoted):
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=separator, lineterminator=newline, quoting=quoting)
    writer.writerows([["one", "two", "three"], *rows])
    raw, _ = decode(out.getvalue().encode())
    table = read_table(raw, separator=separator, header_line=0, header=["one", "two", "three"], name="x")
    twin = list(csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=separator))[1:]
    assert [list(row) for row in table.frame.iter_rows()] == [row for row in twin if any(row)]
    assert not table.refusals


@settings(deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=25))
def test_ragged_rows_are_refused_by_their_line_and_whole_ones_kept(widths):
    lines = ["a,b,c", *(",".join(["x"] * width) for width in widths)]
    raw = ("\n".join(lines) + "\n").encode()
    table = read_table(raw, separator=",", header_line=0, header=["a", "b", "c"], name="x")
    assert table.lines.to_list() == [n for n, width in enumerate(widths, 2) if width == 3]
    assert sorted(r.line for r in table.refusals) == [n for n, width in enumerate(widths, 2) if width != 3]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_bytes_that_are_no_file_never_do_more_than_be_refused(noise):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "in"
        folder.mkdir()
        (folder / "noise.csv").write_bytes(noise)
        store = Store(Path(scratch) / "store")
        [file] = import_folder(folder, store, today=date(2026, 3, 31)).files
        assert file.outcome in ("refused", "not known")
        assert store.parts() == ()


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_damage_anywhere_in_a_file_never_makes_up_a_school_or_a_figure(data):
    """Bytes cut out of a good file: what is taken is still only what the good file said, cell by cell."""
    whole = ks2(*({"URN": str(900001 + n), "TELIG": str(20 + n)} for n in range(6)))
    begin = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:begin] if data.draw(st.booleans()) else whole[begin:]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "in"
        folder.mkdir()
        (folder / "f.csv").write_bytes(damaged)
        store = Store(Path(scratch) / "store")
        import_folder(folder, store, today=date(2026, 3, 31))
        for part in store.parts():
            for row in store.frame(part).iter_rows(named=True):
                assert row["cohort"] == row["urn"] - 900001 + 20
                assert row["exp_rwm_pct"] in (64.0, None)
                assert row["prog_read"] in (-5.1, None)


@given(st.data())
def test_form_is_recognised_with_its_columns_in_any_order_and_others_between(data):
    form = data.draw(st.sampled_from([f for f in FORMS if len(f.needs) > 2]))
    header = [name for name, _ in form.needs] + data.draw(
        st.lists(st.text("qwz", min_size=6, max_size=9), max_size=4)
    )
    found = recognise_rows([data.draw(st.permutations(header))])
    assert isinstance(found, Match)
    assert {name for name, _ in form.needs} <= set(found.header)
    assert len(found.variant.needs()) + len(found.variant.marks) >= len(form.needs)


@given(st.permutations(range(6)), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_edition_is_of_the_set_of_parts_only(order, day):
    def part(n, first):
        return Part(
            f"{n:040d}", "ks2", "v", "2018", date(2018, 12, 13), "release table", first, "f", "0", 1, 0
        )

    straight = [part(n, date(2026, 1, 1)) for n in range(6)]
    assert edition_key([part(n, day) for n in order]) == edition_key(straight)


def test_binary_noise_is_refused_as_no_table(tmp_path):
    (tmp_path / "n.bin").write_bytes(b"\x00\x01" * 400)
    [file] = import_folder(tmp_path, Store(tmp_path / "s"), today=date(2026, 3, 31)).files
    assert file.message.startswith("This is not a table of text")
