"""Spreadsheets of posts, funding, duties and activities as records; a cell that will not do is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from schoolward.apps.structure import bridge
from schoolward.terms.calendar import parse_day
from schoolward.terms.errors import BadFile, BadInput
from schoolward.terms.ids import parse_urn
from schoolward.terms.money import parse_pounds

# the columns that tell what a table is, and must all be there; the rest may be
NEEDED = {
    "posts": ("post", "unit", "title", "grade", "annual_cost", "current_fte"),
    "funding": ("line", "kind", "amount"),
    "duties": ("duty", "category", "days", "statutory"),
    "activities": ("activity", "line", "post", "amount"),
}
MAY = {
    "posts": (
        *("min_fte", "max_fte", "step_fte", "skills", "arm", "core_fte", "traded_fte"),
        *("reports_to", "tranche", "spine", "point", "pension"),
    ),
    "funding": ("from", "to"),
    "duties": ("reckoned_from",),
    "activities": ("urns",),
}
MONEY = {"annual_cost", "amount"}
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class Problem:
    """A cell that will not do, and why."""

    where: str
    sentence: str


@dataclass(frozen=True)
class Reading:
    """What the files say, and the cells that could not be read."""

    establishment: bridge.Establishment
    parts: tuple[str, ...]
    problems: tuple[Problem, ...]


class _Wrong(Exception):
    """A cell, by its column, and the sentence against it."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(column, sentence)
        self.column, self.sentence = column, sentence


def read_files(files: Iterable[tuple[str, bytes]], base: bridge.Establishment) -> Reading:
    """The establishment with each part that the files hold in place of the base's own.

    A file is the whole list of its part: what it leaves out goes, and that is shown before it is taken.
    """
    found: dict[str, tuple] = {}
    problems: list[Problem] = []
    for name, content in files:
        for where, rows in bridge.read_tables(name, content):
            part, table = _recognised(where, rows)
            if part in found:
                raise BadFile(f"There is a second list of {part}.", where=where, do="Send each list once.")
            found[part] = tuple(_records(part, table, where, base, problems))
    if not found:
        raise BadFile("There is nothing in these files.", do="Send posts, funding, duties or activities.")
    whole = replace(base, **found)
    if not problems:
        try:
            bridge.checked(whole)
        except BadInput as wrong:
            problems.append(Problem(wrong.where, f"{wrong.what} {wrong.do}".strip()))
    return Reading(whole, tuple(found), tuple(problems[:MOST_PROBLEMS]))


def _recognised(where: str, rows: list[list[str]]) -> tuple[str, list[tuple[int, dict[str, str]]]]:
    """What the table is, and its rows by column, each with its line."""
    filled = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise BadFile("The table is empty.", where=where)
    heading = [_column(cell) for cell in filled[0][1]]
    names = [name for name, _ in heading]
    for part, needed in NEEDED.items():
        if set(needed) <= set(names):
            _check_columns(part, names, where)
            return part, [(n, _cells(heading, row)) for n, row in filled[1:]]
    nearest = max(NEEDED, key=lambda part: len(set(NEEDED[part]) & set(names)))
    missing = ", ".join(name for name in NEEDED[nearest] if name not in names)
    raise BadFile(
        f"This is no list we know; nearest is {nearest}, without {missing}.",
        where=where,
        do="Use the headings of the export.",
    )


def _column(cell: str) -> tuple[str, str]:
    """The column's name and, for money, whether it is in pence or pounds."""
    name = cell.strip().lower().replace(" ", "_")
    for unit in ("pence", "pounds"):
        if name.removesuffix(f"_{unit}") in MONEY:
            return name.removesuffix(f"_{unit}"), unit
    return name, ""


def _check_columns(part: str, names: list[str], where: str) -> None:
    known = {*NEEDED[part], *MAY[part]}
    if unknown := [name for name in names if name and name not in known]:
        raise BadFile(
            f"The column '{unknown[0]}' is not known in a list of {part}.",
            where=where,
            do=f"Known are {', '.join((*NEEDED[part], *MAY[part]))}.",
        )
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise BadFile(f"The column '{twice[0]}' is there twice.", where=where, do="Take one out.")


def _cells(heading: list[tuple[str, str]], row: list[str]) -> dict[str, str]:
    padded = [*row, *[""] * (len(heading) - len(row))]
    return {
        name: f"{cell.strip()} {unit}".strip() if unit == "pence" and cell.strip() else cell.strip()
        for (name, unit), cell in zip(heading, padded, strict=False)
        if name
    }


def _records(
    part: str,
    table: list[tuple[int, dict[str, str]]],
    where: str,
    base: bridge.Establishment,
    problems: list[Problem],
) -> Iterable[Any]:
    build = BUILD[part]
    for line, cells in table:
        try:
            yield build(cells, base)
        except _Wrong as wrong:
            problems.append(Problem(f"{where}, line {line}, {wrong.column}", wrong.sentence))


def _post(cells: Mapping[str, str], base: bridge.Establishment) -> bridge.Post:
    key = _text(cells, "post")
    held = base.by_post.get(key)
    current = _fte(cells, "current_fte")
    core, traded = _split(cells, held, current)
    most = max(current, core + traded)
    return bridge.Post(
        post=key,
        unit=_text(cells, "unit"),
        title=_text(cells, "title"),
        grade=cells["grade"],
        annual_cost_pence=_money(cells, "annual_cost"),
        current_fte=current,
        core_fte=core,
        traded_fte=traded,
        arm=cells.get("arm") or (held.arm if held else "both"),
        min_fte=_fte(cells, "min_fte", Decimal(0)),
        max_fte=_fte(cells, "max_fte", most),
        step_fte=_fte(cells, "step_fte", Decimal("0.1")),
        skills=tuple(part for each in cells.get("skills", "").split(";") if (part := each.strip())),
        reports_to=cells.get("reports_to", held.reports_to if held else ""),
        tranche=cells.get("tranche", held.tranche if held else ""),
        spine=cells.get("spine", held.spine if held else ""),
        point=_point(cells, held),
        pension=_pension(cells, held),
    )


