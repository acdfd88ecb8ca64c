"""What a service costs a school, with the arithmetic. Pure: no database, no clock.

A price is a sum of parts: a flat fee, and beside it at most one of a rate for each pupil, a band of pupil
numbers, or a level that the school chooses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schoolward.terms.errors import BadInput, NotEnoughData
from schoolward.terms.money import format_pounds, round_to_step

# By how much the second price of a survey's card is above the first.
RAISED_BY = Decimal("1.25")
# A printed price is a round one: up to how many pence it is rounded to what step.
ROUND_STEPS_PENCE = ((2_000, 50), (10_000, 100), (100_000, 500))
LARGEST_STEP_PENCE = 1_000
# A one-form-entry primary school, a secondary school of six forms, a special school, and so on.
TYPICAL_PUPILS = {
    "primary": 210,
    "secondary": 900,
    "special": 120,
    "all-through": 1_100,
    "nursery": 80,
    "other": 100,
}
ANY_PHASE = "any"
PHASES = ("nursery", "primary", "secondary", "all-through", "special", "other")


class PartKind(StrEnum):
    """What a part of a price hangs on."""

    FLAT = "flat"
    PER_PUPIL = "per pupil"
    BAND = "band"
    LEVEL = "level"


@dataclass(frozen=True)
class Part:
    """One part of a price: `phase` is of a rate per pupil, `most_pupils` of a band, `level` of a level."""

    kind: PartKind
    price_pence: int
    phase: str = ""
    most_pupils: int | None = None
    level: str = ""
    includes: str = ""


@dataclass(frozen=True)
class Buyer:
    """What of a school a price may hang on; None where it is not known."""

    pupils: int | None
    phase: str


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: '210 pupils at £1.14' and what it comes to."""

    words: str
    price_pence: int


@dataclass(frozen=True)
class Quote:
    """What a school would pay for one, and how that was worked out."""

    price_pence: int
    steps: tuple[Step, ...]


