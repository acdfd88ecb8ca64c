"""Rows written before a migration are what the newest models expect once it has run."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from schoolward.apps.tenancy.scope import scope
from tests.factories.letters import make_letter, make_office, make_schools
from tests.factories.people import make_member

FIRST = [("drafts", "0001_initial"), ("letters", "0001_initial")]
NEWEST = [("drafts", "0002_writers_last_sittings"), ("letters", "0002_writer")]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LASTS = "2026-03-02T11:30:00+00:00"


@pytest.fixture
def migrate():
    """Puts the database at some migrations, and gives the models as they were then."""

    def to(targets):
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
        return executor.loader.project_state(targets).apps

    yield to
    to(NEWEST)  # does nothing where all went well


@pytest.mark.django_db(transaction=True)
def test_rows_of_first_drafts_and_letters_are_filled_as_their_later_columns_need(migrate):
    office = make_office()
    make_schools(office, 1)
    with scope(office.authority):
        letters = [make_letter(office), make_letter(office)]
        other = make_member(office.authority, "analyst", "Ola Reed")
    old = migrate(FIRST)
    assert "writer" not in {field.name for field in old.get_model("letters", "Letter")._meta.fields}
    old.get_model("letters", "Letter").objects.filter(pk=letters[1].pk).update(started_by_id=other.pk)
    open_draft, closed = (_old_draft(old, office, state) for state in ("open", "submitted"))

    new = migrate(NEWEST)
    drafts = new.get_model("drafts", "Draft").objects
    assert drafts.get(pk=open_draft.pk).sittings == {
        "person:1": (AT + timedelta(minutes=50)).isoformat(),  # their last save but one is long forgotten
        "person:2": LASTS,
    }
    assert drafts.get(pk=closed.pk).sittings == {"person:2": LASTS}, "nobody writes there any more"
    writers = dict(new.get_model("letters", "Letter").objects.values_list("pk", "writer_id"))
    assert writers == {letters[0].pk: office.writer.membership_id, letters[1].pk: other.pk}


def _old_draft(old, office, state):
    """One in which a first writer saved twice and a second, whose sitting is all that was noted, once."""
    draft = old.get_model("drafts", "Draft").objects.create(
        authority_id=office.authority.pk,
        kind="tests.note",
        subject_id=state,
        state=state,
        version=3,
        sittings={"person:2": LASTS},
        opened_at=AT,
        closed_at=None if state == "open" else AT,
    )
    for version, (by, minutes) in enumerate((("person:1", 0), ("person:1", 20), ("person:2", 40)), start=1):
        old.get_model("drafts", "DraftChange").objects.create(
            authority_id=office.authority.pk,
            draft=draft,
            version=version,
            based_on=version - 1,
            idempotency_key=f"{version}",
            digest="",
            at=AT + timedelta(minutes=minutes),
            by_id=by,
            by_name=by,
            fields={},
            result={},
        )
    return draft
