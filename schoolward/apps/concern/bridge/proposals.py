"""The proposed concern list of an authority as at a day; importable without Django set up.

The proposal rests on what was published and on the rules in force by that day. Officers' evidence is given by
the caller, who decides who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from schoolward.analysis.concern.chance import Chance
from schoolward.analysis.concern.decide import STATUSES, Found
from schoolward.analysis.concern.evidence import Known, Law, YearResult
from schoolward.analysis.concern.gather import Published, Year, known_schools
from schoolward.analysis.concern.lists import (
    ConcernList,
    Difference,
    LocalEvidence,
    Proposal,
    differences,
    gravest_first,
    proposal_for,
)
from schoolward.analysis.concern.luck import attainment_line, chance_for, spread_of
from schoolward.analysis.policy.standard import judge
from schoolward.apps.concern.bridge.documents import list_document
from schoolward.apps.performance import bridge as performance
from schoolward.datasets import frames
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import NotEnoughData, RulesError
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import (
    ConcernTable,
    InspectionPattern,
    InspectionScale,
    ReportCardCheck,
    Rulebook,
)
from schoolward.terms.years import exam_year_of

__all__ = [
    "STATUSES",
    "ConcernList",
    "Difference",
    "LocalEvidence",
    "Proposal",
    "differences",
    "law_on",
    "propose",
]

YEARS_LOOKED_AT = 5  # far enough back for a run of falls; older results are history, not evidence
NOT_SCHOOLS = ("further education", "sixth form", "16 to 19", "16-19", "independent")


@dataclass(frozen=True)
class Question:
    """What published evidence depends on. Two of one key have one answer, which is kept."""

    path: str
    edition: str
    rules_edition: str
    authority: int
    as_at: date
    store: Store = field(compare=False, repr=False)
    rulebook: Rulebook = field(compare=False, repr=False)


@dataclass(frozen=True)
class Gathered:
    """What is published about an authority's schools, with the chances of luck."""

    schools: tuple[Known, ...]
    about: Mapping[int, Mapping]
    chances: Mapping[int, Chance]


def propose(
    store: Store,
    rulebook: Rulebook,
    authority_code: int,
    as_at: date,
    local_evidence: Sequence[LocalEvidence] = (),
) -> ConcernList:
    """The proposed status of every school of an authority, by what was known and in force on `as_at`."""
    law = law_on(rulebook, as_at)
    pinned = store.pinned()
    editions = (rulebook.edition, pinned.edition)
    gathered = _gather(
        Question(str(store.path), *reversed(editions), authority_code, as_at, pinned, rulebook)
    )
    recorded = [each for each in local_evidence if each.recorded_on <= as_at]
    schools = [
        proposal_for(
            school,
            law,
            as_at,
            about=gathered.about[school.urn],
            chance=gathered.chances.get(school.urn),
            recorded=recorded,
        )
        for school in gathered.schools
    ]
    return ConcernList(authority_code, as_at, *editions, law.table, gravest_first(schools))


def law_on(rulebook: Rulebook, on: date) -> Law:
    """The decision table, scales, patterns and checks that count on a day."""
    table = rulebook.on(ConcernTable, on)
    if table is None:
        raise RulesError(f"No decision table is in force on {format_day(on)}.", do="Choose a later date.")
    return Law(
        table=table,
        scales=rulebook.of(InspectionScale),
        patterns=tuple(each for each in rulebook.of(InspectionPattern) if each.in_force_on(on)),
        checks=tuple(each for each in rulebook.of(ReportCardCheck) if each.valid_from <= on),
        measures=rulebook.measures,
    )


@lru_cache(maxsize=64)
def _gather(asked: Question) -> Gathered:
    store, rulebook, as_at = asked.store, asked.rulebook, asked.as_at
    register = _open_schools(store, asked.authority, as_at)
    ancestors = performance.ancestors(store, register["urn"].to_list(), as_at)
    numbers = [*ancestors, *(old for olds in ancestors.values() for old in olds)]
    national = [_year(store, rulebook, *each, as_at) for each in _recent_years(store, as_at)]
    published = Published(
        register=register,
        ancestors=ancestors,
        years=[_only(year, numbers) for year in national],
        inspections=_of(frames.inspections(store, as_at), numbers),
        accounts=_of(frames.finance(store, as_at), numbers),
        coasting=_coasting(store, rulebook, asked.authority, as_at),
    )
    schools = tuple(known_schools(published, rulebook.measures))
    about = {row["urn"]: row for row in register.iter_rows(named=True)}
    return Gathered(schools, about, _chances(schools, national))


