"""Bringing the database to the store's current edition."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.register import bridge
from schoolward.apps.register.models import Outline, Projection, RegisterEvent, School, SchoolFact
from schoolward.apps.register.queries import projected_edition
from schoolward.apps.register.writing import delete_rows, insert_rows
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority

FACT_FIELDS = tuple(f.name for f in SchoolFact._meta.concrete_fields if f.name != "id")
EVENT_FIELDS = tuple(f.name for f in RegisterEvent._meta.concrete_fields if f.name != "id")


def project_register(*, by: Acting, store_path: Path | None = None) -> Projection:
    """The database's register, now the same as the store's current edition."""
    by.check(Permission.IMPORT_DATA)
    return keep_register(by=by, register=bridge.read_register(store_path or settings.SCHOOLWARD_STORE))


@transaction.atomic
def keep_register(*, by: Acting, register: bridge.Register) -> Projection:
    """What was read, kept: rows and the pointer to their edition commit together.

    Reading takes seconds and is done before, so that others can write meanwhile.
    """
    by.check(Permission.IMPORT_DATA)
    before = projected_edition()
    organisations = _school_organisations(register.schools)
    _trust_organisations(register.schools)
    changed = _upsert_schools(register.schools, organisations)
    _replace(SchoolFact, FACT_FIELDS, register.facts)
    _replace(RegisterEvent, EVENT_FIELDS, register.events)
    Outline.objects.all().delete()
    insert_rows(Outline, register.outlines)
    _name_authorities(register.authorities)
    values = {
        "edition": register.edition,
        "projected_at": clock.now(),
        "schools": len(register.schools),
    }
    projection, _ = Projection.objects.update_or_create(pk=1, defaults=values)
    if before != register.edition:
        record(
            "register.project_register",
            by=by,
            target=projection,
            before={"edition": before},
            after={"edition": register.edition, "schools": len(register.schools), "changed": changed},
        )
    return projection


def finish_interrupted(*, by: Acting | None = None, store_path: Path | None = None) -> bool:
    """True when the store was ahead of the database (a process ended in between) and was projected now."""
    store_path = store_path or settings.SCHOOLWARD_STORE
    edition = bridge.edition_of(store_path)
    if edition in (bridge.NOTHING, projected_edition()):
        return False
    project_register(by=by or Acting.system(None, "start-up"), store_path=store_path)
    return True


def _school_organisations(rows: list[dict]) -> dict[int, int]:
    """URN to organisation, one for every school; those there already take the register's name."""
    kept = dict(Organisation.objects.filter(kind=roles.SCHOOL).values_list("urn", "name"))
    stale = [
        {"kind": roles.SCHOOL, "urn": row["urn"], "name": row["name"], "trust_code": ""}
        for row in rows
        if kept.get(row["urn"]) != row["name"]
    ]
    insert_rows(Organisation, stale, key="urn")
    return dict(Organisation.objects.filter(kind=roles.SCHOOL).values_list("urn", "pk"))


def _trust_organisations(rows: list[dict]) -> None:
    wanted = {row["trust_code"]: row["trust_name"] for row in rows if row["trust_code"] and row["trust_name"]}
    kept = {trust.trust_code: trust for trust in Organisation.objects.filter(kind=roles.TRUST)}
    new = [
        {"kind": roles.TRUST, "trust_code": code, "name": name}
        for code, name in wanted.items()
        if code not in kept
    ]
    insert_rows(Organisation, new)
    for code, trust in kept.items():
        if wanted.get(code, trust.name) != trust.name:
            trust.name = wanted[code]
            trust.save(update_fields=["name"])


def _upsert_schools(rows: list[dict], organisations: dict[int, int]) -> int:
    """How many schools are new or changed; the others are not written."""
    kept = dict(School.objects.values_list("urn", "content_key"))
    stale = [
        {**row, "organisation_id": organisations[row["urn"]]}
        for row in rows
        if kept.get(row["urn"]) != row["content_key"]
    ]
    insert_rows(School, stale, key="urn")
    return len(stale)


def _replace(model: type, names: tuple[str, ...], rows: list[dict]) -> None:
    """The table holding exactly these rows; those that stay are not touched."""
    wanted = {tuple(row[name] for name in names): row for row in rows}
    kept, surplus = set(), []
    for pk, *values in model.objects.order_by("pk").values_list("pk", *names):
        key = tuple(values)
        if key in wanted and key not in kept:
            kept.add(key)
        else:
            surplus.append(pk)
    delete_rows(model, "pk", surplus)
    insert_rows(model, [row for key, row in wanted.items() if key not in kept])


def _name_authorities(names: dict[int, str]) -> None:
    """An authority that was opened by number alone takes its published name."""
    for authority in Authority.objects.filter(code__in=names):
        if authority.name != f"Authority {authority.code}":
            continue
        Organisation.objects.filter(
            kind=roles.AUTHORITY, authority_code=authority.code, name=authority.name
        ).update(name=names[authority.code])
        authority.name = names[authority.code]
        authority.save(update_fields=["name"])
