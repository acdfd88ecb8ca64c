"""Writing many rows at once, in plain SQL that SQLite and PostgreSQL share.

Django's own bulk_create makes a model, then some 40 small objects a row: 12 seconds of it for the national
register, against under one this way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection, models

BATCH = 2_000


def insert_rows(model: type[models.Model], rows: Sequence[dict], *, key: str = "") -> None:
    """Rows (dictionaries by field name) added to the table; with `key`, one already there is replaced."""
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if field.attname in rows[0]]
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in fields]
    holders = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({holders})"  # noqa: S608
    if key:
        kept = [f"{name} = excluded.{name}" for name in columns if name != quote(key)]
        sql += f" ON CONFLICT ({quote(key)}) DO UPDATE SET {', '.join(kept)}"
    names = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    with connection.cursor() as cursor:
        for some in batched(rows, BATCH, strict=False):
            cursor.executemany(sql, [_values(row, names) for row in some])


def _values(row: dict, names: list[tuple[str, bool]]) -> tuple:
    return tuple(json.dumps(row[name]) if is_json else row[name] for name, is_json in names)


def delete_rows(model: type[models.Model], name: str, values: Iterable) -> None:
    """Rows whose `name` is one of `values` taken away, some at a time: databases limit a list's length."""
    for some in batched(values, BATCH, strict=False):
        model.objects.filter(**{f"{name}__in": some}).delete()
