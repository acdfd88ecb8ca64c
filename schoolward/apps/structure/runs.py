"""Reading runs of structures, and the settings that count."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet

from schoolward.apps.demand.checks import is_worked_on
from schoolward.apps.demand.queries import current_run
from schoolward.apps.demand.states import Stage
from schoolward.apps.structure.models import PlanSettings, Structure, StructureRun
from schoolward.apps.structure.plan_settings import SETTINGS, usual_values
from schoolward.apps.structure.states import Kind, RunKind
from schoolward.terms.errors import NotNow


def settings_now() -> dict[str, Any]:
    """Every setting as it counts now."""
    row = PlanSettings.objects.first()
    return usual_values() | (row.values if row else {})


def runs() -> QuerySet[StructureRun]:
    """Every run, newest first, without what it was worked out from."""
    return StructureRun.objects.select_related("asked_by__person", "demand_run", "base__structure").defer(
        "asked", "demand_run__inputs", "demand_run__curves", "demand_run__chances", "base__content"
    )


def current_study() -> StructureRun | None:
    """The newest study that has a result."""
    return runs().filter(kind=RunKind.STUDY, stage=Stage.DONE).first()


def changed_since(study: StructureRun) -> list[str]:
    """What the study rests on that is otherwise now, each as a sentence's end; empty while it is the same."""
    then, now = study.asked["settings"], settings_now()
    told = [
        f"{s.label[:1].lower()}{s.label[1:]}" for s in SETTINGS if then.get(s.key, now[s.key]) != now[s.key]
    ]
    changed = [f"figures behind it were changed: {', '.join(told)}"] if told else []
    demand = current_run()
    if demand and demand.pk != study.demand_run_id:
        changed.append("what schools will buy was worked out anew")
    kept = Structure.objects.filter(set_aside_at=None).annotate(number=Max("versions__number"))
    standing = {row.pk: row for row in kept}
    tested = {row["structure"]: row for row in study.asked["options"]}
    changed += [f"“{row['name']}” was set aside" for pk, row in tested.items() if pk not in standing]
    for pk, row in sorted(standing.items()):
        if pk not in tested:
            if row.kind != Kind.PROPOSED:  # what a study proposes is drawn from it, and no news to it
                changed.append(f"“{row.name}” was drawn")
        elif row.number != tested[pk]["version"]:
            changed.append(f"“{row.name}” was changed")
    return changed


def following(study: StructureRun, kind: RunKind) -> QuerySet[StructureRun]:
    """What was asked about the study, newest first."""
    return runs().filter(about=study, kind=kind)


def waiting_runs() -> list[StructureRun]:
    """Runs that are being worked out."""
    return list(runs().filter(stage=Stage.ASKED))


def check_none_waits(kind: RunKind) -> None:
    """Raise NotNow while a run of the kind is being worked out."""
    asked = StructureRun.objects.filter(kind=kind, stage=Stage.ASKED).values_list("job_id", flat=True)
    if is_worked_on(asked):
        raise NotNow("It is being worked out already.", do="Wait for it, or cancel it.")
