"""Asking for a structure to be worked out, and writing down what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import Actor, record
from schoolward.apps.catalogue.queries import service_lines
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.queries import current_run
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.structure import actions, bridge, checks, loads, queries, runs
from schoolward.apps.structure.models import PlanSettings, StructureRun, StructureVersion
from schoolward.apps.structure.plan_settings import TIME_LIMIT_S
from schoolward.apps.structure.states import Kind, RunKind
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import LONDON, format_day
from schoolward.terms.errors import NotEnoughData, NotNow

JOB = "structure.run"
SUPPOSE = "structure.suppose"  # a person waits for it, so that it does not queue behind a study
POINTS = 5


@transaction.atomic
def set_plan_settings(*, by: Acting, values: Mapping[str, Any], because: str) -> PlanSettings:
    """The figures that count from now on; earlier ones stay with the runs that used them."""
    checks.check_can_model(by)
    row = PlanSettings.objects.create(
        values=dict(values), because=because.strip() or "Set", set_at=clock.now(), set_by_id=by.membership_id
    )
    record("structure.set_plan_settings", by=by, target=row, after=dict(values), reason=because)
    return row


def check_can_study() -> tuple[queries.Drawn, DemandRun]:
    """Today's structure and the demand that a study rests on; NotNow while one is missing or one waits."""
    runs.check_none_waits(RunKind.STUDY)
    today = queries.today_structure()
    if today is None:
        raise NotNow("There is no structure of today.", do="Draw it, with its posts, funding and duties.")
    base = queries.drawn(queries.newest(today))
    if not base.establishment.posts or not base.establishment.duties:
        raise NotNow("Today's structure has no posts or no duties.", do="Give them as files or on screen.")
    demand = current_run()
    if demand is None:
        raise NotNow("What schools will buy has not been worked out.", do="Work it out first, under Demand.")
    return base, demand


@transaction.atomic
def ask_for_study(*, by: Acting) -> StructureRun:
    """A study of today's structure, the options and the frontier, queued with everything it needs."""
    checks.check_can_model(by)
    base, demand = check_can_study()
    known = loads.school_loads(by.authority, runs.settings_now(), clock.today())
    asked = {
        "kind": str(RunKind.STUDY),
        "base": base.version.content,
        "options": [_option(each) for each in queries.drawn_all(by)],
        "services": _services(demand),
        "settings": runs.settings_now()
        | {
            "school_loads": known.rows,
            "school_loads_told": known.told,
            "year_from": _next_april(clock.today()).isoformat(),
            "time_limit_s": TIME_LIMIT_S,
        },
        "points": POINTS,
        "scenario": {},
    }
    return _queue(by, RunKind.STUDY, "Study of structures", None, demand, base.version, asked, known.editions)


@transaction.atomic
def ask_about(
    *, by: Acting, study: StructureRun, kind: RunKind, title: str, scenario: Mapping[str, Any]
) -> StructureRun:
    """A tornado or a scenario on what a study rested on."""
    checks.check_can_model(by)
    if study.stage != Stage.DONE:
        raise NotNow("The study has no result.", do="Wait for it, or ask for another.")
    asked = study.asked | {
        "kind": str(kind),
        "scenario": dict(scenario),
        "plan": _plan(study.result["proposal"]),
        "people": _people(),
    }
    editions = (study.data_edition, study.rules_edition)
    return _queue(by, kind, title, study, study.demand_run, study.base, asked, editions)


def _queue(
    by, kind: RunKind, title: str, about, demand: DemandRun, base, asked: dict, editions
) -> StructureRun:
    run = StructureRun.objects.create(
        kind=kind,
        stage=Stage.ASKED,
        title=title[:160],
        about=about,
        demand_run=demand,
        base=base,
        asked=asked,
        asked_digest=hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
        seed=asked["settings"]["seed"],
        version=__version__,
        data_edition=editions[0],
        rules_edition=editions[1],
        asked_at=clock.now(),
        asked_by_id=by.membership_id,
    )
    job = enqueue(
        SUPPOSE if kind == RunKind.SCENARIO else JOB,
        by=by,
        authority=by.authority,
        payload={"run": run.pk},
    )
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    record("structure.ask_for_run", by=by, target=run, label=title, after={"kind": kind})
    return run


