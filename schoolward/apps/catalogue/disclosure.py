"""What the catalogue gives under the Freedom of Information Act: services and prices; no earmarks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.catalogue.holding import parts_of
from schoolward.apps.catalogue.models import Price, ServiceLine
from schoolward.apps.catalogue.states import AUDIENCE_WORDS, UNIT_WORDS, Audience, Unit


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "services",
            "Every service that schools could buy on any day between the two, free beside charged.",
            ("Key", "Service", "Category", "Provider", "Free", "Charged", "Unit", "From", "Until"),
            services,
        )
    )
    register_export(
        Export(
            "service-prices",
            "Prices that began between the two days, with their parts in pounds.",
            ("Service", "For", "From", "Firm", "Part", "Hangs on", "Pounds"),
            prices,
        )
    )
    register_export(
        Export(
            "earmarks",
            "What each school expects to spend on services.",
            restricted="It was given in confidence, and would prejudice the school's own buying.",
        )
    )


def services(since: date, until: date) -> Iterator[tuple]:
    """Key, name, category, provider, free, charged, unit, first and last day."""
    rows = ServiceLine.objects.select_related("category", "provider").filter(sold_from__lte=until)
    for row in rows.exclude(sold_until__lt=since):
        yield (
            *(row.key, row.name, row.category.name, row.provider.name, row.free_part, row.charged_part),
            *(UNIT_WORDS[Unit(row.unit)], row.sold_from, row.sold_until or ""),
        )


def prices(since: date, until: date) -> Iterator[tuple]:
    """Service, for whom, from, firm, and each part with what it hangs on and its pounds."""
    rows = Price.objects.filter(set_aside_at=None, starts_on__range=(since, until))
    for price in rows.select_related("line").prefetch_related("parts").order_by("line__key", "starts_on"):
        for part in parts_of(price):
            on = part.phase or part.level or (f"up to {part.most_pupils}" if part.most_pupils else "")
            yield (
                *(price.line.key, AUDIENCE_WORDS[Audience(price.audience)], price.starts_on),
                *("yes" if price.is_firm else "no", part.kind.value, on, part.price_pence / 100),
            )
