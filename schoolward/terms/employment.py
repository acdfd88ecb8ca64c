"""Dated rules of pay, on-costs and redundancy as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schoolward.terms.rulebook import Dated

NATIONAL_INSURANCE = "national_insurance"


@dataclass(frozen=True, kw_only=True)
class PayScale(Dated):
    """Annual pay by point of a spine, whole-time, without any area pay; points not listed are not known."""

    spine: str
    points: Mapping[int, int]  # point to annual pay in pence


@dataclass(frozen=True, kw_only=True)
class OnCost(Dated):
    """What an employer pays on top of pay; `share` is None where each pension fund sets its own."""

    payee: str
    share: Decimal | None
    above_pence: int
    says: str


@dataclass(frozen=True, kw_only=True)
class RedundancyScale(Dated):
    """Weeks of pay for each complete year of service, by age in that year."""

    weeks_by_age: Mapping[int, Decimal]  # from this age on, weeks for a year
    most_years: int
    most_weeks: int
    says: str

    def weeks_at(self, age_years: int) -> Decimal:
        """Weeks for one year of service at that age."""
        return self.weeks_by_age[max(start for start in self.weeks_by_age if start <= age_years)]


@dataclass(frozen=True, kw_only=True)
class WeekCap(Dated):
    """The most that counts as a week's pay in the statutory sum."""

    week_cap_pence: int
