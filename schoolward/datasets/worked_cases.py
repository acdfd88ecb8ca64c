"""Worked cases of the rules: the examples that tests check and that the manual shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schoolward.datasets import rule_parsing as parse
from schoolward.datasets.rule_parsing import Place
from schoolward.datasets.rulebook import RULES_FOLDER, read_document


@dataclass(frozen=True)
class WorkedCase:
    """A school's figures and what a rule makes of them."""

    topic: str
    id: str
    says: str
    given: Mapping[str, Any] = field(repr=False)
    expected: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


RESULTS = (
    {"rule", "exam_year", "figures"},
    {"codes", "medians", "closed"},
    {"status"},
    {"reason", "caution"},
)
COASTING = ({"exam_year", "years"}, {"medians"}, {"status"}, {"reason"})
CONCERN = ({"as_at", "evidence"}, set(), {"status"}, set())
INSPECTION = (
    {"inspected_on", "event"},
    {"grade", "category", "areas", "safeguarding"},
    {"status"},
    {"sentence"},
)
EMPLOYMENT = ({"rule", "day", "figures"}, set(), {"status"}, {"reason"})
FORMS = {"floor": RESULTS, "coasting": COASTING, "concern": CONCERN, "inspection": INSPECTION}
FORMS |= {"pay": EMPLOYMENT, "redundancy": EMPLOYMENT, "consultation": EMPLOYMENT}


def load_cases(topic: str, folder: Path = RULES_FOLDER) -> tuple[WorkedCase, ...]:
    """The worked cases of one topic, such as 'floor_ks2', in the order written."""
    path = folder / "cases" / f"{topic}.yaml"
    document, place = read_document(path), Place(f"cases/{path.name}")
    parse.keys(document, place, need={"description", "cases"}, may={"defaults"})
    defaults = document.get("defaults", {})
    return tuple(
        _case(topic, body, defaults, place.at(str(n + 1))) for n, body in enumerate(document["cases"])
    )


def _case(topic: str, body: dict, defaults: dict, place: Place) -> WorkedCase:
    need, may, expect, may_expect = FORMS[topic.split("_")[0]]
    parse.keys(body, place, need={"id", "says"} | need | expect, may=may | may_expect)
    given = {key: body[key] for key in body if key in need | may}
    if "figures" in given:
        given["figures"] = {**defaults, **given["figures"]}
    expected = {key: body.get(key) for key in expect | may_expect}
    return WorkedCase(topic, body["id"], body["says"], {"defaults": defaults, **given}, expected)
