"""Building the catalogue: what is said of a line, its prices by date, and what never changes."""

from dataclasses import replace
from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.exports import exports
from schoolward.apps.audit.models import Event
from schoolward.apps.catalogue import actions, queries
from schoolward.apps.catalogue.details import CategoryDetails, ProviderDetails, TermsDetails
from schoolward.apps.catalogue.holding import details_of, held_catalogue
from schoolward.apps.catalogue.models import Price, ServiceLine
from schoolward.apps.catalogue.pricing import Part, PartKind
from schoolward.apps.catalogue.states import Audience
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.catalogue import PRICE, REVIEW, add_line
from tests.factories.people import make_acting, make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db
BEFORE, ON, AFTER = date(2026, 3, 31), date(2026, 4, 1), date(2027, 4, 1)


def test_line_on_offer_says_who_comes_and_what_it_costs(shelf):
    (found,) = queries.service_lines(ON)
    assert (found.key, found.category, found.unit) == ("leadership-review", "School improvement", "package")
    assert [(p.name, p.skills) for p in found.people] == [("Ann Reed", ("Leadership",))]
    assert (found.list_price_pence, found.raised_price_pence, found.is_firm) == (240_000, 300_000, True)


def test_price_before_its_day_is_unknown_and_not_zero(shelf):
    (found,) = queries.service_lines(BEFORE)
    assert found.list_price_pence is None
    assert found.raised_price_pence is None


def test_later_price_leaves_the_earlier_day_as_it_was(shelf, by):
    later = replace(PRICE, starts_on=AFTER, is_firm=False, parts=(Part(PartKind.FLAT, 250_000),))
    actions.set_price(by=by, details=later)
    assert [queries.service_lines(day)[0].list_price_pence for day in (ON, AFTER)] == [240_000, 250_000]


def test_price_for_the_same_day_sets_the_other_aside(shelf, by):
    actions.set_price(by=by, details=replace(PRICE, parts=(Part(PartKind.FLAT, 230_000),)))
    assert queries.service_lines(ON)[0].list_price_pence == 230_000
    assert [p.list_price_pence for p in Price.objects.exclude(set_aside_at=None)] == [240_000]


def test_same_price_again_changes_nothing(shelf, by):
    first, events = Price.objects.get(), Event.objects.count()
    assert actions.set_price(by=by, details=PRICE) == first
    assert Event.objects.count() == events


def test_card_prints_the_price_for_maintained_schools_where_there_is_one(shelf, by):
    dearer = replace(PRICE, audience="academy", parts=(Part(PartKind.FLAT, 900_000),))
    actions.set_price(by=by, details=dearer)
    assert queries.service_lines(ON)[0].list_price_pence == 240_000
    academy_alone = add_line(by, "coaching", "Coaching")
    actions.set_price(by=by, details=replace(dearer, line=academy_alone.key))
    assert [one.list_price_pence for one in queries.service_lines(ON)] == [900_000, 240_000]


def test_price_asked_for_a_school_is_that_of_its_kind(shelf, school):
    academy = make_school(900002, "Ferry Academy", type_name="Academy converter", type_group="Academies")
    beyond = make_school(800001, "Far School", authority_code=800)
    audiences = [queries.audience_of(each, 901) for each in (school, academy, beyond)]
    assert audiences == [Audience.MAINTAINED, Audience.ACADEMY, Audience.OUT_OF_AREA]
    assert queries.price_for(shelf, Audience.MAINTAINED, ON).list_price_pence == 240_000
    assert queries.price_for(shelf, Audience.ACADEMY, ON) is None


def test_withdrawn_line_is_sold_until_its_last_day(shelf, by):
    line = actions.withdraw_line(by=by, line=shelf, until=date(2026, 12, 31), because="Nobody bought it.")
    assert queries.service_lines(date(2026, 12, 31))
    assert not queries.service_lines(date(2027, 1, 1))
    with pytest.raises(NotNow, match="withdrawn already"):
        actions.withdraw_line(by=by, line=line, until=date(2026, 12, 31), because="Again.")
    with pytest.raises(BadInput, match="not sold any more"):
        actions.set_price(by=by, details=replace(PRICE, starts_on=AFTER))


