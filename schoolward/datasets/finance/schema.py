"""The form in which schools' yearly totals are published."""

from schoolward.datasets.finance import reader
from schoolward.datasets.periods import year_column
from schoolward.datasets.schema import Variant, pence, urn, whole

TOTALS = Variant(
    product="finance",
    name="totals by school",
    title="maintained schools' income, expenditure and balance (consistent financial reporting)",
    period=year_column("financial_year_end"),
    key=("urn", "financial_year_end"),
    reshape=reader.check_balance,
    columns=(
        urn(),
        pence("Income", "income_pence", need=True),
        pence("Expenditure", "expenditure_pence", need=True),
        pence("Balance", "balance_pence", need=True),
        whole("Academic Year", "financial_year_end", need=True, blank=False, other_names=("Financial Year",)),
    ),
)

VARIANTS = (TOTALS,)
