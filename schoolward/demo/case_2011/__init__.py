"""The worked case of 2011: a restructure after the grants ended, as files for `schoolward structure`.

Published: 4,930,000 pounds of grant for school improvement ends in April 2011, as part of a cut of about a
quarter over four years in central grant to local government; the base budget is cut too, by how much the
paper does not say; two units, challenge and traded; the virtual headteacher goes from 0.2 to 0.5; traded
posts are not firmed up. Everything else in these files (posts, costs, services, prices, duties, what schools
might buy) is invented.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path

import numpy as np

from schoolward.terms.calendar import format_day
from schoolward.terms.money import format_pounds

HERE = Path(__file__).parent
FILES = {name: HERE / f"{name}.csv" for name in ("posts", "funding", "services", "duties")}
SETTINGS = HERE / "settings.toml"
DEMAND = HERE / "demand.csv"
SCHOOLS, DRAWS, SEED = 97, 400, 2011
LEVEL_SD, SCHOOL_SD, PAIR_SD = 0.45, 0.6, 0.5
PRICE_SLOPE, SLOPE_SD = 2.0, 0.4


def base_cut_share() -> float:
    """The cut of the base budget, as a share, that the plan itself is drawn up at."""
    return tomllib.loads(SETTINGS.read_text("utf-8"))["base_cut_share"]


def published() -> tuple[str, ...]:
    """What is known of the case from what was published, and what is not, in sentences."""
    grant, base = (
        next(row for row in csv.DictReader(FILES["funding"].read_text().splitlines()) if row["kind"] == kind)
        for kind in ("grant", "base")
    )
    ends = format_day(date.fromisoformat(grant["to"]))
    return (
        f"{_pounds(grant['amount_pence'])} of grant for school improvement ends on {ends}, as part of a cut "
        "of about a quarter over four years in central grant to local government.",
        f"The base budget (here {_pounds(base['amount_pence'])}, invented) is cut too; by how much, the "
        "paper does not say. So it is run as a range.",
        "There are two units, challenge and traded. The virtual headteacher goes from 0.2 to 0.5. Posts of "
        "the traded unit are not firmed up before schools have said what they would buy.",
        "Posts, costs, services, prices, duties, and what schools might buy are invented.",
    )


def _pounds(pence: str) -> str:
    return format_pounds(int(pence), pence=False)


def write_draws(folder: Path) -> Path:
    """Writes `draws.npz` as `schoolward demand` would, from what officers guess that schools may buy.

    Before any answer is in, the level of all demand is the great unknown: its spread is that of the guess.
    """
    from scipy.special import logit  # a quarter of a second, for this alone: pages import this module

    guesses = list(csv.DictReader(DEMAND.read_text().splitlines()))
    services = list(csv.DictReader(FILES["services"].read_text().splitlines()))
    assert [g["service"] for g in guesses] == [s["service"] for s in services]
    rng = np.random.default_rng(SEED)
    centre = logit(np.array([float(g["buyers_in_100"]) for g in guesses]) / 100)
    spread = np.array([float(g["log_odds_sd"]) for g in guesses])
    eta = centre + spread * rng.normal(size=(DRAWS, 1, len(centre)))
    eta = eta + LEVEL_SD * rng.normal(size=(DRAWS, 1, 1)) + SCHOOL_SD * rng.normal(size=(DRAWS, SCHOOLS, 1))
    eta = eta + PAIR_SD * rng.normal(size=(DRAWS, SCHOOLS, len(centre)))
    slope = np.clip(rng.normal(PRICE_SLOPE, SLOPE_SD, size=(DRAWS, 1)), 0.2, None) * np.ones((1, SCHOOLS))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "draws.npz"
    np.savez_compressed(
        path,
        urn=np.arange(900_001, 900_001 + SCHOOLS),
        service=np.array([g["service"] for g in guesses]),
        category=np.array([s["category"] for s in services]),
        list_price_pence=np.array([int(s["list_price_pence"]) for s in services]),
        unit=np.array([s["unit"] for s in services]),
        days_per_unit=np.array([float(s["days_per_unit"]) for s in services]),
        eta=eta.astype(np.float32),
        slope=slope.astype(np.float32),
        cap_pence=np.full((DRAWS, SCHOOLS), np.inf, dtype=np.float32),
        ordered=np.full((SCHOOLS, len(centre)), -1, dtype=np.int8),
        seed=SEED,
        version="case-2011",
    )
    return path
