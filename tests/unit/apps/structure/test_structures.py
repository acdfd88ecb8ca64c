"""Structures are kept as versions; who may see what; tranches; uploads taken exactly as shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.structure import actions, bridge, queries
from schoolward.apps.structure.disclosure import put_forward_between
from schoolward.apps.structure.severing import cost_of_ending
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.people import make_member
from tests.factories.structures import POSTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(authority):
    return Acting.of(make_member(authority, "staff_member", "Sam Lee"))


def changed(version, post="adviser", **values) -> bridge.Establishment:
    found = bridge.from_document(version.content)
    return bridge.with_record(found, "posts", replace(found.by_post[post], **values), replacing=post)


def keep(by, version, because="Tried", **values):
    return actions.keep_version(
        by=by,
        structure=version.structure,
        base_number=version.number,
        content=changed(version, **values),
        because=because,
    )


def test_change_makes_the_next_version_and_leaves_the_one_before(finance, version):
    after = keep(finance, version, core_fte=Decimal("1.5"))
    assert after.number == version.number + 1
    version.refresh_from_db()
    assert bridge.from_document(version.content).by_post["adviser"].core_fte == 2
    event = Event.objects.filter(action="structure.keep_version").order_by("-pk").first()
    assert event.after == {"version": after.number, "changes": ["changed posts: adviser"]}


def test_change_of_an_older_version_is_refused(finance, version):
    keep(finance, version, core_fte=Decimal("1.5"))
    with pytest.raises(Conflict, match="was changed since"):
        keep(finance, version, core_fte=Decimal(1))


def test_change_that_changes_nothing_makes_no_version(finance, version):
    assert keep(finance, version).number == version.number


def test_change_without_a_reason_is_refused(finance, version):
    with pytest.raises(BadInput, match="Say why"):
        keep(finance, version, because=" ", core_fte=Decimal(1))


def test_second_structure_of_today_is_refused(finance, version):
    with pytest.raises(NotNow, match="today already"):
        actions.draw_structure(
            by=finance, name="Again", kind=Kind.TODAY, content=bridge.Establishment(), because="Again"
        )


def test_those_who_do_not_model_may_not_change(staff, version):
    with pytest.raises(NotAllowed, match="draw structures of posts"):
        keep(staff, version, core_fte=Decimal(1))


def test_staff_see_a_structure_once_it_is_put_forward_and_in_that_version(finance, staff, version):
    assert queries.structures(staff) == []
    actions.put_forward(by=finance, version=version)
    later = keep(finance, version, core_fte=Decimal(1))
    assert queries.structures(staff) == [version.structure]
    assert queries.shown_version(version.structure, staff) == version
    assert queries.shown_version(version.structure, staff, later.number) is None
    assert queries.shown_version(version.structure, finance) == later
    rows = list(put_forward_between(clock.today(), clock.today()))
    assert [row[4] for row in rows] == ["Head of improvement", "Adviser", "Clerk"]


def test_put_forward_twice_is_refused(finance, version):
    actions.put_forward(by=finance, version=version)
    with pytest.raises(NotNow):
        actions.put_forward(by=finance, version=version)


def test_structure_set_aside_is_kept_and_cannot_be_changed(finance, version):
    option = actions.draw_structure(
        by=finance,
        name="Half",
        kind=Kind.OPTION,
        content=bridge.from_document(version.content),
        because="Half of it",
    )
    aside = actions.set_aside(by=finance, structure=option.structure, because="Too small")
    assert aside not in queries.structures(finance)
    assert aside.versions.count() == 1
    with pytest.raises(NotNow, match="set aside"):
        keep(finance, option, core_fte=Decimal(1))


def test_one_tranche_is_settled_while_another_waits(finance, version):
    actions.settle_tranche(
        by=finance, version=version, tranche="Core unit", on=clock.today(), because="Duties, not sales"
    )
    assert queries.waiting_tranches(queries.drawn(version)) == ["Arm"]
    arm = keep(finance, version, post="clerk", traded_fte=Decimal(2))
    assert queries.waiting_tranches(queries.drawn(arm)) == ["Arm"]
    core = keep(finance, arm, core_fte=Decimal(1))
    assert queries.waiting_tranches(queries.drawn(core)) == ["Core unit", "Arm"]


@pytest.mark.parametrize(
    ("tranche", "on", "because", "said"),
    [
        ("Nowhere", date(2026, 11, 1), "Why", "No post is in a tranche"),
        ("Arm", date(2999, 1, 1), "Why", "future"),
        ("Arm", date(2026, 11, 1), " ", "Say why"),
    ],
)
def test_settlement_that_will_not_do_is_refused(finance, version, tranche, on, because, said):
    with pytest.raises(BadInput, match=said):
        actions.settle_tranche(by=finance, version=version, tranche=tranche, on=on, because=because)


def test_upload_is_taken_exactly_as_shown(finance, version):
    files = [("posts.csv", POSTS.replace(b"8000000,2", b"8000000,3"))]
    upload, _, found = actions.upload_files(by=finance, structure=version.structure, files=files)
    assert [d.key for d in found] == ["adviser"]
    version = actions.apply_upload(by=finance, upload=upload)
    assert bridge.from_document(version.content).by_post["adviser"].core_fte == 3
    with pytest.raises(NotNow, match="taken in already"):
        actions.apply_upload(by=finance, upload=upload)


def test_upload_shown_before_another_change_is_refused(finance, version):
    files = [("posts.csv", POSTS.replace(b"8000000,2", b"8000000,3"))]
    upload, _, _ = actions.upload_files(by=finance, structure=version.structure, files=files)
    keep(finance, version, post="clerk", traded_fte=Decimal(2))
    with pytest.raises(Conflict, match="since you saw"):
        actions.apply_upload(by=finance, upload=upload)


def test_holder_of_no_post_is_refused_and_the_audit_names_no_person(finance, version):
    with pytest.raises(BadInput, match="no post of today"):
        actions.record_holder(by=finance, post="tail", name="Ann", fte=Decimal(1))
    actions.record_holder(by=finance, post="clerk", name="Ann Marsh", fte=Decimal(1))
    told = Event.objects.filter(action="structure.record_holder").values_list("target_label", "after")
    assert "Marsh" not in str(list(told))


def hits(version):
    return bridge.loss_of(bridge.from_document(version.content), ["Grant"]).posts


def test_cost_of_ending_is_unknown_until_every_holder_is_known(finance, version):
    assert cost_of_ending(hits(version), clock.today()).pence is None
    record = {"by": finance, "post": "adviser", "fte": Decimal(1), "annual_pay_pence": 5_214_300}
    actions.record_holder(name="Ann", age_years=30, service_years=4, **record)
    actions.record_holder(name="Ben", age_years=30, **record)
    found = cost_of_ending(hits(version), clock.today())
    assert found.pence is None
    assert "not recorded" in found.unknown[0]
    assert found.known_pence == 250_000, "4 weeks of £1,000, for 1.25 of the 2 FTE held"


def test_held_record_ends_and_no_longer_counts(finance, version):
    holder = actions.record_holder(by=finance, post="clerk", name="Ann", fte=Decimal(1))
    actions.end_holder(by=finance, holder=holder, on=date(2020, 1, 1))
    assert not queries.holders_on(clock.today()).exists()
