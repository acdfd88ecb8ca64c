"""Coasting on the real files: Hampshire, which alone has all three years, against a recount by hand."""

import pytest

from schoolward.apps.performance import bridge
from schoolward.datasets import frames
from schoolward.datasets.rulebook import load_rulebook
from tests.real_data.published import AT_HAND, WHY_NOT, published_store

pytestmark = pytest.mark.skipif(not AT_HAND, reason=WHY_NOT)
RULEBOOK = load_rulebook()
HAMPSHIRE = 850


def recount() -> dict[int, bool]:
    """URN to coasting for schools with every figure in all three years, conversions left out."""
    years = [
        {row["urn"]: row for row in frames.results(published_store(), "ks2", y).iter_rows(named=True)}
        for y in (2016, 2017, 2018)
    ]
    found = {}
    for urn, row in years[-1].items():
        rows = [year.get(urn) for year in years]
        if row["la_code"] == HAMPSHIRE and all(each and judged(each) for each in rows):
            found[urn] = all(weak(each) for each in rows)
    return found


def judged(row: dict) -> bool:
    figures = [row[name] for name in ("exp_rwm_pct", "prog_read", "prog_writ", "prog_maths")]
    return bool(row["mainstream"]) and (row["cohort"] or 0) >= 11 and None not in figures


def weak(row: dict) -> bool:
    slow = row["prog_read"] < -2.5 or row["prog_writ"] < -3.5 or row["prog_maths"] < -2.5
    return row["exp_rwm_pct"] < 85 and slow


def test_coasting_hampshire_2018_equals_the_recount() -> None:
    result = bridge.coasting(published_store(), RULEBOOK, "ks2", 2018, authority=HAMPSHIRE)
    by_hand = recount()
    status = dict(result.frame.select("urn", "status").iter_rows())
    assert len(by_hand) > 250
    for urn, coasting in by_hand.items():
        assert status[urn] == ("coasting" if coasting else "not_coasting"), urn
    assert result.coasting >= sum(by_hand.values()) > 0


def test_coasting_converter_has_its_predecessors_earlier_years() -> None:
    store = published_store()
    result = bridge.coasting(store, RULEBOOK, "ks2", 2018, authority=HAMPSHIRE)
    own = set(frames.results(store, "ks2", 2016)["urn"])
    judged_here = result.frame.filter(result.frame["status"].is_in(["coasting", "not_coasting"]))["urn"]
    inherited = [urn for urn in judged_here if urn not in own]
    assert inherited
    for urn in inherited:
        assert set(bridge.ancestors(store, [urn], None)[urn]) & own


def test_coasting_authority_without_2017_is_unknown_and_never_not_coasting() -> None:
    result = bridge.coasting(published_store(), RULEBOOK, "ks2", 2018, authority=887)
    assert result.eligible == 0
    reasons = set(result.frame.filter(result.frame["status"] == "unknown")["reason"])
    assert reasons == {"no results in 2017"}
