"""The decision table of concern, case by case."""

from datetime import date

import pytest

from schoolward.analysis.concern.decide import Found, decide
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases
from schoolward.terms.errors import BadInput
from schoolward.terms.rulebook import ConcernTable, flags_of

RULEBOOK = load_rulebook()
CASES = load_cases("concern")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_concern_worked_case_gives_its_status(case: WorkedCase) -> None:
    table = RULEBOOK.on(ConcernTable, case.given["as_at"])
    found = [Found(code, code, None, table.id) for code in case.given["evidence"]]
    decision = decide(found, table)
    assert decision.status == case.expected["status"], case.says
    assert len(decision.reasons) == len(found)
    if decision.row and any(True for _ in flags_of(decision.row.when)):
        assert decision.reasons[0].code in {flag.name for flag in flags_of(decision.row.when)}


def test_concern_every_status_of_every_table_has_a_case() -> None:
    for table in RULEBOOK.of(ConcernTable):
        met = {c.expected["status"] for c in CASES if table.in_force_on(c.given["as_at"])}
        assert met, table.id
    assert {c.expected["status"] for c in CASES} == {"concern", "watch", "none", "unknown"}


def test_concern_two_notes_of_one_kind_are_one_concern() -> None:
    table = RULEBOOK.on(ConcernTable, date(2018, 12, 31))
    notes = [Found("governance", f"note {n}", None, table.id) for n in range(4)]
    assert decide(notes, table).status == "watch"


def test_concern_evidence_the_table_does_not_know_is_refused() -> None:
    table = RULEBOOK.on(ConcernTable, date(2018, 12, 31))
    with pytest.raises(BadInput, match="'gossip' is no evidence"):
        decide([Found("gossip", "It is said.", None, table.id)], table)


def test_concern_no_evidence_at_all_is_unknown_under_every_table() -> None:
    for table in RULEBOOK.of(ConcernTable):
        assert decide([], table).status == "unknown"
