"""Figures as people write them."""

from decimal import Decimal, InvalidOperation

from schoolward.terms.errors import BadInput


def parse_number(text: str) -> Decimal:
    """The number written as 12, 1.5 or 1,234.5."""
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= 10**12:
        raise BadInput(f"'{text}' is not a number.", do="Give figures, such as 12 or 1.5.")
    return found


def parse_whole(text: str) -> int:
    """The whole number written as 12 or 1,234."""
    found = parse_number(text)
    if found != int(found):
        raise BadInput(f"{text} is not a whole number.", do="Give a whole number.")
    return int(found)
