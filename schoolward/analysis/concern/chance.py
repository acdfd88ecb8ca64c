"""How far chance could have brought a school below a line: small cohorts swing.

Model for a share of pupils. A school has an underlying rate; the pupils of a year each reach the
standard with that chance, independently, so the number who do is binomial. The rates of all schools in
England are spread as a beta distribution, fitted to the year's published results by moments. A school's
own results move its estimate away from the national spread, the more so the more pupils there were
(empirical Bayes). A published percentage is whole, so a school shows below a line of 65 when fewer than
64.5% of its pupils reach the standard.

Model for a score with limits, such as Progress 8: the published 95% limits give its error, and the
scores of all schools are spread as a normal distribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, exp, fsum, lgamma, sqrt
from statistics import NormalDist

from schoolward.analysis.concern.beta import log_beta, point_with, share_above
from schoolward.terms.errors import NotEnoughData

LEAST_SCHOOLS = 30
Z95 = 1.96
NINE_IN_TEN = (0.05, 0.95)
NORMAL = NormalDist()
HALF_POINT = Fraction(1, 2)


@dataclass(frozen=True)
class Spread:
    """The beta distribution of schools' underlying rates; `schools` were used to fit it."""

    a: float
    b: float
    schools: int


@dataclass(frozen=True)
class Cohort:
    """One year's pupils and how many of them reached the standard."""

    exam_year: int
    pupils: int
    reached: int


@dataclass(frozen=True)
class Chance:
    """What the figures allow to be said about luck; shares from 0 to 1.

    `by_luck` is the chance that the school's underlying figure is at or above the line although it shows
    below it; None where it does not show below. `below_again` is the chance that a like cohort shows below.
    """

    estimate: float
    low: float
    high: float
    by_luck: float | None
    below_again: float
    sentence: str


def most_below(pupils: int, line_pct: float) -> int:
    """The largest number reaching the standard that still shows below the line; −1 if none does."""
    return ceil((Fraction(str(line_pct)) - HALF_POINT) * pupils / 100) - 1


def chance_below(pupils: int, rate: float, line_pct: float) -> float:
    """The chance that a cohort shows below the line when each pupil succeeds with chance `rate`."""
    most = most_below(pupils, line_pct)
    return share_above(rate, most + 1, pupils - most) if most >= 0 else 0.0  # the binomial sum as a beta


def _predicted_below(pupils: int, a: float, b: float, line_pct: float) -> float:
    """The same where the rate itself is only known to be beta-distributed with `a` and `b`."""
    whole = lgamma(pupils + 1) - log_beta(a, b)
    return fsum(
        exp(whole - lgamma(k + 1) - lgamma(pupils - k + 1) + log_beta(k + a, pupils - k + b))
        for k in range(most_below(pupils, line_pct) + 1)
    )


def fit_spread(pupils: Sequence[int], reached: Sequence[int]) -> Spread:
    """The spread of underlying rates over schools, by moments, less what cohort noise explains."""
    pairs = [(float(n), float(k)) for n, k in zip(pupils, reached, strict=True) if n > 0]
    schools = len(pairs)
    if schools < LEAST_SCHOOLS:
        raise NotEnoughData(
            f"Results of {schools} schools are too few to know how schools differ.",
            do=f"Import the results of at least {LEAST_SCHOOLS} schools.",
        )
    total = fsum(n for n, _ in pairs)
    mean = fsum(k for _, k in pairs) / total
    between = fsum(n * (k / n - mean) ** 2 for n, k in pairs)
    noise = mean * (1 - mean)
    if not noise:
        raise NotEnoughData(
            "All pupils of all schools fared alike, which tells nothing of how schools differ.",
            do="Check the results that were imported.",
        )
    spare = total - fsum(n**2 for n, _ in pairs) / total
    # Chi-square of the shares about their mean, less what binomial noise alone would give.
    likeness = (between / noise - (schools - 1)) / (spare - (schools - 1))
    likeness = min(max(likeness, 1e-4), 1 - 1e-4)
    size = 1 / likeness - 1
    return Spread(mean * size, (1 - mean) * size, schools)


