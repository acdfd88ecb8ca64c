"""Letters: fields filled in for each recipient, and nothing made at all while any field is missing.

`{{ school.name }}` must have a value for everyone; `{{ school.trust? }}` may be blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schoolward.publishing.figures import escape
from schoolward.terms.errors import BadInput

BRACES = re.compile(r"\{\{(.*?)\}\}", re.S)
_FIELD = re.compile(r"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(\??)")


class MissingFields(BadInput):
    """Letters that cannot be written; `by_recipient` says which fields each one lacks."""

    def __init__(self, by_recipient: Mapping[str, tuple[str, ...]]) -> None:
        self.by_recipient = dict(by_recipient)
        told = "; ".join(f"{who}: {', '.join(names)}" for who, names in self.by_recipient.items())
        super().__init__(
            f"nothing was written, because fields are missing. {told}",
            do="Fill them in, mark a field optional as {{ name? }}, or take the recipient out.",
        )


def fields(template: str) -> tuple[str, ...]:
    """The fields a letter asks for, in order of first use, those that may be blank included."""
    return tuple(dict.fromkeys(name for name, _ in _asked(template)))


def merge(template: str, recipients: Mapping[str, Mapping[str, str | None]]) -> dict[str, str]:
    """Each recipient's letter as Markdown, every value standing for itself."""
    if found := missing(template, recipients):
        raise MissingFields(found)
    return {who: _fill(template, values) for who, values in recipients.items()}


def missing(template: str, recipients: Mapping[str, Mapping[str, str | None]]) -> dict[str, tuple[str, ...]]:
    """The recipients who lack a field that the letter needs, each with all it lacks."""
    needed = dict.fromkeys(name for name, optional in _asked(template) if not optional)
    lacking = {
        who: tuple(name for name in needed if not (values.get(name) or "").strip())
        for who, values in recipients.items()
    }
    return {who: names for who, names in lacking.items() if names}


def _asked(template: str) -> list[tuple[str, bool]]:
    asked = []
    for braces in BRACES.finditer(template):
        found = _FIELD.fullmatch(braces[1].strip())
        if not found:
            raise BadInput(
                f"{{{{ {braces[1].strip()} }}}} is not a field", do="Write it as {{ school.name }}."
            )
        asked.append((found[1], bool(found[2])))
    if "{{" in BRACES.sub("", template):
        raise BadInput("braces are opened and not closed", do="Write a field as {{ school.name }}.")
    return asked


def _fill(template: str, values: Mapping[str, str | None]) -> str:
    return BRACES.sub(lambda braces: escape(values.get(braces[1].strip().rstrip("?")) or ""), template)
