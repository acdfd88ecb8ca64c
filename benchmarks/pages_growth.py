"""Estuary copied into more authorities, in plain SQL: each with all its schools, people and decisions.

Every key of a copied row, and every key that points to one, is moved by the same step; school numbers and
authorities' codes too; and words that must be one of a kind get a number before them.
"""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import connection, models, transaction

COPIED = ("tenancy", "accounts", "register", "contacts", "performance", "concern")
KEPT = {"register.Projection", "register.Outline"}  # national: one for the site
KEY_STEP, URN_STEP = 10_000_000, 10_000
URNS = {"urn", "earlier_urn", "successor_urn", "other_urn"}
CODES = {"authority_code", "code"}


def grow_to(authorities: int) -> None:
    """As many authorities as asked for; those there stay."""
    from schoolward.apps.tenancy.models import Authority

    there = Authority.objects.count()
    with transaction.atomic():
        for number in range(there, authorities):
            for model in _models():
                _copy(model, number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@cache
def _models() -> list[type[models.Model]]:
    """Those to copy, each after the ones it points to."""
    ours = [m for m in apps.get_models() if m._meta.app_label in COPIED and m._meta.label not in KEPT]
    ordered: list[type[models.Model]] = []
    while len(ordered) < len(ours):
        ready = [m for m in ours if m not in ordered and _parents(m) & set(ours) <= {*ordered, m}]
        assert ready, "models point at one another in a ring"
        ordered += ready
    return ordered


def _parents(model: type[models.Model]) -> set[type[models.Model]]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _copy(model: type[models.Model], number: int) -> None:
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(_value(field, quote(field.column), number) for field in fields)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    where = f"{key} < {KEY_STEP}" + _only_of_an_authority(model)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where}")  # noqa: S608


def _only_of_an_authority(model: type[models.Model]) -> str:
    """National averages stand under the code 0, and are not copied."""
    return " AND authority_code > 0" if model._meta.label == "performance.Comparison" else ""


def _value(field: models.Field, column: str, number: int) -> str:
    if field.primary_key or (field.is_relation and field.related_model in _models_set()):
        return f"{column} + {number * KEY_STEP}"
    if field.name in URNS:
        return f"{column} + {number * URN_STEP}"
    if field.name in CODES and isinstance(field, models.PositiveSmallIntegerField):
        return f"{column} + {10 * number}"
    if field.name == "trust_code" or _is_one_of_a_kind(field):  # a copied trust has its own copied schools
        return f"CASE WHEN {column} = '' THEN {column} ELSE '{number}.' || {column} END"
    return column


@cache
def _models_set() -> set[type[models.Model]]:
    return set(_models())


def _is_one_of_a_kind(field: models.Field) -> bool:
    """Text that may stand only once in the table."""
    if not isinstance(field, models.CharField):
        return False
    constraints = [c for c in field.model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return field.unique or any(c.fields == (field.name,) for c in constraints)
