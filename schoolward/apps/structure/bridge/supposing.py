"""Suppositions: a grant cut deeper, buyers lost, a rival, a wave of academies; and what may be otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

NEVER = -30.0  # log odds of what does not happen


def apply_scenario(
    asked: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> tuple[Mapping[str, Any], Mapping[str, np.ndarray]]:
    """What was asked, and the draws of demand, as they would be under its supposition.

    `grant_cut_share` takes from grants; `buyers_lost` is how many of the largest buyers leave;
    `rival_category` and `rival_share` are what a rival takes of a category's odds; `academies` are the URNs
    that convert, which no longer share in de-delegation and buy by `academy_odds_share` of their odds.
    """
    wish = asked.get("scenario") or {}
    if not wish:
        return asked, arrays
    base, changed = dict(asked["base"]), dict(arrays)
    base["funding"] = [_line(line, wish) for line in base["funding"]]
    if wish.get("buyers_lost"):
        changed = _without(changed, largest_buyers(changed, wish["buyers_lost"]))
    if wish.get("rival_share") and wish.get("rival_category"):
        changed = _less(changed, changed["category"] == wish["rival_category"], None, wish["rival_share"])
    if wish.get("academies"):
        import numpy as np

        mine = np.isin(changed["urn"], wish["academies"])
        changed = _less(changed, None, mine, 1 - wish.get("academy_odds_share", 0.7))
    settings = dict(asked["settings"])
    if "demand_shift" in wish:
        changed["eta"] = changed["eta"] + wish["demand_shift"]
    if "slope_share" in wish:
        changed["slope"] = changed["slope"] * wish["slope_share"]
    return {**asked, "base": base, "settings": settings}, changed


def _line(line: Mapping[str, Any], wish: Mapping[str, Any]) -> dict[str, Any]:
    share = 1.0
    if line["kind"] == "grant":
        share -= wish.get("grant_cut_share", 0.0)
    if line["kind"] == "dedelegation":
        share -= wish.get("academy_pupil_share", 0.0)
    return {**line, "amount_pence": round(line["amount_pence"] * max(share, 0.0))}


def largest_buyers(arrays: Mapping[str, np.ndarray], count: int) -> np.ndarray:
    """The places of the schools expected to spend most at list prices."""
    import numpy as np
    from scipy.special import expit

    chance = np.mean([expit(part).mean(axis=0) for part in np.array_split(arrays["eta"], 8)], axis=0)
    chance = np.where(arrays["ordered"] >= 0, arrays["ordered"], chance)
    return np.argsort(-(chance @ arrays["list_price_pence"]))[:count]


def _without(arrays: dict[str, np.ndarray], schools: np.ndarray) -> dict[str, np.ndarray]:
    """The draws as if those schools bought nothing."""
    eta, ordered = arrays["eta"].copy(), arrays["ordered"].copy()
    eta[:, schools, :] = NEVER
    ordered[schools] = 0
    return {**arrays, "eta": eta, "ordered": ordered}


def _less(
    arrays: dict[str, np.ndarray], services: np.ndarray | None, schools: np.ndarray | None, share: float
) -> dict[str, np.ndarray]:
    """The draws with the odds of these services or schools lower by that share."""
    import numpy as np

    down = math.log(max(1 - share, 1e-6))
    eta = arrays["eta"].copy()
    at = np.ones(eta.shape[1:], dtype=bool)
    at &= True if services is None else services[None, :]
    at &= True if schools is None else schools[:, None]
    eta[:, at] += down
    return {**arrays, "eta": eta}


# What matters most --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One supposition of the tornado, lower and higher."""

    label: str
    low_words: str
    high_words: str
    low: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    high: Callable[[Mapping[str, Any]], Mapping[str, Any]]


def tornado_cases(settings: Mapping[str, Any]) -> tuple[Case, ...]:
    """The suppositions tried, one at a time."""
    rate, days = settings["associate_day_rate_pence"], settings["productive_days_per_fte"]
    redundancy, cut = settings["redundancy_share"], settings["base_cut_share"]
    return (
        Case(
            "How willing schools are to buy",
            "odds a quarter lower",
            "odds a quarter higher",
            _wishing(demand_shift=math.log(0.75)),
            _wishing(demand_shift=math.log(1.25)),
        ),
        Case(
            "How much price matters to them",
            "a quarter less",
            "a quarter more",
            _wishing(slope_share=0.75),
            _wishing(slope_share=1.25),
        ),
        Case(
            "Days that a full-time person works with schools",
            f"{days - 10:g} a year",
            f"{days + 10:g} a year",
            _setting(productive_days_per_fte=days - 10),
            _setting(productive_days_per_fte=days + 10),
        ),
        Case(
            "Price of an associate's day",
            "a fifth lower",
            "a fifth higher",
            _setting(associate_day_rate_pence=round(rate * 0.8)),
            _setting(associate_day_rate_pence=round(rate * 1.2)),
        ),
        Case(
            "Cost of ending posts",
            "a quarter lower",
            "a quarter higher",
            _setting(redundancy_share=redundancy * 0.75),
            _setting(redundancy_share=redundancy * 1.25),
        ),
        Case(
            "The base budget",
            "a further 5% goes",
            "5% is put back",
            _setting(base_cut_share=cut + 0.05),
            _setting(base_cut_share=cut - 0.05),
        ),
        Case(
            "Days that duties need",
            "a tenth fewer",
            "a tenth more",
            _loads(0.9),
            _loads(1.1),
        ),
    )


def _wishing(**wish: float) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return lambda asked: {**asked, "scenario": {**(asked.get("scenario") or {}), **wish}}


def _setting(**values: float) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return lambda asked: {**asked, "settings": {**asked["settings"], **values}}


def _loads(share: float) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Every duty's days, however they are reckoned, by that share."""

    def change(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        base, settings = dict(asked["base"]), dict(asked["settings"])
        base["duties"] = [
            {**duty, "days": str(round(float(duty["days"]) * share, 2))} for duty in base["duties"]
        ]
        settings["school_loads"] = [
            [urn, chance, days * share] for urn, chance, days in settings["school_loads"]
        ]
        settings["days_per_plan"] *= share
        settings["other_virtual_days"] *= share
        return {**asked, "base": base, "settings": settings}

    return change
