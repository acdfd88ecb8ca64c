"""Key stage 4 tables: one row a school, a row for each authority and the two for England, all columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from schoolward.demo.published import latent
from schoolward.demo.published.england import PUPILS_AT_16, england_ks4
from schoolward.demo.published.identity import address, age_range
from schoolward.demo.published.kinds import FAITHS
from schoolward.demo.published.places import AUTHORITIES, Authority
from schoolward.demo.published.pupils import P8_NOISE, Ks4Pupils, ks4_pupils
from schoolward.demo.published.schools import Establishment, World
from schoolward.demo.published.text import columns, percent, write_table
from schoolward.terms.years import academic_year_label

YEARS = (*range(2014, 2020), *range(2022, 2041))  # no examinations in 2020 and 2021
NO_PROGRESS = (2025, 2026)  # no key stage 2 results to start from
FEWEST = 6
Cells = dict[str, str]
_ELEMENTS = {"ENG": 0.213, "MAT": 0.196, "EBAC": 0.286, "OPEN": 0.305}  # shares of Attainment 8


def write_ks4(folder: Path, world: World, year: int) -> Path:
    """The table of one exam year, as published in the winter after it."""
    rows = [*_school_rows(world, year), *(_authority_row(world, each, year) for each in AUTHORITIES)]
    rows += [_england_row(year, "5", PUPILS_AT_16 + 45_000), _england_row(year, "7", PUPILS_AT_16)]
    return write_table(folder / f"england_ks4final_{academic_year_label(year)}.csv", ks4_header(year), rows)


@lru_cache
def ks4_header(year: int) -> tuple[str, ...]:
    """The columns of that year's file, told from the full list of 2018."""
    names = [name for name in columns("ks4_2018") if not _of_another_year(name)]
    if year <= 2016:  # before grades 9 to 1
        names = [name for name in names if "_94" not in name and "_95" not in name and "91" not in name]
        names += ["PTL2BASICS_LL_PTQ_EE"] if year == 2016 else []
    if year <= 2015:
        names = [name for name in names if "ATT8" not in name and "P8" not in name and "EBACCAPS" not in name]
        end = "_PTQ" if year == 2014 else "_PTQ_EE"
        names += [name + end for name in ("PTAC5EM", "PTL2BASICS", "PT24ENGPRG", "PT24MATHPRG")]
    if year == 2016:
        names += ["PTAC5EM_PTQ_EE"]
    if year in NO_PROGRESS:
        names = [name for name in names if "P8" not in name]
    return tuple(dict.fromkeys(names))


def _of_another_year(name: str) -> bool:
    return any(mark in name + "_" for mark in ("_16_", "_17_", "_18_", "EM16_")) or name == "ADMPOL_2017"


def _school_rows(world: World, year: int) -> Iterator[Cells]:
    for one in world.open_on(date(year, 5, 12)):
        if one.school.kind.ks4 or one.school.special:
            yield {**_identity(world, one, year), **_results(world, one, year)}


def _results(world: World, one: Establishment, year: int) -> Cells:
    if is_too_new(one, year):
        return {"TOTPUPS": str(latent.roll(one.school, world.seed, year)), "TPUP": "NEW"}
    if one.school.special:
        return {
            "TPUP": str(latent.cohort_size(one.school, world.seed, year)),
            **dict.fromkeys(_entered(year), "NE"),
        }
    cells = group_cells(ks4_pupils(one.school, world.seed, year), year)
    if one.code == "IND":  # independent schools' progress is not published
        cells |= {name: "NP" for name in cells if "P8" in name or name.startswith("PT24")}
    return cells


def _entered(year: int) -> list[str]:
    return [
        name for name in ks4_header(year) if name.startswith(("ATT8SCR", "PTL2BASICS", "P8MEA", "PTAC5EM"))
    ]


def is_too_new(one: Establishment, year: int) -> bool:
    """True while a new school's first pupils are not 16 yet."""
    years = 2 if one.code == "UTC" else 5
    return bool(one.opened) and not one.made_from and one.opened.year + years > year


