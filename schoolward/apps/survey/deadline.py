"""Deadlines in words, in London time. Pure."""

from __future__ import annotations

from datetime import date, datetime

from schoolward.terms.calendar import LONDON, format_day


def due_words(moment: datetime, today: date | None = None) -> str:
    """'31 March 2027, 5pm', with ' (9 days)' or ' (2 days ago)' where the day it is now is given."""
    local = moment.astimezone(LONDON)
    words = f"{format_day(local.date())}, {_hour(local)}"
    return f"{words} ({_distance((local.date() - today).days)})" if today else words


def _hour(local: datetime) -> str:
    if (local.hour, local.minute) == (12, 0):
        return "noon"
    if (local.hour, local.minute) == (23, 59):
        return "midnight"
    half = "am" if local.hour < 12 else "pm"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{half}"


def _distance(days: int) -> str:
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
    return f"{days} days" if days > 0 else f"{-days} days ago"
