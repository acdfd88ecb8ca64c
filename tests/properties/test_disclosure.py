"""What must hold of withheld figures whatever the tables are."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schoolward.analysis.disclosure import (
    CannotProtect,
    Figure,
    Form,
    Need,
    Protected,
    attack,
    dominated_sum,
    protect,
    small_count,
    statements,
)
from schoolward.analysis.disclosure_audit import audit

GROUPS, ANSWERS = ("primary", "secondary", "special"), ("council", "elsewhere", "undecided")


@st.composite
def counted(draw):
    """A table of counts with its margins, weighted shares beside the totals, group sizes known to all."""
    counts = st.one_of(st.integers(0, 4), st.integers(0, 30))
    cells = {(g, a): float(draw(counts)) for g in GROUPS for a in ANSWERS}
    for g in GROUPS:  # smaller groups are put together before any table is made
        cells[g, "council"] += max(0, 5 - sum(cells[g, a] for a in ANSWERS))
    weights = {g: draw(st.floats(1, 2)) for g in GROUPS}
    base = sum(weights[g] * cells[g, a] for g in GROUPS for a in ANSWERS)

    def figure(name, of, *also, cost=1.0):
        form = Form(dict.fromkeys(of, 1.0))
        return Figure(name, (form, *also), small_count(form.value(cells)), cost)

    figures = [figure(f"{g} {a}", [(g, a)]) for g in GROUPS for a in ANSWERS]
    for a in ANSWERS:
        share = Form({(g, a): 100 * weights[g] / base for g in GROUPS}, 1.0)
        figures.append(figure(a, [(g, a) for g in GROUPS], share, cost=4.0))
    for g in GROUPS:
        form = Form({(g, a): 1.0 for a in ANSWERS})
        figures.append(Figure(g, (form,), fixed=True))
    return cells, figures


@given(counted())
@settings(deadline=None, max_examples=12)
def test_no_small_count_can_be_worked_out_from_what_is_printed(table):
    cells, figures = table
    done = protect(cells, figures)
    assert done.unsafe == {f.name for f in figures if f.need}
    assert not done.unsafe & done.beside
    known = statements(cells, figures, done.withheld)
    found = attack(known, {f.name: f.forms[0].of for f in figures if f.need})
    for low, high in found.values():
        assert high - low >= 4 - 1e-4
    by_worlds = audit(cells, figures, done.withheld, worlds=done.worlds)
    assert all(each.holds for each in by_worlds)
    for each in by_worlds:  # worlds prove no more than a reader's own search finds
        low, high = found[each.name]
        assert low - 1e-4 <= each.low
        assert each.high <= high + 1e-4


@given(counted())
@settings(deadline=None, max_examples=6)
def test_worlds_that_are_not_printed_alike_prove_nothing(table):
    cells, figures = table
    truth = np.array(list(cells.values()))
    others = np.stack([truth + 9, np.where(truth > 9, truth - 9, truth), truth + 0.5])
    assert audit(cells, figures, (), worlds=others) == audit(cells, figures, ())


@given(counted())
@settings(deadline=None, max_examples=6)
def test_every_figure_withheld_beside_is_needed(table):
    cells, figures = table
    done = protect(cells, figures)
    assume(done.beside)
    for name in done.beside:
        assert not all(found.holds for found in audit(cells, figures, done.withheld - {name}))


@given(counted(), st.sampled_from([(g, a) for g in GROUPS for a in ANSWERS]))
@settings(deadline=None, max_examples=10)
def test_withholding_more_never_tells_more(table, cell):
    cells, figures = table
    aim = {"aim": {cell: 1.0}}
    hidden = {f.name for f in figures if f.need}
    (low, high), (lower, higher) = (
        attack(statements(cells, figures, names), aim)["aim"] for names in (hidden, hidden | {ANSWERS[0]})
    )
    assert lower <= low + 1e-4
    assert higher >= high - 1e-4


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=9), min_size=3, max_size=4),
)
@settings(deadline=None, max_examples=12)
def test_no_giver_s_sum_can_be_told_closely_from_sums_of_money(groups):
    cells = {n: float(sum(given)) for n, given in enumerate(groups)}
    everything = [each for given in groups for each in given]
    assume(dominated_sum(everything) is None)
    figures = [Figure(str(n), (Form({n: 1.0}),), dominated_sum(given)) for n, given in enumerate(groups)]
    figures.append(Figure("all", (Form(dict.fromkeys(cells, 1.0), 10.0),), cost=4.0))
    alone = [n for n, given in enumerate(groups) if len(given) == 1]
    try:
        done = protect(cells, figures, whole=False, insiders=alone)
    except CannotProtect:
        pytest.fail("nothing is known to every reader here")
    assert all(found.holds for found in audit(cells, figures, done.withheld, whole=False))
    known = statements(cells, figures, done.withheld)
    for insider in alone:  # who knows its own sum, and still cannot tell another's
        told = [*known, *statements(cells, [Figure("own", (Form({insider: 1.0}),))])]
        for figure in figures[:-1]:
            if figure.need and set(figure.forms[0].of) != {insider}:
                low, high = attack(told, {"aim": figure.forms[0].of}, whole=False)["aim"]
                assert high - low >= figure.need.below + figure.need.above - 1e-3


def test_what_everybody_knows_too_closely_is_refused_and_not_printed_as_safe():
    figures = [
        Figure("small", (Form({"a": 1.0}),), Need(across=4)),
        Figure("known", (Form({"a": 1.0, "b": 1.0}),), fixed=True),
    ]
    with pytest.raises(CannotProtect, match="small"):
        protect({"a": 1.0, "b": 1.0}, figures)


def test_nothing_unsafe_withholds_nothing():
    assert protect({"a": 9.0}, [Figure("a", (Form({"a": 1.0}),))]) == Protected(frozenset(), frozenset())
