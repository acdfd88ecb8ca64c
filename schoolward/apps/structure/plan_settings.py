"""The authority's own figures behind every structure: what each means, and what it is until somebody says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schoolward.terms.errors import BadInput
from schoolward.terms.money import format_pounds, parse_pounds


@dataclass(frozen=True)
class Setting:
    """One figure: its key, its words, how it is written, and what stands until somebody changes it."""

    key: str
    label: str
    kind: str  # pounds, number, whole, percent, percents, yes
    usual: Any
    hint: str = ""
    low: float = 0.0
    high: float = 1e12

    def say(self, value: Any) -> str:
        """The value as a form writes it."""
        if self.kind == "pounds":
            return format_pounds(value, pence=False).replace("£", "")
        if self.kind == "percent":
            return f"{value * 100:g}"
        if self.kind == "percents":
            return "; ".join(f"{share * 100:g}" for share in value)
        if self.kind == "yes":
            return "yes" if value else "no"
        return f"{value:g}"

    def read(self, text: str) -> Any:
        """The value from what a person wrote; BadInput's `where` is the key."""
        try:
            return self._read(text.strip())
        except (ValueError, BadInput) as wrong:
            raise BadInput(
                f"'{text}' will not do for {self.label.lower()}.", where=self.key, do=self.advice
            ) from wrong

    def _read(self, text: str) -> Any:
        if self.kind == "pounds":
            return self._within(parse_pounds(text))
        if self.kind == "percent":
            return self._within(float(text.rstrip("%")) / 100)
        if self.kind == "percents":
            shares = [float(each.strip().rstrip("%")) / 100 for each in text.split(";") if each.strip()]
            if not shares:
                raise ValueError(text)
            return sorted({self._within(share) for share in shares})
        if self.kind == "yes":
            return {"yes": True, "no": False}[text.lower()] if text.lower() in ("yes", "no") else int(text)
        return self._within(int(text) if self.kind == "whole" else float(text))

    def _within(self, value: Any) -> Any:
        if not self.low <= value <= self.high:
            raise ValueError(value)
        return value

    @property
    def advice(self) -> str:
        """What would do."""
        forms = {
            "pounds": "Give pounds, such as 48,000.",
            "percent": f"Give a percentage from {self.low * 100:g} to {self.high * 100:g}.",
            "percents": "Give percentages of the list price separated by semicolons, such as 90; 100; 115.",
            "yes": "Write yes or no.",
        }
        return forms.get(self.kind, f"Give a number from {self.low:g} to {self.high:g}.")


SETTINGS = (
    Setting(
        "cvar_limit_pence",
        "Deficit accepted in the traded arm's worst years (£)",
        "pounds",
        10_000_000,
        "The mean deficit over the worst twentieth of years may not be more than this.",
        low=-1e10,
    ),
    Setting(
        "alpha",
        "The worst years are the rest beyond (%)",
        "percent",
        0.95,
        "95 means the worst 5%.",
        0.5,
        0.99,
    ),
    Setting(
        "productive_days_per_fte",
        "Days a full-time person works with schools in a year",
        "number",
        150.0,
        "",
        60,
        230,
    ),
    Setting(
        "price_menu", "Prices that may be tried, as % of list price", "percents", [0.9, 1.0, 1.15], "", 0.3, 3
    ),
    Setting(
        "corridor_enforced",
        "Leave out prices outside the law's corridor",
        "yes",
        False,
        "If no, they are marked.",
    ),
    Setting("overhead_share", "Overheads on direct cost (%)", "percent", 0.1, "For full cost.", 0, 1),
    Setting("associate_day_rate_pence", "Price of an associate's day (£)", "pounds", 52_000, "", 1),
    Setting("associate_cap_days", "Most associates' days a year for each traded category", "number", 90.0),
    Setting(
        "associate_core_cap_days",
        "Most associates' days a year for each category of core work",
        "number",
        60.0,
    ),
    Setting("redundancy_share", "Cost of ending a post, as % of its annual cost", "percent", 0.35, "", 0, 3),
    Setting("base_cut_share", "Cut in the base budget (%)", "percent", 0.0, "", -1, 0.99),
    Setting(
        "surplus_share_to_core",
        "Share of an expected surplus that the core may use (%)",
        "percent",
        0.0,
        "",
        0,
        1,
    ),
    Setting(
        "firm_threshold",
        "A traded post is firm if it loses money in at most (%) of years",
        "percent",
        0.2,
        "",
        0,
        1,
    ),
    Setting(
        "take_up_share",
        "What a pound of services that schools take up counts for, beyond what it brings in (%)",
        "percent",
        0.1,
        "0 chooses prices for money alone: they rise to the top of the menu, and services are withdrawn.",
        0,
        1,
    ),
    Setting(
        "services_open_share",
        "Share of services that stay on offer whatever they cost (%)",
        "percent",
        0.0,
        "",
        0,
        1,
    ),
    Setting(
        "emergency_years_share",
        "Share of years in which statutory days may be bought as an emergency (%)",
        "percent",
        0.001,
        "Only years that nothing else can cover, and never for money's sake.",
        0,
        0.05,
    ),
    Setting("emergency_day_pence", "Price of such a day (£)", "pounds", 150_000, "", 1),
    Setting(
        "most_paid_per_day_pence",
        "Most to pay for one more day of cover that is wanted, not a duty (£)",
        "pounds",
        500_000,
        "Sooner than pay more for a day, money is left over. At £5,000, a post that costs £500 a day is kept "
        "if it is needed in one year of ten. Duties are covered whatever they cost.",
        low=10_000,
    ),
    Setting("core_days_spread", "How much core work varies from year to year (%)", "percent", 0.1, "", 0, 2),
    Setting(
        "use_risk",
        "Take each school's own risk as modelled",
        "yes",
        True,
        "If no, or where no risk is modelled, the chances below count.",
    ),
    Setting("days_concern", "Days for a school causing concern", "number", 28.0),
    Setting(
        "days_watch", "Days for a school to watch that comes to cause concern within the year", "number", 14.0
    ),
    Setting(
        "chance_watch", "Chance that a school to watch comes to cause concern (%)", "percent", 0.25, "", 0, 1
    ),
    Setting("chance_other", "The same for any other school (%)", "percent", 0.04, "", 0, 1),
    Setting("looked_after_children", "Looked-after children of school age", "whole", 196),
    Setting("plans_a_year", "Education plans a year for each", "number", 3.0),
    Setting("days_per_plan", "Days for each plan", "number", 0.42),
    Setting("other_virtual_days", "Other days of the virtual school", "number", 46.0),
    Setting("scenarios", "Years drawn to choose on", "whole", 1000, "", 50, 10_000),
    Setting("seed", "Seed", "whole", 1, "The same seed gives the same figures.", 0, 2**31),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}
TIME_LIMIT_S = 60.0


def usual_values() -> dict[str, Any]:
    """Every setting as it is until somebody says otherwise."""
    return {setting.key: setting.usual for setting in SETTINGS}


def read_values(sent: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values, and a sentence under the key of each that will not do."""
    values, errors = {}, {}
    for setting in SETTINGS:
        try:
            values[setting.key] = setting.read(sent.get(setting.key, ""))
        except BadInput as wrong:
            errors[setting.key] = f"{wrong.what} {wrong.do}"
    return values, errors
