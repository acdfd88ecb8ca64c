"""London time, working days and English bank holidays."""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%m-%Y", "%d.%m.%Y")


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # slow to load, and most commands never ask

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


def parse_day(text: str) -> date | None:
    """The day written as 2026-03-31, 31/3/2026 or 31 March 2026; None where it is none of these."""
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return None


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
