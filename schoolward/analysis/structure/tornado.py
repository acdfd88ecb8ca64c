"""What matters most: a plan's figures when one thing at a time turns out lower or higher than assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from schoolward.analysis.structure.core_days import CoreDays
from schoolward.analysis.structure.inputs import Associates, Settings
from schoolward.analysis.structure.plan import Plan, cvar, left_for_associates, outcomes
from schoolward.analysis.structure.purchases import Draws
from schoolward.analysis.structure.report import core_cover, pence
from schoolward.analysis.structure.study import CoreSource, Study

FEWER = 2_000  # scenarios, the same for every bar


@dataclass(frozen=True)
class Figures:
    """What a bar moves."""

    expected_surplus_pence: int
    cvar_pence: int
    core_cover: float
    left_over_pence: int


@dataclass(frozen=True)
class Bar:
    """One thing that may turn out otherwise, and the plan's figures at its low and high end."""

    name: str
    low_is: str
    high_is: str
    low: Figures
    high: Figures

    @property
    def swing_pence(self) -> int:
        """How far apart the ends leave the money: surplus and what the core has over."""
        return abs(self._worth(self.high) - self._worth(self.low))

    @staticmethod
    def _worth(figures: Figures) -> int:
        return figures.expected_surplus_pence + figures.left_over_pence


Turn = Callable[[Study], Study]


def tornado(study: Study, plan: Plan) -> tuple[Bar, ...]:
    """The bars, longest first, the plan's posts and prices kept and associates for the core as budgeted."""
    study = replace(study, sizes=replace(study.sizes, report=min(study.sizes.report, FEWER)))
    bars = [
        Bar(name, low_is, high_is, figures(low(study), plan), figures(high(study), plan))
        for name, low_is, high_is, low, high in turns(study)
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.swing_pence))


def figures(study: Study, plan: Plan) -> Figures:
    """A plan's figures in the scenarios that took no part."""
    seen = outcomes(study.program, plan, study.worlds(plan, 2))
    left = left_for_associates(study.program, plan, float(seen.deficit.mean())) - plan.associate_budget
    tail = cvar(seen.deficit, study.program.alpha)
    return Figures(pence(-seen.deficit.mean()), pence(tail), round(core_cover(seen), 4), pence(left))


def turns(study: Study) -> tuple[tuple[str, str, str, Turn, Turn], ...]:
    """Name, what either end is, and how to get there; demand by a standard deviation of its own draws."""
    draws = study.demand
    level = float(draws.eta.mean(axis=(1, 2)).std())
    slopes = draws.slope.mean(axis=1)
    bend = float(slopes.std() / max(slopes.mean(), 1e-9))
    return (
        (
            "Demand of all schools",
            "one standard deviation lower",
            "one standard deviation higher",
            lambda s: with_draws(s, lambda d: replace(d, eta=d.eta - np.float32(level))),
            lambda s: with_draws(s, lambda d: replace(d, eta=d.eta + np.float32(level))),
        ),
        (
            "How demand falls with the price",
            "one standard deviation less",
            "one standard deviation more",
            lambda s: with_draws(s, lambda d: replace(d, slope=d.slope * np.float32(max(1 - bend, 0)))),
            lambda s: with_draws(s, lambda d: replace(d, slope=d.slope * np.float32(1 + bend))),
        ),
        ("Associates' day rates", "20% lower", "20% higher", _rates(0.8), _rates(1.2)),
        (
            "Cost of redundancy",
            "half",
            "half as much again",
            _scaled_redundancy(0.5),
            _scaled_redundancy(1.5),
        ),
        (
            "Productive days of a post",
            "10% fewer",
            "10% more",
            _settings(lambda x: replace(x, productive_days_per_fte=0.9 * x.productive_days_per_fte)),
            _settings(lambda x: replace(x, productive_days_per_fte=1.1 * x.productive_days_per_fte)),
        ),
        ("Core days", "20% fewer", "20% more", _core(0.8), _core(1.2)),
        (
            "Base budget",
            "5% less",
            "5% more",
            lambda s: with_funding(s, 0.95),
            lambda s: with_funding(s, 1.05),
        ),
    )


def with_draws(study: Study, change: Callable[[Draws], Draws]) -> Study:
    """The study with other draws of demand, on the same dice."""
    return replace(study, draws=change(study.demand))


def with_funding(study: Study, share: float) -> Study:
    """The study with its base lines at a share of what they are."""
    lines = tuple(
        replace(line, amount_pence=round(line.amount_pence * share)) if line.kind == "base" else line
        for line in study.question.funding
    )
    return replace(study, question=replace(study.question, funding=lines))


def _settings(change: Callable[[Settings], Settings]) -> Turn:
    def turn(study: Study) -> Study:
        return replace(study, question=replace(study.question, settings=change(study.question.settings)))

    return turn


def _rates(share: float) -> Turn:
    def dearer(terms: Associates) -> Associates:
        return replace(terms, day_rate_pence=round(terms.day_rate_pence * share))

    return _settings(
        lambda x: replace(
            x,
            associate=dearer(x.associate),
            associates={category: dearer(terms) for category, terms in x.associates.items()},
        )
    )


def _scaled_redundancy(share: float) -> Turn:
    def change(settings: Settings) -> Settings:
        fixed = settings.redundancy_pence_per_fte
        return replace(
            settings,
            redundancy_share=settings.redundancy_share * share,
            redundancy_pence_per_fte=None if fixed is None else round(fixed * share),
        )

    return _settings(change)


def _core(share: float) -> Turn:
    def turn(study: Study) -> Study:
        return replace(study, core_source=scaled(study.core_source, share))

    return turn


def scaled(source: CoreSource, share: float) -> CoreSource:
    """Core days times a share, in the same years."""

    def draw(scenarios: int, rng: np.random.Generator) -> CoreDays:
        days = source(scenarios, rng)
        return CoreDays(share * days.need, share * days.statutory)

    return draw
