"""The demand model's block the dull way: every unknown a column, one large system of equations, solved."""

import numpy as np

from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State


class Columns:
    """Where each unknown stands."""

    def __init__(self, layout: Layout) -> None:
        evidence = layout.evidence
        schools, services = layout.pair_known.shape
        sizes = {
            "appeal": services,
            "pull": evidence.categories * evidence.facts.shape[1],
            "price": 1,
            "optimism": 1,
            "keen": schools,
            "leaning": schools * evidence.categories,
            "price_own": schools,
            "talk": schools,
            "taste": schools * services,
            "talk_pair": schools * services,
        }
        ends = np.cumsum(list(sizes.values()))
        self.at = {
            name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)
        }
        self.size = int(ends[-1])


def solve(
    layout: Layout,
    state: State,
    priors: Priors,
    weight: np.ndarray,
    observed: np.ndarray,
    latent: np.ndarray,
    keen_precision: np.ndarray,
    keen_shift: np.ndarray,
) -> dict[str, np.ndarray]:
    """The mean of every unknown given the rows' weights."""
    columns = Columns(layout)
    precision, shift = np.zeros((columns.size, columns.size)), np.zeros(columns.size)
    seen, services = layout.evidence.revealed, layout.evidence.services
    for row in range(len(seen.school)):
        design = _liking(layout, columns, seen.school[row], seen.service[row], seen.log_price[row])
        precision += weight[row] * np.outer(design, design)
        shift += observed[row] * design
    sharp = state.spread["noise"] ** -2
    for row, pair in enumerate(layout.stated_pair):
        school, service = divmod(int(pair), services)
        design = state.scale * _liking(layout, columns, school, service, layout.stated_log_price[row])
        for name, place in (("optimism", 0), ("talk", school), ("talk_pair", pair)):
            design[columns.at[name].start + place] += 1
        precision += sharp * np.outer(design, design)
        shift += sharp * latent[row] * design
    _believe(columns, precision, shift, state, priors)
    keen = np.arange(columns.at["keen"].start, columns.at["keen"].stop)
    precision[keen, keen] += keen_precision
    shift[keen] += keen_shift
    mean = np.linalg.solve(precision, shift)
    return {name: mean[place] for name, place in columns.at.items()}


def _liking(layout: Layout, columns: Columns, school: int, service: int, log_price: float) -> np.ndarray:
    evidence, design = layout.evidence, np.zeros(columns.size)
    facts, category = evidence.facts.shape[1], evidence.category[service]
    design[columns.at["appeal"].start + service] = 1
    first = columns.at["pull"].start + category * facts
    design[first : first + facts] = evidence.facts[school]
    design[columns.at["keen"].start + school] = 1
    design[columns.at["leaning"].start + school * evidence.categories + category] = 1
    design[columns.at["taste"].start + school * evidence.services + service] = 1
    design[columns.at["price"].start] = -log_price
    design[columns.at["price_own"].start + school] = -log_price
    return design


def _believe(
    columns: Columns, precision: np.ndarray, shift: np.ndarray, state: State, priors: Priors
) -> None:
    spread, at = state.spread, columns.at
    services = at["appeal"].stop
    level = np.linalg.inv(spread["service"] ** 2 * np.eye(services) + priors.level[1] ** 2)
    precision[at["appeal"], at["appeal"]] += level
    shift[at["appeal"]] += level @ np.full(services, priors.level[0])
    beliefs = {
        "pull": (0.0, priors.fact_sd),
        "price": priors.price,
        "optimism": priors.optimism,
        "keen": (0.0, spread["school"]),
        "leaning": (0.0, spread["category"]),
        "price_own": (0.0, spread["price_own"]),
        "talk": (0.0, spread["talk_school"]),
        "taste": (0.0, spread["pair"]),
        "talk_pair": (0.0, spread["talk_pair"]),
    }
    for name, (mean, sd) in beliefs.items():
        place = np.arange(at[name].start, at[name].stop)
        precision[place, place] += sd**-2
        shift[place] += mean * sd**-2
