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
TURNS = np.array([0.2, 0.7])
NEAR, FAR = 0.7, 1.0  # how many steps are of those lengths; that of the others


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
    densities = Densities(state, priors, own, hints)
    density = densities.of(now)
    for tried in _proposals(hints.queue is not None, rng):
        trial = tried(now)
        then = densities.of(trial)
        if np.log(rng.random()) < then - density:
            now, density = trial, then
    for angle in TURNS * rng.normal(size=len(TURNS)) if hints.queue is not None else ():
        trial = _turned(now, angle)
        then = densities.of(trial)
        # densities are on the scale of the logarithm of spreads, and a turn is a plain rotation
        if np.log(rng.random()) < then - density + np.log(now.queue_sd / trial.queue_sd):
            now, density = trial, then
    state.spread |= now.spread
    state.silence_keen, state.queue_keen, state.queue_sd = now.silence_keen, now.queue_keen, now.queue_sd
    if hints.queue is not None:
        mean, variance = densities.keenness(now)
        hints.queue.redraw(*hints.queue.foreseen(state, now.queue_keen, now.queue_sd, mean, variance), rng)


def _proposals(queued: bool, rng: np.random.Generator) -> list:
    """Steps to try in turn, each a function of where the walk then stands."""
    # now and then a far one: a spread near nought has a long way to go on the scale of its logarithm
    factors = {
        name: float(np.exp((step if rng.random() < NEAR else FAR) * rng.normal()))
        for name, step in STEPS.items()
    }
    further = rng.normal(size=4)

    def scaled(name: str):
        return lambda at: Trial(
            at.spread | {name: at.spread[name] * factors[name]}, at.silence_keen, at.queue_keen, at.queue_sd
        )

    steps = [scaled(name) for name in STEPS]
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


def _turned(at: Trial, angle: float) -> Trial:
    """Places that vary as much as before, more of it by keenness and less by luck, or the other way."""
    by_keenness = at.queue_keen * at.spread["school"]
    radius, turned = np.hypot(by_keenness, at.queue_sd), np.arctan2(at.queue_sd, by_keenness) + angle
    return Trial(
        at.spread,
        at.silence_keen,
        float(radius * np.cos(turned) / at.spread["school"]),
        float(abs(radius * np.sin(turned))),
    )


@dataclass(frozen=True)
class Left:
    """Precision and shift (S,) of keenness with price and talk summed out, and their log density."""

    precision: np.ndarray
    shift: np.ndarray
    density: float


class Densities:
    """The log density of trials, all of schools' own values summed out."""

    def __init__(self, state: State, priors: Priors, own: Own, hints: Hints) -> None:
        self.state, self.priors, self.own, self.hints = state, priors, own, hints
        self.left: dict[tuple[float, float], Left] = {}  # most trials leave price and talk as they are

    def of(self, trial: Trial) -> float:
        """With the priors, and the queue as it came."""
        mean, variance = self.keenness(trial)
        left = self._left(trial)
        shift = mean / variance
        density = left.density + 0.5 * float(mean @ shift + np.log(variance).sum())
        density -= len(mean) * np.log(trial.spread["school"])
        for name, value in trial.spread.items():
            density += np.log(value) - 0.5 * (value / getattr(self.priors, f"spread_{name}")) ** 2
        silence, queue = self.priors.silence, self.hints.queue
        density -= 0.5 * ((trial.silence_keen - silence[0]) / silence[1]) ** 2
        if queue is not None:
            foreseen = queue.foreseen(self.state, trial.queue_keen, trial.queue_sd, mean, variance)
            density += queue.log_chance(*foreseen)
            density -= 0.5 * ((trial.queue_keen - self.priors.queue[0]) / self.priors.queue[1]) ** 2
            density += np.log(trial.queue_sd) - 0.5 * trial.queue_sd**2
        return float(density)

    def keenness(self, trial: Trial) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance (S,) of keenness, the queue apart."""
        left = self._left(trial)
        precision, shift = self.hints.silence.tell(trial.silence_keen)
        variance = 1 / (left.precision + precision + trial.spread["school"] ** -2)
        return (left.shift + shift) * variance, variance

    def _left(self, trial: Trial) -> Left:
        key = trial.spread["price_own"], trial.spread["talk_school"]
        if key not in self.left:
            self.left[key] = _left(self.own, *key)
        return self.left[key]


def _left(own: Own, price_own: float, talk_school: float) -> Left:
    p, r = own.precision, own.shift
    price, talk, tie = p[PRICE, PRICE] + price_own**-2, p[TALK, TALK] + talk_school**-2, p[PRICE, TALK]
    det = price * talk - tie**2
    by_price = (p[KEEN, PRICE] * talk - p[KEEN, TALK] * tie) / det
    by_talk = (p[KEEN, TALK] * price - p[KEEN, PRICE] * tie) / det
    fit = (r[PRICE] ** 2 * talk - 2 * r[PRICE] * r[TALK] * tie + r[TALK] ** 2 * price) / det
    return Left(
        p[KEEN, KEEN] - by_price * p[KEEN, PRICE] - by_talk * p[KEEN, TALK],
        r[KEEN] - by_price * r[PRICE] - by_talk * r[TALK],
        0.5 * float((fit - np.log(det)).sum()) - len(det) * float(np.log(price_own * talk_school)),
    )
