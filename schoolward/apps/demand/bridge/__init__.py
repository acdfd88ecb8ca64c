"""Where evidence about schools meets the model of demand; needs no Django."""

from schoolward.apps.demand.bridge.fitting import Outcome, fit_tables, read_draws
from schoolward.apps.demand.bridge.tables import check_table, read_csv

__all__ = ["Outcome", "check_table", "fit_tables", "read_csv", "read_draws"]
