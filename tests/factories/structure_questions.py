"""Small questions of structure and draws of demand, from a seed."""

from dataclasses import replace

import numpy as np

from schoolward.analysis.structure.inputs import (
    Associates,
    Duty,
    FundingLine,
    Post,
    Question,
    Service,
    Settings,
)
from schoolward.analysis.structure.purchases import Draws
from schoolward.analysis.structure.study import Sizes, Study, duties_as_drawn

SMALL = Sizes(choose=60, hold=400, report=400, reserve=200)


def post(key: str = "adviser", skills: str = "review", **given) -> Post:
    """A post of two people who can do what the skills say."""
    plain = {
        "unit": "School improvement",
        "title": key.capitalize(),
        "grade": "Soulbury",
        "annual_cost_pence": 6_000_000,
        "current_fte": 2.0,
        "min_fte": 0.0,
        "max_fte": 4.0,
        "step_fte": 0.5,
    }
    return Post(key, **{**plain, **given}, skills=frozenset(skills.split(";")))


def service(key: str = "review-day", category: str = "review", **given) -> Service:
    """A service of one day, a little above what the day costs."""
    plain = {"list_price_pence": 46_000, "unit": "day", "days_per_unit": 1.0}
    return Service(key, category, **{**plain, **given})


def question(**given) -> Question:
    """Two posts, two services, a statutory and a discretionary duty, money for about three posts."""
    settings = Settings(
        cvar_limit_pence=2_000_000,
        price_menu=(0.9, 1.0, 1.2),
        associate=Associates(52_000, 60.0, 40.0),
        days_per_case=5.0,
    )
    plain = {
        "posts": (post(), post("inclusion", "inclusion;review", annual_cost_pence=5_200_000)),
        "funding": (FundingLine("Base", "base", 22_000_000),),
        "services": (
            service(),
            service("inclusion-case", "inclusion", list_price_pence=90_000, days_per_unit=2.0),
        ),
        "duties": (Duty("challenge", "review", 110.0, True), Duty("support", "inclusion", 90.0, False)),
        "settings": settings,
    }
    return Question(**{**plain, **given})


def with_settings(asked: Question, **given) -> Question:
    """The same question with other settings."""
    return replace(asked, settings=replace(asked.settings, **given))


def draws(
    asked: Question, seed: int = 3, *, schools: int = 40, count: int = 30, cap_pence: float = np.inf
) -> Draws:
    """Draws in which about every third school buys each service."""
    rng = np.random.default_rng(seed)
    services = len(asked.services)
    eta = -0.7 + rng.normal(0, 0.8, (count, schools, services)) + rng.normal(0, 0.3, (count, 1, 1))
    return Draws(
        urn=np.arange(900_001, 900_001 + schools),
        service=tuple(each.key for each in asked.services),
        list_price_pence=np.array([each.list_price_pence for each in asked.services], dtype=np.int64),
        eta=eta.astype(np.float32),
        slope=np.full((count, schools), 2.5, dtype=np.float32),
        cap_pence=np.full((count, schools), cap_pence, dtype=np.float32),
        ordered=np.full((schools, services), -1, dtype=np.int8),
    )


def study(asked: Question | None = None, *, sizes: Sizes = SMALL, **given) -> Study:
    """A small study of a question."""
    asked = asked or question()
    return Study(asked, draws(asked, **given), duties_as_drawn(asked), sizes)
