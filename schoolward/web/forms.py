"""Reading answers from a form.

Each reader notes a sentence under the field's name when the answer will not do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.http import QueryDict

from schoolward.terms.calendar import parse_day
from schoolward.terms.errors import BadInput
from schoolward.terms.figures import parse_number, parse_whole
from schoolward.terms.money import parse_pounds


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

    def pounds(self, name: str, missing: str = "") -> int | None:
        """Pence, or None with a note where the answer will not do."""
        return self._read(name, parse_pounds, missing)

    def number(self, name: str, missing: str = "") -> Decimal | None:
        """The number, or None with a note where the answer will not do."""
        return self._read(name, parse_number, missing)

    def whole(self, name: str, missing: str = "") -> int | None:
        """The whole number, or None with a note where the answer will not do."""
        return self._read(name, parse_whole, missing)

    def _read[T](self, name: str, reader: Callable[[str], T], missing: str) -> T | None:
        if not (value := self.text(name, missing)):
            return None
        try:
            return reader(value)
        except BadInput as error:
            self.errors[name] = str(error)
            return None

    def choice(self, name: str, allowed: Iterable, missing: str = "Choose one.") -> str:
        """One of `allowed`, else an empty string with a note."""
        value = self.sent.get(name, "")
        if value not in {str(key) for key in allowed}:
            self.errors[name] = missing
            return ""
        return value
