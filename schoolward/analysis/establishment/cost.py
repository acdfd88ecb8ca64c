"""What a post costs a year, what ending it costs once, and when a saving has paid that back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schoolward.terms.employment import NATIONAL_INSURANCE, OnCost, PayScale, RedundancyScale, WeekCap
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.money import round_to_pence
from schoolward.terms.rulebook import Dated, Provision

WEEKS_A_YEAR = Decimal("52.143")
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class CostLine:
    """One part of a post's cost, the rule it follows from, and how well that was read."""

    words: str
    pence: int
    rule: Dated | None


@dataclass(frozen=True)
class PostCost:
    """The annual cost of one whole-time person, with its working."""

    lines: tuple[CostLine, ...]

    @property
    def pence(self) -> int:
        return sum(line.pence for line in self.lines)


def post_cost(
    rules: Iterable[Dated],
    *,
    spine: str,
    point: int,
    pension: str,
    own_rates: Mapping[str, Decimal],
    on: date,
) -> PostCost:
    """Pay at the point on the day, with pension and National Insurance; or NotEnoughData."""
    rules = tuple(rules)
    scale = _last(rules, PayScale, on, lambda each: each.spine == spine)
    if scale is None:
        raise NotEnoughData(
            f"No {spine} pay is loaded for {on:%d.%m.%Y}.", do="Enter the annual cost by hand."
        )
    if point not in scale.points:
        known = ", ".join(str(each) for each in sorted(scale.points))
        raise NotEnoughData(
            f"Point {point} is not among the points seen of {scale.title}.", do=f"Known are {known}."
        )
    pay = scale.points[point]
    rest = [_on_cost(rules, payee, pay, own_rates, on) for payee in (pension, NATIONAL_INSURANCE)]
    return PostCost((CostLine(f"Pay at {spine} point {point}", pay, scale), *rest))


def _on_cost(
    rules: tuple[Dated, ...], payee: str, pay_pence: int, own_rates: Mapping[str, Decimal], on: date
) -> CostLine:
    rule = _last(rules, OnCost, on, lambda each: each.payee == payee)
    share = own_rates.get(payee, rule.share if rule else None)
    words = payee.replace("_", " ")
    if share is None:
        why = f"The employer's share for {words} on {on:%d.%m.%Y} is not known."
        raise NotEnoughData(why, do="Enter the fund's rate, or the annual cost by hand.")
    counted = max(pay_pence - (rule.above_pence if rule else 0), 0)
    return CostLine(
        f"{share * 100:f}".rstrip("0").rstrip(".") + f"% for {words}",
        round_to_pence(Decimal(counted) * share / 100),
        None if payee in own_rates else rule,
    )


def _last(rules: tuple[Dated, ...], kind: type, on: date, fits) -> Dated | None:
    found = [each for each in rules if isinstance(each, kind) and each.in_force_on(on) and fits(each)]
    return found[-1] if found else None


# Ending a post ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Severance:
    """Weeks of pay and their sum on actual pay; the capped sum is None where the day's cap is unknown."""

    weeks: Decimal
    actual_pence: int
    capped_pence: int | None
    rules: tuple[Dated, ...]


def redundancy_weeks(scale: RedundancyScale, age_years: int, service_years: int) -> Decimal:
    """Weeks of pay: each of the last years of service counts by the age in that year."""
    counted = range(min(service_years, scale.most_years))
    weeks = sum((scale.weeks_at(max(age_years - 1 - back, 0)) for back in counted), Decimal(0))
    return min(weeks, Decimal(scale.most_weeks))


def severance(
    rules: Iterable[Dated], *, annual_pay_pence: int, age_years: int, service_years: int, on: date
) -> Severance:
    """What ending a person's post costs once; fewer than two years of service earn nothing."""
    rules = tuple(rules)
    scale = _last(rules, RedundancyScale, on, lambda _: True)
    if scale is None:
        raise NotEnoughData(f"No scale of redundancy pay is loaded for {on:%d.%m.%Y}.")
    cap = _last(rules, WeekCap, on, lambda _: True)
    weeks = redundancy_weeks(scale, age_years, service_years) if service_years >= 2 else Decimal(0)
    week = Decimal(annual_pay_pence) / WEEKS_A_YEAR
    capped = None if cap is None else round_to_pence(weeks * min(week, Decimal(cap.week_cap_pence)) / 100)
    used = (scale, cap) if cap else (scale,)
    return Severance(weeks, round_to_pence(weeks * week / 100), capped, used)


def consultation_days(provision: Provision, dismissals: int) -> int:
    """Days of collective consultation before the first of so many dismissals at one establishment."""
    steps = [int(number) for number in provision.days_by_number if int(number) <= dismissals]
    return provision.days_by_number[str(max(steps))] if steps else 0


def pay_back_months(once_pence: int, saved_a_year_pence: int) -> int | None:
    """Whole months until the yearly saving has paid the cost of making it; None where nothing is saved."""
    if saved_a_year_pence <= 0:
        return None
    return -(-once_pence * MONTHS_A_YEAR // saved_a_year_pence)


def months_after(day: date, months: int) -> date:
    """The first day of the month that many months after the day's own."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
