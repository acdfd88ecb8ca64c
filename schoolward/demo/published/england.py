"""What England's pupils reached, as published: the yardstick every fictional pupil is measured with.

Source: local authority interactive tool, DfE (key `lait` in docs/sources.md) to 2024; 2025 as announced
by DfE in September and October 2025. Later years carry the last figure on.
"""

from bisect import bisect_right

# exam year: per cent at the expected and higher standard, by subject; average scaled scores
_KS2 = {
    2014: {"rwm": 79, "high": 24, "read": 89, "writ": 85, "mat": 86, "gps": 76},  # level 4 and above
    2015: {"rwm": 80, "high": 24, "read": 89, "writ": 87, "mat": 87, "gps": 80},
    2016: {
        "rwm": 54,
        "high": 5,
        "read": 66,
        "writ": 75,
        "mat": 70,
        "gps": 73,
        "rs": 103,
        "ms": 103,
        "gs": 104,
    },
    2017: {
        "rwm": 62,
        "high": 9,
        "read": 72,
        "writ": 77,
        "mat": 75,
        "gps": 77,
        "rs": 104,
        "ms": 104,
        "gs": 106,
    },
    2018: {
        "rwm": 65,
        "high": 10,
        "read": 76,
        "writ": 79,
        "mat": 76,
        "gps": 78,
        "rs": 105,
        "ms": 104,
        "gs": 106,
    },
    2019: {
        "rwm": 65,
        "high": 11,
        "read": 74,
        "writ": 79,
        "mat": 79,
        "gps": 79,
        "rs": 104,
        "ms": 105,
        "gs": 106,
    },
    2022: {
        "rwm": 59,
        "high": 7,
        "read": 75,
        "writ": 70,
        "mat": 72,
        "gps": 73,
        "rs": 105,
        "ms": 104,
        "gs": 105,
    },
    2023: {
        "rwm": 60,
        "high": 8,
        "read": 73,
        "writ": 72,
        "mat": 73,
        "gps": 73,
        "rs": 105,
        "ms": 104,
        "gs": 105,
    },
    2024: {
        "rwm": 61,
        "high": 8,
        "read": 75,
        "writ": 72,
        "mat": 74,
        "gps": 73,
        "rs": 105,
        "ms": 104,
        "gs": 105,
    },
    2025: {
        "rwm": 62,
        "high": 8,
        "read": 75,
        "writ": 72,
        "mat": 74,
        "gps": 73,
        "rs": 106,
        "ms": 105,
        "gs": 105,
    },
}
# exam year: average Attainment 8, per cent with a standard and a strong pass in English and maths, entering
# the English Baccalaureate, five good passes with English and maths (to 2015); state-funded schools
_KS4 = {
    2014: {"a8": 47.4, "em94": 59, "em95": 39, "ebacc": 39, "five": 57, "eng": 72, "maths": 66},
    2015: {"a8": 48.6, "em94": 59, "em95": 39, "ebacc": 39, "five": 57, "eng": 71, "maths": 67},
    2016: {"a8": 50.1, "em94": 63, "em95": 40, "ebacc": 40},
    2017: {"a8": 46.5, "em94": 64, "em95": 43, "ebacc": 38},
    2018: {"a8": 46.6, "em94": 64, "em95": 43, "ebacc": 38},
    2019: {"a8": 46.7, "em94": 65, "em95": 43, "ebacc": 40},
    2022: {"a8": 48.8, "em94": 69, "em95": 50, "ebacc": 39},
    2023: {"a8": 46.3, "em94": 65, "em95": 45, "ebacc": 39},
    2024: {"a8": 45.9, "em94": 65, "em95": 46, "ebacc": 40},
    2025: {"a8": 45.9, "em94": 65, "em95": 45, "ebacc": 41},
}
PUPILS_AT_11, PUPILS_AT_16 = 640_000, 560_000


def england_ks2(year: int) -> dict[str, float]:
    """The year's figures for England at 11, or the last before it."""
    return _last(_KS2, year)


def england_ks4(year: int) -> dict[str, float]:
    """The year's figures for England at 16, or the last before it."""
    return _last(_KS4, year)


def _last(table: dict[int, dict[str, float]], year: int) -> dict[str, float]:
    years = sorted(table)
    return table[years[max(0, bisect_right(years, year) - 1)]]
