"""Where a figure came from, and whether it still stands: what makes a paper checkable years later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from schoolward.publishing.charts import Chart
from schoolward.publishing.tables import Column, Table, table
from schoolward.terms.errors import BadInput

type Value = int | float | str | Table | Chart | None


@dataclass(frozen=True)
class FigureValue:
    """One figure: its value, the text that prints, and the query, day and editions behind it.

    `query` is the query's name and `arguments` what it was asked; with `as_at` and the two editions they
    are enough to work the figure out again. `text` of a table or a chart is its caption.
    """

    value: Value
    text: str
    query: str
    arguments: Mapping[str, str]
    as_at: date | None
    data_edition: str
    rules_edition: str
    unit: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to tell: not None, not zero, not blank, not an empty table."""
        if isinstance(self.value, Chart):
            return bool(self.value.table.rows)
        return bool(self.value.rows) if isinstance(self.value, Table) else bool(self.value)

    @cached_property
    def digest(self) -> str:
        """The same for the same printed figure, whatever edition it came from."""
        content = json.dumps([self.text, _value_to_json(self.value)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def source(self) -> str:
        """The query with its arguments, in words that can break over lines."""
        asked = ", ".join(f"{key} {value}" for key, value in sorted(self.arguments.items()))
        return f"{self.query}: {asked}" if asked else self.query


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that no longer says what the frozen paper says."""

    name: str
    kind: str  # "changed", "new" or "gone"
    before: str
    after: str

    def __str__(self) -> str:
        if self.kind == "changed":
            return f"{self.name}: was {self.before}, is now {self.after}"
        if self.kind == "new":
            return f"{self.name}: is new, {self.after}"
        return f"{self.name}: is gone, was {self.before}"


def stale(frozen: Mapping[str, FigureValue], current: Mapping[str, FigureValue]) -> list[Change]:
    """What has moved since the paper was frozen; a newer edition that says the same is no change."""
    changes = []
    for name, before in frozen.items():
        after = current.get(name)
        if after is None:
            changes.append(Change(name, "gone", _brief(before), ""))
        elif after.digest != before.digest:
            changes.append(Change(name, "changed", *_contrast(before, after)))
    new = [Change(name, "new", "", _brief(f)) for name, f in current.items() if name not in frozen]
    return changes + new


def _brief(figure: FigureValue) -> str:
    return figure.text if len(figure.text) <= 80 else figure.text[:77] + "…"


def _contrast(before: FigureValue, after: FigureValue) -> tuple[str, str]:
    """Both sides in words; tables that read alike by their captions are told apart by what differs."""
    tables = [f.value.table if isinstance(f.value, Chart) else f.value for f in (before, after)]
    if not all(isinstance(each, Table) for each in tables):
        return _brief(before), _brief(after)
    old, new = (set(each.rows) for each in tables)
    return (
        f"{len(tables[0].rows)} rows ({len(old - new)} of them gone or altered)",
        f"{len(tables[1].rows)} rows ({len(new - old)} of them new or altered)",
    )


def provenance_table(figures: Mapping[str, FigureValue]) -> Table:
    """Where every figure of a paper came from, one row each, in order of use."""
    rows = (
        (
            name,
            _printed(f),
            f.source,
            _day(f.as_at),
            f"{f.data_edition[:8]} {f.rules_edition[:8]}",
            f.digest[:8],
        )
        for name, f in figures.items()
    )
    headings = ("Figure", "Printed", "Query", "As at", "Data and rules", "Digest")
    return table("Where every figure in this paper comes from", headings, rows)


def _printed(figure: FigureValue) -> str:
    if isinstance(figure.value, Table):
        return "table of 1 row" if len(figure.value.rows) == 1 else f"table of {len(figure.value.rows)} rows"
    if isinstance(figure.value, Chart):
        return "chart"
    brief = figure.text if len(figure.text) <= 40 else figure.text[:39] + "…"
    return f"{brief} {figure.unit}".strip()


def _day(day: date | None) -> str:
    return f"{day.day}\u00a0{day:%b}\u00a0{day.year}" if day else "all that is known"


# Kept with a frozen paper -------------------------------------------------------------------------------


def freeze(figures: Mapping[str, FigureValue]) -> str:
    """The figures as text that `thaw` turns back into the same figures, charts drawn and all."""
    return json.dumps({name: _figure_to_json(f) for name, f in figures.items()}, ensure_ascii=False)


def thaw(frozen: str) -> dict[str, FigureValue]:
    """The figures that were frozen; text that has been altered since is refused."""
    figures = {}
    for name, kept in json.loads(frozen).items():
        figure = _figure_from_json(kept)
        if _seal(figure, kept["pictures"]) != kept["seal"]:
            raise BadInput(f"the frozen figure {name} is not what was frozen", do="Restore it from a backup.")
        figures[name] = figure
    return figures


def _figure_to_json(f: FigureValue) -> dict[str, Any]:
    kept = {
        "text": f.text,
        "query": f.query,
        "arguments": dict(f.arguments),
        "as_at": f.as_at.isoformat() if f.as_at else None,
        "data_edition": f.data_edition,
        "rules_edition": f.rules_edition,
        "unit": f.unit,
        "value": _value_to_json(f.value),
    }
    pictures = [f.value.svg, f.value.narrow_svg] if isinstance(f.value, Chart) else []
    return kept | {"seal": _seal(f, pictures), "pictures": pictures}


def _seal(f: FigureValue, pictures: list[str]) -> str:
    """Covers what is printed, where it came from and the picture as drawn."""
    told = [f.digest, f.source, str(f.as_at), f.data_edition, f.rules_edition, f.unit, *pictures]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def _figure_from_json(kept: dict[str, Any]) -> FigureValue:
    as_at = date.fromisoformat(kept["as_at"]) if kept["as_at"] else None
    plain = {
        key: kept[key] for key in ("text", "query", "arguments", "data_edition", "rules_edition", "unit")
    }
    return FigureValue(value=_value_from_json(kept["value"], kept["pictures"]), as_at=as_at, **plain)


def _value_to_json(value: Value) -> Any:
    if isinstance(value, Table):
        columns = [[column.heading, column.numeric] for column in value.columns]
        return {"caption": value.caption, "columns": columns, "rows": [list(row) for row in value.rows]}
    if isinstance(value, Chart):
        return {"title": value.title, "alt": value.alt, "table": _value_to_json(value.table)}
    return value


def _value_from_json(kept: Any, pictures: list[str]) -> Value:
    if not isinstance(kept, dict):
        return kept
    if "alt" in kept:
        wide, narrow = pictures
        return Chart(
            kept["title"], kept["alt"], _value_from_json(kept["table"], []), lambda: wide, lambda: narrow
        )
    columns = tuple(Column(*each) for each in kept["columns"])
    return Table(kept["caption"], columns, tuple(tuple(row) for row in kept["rows"]))
