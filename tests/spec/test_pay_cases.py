"""What a post costs, what ending it costs, and how long consultation lasts, case by case."""

from decimal import Decimal

import pytest

from schoolward.analysis.establishment.cost import consultation_days, post_cost, redundancy_weeks, severance
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases
from schoolward.terms.employment import RedundancyScale
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.money import format_pounds
from schoolward.terms.rulebook import Dated

RULEBOOK = load_rulebook()
RULES = RULEBOOK.of(Dated)


@pytest.mark.parametrize("case", load_cases("pay_cost"), ids=str)
def test_pay_worked_case_gives_its_cost(case: WorkedCase) -> None:
    given = case.given["figures"]
    own = {given["pension"]: Decimal(str(given["fund_share"]))} if "fund_share" in given else {}
    asked = {"spine": given["spine"], "point": given["point"], "pension": given["pension"]}
    if case.expected["status"] == "unknown":
        with pytest.raises(NotEnoughData, match=case.expected["reason"]):
            post_cost(RULES, **asked, own_rates=own, on=case.given["day"])
        return
    found = post_cost(RULES, **asked, own_rates=own, on=case.given["day"])
    assert format_pounds(found.pence) == case.expected["status"], case.says
    assert found.lines[0].rule.id == case.given["rule"]


@pytest.mark.parametrize("case", load_cases("redundancy_weeks"), ids=str)
def test_redundancy_worked_case_gives_its_weeks(case: WorkedCase) -> None:
    given = case.given["figures"]
    found = severance(
        RULES,
        annual_pay_pence=5_214_300,
        age_years=given["age"],
        service_years=given["service"],
        on=case.given["day"],
    )
    assert f"{found.weeks.normalize():f} weeks" == case.expected["status"], case.says
    assert found.actual_pence == int(found.weeks * 100_000), "pay of £1,000 a week, on actual pay"
    assert found.capped_pence is None, "the cap of that day was not read"


@pytest.mark.parametrize("case", load_cases("consultation_days"), ids=str)
def test_consultation_worked_case_gives_its_days(case: WorkedCase) -> None:
    rule = RULEBOOK.rule(case.given["rule"])
    assert rule.in_force_on(case.given["day"])
    days = consultation_days(rule, case.given["figures"]["dismissals"])
    assert f"{days} days" == case.expected["status"], case.says


def test_years_counted_are_the_last_twenty():
    scale = RULEBOOK.of(RedundancyScale)[0]
    assert redundancy_weeks(scale, 45, 40) == redundancy_weeks(scale, 45, 20)


def test_severance_is_capped_where_the_cap_of_the_day_is_known():
    from datetime import date

    found = severance(RULES, annual_pay_pence=5_214_300, age_years=35, service_years=10, on=date(2011, 4, 1))
    assert found.weeks == 10
    assert found.capped_pence == 10 * 40_000
