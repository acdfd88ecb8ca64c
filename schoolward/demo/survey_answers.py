"""What Estuary's schools think and would buy: a latent model, so that findings and forecasts find something.

Every school has a leaning towards the council, a purse and a mind of its own on each service. Chances fall
with the price; schools that lean towards the council answer more readily, so silence is not at random.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from schoolward.apps.register.models import School
from schoolward.apps.survey.questionnaire import CANNOT_SAY, OfferedService
from schoolward.demo.dice import dice
from schoolward.demo.published import SEED

PRICE_SLOPE = 2.4  # by how much the logit falls for each unit of ln(price)
LEANING_SPREAD = 0.9
OWN_MIND_SPREAD = 1.1
USUAL_ANSWER_LOGIT = 2.0
SECONDARY_ANSWERS_LESS = 1.0
MIGHT_BUY_ABOVE = -0.5  # a logit of buying at the list price
ALL_WRITE_SHARE = 0.45
BY_CATEGORY = {
    "school-improvement": 0.1,
    "inclusion": 0.2,
    "educational-psychology": 0.5,
    "attendance": -0.5,
    "governor-services": 0.8,
    "training": -0.1,
    "hr-payroll": 0.0,
    "ict": -1.0,
}
PRIORITIES = ("reading", "disadvantaged", "send", "attendance", "leadership", "workforce", "transition")


@dataclass(frozen=True)
class Mind:
    """One school's latent traits."""

    leaning: float
    pounds_per_pupil: float
    support: float
    small: bool
    secondary: bool
    alone: bool  # in no trust


def mind_of(school: School) -> Mind:
    """The school's traits: the same in every survey."""
    throw = dice(SEED, "survey mind", school.urn)
    alone = not school.trust_code
    return Mind(
        leaning=float(throw.normal(0.25 if alone else -0.5, LEANING_SPREAD)),
        pounds_per_pupil=float(np.exp(throw.normal(np.log(34), 0.45))),
        support=float(throw.normal(0.4, 1.0)),
        small=(school.roll or 200) < 120,
        secondary="econdary" in school.phase,
        alone=alone,
    )


def answers_by_leaning(school: School, year: int) -> bool:
    """Whether the school answers in that year at all."""
    mind = mind_of(school)
    logit = USUAL_ANSWER_LOGIT + 0.6 * mind.leaning - SECONDARY_ANSWERS_LESS * mind.secondary
    return bool(dice(SEED, "survey answers", school.urn, year).random() < _expit(logit))


def answers_of(school: School, services: Iterable[OfferedService], year: int) -> dict[str, Any]:
    """Everything that the school says in the standard survey of a year."""
    mind, throw = mind_of(school), dice(SEED, "survey says", school.urn, year)
    answers = _who(throw)
    for service in services:
        answers |= _on_service(school, mind, service, year)
    return answers | _budget(school, mind, throw) | _strategy(mind, throw)


def _who(throw: np.random.Generator) -> dict[str, Any]:
    people = ["head", *(each for each in ("chair", "business_manager") if throw.random() < 0.6)]
    seen = throw.choice(["agreed", "discussed", "chair_only", "not_yet"], p=[0.25, 0.35, 0.2, 0.2])
    return {"answered_by": people, "board_seen": str(seen)}


def _on_service(school: School, mind: Mind, service: OfferedService, year: int) -> dict[str, Any]:
    lasting = dice(SEED, "survey service", school.urn, service.key)
    throw = dice(SEED, "survey service", school.urn, service.key, year)
    logit = BY_CATEGORY.get(service.category, 0.0) + mind.leaning - 1.0
    logit += float(lasting.normal(0, OWN_MIND_SPREAD)) + float(throw.normal(0, 0.4))
    if logit < MIGHT_BUY_ABOVE:
        away = ["elsewhere", "ourselves", "not_needed"]
        shares = [0.3, 0.3, 0.4] if mind.alone else [0.3, 0.5, 0.2]
        return {f"route.{service.key}": str(throw.choice(away, p=shares))}
    route = "undecided" if throw.random() < 0.12 else "arranged" if throw.random() < 0.15 else "council"
    said = {f"route.{service.key}": route}
    said[f"chance_list.{service.key}"] = _chance(logit, throw)
    raised = logit - PRICE_SLOPE * float(np.log(service.raised_price_pence / service.list_price_pence))
    said[f"chance_raised.{service.key}"] = min(said[f"chance_list.{service.key}"], _chance(raised, throw))
    if throw.random() < 0.05:
        said[f"chance_raised.{service.key}"] = dict(CANNOT_SAY)
    if throw.random() < 0.5:
        expected = service.list_price_pence * float(np.exp(throw.normal(-0.05, 0.18)))
        said[f"expected_price.{service.key}"] = max(round(expected / 500) * 500, 500)
    if throw.random() < 0.7:
        said[f"quality.{service.key}"] = str(throw.choice(["same", "better", "simpler"], p=[0.6, 0.25, 0.15]))
    if service.who_comes and throw.random() < 0.2:
        name = service.who_comes[int(throw.integers(len(service.who_comes)))].split(",")[0]
        said[f"wanted.{service.key}"] = f"{name}, who knows the school."
    return said


