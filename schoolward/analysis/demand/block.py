"""All tastes and talk drawn at once, given the weights that make every answer a normal observation.

A row of evidence bears on three things: base B, slope G and talk T of its school and service. What the rows
say of each pair is kept as the precision and shift of (B, G, T): nine numbers (9, S, J). The unknowns of a
pair, of a school's category, and of a school are then summed out in turn, by formulas that treat all
schools at once, until only what all schools share is left; that is drawn, and the rest is drawn on the way
back. It is Gaussian elimination of one large normal distribution, in the order that keeps it sparse.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtrs

from schoolward.analysis.demand.apart import tell_apart
from schoolward.analysis.demand.draws import step_spread
from schoolward.analysis.demand.keenness import Hints, Own, draw_spreads
from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State

BB, BG, BT, GG, GT, TT, HB, HG, HT = range(9)


def pair_sums(
    layout: Layout, state: State, weight: np.ndarray, observed: np.ndarray, latent: np.ndarray
) -> np.ndarray:
    """What revealed rows (weights, weighted observations) and stated ones say of known pairs (9, M)."""
    pairs, log_price = len(layout.known), layout.evidence.revealed.log_price

    def add(place: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=pairs)

    found = np.zeros((9, pairs))
    if len(weight):
        pair = layout.revealed_at
        found[BB], found[HB] = add(pair, weight), add(pair, observed)
        if not layout.revealed_at_list:
            priced = weight * log_price
            found[BG], found[GG] = -add(pair, priced), add(pair, priced * log_price)
            found[HG] = -add(pair, observed * log_price)
    if len(layout.stated_pair):
        sharp, scale = state.spread["noise"] ** -2, state.scale
        count, first, second = layout.stated_counts
        found[BB] += (sharp * scale**2) * count
        found[BG] -= (sharp * scale**2) * first
        found[GG] += (sharp * scale**2) * second
        found[BT], found[GT], found[TT] = (sharp * scale) * count, (-sharp * scale) * first, sharp * count
        summed = add(layout.stated_at, latent)
        priced = add(layout.stated_at, latent * layout.stated_log_price)
        found[HB] += (sharp * scale) * summed
        found[HG] -= (sharp * scale) * priced
        found[HT] = sharp * summed
    return found


def draw_block(
    layout: Layout, state: State, priors: Priors, told: np.ndarray, hints: Hints, rng: np.random.Generator
) -> np.ndarray:
    """Draws all tastes, talk and optimism from what rows tell of known pairs (9, M); changes the state.

    Gives η at the list price (S, J) without the pairs' own taste and the year's shock.
    """
    member, spread = layout.in_category, state.spread
    schools, services = layout.pair_known.shape
    pairs = np.zeros((9, schools * services))
    pairs[:, layout.known] = _without_base(*_talkless(told, spread), spread["pair"] ** -2)
    pairs = pairs.reshape(9, schools, services)
    by_category = (pairs.reshape(-1, services) @ member).reshape(9, schools, -1)
    category_weight = 1 / (by_category[BB] + spread["category"] ** -2)
    rest = _without_base(by_category, category_weight, spread["category"] ** -2)
    school = rest.sum(axis=2)
    cross, shift, precision = _shared(
        layout, spread["category"] ** -2, pairs, by_category, category_weight, rest, school
    )
    right = school[[HB, HG, HT]]
    prior_precision, prior_shift = _prior(layout, state, priors)
    system = System(school, right, cross, shift + prior_shift, precision + prior_precision)
    settled = _settle(system, state, hints)
    if hints.queue is not None:
        settled = _step_queue(system, settled, state, priors, hints, rng)
    shared = settled.draw(rng)
    state.appeal = shared[:services]
    state.pull = shared[services:-2].reshape(state.pull.shape)
    state.price, state.optimism = float(shared[-2]), float(shared[-1])
    _draw_own(state, priors, school, right - cross @ shared, hints, rng)
    slope, said = (state.price + state.price_own)[:, None], (state.optimism + state.talk)[:, None]
    common = (layout.evidence.facts @ state.pull.T) @ member.T + state.appeal + state.keen[:, None]
    left = by_category[HB] - (pairs[BB] * common) @ member - by_category[BG] * slope - by_category[BT] * said
    spread["category"] = step_spread(spread["category"], by_category[BB], left, priors.spread_category, rng)
    category_weight = 1 / (by_category[BB] + spread["category"] ** -2)
    state.leaning = category_weight * left + np.sqrt(category_weight) * rng.standard_normal(left.shape)
    base = common + state.leaning @ member.T
    _draw_pairs(layout, state, priors, told, base, rng)
    return base


@dataclass(frozen=True)
class System:
    """What is left when pairs and categories are summed out: schools' own (9, S), and what all share."""

    school: np.ndarray
    right: np.ndarray
    cross: np.ndarray
    shift: np.ndarray
    precision: np.ndarray