def _plan(proposal: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the study proposed, in the words in which an option is given."""
    return {
        "core_fte": {row["post"]: row["core_fte"] for row in proposal["posts"]},
        "traded_fte": {row["post"]: row["traded_fte"] for row in proposal["posts"]},
        "prices": {row["service"]: row["price_pence"] for row in proposal["prices"]},
    }


def _people() -> list[list[Any]]:
    """Those whom schools may ask for by name, with the share of each service that hangs on each of them.

    Where several may come for a service, it hangs on each in equal parts: who is wanted most is not known.
    """
    people: dict[str, list[Any]] = {}
    for service in service_lines(clock.today()):
        for person in service.people:
            held = people.setdefault(person.key, [person.key, person.name, {}])
            held[2][service.key] = round(1 / len(service.people), 4)
    return list(people.values())


def _option(found: queries.Drawn) -> dict[str, Any]:
    return {
        "name": found.structure.name,
        "structure": found.structure.pk,
        "version": found.version.number,
        "kind": found.structure.kind,
        "document": found.version.content,
    }


def _services(demand: DemandRun) -> list[list[Any]]:
    """The services that the demand run speaks of, with their prices and days."""
    rows = []
    for _, cells in demand.inputs["services"][1][1:]:
        key, category, price, unit, days = cells[:5]
        rows.append([key, category, int(price), unit, float(days) if days else None])
    if not rows:
        raise NotEnoughData("The demand run has no services.", do="Work demand out again.")
    return rows


def _next_april(on: date) -> date:
    return date(on.year + (on >= date(on.year, 4, 1)), 4, 1)


@transaction.atomic
def finish_run(*, by: Actor, run: StructureRun, result: dict[str, Any]) -> StructureRun:
    """The run with its result."""
    run = StructureRun.objects.select_for_update().get(pk=run.pk)
    run.stage, run.ended_at, run.result = Stage.DONE, clock.now(), result
    run.save(update_fields=["stage", "ended_at", "result"])
    record("structure.finish_run", by=by, target=run, label=run.title, after={"kind": run.kind})
    return run


@transaction.atomic
def refuse_run(*, by: Actor, run: StructureRun, sentence: str) -> StructureRun:
    """The run, which came to nothing, with the sentence that says why."""
    run = StructureRun.objects.select_for_update().get(pk=run.pk)
    if run.stage == Stage.ASKED:
        run.stage, run.ended_at, run.refusal = Stage.REFUSED, clock.now(), sentence
        run.save(update_fields=["stage", "ended_at", "refusal"])
        record("structure.refuse_run", by=by, target=run, label=run.title, reason=sentence)
    return run


@transaction.atomic
def adopt(*, by: Acting, study: StructureRun, result: Mapping[str, Any], label: str) -> StructureVersion:
    """A structure of the study drawn as one's own, with its posts and prices."""
    base = queries.drawn(study.base).establishment
    rows = {row["post"]: row for row in result["posts"]}
    posts = tuple(
        bridge.with_fte(post, rows[post.post]["core_fte"], rows[post.post]["traded_fte"])
        if post.post in rows
        else post
        for post in base.posts
    )
    prices = {row["service"]: row["price_pence"] for row in result["prices"] if row["price_pence"]}
    return actions.draw_structure(
        by=by,
        name=f"{label}, study of {format_day(study.asked_at.astimezone(LONDON).date())}",
        kind=Kind.PROPOSED,
        content=replace(base, posts=posts, prices=prices),
        because=f"From run {study.pk}",
    )


def study_new_demand(by: Acting, demand: DemandRun) -> None:
    """Has structures worked out anew when demand was, where there is a structure to work on."""
    try:
        ask_for_study(by=by)
    except (NotNow, NotEnoughData):
        return
