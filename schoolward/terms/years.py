"""Exam years, academic years and financial years, which start in different months."""

from datetime import date


def academic_year_label(exam_year: int) -> str:
    """'2017-18' for exam year 2018: the academic year whose summer holds the exams."""
    return f"{exam_year - 1}-{exam_year % 100:02d}"


def exam_year_of(day: date) -> int:
    """The exam year that `day` falls in; it turns on 1 September."""
    return day.year + (day.month >= 9)


def financial_year_label(end_year: int) -> str:
    """'2017-18' for the financial year that ends on 31 March 2018."""
    return f"{end_year - 1}-{end_year % 100:02d}"


def financial_year_end(day: date) -> int:
    """The year in which the financial year holding `day` ends; it turns on 1 April."""
    return day.year + (day.month >= 4)
