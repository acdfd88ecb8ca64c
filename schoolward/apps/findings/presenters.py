"""Findings' content as what pages and papers show: rows in words, and charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schoolward.publishing.charts import WITHHELD, ShareRow, Shares, say_share, say_shares
from schoolward.terms.money import format_pounds

ALL = "All schools"
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One answer in one group, in words."""

    answer: str
    group: str
    said: str
    share: str
    interval: str
    bounds: str


def rows_of(table: Table, group: str = ALL) -> list[Row]:
    """A table's answers in one group, in the order of the questionnaire."""
    words = {choice["key"]: choice["words"] for choice in table["choices"]}
    return [
        Row(words[line["answer"]], line["group"], *_told(line))
        for line in table["lines"]
        if line["group"] == group and not table["is_sum"]
    ]


def _told(line: Mapping[str, Any]) -> tuple[str, str, str, str]:
    if line.get("withheld"):
        return WITHHELD, WITHHELD, WITHHELD, WITHHELD
    return (
        f"{line['said']} of {line['answered']}",
        say_share(line["share"]),
        say_shares(line["low"], line["high"]),
        say_shares(line["silent_against"], line["silent_for"]),
    )


def cell(table: Table, answer: str, group: str = ALL) -> Mapping[str, Any] | None:
    """The line of one answer; None where the table does not have it."""
    return next((n for n in table["lines"] if n.get("answer") == answer and n["group"] == group), None)


def share_words(table: Table, answer: str, group: str = ALL) -> str:
    """'48%', 'withheld', or 'too few' where the question had too few answers for any figure."""
    if table.get("too_few"):
        return "too few"
    line = cell(table, answer, group)
    return WITHHELD if line is None or line.get("withheld") else say_share(line["share"])


def chart_of(table: Table, group: str = ALL) -> Shares:
    """The answers of one group as a picture; its title says what most said."""
    words = {choice["key"]: choice["words"] for choice in table["choices"]}
    lines = [line for line in table["lines"] if line["group"] == group]
    return Shares(_title(table, lines, words), tuple(_row(words[n["answer"]], n) for n in lines))


def _row(label: str, line: Mapping[str, Any]) -> ShareRow:
    if line.get("withheld"):
        return ShareRow(label, None)
    return ShareRow(
        label, line["share"], line["low"], line["high"], line["silent_against"], line["silent_for"]
    )


def _title(table: Table, lines: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    printed = [line for line in lines if not line.get("withheld")]
    about = f"{table['service']}: " if table["service"] else ""
    if not printed:
        return f"{about}{table['text']} Every figure is withheld"
    most = max(printed, key=lambda line: line["share"])
    return f"{about}{say_share(most['share'])} say “{words[most['answer']]}”"


PLACES = {
    "council": "Council",
    "arranged": "Arranged",
    "elsewhere": "Elsewhere",
    "ourselves": "Ourselves",
    "not_needed": "Not needed",
    "undecided": "Undecided",
}
LIKELY = {
    "likely": "Likely",
    "perhaps": "Perhaps",
    "unlikely": "Unlikely",
    "elsewhere": "Not from the council",
}


def by_service(
    content: Mapping[str, Any], *, likely: bool = False
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows: each service with the share of all schools that gave each answer."""
    words = LIKELY if likely else PLACES
    rows = [
        (each["service"], *(share_words(each, key) for key in words))
        for each in service_tables(content, likely=likely)
    ]
    return ("Service", *words.values()), rows


def council_chart(content: Mapping[str, Any]) -> Shares | None:
    """Which services most schools would have from the council, most wanted first; None without any."""
    tables = [t for t in service_tables(content) if not t.get("too_few") and cell(t, "council")]
    if not tables:
        return None
    rows = [_row(t["service"], cell(t, "council")) for t in tables]
    rows.sort(key=lambda row: (row.share is None, -(row.share or 0), row.label))
    first = rows[0]
    said = f"{first.label} is the service most schools would have from the council: {say_share(first.share)}"
    return Shares(said, tuple(rows), "Service")


def service_tables(content: Mapping[str, Any], *, likely: bool = False) -> list[Table]:
    """The tables of services: where each would come from, or how likely an order is."""
    return [t for t in content["tables"] if t["service"] and _is_likely(t) == likely]


def _is_likely(table: Table) -> bool:
    return table["key"].startswith("chance") or any(c["key"] == "likely" for c in table["choices"])


def general_tables(content: Mapping[str, Any]) -> list[Table]:
    """Tables that are about no service and of no sum."""
    return [t for t in content["tables"] if not t["service"] and not t["is_sum"]]


def sum_tables(content: Mapping[str, Any]) -> list[Table]:
    """Tables of sums of money."""
    return [t for t in content["tables"] if t["is_sum"]]


def sum_rows(table: Table) -> list[tuple[str, str, str, str, str]]:
    """Group, schools that gave a sum, the sum, its likely range, and what was given for certain."""
    rows = []
    for line in table["lines"]:
        told = (WITHHELD,) * 3
        if not line.get("withheld"):
            told = (
                _pounds(line["total_pence"]),
                f"{_pounds(line['low_pence'])} to {_pounds(line['high_pence'])}",
                _pounds(line["silent_nothing_pence"]),
            )
        rows.append((line["group"], f"{line['answered']}", *told))
    return rows


def _pounds(price_pence: int) -> str:
    return format_pounds(price_pence, pence=False)


def withheld_count(content: Mapping[str, Any]) -> int:
    """How many figures are withheld."""
    lines = sum(bool(line.get("withheld")) for table in content["tables"] for line in table["lines"])
    themes = sum(theme["schools"] is None for theme in content["said"]["themes"])
    return lines + themes
