"""The schools of the fictional coast and what became of each: the one story every file is told from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from schoolward.demo.dice import dice
from schoolward.demo.published.kinds import KINDS, TYPES, Kind, Type
from schoolward.demo.published.places import ESTUARY, NEIGHBOUR_PLACES, NEIGHBOURS, PLACES, Authority, Place
from schoolward.demo.published.trusts import TRUSTS, Trust

_ROSTER = Path(__file__).with_name("roster.txt")
_PATTERNS = (
    "{p} Primary School|P|45|CY|",
    "{p} Church of England Primary School|P|30|VC|CE",
    "{p} Mill Primary Academy|P|30|CY>ACC@2014-09-01:wend|",
    "{p} Community College|S6|210|CY|",
    "{p} Primary School|PN|60|CY|",
    "{p} Green Infant School|I|60|CY|",
    "{p} Green Junior School|J|60|CY|",
    "{p} Academy|S|180|CY>AC@2013-09-01:wend|",
    "{p} Shore Primary School|P|30|CY|",
    "{p} Church of England Primary School|P|30|VA|CE",
    "{p} Primary Academy|P|60|CY>AC@2015-09-01:wend|",
    "St Wenna's Catholic Primary School, {p}|P|30|VA|RC",
)


@dataclass(frozen=True)
class Stage:
    """One establishment in the life of a school: it ends when the next begins."""

    code: str
    begins: date | None
    trust: str = ""
    made_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class School:
    """A school as its parents know it, whatever its legal form: the same children and building."""

    key: str  # the only field that tells one school from another
    name: str = field(compare=False)
    kind_code: str = field(compare=False)
    place_key: str = field(compare=False)
    places_a_year: int = field(compare=False)
    stages: tuple[Stage, ...] = field(compare=False)
    faith: str = field(compare=False)
    story: Mapping[str, str] = field(compare=False)
    authority: Authority = field(compare=False)
    number: int = field(compare=False)  # its place in the roster of its authority

    @property
    def kind(self) -> Kind:
        """Ages and key stages."""
        return KINDS[self.kind_code]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return PLACES[self.place_key]

    @property
    def special(self) -> bool:
        """True for special schools, which the tables list apart."""
        return self.kind_code == "SP"

    def told(self, word: str, default: float = 0.0) -> float:
        """A number from the school's story."""
        return float(self.story.get(word, default))


@dataclass(frozen=True)
class Establishment:
    """A school under one URN."""

    urn: int
    school: School
    code: str
    name: str
    opened: date | None
    closed: date | None
    trust: Trust | None
    opening_reason: str
    closing_reason: str
    estab: int
    made_from: tuple[int, ...] = ()
    became: tuple[int, ...] = ()
    amalgamated: bool = False
    renamed_on: date | None = None
    old_name: str = ""

    @property
    def type(self) -> Type:
        """Its type in the register's words."""
        return TYPES[self.code]

    @property
    def laestab(self) -> int:
        """Authority and establishment number in one."""
        return self.school.authority.code * 10_000 + self.estab

    def name_on(self, day: date) -> str:
        """What it was called on that day."""
        return self.old_name if self.renamed_on and day < self.renamed_on else self.name

    def is_open(self, day: date) -> bool:
        """True from the day it opens to the day it closes."""
        return (self.opened is None or self.opened <= day) and (self.closed is None or day <= self.closed)

    def has_opened(self, day: date) -> bool:
        """True once it is on the register."""
        return self.opened is None or self.opened <= day


@dataclass(frozen=True, eq=False)
class World:
    """Everything that is true of the coast, seen on the day the demonstration began."""

    first_day: date
    seed: int
    schools: tuple[School, ...]
    establishments: tuple[Establishment, ...]

    @cached_property
    def by_urn(self) -> dict[int, Establishment]:
        """Establishments by URN."""
        return {each.urn: each for each in self.establishments}

    @cached_property
    def lead_two(self) -> frozenset[str]:
        """Keys of schools whose head leads another school too."""
        return frozenset(school.story["head"] for school in self.schools if "head" in school.story)

    @cached_property
    def by_school(self) -> dict[str, tuple[Establishment, ...]]:
        """Each school's establishments, oldest first."""
        found: dict[str, list[Establishment]] = {}
        for each in self.establishments:
            found.setdefault(each.school.key, []).append(each)
        return {key: tuple(ones) for key, ones in found.items()}

    def open_on(self, day: date, authority: int | None = None) -> list[Establishment]:
        """Establishments open on that day, by URN."""
        wanted = (e for e in self.establishments if authority in (None, e.school.authority.code))
        return sorted((e for e in wanted if e.is_open(day)), key=lambda e: e.urn)

    def at(self, school: School, day: date) -> Establishment | None:
        """The establishment in which the school was on that day."""
        return next((e for e in self.by_school[school.key] if e.is_open(day)), None)


def latest_september(first_day: date) -> date:
    """The 1 September on or before the day: the newest events of the story happen then."""
    return date(first_day.year - (first_day < date(first_day.year, 9, 1)), 9, 1)


def build_world(first_day: date, seed: int) -> World:
    """The coast's schools with their URNs, links and closures as they stand on `first_day`."""
    september = latest_september(first_day)
    schools = tuple(_all_schools(september))
    return World(first_day, seed, schools, tuple(_establishments(schools, september, seed)))


