"""The record of changes is complete, one's own, quick at any length, and never changed."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.exports import Export
from schoolward.apps.audit.models import Event
from schoolward.apps.audit.queries import Asked, actions_met, changes_of, find_events, page_of
from schoolward.apps.audit.record import record, record_many
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.calendar import LONDON
from tests.factories.people import make_authority, make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(today):
    return make_member(make_authority(), "director", "Dora Day")


@pytest.fixture
def by(director):
    Event.objects.all()._raw_delete("default")
    return Acting.of(director)


def _happened(by, count, start=datetime(2026, 11, 1, 9, tzinfo=LONDON), **more):
    for n in range(count):
        with clock.frozen_at(start + timedelta(minutes=n // 2)):  # two at each moment
            record("tests.do_thing", by=by, target=("tests.thing", n), label=f"Thing {n}", **more)


def test_events_can_be_neither_changed_nor_deleted(by):
    _happened(by, 1)
    with pytest.raises(TypeError):
        Event.objects.update(reason="other")
    with pytest.raises(TypeError):
        Event.objects.all().delete()


def test_pages_hold_every_event_once_newest_first(by):
    _happened(by, 23)
    rows, mark, seen = find_events(901, Asked()), "", []
    while True:
        found, mark = page_of(rows, 5, mark)
        seen += found
        if not mark:
            break
    assert [e.target_id for e in seen] == [str(n) for n in reversed(range(23))]


def test_a_nonsense_mark_gives_the_first_page(by):
    _happened(by, 3)
    for mark in ("x", "_", "2026-11-01_x", "not-a-day_3"):
        assert len(page_of(find_events(901, Asked()), 5, mark)[0]) == 3


def test_each_filter_narrows(by, director):
    other = Acting.of(make_member(director.authority, "administrator", "Ada King"))
    Event.objects.all()._raw_delete("default")
    _happened(by, 2)
    with clock.frozen_at(datetime(2026, 11, 5, 23, 30, tzinfo=LONDON)):
        record("tests.undo_thing", by=other, target=("tests.thing", 1), label="Thing one of St Anne's")

    def found(**asked):
        return find_events(901, Asked(**asked)).count()

    assert found() == 3
    assert (found(person=other.person.pk), found(action="tests.undo_thing")) == (1, 1)
    assert (found(about="tests.thing:1"), found(words="anne's one"), found(words="100%")) == (2, 1, 0)
    day = date(2026, 11, 5)
    assert (found(since=day), found(until=day), found(until=day - timedelta(days=1))) == (1, 3, 2)
    assert actions_met(901) == ["tests.do_thing", "tests.undo_thing"]
    assert actions_met(999) == []


def test_before_and_after_stand_side_by_side(by):
    event = record("tests.do", by=by, target=("a", 1), before={"x": 1, "gone": 2}, after={"x": 3, "new": 4})
    found = [(c.field, c.before, c.after) for c in changes_of(event)]
    assert found == [("x", 1, 3), ("new", None, 4), ("gone", 2, None)]


def test_many_events_are_written_as_one_would_be(by):
    change = {"action": "tests.do", "target": ("a", 1), "label": "A", "before": None, "after": {"x": 1}}
    one = record(by=by, **change)
    record_many(by, [change])
    two = Event.objects.exclude(pk=one.pk).get()
    fields = [f.name for f in Event._meta.fields if f.name != "id"]
    assert [getattr(one, f) for f in fields] == [getattr(two, f) for f in fields]


def test_the_page_shows_own_events_and_no_other_authoritys(client, by, director):
    _happened(by, 1, reason="Because")
    stranger = Acting.of(make_member(make_authority(902, "Elsewhere"), "administrator", "Sam Stranger"))
    record("tests.do_thing", by=stranger, target=("tests.thing", 9), label="Secret elsewhere")
    sign_in(client, director)
    page = client.get(reverse("audit")).content.decode()
    assert "Thing 0" in page
    assert "Because" in page
    assert "Secret elsewhere" not in page
    assert "Sam Stranger" not in page
    csv = b"".join(client.get(reverse("audit_export", args=["csv"]))).decode()
    assert "Thing 0" in csv
    assert "Secret elsewhere" not in csv


@pytest.mark.parametrize("role", ["adviser", "finance_officer", "headteacher"])
def test_others_may_not_look(client, director, role):
    sign_in(client, make_member(director.authority, role, "Nosy Parker"))
    for name in ("audit", "freedom"):
        assert client.get(reverse(name)).status_code == 403


def test_a_label_that_looks_like_a_formula_is_disarmed_in_csv(client, by, director):
    record("tests.do_thing", by=by, target=("tests.thing", 1), label="=cmd|' /C calc'!A0")
    sign_in(client, director)
    csv = b"".join(client.get(reverse("audit_export", args=["csv"]))).decode()
    assert ",'=cmd" in csv or ",\"'=cmd" in csv


def test_a_bad_day_is_named(client, director):
    sign_in(client, director)
    reply = client.get(reverse("audit"), {"since": "soon"})
    assert (reply.status_code, "is not a date" in reply.content.decode()) == (400, True)


def test_the_archive_holds_tables_and_lists_what_is_left_out(client, by, director):
    _happened(by, 4)
    sign_in(client, director)
    reply = client.post(reverse("freedom"), {"since": "1/11/2026", "until": "30/11/2026"})
    packed = zipfile.ZipFile(io.BytesIO(reply.content))
    names = set(packed.namelist())
    assert {"contents.txt", "left-out.csv", "changes-by-month.csv", "roles-held.csv"} <= names
    assert "changes-in-full.csv" not in names
    assert "2026-11,tests: do thing,4" in packed.read("changes-by-month.csv").decode("utf-8-sig")
    left_out = packed.read("left-out.csv").decode()
    for restricted in ("people", "concern", "officers-knowledge", "categories", "papers"):
        assert f"{restricted}," in left_out
        assert f"{restricted}.csv" not in names
    everything = b"".join(packed.read(name) for name in names).decode()
    for secret in ("Dora Day", "Thing 0", director.person.email):
        assert secret not in everything
    assert Event.objects.filter(action="audit.make_disclosure").count() == 1


def test_the_archive_needs_two_days_in_order(client, director):
    sign_in(client, director)
    for sent in ({}, {"since": "2/1/2026", "until": "1/1/2026"}, {"since": "x", "until": "1/1/2026"}):
        assert client.post(reverse("freedom"), sent).status_code == 400


def test_a_restricted_export_has_no_rows_and_any_other_must():
    with pytest.raises(AssertionError):
        Export("a", "b", restricted="secret", rows=lambda since, until: [])
    with pytest.raises(AssertionError):
        Export("a", "b")


def test_counts_are_of_the_authority_in_scope(by, director):
    from schoolward.apps.audit.disclosure import changes_by_month

    _happened(by, 2)
    days = (date(2026, 1, 1), date(2026, 12, 31))
    with scope(make_authority(902, "Elsewhere")):
        assert list(changes_by_month(*days)) == []
    with scope(director.authority):
        assert list(changes_by_month(*days)) == [("2026-11", "tests: do thing", 2)]
