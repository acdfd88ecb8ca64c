"""How figures and moments are written on screen."""

from datetime import datetime

from schoolward.terms.calendar import LONDON, format_day


def number(value: float | None, places: int = 0) -> str:
    """'1,234' or '12.5'; the word unknown where there is none."""
    return "unknown" if value is None else f"{value:,.{places}f}".replace("-", "−")


def signed(value: float | None, places: int = 1) -> str:
    """'+1.2', '−5.0' or '0.0', with a true minus sign."""
    if value is None:
        return "unknown"
    text = f"{abs(value):.{places}f}"
    return text if float(text) == 0 else ("+" if value > 0 else "−") + text


def percent_points(value: float | None, places: int = 0) -> str:
    """'65%' from 65.0."""
    return "unknown" if value is None else f"{value:.{places}f}%"


def share(value: float | None, places: int = 0) -> str:
    """'65%' from 0.65."""
    return "unknown" if value is None else f"{value * 100:.{places}f}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """'1 school' or '2,000 schools'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def when(moment: datetime) -> str:
    """'31 March 2011, 5:04pm' in London."""
    return f"{format_day(moment.astimezone(LONDON).date())}, {clock_time(moment)}"


def clock_time(moment: datetime) -> str:
    """'5:04pm' in London."""
    local = moment.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def fte(value: object) -> str:
    """'1.5', '0.1' or '12' from a decimal number; no zeros after the last figure that counts."""
    text = f"{float(value):,.2f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return text.replace("-", "−")
