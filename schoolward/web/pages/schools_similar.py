"""How a school page tells which schools are similar to its own, and by what. No database."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.apps.performance.models import SimilarSchools
from schoolward.apps.performance.queries import SchoolHistory
from schoolward.web.pages.schools_measures import FEWER_THAN_TEN

WITHOUT = (
    "No similar schools: they are found for open state mainstream schools with recent results of which "
    "two facts of intake are known."
)
# A fact of intake: in a sentence, heading a column, the unit behind a figure, decimals.
FACTS = {
    "meals_pct": ("free school meals", "Free meals", "%", 0),
    "eal_pct": ("English as an additional language", "EAL", "%", 0),
    "sen_pct": ("special educational needs", "SEN", "%", 0),
    "prior_score": ("prior attainment", "Prior", "", 1),
    "cohort": ("pupils in the year group", "Pupils", "", 0),
}


@dataclass(frozen=True)
class Alike:
    """Who is similar to a school at one key stage: a sentence, and a table with the school itself on top."""

    sentence: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple, ...] = ()


def alike_of(key_stage: str, history: SchoolHistory) -> Alike:
    """The schools similar at the key stage, and how they were chosen; or why there are none."""
    found = history.similar.get(key_stage)
    if found is None:
        return Alike(WITHOUT)
    headings = tuple(FACTS[name][1] for name, _ in found.facts)
    rows = tuple(_row(each, found.facts) for each in (found.own, *found.schools))
    return Alike(_sentence(found), headings, rows)


def _sentence(found: SimilarSchools) -> str:
    told = [f"{FACTS[name][0]} ({year or 'register'})" for name, year in found.facts]
    return (
        f"Similar schools are the {len(found.schools)} open state mainstream schools in England whose intake "
        f"is nearest to this one's in {', '.join(told[:-1])} and {told[-1]}. Each counts the same, and size "
        "by its ratio; what is not known of a school counts as the gap between two schools at random. Their "
        "average is given where at least five have a figure."
    )


def _row(school: dict, facts: list) -> tuple:
    pairs = zip(facts, school["facts"], strict=True)
    cells = [_cell(name, value, few=school["few"]) for (name, _), value in pairs]
    return school["name"], f"{school['authority'] or 'authority unknown'}, {school['urn']}", cells


def _cell(name: str, value: float | None, *, few: bool) -> str:
    _, _, unit, digits = FACTS[name]
    if value is None:
        return "unknown"
    if few and name != "cohort":
        return FEWER_THAN_TEN
    return f"{value:.{digits}f}{unit}"
