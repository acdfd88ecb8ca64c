"""The register of schools and the links between them, as the department's site lets them be downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from schoolward.demo.dice import dice
from schoolward.demo.published import latent
from schoolward.demo.published.heads import head_of
from schoolward.demo.published.identity import address, position
from schoolward.demo.published.inspections import Inspection, inspections
from schoolward.demo.published.kinds import DIOCESES, FAITHS
from schoolward.demo.published.schools import Establishment, World, latest_september
from schoolward.demo.published.text import columns, comma_line, dashed, write_lines

_WORDS = {1: "Outstanding", 2: "Good", 3: "Requires improvement", 4: "Inadequate"}
_CATEGORIES = {"SM": "Special Measures", "SWK": "Serious Weaknesses", "NTI": "Serious Weaknesses"}
_NOT_APPLICABLE = (
    "BSOInspectorateName (name)", "TeenMoth (name)", "CCF (name)", "SENPRU (name)", "EBD (name)",
    "EdByOther (name)", "Section41Approved (name)", "FurtherEducationType (name)", "QABName (name)",
    "EstablishmentAccredited (name)", "InspectorateName (name)", "SpecialClasses (name)",
)  # fmt: skip


def register_days(first_day: date) -> list[date]:
    """Days on which the register was downloaded: four editions, the last fresh."""
    september = latest_september(first_day)
    before = september.replace(year=september.year - 1) + timedelta(days=30)
    fixed = [date(2018, 10, 1), date(2022, 10, 3)]
    return [day for day in fixed if day < before] + [before, max(first_day - timedelta(days=12), september)]


def write_register(folder: Path, world: World, day: date) -> Path:
    """Every establishment known on that day, open and closed, in all 111 columns."""
    header = columns("gias")
    lines = [",".join(f'"{name}"' for name in header)]
    found = _latest_inspections(world, day)
    for one in sorted(world.establishments, key=lambda e: e.urn):
        if one.has_opened(day):
            row = _row(world, one, day, found.get(one.urn, []))
            lines.append(
                ",".join([_cell(row.get(name, "")) for name in header[:-1]] + _links_cells(world, one, day))
            )
    return write_lines(folder / f"edubasealldata{day:%Y%m%d}.csv", lines)


def _cell(value: object) -> str:
    """Numbers bare, text in quotation marks: the register's own way."""
    return str(value) if isinstance(value, int) else f'"{value}"'


def _links_cells(world: World, one: Establishment, day: date) -> list[str]:
    """The last column's own commas are not protected, so each link is a cell of its own."""
    links = [f"{urn} Predecessor" for urn in one.made_from]
    links += [f"{urn} Successor" for urn in one.became if world.by_urn[urn].has_opened(day)]
    return [f'"{link}"' for link in links] or ['"Does not have links"']


def _latest_inspections(world: World, day: date) -> dict[int, list[Inspection]]:
    found: dict[int, list[Inspection]] = {}
    for each in inspections(world):
        if each.published <= day:
            found.setdefault(each.urn, []).append(each)
    return found


def _row(world: World, one: Establishment, day: date, seen: list[Inspection]) -> dict[str, object]:
    row = dict.fromkeys(_NOT_APPLICABLE, "Not applicable")
    return (
        row
        | _legal(one, day)
        | _children(world, one, day)
        | _where(world, one)
        | _people(world, one, day, seen)
    )


def _legal(one: Establishment, day: date) -> dict[str, object]:
    school, closed = one.school, one.closed if one.closed and one.closed <= day else None
    trust = one.trust
    return {
        "URN": one.urn,
        "LA (code)": str(school.authority.code),
        "LA (name)": school.authority.name,
        "EstablishmentNumber": str(one.estab),
        "EstablishmentName": one.name_on(day),
        "TypeOfEstablishment (name)": one.type.name,
        "EstablishmentTypeGroup (name)": one.type.group,
        "EstablishmentStatus (name)": "Closed" if closed else _status(one, day),
        "ReasonEstablishmentOpened (name)": one.opening_reason,
        "OpenDate": dashed(one.opened),
        "ReasonEstablishmentClosed (name)": one.closing_reason if closed else "Not applicable",
        "CloseDate": dashed(closed),
        "PhaseOfEducation (name)": school.kind.phase,
        "StatutoryLowAge": school.kind.low_age,
        "StatutoryHighAge": school.kind.high_age,
        "Boarders (name)": "No boarders",
        "NurseryProvision (name)": "Has Nursery Classes"
        if school.kind_code in ("N", "PN")
        else "No Nursery Classes",
        "OfficialSixthForm (name)": "Has a sixth form"
        if school.kind.sixth_form
        else "Does not have a sixth form",
        "Gender (name)": "Girls" if "girls" in school.story else "Mixed",
        "ReligiousCharacter (name)": FAITHS[school.faith],
        "ReligiousEthos (name)": "Does not apply",
        "Diocese (name)": DIOCESES[school.faith],
        "AdmissionsPolicy (name)": _admissions(one),
        "TrustSchoolFlag (name)": _trust_flag(one),
        "Trusts (name)": trust.register_name if trust else "",
        "SchoolSponsorFlag (name)": "Linked to a sponsor" if trust and trust.sponsor else "Not applicable",
        "SchoolSponsors (name)": trust.name if trust and trust.sponsor else "",
        "UKPRN": 10_900_000 + one.urn % 100_000,
        "LastChangedDate": dashed(day - timedelta(days=3 + one.urn % 9)),
    }


