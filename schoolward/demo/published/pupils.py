"""Fictional children's results, so that every figure of a school is the count or the mean of the same pupils.

A pupil begins at a prior attainment z, is expected to reach a score that rises with z, and ends above or
below it by the school's true progress and chance. Nothing of a single pupil is ever written to a file.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from statistics import NormalDist
from typing import Self

import numpy as np

from schoolward.demo.dice import dice
from schoolward.demo.published import latent
from schoolward.demo.published.england import england_ks2, england_ks4
from schoolward.demo.published.schools import School

_BELOW_MEAN_FSM = 0.30  # how far disadvantaged pupils begin behind others of the same school
KS2_SUBJECTS = ("read", "writ", "mat")
KS2_NOISE = {
    "read": 6.1,
    "writ": 5.9,
    "mat": 5.55,
}  # pupils' progress: published limits are ±1.96 of it over √n
_SLOPE = {"read": 5.0, "writ": 4.8, "mat": 5.0, "gps": 5.2}
_PUPIL_SD = {"read": 8.1, "writ": 7.9, "mat": 7.8, "gps": 8.3}
P8_NOISE = 1.26
_KS4_SLOPE = 13.0  # points of Attainment 8 for one standard deviation of prior attainment


@dataclass(frozen=True, eq=False)
class Pupils:
    """A year group as columns: who they are."""

    boy: np.ndarray
    disadvantaged: np.ndarray
    eal: np.ndarray
    stayed: np.ndarray  # not mobile
    sen_support: np.ndarray
    sen_plan: np.ndarray
    known: np.ndarray  # earlier results are known
    z: np.ndarray

    def __len__(self) -> int:
        return len(self.boy)

    @classmethod
    def together(cls, parts: list[Self]) -> Self:
        """Several schools' pupils as one group."""
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})


@dataclass(frozen=True, eq=False)
class Ks2Pupils(Pupils):
    """Eleven-year-olds: scaled scores, writing as judged by teachers, progress."""

    read: np.ndarray
    mat: np.ndarray
    gps: np.ndarray
    writ: np.ndarray  # a score like the others; teachers' judgement is where it falls
    read_progress: np.ndarray
    writ_progress: np.ndarray
    mat_progress: np.ndarray
    science: np.ndarray

    @property
    def ks1(self) -> np.ndarray:
        """Key stage 1 average points."""
        return np.clip(16.2 + 3.4 * self.z, 2.5, 22.5)


@dataclass(frozen=True, eq=False)
class Ks4Pupils(Pupils):
    """Sixteen-year-olds: Attainment 8 and what goes with it."""

    a8: np.ndarray
    p8: np.ndarray
    english_maths: np.ndarray  # the lower of the two grades, as a number that need not be whole
    ebacc: np.ndarray
    five: np.ndarray
    expected_english: np.ndarray
    expected_maths: np.ndarray

    @property
    def ks2(self) -> np.ndarray:
        """Key stage 2 average points."""
        return np.clip(28.5 + 4.2 * self.z, 15, 39)


def _who(school: School, seed: int, throw: np.random.Generator, size: int) -> dict[str, np.ndarray]:
    disadvantaged = throw.random(size) < latent.disadvantaged_share(school, seed)
    z = (
        latent.prior_mean(school, seed)
        + throw.normal(0, 0.95, size)
        - _BELOW_MEAN_FSM * (disadvantaged - 0.3)
    )
    boys = 0.0 if "girls" in school.story else 0.51
    eal = 0.02 + 0.20 * school.place.hardship * school.place.urban
    weak = throw.normal(0, 1, size) - 0.8 * z
    coverage = 0.36 if "thin" in school.story else 0.955
    return {
        "boy": throw.random(size) < boys,
        "disadvantaged": disadvantaged,
        "eal": throw.random(size) < eal,
        "stayed": throw.random(size) < 0.93,
        "sen_support": (weak > 1.3) & (weak <= 2.3) & (not school.special),
        "sen_plan": (weak > 2.3) | school.special,
        "known": throw.random(size) < coverage,
        "z": z,
    }


@lru_cache(maxsize=4096)
def ks2_pupils(school: School, seed: int, year: int) -> Ks2Pupils:
    """The school's year 6 in the summer of `year`."""
    throw = dice(seed, "ks2", school.key, year)
    size = latent.cohort_size(school, seed, year)
    who = _who(school, seed, throw, size)
    true = latent.progress(school, seed, year)
    shared = throw.normal(size=size)
    found = {}
    for subject in KS2_SUBJECTS:
        noise = KS2_NOISE[subject] * (0.72 * shared + 0.694 * throw.normal(size=size))
        found[f"{subject}_progress"] = true[subject] + noise - 0.5 * (who["disadvantaged"] - 0.3)
        found[subject] = _score(subject, year, who["z"], found[f"{subject}_progress"])
    mean_progress = (found["read_progress"] + found["mat_progress"]) / 2 + throw.normal(0, 3.5, size)
    found["gps"] = _score("gps", year, who["z"], mean_progress)
    science = found["writ"] + throw.normal(1.2, 3, size) >= 100
    return Ks2Pupils(**who, **found, science=science)


def _score(subject: str, year: int, z: np.ndarray, progress: np.ndarray) -> np.ndarray:
    share = england_ks2(year)[subject] / 100
    mean = 99.5 + _PUPIL_SD[subject] * NormalDist().inv_cdf(share)  # 99.5: scores are whole numbers
    return np.clip(np.round(mean + _SLOPE[subject] * z + progress), 80, 120)


@lru_cache(maxsize=1024)
def ks4_pupils(school: School, seed: int, year: int) -> Ks4Pupils:
    """The school's year 11 in the summer of `year`."""
    throw = dice(seed, "ks4", school.key, year)
    size = latent.cohort_size(school, seed, year)
    who = _who(school, seed, throw, size)
    quality = latent.quality(school, seed)[year] / latent.SPREAD
    england = england_ks4(year)
    lift = 0.48 * quality + 0.2 * latent.prior_mean(school, seed)
    p8 = lift - 0.05 + throw.normal(0, P8_NOISE, size) - 0.45 * (who["disadvantaged"] - 0.28)
    a8 = np.clip(england["a8"] + _KS4_SLOPE * who["z"] + 10 * p8, 0, 87)
    marks = 10 * NormalDist().inv_cdf(england["em94"] / 100) * 1.9
    grade = 4 + (a8 - england["a8"] + marks + throw.normal(0, 6, size)) / 10
    strong = NormalDist().inv_cdf(england["em94"] / 100) - NormalDist().inv_cdf(england["em95"] / 100)
    grade = np.where(grade > 4, 4 + (grade - 4) / (1.9 * strong), grade)  # stretched so that 5 falls in place
    entry = np.clip(england["ebacc"] / 100 + 0.25 * quality * 0.5 + 0.018 * (a8 - 46), 0.01, 0.97)
    return Ks4Pupils(
        **who,
        a8=a8,
        p8=p8,
        english_maths=grade,
        ebacc=throw.random(size) < entry,
        five=grade + throw.normal(-0.15, 0.3, size) >= 4,
        expected_english=p8 + throw.normal(0, 0.6, size) > -0.85,
        expected_maths=p8 + throw.normal(0, 0.6, size) > -0.62,
    )
