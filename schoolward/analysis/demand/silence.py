"""Who stayed silent, and who ordered by themselves before others: both tell how keen a school is."""

import numpy as np

from schoolward.analysis.demand.draws import normal_between, polya_gamma, regression
from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State


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

    def tell(self, state: State, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Precision and shift (S,) of keenness."""
        by_facts = self.columns @ state.silence
        self.weight = polya_gamma(by_facts + state.silence_keen * state.keen, rng)
        return (
            state.silence_keen**2 * self.weight,
            state.silence_keen * (self.answered - self.weight * by_facts),
        )

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
        self.place = np.zeros(len(self.counted))

    def tell(self, state: State, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Precision and shift (S,) of keenness, after each place was drawn within its bracket."""
        by_facts = self.columns @ state.queue
        keen = state.keen[self.counted]
        self.place = normal_between(
            by_facts + state.queue_keen * keen, state.queue_sd, self.low, self.high, rng
        )
        precision, shift = np.zeros(len(state.keen)), np.zeros(len(state.keen))
        precision[self.counted] = (state.queue_keen / state.queue_sd) ** 2
        shift[self.counted] = state.queue_keen * (self.place - by_facts) / state.queue_sd**2
        return precision, shift

    def draw(self, state: State, rng: np.random.Generator) -> tuple[float, int]:
        """The coefficients anew; gives the sum of squares left over and how many went into it."""
        columns = np.column_stack([self.columns, state.keen[self.counted]])
        sharp = state.queue_sd**-2
        found = regression(columns, sharp, sharp * self.place, self.mean, self.precision, rng)
        state.queue, state.queue_keen = found[:-1], float(found[-1])
        return float(((self.place - columns @ found) ** 2).sum()), len(self.place)
