"""A survey with answers to find something in: who answered what, and the officers who work with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.survey import actions, answering, returns
from schoolward.apps.survey.models import Entry, Return, ReturnVersion, Survey
from schoolward.apps.survey.states import ReturnRoute
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from tests.factories.people import make_member
from tests.factories.schools import make_school
from tests.factories.surveys import SERVICES, make_survey


@dataclass(frozen=True)
class Surveyed:
    """An open survey of some schools, and the people at the authority."""

    authority: Authority
    analyst: Acting
    second: Acting
    director: Acting
    assistant: Acting
    survey: Survey

    def entry(self, urn: int) -> Entry:
        return Entry.objects.select_related("survey__version", "school").get(
            survey=self.survey, school__urn=urn
        )

    def send(self, urn: int, answers: Mapping[str, Any]) -> ReturnVersion:
        """The school's answer as it came on paper, or a new version of it."""
        entry = self.entry(urn)
        known = Return.objects.filter(entry=entry).first()
        if known:
            return returns.add_version(
                by=self.analyst, returned=known, answers=dict(answers), sent_at=clock.now()
            )
        return returns.receive_return(
            by=self.analyst,
            entry=entry,
            route=ReturnRoute.PAPER,
            answers=answers,
            arrived_at=clock.now(),
            on_behalf_of="The head",
        )

    def write(self, urn: int, changes: Mapping[str, Any]) -> None:
        """A save that nobody has sent."""
        head = Acting.of(make_member(self.authority, "headteacher", f"Head {urn}", urn=urn))
        draft = answering.open_answer(by=head, entry=self.entry(urn))
        answering.save_answer(
            by=head, draft=draft, base_version=draft.version, idempotency_key="one", changes=dict(changes)
        )

    @contextmanager
    def days_later(self, days: int) -> Iterator[None]:
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            yield

    def close(self) -> Survey:
        """The survey, closed."""
        closed = actions.close_survey(by=self.analyst, survey=self.survey)
        self.survey.refresh_from_db()
        return closed


def make_surveyed(authority: Authority, *, schools: int = 3) -> Surveyed:
    """An open survey of so many schools; call it inside the authority's scope."""
    asked = [
        make_school(900001 + n, f"School {n}", phase=_phase(n), type_group=_group(n), roll=100 + 7 * n)
        for n in range(schools)
    ]
    analyst, second, director, assistant = (
        Acting.of(make_member(authority, role, name))
        for role, name in (
            ("analyst", "Ana List"),
            ("commissioning_manager", "Mia Cole"),
            ("director", "Di Rector"),
            ("assistant_director", "Ali Deputy"),
        )
    )
    return Surveyed(authority, analyst, second, director, assistant, make_survey(analyst, asked))


def _phase(n: int) -> str:
    return "Special" if n % 10 == 9 else "Secondary" if n % 4 == 3 else "Primary"


def _group(n: int) -> str:
    return "Academies" if n % 3 == 0 else "Local authority maintained schools"


TEXTS = (
    "The price is too high for our budget",
    "Keep our adviser, who knows the school",
    "Cheaper days for <b>small</b> schools & those with *little* money",
    "We want advisers with recent headship experience, such as Pat Green",
)


def answer_all(surveyed: Surveyed, *, seed: int = 4, silent: int = 5) -> None:
    """Answers drawn from a seed, of all schools but every `silent`-th."""
    dice = np.random.default_rng(seed)
    entries = list(surveyed.survey.entries.select_related("school").order_by("school__urn"))
    for n, entry in enumerate(entries):
        if n % silent == silent - 1:
            continue
        answers: dict[str, Any] = {
            "budget_known": "guess",
            "budget": int(dice.integers(20, 400)) * 10_000,
            "strategy_clear": int(dice.integers(1, 6)),
            "partnership": str(dice.choice(["join", "lead", "no_part"], p=[0.6, 0.3, 0.1])),
            "priorities": [str(each) for each in dice.choice(["reading", "send", "attendance"], 2, False)],
            "strategy_words": TEXTS[n % len(TEXTS)],
            "consent": ("with_name", "without_name", "not_published")[n % 3],
        }
        for service in SERVICES:
            route = str(dice.choice(["council", "elsewhere", "undecided"], p=[0.5, 0.35, 0.15]))
            answers[f"route.{service.key}"] = route
            if route != "elsewhere":
                answers[f"chance_list.{service.key}"] = int(dice.integers(0, 11))
        surveyed.send(entry.school.urn, answers)
