"""What stands round the text of every document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Meta:
    """What stands round the text. `marking` is repeated on every page (exempt, draft, fictional)."""

    title: str
    authority: str
    on: date
    subtitle: str = ""
    marking: str = ""
    numbered: bool = True

    @property
    def day(self) -> str:
        return f"{self.on.day} {self.on:%B %Y}"

    @property
    def epoch(self) -> int:
        return int(datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC).timestamp())
