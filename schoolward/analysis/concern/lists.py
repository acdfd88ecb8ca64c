"""A proposed concern list: what the evidence says about each school, and how two lists differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from schoolward.analysis.concern.chance import Chance
from schoolward.analysis.concern.decide import STATUSES, Found, decide
from schoolward.analysis.concern.evidence import Known, Law, YearResult, evidence_about
from schoolward.analysis.concern.gather import route_of
from schoolward.terms.rulebook import ConcernTable
from schoolward.terms.years import exam_year_of


@dataclass(frozen=True)
class LocalEvidence:
    """What an officer recorded about a school: a code of the decision table, and a sentence."""

    urn: int
    code: str
    sentence: str
    recorded_on: date


@dataclass(frozen=True)
class Proposal:
    """What the evidence proposes for one school, deciding reasons first.

    `route` is 'maintained' where the authority has powers, 'academy' where it raises a concern with the
    trust. `back_cast` is True where an attribute comes from a register later than the day.
    """

    urn: int
    name: str
    status: str
    says: str
    reasons: tuple[Found, ...]
    route: str
    phase: str
    type_name: str
    results: tuple[YearResult, ...] = field(repr=False)
    chance: Chance | None = field(repr=False)
    back_cast: bool

    @property
    def below_by_chance(self) -> float | None:
        """The chance, 0 to 1, that a school below the standard is so by luck; None where it is not below."""
        below = any(each.code == "floor_below" for each in self.reasons)
        return self.chance.by_luck if self.chance and below else None


@dataclass(frozen=True)
class ConcernList:
    """Every open state-funded school of an authority, gravest first, with the editions that give it again."""

    authority: int
    as_at: date
    rules_edition: str
    data_edition: str
    table: ConcernTable = field(repr=False)
    schools: tuple[Proposal, ...] = field(repr=False)

    def of(self, status: str) -> tuple[Proposal, ...]:
        """The schools with that proposed status."""
        return tuple(school for school in self.schools if school.status == status)

    def school(self, urn: int) -> Proposal | None:
        """One school's proposal, or None where it is not on the list."""
        return next((school for school in self.schools if school.urn == urn), None)

    @property
    def counts(self) -> dict[str, int]:
        """Status to number of schools, every status named."""
        return {status: len(self.of(status)) for status in STATUSES}


@dataclass(frozen=True)
class Difference:
    """A school whose proposed status is not what it was; None where it is not on that list."""

    urn: int
    name: str
    before: str | None
    after: str | None
    why: str


def proposal_for(
    school: Known,
    law: Law,
    as_at: date,
    *,
    about: Mapping,
    chance: Chance | None,
    recorded: Sequence[LocalEvidence] = (),
) -> Proposal:
    """The proposal for one school; `about` is its row of the register, `recorded` what officers know."""
    officers = [
        Found(each.code, each.sentence, each.recorded_on, law.table.id)
        for each in recorded
        if each.urn == school.urn
    ]
    decision = decide([*evidence_about(school, law, as_at, exam_year_of(as_at)), *officers], law.table)
    return Proposal(
        urn=school.urn,
        name=school.name,
        status=decision.status,
        says=decision.sentence,
        reasons=decision.reasons,
        route=route_of(about["type_name"]),
        phase=about["phase"] or "",
        type_name=about["type_name"] or "",
        results=school.results,
        chance=chance,
        back_cast=school.back_cast,
    )


def gravest_first(schools: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Concern, watch, unknown, none; by name within each."""
    order = {status: n for n, status in enumerate(STATUSES)}
    return tuple(sorted(schools, key=lambda school: (order[school.status], school.name, school.urn)))


def differences(old: ConcernList, new: ConcernList) -> tuple[Difference, ...]:
    """Schools whose proposed status changed, or that came onto or left the list, gravest now first."""
    before = {school.urn: school for school in old.schools}
    after = {school.urn: school for school in new.schools}
    changed = [
        _difference(before.get(urn), after.get(urn))
        for urn in before.keys() | after.keys()
        if urn not in before or urn not in after or before[urn].status != after[urn].status
    ]
    order = {status: n for n, status in enumerate((*STATUSES, None))}
    return tuple(sorted(changed, key=lambda each: (order[each.after], each.name, each.urn)))


def _difference(before: Proposal | None, after: Proposal | None) -> Difference:
    school = after or before
    return Difference(
        urn=school.urn,
        name=school.name,
        before=before.status if before else None,
        after=after.status if after else None,
        why=after.says if after else "No longer an open school of the authority",
    )
