"""Building the catalogue: each `set_` adds what has a new key, or changes what has a known one."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.audit.record import record
from schoolward.apps.catalogue import checks, pricing
from schoolward.apps.catalogue.details import (
    CategoryDetails,
    LineDetails,
    PersonDetails,
    PriceDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.holding import details_of
from schoolward.apps.catalogue.models import (
    Earmark,
    LinePerson,
    OfferedPerson,
    PersonSkill,
    Price,
    PricePart,
    Provider,
    ServiceCategory,
    ServiceLine,
    Skill,
    Terms,
)
from schoolward.apps.catalogue.states import Certainty
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import TenantModel
from schoolward.terms.errors import BadInput, NotNow


@transaction.atomic
def set_category(*, by: Acting, details: CategoryDetails) -> ServiceCategory:
    """The category of that key, saying this."""
    return _set(by, ServiceCategory, details, asdict(details))


@transaction.atomic
def set_skill(*, by: Acting, details: SkillDetails) -> Skill:
    """The skill of that key, called this."""
    return _set(by, Skill, details, asdict(details))


@transaction.atomic
def set_provider(
    *, by: Acting, details: ProviderDetails, organisation: Organisation | None = None
) -> Provider:
    """The provider of that key; `organisation` is whose people sign in as it, where some do."""
    values = asdict(details) | ({"organisation": organisation} if organisation else {})
    return _set(by, Provider, details, values)


@transaction.atomic
def set_person(*, by: Acting, details: PersonDetails) -> OfferedPerson:
    """The person of that key, with exactly these skills."""
    values = asdict(details) | {"provider": _named(Provider, details.provider, "provider")}
    del values["skills"]
    skills = [_named(Skill, key, "skills") for key in details.skills]
    person = _set(by, OfferedPerson, details, values)
    _link(PersonSkill, {"person": person}, "skill", skills)
    return person


@transaction.atomic
def set_line(*, by: Acting, details: LineDetails) -> ServiceLine:
    """The service line of that key, for which exactly these people may come."""
    values = asdict(details)
    del values["people"]
    values["category"] = _named(ServiceCategory, details.category, "category")
    values["provider"] = _named(Provider, details.provider, "provider")
    people = [_named(OfferedPerson, key, "people") for key in details.people]
    line = _set(by, ServiceLine, details, values)
    _link(LinePerson, {"line": line}, "person", people)
    return line


def _set[M: TenantModel](by: Acting, model: type[M], details: checks.Details, values: dict) -> M:
    """Adds or changes the row of that key; the audit holds what differs, and nothing where nothing does."""
    checks.check_can_build(by)
    checks.check_details(details)
    row = model.objects.select_for_update(of=("self",)).filter(key=values["key"]).first()
    now = _told(details)
    if row is None:
        row = model.objects.create(**values)
        record(f"catalogue.add_{_noun(details)}", by=by, target=row, after=now)
        return row
    before = _told(details_of(row))
    changed = {name for name in now if now[name] != before[name]}
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    if changed:
        told = ({n: side[n] for n in changed} for side in (before, now))
        record(
            f"catalogue.change_{_noun(details)}",
            by=by,
            target=row,
            **dict(zip(("before", "after"), told, strict=True)),
        )
    return row


def _noun(details: checks.Details) -> str:
    return type(details).__name__.removesuffix("Details").lower()


def _told(details: checks.Details) -> dict:
    """What the record of changes keeps."""
    return asdict(details)


def _named[M: TenantModel](model: type[M], key: str, where: str, *, lock: bool = False) -> M:
    rows = model.objects.select_for_update() if lock else model.objects.all()
    row = rows.filter(key=key).first()
    if row is None:
        noun = model._meta.verbose_name
        raise BadInput(f"There is no {noun} called '{key}'.", where=where, do="Add it first.")
    return row


def _link(through: type[TenantModel], one: dict, other: str, rows: list) -> None:
    """Exactly these rows stand beside the one."""
    held = set(through.objects.filter(**one).values_list(f"{other}_id", flat=True))
    wanted = {row.pk: row for row in rows}
    through.objects.filter(**one, **{f"{other}_id__in": held - set(wanted)}).delete()
    through.objects.bulk_create(
        through(**one, **{other: row}) for pk, row in wanted.items() if pk not in held
    )


@transaction.atomic
def withdraw_line(*, by: Acting, line: ServiceLine, until: date, because: str) -> ServiceLine:
    """The line, whose last day of sale that is."""
    line = ServiceLine.objects.select_for_update().get(pk=line.pk)
    if line.sold_until is not None:
        raise NotNow(f"{line} is withdrawn already.", do="Change its last day instead.")
    return set_line(
        by=by, details=replace(details_of(line), sold_until=until, withdrawn_because=because.strip())
    )


@transaction.atomic
def set_price(*, by: Acting, details: PriceDetails) -> Price:
    """The price from its day on. One for the same day and schools is set aside, never changed."""
    checks.check_can_build(by)
    checks.check_details(details)
    line = _named(ServiceLine, details.line, "line", lock=True)
    checks.check_starts(line, details.starts_on)
    parts = pricing.check_parts(details.parts)
    details = replace(
        details, parts=parts, list_price_pence=details.list_price_pence or pricing.list_price(parts)
    )
    same = Price.objects.filter(line=line, audience=details.audience, starts_on=details.starts_on)
    held = same.filter(set_aside_at=None).prefetch_related("parts").first()
    if held and details_of(held) == details:
        return held
    if held:
        same.filter(set_aside_at=None).update(set_aside_at=clock.now())
    price = Price.objects.create(
        line=line,
        audience=details.audience,
        contract_year=details.contract_year,
        starts_on=details.starts_on,
        is_firm=details.is_firm,
        list_price_pence=details.list_price_pence,
        set_at=clock.now(),
        set_by_id=by.membership_id,
    )
    PricePart.objects.bulk_create(PricePart(price=price, **asdict(part)) for part in parts)
    before = _told(details_of(held)) if held else None
    record("catalogue.set_price", by=by, target=price, label=str(price), before=before, after=_told(details))
    return price


@transaction.atomic
def set_terms(*, by: Acting, details: TermsDetails) -> Terms:
    """The terms from their day on. Those for the same day and services are set aside, never changed."""
    checks.check_can_build(by)
    checks.check_details(details)
    category = _named(ServiceCategory, details.category, "category") if details.category else None
    same = Terms.objects.select_for_update(of=("self",)).filter(
        category=category, starts_on=details.starts_on
    )
    held = same.filter(set_aside_at=None).first()
    if held and details_of(held) == details:
        return held
    same.filter(set_aside_at=None).update(set_aside_at=clock.now())
    terms = Terms.objects.create(
        category=category,
        words=details.words,
        term_months=details.term_months,
        notice_days=details.notice_days,
        starts_on=details.starts_on,
        set_at=clock.now(),
        set_by_id=by.membership_id,
    )
    before = _told(details_of(held)) if held else None
    record("catalogue.set_terms", by=by, target=terms, before=before, after=_told(details))
    return terms


@transaction.atomic
def record_earmark(
    *,
    by: Acting,
    school: School,
    year: int,
    amount_pence: int,
    certainty: Certainty,
    said_by: str,
    said_on: date | None = None,
    budget_share_pence: int | None = None,
    pupils: int | None = None,
) -> Earmark:
    """What the school now expects to spend in the contract year ending in `year`; its last word stays."""
    checks.check_can_earmark(school, by)
    checks.check_earmark(year, amount_pence, certainty, said_by, budget_share_pence, pupils)
    School.objects.select_for_update().get(pk=school.pk)
    standing = Earmark.objects.filter(school=school, year=year, superseded_at=None)
    before = standing.first()
    standing.update(superseded_at=clock.now())
    earmark = Earmark.objects.create(
        school=school,
        year=year,
        amount_pence=amount_pence,
        budget_share_pence=budget_share_pence,
        pupils=pupils if pupils is not None else school.roll or None,
        certainty=certainty,
        said_by=said_by.strip(),
        said_on=said_on or clock.today(),
        recorded_at=clock.now(),
        recorded_by_id=by.membership_id,
    )
    record(
        "catalogue.record_earmark",
        by=by,
        target=earmark,
        label=f"{school}, {year}",
        before={"amount_pence": before.amount_pence, "certainty": before.certainty} if before else None,
        after={"amount_pence": amount_pence, "certainty": certainty},
    )
    return earmark