def _identity(world: World, one: Establishment, year: int) -> Cells:
    published = date(year + 1, 1, 25)
    school, became = one.school, [world.by_urn[urn] for urn in one.became]
    moved = [each for each in became if each.has_opened(published)]
    gone = one.closed is not None and one.closed < date(year, 9, 12) and not moved
    gender = "GIRLS" if "girls" in school.story else "MIXED"
    where = address(world.seed, school)
    return where | {
        "RECTYPE": "2" if school.special else "1",
        "ALPHAIND": str(1000 + one.urn % 1000 * 17),
        "LEA": str(school.authority.code),
        "ESTAB": str(one.estab),
        "URN": str(one.urn),
        "SCHNAME": one.name_on(published),
        "SCHNAME_AC": moved[0].name if moved else "",
        "CONTFLAG": "0",
        "ICLOSE": "1" if gone else "0",
        "NFTYPE": one.type.table_code,
        "RELDENOM": FAITHS[school.faith],
        "ADMPOL": "SEL" if "selective" in school.story else "COMP",
        "EGENDER": gender,
        "FEEDER": "0",
        "TABKS2": "1" if school.kind.ks2 else "0",
        "TAB1618": "1" if school.kind.sixth_form else "0",
        "AGERANGE": age_range(school.kind),
        "TOTPUPS": str(latent.roll(school, world.seed, year)),
    }


def _authority_row(world: World, authority: Authority, year: int) -> Cells:
    ones = [
        e
        for e in world.open_on(date(year, 5, 12), authority.code)
        if e.school.kind.ks4 and e.code not in ("IND", "PRU", "APC") and not is_too_new(e, year)
    ]
    cells = group_cells(Ks4Pupils.together([ks4_pupils(e.school, world.seed, year) for e in ones]), year)
    return cells | {"RECTYPE": "4", "LEA": str(authority.code), "SCHNAME": authority.name}


def _england_row(year: int, rectype: str, pupils: int) -> Cells:
    england = england_ks4(year)
    row = {"RECTYPE": rectype, "TPUP": str(pupils), "ATT8SCR": f"{england['a8']}", "P8MEA": "-0.03"}
    row |= {"PTL2BASICS_94": f"{england['em94']}%", "PTL2BASICS_95": f"{england['em95']}%"}
    row |= {"PTEBACC_E_PTQ_EE": f"{england['ebacc']}%", "PTL2BASICS_LL_PTQ_EE": f"{england['em94']}%"}
    for end in ("_PTQ", "_PTQ_EE"):
        row |= {f"PTAC5EM{end}": f"{england.get('five', 58)}%", f"PTL2BASICS{end}": f"{england['em94']}%"}
        row |= {
            f"PT24ENGPRG{end}": f"{england.get('eng', 71)}%",
            f"PT24MATHPRG{end}": f"{england.get('maths', 66)}%",
        }
    return row


def group_cells(pupils: Ks4Pupils, year: int) -> Cells:
    """Every measure the demonstration fills in, of one school or authority."""
    cells = {**_counts(pupils), **_attainment(pupils, year), **_old_measures(pupils, year)}
    if year >= 2016 and year not in NO_PROGRESS:
        for suffix, mask in _groups(pupils).items():
            cells |= _progress(pupils, mask, suffix)
    if len(pupils) < FEWEST:
        return {name: cell if name == "TPUP" else "SUPP" for name, cell in cells.items()}
    return cells


def _groups(pupils: Ks4Pupils) -> dict[str, np.ndarray]:
    ks2 = pupils.ks2
    return {
        "": np.ones(len(pupils), bool),
        "_FSM6CLA1A": pupils.disadvantaged,
        "_NFSM6CLA1A": ~pupils.disadvantaged,
        "_LO": pupils.known & (ks2 < 24),
        "_AV": pupils.known & (ks2 >= 24) & (ks2 < 30),
        "_HI": pupils.known & (ks2 >= 30),
        "_EAL": pupils.eal,
        "_GIRLS": ~pupils.boy,
        "_BOYS": pupils.boy,
        "_NMOB": pupils.stayed,
    }


def _counts(pupils: Ks4Pupils) -> Cells:
    groups, none = _groups(pupils), np.zeros(len(pupils), bool)
    masks = {
        "TPRIORLO": groups["_LO"], "TPRIORAV": groups["_AV"], "TPRIORHI": groups["_HI"],
        "TFSM6CLA1A": pupils.disadvantaged, "TNOTFSM6CLA1A": ~pupils.disadvantaged, "TEALGRP2": pupils.eal,
        "TEALGRP1": ~pupils.eal, "TEALGRP3": none, "TNMOB": pupils.stayed, "SENSE4": pupils.sen_plan,
        "SENAPK4": pupils.sen_support, "BPUP": pupils.boy, "GPUP": ~pupils.boy,
    }  # fmt: skip
    cells = {"TPUP": str(len(pupils)), "KS2APS": f"{pupils.ks2.mean():.1f}"}
    for name, mask in masks.items():
        cells |= {name: str(int(mask.sum())), f"P{name}": percent(mask)}
    return cells


