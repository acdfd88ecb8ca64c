"""What one inspection says of a school, case by case, and what the decision table makes of it."""

import pytest

from schoolward.analysis.concern.evidence import Known, evidence_about
from schoolward.analysis.policy.inspections import Inspection
from schoolward.apps.concern.bridge import law_on
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases
from schoolward.terms.rulebook import InspectionScale

RULEBOOK = load_rulebook()
CASES = load_cases("inspection_standing")
READ = ("inspection_category", "inadequate", "urgent_improvement", "requires_improvement", "inspection_good",
        "inspection_unclear")  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_inspection_worked_case_gives_its_evidence(case: WorkedCase) -> None:
    given, day = case.given, case.given["inspected_on"]
    inspection = Inspection(
        inspected_on=day,
        published_on=day,
        event=given["event"],
        grade=given.get("grade"),
        category=given.get("category"),
        areas=given.get("areas", {}),
        safeguarding=given.get("safeguarding"),
    )
    known = Known(900001, "Reed Bank", (), "infant school", inspections=(inspection,))
    found = evidence_about(known, law_on(RULEBOOK, day), day, day.year + 1)
    told = {each.code: each.sentence for each in found if each.code in READ}
    assert list(told) == [case.expected["status"]], case.says
    if case.expected["sentence"]:
        assert told[case.expected["status"]] == case.expected["sentence"]


def test_inspection_every_scale_and_every_standing_has_a_case() -> None:
    assert {case.expected["status"] for case in CASES} == set(READ)
    for scale in RULEBOOK.of(InspectionScale):
        assert any(scale.in_force_on(case.given["inspected_on"]) for case in CASES), scale.id