@dataclass(frozen=True)
class Settled:
    """The system with schools' own values summed out too; `log_density` is that of all it was given."""

    lower: np.ndarray
    half: np.ndarray
    log_density: float

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """What all share."""
        return dtrtrs(self.lower, self.half + rng.standard_normal(len(self.half)), lower=1, trans=1)[0]


def _settle(system: System, state: State, hints: Hints) -> Settled:
    keen_precision, keen_shift = hints.tell(state)
    own = _lower(system.school, keen_precision, state.spread)
    half = _forward(own, _with_keen(system.right, keen_shift)[:, :, None])[:, :, 0]
    flat = _forward(own, system.cross).reshape(-1, system.cross.shape[2])
    lower, wrong = dpotrf(system.precision - flat.T @ flat, lower=1)
    assert wrong == 0, "a precision that is not positive"
    shared = dtrtrs(lower, system.shift - flat.T @ half.ravel(), lower=1)[0]
    density = 0.5 * float((half**2).sum() + shared @ shared) - float(np.log(np.diag(lower)).sum())
    density -= sum(float(np.log(own[n]).sum()) for n in (0, 2, 5))
    return Settled(lower, shared, density)


def _step_queue(
    system: System, settled: Settled, state: State, priors: Priors, hints: Hints, rng: np.random.Generator
) -> Settled:
    """One Metropolis step for how keenness spreads and bears on the queue, all tastes summed out.

    Given what all share, the step is hemmed in: were schools that came first keener than was thought,
    services would be less liked in general.
    """
    at = state.spread["school"], state.queue_keen, state.queue_sd
    now = settled.log_density + _queue_density(state, priors, hints)
    turn = np.exp(0.2 * rng.standard_normal(3))
    state.spread["school"] *= float(turn[0])
    state.queue_keen = float(state.queue_keen / turn[0] + 0.1 * np.log(turn[1]) / 0.2)
    state.queue_sd *= float(turn[2])
    tried = _settle(system, state, hints)
    then = tried.log_density + _queue_density(state, priors, hints)
    if np.log(rng.random()) < then - now - np.log(turn[0]):
        return tried
    state.spread["school"], state.queue_keen, state.queue_sd = at
    return settled


def _queue_density(state: State, priors: Priors, hints: Hints) -> float:
    """What else depends on the three: their priors, and the places in the queue as they stand."""
    school, sd = state.spread["school"], state.queue_sd
    left = hints.queue.place - hints.queue.columns @ state.queue
    told = -len(state.keen) * np.log(school) - len(left) * np.log(sd) - 0.5 * float(left @ left) / sd**2
    told += np.log(school) - 0.5 * (school / priors.spread_school) ** 2 + np.log(sd) - 0.5 * sd**2
    return told - 0.5 * ((state.queue_keen - priors.queue[0]) / priors.queue[1]) ** 2


def _draw_own(
    state: State,
    priors: Priors,
    school: np.ndarray,
    shift: np.ndarray,
    hints: Hints,
    rng: np.random.Generator,
) -> None:
    """How far schools differ, then each school's keenness, price and talk, given what all share."""
    square = school[np.array([[BB, BG, BT], [BG, GG, GT], [BT, GT, TT]])]
    draw_spreads(state, priors, Own(square, shift), hints, rng)
    keen_precision, keen_shift = hints.tell(state)
    lower = _lower(school, keen_precision, state.spread)
    half = _forward(lower, _with_keen(shift, keen_shift)[:, :, None])[:, :, 0]
    state.keen, state.price_own, state.talk = _backward(lower, half + rng.standard_normal(shift.shape))