def _chance(logit: float, throw: np.random.Generator) -> int:
    """A chance in 10, as somebody says it: rounded, and a little too hopeful."""
    said = 10 * _expit(logit + 0.35) + float(throw.normal(0, 0.7))
    return int(np.clip(round(said), 0, 10))


def _budget(school: School, mind: Mind, throw: np.random.Generator) -> dict[str, Any]:
    standing = str(throw.choice(["agreed", "discussed", "guess", "not_yet"], p=[0.2, 0.35, 0.3, 0.15]))
    if standing == "not_yet":
        return {"budget_known": standing}
    pounds = mind.pounds_per_pupil * (school.roll or 200) * float(np.exp(throw.normal(0, 0.1)))
    said: dict[str, Any] = {"budget_known": standing, "budget": round(pounds / 100) * 10_000}
    if throw.random() < 0.4:
        said["budget_share"] = round(float(throw.uniform(0.004, 0.02)), 4)
    if throw.random() < 0.2:
        said["budget"] = dict(CANNOT_SAY)
        said["budget_per_pupil"] = round(mind.pounds_per_pupil) * 100
    return said


def _strategy(mind: Mind, throw: np.random.Generator) -> dict[str, Any]:
    weights = np.array([3.0, 2.5, 2.5, 2.0, 1.0, 1.5, 0.8 + 1.2 * mind.secondary])
    chosen = throw.choice(len(PRIORITIES), 3, replace=False, p=weights / weights.sum())
    said: dict[str, Any] = {
        "priorities": [PRIORITIES[n] for n in chosen],
        "strategy_clear": int(np.clip(round(2.8 + 0.5 * mind.support + throw.normal(0, 0.7)), 1, 5)),
        "strategy_support": int(np.clip(round(3.1 + 0.7 * mind.support + throw.normal(0, 0.6)), 1, 5)),
    }
    wants = mind.support + 0.5 * mind.leaning + float(throw.normal(0, 0.6))
    said["partnership"] = (
        "lead" if wants > 1.3 else "join" if wants > -0.1 else "if_changed" if wants > -1.4 else "no_part"
    )
    if said["partnership"] in ("if_changed", "no_part"):
        said["partnership_change"] = _sentence(("partnership", "clarity"), throw)
    if said["partnership"] == "lead":
        offers = ["leadership", "reading", "maths", "inclusion", "early_years", "governors"]
        said["support_others"] = [str(each) for each in throw.choice(offers, 2, replace=False)]
    if throw.random() < ALL_WRITE_SHARE:
        said["strategy_words"] = _sentence(_on_its_mind(mind), throw)
    said["consent"] = str(throw.choice(["without_name", "with_name", "not_published"], p=[0.6, 0.2, 0.2]))
    return said


def _on_its_mind(mind: Mind) -> tuple[str, ...]:
    themes = ["people", "timing", "inclusion", "partnership"]
    themes += ["price"] * (2 if mind.small else 1)
    themes += ["thanks", "data"] if mind.support > 0.5 else ["clarity", "clarity"]
    return tuple(themes)


def _sentence(themes: tuple[str, ...], throw: np.random.Generator) -> str:
    """One or two remarks on what is on the school's mind."""
    bank = _words()
    chosen = throw.choice(len(themes), min(2 if throw.random() < 0.35 else 1, len(themes)), replace=False)
    picked = [bank[themes[n]][int(throw.integers(len(bank[themes[n]])))] for n in chosen]
    return " ".join(dict.fromkeys(picked))


@cache
def _words() -> dict[str, list[str]]:
    text = (Path(__file__).parent / "survey_words.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _expit(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))
