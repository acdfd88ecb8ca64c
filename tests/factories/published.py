"""Small published files, brought into a store and from there into the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.performance.actions import project_everything
from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store
from tests.unit.datasets.published_files import gias, inspections, ks2, links, write

TODAY = date(2026, 11, 23)
ESTUARY = {"LA (code)": "901", "LA (name)": "Estuary"}
NEW_PLACES = "LA (code)", "LA (name)"


def school(urn: int, name: str = "", **changes: str) -> dict:
    """A row of the register: an open community primary of Estuary unless `changes` say otherwise."""
    return {"URN": str(urn), "EstablishmentName": name or f"School {urn}", **ESTUARY, **changes}


def result(urn: int, **changes: str) -> dict:
    """A row of the key stage 2 tables of 2018."""
    return {"URN": str(urn), "LEA": "901", "SCHNAME": f"School {urn}", **changes}


def bring(store: Path, *, today: date = TODAY, published_on: date | None = None, **files: bytes) -> str:
    """The store's edition after these files were imported into it."""
    folder = write(store.with_name(f"{store.name}-in-{len(list(store.parent.iterdir()))}"), **files)
    return import_folder(folder, Store(store), today=today, published_on=published_on).edition


def a_small_world(store: Path) -> None:
    """Three schools of Estuary: one judged, one suppressed, one with no results; one school elsewhere."""
    bring(
        store,
        gias__csv=gias(
            school(900001, "Saltings Primary School"),
            school(900002, "Marsh End Infant School", NumberOfPupils="9", PercentageFSM="33.3"),
            school(900003, "Sandbank Special School"),
            school(900009, "Far Away School", **{"LA (code)": "902", "LA (name)": "Elsewhere"}),
        ),
        england_ks2final__csv=ks2(
            result(900001, PTRWM_EXP="48%", READPROG="-6.1"),
            result(900002, TELIG="5", PTRWM_EXP="SUPP", READPROG="SUPP", WRITPROG="SUPP", MATPROG="SUPP"),
            result(900009, LEA="902", PTRWM_EXP="80%", READPROG="1"),
        ),
        inspections__csv=inspections(("900001", "Good", "20150312"), ("900001", "Inadequate", "20180612")),
    )


def project(store: Path) -> None:
    """The database at the store's edition."""
    project_everything(by=Acting.system(None, "tests"), store_path=store)


__all__ = [
    "TODAY",
    "a_small_world",
    "bring",
    "gias",
    "inspections",
    "ks2",
    "links",
    "project",
    "result",
    "school",
]
