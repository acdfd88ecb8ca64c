"""The named queries over published data: what everything above asks for, in one place.

Each takes the store and, where knowledge changes with time, `as_at`: the day whose knowledge is used, or None
for everything that was imported. Shapes and column names are in each function's docstring.
"""

from schoolward.datasets.authorities import authorities, boundaries, lait, statistical_neighbours
from schoolward.datasets.facts import finance, inspections, links, workforce
from schoolward.datasets.history import differences, history, lineage, similarity_inputs
from schoolward.datasets.registers import schools
from schoolward.datasets.results import MEASURES, authority_results, exam_years, national, results
from schoolward.datasets.successions import closures, successors

__all__ = [
    "MEASURES",
    "authorities",
    "authority_results",
    "boundaries",
    "closures",
    "differences",
    "exam_years",
    "finance",
    "history",
    "inspections",
    "lait",
    "lineage",
    "links",
    "national",
    "results",
    "schools",
    "similarity_inputs",
    "statistical_neighbours",
    "successors",
    "workforce",
]
