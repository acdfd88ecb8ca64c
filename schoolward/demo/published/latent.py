"""How good each school really is, year by year: what every result, inspection and deficit is drawn from.

A school has a level that lasts and a deviation that fades (0.6 a year): together a spread of 2 scaled
score points, with a correlation of about 0.5 over two years, as real progress scores have after the
chance of small cohorts is taken off (`docs/reference/estuary.md`).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from schoolward.demo.dice import dice
from schoolward.demo.published.schools import School

FIRST_YEAR, LAST_YEAR = 2002, 2060
SPREAD = 2.0
_LEVEL_SD, _DEVIATION_SD, _FADING = 1.0, 1.75, 0.6
_LOADINGS = {"read": 0.86, "writ": 0.62, "mat": 0.92}
_SUBJECT_SD = {"read": 2.0, "writ": 1.9, "mat": 2.2}


@lru_cache(maxsize=4096)
def quality(school: School, seed: int) -> dict[int, float]:
    """The school's quality in each exam year; the nation's schools average 0."""
    throw = dice(seed, "quality", school.key)
    level = throw.normal(0, _LEVEL_SD)
    if "level" in school.story:
        level = school.told("level")
    shocks = throw.normal(0, _DEVIATION_SD * (1 - _FADING**2) ** 0.5, LAST_YEAR - FIRST_YEAR + 1)
    path, deviation = {}, throw.normal(0, _DEVIATION_SD)
    calm = 0.45 if "level" in school.story else 1.0  # a school with a story keeps to it
    for year, shock in zip(range(FIRST_YEAR, LAST_YEAR + 1), shocks, strict=True):
        deviation = _FADING * deviation + shock
        path[year] = float(level + calm * deviation + _told_change(school, year))
    return path


def _told_change(school: School, year: int) -> float:
    change = 0.0
    for word in ("slope", "step"):
        if word in school.story:
            start, amount = school.story[word].split(":")
            years = max(0, year - int(start))
            change += float(amount) * (min(years, 7) if word == "slope" else years > 0)
    return change


@lru_cache(maxsize=20_000)
def progress(school: School, seed: int, year: int) -> dict[str, float]:
    """True progress in reading, writing and maths, in scaled score points."""
    q = quality(school, seed)[year] / SPREAD
    lasting = dice(seed, "subjects", school.key).normal(size=3)
    passing = dice(seed, "subjects", school.key, year).normal(size=3)
    own = (lasting + passing) / 2**0.5
    found = {}
    for mine, (subject, loading) in zip(own, _LOADINGS.items(), strict=True):
        share = loading * q + (1 - loading**2) ** 0.5 * mine
        found[subject] = 0.3 + float(_SUBJECT_SD[subject] * share) + _school_shift(school, year, subject)
    return found


def _school_shift(school: School, year: int, subject: str) -> float:
    """What a story fixes: below the floor in one year, coasting for three."""
    if school.story.get("below") == str(year):
        return {"read": -6.0, "writ": -2.5, "mat": -5.2}[subject]
    return -4.5 if school.special else 0.0


@lru_cache(maxsize=4096)
def fsm_share(school: School, seed: int) -> float:
    """Share of pupils entitled to free school meals in an ordinary year."""
    if "fsm" in school.story:
        return school.told("fsm")
    if school.kind_code == "IND":
        return 0.0
    throw = dice(seed, "fsm", school.key)
    share = 0.02 + 0.30 * school.place.hardship + throw.normal(0, 0.05)
    share *= 0.35 if "selective" in school.story else 1.0
    share *= 0.75 if school.faith == "RC" else 1.0
    return float(np.clip(share + (0.2 if school.kind_code in ("SP", "PRU") else 0), 0.01, 0.7))


@lru_cache(maxsize=4096)
def disadvantaged_share(school: School, seed: int) -> float:
    """Share who had free meals at any time in six years: what the tables count."""
    return min(0.9, 1.45 * fsm_share(school, seed) + 0.02)


@lru_cache(maxsize=4096)
def prior_mean(school: School, seed: int) -> float:
    """How far the school's pupils begin above or below the nation's, in pupils' standard deviations."""
    if school.special:
        return -3.2
    if "prior" in school.story:
        return school.told("prior")
    own = dice(seed, "prior", school.key).normal(0, 0.22)
    selected = 1.25 if "selective" in school.story else 0.35 if school.kind_code == "IND" else 0.0
    return float(own + selected - 1.0 * (disadvantaged_share(school, seed) - 0.30))


def birth_rate(school: School, year: int) -> float:
    """Children of the age for each place, against 2016: a rise to 2019, then the fall all of England sees."""
    rise = 0.012 * (min(year, 2019) - 2016)
    fall = 0.018 * max(0, year - 2019) * (0.4 if school.kind.ks4 else 1.0)
    own = 0.045 * max(0, year - 2015) if "falling" in school.story else 0.0
    return max(0.35, 1 + rise - fall - own)


@lru_cache(maxsize=20_000)
def cohort_size(school: School, seed: int, year: int) -> int:
    """Pupils in one year group in the summer of `year`."""
    if "cohort" in school.story:
        return int(school.told("cohort"))
    fill = 0.95 + dice(seed, "fill", school.key).normal(0, 0.07)
    fill -= 0.04 * max(0.0, school.place.hardship - 0.4) + 0.02 * (quality(school, seed)[year] < -2)
    noise = dice(seed, "cohort", school.key, year).normal(0, 0.05)
    full = 1.07 if school.kind.ks4 else 1.03
    size = school.places_a_year * min(fill * birth_rate(school, year) + noise, full)
    return max(4, round(size))


@lru_cache(maxsize=20_000)
def roll(school: School, seed: int, year: int) -> int:
    """Pupils in the whole school in January of `year`."""
    return round(cohort_size(school, seed, year) * school.kind.year_groups)
