"""The kinds of imported evidence, and where a run can stand."""

from __future__ import annotations

from enum import StrEnum


class Table(StrEnum):
    """Evidence that comes as a file; answers and prices come from the survey and the catalogue."""

    PREVIOUS = "previous"
    ORDERS = "orders"


TABLE_WORDS = {Table.PREVIOUS: "What schools bought before", Table.ORDERS: "Order forms that are back"}


class Stage(StrEnum):
    """Where a run stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


STAGE_WORDS = {
    Stage.ASKED: "Being worked out",
    Stage.DONE: "Worked out",
    Stage.REFUSED: "No result",
}
