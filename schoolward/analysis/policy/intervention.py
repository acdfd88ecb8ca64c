"""Whether a school is eligible for intervention, what may be done, and by when: by the law of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schoolward.analysis.policy.inspections import Reading
from schoolward.terms.calendar import format_day, working_days_after
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.rulebook import Provision, Standing

SECTIONS = {
    "special measures": ("62", "requires special measures"),
    "serious weaknesses": ("61", "requires significant improvement (serious weaknesses)"),
    "notice to improve": ("61", "requires significant improvement (notice to improve)"),
    "requires significant improvement": ("61", "requires significant improvement"),
}


@dataclass(frozen=True)
class Ground:
    """Why a maintained school is eligible for intervention: the section and a sentence."""

    section: str
    sentence: str


@dataclass(frozen=True)
class NoticePeriods:
    """The clock of a warning notice; `first_period_ends_on` is None where the law has no such period."""

    given_on: date
    first_period_ends_on: date | None
    comply_by: date | None
    rule: str
    sentence: str


def in_force(provisions: Sequence[Provision], on: date, route: str) -> list[Provision]:
    """The provisions in force on a day that reach a school of that route, 'maintained' or 'academy'."""
    return [each for each in provisions if each.in_force_on(on) and route in each.applies_to]


def grounds_for(
    route: str, latest: Reading | None, *, notice_not_complied_with: bool = False
) -> list[Ground]:
    """Why a school is eligible under section 59; an academy never is, its route is the trust's agreement."""
    if route != "maintained":
        return []
    grounds = []
    if notice_not_complied_with:
        grounds.append(Ground("60", "A warning notice was not complied with in its period."))
    if latest and latest.category in SECTIONS:
        section, words = SECTIONS[latest.category]
        when = format_day(latest.inspection.inspected_on)
        grounds.append(Ground(section, f"The inspection of {when} found that the school {words}."))
    return grounds


def academy_order_duty(route: str, latest: Reading | None, provisions: Sequence[Provision], on: date) -> bool:
    """True where an academy order must be made: for a maintained school found inadequate, since 2016."""
    begun = any(each.id == "academy-order-2016" for each in in_force(provisions, on, route))
    inadequate = latest is not None and (
        latest.standing is Standing.INADEQUATE or latest.category in SECTIONS
    )
    return begun and inadequate


def notice_periods(
    given_on: date, provisions: Sequence[Provision], *, comply_by: date | None = None
) -> NoticePeriods:
    """The clock of a warning notice given on a day; `comply_by` is the day that the notice itself states."""
    rules = [each for each in in_force(provisions, given_on, "maintained") if each.id.startswith("s60-")]
    if not rules:
        raise NotEnoughData(
            f"The rulebook has no warning notice in force on {format_day(given_on)}.",
            do="Check the date, or add the law of the day to intervention.yaml.",
        )
    rule = rules[-1]
    if rule.working_days is None:
        said = f"by {format_day(comply_by)}" if comply_by else "in the period that it states"
        return NoticePeriods(given_on, None, comply_by, rule.id, f"The school must comply {said}.")
    ends = working_days_after(given_on, rule.working_days)
    sentence = (
        f"The governing body may make representations to {rule.representations_to} until {format_day(ends)}, "
        f"working day {rule.working_days} after the notice; a period to comply follows."
    )
    return NoticePeriods(given_on, ends, comply_by, rule.id, sentence)


def consultation_days(dismissals: int, on: date, provisions: Sequence[Provision]) -> int:
    """How many days consultation must last before the first dismissal; 0 below the least number."""
    rules = [each for each in in_force(provisions, on, "employer") if each.days_by_number]
    if not rules:
        raise NotEnoughData(
            f"The rulebook has no consultation period in force on {format_day(on)}.",
            do="Check the date, or add the law of the day to staff_consultation.yaml.",
        )
    reached = [days for least, days in rules[-1].days_by_number.items() if dismissals >= int(least)]
    return max(reached, default=0)