def _open_schools(store: Store, authority: int, as_at: date) -> pl.DataFrame:
    register = frames.schools(store, as_at)
    kind = pl.col("type_name").str.to_lowercase()
    mine = register.filter(
        (pl.col("la_code") == authority)
        & pl.col("status").str.starts_with("Open").fill_null(True)
        & ~pl.any_horizontal(kind.str.contains(word, literal=True) for word in NOT_SCHOOLS).fill_null(False)
    )
    if mine.is_empty():
        raise NotEnoughData(
            f"The register has no open school of authority {authority} on {format_day(as_at)}.",
            do="Check the code, or import a register of schools that gives each school's authority.",
        )
    return mine


def _recent_years(store: Store, as_at: date) -> list[tuple[KeyStage, int]]:
    """The years looked at; the last one known always, so that old results are told as old."""
    since = exam_year_of(as_at) - YEARS_LOOKED_AT
    known = {stage: frames.exam_years(store, stage, as_at) for stage in KeyStage}
    return [
        (stage, year)
        for stage, years in known.items()
        for year in years
        if year >= since or year == years[-1]
    ]


def _year(store: Store, rulebook: Rulebook, stage: KeyStage, year: int, as_at: date) -> Year:
    rule, medians = rulebook.floor(stage, year), rulebook.medians_for(stage, year)
    figures = performance.results(store, stage, year, as_at)
    return Year(stage, year, figures, judge(figures, rule, year, medians=medians))


def _only(year: Year, numbers: Sequence[int]) -> Year:
    return Year(year.key_stage, year.exam_year, _of(year.figures, numbers), year.judged.of_schools(numbers))


def _of(frame: pl.DataFrame, numbers: Sequence[int]) -> pl.DataFrame:
    return frame.filter(pl.col("urn").is_in(list(numbers)))


def _coasting(store: Store, rulebook: Rulebook, authority: int, as_at: date) -> dict[int, list[Found]]:
    """Evidence of coasting by the latest results known, where a definition by results was then in force."""
    found: dict[int, list[Found]] = {}
    for stage in KeyStage:
        years = frames.exam_years(store, stage, as_at)
        rule = rulebook.coasting(stage, years[-1]) if years else None
        if rule is None or as_at > (rule.valid_to or as_at):
            continue
        result = performance.coasting(
            store, rulebook, stage, rule.exam_year, authority=authority, as_at=as_at
        )
        day = max(each for each in result.parts[rule.exam_year].frame["published_on"].unique())
        for urn in result.frame.filter(pl.col("status") == "coasting")["urn"]:
            words = (
                f"{rule.title}: the results of {rule.years[0]} to {rule.exam_year} each met the definition."
            )
            found.setdefault(urn, []).append(Found("coasting", words, day, rule.id))
    return found


def _chances(schools: Sequence[Known], national: Sequence[Year]) -> dict[int, Chance]:
    """Luck for each school judged in its stage's latest year, where that year had a line to be below."""
    found: dict[int, Chance] = {}
    for stage in KeyStage:
        years = [year for year in national if year.key_stage is stage]
        line = attainment_line(years[-1].judged.rule) if years else None
        if line is None:
            continue
        judged = years[-1].judged.frame.filter(pl.col("status").is_in(["below", "not_below"]))
        try:
            spread = spread_of(judged, line)
        except NotEnoughData:
            continue
        for school in schools:
            own = _comparable(school.results, stage, years[-1].exam_year)
            chance = chance_for([(each.exam_year, each.row) for each in own], line, spread) if own else None
            if chance and school.urn not in found:
                found[school.urn] = chance
    return found


def _comparable(results: Sequence[YearResult], stage: KeyStage, last: int) -> list[YearResult]:
    """A school's results up to the last year, if it was judged in that year."""
    own = sorted((each for each in results if each.key_stage is stage), key=lambda each: each.exam_year)
    judged = bool(own) and own[-1].exam_year == last and own[-1].status in ("below", "not_below")
    return own if judged else []


def editions(store_path: Path) -> tuple[str, str]:
    """The data edition and the rules edition that a list worked out now would rest on."""
    return Store(store_path).edition, _rulebook().edition


def proposal_documents(
    store_path: Path, authority_code: int, as_at: date, local_evidence: Sequence[LocalEvidence]
) -> list[dict]:
    """The list's schools as plain values, gravest first, ready to be stored."""
    found = propose(Store(store_path), _rulebook(), authority_code, as_at, local_evidence)
    return list_document(found)["schools"]


@lru_cache(maxsize=1)
def _rulebook() -> Rulebook:
    return load_rulebook()
