"""The proposed concern list of Medway on the real files, as at four days."""

import json
from datetime import date, timedelta

import pytest

from schoolward.apps.concern import bridge
from schoolward.cli.main import main
from schoolward.datasets import frames
from schoolward.datasets.rulebook import load_rulebook
from tests.real_data.published import AT_HAND, WHY_NOT, published_store

pytestmark = pytest.mark.skipif(not AT_HAND, reason=WHY_NOT)
RULEBOOK = load_rulebook()
MEDWAY = 887
DAYS = [date(2017, 1, 31), date(2018, 12, 31), date(2019, 12, 31), date(2022, 7, 31)]


def proposed(day, **options) -> bridge.ConcernList:
    return bridge.propose(published_store(), RULEBOOK, MEDWAY, day, **options)


def reasons(school) -> dict[str, str]:
    return {reason.code: reason.sentence for reason in school.reasons}


@pytest.mark.parametrize(
    ("day", "urn", "status", "code"),
    [
        (date(2018, 12, 31), 144639, "concern", "floor_below"),  # Miers Court, the one below in 2018
        (date(2018, 12, 31), 142393, "concern", "inadequate"),  # Twydall, inspected 6 June 2018
        (date(2018, 12, 31), 142081, "concern", "inadequate"),  # Medway UTC, inspected 6 March 2018
        # Luton Infant has no published results and is judged on its inspections
        (date(2018, 12, 31), 118319, "watch", "requires_improvement_twice"),
        (date(2018, 12, 31), 140215, "unknown", "floor_unknown"),  # New Horizons: its figures are blank
        (date(2018, 12, 31), 145042, "unknown", "no_inspection"),  # Featherby Infant: nothing is known
        (date(2017, 1, 31), 118525, "concern", "floor_below"),  # Maundene, one of five below in 2016
        (date(2017, 1, 31), 139939, "concern", "floor_below"),  # Allhallows
        (date(2017, 1, 31), 143909, "concern", "floor_below"),  # Wayfield, under its new number
        (date(2017, 1, 31), 142817, "concern", "floor_below"),  # Cedar, by its predecessor's results
    ],
)
def test_medway_school_has_its_status_for_its_reason(day, urn, status, code) -> None:
    school = proposed(day).school(urn)
    assert school.status == status
    assert code in reasons(school)


def test_medway_converted_school_is_judged_on_its_predecessors_results_and_says_so() -> None:
    school = proposed(date(2017, 1, 31)).school(142817)
    assert "results of the school it replaced (118457)" in reasons(school)["floor_below"]


@pytest.mark.parametrize("day", DAYS)
def test_medway_nothing_later_than_the_day_is_used(day) -> None:
    for school in proposed(day).schools:
        for reason in school.reasons:
            assert reason.published_on is None or reason.published_on <= day
        assert all(result.published_on <= day for result in school.results)


@pytest.mark.parametrize("day", DAYS)
def test_medway_every_open_state_school_is_on_the_list_once_with_a_reason(day) -> None:
    found = proposed(day)
    assert sum(found.counts.values()) == len(found.schools) == len({s.urn for s in found.schools})
    assert 90 <= len(found.schools) <= 110
    assert all(school.reasons for school in found.schools)
    kinds = {school.type_name for school in found.schools}
    assert "Community school" in kinds
    assert "Academy special converter" in kinds
    assert not any("independent" in kind.lower() for kind in kinds)


def test_medway_the_day_before_publication_does_not_know_the_results() -> None:
    parts = published_store().parts("ks2")
    published = min(part.published_on for part in parts if part.period == "2018")
    before, after = proposed(published - timedelta(days=1)), proposed(published)
    assert "floor_below" not in reasons(before.school(144639))
    assert "floor_below" in reasons(after.school(144639))
    changed = {each.urn: (each.before, each.after) for each in bridge.differences(before, after)}
    assert changed[144639][1] == "concern"


def test_medway_after_the_floor_ended_nobody_is_below_or_above_it() -> None:
    codes = {reason.code for school in proposed(date(2019, 12, 31)).schools for reason in school.reasons}
    assert not {"floor_below", "floor_not_below", "floor_unknown"} & codes
    assert {"progress_not_low", "inspection_good"} <= codes
    assert proposed(date(2019, 12, 31)).table.id == "concern-2019"


def test_medway_three_years_without_results_rests_on_inspections() -> None:
    codes = {reason.code for school in proposed(date(2022, 7, 31)).schools for reason in school.reasons}
    assert "results_old" in codes
    assert "progress_not_low" not in codes


def test_medway_below_by_chance_is_given_for_those_below_and_nobody_else() -> None:
    for school in proposed(date(2017, 1, 31)).schools:
        below = "floor_below" in reasons(school)
        assert (school.below_by_chance is not None) == below
        if below:
            assert 0 <= school.below_by_chance < 0.5
            assert "by luck" in school.chance.sentence


def test_medway_officers_evidence_counts_from_the_day_it_was_recorded() -> None:
    day = date(2018, 12, 31)
    quiet = next(school for school in proposed(day).schools if school.status == "none")
    known = bridge.LocalEvidence(quiet.urn, "governance", "The governing board lacks a chair.", day)
    assert proposed(day, local_evidence=[known]).school(quiet.urn).status == "watch"
    later = bridge.LocalEvidence(
        quiet.urn, "governance", "The governing board lacks a chair.", date(2019, 1, 1)
    )
    assert proposed(day, local_evidence=[later]).school(quiet.urn).status == "none"


def test_medway_command_gives_the_contracts_fields(capsys) -> None:
    store = str(published_store().path)
    status = main(
        ["concern", "--authority", "887", "--as-at", "2018-12-31", "--format", "json", "--store", store]
    )
    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {"authority", "as_at", "rules_edition", "data_edition", "schools"} <= document.keys()
    assert document["data_edition"] == published_store().edition
    school = document["schools"][0]
    wanted = {"urn", "name", "status", "reasons", "risk", "below_by_chance", "back_cast"}
    assert wanted <= school.keys()
    assert school["status"] == "concern"
    assert {"code", "sentence", "published_on", "rule"} == school["reasons"][0].keys()


def test_medway_back_casts_are_counted() -> None:
    found = proposed(date(2018, 12, 31))
    registers = frames.schools(published_store(), date(2018, 12, 31))
    listed = registers.filter(registers["urn"].is_in([school.urn for school in found.schools]))
    assert sum(school.back_cast for school in found.schools) >= (listed["basis"] == "back-cast").sum() > 0
