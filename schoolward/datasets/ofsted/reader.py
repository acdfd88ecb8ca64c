"""Turns every form of inspection file into events: who, when, published when, grade, category, areas."""

from __future__ import annotations

from datetime import date

import polars as pl

from schoolward.datasets.schema import Reading

GRADES = {
    "1": "Outstanding", "outstanding": "Outstanding",
    "2": "Good", "good": "Good",
    "3": "Requires improvement", "requires improvement": "Requires improvement",
    "satisfactory": "Satisfactory",
    "4": "Inadequate", "inadequate": "Inadequate",
}  # fmt: skip
CATEGORIES = {
    "sm": "special measures", "special measures": "special measures",
    "swk": "serious weaknesses", "sw": "serious weaknesses", "serious weaknesses": "serious weaknesses",
    "nti": "notice to improve", "notice to improve": "notice to improve",
    "rsi": "requires significant improvement",
    "requires significant improvement": "requires significant improvement",
}  # fmt: skip
# The third grade was called satisfactory until inspections of September 2012 (docs/sources.md).
SATISFACTORY_UNTIL = date(2012, 8, 31)
AREAS = (
    "quality_of_education", "behaviour", "personal_development", "leadership", "safeguarding",
    "inclusion", "curriculum", "achievement", "early_years", "post16",
)  # fmt: skip


def tidy_history(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Grades in one spelling; each row is a graded inspection of the present number."""
    return _events(frame, "", "graded inspection", numbered=False)


def events_of_management_information(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """One row for the latest full inspection, one for the one before, one for the latest ungraded."""
    return _stack(
        _events(frame, "latest_", "graded inspection"),
        _events(frame, "previous_", "graded inspection"),
        _events(frame, "ungraded_", "ungraded inspection"),
    )


def events_of_report_cards(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """One row for the report card, one for the last inspection with grades 1 to 4, one for the ungraded."""
    return _stack(
        _events(frame, "latest_", "report card"),
        _events(frame, "oeif_", "graded inspection"),
        _events(frame, "ungraded_", "ungraded inspection"),
    )


def events_of_the_year(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """One row for each report card of the year."""
    return _events(frame, "latest_", "report card")


def _stack(*events: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(events, how="diagonal").unique(
        ["urn", "inspected_on", "event", "grade"], keep="first", maintain_order=True
    )


def _events(frame: pl.DataFrame, stem: str, event: str, *, numbered: bool = True) -> pl.DataFrame:
    """The columns of one inspection under their own names; rows where it did not take place left out."""
    here = {name.removeprefix(stem): name for name in frame.columns if name.startswith(stem)}
    school = pl.col("school_urn") if "school_urn" in frame.columns else pl.col("urn")
    at_the_time = pl.coalesce(pl.col(here["urn"]), school) if "urn" in here else school

    def words(name: str) -> pl.Expr:
        cell = pl.col(here[name]) if name in here else pl.lit(None, pl.String)
        return (
            pl.when(cell.str.to_lowercase().is_in(["null", "n/a", "not applicable"]))
            .then(None)
            .otherwise(cell)
        )

    inspected = pl.col(here["inspected_on"]) if "inspected_on" in here else pl.lit(None, pl.Date)
    return frame.select(
        at_the_time.alias("urn"),
        school.alias("school_urn"),
        inspected.alias("inspected_on"),
        (pl.col(here["published_on"]) if "published_on" in here else pl.lit(None, pl.Date)).alias(
            "published_on"
        ),
        _grade(words("grade"), inspected).alias("grade"),
        _known(words("category"), CATEGORIES).alias("category"),
        pl.lit(event).alias("event"),
        (words("number") if numbered else pl.lit(None, pl.String)).alias("inspection_number"),
        *(_judgement(words(area), inspected).alias(area) for area in AREAS if area in here),
        *(["line"] if "line" in frame.columns else []),
    ).filter(pl.col("urn").is_not_null() & pl.col("inspected_on").is_not_null())


def _known(cell: pl.Expr, words: dict[str, str]) -> pl.Expr:
    folded = cell.str.strip_chars().str.to_lowercase()
    return folded.replace_strict(words, default=cell, return_dtype=pl.String)


def _grade(cell: pl.Expr, inspected: pl.Expr) -> pl.Expr:
    """Grades in words, as they were called on the day."""
    grade = _known(cell, GRADES)
    was_satisfactory = (grade == "Requires improvement") & (inspected <= SATISFACTORY_UNTIL)
    return pl.when(was_satisfactory).then(pl.lit("Satisfactory")).otherwise(grade)


def _judgement(cell: pl.Expr, inspected: pl.Expr) -> pl.Expr:
    """A judgement on one area: numbers in words, words as they are; 0 and 9 mean not judged."""
    return _grade(pl.when(cell.is_in(["0", "9", "-"])).then(None).otherwise(cell), inspected)
