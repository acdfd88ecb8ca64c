"""Dated rules of selling to schools as typed values: how long an agreement may bind, and the rate of VAT."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from schoolward.terms.money import share_of_pence
from schoolward.terms.rulebook import Dated


@dataclass(frozen=True)
class LongestTerm:
    """For how many months an agreement may bind, the first time and on renewal."""

    first_months: int
    renewed_months: int


@dataclass(frozen=True, kw_only=True)
class AgreementTerms(Dated):
    """How long an agreement on services between an authority and a maintained school may bind."""

    usual: LongestTerm
    catering: LongestTerm
    says: str

    def longest(self, *, catering: bool) -> LongestTerm:
        """For services of that sort."""
        return self.catering if catering else self.usual


@dataclass(frozen=True, kw_only=True)
class TaxRate(Dated):
    """The standard rate of VAT; whether a service bears it is set for each service."""

    standard_share: Decimal
    says: str

    @property
    def percent(self) -> str:
        """'20%' or '17.5%'."""
        return f"{(self.standard_share * 100).normalize():f}%"

    def with_tax_pence(self, price_pence: int) -> int:
        """The price and the tax on it."""
        return price_pence + share_of_pence(price_pence, self.standard_share)
