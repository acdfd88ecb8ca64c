"""A year's results made comparable: cohort noise taken out, then measured against the country's schools.

Small cohorts swing. A figure is drawn towards the mean by the share of its variance that cohort noise makes,
estimated by moments: variance of a figure with n pupils = between schools + noise / n.
"""

from __future__ import annotations

import numpy as np
import polars as pl

LEAST_SCHOOLS = 100


def standardised(rows: pl.DataFrame, measures: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    """`urn`, `cohort`, and each named figure in standard deviations of schools' underlying figures.

    `measures` gives for each figure the columns of `rows` that are averaged into it. A figure is left null
    for every school where too few schools have it.
    """
    pupils = rows["cohort"].to_numpy().astype(float)
    if np.isnan(pupils).all():
        pupils = np.full(len(rows), 30.0)
    filled = np.where(np.isnan(pupils) | (pupils < 1), np.nanmedian(pupils), pupils)
    figures = {name: _mean_of(rows, columns) for name, columns in measures.items()}
    return rows.select("urn", "cohort").with_columns(
        pl.Series(name, shrunk(figure, filled), nan_to_null=True) for name, figure in figures.items()
    )


def _mean_of(rows: pl.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    return (
        rows.select(pl.mean_horizontal(*columns, ignore_nulls=False).cast(pl.Float64)).to_series().to_numpy()
    )


def shrunk(figure: np.ndarray, pupils: np.ndarray) -> np.ndarray:
    """Figures (N,) of cohorts of `pupils` (N,) in units of the spread between schools, noise taken out."""
    known = ~np.isnan(figure)
    if known.sum() < LEAST_SCHOOLS:
        return np.full(len(figure), np.nan)
    mean = np.average(figure[known], weights=pupils[known])
    between, noise = variances(figure[known] - mean, pupils[known])
    kept = between / (between + noise / pupils)
    return kept * (figure - mean) / np.sqrt(between)


def variances(deviation: np.ndarray, pupils: np.ndarray) -> tuple[float, float]:
    """The variance between schools and that of one pupil, by least squares of squares on 1 / n.

    A square varies as the square of what it estimates, so a row counts by its pupils: else the smallest
    cohorts, which know least, would decide.
    """
    design = np.column_stack([pupils, np.ones(len(pupils))])
    between, noise = np.linalg.lstsq(design, pupils * deviation**2, rcond=None)[0]
    whole = float(np.mean(deviation**2))
    return max(float(between), 0.1 * whole, 1e-9), max(float(noise), 0.0)
