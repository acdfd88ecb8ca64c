"""Education plans of looked-after children against posts; needs no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolward.analysis.establishment.posts import CHILDREN, Establishment

if TYPE_CHECKING:
    from schoolward.analysis.establishment.plan_load import LatePlans, PlanLoad

LADDER = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)  # of the posts that the mean load would fill


@dataclass(frozen=True)
class Against:
    """The load, what each structure's posts make of it, and a ladder of posts."""

    load: PlanLoad
    structures: tuple[tuple[str, LatePlans], ...]
    ladder: tuple[LatePlans, ...]


def plans_against_posts(
    structures: Sequence[tuple[str, Establishment]], settings: Mapping[str, Any]
) -> Against:
    """Late plans under each named structure, all in the same years drawn."""
    import numpy as np

    from schoolward.analysis.establishment.plan_load import PlanLoad, late_plans

    names = ("looked_after_children", "plans_a_year", "days_per_plan", "other_virtual_days")
    load = PlanLoad(*(settings[name] for name in names))
    days = settings["productive_days_per_fte"]

    def late(fte: float) -> LatePlans:
        return late_plans(load, fte, days, np.random.default_rng(settings["seed"]))

    return Against(
        load,
        tuple((name, late(posts_for_children(found))) for name, found in structures),
        tuple(late(round(share * load.days / days, 2)) for share in LADDER),
    )


def posts_for_children(found: Establishment) -> float:
    """Core FTE of the posts that can do the duties reckoned from looked-after children."""
    wanted = {duty.category for duty in found.duties if duty.reckoned_from == CHILDREN}
    return float(sum(post.core_fte for post in found.posts if wanted & set(post.skills)))
