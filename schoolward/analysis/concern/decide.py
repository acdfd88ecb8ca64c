"""A proposed status from evidence, by a dated decision table: the first row that holds decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schoolward.analysis.policy.expressions import COMPARE
from schoolward.terms.errors import BadInput
from schoolward.terms.rulebook import (
    Comparison,
    ConcernTable,
    Condition,
    DecisionRow,
    Flag,
    Group,
    flags_of,
)

STATUSES = ("concern", "watch", "unknown", "none")


@dataclass(frozen=True)
class Found:
    """One piece of evidence about a school: what, in a sentence, known since when, by which rule."""

    code: str
    sentence: str
    published_on: date | None
    rule: str


@dataclass(frozen=True)
class Decision:
    """The status proposed and the row of the table that gave it; `row` is None where none held."""

    status: str
    row: DecisionRow | None
    table: ConcernTable
    reasons: tuple[Found, ...]

    @property
    def sentence(self) -> str:
        """Why, in a few words."""
        return self.row.says if self.row else "Too little is known to say"


def decide(found: Sequence[Found], table: ConcernTable) -> Decision:
    """The status that `table` gives to this evidence, deciding reasons first."""
    codes = {each.code for each in found}
    if strange := codes - table.evidence.keys():
        raise BadInput(
            f"'{min(strange)}' is no evidence that {table.id} speaks of.",
            do=f"Use one of: {', '.join(table.evidence)}.",
        )
    officers = {code for code, kind in table.evidence.items() if kind.source == "officers"}
    numbers = {"local_factors": len(codes & officers)}  # two notes of one kind are one concern
    row = next((each for each in table.rows if holds(each.when, codes, numbers)), None)
    deciding = {flag.name for flag in flags_of(row.when)} if row else set()
    if row and any(True for _ in _counts(row.when)):
        deciding |= officers
    order = list(table.evidence)
    reasons = sorted(found, key=lambda each: (each.code not in deciding, order.index(each.code)))
    return Decision(row.status if row else table.otherwise, row, table, tuple(reasons))


def holds(condition: Condition, codes: set[str], numbers: dict[str, int]) -> bool:
    """Whether a row's condition holds; evidence that was not found does not."""
    match condition:
        case Flag(name):
            return name in codes
        case Comparison(measure, operator, threshold):
            return COMPARE[operator](numbers[measure], threshold)
        case Group(combine, terms):
            outcomes = (holds(term, codes, numbers) for term in terms)
            return all(outcomes) if combine == "all" else any(outcomes)
    raise AssertionError(condition)


def _counts(condition: Condition):
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Group):
        for term in condition.terms:
            yield from _counts(term)
