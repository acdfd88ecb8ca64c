"""A table of text as typed rows: each cell a value or a code, each bad row refused with its reason."""

from __future__ import annotations

from datetime import date

import polars as pl

from schoolward.datasets import values
from schoolward.datasets.schema import Column, Kind
from schoolward.datasets.tables import Refusal, Table
from schoolward.datasets.values import Cells

_WANTED = {
    Kind.URN: "a school's six-digit number",
    Kind.WHOLE: "a whole number",
    Kind.DAY: "a date",
    Kind.FIGURE: "a figure or a known code",
    Kind.SHARE: "a percentage or a known code",
    Kind.PENCE: "an amount of money or a known code",
}
_SHOWN = 40  # characters of a bad cell that a reason quotes


def type_rows(table: Table, found: dict[str, Column], today: date) -> tuple[pl.DataFrame, list[Refusal]]:
    """The rows that can be read, with `line`, and the refusals of those that cannot."""
    typed: dict[str, pl.Series] = {"line": table.lines}
    wrong: list[tuple[str, pl.Series, str]] = []
    read = _read(table.frame, found)
    for header, column in found.items():
        cells = read[header]
        typed[column.name] = cells.value
        if cells.code is not None:
            typed[f"{column.name}_code"] = cells.code
        wrong += [(header, *fault) for fault in _faults(column, cells, today)]
    frame = pl.DataFrame(typed)
    if not wrong:
        return frame, []
    refusals: dict[int, Refusal] = {}
    for header, bad, reason in wrong:
        for line, text in zip(table.lines.filter(bad), table.frame[header].filter(bad), strict=True):
            refusals.setdefault(line, Refusal(line, header, reason.replace("{}", f"'{text[:_SHOWN]}'")))
    kept = frame.filter(~pl.col("line").is_in(list(refusals)))
    return kept, list(refusals.values())


def _read(frame: pl.DataFrame, found: dict[str, Column]) -> dict[str, Cells]:
    numbers = {h: c.kind for h, c in found.items() if c.kind not in (Kind.TEXT, Kind.DAY)}
    return (
        values.read_numbers(frame, numbers)
        | values.read_words(frame, [h for h, c in found.items() if c.kind is Kind.TEXT])
        | {h: values.read_days(frame[h]) for h, c in found.items() if c.kind is Kind.DAY}
    )


def _faults(column: Column, cells: Cells, today: date) -> list[tuple[pl.Series, str]]:
    """Which cells are wrong, and what to say of them."""
    faults = []
    if cells.bad is not None and cells.bad.any():
        faults.append((cells.bad, f"{{}} is not {_WANTED[column.kind]}"))
    if not column.blank and cells.value.null_count():
        blank = cells.value.is_null() if cells.bad is None else cells.value.is_null() & ~cells.bad
        faults.append((blank, "is blank"))
    if column.past:
        late = (cells.value > today).fill_null(False)
        if late.any():
            faults.append((late, "{} is in the future"))
    if column.kind.measures and (column.low != float("-inf") or column.high != float("inf")):
        beyond = ~cells.value.is_between(column.low, column.high).fill_null(True)
        if beyond.any():
            faults.append((beyond, f"{{}} is not {_bounds(column)}"))
    return faults


def _bounds(column: Column) -> str:
    if column.kind == Kind.SHARE:
        return "between 0 and 100 percent"
    if column.high == float("inf"):
        return f"{column.low:g} or more"
    return f"between {column.low:g} and {column.high:g}"


def refuse_repeats(frame: pl.DataFrame, key: tuple[str, ...]) -> tuple[pl.DataFrame, list[Refusal]]:
    """Each key once: a repeated row is taken once, and rows that contradict each other not at all."""
    again = frame.select(pl.struct(key).is_duplicated()).to_series()
    if not again.any():
        return frame, []
    several = frame.filter(again)
    facts = [name for name in frame.columns if name != "line"]
    first = several.unique(facts, keep="first", maintain_order=True)
    clash = first.filter(pl.struct(key).is_duplicated())
    taken = first.join(clash.select("line"), on="line", how="anti", maintain_order="left")
    of_first = dict(taken.select(pl.struct(key).hash(), "line").iter_rows())
    repeats = several.join(first.select("line"), on="line", how="anti", maintain_order="left")
    refusals = [
        Refusal(
            line, key[0], f"repeats line {of_first[mark]}" if mark in of_first else "repeats another line"
        )
        for mark, line in repeats.select(pl.struct(key).hash(), "line").iter_rows()
    ]
    refusals += [
        Refusal(line, key[0], f"stands on several lines that differ ({_told(key, values)}); none is taken")
        for line, *values in clash.select("line", *key).iter_rows()
    ]
    refused = pl.concat([repeats["line"], clash["line"]])
    return frame.filter(~pl.col("line").is_in(refused.implode())), refusals


def _told(key: tuple[str, ...], values: list[object]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in zip(key, values, strict=True))
