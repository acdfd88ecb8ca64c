"""Inspections as published: a history of grades, and Ofsted's management information in each form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from schoolward.demo.published import latent
from schoolward.demo.published.identity import postcode
from schoolward.demo.published.inspections import (
    CARRIES_HISTORY,
    NO_HEADLINE_FROM,
    REPORT_CARDS_FROM,
    Inspection,
    inspections,
)
from schoolward.demo.published.kinds import FAITHS
from schoolward.demo.published.schools import Establishment, World
from schoolward.demo.published.text import columns, slashed, write_lines, write_table

Row = dict[str, object]
_GRADED_FROM = date(2023, 9, 1)  # the files speak of graded and ungraded inspections from here
_HISTORY_WORDS = {1: "Outstanding", 2: "Good", 3: "Requires Improvement", 4: "Inadequate"}
_ASPECTS = ("quality of education", "behaviour and attitudes", "personal development",
            "effectiveness of leadership and management")  # fmt: skip
_CARD_DATES = {
    "Early years (where applicable)": "Early years",
    "Post-16 provision (where applicable)": "Post-16 provision",
}


def write_history(folder: Path, world: World) -> Path:
    """Grades in words by URN, as gathered from Ofsted's site: to the end of headline grades."""
    lines = ["URN,Rating,Inspection Date"]
    graded = [one for one in inspections(world) if one.overall is not None]
    for one in sorted(graded, key=lambda each: (each.urn, -each.day.toordinal())):
        word = (
            "Satisfactory"
            if one.overall == 3 and one.day < date(2012, 9, 1)
            else _HISTORY_WORDS[one.overall or 4]
        )
        lines.append(f"{one.urn},{word},{one.day:%Y%m%d}")
    return write_lines(folder / "ofsted_inspection_history.csv", lines)


def information_days(first_day: date) -> list[date]:
    """Days as at which management information is published: four summers, and the latest month."""
    summers = [date(year, 8, 31) for year in (2019, 2022, 2024, 2025)]
    latest = first_day.replace(day=1) - timedelta(days=1)
    latest = latest if first_day.day >= 14 else latest.replace(day=1) - timedelta(days=1)
    return [*summers, latest] if latest >= REPORT_CARDS_FROM else summers


def write_information(folder: Path, world: World, as_at: date) -> Path:
    """Every open school's latest inspections on that day, in the form of the time."""
    with_cards = as_at >= REPORT_CARDS_FROM
    header = columns("ofsted_2026" if with_cards else "ofsted_2025")
    old_words = as_at < _GRADED_FROM
    describe = _with_cards if with_cards else _with_grades
    known = _by_urn(world, as_at)
    rows = [_row(world, one, as_at, known, describe) for one in world.open_on(as_at) if one.code != "IND"]
    if old_words:
        rows = [{_old_words(name): cell for name, cell in row.items()} for row in rows]
        header = tuple(_old_words(name) for name in header)
    name = f"Management_information_-_state-funded_schools_-_latest_inspections_as_at_{as_at:%d_%b_%Y}.csv"
    return write_table(folder / name, header, rows, missing="NULL", encoding="cp1252")


def _old_words(name: str) -> str:
    """A column's name to 2022, when inspections were full or of section 8 and not graded or ungraded."""
    name = name.replace("ungraded inspection", "section 8 inspection").replace("Ungraded", "Section 8")
    return name.replace("graded inspection", "full inspection")


def _by_urn(world: World, as_at: date) -> dict[int, list[Inspection]]:
    known: dict[int, list[Inspection]] = {}
    for one in inspections(world):
        if one.published <= as_at:
            known.setdefault(one.urn, []).append(one)
    return known


def _row(
    world: World,
    one: Establishment,
    as_at: date,
    known: dict[int, list[Inspection]],
    describe: Callable[[World, Establishment, list[Inspection]], Row],
) -> Row:
    seen = sorted(carried(world, one, known), key=lambda each: each.day)
    return _school(world, one, as_at) | describe(world, one, seen)