def check_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, in order; BadInput where they do not make one price for every school."""
    found = tuple(sorted(parts, key=_order))
    kinds = [part.kind for part in found]
    if not found:
        raise BadInput("There is no price.", where="parts", do="Give a flat price, or another part.")
    if any(part.price_pence < 0 for part in found):
        raise BadInput("A price is below zero.", where="parts", do="Give pounds and pence.")
    if kinds.count(PartKind.FLAT) > 1:
        raise BadInput("There are two flat prices.", where="parts", do="Keep one.")
    if len(set(kinds) - {PartKind.FLAT}) > 1:
        raise BadInput(
            "A price hangs on pupils, bands or levels, and not on two of them.", where="parts", do="Keep one."
        )
    _check_each(found)
    return found


def _check_each(parts: tuple[Part, ...]) -> None:
    phases = [part.phase for part in parts if part.kind == PartKind.PER_PUPIL]
    if wrong := [phase for phase in phases if phase not in (*PHASES, ANY_PHASE)]:
        do = f"Use one of {', '.join((*PHASES, ANY_PHASE))}."
        raise BadInput(f"'{wrong[0]}' is not a phase.", where="parts", do=do)
    bands = [part.most_pupils for part in parts if part.kind == PartKind.BAND]
    if any(most is not None and most < 1 for most in bands):
        raise BadInput("A band ends below 1 pupil.", where="parts", do="Give the most pupils in it.")
    if bands and bands[-1] is not None:
        what = "The last band has an end, so larger schools have no price."
        raise BadInput(what, where="parts", do="Leave the most pupils of the last band empty.")
    levels = [part.level for part in parts if part.kind == PartKind.LEVEL]
    if "" in levels:
        raise BadInput("A level has no name.", where="parts", do="Name it.")
    for noun, names in (("phase", phases), ("band", bands), ("level", levels)):
        if len(set(names)) < len(names):
            raise BadInput(f"Two parts are for the same {noun}.", where="parts", do="Keep one.")


def _order(part: Part) -> tuple:
    most = part.most_pupils if part.most_pupils is not None else 10**9
    place = 0 if part.kind != PartKind.PER_PUPIL else (*PHASES, ANY_PHASE, part.phase).index(part.phase)
    dear = part.price_pence if part.kind == PartKind.LEVEL else 0
    return list(PartKind).index(part.kind), place, most, dear, part.level


def quote(parts: Iterable[Part], buyer: Buyer, level: str = "") -> Quote:
    """What one costs this school. NotEnoughData where the price hangs on what is not known of it."""
    parts = tuple(parts)
    steps = [Step("Flat price", part.price_pence) for part in parts if part.kind == PartKind.FLAT]
    rest = [part for part in parts if part.kind != PartKind.FLAT]
    match rest[0].kind if rest else None:
        case PartKind.PER_PUPIL:
            steps.append(_per_pupil(rest, buyer))
        case PartKind.BAND:
            steps.append(_band(rest, buyer))
        case PartKind.LEVEL:
            steps.append(_level(rest, level))
    if not steps:
        raise NotEnoughData("No price is set.")
    return Quote(sum(step.price_pence for step in steps), tuple(steps))


def _per_pupil(parts: list[Part], buyer: Buyer) -> Step:
    rates = {part.phase: part for part in parts}
    if (rate := rates.get(buyer.phase) or rates.get(ANY_PHASE)) is None:
        raise NotEnoughData(
            f"There is no price per pupil for a school of phase '{buyer.phase}'.",
            do="Ask for a price, or have one set.",
        )
    pupils = _pupils(buyer)
    words = f"{pupils:,} {'pupil' if pupils == 1 else 'pupils'} at {format_pounds(rate.price_pence)}"
    return Step(words, pupils * rate.price_pence)


def _band(parts: list[Part], buyer: Buyer) -> Step:
    pupils = _pupils(buyer)
    least = 0
    for part in sorted(parts, key=_order):
        if part.most_pupils is None:
            return Step(f"More than {least:,} pupils" if least else "Any number of pupils", part.price_pence)
        if pupils <= part.most_pupils:
            return Step(f"{least + 1 if least else 0:,} to {part.most_pupils:,} pupils", part.price_pence)
        least = part.most_pupils
    raise AssertionError("the last band has no end")


def _level(parts: list[Part], level: str) -> Step:
    chosen = next((part for part in parts if part.level == level), None) if level else min(parts, key=_order)
    if chosen is None:
        names = ", ".join(part.level for part in parts)
        raise BadInput(f"There is no level called '{level}'.", where="level", do=f"Choose one of {names}.")
    return Step(f"Level {chosen.level}", chosen.price_pence)


def _pupils(buyer: Buyer) -> int:
    if buyer.pupils is None:
        raise NotEnoughData(
            "The number of pupils is not known.", do="Load a register that has it, or ask for a price."
        )
    return buyer.pupils


def printed_price(price_pence: Decimal) -> int:
    """A round price near the one given, as printed on a card for every school; never 0 for what costs."""
    step = next((step for most, step in ROUND_STEPS_PENCE if price_pence <= most), LARGEST_STEP_PENCE)
    return round_to_step(price_pence, step) or (step if price_pence else 0)


def raised_price(list_price_pence: int) -> int:
    """The second price of a survey's card: a quarter more, made round; always above a price that is not 0."""
    return max(printed_price(list_price_pence * RAISED_BY), list_price_pence + 1) if list_price_pence else 0


def list_price(parts: Iterable[Part]) -> int:
    """The one price a card prints: the flat price as it is, else a round price for a typical school."""
    parts = tuple(parts)
    worked_out = quote(parts, typical_buyer(parts)).price_pence
    if all(part.kind in (PartKind.FLAT, PartKind.LEVEL) for part in parts):
        return worked_out
    return printed_price(Decimal(worked_out))


def typical_buyer(parts: Iterable[Part]) -> Buyer:
    """A school of usual size in the first phase that the price is for."""
    phases = [part.phase for part in parts if part.kind == PartKind.PER_PUPIL]
    phase = next((each for each in TYPICAL_PUPILS if each in phases or ANY_PHASE in phases), "")
    return Buyer(TYPICAL_PUPILS.get(phase, TYPICAL_PUPILS["primary"]), phase)


def phase_of(register_phase: str, type_name: str = "") -> str:
    """The phase that prices speak of, from the register's words."""
    words, kind = register_phase.casefold(), type_name.casefold()
    if "special" in kind or "referral" in kind or "alternative" in kind:
        return "special"
    if "all-through" in words or "all through" in words:
        return "all-through"
    for phase in ("nursery", "primary", "secondary"):
        if phase in words:
            return phase
    return "other"