def test_change_of_a_line_is_told_with_before_and_after_alone(shelf, by):
    actions.set_line(by=by, details=replace(REVIEW, name="Review of leadership"))
    event = Event.objects.get(action="catalogue.change_line")
    assert (event.before, event.after) == ({"name": "Leadership review"}, {"name": "Review of leadership"})
    assert ServiceLine.objects.get().pk == shelf.pk


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"key": "Leadership Review"}, "key"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"description": ""}, "description"),
        ({"unit": "hour"}, "unit"),
        ({"days_per_unit": 0}, "days_per_unit"),
        ({"sold_until": date(2020, 1, 1), "withdrawn_because": "x"}, "sold_until"),
        ({"sold_until": date(2030, 1, 1)}, "withdrawn_because"),
        ({"category": "nowhere"}, "category"),
        ({"provider": "nobody"}, "provider"),
        ({"people": ("nobody",)}, "people"),
    ],
)
def test_line_that_will_not_do_is_refused_with_its_field(shelf, by, changes, where):
    with pytest.raises(BadInput) as error:
        actions.set_line(by=by, details=replace(REVIEW, **changes))
    assert error.value.where == where
    assert details_of(ServiceLine.objects.get()) == REVIEW


def test_terms_of_a_category_stand_before_those_for_all(shelf, by):
    assert queries.terms_on(ON, "improvement").words == "The order is the contract."
    actions.set_terms(by=by, details=TermsDetails("improvement", "Three years.", 36, 90, ON))
    assert queries.terms_on(ON, "improvement").term_months == 36
    assert queries.terms_on(ON).term_months == 12
    assert queries.terms_on(BEFORE) is None


def test_terms_bind_no_longer_than_schemes_for_financing_schools_allow(shelf, by):
    with pytest.raises(BadInput) as refused:
        actions.set_terms(by=by, details=TermsDetails("improvement", "Six years.", 72, 90, ON))
    assert refused.value.where == "term_months"
    assert "from 1 to 60. An agreement binds for at most three years at first" in str(refused.value)
    before_the_rule = date(2009, 4, 1)
    actions.set_terms(by=by, details=TermsDetails("improvement", "Six years.", 72, 90, before_the_rule))
    actions.set_category(by=by, details=CategoryDetails("catering", "Catering", "School meals."))
    actions.set_terms(by=by, details=TermsDetails("catering", "Seven years on renewal.", 84, 90, ON))
    assert queries.terms_on(ON, "catering").term_months == 84


def test_catalogue_held_is_what_was_given(shelf):
    held = held_catalogue()
    assert held.lines == (REVIEW,)
    assert held.prices == (replace(PRICE, list_price_pence=240_000),)


def test_provider_sees_only_its_own_lines(shelf, by, authority):
    rival = Acting.of(make_member(authority, "provider", "Rae Rival"))
    assert not queries.visible_to(rival)
    details = ProviderDetails("rival", "Reading Matters Ltd", "firm")
    actions.set_provider(by=by, details=details, organisation=rival.organisation)
    theirs = add_line(by, "reading", "Reading", provider="rival", people=())
    assert list(queries.visible_to(rival)) == [theirs]
    assert set(queries.visible_to(by)) == {shelf, theirs}


def test_adviser_may_not_build(shelf, authority):
    adviser = make_acting(authority, "adviser")
    with pytest.raises(NotAllowed, match="build the catalogue"):
        actions.set_category(by=adviser, details=CategoryDetails("new", "New"))
    with pytest.raises(NotAllowed):
        actions.set_price(by=adviser, details=PRICE)


def test_services_and_prices_are_given_when_asked_and_no_schools_budget(shelf, by):
    actions.withdraw_line(by=by, line=shelf, until=date(2026, 12, 31), because="Nobody bought it.")
    given, left_out = exports()
    tables = {export.name: export for export in given}
    held = list(tables["services"].rows(date(2026, 1, 1), date(2026, 12, 31)))
    assert [row[:2] for row in held] == [("leadership-review", "Leadership review")]
    assert not list(tables["services"].rows(date(2027, 1, 1), date(2027, 12, 31)))
    (price,) = tables["service-prices"].rows(date(2026, 4, 1), date(2026, 4, 1))
    assert price == ("leadership-review", "Maintained schools", ON, "yes", "flat", "", 2400.0)
    assert "earmarks" in {export.name for export in left_out}
