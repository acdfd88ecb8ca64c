"""Each school's own keenness, feeling for price and way of talking, and how far schools differ in them.

How far schools differ, how keenness bears on silence and on the queue, and the places in the queue are drawn
with the schools' own values summed out, and those after them. Drawn in turn instead, strong self-selection
takes thousands of sweeps to find: keen schools come first because they are keen, and are held to be keen
because they came first.
"""

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.silence import Queue, Silence
from schoolward.analysis.demand.state import State

KEEN, PRICE, TALK = range(3)
STEPS = {"school": 0.25, "talk_school": 0.25, "price_own": 0.4}


@dataclass(frozen=True)
class Hints:
    """What silence, and the queue if there is one, say of keenness."""

    silence: Silence
    queue: Queue | None

    def tell(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """Precision and shift (S,) of keenness as things stand."""
        precision, shift = self.silence.tell(state.silence_keen)
        if self.queue is None:
            return precision, shift
        more, further = self.queue.tell(state)
        return precision + more, shift + further


@dataclass(frozen=True)
class Own:
    """What rows say of schools' own values given all that schools share: (3, 3) of (S,), and shift (3, S)."""

    precision: np.ndarray
    shift: np.ndarray


@dataclass(frozen=True)
class Trial:
    """Values that may be taken: spreads by name, and how keenness bears on silence and on the queue."""

    spread: dict[str, float]
    silence_keen: float
    queue_keen: float
    queue_sd: float


def draw_spreads(state: State, priors: Priors, own: Own, hints: Hints, rng: np.random.Generator) -> None:
    """Metropolis steps in each direction that the walk is slow in; then the places in the queue."""
    now = Trial(
        {name: state.spread[name] for name in STEPS}, state.silence_keen, state.queue_keen, state.queue_sd
    )
    density = _log_density(state, priors, own, hints, now)
    for tried in _proposals(now, hints.queue is not None, rng):
        trial = tried(now)
        then = _log_density(state, priors, own, hints, trial)
        if np.log(rng.random()) < then - density:
            now, density = trial, then
    state.spread |= now.spread
    state.silence_keen, state.queue_keen, state.queue_sd = now.silence_keen, now.queue_keen, now.queue_sd
    if hints.queue is not None:
        _, mean, variance = _keenness(own, hints, now)
        hints.queue.redraw(*hints.queue.foreseen(state, now.queue_keen, now.queue_sd, mean, variance), rng)


def _proposals(now: Trial, queued: bool, rng: np.random.Generator) -> list:
    """Steps to try in turn, each a function of where the walk then stands."""
    factors = {name: float(np.exp(step * rng.normal())) for name, step in STEPS.items()}
    further = rng.normal(size=4)

    def scaled(name: str):
        return lambda at: Trial(
            at.spread | {name: at.spread[name] * factors[name]}, at.silence_keen, at.queue_keen, at.queue_sd
        )

    steps = [scaled("school"), scaled("talk_school" if rng.random() < 0.5 else "price_own")]
    steps.append(lambda at: Trial(at.spread, at.silence_keen + 0.3 * further[0], at.queue_keen, at.queue_sd))
    if queued:
        steps.append(
            lambda at: Trial(
                at.spread,
                at.silence_keen,
                at.queue_keen + 0.2 * further[1],
                at.queue_sd * float(np.exp(0.2 * further[2])),
            )
        )
        turn = float(np.exp(0.25 * further[3]))
        steps.append(
            lambda at: Trial(
                at.spread | {"school": at.spread["school"] * turn},
                at.silence_keen,
                at.queue_keen / turn,
                at.queue_sd,
            )
        )
    return steps


def _keenness(own: Own, hints: Hints, trial: Trial) -> tuple[float, np.ndarray, np.ndarray]:
    """The log density with all own values summed out, the queue apart; mean and variance (S,) of keenness."""
    p, r = own.precision, own.shift
    precision, shift = hints.silence.tell(trial.silence_keen)
    price = p[PRICE, PRICE] + trial.spread["price_own"] ** -2
    talk = p[TALK, TALK] + trial.spread["talk_school"] ** -2
    tie = p[PRICE, TALK]
    det = price * talk - tie**2
    by_price = (p[KEEN, PRICE] * talk - p[KEEN, TALK] * tie) / det
    by_talk = (p[KEEN, TALK] * price - p[KEEN, PRICE] * tie) / det
    sure = p[KEEN, KEEN] + precision + trial.spread["school"] ** -2
    sure = sure - by_price * p[KEEN, PRICE] - by_talk * p[KEEN, TALK]
    left = r[KEEN] + shift - by_price * r[PRICE] - by_talk * r[TALK]
    fit = (r[PRICE] ** 2 * talk - 2 * r[PRICE] * r[TALK] * tie + r[TALK] ** 2 * price) / det + left**2 / sure
    spreads = sum(np.log(value) for value in trial.spread.values())
    density = 0.5 * float((fit - np.log(det * sure)).sum()) - len(sure) * spreads
    return density, left / sure, 1 / sure


def _log_density(state: State, priors: Priors, own: Own, hints: Hints, trial: Trial) -> float:
    density, mean, variance = _keenness(own, hints, trial)
    for name, value in trial.spread.items():
        density += np.log(value) - 0.5 * (value / getattr(priors, f"spread_{name}")) ** 2
    density -= 0.5 * ((trial.silence_keen - priors.silence[0]) / priors.silence[1]) ** 2
    if hints.queue is not None:
        density += hints.queue.log_chance(
            *hints.queue.foreseen(state, trial.queue_keen, trial.queue_sd, mean, variance)
        )
        density -= 0.5 * ((trial.queue_keen - priors.queue[0]) / priors.queue[1]) ** 2
        density += np.log(trial.queue_sd) - 0.5 * trial.queue_sd**2
    return density
