"""Facts about schools as columns that a model can weigh: logs, standard units, kinds as noughts and ones."""

from collections import Counter

import numpy as np

from schoolward.analysis.demand.records import SchoolRow

MOST_KINDS = 8
IN_WORDS = {
    "phase": "The phase",
    "roll": "The number of pupils",
    "fsm_share": "The share of pupils with free school meals",
    "last_grade": "The last inspection grade",
}


def columns(schools: list[SchoolRow]) -> tuple[np.ndarray, list[str], list[str]]:
    """The columns (S, P), their names, and notes on what was not used or not known."""
    names = list(dict.fromkeys(name for school in schools for name in school.facts))
    found: list[tuple[str, np.ndarray]] = []
    notes: list[str] = []
    for name in names:
        values = [school.facts.get(name) for school in schools]
        known = [value for value in values if value is not None]
        missing = len(values) - len(known)
        if not known:
            continue
        if all(isinstance(value, int | float) for value in known):
            found += _number(name, values)
            if missing:
                notes.append(
                    f"{_in_words(name)} is not known for {missing} of {len(values)} schools: "
                    "taken as average there."
                )
        elif len(set(map(str, known))) > MOST_KINDS:
            notes.append(f"{_in_words(name)} was not used: it has more than {MOST_KINDS} different texts.")
        else:
            found += _kinds(name, values)
    matrix = np.column_stack([column for _, column in found]) if found else np.zeros((len(schools), 0))
    return matrix, [name for name, _ in found], notes


def _in_words(name: str) -> str:
    """A column as users call it; one of their own by its heading."""
    return IN_WORDS.get(name, f"The column “{name}”")


def _number(name: str, values: list) -> list[tuple[str, np.ndarray]]:
    """In standard units; the roll by its log, since schools differ in size by factors."""
    column = np.array([np.nan if value is None else float(value) for value in values])
    if name == "roll":
        column = np.log(np.where(column > 0, column, np.nan))
    if np.all(np.isnan(column)):
        return []
    spread = np.nanstd(column)
    if not spread > 0:
        return []
    return [(name, np.nan_to_num((column - np.nanmean(column)) / spread))]


def _kinds(name: str, values: list) -> list[tuple[str, np.ndarray]]:
    """One column for each kind but the most common."""
    counts = Counter(str(value) for value in values if value is not None)
    kinds = sorted(counts, key=lambda kind: (-counts[kind], kind))[1:]
    return [
        (f"{name} {kind}", np.array([float(value is not None and str(value) == kind) for value in values]))
        for kind in kinds
    ]
