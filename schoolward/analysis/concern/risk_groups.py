"""Schools in groups by their chance of an adverse inspection, with what raised and lowered it; never ranks.

A school is set apart from the average only where its whole interval lies apart from it, so schools whose
intervals overlap share a group.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schoolward.analysis.concern.risk_logistic import Subject

HIGH_TIMES = 2.0
PULL_TOLD, PULL_MUCH = 0.25, 0.8  # on the logit scale: odds of about 1.3 and 2.2 times the average school's


class RiskGroup(StrEnum):
    """The groups, from the one to look at first."""

    HIGH = "high"
    RAISED = "raised"
    NOT_APART = "not set apart"
    LOW = "low"


@dataclass(frozen=True)
class Pull:
    """One subject that moves a school's chance away from the average school's, and the fact behind it."""

    subject: str
    raises: bool
    much: bool
    fact: str

    @property
    def sentence(self) -> str:
        """'Raised much by results: progress well below most schools'.'"""
        way = "Raised" if self.raises else "Lowered"
        return f"{way}{' much' if self.much else ''} by {self.subject}: {self.fact}."


def group_of(low: float, high: float, average: float) -> RiskGroup:
    """The group of a school whose chance lies between `low` and `high`, beside the average school's."""
    if low > HIGH_TIMES * average:
        return RiskGroup.HIGH
    if low > average:
        return RiskGroup.RAISED
    return RiskGroup.LOW if high < average else RiskGroup.NOT_APART


def told_pulls(pulls: Mapping[Subject, float], facts: Mapping[Subject, str]) -> tuple[Pull, ...]:
    """The subjects that move the chance enough to be told, the strongest first."""
    strong = sorted((s for s in pulls if abs(pulls[s]) >= PULL_TOLD), key=lambda s: -abs(pulls[s]))
    return tuple(
        Pull(subject.value, pulls[subject] > 0, abs(pulls[subject]) >= PULL_MUCH, facts[subject])
        for subject in strong
    )


def facts_of(row: Mapping[str, float | None]) -> dict[Subject, str]:
    """What is known of a school under each subject, in words, from its features."""
    return {
        Subject.INSPECTION: f"{_months(row['months_since'])} ago it found {FOUND[int(row['grade_last'])]}",
        Subject.EARLIER: _earlier(int(row["adverse_visits"]), int(row["visits"])),
        Subject.RESULTS: _results(row.get("progress"), row.get("attainment")),
        Subject.KIND: _kind(row),
        Subject.MONEY: _money(row.get("balance_share")),
        Subject.AREA: _area(row.get("area_adverse_share")),
    }


FOUND = {1: "the best of grades", 2: "a good school", 3: "less than good", 4: "the gravest of grades"}
KINDS = {
    "sponsored": "an academy with a sponsor",
    "converter": "a converted academy",
    "free": "a free school",
    "special": "a special school",
    "independent": "an independent school",
    "voluntary": "a voluntary school",
    "foundation": "a foundation school",
}


def _months(months: float) -> str:
    """A span as people say it: in months until three years, then in years."""
    whole = round(months)
    if whole >= 36:
        return f"{whole // 12} years"
    return f"{whole} {'month' if whole == 1 else 'months'}"


def _earlier(adverse: int, visits: int) -> str:
    return (
        f"{adverse} of {visits} inspections known found less than good" if visits > 1 else "only one is known"
    )


def _results(progress: float | None, attainment: float | None) -> str:
    told = [
        f"{name} {_against(figure)}"
        for name, figure in (("progress", progress), ("attainment", attainment))
        if figure is not None
    ]
    return " and ".join(told) if told else "none are known, which is itself taken into account"


def _against(figure: float) -> str:
    """A figure in units of the spread between schools, in words."""
    size = "well " if abs(figure) > 1 else ""
    if abs(figure) < 0.25:
        return "about that of most schools"
    return f"{size}{'above' if figure > 0 else 'below'} that of most schools"


def _kind(row: Mapping[str, float | None]) -> str:
    kind = next((words for name, words in KINDS.items() if row.get(name)), "a community school")
    changed = row.get("months_since_change")
    return kind if changed is None else f"{kind}, in its present form for {_months(changed)}"


def _money(share: float | None) -> str:
    if share is None:
        return "no accounts are known"
    return f"a year's {'surplus' if share >= 0 else 'overspend'} of {abs(share):.0%} of income"


def _area(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%} of inspections of two years found less than good"
