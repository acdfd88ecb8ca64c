import pytest
from django.db import IntegrityError, transaction

from schoolward.apps.audit.models import Event
from schoolward.apps.drafts.actions import close_draft, open_draft, save_draft
from schoolward.apps.drafts.checks import can_save
from schoolward.apps.drafts.kinds import DraftKind, register_draft_kind
from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.queries import draft_history, find_draft
from schoolward.apps.drafts.states import State
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.foundations import ANN, BEN, Somebody, make_authority

pytestmark = pytest.mark.django_db


def _only_advisers(draft, by):
    if by.audit_role != "Adviser":
        raise NotAllowed("Only advisers write here.")


register_draft_kind(DraftKind("tests.note", check=_only_advisers))


@pytest.fixture
def draft():
    with scope(make_authority()):
        yield open_draft(by=ANN, kind="tests.note", subject_id="7", content={"title": "Old"})


def _save(draft, by, base, key, **changes):
    return save_draft(draft=draft, by=by, base_version=base, idempotency_key=key, changes=changes)


def test_open_draft_twice_gives_the_same(draft):
    assert open_draft(by=BEN, kind="tests.note", subject_id="7") == draft
    assert find_draft("tests.note", "7") == draft
    assert find_draft("tests.note", "7", "school:100000") is None


def test_save_changes_content_and_keeps_who_and_when(draft):
    assert _save(draft, ANN, 0, "a", title="New", body="Text").version == 1
    draft.refresh_from_db()
    assert draft.content == {"title": "New", "body": "Text"}
    assert [(c.field, c.before, c.after, c.by_name) for c in draft_history(draft)] == [
        ("body", None, "Text", "Ann"),
        ("title", "Old", "New", "Ann"),
    ]
    assert [c.after for c in draft_history(draft, "title")] == ["New"]


def test_saves_of_different_fields_are_merged(draft):
    as_ben_saw_it = Draft.objects.get(pk=draft.pk)
    _save(draft, ANN, 0, "a", title="Ann's")
    result = _save(as_ben_saw_it, BEN, 0, "b", body="Ben's")
    assert (result.version, result.conflicts, result.others) == (2, (), {"title": "Ann's"})
    assert Draft.objects.get(pk=draft.pk).content == {"title": "Ann's", "body": "Ben's"}


def test_saves_of_the_same_field_conflict_and_nothing_is_overwritten(draft):
    as_ben_saw_it = Draft.objects.get(pk=draft.pk)
    _save(draft, ANN, 0, "a", title="Ann's")
    result = _save(as_ben_saw_it, BEN, 0, "b", title="Ben's", body="Ben's")
    (conflict,) = result.conflicts
    assert (conflict.field, conflict.mine, conflict.theirs, conflict.their_name) == (
        "title",
        "Ben's",
        "Ann's",
        "Ann",
    )
    assert Draft.objects.get(pk=draft.pk).content == {"title": "Ann's", "body": "Ben's"}


def test_same_value_from_both_is_no_conflict(draft):
    as_ben_saw_it = Draft.objects.get(pk=draft.pk)
    _save(draft, ANN, 0, "a", title="Agreed")
    assert _save(as_ben_saw_it, BEN, 0, "b", title="Agreed").conflicts == ()


def test_retried_save_gets_the_first_result_and_is_not_doubled(draft):
    stale = Draft.objects.get(pk=draft.pk)
    _save(draft, ANN, 0, "a", title="Ann's")
    first = _save(stale, BEN, 0, "b", title="Ben's")
    _save(draft, ANN, 2, "c", title="Ann's second")
    for seen in (stale, draft, Draft.objects.get(pk=draft.pk)):
        assert _save(seen, BEN, 0, "b", title="Ben's") == first
    assert draft.changes.count() == 3


def test_key_used_again_on_the_current_version_gets_the_first_result(draft):
    first = _save(draft, ANN, 0, "a", title="One")
    Draft.objects.filter(pk=draft.pk).update(version=0)  # as if this process had never heard of the save
    stale = Draft.objects.get(pk=draft.pk)
    assert _save(stale, ANN, 0, "a", title="One") == first


def test_key_of_another_save_is_refused(draft):
    _save(draft, ANN, 0, "a", title="One")
    with pytest.raises(BadInput, match="key of another"):
        _save(draft, ANN, 1, "a", title="Two")
    with pytest.raises(BadInput, match="key of another"):
        _save(draft, BEN, 0, "a", title="One")
    assert Draft.objects.get(pk=draft.pk).content["title"] == "One"


def test_version_from_the_future_is_refused(draft):
    with pytest.raises(BadInput, match="no version 9"):
        _save(draft, ANN, 9, "a", title="One")


def test_save_is_refused_to_others_and_after_submission(draft):
    visitor = Somebody("Vic", audit_role="Visitor")
    assert not can_save(draft, visitor)
    with pytest.raises(NotAllowed, match="Only advisers"):
        _save(draft, visitor, 0, "a", title="x")
    stale = Draft.objects.get(pk=draft.pk)
    close_draft(draft=draft, by=ANN, base_version=0, state=State.SUBMITTED)
    for seen in (draft, stale):
        with pytest.raises(NotNow, match="was submitted"):
            _save(seen, ANN, 0, "b", title="x")
    assert open_draft(by=ANN, kind="tests.note", subject_id="7") != draft


def test_close_after_another_save_is_a_conflict(draft):
    stale = Draft.objects.get(pk=draft.pk)
    _save(draft, ANN, 0, "a", title="One")
    with pytest.raises(Conflict):
        close_draft(draft=stale, by=BEN, base_version=0, state=State.SUBMITTED)
    assert Draft.objects.get(pk=draft.pk).state == State.OPEN


@pytest.mark.parametrize(
    "changes", [{"f": "nul \x00"}, {"f": float("nan")}, {"f": "x" * 600_000}, {"f": object()}, {"": 1}]
)
def test_save_of_what_cannot_be_kept_is_refused(draft, changes):
    with pytest.raises(BadInput):
        save_draft(draft=draft, by=ANN, base_version=0, idempotency_key="a", changes=changes)


def test_save_takes_two_statements_besides_the_first_of_a_sitting(draft, django_assert_num_queries):
    _save(draft, ANN, 0, "a", title="One")
    with django_assert_num_queries(4):  # savepoint (the test's own transaction), UPDATE, INSERT, release
        _save(draft, ANN, 1, "b", title="Two")


def test_audit_has_one_event_for_a_sitting_of_each_writer(draft):
    for n, writer in enumerate([ANN, ANN, BEN, ANN, BEN]):
        _save(draft, writer, n, f"key {n}", title=str(n))
    saves = Event.objects.filter(action="drafts.save_draft")
    assert sorted(event.by_name for event in saves) == ["Ann", "Ben"]


def test_open_draft_of_a_subject_is_one_by_constraint(draft):
    draft.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save(force_insert=True)


def test_draft_of_another_authority_is_not_found(draft):
    with scope(make_authority(902, "Elsewhere")):
        assert find_draft("tests.note", "7") is None
