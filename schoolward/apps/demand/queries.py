"""Reading evidence and runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from schoolward.apps.demand.models import DemandRun, EvidenceFile
from schoolward.apps.demand.states import Stage, Table
from schoolward.apps.register.models import School


@dataclass(frozen=True)
class ServiceResult:
    """What a run says of one service: buyers and income as ranges, and its take-up by price."""

    key: str
    list_price_pence: int
    unit: str
    buyers: dict[str, float]
    revenue_pence: dict[str, int]
    curve: tuple[dict[str, Any], ...]


def runs() -> QuerySet[DemandRun]:
    """Every run, newest first, without its long parts."""
    rows = DemandRun.objects.select_related("asked_by__person")
    return rows.defer("inputs", "curves", "chances")


def current_run() -> DemandRun | None:
    """The newest run that has a result."""
    return runs().filter(stage=Stage.DONE).first()


def services_of(run: DemandRun) -> list[ServiceResult]:
    """Each service of the run, the largest income first."""
    listed = {}
    for _, cells in run.inputs["services"][1][1:]:
        listed[cells[0]] = (int(cells[2]), cells[3])
    curves: dict[str, list[dict]] = {}
    for row in run.curves or ():
        curves.setdefault(row["service"], []).append(row)
    found = [
        ServiceResult(key, *listed[key], told["buyers"], told["revenue_pence"], tuple(curves.get(key, ())))
        for key, told in (run.summary or {}).get("by_service", {}).items()
    ]
    return sorted(found, key=lambda each: -each.revenue_pence["mean"])


@dataclass(frozen=True)
class Chance:
    """How likely a school is to buy a service; `ordered` is None while its form says nothing of it."""

    school: School
    share: float
    ordered: bool | None


def chances_for(run: DemandRun, service: str) -> list[Chance]:
    """Each school's chance of buying the service, the most likely first."""
    chances = {int(urn): by_service.get(service) for urn, by_service in (run.chances or {}).items()}
    ordered = _orders(run, service)
    schools = School.objects.filter(urn__in=chances)
    found = [
        Chance(school, chances[school.urn], ordered.get(school.urn))
        for school in schools
        if chances[school.urn] is not None
    ]
    return sorted(found, key=lambda each: (-each.share, each.school.name))


def _orders(run: DemandRun, service: str) -> dict[int, bool]:
    """Whether the school ordered it, by number, of the forms that the run counted."""
    _, rows = run.inputs.get(Table.ORDERS, ["", []])
    heading = [cell.strip() for cell in rows[0][1]] if rows else []
    lines = (dict(zip(heading, cells, strict=False)) for _, cells in rows[1:])
    return {
        int(line["urn"]): line["ordered"].strip() == "1"
        for line in lines
        if line["service"].strip() == service
    }


def names_of_schools(run: DemandRun) -> dict[int, str]:
    """URN to name, of the schools of the run."""
    wanted = [int(urn) for urn in run.chances or {}]
    return dict(School.objects.filter(urn__in=wanted).values_list("urn", "name"))


def schools_to_ask(run: DemandRun, most: int = 12) -> list[tuple[School, int]]:
    """The schools whose forms would tell most, in the order to ask them; with what would then still be
    unknown of income (one standard deviation in pence)."""
    told = (run.summary or {}).get("ask_first", [])[:most]
    schools = {school.urn: school for school in School.objects.filter(urn__in=[each["urn"] for each in told])}
    return [(schools[each["urn"]], each["sd_after_pence"]) for each in told if each["urn"] in schools]


def evidence_files() -> dict[str, EvidenceFile | None]:
    """The file that counts of each kind."""
    return {str(table): EvidenceFile.objects.filter(table=table).first() for table in Table}


def draws_path(run: DemandRun) -> Path:
    """Where the draws of the run lie."""
    return demand_folder() / f"{run.draws_sha256}.npz"


def demand_folder() -> Path:
    """The folder of draws, and of chains that are not finished."""
    return Path(settings.SCHOOLWARD_HOME) / "demand"
