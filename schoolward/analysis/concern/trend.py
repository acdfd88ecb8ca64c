"""Whether results are falling: a run of falls, or one large fall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fall:
    """From which year to which, and between which figures."""

    from_year: int
    to_year: int
    before: float
    after: float
    run: int


def falling(
    figures: Mapping[int, float], *, consecutive_falls: int, drop: float, within_years: int
) -> Fall | None:
    """The fall that ends in the last year, if it is long or large enough.

    `figures` are comparable figures by exam year. A run needs every year in between: a missing year ends it.
    """
    if len(figures) < 2:
        return None
    years = sorted(figures)
    last = years[-1]
    run = _run(figures, years)
    if run >= consecutive_falls:
        return Fall(last - run, last, figures[last - run], figures[last], run)
    earlier = [year for year in years[:-1] if last - year <= within_years]
    large = [year for year in earlier if round(figures[year] - figures[last], 6) >= drop]
    if not large:
        return None
    start = max(large, key=lambda year: figures[year])
    return Fall(start, last, figures[start], figures[last], run)


def _run(figures: Mapping[int, float], years: Sequence[int]) -> int:
    run, year = 0, years[-1]
    while year - 1 in figures and figures[year] < figures[year - 1]:
        run, year = run + 1, year - 1
    return run
