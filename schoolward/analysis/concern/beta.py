"""The beta distribution: the share of it below a point, and the point with a share below it.

A library gives the same to twelve figures, and the tests hold these to it; but loading one for these three
functions alone takes longer than working out an authority's whole list.
"""

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_EXACT = 1e-15
_STEEP = 700  # beyond it an exponential is zero or infinite
_MOST_STEPS = 10_000  # the fraction needs some √max(a, b) steps; the largest cohorts need about fifty


def log_beta(a: float, b: float) -> float:
    """The logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def share_below(point: float, a: float, b: float) -> float:
    """How much of the distribution lies below a point between 0 and 1."""
    if not 0 < point < 1:
        return float(point >= 1)
    if point > (a + 1) / (a + b + 2):  # beyond it the fraction converges slowly; the other side is quick
        return 1 - share_above(point, a, b)
    return exp(a * log(point) + b * log1p(-point) - log_beta(a, b)) / (a * _fraction(point, a, b))


def share_above(point: float, a: float, b: float) -> float:
    """How much lies above it; exact where that is very little, which 1 less the share below is not."""
    if not 0 < point < 1:
        return float(point <= 0)
    if point <= (a + 1) / (a + b + 2):
        return 1 - share_below(point, a, b)
    return exp(a * log(point) + b * log1p(-point) - log_beta(a, b)) / (b * _fraction(1 - point, b, a))


def point_with(share: float, a: float, b: float) -> float:
    """The point that has this share of the distribution below it: Newton's steps, kept within bounds."""
    low, high, point = 0.0, 1.0, a / (a + b)
    for _ in range(200):
        over = share_below(point, a, b) - share
        low, high = (low, point) if over > 0 else (point, high)
        height = (a - 1) * log(point) + (b - 1) * log1p(-point) - log_beta(a, b)
        following = point - over / exp(height) if abs(height) < _STEEP else low
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - point) <= _EXACT * following:
            break
        point = following
    return point


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 + term * d, 1 + term / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            value *= d * c
        if abs(d * c - 1) < _EXACT:
            break
    return 1 / value
