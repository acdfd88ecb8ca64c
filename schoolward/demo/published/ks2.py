"""Key stage 2 tables: one row a school, a row for each authority and the two for England, all columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from schoolward.demo.published import latent
from schoolward.demo.published.england import PUPILS_AT_11, england_ks2
from schoolward.demo.published.identity import address, age_range
from schoolward.demo.published.kinds import FAITHS
from schoolward.demo.published.places import AUTHORITIES, Authority
from schoolward.demo.published.pupils import KS2_NOISE, Ks2Pupils, ks2_pupils
from schoolward.demo.published.schools import Establishment, World
from schoolward.demo.published.text import columns, percent, write_table
from schoolward.terms.years import academic_year_label

YEARS = (*range(2014, 2020), *range(2023, 2041))  # no tests in 2020 and 2021; not by school in 2022
NO_PROGRESS = (2024, 2025)  # no key stage 1 results to start from
FEWEST = 6  # fewer pupils than this are never shown
_SUBJECTS = {"READ": "read", "WRIT": "writ", "MAT": "mat"}
GREATER_DEPTH = 113  # where teachers see greater depth in writing: about 20 per cent in 2018
_WELL = {"READ": 2.8, "WRIT": 2.6, "MAT": 2.9}
_NEVER = (
    ("READ", "T"),
    ("GPS", "T"),
    ("MAT", "T"),
    ("WRITTA", "D"),
    ("SCITA", "D"),
)  # absent or not able: nobody
Cells = dict[str, str]


def write_ks2(folder: Path, world: World, year: int) -> Path:
    """The table of one exam year, as published in the December after it."""
    rows = [*_school_rows(world, year), *(_authority_row(world, each, year) for each in AUTHORITIES)]
    rows += [_england_row(year, rectype) for rectype in ("4", "5")]
    return write_table(
        folder / f"england_ks2final_{academic_year_label(year)}.csv",
        ks2_header(year),
        rows,
        stop=("TOTPUPS", "NEW"),
    )


@lru_cache
def ks2_header(year: int) -> tuple[str, ...]:
    """The columns of that year's file."""
    if year <= 2015:
        return columns("ks2_2015")
    if year <= 2023:
        return columns(f"ks2_{year}")
    header = [_shifted(name, year) for name in columns("ks2_2023")]
    if year in NO_PROGRESS:
        header = [name for name in header if not _needs_ks1(name)]
    return tuple(header)


def _shifted(name: str, year: int) -> str:
    """The column of 2023 with its earlier years moved on: `_22` is the year before, `_19` the one before."""
    return name.replace("_22", f"_{year - 2001}").replace("_19", f"_{year - 2002}")


def _needs_ks1(name: str) -> bool:
    """True for what rests on key stage 1: progress, and pupils grouped by prior attainment."""
    return "PROG" in name or "KS1" in name or name.endswith(("COV", "_L", "_M", "_H"))


def _school_rows(world: World, year: int) -> Iterator[Cells]:
    exams = date(year, 5, 12)
    for one in world.open_on(exams):
        if one.school.kind.ks2:
            yield {**_identity(world, one, year), **_results(world, one, year)}


def _results(world: World, one: Establishment, year: int) -> Cells:
    if is_too_new(one, year):
        return {"TOTPUPS": "NEW"}
    cells = dict(school_cells(world, one, year))
    for before in (2022, 2019) if year == 2023 else (year - 1, year - 2):
        for name, cell in _earlier(world, one, before).items():
            cells[f"{name}_{before % 100}"] = cell
    return {**cells, **_three_years(world, one, year)}


def is_too_new(one: Establishment, year: int) -> bool:
    """True while a school that began with its youngest class has nobody in year 6 yet."""
    begun = one.opened if not one.made_from else None
    return begun is not None and begun.year + 6 > year


@lru_cache(maxsize=4096)
def _cells_of(school_key: str, pupils: Ks2Pupils, year: int) -> Cells:
    return _old_cells(pupils, year) if year <= 2015 else group_cells(pupils, year)


def school_cells(world: World, one: Establishment, year: int) -> Cells:
    """The school's measures in the words of the file."""
    return _cells_of(one.school.key, ks2_pupils(one.school, world.seed, year), year)


def _earlier(world: World, one: Establishment, year: int) -> Cells:
    """Last year's measures, which the tables repeat for the same URN."""
    if (
        year < 2016
        or year in (2020, 2021, 2022)
        or not one.is_open(date(year, 5, 12))
        or is_too_new(one, year)
    ):
        return {}
    return school_cells(world, one, year)


