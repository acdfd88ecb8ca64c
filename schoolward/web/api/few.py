"""Percentages of fewer than ten children taken out, as on the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schoolward.apps.performance.queries import FEW

REASON = "not shown: fewer than ten pupils"


def is_few(cohort: float | None) -> bool:
    """True for fewer than ten; an unknown number is not taken for few."""
    return cohort is not None and cohort < FEW


def is_hidden(measure: str, few: bool) -> bool:
    """True for a percentage of few."""
    return few and measure.endswith("_pct")


def figures_shown(figures: Mapping[str, Any], codes: Mapping[str, str]) -> tuple[dict, dict]:
    """The figures that may be shown, and the reasons for those that are not there."""
    few = is_few(figures.get("cohort"))
    hidden = {name: REASON for name in figures if is_hidden(name, few)}
    return {name: value for name, value in figures.items() if name not in hidden}, {**codes, **hidden}


def lines_shown(lines: Iterable[Mapping[str, Any]], few_years: set[int] | None = None) -> list[dict]:
    """The lines of a working, with neither figure nor sentence where the percentage is of few.

    Which years are of few is read from the lines on the cohort, unless it is given.
    """
    lines = list(lines)
    if few_years is None:
        few_years = {line.get("exam_year") for line in lines if _tells_of_few(line)}
    return [_line(line, line.get("exam_year") in few_years) for line in lines]


def _tells_of_few(line: Mapping[str, Any]) -> bool:
    return line["measure"] == "cohort" and is_few(line["value"])


def _line(line: Mapping[str, Any], few: bool) -> dict:
    if not is_hidden(line["measure"], few) or line["value"] is None:
        return dict(line)
    return {
        **line,
        "value": None,
        "code": REASON,
        "sentence": f"{line.get('label', line['measure'])}: {REASON}.",
    }
