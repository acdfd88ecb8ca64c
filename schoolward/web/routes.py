"""Which road a concern takes: the authority's own powers, or the trust and the department."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.apps.register import queries
from schoolward.apps.register.models import School


@dataclass(frozen=True)
class Route:
    """Who answers for the school, and what the authority can do."""

    name: str
    sentence: str
    rule: str


MAINTAINED = Route(
    "maintained",
    "The authority answers for this school: it challenges, supports and monitors it, "
    "and may give a warning notice.",
    "Education and Inspections Act 2006, part 4",
)
ACADEMY = Route(
    "academy",
    "The trust answers for this school: the authority raises a concern with the trust, "
    "then with the department.",
    "The powers of part 4 of the Education and Inspections Act 2006 are over maintained schools only",
)
OTHER = Route(
    "other",
    "The authority has no power of intervention here: a concern goes to the proprietor or the department.",
    "The powers of part 4 of the Education and Inspections Act 2006 are over maintained schools only",
)


ROUTES = {queries.MAINTAINED: MAINTAINED, queries.ACADEMY: ACADEMY}


def route_for(school: School) -> Route:
    """The road for this school, by what the register says of its type today."""
    return ROUTES.get(queries.route_of(school.type_group, school.type_name), OTHER)