def _three_years(world: World, one: Establishment, year: int) -> Cells:
    years = [y for y in (year - 2, year - 1, year) if _earlier(world, one, y)]
    if len(years) < 3:
        return {}
    together = Ks2Pupils.together([ks2_pupils(one.school, world.seed, y) for y in years])
    passed = (together.read >= 100) & (together.mat >= 100) & (together.writ >= 100)
    return {
        "TELIG_3YR": str(len(together)),
        "PTRWM_EXP_3YR": percent(passed),
        "PTRWM_HIGH_3YR": percent(
            (together.read >= 110) & (together.mat >= 110) & (together.writ >= GREATER_DEPTH)
        ),
        "READ_AVERAGE_3YR": str(round(float(together.read.mean()))),
        "MAT_AVERAGE_3YR": str(round(float(together.mat.mean()))),
    }


def _identity(world: World, one: Establishment, year: int) -> Cells:
    published = date(year, 12, 13)
    school, became = one.school, [world.by_urn[urn] for urn in one.became]
    moved = [each for each in became if each.has_opened(published)]
    gone = one.closed is not None and one.closed < date(year, 9, 12) and not moved
    after = moved[0] if moved else None
    return {
        "RECTYPE": "2" if school.special else "1",
        "ALPHAIND": str(1000 + one.urn % 1000 * 17),
        "LEA": str(school.authority.code),
        "ESTAB": str(one.estab),
        "URN": str(one.urn),
        "SCHNAME": one.name_on(published),
        **address(world.seed, school),
        "PCON_CODE": f"E1499{school.authority.code}0",
        "PCON_NAME": f"{school.authority.name} and the Isles",
        "URN_AC": str(after.urn) if after else "0" if year <= 2019 else "",
        "SCHNAME_AC": after.name if after else "",
        "OPEN_AC": after.opened.strftime("%Y%m%d") if after and after.opened else "",
        "NFTYPE": one.type.table_code,
        "ICLOSE": "1" if gone else "0",
        "RELDENOM": FAITHS[school.faith],
        "AGERANGE": age_range(school.kind),
        "CONFEXAM": "R" if (one.urn + year) % 3 == 0 else "",
        "TAB15": "1" if school.kind.ks4 else "0",
        "TAB1618": "1" if school.kind.sixth_form else "0",
        "TOTPUPS": str(latent.roll(school, world.seed, year)),
    }


def _authority_row(world: World, authority: Authority, year: int) -> Cells:
    ones = [
        e
        for e in world.open_on(date(year, 5, 12), authority.code)
        if e.school.kind.ks2 and e.code != "IND" and not is_too_new(e, year)
    ]
    pupils = Ks2Pupils.together([ks2_pupils(e.school, world.seed, year) for e in ones])
    cells = _cells_of(f"LA{authority.code}", pupils, year)
    rolls = sum(latent.roll(e.school, world.seed, year) for e in ones)
    row = dict.fromkeys(ks2_header(year), "") | _blank_identity() | cells
    return row | {
        "RECTYPE": "3",
        "LEA": str(authority.code),
        "SCHNAME": authority.name,
        "TOTPUPS": str(rolls),
    }


def _blank_identity() -> Cells:
    names = """ALPHAIND LEA ESTAB URN SCHNAME ADDRESS1 ADDRESS2 ADDRESS3 TOWN PCODE TELNUM PCON_CODE PCON_NAME
    URN_AC SCHNAME_AC OPEN_AC NFTYPE ICLOSE RELDENOM AGERANGE CONFEXAM TAB15 TAB1618"""
    return dict.fromkeys(names.split(), " ")  # a space, as the department prints it


def _england_row(year: int, rectype: str) -> Cells:
    england = england_ks2(year)
    names = {"rwm": "PTRWM_EXP", "high": "PTRWM_HIGH", "read": "PTREAD_EXP", "mat": "PTMAT_EXP"}
    names |= {"writ": "PTWRITTA_EXP", "gps": "PTGPS_EXP"}
    if year <= 2015:
        names = {"rwm": "PTREADWRITTAMATX", "high": "PTREADWRITTAMATAX"}
    row = {name: f"{england[key]}%" for key, name in names.items()}
    if "rs" in england:
        averages = {"rs": "READ_AVERAGE", "ms": "MAT_AVERAGE", "gs": "GPS_AVERAGE"}
        row |= {name: str(england[key]) for key, name in averages.items()}
    row |= {name: " " for name in ks2_header(year) if "PROG" in name or name.endswith("COV")}
    row |= {"PT2READ": "91%", "PT2WRITTA": "94%", "PT2MATH": "90%"} if year <= 2015 else {}
    pupils = PUPILS_AT_11 + (5_000 if rectype == "4" else 0)
    return row | _blank_identity() | {"RECTYPE": rectype, "TELIG": str(pupils), "PTFSM6CLA1A": "31%"}


