"""Whatever the order of saves and retries: as a dull twin that keeps every version whole."""

from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schoolward.apps.drafts.actions import open_draft, save_draft
from schoolward.apps.drafts.kinds import DraftKind, register_draft_kind
from schoolward.apps.drafts.models import Draft
from schoolward.apps.tenancy.scope import scope
from tests.factories.foundations import ANN, make_authority
from tests.oracles.drafts import DullDraft

register_draft_kind(DraftKind("tests.free", check=lambda draft, by: None))

VALUES = st.one_of(st.integers(0, 2), st.none(), st.sampled_from(["", "a"]))
CHANGES = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
SAVES = st.tuples(
    st.integers(0, 4), CHANGES, st.booleans()
)  # how many versions behind, what, and sent twice?
_subjects = count()


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=st.lists(SAVES, max_size=8))
def test_draft_under_any_interleaving_is_as_its_dull_twin(db, saves):
    with transaction.atomic(), scope(make_authority()):
        draft = open_draft(by=ANN, kind="tests.free", subject_id=str(next(_subjects)))
        twin, versions = DullDraft(), [Draft.objects.get(pk=draft.pk)]
        for n, (behind, changes, twice) in enumerate(saves):
            base = max(len(versions) - 1 - behind, 0)
            for _ in range(1 + twice):
                seen = Draft.objects.get(pk=draft.pk) if twice else _copy(versions[base])
                save = {"base_version": base, "idempotency_key": str(n), "changes": changes}
                result = save_draft(draft=seen, by=ANN, **save)
                expected = twin.save(base, str(n), changes)
                refused = {c.field: (c.mine, c.theirs) for c in result.conflicts}
                assert (result.version, refused, result.others) == expected
            versions.append(Draft.objects.get(pk=draft.pk))
        assert versions[-1].content == twin.versions[-1]
        transaction.set_rollback(True)


def _copy(draft: Draft) -> Draft:
    return Draft(**{field.attname: getattr(draft, field.attname) for field in Draft._meta.fields})
