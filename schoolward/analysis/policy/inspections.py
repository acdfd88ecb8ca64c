"""Inspections read by the scale of their day: standing, category, and what two running mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from schoolward.terms.rulebook import (
    InspectionPattern,
    InspectionScale,
    ReportCardCheck,
    Standing,
)

FULL = ("graded inspection", "report card")
# What the department treats as the equal of a headline grade where none is given.
DECISIVE_AREAS = ("quality_of_education", "curriculum", "leadership")
UNSAFE = ("not met", "no", "not effective", "ineffective")


@dataclass(frozen=True)
class Inspection:
    """One inspection as published: words are the inspector's, and absent ones are None."""

    inspected_on: date
    published_on: date
    event: str
    grade: str | None
    category: str | None
    areas: Mapping[str, str] = field(default_factory=dict)
    safeguarding: str | None = None
    of_predecessor: bool = False


@dataclass(frozen=True)
class Reading:
    """An inspection with the standing it gives on its scale; None where no grade can be read."""

    inspection: Inspection
    scale: InspectionScale
    standing: Standing | None
    words: str
    decisive: tuple[str, ...] = ()  # the areas it was read from, where there is no headline grade

    @property
    def at_least(self) -> str:
        """A sentence's beginning that does not take the weakest area of a good inspection for a fault."""
        if self.standing is not Standing.GOOD or not self.decisive:
            return self.words.capitalize()
        return f"At least {self.words.split(' in ')[0]} in {' and '.join(map(plain, self.decisive))}"

    @property
    def category(self) -> str | None:
        """The category of concern, if one was published."""
        return self.inspection.category


def read(inspection: Inspection, scales: Sequence[InspectionScale]) -> Reading | None:
    """The inspection on the scale in force on its day; None when it is older than every scale."""
    scale = next((each for each in scales if each.in_force_on(inspection.inspected_on)), None)
    if scale is None:
        return None
    if inspection.grade and (grade := scale.grade(inspection.grade)):
        return Reading(inspection, scale, grade.standing, inspection.grade.lower())
    return _read_areas(inspection, scale)


def _read_areas(inspection: Inspection, scale: InspectionScale) -> Reading:
    found = {area: scale.grade(word) for area, word in inspection.areas.items()}
    graded = {area: grade for area, grade in found.items() if grade is not None}
    urgent = [area for area, grade in graded.items() if grade.standing is Standing.INADEQUATE]
    decisive = {area: graded[area] for area in DECISIVE_AREAS if area in graded}
    if urgent or unsafe(inspection):
        words = ", ".join(f"{graded[area].word} in {plain(area)}" for area in urgent)
        return Reading(inspection, scale, Standing.INADEQUATE, words or "safeguarding not met")
    if not decisive:
        return Reading(inspection, scale, None, "no grade that can be read")
    worst = max(decisive.items(), key=lambda item: item[1].number)
    words = f"{worst[1].word} in {plain(worst[0])}"
    return Reading(inspection, scale, worst[1].standing, words, tuple(decisive))


def unsafe(inspection: Inspection) -> bool:
    """True when safeguarding was published as not met or not effective."""
    return (inspection.safeguarding or "").strip().lower() in (
        "not met",
        "no",
        "not effective",
        "ineffective",
    )


def plain(area: str) -> str:
    """'quality of education' for the column of that name."""
    return area.replace("_", " ")


def full_readings(inspections: Sequence[Inspection], scales: Sequence[InspectionScale]) -> list[Reading]:
    """Full inspections, latest first, the school's own before its predecessor's."""
    full = sorted((i for i in inspections if i.event in FULL), key=lambda i: i.inspected_on, reverse=True)
    return [reading for each in full if (reading := read(each, scales))]


def matches(pattern: InspectionPattern, readings: Sequence[Reading]) -> bool | None:
    """Whether the last two full inspections fit; None where not automated or a grade is missing."""
    if not pattern.automated:
        return None
    if len(readings) < 2:
        return False
    latest, previous = readings[0], readings[1]
    if latest.standing is None or previous.standing is None:
        return None
    return _fits(latest, pattern.latest_in) and _fits(previous, pattern.previous_in)


def _fits(reading: Reading, words: Sequence[str]) -> bool:
    return any(reading.words == word or reading.words.startswith(f"{word} in ") for word in words)


def warnings(inspection: Inspection, checks: Sequence[ReportCardCheck]) -> list[ReportCardCheck]:
    """The checks whose grades are published without the category they go with; the category itself stands."""
    if inspection.event != "report card":
        return []
    return [
        check
        for check in checks
        if check.in_force_on(inspection.inspected_on)
        and _expects(check, inspection)
        and not _met(check, inspection)
    ]


def _expects(check: ReportCardCheck, inspection: Inspection) -> bool:
    areas = {area: word.strip().lower() for area, word in inspection.areas.items()}
    if check.area and check.and_another:
        others = [word for area, word in areas.items() if area != check.area]
        return areas.get(check.area) == check.and_another and check.and_another in others
    anywhere = check.any_area is not None and check.any_area in areas.values()
    return anywhere or (check.safeguarding is not None and unsafe(inspection))


def _met(check: ReportCardCheck, inspection: Inspection) -> bool:
    category = (inspection.category or "").lower()
    # Special measures are the graver of the two: they satisfy both checks.
    return category in (check.expects, "special measures")