def group_cells(pupils: Ks2Pupils, year: int) -> Cells:
    """Every measure of one school or authority, for all its pupils and for each group of them."""
    size = len(pupils)
    cells = {"TELIG": str(size), "TPUPYEAR": str(size), **_counts(pupils, year)}
    groups = _groups(pupils)
    masks = np.array(list(groups.values()), float)
    here = masks.sum(axis=1)
    sums = masks @ _reached(pupils)  # one row a group: how many reached what, and the sums of scores
    known = masks * pupils.known
    progress = known @ np.stack([getattr(pupils, f"{name}_progress") for name in _SUBJECTS.values()], axis=1)
    for n, suffix in enumerate(groups):
        cells |= _attainment(sums[n], int(here[n]), suffix, year)
        if year not in NO_PROGRESS:
            cells |= _progress(progress[n], int(known[n].sum()), int(here[n]), suffix, year)
    if size < FEWEST:
        return {name: cell if name in ("TELIG", "TPUPYEAR") else "SUPP" for name, cell in cells.items()}
    return cells


def _groups(pupils: Ks2Pupils) -> dict[str, np.ndarray]:
    ks1, everyone = pupils.ks1, np.ones(len(pupils), bool)
    return {
        "": everyone,
        "_B": pupils.boy,
        "_G": ~pupils.boy,
        "_L": pupils.known & (ks1 < 12),
        "_M": pupils.known & (ks1 >= 12) & (ks1 < 18),
        "_H": pupils.known & (ks1 >= 18),
        "_FSM6CLA1A": pupils.disadvantaged,
        "_NotFSM6CLA1A": ~pupils.disadvantaged,
        "_EAL": pupils.eal,
        "_MOBN": pupils.stayed,
    }


def _counts(pupils: Ks2Pupils, year: int) -> Cells:
    groups, size = _groups(pupils), len(pupils)
    no = "TNOTFSM6CLA1A" if year >= 2023 else "TNotFSM6CLA1A"
    masks = {
        "TKS1GROUP_L": groups["_L"], "TKS1GROUP_M": groups["_M"], "TKS1GROUP_H": groups["_H"],
        "TKS1GROUP_NA": ~pupils.known, "TFSM6CLA1A": pupils.disadvantaged, no: ~pupils.disadvantaged,
        "TEALGRP2": pupils.eal, "TEALGRP1": ~pupils.eal, "TEALGRP3": np.zeros(size, bool),
        "TMOBN": pupils.stayed,
    }  # fmt: skip
    cells = {name: str(int(mask.sum())) for name, mask in masks.items()}
    cells |= {f"P{name}": percent(mask) for name, mask in masks.items()}
    sen = {"ELE": pupils.sen_plan, "ELK": pupils.sen_support, "ELEK": pupils.sen_plan | pupils.sen_support}
    for name, mask in sen.items():
        cells |= {f"TSEN{name}": str(int(mask.sum())), f"PSEN{name}": percent(mask)}
    cells |= {"TSENELSE": cells["TSENELE"], "PSENELSE": cells["PSENELE"]}
    cells |= {"TSENELAPK": cells["TSENELK"], "PSENELSAPK": cells["PSENELK"]}
    cells |= dict.fromkeys(("TSENELST", "TSENELSAP"), "0") | dict.fromkeys(("PSENELST", "PSENELSAP"), "0%")
    cells |= {"SENELN": percent(~sen["ELEK"]), "PSENELN": percent(~sen["ELEK"])}
    cells |= {"BELIG": str(int(pupils.boy.sum())), "GELIG": str(int((~pupils.boy).sum()))}
    cells |= {"PBELIG": percent(pupils.boy), "PGELIG": percent(~pupils.boy)}
    return cells | {"TKS1AVERAGE": _decimal(float(pupils.ks1.mean()), year)}


def _gap(cell: str, others: float) -> str:
    return str(round(float(cell.rstrip("%")) - others)) if cell.endswith("%") else cell


_REACHED = (
    "PTRWM_EXP", "PTRWM_HIGH", "PTREAD_EXP", "PTREAD_HIGH", "PTGPS_EXP", "PTGPS_HIGH",
    "PTMAT_EXP", "PTMAT_HIGH", "PTWRITTA_EXP", "PTWRITTA_HIGH", "PTWRITTA_WTS", "PTSCITA_EXP",
)  # fmt: skip
_AVERAGES = ("READ_AVERAGE", "GPS_AVERAGE", "MAT_AVERAGE")


def _reached(pupils: Ks2Pupils) -> np.ndarray:
    """A line for each pupil: 1 for each standard reached in the order of `_REACHED`, then the scores."""
    read, gps, mat, writ = pupils.read, pupils.gps, pupils.mat, pupils.writ
    expected, deeper = writ >= 100, writ >= GREATER_DEPTH
    columns_ = [(read >= 100) & (mat >= 100) & expected, (read >= 110) & (mat >= 110) & deeper]
    columns_ += [scores >= least for scores in (read, gps, mat) for least in (100, 110)]
    columns_ += [expected, deeper, ~expected & (writ >= 88), pupils.science, read, gps, mat]
    return np.stack(columns_, axis=1).astype(float)


