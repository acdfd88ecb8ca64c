"""Figures of whole authorities: a few rows of the interactive tool, and statistical neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from schoolward.demo.dice import dice
from schoolward.demo.published.england import england_ks2, england_ks4
from schoolward.demo.published.ks2 import YEARS as KS2_YEARS
from schoolward.demo.published.ks2 import is_too_new
from schoolward.demo.published.ks4 import NO_PROGRESS
from schoolward.demo.published.ks4 import YEARS as KS4_YEARS
from schoolward.demo.published.ks4 import is_too_new as is_too_new_at_16
from schoolward.demo.published.places import AUTHORITIES, ESTUARY, FAR_AUTHORITIES
from schoolward.demo.published.pupils import Ks2Pupils, Ks4Pupils, ks2_pupils, ks4_pupils
from schoolward.demo.published.schools import World
from schoolward.demo.published.text import comma_line, write_lines, write_table

_ENGLAND, _REGION = "970", "East of England"
_KS2_MEASURES = {
    "KS2RWM_Expected_STD": "rwm",
    "KS2R_Expected_STD": "read",
    "KS2M_Expected_STD": "mat",
    "KS2W_Teacher_Assess": "writ",
}
_WORDS = {
    "KS2RWM_Expected_STD": "Attainment at the end of key stage 2 Percentage in reading, writing and"
    " mathematics - Expected Standard All Pupils",
    "KS2R_Expected_STD": "Attainment in key stage 2 tests Percentage reaching the Expected standard Reading"
    " - All Pupils",
    "KS2M_Expected_STD": "Attainment in key stage 2 tests Percentage reaching the Expected standard Maths"
    " - All Pupils",
    "KS2W_Teacher_Assess": "Attainment in key stage 2 teacher assessments. Percentage reaching the expected"
    " standard Writing - All Pupils",
    "AVG_Attain8_Score": "Average Attainment 8 score per pupil",
    "AVG_Prog8_Score": "Average Progress 8 score per pupil",
    "TotAbs": "Total absence from School- % half days missed",
    "LACnum": "Number of Looked after Children",
}
_ABSENCE = {2016: 4.57, 2017: 4.65, 2018: 4.81, 2019: 4.73, 2021: 4.62, 2022: 7.55, 2023: 7.37, 2024: 7.15}
_LOOKED_AFTER = {2016: 70_410, 2018: 75_360, 2019: 78_140, 2022: 82_090, 2023: 83_750, 2024: 83_530}
_HEADER = ("Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region")
Values = dict[tuple[str, int], str]  # by authority code and year


def write_authority_figures(folder: Path, world: World, last_year: int) -> Path:
    """Eight measures of the interactive tool in its long form, a line for each authority and year."""
    years = range(2016, last_year + 1)
    rows = []
    for measure, values in _measures(world, years).items():
        for n, year in enumerate(years):
            for code, name, region in _areas():
                rows.append(
                    {
                        "Short Desc": measure,
                        "Data item": _WORDS[measure] if n == 0 else "",
                        "Years": year,
                        "LA and Regions": name,
                        "Values": values.get((code, year), "-"),
                        "LA Number": code,
                        "Region": region,
                    }
                )
    return write_table(folder / f"bds_long_to_{last_year}.csv", _HEADER, rows, encoding="utf-8", end="\n")


def _areas() -> Iterator[tuple[str, str, str]]:
    for each in AUTHORITIES:
        yield str(each.code), each.name, _REGION
    for code, name in FAR_AUTHORITIES:
        yield str(code), name, _REGION
    yield _ENGLAND, "England", "NA"


def _measures(world: World, years: range) -> dict[str, Values]:
    found: dict[str, Values] = {measure: {} for measure in _WORDS}
    for year in years:
        _add_ks2(found, world, year)
        _add_ks4(found, world, year)
        _add_children(found, world, year)
    return found


def _add_ks2(found: dict[str, Values], world: World, year: int) -> None:
    if year not in (*KS2_YEARS, 2022):
        return
    england = england_ks2(year)
    for measure, key in _KS2_MEASURES.items():
        found[measure][_ENGLAND, year] = f"{england[key]}"
        for code, _ in FAR_AUTHORITIES:
            found[measure][str(code), year] = str(round(england[key] + _own(world, code, measure, year, 3)))
    for each in AUTHORITIES:
        pupils = _eleven(world, each.code, year)
        passed = {"read": pupils.read >= 100, "mat": pupils.mat >= 100, "writ": pupils.writ >= 100}
        passed["rwm"] = passed["read"] & passed["mat"] & passed["writ"]
        for measure, key in _KS2_MEASURES.items():
            found[measure][str(each.code), year] = str(round(100 * float(passed[key].mean())))


def _eleven(world: World, code: int, year: int) -> Ks2Pupils:
    ones = world.open_on(date(year, 5, 12), code)
    return Ks2Pupils.together(
        [
            ks2_pupils(e.school, world.seed, year)
            for e in ones
            if e.school.kind.ks2 and not is_too_new(e, year)
        ]
    )


def _add_ks4(found: dict[str, Values], world: World, year: int) -> None:
    if year not in KS4_YEARS:
        return
    attainment, progress = found["AVG_Attain8_Score"], found["AVG_Prog8_Score"]
    attainment[_ENGLAND, year] = str(england_ks4(year)["a8"])
    for code, _ in FAR_AUTHORITIES:
        attainment[str(code), year] = f"{england_ks4(year)['a8'] + _own(world, code, 'a8', year, 2):.1f}"
    for each in AUTHORITIES:
        pupils = _sixteen(world, each.code, year)
        attainment[str(each.code), year] = f"{pupils.a8.mean():.1f}"
        if year not in NO_PROGRESS:
            progress[_ENGLAND, year] = "-0.03"
            progress[str(each.code), year] = f"{pupils.p8[pupils.known].mean():.2f}"


def _sixteen(world: World, code: int, year: int) -> Ks4Pupils:
    ones = [
        e
        for e in world.open_on(date(year, 5, 12), code)
        if e.school.kind.ks4 and e.code not in ("IND", "PRU")
    ]
    return Ks4Pupils.together(
        [ks4_pupils(e.school, world.seed, year) for e in ones if not is_too_new_at_16(e, year)]
    )


def _add_children(found: dict[str, Values], world: World, year: int) -> None:
    for measure, england, spread in (("TotAbs", _ABSENCE, 0.35), ("LACnum", _LOOKED_AFTER, 0.0)):
        if year not in england:
            continue
        found[measure][_ENGLAND, year] = str(england[year])
        for code, _, _ in _areas():
            if code != _ENGLAND:
                own = _own(world, int(code), measure, year, spread or 1)
                value = england[year] + own + 0.2 if spread else england[year] / 152 * (1 + 0.1 * own)
                found[measure][code, year] = f"{value:.2f}" if spread else str(round(value))


def _own(world: World, code: int, measure: str, year: int, spread: float) -> float:
    lasting = dice(world.seed, "authority", code, measure).normal(0, spread)
    return float(lasting + dice(world.seed, "authority", code, measure, year).normal(0, spread / 4))


def write_neighbours(folder: Path, world: World) -> Path:
    """Ten statistical neighbours of each authority with schools, in the layout of the tool's own sheet."""
    names = {**{a.code: a.name for a in AUTHORITIES}, **dict(FAR_AUTHORITIES)}
    header = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
    header += [cell for n in range(1, 11) for cell in (f"SN{n}", "SNP")]
    lines = [
        comma_line(["A", "B", "C", "D", "E", *range(3, 23)]),
        comma_line(range(1, 26)),
        comma_line(header),
    ]
    for each in AUTHORITIES:
        others = [code for code in names if code != each.code]
        near = sorted(others, key=lambda code: dice(world.seed, "near", *sorted((code, each.code))).random())
        others = [code for code in near if code in (991, 992, 993, ESTUARY.code)]
        others = (others + [code for code in near if code not in others])[:10]
        likeness = ["Extremely close"] + ["Very close"] * 3 + ["Close"] * 4 + ["Somewhat close"] * 2
        pairs = [cell for pair in zip(others, likeness, strict=True) for cell in pair]
        lines.append(comma_line([each.code, each.name, each.code, 6, _REGION, *pairs]))
    return write_lines(folder / "sn_may_2025.csv", lines, encoding="utf-8", end="\n")


def latest_year(first_day: date) -> int:
    """The last year of the interactive tool on that day: it lags the tables by a winter."""
    return first_day.year - 1 if first_day.month >= 4 else first_day.year - 2