def carried(world: World, one: Establishment, known: dict[int, list[Inspection]]) -> list[Inspection]:
    """A converter's own inspections and those of the school it was."""
    own = list(known.get(one.urn, []))
    if one.code in CARRIES_HISTORY:
        for urn in one.made_from:
            own += carried(world, world.by_urn[urn], known)
    return own


def _school(world: World, one: Establishment, as_at: date) -> Row:
    school, kind = one.school, one.school.kind
    phase = {"Not applicable": "Special" if school.special else "PRU", "All-through": "Secondary"}
    trust = one.trust
    link = f"https://reports.example/provider/21/{one.urn}"
    return {
        "Web link": link,
        "Web Link (opens in new window)": link,
        "URN": one.urn,
        "LAESTAB": one.laestab,
        "School name": one.name_on(as_at),
        "Ofsted phase": phase.get(kind.phase, kind.phase),
        "Type of education": one.type.name,
        "School open date": slashed(one.opened),
        "Admissions policy": "Not applicable",
        "Sixth form": "Has a sixth form" if kind.sixth_form else "Does not have a sixth form",
        "Designated religious character": FAITHS[school.faith].replace("Does not apply", "None"),
        "Religious ethos": "None",
        "Faith grouping": {"CE": "Christian", "RC": "Catholic"}.get(school.faith, "Non-faith"),
        "Ofsted region": "East of England",
        "Region": "East of England",
        "Local authority": school.authority.name,
        "Parliamentary constituency": f"{school.authority.name} and the Isles",
        "Postcode": postcode(school),
        "Multi-academy trust UID": trust.uid if trust else "NULL",
        "Multi-academy trust name": trust.name if trust else "NULL",
        "Academy sponsor name": trust.name if trust and trust.sponsor else "NULL",
        "The income deprivation affecting children index (IDACI) quintile": 1
        + min(4, int(school.place.hardship * 5)),
        "Total number of pupils": latent.roll(school, world.seed, as_at.year),
        "Statutory lowest age": kind.low_age,
        "Statutory highest age": kind.high_age,
    }


def _with_grades(world: World, one: Establishment, seen: list[Inspection]) -> Row:
    """The form to August 2025: the latest graded inspection, the one before, and the ungraded since."""
    graded = [each for each in seen if each.kind == "graded"]
    row: Row = {}
    if graded:
        row |= _graded(world, one, graded[-1], "", "latest")
    if len(graded) > 1:
        row |= _graded(world, one, graded[-2], "Previous ", "previous")
    since = [each for each in seen if each.kind == "ungraded" and (not graded or each.day > graded[-1].day)]
    row["Number of ungraded inspections since the last graded inspection"] = len(since)
    row["Number of monitoring and urgent inspections since last graded inspection"] = 0
    if since:
        row |= _ungraded(
            world, one, since[-1], "Latest ungraded inspection number since last graded inspection"
        )
        row["Did the latest ungraded inspection convert to a graded inspection?"] = "No"
    return row


def _graded(world: World, one: Establishment, seen: Inspection, start: str, which: str) -> Row:
    def named(words: str) -> str:
        return start + words[0].lower() + words[1:] if start else words

    earlier = "Previous graded inspection" if start else "Inspection"
    row: Row = {
        "Previous graded inspection number"
        if start
        else "Inspection number of latest graded inspection": seen.number,
        named("Inspection start date"): slashed(seen.day),
        named("Inspection end date"): slashed(seen.day + timedelta(days=1)),
        named("Publication date"): slashed(seen.published),
        f"{earlier} overall effectiveness" if start else "Overall effectiveness": seen.overall
        or "Not judged",
        named("Category of concern"): _category(seen),
        named("Safeguarding is effective?"): ("Yes" if seen.safe else "No") if seen.aspects else "NULL",
        **_at_the_time(world, one, seen, f"{which} graded inspection"),
    }
    row |= {
        named(name[0].upper() + name[1:]): cell for name, cell in zip(_ASPECTS, seen.aspects, strict=False)
    }
    return row if start else row | _event("", "Schools - S5")


