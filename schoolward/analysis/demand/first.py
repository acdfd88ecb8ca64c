"""Which schools' order forms would tell most of the income still unknown, if early ones can be had.

Greedy: each next school is the one whose form, on top of those before it, takes most off the variance of what
the others will spend, by the joint spread of schools' expected spending over the draws and the luck in each
form. A school asked by this list was chosen by us and not by its own keenness: its form counts as drawn.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.fitting import Posterior

ASKED = 20


@dataclass(frozen=True)
class Next:
    """A school's place in S, and the sd in pence of income not yet known once its form is back."""

    school: int
    sd_after_pence: int


def ask_first(evidence: Evidence, posterior: Posterior, count: int = ASKED) -> list[Next]:
    """The schools in the order to ask them; none where every form is back."""
    waiting = np.flatnonzero((evidence.ordered() < 0).all(axis=1))
    if not len(waiting):
        return []
    price = evidence.list_price_pence.astype(np.float32)
    expected, luck = [], np.zeros(len(waiting))
    parts = np.array_split(posterior.logits[:, waiting], max(len(posterior.slope) // 250, 1))
    for part in parts:
        chance = expit(part)
        expected.append(chance @ price)
        luck += ((chance * (1 - chance)) @ price**2).sum(axis=0)
    luck /= len(posterior.slope)
    spread = np.atleast_2d(np.cov(np.concatenate(expected).T))
    left, found = list(range(len(waiting))), []
    for _ in range(min(count, len(waiting))):
        with_rest = spread[:, left].sum(axis=1)
        seen = np.diag(spread) + luck
        # knowing a form removes its own spending from what is unknown, and what it tells of the rest
        others = with_rest[left] - np.diag(spread)[left]
        gain = others**2 / seen[left] + 2 * others + seen[left]
        best = left[int(gain.argmax())]
        spread = spread - np.outer(spread[best], spread[best]) / seen[best]
        left.remove(best)
        unknown = spread[np.ix_(left, left)].sum() + luck[left].sum()
        found.append(Next(int(waiting[best]), round(float(np.sqrt(max(unknown, 0))))))
    return found
