"""Identifiers of schools and authorities."""

from schoolward.terms.errors import BadInput

URN_MIN, URN_MAX = 100_000, 999_999
AUTHORITY_MIN, AUTHORITY_MAX = 100, 999


def parse_urn(text: str | int) -> int:
    """The school's unique reference number: six digits."""
    return _whole_number(text, "URN", URN_MIN, URN_MAX, "six digits, such as 118258")


def parse_authority_code(text: str | int) -> int:
    """The authority's three-digit code as the department for education numbers it."""
    return _whole_number(text, "authority code", AUTHORITY_MIN, AUTHORITY_MAX, "three digits, such as 887")


def _whole_number(text: str | int, noun: str, low: int, high: int, form: str) -> int:
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdigit()) or not low <= int(digits) <= high:
        raise BadInput(f"'{digits}' is not a {noun}.", do=f"Give {form}.")
    return int(digits)
