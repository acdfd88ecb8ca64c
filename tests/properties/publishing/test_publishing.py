"""Whatever is put in, the promises hold: nothing exempt leaks, nothing runs, what is frozen thaws."""

from __future__ import annotations

import io
import math
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.publishing import pandoc
from schoolward.publishing.canvas import nice_ticks, spread
from schoolward.publishing.figures import bind, escape, split_exempt
from schoolward.publishing.maps import simplify
from schoolward.publishing.provenance import freeze, stale, thaw
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, read_xlsx_rows, write_csv, write_xlsx
from schoolward.publishing.tables import table, width_shares
from tests.fixtures.publishing.estuary import bound

printable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")), max_size=60)
line = printable.filter(lambda s: not s.startswith(":::"))
reason = st.text("abcdefghij 0123456789", min_size=1, max_size=20)


@settings(deadline=None, max_examples=40)
@given(printable)
def test_escaped_text_comes_out_of_markdown_as_it_went_in(text):
    tree = pandoc.read_markdown(f"x{escape(text)}x")
    said = pandoc.plain(tree["blocks"]).replace("\u00a0", " ")
    quotes = str.maketrans("“”‘’…–—", "\"\"''\u2026--")
    assert "".join(said.translate(quotes).split()) == "".join(
        f"x{text}x".translate(quotes).replace("\u00a0", " ").split()
    )


@given(st.lists(st.tuples(line, st.none() | reason), max_size=8))
def test_exempt_text_is_split_off_whole_and_in_order(pieces):
    text = "\n".join(
        body if why is None else f'::: exempt {{reason="{why}"}}\n{body}\n:::' for body, why in pieces
    )
    split = [(p.text, p.reason) for p in split_exempt(text)]
    assert [p for p in split if p[1]] == [(body, why) for body, why in pieces if why is not None]
    exempt_aside = "".join(text for text, why in split if not why).replace("\n", "")
    assert exempt_aside == "".join(body for body, why in pieces if why is None)


@given(
    st.dictionaries(st.sampled_from(["a.a", "b.b", "c.c"]), printable | st.integers() | st.none(), min_size=1)
)
def test_frozen_figures_thaw_the_same_and_are_not_stale(values):
    figures = {name: bound(value) for name, value in values.items()}
    thawed = thaw(freeze(figures))
    assert thawed == figures
    assert stale(figures, thawed) == []


@given(printable)
def test_bound_text_never_opens_a_binding_or_a_fence(text):
    paper = bind("{{ text:a.b }}", {"a.b": bound(text)})
    assert "{{" not in paper.public.markdown
    assert not paper.public.markdown.lstrip().startswith(":::")
    assert paper.exempt is None


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(printable.map(str.strip) | st.integers(-(10**9), 10**9), min_size=2, max_size=2), max_size=5
    )
)
def test_spreadsheet_text_reads_back_and_never_becomes_a_formula(rows):
    columns = [SheetColumn("A"), SheetColumn("B")]
    made = write_xlsx([Sheet("S", columns, rows)], made_on=date(2018, 12, 31))
    expected = [tuple(None if c == "" else c for c in row) for row in rows if any(c != "" for c in row)]
    assert list(read_xlsx_rows(made))[1:] == expected
    for read in io.StringIO(
        write_csv(columns, [[c for c in row if isinstance(c, str)] for row in rows]).decode()
    ):
        assert not read.startswith(("=", "+", "-", "@", '"=', '"+', '"-', '"@'))


finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(finite, finite, st.integers(2, 6))
def test_ticks_hold_both_ends_and_stay_few(a, b, about):
    low, high = sorted((a, b))
    if 0 < high - low < 1e-6:
        return
    ticks = nice_ticks(low, high, about)
    assert ticks == sorted(set(ticks))
    invisible = 1e-6 * max(1, abs(low), abs(high))  # of the length of the axis: far less than a pixel
    assert ticks[0] <= low + invisible
    assert ticks[-1] >= high - invisible
    assert len(ticks) <= about + 3


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_spread_labels_are_apart_and_in_order(wanted):
    placed = spread(wanted, 15, (0, 100))
    in_order = sorted(placed)
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(in_order))
    assert [placed[i] for i in sorted(range(len(wanted)), key=lambda i: wanted[i])] == in_order


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=40), st.floats(0.1, 10))
def test_simplified_outline_strays_no_farther_than_told(ring, tolerance):
    kept = simplify(ring, tolerance)
    assert kept[0] == ring[0]
    assert kept[-1] == ring[-1]
    assert all(min(_distance(p, a, b) for a, b in pairwise(kept)) <= tolerance + 1e-6 for p in ring)


def _distance(p, a, b):
    """From a point to a stretch of line, the dull way."""
    length = math.dist(a, b) ** 2
    share = 0 if length == 0 else ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length
    share = min(1, max(0, share))
    return math.dist(p, (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))


@given(st.lists(st.lists(printable, min_size=3, max_size=3), max_size=6))
def test_column_shares_make_a_whole_and_none_vanishes(rows):
    made = table("T", ["A", "B", "C"], rows)
    shares = width_shares(list(zip(made.headings, *made.rows, strict=True)))
    assert math.isclose(sum(shares), 1)
    assert min(shares) > 0
