"""An entry with its survey, its school and its draft, in one statement.

It is asked for at every pause of typing and for each page of the form. As querysets these were two statements
with five joins, and making up their text took a fifth of a page's processor time, the same text each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.states import State
from schoolward.apps.register.models import School
from schoolward.apps.survey.models import Entry, QuestionnaireVersion, Survey
from schoolward.apps.tenancy import scope

DRAFT_KIND = "survey.answer"


def _columns(model: type[models.Model], *wanted: str) -> tuple[type[models.Model], tuple[str, ...]]:
    """The model with the columns wanted, or all, in the model's own order, which `from_db` relies on."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model, tuple(name for name in names if not wanted or name in ("id", *wanted))


# what a save or a page needs of each, and no more; the rest is read when somebody asks for it
NEEDED = {
    "e": _columns(Entry, "authority_id", "survey_id", "school_id", "sampled", "started_at", "extended_until"),
    "s": _columns(
        Survey,
        "title",
        "introduction",
        "agreed_with",
        "version_id",
        "services_digest",
        "state",
        "closes_at",
        "closed_at",
    ),
    "v": _columns(QuestionnaireVersion, "digest"),
    "c": _columns(School, "urn", "name", "organisation_id", "trust_code"),
    "d": _columns(Draft),
}
COLUMNS = ", ".join(f"{part}.{name}" for part, (_, names) in NEEDED.items() for name in names)
FIND = f"""SELECT {COLUMNS} FROM survey_entry e
JOIN survey_survey s ON s.id = e.survey_id
JOIN survey_questionnaireversion v ON v.id = s.version_id
JOIN register_school c ON c.{School._meta.pk.column} = e.school_id
LEFT JOIN drafts_draft d ON d.authority_id = e.authority_id AND d.kind = %s AND d.state = %s
AND d.subject_id = CAST(e.id AS varchar(60)) AND d.organisation_id = CAST(c.organisation_id AS varchar(60))
WHERE e.id = %s"""  # noqa: S608 (names of our own columns)


def find_entry(pk: int) -> tuple[Entry, Draft | None] | None:
    """The entry of that key in the authority in scope, and the open draft of its school's answer."""
    asked: list[Any] = [DRAFT_KIND, State.OPEN.value, pk]
    statement, within = FIND, scope.current()
    if within is not scope.EVERY:
        statement, asked = f"{FIND} AND e.authority_id = %s", [*asked, within.pk]
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    entry, survey, version, school, draft = _made(row)
    survey.version, entry.survey, entry.school = version, survey, school
    if draft is not None:
        draft.entry = entry
    return entry, draft


def _made(row: Sequence[Any]) -> Iterator[Any]:
    """Each part as its model, or None where it is not there."""
    start = 0
    for model, names in NEEDED.values():
        values = row[start : start + len(names)]
        start += len(names)
        read = _readers(model, names)
        said = [value if to is None else to(value) for value, to in zip(values, read, strict=True)]
        yield None if values[0] is None else model.from_db(DEFAULT_DB_ALIAS, names, said)


@cache
def _readers(model: type[models.Model], names: tuple[str, ...]) -> tuple[Callable[[Any], Any] | None, ...]:
    """How each column's value becomes what the field holds: databases give some as text."""
    return tuple(_reader(next(f for f in model._meta.concrete_fields if f.attname == name)) for name in names)


def _reader(field: models.Field) -> Callable[[Any], Any] | None:
    column = field.get_col(field.model._meta.db_table)
    steps = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    return partial(_through, steps, column) if steps else None


def _through(steps: list[Callable], column: Any, value: Any) -> Any:
    for step in steps:
        value = step(value, column, connection)
    return value
