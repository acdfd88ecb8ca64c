"""The register as a projection of the store: complete, repeatable, and all or nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.audit.models import Event
from schoolward.apps.register import actions, bridge, queries
from schoolward.apps.register.models import Projection, RegisterEvent, School, SchoolFact
from schoolward.terms.errors import NotAllowed
from tests.factories.people import make_acting, make_authority
from tests.factories.published import bring, gias, ks2, links, result, school

pytestmark = pytest.mark.django_db
SYSTEM = Acting.system(None, "tests")
FULL = {"Trusts (name)": "Tideway Trust", "TypeOfEstablishment (name)": "Academy converter"}


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


def _project(store):
    return actions.project_register(by=SYSTEM, store_path=store)


def _two_editions(store, before: list[dict], after: list[dict]) -> None:
    bring(store, gias__csv=gias(*before), published_on=date(2019, 1, 2))
    later = [{"LastChangedDate": "05-02-2021", **row} for row in after]
    bring(store, gias__csv=gias(*later), published_on=date(2021, 2, 5))
    _project(store)


def test_projecting_a_register_makes_schools_with_their_organisations(store):
    bring(
        store,
        gias__csv=gias(school(900001, "Saltings"), school(900002, "Marsh End", Easting="", Northing="")),
    )
    projection = _project(store)
    saltings, marsh_end = School.objects.order_by("urn")
    assert (projection.schools, projection.edition) == (2, bridge.edition_of(store))
    assert (saltings.organisation.urn, saltings.organisation.kind) == (900001, roles.SCHOOL)
    assert (saltings.authority_code, saltings.roll, saltings.fsm_share) == (901, 198, 0.215)
    assert (saltings.opened_on, saltings.status) == (date(1970, 9, 1), "Open")
    assert saltings.latitude == pytest.approx(51.385, abs=0.01)
    assert saltings.longitude == pytest.approx(0.51, abs=0.01)
    assert marsh_end.latitude is None


def test_projecting_the_same_edition_again_changes_nothing(store):
    bring(store, gias__csv=gias(school(900001), school(900002)))
    _project(store)
    before = [list(model.objects.order_by("pk").values()) for model in (School, SchoolFact, Organisation)]
    _project(store)
    after = [list(model.objects.order_by("pk").values()) for model in (School, SchoolFact, Organisation)]
    assert after == before
    assert Event.objects.filter(action="register.project_register").count() == 1


def test_a_renamed_school_keeps_its_row_and_its_organisation_takes_the_name(store):
    bring(store, gias__csv=gias(school(900001, "Saltings Infant School")))
    _project(store)
    row = School.objects.get()
    bring(store, gias__csv=gias(school(900001, "Saltings Primary School", LastChangedDate="05-02-2021")))
    _project(store)
    again = School.objects.select_related("organisation").get()
    assert (again.pk, again.organisation_id) == (row.pk, row.organisation_id)
    assert again.name == again.organisation.name == "Saltings Primary School"


def test_a_schools_authority_is_a_dated_row(store):
    _two_editions(
        store,
        [school(900001)],
        [school(900001, **{"LA (code)": "902", "LA (name)": "Elsewhere"})],
    )
    assert queries.urns_of(901, date(2019, 6, 1)) == {900001}
    assert queries.urns_of(901, date(2021, 6, 1)) == set()
    assert queries.urns_of(902, date(2021, 6, 1)) == {900001}
    assert queries.fact_on(900001, date(2018, 1, 1)) is None
    moved = RegisterEvent.objects.get(kind=RegisterEvent.MOVED)
    assert (moved.before, moved.after, moved.by_edition_on) == ("901", "902", date(2021, 2, 5))


def test_events_tell_what_differs_between_two_registers(store):
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2020"}
    _two_editions(
        store,
        [school(900001, "Old Name"), school(900002)],
        [school(900001, "New Name"), school(900002, **closed), school(900003, OpenDate="01-09-2020")],
    )
    told = {(event.urn, event.kind): event for event in RegisterEvent.objects.all()}
    assert set(told) == {(900001, "renamed"), (900002, "closed"), (900003, "opened")}
    assert told[900002, "closed"].happened_on == date(2020, 8, 31)
    assert (told[900001, "renamed"].before, told[900001, "renamed"].after) == ("Old Name", "New Name")


def test_a_conversion_is_told_with_the_school_it_became(store):
    bring(store, links__csv=links((900001, 900005, "Successor - Academy converter", "01-09-2020")))
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2020"}
    _two_editions(
        store,
        [school(900001)],
        [school(900001, **closed), school(900005, OpenDate="01-09-2020", **FULL)],
    )
    event = RegisterEvent.objects.get(kind=RegisterEvent.CONVERTED)
    assert (event.urn, event.other_urn) == (900001, 900005)
    assert School.objects.get(urn=900001).successor_urn == 900005


def test_an_authority_opened_by_number_takes_its_name_from_the_register(store):
    authority = make_authority(901, "Authority 901")
    named = make_authority(902, "Our own name")
    bring(store, gias__csv=gias(school(900001), school(900002, **{"LA (code)": "902", "LA (name)": "Other"})))
    _project(store)
    authority.refresh_from_db()
    named.refresh_from_db()
    assert (authority.name, named.name) == ("Estuary", "Our own name")


def test_projecting_needs_the_permission_to_load_data(store):
    bring(store, gias__csv=gias(school(900001)))
    with pytest.raises(NotAllowed):
        actions.project_register(by=make_acting(make_authority(), "adviser"), store_path=store)
    assert not School.objects.exists()


def test_a_projection_that_fails_leaves_rows_and_pointer_as_they_were(store):
    bring(store, gias__csv=gias(school(900001, "Before")))
    _project(store)
    edition = queries.projected_edition()
    bring(store, gias__csv=gias(school(900001, "After", LastChangedDate="05-02-2021")))
    register = bridge.read_register(store)
    twice = replace(register, facts=[*register.facts, {**register.facts[0], "name": "Another"}])
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.keep_register(by=SYSTEM, register=twice)
    assert (School.objects.get().name, queries.projected_edition()) == ("Before", edition)


def test_start_up_finishes_an_interrupted_projection_once(store):
    assert actions.finish_interrupted(store_path=store) is False
    bring(store, gias__csv=gias(school(900001)))
    assert actions.finish_interrupted(store_path=store) is True
    assert Projection.objects.get().edition == bridge.edition_of(store)
    assert actions.finish_interrupted(store_path=store) is False


def test_results_without_any_register_project_no_schools(store):
    bring(store, england_ks2final__csv=ks2(result(900001)))
    assert _project(store).schools == 0
