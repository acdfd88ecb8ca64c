"""Published results brought together with the dated rules; importable without Django set up.

`standards` judges, `histories` makes what is kept of each school, `similar` finds whom to compare it with,
`judgements` and `documents` give answers in the form that the command line and the API print.
"""

from schoolward.apps.performance.bridge.standards import (
    ancestors,
    coasting,
    floor,
    history,
    judged,
    results,
)

__all__ = ["ancestors", "coasting", "floor", "history", "judged", "results"]
