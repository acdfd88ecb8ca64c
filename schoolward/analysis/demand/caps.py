"""Order forms of schools that have an earmark: what was not ordered may have been wanted and not affordable.

A school wants what has a surplus above nought (its logit plus a logistic draw). It orders the most wanted
first; what would take it over its budget falls away with all that is wanted less. The budget is the earmark,
give or take. So on such a form the surplus of every line is an unknown, drawn within what the form allows,
and given the surpluses tastes are as easy to draw as ever [polya-gamma]: a logistic draw is a normal one
whose precision is a Pólya-gamma draw of shape 2. To read a line that the budget cut off as a "no" would take
a poor school for an unwilling one.
"""

from dataclasses import dataclass

import numpy as np
from polyagamma import random_polyagamma
from scipy.special import expit, log_expit, logit

from schoolward.analysis.demand.draws import normal_between
from schoolward.analysis.demand.evidence import Evidence

NEVER = 1e3  # beyond any surplus
LEAST_PENCE = 1.0  # stands for an earmark of nothing


@dataclass(frozen=True)
class Forms:
    """C forms with an earmark: rows of revealed (C, J; −1 where a line is missing), prices, orders."""

    rows: np.ndarray
    price: np.ndarray
    ordered: np.ndarray
    log_earmark: np.ndarray


def forms(evidence: Evidence) -> Forms | None:
    """The forms whose school has an earmark; None where there is none."""
    seen = evidence.revealed
    now = np.flatnonzero((seen.occasion == 0) & ~np.isnan(evidence.earmark_pence[seen.school]))
    if not len(now):
        return None
    schools, place = np.unique(seen.school[now], return_inverse=True)
    rows = np.full((len(schools), evidence.services), -1)
    rows[place, seen.service[now]] = now
    price = evidence.list_price_pence[seen.service] * np.exp(seen.log_price)
    there = rows >= 0
    return Forms(
        rows,
        np.where(there, price[rows], 0.0),
        there & (seen.bought[rows] == 1),
        np.log(np.maximum(evidence.earmark_pence[schools], LEAST_PENCE)),
    )


class Caps:
    """The surpluses (C, J) and budgets (C,) as they stand in the walk."""

    def __init__(self, found: Forms, earmark_log_sd: float) -> None:
        self.forms, self.sd = found, earmark_log_sd
        self.there = found.rows >= 0
        self.row = found.rows[self.there]
        self.kept = (found.price * found.ordered).sum(axis=1)
        self.surplus = np.where(found.ordered, 1.0, -1.0)
        self.budget = np.maximum(np.exp(found.log_earmark), self.kept)

    def draw(self, logits: np.ndarray, rng: np.random.Generator) -> None:
        """Every surplus anew, line by line for all forms at once, then the budgets; logits (N,) by row."""
        centre = np.zeros(self.there.shape)
        centre[self.there] = logits[self.row]
        for line in range(self.there.shape[1]):
            low, high = self._allowed(line)
            here = self.there[:, line]
            drawn = _logistic_between(centre[:, line], low, high, rng)
            self.surplus[here, line] = drawn[here]
        top = self._cut_off(np.ones(self.there.shape, dtype=bool))
        upto = np.where(top >= 0, self.kept + self.forms.price[np.arange(len(top)), top], np.inf)
        low = np.log(np.maximum(self.kept, LEAST_PENCE / 1e6))
        high = np.minimum(np.log(upto), self.forms.log_earmark + 60 * self.sd)
        low = np.minimum(low, high)
        self.budget = np.exp(normal_between(self.forms.log_earmark, self.sd, low, high, rng))
        self.budget = np.maximum(self.budget, self.kept)

    def _cut_off(self, among: np.ndarray) -> np.ndarray:
        """The most wanted line (C,) that was not ordered, of those in `among`; −1 where none was wanted."""
        wanted = np.where(self.there & ~self.forms.ordered & among & (self.surplus > 0), self.surplus, -NEVER)
        top = wanted.argmax(axis=1)
        return np.where(wanted[np.arange(len(top)), top] > 0, top, -1)

    def _allowed(self, line: int) -> tuple[np.ndarray, np.ndarray]:
        """Between which surpluses (C,) each the line may lie, given all other lines and the budget."""
        others = np.ones(self.there.shape, dtype=bool)
        others[:, line] = False
        each = np.arange(len(self.kept))
        top = self._cut_off(others)
        height = np.where(top >= 0, self.surplus[each, top], 0.0)
        spare = self.budget - self.kept
        least = np.where(self.forms.ordered & others, self.surplus, NEVER).min(axis=1)
        below = (top < 0) | (self.forms.price[each, top] > spare)
        above = self.forms.price[:, line] > spare
        ordered = self.forms.ordered[:, line]
        low = np.where(ordered, height, np.where(below, -NEVER, height))
        high = np.where(ordered, NEVER, np.where(above, least, height))
        return low, high

    def weigh(
        self,
        weight: np.ndarray,
        observed: np.ndarray,
        logits: np.ndarray,
        offset: np.ndarray,
        rng: np.random.Generator,
    ) -> None:
        """Puts these forms' weights and weighted observations (N,) in place of those of plain yes and no."""
        surplus = self.surplus[self.there]
        mine = random_polyagamma(2, surplus - logits[self.row], random_state=rng, disable_checks=True)
        weight[self.row] = mine
        observed[self.row] = mine * (surplus - offset[self.row])

    def log_density(self, logits: np.ndarray) -> float:
        """Of the surpluses, given logits (N,) by row."""
        apart = self.surplus[self.there] - logits[self.row]
        return float((log_expit(apart) + log_expit(-apart)).sum())


def _logistic_between(
    centre: np.ndarray, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Logistic draws between low and high, inverted in the tail where they are exact."""
    a, b = low - centre, high - centre
    flip = a + b > 0
    near, far = np.where(flip, -b, a), np.where(flip, -a, b)
    below, upto = expit(near), expit(far)
    share = below + rng.random(len(centre)) * (upto - below)
    found = np.clip(logit(np.clip(share, 1e-300, 1 - 1e-16)), near, far)
    return centre + np.where(flip, -found, found)
