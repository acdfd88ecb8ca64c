"""What a service costs a school: the arithmetic that a school could dispute."""

import pytest

from schoolward.apps.catalogue.pricing import (
    Buyer,
    Part,
    PartKind,
    check_parts,
    list_price,
    phase_of,
    quote,
    raised_price,
)
from schoolward.terms.errors import BadInput, NotEnoughData

FLAT = PartKind.FLAT
PUPIL, BAND, LEVEL = PartKind.PER_PUPIL, PartKind.BAND, PartKind.LEVEL
FLAT_AND_PUPILS = (
    Part(FLAT, 46_614),
    Part(PUPIL, 114, phase="primary"),
    Part(PUPIL, 98, phase="secondary"),
)
BANDS = (Part(BAND, 95_000, most_pupils=120), Part(BAND, 165_000, most_pupils=240), Part(BAND, 245_000))
LEVELS = (Part(LEVEL, 165_000, level="Three visits"), Part(LEVEL, 315_000, level="Six visits"))


@pytest.mark.parametrize(
    ("parts", "pupils", "phase", "level", "price_pence", "words"),
    [
        # a flat fee of £466.14 and £1.14 for each of 210 primary pupils (£239.40)
        (FLAT_AND_PUPILS, 210, "primary", "", 70_554, ["Flat price", "210 pupils at £1.14"]),
        (FLAT_AND_PUPILS, 1_000, "secondary", "", 144_614, ["Flat price", "1,000 pupils at £0.98"]),
        (FLAT_AND_PUPILS, 1, "primary", "", 46_728, ["Flat price", "1 pupil at £1.14"]),
        (FLAT_AND_PUPILS, 0, "primary", "", 46_614, ["Flat price", "0 pupils at £1.14"]),
        # a band holds its last pupil
        (BANDS, 120, "primary", "", 95_000, ["0 to 120 pupils"]),
        (BANDS, 121, "primary", "", 165_000, ["121 to 240 pupils"]),
        (BANDS, 241, "special", "", 245_000, ["More than 240 pupils"]),
        (LEVELS, None, "primary", "Six visits", 315_000, ["Level Six visits"]),
        (LEVELS, None, "primary", "", 165_000, ["Level Three visits"]),
        ((Part(FLAT, 240_000),), None, "other", "", 240_000, ["Flat price"]),
        ((Part(FLAT, 100), Part(PUPIL, 55, phase="any")), 10, "nursery", "", 650, None),
    ],
)
def test_quote_is_the_sum_of_its_parts(parts, pupils, phase, level, price_pence, words):
    found = quote(parts, Buyer(pupils, phase), level)
    assert found.price_pence == price_pence == sum(step.price_pence for step in found.steps)
    assert words is None or [step.words for step in found.steps] == words


@pytest.mark.parametrize(
    ("parts", "buyer", "says"),
    [
        (FLAT_AND_PUPILS, Buyer(None, "primary"), "number of pupils is not known"),
        (FLAT_AND_PUPILS, Buyer(80, "special"), "no price per pupil for a school of phase 'special'"),
        (BANDS, Buyer(None, "primary"), "number of pupils is not known"),
        ((), Buyer(10, "primary"), "No price is set"),
    ],
)
def test_quote_for_what_is_not_known_is_refused(parts, buyer, says):
    with pytest.raises(NotEnoughData, match=says):
        quote(parts, buyer)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ((), "no price"),
        ((Part(FLAT, -1),), "below zero"),
        ((Part(FLAT, 1), Part(FLAT, 2)), "two flat prices"),
        ((*BANDS, *LEVELS), "not on two of them"),
        ((Part(BAND, 1, most_pupils=100),), "larger schools have no price"),
        ((Part(BAND, 1, most_pupils=9), Part(BAND, 2, most_pupils=9), Part(BAND, 3)), "same band"),
        ((Part(BAND, 1), Part(BAND, 2)), "last band has an end|same band"),
        ((Part(PUPIL, 1, phase="upper"),), "'upper' is not a phase"),
        ((Part(LEVEL, 1, level=""),), "no name"),
        ((Part(LEVEL, 1, level="a"), Part(LEVEL, 2, level="a")), "same level"),
    ],
)
def test_parts_that_do_not_make_one_price_are_refused(parts, says):
    with pytest.raises(BadInput, match=says):
        check_parts(parts)


@pytest.mark.parametrize(
    ("list_price_pence", "raised_price_pence"),
    [
        (0, 0),  # what is free stays free
        (1, 50),
        (1_000, 1_250),
        (9_800, 12_500),  # £122.50 to the nearest £5
        (16_500, 20_500),  # £206.25
        (56_000, 70_000),
        (165_000, 206_000),  # £2,062.50 to the nearest £10
        (240_000, 300_000),
    ],
)
def test_second_price_of_a_card_is_a_quarter_more_made_round(list_price_pence, raised_price_pence):
    assert raised_price(list_price_pence) == raised_price_pence


@pytest.mark.parametrize(
    ("parts", "price_pence"),
    [
        ((Part(FLAT, 46_614),), 46_614),  # a flat price is printed as it is
        (LEVELS, 165_000),  # the first level
        (FLAT_AND_PUPILS, 70_500),  # £705.54 for 210 primary pupils, to the nearest £5
        ((Part(PUPIL, 520, phase="secondary"),), 468_000),  # 900 secondary pupils
        (BANDS, 165_000),
    ],
)
def test_printed_price_is_the_same_for_every_school(parts, price_pence):
    assert list_price(parts) == price_pence


@pytest.mark.parametrize(
    ("register_phase", "type_name", "phase"),
    [
        ("Primary", "Community school", "primary"),
        ("Middle deemed secondary", "Community school", "secondary"),
        ("All-through", "Academy converter", "all-through"),
        ("Not applicable", "Community special school", "special"),
        ("Not applicable", "Pupil referral unit", "special"),
        ("Nursery", "Local authority nursery school", "nursery"),
        ("16 plus", "Further education", "other"),
        ("", "", "other"),
    ],
)
def test_phase_of_a_school_is_read_from_the_register(register_phase, type_name, phase):
    assert phase_of(register_phase, type_name) == phase
