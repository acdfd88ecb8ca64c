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


def round_to_step(price_pence: Decimal, step_pence: int) -> int:
    """The nearest multiple of `step_pence`, halves upwards: a price fit for print."""
    assert step_pence > 0
    return int((price_pence / step_pence).quantize(Decimal(1), rounding=ROUND_HALF_UP)) * step_pence


def share_of_pence(price_pence: int, share: Decimal) -> int:
    """That share of the sum, in whole pence."""
    return round_to_pence(Decimal(price_pence) / 100 * share)


def divide_pence(price_pence: int, by: int) -> int:
    """What one of `by` equal parts comes to, in whole pence."""
    assert by > 0
    return round_to_pence(Decimal(price_pence) / 100 / by)
