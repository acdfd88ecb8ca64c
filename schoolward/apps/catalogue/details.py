"""What a catalogue says, as plain values: what forms and workbooks give, and what actions take. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schoolward.apps.catalogue.pricing import Part


@dataclass(frozen=True)
class CategoryDetails:
    """A shelf of the catalogue."""

    key: str
    name: str
    description: str = ""
    position: int = 0


@dataclass(frozen=True)
class SkillDetails:
    """Something a person can be asked for."""

    key: str
    name: str


@dataclass(frozen=True)
class ProviderDetails:
    """Who delivers."""

    key: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True)
class PersonDetails:
    """Somebody to be asked for by name; `provider` and `skills` are keys."""

    key: str
    name: str
    job_title: str
    provider: str
    skills: tuple[str, ...] = ()
    offered_until: date | None = None


@dataclass(frozen=True)
class LineDetails:
    """A service line; `category`, `provider` and `people` are keys."""

    key: str
    name: str
    category: str
    provider: str
    description: str
    free_part: str
    charged_part: str
    unit: str
    days_per_unit: Decimal | None
    sold_from: date
    people: tuple[str, ...] = ()
    vat: str = "not_set"
    position: int = 0
    sold_until: date | None = None
    withdrawn_because: str = ""


@dataclass(frozen=True)
class PriceDetails:
    """What a line costs from a day. An empty `list_price_pence` is worked out for a typical school."""

    line: str
    audience: str
    contract_year: str
    starts_on: date
    is_firm: bool
    parts: tuple[Part, ...]
    list_price_pence: int | None = None

    @property
    def key(self) -> tuple[str, str, date]:
        return self.line, self.audience, self.starts_on


@dataclass(frozen=True)
class TermsDetails:
    """Terms from a day; an empty `category` means all services."""

    category: str
    words: str
    term_months: int
    notice_days: int
    starts_on: date

    @property
    def key(self) -> tuple[str, date]:
        return self.category, self.starts_on


@dataclass(frozen=True)
class CatalogueDetails:
    """A whole catalogue, or the part of one that somebody gives."""

    categories: tuple[CategoryDetails, ...] = ()
    skills: tuple[SkillDetails, ...] = ()
    providers: tuple[ProviderDetails, ...] = ()
    people: tuple[PersonDetails, ...] = ()
    lines: tuple[LineDetails, ...] = ()
    prices: tuple[PriceDetails, ...] = ()
    terms: tuple[TermsDetails, ...] = ()
