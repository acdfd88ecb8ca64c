"""What a structure is worked out from: posts, funding lines, services, duties and the settings of the
plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import Literal

Arm = Literal["both", "core", "traded"]
Unit = Literal["day", "place", "subscription", "package", "case"]
ARMS = ("both", "core", "traded")
FUNDING_KINDS = ("base", "grant", "dedelegation", "other")
UNITS = ("day", "place", "subscription", "package", "case")


@dataclass(frozen=True)
class Post:
    """A line of the establishment: one or several like posts, its cost a year with on-costs, and its
    limits.
    """

    key: str
    unit: str
    title: str
    grade: str
    annual_cost_pence: int
    current_fte: float
    min_fte: float
    max_fte: float
    step_fte: float
    skills: frozenset[str]
    arm: Arm = "both"


@dataclass(frozen=True)
class FundingLine:
    """Money a year for the core, from and to a day; open where a day is not given."""

    line: str
    kind: str
    amount_pence: int
    starts_on: date | None = None
    ends_on: date | None = None

    def pence_in_year(self, year_from: date | None) -> int:
        """What it brings in the twelve months from a day, by the days it runs."""
        if year_from is None:
            return self.amount_pence
        year_to = _a_year_on(year_from) - timedelta(days=1)
        first = max(self.starts_on or year_from, year_from)
        last = min(self.ends_on or year_to, year_to)
        days, whole = (last - first).days + 1, (year_to - year_from).days + 1
        return round(self.amount_pence * max(days, 0) / whole)


@dataclass(frozen=True)
class Service:
    """A line of the catalogue. Without days it needs no staff; then its cost a unit is what it costs."""

    key: str
    category: str
    list_price_pence: int
    unit: str
    days_per_unit: float | None
    unit_cost_pence: int | None = None
    brought_forward_pence: int = 0

    @property
    def direct_cost_pence(self) -> int:
        """What a unit costs besides staff; the list price where neither days nor a cost is known."""
        if self.unit_cost_pence is not None:
            return self.unit_cost_pence
        return self.list_price_pence if self.days_per_unit is None else 0

    @property
    def cost_is_known(self) -> bool:
        """Whether its full cost can be worked out from what was given."""
        return self.days_per_unit is not None or self.unit_cost_pence is not None


@dataclass(frozen=True)
class Duty:
    """Days a year, on average, that the authority must (statutory) or wants to work."""

    key: str
    category: str
    days: float
    statutory: bool


@dataclass(frozen=True)
class Associates:
    """Outside people for a category: price of a day, most traded days and most core days a year."""

    day_rate_pence: int
    most_traded_days: float = float("inf")
    most_core_days: float = float("inf")


@dataclass(frozen=True)
class Corridor:
    """The authority's reading of the law on charges: income over full cost, both sides, over years.

    The scheme for financing schools wants no less than cost, the Local Government Act 2003 s93 no more,
    taking one year with another. `enforce` leaves prices outside out of the menu; else they are flagged.
    """

    least_share: float = 0.95
    most_share: float = 1.15
    overhead_share: float = 0.0
    enforce: bool = False
    reference: str = (
        "Local Government Act 2003 s93(3): income, taking one year with another, not above cost; "
        "scheme for financing schools, section 8: no less than cost"
    )


@dataclass(frozen=True)
class Settings:
    """The plan's own figures; what is not given stands at these, and every paper says so.

    `most_paid_per_day_pence` is the most that the authority would pay for one more day of wanted cover: money
    left unspent, and what the traded arm brings in, are worth a day for each such sum. Usually ten days of an
    associate: what stands ready at 500 pounds a day is kept if it is needed in one year of ten.
    """

    cvar_limit_pence: int
    alpha: float = 0.95
    seed: int = 1
    productive_days_per_fte: float = 150.0
    price_menu: tuple[float, ...] = (0.7, 0.85, 1.0, 1.15, 1.4)
    associate: Associates = Associates(50_000)
    associates: dict[str, Associates] = field(default_factory=dict)
    refund_share: float = 1.8
    redundancy_share: float = 0.35
    redundancy_pence_per_fte: int | None = None
    surplus_share_to_core: float = 0.0
    emergency_day_pence: int = 150_000
    emergency_weight: float = 20.0
    emergency_years_share: float = 0.001
    take_up_share: float = 0.1
    services_open_share: float = 0.0
    most_paid_per_day_pence: int = 500_000
    days_per_case: float = 6.0
    core_days_spread: float = 0.25
    firm_threshold: float = 0.2
    year_from: date | None = None
    base_cut_share: float = 0.0
    base_cut_shares: tuple[float, ...] = ()
    gap_share: float = 0.001
    time_limit_s: float = 120.0
    corridor: Corridor = Corridor()

    def redundancy_pence(self, post: Post) -> float:
        """What giving up one FTE of a post costs."""
        if self.redundancy_pence_per_fte is not None:
            return float(self.redundancy_pence_per_fte)
        return self.redundancy_share * post.annual_cost_pence

    def associate_for(self, category: str) -> Associates:
        """The terms on which outside people work in a category."""
        return self.associates.get(category, self.associate)


@dataclass(frozen=True)
class Question:
    """Everything a structure is worked out from, but for demand."""

    posts: tuple[Post, ...]
    funding: tuple[FundingLine, ...]
    services: tuple[Service, ...]
    duties: tuple[Duty, ...]
    settings: Settings

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category of work that a duty or a service with days needs, in order of name."""
        sold = {s.category for s in self.services if s.days_per_unit is not None}
        return tuple(sorted(sold | {d.category for d in self.duties}))

    @property
    def year_from(self) -> date | None:
        """The first day of the year planned: as set, else the latest day on which a funding line starts."""
        starts = [line.starts_on for line in self.funding if line.starts_on]
        return self.settings.year_from or max(starts, default=None)

    @property
    def least_open(self) -> int:
        """How many services must stay on offer."""
        return ceil(self.settings.services_open_share * len(self.services) - 1e-9)

    def budget_pence(self) -> int:
        """The core's money in the year planned, the base after its cut."""
        return sum(self.line_pence(line) for line in self.funding)

    def line_pence(self, line: FundingLine) -> int:
        """What one line brings in the year planned."""
        amount = line.pence_in_year(self.year_from)
        return round(amount * (1 - self.settings.base_cut_share)) if line.kind == "base" else amount


def _a_year_on(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)
