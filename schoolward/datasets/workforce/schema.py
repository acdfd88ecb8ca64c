"""The form in which the school workforce is published by school."""

from schoolward.datasets.periods import year_in_name
from schoolward.datasets.schema import Variant, count, pence, urn, whole

TABLES = Variant(
    product="workforce",
    name="performance tables' workforce",
    title="the school workforce beside the performance tables (england_swf)",
    period=year_in_name,
    columns=(
        urn(),
        whole("LA Number", "la_code", need=True),
        whole("Establishment Number", "estab"),
        count("Total Number of Teachers (Headcount)", "teachers", need=True),
        count("Total Number of Teaching Assistants (Headcount)", "assistants"),
        count("Total Number of Teachers (Full-Time Equivalent)", "teachers_fte", need=True),
        count("Total Number of Teaching Assistants (Full-time Equivalent)", "assistants_fte"),
        count("Pupil: Teacher Ratio", "pupils_per_teacher"),
        pence("Mean Gross FTE Salary of All Teachers (£s)", "mean_teacher_pay_pence"),
    ),
)

VARIANTS = (TABLES,)
