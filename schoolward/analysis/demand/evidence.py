"""What the model is given, as arrays; nothing here is worked out."""

from dataclasses import dataclass

import numpy as np

ROUTES = ("council", "arranged", "elsewhere", "ourselves", "not_needed", "undecided")


@dataclass(frozen=True)
class Statements:
    """Stated chances of buying, (N,) each: `chance` 0 to 10, `log_price` the log of price over list price.

    `tied` marks an answer that equals the same school's answer at the next lower price. Nobody says that a
    higher price makes them likelier to buy, so such an answer tells only how low the school would not go.
    """

    school: np.ndarray
    service: np.ndarray
    log_price: np.ndarray
    chance: np.ndarray
    tied: np.ndarray


@dataclass(frozen=True)
class Ticks:
    """The tick-list, (N,) each: `route` is a place in ROUTES."""

    school: np.ndarray
    service: np.ndarray
    route: np.ndarray


@dataclass(frozen=True)
class Revealed:
    """Bought or not, (N,) each. `occasion` 0 is this year's order forms, 1 to Y are earlier years."""

    school: np.ndarray
    service: np.ndarray
    log_price: np.ndarray
    bought: np.ndarray
    occasion: np.ndarray


@dataclass(frozen=True)
class Arrival:
    """Which schools ordered by themselves, and in which order, (S,) each.

    A school's place in the queue lies between `low` and `high` on the scale of a standard normal: the first
    of a hundred lies above 2.33, and one that has not ordered lies below whoever has. `counted` is false for
    schools that were drawn to order early, whose place says nothing about them.
    """

    low: np.ndarray
    high: np.ndarray
    counted: np.ndarray


@dataclass(frozen=True)
class Evidence:
    """Everything about one authority: facts (S, P), category (J,), and the rows of each kind."""

    facts: np.ndarray
    category: np.ndarray
    list_price_pence: np.ndarray
    answered: np.ndarray
    statements: Statements
    ticks: Ticks
    revealed: Revealed
    arrival: Arrival | None
    earmark_pence: np.ndarray
    years: int

    @property
    def schools(self) -> int:
        """S."""
        return len(self.facts)

    @property
    def services(self) -> int:
        """J."""
        return len(self.category)

    @property
    def categories(self) -> int:
        """K."""
        return int(self.category.max()) + 1

    def ordered(self) -> np.ndarray:
        """(S, J) of int8: 1 ordered, 0 form back without it, −1 not known."""
        found = np.full((self.schools, self.services), -1, dtype=np.int8)
        now = self.revealed.occasion == 0
        found[self.revealed.school[now], self.revealed.service[now]] = self.revealed.bought[now]
        return found
