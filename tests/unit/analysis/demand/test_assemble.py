"""From rows to arrays: what counts as evidence, what is noted, what is refused."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from schoolward.analysis.demand.assemble import arrival_of, assemble
from schoolward.analysis.demand.records import (
    AnswerRow,
    OrderRow,
    PreviousRow,
    Records,
    SchoolRow,
    ServiceRow,
)
from schoolward.terms.errors import BadInput, NotEnoughData

URNS = range(900001, 900011)


def records(**tables) -> Records:
    """Ten schools, two services, and last year's purchases by three schools; tables replace these."""
    plain = Records(
        [
            SchoolRow(urn, {"phase": "primary" if urn % 2 else "secondary", "roll": float(urn % 97)})
            for urn in URNS
        ],
        [
            ServiceRow("review", "leadership", 100_000, "day", 2.0),
            ServiceRow("pack", "teaching", 20_000, "package"),
        ],
        previous=[PreviousRow(urn, "review", 90_000, "2025-26") for urn in URNS[:3]],
    )
    return replace(plain, **tables)


def answers(*rows) -> list[AnswerRow]:
    return [AnswerRow(*row) for row in rows]


def notes(problem) -> str:
    return " ".join(problem.notes)


def test_last_year_counts_schools_that_did_not_buy():
    seen = assemble(records()).evidence.revealed
    assert len(seen.school) == 10
    assert seen.bought.sum() == 3
    assert seen.log_price == pytest.approx(np.full(10, np.log(0.9)))


def test_service_nobody_bought_is_taken_as_not_on_offer_and_as_unknown():
    problem = assemble(records())
    assert "Nobody bought 'pack' in 2025-26" in notes(problem)
    assert "Nobody was asked about 'pack' and nobody bought it" in notes(problem)


def test_only_the_last_two_years_are_read():
    years = [PreviousRow(URNS[0], "review", 90_000, year) for year in ("2023-24", "2025-26", "2024-25")]
    assert assemble(records(previous=years)).evidence.years == 2


def test_everybody_silent_is_said():
    assert "No school answered the survey" in notes(assemble(records()))


def test_fewer_answers_than_it_takes_are_said_beside_what_purchases_tell():
    asked = answers(*((urn, "review", 100_000, 5, "council") for urn in URNS[:3]))
    assert "Only 3 schools of 10 answered the survey" in notes(assemble(records(answers=asked)))


def test_nobody_silent_leaves_no_school_out():
    asked = answers(*((urn, "review", 100_000, 5, "council") for urn in URNS))
    problem = assemble(records(answers=asked))
    assert problem.evidence.answered.all()
    assert "No school was asked at another price" in notes(problem)


def test_equal_answer_at_a_higher_price_is_tied_and_a_higher_one_is_noted():
    rows = [(urn, "review", price, 6, None) for urn in URNS[:4] for price in (100_000, 125_000)]
    rows += [(URNS[5], "review", 100_000, 2, None), (URNS[5], "review", 125_000, 7, None)]
    problem = assemble(records(answers=answers(*rows)))
    said = problem.evidence.statements
    assert said.tied.tolist() == [False, True] * 4 + [False, False]
    assert "1 answer gives a higher chance at a higher price" in notes(problem)


def test_service_ticked_away_and_yet_likely_is_said():
    rows = [(urn, "review", 100_000, 8, "not_needed") for urn in URNS[:2]]
    rows += [(URNS[3], "review", 100_000, 3, "ourselves"), (URNS[4], "review", 100_000, 9, "council")]
    assert "2 answers call an order likely (6 in 10 or more)" in notes(
        assemble(records(answers=answers(*rows)))
    )
    assert "call an order likely" not in notes(assemble(records(answers=answers(*rows[2:]))))


def test_price_nobody_was_asked_about_and_service_known_from_purchases_alone_are_said():
    bought = [
        PreviousRow(URNS[0], name, pence, "2025-26") for name, pence in (("review", 90_000), ("pack", 30_000))
    ]
    dear = answers(*((urn, "review", 125_000, 5, None) for urn in URNS[:6]))
    told = notes(assemble(records(answers=dear, previous=bought)))
    assert "Nobody was asked about 'review' at its list price of £1,000.00, only at £1,250.00" in told
    assert "Nobody was asked about 'pack': its figures rest on what schools bought or ordered, and" in told
    listed = answers(*((urn, "review", 100_000, 5, None) for urn in URNS[:6]))
    assert "at its list price" not in notes(assemble(records(answers=listed, previous=bought)))
    assert "Nobody was asked about" not in notes(assemble(records(previous=bought)))


def test_same_answer_twice_counts_once_and_two_different_ones_are_refused():
    row = (URNS[0], "review", 100_000, 6, None)
    assert len(assemble(records(answers=answers(row, row))).evidence.statements.school) == 1
    with pytest.raises(BadInput, match="two different chances at one price"):
        assemble(records(answers=answers(row, (*row[:3], 2, None))))


def test_two_routes_for_one_service_are_refused():
    rows = [(URNS[0], "review", None, None, route) for route in ("council", "elsewhere")]
    with pytest.raises(BadInput, match="two different routes"):
        assemble(records(answers=answers(*rows)))


def test_order_of_a_school_that_is_not_in_the_register_is_refused():
    order = OrderRow(900999, "review", 100_000, True, date(2027, 4, 1), True, "orders.csv, line 2")
    with pytest.raises(BadInput, match=r"orders.csv, line 2: School 900999 is not in the register"):
        assemble(records(orders=[order]))


@pytest.mark.parametrize("price_pence", [1_000, 10_000_000])
def test_price_in_pounds_is_told_from_one_in_pence(price_pence):
    with pytest.raises(BadInput, match="Prices are in pence"):
        assemble(records(answers=answers((URNS[0], "review", price_pence, 6, None))))


def test_three_answers_alone_are_refused():
    rows = [(urn, "review", 100_000, 6, None) for urn in URNS[:3]]
    with pytest.raises(NotEnoughData, match="Only 3 of 10 schools"):
        assemble(records(answers=answers(*rows), previous=[]))


def test_no_schools_or_no_services_are_refused():
    with pytest.raises(NotEnoughData, match="There is no service"):
        assemble(records(services=[], previous=[]))
    with pytest.raises(NotEnoughData, match="There is no school"):
        assemble(records(schools=[], previous=[]))


def test_text_with_many_kinds_is_left_out_and_a_missing_number_is_noted():
    schools = [
        SchoolRow(urn, {"head": f"Person {urn}", "roll": None if urn == URNS[0] else 100.0 + urn})
        for urn in URNS
    ]
    problem = assemble(records(schools=schools))
    assert problem.fact_names == ("roll",)
    assert "The column “head” was not used" in notes(problem)
    assert "The number of pupils is not known for 1 of 10 schools" in notes(problem)


def test_queue_goes_by_rank_of_date_and_leaves_drawn_schools_out():
    dates = np.array([3.0, 1.0, 2.0, np.nan, 1.0, np.nan])
    drawn = np.array([False, False, False, False, True, True])
    found = arrival_of(dates, drawn)
    assert found.counted.tolist() == (~drawn).tolist()
    first, second, third = (found.low[n] for n in (1, 2, 0))
    assert first > second > third
    assert found.high[3] == pytest.approx(third)


def test_forms_all_drawn_at_random_make_no_queue():
    orders = [OrderRow(urn, "review", 100_000, True, date(2027, 4, 1), True) for urn in URNS]
    assert assemble(records(orders=orders)).evidence.arrival is None
