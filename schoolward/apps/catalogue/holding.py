"""What the database holds, as the plain values that come in from forms and workbooks."""

from __future__ import annotations

from functools import singledispatch

from schoolward.apps.catalogue.details import (
    CatalogueDetails,
    CategoryDetails,
    LineDetails,
    PersonDetails,
    PriceDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.models import (
    OfferedPerson,
    Price,
    Provider,
    ServiceCategory,
    ServiceLine,
    Skill,
    Terms,
)
from schoolward.apps.catalogue.pricing import Part, PartKind, check_parts


def held_catalogue() -> CatalogueDetails:
    """The whole catalogue of the authority in scope, history set aside left out."""
    lines = ServiceLine.objects.select_related("category", "provider").prefetch_related("people")
    prices = Price.objects.filter(set_aside_at=None).select_related("line").prefetch_related("parts")
    order = ("line__category__position", "line__position", "line__key", "audience", "starts_on")
    people = OfferedPerson.objects.select_related("provider").prefetch_related("skills")
    terms = Terms.objects.filter(set_aside_at=None).select_related("category")
    return CatalogueDetails(
        categories=tuple(map(details_of, ServiceCategory.objects.all())),
        skills=tuple(map(details_of, Skill.objects.all())),
        providers=tuple(map(details_of, Provider.objects.all())),
        people=tuple(map(details_of, people)),
        lines=tuple(map(details_of, lines)),
        prices=tuple(map(details_of, prices.order_by(*order))),
        terms=tuple(map(details_of, terms.order_by("category__position", "starts_on"))),
    )


def parts_of(price: Price) -> tuple[Part, ...]:
    """The price's parts as plain values, in order."""
    return check_parts(
        Part(PartKind(row.kind), row.price_pence, row.phase, row.most_pupils, row.level, row.includes)
        for row in price.parts.all()
    )


@singledispatch
def details_of(row: object):
    """The row as plain values."""
    raise TypeError(type(row))


@details_of.register
def _(row: ServiceCategory) -> CategoryDetails:
    return CategoryDetails(row.key, row.name, row.description, row.position)


@details_of.register
def _(row: Skill) -> SkillDetails:
    return SkillDetails(row.key, row.name)


@details_of.register
def _(row: Provider) -> ProviderDetails:
    return ProviderDetails(row.key, row.name, row.kind, row.description)


@details_of.register
def _(row: OfferedPerson) -> PersonDetails:
    skills = tuple(sorted(skill.key for skill in row.skills.all()))
    return PersonDetails(row.key, row.name, row.job_title, row.provider.key, skills, row.offered_until)


@details_of.register
def _(row: ServiceLine) -> LineDetails:
    return LineDetails(
        key=row.key,
        name=row.name,
        category=row.category.key,
        provider=row.provider.key,
        description=row.description,
        free_part=row.free_part,
        charged_part=row.charged_part,
        unit=row.unit,
        days_per_unit=row.days_per_unit,
        sold_from=row.sold_from,
        people=tuple(sorted(person.key for person in row.people.all())),
        vat=row.vat,
        position=row.position,
        sold_until=row.sold_until,
        withdrawn_because=row.withdrawn_because,
    )


@details_of.register
def _(row: Price) -> PriceDetails:
    return PriceDetails(
        line=row.line.key,
        audience=row.audience,
        contract_year=row.contract_year,
        starts_on=row.starts_on,
        is_firm=row.is_firm,
        parts=parts_of(row),
        list_price_pence=row.list_price_pence,
    )


@details_of.register
def _(row: Terms) -> TermsDetails:
    category = row.category.key if row.category else ""
    return TermsDetails(category, row.words, row.term_months, row.notice_days, row.starts_on)
