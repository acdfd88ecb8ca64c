"""Core days from real schools: who causes concern today, and how likely others are to within the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schoolward.apps.concern import queries as concern
from schoolward.apps.concern.models import RiskRun
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import Status
from schoolward.apps.tenancy.models import Authority
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import NotEnoughData, StoreError


@dataclass(frozen=True)
class Loads:
    """Each school's URN, its chance of needing the core within the year, and how many days it then needs."""

    rows: list[list[Any]]
    told: list[str]
    editions: tuple[str, str]

    @property
    def expected_days(self) -> float:
        return sum(chance * days for _, chance, days in self.rows)


NONE = ("none", "none")
RISK_MONTHS = 14  # within how many months the model speaks of an adverse inspection


def school_loads(authority: Authority, settings: Mapping[str, Any], on: date) -> Loads:
    """The load of every school on the list as at the day: where it stands, and its own risk where modelled.

    A school that cannot be judged is not free of concern: without a modelled risk it counts as one to watch.
    Chances of single schools are told to nobody here: what is said are counts and sums.
    """
    try:
        run = work_out(authority, on)
    except (NotEnoughData, StoreError) as unknown:
        return Loads(
            [], [f"days for schools causing concern are as entered, since {_lower(unknown.what)}"], NONE
        )
    standings = concern.standings_of(run)
    risk_run = concern.latest_risk_run(on) if settings["use_risk"] else None
    risk = {urn: _in_a_year(band.probability) for urn, band in concern.risk_groups_at(on).items()}
    chances = [_chance(each, risk if risk_run else {}, settings) for each in standings]
    days = [
        settings["days_concern"] if each.stands == Status.CONCERN else settings["days_watch"]
        for each in standings
    ]
    rows = [[each.urn, chance, load] for each, chance, load in zip(standings, chances, days, strict=True)]
    told = _told(standings, chances, settings, risk if risk_run else {}, risk_run)
    return Loads(rows, told, (run.data_edition, run.rules_edition))


def _chance(each: concern.Standing, risk: Mapping[int, float], settings: Mapping[str, Any]) -> float:
    """How likely the school needs the core within the year: for certain, by its own risk, or its status."""
    if each.stands == Status.CONCERN:
        return 1.0
    if each.urn in risk:
        return risk[each.urn]
    return settings["chance_other"] if each.stands == Status.NONE else settings["chance_watch"]


def _in_a_year(chance: float) -> float:
    """The chance within twelve months, of one within the months that the model speaks of."""
    return round(1 - (1 - chance) ** (12 / RISK_MONTHS), 4)


def _told(
    standings: Sequence[concern.Standing],
    chances: Sequence[float],
    settings: Mapping[str, Any],
    risk: Mapping[int, float],
    risk_run: RiskRun | None,
) -> list[str]:
    causing = sum(each.stands == Status.CONCERN for each in standings)
    others = [pair for pair in zip(standings, chances, strict=True) if pair[0].stands != Status.CONCERN]
    modelled = [chance for each, chance in others if each.urn in risk]
    rest = [each for each, _ in others if each.urn not in risk]
    watched = sum(each.stands != Status.NONE for each in rest)
    told = [f"{causing} schools cause concern, at {settings['days_concern']:g} days each"]
    if modelled and risk_run:
        told.append(
            f"of {len(modelled)} others about {sum(modelled):.1f} come to cause concern within the year, "
            f"each by its own risk as modelled for {format_day(risk_run.as_at)}, and then need "
            f"{settings['days_watch']:g} days"
        )
    if watched:
        told.append(
            f"{watched} are to watch or cannot be judged{_unmodelled(modelled)}; each comes to cause concern "
            f"with a chance of {settings['chance_watch']:.0%}, and then needs {settings['days_watch']:g} days"
        )
    if len(rest) > watched:
        told.append(
            f"{len(rest) - watched} others{_unmodelled(modelled, ',')} do with a chance of "
            f"{settings['chance_other']:.0%}"
        )
    return told


def _unmodelled(modelled: Sequence[float], end: str = "") -> str:
    return f", without a modelled risk{end}" if modelled else ""


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
