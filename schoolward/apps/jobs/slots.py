"""Times of the week or month at which a scheduled job is due, in London. Pure: the moment is an argument."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from schoolward.terms.calendar import LONDON


@dataclass(frozen=True)
class Daily:
    """Every day at a time in London."""

    at: time

    def latest(self, now: datetime) -> datetime:
        """The last slot at or before `now`, in UTC."""
        return _latest(now, self.at, lambda day: True)


@dataclass(frozen=True)
class Weekly:
    """Once a week; Monday is 0."""

    weekday: int
    at: time

    def latest(self, now: datetime) -> datetime:
        """The last slot at or before `now`, in UTC."""
        return _latest(now, self.at, lambda day: day.weekday() == self.weekday)


@dataclass(frozen=True)
class Monthly:
    """Once a month; in a shorter month, on its last day."""

    day: int
    at: time

    def latest(self, now: datetime) -> datetime:
        """The last slot at or before `now`, in UTC."""
        return _latest(now, self.at, lambda day: day.day == min(self.day, monthrange(day.year, day.month)[1]))


Slots = Daily | Weekly | Monthly


def _latest(now: datetime, at: time, is_due) -> datetime:
    # In UTC: Python compares two times of one zone by the clock on the wall, which goes back in October.
    moment = now.astimezone(UTC)
    today = now.astimezone(LONDON).date()
    days = (today - timedelta(days=n) for n in range(63))
    return next(slot for day in days if is_due(day) and (slot := _slot(day, at)) <= moment)


def _slot(day: date, at: time) -> datetime:
    """One moment for each day: a time that comes twice is its first, one left out is an hour later."""
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)