def _status(one: Establishment, day: date) -> str:
    ends_soon = one.closed is not None and one.closed <= day + timedelta(days=200)
    return "Open, but proposed to close" if ends_soon else "Open"


def _admissions(one: Establishment) -> str:
    if not one.school.kind.ks4:
        return "Not applicable"
    return "Selective" if "selective" in one.school.story else "Non-selective"


def _trust_flag(one: Establishment) -> str:
    if one.trust is None:
        return "Not supported by a trust" if one.code == "FD" else "Not applicable"
    single = one.trust.name.endswith(("School Trust", "Academy Trust", "Limited"))
    return "Supported by a single-academy trust" if single else "Supported by a multi-academy trust"


def _children(world: World, one: Establishment, day: date) -> dict[str, object]:
    """Numbers of the last January census; none for a school that has not had one."""
    school = one.school
    census = date(day.year if day >= date(day.year, 6, 10) else day.year - 1, 1, 18)
    cells: dict[str, object] = {"SchoolCapacity": round(school.places_a_year * school.kind.year_groups)}
    if not one.is_open(census):
        return cells
    pupils = latent.roll(school, world.seed, census.year)
    boys = round(pupils * (0 if "girls" in school.story else 0.51))
    entitled = round(pupils * latent.fsm_share(school, world.seed) * _hard_times(census.year))
    return cells | {
        "CensusDate": dashed(census),
        "NumberOfPupils": str(pupils),
        "NumberOfBoys": str(boys),
        "NumberOfGirls": str(pupils - boys),
        "PercentageFSM": f"{100 * entitled / pupils:.1f}",
        "FSM": str(entitled),
    }


def _hard_times(year: int) -> float:
    """Entitlement against an ordinary year: low to 2018, then rising as protections hold."""
    return float(min(1.45, 0.85 + 0.07 * max(0, year - 2018)))


def _where(world: World, one: Establishment) -> dict[str, object]:
    school, place = one.school, address(world.seed, one.school)
    easting, northing = position(world.seed, school)
    rural = "(England/Wales) Urban city and town" if school.place.urban else "(England/Wales) Rural village"
    area = dice(world.seed, "area", school.key).integers(1, 12)
    authority = school.authority.name
    return {
        "Street": place["ADDRESS1"],
        "Locality": place["ADDRESS2"],
        "Town": place["TOWN"],
        "County (name)": "",
        "Postcode": place["PCODE"],
        "SchoolWebsite": f"https://www.{slug(one.name)}.example/",
        "TelephoneNum": place["TELNUM"].replace(" ", ""),
        "GOR (name)": "East of England",
        "DistrictAdministrative (name)": authority,
        "AdministrativeWard (name)": school.place.name,
        "ParliamentaryConstituency (name)": f"{authority} and the Isles",
        "UrbanRural (name)": rural,
        "GSSLACode (name)": school.authority.gss,
        "Easting": easting,
        "Northing": northing,
        "MSOA (name)": f"{authority} {area:03d}",
        "LSOA (name)": f"{authority} {area:03d}{'ABCDE'[area % 5]}",
        "RSCRegion (name)": "East of England and North-East London",
        "UPRN": "",
    }


def slug(name: str) -> str:
    """A school's name as a web address has it."""
    plain = "".join(letter if letter.isalnum() else " " for letter in name.lower().replace("'", ""))
    return "-".join(word for word in plain.split() if word not in ("of", "the", "and", "school"))


def _people(world: World, one: Establishment, day: date, seen: list[Inspection]) -> dict[str, object]:
    head = head_of(world, one, one.closed if one.closed and one.closed < day else day)
    graded = [each for each in seen if each.overall is not None]
    latest = max(graded, key=lambda each: each.day, default=None)
    rating = ""
    if latest is not None:
        rating = _CATEGORIES.get(latest.category, _WORDS[latest.overall or 4])
    return {
        "HeadTitle (name)": head.name.title,
        "HeadFirstName": head.name.first,
        "HeadLastName": head.name.last,
        "HeadPreferredJobTitle": head.job_title,
        "OfstedLastInsp": dashed(max((each.day for each in seen), default=None)),
        "OfstedRating (name)": rating,
        "FederationFlag (name)": "Not under a federation" if one.type.maintained else "Not applicable",
    }


def write_links(folder: Path, world: World) -> Path:
    """Predecessors and successors known on the first day, in the code page the register uses."""
    lines = [
        ",".join(f'"{name}"' for name in ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate"))
    ]
    lines += sorted(_links(world))
    return write_lines(folder / f"links_edubasealldata{world.first_day:%Y%m%d}.csv", lines, encoding="cp1252")


def _links(world: World) -> Iterator[str]:
    for one in world.establishments:
        ending = " - amalgamated" if one.amalgamated else ""
        for urn in one.made_from:
            if one.has_opened(world.first_day):
                yield _link(one.urn, world.by_urn[urn], f"Predecessor{ending}", one.opened)
        for urn in one.became:
            other = world.by_urn[urn]
            if other.has_opened(world.first_day):
                yield _link(one.urn, other, f"Successor{ending}", other.opened)


def _link(urn: int, other: Establishment, kind: str, day: date | None) -> str:
    return comma_line([urn, other.urn]) + f',"{other.name}","{kind}","{dashed(day)}"'
