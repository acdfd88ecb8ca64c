"""Reading answers from a form.

Each reader notes a sentence under the field's name when the answer will not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import QueryDict

DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%m-%Y", "%d.%m.%Y")


def read_day(text: str) -> date | None:
    """The day written as 2026-03-31, 31/3/2026 or 31 March 2026; None where it is none of these."""
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return None


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
        if (found := read_day(value)) is None:
            self.errors[name] = f"'{value}' is not a date. Write it like 31 March 2027."
        return found

    def choice(self, name: str, allowed: Iterable, missing: str = "Choose one.") -> str:
        """One of `allowed`, else an empty string with a note."""
        value = self.sent.get(name, "")
        if value not in {str(key) for key in allowed}:
            self.errors[name] = missing
            return ""
        return value
