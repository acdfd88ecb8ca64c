"""The share of pupils with special needs: one figure whichever columns the year's file prints."""

import pytest

from schoolward.datasets import frames
from tests.unit.datasets.published_files import KS2_COLUMNS, KS2_SCHOOL, table


def with_columns(**cells: str) -> bytes:
    return table((*KS2_COLUMNS, *cells), [KS2_SCHOOL | cells])


@pytest.mark.parametrize(
    ("cells", "share", "code"),
    [
        ({"PSENELEK": "17%", "PSENELE": "2%", "PSENELK": "15%"}, 17, None),
        ({"PSENELSE": "4%", "PSENELSAPK": "10%"}, 14, None),
        ({"PSENELSE": "34%", "PSENELSAPK": "67%"}, 100, None),
        ({"PSENELSE": "4%", "PSENELSAPK": "SUPP"}, None, "SUPP"),
        ({"PSENELSE": "4%"}, None, "not carried"),
        ({}, None, "not carried"),
    ],
)
def test_special_needs_are_the_files_own_total_or_the_sum_of_plans_and_support(
    bring, store, cells, share, code
):
    bring(england_ks2final__csv=with_columns(**cells))
    (row,) = frames.results(store, "ks2", 2018).iter_rows(named=True)
    assert (row["sen_pct"], row["sen_pct_code"]) == (share, code)
    assert "sen_plan_pct" not in row


def test_prior_attainment_is_read_as_a_score(bring, store):
    bring(england_ks2final__csv=with_columns(TKS1AVERAGE="16.7"))
    assert frames.results(store, "ks2", 2018)["prior_score"].to_list() == [16.7]
