"""Reading answers from a form.

Each reader notes a sentence under the field's name when the answer will not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from schoolward.terms.calendar import parse_day


@dataclass
class Answers:
    """What was sent, and what is wrong with it."""

    sent: QueryDict
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, missing: str = "") -> str:
        """The answer without outer spaces; where it is empty and `missing` is given, that is noted."""
        value = self.sent.get(name, "").strip()
        if not value and missing:
            self.errors[name] = missing
        return value

    def day(self, name: str, missing: str = "") -> date | None:
        """The day, or None with a note."""
        value = self.sent.get(name, "").strip()
        if not value:
            if missing:
                self.errors[name] = missing
            return None
        if (found := parse_day(value)) is None:
            self.errors[name] = f"'{value}' is not a date. Write it like 31 March 2027."
        return found

    def choice(self, name: str, allowed: Iterable, missing: str = "Choose one.") -> str:
        """One of `allowed`, else an empty string with a note."""
        value = self.sent.get(name, "")
        if value not in {str(key) for key in allowed}:
            self.errors[name] = missing
            return ""
        return value
