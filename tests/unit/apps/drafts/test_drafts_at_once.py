"""Many writers at the same moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from schoolward.apps.drafts.actions import open_draft, save_draft
from schoolward.apps.drafts.kinds import DraftKind, register_draft_kind
from schoolward.apps.drafts.models import Draft
from schoolward.apps.tenancy.scope import scope
from tests.factories.foundations import Somebody, make_authority

register_draft_kind(DraftKind("tests.written_at_once", check=lambda draft, by: None))

WRITERS, SAVES = 6, 8


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_lose_nothing_and_double_nothing():
    authority = make_authority()
    with scope(authority):
        draft = open_draft(by=Somebody("Zoe"), kind="tests.written_at_once", subject_id="1")

    def write(n: int) -> int:
        """Saves a field of one's own and fights for a shared one, each save sent twice; those won."""
        won = 0
        try:
            with scope(authority):
                for turn in range(SAVES):
                    won += _save_twice(draft.pk, n, turn)
        finally:
            connection.close()
        return won

    with ThreadPoolExecutor(WRITERS) as pool:
        won = sum(pool.map(write, range(WRITERS)))
    with scope(authority):
        final = Draft.objects.get(pk=draft.pk)
        changes = list(final.changes.order_by("version"))
    assert final.version == len(changes) == WRITERS * SAVES
    assert [final.content[f"own {n}"] for n in range(WRITERS)] == [SAVES - 1] * WRITERS
    shared = [c.fields["shared"] for c in changes if "shared" in c.fields]
    assert len(shared) == won
    befores, afters = [None, *(s["after"] for s in shared)][:-1], [s["before"] for s in shared]
    assert befores == afters, "each change of the shared field was made on what the one before left"


def _save_twice(pk: int, n: int, turn: int) -> bool:
    seen = Draft.objects.get(pk=pk)
    save = {
        "by": Somebody(f"Writer {n}"),
        "base_version": seen.version,
        "idempotency_key": f"{n}:{turn}",
        "changes": {f"own {n}": turn, "shared": f"{n}:{turn}"},
    }
    first = save_draft(draft=seen, **save)
    assert save_draft(draft=Draft.objects.get(pk=pk), **save) == first
    return not first.conflicts