def _with_keen(shift: np.ndarray, keen_shift: np.ndarray) -> np.ndarray:
    return np.concatenate([shift[:1] + keen_shift, shift[1:]])


def _draw_pairs(
    layout: Layout, state: State, priors: Priors, told: np.ndarray, base: np.ndarray, rng: np.random.Generator
) -> None:
    """How far pairs differ in taste and talk, then the taste and talk of each known one, given all else."""
    known, school, spread = layout.known, layout.known_school, state.spread
    here = base.ravel()[known]
    slope, said = state.slope()[school], (state.optimism + state.talk)[school]
    left = told[HB] - told[BB] * here - told[BG] * slope - told[BT] * said
    talk_left = told[HT] - told[BT] * here - told[GT] * slope - told[TT] * said
    tell_apart(state, priors, told[BB], told[BT], told[TT], left, talk_left, rng)
    talk_weight = 1 / (told[TT] + spread["talk_pair"] ** -2)
    tied = told[BT] * talk_weight
    weight = 1 / (told[BB] - told[BT] * tied + spread["pair"] ** -2)
    noise = rng.standard_normal((2, len(known)))
    taste = weight * (left - tied * talk_left) + np.sqrt(weight) * noise[0]
    state.taste.ravel()[known] = taste
    talk = talk_weight * (talk_left - told[BT] * taste) + np.sqrt(talk_weight) * noise[1]
    state.talk_pair.ravel()[known] = talk


