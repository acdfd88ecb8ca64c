"""What an import did, file by file, in words and numbers for the person who ran it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from schoolward.datasets.tables import Refusal

TAKEN = "taken"
ALREADY_HERE = "already here"
SET_ASIDE = "documentation"
NOT_KNOWN = "not known"
REFUSED = "refused"


@dataclass(frozen=True)
class FileReport:
    """One file's outcome; a file with several years has one part for each."""

    name: str
    outcome: str
    product: str = ""
    variant: str = ""
    title: str = ""
    periods: tuple[str, ...] = ()
    published_on: date | None = None
    published_basis: str = ""
    rows_taken: int = 0
    refusals: tuple[Refusal, ...] = ()
    codes: dict[str, int] = field(default_factory=dict)
    provisional: bool = False
    checked: bool = True  # False: this form's columns were never seen in a real file
    message: str = ""
    nearest: str = ""
    missing: tuple[str, ...] = ()

    @property
    def rows_refused(self) -> int:
        """How many rows were not taken."""
        return len(self.refusals)

    @property
    def parts_known(self) -> bool:
        """True when the file's rows are in the store."""
        return self.outcome in (TAKEN, ALREADY_HERE)

    def as_json(self) -> dict[str, object]:
        """The report with plain values, refusals grouped by reason with the first lines of each."""
        return {
            "file": self.name,
            "outcome": self.outcome,
            "product": self.product,
            "variant": self.variant,
            "title": self.title,
            "period": ", ".join(self.periods),
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "published_basis": self.published_basis,
            "provisional": self.provisional,
            "columns_checked_on_a_real_file": self.checked,
            "rows_taken": self.rows_taken,
            "rows_refused": self.rows_refused,
            "refusals": grouped(self.refusals),
            "codes": self.codes,
            "message": self.message,
            "nearest": self.nearest,
            "missing": list(self.missing),
        }


@dataclass(frozen=True)
class ImportReport:
    """Everything one import did, and the edition it led to."""

    edition_before: str
    edition: str
    files: tuple[FileReport, ...]

    @property
    def changed(self) -> bool:
        """True when the store is not what it was."""
        return self.edition != self.edition_before

    def counts(self) -> dict[str, int]:
        """How many files had each outcome."""
        outcomes = (TAKEN, ALREADY_HERE, SET_ASIDE, NOT_KNOWN, REFUSED)
        return {outcome: sum(f.outcome == outcome for f in self.files) for outcome in outcomes}

    def as_json(self) -> dict[str, object]:
        """The whole report with plain values."""
        return {
            "edition_before": self.edition_before,
            "edition": self.edition,
            "changed": self.changed,
            "files": [each.as_json() for each in self.files],
        }


def grouped(refusals: tuple[Refusal, ...], *, lines_shown: int = 5) -> list[dict[str, object]]:
    """Refusals by column and reason, most frequent first, with the first lines of each."""
    groups: dict[tuple[str, str], list[int]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.column, refusal.reason), []).append(refusal.line)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0]))
    return [
        {"column": column, "reason": reason, "rows": len(lines), "lines": sorted(lines)[:lines_shown]}
        for (column, reason), lines in ordered
    ]