def _attainment(pupils: Ks4Pupils, year: int) -> Cells:
    if year <= 2015:
        return {"PTEBACC_E_PTQ_EE": percent(pupils.ebacc)}
    a8, grade = pupils.a8, pupils.english_maths
    cells = {"TOTATT8": f"{a8.sum():.1f}", "EBACCAPS": f"{a8.mean() / 11.5:.2f}"}
    for suffix, mask in _groups(pupils).items():
        here = int(mask.sum())
        cells[f"ATT8SCR{suffix}"] = "SUPP" if 0 < here < FEWEST else f"{a8[mask].mean():.1f}" if here else ""
    cells |= {f"ATT8SCR{name}": f"{a8.mean() * share:.1f}" for name, share in _ELEMENTS.items()}
    cells |= {"PTEBACC_E_PTQ_EE": percent(pupils.ebacc), "TEBACC_E_PTQ_EE": str(int(pupils.ebacc.sum()))}
    cells |= {"PTANYQ_PTQ_EE": percent(a8 > 3), "PT5EM_94": percent(pupils.five)}
    if year == 2016:
        return cells | {"PTL2BASICS_LL_PTQ_EE": percent(grade >= 4), "PTAC5EM_PTQ_EE": percent(pupils.five)}
    cells |= {"PTL2BASICS_94": percent(grade >= 4), "PTL2BASICS_95": percent(grade >= 5)}
    both = pupils.ebacc & (grade >= 4)
    return cells | {"PTEBACC_94": percent(both), "PTEBACC_95": percent(pupils.ebacc & (grade >= 5.3))}


def _old_measures(pupils: Ks4Pupils, year: int) -> Cells:
    """Five good passes with English and maths, and expected progress: the measures to 2015."""
    if year > 2015:
        return {}
    end = "_PTQ" if year == 2014 else "_PTQ_EE"
    known = pupils.known
    return {
        f"PTAC5EM{end}": percent(pupils.five),
        f"PTL2BASICS{end}": percent(pupils.english_maths >= 4),
        f"PT24ENGPRG{end}": percent(pupils.expected_english[known]),
        f"PT24MATHPRG{end}": percent(pupils.expected_maths[known]),
    }


def _progress(pupils: Ks4Pupils, mask: np.ndarray, suffix: str) -> Cells:
    known = mask & pupils.known
    count, coverage = int(known.sum()), known.sum() / max(1, mask.sum())
    names = [f"P8PUP{suffix}", f"P8MEA{suffix}", f"P8CILOW{suffix}", f"P8CIUPP{suffix}"]
    if count < FEWEST:
        return dict.fromkeys(names, "SUPP" if mask.any() else "")
    if coverage < 0.5:
        return dict.fromkeys(names[1:], "LOWCOV") | {names[0]: str(count)}
    value, margin = float(pupils.p8[known].mean()), 1.96 * P8_NOISE / count**0.5
    cells = [str(count), *(f"{x:.2f}" for x in (value, value - margin, value + margin))]
    found = dict(zip(names, cells, strict=True))
    if suffix:
        return found
    return (
        found
        | _whole_school(value, margin, percent(known))
        | {f"{name}_ORIG": found[name] for name in names[1:]}
    )


def _whole_school(value: float, margin: float, coverage: str) -> Cells:
    cells = {"P8MEACOV": coverage, "TP8ADJ": "1", "P8_BANDING": _band(value, margin)}
    for name, shift in (("ENG", 0.02), ("MAT", 0.04), ("EBAC", -0.01), ("OPEN", -0.05)):
        cells |= {
            f"P8MEA{name}": f"{value + shift:.2f}",
            f"P8MEA{name}_CILOW": f"{value + shift - 1.2 * margin:.2f}",
        }
        cells |= {f"P8MEA{name}_CIUPP": f"{value + shift + 1.2 * margin:.2f}"}
    return cells


def _band(value: float, margin: float) -> str:
    """1 well above average, 2 above, 3 average, 4 below, 5 well below."""
    if abs(value) <= margin:
        return "3"
    if value > 0:
        return "1" if value >= 0.5 else "2"
    return "5" if value <= -0.5 else "4"
