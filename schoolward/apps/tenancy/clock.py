"""The one clock: everything above asks here, so that a demonstration or a test can choose the day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings

from schoolward.terms.calendar import LONDON

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This moment in London; on a demonstration started with --today, the same time on that day."""
    if frozen := _frozen.get():
        return frozen
    real = datetime.now(LONDON)
    chosen = settings.SCHOOLWARD_TODAY  # settings refuse it unless the demonstration flag is on
    return datetime.combine(chosen, real.timetz()) if chosen else real


def today() -> date:
    """The day it is in London."""
    return now().date()


def real_now() -> datetime:
    """This moment by the machine, never shifted: for leases, locks and security tokens."""
    return datetime.now(LONDON)


def days_from_today(count: int) -> date:
    """The day `count` days after today."""
    return today() + timedelta(days=count)


@contextmanager
def frozen_at(moment: datetime | date) -> Iterator[None]:
    """Stop the clock for a block: a day means noon of that day."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=LONDON)
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