def _talkless(told: np.ndarray, spread: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """What is left without the pairs' own talk, and the variance of their taste given the rest."""
    left = _without_talk(told, spread["talk_pair"] ** -2)
    return left, 1 / (left[BB] + spread["pair"] ** -2)


def _without_talk(told: np.ndarray, prior: float) -> np.ndarray:
    """What is left of (9, …) when an unknown that adds to talk, with this prior precision, is summed out."""
    base, slope, talk, shift = told[BT], told[GT], told[TT], told[HT]
    weight = 1 / (talk + prior)
    of_base, of_slope, kept = base * weight, slope * weight, prior * weight
    return np.stack(
        [
            told[BB] - base * of_base,
            told[BG] - base * of_slope,
            base * kept,
            told[GG] - slope * of_slope,
            slope * kept,
            talk * kept,
            told[HB] - of_base * shift,
            told[HG] - of_slope * shift,
            shift * kept,
        ]
    )


def _without_base(told: np.ndarray, weight: np.ndarray, prior: float) -> np.ndarray:
    """The same for an unknown that adds to base; `weight` is one over its precision given the rest."""
    of_slope, of_talk, kept = told[BG] * weight, told[BT] * weight, prior * weight
    return np.stack(
        [
            told[BB] * kept,
            told[BG] * kept,
            told[BT] * kept,
            told[GG] - told[BG] * of_slope,
            told[GT] - told[BG] * of_talk,
            told[TT] - told[BT] * of_talk,
            told[HB] * kept,
            told[HG] - of_slope * told[HB],
            told[HT] - of_talk * told[HB],
        ]
    )


def _shared(layout, prior, pairs, by_category, category_weight, rest, school):
    """For what all share, D of them: its ties to each school (3, S, D), shift (D,) and precision (D, D)."""
    facts = layout.evidence.facts
    schools, services = layout.pair_known.shape
    member, base = layout.in_category, pairs[BB]
    count = services + rest.shape[2] * facts.shape[1]

    def spread_out(values: np.ndarray) -> np.ndarray:
        return (values * category_weight) @ member.T

    cross = np.empty((3, schools, count + 2))
    kept = base * ((prior * category_weight) @ member.T)
    cross[0, :, :services] = kept
    cross[1, :, :services] = pairs[BG] - base * spread_out(by_category[BG])
    cross[2, :, :services] = pairs[BT] - base * spread_out(by_category[BT])
    cross[:, :, services:count] = (rest[:3, :, :, None] * facts[:, None, :]).reshape(3, schools, -1)
    cross[:, :, count] = school[[BG, GG, GT]]
    cross[:, :, count + 1] = school[[BT, GT, TT]]
    shift = np.concatenate(
        [
            (pairs[HB] - base * spread_out(by_category[HB])).sum(axis=0),
            (rest[HB].T @ facts).ravel(),
            school[[HG, HT]].sum(axis=1),
        ]
    )
    precision = np.zeros((count + 2, count + 2))
    rooted = base * (np.sqrt(category_weight) @ member.T)
    precision[:services, :services] = np.diag(base.sum(axis=0)) - layout.same_category * (rooted.T @ rooted)
    ties = (kept.T @ facts)[:, None, :] * member[:, :, None]
    precision[:services, services:count] = ties.reshape(services, -1)
    precision[services:count, :services] = precision[:services, services:count].T
    among = (rest[BB].T @ layout.fact_products).reshape(-1, facts.shape[1], facts.shape[1])
    for k, square in enumerate(among):
        here = slice(services + k * len(square), services + (k + 1) * len(square))
        precision[here, here] = square
    precision[:, -2:] = cross[1:].sum(axis=1).T
    precision[-2:] = precision[:, -2:].T
    return cross, shift, precision


def _prior(layout: Layout, state: State, priors: Priors) -> tuple[np.ndarray, np.ndarray]:
    """Precision and shift of what all share, the level of appeal summed out."""
    services, size = layout.evidence.services, layout.evidence.services + state.pull.size + 2
    own = state.spread["service"] ** -2
    precision = np.zeros((size, size))
    # a level common to all services ties their appeals: (I/own + level·11ᵀ)⁻¹ by Sherman and Morrison
    level = priors.level[1] ** -2
    precision[:services, :services] = own * np.eye(services) - own**2 / (level + services * own)
    place = np.arange(services, size - 2)
    precision[place, place] = priors.fact_sd**-2
    precision[-2, -2] = priors.price[1] ** -2
    precision[-1, -1] = state.optimism_weight * priors.optimism[1] ** -2
    mean = np.zeros(size)
    mean[:services], mean[-2], mean[-1] = priors.level[0], priors.price[0], priors.optimism[0]
    return precision, precision @ mean


def _lower(
    school: np.ndarray, keen_precision: np.ndarray, spread: dict[str, float]
) -> tuple[np.ndarray, ...]:
    """The lower triangle (S,) by entry of each school's own precision of keenness, price and talk."""
    keen = np.sqrt(school[BB] + keen_precision + spread["school"] ** -2)
    price_keen, talk_keen = school[BG] / keen, school[BT] / keen
    price = np.sqrt(school[GG] + spread["price_own"] ** -2 - price_keen**2)
    talk_price = (school[GT] - price_keen * talk_keen) / price
    talk = np.sqrt(school[TT] + spread["talk_school"] ** -2 - talk_keen**2 - talk_price**2)
    return keen, price_keen, price, talk_keen, talk_price, talk


def _forward(lower: tuple[np.ndarray, ...], right: np.ndarray) -> np.ndarray:
    """The lower triangle solved for (3, S, n)."""
    keen, price_keen, price, talk_keen, talk_price, talk = (entry[:, None] for entry in lower)
    found = np.empty_like(right)
    found[0] = right[0] / keen
    found[1] = (right[1] - price_keen * found[0]) / price
    found[2] = (right[2] - talk_keen * found[0] - talk_price * found[1]) / talk
    return found


def _backward(lower: tuple[np.ndarray, ...], right: np.ndarray) -> np.ndarray:
    """Its transpose solved for (3, S)."""
    keen, price_keen, price, talk_keen, talk_price, talk = lower
    third = right[2] / talk
    second = (right[1] - talk_price * third) / price
    return np.stack([(right[0] - price_keen * second - talk_keen * third) / keen, second, third])
