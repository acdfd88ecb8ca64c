"""The list proposed on Estuary's first day: some of each status, as a real authority of its size has."""

from datetime import date

from schoolward.apps.concern import bridge
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store
from schoolward.demo.published import ESTUARY, write_estuary
from schoolward.demo.published.loading import import_estuary

FIRST_DAY = date(2026, 11, 23)


def test_estuary_has_schools_of_every_status_in_plausible_numbers(tmp_path):
    write_estuary(tmp_path / "files", first_day=FIRST_DAY)
    store = Store(tmp_path / "store")
    import_estuary(tmp_path / "files", store, first_day=FIRST_DAY)
    found = bridge.propose(store, load_rulebook(), ESTUARY.code, FIRST_DAY)
    counts = found.counts
    assert 5 <= counts["concern"] <= 9
    assert 15 <= counts["watch"] <= 25
    assert 3 <= counts["unknown"] <= 6
    # what there is to see: by law and by results, maintained and academy, nothing known and too new to know
    concern = found.of("concern")
    assert {"inspection_category", "trend_falling"} <= {school.reasons[0].code for school in concern}
    assert {school.route for school in concern} == {"maintained", "academy"}
    unknown = {each.code for school in found.of("unknown") for each in school.reasons}
    assert {"no_inspection", "no_data_phase", "no_results"} <= unknown