def _attainment(sums: np.ndarray, here: int, suffix: str, year: int) -> Cells:
    names = [name + suffix for name in (*_REACHED, *_AVERAGES)]
    names += [f"PT{name}_A{end}{suffix}" for name, end in _NEVER]
    if here == 0 or (suffix and here < FEWEST):
        cells = dict.fromkeys(names, "" if here == 0 else "SUPP")
    else:
        found = [f"{int(100 * reached / here + 0.5)}%" for reached in sums[: len(_REACHED)]]
        found += [str(round(total / here)) for total in sums[len(_REACHED) :]] + ["0%"] * len(_NEVER)
        cells = dict(zip(names, found, strict=True))
    if suffix == "_FSM6CLA1A":
        cells["DIFFN_RWM_EXP"] = _gap(cells[f"PTRWM_EXP{suffix}"], england_ks2(year)["rwm"] + 6)
    return cells


def _progress(sums: np.ndarray, known: int, here: int, suffix: str, year: int) -> Cells:
    cells: Cells = {}
    code = _no_progress(known, known / max(1, here), here)
    for (column, subject), total in zip(_SUBJECTS.items(), sums, strict=True):
        names = [f"{column}PROG{suffix}{end}" for end in ("", "_LOWER", "_UPPER")]
        if not suffix:
            names += [f"{column}COV", f"{column}PROG_DESCR", f"{column}PROG_UNADJUSTED"]
        if code:
            cells |= dict.fromkeys(names, code)
            continue
        value, margin = float(total) / known, 1.96 * KS2_NOISE[subject] / known**0.5
        found = [_decimal(x, year) for x in (value, value - margin, value + margin)]
        if not suffix:
            found += [f"{int(100 * known / here + 0.5)}%", _band(value, margin, _WELL[column])]
            found += [_decimal(value - 0.1, year)]
        cells |= dict(zip(names, found, strict=True))
    return cells


def _no_progress(known: int, coverage: float, pupils: int) -> str:
    if pupils == 0 or known == 0:
        return "NA"
    if known < FEWEST:
        return "SUPP"
    return "LOWCOV" if coverage < 0.5 else ""


def _band(value: float, margin: float, well: float) -> str:
    """1 well above average, 2 above, 3 average, 4 below, 5 well below."""
    if abs(value) <= margin:
        return "3"
    if value > 0:
        return "1" if value >= well else "2"
    return "5" if value <= -well else "4"


def _old_cells(pupils: Ks2Pupils, year: int) -> Cells:
    """Levels, and the share who gained two of them: the measures to 2015."""
    size = len(pupils)
    cells = {name: cell for name, cell in _counts(pupils, year).items() if "KS1" not in name}
    groups = _groups(pupils)
    for name in "LMH":
        cells |= {
            f"TKS1EXP_{name}": str(int(groups[f"_{name}"].sum())),
            f"PKS1EXP_{name}": percent(groups[f"_{name}"]),
        }
    level4 = (pupils.read >= 100) & (pupils.mat >= 100) & (pupils.writ >= 100)
    secure = (pupils.read >= 102) & (pupils.mat >= 102) & (pupils.writ >= 100)
    level5 = (pupils.read >= 110) & (pupils.mat >= 110) & (pupils.writ >= 113)
    cells |= {"TELIG": str(size), "TPUPYEAR": str(size), "TKS1APS": f"{pupils.ks1.mean():.1f}"}
    cells |= {"PTREADWRITTAMATX": percent(level4), "PTREADWRITTAMAT4B": percent(secure)}
    cells |= {"PTREADWRITTAMATAX": percent(level5), "TAPS": f"{27 + (pupils.mat.mean() - 100) / 4:.1f}"}
    for name, subject, least in (("READ", "read", -8.2), ("WRITTA", "writ", -9.2), ("MATH", "mat", -7.2)):
        known = pupils.known
        gained = getattr(pupils, f"{subject}_progress")[known] > least
        code = _no_progress(int(known.sum()), float(known.mean()), size)
        cells |= {f"PT2{name}": code or percent(gained), f"COV{name}": code or percent(known)}
    if size < FEWEST:
        return {name: "SUPP" if name not in ("TELIG", "TPUPYEAR") else cell for name, cell in cells.items()}
    return cells


def _decimal(value: float, year: int) -> str:
    """One decimal place; from 2018 the department drops a final nought."""
    text = f"{value:.1f}".replace("-0.0", "0.0")
    return text.removesuffix(".0") if year >= 2018 else text
