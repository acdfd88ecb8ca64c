"""The Swissmetro choices (Bierlaire, Axhausen and Abay 2001) in the form of the published example."""

import gzip

import numpy as np

from schoolward.analysis.choice.mixed_logit import Choices
from setup.ground import ROOT

PATH = ROOT.parent / "shared" / "data" / "choice" / "swissmetro.dat.gz"
CAR, TRAIN, COST, TIME = range(4)  # the facts: constants of car and train, cost and time in hundreds


def choices() -> Choices:
    """Trips to work and on business, cost nothing with a season ticket, ways open as in the survey."""
    with gzip.open(PATH, "rt") as file:
        names = file.readline().split()
        table = np.loadtxt(file)
    column = {name: table[:, n] for n, name in enumerate(names)}
    kept = np.isin(column["PURPOSE"], (1, 3)) & (column["CHOICE"] != 0)
    column = {name: values[kept] for name, values in column.items()}
    facts = np.zeros((int(kept.sum()), 3, 4))
    facts[:, 2, CAR] = facts[:, 0, TRAIN] = 1
    for way, name in enumerate(("TRAIN", "SM", "CAR")):
        facts[:, way, COST] = column[f"{name}_CO"] / 100
        facts[:, way, TIME] = column[f"{name}_TT"] / 100
    facts[column["GA"] == 1, :2, COST] = 0
    asked = column["SP"] != 0
    open_ways = np.column_stack(
        [(column["TRAIN_AV"] != 0) & asked, column["SM_AV"] != 0, (column["CAR_AV"] != 0) & asked]
    )
    return Choices(facts, open_ways, column["CHOICE"].astype(int) - 1, column["ID"].astype(int))
