"""School finance totals and the school workforce, for the years in which they are published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from schoolward.demo.dice import dice
from schoolward.demo.published import latent
from schoolward.demo.published.schools import Establishment, School, World
from schoolward.demo.published.text import columns, write_table
from schoolward.terms.years import academic_year_label

FIRST_FINANCE_YEAR = 2014
WORKFORCE_YEARS = (2018, 2022, 2025)
_LUMP_POUNDS = 165_000


def write_finance(folder: Path, world: World, year: int) -> Path:
    """Income, expenditure and what was left over of each maintained school, year ending 31 March."""
    rows = []
    for one in world.open_on(date(year, 3, 31)):
        if one.type.maintained:
            income, balance = _totals(one, world.seed, year)
            spent = round(income - balance, 2)
            cells = [f"{x:.2f}".rstrip("0").rstrip(".") for x in (income, spent, balance)]
            rows.append(
                {"URN": one.urn, **dict(zip(("Income", "Expenditure", "Balance"), cells, strict=True))}
            )
    header = ("URN", "Income", "Expenditure", "Balance", "Academic Year")
    rows = [row | {"Academic Year": year} for row in rows]
    return write_table(folder / f"cfr_totals_{year}.csv", header, rows, encoding="utf-8")


def _totals(one: Establishment, seed: int, year: int) -> tuple[float, float]:
    school = one.school
    throw = dice(seed, "money", school.key, year)
    pupils = latent.roll(school, seed, year)
    rate = (5_400 if school.kind.ks4 else 4_050) * 1.027 ** (year - 2016)
    rate *= {"SP": 5.0, "PRU": 4.2, "N": 1.1}.get(school.kind_code, 1.0)
    need = 1 + 0.35 * latent.disadvantaged_share(school, seed)
    income = (_LUMP_POUNDS + pupils * rate * need) * throw.normal(1, 0.04)
    return round(float(income), 2), round(float(income * _left_over(school, seed, year, throw)), 2)


def _left_over(school: School, seed: int, year: int, throw: np.random.Generator) -> float:
    """Share of income not spent in the year: falling rolls and a story of deficit push it below nought."""
    shrinking = latent.birth_rate(school, year) / latent.birth_rate(school, year - 1) - 1
    squeeze = 0.009 if year <= 2015 else 0.003
    told = -0.035 if "deficit" in school.story and year >= 2020 else 0.0
    return squeeze + 0.35 * shrinking + told + float(throw.standard_t(4)) * 0.026


def write_workforce(folder: Path, world: World, year: int) -> Path:
    """Teachers, assistants and pay of each open school in November before the exam year's summer."""
    rows = [_staff(world, one, year) for one in world.open_on(date(year - 1, 11, 2)) if one.code != "IND"]
    return write_table(
        folder / f"school_workforce_{academic_year_label(year)}.csv", columns("workforce"), rows
    )


def _staff(world: World, one: Establishment, year: int) -> dict[str, object]:
    school = one.school
    throw = dice(world.seed, "staff", school.key, year)
    pupils = latent.roll(school, world.seed, year)
    ratio = {"SP": 6.4, "PRU": 5.5, "N": 17.0}.get(school.kind_code, 16.4 if school.kind.ks4 else 20.9)
    ratio = float(np.clip(throw.normal(ratio, ratio * 0.08), 3, 30))
    teachers = max(2.0, pupils / ratio)
    assistants = teachers * (0.35 if school.kind.ks4 else 0.85) * float(throw.normal(1, 0.15))
    support = 1 + teachers * (0.3 if school.kind.ks4 else 0.18)
    pay = float(throw.normal(38_200 + 1_150 * max(0, year - 2018), 1_900))
    found: dict[str, object] = {
        "LA Number": school.authority.code,
        "Establishment Number": one.estab,
        "URN": one.urn,
        "Pupil:     Teacher Ratio": f"{pupils / teachers:.1f}",
        "Mean Gross FTE Salary of All Teachers (£s)": "SUPP" if teachers < 4 else f"£{round(pay):,}",
    }
    words = (
        "Teachers",
        "Teaching Assistants",
        "Non Classroom-based School Support Staff, Excluding Auxiliary Staff",
    )
    for name, fte in zip(words, (teachers, assistants, support), strict=True):
        found[f"Total Number of {name} (Headcount)"] = round(fte * 1.2) + 1
        for form in ("Equivalent", "equivalent"):
            found[f"Total Number of {name} (Full-Time {form})"] = f"{fte:.1f}"
            found[f"Total Number of {name} (Full-time {form.capitalize()})"] = f"{fte:.1f}"
    return found
