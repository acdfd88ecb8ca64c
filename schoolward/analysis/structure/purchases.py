"""Draws of demand, and from them how many schools buy each service at each price, scenario by scenario.

A school buys when a uniform number, shared by all prices, falls below its chance, so nobody buys at a
price who would not at a lower one. A school whose spending limit binds drops the purchases it wanted
least.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from schoolward.terms.errors import BadInput

AT_ONCE = 4_000_000  # uniforms held in memory at a time
NO, YES = 0, 1  # what an order form says; -1 where it is not back


@dataclass(frozen=True)
class Draws:
    """Equally likely worlds: log odds of buying at list price (D, N, J), how they fall with the log price
    (D, N).

    `ordered` (N, J) is 1 where an order is in, 0 where the form is back without it, -1 where not known.
    """

    urn: np.ndarray
    service: tuple[str, ...]
    list_price_pence: np.ndarray
    eta: np.ndarray
    slope: np.ndarray
    cap_pence: np.ndarray
    ordered: np.ndarray

    def __post_init__(self) -> None:
        draws, schools, services = self.eta.shape
        fits = (
            self.slope.shape == (draws, schools)
            and self.cap_pence.shape == (draws, schools)
            and self.ordered.shape == (schools, services)
            and len(self.urn) == schools
            and len(self.service) == services == len(self.list_price_pence)
        )
        if not fits:
            raise BadInput("The arrays of draws do not fit together.", do="Run `schoolward demand` again.")
        if np.isnan(self.eta).any() or np.isnan(self.slope).any() or (self.slope < 0).any():
            raise BadInput(
                "Draws of demand hold values that are no numbers, or demand that rises with the price.",
                do="Run `schoolward demand` again.",
            )

    def of_services(self, keys: tuple[str, ...]) -> Draws:
        """The draws of these services, in this order; refused for one that nobody was asked about."""
        missing = [key for key in keys if key not in self.service]
        if missing:
            raise BadInput(
                f"No demand was worked out for {_listed(missing)}.",
                where="services",
                do="Ask schools about it and run `schoolward demand` with it, or leave it out here.",
            )
        at = [self.service.index(key) for key in keys]
        return replace(
            self,
            service=keys,
            list_price_pence=self.list_price_pence[at],
            eta=self.eta[:, :, at],
            ordered=self.ordered[:, at],
        )


def _listed(keys: list[str]) -> str:
    shown = ", ".join(keys[:5])
    return shown if len(keys) <= 5 else f"{shown} and {len(keys) - 5} more"


def chances(draws: Draws, price_pence: np.ndarray) -> np.ndarray:
    """The chance of each purchase (D, N, J) at prices (J,), orders already in or refused left as they are."""
    rise = np.log(np.maximum(price_pence, 1) / np.maximum(draws.list_price_pence, 1)).astype(np.float32)
    chance = expit(draws.eta - draws.slope[:, :, None] * rise)
    chance[:, draws.ordered == YES] = 1.0
    chance[:, draws.ordered == NO] = 0.0
    return chance.astype(np.float32)


@dataclass(frozen=True)
class Dice:
    """Which draw (S,) each scenario lives in, and the seed of its uniforms; the same dice serve every
    price.
    """

    draw: np.ndarray
    seed: int

    def __len__(self) -> int:
        return len(self.draw)

    def blocks(self, schools: int, services: int) -> Iterator[tuple[slice, np.ndarray]]:
        """Scenarios in blocks with their uniforms (block, N, J), drawn anew alike at every call."""
        size = max(1, AT_ONCE // max(1, schools * services))
        for start in range(0, len(self.draw), size):
            block = slice(start, min(start + size, len(self.draw)))
            yield block, self._uniforms(start, size, schools, services)

    def _uniforms(self, start: int, size: int, schools: int, services: int) -> np.ndarray:
        rng = np.random.default_rng([self.seed, start])
        length = min(size, len(self.draw) - start)
        return rng.random((length, schools, services), dtype=np.float32)


def throw(draws: Draws, scenarios: int, rng: np.random.Generator) -> Dice:
    """Dice for so many scenarios, every draw serving as often as any other, give or take one."""
    rounds = -(-scenarios // len(draws.eta))
    order = np.concatenate([rng.permutation(len(draws.eta)) for _ in range(rounds)])[:scenarios]
    return Dice(order, int(rng.integers(2**63)))


def bought(
    draws: Draws, dice: Dice, price_pence: np.ndarray, offered: np.ndarray | None = None
) -> np.ndarray:
    """How many schools buy each service (S, J) at prices (J,), spending limits kept over what is offered
    (J,).
    """
    offered = np.ones(len(draws.service), dtype=bool) if offered is None else offered
    chance = chances(draws, price_pence) * offered
    counts = np.zeros((len(dice), len(draws.service)))
    capped = np.isfinite(draws.cap_pence).any()
    for block, uniform in dice.blocks(len(draws.urn), len(draws.service)):
        here = dice.draw[block]
        buys = uniform < chance[here]
        if capped:
            _keep_to_limits(buys, uniform, chance[here], price_pence, draws.cap_pence[here])
        counts[block] = buys.sum(axis=1)
    return counts


def bought_at_each(
    draws: Draws, dice: Dice, prices_pence: np.ndarray, others_pence: np.ndarray, offered: np.ndarray
) -> np.ndarray:
    """How many schools buy (S, J, L) at each price of a menu (J, L), other services at theirs (J,).

    Where a school's limit binds, a service's count at a price is exact only beside the others' prices given;
    counts are made to fall as the price rises.
    """
    counts = np.zeros((len(dice), *prices_pence.shape))
    capped = np.isfinite(draws.cap_pence).any()
    at_others = chances(draws, others_pence) * offered if capped else None
    at_menu = [chances(draws, prices_pence[:, level]) for level in range(prices_pence.shape[1])]
    for block, uniform in dice.blocks(len(draws.urn), len(draws.service)):
        here = dice.draw[block]
        room = _room(uniform, at_others[here], others_pence, draws.cap_pence[here]) if capped else None
        for level, chance in enumerate(at_menu):
            buys = uniform < chance[here]
            if capped:
                buys &= _fits(uniform, chance[here], prices_pence[:, level], room)
            counts[block, :, level] = buys.sum(axis=1)
    return np.minimum.accumulate(counts, axis=2)


def _keep_to_limits(buys, uniform, chance, price_pence, cap_pence) -> None:
    """Drops, in place, the purchases a school wants least until the rest is within its limit."""
    spent = buys @ price_pence.astype(float)
    over = np.argwhere(spent > cap_pence)
    if not len(over):
        return
    s, n = over[:, 0], over[:, 1]
    keen = np.where(buys[s, n], _keenness(uniform[s, n], chance[s, n]), -np.inf)
    order = np.argsort(-keen, axis=1)
    prices = np.where(np.take_along_axis(buys[s, n], order, axis=1), price_pence[order], 0)
    kept = np.cumsum(prices, axis=1) <= cap_pence[s, n][:, None]
    within = np.zeros_like(kept)
    np.put_along_axis(within, order, kept, axis=1)
    buys[s, n] &= within


def _keenness(uniform: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """How far above the point of buying each school stands, in log odds."""
    safe_u, safe_c = np.clip(uniform, 1e-7, 1 - 1e-7), np.clip(chance, 1e-7, 1 - 1e-7)
    return np.log(safe_c / (1 - safe_c)) - np.log(safe_u / (1 - safe_u))


@dataclass(frozen=True)
class _Room:
    """For every school of a block: others' purchases by keenness, their prices added up, and the limit."""

    keen: np.ndarray
    spent: np.ndarray
    own: np.ndarray
    cap_pence: np.ndarray


def _room(uniform, chance, price_pence, cap_pence) -> _Room:
    buys = uniform < chance
    keen = np.where(buys, _keenness(uniform, chance), -np.inf).astype(np.float32)
    return _Room(keen, np.where(buys, price_pence, 0.0), buys, cap_pence)


def _fits(uniform, chance, price_pence, room: _Room) -> np.ndarray:
    """Whether each service at its price (J,) still fits after all that the school wants more (s, N, J)."""
    keen = _keenness(uniform, chance)
    fits = np.ones(keen.shape, dtype=bool)
    tight = np.argwhere(room.spent.sum(axis=2) + price_pence.max() > room.cap_pence)
    if not len(tight):
        return fits
    s, n = tight[:, 0], tight[:, 1]
    for j in range(keen.shape[2]):
        before = (room.keen[s, n] > keen[s, n, j][:, None]) & (np.arange(keen.shape[2]) != j)
        fits[s, n, j] = (room.spent[s, n] * before).sum(axis=1) + price_pence[j] <= room.cap_pence[s, n]
    return fits
