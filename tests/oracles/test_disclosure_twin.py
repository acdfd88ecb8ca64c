"""The attacker that solves against one that tries every table; and what is withheld against every choice."""

import importlib.util
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from schoolward.analysis.disclosure import (
    Figure,
    Form,
    attack,
    protect,
    small_count,
    statements,
)
from schoolward.analysis.disclosure_audit import audit

spec = importlib.util.spec_from_file_location(
    "disclosure_by_hand", Path(__file__).with_name("disclosure_by_hand.py")
)
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)

SMALLEST = 3


def tables(seed: int) -> tuple[dict, list[Figure]]:
    """Two groups by two answers with all margins, a weighted share, and totals known to all."""
    dice = np.random.default_rng(seed)
    cells = {(g, a): float(dice.integers(0, 6)) for g in "PS" for a in "yn"}
    cells["P", "y"] += max(0, SMALLEST - cells["P", "y"] - cells["P", "n"])
    cells["S", "y"] += max(0, SMALLEST - cells["S", "y"] - cells["S", "n"])

    def counted(name: str, of: list, *also: Form, **more: object) -> Figure:
        form = Form(dict.fromkeys(of, 1.0))
        need = small_count(form.value(cells), smallest=SMALLEST)
        return Figure(name, (form, *also), None if more.get("fixed") else need, **more)

    weights = {("P", "y"): 20.0, ("S", "y"): 35.0}
    figures = [
        *(counted(f"{g}{a}", [(g, a)]) for g in "PS" for a in "yn"),
        *(counted(g, [(g, "y"), (g, "n")], fixed=True) for g in "PS"),
        counted("y", [("P", "y"), ("S", "y")], Form(weights, 25.0), cost=3.0),
        counted("n", [("P", "n"), ("S", "n")], cost=3.0),
    ]
    return cells, figures


@pytest.mark.parametrize("seed", range(8))
def test_attack_finds_what_trying_every_table_finds(seed):
    cells, figures = tables(seed)
    dice = np.random.default_rng(seed)
    hidden = {f.name for f in figures if f.need or (not f.fixed and dice.random() < 0.5)}
    most = int(max(f.forms[0].value(cells) for f in figures if f.fixed))
    known = list(statements(cells, figures, hidden))
    wanted = {f.name: f.forms[0].of for f in figures if f.name in hidden}
    found = attack(known, wanted)
    for name, of in wanted.items():
        assert found[name] == pytest.approx(by_hand.between(known, of, most))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_withheld_is_enough_and_no_choice_of_fewer_would_do(seed):
    cells, figures = tables(seed)
    done = protect(cells, figures)
    assert all(found.holds for found in audit(cells, figures, done.withheld))
    cost = {f.name: f.cost for f in figures}
    open_to = [f.name for f in figures if not f.fixed and f.name not in done.unsafe]
    paid = sum(cost[name] for name in done.beside)
    enough = [
        sum(cost[name] for name in also)
        for count in range(len(open_to) + 1)
        for also in combinations(open_to, count)
        if all(found.holds for found in audit(cells, figures, done.unsafe | set(also)))
    ]
    assert paid <= 1.5 * min(enough), "a dearer choice than needed"


def test_total_less_its_parts_gives_a_small_one_away_when_only_small_ones_are_withheld():
    cells, figures = tables(0)
    cells |= {("P", "y"): 9.0, ("P", "n"): 4.0, ("S", "y"): 1.0, ("S", "n"): 8.0}
    figures = [
        Figure(f.name, f.forms, None if f.fixed else small_count(f.forms[0].value(cells), smallest=3))
        for f in figures
    ]
    naive = audit(cells, figures, {"Sy"})
    assert [(found.low, found.high, found.holds) for found in naive] == [(1.0, 1.0, False)]
