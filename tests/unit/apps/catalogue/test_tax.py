"""What VAT does to a price follows how finance set the service, who is charged, and the rule of the day."""

from datetime import date

import pytest
from django.urls import reverse

from schoolward.apps.catalogue.states import Audience, Vat
from schoolward.apps.catalogue.tax import tax_on
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db
NOW = date(2026, 11, 23)


def set_vat(line, vat):
    line.vat = vat
    line.save(update_fields=["vat"])
    return line


def test_standard_rate_comes_on_top_for_an_academy_and_not_for_a_maintained_school(shelf):
    line = set_vat(shelf, Vat.STANDARD)
    academy = tax_on(line, Audience.ACADEMY, NOW)
    assert academy.rate.with_tax_pence(240_005) == 288_006
    assert "20%" in academy.sentence
    maintained = tax_on(line, Audience.MAINTAINED, NOW)
    assert maintained.rate is None
    assert "charged by a journal" in maintained.sentence
    assert "maintained schools are charged without it" in tax_on(line, None, NOW).sentence


def test_rate_is_that_of_the_day(shelf):
    line = set_vat(shelf, Vat.STANDARD)
    before, after = (tax_on(line, Audience.ACADEMY, day) for day in (date(2011, 1, 3), date(2011, 1, 4)))
    assert (before.rate.percent, after.rate.percent) == ("17.5%", "20%")
    assert "not known" in tax_on(line, Audience.ACADEMY, date(2009, 12, 31)).sentence


@pytest.mark.parametrize("vat", [Vat.NOT_SET, Vat.ZERO, Vat.EXEMPT, Vat.OUTSIDE])
def test_nothing_comes_on_top_of_what_finance_set_otherwise(shelf, vat):
    assert tax_on(set_vat(shelf, vat), Audience.ACADEMY, NOW).rate is None


def test_service_page_says_how_tax_reaches_it(client, manager, shelf):
    set_vat(shelf, Vat.STANDARD)
    sign_in(client, manager)
    page = client.get(reverse("service", args=[shelf.key])).content.decode()
    assert "VAT at the standard rate, 20%, comes on top for academies" in page
    assert reverse("rule", args=["vat-standard-rate-2011"]) in page
    assert "Standard rate from 4 January 2011" in page
    assert "unverified" in page
