"""Who stayed silent, and who ordered by themselves before others: both tell how keen a school is."""

import numpy as np

from schoolward.analysis.demand.draws import normal_between, polya_gamma, regression, share_between
from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State

TINY = 1e-300


def with_one(facts: np.ndarray) -> np.ndarray:
    """The facts (S, P) with a column of ones before them."""
    return np.column_stack([np.ones(len(facts)), facts])


class Silence:
    """The chance of answering is the logistic of facts and keenness."""

    def __init__(self, layout: Layout, priors: Priors) -> None:
        self.columns = with_one(layout.evidence.facts)
        self.answered = layout.evidence.answered - 0.5
        facts = self.columns.shape[1]
        self.mean = np.append(np.zeros(facts), priors.silence[0])
        self.precision = np.append(np.full(facts, priors.silence_fact_sd**-2), priors.silence[1] ** -2)
        self.weight = np.zeros(len(self.columns))
        self.by_facts = np.zeros(len(self.columns))

    def weigh(self, state: State, rng: np.random.Generator) -> None:
        """The weights anew that make each answer or silence a normal observation."""
        self.by_facts = self.columns @ state.silence
        self.weight = polya_gamma(self.by_facts + state.silence_keen * state.keen, rng)

    def tell(self, keen: float) -> tuple[np.ndarray, np.ndarray]:
        """Precision and shift (S,) of keenness, where keenness counts so much."""
        return keen**2 * self.weight, keen * (self.answered - self.weight * self.by_facts)

    def draw(self, state: State, rng: np.random.Generator) -> None:
        """The coefficients anew."""
        columns = np.column_stack([self.columns, state.keen])
        found = regression(columns, self.weight, self.answered, self.mean, self.precision, rng)
        state.silence, state.silence_keen = found[:-1], float(found[-1])


class Queue:
    """A school's place in the queue of those that order by themselves is normal in facts and keenness.

    Places are brackets on the scale of a standard normal, by rank of date, so only the order of the dates
    counts and nothing is assumed of how fast forms come in. A yes-or-no model of "has ordered by now" was
    tried first: it throws away who came first among the early, and its slope has no natural scale, so that
    its prior held it far below what strong self-selection needs.
    """

    def __init__(self, layout: Layout, priors: Priors) -> None:
        arrival = layout.evidence.arrival
        assert arrival is not None
        self.counted = np.flatnonzero(arrival.counted)
        self.low, self.high = arrival.low[self.counted], arrival.high[self.counted]
        self.columns = with_one(layout.evidence.facts)[self.counted]
        facts = self.columns.shape[1]
        self.mean = np.append(np.zeros(facts), priors.queue[0])
        self.precision = np.append(
            np.append(1.0, np.full(facts - 1, priors.queue_fact_sd**-2)), priors.queue[1] ** -2
        )
        self.place = np.clip(np.zeros(len(self.counted)), self.low, self.high)

    def tell(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """Precision and shift (S,) of keenness from the places as they stand."""
        left = self.place - self.columns @ state.queue
        precision, shift = np.zeros(len(state.keen)), np.zeros(len(state.keen))
        precision[self.counted] = (state.queue_keen / state.queue_sd) ** 2
        shift[self.counted] = state.queue_keen * left / state.queue_sd**2
        return precision, shift

    def foreseen(
        self, state: State, keen: float, sd: float, mean: np.ndarray, variance: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mean and sd of each counted place when keenness (S,) is only known by mean and variance."""
        expected = self.columns @ state.queue + keen * mean[self.counted]
        return expected, np.sqrt(keen**2 * variance[self.counted] + sd**2)

    def log_chance(self, expected: np.ndarray, sd: np.ndarray) -> float:
        """How likely the queue is as it came."""
        return float(np.log(np.maximum(share_between(expected, sd, self.low, self.high), TINY)).sum())

    def redraw(self, expected: np.ndarray, sd: np.ndarray, rng: np.random.Generator) -> None:
        """Each place anew within its bracket."""
        self.place = normal_between(expected, sd, self.low, self.high, rng)

    def draw(self, state: State, rng: np.random.Generator) -> tuple[float, int]:
        """The coefficients anew; gives the sum of squares left over and how many went into it."""
        columns = np.column_stack([self.columns, state.keen[self.counted]])
        sharp = state.queue_sd**-2
        found = regression(columns, sharp, sharp * self.place, self.mean, self.precision, rng)
        state.queue, state.queue_keen = found[:-1], float(found[-1])
        return float(((self.place - columns @ found) ** 2).sum()), len(self.place)
