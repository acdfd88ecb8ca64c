"""Groups of schools by chance: set apart only where the interval is, with reasons in words."""

import pytest

from schoolward.analysis.concern.risk_groups import RiskGroup, facts_of, group_of, told_pulls
from schoolward.analysis.concern.risk_logistic import Subject
from schoolward.apps.concern.states import RISK_WORDS

ROW = {
    "months_since": 26.2, "grade_last": 3, "adverse_visits": 2, "visits": 4, "progress": -1.4,
    "attainment": -0.1, "sponsored": 1.0, "months_since_change": 14.0, "balance_share": -0.03,
    "area_adverse_share": 0.31,
}  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "group"),
    [
        (0.11, 0.4, RiskGroup.HIGH),
        (0.10, 0.4, RiskGroup.RAISED),
        (0.05, 0.4, RiskGroup.NOT_APART),
        (0.01, 0.05, RiskGroup.NOT_APART),
        (0.01, 0.049, RiskGroup.LOW),
    ],
)
def test_group_is_by_where_the_whole_interval_lies(low, high, group):
    assert group_of(low, high, average=0.05) is group


def test_every_group_has_its_meaning_and_they_come_gravest_first():
    assert list(RISK_WORDS) == [group.value for group in RiskGroup]


def test_strong_pulls_are_told_strongest_first_and_weak_ones_are_not():
    pulls = dict.fromkeys(Subject, 0.0) | {Subject.RESULTS: 0.4, Subject.INSPECTION: 1.1, Subject.MONEY: -0.3}
    told = [pull.sentence for pull in told_pulls(pulls, facts_of(ROW))]
    assert told == [
        "Raised much by the last inspection and the time since: 26 months ago it found less than good.",
        "Raised by results: progress well below that of most schools "
        "and attainment about that of most schools.",
        "Lowered by income and balance: a year's overspend of 3% of income.",
    ]


def test_what_is_not_known_is_said_to_be_unknown():
    bare = {"months_since": 1.0, "grade_last": 2, "adverse_visits": 0, "visits": 1}
    facts = facts_of(bare)
    assert facts[Subject.INSPECTION] == "1 month ago it found a good school"
    assert facts[Subject.EARLIER] == "only one is known"
    assert facts[Subject.RESULTS].startswith("none are known")
    assert facts[Subject.MONEY] == "no accounts are known"
    assert facts[Subject.AREA] == "unknown"
    assert facts[Subject.KIND] == "a community school"
