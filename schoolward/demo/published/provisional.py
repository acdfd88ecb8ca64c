"""The authority's own spreadsheets of the last summer, gathered from its schools before any table is out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from schoolward.demo.dice import dice
from schoolward.demo.published import ks2, ks4
from schoolward.demo.published.places import ESTUARY
from schoolward.demo.published.pupils import ks4_pupils
from schoolward.demo.published.schools import Establishment, World
from schoolward.demo.published.text import write_table

_KS2 = {
    "Pupils": "TELIG",
    "% expected standard reading, writing and maths": "PTRWM_EXP",
    "% higher standard reading, writing and maths": "PTRWM_HIGH",
    "% expected standard reading": "PTREAD_EXP",
    "% expected standard writing": "PTWRITTA_EXP",
    "% expected standard maths": "PTMAT_EXP",
    "Reading average scaled score": "READ_AVERAGE",
    "Maths average scaled score": "MAT_AVERAGE",
}
_KS4 = {
    "Pupils": "TPUP",
    "Attainment 8": "ATT8SCR",
    "% grade 4 or above in English and maths": "PTL2BASICS_94",
    "% grade 5 or above in English and maths": "PTL2BASICS_95",
    "% entering the EBacc": "PTEBACC_E_PTQ_EE",
}
Row = dict[str, object]


def write_provisional_ks2(folder: Path, world: World, year: int) -> Path:
    """Estuary's year 6 as schools told it in July; two schools have not sent theirs."""
    rows = []
    for one in world.open_on(date(year, 5, 12), ESTUARY.code):
        if one.school.kind.ks2 and not ks2.is_too_new(one, year) and not one.school.special:
            rows.append(_row(one, year, _KS2, ks2.school_cells(world, one, year)))
    return _write(folder / f"Estuary provisional KS2 {year}.csv", _KS2, rows, world)


def write_provisional_ks4(folder: Path, world: World, year: int) -> Path:
    """Estuary's year 11 as schools told it at the end of August; one has not."""
    rows = []
    for one in world.open_on(date(year, 5, 12), ESTUARY.code):
        if one.school.kind.ks4 and one.code not in ("IND", "PRU", "APC") and not ks4.is_too_new(one, year):
            cells = ks4.group_cells(ks4_pupils(one.school, world.seed, year), year)
            rows.append(_row(one, year, _KS4, cells))
    return _write(folder / f"Estuary provisional KS4 {year}.csv", _KS4, rows, world)


def _row(one: Establishment, year: int, columns: dict[str, str], cells: dict[str, str]) -> Row:
    known = {name: cells.get(column, "") for name, column in columns.items()}
    return {"School": one.name, "URN": one.urn, "Exam year": year, **known}


def _write(path: Path, columns: dict[str, str], rows: list[Row], world: World) -> Path:
    late = dice(world.seed, "late", path.name).choice(len(rows), size=min(2, len(rows) // 10), replace=False)
    kept = [row for n, row in enumerate(rows) if n not in late]
    return write_table(path, ("School", "URN", "Exam year", *columns), kept)
