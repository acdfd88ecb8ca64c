"""What it would be worth, in money, to know more before posts are settled.

The decision that is at stake is kept plain: for each category with days, how many days of staff to commit to
before orders are in. A day committed costs its share of the price whether it is sold or not; a day not
committed cannot be sold. What could be gained by knowing the model's unknowns for certain (the expected value
of partial perfect information) bounds the worth of any further asking from above. What a particular round of
asking is worth is found by regression [evsi]: answers are simulated from every draw, the gain of each choice
is regressed on a summary of the answers in one half of the draws, and the choices that this leads to are
scored in the other half, so that noise is not taken for knowledge. Prices, redundancy and what the answers
would change elsewhere are not in it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.fitting import Posterior
from schoolward.terms.money import format_pounds

GRID = 41
MOST_DRAWS = 600
SUMMARY_POWERS = (1, 2)


@dataclass(frozen=True)
class Stakes:
    """What the sums rest on, to be argued with: a staff day's cost as a share of its price; asking."""

    day_cost_share: float = 0.7
    hour_pence: int = 4500
    survey_hours: float = 0.2
    form_hours: float = 0.5


@dataclass(frozen=True)
class Worth:
    """A way of asking: worth a year, with the standard error of that figure, and cost."""

    what: str
    worth_pence: int
    error_pence: int
    cost_pence: int
    sentence: str


@dataclass(frozen=True)
class Choice:
    """Gain in pence of each number of days committed, by draw (GRID, D), for one category."""

    gain_pence: np.ndarray


def worths(
    evidence: Evidence,
    posterior: Posterior,
    days_per_unit: np.ndarray,
    rng: np.random.Generator,
    stakes: Stakes = Stakes(),
) -> list[Worth]:
    """The worth of certainty, of asking the silent again, and of more order forms; none without days."""
    taken = np.linspace(0, len(posterior.slope) - 1, min(MOST_DRAWS, len(posterior.slope))).astype(int)
    logits = posterior.logits[taken].astype(float)
    unknowns = {name: values[taken] for name, values in posterior.unknowns.items()}
    choices = _choices(evidence, expit(logits), days_per_unit, stakes)
    if not choices:
        return []
    waiting = np.flatnonzero((evidence.ordered() < 0).all(axis=1))
    silent = np.flatnonzero(~evidence.answered & (evidence.ordered() < 0).all(axis=1))
    found = [_certainty(choices)]
    if len(silent):
        seen = _answers(logits[:, silent], unknowns, evidence, rng)
        what = f"Asking the {len(silent)} silent schools again, if all answered,"
        cost = round(len(silent) * stakes.survey_hours * stakes.hour_pence)
        found.append(_worth(what, choices, seen, cost, rng))
    drawn = rng.permutation(waiting)[:20]
    if len(drawn):
        bought = rng.random((len(taken), len(drawn), evidence.services)) < expit(logits[:, drawn])
        what = f"Order forms from {len(drawn)} more schools, drawn at random,"
        cost = round(len(drawn) * stakes.form_hours * stakes.hour_pence)
        found.append(_worth(what, choices, bought.sum(axis=1) @ _member(evidence), cost, rng))
    return found


def _member(evidence: Evidence) -> np.ndarray:
    return np.eye(evidence.categories)[evidence.category]


def _choices(
    evidence: Evidence, chance: np.ndarray, days_per_unit: np.ndarray, stakes: Stakes
) -> list[Choice]:
    """The gain of each choice in each draw, the luck of single orders summed out as a normal spread."""
    ordered = evidence.ordered()
    chance = np.where(ordered >= 0, ordered, chance)
    found = []
    for k in range(evidence.categories):
        mine = np.flatnonzero((evidence.category == k) & (np.nan_to_num(days_per_unit) > 0))
        if not len(mine):
            continue
        days, here = days_per_unit[mine], chance[:, :, mine]
        mean = (here.sum(axis=1) @ days)[None]
        sd = np.sqrt((here * (1 - here)).sum(axis=1) @ days**2)[None] + 1e-9
        usual = here.mean(axis=(0, 1)) + 1e-9
        price = float(evidence.list_price_pence[mine] @ usual / (days @ usual))  # pence a day sold
        committed = np.linspace(0, float((mean + 2 * sd).max()), GRID)[:, None]
        z = (committed - mean) / sd
        unsold = sd * (z * ndtr(z) + np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))
        found.append(Choice(price * (committed - unsold) - stakes.day_cost_share * price * committed))
    return found


def _certainty(choices: list[Choice]) -> Worth:
    tables = [choice.gain_pence for choice in choices]
    gains = sum(table.max(axis=0) - table[table.mean(axis=1).argmax()] for table in tables)
    worth = round(float(gains.mean()))
    return Worth(
        "certainty",
        worth,
        round(float(gains.std() / np.sqrt(len(gains)))),
        0,
        f"Nothing that could be asked is worth more than about {format_pounds(worth, pence=False)} a year to "
        "the choice of how many days to staff.",
    )


def _answers(logits: np.ndarray, unknowns: dict, evidence: Evidence, rng: np.random.Generator) -> np.ndarray:
    """How many of these schools would say more than 5 in 10, by category, in each draw."""
    draws, schools, _ = logits.shape
    own = np.sqrt(unknowns["talk_pair"] ** 2 + unknowns["noise"] ** 2)[:, None, None]
    said = unknowns["optimism"][:, None, None] + unknowns["scale"][:, None, None] * logits
    said = said + unknowns["talk_school"][:, None, None] * rng.normal(size=(draws, schools, 1))
    return ((said + own * rng.normal(size=logits.shape)) > 0).sum(axis=1) @ _member(evidence)


def _worth(
    what: str, choices: list[Choice], seen: np.ndarray, cost_pence: int, rng: np.random.Generator
) -> Worth:
    """Found in one half of the draws, scored in the other, both ways round."""
    centred = (seen - seen.mean(axis=0)) / (seen.std(axis=0) + 1e-9)
    whole = centred.mean(axis=1)
    columns = np.column_stack([np.ones(len(seen)), centred, *(whole**power for power in SUMMARY_POWERS[1:])])
    first = rng.permutation(len(seen)) < len(seen) // 2
    gains = np.zeros(len(seen))
    for choice in choices:
        for learn, score in ((first, ~first), (~first, first)):
            fitted = np.linalg.lstsq(columns[learn], choice.gain_pence[:, learn].T, rcond=None)[0]
            chosen = (columns[score] @ fitted).argmax(axis=1)
            plain = choice.gain_pence[:, learn].mean(axis=1).argmax()
            told = choice.gain_pence[:, score]
            gains[score] += told[chosen, np.arange(score.sum())] - told[plain]
    worth, error = round(float(gains.mean())), round(float(gains.std() / np.sqrt(len(gains))))
    return Worth(what, worth, error, cost_pence, _sentence(what, worth, error, cost_pence))


def _sentence(what: str, worth: int, error: int, cost: int) -> str:
    shown = format_pounds(max(worth, 0), pence=False)
    if worth <= 2 * error:
        return (
            f"{what} would be worth too little to tell from nothing, and would cost schools' time of about "
            f"{format_pounds(cost, pence=False)}."
        )
    verdict = "worth doing" if worth - 2 * error > cost else "worth it only if cheap"
    return (
        f"{what} would be worth about {shown} a year (give or take {format_pounds(2 * error, pence=False)}) "
        f"against schools' time of about {format_pounds(cost, pence=False)}: {verdict}."
    )
