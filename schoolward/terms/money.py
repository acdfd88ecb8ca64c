"""Money is a whole number of pence; rounding happens here and nowhere else."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from schoolward.terms.errors import BadInput


def round_to_pence(pounds: Decimal) -> int:
    """Whole pence, halves away from zero, as invoices are rounded."""
    return int((pounds * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_pounds(text: str) -> int:
    """Pence from '£1,234.50', '1234.5' or '-12'."""
    plain = text.strip().replace("£", "").replace(",", "")
    try:
        pounds = Decimal(plain)
    except InvalidOperation:
        pounds = Decimal("NaN")
    if not pounds.is_finite():
        raise BadInput(f"'{text}' is not an amount of money.", do="Give pounds and pence, such as 1,234.50.")
    return round_to_pence(pounds)


def format_pounds(price_pence: int, *, pence: bool = True) -> str:
    """'£1,234.50', or '£1,235' without pence; a minus sign goes before the pound sign."""
    sign = "−" if price_pence < 0 else ""
    pounds = Decimal(abs(price_pence)) / 100
    if pence:
        return f"{sign}£{pounds:,.2f}"
    return f"{sign}£{pounds.quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"