def _all_schools(september: date) -> Iterator[School]:
    lines = [line for line in _ROSTER.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for number, line in enumerate(lines):
        yield _school(line, ESTUARY, number, september)
    for authority in NEIGHBOURS:
        for number, pattern in enumerate(_PATTERNS):
            place = NEIGHBOUR_PLACES[authority.code][number // 4]
            name, *rest = pattern.format(p=PLACES[place].name).split("|")
            rest.insert(1, place)
            key = f"{authority.code}-{number}"
            yield _school("|".join([key, name, *rest, ""]), authority, number, september)


def _school(line: str, authority: Authority, number: int, september: date) -> School:
    key, name, kind, place, places, stages, faith, story = line.split("|")
    words = dict(word.split("=", 1) for word in story.split())
    read = tuple(_stage(text, september) for text in stages.split(">"))
    return School(key, name, kind, place, int(places), read, faith, words, authority, number)


def _stage(text: str, september: date) -> Stage:
    text, _, sources = text.partition("<")
    text, _, trust = text.partition(":")
    code, _, begins = text.partition("@")
    made_from = tuple(sources.split("+")) if sources else ()
    return Stage(code, read_day(begins, september) if begins else None, trust, made_from)


def read_day(text: str, september: date) -> date:
    """A date, or S0, S1 …: so many years before the latest 1 September."""
    if text.startswith("S"):
        return september.replace(year=september.year - int(text[1:]))
    return date.fromisoformat(text)


def _establishments(schools: tuple[School, ...], september: date, seed: int) -> list[Establishment]:
    made: list[Establishment] = []
    later = {authority.code: 0 for authority in (ESTUARY, *NEIGHBOURS)}
    for school in schools:
        throw = dice(seed, "estab", school.key)
        estab = school.kind.number_from + school.number * 7 + int(throw.integers(1, 6))
        stages = [stage for stage in school.stages if stage.code != "X"]
        urns = [school.authority.first_urn + school.number]
        for _ in stages[1:]:
            urns.append(school.authority.first_urn + 300 + later[school.authority.code])
            later[school.authority.code] += 1
        made += [_one(school, n, stages, urns, estab, september) for n in range(len(stages))]
    return _joined(made)


def _one(
    school: School, n: int, stages: list[Stage], urns: list[int], estab: int, september: date
) -> Establishment:
    stage, last = stages[n], n + 1 == len(stages)
    ends = stages[n + 1].begins if not last else _ending(school)
    new_number = estab + 4 if stage.code == "AC" and n else estab  # sponsored academies get a fresh number
    renamed = school.story.get("rename", "").partition(":")
    return Establishment(
        urn=urns[n],
        school=school,
        code=stage.code,
        name=school.name if last or stages[-1].code == "ACC" else _name_before(school.name),
        opened=stage.begins,
        closed=ends - timedelta(days=1) if ends else None,
        trust=TRUSTS.get(stage.trust),
        opening_reason=_opening_reason(stage, n),
        closing_reason=_closing_reason(stages[n + 1].code if not last else "", bool(ends)),
        estab=new_number,
        made_from=(urns[n - 1],) if n else (),
        became=() if last else (urns[n + 1],),
        renamed_on=read_day(renamed[0], september) if renamed[0] else None,
        old_name=renamed[2].replace("_", " "),
    )


def _ending(school: School) -> date | None:
    return next((stage.begins for stage in school.stages if stage.code == "X"), None)


def _name_before(name: str) -> str:
    """What a school was called before it became an academy."""
    return name.replace("Primary Academy", "Primary School").replace(" Academy", " School")


def _opening_reason(stage: Stage, n: int) -> str:
    if stage.made_from:
        return "Result of Amalgamation"
    reasons = {"ACC": "Academy Converter", "ACCS": "Academy Converter", "APC": "Academy Converter"}
    if stage.code == "F" and n == 0:
        return "Academy Free School"
    if n == 0:
        return "New Provision" if stage.begins else "Not applicable"
    return reasons.get(stage.code, "Not applicable")


def _closing_reason(becomes: str, ends: bool) -> str:
    if becomes:
        return "Academy Converter" if becomes in ("ACC", "ACCS", "APC") else "For Academy"
    return "Closure" if ends else "Not applicable"


def _joined(made: list[Establishment]) -> list[Establishment]:
    """The same establishments, with amalgamated schools tied to what they were made from."""
    last = {each.school.key: each.urn for each in made}
    successor: dict[int, int] = {}
    sources: dict[int, tuple[int, ...]] = {}
    for each in made:
        for stage in each.school.stages:
            if stage.made_from:
                sources[each.urn] = tuple(last[key] for key in stage.made_from)
                successor.update(dict.fromkeys(sources[each.urn], each.urn))
    return [_tied(each, sources, successor) for each in made]


def _tied(
    each: Establishment, sources: dict[int, tuple[int, ...]], successor: dict[int, int]
) -> Establishment:
    if each.urn in sources:
        return replace(each, made_from=sources[each.urn], amalgamated=True)
    if each.urn in successor:
        became = (successor[each.urn],)
        return replace(each, became=became, amalgamated=True, closing_reason="Result of Amalgamation/Merger")
    return each
