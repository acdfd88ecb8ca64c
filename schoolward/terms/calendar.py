"""London time, working days and English bank holidays."""

from datetime import date, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """True from Monday to Friday unless a bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which is not itself counted."""
    assert count >= 0
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@lru_cache(maxsize=8192)  # a list says the same days over and over, and strftime is slow
def format_day(day: date) -> str:
    """'31 March 2011'."""
    return f"{day.day} {day:%B %Y}"


def format_relative(day: date, today: date) -> str:
    """'today', 'yesterday', '12 days ago', 'in 3 days': shown beside what can go stale."""
    days = (today - day).days
    match days:
        case 0:
            return "today"
        case 1:
            return "yesterday"
        case -1:
            return "tomorrow"
    return f"{days} days ago" if days > 0 else f"in {-days} days"