def _event(ending: str, grouping: str) -> Row:
    return {
        f"Inspection type{ending}": "S5 Inspection",
        f"Inspection type grouping{ending}": grouping,
        f"Event type grouping{ending}": "Schools - Inspection",
    }


def _category(seen: Inspection) -> str:
    """Ofsted's short form; a notice to improve became serious weaknesses in 2012."""
    return {"": "NULL", "NTI": "SWK"}.get(seen.category, seen.category)


def _at_the_time(world: World, one: Establishment, seen: Inspection, which: str) -> Row:
    then = world.by_urn[seen.urn]
    return {
        f"Does the {which} relate to the URN of the current school?": "Yes" if then.urn == one.urn else "No",
        f"URN at time of {which}": then.urn,
        f"LAESTAB at time of {which}": then.laestab,
        f"School name at time of {which}": then.name_on(seen.day),
        f"School type at time of {which}": then.type.name,
    }


def _ungraded(world: World, one: Establishment, seen: Inspection, number_column: str) -> Row:
    named = _at_the_time(world, one, seen, "ungraded inspection")
    fixed = {
        name.replace("at time of ungraded", "at time of the ungraded"): cell for name, cell in named.items()
    }
    return fixed | {
        number_column: seen.number,
        "Date of latest ungraded inspection": slashed(seen.day),
        "Ungraded inspection publication date": slashed(seen.published),
        "Ungraded inspection overall outcome": seen.outcome,
    }


def _with_cards(world: World, one: Establishment, seen: list[Inspection]) -> Row:
    """The form from November 2025: the report card, the last inspection with grades 1 to 4, the ungraded."""
    row: Row = {}
    cards = [each for each in seen if each.kind == "report card"]
    graded = [each for each in seen if each.kind == "graded"]
    ungraded = [each for each in seen if each.kind == "ungraded"]
    if cards:
        row |= _card(world, one, cards[-1])
    if graded:
        row |= _last_graded(world, one, graded[-1])
    if ungraded:
        row |= _ungraded(world, one, ungraded[-1], "Latest ungraded inspection number")
    latest = [each for each in seen if each.kind != "ungraded"]
    row["Most recent category of concern"] = _category(latest[-1]) if latest else "NULL"
    return row


def _card(world: World, one: Establishment, seen: Inspection) -> Row:
    grades = {"Safeguarding standards": "Met" if seen.safe else "Not met", **seen.card}
    if one.school.kind.low_age < 5:
        grades["Early years (where applicable)"] = seen.card["Curriculum and teaching"]
    if one.school.kind.sixth_form:
        grades["Post-16 provision (where applicable)"] = seen.card["Achievement"]
    days = {f"{_CARD_DATES.get(name, name)} - date of grade": slashed(seen.day) for name in grades}
    return {
        "Inspection number of latest full inspection": seen.number,
        "Inspection start date": slashed(seen.day),
        "Publication date": slashed(seen.published),
        "Category of concern": _category(seen),
        **_event("", "Schools - Full inspection"),
        **_at_the_time(world, one, seen, "latest full inspection"),
        **grades,
        **days,
    }


def _last_graded(world: World, one: Establishment, seen: Inspection) -> Row:
    headline = seen.overall or ("Not judged" if seen.day >= NO_HEADLINE_FROM else "NULL")
    row: Row = {
        "Inspection number of latest OEIF graded inspection": seen.number,
        "Inspection start date of latest OEIF graded inspection": slashed(seen.day),
        "Publication date of latest OEIF graded inspection": slashed(seen.published),
        "Latest OEIF category of concern": _category(seen),
        "Latest OEIF overall effectiveness": headline,
        "Latest OEIF  safeguarding is effective?": ("Yes" if seen.safe else "No") if seen.aspects else "NULL",
        **_event(" of latest OEIF graded inspection", "Schools - S5"),
        **_at_the_time(world, one, seen, "latest OEIF graded inspection"),
    }
    return row | {f"Latest OEIF {name}": cell for name, cell in zip(_ASPECTS, seen.aspects, strict=False)}
