"""Tables kept beside an edition: the same answer with them, without them, and after they are damaged."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schoolward.datasets import derived, frames
from schoolward.datasets.store import Store
from tests.unit.datasets.published_files import gias, ks2, links


@pytest.fixture
def kept(bring, store):
    """Where an import of schools and links left its tables."""
    bring(
        a__csv=gias(
            {"URN": 900001, "CloseDate": "31-08-2016", "EstablishmentStatus (name)": "Closed"},
            {"URN": 900002},
        ),
        b__csv=links((900001, 900002, "Successor", "01-09-2016")),
    )
    derived._derived.cache_clear()
    return store.path / "derived"


def again(store) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a process would answer that has kept nothing in memory."""
    derived._derived.cache_clear()
    fresh = Store(store.path)
    return frames.closures(fresh, None), frames.successors(fresh, None)


def test_import_leaves_a_table_of_closures_and_one_of_successors(kept, store):
    names = sorted(path.stem.rpartition("-")[2] for path in kept.glob("*.parquet"))
    assert names == ["closures", "successors"]
    assert all(path.name.startswith(store.edition) for path in kept.iterdir())


def test_tables_are_what_is_read_and_may_be_deleted(kept, store):
    before = again(store)
    assert [each.height for each in before] == [1, 1]
    [closures] = kept.glob("*-closures.parquet")
    pl.read_parquet(closures).clear().write_parquet(closures)
    assert again(store)[0].is_empty()
    closures.unlink()
    for table, same in zip(again(store), before, strict=True):
        assert_frame_equal(table, same)


def test_damaged_table_is_worked_out_again(kept, store):
    before = again(store)
    for path in kept.iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    for table, same in zip(again(store), before, strict=True):
        assert_frame_equal(table, same)


def test_tables_of_other_code_are_not_read_and_go_with_the_next_import(kept, store, bring):
    stale = [
        path.rename(path.with_name(path.name.replace(derived._stamp(), "0" * 12))) for path in kept.iterdir()
    ]
    pl.DataFrame({"urn": [1]}).write_parquet(stale[0])
    assert [each.height for each in again(store)] == [1, 1]
    bring(c__csv=ks2({}))
    assert not any(path.exists() for path in stale)


def test_older_edition_answers_from_its_own_tables(kept, store, bring):
    older = store.edition
    bring(d__csv=links((900003, 900002, "Successor", "01-09-2017")))
    derived._derived.cache_clear()
    assert frames.successors(store, None)["urn"].to_list() == [900001, 900003]
    assert frames.successors(store.at(older), None)["urn"].to_list() == [900001]


def test_closure_kept_for_later_is_not_known_before_its_day(kept, store):
    assert frames.closures(store, date(2016, 8, 30)).is_empty()
    assert frames.closures(store, date(2020, 1, 1)).height == 1
