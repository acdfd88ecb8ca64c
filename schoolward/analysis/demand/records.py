"""One row of each table as people keep it; `where` names its line, for the sentence when it is refused."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class SchoolRow:
    """A school of the register: facts by name (text or number; None where not known), and earmark if any."""

    urn: int
    facts: dict[str, str | float | None] = field(default_factory=dict)
    earmark_pence: int | None = None
    where: str = ""


@dataclass(frozen=True)
class ServiceRow:
    """A line of the price list."""

    service: str
    category: str
    list_price_pence: int
    unit: str
    days_per_unit: float | None = None
    where: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """What a school said of a service: a chance at a price, where it would turn to, or both."""

    urn: int
    service: str
    price_pence: int | None = None
    chance: int | None = None
    route: str | None = None
    where: str = ""


@dataclass(frozen=True)
class PreviousRow:
    """A purchase of an earlier year; years sort as text."""

    urn: int
    service: str
    price_pence: int
    year: str
    where: str = ""


@dataclass(frozen=True)
class OrderRow:
    """A line of an order form that is back; `drawn` is true where the school was drawn to order early."""

    urn: int
    service: str
    price_pence: int
    ordered: bool
    ordered_on: date
    drawn: bool
    where: str = ""


@dataclass(frozen=True)
class Records:
    """All tables of one authority."""

    schools: list[SchoolRow]
    services: list[ServiceRow]
    answers: list[AnswerRow] = field(default_factory=list)
    previous: list[PreviousRow] = field(default_factory=list)
    orders: list[OrderRow] = field(default_factory=list)
