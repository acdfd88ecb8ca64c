"""Core days from real schools: who causes concern today, and how likely others are to within the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schoolward.apps.concern import queries as concern
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import Status
from schoolward.apps.tenancy.models import Authority
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


def school_loads(authority: Authority, settings: Mapping[str, Any], on: date) -> Loads:
    """The load of every school on the list as at the day, from where it stands.

    A school that cannot be judged is not free of concern: it counts as one to watch.
    """
    try:
        run = work_out(authority, on)
    except (NotEnoughData, StoreError) as unknown:
        return Loads(
            [], [f"days for schools causing concern are as entered, since {_lower(unknown.what)}"], NONE
        )
    standings = concern.standings_of(run)
    watch = (settings["chance_watch"], settings["days_watch"])
    by_status = {
        Status.CONCERN: (1.0, settings["days_concern"]),
        Status.WATCH: watch,
        Status.UNKNOWN: watch,
        Status.NONE: (settings["chance_other"], settings["days_watch"]),
    }
    rows = [[each.urn, *by_status[Status(each.stands)]] for each in standings]
    counts = concern.counts_of(standings)
    told = [
        f"{counts[Status.CONCERN]} schools cause concern, at {settings['days_concern']:g} days each",
        f"{counts[Status.WATCH] + counts[Status.UNKNOWN]} are to watch or cannot be judged; each comes to "
        f"cause concern with a chance of {settings['chance_watch']:.0%}, and then needs "
        f"{settings['days_watch']:g} days",
        f"{counts[Status.NONE]} others do with a chance of {settings['chance_other']:.0%}",
    ]
    return Loads(rows, told, (run.data_edition, run.rules_edition))


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