def share_chance(cohorts: Sequence[Cohort], spread: Spread, line_pct: float) -> Chance:
    """Luck for a share of pupils; the last cohort is the one shown, earlier ones count as much per pupil."""
    shown = cohorts[-1]
    pupils, reached = sum(each.pupils for each in cohorts), sum(each.reached for each in cohorts)
    a, b = spread.a + reached, spread.b + pupils - reached
    below = shown.reached <= most_below(shown.pupils, line_pct)
    again = _predicted_below(shown.pupils, a, b, line_pct)
    luck = share_above(line_pct / 100, a, b) if below else None
    low, high = (point_with(share, a, b) for share in NINE_IN_TEN)
    estimate = a / (a + b)
    years = " and ".join(str(each.exam_year) for each in cohorts)
    sentence = (
        f"With {shown.pupils} pupils, and its results of {years} beside those of {spread.schools:,} "
        f"schools, the school's underlying rate is about {estimate:.0%} "
        f"(9 times in 10 between {low:.0%} and {high:.0%}). " + _luck_sentence(luck, again, f"{line_pct:g}%")
    )
    return Chance(estimate, low, high, luck, again, sentence)


@dataclass(frozen=True)
class ScoreSpread:
    """The normal distribution of schools' underlying scores."""

    mean: float
    sd: float
    schools: int


def fit_score_spread(scores: Sequence[float], uppers: Sequence[float]) -> ScoreSpread:
    """The spread of underlying scores: what is seen less what the schools' own errors explain."""
    seen = [float(score) for score in scores]
    errors = [(float(upper) - score) / Z95 for score, upper in zip(seen, uppers, strict=True)]
    if len(seen) < LEAST_SCHOOLS:
        raise NotEnoughData(
            f"Scores of {len(seen)} schools are too few to know how schools differ.",
            do=f"Import the results of at least {LEAST_SCHOOLS} schools.",
        )
    mean = fsum(seen) / len(seen)
    variance = fsum((score - mean) ** 2 for score in seen) / (len(seen) - 1)
    between = max(variance - fsum(error**2 for error in errors) / len(errors), 1e-6)
    return ScoreSpread(mean, sqrt(between), len(seen))


def score_chance(score: float, upper: float, spread: ScoreSpread, line: float) -> Chance:
    """Luck for a score with a published upper 95% limit."""
    error = max((upper - score) / Z95, 1e-6)
    weight = spread.sd**2 / (spread.sd**2 + error**2)
    estimate = weight * score + (1 - weight) * spread.mean
    sd = sqrt(weight) * error
    luck = NORMAL.cdf((estimate - line) / sd) if score < line else None
    again = NORMAL.cdf((line - estimate) / sqrt(sd**2 + error**2))
    low, high = (estimate + sd * NORMAL.inv_cdf(share) for share in NINE_IN_TEN)
    sentence = (
        f"Beside those of {spread.schools:,} schools, the school's underlying score is about {estimate:.2f} "
        f"(9 times in 10 between {low:.2f} and {high:.2f}). " + _luck_sentence(luck, again, f"{line:g}")
    ).replace("-", "−")
    return Chance(estimate, low, high, luck, again, sentence)


def _luck_sentence(luck: float | None, again: float, line: str) -> str:
    shown = f"A like cohort would show below {line} with a chance of {percent(again)}."
    if luck is None:
        return shown
    really = f"The chance that it is really at or above {line}, and shows below by luck, is {percent(luck)}."
    return f"{really} {shown}"


def percent(share: float) -> str:
    """'12%', 'under 1%' or 'over 99%'."""
    if share < 0.01:
        return "under 1%"
    return "over 99%" if share > 0.99 else f"{share:.0%}"