def _split(cells: Mapping[str, str], held: bridge.Post | None, current: Decimal) -> tuple[Decimal, Decimal]:
    """Core and traded FTE: as given, else as before, else all of it in the arm where the post may work."""
    if cells.get("core_fte") or cells.get("traded_fte"):
        return _fte(cells, "core_fte", Decimal(0)), _fte(cells, "traded_fte", Decimal(0))
    if held and held.current_fte == current:
        return held.core_fte, held.traded_fte
    arm = cells.get("arm") or (held.arm if held else "both")
    return (Decimal(0), current) if arm == "traded" else (current, Decimal(0))


def _point(cells: Mapping[str, str], held: bridge.Post | None) -> int | None:
    if "point" not in cells:
        return held.point if held else None
    text = cells["point"]
    if text and not (text.isascii() and text.isdigit()):
        raise _Wrong("point", f"'{text}' is not a point of a spine. Give a whole number.")
    return int(text) if text else None


def _pension(cells: Mapping[str, str], held: bridge.Post | None) -> str:
    text = cells.get("pension", held.pension if held else "")
    if text and text not in bridge.PENSIONS:
        raise _Wrong("pension", f"'{text}' is not a pension scheme. Use {' or '.join(bridge.PENSIONS)}.")
    return text


def _line(cells: Mapping[str, str], base: bridge.Establishment) -> bridge.FundingLine:
    kind = cells["kind"].lower()
    if kind not in bridge.KINDS:
        raise _Wrong("kind", f"'{cells['kind']}' is no kind of funding. Use {', '.join(bridge.KINDS)}.")
    return bridge.FundingLine(
        line=_text(cells, "line"),
        kind=kind,
        amount_pence=_money(cells, "amount"),
        starts_on=_day(cells, "from"),
        ends_on=_day(cells, "to"),
    )


def _duty(cells: Mapping[str, str], base: bridge.Establishment) -> bridge.Duty:
    statutory = {"1": True, "0": False, "yes": True, "no": False, "true": True, "false": False}
    told = cells["statutory"].lower()
    if told not in statutory:
        raise _Wrong("statutory", f"'{cells['statutory']}' is neither 1 nor 0.")
    return bridge.Duty(
        duty=_text(cells, "duty"),
        category=_text(cells, "category"),
        days=_fte(cells, "days"),
        statutory=statutory[told],
        reckoned_from=cells.get("reckoned_from", _held_source(cells, base)),
    )


def _held_source(cells: Mapping[str, str], base: bridge.Establishment) -> str:
    """What the duty's days were reckoned from before, where a file does not speak of it."""
    return next((d.reckoned_from for d in base.duties if d.duty == cells["duty"]), "")


def _activity(cells: Mapping[str, str], base: bridge.Establishment) -> bridge.Activity:
    urns = []
    for text in filter(None, (each.strip() for each in cells.get("urns", "").split(";"))):
        try:
            urns.append(parse_urn(text))
        except BadInput as wrong:
            raise _Wrong("urns", f"{wrong.what} {wrong.do}".strip()) from wrong
    return bridge.Activity(
        activity=_text(cells, "activity"),
        line=_text(cells, "line"),
        post=_text(cells, "post"),
        amount_pence=_money(cells, "amount"),
        urns=tuple(dict.fromkeys(urns)),
    )


BUILD: dict[str, Callable[[Mapping[str, str], bridge.Establishment], Any]] = {
    "posts": _post,
    "funding": _line,
    "duties": _duty,
    "activities": _activity,
}


def record_from(part: str, cells: Mapping[str, str], base: bridge.Establishment) -> Any:
    """One record from a form's answers by column; BadInput's `where` is the column."""
    filled = {name: cells.get(name, "") for name in (*NEEDED[part], *MAY[part])}
    try:
        return BUILD[part](filled, base)
    except _Wrong as wrong:
        raise BadInput(wrong.sentence, where=wrong.column) from wrong


def _text(cells: Mapping[str, str], column: str) -> str:
    if not cells[column]:
        raise _Wrong(column, "This is empty.")
    return cells[column]


def _money(cells: Mapping[str, str], column: str) -> int:
    text = cells[column]
    if text.endswith(" pence"):
        plain = text.removesuffix(" pence").replace(",", "")
        if not plain.removeprefix("-").isdigit():
            raise _Wrong(column, f"'{plain}' is not a whole number of pence.")
        return int(plain)
    try:
        return parse_pounds(text)
    except BadInput as wrong:
        raise _Wrong(column, f"{wrong.what} {wrong.do}") from wrong


def _fte(cells: Mapping[str, str], column: str, otherwise: Decimal | None = None) -> Decimal:
    text = cells.get(column, "")
    if not text and otherwise is not None:
        return otherwise
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value > 100_000:
        raise _Wrong(column, f"'{text}' is not a number from nought up.")
    return value


def _day(cells: Mapping[str, str], column: str) -> date | None:
    text = cells.get(column, "")
    if not text:
        return None
    if (found := parse_day(text)) is None:
        raise _Wrong(column, f"'{text}' is not a day. Write it like 31 March 2027 or 2027-03-31.")
    return found
