"""What the survey offers: the catalogue's lines as they stand when a survey is prepared."""

from __future__ import annotations

from datetime import date

from schoolward.apps.catalogue.queries import ServiceOnOffer, service_lines
from schoolward.apps.survey.questionnaire import OfferedService


def services_on_offer(on: date | None = None) -> list[OfferedService]:
    """The lines that are sold on the day and have a price to ask about, in the catalogue's order."""
    return [_offered(line) for line in service_lines(on) if line.list_price_pence]


def _offered(line: ServiceOnOffer) -> OfferedService:
    return OfferedService(
        key=line.key,
        name=line.name,
        category=line.category_key,
        category_name=line.category,
        what=line.description,
        free=line.free_part,
        charged=line.charged_part,
        who_comes=tuple(f"{person.name}, {_lower(person.job_title)}" for person in line.people),
        unit=line.unit,
        list_price_pence=line.list_price_pence,
        raised_price_pence=line.raised_price_pence,
        days_per_unit=float(line.days_per_unit) if line.days_per_unit is not None else None,
    )


def _lower(title: str) -> str:
    """'School improvement adviser' in the middle of a sentence; 'HR adviser' as it is."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
